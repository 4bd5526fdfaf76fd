"""What comes back: one frozen `Result` per crop, in input order, whatever happened to it.

`COLUMNS` lists the columns of a result and their kinds, once: `Result.to_dict`, `Result.from_dict`, every writer and
every reader derive from it. A new column is a field of `Result` and a line of `COLUMNS`.
Knows nothing of images, models or files.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from functools import lru_cache
from typing import Any, Final

from vehicle_id.text import LONGEST_TEXT, SHORTEST_CUT, path_of, path_text, plain_text, shortened

UNKNOWN: Final = "unknown"
"""The label of an answered crop that fits no class, or no class with enough confidence."""

Record = dict[str, Any]
"""A result as plain values, by column: what a file of results holds for one crop."""


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
    """An image of a kind whose pixels cannot be read faithfully, such as eight bands without names."""
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
    """A manifest row with a wrong number, or a path that leaves the manifest's folder; a box that cannot be cut."""


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
class ScenePlace:
    """Where a crop was cut from a scene, and how the scene was lit and seen; None where it is not known.

    Directions are of the crop's centre. Azimuths are in degrees from true north, clockwise.
    """

    lon: float | None = None
    """Longitude of the box's centre, degrees, WGS 84."""
    lat: float | None = None
    footprint: str | None = None
    """The object's box on the ground: a GeoJSON polygon in longitude and latitude (RFC 7946), as text."""
    window_px: str | None = None
    """The crop in pixels of the scene, `[left, top, width, height]`; a part may lie outside the scene."""
    box_px: str | None = None
    """The corners of the object's box in pixels of the crop, `[[x, y], ...]`."""
    north_deg: float | None = None
    """Direction of true north, counter-clockwise from the image's x axis: 90 where north is up."""
    sun_azimuth_deg: float | None = None
    sun_elevation_deg: float | None = None
    """Of the sun above the horizon."""
    view_azimuth_deg: float | None = None
    """From the object to the sensor."""
    off_nadir_deg: float | None = None
    """Between the sensor's line of sight and the vertical."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestReference:
    """The reference crop of a gallery that is most like a crop, whatever the answer."""

    nearest_reference: str
    """Its path, as it was given when it was added."""
    nearest_label: str
    """Of the reference."""
    nearest_similarity: float
    """Cosine of the two embeddings: 1 = the same."""


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
    family: str | None = None
    """The family of `label`; None for unknown, and for an answer coarser than a family."""
    path_in_tree: tuple[str, ...] | None = None
    """The nodes from the top of the class tree down to `label`; None for unknown."""
    score: float | None = None
    """Calibrated probability that `label` is right; None for unknown."""
    reason: str = ""
    """Why this answer, or why none: one sentence."""
    top: tuple[Prediction, ...] = ()
    candidates: tuple[str, ...] | None = None
    """Classes that it could be at the coverage asked for, most likely first; None where none was asked for."""
    size: Size | None = None
    """None without a ground sample distance, or where the model does not measure."""
    heading_deg: float | None = None
    """Axis of the vehicle in degrees, 0 to 180, counter-clockwise from the image's x axis."""
    unknown_score: float | None = None
    """Out-of-distribution score; above the card's threshold the answer is unknown."""
    decision: tuple[str, ...] = ()
    """The steps of the decision as `node:verdict`: the nodes passed over and why, last the node that answered."""
    nearest: NearestReference | None = None
    """None without a gallery."""
    flags: tuple[str, ...] = ()
    """What to bear in mind; each is explained in docs/answers.md."""
    stretch: tuple[float, float] | None = None
    """Values of the file that became black and white, where it was `stretched`."""
    bands: str | None = None
    """The bands shown as red, green and blue, from 1, where they were chosen or the file has others: `3,2,1`."""
    bands_source: str | None = None
    """What chose them: `manifest`, `option` or `file`."""
    gsd_m: float | None = None
    """Ground sample distance in metres per pixel of the crop as opened."""
    gsd_source: str | None = None
    """`manifest`, `option`, `file` or `scene`."""
    gsd_error: float | None = None
    """Relative standard deviation of `gsd_m`, as the manifest states it; None = `decide.GSD_ERROR` was used."""
    width_px: int | None = None
    height_px: int | None = None
    date: str | None = None
    site: str | None = None
    place: ScenePlace | None = None
    """None for a crop that no scene or manifest places."""
    sha256: str | None = None
    """Of the crop's file, or of the bytes given; of the pixels of a crop that is cut from a scene."""
    model: str | None = None
    """Name and version, `overhead-1.0`."""
    model_sha256: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)
    """The user's own columns of the manifest, as text, by name; a column of its own each in every file. `manifest_`
    stands before a name that a result also has."""

    @property
    def ok(self) -> bool:
        """Whether the crop was answered (unknown is an answer)."""
        return self.status is Status.OK

    def to_dict(self) -> Record:
        """Plain values by column, the same keys in the same order for every result.

        Flat, but for the lists. Numbers are rounded to six decimals, since scores differ in the seventh between
        processors; NaN and infinity become None. A path that is no printable text is a `file:` URI (`text.py`). The
        columns of `extra` come last; an empty text is None there, and texts of over `LONGEST_EXTRA` characters together
        are shortened, with a mark.
        """
        record: Record = dict.fromkeys(COLUMNS)
        for whole, names in _PARTS.items():
            if (part := getattr(self, whole) if whole else self) is not None:
                for name in names:
                    if (value := getattr(part, name)) is not None:
                        record[name] = _TO_PLAIN[name](value)
        if self.stretch is not None:
            record.update(zip(STRETCH_COLUMNS, map(_rounded, self.stretch), strict=True))
        return record | _plain_extra(self.extra) if self.extra else record

    @classmethod
    def from_dict(cls, record: Record) -> Result:
        """The result of a record, with the numbers as rounded. Columns that no result has become its `extra`.

        Raises:
            ValueError, TypeError, KeyError: a record of another schema.
        """
        values = {
            name: column.value(record.get(name) if column.added else record[name]) for name, column in COLUMNS.items()
        }
        size = {name: values.pop(name) for name in SIZE_COLUMNS}
        place = {name: values.pop(name) for name in PLACE_COLUMNS}
        nearest = {name: values.pop(name) for name in NEAREST_COLUMNS}
        stretch = tuple(values.pop(name) for name in STRETCH_COLUMNS)
        return cls(
            **{**values, "status": Status(values["status"])},
            size=None if size["length_m"] is None else Size(**size),
            nearest=None if nearest["nearest_reference"] is None else NearestReference(**nearest),
            stretch=None if stretch[0] is None else stretch,
            place=None if all(each is None for each in place.values()) else ScenePlace(**place),
            extra={name: _text_of(value) for name, value in record.items() if name not in RESULT_NAMES},
        )

    def _repr_html_(self) -> str:
        """A table for notebooks: the columns that have a value."""
        record = {name: value for name, value in self.to_dict().items() if value not in (None, "", [])}
        rows = (
            f"<tr><th>{html.escape(name)}</th><td>{html.escape(_shown(value))}</td></tr>"
            for name, value in record.items()
        )
        return f"<table>{''.join(rows)}</table>"


class Kind(str, Enum):
    """What the values of a column are. Every format stores each kind in one way."""

    TEXT = "text"
    PATH = "path"
    """Text; a path that is no printable text is a `file:` URI."""
    COORDINATES = "coordinates"
    """JSON of numbers as text: a GeoJSON polygon, or a list."""
    NUMBER = "number"
    """Floating point, rounded to six decimals."""
    INTEGER = "integer"
    TEXTS = "texts"
    """A list of texts."""
    PREDICTIONS = "predictions"
    """A list of labels with their scores."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file of results."""

    kind: Kind
    required: bool = False
    """Whether there is always a value, be it an empty one; else it may be None."""
    added: bool = False
    """Whether it was added after version 0.1.0: files of that version lack it."""

    @property
    def to_plain(self) -> Callable[[Any], Any]:
        """Makes of a value of `Result`, but None, what a record holds."""
        if self.kind is Kind.TEXT and not self.required:
            return _text_or_none
        return _PLAIN[self.kind]

    def holds(self, plain: Any) -> bool:
        """Whether a value from a file can be one of this column."""
        return not self.required if plain is None else _HOLDS[self.kind](plain)

    def value(self, plain: Any) -> Any:
        """A value of `Result` from what a record holds."""
        return None if plain is None else _VALUE[self.kind](plain)


SIZE_COLUMNS: Final = tuple(part.name for part in fields(Size))
STRETCH_COLUMNS: Final = ("stretch_low", "stretch_high")
NEAREST_COLUMNS: Final = tuple(part.name for part in fields(NearestReference))
PLACE_COLUMNS: Final = tuple(part.name for part in fields(ScenePlace))
COORDINATE_COLUMNS: Final = ("footprint", "window_px", "box_px")
COORDINATES: Final = re.compile(
    r'\{"type": ?"(?:Multi)?Polygon", ?"coordinates": ?\[[-+0-9.eE,\[\] ]*\]\}|\[[-+0-9.eE,\[\] ]*\]'
)
"""What a text of coordinates looks like. It holds no character with which a spreadsheet could do harm."""
LONG_DIGITS: Final = re.compile("[0-9]{40}")
"""What is in no coordinate; a whole number of hundreds of digits is no floating-point number."""
MOST_WHOLE: Final = 1 << 53
"""The largest whole number of JSON that every reader takes for the same."""

COLUMNS: Final[dict[str, Column]] = {
    "path": Column(Kind.PATH),
    "status": Column(Kind.TEXT, required=True),
    "label": Column(Kind.TEXT),
    "level": Column(Kind.TEXT),
    "family": Column(Kind.TEXT, added=True),
    "path_in_tree": Column(Kind.TEXTS, added=True),
    "score": Column(Kind.NUMBER),
    "reason": Column(Kind.TEXT, required=True),
    "top": Column(Kind.PREDICTIONS, required=True),
    "candidates": Column(Kind.TEXTS),
    **{name: Column(Kind.NUMBER) for name in SIZE_COLUMNS},
    "heading_deg": Column(Kind.NUMBER),
    "unknown_score": Column(Kind.NUMBER),
    "decision": Column(Kind.TEXTS, required=True),
    "nearest_reference": Column(Kind.PATH, added=True),
    "nearest_label": Column(Kind.TEXT, added=True),
    "nearest_similarity": Column(Kind.NUMBER, added=True),
    "flags": Column(Kind.TEXTS, required=True),
    **{name: Column(Kind.NUMBER) for name in STRETCH_COLUMNS},
    "bands": Column(Kind.TEXT, added=True),
    "bands_source": Column(Kind.TEXT, added=True),
    "gsd_m": Column(Kind.NUMBER),
    "gsd_source": Column(Kind.TEXT),
    "gsd_error": Column(Kind.NUMBER, added=True),
    "width_px": Column(Kind.INTEGER),
    "height_px": Column(Kind.INTEGER),
    "date": Column(Kind.TEXT),
    "site": Column(Kind.TEXT),
    **{
        name: Column(Kind.COORDINATES if name in COORDINATE_COLUMNS else Kind.NUMBER, added=True)
        for name in PLACE_COLUMNS
    },
    "sha256": Column(Kind.TEXT),
    "model": Column(Kind.TEXT),
    "model_sha256": Column(Kind.TEXT),
}
"""The columns of a result in their order. `size`, `nearest`, `stretch` and `place` have one column for each of
their values."""
_PARTS: Final[dict[str, tuple[str, ...]]] = {
    "": tuple(
        name for name in COLUMNS if name not in (*SIZE_COLUMNS, *NEAREST_COLUMNS, *STRETCH_COLUMNS, *PLACE_COLUMNS)
    ),
    "size": SIZE_COLUMNS,
    "nearest": NEAREST_COLUMNS,
    "place": PLACE_COLUMNS,
}
"""Fields of `Result` that have columns of their own -> these columns; first the columns that are fields themselves."""
EXTRA: Final = Column(Kind.TEXT)
"""A column of `Result.extra`."""
LONGEST_EXTRA: Final = 1 << 15
"""Characters of all texts of `Result.extra` together in a record, so that its line can be read back."""
CHAIN: Final = "chain"
"""The column that a file of results has besides (`output/hash_chain.py`)."""
RESULT_NAMES: Final = frozenset((*COLUMNS, CHAIN))
"""Names that no column of `Result.extra` has."""


@lru_cache(maxsize=4096)  # they are labels and flags, the same for many crops
def _short_text(text: str) -> str:
    """An element of a list: 512 of them, the most labels of a card, fit into one cell of a CSV file."""
    return shortened(plain_text(text), 200)


def _plain_extra(extra: Mapping[str, Any]) -> Record:
    record = {name: _text_or_none(_text_of(value)) for name, value in extra.items()}
    if sum(len(text) for text in record.values() if text) <= LONGEST_EXTRA:
        return record
    longest = max(LONGEST_EXTRA // len(record), SHORTEST_CUT)
    return {name: text and shortened(text, longest) for name, text in record.items()}


def _text_of(value: Any) -> str:
    """A value of `extra`, for which a caller may give a number."""
    return "" if value is None else str(value)


def _shown(value: Any) -> str:
    """A value of a record as a person reads it."""
    if isinstance(value, list):
        return ", ".join(f"{each['label']} {each['score']:.2f}" if isinstance(each, dict) else each for each in value)
    return str(value)


def is_coordinates(text: str) -> bool:
    """Whether a text has the form of coordinates, and lengths that every format and every number can hold."""
    return len(text) <= LONGEST_TEXT and COORDINATES.fullmatch(text) is not None and not LONG_DIGITS.search(text)


def _rounded(value: float) -> float | None:
    return round(float(value), 6) if math.isfinite(value) else None


def _text_or_none(text: str) -> str | None:
    """A CSV file does not tell an empty text from None."""
    return plain_text(text) if text else None


_PLAIN: Final[dict[Kind, Callable[[Any], Any]]] = {
    Kind.TEXT: plain_text,
    Kind.PATH: path_text,
    Kind.COORDINATES: lambda text: text if is_coordinates(text) else None,
    Kind.NUMBER: _rounded,
    Kind.INTEGER: int,
    Kind.TEXTS: lambda texts: [_short_text(each) for each in texts],
    Kind.PREDICTIONS: lambda top: [{"label": _short_text(each.label), "score": _rounded(each.score)} for each in top],
}
_TO_PLAIN: Final = {name: column.to_plain for name, column in COLUMNS.items()} | {"status": lambda status: status.value}


def _is_text(value: Any) -> bool:
    """Whether it is a text that a file can hold: JSON may have halves of characters."""
    return isinstance(value, str) and (value.isascii() or not any("\ud800" <= each <= "\udfff" for each in value))


def _is_number(value: Any) -> bool:
    return _is_integer(value) or (isinstance(value, float) and math.isfinite(value))


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST_WHOLE


def _is_prediction(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"label", "score"}
        and _is_text(value["label"])
        and (value["score"] is None or _is_number(value["score"]))
    )


_HOLDS: Final[dict[Kind, Callable[[Any], bool]]] = {
    Kind.TEXT: _is_text,
    Kind.PATH: _is_text,
    Kind.COORDINATES: lambda text: _is_text(text) and is_coordinates(text),
    Kind.NUMBER: _is_number,
    Kind.INTEGER: _is_integer,
    Kind.TEXTS: lambda texts: isinstance(texts, list) and all(map(_is_text, texts)),
    Kind.PREDICTIONS: lambda top: isinstance(top, list) and all(map(_is_prediction, top)),
}
_VALUE: Final[dict[Kind, Callable[[Any], Any]]] = {
    Kind.TEXT: lambda text: text,
    Kind.PATH: path_of,
    Kind.COORDINATES: lambda text: text,
    Kind.NUMBER: lambda number: number,
    Kind.INTEGER: lambda number: number,
    Kind.TEXTS: tuple,
    Kind.PREDICTIONS: lambda top: tuple(Prediction(**each) for each in top),
}
