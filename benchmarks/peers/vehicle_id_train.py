"""vehicle-id train: a shipped recipe, with the number of epochs that fits.

    data/bench-envs/vehicle-id-train/bin/python benchmarks/peers/vehicle_id_train.py SET --out runs/ours --epochs 10

`--start imagenet` and `--start nothing` train with the recipe `base`, `--start shipped` with `few-shot`; radar is
trained with `sar`. Reads the manifest of the set: the crops as they are, with their ground sample distance. What is
timed ends with the calibration, but without the report of a run. The answers are those of the kept epoch, over as many
windows as the recipe states.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from trained import Marks, arguments, write_answers

from vehicle_id.train import checkpoint
from vehicle_id.train.choose import choose_recipe
from vehicle_id.train.labels import labels_of
from vehicle_id.train.loop import train
from vehicle_id.train.observers import Observer, RunContext, StepRecord
from vehicle_id.train.splits import load_splits
from vehicle_id.train.trainer import Trainer

NETWORK = "tf_efficientnet_lite0"


class Clock(Observer):
    """Marks the parts of an epoch."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks

    def run_started(self, run: RunContext, progress: checkpoint.Progress) -> None:
        """The first epoch begins."""
        self.marks.epoch_begins()

    def step_ended(self, step: StepRecord) -> None:
        """A batch has ended."""
        if step.batch == step.num_batches - 1:
            self.marks.batches_end()

    def epoch_ended(self, record: Mapping[str, float], progress: checkpoint.Progress) -> None:
        """The validation has ended, and the next epoch begins."""
        self.marks.epoch_ends()
        self.marks.epoch_begins()


def main() -> None:
    """Train, then answer."""
    options = arguments(__doc__, start=("imagenet", "nothing", "shipped"), windows=("recipe", "one"))
    marks = Marks(options.clock)
    manifest = options.folder / "manifest.csv"
    name = "sar" if options.view == "radar" else "few-shot" if options.start == "shipped" else "base"
    changes = [
        f"seed={options.seed}",
        f"train.epochs={options.epochs}",
        f"train.batch_size={options.batch}",
        "data.in_memory=true",
        "data.num_workers=0",
    ]
    if options.start != "shipped":
        start = "none" if options.weights is None else str(options.weights)
        changes += [f"model.pretrained={start}", f"model.chip_px={options.chip_px}"]
    if name == "sar":  # whose own network is smaller, and whose embedding is no part of the comparison
        changes += [f"model.backbone={NETWORK}", "model.whitened=false", "calibrate.unknown_method=energy"]
    if options.windows == "one":
        changes.append("train.consistency_weight=0")
    recipe = choose_recipe(name, changes)
    run = train(manifest, recipe, options.out / "run", observers=[Clock(marks)])
    splits = load_splits(manifest, recipe.data, chip_px=recipe.model.chip_px, seed=recipe.seed)
    windows = 2 if recipe.train.consistency_weight else 1
    marks.finish(crops=windows * (recipe.train.epoch_crops or len(splits.train)))
    labels = labels_of(splits, recipe)
    trainer = Trainer(recipe, splits, labels)
    checkpoint.load(run.best, model=trainer.ema.module)
    outputs = trainer.predict(splits.test, views=recipe.calibrate.views)
    with manifest.open(newline="", encoding="utf-8") as file:
        pictures = {Path(row["path"]).name: row["picture"] for row in csv.DictReader(file)}
    answered = zip(splits.test, outputs.logits.argmax(axis=1).tolist(), strict=True)
    write_answers(options.out, {pictures[crop.path.name]: labels[number] for crop, number in answered})


if __name__ == "__main__":
    main()
