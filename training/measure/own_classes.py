r"""Train own classes on about 300 real crops, and measure on crops of other images: a table of recipes and changes.

    python -m training.measure.own_classes ../shared/data/overhead-dev --out runs/own \
        --run shipped=finetune-from-overhead --run imagenet=base --run "nothing=base;model.pretrained=none"

A run is a name, a recipe and changes as `vehicle-id train --set` takes them. Crops are divided by image: 60 % of each
class, at most `--most`, train, a fifth of them validates, and the others are measured on. With `--imbalance 40` class k
of K trains on 80 x 40^(-k / (K - 1)) crops, the most frequent class first, so that the rarest has two. No weight of a
released model may be trained on these crops.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from vehicle_id.crops.labelled import read_labelled
from vehicle_id.crops.manifest import Crop
from vehicle_id.dataset.splits import split_by_group
from vehicle_id.evaluation import metrics
from vehicle_id.train import checkpoint
from vehicle_id.train.choose import choose_recipe
from vehicle_id.train.labels import labels_of
from vehicle_id.train.loop import train
from vehicle_id.train.splits import load_splits
from vehicle_id.train.trainer import Trainer

TEST_MOST: Final = 60
"""Crops of a class that are measured on."""
FEWEST: Final = 20
"""Crops of a class, in all; classes with fewer are left out."""
COLUMNS: Final = ("path", "label", "gsd_m", "group", "split")


def divided(folder: Path, *, most: int, imbalance: float | None, seed: int) -> list[Crop]:
    """The crops with their split, by image."""
    rows = list(csv.DictReader((folder / "manifest.csv").open(newline="", encoding="utf-8")))
    image_of = {(folder / row["path"]).resolve(): row["image"] for row in rows if row["view"] == "nadir" or imbalance}
    crops = [
        replace(crop, group=image_of[crop.path.resolve()])
        for crop in read_labelled(folder / "manifest.csv")
        if crop.path.resolve() in image_of
    ]
    counts = Counter(crop.label or "" for crop in crops)
    crops = [crop for crop in crops if counts[crop.label or ""] >= FEWEST]
    names = split_by_group(crops, {"train": 0.48, "val": 0.12, "test": 0.4}, seed=seed)
    limits = _limits(Counter(crop.label or "" for crop in crops), most=most, imbalance=imbalance)
    order = np.random.default_rng(seed).permutation(len(crops))
    taken: Counter[tuple[str, str]] = Counter()
    kept = []
    for number in order:
        crop, split = crops[number], names[number]
        label = crop.label or ""
        limit = {"train": limits[label], "val": max(2, limits[label] // 4), "test": TEST_MOST}[split]
        taken[label, split] += 1
        if taken[label, split] <= limit:
            kept.append(replace(crop, split=split))
    return kept


def _limits(counts: Counter[str], *, most: int, imbalance: float | None) -> dict[str, int]:
    labels = [label for label, _ in counts.most_common()]
    if imbalance is None:
        return dict.fromkeys(labels, most)
    steps = len(labels) - 1
    return {label: max(1, round(80 * imbalance ** (-number / steps))) for number, label in enumerate(labels)}


def write(crops: list[Crop], file: Path) -> None:
    """Copy the divided crops beside a new manifest of them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    names = {crop.path: f"{crop.label}-{crop.path.name}" for crop in crops}
    for path, name in names.items():
        shutil.copy(path, file.parent / name)
    with file.open("w", newline="", encoding="utf-8") as text:
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        writer.writerows(
            [names[crop.path], *(getattr(crop, name) for name in COLUMNS[1:])] for crop in sorted(crops, key=str)
        )


def measure(data: Path, run: str, out: Path, *, seed: int) -> dict[str, object]:
    """Train one run, and measure its best epoch on the crops of the split test."""
    name, _, text = run.partition("=")
    recipe_name, *changes = text.split(";")
    common = [f"seed={seed}", "data.in_memory=true", "data.num_workers=0"]
    recipe = choose_recipe(recipe_name or None, [*common, *changes])
    started = time.process_time()
    folder = train(data, recipe, out / f"{name}-{seed}", resume=True)
    seconds = time.process_time() - started
    splits = load_splits(data, recipe.data, chip_px=recipe.model.chip_px, seed=recipe.seed)
    labels = labels_of(splits, recipe)
    trainer = Trainer(recipe, splits, labels)
    progress = checkpoint.load(folder.best, model=trainer.ema.module)
    outputs = trainer.predict(splits.test, views=recipe.calibrate.views)
    truth, answers = outputs.target.argmax(axis=1), outputs.logits.argmax(axis=1)
    matrix = metrics.confusion(truth, answers, num_classes=len(labels))
    counts = Counter(crop.label for crop in splits.train)
    recalls = {label: matrix[i, i] / matrix[i].sum() for i, label in enumerate(labels) if matrix[i].sum()}
    return {
        "run": name,
        "seed": seed,
        "accuracy": round(float(np.mean(truth == answers)), 3),
        "macro_f1": round(metrics.macro_f1(matrix), 3),
        "recalls": {f"{label} ({counts[label]})": round(float(recalls[label]), 2) for label in recalls},
        "best_epoch": progress.best_epoch,
        "cpu_s": round(seconds),
    }


def main() -> None:
    """Read the command line, train, print a line for each run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="overhead-dev")
    parser.add_argument("--out", type=Path, required=True, help="folder of the runs and of results.jsonl")
    parser.add_argument("--run", action="append", required=True, metavar="NAME=RECIPE;FIELD=VALUE;...")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--most", type=int, default=40, help="training crops of a class at most")
    parser.add_argument("--imbalance", type=float, help="training crops of the first class over those of the last")
    options = parser.parse_args()
    for seed in range(options.seeds):
        data = options.out / f"data-{seed}" / "manifest.csv"
        crops = divided(options.folder, most=options.most, imbalance=options.imbalance, seed=seed)
        write(crops, data)
        print(seed, dict(sorted(Counter((crop.split or "") for crop in crops).items())), flush=True)
        for run in options.run:
            result = measure(data, run, options.out, seed=seed)
            print(json.dumps(result), flush=True)
            with (options.out / "results.jsonl").open("a") as file:
                file.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
