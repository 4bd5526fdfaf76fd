"""Every kind of picture, each made of the example crops, is answered as its plain 8-bit copy, or refused."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.crops.apart import open_apart
from tests.picture_kinds import geo_tags, png16_of, text_tag, tiff_of
from vehicle_id import Classifier
from vehicle_id.crops.bands import FILL
from vehicle_id.crops.decoder import Decoder
from vehicle_id.crops.images import decode_image
from vehicle_id.crops.isolation import Decoders
from vehicle_id.crops.manifest import Crop, read_manifest
from vehicle_id.crops.open import DecodedCrop, open_crop
from vehicle_id.errors import CropError
from vehicle_id.results import Result, Status

EXAMPLES = Path(__file__).parents[2] / "examples" / "crops"
GDAL = "<GDALMetadata>{}</GDALMetadata>"


def deep(rgb: np.ndarray) -> np.ndarray:
    """11 bits, as satellites deliver: dark, with a haze that lifts the lowest values."""
    return (rgb.astype(np.uint16) * 5 + 150).astype(np.uint16)


def full(rgb: np.ndarray) -> np.ndarray:
    return rgb.astype(np.uint16) * 257


def grey(rgb: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(rgb).convert("L"))[:, :, None]


def near_infrared(rgb: np.ndarray) -> np.ndarray:
    """A fourth band that is no mask: bright where it is green, with values that reach both ends."""
    band = rgb[:, :, [1]] // 2 + 255 - rgb[:, :, [0]] // 2 - 60
    band[0, 0], band[-1, -1] = 0, 255
    return band.astype(rgb.dtype)


def opaque(rgb: np.ndarray, high: int) -> np.ndarray:
    """Transparency that hides the outermost rows."""
    alpha = np.full((*rgb.shape[:2], 1), high)
    alpha[: max(1, rgb.shape[0] // 20)] = 0
    return alpha


def with_margin(values: np.ndarray, nodata: float) -> np.ndarray:
    """A tenth of the rows without a value, at the top and at the bottom."""
    values = values.copy()
    edge = max(1, values.shape[0] // 20)
    values[:edge] = values[-edge:] = nodata
    return values


def mask_page(rgb: np.ndarray) -> np.ndarray:
    return with_margin(np.full((*rgb.shape[:2], 1), 255, np.uint8), 0)


def items(*names: str, role: str = "colorinterp") -> tuple[int, object]:
    return text_tag(
        GDAL.format("".join(f'<Item name="X" sample="{i}" role="{role}">{name}</Item>' for i, name in enumerate(names)))
    )


SELF = np.zeros(0)
BGRN = (2, 1, 0)
KINDS: dict[str, tuple[Callable[[np.ndarray], bytes], set[str]]] = {
    # 8 bits
    "rgb8 lzw": (lambda p: tiff_of(p, compression=5), set()),
    "rgb8 planar": (lambda p: tiff_of(p, planar=True), set()),
    "rgb8 tiled deflate": (lambda p: tiff_of(p, tile=64, compression=8, predictor=2), set()),
    "rgb8 nodata 0": (lambda p: tiff_of(with_margin(p, 0), tags={42113: text_tag("0")}), {"nodata"}),
    "rgb8 with a mask": (lambda p: tiff_of(p, pages=[(SELF, 0), (mask_page(p), 4)]), {"nodata"}),
    "rgb8 after its thumbnail": (lambda p: tiff_of(p, pages=[(p[::8, ::8], 1), (SELF, 0)]), set()),
    "rgb8 before its overview": (lambda p: tiff_of(p, pages=[(SELF, 0), (p[::2, ::2], 1)]), set()),
    "rgbn8 as alpha": (lambda p: tiff_of(np.dstack([p, near_infrared(p)]), extra=[2]), {"extra_band"}),
    "rgbn8 as premultiplied": (lambda p: tiff_of(np.dstack([p, near_infrared(p)]), extra=[1]), {"extra_band"}),
    "rgbn8 planar": (lambda p: tiff_of(np.dstack([p, near_infrared(p)]), planar=True), {"extra_band"}),
    "rgba8": (lambda p: tiff_of(np.dstack([p, opaque(p, 255)]).astype(np.uint8), extra=[2]), {"alpha"}),
    "bgr8": (lambda p: tiff_of(p[:, :, BGRN], photometric=1, tags={42112: items("Blue", "Green", "Red")}), set()),
    # 16 bits
    "rgb11 png": (lambda p: png16_of(deep(p)), {"stretched"}),
    "rgb11": (lambda p: tiff_of(deep(p)), {"stretched"}),
    "rgb11 planar": (lambda p: tiff_of(deep(p), planar=True), {"stretched"}),
    "rgb11 planar deflate": (lambda p: tiff_of(deep(p), planar=True, compression=8, predictor=2), {"stretched"}),
    "rgb11 lzw": (lambda p: tiff_of(deep(p), compression=5, predictor=2), {"stretched"}),
    "rgb11 packbits": (lambda p: tiff_of(deep(p), compression=32773), {"stretched"}),
    "rgb11 tiled big-endian": (lambda p: tiff_of(deep(p), tile=48, compression=8, big_endian=True), {"stretched"}),
    "rgb11 bigtiff": (lambda p: tiff_of(deep(p), bigtiff=True, compression=8, predictor=2), {"stretched"}),
    "rgb11 one row a strip": (lambda p: tiff_of(deep(p), rows_per_strip=1), {"stretched"}),
    "rgb16": (lambda p: tiff_of(full(p)), {"stretched"}),
    "rgb16 png": (lambda p: png16_of(full(p)), {"stretched"}),
    "rgb int16": (lambda p: tiff_of(deep(p).astype(np.int16)), {"stretched"}),
    "rgb11 black is low": (lambda p: tiff_of(deep(p), photometric=1), {"stretched", "band_order_assumed"}),
    "rgbn11": (lambda p: tiff_of(deep(np.dstack([p, near_infrared(p)]))), {"stretched", "extra_band"}),
    "rgbn11 as alpha": (
        lambda p: tiff_of(deep(np.dstack([p, near_infrared(p)])), extra=[2]),
        {"stretched", "extra_band"},
    ),
    "bgrn11 named": (
        lambda p: tiff_of(
            deep(np.dstack([p[:, :, BGRN], near_infrared(p)])),
            photometric=1,
            planar=True,
            tags={42112: items("blue", "green", "red", "nir", role="description")},
        ),
        {"stretched", "extra_band"},
    ),
    "eight bands named": (
        lambda p: tiff_of(
            deep(np.dstack([near_infrared(p), p[:, :, BGRN], p, near_infrared(p)])),
            photometric=1,
            tags={42112: items("coastal", "blue", "green", "red", role="description")},
        ),
        {"stretched", "extra_band"},
    ),
    "rgba16": (lambda p: tiff_of(np.dstack([full(p), opaque(p, 65535)]).astype("u2"), extra=[2]), {"alpha"}),
    "rgba16 png": (lambda p: png16_of(np.dstack([full(p), opaque(p, 65535)])), {"alpha"}),
    "rgb11 nodata 0": (lambda p: tiff_of(with_margin(deep(p), 0), tags={42113: text_tag("0")}), {"nodata"}),
    "rgb11 nodata 65535": (lambda p: tiff_of(with_margin(deep(p), 65535), tags={42113: text_tag("65535")}), {"nodata"}),
    "rgb11 with a mask": (
        lambda p: tiff_of(with_margin(deep(p), 9), pages=[(SELF, 0), (mask_page(p), 4)], compression=8),
        {"nodata"},
    ),
    "rgb11 after its thumbnail": (lambda p: tiff_of(deep(p), pages=[(deep(p[::8, ::8]), 1), (SELF, 0)]), {"stretched"}),
    # floats
    "rgb float": (lambda p: tiff_of((p / 600).astype(np.float32)), {"stretched"}),
    "rgb float predictor": (lambda p: tiff_of((p / 600).astype("f4"), compression=8, predictor=3), {"stretched"}),
    "rgb float nodata": (
        lambda p: tiff_of(with_margin((p / 600).astype(np.float32), -9999), tags={42113: text_tag("-9999")}),
        {"nodata"},
    ),
    "rgb float NaN": (lambda p: tiff_of(with_margin((p / 600).astype(np.float32), np.nan)), {"nodata"}),
    # one band
    "grey11": (lambda p: tiff_of(deep(grey(p))), {"grey", "stretched"}),
    "grey11 png": (lambda p: png16_of(deep(grey(p))), {"grey", "stretched"}),
    "grey11 white is low": (lambda p: tiff_of(65535 - deep(grey(p)), photometric=0), {"grey", "stretched"}),
    "grey16 alpha png": (lambda p: png16_of(np.dstack([full(grey(p)), opaque(p, 65535)])), {"grey", "alpha"}),
    "grey11 nodata 0": (lambda p: tiff_of(with_margin(deep(grey(p)), 0), tags={42113: text_tag("0")}), {"nodata"}),
    "grey float nodata": (
        lambda p: tiff_of(with_margin((grey(p) / 600).astype(np.float32), -9999), tags={42113: text_tag("-9999")}),
        {"grey", "nodata"},
    ),
    "grey8 white is low, nodata": (
        lambda p: tiff_of(with_margin(255 - grey(p), 255), photometric=0, tags={42113: text_tag("255")}),
        {"grey", "nodata"},
    ),
}


TIED = 0.1
"""Difference of two probabilities that a few grey levels can turn."""


@cache
def examples() -> dict[Path, np.ndarray]:
    """Never black, since black is a declared nodata value of some kinds."""
    return {path: np.maximum(decode_image(path).pixels, 1) for path in sorted(EXAMPLES.glob("*.*g"))}


def png_of(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels).save(buffer, "PNG")
    return buffer.getvalue()


def rows_by_name() -> dict[str, Crop]:
    return {crop.path.name: crop for crop in read_manifest(EXAMPLES / "manifest.csv")}


def answers(classifier: Classifier, files: Iterable[bytes]) -> list[Result]:
    """Of the example crops as other files, each with the distance of its manifest row."""
    rows = rows_by_name()
    crops = [replace(rows[path.name], content=file) for path, file in zip(examples(), files, strict=True)]
    return list(classifier.classify_crops(crops))


def is_answered(result: Result, label: str | None) -> bool:
    """Whether a label is the likeliest class of an answer, or as good as tied with it."""
    score = next((each.score for each in result.top if each.label == label), 0.0)
    return bool(result.top) and score >= result.top[0].score - TIED


@pytest.fixture(scope="module")
def released() -> Classifier:
    return Classifier(threads=1, views=1)


@pytest.fixture(scope="module")
def likeliest(released: Classifier) -> Callable[[bool, bool], list[str]]:
    """Classes of the plain 8-bit copies, in colour or grey; with padding where a kind of 8 bits has no value.

    Padding alone turns two of the twelve answers, so a deep picture is compared with the whole copy.
    """

    @cache
    def found(one_band: bool, has_margin: bool) -> list[str]:
        copies = [grey(rgb) if one_band else rgb for rgb in examples().values()]
        copies = [with_margin(copy, FILL) for copy in copies] if has_margin else copies
        return [each.top[0].label for each in answers(released, map(png_of, copies))]

    return found


@pytest.mark.parametrize("name", KINDS)
def test_a_picture_is_answered_as_its_plain_copy(
    name: str, released: Classifier, likeliest: Callable[[bool, bool], list[str]]
) -> None:
    make, flags = KINDS[name]
    results = answers(released, map(make, examples().values()))
    assert {each.status for each in results} == {Status.OK}, results[0].reason
    assert all(flags <= set(each.flags) for each in results), results[0].flags
    truth = likeliest(name.startswith("grey"), "nodata" in flags and "8" in name.split()[0])
    same = [is_answered(each, label) for each, label in zip(results, truth, strict=True)]
    rendered = [rows_by_name()[path.name].origin == "rendered" for path in examples()]
    assert sum(rendered) == 12 and sum(np.array(same)[rendered]) >= 11
    assert sum(same) - sum(np.array(same)[rendered]) >= 2  # of the three real ones


@pytest.fixture(scope="module")
def apart() -> Iterator[Decoder]:
    """A decoder without any right."""
    pool = Decoders(1)
    with pool.one() as one:
        yield one
    pool.close()


UTM = geo_tags({1024: 1, 3072: 32633, 3076: 9001}, scale=(0.3, 0.3), at=(5e5, 5e6))
DEGREES = geo_tags({1024: 2}, scale=(3e-6, 3e-6), at=(30.0, 60.0))
PLACED: dict[str, tuple[Callable[[np.ndarray], bytes], set[str]]] = {
    "utm": (lambda p: tiff_of(p, tags=UTM), set()),
    "degrees": (lambda p: tiff_of(deep(p), tags=DEGREES), {"squared"}),
    "speckle": (lambda p: tiff_of(np.random.default_rng(0).rayleigh(60, (*p.shape[:2], 1)).astype("f4")), {"grey"}),
    "six bands": (lambda p: tiff_of(np.dstack([p, p])), set()),
    "cut off": (lambda p: tiff_of(deep(p), compression=5)[:-2000], set()),
}


@pytest.mark.parametrize("name", KINDS | PLACED)
def test_a_picture_is_decoded_alike_without_any_right(name: str, apart: Decoder) -> None:
    """What a decoder loads on first use it must have loaded before: it can open no file."""
    make, flags = (KINDS | PLACED)[name]
    data = make(next(iter(examples().values())))
    mine, theirs = (opened(each, data) for each in (partial(open_apart, apart), open_crop))
    if isinstance(theirs, DecodedCrop):
        assert isinstance(mine, DecodedCrop) and flags <= set(theirs.flags), mine
        assert replace(mine, chips=()) == replace(theirs, chips=())
        for chip, other in zip(mine.chips, theirs.chips, strict=True):
            np.testing.assert_array_equal(chip.pixels, other.pixels)
            assert chip.extent_m == other.extent_m
    else:
        assert mine == theirs


def opened(open_one: Callable[..., DecodedCrop], data: bytes) -> DecodedCrop | tuple[Status, str]:
    try:
        return open_one(data, chip_px=32, views=2)
    except CropError as error:
        return error.status, error.reason
