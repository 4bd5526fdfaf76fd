"""Motor pools: tyres and frames that show, beds of every kind, bodies in one tone, blades ahead of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.synth.shapes.overhead import Size, filled, heights, make_sample, met_from_above, whole
from vehicle_id.synth.mesh import join
from vehicle_id.synth.paint import TYRE
from vehicle_id.synth.shapes.motor_pool import BUILDERS
from vehicle_id.synth.shapes.motor_pool.beds import OpenBed, frame_bed, long_dark_load, own_cloth
from vehicle_id.synth.shapes.motor_pool.lorries import LONG, SHORT, beds_of
from vehicle_id.synth.shapes.motor_pool.plan import ArmyLorryPlan, draw_plan
from vehicle_id.synth.shapes.motor_pool.working_bodies import bare_tractor, hook_loader
from vehicle_id.synth.vehicle_sample import VehicleSample

SMALL, MIDDLE, HEAVY = (5.5, 2.25, 2.5), (6.8, 2.45, 2.8), (10.2, 2.44, 2.9)
BEDS = tuple(dict.fromkeys(bed for _, bed in (*SHORT, *LONG)))


def army(leaf: str, size: Size, seed: int, **columns: Any) -> VehicleSample:
    """In an army's coat."""
    return make_sample(leaf, size, seed, **{"colours": ("olive", "sand"), **columns})


def planned(size: Size, seed: int) -> tuple[VehicleSample, ArmyLorryPlan]:
    sample = army("military_truck", size, seed)
    return sample, draw_plan(sample)


@pytest.mark.parametrize("size", [SMALL, MIDDLE, HEAVY])
def test_lorries_fill_their_size(size: Size) -> None:
    for seed in range(15):
        sample = army("military_truck", size, seed)
        assert filled(sample, BUILDERS["military_truck"](sample)) == pytest.approx(1, abs=0.06), seed


@pytest.mark.parametrize("size", [SMALL, MIDDLE, HEAVY])
def test_the_parts_of_a_lorry_follow_one_another(size: Size) -> None:
    for seed in range(20):
        _, plan = planned(size, seed)
        ends = [plan.bed[0], plan.bed[1], plan.gear[1], plan.cab[1], plan.bonnet[1]]
        assert ends == sorted(ends) and ends[0] >= 0 and ends[-1] <= plan.length
        assert plan.bed[1] - plan.bed[0] > 0.3 * plan.length
        assert all(plan.wheel * 0.8 < at < plan.length - plan.wheel * 0.8 for at in plan.axles)


@pytest.mark.parametrize("bed", BEDS, ids=lambda bed: bed.__name__)
@pytest.mark.parametrize("size", [MIDDLE, HEAVY])
def test_beds_stay_over_their_frame(bed: OpenBed, size: Size) -> None:
    for seed in range(8):
        sample, plan = planned(size, seed)
        (x0, y0, z0), (x1, y1, z1) = join(bed(sample, plan, plan.top)).bounds
        assert plan.bed[0] - 0.15 <= x0 < x1 <= plan.bed[1] + 0.55
        assert max(-y0, y1) <= plan.half + 0.05
        assert 0.0 <= z0 < z1 <= plan.top + 0.1


def test_the_rear_tyres_of_most_bare_tractors_show() -> None:
    shown = []
    for seed in range(12):
        mesh = whole(BUILDERS["military_truck"](army("military_truck", MIDDLE, seed, name="army tractor")))
        points, faces = met_from_above(mesh, step_m=0.1)
        black = np.abs(mesh.rgb[faces] - TYRE.rgb).max(1) < 1e-9
        shown.append((points[black, 0] < 0.5 * MIDDLE[0]).sum())
    assert sum(count > 40 for count in shown) >= 6, "hidden by mudguards on the others"


def test_a_frame_lets_the_ground_be_seen_and_a_load_does_not() -> None:
    shares: dict[OpenBed, list[float]] = {frame_bed: [], long_dark_load: [], own_cloth: []}
    for bed, found in shares.items():
        for seed in range(8):
            sample, plan = planned(HEAVY, seed)
            points, _ = met_from_above(join(bed(sample, plan, plan.top)), step_m=0.1)
            found.append(len(points) / (100 * (plan.bed[1] - plan.bed[0]) * 2 * plan.half))
    assert min(shares[frame_bed]) < 0.5
    assert min(shares[long_dark_load]) > 0.85 and min(shares[own_cloth]) > 0.85


def test_cloth_of_the_lorry_wears_its_camouflage() -> None:
    covered = [join(own_cloth(*planned(MIDDLE, seed), 2.8)).coat.mean() for seed in range(12)]
    assert sum(share > 0.95 for share in covered) >= 7


@pytest.mark.parametrize(("name", "bed"), [("HEMTT load handling system", hook_loader), ("Army tractor", bare_tractor)])
def test_a_row_that_names_its_bed_gets_it(name: str, bed: OpenBed) -> None:
    for seed in range(6):
        assert beds_of(army("military_truck", HEAVY, seed, name=name)) == ((1.0, bed),)


@pytest.mark.parametrize("size", [(5.0, 2.4, 2.7), (5.3, 3.5, 3.2), (5.9, 2.95, 2.8)])
def test_army_dozers_fill_their_size_with_the_blade_ahead_of_the_body(size: Size) -> None:
    gaps = []
    for seed in range(15):
        sample = army("bulldozer", size, seed)
        built = BUILDERS["bulldozer"](sample)
        assert filled(sample, built) == pytest.approx(1, abs=0.06), seed
        (joint,) = built.joints
        assert joint.part.at_rest().bounds[1, 0] == pytest.approx(size[0], abs=0.06)
        line = heights(whole(built), np.arange(0.5 * size[0], size[0], 0.05).tolist(), 0.3 * size[1])
        gaps.append((line < 0.35).sum() * 0.05)
    assert max(gaps) > 0.2, "the ground shows between some bodies and their blades"


def test_builders_machines_keep_their_look() -> None:
    civil = make_sample("bulldozer", (5.3, 3.4, 3.1), 1, colours=("yellow",))
    assert BUILDERS["bulldozer"](civil).joints


@pytest.mark.parametrize("name", ["Backhoe loader JCB HMEE", "Backhoe loader FLU-419 SEE"])
def test_a_convoys_excavator_has_a_bucket_ahead_and_an_arm_behind(name: str) -> None:
    size = (6.5, 2.45, 2.95 if "HMEE" in name else 2.6)
    for seed in range(10):
        sample = army("wheel_loader", size, seed, name=name)
        built = BUILDERS["wheel_loader"](sample)
        assert filled(sample, built) == pytest.approx(1, abs=0.06), seed
        bucket, arm = built.joints
        assert bucket.pivot[0] > 0.4 * size[0] and arm.pivot[0] < 0.2 * size[0]
        mesh = whole(built)
        bonnet = heights(mesh, [0.66 * size[0]], 0.05)[0]
        assert 0.45 * size[2] < bonnet < 0.75 * size[2]


def test_wide_cars_have_a_bonnet_below_their_roof_and_rears_of_every_height() -> None:
    rears = []
    for seed in range(24):
        sample = army("utility_vehicle", (4.6, 2.16, 1.83), seed, name="HMMWV")
        built = BUILDERS["utility_vehicle"](sample)
        assert filled(sample, built) == pytest.approx(1, abs=0.06), seed
        mesh = whole(built)
        assert heights(mesh, [4.0], 0.3)[0] < 0.72 * 1.83
        rears.append(heights(mesh, [0.8], 0.3)[0])
    assert min(rears) < 1.1 and max(rears) > 1.6


def test_narrow_cars_stay_jeeps() -> None:
    sample = army("utility_vehicle", (3.9, 1.75, 1.9), 4)
    assert filled(sample, BUILDERS["utility_vehicle"](sample)) == pytest.approx(1, abs=0.06)


@pytest.mark.parametrize(("leaf", "size"), [("military_truck", MIDDLE), ("utility_vehicle", (4.6, 2.16, 1.83))])
def test_no_two_of_a_row_are_alike(leaf: str, size: Size) -> None:
    counts = {len(join(BUILDERS[leaf](army(leaf, size, seed)).fixed).triangles) for seed in range(12)}
    assert len(counts) >= 8
