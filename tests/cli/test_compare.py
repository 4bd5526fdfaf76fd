"""`compare`, as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_cli import folder, run  # noqa: F401
from tests.conftest import TINY

ROOT = Path(__file__).parents[2]
CAUTION = "It is a lead for a person to check, no identification, and no basis for action on its own."


def test_it_weighs_two_hypotheses_and_says_what_it_left_out(run, folder: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    out = tmp_path / "evidence.json"
    crops = folder / "a_car.png", folder / "c_text.png"
    sides = "--hypothesis", "car", "--hypothesis", "bus"
    ended = run("compare", *crops, "--model", TINY, "--gsd-m", "0.4", *sides, "--out", out)
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0] == "2 crops by tiny-0.1: car or bus?"
    assert lines[1] == "verdict       consistent with car; bus is unlikely"
    assert "for           looks: 1 of 1 crop, likelihood ratio " in ended.out
    assert "measured 4.0 m" in ended.out and "car: published " in ended.out
    assert "left out      " in ended.out and "not_an_image: " in ended.out
    assert lines[-1].endswith(CAUTION)
    record = json.loads(out.read_text())
    assert record["favoured"] == "car" and record["likelihood_ratio"] > 100
    assert [each["log_ratio"] is None for each in record["evidence"]["crops"]] == [False, True]
    assert record["caution"].endswith(CAUTION)


def test_nothing_but_broken_crops_is_no_verdict(run, folder: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    ended = run("compare", folder / "c_text.png", "--model", TINY, "--hypothesis", "car", "--hypothesis", "bus")
    assert ended.code == 0 and "nothing can be said: every crop was left out" in ended.out
    assert "ratio" not in ended.out and "size" not in ended.out


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["--hypothesis", "car"], 2, "give exactly two"),
        (["--hypothesis", "car", "--hypothesis", "launcher"], 3, "'launcher' is not in the class tree of tiny-0.1"),
        (["--hypothesis", "car", "--hypothesis", "light"], 3, "one of them contains the other"),
        (["--hypothesis", "car", "--hypothesis", "bus", "--out", "e.txt"], 5, "does not end in .json"),
    ],
)
def test_what_cannot_be_weighed_is_one_sentence(run, folder: Path, options: list[str], code: int, says: str) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    ended = run("compare", folder / "a_car.png", "--model", TINY, *options)
    assert ended.code == code and says in " ".join(ended.err.replace("│", " ").split())
