"""Changes of a study: each does what it says, and replaces only arguments of one `Trainer`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from training.studies import ablation_hooks as hooks
from vehicle_id.crops.bands import FILL
from vehicle_id.crops.chips import make_chip
from vehicle_id.train.labels import labels_of
from vehicle_id.train.recipe import Recipe
from vehicle_id.train.splits import load_splits
from vehicle_id.train.trainer import Trainer


def test_a_chip_at_fixed_scale_keeps_metres() -> None:
    near, far = np.full((20, 10, 3), 200, np.uint8), np.full((40, 20, 3), 200, np.uint8)
    chip_of = hooks.FixedScale(0.5)
    small, same = chip_of(near, chip_px=32, gsd_m=0.5), chip_of(far, chip_px=32, gsd_m=0.25)
    np.testing.assert_array_equal(small.pixels, same.pixels)
    assert small.extent_m == same.extent_m == 16.0
    assert np.all(small.pixels[6:26, 11:21] == 200)
    assert np.count_nonzero(np.all(small.pixels == FILL, axis=2)) == 32 * 32 - 200
    # larger than the chip: its middle
    wide = np.tile(np.arange(64, dtype=np.uint8)[None, :, None], (64, 1, 3))
    np.testing.assert_array_equal(chip_of(wide, chip_px=32, gsd_m=0.5).pixels, wide[16:48, 16:48])
    # unknown GSD: pixels unchanged
    assert chip_of(near, chip_px=32).extent_m == make_chip(near, chip_px=32).extent_m == 0.0


def test_mixup_keeps_the_shares() -> None:
    light, dark = torch.full((2, 8, 8, 3), 200, dtype=torch.uint8), torch.zeros((2, 8, 8, 3), dtype=torch.uint8)
    blend, share = hooks.mixup(light, dark, 0.75, np.random.default_rng(0))
    assert share == 0.75 and blend.dtype == torch.uint8
    assert torch.all(blend == 150)


def test_the_rectangle_of_cutmix_is_as_large_as_its_share() -> None:
    light, dark = torch.full((1, 32, 32, 3), 255, dtype=torch.uint8), torch.zeros((1, 32, 32, 3), dtype=torch.uint8)
    shares = []
    for seed in range(40):
        blend, share = hooks.cutmix(light, dark, 0.7, np.random.default_rng(seed))
        assert (blend == 255).float().mean().item() == pytest.approx(share)
        shares.append(share)
    assert min(shares) == pytest.approx(0.7, abs=0.02) and max(shares) > 0.8  # smaller where the border cuts it


def test_amplitudes_of_another_picture_change_the_light_and_keep_the_edges() -> None:
    chip, other = np.full((32, 32, 3), 60, np.uint8), np.full((32, 32, 3), 180, np.uint8)
    chip[8:24, 8:24] = 90
    mixed = hooks.with_amplitudes_of(chip, other, 0.01).astype(float)
    assert mixed.mean() == pytest.approx(180, abs=2)
    assert mixed[16, 16].mean() - mixed[2, 2].mean() == pytest.approx(30, abs=4)


def test_augmix_changes_light_and_moves_no_pixel() -> None:
    chip = np.full((32, 32, 3), 90, np.uint8)
    chip[8:24, 12:20] = 160
    for seed in range(20):
        mixed = hooks.augmixed(chip, 3, np.random.default_rng(seed))
        # away from the edges, which sharpness changes: two flat tones
        for part in (mixed[10:22, 14:18], mixed[:6], mixed[:, :10]):
            assert len(np.unique(part.reshape(-1, 3), axis=0)) == 1
        assert mixed.shape == chip.shape and mixed.dtype == np.uint8
    assert np.any(hooks.augmixed(chip, 3, np.random.default_rng(0)) != chip)


@pytest.fixture
def ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with one picture of noise in place of data/ground."""
    noise = np.random.default_rng(0).integers(0, 255, (40, 40, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "ground.png")
    monkeypatch.setattr(hooks, "GROUND", tmp_path)


VALUES = {"mixup": 0.5, "cutmix": 1.0, "fourier": 0.05, "augmix": 3, "frozen": 2, "fixed_gsd_m": 0.4}


@pytest.mark.usefixtures("ground")
def test_each_change_gives_another_loss_and_no_change_the_same(crops: Path, recipe: Recipe) -> None:
    splits = load_splits(crops, recipe.data, chip_px=recipe.model.chip_px, seed=0)

    def loss(**changes: float) -> float:
        return Trainer(recipe, splits, labels_of(splits, recipe), **hooks.hooks_of(changes)).train_epoch(0)

    plain = loss()
    changed = {name: loss(**{name: value}) for name, value in VALUES.items()}
    assert set(changed) == set(hooks.HOOKS)
    assert np.isfinite(list(changed.values())).all()
    assert len({plain, *changed.values()}) == 1 + len(changed)
    assert loss() == plain


def test_two_changes_of_one_argument_are_refused() -> None:
    with pytest.raises(SystemExit, match="cutmix cannot be combined with another change of batch"):
        hooks.hooks_of({"mixup": 0.2, "cutmix": 1.0})
    assert set(hooks.hooks_of({"mixup": 0.2, "frozen": 1, "train": {}})) == {"batch", "loss", "network"}
