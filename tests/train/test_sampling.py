"""How often the crops of each class and origin are drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vehicle_id import Crop
from vehicle_id.train.recipe import TrainRecipe
from vehicle_id.train.sampling import class_shares, draw_epoch


@pytest.mark.parametrize(("balance", "rare_share"), [(0.0, 0.1), (1.0, 0.5)])
def test_class_balance_draws_rare_classes_more_often(balance: float, rare_share: float) -> None:
    crops = [Crop(path=Path("x"), label="rare" if n < 100 else "common") for n in range(1000)]
    recipe = TrainRecipe(class_balance=balance)
    keys = draw_epoch(crops, epoch=3, seed=0, recipe=recipe)
    assert len(keys) == 1000 and {epoch for epoch, _ in keys} == {3}
    assert np.mean([number < 100 for _, number in keys]) == pytest.approx(rare_share, abs=0.05)
    assert keys == draw_epoch(crops, epoch=3, seed=0, recipe=recipe)
    assert keys != draw_epoch(crops, epoch=4, seed=0, recipe=recipe)


def test_real_crops_have_the_requested_share_and_classes_are_balanced_within() -> None:
    rendered = [Crop(path=Path("x"), label="ab"[n % 2], origin="rendered") for n in range(900)]
    real = [Crop(path=Path("x"), label="a" if n < 90 else "c") for n in range(100)]
    recipe = TrainRecipe(class_balance=1.0, real_share=0.3, epoch_crops=4000)
    keys = draw_epoch([*rendered, *real], epoch=0, seed=0, recipe=recipe)
    numbers = np.array([number for _, number in keys])
    assert len(keys) == 4000
    assert np.mean(numbers >= 900) == pytest.approx(0.3, abs=0.03)
    assert np.mean(numbers >= 990) == pytest.approx(0.15, abs=0.03)


def test_the_share_of_a_class_is_how_often_it_is_drawn() -> None:
    crops = [Crop(path=Path("x"), label="rare" if n < 100 else "common") for n in range(1000)]
    labels = ("common", "rare", "kept")  # no crop of the last one
    assert class_shares(crops, labels, TrainRecipe(class_balance=0.0)) == pytest.approx([0.9, 0.1, 0.1])
    assert class_shares(crops, labels, TrainRecipe(class_balance=1.0)) == pytest.approx([0.5, 0.5, 0.5])
