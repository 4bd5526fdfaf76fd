"""Changes that only studies make: each does what it says, and only for as long as it is asked to."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from vehicle_id.crops.chips import make_chip
from vehicle_id.crops.images import FILL
from vehicle_id.train import loop
from vehicle_id.train.augment import Augment
from vehicle_id.train.recipe import Recipe

spec = importlib.util.spec_from_file_location("tried", Path(__file__).parents[2] / "training" / "measure" / "tried.py")
assert spec is not None and spec.loader is not None
tried = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tried)


def test_a_chip_at_one_gsd_keeps_metres_where_a_fitted_one_keeps_the_view() -> None:
    near, far = np.full((20, 10, 3), 200, np.uint8), np.full((40, 20, 3), 200, np.uint8)
    chip_of = tried.fixed_chip(0.5)
    small, same = chip_of(near, chip_px=32, gsd_m=0.5), chip_of(far, chip_px=32, gsd_m=0.25)
    np.testing.assert_array_equal(small.pixels, same.pixels)
    assert small.extent_m == same.extent_m == 16.0
    assert np.all(small.pixels[6:26, 11:21] == 200)
    assert np.count_nonzero(np.all(small.pixels == FILL, axis=2)) == 32 * 32 - 200
    # larger than the chip: its middle
    wide = np.tile(np.arange(64, dtype=np.uint8)[None, :, None], (64, 1, 3))
    np.testing.assert_array_equal(chip_of(wide, chip_px=32, gsd_m=0.5).pixels, wide[16:48, 16:48])
    # no GSD: as it is
    assert chip_of(near, chip_px=32).extent_m == make_chip(near, chip_px=32).extent_m == 0.0


def test_laid_over_keeps_the_shares() -> None:
    light, dark = torch.full((2, 8, 8, 3), 200, dtype=torch.uint8), torch.zeros((2, 8, 8, 3), dtype=torch.uint8)
    blend, share = tried.laid_over(light, dark, 0.75, np.random.default_rng(0))
    assert share == 0.75 and blend.dtype == torch.uint8
    assert torch.all(blend == 150)


def test_a_rectangle_set_in_is_as_large_as_its_share() -> None:
    light, dark = torch.full((1, 32, 32, 3), 255, dtype=torch.uint8), torch.zeros((1, 32, 32, 3), dtype=torch.uint8)
    shares = []
    for seed in range(40):
        blend, share = tried.set_in(light, dark, 0.7, np.random.default_rng(seed))
        assert (blend == 255).float().mean().item() == pytest.approx(share)
        shares.append(share)
    assert min(shares) == pytest.approx(0.7, abs=0.02) and max(shares) > 0.8  # cut by the border, it takes less


def test_amplitudes_of_another_picture_change_its_light_and_keep_its_edges() -> None:
    chip, other = np.full((32, 32, 3), 60, np.uint8), np.full((32, 32, 3), 180, np.uint8)
    chip[8:24, 8:24] = 90
    mixed = tried.with_amplitudes_of(chip, other, 0.01).astype(float)
    assert mixed.mean() == pytest.approx(180, abs=2)
    assert mixed[16, 16].mean() - mixed[2, 2].mean() == pytest.approx(30, abs=4)


def test_augmix_changes_light_and_moves_nothing() -> None:
    chip = np.full((32, 32, 3), 90, np.uint8)
    chip[8:24, 12:20] = 160
    for seed in range(20):
        mixed = tried.augmixed(chip, 3, np.random.default_rng(seed))
        # away from the edges, which sharpness changes: two flat tones
        for part in (mixed[10:22, 14:18], mixed[:6], mixed[:, :10]):
            assert len(np.unique(part.reshape(-1, 3), axis=0)) == 1
        assert mixed.shape == chip.shape and mixed.dtype == np.uint8
    assert np.any(tried.augmixed(chip, 3, np.random.default_rng(0)) != chip)


@pytest.mark.parametrize("name", ["mixup", "cutmix", "fourier", "augmix", "frozen"])
def test_a_run_learns_otherwise_within_it_and_not_after(
    name: str, crops: Path, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (40, 40, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "ground.png")
    monkeypatch.setattr(tried, "GROUND", tmp_path)
    before = (loop._Trainer._step, Augment.on_chip, loop.VehicleNet)

    def loss() -> float:
        splits = loop.load_splits(crops, recipe.data, chip_px=recipe.model.chip_px, seed=0)
        return loop._Trainer(recipe, splits, loop.labels_of(splits, recipe))._epoch(0)

    plain = loss()
    with tried.tried({name: {"mixup": 0.5, "cutmix": 1.0, "fourier": 0.05, "augmix": 3, "frozen": 2}[name]}):
        changed = loss()
    assert changed != plain and np.isfinite(changed)
    assert (loop._Trainer._step, Augment.on_chip, loop.VehicleNet) == before
    assert loss() == plain
