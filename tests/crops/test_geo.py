"""Metres on the ground per pixel, for coordinate systems at the equator and far from it."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping

import numpy as np
import pytest
from PIL import Image

from tests.conftest import TINY, plain
from tests.picture_kinds import geo_tags, text_tag, tiff_of
from vehicle_id import Classifier
from vehicle_id.crops import projection
from vehicle_id.crops.images import decode_image
from vehicle_id.crops.open import decode_crop, located, open_crop
from vehicle_id.crops.projection import ground_pixel_by_proj

LATITUDES = (0, 41, 60)
A, E2 = 6378137.0, 0.00669437999
KNOWN = {
    "utm": (32637, 250_000, 6_000_000),
    "utm south": (32733, 700_000, 7_000_000),
    "web mercator": (3857, 4e6, 7.5e6),
    "world mercator": (3395, 4e6, 7.5e6),
    "pulkovo": (28407, 7_350_000, 6_100_000),
    "dhdn": (31467, 3_560_000, 5_500_000),
    "britain": (27700, 530_000, 180_000),
    "france": (2154, 650_000, 6_860_000),
    "switzerland": (2056, 2_600_000, 1_200_000),
    "netherlands": (28992, 121_000, 487_000),
    "sweden": (3006, 674_000, 6_580_000),
    "finland": (3067, 385_000, 6_672_000),
    "poland": (2180, 637_000, 487_000),
    "new zealand": (2193, 1_757_000, 5_920_000),
    "japan": (6677, -7_000, -35_000),
    "state plane, metres": (26918, 300_000, 4_500_000),
    "new york, feet": (2263, 984_000, 200_000),
}
PIXELS = plain("red", width=40, height=20)
CENTRE = (20, 10)

NORTHINGS = {3857: {0: 0.0, 41: 5012341.66, 60: 8399737.89}, 3395: {0: 0.0, 41: 4984302.52, 60: 8362698.55}}
"""Of latitudes, by PROJ (pyproj 3.7)."""


def radii(latitude: float) -> tuple[float, float]:
    """Metres of a radian along the parallel and along the meridian."""
    phi = math.radians(latitude)
    curve = 1 - E2 * math.sin(phi) ** 2
    return A * math.cos(phi) / math.sqrt(curve), A * (1 - E2) / curve**1.5


def projected(code: int, unit: int | None = 9001) -> dict[int, int]:
    return {1024: 1, 3072: code} | ({3076: unit} if unit else {})


def file_of(keys: Mapping[int, int], scale: tuple[float, float], x: float, y: float, **more: object) -> bytes:
    """A GeoTIFF about a place."""
    at = (x - CENTRE[0] * scale[0], y + CENTRE[1] * scale[1])
    return tiff_of(PIXELS, tags=geo_tags(keys, scale=scale, at=at, **more))


@pytest.mark.parametrize("latitude", LATITUDES)
@pytest.mark.parametrize(("code", "known"), [(3857, 3857), (3785, 3857), (3395, 3395), (54004, 3395)])
def test_mercator_is_metres_on_the_ground(code: int, known: int, latitude: int) -> None:
    """Pixels of 0.6 m at 60 degrees are 0.3 m."""
    found = decode_crop(file_of(projected(code), (0.6, 0.6), 3_000_000, NORTHINGS[known][latitude])).gsd_m
    assert found == pytest.approx(0.6 * math.cos(math.radians(latitude)), rel=0.005)


@pytest.mark.parametrize("latitude", LATITUDES)
def test_mercator_without_a_code(latitude: int) -> None:
    """As older programs write 900913: a method and its parameters."""
    keys = {1024: 1, 3072: 32767, 3075: 7, 3076: 9001}
    found = decode_crop(file_of(keys, (0.6, 0.6), 0, NORTHINGS[3857][latitude], doubles={3092: 1.0})).gsd_m
    assert found == pytest.approx(0.6 * math.cos(math.radians(latitude)), rel=0.01)


@pytest.mark.parametrize("latitude", LATITUDES)
@pytest.mark.parametrize("code", [32633, 32733, 25833, 26917, 28407])
@pytest.mark.parametrize("easting", [500_000, 250_000])
def test_zones_of_transverse_mercator(code: int, latitude: int, easting: int) -> None:
    zone = 7_000_000 if code == 28407 else 0
    found = decode_crop(file_of(projected(code), (0.3, 0.3), zone + easting, latitude * 111_000)).gsd_m
    assert found == pytest.approx(0.3, rel=0.002)


@pytest.mark.parametrize("latitude", LATITUDES)
def test_degrees_are_metres_and_the_picture_is_made_square(latitude: int) -> None:
    step = 3e-6
    along_parallel, along_meridian = (math.radians(step) * each for each in radii(latitude))
    crop = decode_crop(file_of({1024: 2, 2048: 4326, 2054: 9102}, (step, step), 30.0, latitude))
    assert crop.gsd_m == pytest.approx(math.sqrt(along_parallel * along_meridian), rel=0.001)
    assert crop.image.width * crop.gsd_m == pytest.approx(40 * along_parallel, rel=0.03)
    assert crop.image.height * crop.gsd_m == pytest.approx(20 * along_meridian, rel=0.03)
    assert ("squared" in crop.flags) == (latitude > 0)


@pytest.mark.parametrize("code", [2263, 3435, 6526])
@pytest.mark.parametrize(("unit", "metre"), [(9002, 0.3048), (9003, 0.3048006), (9001, 1.0)])
def test_state_planes_in_feet(code: int, unit: int, metre: float) -> None:
    assert decode_crop(file_of(projected(code, unit), (1, 1), 984_000, 200_000)).gsd_m == pytest.approx(metre)


def test_a_state_plane_that_states_no_unit_is_unknown() -> None:
    assert decode_crop(file_of(projected(2263, None), (1, 1), 984_000, 200_000)).gsd_m is None


@pytest.mark.parametrize("latitude", LATITUDES)
@pytest.mark.parametrize("code", [32633, 3857])
@pytest.mark.parametrize("turn", [30, 90, 217])
def test_turned_grids(code: int, latitude: int, turn: int) -> None:
    cos, sin = 0.6 * math.cos(math.radians(turn)), 0.6 * math.sin(math.radians(turn))
    x, y = (500_000, latitude * 111_000) if code == 32633 else (0, NORTHINGS[3857][latitude])
    place = (x - 20 * cos - 10 * sin, y - 20 * sin + 10 * cos)
    matrix = (cos, sin, 0, place[0], sin, -cos, 0, place[1], 0, 0, 0, 0, 0, 0, 0, 1)
    truth = 0.6 if code == 32633 else 0.6 * math.cos(math.radians(latitude))
    crop = decode_crop(tiff_of(PIXELS, tags=geo_tags(projected(code), matrix=matrix)))
    assert crop.gsd_m == pytest.approx(truth, rel=0.01)
    assert "squared" not in crop.flags


@pytest.mark.parametrize("code", [32633, 3857])
@pytest.mark.parametrize("latitude", LATITUDES)
def test_pixels_that_are_not_square_are_made_square(code: int, latitude: int) -> None:
    """The same ground as wide as it is, which a length needs."""
    shrink = 1.0 if code == 32633 else math.cos(math.radians(latitude))
    y = latitude * 111_000 if code == 32633 else NORTHINGS[3857][latitude]
    crop = decode_crop(file_of(projected(code), (0.2, 0.8), 500_000, y))
    assert crop.gsd_m == pytest.approx(0.4 * shrink, rel=0.01)
    assert crop.image.size == (20, 40) and crop.flags == ("squared",)


def test_a_stated_distance_is_of_the_crop_as_it_is() -> None:
    crop = decode_crop(file_of(projected(32633), (0.2, 0.8), 500_000, 0), gsd_m=0.5)
    assert (crop.gsd_m, crop.image.size, crop.flags) == (0.5, (40, 20), ())


def test_a_sheared_grid_is_unknown() -> None:
    matrix = (0.6, 0.3, 0, 500_000, 0, -0.6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
    assert decode_crop(tiff_of(PIXELS, tags=geo_tags(projected(32633), matrix=matrix))).gsd_m is None


@pytest.mark.parametrize(
    "keys",
    [
        {1024: 1, 3072: 3035, 3076: 9001},  # equal area
        {1024: 1, 3072: 3413, 3076: 9001},  # polar
        {1024: 1, 3072: 32767, 3076: 9001},  # no method
        {1024: 1, 3076: 9001},  # nothing
        {1024: 1, 3072: 32633, 3076: 9999},  # no such unit
        {1024: 3, 3072: 4978},  # geocentric
        {1024: 2, 2054: 9199},
        {},
    ],
)
def test_other_systems_are_unknown_and_flagged(
    keys: dict[int, int], classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "has_proj", lambda: False)
    result = classifier.classify(file_of(keys, (0.3, 0.3), 4_000_000, 3_000_000))
    assert result.ok and result.gsd_m is None and "gsd_unknown" in result.flags


def test_with_pyproj_other_systems_are_metres_too() -> None:
    """Lambert's conic of Europe, 2 % off in Portugal; also where crops are decoded in another process."""
    pyproj = pytest.importorskip("pyproj")
    x, y = 2_500_000, 1_500_000
    file = file_of(projected(3034), (0.6, 0.6), x, y)
    places = pyproj.Transformer.from_crs(3034, 4258, always_xy=True).transform([x, x + 60], [y, y])
    truth = pyproj.Geod(ellps="GRS80").inv(*(each[i] for i in (0, 1) for each in places))[2] / 100
    assert abs(truth / 0.6 - 1) > 0.01
    for isolate in (False, True):
        with Classifier(TINY, threads=1, isolate=isolate, views=2) as classifier:
            result = classifier.classify(file)
            assert (result.gsd_m, result.gsd_source) == (pytest.approx(truth, rel=0.001), "file")
            assert "gsd_unknown" not in result.flags
    crop = open_crop(file, chip_px=32, views=3)
    stated = open_crop(file, chip_px=32, views=3, gsd_m=located(crop, file).gsd_m)
    assert [chip.extent_m for chip in located(crop, file).chips] == [chip.extent_m for chip in stated.chips]


def test_without_pyproj_they_stay_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "has_proj", lambda: False)
    file = file_of(projected(3034), (0.6, 0.6), 4_000_000, 2_700_000)
    assert located(open_crop(file, chip_px=32), file).gsd_m is None


@pytest.mark.parametrize("name", [*KNOWN])
def test_the_formulas_agree_with_proj(name: str) -> None:
    """Every system of `geo.py`, at a place in its area of use."""
    pytest.importorskip("pyproj")
    code, x, y = KNOWN[name]
    file = file_of(projected(code, 9003 if code == 2263 else 9001), (0.5, 0.5), x, y)
    truth, found = ground_pixel_by_proj(file), decode_crop(file)
    assert truth is not None and found.gsd_m == pytest.approx(truth.gsd_m, rel=0.003)


@pytest.mark.parametrize("latitude", [90, -90, 91, math.nan])
def test_the_poles_and_beyond_are_unknown(latitude: float) -> None:
    assert decode_crop(file_of({1024: 2}, (1e-6, 1e-6), 0.0, latitude)).gsd_m is None


def test_a_picture_on_its_side_keeps_its_metres() -> None:
    """A tag for the orientation turns the pixels, and with them which side of a pixel is longer."""
    tags = geo_tags(projected(32633), scale=(0.2, 0.8), at=(5e5, 5e6)) | {274: (3, (6,))}
    for values in (PIXELS, PIXELS.astype(np.uint16)):
        crop = decode_crop(tiff_of(values, tags=tags))
        assert crop.image.size == (40, 20) and "exif_turned" in crop.flags


def test_an_open_image_has_the_metres_of_its_file() -> None:
    file = file_of(projected(3857), (0.6, 0.6), 0, NORTHINGS[3857][60])
    with Image.open(io.BytesIO(file)) as image:
        assert decode_image(image).gsd_m == pytest.approx(decode_image(file).gsd_m)


MALFORMED: dict[str, dict[int, tuple[int, object]]] = {
    "keys of one number": {34735: (3, (1,)), 33550: (12, (0.3, 0.3, 0.0))},
    "keys cut off": {34735: (3, (1, 1, 0, 9, 1024, 0)), 33550: (12, (0.3, 0.3, 0.0))},
    "scale of one number": {34735: (3, (1, 1, 0, 1, 1024, 0, 1, 1)), 33550: (12, (0.3,))},
    "scale as text": {34735: (3, (1, 1, 0, 1, 1024, 0, 1, 1)), 33550: text_tag("0.3")},
    "keys as text": {34735: text_tag("WGS 84"), 33550: (12, (0.3, 0.3, 0.0))},
    "infinite scale": {**geo_tags(projected(32633), scale=(math.inf, 0.3))},
    "negative scale": {**geo_tags(projected(32633), scale=(0.3, -0.3))},
    "no scale": {**geo_tags(projected(32633), scale=(0.0, 0.0))},
    "place is no number": {**geo_tags(projected(3857), scale=(0.3, 0.3), at=(math.nan, math.nan))},
    "place beyond the earth": {**geo_tags(projected(3857), scale=(0.3, 0.3), at=(0.0, 1e300))},
    "place missing": {**geo_tags(projected(3857), scale=(0.3, 0.3))},
    "matrix cut off": {**geo_tags(projected(32633), matrix=(0.3, 0.0, 0.0))},
    "matrix of zeros": {**geo_tags(projected(32633), matrix=(0.0,) * 16)},
    "number elsewhere, missing": {34735: (3, (1, 1, 0, 1, 1024, 34736, 1, 5)), 33550: (12, (0.3, 0.3, 0.0))},
    "scale of the equator is zero": {
        **geo_tags({1024: 1, 3072: 32767, 3075: 7}, scale=(0.3, 0.3), at=(0.0, 0.0), doubles={3092: 0.0})
    },
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_sound_picture_with_damaged_geo_tags_is_answered(name: str, classifier: Classifier) -> None:
    file = tiff_of(PIXELS, tags=MALFORMED[name])
    with Image.open(io.BytesIO(file)) as image:
        for source in (file, image):
            result = classifier.classify(source)
            assert result.ok and result.gsd_m is None, result.reason
