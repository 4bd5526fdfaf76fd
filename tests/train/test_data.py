"""Labelled crops: what is left out, how groups are split, what a batch contains."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.conftest import plain
from vehicle_id import Crop
from vehicle_id.errors import TrainError
from vehicle_id.taxonomy import Node, Taxonomy
from vehicle_id.train.augment import Augment
from vehicle_id.train.data import (
    CropDataset,
    Splits,
    _drawn_splits,
    batches,
    draw_epoch,
    labels_of,
    load_splits,
    splits_csv,
    window_pairs,
)
from vehicle_id.train.recipe import AugmentRecipe, DataRecipe, Recipe, TrainRecipe


def write(folder: Path, text: str, *, crops: int = 4) -> Path:
    for number in range(crops):
        Image.fromarray(plain("red")).save(folder / f"{number}.png")
    (folder / "m.csv").write_text(text)
    return folder / "m.csv"


def load(manifest: Path, **options: object) -> object:
    return load_splits(manifest, DataRecipe(**options), chip_px=32, seed=0)  # type: ignore[arg-type]


def test_a_crop_with_two_labels_is_an_error(tmp_path: Path) -> None:
    manifest = write(tmp_path, "path,label,split\n0.png,car,train\n1.png,bus,train\n2.png,bus,val\n0.png,bus,val\n")
    with pytest.raises(TrainError, match=r"0\.png is labelled both 'car' and 'bus': keep one"):
        labels_of(load(manifest), Recipe())  # type: ignore[arg-type]


def test_what_cannot_be_used_is_left_out_with_the_reason(tmp_path: Path) -> None:
    Image.fromarray(plain("red", width=4)).save(tmp_path / "thin.png")
    rows = ("0.png,car,train,", "1.png,bus,val,", "gone.png,car,train,", "2.png,car,train,x", "thin.png,car,train,")
    text = "\n".join(["path,label,split,gsd_m", *rows]) + "\n"
    splits = load(write(tmp_path, text))
    assert [crop.path.name for crop in splits.train] == ["0.png"]
    assert [(crop.path.name, why) for crop, why in splits.dropped] == [
        ("gone.png", "no such file"),
        ("2.png", "gsd_m 'x' is not a number"),
        ("thin.png", "4 x 20 pixels are too few"),
    ]
    record = splits_csv(splits).decode().splitlines()
    assert record[0] == "path,label,gsd_m,gsd_error,bands,origin,length_m,width_m,split,note" and len(record) == 6
    assert record[-1].endswith("dropped,4 x 20 pixels are too few")


def test_crops_kept_in_memory_are_opened_once(tmp_path: Path) -> None:
    text = "path,label,split\n0.png,car,train\n1.png,bus,val\n"
    assert not load(write(tmp_path, text)).images  # type: ignore[attr-defined]
    splits: Splits = load(write(tmp_path, text), in_memory=True)  # type: ignore[assignment]
    assert sorted(path.name for path in splits.images) == ["0.png", "1.png"]
    read = dataset(splits.train)[0, 0]["chips"]
    (tmp_path / "0.png").unlink()
    kept = CropDataset(
        splits.train, ("car",), Taxonomy.flat(("car",)), chip_px=16, augment=None, seed=0, images=splits.images
    )
    assert torch.equal(kept[0, 0]["chips"], read)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("path,label\ngone.png,car\n", "no crop in .* can be used.*no such file"),
        ("path,label,split\n0.png,car,train\n1.png,bus,\n", "state train, val, test or calibrate for every crop"),
        ("path,label,split\n0.png,car,train\n1.png,bus,hold\n", "has the split 'hold'"),
        ("path,label,split\n0.png,car,train\n1.png,bus,train\n", "in the split val"),
        ("path,label,split\n0.png,car,val\n1.png,bus,val\n", "in the split train"),
    ],
)
def test_data_that_cannot_train_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(TrainError, match=fault):
        load(write(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("path,label,split\n0.png,car,train\n1.png,car,val\n", "needs two classes"),
        ("path,label,split\n0.png,car,train\n1.png,van,train\n2.png,bus,val\n", "label 'bus'"),
    ],
)
def test_labels_must_make_a_classifier(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(TrainError, match=fault):
        labels_of(load(write(tmp_path, text)), Recipe())


def test_the_labels_are_the_leaves_of_the_recipes_tree(tmp_path: Path, recipe: Recipe) -> None:
    text = "path,label,split\n0.png,car,train\n1.png,bus,train\n2.png,ground,train\n3.png,car,val\n"
    splits = load(write(tmp_path, text))
    assert labels_of(splits, recipe) == ("car", "bus", "ground")
    assert labels_of(splits, Recipe()) == ("bus", "car", "ground")
    lacking = msgspec.structs.replace(recipe, taxonomy=(*recipe.taxonomy, recipe.taxonomy[-1].__class__(name="tram")))
    with pytest.raises(TrainError, match="no training crop is labelled 'tram'"):
        labels_of(splits, lacking)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from("abc")), min_size=20, max_size=80), st.integers(0, 5))
def test_a_group_is_never_split_and_the_seed_decides(pairs: list[tuple[int, str]], seed: int) -> None:
    crops = [Crop(path=Path("x"), group=f"g{group}", label=label) for group, label in pairs]
    names = _drawn_splits(crops, DataRecipe(val_share=0.3), seed)
    assert len({(c.group, n) for c, n in zip(crops, names, strict=True)}) == len({c.group for c in crops})
    assert names == _drawn_splits(crops, DataRecipe(val_share=0.3), seed)


def test_shares_are_close_to_the_requested_ones() -> None:
    crops = [Crop(path=Path(f"{n}"), label="ab"[n % 2]) for n in range(200)]
    counts = Counter(_drawn_splits(crops, DataRecipe(val_share=0.2, test_share=0.1), 0))
    assert counts == {"train": 140, "val": 40, "test": 20}
    assert set(_drawn_splits(crops, DataRecipe(val_share=0.2), 0)) == {"train", "val"}


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


def test_a_crop_may_be_labelled_by_a_coarser_node(tmp_path: Path, recipe: Recipe) -> None:
    group = next(node.parent for node in recipe.taxonomy if node.parent)
    rows = "0.png,car,train\n1.png,bus,train\n2.png,ground,train\n3.png,car,val\n"
    splits = load(write(tmp_path, f"path,label,split\n{rows}0.png,{group},train\n"))
    assert labels_of(splits, recipe) == ("car", "bus", "ground")
    counts = splits.counts(labels_of(splits, recipe))
    assert counts[group].real_train == 1 and counts["car"].real_train == 1
    item = dataset([Crop(path=tmp_path / "0.png", label="vehicle")])[0, 0]
    assert item["target"].tolist() == [True, True]


def test_validation_needs_a_crop_labelled_by_a_leaf(tmp_path: Path, recipe: Recipe) -> None:
    rows = "0.png,car,train\n1.png,bus,train\n2.png,ground,train\n3.png,vehicle,val\n"
    splits = load(write(tmp_path, f"path,label,split\n{rows}"))
    with pytest.raises(TrainError, match="no validation crop is labelled by a leaf"):
        labels_of(splits, recipe)


def test_a_label_that_no_card_may_contain_is_refused_before_training(recipe: Recipe) -> None:
    crops = tuple(Crop(path=Path(f"{label}.png"), label=label, split="train") for label in ("car", "=1+1"))
    splits = Splits(train=list(crops), val=list(crops), test=[], calibrate=[], dropped=[], images={})
    with pytest.raises(TrainError, match=r"cannot be classes: '=1[+]1' cannot be the name of a class"):
        labels_of(splits, msgspec.structs.replace(recipe, taxonomy=()))
