"""From a scene and its boxes to answers: one for each box, with its place on the earth."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine, from_origin
from rasterio.warp import Resampling, calculate_default_transform, reproject

from tests.fixtures.scenes import GSD_M, UTM, coloured, feature, on_map, square, write_geojson, write_scene
from tests.scenes.conftest import LABELS, PLACES
from vehicle_id import Classifier, InputError, Result, SceneOptions, Status, classify_scene
from vehicle_id.scenes.boxes import SceneBox
from vehicle_id.scenes.cuts import SceneSource
from vehicle_id.scenes.raster import SceneRaster
from vehicle_id.scenes.reading import read_boxes


def answers(scene: Path, boxes: Path, classifier: Classifier, **options: object) -> list[Result]:
    return list(classify_scene(scene, boxes=boxes, classifier=classifier, options=SceneOptions(**options)))


def test_every_box_has_its_answer_in_order(scene: Path, boxes: Path, classifier: Classifier) -> None:
    results = answers(scene, boxes, classifier, context=1)
    assert [each.label for each in results] == LABELS
    assert [each.path for each in results] == [f"{scene}/{name}" for name in "abc"]
    assert [each.extra for each in results] == [{"id": name} for name in "abc"]
    assert [(each.width_px, each.height_px) for each in results] == [(20, 20)] * 3
    assert [each.gsd_source for each in results] == ["scene"] * 3


def test_the_place_is_that_of_the_box(scene: Path, boxes: Path, classifier: Classifier) -> None:
    first = answers(scene, boxes, classifier, sun=(150, 35), view=(270, 12))[0]
    assert first.place is not None
    [(lon, lat)] = on_map([(40, 50)])
    assert (first.place.lon, first.place.lat) == pytest.approx((lon, lat), abs=1e-7)
    corners = json.loads(str(first.place.footprint))["coordinates"][0]
    stated = on_map(square(30, 40))
    assert sorted(corners[:-1]) == [pytest.approx(each, abs=1e-7) for each in sorted(stated)]
    assert corners[0] == corners[-1]
    assert json.loads(str(first.place.window_px)) == [26, 36, 28, 28]
    assert json.loads(str(first.place.box_px)) == pytest.approx(np.array(square(4, 4)), abs=0.02)
    assert first.place.north_deg == pytest.approx(90, abs=0.1)
    angles = (first.place.sun_azimuth_deg, first.place.sun_elevation_deg)
    assert (*angles, first.place.view_azimuth_deg, first.place.off_nadir_deg) == (150, 35, 270, 12)


def test_the_distance_is_true_on_the_ground(tmp_path: Path, classifier: Classifier) -> None:
    """In Web Mercator at 60 degrees north a metre of the map is half a metre on the ground."""
    pixels = coloured(PLACES)
    scene = write_scene(tmp_path / "m.tif", pixels, crs="EPSG:3857", transform=from_origin(3e6, 8_399_737.9, 1.0, 1.0))
    boxes = write_geojson(tmp_path / "b.geojson", [feature(on_map(square(30, 40), scene=scene))])
    [result] = answers(scene, boxes, classifier, context=1)
    assert result.gsd_m == pytest.approx(0.5, rel=0.005)
    assert result.label == "car"


def test_pixels_that_are_not_square_are_made_square(tmp_path: Path, classifier: Classifier) -> None:
    step = 0.5 / 111_320.0  # degrees: half a metre to the north, and a quarter to the east at 60 degrees
    scene = write_scene(
        tmp_path / "d.tif", coloured(PLACES), crs="EPSG:4326", transform=from_origin(30.0, 60.0, step, step)
    )
    boxes = write_geojson(tmp_path / "b.geojson", [feature(on_map(square(30, 40), scene=scene))])
    [result] = answers(scene, boxes, classifier, context=1)
    assert result.width_px == result.height_px
    assert result.gsd_m == pytest.approx(math.sqrt(0.5 * 0.25), rel=0.01)
    assert "squared" in result.flags
    width_m = result.gsd_m * result.width_px
    assert width_m == pytest.approx(10, rel=0.06)  # the longer side, 20 pixels to the north


def test_a_turned_scene_knows_where_north_is(tmp_path: Path, classifier: Classifier) -> None:
    """Rows that run to the north-east: north is 45 degrees left of the x axis."""
    turned = Affine.translation(500_000, 6_100_000) @ Affine.rotation(45) @ Affine.scale(GSD_M, -GSD_M)
    scene = write_scene(tmp_path / "t.tif", coloured(PLACES), transform=turned)
    boxes = write_geojson(tmp_path / "b.geojson", [feature(on_map(square(30, 40), scene=scene))])
    [result] = answers(scene, boxes, classifier)
    assert result.place is not None
    assert result.place.north_deg == pytest.approx(45, abs=0.1)
    assert result.gsd_m == pytest.approx(0.5, rel=1e-3)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:32637", "EPSG:28406", "EPSG:2180"])
def test_the_system_of_the_boxes_makes_no_difference(
    tmp_path: Path, scene: Path, boxes: Path, classifier: Classifier, crs: str
) -> None:
    features = [feature(on_map(square(*place), crs=crs), id=name) for place, name in zip(PLACES, "abc", strict=True)]
    named = None if crs == "EPSG:4326" else f"urn:ogc:def:crs:{crs.replace(':', '::')}"
    other = write_geojson(tmp_path / "other.geojson", features, crs=named)
    one, two = answers(scene, boxes, classifier), answers(scene, other, classifier)
    assert [each.label for each in two] == [each.label for each in one]
    assert [each.sha256 for each in two] == [each.sha256 for each in one]


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:32637"])
def test_the_system_of_the_scene_changes_neither_answer_nor_metres(
    tmp_path: Path, scene: Path, boxes: Path, classifier: Classifier, crs: str
) -> None:
    with rasterio.open(scene) as file:
        place, width, height = calculate_default_transform(file.crs, crs, file.width, file.height, *file.bounds)
        bands = np.zeros((3, height, width), np.uint8)
        for band in range(3):
            reproject(
                file.read(band + 1),
                bands[band],
                src_transform=file.transform,
                src_crs=file.crs,
                dst_transform=place,
                dst_crs=crs,
                resampling=Resampling.nearest,
            )
    other = write_scene(tmp_path / "other.tif", np.moveaxis(bands, 0, 2), crs=crs, transform=place)
    for one, two in zip(answers(scene, boxes, classifier), answers(other, boxes, classifier), strict=True):
        assert two.label == one.label
        assert one.gsd_m and one.width_px and two.gsd_m and two.width_px
        assert two.gsd_m * two.width_px == pytest.approx(one.gsd_m * one.width_px, rel=0.05)  # whole pixels
        assert one.place and two.place
        assert (two.place.lon, two.place.lat) == pytest.approx((one.place.lon, one.place.lat), abs=2e-6)


def test_a_scene_of_16_bits_is_stretched_once_for_all_crops(
    tmp_path: Path, boxes: Path, classifier: Classifier
) -> None:
    pixels = coloured(PLACES).astype(np.uint16) * 8
    deep = write_scene(tmp_path / "deep.tif", pixels)
    results = answers(deep, boxes, classifier, context=1)
    assert [each.label for each in results] == LABELS
    assert len({each.stretch for each in results}) == 1
    low, high = np.percentile(pixels, (2, 98))
    assert results[0].stretch == (low, high)
    assert all("stretched" in each.flags for each in results)


def test_a_crop_at_the_edge_is_padded_and_keeps_its_middle(tmp_path: Path, classifier: Classifier) -> None:
    scene = write_scene(tmp_path / "scene.tif", coloured({(-5, 40): "red"}))
    boxes = write_geojson(tmp_path / "b.geojson", [feature(on_map(square(-5, 40)))])
    [result] = answers(scene, boxes, classifier, context=1)
    assert (result.width_px, result.flags) == (20, ("scene_edge",))
    assert result.place is not None and result.place.window_px == "[-5,40,20,20]"


def test_what_cannot_be_cut_has_a_row_of_its_own(tmp_path: Path, scene: Path, classifier: Classifier) -> None:
    inside = on_map(square(30, 40))
    features = [
        feature(inside, id="good"),
        feature(on_map(square(500, 40)), id="outside"),
        feature(on_map(square(-60, 40, 50)), id="window alone inside"),
        feature([(200.0, 95.0), (201.0, 95.0), (201.0, 96.0)], id="nowhere"),
        feature(on_map([(30, 40), (40, 40), (50, 40)]), id="line"),
        {"type": "Feature", "properties": None, "geometry": None},
        {"type": "Feature", "geometry": {"type": "LineString", "coordinates": inside}},
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[["x", 1]]]}},
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": []}},
        "no feature",
        feature(inside, id="number", gsd_m="wide"),
        feature(on_map(square(30, 40, 100_000)), id="huge"),
        feature(inside, id="last"),
    ]
    results = answers(scene, write_geojson(tmp_path / "b.geojson", features), classifier, context=1)
    assert [(each.extra["id"], each.status.value, each.reason) for each in results if not each.ok] == [
        ("outside", "bad_row", "the box lies outside the scene"),
        ("window alone inside", "bad_row", "the box lies outside the scene"),
        (
            "nowhere",
            "bad_row",
            "its coordinates 200, 95 are no longitude and latitude: state their system with --boxes-crs",
        ),
        ("line", "bad_row", "its outline has no area"),
        ("6", "bad_row", "it has no geometry"),
        ("7", "bad_row", "a LineString is no box: give a polygon or a point"),
        ("8", "bad_row", "its Polygon has no coordinates that can be read"),
        ("9", "bad_row", "its Polygon has no coordinates that can be read"),
        ("10", "bad_row", "the feature is no JSON object"),
        ("number", "bad_row", "gsd_m 'wide' is not a number"),
        ("huge", "too_large", "the window has more than 50 million pixels"),
    ]
    assert [(each.extra["id"], each.label) for each in results if each.ok] == [("good", "car"), ("last", "car")]


@pytest.mark.parametrize("crs", [None, "EPSG:32637"])
def test_a_box_with_latitude_first_is_told_from_one_elsewhere(
    tmp_path: Path, scene: Path, classifier: Classifier, crs: str | None
) -> None:
    ring = on_map(square(30, 40), crs=crs or "EPSG:4326")
    features = [
        feature([[y, x] for x, y in ring], id="exchanged"),
        feature([[x + 1, y + 1] for x, y in on_map(square(900, 40))]),
    ]
    results = answers(scene, write_geojson(tmp_path / "b.geojson", features, crs=crs), classifier)
    said = "it would lie inside with latitude and longitude exchanged: write longitude (or east) first"
    assert said in results[0].reason
    assert "exchanged" not in results[1].reason


def test_an_outline_that_crosses_itself_is_answered_and_flagged(
    tmp_path: Path, scene: Path, classifier: Classifier
) -> None:
    a, b, c, d = square(30, 40)
    straight, crossed = (
        answers(scene, write_geojson(tmp_path / f"{n}.geojson", [feature(on_map(ring))]), classifier, context=1)[0]
        for n, ring in enumerate([(a, b, c, d), (a, c, b, d)])
    )
    assert (straight.flags, crossed.flags) == ((), ("box_crossed",))
    assert (straight.label, straight.sha256) == (crossed.label, crossed.sha256)


def test_attributes_come_back_and_what_they_state_counts(tmp_path: Path, scene: Path, classifier: Classifier) -> None:
    ring = on_map(square(30, 40))
    features = [
        feature(ring, id=1, kind="=1+1", label="lorry", lon="here", gsd_m=0.25, date="2024-05-01", site="yard"),
        feature(ring, other=[1, "é"]),
    ]
    one, two = answers(scene, write_geojson(tmp_path / "b.geojson", features), classifier, site="pit", date="2020")
    assert one.extra == {
        "id": "1",
        "kind": "=1+1",
        "manifest_label": "lorry",
        "box_lon": "here",
        "other": "",
    }
    assert (one.gsd_m, one.gsd_source, one.date, one.site) == (0.25, "manifest", "2024-05-01", "yard")
    assert (two.extra["id"], two.extra["other"], two.date, two.site) == ("2", '[1, "é"]', "2020", "pit")
    assert (two.gsd_source, one.place is not None) == ("scene", True)


def test_two_boxes_of_one_name_have_paths_of_their_own(tmp_path: Path, scene: Path, classifier: Classifier) -> None:
    ring = on_map(square(30, 40))
    features = [feature(ring, id=name) for name in ("a", "a", "a (2)", "../../etc/passwd", "..", "")]
    results = answers(scene, write_geojson(tmp_path / "b.geojson", features), classifier)
    assert [Path(str(each.path)).relative_to(scene).as_posix() for each in results] == [
        "a",
        "a (2)",
        "a (2) (2)",
        ".._.._etc_passwd",
        "box",
        "box (2)",
    ]


def test_a_scene_without_coordinates_takes_boxes_in_pixels(tmp_path: Path, classifier: Classifier) -> None:
    scene = write_scene(tmp_path / "s.png", coloured(PLACES), crs=None, driver="PNG")
    boxes = write_geojson(tmp_path / "b.geojson", [feature(square(30, 40))])
    [result] = answers(scene, boxes, classifier, boxes_crs="pixel", context=1)
    assert (result.label, result.gsd_m, result.flags) == ("car", None, ("gsd_unknown",))
    assert result.place is not None and (result.place.lon, result.place.footprint) == (None, None)
    [stated] = answers(scene, boxes, classifier, boxes_crs="pixel", gsd_m=0.3)
    assert (stated.gsd_m, stated.gsd_source) == (0.3, "option")
    with pytest.raises(InputError, match=r"s\.png states no coordinate system, and the boxes are on a map: state it"):
        answers(scene, boxes, classifier)


def test_a_world_file_places_the_pixels_of_a_stated_system(tmp_path: Path, boxes: Path, classifier: Classifier) -> None:
    scene = write_scene(tmp_path / "s.png", coloured(PLACES), crs=None, driver="PNG")
    (tmp_path / "s.pgw").write_text(f"{GSD_M}\n0\n0\n{-GSD_M}\n{500_000 + GSD_M / 2}\n{6_100_000 - GSD_M / 2}\n")
    results = answers(scene, boxes, classifier, crs=UTM, context=1)
    assert [each.label for each in results] == LABELS
    assert results[0].gsd_m == pytest.approx(GSD_M, rel=1e-3)


def test_points_need_a_window_in_metres(tmp_path: Path, scene: Path, classifier: Classifier) -> None:
    boxes = write_geojson(tmp_path / "b.geojson", [feature(on_map([(40, 50)]))])
    [result] = answers(scene, boxes, classifier, window_m=10)
    assert (result.label, result.width_px) == ("car", 20)
    assert result.place is not None and result.place.box_px is None
    assert json.loads(str(result.place.footprint))["type"] == "Polygon"
    with pytest.raises(InputError, match="the boxes are points: state the side of the windows round them"):
        answers(scene, boxes, classifier)


def test_a_box_across_the_antimeridian(tmp_path: Path, classifier: Classifier) -> None:
    """Its footprint has two parts, and its centre one longitude; in degrees and in UTM, drawn in one part or two."""
    step = 0.5 / 111_320.0
    degrees = write_scene(
        tmp_path / "d.tif",
        coloured({(90, 40): "red"}),
        crs="EPSG:4326",
        transform=from_origin(180 - 100 * step, 0.0, step, step),
    )
    ring = on_map(square(90, 40), scene=degrees)
    one = [[x - 360 if x > 180 else x, y] for x, y in ring]
    parts = [
        [[[x, y] if x <= 180 else [180.0, y] for x, y in [*ring, ring[0]]]],
        [[[x - 360, y] if x > 180 else [-180.0, y] for x, y in [*ring, ring[0]]]],
    ]
    two = {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": parts}}
    boxes = write_geojson(tmp_path / "b.geojson", [feature(one), two])
    for result in answers(degrees, boxes, classifier, context=1):
        assert result.label == "car"
        assert result.place is not None and result.place.lon is not None
        assert abs(abs(result.place.lon) - 180) < 1e-6
        found = json.loads(str(result.place.footprint))
        assert found["type"] == "MultiPolygon"
        assert all(abs(x) <= 180 for part in found["coordinates"] for x, _ in part[0])


def test_bands_that_the_scene_lacks_are_an_error(scene: Path, boxes: Path, classifier: Classifier) -> None:
    with pytest.raises(InputError, match="has no band 5: it has 3"):
        answers(scene, boxes, classifier, bands="5,3,2")
    swapped = answers(scene, boxes, classifier, bands="3,2,1", context=1)
    assert [each.label for each in swapped] == ["vehicle", "car", "ground"]
    assert {(each.bands, each.bands_source) for each in swapped} == {("3,2,1", "option")}


def test_a_scene_that_ends_early_answers_what_it_has(tmp_path: Path, boxes: Path, classifier: Classifier) -> None:
    whole = write_scene(tmp_path / "whole.tif", coloured(PLACES), blockysize=1)
    cut = tmp_path / "cut.tif"
    shutil.copy(whole, cut)
    with rasterio.open(whole) as file:
        assert file.block_shapes[0][0] == 1
    data = cut.read_bytes()
    row = coloured(PLACES)[0].tobytes()
    cut.write_bytes(data[: data.index(row) + 70 * len(row) + 100])  # below the first two squares
    results = answers(cut, boxes, classifier, context=1)
    assert [each.label for each in results] == ["car", "vehicle", None]
    assert results[2].status in (Status.TRUNCATED, Status.CORRUPT)
    assert results[2].reason.startswith("the scene cannot be read at this window: ")


def test_no_boxes_and_no_such_files_are_errors(tmp_path: Path, scene: Path, classifier: Classifier) -> None:
    with pytest.raises(InputError, match=r"empty\.geojson holds no boxes"):
        answers(scene, write_geojson(tmp_path / "empty.geojson", []), classifier)
    with pytest.raises(InputError, match="there are no boxes"):
        classify_scene(scene, boxes=[], classifier=classifier)
    with pytest.raises(InputError, match=r"the file of boxes .* cannot be read: No such file"):
        answers(scene, tmp_path / "gone.geojson", classifier)
    with pytest.raises(InputError, match=r"the scene .* cannot be opened: No such file"):
        classify_scene(tmp_path / "gone.tif", boxes=[SceneBox(id="1", ring=((1.0, 1.0),))], classifier=classifier)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "cannot be read as boxes: it is no whole JSON, from line 1, column 2 on"),
        ('{"type": "FeatureCollection"}', "its 'features' are no list"),
        ('{"a": 1}', "it is JSON, and neither GeoJSON nor COCO"),
        ("[" * 100_000, "cannot be read as boxes"),
        (
            '{"type": "FeatureCollection", "features": [1], "crs": 5}',
            "the coordinate system of .* is not known: 'None'",
        ),
        (
            '{"type": "FeatureCollection", "features": [1], "crs": {"properties": {"name": "EPSG:99999"}}}',
            "is not known: 'EPSG:99999'; name one as EPSG:32637",
        ),
    ],
)
def test_a_broken_file_of_boxes_is_one_sentence(
    tmp_path: Path, scene: Path, classifier: Classifier, text: str, problem: str
) -> None:
    (tmp_path / "b.geojson").write_text(text)
    with pytest.raises(InputError, match=problem):
        answers(scene, tmp_path / "b.geojson", classifier)


def test_the_answers_are_those_of_the_same_crop_as_an_array(scene: Path, boxes: Path, classifier: Classifier) -> None:
    pixels = coloured(PLACES)
    results = answers(scene, boxes, classifier)
    crops = [pixels[top - 4 : top + 24, left - 4 : left + 24] for left, top in PLACES]
    alone = classifier.classify_arrays(crops, gsd_m=[each.gsd_m for each in results])
    for result, other in zip(results, alone, strict=True):
        kept = replace(result, path=None, place=None, extra={}, sha256=None, gsd_source="option")
        assert kept.to_dict() == other.to_dict()


def test_the_cache_of_gdal_is_small_while_windows_are_read(scene: Path, boxes: Path) -> None:
    """By default it takes a twentieth of the machine's memory, and a large scene would fill it."""
    from rasterio.env import get_gdal_config

    with SceneRaster(scene) as raster:
        source = SceneSource(raster, read_boxes(boxes))
        assert [get_gdal_config("GDAL_CACHEMAX") for _ in source] == [64] * 3
