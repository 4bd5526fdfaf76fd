"""Files of results with known counts, as `classify --out` writes them: for the page on counting and for tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from vehicle_id import Result, Status, Writers

DATES = ("2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23", "2026-03-30", "2026-04-06", "2026-04-13", "2026-04-20")
WAGONS = (19, 23, 17, 21, 25, 18, 20, 73)
"""Answers `rail_vehicle` or finer by date; the last is the change that was planted."""


def write(path: Path, counts: Iterable[tuple[str, Mapping[str, int]]], *, model: str, sha256: str) -> Path:
    """Results at one station: for each date how many crops had which label.

    Labels `covered` and `failed` stand for crops with that column or status.
    """
    with Writers([path]) as writers:
        for date, labels in counts:
            for label, number in labels.items():
                for _ in range(number):
                    writers.write(_result(date, label, model, sha256))
    return path


def _result(date: str, label: str, model: str, sha256: str) -> Result:
    failed = label == "failed"
    return Result(
        path="crop.png",
        status=Status.TRUNCATED if failed else Status.OK,
        label=None if failed else "unknown" if label == "covered" else label,
        site="north yard",
        date=date,
        extra={"covered": "yes" if label == "covered" else ""},
        model=model,
        model_sha256=sha256,
    )


def station(path: Path, *, model: str, sha256: str) -> Path:
    """A border station on eight dates, with 73 wagons on the last."""
    counts = [
        (date, {"gondola": number // 2, "rail_vehicle": number - number // 2, "vehicle": 2, "covered": 1})
        for date, number in zip(DATES, WAGONS, strict=True)
    ]
    return write(path, counts, model=model, sha256=sha256)
