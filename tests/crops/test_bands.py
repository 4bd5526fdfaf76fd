"""Which bands are shown, what is transparency, what has no value, and the stretch."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests.picture_kinds import png16_of, text_tag, tiff_of
from vehicle_id.crops.bands import FILL, StoredBands, bands_text, is_mask, names_of_bands, parse_bands, to_picture
from vehicle_id.crops.images import decode_image
from vehicle_id.crops.png16 import read_png16
from vehicle_id.errors import CropError, InputError
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


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("photometric", [0, 1])
def test_one_band_that_is_said_to_lie_apart_is_read_as_any_other(bits: int, photometric: int) -> None:
    """Pillow takes it for 8 bits with black as the low value: a negative, or a file that ends early."""
    values = np.kron(RNG.integers(0, 2**bits, (4, 5)), np.ones((8, 8), int))
    packed = np.packbits((values[:, :, None] >> np.arange(bits)[::-1] & 1).astype(np.uint8).reshape(32, -1), axis=1)
    tags = {256: (4, (40,)), 258: (3, (bits,)), 262: (3, (photometric,)), 284: (3, (2,))}
    file = tiff_of(packed[:, :, None], tags=tags, rows_per_strip=9)
    grey = np.rint(values * 255 / (2**bits - 1))
    truth = 255 - grey if photometric == 0 else grey
    np.testing.assert_array_equal(decode_image(file).pixels[:, :, 0], truth)
    if bits in (1, 8):  # Pillow itself reads what it can
        with Image.open(io.BytesIO(file)) as image:
            np.testing.assert_array_equal(decode_image(image).pixels[:, :, 0], truth)


def test_a_compression_that_this_pillow_lacks_is_unsupported_and_not_a_fault_of_the_file() -> None:
    values = RNG.integers(0, 99, (20, 20, 3)).astype(np.uint8)
    with pytest.raises(CropError, match="compression") as caught:
        decode_image(tiff_of(values, tags={259: (3, (50001,))}))  # WebP, whose data this is not
    assert caught.value.status is Status.UNSUPPORTED


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


@pytest.mark.parametrize("given", ["3,2,1", " 3, 2 ,1", (3, 2, 1), ["3", 2, np.int64(1)], np.array([3, 2, 1])])
def test_three_bands_may_be_stated_in_many_ways(given: object) -> None:
    assert parse_bands(given) == (3, 2, 1)
    assert bands_text(parse_bands(given)) == "3,2,1"


def test_one_band_may_be_stated() -> None:
    assert parse_bands("4") == parse_bands(4) == parse_bands([4]) == parse_bands(np.uint8(4)) == (4,)


@pytest.mark.parametrize(
    "given",
    [
        *("", "0", "1,2", "1,2,3,4", "3,2,0", "-1", "1.5", "r,g,b", "\u0663", "65536", "x" * 999),
        *(0, 2.0, True, None, ["1,2,3"], {"a": 1}),
    ],
)
def test_other_bands_are_refused_with_one_sentence(given: object) -> None:
    with pytest.raises(InputError, match="give three numbers from 1, such as 3,2,1, or one for grey") as caught:
        parse_bands(given)
    assert len(str(caught.value)) < 160


COLOUR = (spread(90) + 100).astype(np.uint8)


def encoded(kind: str, pixels: np.ndarray, **more: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **more)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "source",
    [
        encoded("PNG", COLOUR),
        encoded("WEBP", COLOUR, lossless=True),
        encoded("TIFF", COLOUR, compression="lzma"),
        tiff_of(COLOUR),
        tiff_of(COLOUR, planar=True, compression=8, photometric=1),
        Image.fromarray(COLOUR),
        COLOUR,
    ],
)
def test_the_bands_of_any_file_may_be_put_in_another_order(source: bytes | Image.Image | np.ndarray) -> None:
    decoded = decode_image(source, bands=(3, 2, 1))
    np.testing.assert_array_equal(decoded.pixels, COLOUR[:, :, ::-1])
    assert (decoded.bands, decoded.flags) == ("3,2,1", ())
    [grey, flags] = decode_image(source, bands=(2,)).pixels, decode_image(source, bands=(2,)).flags
    np.testing.assert_array_equal(grey, COLOUR[:, :, [1, 1, 1]])
    assert flags == ("grey", "extra_band")
    with pytest.raises(CropError, match="bands 4,3,2 are asked for, and the image has 3") as caught:
        decode_image(source, bands=(4, 3, 2))
    assert caught.value.status is Status.UNSUPPORTED


@pytest.mark.parametrize("photometric", [1, 2])
@pytest.mark.parametrize("extra", [0, 2])
def test_a_band_that_is_asked_for_is_no_transparency(photometric: int, extra: int) -> None:
    """Not even one that is a mask."""
    four = np.dstack([COLOUR, np.where(COLOUR[:, :, :1] > 140, 255, 0).astype(np.uint8)])
    kinds = [extra] if photometric == 2 else [0, 0, extra]
    decoded = decode_image(tiff_of(four, photometric=photometric, extra=kinds), bands=(4, 3, 2))
    np.testing.assert_array_equal(decoded.pixels, four[:, :, 3:0:-1])
    assert decoded.flags == ("extra_band",)
    assert "alpha" in decode_image(tiff_of(four, extra=[2]), bands=(3, 2, 1)).flags


def test_stated_bands_count_before_the_names_of_the_file_and_its_order() -> None:
    names = '<Item name="X" sample="{}" role="description">{}</Item>'
    tag = text_tag("".join(names.format(i, name) for i, name in enumerate(("red", "green", "blue"))))
    deep = spread(2000, bands=8)
    decoded = decode_image(tiff_of(deep, photometric=1, tags={42112: tag}), bands=(7, 3, 5))
    plain = decode_image(tiff_of(deep[:, :, [6, 2, 4]]))
    np.testing.assert_array_equal(decoded.pixels, plain.pixels)
    assert (decoded.bands, decoded.stretch) == ("7,3,5", plain.stretch)
    assert decoded.flags == ("extra_band", "stretched")


def test_an_array_may_have_any_number_of_bands_if_they_are_stated() -> None:
    deep = spread(900, bands=8) + 1000
    with pytest.raises(CropError, match="say which bands to show"):
        decode_image(deep)
    np.testing.assert_array_equal(
        decode_image(deep, bands=(5, 3, 2)).pixels, decode_image(deep[:, :, [4, 2, 1]]).pixels
    )
    assert decode_image(deep[:, :, :2], bands=(2,)).flags == ("grey", "extra_band", "stretched")


def test_missing_values_and_white_as_low_stay_what_they_are_where_bands_are_stated() -> None:
    values = COLOUR[:, :, :1].copy()
    values[:4] = 0
    for photometric in (0, 1):
        for compression in (1, 8):
            file = tiff_of(values, photometric=photometric, compression=compression, tags={42113: text_tag("0")})
            whole, chosen = decode_image(file), decode_image(file, bands=(1,))
            np.testing.assert_array_equal(whole.pixels, chosen.pixels)
            assert chosen.flags == whole.flags == ("grey", "nodata") and chosen.bands == "1"
            with Image.open(io.BytesIO(file)) as image:
                np.testing.assert_array_equal(decode_image(image, bands=(1,)).pixels, whole.pixels)
