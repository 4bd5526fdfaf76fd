"""The one schema: its keys, their order and the status values, frozen."""

from __future__ import annotations

import json
import pickle  # noqa: TID251
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from vehicle_id.results import COLUMNS, UNKNOWN, NearestReference, Prediction, Result, ScenePlace, Size, Status

KEYS = [
    "path",
    "status",
    "label",
    "level",
    "family",
    "path_in_tree",
    "score",
    "reason",
    "top",
    "candidates",
    "length_m",
    "length_low_m",
    "length_high_m",
    "width_m",
    "width_low_m",
    "width_high_m",
    "heading_deg",
    "unknown_score",
    "decision",
    "nearest_reference",
    "nearest_label",
    "nearest_similarity",
    "flags",
    "stretch_low",
    "stretch_high",
    "bands",
    "bands_source",
    "gsd_m",
    "gsd_source",
    "gsd_error",
    "width_px",
    "height_px",
    "date",
    "site",
    "lon",
    "lat",
    "footprint",
    "window_px",
    "box_px",
    "north_deg",
    "sun_azimuth_deg",
    "sun_elevation_deg",
    "view_azimuth_deg",
    "off_nadir_deg",
    "sha256",
    "model",
    "model_sha256",
]
STATUSES = {
    "OK": "ok",
    "NOT_FOUND": "not_found",
    "UNREADABLE": "unreadable",
    "EMPTY": "empty",
    "NOT_AN_IMAGE": "not_an_image",
    "UNSUPPORTED": "unsupported",
    "TRUNCATED": "truncated",
    "CORRUPT": "corrupt",
    "CRASHED": "crashed",
    "TIMED_OUT": "timed_out",
    "TOO_LARGE": "too_large",
    "TOO_SMALL": "too_small",
    "TOO_COARSE": "too_coarse",
    "BAD_ROW": "bad_row",
}
SIZE = Size(length_m=4.5, length_low_m=4, length_high_m=5, width_m=1.87654321, width_low_m=1.5, width_high_m=2.2)
FOOTPRINT = '{"type": "Polygon", "coordinates": [[[-0.5, 51.0], [-0.4, 51.0], [-0.4, 51.1], [-0.5, 51.0]]]}'
FULL = Result(
    path="crops/a.png",
    label="car",
    level="class",
    family="light_vehicle",
    path_in_tree=("vehicle", "light_vehicle", "car"),
    score=0.123456789,
    reason="car 0.12 reaches the 0.10 a class needs",
    top=(Prediction(label="car", score=1 / 3), Prediction(label="van", score=0.25)),
    candidates=("car", "van"),
    size=SIZE,
    heading_deg=89.99999999,
    unknown_score=-7.5,
    decision=("car:answered",),
    nearest=NearestReference(nearest_reference="refs/b.png", nearest_label="car", nearest_similarity=0.98765432),
    flags=("grey", "alpha"),
    stretch=(3, 2047.1234567),
    gsd_m=0.3,
    gsd_source="file",
    gsd_error=0.1,
    width_px=20,
    height_px=10,
    date="2024-05-01",
    site="pit",
    place=ScenePlace(
        lon=-0.45, lat=51.03333333, footprint=FOOTPRINT, window_px="[-3, 4, 20, 10]", sun_elevation_deg=35
    ),
    sha256="ab",
    model="tiny-0.1",
    model_sha256="cd",
)


@pytest.mark.parametrize("result", [Result(), FULL, Result(status=Status.CORRUPT, reason="the decoder gave up")])
def test_keys_and_their_order_are_frozen(result: Result) -> None:
    assert list(result.to_dict()) == KEYS


def test_status_values_are_frozen() -> None:
    assert {status.name: status.value for status in Status} == STATUSES
    assert UNKNOWN == "unknown"


def test_a_full_record_is_plain_and_rounded_to_six_decimals() -> None:
    assert FULL.to_dict() == {
        "path": "crops/a.png",
        "status": "ok",
        "label": "car",
        "level": "class",
        "family": "light_vehicle",
        "path_in_tree": ["vehicle", "light_vehicle", "car"],
        "score": 0.123457,
        "reason": "car 0.12 reaches the 0.10 a class needs",
        "top": [{"label": "car", "score": 0.333333}, {"label": "van", "score": 0.25}],
        "candidates": ["car", "van"],
        "length_m": 4.5,
        "length_low_m": 4,
        "length_high_m": 5,
        "width_m": 1.876543,
        "width_low_m": 1.5,
        "width_high_m": 2.2,
        "heading_deg": 90.0,
        "unknown_score": -7.5,
        "decision": ["car:answered"],
        "nearest_reference": "refs/b.png",
        "nearest_label": "car",
        "nearest_similarity": 0.987654,
        "flags": ["grey", "alpha"],
        "stretch_low": 3.0,
        "stretch_high": 2047.123457,
        "bands": None,
        "bands_source": None,
        "gsd_m": 0.3,
        "gsd_source": "file",
        "gsd_error": 0.1,
        "width_px": 20,
        "height_px": 10,
        "date": "2024-05-01",
        "site": "pit",
        "lon": -0.45,
        "lat": 51.033333,
        "footprint": FOOTPRINT,
        "window_px": "[-3, 4, 20, 10]",
        "box_px": None,
        "north_deg": None,
        "sun_azimuth_deg": None,
        "sun_elevation_deg": 35.0,
        "view_azimuth_deg": None,
        "off_nadir_deg": None,
        "sha256": "ab",
        "model": "tiny-0.1",
        "model_sha256": "cd",
    }
    assert json.loads(json.dumps(FULL.to_dict())) == FULL.to_dict()


def test_an_empty_list_of_candidates_differs_from_none_requested() -> None:
    assert Result().to_dict()["candidates"] is None
    assert Result(candidates=()).to_dict()["candidates"] == []


def test_an_empty_record_is_ok_and_has_no_values() -> None:
    known = {key: value for key, value in Result().to_dict().items() if value is not None}
    assert known == {"status": "ok", "reason": "", "top": [], "decision": [], "flags": []}


@pytest.mark.parametrize("status", list(Status))
def test_the_status_is_a_plain_string_in_a_record(status: Status) -> None:
    assert type(Result(status=status).to_dict()["status"]) is str


@pytest.mark.parametrize("status", list(Status))
def test_only_ok_is_ok(status: Status) -> None:
    assert Result(status=status).ok == (status.value == "ok")


@pytest.mark.parametrize(("value", "field"), [(FULL, "label"), (SIZE, "length_m"), (FULL.top[0], "score")])
def test_a_result_cannot_be_changed(value: object, field: str) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(value, field, None)
    assert not hasattr(value, "__dict__")


@pytest.mark.parametrize(
    "text",
    [
        "=HYPERLINK(1)",
        "[1, 2",
        '{"type": "Polygon", "coordinates": [[[0, 0]]]',
        '{"type": "Point", "coordinates": [0, 0]}',
        "[1, 2]\n=1",
        "[" + "1," * 4096 + "1]",
    ],
)
def test_a_text_that_is_no_list_of_numbers_is_no_coordinates(text: str) -> None:
    record = Result(place=ScenePlace(footprint=text)).to_dict()
    assert record["footprint"] is None
    assert not COLUMNS["footprint"].holds(text)


def test_a_result_is_restored_from_its_record() -> None:
    for result in (FULL, Result(), Result(status=Status.CORRUPT, path="f\udcff\n.png", candidates=())):
        assert Result.from_dict(result.to_dict()).to_dict() == result.to_dict()
    assert Result.from_dict(Result(path="f\udcff\n.png").to_dict()).path == "f\udcff\n.png"


def test_own_columns_follow_the_columns_of_a_result_and_come_back() -> None:
    result = Result(path="a.png", extra={"id": "7", "note": "", "cut": "a\0b\ud800"})
    record = result.to_dict()
    assert list(record) == [*KEYS, "id", "note", "cut"]
    assert (record["id"], record["note"], record["cut"]) == ("7", None, "a\\x00b\\ud800")
    assert Result.from_dict({**record, "chain": "ab"}).extra == {"id": "7", "note": "", "cut": "a\\x00b\\ud800"}
    assert hash(result) == hash(Result(path="a.png"))
    number: Any = {"id": 7, "none": None}
    assert Result.from_dict(Result(extra=number).to_dict()).extra == {"id": "7", "none": ""}


def test_a_notebook_shows_a_table_in_which_no_markup_runs() -> None:
    page = Result(**{name: getattr(FULL, name) for name in ("label", "top")}, path="<script>.png")._repr_html_()
    assert "<th>label</th><td>car</td>" in page and "car 0.33, van 0.25" in page
    assert "&lt;script&gt;.png" in page and "<script>" not in page and "width_px" not in page


def test_a_whole_number_is_the_same_record_as_its_float() -> None:
    """So that a file without types, such as CSV, gives back the same record."""
    assert json.dumps(Result(gsd_m=1, score=1).to_dict()) == json.dumps(Result(gsd_m=1.0, score=1.0).to_dict())


def test_a_result_returns_whole_from_another_process() -> None:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(FULL, protocol)) == FULL
