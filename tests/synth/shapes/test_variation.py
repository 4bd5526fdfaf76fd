"""Variation: bounds are kept, order along the vehicle is kept, cloth and objects are where and how often stated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.synth.shapes.overhead import make_sample
from vehicle_id.catalogue import load_catalogue
from vehicle_id.synth.mesh import Assembly, Joint, Mesh, box, join
from vehicle_id.synth.paint import STEEL, Paint
from vehicle_id.synth.shapes import variation as variation_module
from vehicle_id.synth.shapes.drape import heights
from vehicle_id.synth.shapes.variation import VARIATIONS, Variation, varied
from vehicle_id.synth.vehicle_sample import VehicleSample

COAT = Paint(rgb=(0.1, 0.2, 0.05), coat=True)
LEAVES = load_catalogue().taxonomy.leaves


def truck() -> Assembly:
    """A bed with sides of boxes, a lower frame, and a body on a joint over the rear third."""
    body = Joint(
        part=Assembly(fixed=[box((-5, -2), (-1, 1), (1.5, 2.0), STEEL)]), pivot=(-5, 0, 1.5), axis="y", degrees=(0, 40)
    )
    parts = [box((-5, 5), (-1.25, 1.25), (0.0, 1.2), COAT), box((3, 5), (-1.25, 1.25), (1.2, 3.0), COAT)]
    return Assembly(fixed=[join(parts)], joints=[body])


def sample(leaf: str = "military_truck", seed: int = 0, coat: str = "olive") -> VehicleSample:
    return replace(make_sample(leaf, (10.0, 2.5, 3.0), seed, colours=("olive",)), coat_name=coat)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Vary every vehicle in one way."""

    def set_to(**shares: float) -> None:
        way = Variation(**{"stretch": 0.0, **shares})
        monkeypatch.setattr(variation_module, "VARIATIONS", dict.fromkeys(LEAVES, way))

    return set_to


def added(assembly: Assembly) -> Mesh:
    return join(assembly.fixed[1:])


def test_structures_containers_aircraft_and_boats_are_not_varied() -> None:
    fixed = {"ground", "roof", "shed", "storage_tank", "container", "aircraft", "boat"}
    assert set(VARIATIONS) == set(LEAVES) - fixed
    built = truck()
    assert varied(built, sample("boat")) is built


def test_haul_trucks_and_plant_carry_neither_cloth_nor_objects() -> None:
    for leaf in LEAVES:
        if "hauler" in leaf or leaf in ("excavator", "bulldozer", "wheel_loader", "grader", "truck_crane", "bus"):
            way = VARIATIONS[leaf]
            assert (way.net, way.tarpaulin, way.objects) == (0, 0, 0)


@pytest.mark.parametrize("leaf", ["military_truck", "rigid_hauler_130t", "car"])
def test_proportions_change_smoothly_and_keep_ends_and_order(leaf: str, only) -> None:  # type: ignore[no-untyped-def]
    only(stretch=1.0)
    rows = [box((at, at + 0.1), (-1.25, 1.25), (0, 3), COAT) for at in np.linspace(-5, 4.9, 60)]
    moved = []
    for seed in range(30):
        shown = varied(Assembly(fixed=[join(rows)]), sample(leaf, seed)).fixed[0]
        assert shown.bounds == pytest.approx(join(rows).bounds, abs=1e-9)
        starts = shown.triangles[..., 0].reshape(60, -1).min(1)
        assert (np.diff(starts) > 0).all()
        moved.append(np.abs(starts - np.linspace(-5, 4.9, 60)).max())
    assert max(moved) < 0.04 * 10 and np.mean(moved) > 0.02


@pytest.mark.parametrize("way", [{"net": 1.0}, {"tarpaulin": 1.0}, {"objects": 1.0}])
def test_what_is_added_stays_within_length_and_width_and_near_the_height(way: dict[str, float], only) -> None:  # type: ignore[no-untyped-def]
    only(**way)
    found = 0
    for seed in range(12):
        before, after = truck().at_rest().bounds, varied(truck(), sample(seed=seed))
        low, high = after.at_rest().bounds
        assert (low, high[:2]) == (pytest.approx(before[0], abs=1e-9), pytest.approx(before[1, :2], abs=1e-9))
        assert before[1, 2] - 1e-9 <= high[2] <= 1.06 * before[1, 2]
        assert not added(after).coat.any() or "tarpaulin" in way
        found += len(added(after).triangles) > 0
    assert found > 6


def test_a_net_has_holes_and_only_army_coats_carry_one(only) -> None:  # type: ignore[no-untyped-def]
    only(net=1.0)
    net = added(varied(truck(), sample()))
    x, y = np.linspace(*net.bounds[:, 0], 60), np.linspace(*net.bounds[:, 1], 20)
    assert 0.5 < (heights(net.triangles, x, y) > 0).mean() < 0.95
    assert len(net.rgb) > 50 and net.rgb.std() > 0.01
    assert not len(added(varied(truck(), sample(coat="white"))).triangles)


def test_cloth_lies_over_what_it_covers_and_holds_the_joints_under_it(only) -> None:  # type: ignore[no-untyped-def]
    only(tarpaulin=1.0)
    for seed in range(8):
        after = varied(truck(), sample(seed=seed))
        cloth = added(after)
        inside = cloth.bounds[:, :2] + [[0.1, 0.1], [-0.1, -0.1]]
        x, y = (np.linspace(*inside[:, axis], 15) for axis in (0, 1))
        assert (heights(cloth.triangles, x, y) > heights(truck().joints[0].part.at_rest().triangles, x, y) - 1e-6).all()
        assert after.joints[0].used == 0
    only(objects=1.0)
    assert varied(truck(), sample()).joints[0].used == 0.5


def test_objects_stand_on_level_places(only) -> None:  # type: ignore[no-untyped-def]
    only(objects=1.0)
    for seed in range(20):
        for each in varied(truck(), sample(seed=seed)).fixed[1:]:
            assert min(abs(each.bounds[0, 2] - level) for level in (1.2, 3.0)) < 0.03
            assert (each.bounds[1] - each.bounds[0])[:2].max() < 2.5


def test_heights_are_those_of_the_highest_triangle() -> None:
    both = join([box((0, 2), (0, 2), (0, 1), STEEL), box((1, 3), (0, 2), (0, 2), STEEL)])
    found = heights(both.triangles, np.array([-0.5, 0.5, 1.5, 2.5]), np.array([0.7, 2.5]))
    assert found.tolist() == [[0, 0], [1, 0], [2, 0], [2, 0]]
