"""Scenes: the target at the origin, neighbours clear of it, wagons on rails, a sun that fits the ground."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from vehicle_id.catalogue import Catalogue, load_catalogue
from vehicle_id.synth import scene as scene_module
from vehicle_id.synth.clutter import CLUTTER, RAIL_TOP_M
from vehicle_id.synth.conditions import CaptureConditions
from vehicle_id.synth.ground import KINDS
from vehicle_id.synth.ground.real import PlacedGround, RealGround
from vehicle_id.synth.mixed_rows import draw_others
from vehicle_id.synth.render import SceneObject
from vehicle_id.synth.scene import COARSEST_GROUND, SETTINGS, Scene, draw_scene, draw_sun
from vehicle_id.synth.vehicle_sample import ARMY_COATS

CATALOGUE = load_catalogue()
LEAVES = CATALOGUE.taxonomy.leaves
SEVERAL = ("car", "tractor_trailer", "rigid_hauler_130t", "excavator", "tank", "container", "aircraft", "tank_car")
WAGONS = [leaf for leaf in LEAVES if "rail_vehicle" in CATALOGUE.taxonomy.path(leaf)]


def drawn(label: str, seed: int, **more) -> Scene:  # type: ignore[no-untyped-def]
    conditions = CaptureConditions(gsd_m=(0.5, 0.5), **more)
    return draw_scene(label, CATALOGUE, np.random.default_rng(seed), conditions, gsd_m=0.5)


def ground_image(gsd_m: float = 0.5, side_m: float = 200.0, sun: float | None = None) -> RealGround:
    side = round(side_m / gsd_m)
    return RealGround(pixels=np.full((side, side, 3), 120, np.uint8), gsd_m=gsd_m, sun_azimuth_deg=sun, source="photo")


def own_size(placed: SceneObject) -> np.ndarray:
    """Lowest and highest corner in the object's own frame."""
    return placed.mesh.moved((-placed.at_m[0], -placed.at_m[1], 0)).turned(-placed.heading_deg).bounds


def footprint(placed: SceneObject) -> tuple[np.ndarray, np.ndarray]:
    """Corners of the rectangle it stands on, `[4, 2]`, and its two directions."""
    (x0, y0, _), (x1, y1, _) = own_size(placed)
    turn = math.radians(placed.heading_deg)
    frame = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]) @ frame + placed.at_m, frame


def overlap_m(one: SceneObject, other: SceneObject) -> float:
    """Overlap of two footprints along the direction that separates them best; negative = apart."""
    (a, first), (b, second) = footprint(one), footprint(other)
    along = [(a @ axis, b @ axis) for axis in (*first, *second)]
    return float(min(min(p.max(), q.max()) - max(p.min(), q.min()) for p, q in along))


@pytest.fixture
def standing(monkeypatch: pytest.MonkeyPatch) -> list[SceneObject]:
    """The neighbours of the scene drawn last, all of them and the target in transport pose."""
    kept: list[SceneObject] = []
    real = scene_module._neighbours

    def keep(*args):  # type: ignore[no-untyped-def]
        kept[:] = real(*args)
        return list(kept)

    monkeypatch.setattr(scene_module, "_neighbours", keep)
    monkeypatch.setattr(scene_module, "_posed", lambda sample, rng, in_a_row: scene_module.build(sample).at_rest())
    return kept


def test_every_class_has_a_setting_with_existing_grounds() -> None:
    for leaf in LEAVES:
        setting = scene_module._setting(leaf, CATALOGUE)
        assert set(setting.grounds) <= set(KINDS), leaf
        assert setting.row + setting.line <= 1
    assert set(SETTINGS) <= set(CATALOGUE.taxonomy.names)


@pytest.mark.parametrize("label", SEVERAL)
def test_the_target_is_the_first_object_at_the_origin_and_points_along_the_heading(label, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(scene_module, "_posed", lambda sample, rng, in_a_row: scene_module.build(sample).at_rest())
    always_on_rails(monkeypatch)
    for seed in range(3):
        scene = drawn(label, seed)
        assert scene.target is not None
        assert scene.target.label == label
        assert scene.target.row in CATALOGUE.of(label)
        target = scene.objects[0]
        assert (target.at_m, target.heading_deg) == ((0, 0), scene.heading_deg)
        low, high = own_size(target)
        assert (low + high)[:2] == pytest.approx([0, 0], abs=1e-6)
        assert (high - low)[:2] == pytest.approx([scene.target.length_m, scene.target.width_m], abs=1e-6)
        assert low[2] == pytest.approx(RAIL_TOP_M if label in WAGONS else 0, abs=1e-6)


@pytest.mark.parametrize("label", WAGONS)
def test_wagons_and_locomotives_stand_on_a_track_of_ballast(label: str, monkeypatch: pytest.MonkeyPatch) -> None:
    always_on_rails(monkeypatch)
    for seed in range(3):
        scene = drawn(label, seed, real_grounds=[ground_image()])
        assert scene.ground_name == "ballast", "an image of ground has no track in it"
        reach = max(12.0, 1.5 * scene.target.length_m)  # type: ignore[union-attr]
        under = [
            each
            for each in scene.objects[1:]
            if each.at_m == (0, 0)
            and own_size(each)[1, 2] == pytest.approx(RAIL_TOP_M)
            and np.ptp(own_size(each), axis=0)[0] >= 2 * reach
        ]
        assert len(under) == 1
        assert under[0].heading_deg == scene.heading_deg


def test_some_wagons_stand_off_their_rails_on_the_ground_of_a_yard() -> None:
    scenes = [drawn("box_car", seed) for seed in range(60)]
    off = [scene for scene in scenes if scene.ground_name != "ballast"]
    assert 2 <= len(off) <= 20
    assert all(own_size(scene.objects[0])[0, 2] == pytest.approx(0, abs=1e-6) for scene in off)


def always_on_rails(monkeypatch: pytest.MonkeyPatch) -> None:
    rail = scene_module.SETTINGS["rail_vehicle"]
    monkeypatch.setitem(scene_module.SETTINGS, "rail_vehicle", replace(rail, off_rails=0.0))  # type: ignore[arg-type]


def test_tracks_lie_beside_one_another_and_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene_module, "track", lambda length, rng: [])
    for seed in range(20):
        objects = scene_module._tracks(20.0, 30.0, 3.2, np.random.default_rng(seed))
        across = sorted(scene_module._turned(each.at_m, -30.0)[1] for each in objects)
        assert 0.0 in [round(value, 9) for value in across]
        assert all(scene_module._turned(each.at_m, -30.0)[0] == pytest.approx(0, abs=1e-9) for each in objects)
        assert np.diff(across).min(initial=9) >= 3.2 + 0.8


@pytest.mark.parametrize("label", ["car", "bus", "tank", "rigid_hauler_130t", "tractor_unit", "military_truck"])
def test_neighbours_stand_clear_of_the_target(label: str, standing: list[SceneObject]) -> None:
    met = 0
    for seed in range(8):
        scene = drawn(label, seed)
        met += len(standing)
        for other in standing:
            assert overlap_m(scene.objects[0], other) < 0, seed
    assert met


@pytest.mark.parametrize("label", ["special_chassis_9_plus_axles_bare", "locomotive", "flat_car_containers", "boat"])
def test_neighbours_of_long_vehicles_stand_clear_of_the_target(label: str, standing: list[SceneObject]) -> None:
    largest = 0.0
    for seed in range(12):
        scene = drawn(label, seed)
        largest = max([largest, *(overlap_m(scene.objects[0], other) for other in standing)])
    assert largest <= 0.1, "couplers and buffers may touch"


def test_coupled_wagons_share_the_targets_track_and_heading(standing: list[SceneObject]) -> None:
    coupled = 0
    for seed in range(6):
        scene = drawn("tank_car", seed)
        for other in standing:
            ahead, across = scene_module._turned(other.at_m, -scene.heading_deg)
            assert across == pytest.approx(0, abs=1e-9)
            assert abs(ahead) >= 0.9 * scene.target.length_m  # type: ignore[union-attr]
            assert math.sin(math.radians(other.heading_deg - scene.heading_deg)) == pytest.approx(0, abs=1e-9)
            assert own_size(other)[0, 2] == pytest.approx(RAIL_TOP_M)
        coupled += bool(standing)
    assert coupled >= 4, "most wagons stand in a rake"


def test_cars_are_parked_side_by_side_in_about_the_share_of_their_setting(standing: list[SceneObject]) -> None:
    beside = 0
    for seed in range(40):
        scene = drawn("car", seed)
        beside += any(abs(scene_module._turned(other.at_m, -scene.heading_deg)[1]) > 1 for other in standing)
    assert beside / 40 == pytest.approx(SETTINGS["light_vehicle"].row, abs=0.2)


def test_clutter_except_trees_keeps_clear_of_parked_vehicles(monkeypatch: pytest.MonkeyPatch) -> None:
    setting = scene_module.replace(SETTINGS["none"], clutter=12.0)
    taken, size = [(0.0, 0.0), (0.0, 4.0)], (8.0, 3.0)
    found = 0
    for name in set(CLUTTER) - {"tree"}:
        monkeypatch.setattr(scene_module, "CLUTTER", {name: CLUTTER[name]})
        for each in scene_module._clutter(setting, taken, size, 25.0, 12.0, 0.0, np.random.default_rng(1)):
            middle = np.array(scene_module._turned(each.at_m, -25.0))
            low, high = each.mesh.moved((-each.at_m[0], -each.at_m[1], 0)).turned(-25.0).bounds[:, :2]
            found += 1
            for x, y in taken:
                apart = np.maximum(low + middle - (x + 4.0, y + 1.5), (x - 4.0, y - 1.5) - (high + middle))
                assert apart.max() > 0, name
    assert found > 50


def test_no_obstacle_for_trains_is_placed_on_tracks(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def noting(name: str):  # type: ignore[no-untyped-def]
        return lambda rng: asked.append(name) or CLUTTER["person"](rng)

    monkeypatch.setattr(scene_module, "CLUTTER", {name: noting(name) for name in CLUTTER})
    setting = scene_module.replace(SETTINGS["rail_vehicle"], clutter=100.0)
    scene_module._clutter(setting, [(0.0, 0.0)], (12.0, 3.0), 0.0, 20.0, 0.0, np.random.default_rng(0))
    assert set(asked) == set(CLUTTER) - {"tree", "building", "wall", "berm"}


def test_bare_ground_has_no_vehicle() -> None:
    for seed in range(5):
        scene = drawn("ground", seed)
        assert scene.target is None
        assert scene.ground_name in SETTINGS["none"].grounds
        assert all(len(each.mesh.triangles) < 2000 for each in scene.objects)
        assert not any(each.mesh.coat.any() and each.weathering.camouflage for each in scene.objects)


def test_the_ground_is_one_of_the_setting_of_the_class() -> None:
    names = {drawn("boat", seed).ground_name for seed in range(12)}
    assert names <= set(SETTINGS["boat"].grounds)
    assert "water" in names and len(names) > 1


def test_snow_lies_on_vehicles_on_snow_alone() -> None:
    for seed in range(40):
        scene = drawn("car", seed)
        if scene.ground_name != "snow":
            assert not any(each.weathering.snow for each in scene.objects)


def test_the_same_generator_state_draws_the_same_scene() -> None:
    one, other, third = (drawn("bus", seed) for seed in (3, 3, 4))
    assert (one.sun, one.heading_deg, one.ground_name) == (other.sun, other.heading_deg, other.ground_name)
    assert [each.weathering for each in one.objects] == [each.weathering for each in other.objects]
    assert all(
        np.array_equal(a.mesh.triangles, b.mesh.triangles) for a, b in zip(one.objects, other.objects, strict=True)
    )
    assert one.heading_deg != third.heading_deg


def test_army_vehicles_are_often_camouflaged_and_civil_ones_sometimes() -> None:
    def share(label: str) -> float:
        setting, rng = scene_module._setting(label, CATALOGUE), np.random.default_rng(0)
        samples = [scene_module.draw_sample(CATALOGUE.of(label)[0], label, rng) for _ in range(800)]
        patterns = [scene_module._draw_coat_pattern(each, setting, rng, snow=False) for each in samples]
        return 1 - patterns.count(None) / 800

    assert 0.3 < share("tank") < 0.65
    assert 0.25 < share("special_chassis_8_axles_loaded") < 0.65
    for label in ("excavator", "articulated_hauler", "flatbed_truck"):
        assert 0.01 < share(label) < 0.1, label
    assert share("roof") == share("boat") == 0


def test_images_of_real_ground_are_used_for_half_of_the_scenes() -> None:
    names = [drawn("ground", seed, real_grounds=[ground_image()]).ground_name for seed in range(120)]
    assert names.count("photo") / 120 == pytest.approx(0.5, abs=0.15)


@pytest.mark.parametrize(
    ("ground", "used"),
    [
        (ground_image(gsd_m=0.99), True),
        (ground_image(gsd_m=1.01), False),
        (ground_image(gsd_m=0.1, side_m=7.3), True),
        (ground_image(gsd_m=0.1, side_m=7.1), False),
    ],
    ids=["just fine enough", "too coarse", "just large enough", "too small"],
)
def test_an_image_too_coarse_or_too_small_is_never_used(ground: RealGround, used: bool) -> None:
    assert COARSEST_GROUND * 0.5 == 1.0
    names = {drawn("ground", seed, real_grounds=[ground]).ground_name for seed in range(12)}
    assert ("photo" in names) == used


def test_the_sun_agrees_with_the_shadows_in_the_image_of_ground() -> None:
    turned = 0
    for seed in range(16):
        with_sun, without = (drawn("ground", seed, real_grounds=[ground_image(sun=sun)]) for sun in (40.0, None))
        if with_sun.ground_name != "photo":
            assert with_sun.sun == without.sun
            continue
        turned += 1
        ground = with_sun.ground
        assert isinstance(ground, PlacedGround)
        expected = ((180 - 40 if ground.flipped else 40) + ground.turn_deg) % 360
        assert with_sun.sun.azimuth_deg == pytest.approx(expected)
        assert with_sun.sun.azimuth_deg != without.sun.azimuth_deg
        assert with_sun.sun.elevation_deg == without.sun.elevation_deg
    assert turned


def test_the_sun_is_mostly_clear_never_below_ten_degrees_and_warmer_when_low() -> None:
    rng = np.random.default_rng(0)
    suns = [draw_sun(rng) for _ in range(500)]
    assert all(10 <= sun.elevation_deg <= 80 and 0 <= sun.direct <= 0.95 for sun in suns)
    assert np.mean([sun.direct > 0.55 for sun in suns]) > 0.75
    assert any(sun.direct < 0.25 for sun in suns)
    low = [sun for sun in suns if sun.elevation_deg < 20]
    assert low
    assert min(sun.tint[0] - sun.tint[2] for sun in low) > max(
        sun.tint[0] - sun.tint[2] for sun in suns if sun.elevation_deg > 36
    )


def test_masts_platforms_and_rakes_leave_the_targets_track_free() -> None:
    found = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        tracks = scene_module._tracks(20.0, 30.0, 3.2, rng)
        for each in scene_module._beside_tracks(tracks, CATALOGUE, 30.0, 20.0, rng):
            found += 1
            mesh = each.mesh.turned(-30.0)
            over = np.abs(mesh.triangles[..., 1]).min(1) < 1.7
            assert not over.any() or mesh.triangles[over][..., 2].min() > RAIL_TOP_M + 5
    assert found > 8


def mixed_always(monkeypatch: pytest.MonkeyPatch, node: str, share: float = 1.0) -> None:
    setting = replace(SETTINGS[node], mixed=share, row=1.0, line=0.0)
    monkeypatch.setitem(scene_module.SETTINGS, node, setting)  # type: ignore[arg-type]


@pytest.mark.parametrize(("label", "node"), [("semi_trailer", "road_truck"), ("car", "light_vehicle"), ("bus", "bus")])
def test_a_mixed_row_holds_vehicles_of_several_sizes(
    label: str, node: str, standing: list[SceneObject], monkeypatch: pytest.MonkeyPatch
) -> None:
    mixed_always(monkeypatch, node)
    several = 0
    for seed in range(6):
        scene = drawn(label, seed)
        sizes = {tuple(np.round(np.ptp(own_size(each), axis=0)[:2], 2)) for each in standing}
        several += len(sizes) > 1
        for other in standing:
            assert overlap_m(scene.objects[0], other) < 0, seed
    assert several >= 3


def test_a_row_that_is_not_mixed_holds_one_size(standing: list[SceneObject], monkeypatch: pytest.MonkeyPatch) -> None:
    mixed_always(monkeypatch, "light_vehicle", share=0.0)
    for seed in range(4):
        scene = drawn("car", seed)
        for other in standing:
            assert np.ptp(own_size(other), axis=0)[0] == pytest.approx(scene.target.length_m, abs=0.01)  # type: ignore[union-attr]


def test_mixed_rows_draw_from_the_classes_of_their_setting() -> None:
    for node, setting in SETTINGS.items():
        assert set(setting.mixed_of) <= set(CATALOGUE.taxonomy.names), node
        assert bool(setting.mixed) == bool(setting.mixed_of), node
    labels = {
        each.label for seed in range(20) for each in draw_others(("bus", "van"), CATALOGUE, np.random.default_rng(seed))
    }
    assert labels == {"bus", "van"}
    assert draw_others(("no_such_class",), CATALOGUE, np.random.default_rng(0)) == []


def test_other_models_in_an_armys_row_wear_its_coats_and_a_camouflage_of_their_own() -> None:
    coats, own = set(), 0
    for seed in range(12):
        others = draw_others(("bulldozer", "military_truck"), CATALOGUE, np.random.default_rng(seed), army=True)
        coats |= {other.coat_name for other in others}
    assert coats <= set(ARMY_COATS) and len(coats) >= 3
    for seed in range(20):
        scene = drawn("military_truck", seed)
        own += len({id(each.weathering.camouflage) for each in scene.objects if each.weathering.camouflage}) > 1
    assert own >= 2


def test_a_civil_machine_does_not_stand_in_an_armys_row(
    standing: list[SceneObject], monkeypatch: pytest.MonkeyPatch
) -> None:
    mixed_always(monkeypatch, "plant")
    monkeypatch.setattr(scene_module, "ARMY_COATS", ())
    for seed in range(4):
        scene = drawn("wheel_loader", seed)
        assert scene.target is not None
        lengths = {round(float(np.ptp(own_size(each)[:, 0])), 1) for each in standing}
        assert lengths <= {round(scene.target.length_m, 1)}


def test_boats_on_trailers_stand_ashore() -> None:
    (row,) = CATALOGUE.named("boat on a trailer")
    alone = Catalogue([row, *(each for each in CATALOGUE.vehicles if "boat" not in each.classes)])
    for seed in range(8):
        conditions = CaptureConditions(gsd_m=(0.2, 0.2))
        scene = draw_scene("boat", alone, np.random.default_rng(seed), conditions, gsd_m=0.2)
        assert scene.ground_name != "water"


def test_heaps_are_met_beside_plant_oftener_than_other_things() -> None:
    setting = SETTINGS["plant"]
    names = [*scene_module.CLUTTER, *setting.clutter_of]
    assert set(setting.clutter_of) <= set(scene_module.CLUTTER)
    assert names.count("pile") == 4
