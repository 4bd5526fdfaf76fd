"""Scenes of every format and kind of bands: what is shown of them, and what their metadata says."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.enums import ColorInterp
from rasterio.errors import NotGeoreferencedWarning
from rasterio.rpc import RPC

from tests.fixtures.scenes import coloured, feature, on_map, square, write_geojson, write_scene
from tests.scenes.conftest import LABELS, PLACES
from vehicle_id import Classifier, InputError, SceneOptions, classify_scene
from vehicle_id.scenes.band_choice import chosen_bands, scene_stretch
from vehicle_id.scenes.metadata import Capture, capture_of
from vehicle_id.scenes.raster import PixelWindow, SceneRaster

PIXELS = coloured(PLACES)


@pytest.mark.parametrize(
    ("name", "profile"),
    [
        ("s.tif", {"tiled": True, "blockxsize": 64, "blockysize": 64, "compress": "deflate"}),
        ("s.tif", {"driver": "COG"}),
        ("s.jp2", {"driver": "JP2OpenJPEG", "QUALITY": "100", "REVERSIBLE": "YES"}),
        ("s.ntf", {"driver": "NITF", "ICORDS": "N"}),
        ("s.png", {"driver": "PNG"}),
    ],
    ids=["GeoTIFF", "COG", "JPEG 2000", "NITF", "PNG"],
)
def test_a_scene_of_any_format_has_the_same_answers(
    tmp_path: Path, boxes: Path, classifier: Classifier, name: str, profile: dict[str, Any]
) -> None:
    scene = write_scene(tmp_path / name, PIXELS, **profile)
    results = list(classify_scene(scene, boxes=boxes, classifier=classifier, options=SceneOptions(context=1)))
    assert [each.label for each in results] == LABELS
    # a NITF states its corners in whole metres
    assert [each.gsd_m for each in results] == pytest.approx([0.5] * 3, rel=1e-2 if name.endswith("ntf") else 1e-3)


def raster_of(tmp_path: Path, pixels: np.ndarray, **profile: Any) -> SceneRaster:
    return SceneRaster(write_scene(tmp_path / "bands.tif", pixels, **profile))


def mixed(*bands: int) -> np.ndarray:
    """A picture whose bands are these of red, green, blue and a fourth one."""
    four = np.dstack([PIXELS, np.full(PIXELS.shape[:2], 40, np.uint8)])
    return four[:, :, list(bands)]


@pytest.mark.parametrize(
    ("bands", "profile", "shown", "flags"),
    [
        ((0,), {}, (0,), ("grey",)),
        ((0, 1, 2), {}, (0, 1, 2), ()),
        ((2, 1, 0, 3), {"photometric": "MINISBLACK", "alpha": "NO"}, (0, 1, 2), ("extra_band", "band_order_assumed")),
        (
            (2, 1, 0, 3),
            {"photometric": "MINISBLACK", "descriptions": ("Blue", "Green", "Red", "NIR")},
            (2, 1, 0),
            ("extra_band",),
        ),
        (
            (2, 1, 0, 3),
            {"photometric": "MINISBLACK", "alpha": "NO", "tags": {"IMD": {"bandId": '"BGRN"'}}},
            (2, 1, 0),
            ("extra_band",),
        ),
        (
            (3, 2, 1, 3, 0, 3, 3, 3),
            {"photometric": "MINISBLACK", "tags": {"IMD": {"bandId": "Multi"}}},
            (4, 2, 1),
            ("extra_band",),
        ),
    ],
    ids=["pan", "RGB", "four without names", "four with names", "BGRN of Maxar", "eight of Maxar"],
)
def test_the_bands_to_show_are_found(
    tmp_path: Path, bands: tuple[int, ...], profile: dict[str, Any], shown: tuple[int, ...], flags: tuple[str, ...]
) -> None:
    with raster_of(tmp_path, mixed(*bands), **profile) as raster:
        choice = chosen_bands(raster)
    assert (choice.shown, choice.flags) == (shown, flags)


def test_eight_bands_without_names_ask_for_a_choice(tmp_path: Path) -> None:
    with raster_of(tmp_path, mixed(*[0] * 8), photometric="MINISBLACK") as raster:
        with pytest.raises(
            InputError, match=r"has 8 bands and names no red, green and blue: state them, as --bands 5,3,2"
        ):
            chosen_bands(raster)
        assert chosen_bands(raster, (5, 3, 2)).listed == "5,3,2"
        assert chosen_bands(raster, (1,)).flags == ("grey", "extra_band")


def answers(scene: Path, boxes: Path, classifier: Classifier, **options: Any) -> list[Any]:
    return list(classify_scene(scene, boxes=boxes, classifier=classifier, options=SceneOptions(context=1, **options)))


def test_a_fourth_band_that_is_no_mask_is_no_transparency(tmp_path: Path, boxes: Path, classifier: Classifier) -> None:
    """GDAL marks the fourth of four bands as alpha, also near infrared."""
    infrared = np.random.default_rng(0).integers(10, 200, PIXELS.shape[:2], np.uint8)
    scene = write_scene(tmp_path / "s.tif", np.dstack([PIXELS, infrared]), alpha="YES")
    with rasterio.open(scene) as file:
        assert file.colorinterp[3] == ColorInterp.alpha
    results = answers(scene, boxes, classifier)
    assert [each.label for each in results] == LABELS
    assert results[0].flags == ("extra_band",)
    assert results[0].bands == "1,2,3"


@pytest.mark.parametrize("kind", ["nodata", "alpha", "mask"])
def test_pixels_without_a_value_are_grey_and_flagged(
    tmp_path: Path, boxes: Path, classifier: Classifier, kind: str
) -> None:
    pixels, missing = PIXELS.copy(), np.zeros(PIXELS.shape[:2], bool)
    missing[40:45] = True
    pixels[missing] = 0
    if kind == "nodata":
        scene = write_scene(tmp_path / "s.tif", pixels, nodata=0)
    elif kind == "alpha":
        scene = write_scene(
            tmp_path / "s.tif", np.dstack([pixels, np.where(missing, 0, 255).astype(np.uint8)]), alpha="YES"
        )
    else:
        scene = write_scene(tmp_path / "s.tif", pixels)
        with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(scene, "r+") as file:
            file.write_mask(~missing)
    first, _, third = answers(scene, boxes, classifier)
    assert (first.flags, third.flags) == (("nodata",), ())
    assert third.label == "ground"


def test_nodata_is_left_out_of_the_stretch(tmp_path: Path) -> None:
    pixels = np.full((100, 100), 65535, np.uint16)
    pixels[:50] = np.linspace(100, 200, 50 * 100).reshape(50, 100)
    with raster_of(tmp_path, pixels, nodata=65535) as raster:
        low, high = scene_stretch(raster, chosen_bands(raster)) or (0, 0)
    assert 100 < low < 103 and 197 < high < 200


def test_a_scene_without_any_value_is_an_error(tmp_path: Path, boxes: Path, classifier: Classifier) -> None:
    scene = write_scene(tmp_path / "s.tif", np.zeros((160, 200), np.uint16), nodata=0)
    with pytest.raises(InputError, match="has no pixel with a value where it was looked at"):
        answers(scene, boxes, classifier)


def test_a_part_of_a_large_scene_stands_for_the_whole(tmp_path: Path) -> None:
    """Of 9 million pixels a million are looked at; the percentiles are those of all within 2 % of their range."""
    pixels = np.random.default_rng(1).gamma(4.0, 100.0, (3000, 3000)).astype(np.uint16)
    whole = np.percentile(pixels, (2, 98))
    for profile in ({}, {"tiled": True, "blockxsize": 256, "blockysize": 256}):
        with raster_of(tmp_path, pixels, **profile) as raster:
            found = scene_stretch(raster, chosen_bands(raster))
        assert found == pytest.approx(tuple(whole), abs=0.02 * (whole[1] - whole[0]))


def test_a_table_of_colours_is_looked_up(tmp_path: Path, boxes: Path, classifier: Classifier) -> None:
    colours, numbers = np.unique(PIXELS.reshape(-1, 3), axis=0, return_inverse=True)
    scene = write_scene(tmp_path / "s.png", numbers.reshape(PIXELS.shape[:2]).astype(np.uint8), driver="PNG")
    with rasterio.open(scene, "r+") as file:
        file.write_colormap(1, {n: (*map(int, each), 255) for n, each in enumerate(colours)})
    scene = write_palette(tmp_path / "p.tif", numbers.reshape(PIXELS.shape[:2]), colours)
    results = answers(scene, boxes, classifier)
    assert [each.label for each in results] == LABELS and results[0].flags == ()


def write_palette(path: Path, numbers: np.ndarray, colours: np.ndarray) -> Path:
    write_scene(path, numbers.astype(np.uint8), photometric="palette")
    with rasterio.open(path, "r+") as file:
        file.write_colormap(1, {n: (*map(int, each), 255) for n, each in enumerate(colours)})
    return path


def test_white_may_be_the_low_value(tmp_path: Path, boxes: Path, classifier: Classifier) -> None:
    grey = np.where((PIXELS == 90).all(axis=2), 30, 220).astype(np.uint8)
    plain = answers(write_scene(tmp_path / "a.tif", grey), boxes, classifier)
    turned = answers(write_scene(tmp_path / "b.tif", 255 - grey, photometric="MINISWHITE"), boxes, classifier)
    assert [each.sha256 for each in turned] == [each.sha256 for each in plain]


@pytest.mark.parametrize("kind", [np.float32, np.int16, np.uint32])
def test_numbers_of_any_type_are_stretched(tmp_path: Path, boxes: Path, classifier: Classifier, kind: type) -> None:
    scene = write_scene(tmp_path / "s.tif", PIXELS.astype(kind))
    assert [each.label for each in answers(scene, boxes, classifier)] == LABELS


def test_complex_numbers_are_an_error(tmp_path: Path, boxes: Path, classifier: Classifier) -> None:
    scene = write_scene(tmp_path / "s.tif", PIXELS[:, :, 0].astype(np.complex64))
    with pytest.raises(InputError, match="has no bands of real numbers: radar must be detected"):
        answers(scene, boxes, classifier)


def test_only_regular_files_of_these_formats_are_opened(tmp_path: Path) -> None:
    vrt = tmp_path / "s.vrt"
    vrt.write_text('<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand dataType="Byte" band="1"/></VRTDataset>')
    renamed = tmp_path / "s.tif"
    renamed.write_bytes(vrt.read_bytes())
    for path in (vrt, renamed):
        with pytest.raises(InputError, match="is no GeoTIFF, JPEG 2000, NITF, PNG or JPEG file: convert it to one"):
            SceneRaster(path)
    for name in ("/vsicurl/http://127.0.0.1:9/a.tif", "GTIFF_DIR:1:a.tif", str(tmp_path)):
        with pytest.raises(InputError, match="cannot be opened"):
            SceneRaster(Path(name))
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.tif")
        with pytest.raises(InputError, match="not a regular file"):
            SceneRaster(tmp_path / "pipe.tif")


def test_a_local_coordinate_system_is_nowhere_on_the_earth(tmp_path: Path, classifier: Classifier) -> None:
    local = 'LOCAL_CS["drawing",UNIT["metre",1]]'
    scene = write_scene(tmp_path / "s.tif", PIXELS, crs=local)
    boxes = write_geojson(tmp_path / "b.geojson", [feature(square(30, 40))])
    [result] = answers(scene, boxes, classifier, boxes_crs="pixel")
    assert result.label == "car" and result.gsd_m is None
    with pytest.raises(InputError, match="states a coordinate system that is not known, or places no pixel in it"):
        answers(scene, boxes, classifier)


def test_a_scene_that_was_not_rectified_says_so(tmp_path: Path, boxes: Path, classifier: Classifier) -> None:
    scene = write_scene(tmp_path / "s.tif", PIXELS, crs=None)
    numbers = [0.0] * 20
    rpcs = RPC(
        0.0, 100.0, 55.0, 0.1, numbers, numbers, 100.0, 100.0, 33.0, 0.1, numbers, numbers, 100.0, 100.0, None, None
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(scene, "r+") as file:
            file.rpcs = rpcs
    with pytest.raises(
        InputError, match=r"is not rectified .it has RPCs alone., and the boxes are on a map: rectify it first"
    ):
        answers(scene, boxes, classifier)


def test_ground_control_points_place_a_scene(tmp_path: Path, boxes: Path, classifier: Classifier) -> None:
    points = [
        rasterio.control.GroundControlPoint(row, column, 500_000 + 0.5 * column, 6_100_000 - 0.5 * row)
        for row, column in ((0, 0), (0, 200), (160, 0), (160, 200))
    ]
    scene = write_scene(tmp_path / "s.tif", PIXELS, crs=None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(scene, "r+") as file:
            file.gcps = (points, rasterio.crs.CRS.from_epsg(32636))
    results = answers(scene, boxes, classifier)
    assert [each.label for each in results] == LABELS
    assert results[0].gsd_m == pytest.approx(0.5, rel=1e-3)


IMD = """version = "AA";
bandId = "P";
BEGIN_GROUP = IMAGE_1
\tsatId = "WV03";
\tfirstLineTime = 2024-05-01T08:31:12.000000Z;
\tmeanSunAz = 152.1;
\tmeanSunEl = 47.3;
\tmeanSatAz = 201.5;
\tmeanOffNadirViewAngle = 18.4;
END_GROUP = IMAGE_1
END;
"""


def captured(scene: Path, **options: Any) -> Capture:
    with SceneRaster(scene) as raster:
        return capture_of(raster, SceneOptions(**options))


def test_an_imd_file_states_the_angles_and_the_date(tmp_path: Path) -> None:
    scene = write_scene(tmp_path / "s.tif", PIXELS)
    (tmp_path / "s.IMD").write_text(IMD)
    wanted = Capture(
        date="2024-05-01", sun_azimuth_deg=152.1, sun_elevation_deg=47.3, view_azimuth_deg=201.5, off_nadir_deg=18.4
    )
    assert captured(scene) == wanted
    stated = captured(scene, sun=(10, 20), view=(30, 40), date="2023")
    assert stated == Capture(
        date="2023", sun_azimuth_deg=10, sun_elevation_deg=20, view_azimuth_deg=30, off_nadir_deg=40
    )


def test_what_is_no_angle_and_no_date_is_left_out(tmp_path: Path) -> None:
    scene = write_scene(tmp_path / "s.tif", PIXELS, tags={"": {"TIFFTAG_DATETIME": "2024:15:01 08:31:12"}})
    text = IMD.replace("152.1", "nan").replace("47.3", "147").replace("18.4", "far").replace("2024-05", "0000-00")
    (tmp_path / "s.IMD").write_text(text)
    assert captured(scene) == Capture(view_azimuth_deg=201.5)


def test_a_tiff_states_its_date(tmp_path: Path) -> None:
    scene = write_scene(tmp_path / "s.tif", PIXELS, tags={"": {"TIFFTAG_DATETIME": "2024:05:01 08:31:12"}})
    assert captured(scene) == Capture(date="2024-05-01")


def test_a_nitf_states_them_in_its_extensions(tmp_path: Path) -> None:
    fields = (("000", 3), ("012.3", 5), ("", 1), ("02047", 5), ("", 3), ("", 1), ("", 3), ("12.50", 5), ("", 6))
    fields += (("", 12), ("", 15), ("", 4), ("", 1), ("", 3), ("", 1), ("", 1), ("00", 2), ("", 5), ("", 3), ("", 6))
    fields += (("", 6), ("", 6))
    use00a = "".join(text.ljust(width) for text, width in (*fields, ("+33.5", 5), ("151.0", 5)))
    scene = write_scene(
        tmp_path / "s.ntf",
        PIXELS,
        driver="NITF",
        ICORDS="N",
        TRE=f"USE00A={use00a}",
        IDATIM="20240501083112",
        FDT="20240501083112",
    )
    found = captured(scene)
    assert found.date == "2024-05-01"
    assert (found.sun_elevation_deg, found.sun_azimuth_deg, found.off_nadir_deg) == (33.5, 151.0, 12.5)


def test_a_window_knows_its_part_inside(tmp_path: Path) -> None:
    window = PixelWindow(left=-5, top=150, width=20, height=20)
    assert window.inside(200, 160) == PixelWindow(left=0, top=150, width=15, height=10)
    assert PixelWindow(left=200, top=0, width=5, height=5).inside(200, 160) is None
    assert str(window) == "[-5,150,20,20]"


def test_the_middle_of_a_point_is_the_point(tmp_path: Path, scene: Path, classifier: Classifier) -> None:
    boxes = write_geojson(tmp_path / "p.geojson", [feature(on_map([(40, 50)]), id=1)])
    [result] = answers(scene, boxes, classifier, window_m=10)
    assert result.place is not None
    assert [result.place.lon, result.place.lat] == pytest.approx(on_map([(40, 50)])[0], abs=1e-8)
