"""What an item and a batch contain."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.conftest import plain
from vehicle_id import Crop
from vehicle_id.taxonomy import Node, Taxonomy
from vehicle_id.train.augment import Augment
from vehicle_id.train.crop_dataset import CropDataset, batches, window_pairs
from vehicle_id.train.recipe import AugmentRecipe, Recipe


def dataset(crops: list[Crop], augment: AugmentRecipe | None = None, *, windows: int = 1) -> CropDataset:
    tree = Taxonomy([Node(name="vehicle"), Node(name="car", parent="vehicle"), Node(name="bus", parent="vehicle")])
    variation = Augment(augment) if augment else None
    return CropDataset(crops, ("car", "bus"), tree, chip_px=16, augment=variation, seed=0, windows=windows)


def test_an_item_contains_chip_extent_and_truth(tmp_path: Path) -> None:
    Image.fromarray(plain("red", width=40)).save(tmp_path / "a.png")
    crop = Crop(path=tmp_path / "a.png", label="bus", gsd_m=0.25, length_m=5.0, heading_deg=45.0)
    item = dataset([crop])[0, 0]
    assert item["chips"].shape == (16, 16, 3) and item["chips"].dtype == torch.uint8
    assert item["extent_m"].item() == 10.0
    assert item["target"].tolist() == [False, True]
    assert item["size"][0].item() == pytest.approx(math.log(0.5))
    assert math.isnan(item["size"][1].item())
    np.testing.assert_allclose(item["heading"], [0.0, 1.0], atol=1e-6)


def test_without_gsd_or_heading_the_truth_is_unknown(tmp_path: Path) -> None:
    Image.fromarray(plain("red")).save(tmp_path / "a.png")
    item = dataset([Crop(path=tmp_path / "a.png", label="car", length_m=5.0)])[0, 0]
    assert item["extent_m"].item() == 0.0
    assert torch.isnan(item["size"]).all() and torch.isnan(item["heading"]).all()


def test_a_draw_depends_only_on_epoch_and_number(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (30, 30, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    crops = [Crop(path=tmp_path / "a.png", label="car", gsd_m=0.3)] * 3
    varied = dataset(crops, AugmentRecipe())
    same = dataset(crops, AugmentRecipe())
    varied[5, 2], varied[0, 1]  # other draws between
    assert torch.equal(varied[1, 1]["chips"], same[1, 1]["chips"])
    assert not torch.equal(varied[1, 1]["chips"], varied[2, 1]["chips"])
    assert not torch.equal(varied[1, 1]["chips"], varied[1, 2]["chips"])


def test_two_windows_of_a_crop_differ_and_share_its_truth(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (30, 30, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    crop = Crop(path=tmp_path / "a.png", label="car", gsd_m=0.3, length_m=4.0, width_m=2.0, heading_deg=10.0)
    recipe = AugmentRecipe(tightest=0.6, off_centre=0.2)
    one = dataset([crop], recipe)[0, 0]
    pair = dataset([crop], recipe, windows=2)[0, 0]
    for name, tensor in one.items():
        assert torch.equal(pair[name][0], tensor), name  # the first window does not depend on a second one
    assert not torch.equal(pair["chips"][0], pair["chips"][1])
    assert torch.equal(pair["target"][0], pair["target"][1])
    flat = window_pairs({name: torch.stack([tensor, tensor]) for name, tensor in pair.items()})
    assert torch.equal(flat["chips"][0], flat["chips"][1]) and not torch.equal(flat["chips"][1], flat["chips"][2])


def test_ancestors_are_the_nodes_above_the_label(recipe: Recipe) -> None:
    tree = Taxonomy(recipe.taxonomy)
    labels = tree.leaves
    items = CropDataset([], labels, tree, chip_px=16, augment=None, seed=0).ancestors
    for label in labels:
        covered = [{leaf for leaf, under in zip(labels, row, strict=True) if under} for row in items[label]]
        above = [{leaf for leaf in labels if node in tree.path(leaf)} for node in tree.path(label)[1:]]
        assert covered[: len(above)] == above and all(row == set(labels) for row in covered[len(above) :])


def test_batches_keep_the_order_of_the_keys(tmp_path: Path) -> None:
    crops = []
    for number in range(5):
        Image.fromarray(plain((50 * number, 0, 0))).save(tmp_path / f"{number}.png")
        crops.append(Crop(path=tmp_path / f"{number}.png", label="car"))
    keys = [(0, number) for number in (4, 0, 3, 1, 2)]
    found = torch.cat([b["chips"][:, 8, 8, 0] for b in batches(dataset(crops), keys, batch_size=2, num_workers=0)])
    assert found.tolist() == [200, 0, 150, 50, 100]
