"""Samples stay within their row, and shapes fill their sample."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vehicle_id.catalogue import TOLERANCE, Vehicle, load_catalogue
from vehicle_id.errors import CatalogueError
from vehicle_id.synth.paint import CIVIL, SERVICE
from vehicle_id.synth.shapes import build
from vehicle_id.synth.vehicle_sample import draw_sample, nominal_sample

CATALOGUE = load_catalogue()
ROWS = [(label, row) for label in CATALOGUE.taxonomy.leaves for row in CATALOGUE.of(label)]
DIMENSIONS = ("length_m", "width_m", "height_m")
TRUCK = Vehicle(
    name="truck",
    classes=("flatbed_truck",),
    length_m=(8.0, 10.0),
    width_m=(2.5, 2.5),
    height_m=(3.0, 3.2),
    axles_m=(1.5, 6.3),
    colours=("olive", "sand"),
    confidence="disputed",
)


@given(st.integers(0, 2**32), st.sampled_from(ROWS))
@settings(max_examples=60)
def test_sizes_lie_within_the_rows_range_and_the_coat_is_one_of_the_rows(seed: int, case: tuple[str, Vehicle]) -> None:
    label, row = case
    sample = draw_sample(row, label, np.random.default_rng(seed))
    for name in DIMENSIONS:
        low, high = row.size_range(name)
        assert low <= getattr(sample, name) <= high
    named = set(row.colours) - {"mixed"}
    named |= set(SERVICE) if {"olive", "camouflage"} <= named else set()
    assert sample.coat_name in named | (set(CIVIL) if "mixed" in row.colours or not row.colours else set())
    assert (sample.row, sample.label, sample.coat.coat) == (row, label, True)


@pytest.mark.parametrize("confidence", ["published", "disputed", "unverified"])
def test_sizes_use_the_whole_range_and_the_tolerance_of_the_rows_confidence(confidence) -> None:  # type: ignore[no-untyped-def]
    row, rng = replace(TRUCK, confidence=confidence), np.random.default_rng(0)
    drawn = [draw_sample(row, "flatbed_truck", rng) for _ in range(300)]
    share = TOLERANCE[confidence]
    for name in DIMENSIONS:
        low, high = getattr(row, name)
        low, high = low * (1 - share), high * (1 + share)
        values = [getattr(sample, name) for sample in drawn]
        assert min(values) == pytest.approx(low, abs=0.03 * (high - low))
        assert max(values) == pytest.approx(high, abs=0.03 * (high - low))
    assert abs(np.corrcoef([each.length_m for each in drawn], [each.width_m for each in drawn])[0, 1]) < 0.2


def test_a_nominal_sample_has_the_middle_sizes_whatever_the_seed() -> None:
    sizes = {
        tuple(getattr(nominal_sample(TRUCK, "flatbed_truck", np.random.default_rng(seed)), name) for name in DIMENSIONS)
        for seed in range(5)
    }
    assert sizes == {(9.0, 2.5, 3.1)}


@given(st.integers(0, 2**32))
@settings(max_examples=20)
def test_axles_keep_their_share_of_the_length(seed: int) -> None:
    sample = draw_sample(TRUCK, "flatbed_truck", np.random.default_rng(seed))
    assert np.array(sample.axles_m) / sample.length_m == pytest.approx(np.array(TRUCK.axles_m) / 9.0)
    assert nominal_sample(TRUCK, "flatbed_truck", sample.rng).axles_m == TRUCK.axles_m


def test_axles_that_are_not_known_stay_unknown() -> None:
    assert draw_sample(replace(TRUCK, axles_m=()), "flatbed_truck", np.random.default_rng(0)).axles_m == ()


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_a_chance_is_true_in_its_share_of_vehicles(share: float) -> None:
    sample = draw_sample(TRUCK, "flatbed_truck", np.random.default_rng(0))
    assert np.mean([sample.chance(share) for _ in range(500)]) == pytest.approx(share, abs=0.06)


def test_the_same_seed_draws_the_same_vehicle() -> None:
    one, other = (draw_sample(TRUCK, "flatbed_truck", np.random.default_rng(5)) for _ in range(2))
    assert replace(one, rng=other.rng) == other


FEW = [pytest.param(label, id=label) for label in CATALOGUE.taxonomy.leaves if CATALOGUE.of(label)]


@pytest.mark.parametrize("label", FEW)
def test_a_shape_fills_the_drawn_sizes_and_a_pose_has_the_same_parts(label: str) -> None:
    """Not the middle sizes, which test_geometry measures, but drawn ones; the pose changes no part."""
    rows = CATALOGUE.of(label)
    sample = draw_sample(rows[-1], label, np.random.default_rng(3))
    assembly = build(sample)
    rest = assembly.at_rest()
    if label.startswith("flat_car"):  # a load may overhang the car, and its height does not count
        assert (np.ptp(rest.bounds, axis=0)[:2] >= np.array([sample.length_m, sample.width_m]) - 1e-6).all()
        return
    low, high = rest.bounds
    assert (high - low)[:2] == pytest.approx([sample.length_m, sample.width_m], abs=1e-6)
    assert (low + high)[:2] == pytest.approx([0, 0], abs=1e-6)
    assert low[2] == pytest.approx(0, abs=1e-6)
    if not label.startswith(("locomotive", "gondola")):  # what lies on these is not counted
        assert high[2] == pytest.approx(sample.height_m, abs=1e-6)
    assert np.isfinite(rest.triangles).all()
    assert ((rest.rgb >= 0) & (rest.rgb <= 1)).all()
    posed = assembly.posed(np.random.default_rng(1))
    assert posed.triangles.shape == rest.triangles.shape
    assert np.array_equal(posed.rgb, rest.rgb)


def test_a_class_without_a_shape_is_named_with_the_row() -> None:
    with pytest.raises(CatalogueError, match=r"'truck' cannot be built: there is no shape for the class 'ground'"):
        build(nominal_sample(TRUCK, "ground", np.random.default_rng(0)))
