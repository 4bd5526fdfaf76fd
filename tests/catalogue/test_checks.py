"""A fault names its row and its column."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from vehicle_id.catalogue import Catalogue, Vehicle, problems
from vehicle_id.catalogue.vehicle import DIMENSIONS

ROWS = ("BelAZ-75180", "VW Golf VII", "Gondola 12-132", "MZKT-79221", "T-72")
METRES_TO = {"millimetres": 1000.0, "centimetres": 100.0, "feet": 1 / 0.3048, "inches": 1 / 0.0254}


def faults(catalogue: Catalogue, row: Vehicle) -> list[str]:
    """The faults of a catalogue in which the row replaces the one of the same name; all are about that row."""
    rows = [row if each.name == row.name else each for each in catalogue.vehicles]
    found = problems(rows, catalogue.taxonomy)
    assert all(sentence.startswith(f"vehicle {row.name!r}: ") for sentence in found), found
    return [sentence.removeprefix(f"vehicle {row.name!r}: ") for sentence in found]


@pytest.mark.parametrize("name", ROWS)
def test_a_sound_row_has_no_fault(catalogue: Catalogue, name: str) -> None:
    assert faults(catalogue, catalogue[name]) == []


@pytest.mark.parametrize("column", DIMENSIONS)
@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("value", [0.0, -3.0, float("nan"), float("inf")])
def test_a_dimension_that_is_no_size_is_refused(catalogue: Catalogue, name: str, column: str, value: float) -> None:
    fault, *rest = faults(catalogue, replace(catalogue[name], **{column: (value, value)}))
    assert fault.startswith(f"{column} {value:g}")
    assert fault.endswith(" is not positive: give metres")
    assert all("does not fit into a length" in other for other in rest)  # what its axles then say


@pytest.mark.parametrize("column", DIMENSIONS)
@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("unit", METRES_TO)
def test_a_dimension_in_another_unit_is_refused(catalogue: Catalogue, name: str, column: str, unit: str) -> None:
    low, high = getattr(catalogue[name], column)
    bad = replace(catalogue[name], **{column: (low * METRES_TO[unit], high * METRES_TO[unit])})
    (fault,) = faults(catalogue, bad)
    assert fault.startswith(f"{column} ")
    assert fault.endswith(f" looks like {unit}: give metres")


def test_nearly_every_row_would_be_missed_in_feet(catalogue: Catalogue) -> None:
    """Not quite all: a container of 20 ft has the length of a wagon, if read as metres."""
    tried = missed = 0
    for row in catalogue.vehicles:
        if catalogue.taxonomy[row.classes[0]].has_size:
            in_feet = {column: tuple(metres / 0.3048 for metres in getattr(row, column)) for column in DIMENSIONS}
            found = {sentence.split()[0] for sentence in faults(catalogue, replace(row, **in_feet))}
            tried += len(DIMENSIONS)
            missed += len(set(DIMENSIONS) - found)
    assert tried > 500
    assert missed / tried < 0.04


def test_one_row_in_feet_does_not_support_another(catalogue: Catalogue) -> None:
    in_feet = [
        replace(row, length_m=(row.length_m[0] / 0.3048, row.length_m[1] / 0.3048))
        for row in catalogue.of("rigid_hauler_130t")[:2]
    ]
    rows = [next((bad for bad in in_feet if bad.name == row.name), row) for row in catalogue.vehicles]
    assert [sentence.split(":")[0] for sentence in problems(rows, catalogue.taxonomy)] == [
        f"vehicle {bad.name!r}" for bad in in_feet
    ]


def test_classes_that_are_no_vehicle_may_have_any_size_up_to_the_largest(catalogue: Catalogue) -> None:
    assert faults(catalogue, replace(catalogue["Il-76"], length_m=(84.0, 84.0))) == []
    (fault,) = faults(catalogue, replace(catalogue["Il-76"], length_m=(4660.0, 4660.0)))
    assert fault == "length_m 4660 is more than 130 m: give metres"


@pytest.mark.parametrize("column", DIMENSIONS)
def test_a_reversed_range_is_refused(catalogue: Catalogue, column: str) -> None:
    low, high = getattr(catalogue["Volvo A25G"], column)
    (fault,) = faults(catalogue, replace(catalogue["Volvo A25G"], **{column: (high + 0.1, low)}))
    assert fault == f"{column} {high + 0.1:g}:{low:g} runs backwards: give low:high"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"classes": ()}, "class is missing"),
        ({"classes": ("tram",)}, "class 'tram' is not in the class tree"),
        ({"classes": ("rigid_hauler",)}, "class 'rigid_hauler' has classes under it: choose one of those"),
        ({"colours": ("pink",)}, "colours 'pink' is not one of yellow, white, "),
        ({"source": ""}, "source is missing: published figures need the address of their page"),
        ({"source": "a book"}, "source is missing: published figures"),
        ({"wheelbase_m": 13.0}, "wheelbase_m 13 does not fit into a length of 12.6 m"),
        ({"wheelbase_m": -1.0}, "wheelbase_m -1 does not fit"),
        ({"wheelbase_m": float("nan")}, "wheelbase_m nan does not fit"),
        ({"axles_m": (8.0, 3.0)}, "axles_m must run from the front to the rear"),
        ({"axles_m": (3.0, 13.0)}, "axles_m 3 to 13 does not fit into a length of 12.6 m"),
        ({"axles_m": (3.0, 8.0), "wheelbase_m": 4.0}, "wheelbase_m 4 is not the distance"),
        ({"payload_t": 180000.0}, "payload_t 180000 is not a payload in tonnes"),
        ({"payload_t": 0.0}, "payload_t 0 is not a payload in tonnes"),
    ],
)
def test_every_other_fault_has_its_sentence(catalogue: Catalogue, change: dict[str, Any], fault: str) -> None:
    (found,) = faults(catalogue, replace(catalogue["BelAZ-75180"], **change))
    assert found.startswith(fault)


def test_unverified_figures_need_no_source(catalogue: Catalogue) -> None:
    assert faults(catalogue, replace(catalogue["BelAZ-75180"], source="", confidence="unverified")) == []


def test_a_row_without_a_name_is_refused(catalogue: Catalogue) -> None:
    assert problems([replace(catalogue["T-72"], name="")], catalogue.taxonomy) == ["vehicle '': name is missing"]


def test_all_faults_are_listed_in_the_order_of_rows(catalogue: Catalogue) -> None:
    bad = [
        replace(catalogue["T-72"], length_m=(0.0, 0.0), colours=("pink",)),
        replace(catalogue["T-62"], classes=("tram",)),
    ]
    found = [sentence.split("'")[1] for sentence in problems(bad, catalogue.taxonomy)]
    assert found == ["T-72", "T-72", "T-62"]
