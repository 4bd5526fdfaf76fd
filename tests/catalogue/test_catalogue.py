"""Ranges of classes computed from rows, and the vehicles that have a measured size."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vehicle_id.catalogue import TOLERANCE, Catalogue, Vehicle, load_catalogue
from vehicle_id.errors import CatalogueError
from vehicle_id.taxonomy import Range, Taxonomy

SHIPPED = load_catalogue()
spans = st.tuples(st.floats(0.5, 40), st.floats(1, 1.5)).map(lambda pair: (pair[0], pair[0] * pair[1]))


def meets(row: Vehicle, dimension: str, span: Range) -> bool:
    low, high = getattr(row, dimension)
    share = TOLERANCE[row.confidence]
    return low * (1 - share) <= span[1] and span[0] <= high * (1 + share)


def distance(row: Vehicle, dimension: str, span: Range) -> float:
    return abs(math.log(sum(getattr(row, dimension)) / sum(span)))


@given(length_m=spans, width_m=spans)
def test_exactly_the_rows_that_overlap_both_ranges_match_nearest_first(length_m: Range, width_m: Range) -> None:
    found = SHIPPED.matching(length_m=length_m, width_m=width_m)
    assert set(found) == {
        row for row in SHIPPED.vehicles if meets(row, "length_m", length_m) and meets(row, "width_m", width_m)
    }
    far = [distance(row, "length_m", length_m) + distance(row, "width_m", width_m) for row in found]
    assert far == sorted(far)


@given(width_m=spans)
def test_a_width_alone_asks_nothing_of_the_length(width_m: Range) -> None:
    assert set(SHIPPED.matching(width_m=width_m)) == {row for row in SHIPPED.vehicles if meets(row, "width_m", width_m)}


@given(length_m=spans, wider=st.floats(1, 2))
def test_a_wider_range_loses_no_match(length_m: Range, wider: float) -> None:
    more = SHIPPED.matching(length_m=(length_m[0] / wider, length_m[1] * wider))
    assert set(SHIPPED.matching(length_m=length_m)) <= set(more)


def test_every_vehicle_matches_its_own_figures() -> None:
    lost = [row for row in SHIPPED.vehicles if row not in SHIPPED.matching(length_m=row.length_m, width_m=row.width_m)]
    assert lost == []


def test_no_range_matches_all_rows_in_their_order() -> None:
    assert SHIPPED.matching() == SHIPPED.vehicles


def test_the_nearest_comes_first() -> None:
    assert SHIPPED.matching(length_m=(11.3, 11.7), width_m=(6.2, 6.6))[0].name == "BelAZ-7513"


def test_a_size_of_no_vehicle_matches_nothing() -> None:
    assert SHIPPED.matching(length_m=(110, 120)) == ()


@pytest.mark.parametrize("confidence", TOLERANCE)
def test_a_range_is_wider_the_lower_its_confidence(confidence: str) -> None:
    row = replace(SHIPPED["BelAZ-75180"], length_m=(10.0, 20.0), confidence=confidence)  # type: ignore[arg-type]
    share = {"published": 0.02, "disputed": 0.03, "unverified": 0.05}[confidence]
    assert row.size_range("length_m") == pytest.approx((10 * (1 - share), 20 * (1 + share)))


def test_the_range_of_a_class_and_of_all_above_contains_its_rows() -> None:
    sized = SHIPPED.sized_taxonomy()
    cases = [(row, step) for row in SHIPPED.vehicles for name in row.classes for step in sized.path(name)]
    for row, step in cases:
        if sized[step].has_size:
            for column, span in zip(("length_m", "width_m"), sized.size_ranges(step), strict=True):
                low, high = row.size_range(column)
                assert span is not None, (row.name, step)
                assert span[0] - 1e-9 <= low < high <= span[1] + 1e-9, (row.name, step, column)


def test_the_range_of_a_class_is_no_wider_than_its_rows() -> None:
    (low, high), (narrow, wide) = (span or (0, 0) for span in SHIPPED.sized_taxonomy().size_ranges("locomotive"))
    rows = SHIPPED.of("locomotive")
    assert low == pytest.approx(min(row.size_range("length_m")[0] for row in rows), abs=0.01)
    assert high == pytest.approx(max(row.size_range("length_m")[1] for row in rows), abs=0.01)
    assert narrow == pytest.approx(min(row.size_range("width_m")[0] for row in rows), abs=0.01)
    assert wide == pytest.approx(max(row.size_range("width_m")[1] for row in rows), abs=0.01)


def test_the_sized_tree_is_a_valid_tree_of_the_same_nodes() -> None:
    sized = SHIPPED.sized_taxonomy()
    assert Taxonomy(sized.nodes).names == SHIPPED.taxonomy.names
    assert sized.leaves == SHIPPED.taxonomy.leaves
    for name in sized.names:
        known = all(span is not None for span in sized.size_ranges(name))
        assert known == sized[name].has_size, name


def test_rows_of_a_group_are_those_of_its_classes() -> None:
    group = set(SHIPPED.of("rigid_truck"))
    assert group == {*SHIPPED.of("box_truck"), *SHIPPED.of("flatbed_truck")}
    assert SHIPPED.leaves_under("rigid_truck") == {"box_truck", "flatbed_truck"}
    assert SHIPPED.leaves_under("bus") == {"bus"}


def test_a_flat_car_is_of_each_of_its_classes_once() -> None:
    row = SHIPPED["Flat car 13-401"]
    for name in ("flat_car_empty", "flat_car_containers", "flat_car_vehicles", "wagon"):
        assert SHIPPED.of(name).count(row) == 1


def test_an_unknown_class_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(CatalogueError, match="no class 'tram': choose one of vehicle, light_vehicle"):
        SHIPPED.of("tram")


def test_faulty_rows_make_no_catalogue() -> None:
    with pytest.raises(CatalogueError, match="vehicle 'T-72': class is missing"):
        Catalogue([replace(SHIPPED["T-72"], classes=())])


def test_the_catalogue_loads_no_heavy_package() -> None:
    code = (
        "import sys; from vehicle_id.catalogue import load_catalogue; load_catalogue().sized_taxonomy(); "
        "print({'torch', 'timm', 'albumentations', 'onnx', 'cv2', 'onnxruntime', 'trimesh'} & set(sys.modules))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "set()"
