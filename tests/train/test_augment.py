"""Augmentation: the truth changes with the picture, and every draw comes from the given generator."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vehicle_id.crops.bands import FILL
from vehicle_id.crops.chips import EXTENT_UNKNOWN, turned_chip
from vehicle_id.train.augment import Augment, CropWindow
from vehicle_id.train.recipe import AugmentRecipe

STILL = AugmentRecipe(
    tightest=1.0, off_centre=0.0, rotate_deg=0.0, flip=False, photometric=0.0, gsd_error=0.0, gsd_unknown=0.0
)


def still(**changes: object) -> Augment:
    """No variation except the named one."""
    import msgspec

    return Augment(msgspec.structs.replace(STILL, **changes))


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def window(height: int = 60, width: int = 60, *, margin_px: float = 0.0, gsd_m: float | None = 0.2) -> CropWindow:
    pixels = rng(9).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return CropWindow(pixels=pixels, gsd_m=gsd_m, heading_deg=None, margin_px=margin_px)


def bar(degrees: float, side: int = 64) -> np.ndarray:
    """A white bar on padding grey at an angle, counter-clockwise from the x axis."""
    y, x = np.indices((side, side)) - (side - 1) / 2
    angle = np.radians(degrees)
    across = np.abs(x * np.sin(angle) + y * np.cos(angle))
    along = np.abs(x * np.cos(angle) - y * np.sin(angle))
    on = (across < 4) & (along < 20)
    return np.where(on[..., None], 255, FILL).astype(np.uint8).repeat(3, axis=2)


def axis_of(chip: np.ndarray) -> float:
    """Principal axis of the bright pixels in degrees, 0 to 180."""
    rows, columns = np.nonzero(chip[..., 0] > 200)
    spread = np.cov(columns, -rows)
    vector = np.linalg.eigh(spread)[1][:, 1]
    return float(np.degrees(np.arctan2(vector[1], vector[0])) % 180)


def test_without_variation_a_crop_is_unchanged() -> None:
    before = still().before_chip(window(), rng())
    np.testing.assert_array_equal(before.pixels, window().pixels)
    chip, extent_m, heading = still().on_chip(bar(30), 7.0, 30.0, rng())
    np.testing.assert_array_equal(chip, bar(30))
    assert (extent_m, heading) == (7.0, 30.0)


@pytest.mark.parametrize("seed", range(12))
def test_the_heading_turns_with_the_picture(seed: int) -> None:
    chip, _, heading = still(rotate_deg=180.0, flip=True).on_chip(bar(25), 7.0, 25.0, rng(seed))
    assert heading is not None
    gap = abs(axis_of(chip) - heading)
    assert min(gap, 180 - gap) < 4


def test_all_headings_occur() -> None:
    augment = still(rotate_deg=180.0, flip=True)
    headings = [augment.on_chip(bar(0), 7.0, 0.0, rng(seed))[2] for seed in range(300)]
    assert (np.histogram(headings, bins=6, range=(0, 180))[0] > 10).all()


def test_small_turns_stay_small() -> None:
    augment = still(rotate_deg=5.0)
    headings = np.array([augment.on_chip(bar(90), 7.0, 90.0, rng(seed))[2] for seed in range(60)])
    assert 2 < np.abs(headings - 90).max() <= 5.01


def test_windows_turn_within_the_crop_and_chips_then_do_not() -> None:
    augment = still(rotate_deg=30.0, off_centre=0.3, turn_in_crop=True)
    crop = replace(window(60, 80, margin_px=20.0), heading_deg=170.0)
    turned = [each for each in (augment.before_chip(crop, rng(seed)) for seed in range(200)) if each.turn]
    assert 0.6 < len(turned) / 200 < 0.8
    degrees = np.array([each.turn.degrees for each in turned if each.turn])
    assert 28 < np.abs(degrees).max() <= 30
    for each in turned:
        assert each.turn is not None and each.heading_deg == pytest.approx((170.0 + each.turn.degrees) % 180)
    chip, _, heading = augment.on_chip(bar(30), 7.0, 30.0, rng())
    np.testing.assert_array_equal(chip, bar(30))
    assert heading == 30.0


def test_a_turned_window_lies_where_it_lay_before_it_was_cut_out_and_made_coarser() -> None:
    crop = np.full((200, 200, 3), 255, np.uint8)
    crop[96:104, 75:125] = 0  # a bar in the direction of the x axis, in the middle of the crop
    whole = CropWindow(pixels=crop, gsd_m=0.1, heading_deg=0.0, margin_px=60.0)
    augment = still(rotate_deg=40.0, turn_in_crop=True, coarsen=3.0)
    for seed in range(20):
        cut = augment.before_chip(whole, rng(seed))
        if cut.turn is not None:
            chip = turned_chip(cut.pixels, cut.turn, chip_px=64, gsd_m=cut.gsd_m)
            rows, columns = np.nonzero(chip.pixels[..., 0] < 128)
            assert rows.mean() == pytest.approx(31.5, abs=1.5) and columns.mean() == pytest.approx(31.5, abs=1.5)
            gap = (axis_of(255 - chip.pixels) - cut.turn.degrees) % 180
            assert min(gap, 180 - gap) < 1.5
            assert 8.0 <= chip.extent_m <= 20.0


def test_an_unknown_heading_stays_unknown() -> None:
    assert still(rotate_deg=180.0).on_chip(bar(0), 7.0, None, rng())[2] is None


def test_windows_range_from_tight_to_the_whole_crop() -> None:
    augment = still(tightest=0.9)
    sides = [augment.before_chip(window(margin_px=15.0), rng(seed)).pixels.shape[0] for seed in range(200)]
    assert 27 <= min(sides) <= 29 and 58 <= max(sides) <= 60  # the object's square is 30 px


def test_windows_shift_but_stay_inside() -> None:
    augment = still(off_centre=0.3)
    shapes = {augment.before_chip(window(40, 60), rng(seed)).pixels.shape for seed in range(50)}
    assert len(shapes) > 5
    assert all(1 <= h <= 40 and 1 <= w <= 60 for h, w, _ in shapes)


def test_coarser_crops_have_a_coarser_gsd_and_the_same_metres() -> None:
    augment = still(coarsen=4.0)
    windows = [augment.before_chip(window(), rng(seed)) for seed in range(50)]
    assert min(each.pixels.shape[0] for each in windows) < 20
    for each in windows:
        assert each.gsd_m is not None
        assert each.gsd_m * each.pixels.shape[0] == pytest.approx(12.0, rel=0.05)
    assert augment.before_chip(window(gsd_m=None), rng(3)).gsd_m is None


def test_nothing_is_made_coarser_than_the_model_answers() -> None:
    import msgspec

    augment = Augment(msgspec.structs.replace(STILL, coarsen=4.0), coarsest_gsd_m=0.3)
    found = [augment.before_chip(window(), rng(seed)).gsd_m for seed in range(80)]
    assert 0.27 < max(found) <= 0.31
    assert augment.before_chip(window(gsd_m=0.4), rng(1)).gsd_m == 0.4


def test_small_crops_are_not_made_coarser() -> None:
    assert still(coarsen=8.0).before_chip(window(12, 12), rng()).pixels.shape == (12, 12, 3)


def test_extents_have_an_error_or_are_unknown_as_often_as_the_recipe_says() -> None:
    augment = still(gsd_error=0.1, gsd_unknown=0.25)
    extents = np.array([augment.on_chip(bar(0, 16), 10.0, None, rng(seed))[1] for seed in range(800)])
    assert np.mean(extents == EXTENT_UNKNOWN) == pytest.approx(0.25, abs=0.05)
    known = extents[extents > 0]
    assert np.log(known / 10).std() == pytest.approx(0.1, abs=0.02)


def test_light_and_noise_vary_as_often_as_the_recipe_says() -> None:
    chip = rng(1).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    augment = still(photometric=0.5)
    changed = [not np.array_equal(augment.on_chip(chip, 1.0, None, rng(seed))[0], chip) for seed in range(200)]
    assert np.mean(changed) == pytest.approx(0.5, abs=0.12)


@pytest.mark.parametrize(("hue_deg", "colours"), [(0.0, {0}), (180.0, {0, 1, 2})])
def test_hue_shifts_as_far_as_the_recipe_says(hue_deg: float, colours: set[int]) -> None:
    import msgspec

    augment = Augment(msgspec.structs.replace(STILL, photometric=1.0, hue_deg=hue_deg))
    red = np.full((16, 16, 3), (200, 30, 30), np.uint8)
    means = [augment.on_chip(red, 1.0, None, rng(seed))[0].mean(axis=(0, 1)) for seed in range(120)]
    assert {int(mean.argmax()) for mean in means if np.ptp(mean) > 60} == colours


def test_the_same_generator_gives_the_same_variation() -> None:
    augment = Augment(AugmentRecipe())
    first = augment.on_chip(bar(10), 5.0, 10.0, rng(4))
    second = Augment(AugmentRecipe()).on_chip(bar(10), 5.0, 10.0, rng(4))
    np.testing.assert_array_equal(first[0], second[0])
    assert first[1:] == second[1:]


def test_haze_reduces_contrast_and_keeps_the_pattern() -> None:
    chip = window().pixels
    hazy = [still(haze=0.8).on_chip(chip, 5.0, None, rng(seed))[0] for seed in range(40)]
    contrasts = np.array([each.std() / chip.std() for each in hazy])
    assert np.mean(contrasts > 0.99) == pytest.approx(0.6, abs=0.2)
    assert 0.2 <= contrasts.min() < 0.5
    faint = hazy[int(contrasts.argmin())]
    assert np.corrcoef(faint.ravel(), chip.ravel())[0, 1] > 0.95


def test_crops_are_coarsened_as_often_as_the_recipe_says() -> None:
    coarser = [
        still(coarsen=3.0, coarsen_share=0.3).before_chip(window(90, 90), rng(seed)).gsd_m > 0.2 for seed in range(200)
    ]
    assert np.mean(coarser) == pytest.approx(0.3, abs=0.1)


def test_colours_fade_as_far_as_the_recipe_says() -> None:
    red = np.zeros((16, 16, 3), np.uint8)
    red[..., 0] = 200

    def chroma(fading: float) -> float:
        augment = still(photometric=1.0, fading=fading, hue_deg=0.0)
        chips = [augment.on_chip(red, 5.0, None, rng(seed))[0].astype(int) for seed in range(60)]
        return float(np.mean([np.ptp(chip, axis=2).mean() for chip in chips]))

    assert chroma(0.8) < 0.9 * chroma(0.0)


def test_variations_of_light_are_drawn_independently() -> None:
    """Regression: seeded with one number, all steps drew alike, so a chip with noise always had another brightness."""
    augment, flat, generator = still(photometric=1.0), np.full((32, 32, 3), 128, np.uint8), rng(3)
    varied = [augment.on_chip(flat, 5.0, None, generator)[0] for _ in range(400)]
    noisy = [chip for chip in varied if chip.std() > 1.5]
    same_light = [chip for chip in noisy if abs(chip.mean() - 128) < 1]
    assert 80 < len(noisy) < 160  # three of ten
    assert 0.15 < len(same_light) / len(noisy) < 0.45  # brightness and gamma leave 0.4 x 0.7 unchanged


def test_speckle_grows_with_the_amplitude_and_is_the_same_in_all_channels() -> None:
    augment, dark, bright = still(speckle=0.5), np.full((32, 32, 3), 40, np.uint8), np.full((32, 32, 3), 120, np.uint8)
    ratios = []
    for seed in range(8):
        low, high = (augment.on_chip(chip, 5.0, None, rng(seed))[0].astype(float) for chip in (dark, bright))
        assert (np.ptp(low, axis=2) == 0).all() and (np.ptp(high, axis=2) == 0).all()
        ratios.append(high.std() / low.std())
    assert np.median(ratios) == pytest.approx(3.0, rel=0.1)
    assert still().on_chip(bright, 5.0, None, rng(1))[0].std() == 0


def test_amplitudes_are_stretched_up_and_down_and_keep_their_order() -> None:
    augment, ramp = still(amplitude=0.5), np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, axis=2)
    seen = [augment.on_chip(ramp, 5.0, None, rng(seed))[0].astype(int) for seed in range(40)]
    middle = [int(each[8, 0, 0]) for each in seen]
    assert min(middle) < 110 and max(middle) > 146
    for each in seen:
        assert (np.diff(each[..., 0].ravel()) >= 0).all() and each[0, 0, 0] == 0 and each[-1, -1, 0] == 255
