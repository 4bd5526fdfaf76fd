"""Samples of a TIFF, exactly as they were written, and which page is the picture."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from tests.picture_kinds import text_tag, tiff_of
from vehicle_id.crops.images import decode_image
from vehicle_id.crops.tiff import can_read, full_pages, mask_of, read_mask, read_pages, read_samples
from vehicle_id.errors import CropError
from vehicle_id.results import Status

RNG = np.random.default_rng(0)
SELF = np.zeros(0)


def samples(kind: str, bands: int) -> np.ndarray:
    """37 x 53 pixels, so that neither strips nor tiles fit."""
    if kind[0] == "f":
        return RNG.normal(size=(37, 53, bands)).astype(kind)
    return RNG.integers(0, 2 ** (8 * int(kind[1])) - 1, (37, 53, bands)).astype(kind)


@pytest.mark.parametrize("kind", ["u1", "u2", "i2", "u4", "f4", "f8"])
@pytest.mark.parametrize("bands", [1, 4])
@pytest.mark.parametrize("compression", [1, 5, 8, 32773])
@pytest.mark.parametrize(
    ("planar", "tile", "big_endian"), [(False, None, False), (True, None, True), (False, 16, True), (True, 16, False)]
)
def test_samples_are_read_as_written(
    kind: str, bands: int, compression: int, planar: bool, tile: int | None, big_endian: bool
) -> None:
    values = samples(kind, bands)
    predictors = [1] if compression not in (5, 8) else [1, 2, 3] if kind[0] == "f" else [1, 2]
    for predictor in predictors:
        data = tiff_of(
            values,
            compression=compression,
            planar=planar,
            tile=tile,
            predictor=predictor,
            rows_per_strip=10,
            big_endian=big_endian,
            bigtiff=bands == 4,
        )
        (page,) = read_pages(data)
        np.testing.assert_array_equal(read_samples(data, page), values)


def test_pillow_agrees() -> None:
    """So that the writer of these tests does not prove itself: files that Pillow writes."""
    for kind in ("u1", "u2", "f4"):
        values = samples(kind, 1)[:, :, 0]
        for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
            buffer = io.BytesIO()
            Image.fromarray(values).save(buffer, "TIFF", compression=compression)
            data = buffer.getvalue()
            np.testing.assert_array_equal(read_samples(data, read_pages(data)[0])[:, :, 0], values)


def test_the_full_page_is_the_picture_and_its_mask_is_found() -> None:
    picture, mask = samples("u2", 3), samples("u1", 1) > 100
    small = picture[::4, ::4]
    data = tiff_of(picture, pages=[(small, 1), (SELF, 0), (mask[::4, ::4], 5), (mask, 4)])
    pages = read_pages(data)
    assert full_pages(pages) == [pages[1]]
    found = mask_of(pages[1], pages)
    assert found is not None
    np.testing.assert_array_equal(read_mask(data, found), mask[:, :, 0])
    assert decode_image(data).image.size == (53, 37)


def test_a_file_of_reduced_pages_alone_shows_the_largest() -> None:
    picture = samples("u1", 3)
    data = tiff_of(picture, pages=[(picture[::4, ::4], 1), (picture[::2, ::2], 1)])
    assert decode_image(data).image.size == (27, 19)


def test_two_pictures_are_flagged_and_an_overview_is_not() -> None:
    picture = samples("u1", 3)
    assert decode_image(tiff_of(picture, pages=[(SELF, 0), (picture, 0)])).flags == ("first_frame",)
    assert decode_image(tiff_of(picture, pages=[(SELF, 0), (picture[::2, ::2], 1)])).flags == ()


def test_pages_in_a_circle_end() -> None:
    data = bytearray(tiff_of(samples("u1", 3)))
    start = int.from_bytes(data[4:8], "little")
    num = int.from_bytes(data[start : start + 2], "little")
    link = start + 2 + 12 * num
    data[link : link + 4] = start.to_bytes(4, "little")
    assert len(read_pages(bytes(data))) == 1


def test_strips_without_their_lengths_are_read() -> None:
    values = samples("u2", 3)
    data = tiff_of(values, rows_per_strip=10)
    (page,) = read_pages(data)
    without = replace(page, tags={tag: value for tag, value in page.tags.items() if tag != 279})
    np.testing.assert_array_equal(read_samples(data, without), values)


@pytest.mark.parametrize("tags", [{317: (3, (7,))}, {317: (3, (3,))}, {284: (3, (9,))}, {266: (3, (2,))}])
def test_a_layout_that_is_not_known_is_left_to_pillow_and_never_guessed(tags: dict[int, tuple[int, object]]) -> None:
    (page,) = read_pages(tiff_of(samples("u2", 3), tags=tags))
    assert not can_read(page)


@pytest.mark.parametrize("compression", [1, 5, 8])
def test_samples_that_end_early_are_truncated(compression: int) -> None:
    data = tiff_of(samples("u2", 3), tags={279: (4, (8,) * 4)}, rows_per_strip=10, compression=compression)
    with pytest.raises(CropError) as caught:
        decode_image(data)
    assert caught.value.status in (Status.TRUNCATED, Status.CORRUPT)


@pytest.mark.parametrize(
    ("tags", "status"),
    [
        ({273: (4, (8,))}, Status.CORRUPT),  # one of four strips
        ({322: (3, (0,)), 323: (3, (16,)), 324: (4, (8,)), 325: (4, (8,))}, Status.CORRUPT),
        ({256: (4, (1 << 31,)), 257: (4, (1 << 31,))}, Status.TOO_LARGE),
        (
            {277: (3, (60_000,)), 258: (3, (16,)), 339: (3, (1,)), 257: (4, (2000,)), 256: (4, (2000,))},
            Status.TOO_LARGE,
        ),
    ],
)
def test_impossible_layouts_are_refused(tags: dict[int, tuple[int, object]], status: Status) -> None:
    with pytest.raises(CropError) as caught:
        decode_image(tiff_of(samples("u2", 3), tags=tags, rows_per_strip=10))
    assert caught.value.status is status


def test_a_picture_wholly_without_values_is_empty() -> None:
    for values, nodata in (
        (np.zeros((9, 9, 3), "u2"), "0"),
        (np.zeros((9, 9, 3), "u1"), "0"),
        (np.full((9, 9, 1), 7, "f4"), "7"),
    ):
        with pytest.raises(CropError, match="no pixel with a value") as caught:
            decode_image(tiff_of(values, tags={42113: text_tag(nodata)}))
        assert caught.value.status is Status.EMPTY


@pytest.mark.parametrize("nodata", ["", "none", "nan", "1e400", "-9999", "70000", "0.5"])
def test_a_nodata_value_that_no_sample_can_have_changes_nothing(nodata: str) -> None:
    values = samples("u2", 3)
    assert decode_image(tiff_of(values, tags={42113: text_tag(nodata)})).flags == decode_image(tiff_of(values)).flags


@pytest.mark.parametrize("bigtiff", [False, True])
@pytest.mark.parametrize("values", [np.full((30, 40, 3), 90, np.uint8), np.full((30, 40, 3), 900, np.uint16)])
def test_a_file_that_ends_anywhere_is_truncated_or_damaged(values: np.ndarray, bigtiff: bool) -> None:
    """Most writers put the directory last: without it nothing is known of bands and depth."""
    whole = tiff_of(values, bigtiff=bigtiff)
    for end in range(16, len(whole) - 8, 37):
        with pytest.raises(CropError) as caught:
            decode_image(whole[:end])
        assert caught.value.status in (Status.TRUNCATED, Status.CORRUPT), (end, caught.value.reason)
