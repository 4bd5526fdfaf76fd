"""Road haulage: gaps, bonnets, axles where they are on the road, roofs that are closed."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import heights, make_sample, met_from_above, whole
from vehicle_id.synth.mesh import Assembly, Mesh, join
from vehicle_id.synth.paint import STEEL
from vehicle_id.synth.shapes.highway import BUILDERS
from vehicle_id.synth.shapes.highway.bonneted import conventional, draw_conventional
from vehicle_id.synth.shapes.highway.heavy_loads import HEAVY_LOADS, HeavyLoad, LoadSpace
from vehicle_id.synth.shapes.highway.light_goods import LIGHT_LOADS, LightLoad
from vehicle_id.synth.shapes.highway.rig import Rig
from vehicle_id.synth.shapes.highway.roofs import Roof, draw_roof
from vehicle_id.synth.shapes.highway.undercarriage import draw_trailer

HOLD = LoadSpace(x=(0.0, 9.0), half=1.2, floor=1.4, top=3.6)


def built(leaf: str, size: tuple[float, float, float], seed: int, name: str = "") -> Assembly:
    """The vehicle before the fit."""
    return BUILDERS[leaf](make_sample(leaf, size, seed, name=name or leaf))


def test_the_gap_behind_the_cab_is_half_a_metre_to_one_and_a_half() -> None:
    for seed in range(12):
        assembly = built("tractor_trailer", (16.5, 2.55, 4.0), seed, "refrigerated")
        (joint,) = assembly.joints
        trailer_front = join(assembly.fixed).bounds[1, 0]
        at = np.arange(trailer_front + 0.05, 16.4, 0.05)
        cab = heights(joint.part.at_rest(), at, 0.55)
        gap = at[np.argmax(cab > 2.0)] - trailer_front
        assert 0.1 <= gap <= 1.6, seed  # fairings reach into it


def test_the_tractor_turns_about_the_kingpin_under_the_front_of_the_trailer() -> None:
    for seed in range(6):
        assembly = built("tractor_trailer", (16.5, 2.55, 4.0), seed)
        (joint,) = assembly.joints
        front = join(assembly.fixed).bounds[1, 0]
        assert 0.8 < front - joint.pivot[0] < 1.7
        assert joint.part.at_rest().bounds[0, 0] < joint.pivot[0] - 0.5


@pytest.mark.parametrize("seed", range(8))
def test_a_bonnet_is_lower_than_the_cab_behind_it(seed: int) -> None:
    sample = make_sample("tractor_unit", (7.8, 2.5, 3.8), seed)
    rig = Rig(rear=0.0, front=7.8, half=1.25, top=3.8, coupling=1.4, rear_axles=(0.8, 2.1), paint=STEEL)
    plan = draw_conventional(sample, rig, room=3.0)
    assert plan.rear >= 3.0 - 1e-9
    assert 0.9 < plan.nose - plan.cowl < 2.6
    along = heights(join(conventional(sample, rig, plan)), [plan.nose - 0.5, plan.cowl - 1.0], 0.05)
    assert along[0] < 0.75 * along[1]
    assert along[1] > 2.3


def test_most_long_tractors_have_a_bonnet() -> None:
    fronts = [heights(whole(built("tractor_unit", (7.9, 2.5, 3.8), seed)), [6.9], 0.2)[0] for seed in range(12)]
    assert sum(height < 2.2 for height in fronts) >= 7


def test_the_axles_of_a_trailer_stand_well_ahead_of_its_rear_end() -> None:
    for seed in range(10):
        sample = make_sample("semi_trailer", (13.6, 2.55, 4.0), seed)
        trailer = draw_trailer(sample, rear=0, front=13.6, half=1.27, top=4, american=False, alone=True)
        assert 3.2 < np.mean(trailer.axles) < 4.7
        assert trailer.kingpin == pytest.approx(12.0)


def test_roofs_lie_level_and_close_their_rectangle() -> None:
    for seed in range(20):
        sample = make_sample("semi_trailer", (13.6, 2.55, 4.0), seed)
        parts = draw_roof(sample, Roof(x=(0.0, 13.6), half=1.27, z=4.0), STEEL)
        points, _ = met_from_above(join(parts), step_m=0.2)
        assert len(points) >= 0.93 * (13.6 / 0.2) * (2.54 / 0.2)
        assert points[:, 2].min() > 3.85
        assert points[:, 2].max() < 4.03


def test_roofs_differ_in_tone_along_their_length() -> None:
    samples = [make_sample("semi_trailer", (13.6, 2.55, 4.0), seed) for seed in range(16)]
    roof = Roof(x=(0.0, 13.6), half=1.27, z=4.0)
    spreads = [_tone_spread(join(draw_roof(sample, roof, STEEL))) for sample in samples]
    assert sum(spread < 0.01 for spread in spreads) >= 2
    assert sum(spread > 0.05 for spread in spreads) >= 4


def _tone_spread(mesh: Mesh) -> float:
    points, faces = met_from_above(mesh, step_m=0.2)
    inside = np.abs(points[:, 1]) < 1.0
    return float(mesh.rgb[faces[inside]].mean(1).std())


@pytest.mark.parametrize("load", HEAVY_LOADS, ids=lambda load: load.__name__)
def test_loads_stay_in_their_hold(load: HeavyLoad) -> None:
    for seed in range(10):
        (x0, y0, z0), (x1, y1, z1) = join(load(make_sample("semi_trailer", (13, 2.5, 4), seed), HOLD)).bounds
        assert -0.1 <= x0 < x1 <= 9.6
        assert max(-y0, y1) <= HOLD.half + 0.05
        assert HOLD.floor - 0.01 <= z0 < z1 <= HOLD.top + 0.3


ONE_TONNE = (5.1, 1.74, 2.0)


@pytest.mark.parametrize("seed", range(6))
def test_a_one_tonne_lorry_is_a_cab_before_a_bed_of_its_width(seed: int) -> None:
    mesh = whole(built("flatbed_truck", ONE_TONNE, seed))
    cab_roof = heights(mesh, [4.0], 0.1)[0]
    assert cab_roof > 1.6
    assert heights(mesh, [5.0], 0.1)[0] < 0.75 * cab_roof, "the windscreen slopes to a short nose"
    rim = heights(mesh, [1.2], 0.85)[0]
    assert 0.6 < rim < 1.4, "the side of the bed"


def test_some_beds_are_empty_and_loads_stay_low() -> None:
    middles = [
        np.median(heights(whole(built("flatbed_truck", ONE_TONNE, seed)), [0.6, 1.1, 1.6], 0.3)) for seed in range(14)
    ]
    assert 2 <= sum(height < 0.95 for height in middles) <= 11
    assert max(middles) <= 2.01


@pytest.mark.parametrize("load", LIGHT_LOADS, ids=lambda load: load.__name__)
def test_light_loads_stay_in_their_space(load: LightLoad) -> None:
    space = LoadSpace(x=(0.0, 2.9), half=0.8, floor=0.8, top=1.95)
    for seed in range(8):
        (x0, y0, z0), (x1, y1, z1) = join(load(make_sample("flatbed_truck", ONE_TONNE, seed), space)).bounds
        assert -0.1 <= x0 < x1 <= 3.0
        assert max(-y0, y1) <= space.half + 0.1
        assert space.floor - 0.1 <= z0 < z1 <= space.top + 0.1


@pytest.mark.parametrize("size", [(5.3, 1.76, 2.6), (8.5, 2.5, 3.6)])
def test_the_box_of_a_lorry_is_higher_than_its_cab(size: tuple[float, float, float]) -> None:
    for seed in range(5):
        mesh = whole(built("box_truck", size, seed))
        at = heights(mesh, [0.35 * size[0], size[0] - 0.15], 0.1)
        assert at[0] > 0.95 * size[2]
        assert at[1] < 0.9 * at[0]
