"""The one resize: fitted, padded, never stretched; the extent is the longer side times its GSD."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import plain
from vehicle_id.crops.bands import FILL
from vehicle_id.crops.chips import (
    EXTENT_UNKNOWN,
    WINDOWS,
    Turn,
    make_chip,
    make_chips,
    resample,
    short_side_px,
    turned_chip,
    with_distance,
)

SIDES = st.integers(1, 90)


@settings(max_examples=60, deadline=None)
@given(height=SIDES, width=SIDES, chip_px=st.integers(8, 40))
def test_any_crop_becomes_a_centred_square(height: int, width: int, chip_px: int) -> None:
    chip = make_chip(plain("red", width=width, height=height), chip_px=chip_px)
    assert chip.pixels.shape == (chip_px, chip_px, 3)
    inside = chip.pixels[..., 1] == 0
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    scale = chip_px / max(height, width)
    assert len(rows) == max(1, round(height * scale)) and len(columns) == max(1, round(width * scale))
    assert abs(rows[0] - (chip_px - 1 - rows[-1])) <= 1 and abs(columns[0] - (chip_px - 1 - columns[-1])) <= 1
    assert (chip.pixels[~inside] == FILL).all()


@settings(max_examples=60, deadline=None)
@given(height=SIDES, width=SIDES, gsd_m=st.floats(0.01, 2))
def test_extent_is_the_longer_side_in_metres(height: int, width: int, gsd_m: float) -> None:
    chip = make_chip(plain("red", width=width, height=height), chip_px=16, gsd_m=gsd_m)
    assert chip.extent_m == pytest.approx(max(height, width) * gsd_m)


@settings(max_examples=60, deadline=None)
@given(height=st.integers(40, 90), width=st.integers(40, 90), views=st.sampled_from([*WINDOWS]))
def test_windows_lie_about_the_centre_and_span_their_share(height: int, width: int, views: int) -> None:
    crop = plain("red", width=width, height=height)
    chips = make_chips(crop, chip_px=32, gsd_m=0.5, views=views)
    np.testing.assert_array_equal(chips[0].pixels, make_chip(crop, chip_px=32).pixels)
    for chip, window in zip(chips, WINDOWS[views], strict=True):
        assert chip.pixels.shape == (32, 32, 3)
        assert chip.extent_m == pytest.approx(max(height, width) * window.share * 0.5, rel=0.04)
        if not window.turn_deg:
            shown = min(1.0, 1 / window.share) ** 2 * min(height, width) / max(height, width)
            assert np.mean(chip.pixels[..., 1] == 0) == pytest.approx(shown, abs=0.12)


def test_the_corners_of_a_turned_window_are_in_the_crop() -> None:
    for views in (2, 3):
        for chip in make_chips(plain("red", width=90, height=90), chip_px=32, views=views):
            assert (chip.pixels[..., 1] == 0).mean() > 0.97


@pytest.mark.parametrize("views", [2, 3])
def test_a_turned_window_shows_the_crop_turned_about_its_centre_and_enlarged(views: int) -> None:
    """A bar in the direction of the picture's x axis has the heading that the window turns by, counter-clockwise."""
    crop = np.full((120, 120, 3), 255, np.uint8)
    crop[57:63, 10:110] = 0
    for chip, window in zip(make_chips(crop, chip_px=96, gsd_m=0.1, views=views)[1:], WINDOWS[views][1:], strict=True):
        rows, columns = np.nonzero(chip.pixels[..., 0] < 90)
        slope = np.polyfit(columns, -rows, 1)[0]  # rows count downwards
        assert np.degrees(np.arctan(slope)) == pytest.approx(window.turn_deg, abs=1.0)
        assert np.mean(rows) == pytest.approx(47.5, abs=1.0) and np.mean(columns) == pytest.approx(47.5, abs=1.0)
        assert chip.extent_m == pytest.approx(12 * window.share, rel=0.02)


@settings(max_examples=40, deadline=None)
@given(height=st.integers(4, 60), width=st.integers(4, 60), turns=st.integers(1, 3), views=st.sampled_from([2, 3]))
def test_turning_the_crop_turns_the_turned_windows(height: int, width: int, turns: int, views: int) -> None:
    """Odd and even sides alike, to less than what one pixel of the crop, or half a pixel of the chip, would change."""
    pixels = np.random.default_rng(height * 64 + width).integers(90, 166, (height, width, 3), dtype=np.uint8)
    there = make_chips(pixels, chip_px=33, gsd_m=0.3, views=views)[1:]
    back = make_chips(np.ascontiguousarray(np.rot90(pixels, turns)), chip_px=33, gsd_m=0.3, views=views)[1:]
    for chip, turned in zip(there, back, strict=True):
        assert chip.extent_m == turned.extent_m
        assert np.abs(np.rot90(chip.pixels, turns).astype(int) - turned.pixels).max() <= 3


def test_a_turned_window_anywhere_in_a_crop_shows_that_place() -> None:
    crop = np.full((80, 120, 3), 200, np.uint8)
    crop[18:23, 88:93] = 0  # its middle is at (90.5, 20.5)
    chip = turned_chip(crop, Turn(degrees=20.0, centre=(90.5, 20.5), span_px=20.0), chip_px=40, gsd_m=0.5)
    rows, columns = np.nonzero(chip.pixels[..., 0] < 50)
    assert rows.mean() == pytest.approx(19.5, abs=0.3) and columns.mean() == pytest.approx(19.5, abs=0.3)
    assert chip.extent_m == 10.0
    assert (chip.pixels[:6] == 200).all()  # the crop reaches 20 px above, so that no corner is grey


@settings(max_examples=40, deadline=None)
@given(height=SIDES, width=SIDES, views=st.sampled_from([*WINDOWS]))
def test_a_distance_known_later_gives_the_same_extents(height: int, width: int, views: int) -> None:
    crop = plain("red", width=width, height=height)
    later = with_distance(make_chips(crop, chip_px=16, views=views), height=height, width=width, gsd_m=0.3)
    at_once = make_chips(crop, chip_px=16, gsd_m=0.3, views=views)
    assert [chip.extent_m for chip in later] == [chip.extent_m for chip in at_once]


def test_without_gsd_the_extent_is_unknown() -> None:
    assert make_chip(plain("red"), chip_px=16).extent_m == EXTENT_UNKNOWN


def test_shrinking_averages_over_area() -> None:
    checks = (np.indices((64, 64)).sum(axis=0) % 2 * 255).astype(np.uint8)
    chip = make_chip(np.repeat(checks[:, :, None], 3, axis=2), chip_px=16).pixels
    assert np.abs(chip.astype(int) - 127.5).max() < 3


@settings(max_examples=30, deadline=None)
@given(height=st.integers(20, 90), width=st.integers(20, 90), seed=st.integers(0, 99))
def test_brightness_survives(height: int, width: int, seed: int) -> None:
    small = np.random.default_rng(seed).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    pixels = resample(small, height=height, width=width)
    assert resample(pixels, height=16, width=20).mean() == pytest.approx(pixels.mean(), abs=3)


def test_a_crop_of_the_chips_size_is_not_touched() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    np.testing.assert_array_equal(make_chip(pixels, chip_px=16).pixels, pixels)


@settings(max_examples=40, deadline=None)
@given(height=st.integers(4, 60), width=st.integers(4, 60), turns=st.integers(0, 3))
def test_turning_the_crop_turns_the_chip(height: int, width: int, turns: int) -> None:
    # no values near 0 and 255: the two passes of a resize clip there in another order when turned
    pixels = np.random.default_rng(height * 64 + width).integers(90, 166, (height, width, 3), dtype=np.uint8)
    turned = make_chip(np.ascontiguousarray(np.rot90(pixels, turns)), chip_px=17).pixels.astype(int)
    truth = np.rot90(make_chip(pixels, chip_px=17).pixels, turns).astype(int)
    # odd padding falls on the other side when turned
    best = min(
        np.abs(turned - np.roll(truth, shift, (0, 1))).max() for shift in ((0, 0), (1, 0), (0, 1), (-1, 0), (0, -1))
    )
    assert best <= 2


@pytest.mark.parametrize(
    ("height", "width", "chip_px", "short"),
    [(10, 20, 96, 10), (100, 200, 96, 48), (10, 20_000, 96, 0.048), (96, 96, 96, 96)],
)
def test_short_side_counts_the_fewer_pixels(height: int, width: int, chip_px: int, short: float) -> None:
    assert short_side_px(height=height, width=width, chip_px=chip_px) == pytest.approx(short)
