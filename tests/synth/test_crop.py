"""A crop and its truth agree in size, margin, visible share and GSD; the same generator state gives the same bytes."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from vehicle_id.catalogue import load_catalogue
from vehicle_id.errors import InputError
from vehicle_id.synth import crop as crop_module
from vehicle_id.synth.camera import Camera, Sun
from vehicle_id.synth.conditions import CaptureConditions
from vehicle_id.synth.crop import LARGEST_PX, SMALLEST_PX, RenderedCrop, render_crop
from vehicle_id.synth.ground.real import RealGround
from vehicle_id.synth.mesh import box
from vehicle_id.synth.paint import STEEL
from vehicle_id.synth.render import SceneObject
from vehicle_id.synth.scene import Scene, draw_scene

CATALOGUE = load_catalogue()
OVERHEAD = Camera(gsd_m=0.5, height_px=1, width_px=1)


def rendered(label: str, seed: int, **more) -> RenderedCrop:  # type: ignore[no-untyped-def]
    return render_crop(
        label, CATALOGUE, np.random.default_rng(seed), CaptureConditions(**{"gsd_m": (0.5, 0.5), **more})
    )


def opened(crop: RenderedCrop) -> Image.Image:
    image = Image.open(io.BytesIO(crop.image))
    image.load()
    return image


def alone(scene: Scene) -> Scene:
    return replace(scene, objects=scene.objects[:1])


@pytest.fixture
def staged(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Scene], Scene]], None]:
    """Change every scene before its image is taken."""

    def stage(change: Callable[[Scene], Scene]) -> None:
        monkeypatch.setattr(crop_module, "draw_scene", lambda *args, **more: change(draw_scene(*args, **more)))

    return stage


def lone_box(half_m: float, *others: SceneObject) -> Scene:
    """A square box of known size under no other object than those named."""
    real = draw_scene("car", CATALOGUE, np.random.default_rng(0), CaptureConditions(gsd_m=(0.5, 0.5)), gsd_m=0.5)
    target = SceneObject(mesh=box((-half_m, half_m), (-half_m, half_m), (0, 0.01), STEEL))
    return replace(real, objects=(target, *others), heading_deg=0.0, sun=Sun(azimuth_deg=0, elevation_deg=45, direct=0))


@pytest.mark.parametrize("label", ["car", "tractor_trailer", "tank_car", "ground"])
def test_the_same_generator_state_gives_the_same_bytes_and_truth(label: str) -> None:
    one, other, third = (rendered(label, seed) for seed in (1, 1, 2))
    assert one == other
    assert one.image != third.image


@pytest.mark.parametrize("label", ["car", "bus", "ground"])
def test_the_suffix_is_that_of_the_bytes(label: str) -> None:
    for seed in range(4):
        crop = rendered(label, seed)
        assert {".jpg": "JPEG", ".png": "PNG"}[crop.suffix] == opened(crop).format
        assert opened(crop).mode == "RGB"


def test_the_ground_sample_distance_is_drawn_evenly_on_a_logarithmic_scale(staged) -> None:  # type: ignore[no-untyped-def]
    staged(alone)
    drawn = [rendered("car", seed, gsd_m=(0.4, 1.6)).truth.gsd_m for seed in range(60)]
    assert 0.4 <= min(drawn) < 0.5 and 1.3 < max(drawn) <= 1.6
    assert np.mean([gsd < 0.8 for gsd in drawn]) == pytest.approx(0.5, abs=0.2)


@pytest.mark.parametrize("window_m", [8.0, 12.3, 20.0])
def test_a_window_in_metres_is_square_and_that_many_pixels(window_m: float) -> None:
    for seed in range(2):
        crop = rendered("car", seed, window_m=window_m)
        assert opened(crop).size == (round(window_m / 0.5),) * 2


def test_a_window_in_metres_overrides_the_context() -> None:
    assert rendered("car", 1, window_m=9.0).image == rendered("car", 1, window_m=9.0, context=(1.0, 3.0)).image


def test_a_window_has_at_least_the_smallest_side() -> None:
    crop = rendered("car", 0, gsd_m=(2.0, 2.0), context=(1.0, 1.0))
    assert min(opened(crop).size) >= SMALLEST_PX
    assert opened(rendered("ground", 0, window_m=0.5)).size == (SMALLEST_PX, SMALLEST_PX)


@pytest.mark.parametrize("context", [1.0, 1.5, 2.0])
def test_a_window_with_context_is_square_and_centred_with_the_stated_margin(context: float) -> None:
    for seed in range(3):
        crop = rendered("bus", seed, context=(context, context))
        width, height = opened(crop).size
        assert width == height
        # the margin is the part of the window beyond the tight square, half of it on each side
        assert crop.truth.margin_px == pytest.approx(width * (1 - 1 / context) / 2, abs=1.1)


@pytest.mark.parametrize("off_nadir", [0.0, 30.0])
def test_a_window_with_context_is_centred_on_the_leaning_outline(off_nadir: float) -> None:
    scene = lone_box(3.0)
    scene = replace(scene, objects=(SceneObject(mesh=box((-3, 3), (-2, 2), (0, 5), STEEL)),))
    camera = replace(OVERHEAD, off_nadir_deg=off_nadir, azimuth_deg=70.0)
    west, east, south, north = outline = crop_module._outline_box(scene, camera)
    (x, y), size = crop_module._window(outline, 0.5, (1.3, 1.3), np.random.default_rng(0))
    assert (x, y) == pytest.approx(((west + east) / 2, (south + north) / 2))
    assert size == pytest.approx((1.3 * max(east - west, north - south),) * 2)
    assert (math.hypot(x, y) > 0.3) == (off_nadir > 0), "objects lean away from the camera"


def test_boxes_as_drawn_by_hand_hold_most_of_the_vehicle_tight_or_loose_and_seldom_centred() -> None:
    outline = (-6.0, 6.0, -2.0, 2.0)
    rng = np.random.default_rng(0)
    drawn = [crop_module._window(outline, 0.1, None, rng) for _ in range(400)]
    square = np.mean([width == height for _, (width, height) in drawn])
    assert square == pytest.approx(0.75, abs=0.07)
    loose = np.array([size[0] / 12.0 for _, size in drawn])
    assert loose.min() >= 1.0 and loose.max() <= 2.6
    assert np.mean(loose < 1.12) == pytest.approx(0.2, abs=0.07)
    assert np.mean(loose > 1.6) == pytest.approx(0.2, abs=0.07)
    assert np.mean([abs(x) + abs(y) > 0.1 for (x, y), _ in drawn]) > 0.9
    for (x, y), (width, height) in drawn:
        assert x - width / 2 <= -6.0 + 0.04 * 12 and x + width / 2 >= 6.0 - 0.04 * 12
        assert y - height / 2 <= -2.0 + 0.04 * height and y + height / 2 >= 2.0 - 0.04 * height


@pytest.mark.parametrize("context", [None, (1.0, 3.0)])
def test_a_chassis_of_thirty_metres_at_eight_centimetres_stays_within_the_longest_side(context) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(0)
    for _ in range(200):
        _, size = crop_module._window((-15.0, 15.0, -2.0, 2.0), 0.08, context, rng)
        assert max(size) / 0.08 <= LARGEST_PX + 1e-6
        assert max(size) >= 30.0, "and holds all of it"


def test_no_vehicle_makes_a_crop_longer_than_the_longest_side() -> None:
    rng = np.random.default_rng(0)
    sides = [max(crop_module._window((-23.0, 23.0, -20.0, 20.0), 0.08, None, rng)[1]) / 0.08 for _ in range(50)]
    assert max(sides) <= LARGEST_PX + 1e-6


def test_a_window_too_small_for_half_of_the_vehicle_is_an_error(staged) -> None:  # type: ignore[no-untyped-def]
    staged(alone)
    with pytest.raises(InputError, match="no window of 4 m shows half of a tractor_trailer"):
        rendered("tractor_trailer", 0, window_m=4.0)


def test_a_lone_vehicle_inside_its_window_is_wholly_visible(staged) -> None:  # type: ignore[no-untyped-def]
    staged(alone)
    for seed in range(4):
        truth = rendered("bus", seed, context=(1.2, 1.2)).truth
        assert truth.visible_share == 1
        assert truth.margin_px > 0


@pytest.mark.parametrize(("window_m", "share"), [(8.0, 0.64), (9.0, 0.81), (10.0, 1.0), (14.0, 1.0)])
def test_a_window_smaller_than_the_vehicle_shows_a_share_of_it(window_m, share, staged, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    staged(lambda scene: lone_box(5.0))
    crop = rendered("car", 0, window_m=window_m)
    assert crop.truth.visible_share == pytest.approx(share, abs=0.06)
    assert crop.truth.margin_px == pytest.approx(max(0.0, (window_m - 10.0) / 2 / 0.5), abs=0.1)


@pytest.mark.parametrize(("half_m", "share"), [(2.0, 1 - 16 / 64), (2.5, 1 - 25 / 64)])
def test_hidden_parts_of_the_vehicle_lower_the_visible_share(half_m, share, staged) -> None:  # type: ignore[no-untyped-def]
    roof = SceneObject(mesh=box((-half_m, half_m), (-half_m, half_m), (0.02, 0.03), STEEL))
    staged(lambda scene: lone_box(4.0, roof))
    assert rendered("car", 0, window_m=12.0).truth.visible_share == pytest.approx(share, abs=0.06)


def test_objects_beside_or_under_the_vehicle_hide_nothing(staged) -> None:  # type: ignore[no-untyped-def]
    beside = SceneObject(mesh=box((5, 8), (-4, 4), (0, 0.01), STEEL))
    under = SceneObject(mesh=box((-9, 9), (-9, 9), (0, 0.001), STEEL))
    staged(lambda scene: lone_box(4.0, beside, under))
    assert rendered("car", 0, window_m=20.0).truth.visible_share == pytest.approx(1, abs=0.01)


def test_a_mostly_hidden_vehicle_is_drawn_again(staged) -> None:  # type: ignore[no-untyped-def]
    cover = SceneObject(mesh=box((-4, 4), (-4, 4), (0.02, 0.03), STEEL))
    scenes = iter([lone_box(4.0, cover), lone_box(4.0, cover), lone_box(4.0)])
    staged(lambda scene: next(scenes))
    assert rendered("car", 0, window_m=12.0).truth.visible_share == 1
    assert next(scenes, None) is None, "two were hidden"


def test_the_truth_of_the_outline_is_measured_along_and_across_the_heading(staged) -> None:  # type: ignore[no-untyped-def]
    mesh = box((-6, 6), (-1, 1), (0, 2), STEEL)
    for heading in (0.0, 33.0, 90.0, 250.0):
        turned = SceneObject(mesh=mesh.turned(heading), heading_deg=heading)
        staged(lambda scene, turned=turned, heading=heading: replace(scene, objects=(turned,), heading_deg=heading))
        truth = rendered("car", 0).truth
        assert (truth.outline_length_m, truth.outline_width_m) == pytest.approx((12, 2), abs=1e-3)
        assert truth.heading_deg == heading


def test_a_tank_is_posed_over_its_hull_and_a_flat_cars_outline_is_its_own_length() -> None:
    for seed in range(3):
        car = rendered("flat_car_empty", seed).truth
        assert car.outline_length_m == pytest.approx(car.length_m, abs=2e-3)
        assert car.length_m is not None and car.width_m is not None and car.outline_width_m is not None
        assert car.width_m - 2e-3 <= car.outline_width_m <= car.width_m + 0.15
        wagon = rendered("tank_car", seed).truth
        assert (wagon.outline_length_m, wagon.outline_width_m) == pytest.approx(
            (wagon.length_m, wagon.width_m), abs=2e-3
        )
    turned = (rendered("tank", seed).truth for seed in range(30))
    assert any(abs(each.outline_length_m - each.length_m) > 0.1 for each in turned), "guns are swung"  # type: ignore[operator]


@pytest.mark.parametrize("label", ["car", "excavator", "boat"])
def test_the_truth_names_the_row_and_sizes_within_it(label: str) -> None:
    for seed in range(3):
        truth = rendered(label, seed).truth
        row = CATALOGUE[truth.vehicle]
        assert (truth.label, truth.origin) == (label, "rendered")
        assert label in row.classes
        for name in ("length_m", "width_m", "height_m"):
            low, high = row.size_range(name)
            assert low - 1e-3 <= getattr(truth, name) <= high + 1e-3
        assert truth.view in ("satellite", "aerial")
        assert 0 <= truth.heading_deg < 360 and 0 <= truth.view_azimuth_deg <= 360  # type: ignore[operator]


def test_bare_ground_has_no_size_and_no_heading_and_its_pixels_are_a_window() -> None:
    crop = rendered("ground", 2, context=(1.0, 1.0))
    truth = crop.truth
    unknown = (truth.length_m, truth.width_m, truth.height_m, truth.outline_length_m, truth.outline_width_m)
    assert {*unknown, truth.heading_deg, truth.visible_share} == {None}
    assert truth.vehicle == ""
    assert opened(crop).size == (12, 12), "6 m"


def test_the_vehicle_is_at_its_place_in_the_window(staged) -> None:  # type: ignore[no-untyped-def]
    """Dark on white, in the middle third of a window three times as wide; the border is cut off again."""

    def on_white(scene: Scene) -> Scene:
        black = replace(STEEL, rgb=(0.01, 0.01, 0.01), gloss=0.0)
        target = SceneObject(mesh=box((-3, 3), (-3, 3), (0, 0.01), black))
        return replace(
            scene,
            objects=(target,),
            heading_deg=0.0,
            ground=lambda x, y: np.full((len(y), len(x), 3), 0.8, np.float32),
        )

    staged(on_white)
    for seed in range(3):
        grey = np.asarray(opened(rendered("car", seed, window_m=18.0)).convert("L"), float)
        assert grey.shape == (36, 36)
        middle = (grey.min() + grey.max()) / 2
        rows, columns = np.nonzero(grey < middle)
        assert (rows.min(), rows.max()) == pytest.approx((12, 23), abs=1.5)
        assert (columns.min(), columns.max()) == pytest.approx((12, 23), abs=1.5)


def test_an_image_of_ground_is_named_by_its_source() -> None:
    ground = RealGround(pixels=np.full((60, 60, 3), 90, np.uint8), gsd_m=0.5, sun_azimuth_deg=None, source="photo")
    names = {rendered("ground", seed, real_grounds=[ground]).truth.ground for seed in range(8)}
    assert "photo" in names and len(names) > 1


def test_under_stress_the_sun_is_low_the_camera_oblique_and_the_lens_soft() -> None:
    usual = [rendered("bus", seed).truth for seed in range(6)]
    stressed = [rendered("bus", seed, stress=True).truth for seed in range(6)]
    assert all(10 <= each.sun_elevation_deg <= 20 and each.off_nadir_deg >= 25 for each in stressed)
    assert {each.view for each in stressed} == {"satellite"}
    sharp = [each.blur_px for each in usual if each.native_scale == 1.0]  # not enlarged from a coarser image
    assert sharp and min(each.blur_px for each in stressed) >= max(sharp)
    assert usual[0] == rendered("bus", 0, stress=False).truth
