"""Boxes on orthophotos: which split a box is in, and what its crop states."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.datasets import ortho

ROW = {
    "image": "a.png",
    "label": "bus",
    "x0": "100",
    "y0": "200",
    "x1": "220",
    "y1": "226",
    "gsd_m": "0.1",
    "use": "train",
    "place": "here",
    "licence": "CC0 1.0",
}


def test_a_place_is_left_out_in_one_fold_and_measuring_boxes_never_train() -> None:
    splits = [ortho.split_of(ROW, [fold]) for fold in range(ortho.FOLDS)]
    assert sorted(splits) == ["left_out", *["train"] * (ortho.FOLDS - 1)]
    assert ortho.split_of(ROW, []) == "train"
    measuring = {**ROW, "use": "measure"}
    assert {ortho.split_of(measuring, folds) for folds in ([], range(ortho.FOLDS))} == {"test"}


def test_a_crop_has_context_the_length_of_its_box_and_its_place(tmp_path: Path) -> None:
    Image.fromarray(np.zeros((400, 400, 3), np.uint8)).save(tmp_path / "a.png")
    row = ortho.cut(tmp_path, 0, ROW, held_folds=[], out=tmp_path / "out")
    assert row["length_m"] == pytest.approx(12.0, abs=0.05)  # 120 pixels of 0.1 m
    assert (row["split"], row["place"], row["group"], row["margin_px"]) == ("train", "here", "a", 60)
    with Image.open(tmp_path / "out" / str(row["path"])) as crop:
        assert crop.size == (240, 240)


def test_a_label_outside_the_tree_is_a_coarser_node_and_has_no_length(tmp_path: Path) -> None:
    Image.fromarray(np.zeros((400, 400, 3), np.uint8)).save(tmp_path / "a.png")
    row = ortho.cut(tmp_path, 0, {**ROW, "label": "concrete_mixer"}, held_folds=[], out=tmp_path / "out")
    assert (row["label"], row["length_m"], row["width_m"]) == ("road_truck", "", "")
