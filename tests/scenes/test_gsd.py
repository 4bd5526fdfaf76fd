"""The ground sample distance from objects of known size: drawn, rendered and real ones."""

from __future__ import annotations

import csv
import importlib.util
import math
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fixtures.scenes import feature, on_map, write_geojson, write_scene
from vehicle_id import InputError, SceneOptions
from vehicle_id.scenes.formats.common import rectangle, turned_rectangle
from vehicle_id.scenes.georeference import Ring
from vehicle_id.scenes.gsd import estimate_gsd, length_of_box
from vehicle_id.scenes.known_sizes import KNOWN, KnownSize, known_size
from vehicle_id.scenes.measuring import outlines_of
from vehicle_id.scenes.raster import SceneRaster
from vehicle_id.scenes.reading import read_boxes

DATA = Path(__file__).parents[3] / "shared" / "data"  # beside the checkout


def around(corners: Ring) -> Ring:
    """The box along the axes about a turned one."""
    xs, ys = zip(*corners, strict=True)
    return rectangle(min(xs), min(ys), max(xs), max(ys))


@given(angle=st.floats(0, 2 * math.pi), length=st.floats(5, 500), aspect=st.floats(0.1, 0.85))
def test_a_box_along_the_axes_gives_the_length_of_any_direction(angle: float, length: float, aspect: float) -> None:
    box = around(turned_rectangle(50, 60, length=length, width=aspect * length, angle=angle))
    width, height = box[1][0] - box[0][0], box[2][1] - box[0][1]
    assert length_of_box(width, height, aspect=aspect) == pytest.approx(length, rel=1e-6)


def vehicles(
    known: KnownSize, gsd_m: float, num: int, *, seed: int = 0, scatter: float = 0.05, turned: bool = False
) -> list[Ring]:
    """Boxes of objects of many directions, with a scatter of their lengths, drawn to half a pixel."""
    rng = np.random.default_rng(seed)
    rings = []
    for _ in range(num):
        length = known.length_m / gsd_m * math.exp(rng.normal(0, scatter))
        ring = turned_rectangle(
            *rng.uniform(0, 900, 2), length=length, width=length * known.aspect, angle=rng.uniform(0, math.tau)
        )
        drawn = ring if turned else around(ring)
        rings.append(tuple((x + rng.normal(0, 0.3), y + rng.normal(0, 0.3)) for x, y in drawn))
        if not turned:
            rings[-1] = around(rings[-1])
    return rings


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("name", ["car", "bus", "container_40"])
def test_the_estimate_is_near_and_its_interval_holds_the_truth(name: str, turned: bool) -> None:
    num_inside = 0
    for seed in range(20):
        estimate = estimate_gsd(vehicles(KNOWN[name], 0.3, 30, seed=seed, turned=turned), KNOWN[name])
        assert estimate.gsd_m == pytest.approx(0.3, rel=0.04)
        assert estimate.num_used + estimate.num_left_out == 30 and not estimate.from_pitch
        num_inside += estimate.low_m < 0.3 < estimate.high_m
    assert num_inside >= 15  # of 20, for an interval of 90 %


def test_objects_of_another_size_are_left_out() -> None:
    rings = [*vehicles(KNOWN["car"], 0.2, 20), *vehicles(KNOWN["bus"], 0.2, 5), ((0.0, 0.0), (1.0, 1.0))]
    estimate = estimate_gsd(rings, KNOWN["car"])
    assert estimate.gsd_m == pytest.approx(0.2, rel=0.04)
    assert estimate.num_left_out >= 5


def test_the_interval_is_never_narrower_than_what_is_known_of_the_objects() -> None:
    estimate = estimate_gsd(vehicles(KNOWN["car"], 0.2, 5000), KNOWN["car"])
    assert estimate.error == pytest.approx(KNOWN["car"].spread, rel=0.1)
    few = estimate_gsd(vehicles(KNOWN["car"], 0.2, 4, scatter=0.1), KNOWN["car"])
    assert few.error > estimate.error


def test_too_few_objects_are_an_error() -> None:
    with pytest.raises(InputError, match="2 boxes of the known object are too few: draw at least 3, better 20"):
        estimate_gsd(vehicles(KNOWN["car"], 0.2, 2), KNOWN["car"])


def rake(angle: float, *, gsd_m: float, num: int, tracks: int, seed: int) -> list[Ring]:
    """Boxes of gondolas on parallel tracks, each drawn up to 5 % too long or too short at either end."""
    rng, known = np.random.default_rng(seed), KNOWN["gondola"]
    assert known.pitch_m is not None
    rings = []
    for track in range(tracks):
        start = rng.uniform(0, known.pitch_m)
        for number in range(num):
            along, across = start + number * known.pitch_m, track * 5.3
            x, y = (
                along * math.cos(angle) - across * math.sin(angle),
                along * math.sin(angle) + across * math.cos(angle),
            )
            length = known.length_m * (1 + rng.uniform(0, 0.1))
            rings.append(
                around(turned_rectangle(x / gsd_m, y / gsd_m, length=length / gsd_m, width=3.16 / gsd_m, angle=angle))
            )
    return rings


@pytest.mark.parametrize("angle", [0.0, 0.3, math.pi / 4, 1.2, 2.5])
@pytest.mark.parametrize("tracks", [1, 4])
def test_the_pitch_of_wagons_counts_and_not_how_long_their_boxes_were_drawn(angle: float, tracks: int) -> None:
    estimate = estimate_gsd(rake(angle, gsd_m=0.4, num=8, tracks=tracks, seed=3), KNOWN["gondola"])
    assert estimate.from_pitch
    assert estimate.gsd_m == pytest.approx(0.4, rel=0.01)


def test_single_wagons_are_measured_by_their_boxes() -> None:
    estimate = estimate_gsd(vehicles(KNOWN["gondola"], 0.4, 4, seed=5), KNOWN["gondola"])
    assert not estimate.from_pitch and estimate.gsd_m == pytest.approx(0.4, rel=0.06)


@pytest.mark.skipif(importlib.util.find_spec("trimesh") is None, reason="needs the extra 'synth'")
@pytest.mark.parametrize("label", ["gondola", "tank_car"])
def test_rakes_of_rendered_wagons_are_within_3_percent(label: str) -> None:
    """Boxes about rendered wagons as the camera sees them, 12 coupled ones, whatever the direction and the view."""
    from vehicle_id.catalogue import load_catalogue
    from vehicle_id.synth.camera import Camera, box_along
    from vehicle_id.synth.conditions import CaptureConditions
    from vehicle_id.synth.scene import draw_scene

    catalogue, errors = load_catalogue(), []
    for seed in range(20):
        rng = np.random.default_rng([seed, 7])
        gsd_m = float(rng.uniform(0.25, 0.6))
        drawn = draw_scene(label, catalogue, rng, CaptureConditions(gsd_m=(gsd_m, gsd_m)), gsd_m=gsd_m)
        assert drawn.target is not None
        view = {"off_nadir_deg": float(abs(rng.normal(0, 12))), "azimuth_deg": float(rng.uniform(0, 360))}
        camera = Camera(gsd_m=gsd_m, height_px=1, width_px=1, **view)
        west, east, south, north = box_along(drawn.objects[0].mesh, camera.direction)
        heading = math.radians(drawn.heading_deg)
        step = (drawn.target.length_m * math.cos(heading), drawn.target.length_m * math.sin(heading))
        rings = []
        for number in range(12):
            x, y = number * step[0], number * step[1]
            sides = np.array([west + x, -north - y, east + x, -south - y]) / gsd_m + rng.normal(0, 0.7, 4)
            rings.append(rectangle(*map(float, sides)))
        estimate = estimate_gsd(rings, known_size(label, length_m=drawn.target.length_m))
        assert estimate.from_pitch
        errors.append(abs(estimate.gsd_m / gsd_m - 1))
    assert max(errors) < 0.03


@pytest.mark.skipif(not (DATA / "kit-ais").exists(), reason="needs shared/data, which is not part of the project")
@pytest.mark.parametrize("name", ["kit-ais", "minsk-drone"])
def test_cars_of_real_frames_give_the_stated_distance(name: str) -> None:
    """Within 10 % on nine frames of ten. The stated distance was estimated from cars, too, by another hand."""
    with (DATA / name / "frames.csv").open() as file:
        stated = {row["frame"]: float(row["gsd_m_estimated"]) for row in csv.DictReader(file) if row["gsd_m_estimated"]}
    boxes = defaultdict(list)
    with (DATA / name / "boxes.csv").open() as file:
        for row in csv.DictReader(file):
            if row["class"] == "car":
                boxes[row["frame"]].append(rectangle(*(float(row[side]) for side in ("x0", "y0", "x1", "y1"))))
    errors = [
        abs(estimate_gsd(rings, KNOWN["car"]).gsd_m / stated[frame] - 1)
        for frame, rings in boxes.items()
        if frame in stated and len(rings) >= 3
    ]
    assert len(errors) > 50
    assert np.mean(np.array(errors) < 0.1) >= 0.9


def test_known_sizes_can_be_stated() -> None:
    assert known_size("car") is KNOWN["car"]
    wagon = known_size("gondola", length_m=14.73, width_m=3.25)
    assert (wagon.pitch_m, wagon.length_m, wagon.width_m) == (14.73, pytest.approx(13.59), 3.25)
    assert known_size("car", width_m=2).length_m == 4.5
    for wrong in ({"length_m": 0.0}, {"length_m": math.nan}, {"width_m": 5.0}):
        with pytest.raises(InputError):
            known_size("car", **wrong)
    with pytest.raises(InputError, match="the size of 'tank' is not known: name one of car, bus"):
        known_size("tank")


def test_pixels_that_are_not_square_are_taken_into_account(tmp_path: Path) -> None:
    """In degrees at 60 north a pixel is half as wide as high."""
    from rasterio.transform import from_origin

    step = 0.4 / 111_320.0
    scene = write_scene(
        tmp_path / "s.tif",
        np.zeros((400, 800), np.uint8),
        crs="EPSG:4326",
        transform=from_origin(30.0, 60.0, step, step),
    )
    rings = [tuple((2 * x, y) for x, y in ring) for ring in vehicles(KNOWN["car"], 0.4, 25, scatter=0.02)]
    boxes = write_geojson(tmp_path / "b.geojson", [feature(on_map(ring, scene=scene)) for ring in rings])
    with SceneRaster(scene) as raster:
        outlines, stated_m = outlines_of(raster, read_boxes(boxes), SceneOptions())
    assert stated_m == pytest.approx(0.4 / math.sqrt(2), rel=0.01)
    assert estimate_gsd(outlines, KNOWN["car"]).gsd_m == pytest.approx(stated_m, rel=0.04)


@pytest.mark.parametrize("ring", [((0, 0), (5, 5), (9, 9)), ((3, 3),) * 4, ((0, 0), (1e-300, 1e-300), (2e-300, 0))])
def test_an_outline_without_an_area_has_no_length(ring: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(InputError):
        estimate_gsd([ring] * 9, known_size("car"))
