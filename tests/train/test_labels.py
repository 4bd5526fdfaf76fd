"""Which labels the crops of a run may have."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.fixtures.crop_manifest import load, write
from vehicle_id import Crop
from vehicle_id.errors import TrainError
from vehicle_id.train.crop_dataset import CropDataset
from vehicle_id.train.labels import labels_of, tree_of
from vehicle_id.train.recipe import Recipe
from vehicle_id.train.splits import Splits


def test_a_crop_with_two_labels_is_an_error(tmp_path: Path) -> None:
    manifest = write(tmp_path, "path,label,split\n0.png,car,train\n1.png,bus,train\n2.png,bus,val\n0.png,bus,val\n")
    with pytest.raises(TrainError, match=r"0\.png is labelled both 'car' and 'bus': keep one"):
        labels_of(load(manifest), Recipe())


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


def test_a_crop_may_be_labelled_by_a_coarser_node(tmp_path: Path, recipe: Recipe) -> None:
    group = next(node.parent for node in recipe.taxonomy if node.parent)
    rows = "0.png,car,train\n1.png,bus,train\n2.png,ground,train\n3.png,car,val\n"
    splits = load(write(tmp_path, f"path,label,split\n{rows}0.png,{group},train\n"))
    assert labels_of(splits, recipe) == ("car", "bus", "ground")
    counts = splits.counts(labels_of(splits, recipe))
    assert counts[group].real_train == 1 and counts["car"].real_train == 1
    tree = tree_of(recipe, ("car", "bus", "ground"))
    crops = [Crop(path=tmp_path / "0.png", label=group)]
    item = CropDataset(crops, tree.leaves, tree, chip_px=16, augment=None, seed=0)[0, 0]
    assert item["target"].tolist() == [True, True, False]


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
