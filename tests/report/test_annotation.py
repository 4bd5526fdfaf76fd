"""The box, the scale bar and the north, in pixels of the crop."""

from __future__ import annotations

import math
from typing import Any

import pytest

from vehicle_id import Result, Size
from vehicle_id.report.annotation import annotation_of
from vehicle_id.results import ScenePlace

LORRY = Size(length_m=8, length_low_m=7, length_high_m=9, width_m=2, width_low_m=1.8, width_high_m=2.2)


def record(**values: Any) -> dict[str, Any]:
    return Result(**{"gsd_m": 0.5, "width_px": 40, "height_px": 20, **values}).to_dict()


@pytest.mark.parametrize(
    ("heading_deg", "corners"),
    [
        (0.0, {(28, 12), (28, 8), (12, 8), (12, 12)}),
        (90.0, {(22, 2), (18, 2), (18, 18), (22, 18)}),
        (45.0, {(24.2, 2.9), (27.1, 5.8), (15.8, 17.1), (12.9, 14.2)}),
    ],
)
def test_the_box_has_the_measured_size_and_heading_about_the_middle(heading_deg: float, corners: set[Any]) -> None:
    box = annotation_of(record(size=LORRY, heading_deg=heading_deg)).box
    assert box is not None and {(round(x, 1), round(y, 1)) for x, y in box} == corners


@pytest.mark.parametrize(
    ("gsd_m", "width", "bar_m"), [(0.5, 40, 10), (0.3, 63, 5), (0.1, 20, 1), (0.05, 20, 0.5), (10, 100, 500)]
)
def test_the_scale_bar_is_a_round_length_of_at_most_half_the_picture(gsd_m: float, width: int, bar_m: float) -> None:
    found = annotation_of(record(gsd_m=gsd_m, width_px=width))
    assert found.bar_m == pytest.approx(bar_m) and found.bar_px == pytest.approx(bar_m / gsd_m)


def test_without_metres_or_a_decoded_crop_nothing_is_measured() -> None:
    assert annotation_of(record(gsd_m=None)).plain() == {}
    assert annotation_of(record(width_px=None)).plain() == {}
    assert annotation_of(record(size=LORRY)).box is None


def test_the_box_is_drawn_about_the_one_that_the_crop_was_cut_around() -> None:
    place = ScenePlace(box_px="[[0, 0], [8, 0], [8, 4], [0, 4]]", north_deg=100.0)
    found = annotation_of(record(size=LORRY, heading_deg=0.0, place=place))
    assert found.box is not None and {(round(x), round(y)) for x, y in found.box} == {
        (12, 4),
        (12, 0),
        (-4, 0),
        (-4, 4),
    }
    assert found.north_deg == 100.0


@pytest.mark.parametrize("box", ["[]", "[1, 2]", "[[1, 2, 3]]", "[[]]"])
def test_a_box_without_corners_is_left_aside(box: str) -> None:
    found = annotation_of(record(size=LORRY, heading_deg=0.0, place=ScenePlace(box_px=box)))
    assert found.box == annotation_of(record(size=LORRY, heading_deg=0.0)).box


def test_what_a_page_holds_is_short() -> None:
    plain = annotation_of(record(size=LORRY, heading_deg=math.pi)).plain()
    assert len(str(plain)) < 120 and set(plain) == {"box", "bar_m", "bar_px"}
