"""Length budgets, heights from shadows, and the vehicles that both leave possible."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vehicle_id import Catalogue, InputError, Prediction, Result, Size, Vehicle
from vehicle_id.report.budget import length_budget
from vehicle_id.report.measured import measure_rows
from vehicle_id.report.shadow import Sight, height_of_shadow
from vehicle_id.results import ScenePlace

Z = 1.6449
SIZE = Size(length_m=10, length_low_m=9, length_high_m=100 / 9, width_m=3, width_low_m=2.7, width_high_m=3.3)
ANSWER = Result(path="a.png", label="bus", size=SIZE, gsd_m=0.3, gsd_error=0.0, heading_deg=0.0)
ROWS = Catalogue(
    [
        Vehicle(name="Low bus", classes=("bus",), length_m=(9.5, 9.5), width_m=(3.0, 3.0), height_m=(2.5, 2.5)),
        Vehicle(name="High bus", classes=("bus",), length_m=(10.5, 10.5), width_m=(3.0, 3.0), height_m=(4.0, 4.0)),
        Vehicle(name="Long bus", classes=("bus",), length_m=(18.0, 18.0), width_m=(2.5, 2.5), height_m=(3.0, 3.0)),
    ]
)


def test_without_scale_error_and_view_the_budget_is_the_interval_and_the_edges() -> None:
    found = length_budget(ANSWER, interval_z=Z, height_m=3.0)
    assert found is not None and found.view is None and found.gsd == 0
    assert found.network == pytest.approx(math.log(10 / 9) / Z)
    assert found.edges == pytest.approx(0.3 * math.sqrt(2 / 3) / 10)  # even within a pixel to either side, at two ends
    assert found.low_m == pytest.approx(10 / math.exp(Z * math.hypot(found.network, found.edges)))
    assert found.low_m * found.high_m == pytest.approx(100) and found.largest == "network"


def test_a_scale_error_counts_once() -> None:
    """It is part of the interval of the answer, and is taken out of it before it is a part of its own."""
    answer = replace(ANSWER, gsd_error=None)
    found = length_budget(answer, interval_z=Z, height_m=None)
    assert found is not None and found.gsd == pytest.approx(math.log(1.05))
    assert found.network == pytest.approx(math.sqrt((math.log(10 / 9) / Z) ** 2 - math.log(1.05) ** 2))
    swamped = length_budget(replace(answer, gsd_error=0.5), interval_z=Z, height_m=None)
    assert swamped is not None and swamped.network == 0 and swamped.largest == "gsd"


def test_the_interval_of_a_model_that_was_calibrated_otherwise_is_brought_to_90_percent() -> None:
    found = length_budget(ANSWER, interval_z=1.2, height_m=None)
    assert found is not None and found.network == pytest.approx(math.log(10 / 9) / Z)


def test_a_tall_vehicle_leans_along_the_view_and_not_across() -> None:
    place = ScenePlace(off_nadir_deg=45.0, view_azimuth_deg=90.0, north_deg=90.0)
    along = length_budget(replace(ANSWER, place=place), interval_z=Z, height_m=3.0)
    across = length_budget(replace(ANSWER, place=place, heading_deg=90.0), interval_z=Z, height_m=3.0)
    unknown = length_budget(replace(ANSWER, place=ScenePlace(off_nadir_deg=45.0)), interval_z=Z, height_m=3.0)
    assert along is not None and across is not None and unknown is not None
    assert along.view == pytest.approx(0.3 / math.sqrt(12)) == unknown.view
    assert across.view == pytest.approx(0, abs=1e-12)


def test_no_size_no_budget() -> None:
    assert length_budget(replace(ANSWER, size=None), interval_z=Z, height_m=3.0) is None
    assert length_budget(replace(ANSWER, gsd_m=None), interval_z=Z, height_m=3.0) is None


def test_a_shadow_at_45_degrees_is_as_long_as_the_vehicle_is_high() -> None:
    found = height_of_shadow(3.0, Sight(sun_azimuth_deg=135, sun_elevation_deg=45), gsd_m=0.3)
    assert found.height_m == pytest.approx(3.0)
    assert found.low_m < 2.7 and found.high_m > 3.3
    exact = height_of_shadow(3.0, Sight(sun_azimuth_deg=135, sun_elevation_deg=45), gsd_error=0.0)
    assert exact.high_m / exact.low_m < 1.07  # the sun's elevation is left


@given(
    height=st.floats(0.5, 10),
    sun=st.tuples(st.floats(0, 360), st.floats(10, 70)),
    view=st.tuples(st.floats(0, 360), st.floats(0, 35)),
)
def test_the_height_of_a_post_is_found_from_its_picture(
    height: float, sun: tuple[float, float], view: tuple[float, float]
) -> None:
    """Top and tip of the shadow, projected to the ground as a map of the ground shows them."""

    def towards(azimuth: float) -> tuple[float, float]:
        return math.sin(math.radians(azimuth)), math.cos(math.radians(azimuth))

    cast, lean = height / math.tan(math.radians(sun[1])), height * math.tan(math.radians(view[1]))
    tip = [-cast * each for each in towards(sun[0])]
    top = [-lean * each for each in towards(view[0])]
    sight = Sight(sun_azimuth_deg=sun[0], sun_elevation_deg=sun[1], view_azimuth_deg=view[0], off_nadir_deg=view[1])
    assert height_of_shadow(cast, sight).height_m == pytest.approx(height)
    seen = math.dist(tip, top)
    if seen > 0.11 * height:
        assert height_of_shadow(seen, sight, start="top").height_m == pytest.approx(height)


@pytest.mark.parametrize(
    ("shadow", "changes", "says"),
    [
        (0.0, {}, "a shadow of 0 m is not possible"),
        (math.inf, {}, "a shadow of inf m is not possible"),
        (3.0, {"sun_elevation_deg": 2.0}, "the sun stands 2 degrees high"),
        (3.0, {"sun_elevation_deg": 88.0}, "the sun stands 88 degrees high"),
        (3.0, {"off_nadir_deg": 80.0}, "too oblique"),
    ],
)
def test_what_gives_no_height(shadow: float, changes: dict[str, float], says: str) -> None:
    with pytest.raises(InputError, match=says):
        height_of_shadow(shadow, replace(Sight(sun_azimuth_deg=135, sun_elevation_deg=45), **changes))


def test_a_shadow_hidden_behind_the_vehicle_gives_no_height() -> None:
    same = Sight(sun_azimuth_deg=135, sun_elevation_deg=45, view_azimuth_deg=135, off_nadir_deg=45)
    with pytest.raises(InputError, match="hidden behind the vehicle"):
        height_of_shadow(3.0, same, start="top")


def test_rows_are_measured_with_what_the_size_and_the_height_leave() -> None:
    place = ScenePlace(sun_azimuth_deg=180, sun_elevation_deg=45)
    shadowed = replace(ANSWER, place=place, extra={"shadow_m": "4.0"})
    plain, high = measure_rows([ANSWER, shadowed, Result()], ROWS, interval_z=Z)  # a crop without a size is left out
    assert plain.possible == ("High bus", "Low bus") and plain.height is None and plain.note == ""
    assert high.possible == ("High bus",) and high.height is not None and high.height.height_m == pytest.approx(4)
    assert plain.excluded == ("Long bus",) and high.excluded == ("Low bus", "Long bus")
    row = high.plain()
    assert row["height_m"] == 4.0 and row["view"] is None and row["length_low_m"] < 10 < row["length_high_m"]


@pytest.mark.parametrize(
    ("text", "place", "note"),
    [
        ("4", None, "no height: the elevation of the sun is not known"),
        ("four", ScenePlace(sun_elevation_deg=45), "no height: shadow_m 'four' is not a number"),
        ("4", ScenePlace(sun_elevation_deg=89), "no height: the sun stands 89 degrees high"),
    ],
)
def test_a_shadow_without_a_height_says_why(text: str, place: ScenePlace | None, note: str) -> None:
    [found] = measure_rows([replace(ANSWER, place=place, extra={"shadow_m": text})], ROWS, interval_z=Z)
    assert found.height is None and found.note.startswith(note)


def test_the_lean_is_that_of_the_answer_or_of_the_most_likely_class() -> None:
    place = ScenePlace(off_nadir_deg=30.0)
    top = (Prediction(label="bus", score=0.4), Prediction(label="of another model", score=0.1))
    named, unknown, strange = measure_rows(
        [
            replace(ANSWER, place=place),
            replace(ANSWER, place=place, label="unknown", top=top),
            replace(ANSWER, place=place, label="of another model", top=top[1:]),
        ],
        ROWS,
        interval_z=Z,
    )
    assert named.budget is not None and unknown.budget is not None and strange.budget is not None
    assert named.budget.view == unknown.budget.view is not None and strange.budget.view is None


def test_vehicles_of_other_classes_with_the_same_size_are_kept_apart() -> None:
    rows = Catalogue([*ROWS.vehicles, replace(ROWS["Low bus"], name="Van like a bus", classes=("van",))])
    named, unknown = measure_rows([ANSWER, replace(ANSWER, label="unknown")], rows, interval_z=Z)
    assert "Van like a bus" in named.other_classes and "Van like a bus" not in named.possible
    assert "Van like a bus" in unknown.possible and unknown.other_classes == ()
