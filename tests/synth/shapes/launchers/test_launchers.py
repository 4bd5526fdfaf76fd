"""Launchers and bare carriers: what stands where, seen from above."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import catalogue_samples, heights, make_sample, whole
from vehicle_id.synth.mesh import join
from vehicle_id.synth.shapes.launchers import BUILDERS
from vehicle_id.synth.shapes.launchers.antennas import array_radar
from vehicle_id.synth.shapes.launchers.axles import draw_axles
from vehicle_id.synth.shapes.launchers.beds import empty_cradle, flat_deck, open_frame, part_deck, service_platform
from vehicle_id.synth.shapes.launchers.carrier import carrier
from vehicle_id.synth.shapes.launchers.designs import Bed
from vehicle_id.synth.shapes.launchers.packs import canisters, rocket_pack
from vehicle_id.synth.shapes.launchers.plan import draw_plan
from vehicle_id.synth.shapes.launchers.single import erected_canister, single_canister, single_missile
from vehicle_id.synth.shapes.launchers.tubes import missile
from vehicle_id.synth.vehicle_sample import VehicleSample

SCUD = (13.3, 3.05, 3.3)
TOPOL = (22.3, 3.2, 4.4)
SEEDS = range(5)


def four_axles(seed: int, load: str = "loaded") -> VehicleSample:
    return make_sample(f"special_chassis_4_axles_{load}", SCUD, seed)


def seven_axles(seed: int, load: str = "loaded") -> VehicleSample:
    return make_sample(f"special_chassis_6_7_axles_{load}", TOPOL, seed)


@pytest.mark.parametrize(("axles", "numbers"), [("4", {4}), ("6_7", {6, 7}), ("8", {8}), ("9_plus", {9, 10, 11, 12})])
def test_the_class_gives_the_number_of_axles(axles: str, numbers: set[int]) -> None:
    drawn = set()
    for seed in range(40):
        places = draw_axles(make_sample(f"special_chassis_{axles}_axles_bare", TOPOL, seed), (0.0, 20.0))
        assert all(np.diff(places) < 0), "front to rear"
        drawn.add(len(places))
    assert drawn == numbers


def test_axles_of_the_row_are_kept() -> None:
    sample = make_sample("special_chassis_4_axles_bare", (11.6, 3.07, 2.92), 0, axles_m=(2.4, 4.6, 7.9, 10.1))
    assert draw_axles(sample, (0.0, 11.6)) == pytest.approx((9.2, 7.0, 3.7, 1.5))


@pytest.mark.parametrize("bed", [open_frame, flat_deck, part_deck, empty_cradle, service_platform])
def test_a_bare_bed_stays_below_the_cab(bed: Bed) -> None:
    for seed in SEEDS:
        sample = four_axles(seed, "bare")
        plan = draw_plan(sample, "wide")
        for part in bed(sample, plan):
            assert part.bounds[1, 2] < plan.roof


def test_a_missile_lies_along_the_middle() -> None:
    for seed in SEEDS:
        for design in (single_missile, single_canister):
            mesh = whole(design(seven_axles(seed)))
            along = heights(mesh, np.linspace(3, 14, 12), 0.02)
            assert (along > 0.8 * TOPOL[2]).all(), (design.__name__, seed)


def test_a_raised_canister_stands_above_its_travel_order() -> None:
    for seed in SEEDS:
        sample = seven_axles(seed)
        launcher = erected_canister(sample)
        assert launcher.posed(sample.rng).bounds[1, 2] > 1.2 * TOPOL[2]
        assert launcher.at_rest().bounds[1, 2] < 1.06 * TOPOL[2]


def test_canisters_and_packs_lie_within_the_outline() -> None:
    for seed in range(12):
        for design in (canisters, rocket_pack, array_radar):
            (joint,) = design(four_axles(seed)).joints
            low, high = joint.part.at_rest().bounds
            assert low[0] >= -1e-6, (design.__name__, seed)
            assert high[0] <= SCUD[0] + 1e-6, (design.__name__, seed)
            assert np.abs([low[1], high[1]]).max() <= SCUD[1] / 2 + 0.02, (design.__name__, seed)


def test_split_cabs_leave_a_slot() -> None:
    for seed in SEEDS:
        sample = four_axles(seed)
        plan = draw_plan(sample, "split", roof=2.7)
        mesh = join(carrier(sample, plan, slot=True))
        x = [sum(plan.cab) / 2]
        side = (plan.gap + plan.half) / 2
        assert heights(mesh, x, 0.0)[0] < heights(mesh, x, side)[0] - 0.3
        assert heights(mesh, x, side)[0] == pytest.approx(heights(mesh, x, -side)[0], abs=0.15)


def test_one_class_holds_many_shapes() -> None:
    leaf = "special_chassis_4_axles_loaded"
    counts = {len(BUILDERS[leaf](sample).at_rest().triangles) for sample in catalogue_samples(leaf, seeds=3)}
    assert len(counts) > 12


def test_fins_reach_beyond_the_missile_and_no_higher_than_its_place() -> None:
    finned = 0
    for seed in range(12):
        sample = four_axles(seed)
        mesh = join(missile(sample, (0.0, 10.0), (0.0, 2.0), 0.6, sample.coat))
        assert mesh.bounds[1, 2] == pytest.approx(2.6, abs=0.03)
        at_tail = mesh.triangles[mesh.triangles[..., 0] < 2.5]
        finned += np.abs(at_tail[:, 1]).max() > 1.15 * np.abs(mesh.triangles[mesh.triangles[..., 0] > 3.0][:, 1]).max()
    assert 4 <= finned < 12
