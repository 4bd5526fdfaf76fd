"""Which bands are shown, what is transparency, what has no value, and the stretch."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests.picture_kinds import png16_of, text_tag, tiff_of
from vehicle_id.crops.bands import FILL, StoredBands, is_mask, names_of_bands, to_picture
from vehicle_id.crops.images import decode_image
from vehicle_id.crops.png16 import read_png16
from vehicle_id.errors import CropError
from vehicle_id.results import Status

RNG = np.random.default_rng(1)


def spread(high: int, *, bands: int = 3) -> np.ndarray:
    return RNG.integers(1, high, (30, 40, bands)).astype(np.uint16)


@pytest.mark.parametrize("samples", [1, 2, 3, 4])
@pytest.mark.parametrize("filters", [(0,), (1,), (2,), (3,), (4,), (4, 3, 2, 1, 0)])
def test_a_16_bit_png_is_read_whole(samples: int, filters: tuple[int, ...]) -> None:
    values = spread(65535, bands=samples)
    np.testing.assert_array_equal(read_png16(png16_of(values, filters=filters)), values)


def test_a_colour_marked_as_transparent_becomes_alpha() -> None:
    values = spread(2000)
    values[:3] = 9
    file = png16_of(values, transparent=np.array([9, 9, 9], ">u2").tobytes())
    decoded = decode_image(file)
    assert decoded.flags == ("alpha", "stretched")
    assert (decoded.pixels[:3] == FILL).all() and not (decoded.pixels[3:] == FILL).all()


@pytest.mark.parametrize(
    ("band", "expected"),
    [
        (np.full((9, 9), 255), True),
        (np.zeros((9, 9)), True),
        (np.where(np.eye(9) > 0, 0, 255), True),
        (np.where(np.eye(9) > 0, 1, 0), True),
        (np.arange(81).reshape(9, 9), False),
        (np.r_[np.zeros(1), RNG.normal(120, 20, 79), np.full(1, 255)].reshape(9, 9), False),
        (RNG.integers(90, 92, (9, 9)), False),
    ],
)
def test_a_mask_has_two_ends_and_hardly_anything_between(band: np.ndarray, expected: bool) -> None:
    assert is_mask(band) is expected


def test_a_soft_edge_is_still_transparency() -> None:
    """And is mixed with the padding as in other formats."""
    alpha = np.full((30, 40), 255, np.uint8)
    alpha[:5] = 0
    alpha[5] = 100
    pixels = RNG.integers(0, 255, (30, 40, 3)).astype(np.uint8)
    rgba = np.dstack([pixels, alpha])
    decoded = decode_image(tiff_of(rgba, extra=[2]))
    paper = Image.new("RGBA", (40, 30), (FILL, FILL, FILL, 255))
    truth = np.asarray(Image.alpha_composite(paper, Image.fromarray(rgba)).convert("RGB"))
    assert decoded.flags == ("alpha",)
    np.testing.assert_array_equal(decoded.pixels, truth)
    np.testing.assert_array_equal(decode_image(rgba).pixels, truth)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_an_array_of_four_bands_loses_neither_transparency_nor_says_nothing(dtype: type) -> None:
    """Of a 16-bit array the fourth band used to be dropped without a flag."""
    high = np.iinfo(dtype).max
    colour = spread(255).astype(dtype)
    clear = np.dstack([colour, np.where(np.arange(40) < 9, 0, high).astype(dtype)[None].repeat(30, 0)])
    assert "alpha" in decode_image(clear).flags
    assert (decode_image(clear).pixels[:, :9] == FILL).all()
    infrared = np.dstack([colour, spread(255, bands=1).astype(dtype)])
    assert "extra_band" in decode_image(infrared).flags and decode_image(infrared).bands == "1,2,3"


def test_masked_arrays_and_nan_are_padding() -> None:
    """As rasterio reads them."""
    values = spread(2000).astype(np.float32)
    mask = np.zeros(values.shape, bool)
    mask[:4] = True
    holes = values.copy()
    holes[:4] = np.nan
    filled = values.copy()
    filled[:4] = -9999
    file = tiff_of(filled, tags={42113: text_tag("-9999")})
    shown = [decode_image(each) for each in (np.ma.masked_array(values, mask), holes, file)]
    for each in shown:
        assert each.flags == ("nodata", "stretched") and each.stretch == shown[0].stretch
        assert (each.pixels[:4] == FILL).all()
        np.testing.assert_array_equal(each.pixels, shown[0].pixels)
    assert decode_image(np.ma.masked_array(values)).flags == ("stretched",)
    eight = np.ma.masked_array(values.astype(np.uint8), mask)
    assert decode_image(eight).flags == ("nodata",) and (decode_image(eight).pixels[:4] == FILL).all()


def test_an_open_image_is_read_as_its_file() -> None:
    """What Pillow has decoded still has the tags of its file."""
    four = np.dstack([spread(255), spread(255, bands=1)]).astype(np.uint8)
    grey = spread(2000, bands=1)
    grey[:4] = 0
    tags = {42113: text_tag("0")}
    for file in (
        tiff_of(four, extra=[2]),
        tiff_of(grey, tags=tags),
        tiff_of(grey, photometric=0, tags=tags),
        tiff_of((grey % 256).astype(np.uint8), photometric=0, tags=tags),
        tiff_of(four[:, :, :3] // 200 * 200, tags=tags),
    ):
        with Image.open(io.BytesIO(file)) as image:
            opened, read = decode_image(image), decode_image(file)
        assert (opened.flags, opened.stretch, opened.bands) == (read.flags, read.stretch, read.bands)
        np.testing.assert_array_equal(opened.pixels, read.pixels)


def test_a_fourth_band_that_pillow_decodes_is_no_transparency_either() -> None:
    """Where it knows the compression and `tiff.py` does not."""
    buffer = io.BytesIO()
    four = np.dstack([spread(255), spread(255, bands=1)]).astype(np.uint8)
    Image.fromarray(four).save(buffer, "TIFF", compression="lzma")
    decoded = decode_image(buffer.getvalue())
    assert decoded.flags == ("extra_band",)
    np.testing.assert_array_equal(decoded.pixels, four[:, :, :3])


def test_one_black_band_is_a_colour_and_no_missing_value() -> None:
    values = np.full((9, 9, 3), 200, np.uint8)
    values[:, :, 0] = 0
    values[0] = 0
    decoded = decode_image(tiff_of(values, tags={42113: text_tag("0")}))
    assert (decoded.pixels[1:] == (0, 200, 200)).all() and (decoded.pixels[0] == FILL).all()


def test_white_may_be_the_low_value() -> None:
    values = spread(2000, bands=1)
    negative, positive = decode_image(tiff_of(values, photometric=0)), decode_image(tiff_of(values, photometric=1))
    assert positive.stretch is not None and negative.stretch == positive.stretch[::-1]
    np.testing.assert_allclose(negative.pixels.astype(int), 255 - positive.pixels.astype(int), atol=1)


@pytest.mark.parametrize(
    ("metadata", "names"),
    [
        ('<Item name="COLORINTERP" sample="2" role="colorinterp">Red</Item>', {2: "red"}),
        ('<Item name="DESCRIPTION" sample="0" role="description">Blue band</Item>', {0: "blue"}),
        ('<Item name="DESCRIPTION" sample="4" role="description">red edge</Item>', {}),
        ('<Item name="DESCRIPTION" sample="99999" role="description">red</Item>', {}),
        ("<Item sample=", {}),
        ("", {}),
    ],
)
def test_names_of_bands(metadata: str, names: dict[int, str]) -> None:
    assert names_of_bands(metadata) == names


def test_the_shown_bands_are_recorded() -> None:
    four = spread(2000, bands=4)
    names = {0: "blue", 1: "green", 2: "red"}
    assert to_picture(StoredBands(values=four, names=names)).bands == "3,2,1"
    assert to_picture(StoredBands(values=four, is_rgb=True)).bands == "1,2,3"
    assert to_picture(StoredBands(values=four[:, :, :3], is_rgb=True)).bands is None
    assert to_picture(StoredBands(values=four, names={9: "red"})).flags[:2] == ("extra_band", "band_order_assumed")


@pytest.mark.parametrize("bands", [2, 5, 8])
def test_bands_that_cannot_be_told_are_refused(bands: int) -> None:
    with pytest.raises(CropError, match=f"{bands} bands") as caught:
        decode_image(tiff_of(spread(2000, bands=bands), photometric=1))
    assert caught.value.status is Status.UNSUPPORTED
