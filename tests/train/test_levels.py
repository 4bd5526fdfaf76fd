"""Crops labelled by inner nodes of the class tree: what they teach, and how they validate and calibrate."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest

from tests.fixtures.labelled_crops import epochs
from vehicle_id import Classifier
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.evaluation.evaluate import evaluate
from vehicle_id.export.export import export
from vehicle_id.train.labels import labels_of
from vehicle_id.train.loop import train
from vehicle_id.train.recipe import Recipe
from vehicle_id.train.splits import load_splits
from vehicle_id.train.trainer import Trainer


@pytest.fixture(scope="module")
def coarse(crops: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The coloured crops, of which every second car and bus is labelled by the family alone."""
    folder = shutil.copytree(crops.parent, tmp_path_factory.mktemp("levels") / "crops")
    with (folder / "manifest.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows):
        if number // 3 % 2 and row["label"] != "ground":
            row["label"] = "vehicle"
    with (folder / "manifest.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder / "manifest.csv"


def test_a_crop_of_an_inner_node_teaches_the_family_and_leaves_the_class_open(coarse: Path, recipe: Recipe) -> None:
    """Trained with labels of two levels, a network tells the classes apart on crops whose label it never saw."""
    splits = load_splits(coarse, recipe.data, chip_px=32, seed=0)
    trainer = Trainer(epochs(recipe, 6), splits, labels_of(splits, recipe))
    for epoch in range(6):
        trainer.train_epoch(epoch)
    outputs = trainer.predict(splits.train)
    inner = ~outputs.exact
    assert 5 < inner.sum() < len(inner) and outputs.right()[outputs.exact].mean() > 0.9
    family = outputs.leaves()[inner][:, :2].sum(axis=1)  # car and bus
    assert family.mean() > 0.8
    shown = [crop.path.name for crop in splits.train if crop.label == "vehicle"]
    truth = np.array([int(name[:2]) % 3 for name in shown])  # the colour, which the label does not say
    assert np.mean(outputs.logits[inner].argmax(axis=1) == truth) > 0.85


def test_validation_calibration_and_evaluation_take_labels_of_every_level(
    coarse: Path, recipe: Recipe, tmp_path: Path
) -> None:
    lines: list[str] = []
    plain = msgspec.structs.replace(recipe, model=msgspec.structs.replace(recipe.model, heads=()))
    run = train(coarse, epochs(plain, 6), tmp_path / "run", log=lines.append)
    last = json.loads(run.history.read_text().splitlines()[-1])
    assert last["val_accuracy"] > 0.9 and last["val_macro_f1"] > 0.9
    counts = json.loads(run.calibration.read_bytes())["counts"]
    assert sum(counts["vehicle"].values()) > 10  # the card says how many crops had no finer label
    export(run.folder, tmp_path / "model")
    rows = [crop for crop in read_labelled(coarse) if crop.label != "ground"]
    top1 = evaluate(Classifier(tmp_path / "model", top_k=99), rows).measures()["top1"]
    assert top1["labels"] == ["vehicle", "car", "bus"] and top1["classes"]["vehicle"]["recall"] > 0.9
