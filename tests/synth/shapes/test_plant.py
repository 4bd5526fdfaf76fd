"""Construction plant: sizes before the stretch, what tells the machines apart, what moves."""

from __future__ import annotations

import numpy as np
import pytest

from vehicle_id.catalogue import Vehicle, load_catalogue
from vehicle_id.synth.draft import Draft, draw_draft, exact_draft
from vehicle_id.synth.mesh import Assembly, Floats, Joint, Mesh
from vehicle_id.synth.paint import GLASS, TYRE, Paint
from vehicle_id.synth.shapes.plant import BUILDERS

SEEDS = range(30)
SIZES = {
    "excavator": (9.4, 2.8, 3.04),
    "bulldozer": (5.3, 3.4, 3.1),
    "wheel_loader": (8.0, 2.95, 3.4),
    "grader": (9.4, 2.6, 3.4),
    "truck_crane": (12.6, 2.5, 3.45),
}


def draft(leaf: str, seed: int, *, name: str = "QY25") -> Draft:
    length, width, height = SIZES[leaf]
    row = Vehicle(
        name=name, classes=(leaf,), length_m=(length, length), width_m=(width, width), height_m=(height, height),
        colours=("yellow",),
    )  # fmt: skip
    return exact_draft(row, leaf, np.random.default_rng(seed))


def build(leaf: str, seed: int) -> Assembly:
    return BUILDERS[leaf](draft(leaf, seed))


def of(mesh: Mesh, paint: Paint) -> Floats:
    """Triangles of a paint."""
    return mesh.triangles[np.all(np.isclose(mesh.rgb, paint.rgb), axis=1)]


def turned(joint: Joint, degrees: float) -> Mesh:
    return joint.part.at_rest().turned(degrees, axis=joint.axis, about=joint.pivot)


@pytest.mark.parametrize("leaf", SIZES)
def test_fills_the_draft_before_any_stretch(leaf: str) -> None:
    for seed in SEEDS:
        each = draft(leaf, seed, name="QY25" if seed % 2 else "KS-3577")
        mesh = BUILDERS[leaf](each).at_rest()
        low, high = mesh.bounds
        share = (high - low) / (each.length_m, each.width_m, each.height_m)
        assert np.all(np.abs(share - 1) < 0.06), (seed, share)
        assert low[2] >= -1e-9
        assert 150 <= len(mesh.triangles) <= 1200


@pytest.mark.parametrize("leaf", SIZES)
def test_same_state_same_mesh_and_pose(leaf: str) -> None:
    poses = [build(leaf, 5).posed(np.random.default_rng(9)) for _ in range(2)]
    assert np.array_equal(poses[0].triangles, poses[1].triangles)
    assert np.array_equal(poses[0].rgb, poses[1].rgb)


@pytest.mark.parametrize("leaf", SIZES)
def test_every_variant_can_be_posed(leaf: str) -> None:
    for seed in SEEDS:
        assert np.isfinite(build(leaf, seed).posed(np.random.default_rng(seed)).triangles).all()


def test_excavator_cab_is_left_of_the_boom_and_turns_with_the_house() -> None:
    slew = build("excavator", 1).joints[0]
    glass = of(slew.part.at_rest(), GLASS)
    assert glass[..., 1].min() > 0.1
    around = of(turned(slew, 180.0), GLASS)
    assert around[..., 1].max() < -0.1


def test_excavator_boom_reaches_up_and_out_at_work() -> None:
    working = [boom for seed in SEEDS if (boom := build("excavator", seed).joints[0].part.joints[0]).used > 0]
    assert 10 < len(working) < 30
    for boom in working:
        arm = boom.part.joints[0]
        reach = arm.part.at_rest().turned(-90.0, axis="y", about=arm.pivot)
        assert reach.bounds[1, 0] > arm.pivot[0] + 1.0
        assert turned(boom, boom.degrees[0]).bounds[1, 2] > 4.5


def test_bulldozer_blade_is_its_widest_part_and_in_front() -> None:
    for seed in range(8):
        assembly = build("bulldozer", seed)
        blade, rest = assembly.joints[0].part.at_rest(), Assembly(fixed=assembly.fixed).at_rest()
        assert np.ptp(blade.bounds[:, 1]) > 1.25 * np.ptp(rest.bounds[:, 1])
        assert blade.bounds[1, 0] > rest.bounds[1, 0]


def test_wheel_loader_bends_in_the_middle_with_an_axle_on_either_side() -> None:
    assembly = build("wheel_loader", 4)
    hinge = assembly.joints[0]
    assert 0.4 * 8 < hinge.pivot[0] < 0.5 * 8
    assert of(hinge.part.at_rest(), TYRE)[..., 0].min() > hinge.pivot[0]
    assert of(Assembly(fixed=assembly.fixed).at_rest(), TYRE)[..., 0].max() < hinge.pivot[0]
    assert turned(hinge, 38.0).bounds[1, 1] > 1.2 * 2.95 / 2


def test_loader_bucket_rises_with_its_arms() -> None:
    lift = build("wheel_loader", 4).joints[0].part.joints[0]
    assert turned(lift, -50.0).bounds[1, 2] > 3.4


def test_grader_is_thin_between_cab_and_front_wheels() -> None:
    """The neck itself, without blade and wheels, is the waist that no other machine has."""
    neck = build("grader", 3).joints[0].part
    beams = neck.fixed[:2]
    assert max(np.ptp(part.bounds[:, 1]) for part in beams) < 0.2 * 2.6
    assert sum(np.ptp(part.bounds[:, 0]) for part in beams) > 0.35 * 9.4


def test_grader_blade_swings_out_beyond_its_width() -> None:
    for seed in range(6):
        blade = build("grader", seed).joints[0].part.joints[0]
        outer = blade.degrees[0] if abs(blade.degrees[0]) > abs(blade.degrees[1]) else blade.degrees[1]
        assert np.ptp(turned(blade, outer).bounds[:, 1]) > 1.2 * 2.6
        assert np.ptp(turned(blade, 0.0).bounds[:, 1]) <= 1.01 * 2.6


def test_crane_boom_overhangs_the_cab_and_is_thin() -> None:
    for seed in range(10):
        assembly = build("truck_crane", seed)
        boom = assembly.joints[0].part.joints[0].part.at_rest()
        carrier = Assembly(fixed=assembly.fixed).at_rest()
        assert boom.bounds[1, 0] > carrier.bounds[1, 0] + 0.8
        assert boom.bounds[1, 0] - boom.bounds[0, 0] > 0.75 * 12.6
        bars = assembly.joints[0].part.joints[0].part.fixed[:3]
        assert all(np.ptp(bar.bounds[:, 1]) < 0.35 * 2.5 for bar in bars)


def test_crane_on_its_legs_is_wider_and_its_boom_stands_up() -> None:
    working = [assembly for seed in SEEDS if (assembly := build("truck_crane", seed)).joints[0].used > 0]
    assert 5 <= len(working) <= 18
    for assembly in working:
        legs = assembly.joints[1:]
        assert len(legs) == 4
        span = [turned(leg, 180.0).bounds[:, 1] for leg in legs]
        assert np.max(span) - np.min(span) > 1.6 * 2.5
        assert max(np.abs(leg.part.at_rest().bounds[:, 1]).max() for leg in legs) <= 1.01 * 2.5 / 2
        boom = assembly.joints[0].part.joints[0]
        assert turned(boom, -45.0).bounds[1, 2] > 8


def test_run_out_section_makes_the_boom_longer() -> None:
    working = [assembly for seed in SEEDS if (assembly := build("truck_crane", seed)).joints[0].used > 0]
    for assembly in working:
        inner = assembly.joints[0].part.joints[0].part.joints[0]
        assert turned(inner, 180.0).bounds[1, 0] > inner.part.at_rest().bounds[1, 0] + 1.5


def test_rows_of_the_catalogue() -> None:
    catalogue = load_catalogue()
    for leaf in SIZES:
        for row in catalogue.of(leaf):
            each = draw_draft(row, leaf, np.random.default_rng(1))
            low, high = BUILDERS[leaf](each).at_rest().bounds
            share = (high - low) / (each.length_m, each.width_m, each.height_m)
            assert np.all(np.abs(share - 1) < 0.06), (row.name, share)
