"""What comes back: one frozen `Result` per crop, in input order, whatever happened to it.

`Result.to_dict()` is the one schema every writer uses; its keys and their order are frozen by a test.
This room knows nothing of images, models or files.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any, Final

from vehicle_id.text import path_of, path_text, plain_text

UNKNOWN: Final = "unknown"
"""The label of an answered crop that is none of the model's classes, or not surely enough."""


class Status(str, Enum):
    """Whether a crop was answered and, if not, why."""

    OK = "ok"
    NOT_FOUND = "not_found"
    """No such file."""
    UNREADABLE = "unreadable"
    """The file cannot be opened: no permission, a folder, a pipe, a disk error."""
    EMPTY = "empty"
    """A file of no bytes, or an image of no pixels."""
    NOT_AN_IMAGE = "not_an_image"
    """No format this package reads (JPEG, PNG, TIFF, WebP, BMP, GIF)."""
    UNSUPPORTED = "unsupported"
    """An image of a kind whose pixels cannot be read faithfully, such as 11-bit colour."""
    TRUNCATED = "truncated"
    """The file ends before the image does."""
    CORRUPT = "corrupt"
    """The decoder gave up."""
    CRASHED = "crashed"
    """The decoder's process ended on it."""
    TIMED_OUT = "timed_out"
    """The decoder took longer than a crop may, and was ended."""
    TOO_LARGE = "too_large"
    """More pixels or bytes than a crop can need (decompression bombs)."""
    TOO_SMALL = "too_small"
    """Fewer pixels than the model's card asks for."""
    TOO_COARSE = "too_coarse"
    """A ground sample distance coarser than the model was made for."""
    BAD_ROW = "bad_row"
    """A manifest row with a wrong number, or a path that leaves the manifest's folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """One leaf class with its calibrated probability in [0, 1], before any decision."""

    label: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Measured length and width in metres, each with its 90 % interval."""

    length_m: float
    length_low_m: float
    length_high_m: float
    width_m: float
    width_low_m: float
    width_high_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The answer for one crop.

    `label` is the most specific node of the class tree that is sure enough, `"unknown"`, or None where
    `status` is not ok. `top` keeps the raw leaf probabilities whatever the decision was.
    """

    path: str | None = None
    """The crop's path as given; None for arrays, images and bytes."""
    status: Status = Status.OK
    label: str | None = None
    level: str | None = None
    """The tree level of `label`: `class`, or a coarser one by its own name."""
    score: float | None = None
    """Calibrated probability that `label` is right; None for unknown."""
    reason: str = ""
    """Why this answer, or why none: one sentence."""
    top: tuple[Prediction, ...] = ()
    candidates: tuple[str, ...] | None = None
    """Classes that it could be at the coverage asked for, likeliest first; None where none was asked for."""
    size: Size | None = None
    """None without a ground sample distance, or where the model does not measure."""
    heading_deg: float | None = None
    """Axis of the vehicle in degrees, 0 to 180, counter-clockwise from the image's x axis."""
    unknown_score: float | None = None
    """Out-of-distribution score; over the card's threshold the answer is unknown."""
    decision: tuple[str, ...] = ()
    """The way to the answer, as `node:verdict`: what was passed over and why, last what answered."""
    flags: tuple[str, ...] = ()
    """What to bear in mind; each is explained in docs/answers.md."""
    stretch: tuple[float, float] | None = None
    """Values of the file that became black and white, where it was `stretched`."""
    gsd_m: float | None = None
    """Ground sample distance in metres per pixel of the crop as opened."""
    gsd_source: str | None = None
    """`manifest`, `option` or `file`."""
    width_px: int | None = None
    height_px: int | None = None
    date: str | None = None
    site: str | None = None
    sha256: str | None = None
    """Of the crop's file, or of the bytes given."""
    model: str | None = None
    """Name and version, `overhead-1.0`."""
    model_sha256: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the crop was answered (unknown is an answer)."""
        return self.status is Status.OK

    def to_dict(self) -> dict[str, Any]:
        """Record of plain values, the same keys in the same order for every result.

        Flat, but for the lists `top`, `candidates`, `decision` and `flags`. Numbers are rounded to six decimals, since
        scores differ in the seventh between processors; what is no finite number is None. A path that is no text that
        can be seen is a `file:` URI (`names.py`).
        """
        record: dict[str, Any] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name == "size":
                for part in fields(Size):
                    record[part.name] = None if value is None else _rounded(getattr(value, part.name))
            elif item.name == "stretch":
                for name, limit in zip(STRETCH, value or (None, None), strict=True):
                    record[name] = _rounded(limit)
            elif item.name == "top":
                record["top"] = [{"label": plain_text(each.label), "score": _rounded(each.score)} for each in value]
            elif isinstance(value, tuple):
                record[item.name] = [plain_text(each) for each in value]
            elif item.name in NUMBERS:
                record[item.name] = _rounded(value)
            else:
                record[item.name] = _text(item.name, value)
        return record

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> Result:
        """The result that a record tells of, but for what rounding took.

        Raises:
            ValueError, TypeError, KeyError: a record of another schema.
        """
        known = {item.name: record[item.name] for item in fields(cls) if item.name not in ("size", "stretch")}
        size = {part.name: record[part.name] for part in fields(Size)}
        stretch = tuple(record[name] for name in STRETCH)
        return cls(
            **{
                **known,
                "path": None if known["path"] is None else path_of(known["path"]),
                "status": Status(known["status"]),
                "top": tuple(Prediction(**each) for each in known["top"]),
                "candidates": None if known["candidates"] is None else tuple(known["candidates"]),
                "decision": tuple(known["decision"]),
                "flags": tuple(known["flags"]),
            },
            size=None if size["length_m"] is None else Size(**size),
            stretch=None if stretch[0] is None else stretch,
        )


STRETCH: Final = ("stretch_low", "stretch_high")
NUMBERS: Final = ("score", "heading_deg", "unknown_score", "gsd_m")
"""Fields of `Result` that are floating point numbers, whole ones too."""


def _text(name: str, value: Any) -> Any:
    if isinstance(value, Status):
        return value.value
    if not isinstance(value, str):
        return value
    return path_text(value) if name == "path" else plain_text(value)


def _rounded(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(float(value), 6)
