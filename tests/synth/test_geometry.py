"""The rendered mask and shadow of every class have the sizes of its row."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vehicle_id.catalogue import Vehicle, load_catalogue
from vehicle_id.synth.camera import Camera, Sun
from vehicle_id.synth.mesh import Mesh, box
from vehicle_id.synth.paint import STEEL
from vehicle_id.synth.render import RadianceImage, SceneObject, render
from vehicle_id.synth.shapes import BUILDERS, build
from vehicle_id.synth.vehicle_sample import nominal_sample

GSD_M = 0.1
SUPERSAMPLING = 4
CATALOGUE = load_catalogue()
CASES = [(label, row) for label in CATALOGUE.taxonomy.leaves for row in CATALOGUE.of(label)]


def seen_from_above(mesh: Mesh, sun: Sun, *, half_m: tuple[float, float]) -> RadianceImage:
    width, height = (2 * math.ceil(half / GSD_M) for half in half_m)
    camera = Camera(gsd_m=GSD_M, height_px=height, width_px=width)
    return render([SceneObject(mesh=mesh)], plain, camera=camera, sun=sun, supersampling=SUPERSAMPLING)


def plain(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.full((len(y), len(x), 3), 0.3, np.float32)


def samples_m(shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Ground coordinates of the samples: x to the right, y up the image."""
    step = GSD_M / SUPERSAMPLING
    across, down = (np.arange(side) + 0.5 - side / 2 for side in shape[::-1])
    return across * step, -down * step


def extent_m(mask: np.ndarray) -> float:
    """Distance from the first to the last sample along a mask's marginal."""
    filled = np.flatnonzero(mask)
    return float(filled[-1] - filled[0] + 1) * GSD_M / SUPERSAMPLING


def test_every_class_but_bare_ground_has_a_builder_and_a_row() -> None:
    with_rows = {label for label, _ in CASES}
    assert with_rows == set(BUILDERS) == set(CATALOGUE.taxonomy.leaves) - {"ground"}


@pytest.mark.parametrize(("label", "row"), CASES, ids=lambda case: case if isinstance(case, str) else case.name)
def test_outline_and_shadow_have_the_sizes_of_the_row(label: str, row: Vehicle) -> None:
    sample = nominal_sample(row, label, np.random.default_rng(1))
    mesh = build(sample).at_rest()
    elevation = 20.0
    # the height of a flat car is that of its deck: its load casts a shadow of its own
    height = mesh.bounds[1, 2] if label.startswith("flat_car") else sample.height_m
    reach = height / math.tan(math.radians(elevation))
    sun = Sun(azimuth_deg=90.0, elevation_deg=elevation, direct=0.9)  # from the top of the image
    rendered = seen_from_above(mesh, sun, half_m=(sample.length_m / 2 + 1, sample.width_m / 2 + reach + 1))

    outline = rendered.owner == 0
    assert extent_m(outline.any(0)) == pytest.approx(sample.length_m, abs=GSD_M)
    assert extent_m(outline.any(1)) == pytest.approx(sample.width_m, abs=GSD_M)

    # down the image, away from the sun: as far as the corners cast it; the highest point: height / tan(elevation)
    shadow = ~rendered.lit & ~outline
    x, y = samples_m(outline.shape)
    corners = mesh.triangles.reshape(-1, 3)
    thrown = corners[:, 1] - corners[:, 2] / math.tan(math.radians(elevation))
    assert y[shadow.any(1)].min() == pytest.approx(thrown.min(), abs=2 * GSD_M)
    assert y[shadow.any(1)].max() < sample.width_m / 2 + GSD_M, "no shadow towards the sun"

    top = corners[corners[:, 2].argmax()]
    assert top[2] == pytest.approx(height)
    near_x, near_y = np.abs(x - top[0]) < 2 * GSD_M, np.abs(y - (top[1] - reach)) < 2 * GSD_M
    assert (shadow | outline)[np.ix_(near_y, near_x)].any()


@pytest.mark.parametrize("azimuth", [0.0, 37.0, 90.0, 200.0, 315.0])
@pytest.mark.parametrize("elevation", [10.0, 35.0, 80.0])
def test_a_pole_casts_its_shadow_away_from_the_sun_at_the_right_length(azimuth: float, elevation: float) -> None:
    height = 2.0
    reach = height / math.tan(math.radians(elevation))
    pole = box((-0.1, 0.1), (-0.1, 0.1), (0.0, height), STEEL)
    sun = Sun(azimuth_deg=azimuth, elevation_deg=elevation, direct=0.9)
    rendered = seen_from_above(pole, sun, half_m=(reach + 1, reach + 1))

    rows, columns = np.nonzero(~rendered.lit & (rendered.owner < 0))
    x, y = (axis[index] for axis, index in zip(samples_m(rendered.lit.shape), (columns, rows), strict=True))
    away = -x * math.cos(math.radians(azimuth)) - y * math.sin(math.radians(azimuth))
    across = x * math.sin(math.radians(azimuth)) - y * math.cos(math.radians(azimuth))
    assert away.max() == pytest.approx(reach + 0.1, abs=GSD_M)
    assert away.min() > -0.2
    assert np.abs(across).max() < 0.2


@pytest.mark.parametrize("off_nadir", [15.0, 35.0])
def test_tall_objects_lean_away_from_the_camera(off_nadir: float) -> None:
    tower = box((-1, 1), (-1, 1), (0, 10), STEEL)
    camera = Camera(gsd_m=GSD_M, height_px=200, width_px=200, off_nadir_deg=off_nadir, azimuth_deg=0.0)
    sun = Sun(azimuth_deg=90, elevation_deg=60, direct=0.9)
    seen = render([SceneObject(mesh=tower)], plain, camera=camera, sun=sun, supersampling=2).owner == 0

    x, y = camera.grid(2)
    columns = x[seen.any(0)]
    assert columns.max() == pytest.approx(1.0, abs=GSD_M)
    assert columns.min() == pytest.approx(-1.0 - 10 * math.tan(math.radians(off_nadir)), abs=GSD_M)
    assert np.abs(y[seen.any(1)]).max() == pytest.approx(1.0, abs=GSD_M)


def test_light_adds_up_to_one_on_open_level_ground() -> None:
    sun = Sun(azimuth_deg=10, elevation_deg=50, direct=0.7, tint=(1, 1, 1), sky=(1, 1, 1))
    camera = Camera(gsd_m=0.3, height_px=20, width_px=20)
    rendered = render([], plain, camera=camera, sun=sun)
    assert rendered.radiance == pytest.approx(0.3, rel=1e-5)
    assert rendered.lit.all()
    assert (rendered.owner == -1).all()


def test_the_sky_alone_lights_a_shadow_and_less_of_it_beside_a_wall() -> None:
    wall = SceneObject(mesh=box((-0.2, 0.2), (-30, 30), (0, 4), STEEL))
    sun = Sun(azimuth_deg=0, elevation_deg=45, direct=0.8, tint=(1, 1, 1), sky=(1, 1, 1))
    camera = Camera(gsd_m=0.2, height_px=20, width_px=100)
    rendered = render([wall], plain, camera=camera, sun=sun)
    x, _ = camera.grid(4)
    light = rendered.radiance[40, :, 0] / 0.3
    assert light[(x > 8) & (x < 9)] == pytest.approx(1.0, abs=0.02)
    shade = light[(x > -3) & (x < -0.5)]
    assert (shade < 0.21).all()
    assert shade[-1] < shade[0], "the foot of the wall sees less sky"
