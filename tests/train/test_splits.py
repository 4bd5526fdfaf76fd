"""Which crops a run uses, and in which split."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.conftest import plain
from tests.fixtures.crop_manifest import load, write
from vehicle_id import Crop
from vehicle_id.errors import TrainError
from vehicle_id.taxonomy import Taxonomy
from vehicle_id.train.crop_dataset import CropDataset
from vehicle_id.train.recipe import DataRecipe
from vehicle_id.train.splits import _drawn_splits, splits_csv


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
    assert not load(write(tmp_path, text)).images
    splits = load(write(tmp_path, text), in_memory=True)
    assert sorted(path.name for path in splits.images) == ["0.png", "1.png"]
    known = {"labels": ("car",), "taxonomy": Taxonomy.flat(("car",)), "chip_px": 16, "augment": None, "seed": 0}
    read = CropDataset(splits.train, **known)[0, 0]["chips"]
    (tmp_path / "0.png").unlink()
    kept = CropDataset(splits.train, **known, images=splits.images)
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
