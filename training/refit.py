"""Fit the decision of a released model again, with other windows or on other crops, and train nothing: a finished run.

    python -m training.refit data/overhead-1.3.csv --recipe training/recipes/overhead-1.3.yaml --out runs/overhead-1.3
    python -m training.release runs/overhead-1.3 --measure training/measure/overhead-1.3.yaml

The weights are those of the recipe's `start_from`, a released model in 32 bits or the checkpoint of a run. The crops
that validate or calibrate fit temperature, thresholds and intervals. The card says of training crops what the released
card says; of a checkpoint, which has none, it counts those that the manifest has in `train`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec

from vehicle_id.errors import TrainError
from vehicle_id.files import write_whole
from vehicle_id.model.card import Counts
from vehicle_id.train import checkpoint
from vehicle_id.train.checkpoint import RunFolder
from vehicle_id.train.choose import choose_recipe
from vehicle_id.train.loop import finish
from vehicle_id.train.recipe import Recipe, dump_recipe
from vehicle_id.train.splits import load_splits, splits_csv
from vehicle_id.train.start import check_network, read_start
from vehicle_id.train.trainer import Trainer


def refit(data: Path, recipe: Recipe, out: Path) -> RunFolder:
    """Write a finished run whose weights are those that the recipe starts from.

    Args:
        data: manifest; its splits `val` and `calibrate` fit the decision. Some crops of `train` compare torch with the
            exported graph.
        recipe: with a `start_from`, of which its class tree may state other sizes.
        out: a folder that is not there yet.

    Raises:
        TrainError: the recipe names no model to start from, has another class tree, or is `whitened`.
    """
    if recipe.start_from is None:
        raise TrainError("the recipe has no start_from: name the model or the checkpoint whose decision is fitted")
    if recipe.model.whitened:
        raise TrainError("model.whitened is fitted by the crops that trained, which are not here: train it anew")
    start = read_start(recipe.start_from)
    check_network(recipe.model, start)
    recipe = msgspec.structs.replace(recipe, taxonomy=recipe.taxonomy or start.nodes)
    if [(node.name, node.parent) for node in recipe.taxonomy] != [(node.name, node.parent) for node in start.nodes]:
        raise TrainError(f"the recipe has another class tree than {start.name}: leave its taxonomy out")
    splits = load_splits(data, recipe.data, chip_px=recipe.model.chip_px, seed=recipe.seed)
    run = RunFolder(folder=out)
    out.mkdir(parents=True)
    write_whole(run.recipe, dump_recipe(recipe))
    write_whole(run.splits, splits_csv(splits))
    trainer = Trainer(recipe, splits, start.labels, start=start)
    checkpoint.save(run.best, checkpoint.Progress(labels=start.labels), model=trainer.ema.module)
    fitted = finish(run, trainer, print)
    if start.counts is not None:
        counts = {label: _counts(fitted.counts.get(label), of) for label, of in start.counts.items()}
        fitted = msgspec.structs.replace(fitted, counts=counts)
        write_whole(run.calibration, msgspec.json.format(msgspec.json.encode(fitted)))
    return run


def _counts(fitting: Counts | None, released: Counts) -> Counts:
    """Crops of a class that trained, as released, and that fitted the decision now."""
    now = fitting or Counts()
    return msgspec.structs.replace(
        released, real_val=now.real_val, mesh_val=now.mesh_val, rendered_val=now.rendered_val
    )


def main() -> None:
    """Read the command line and fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--recipe", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    refit(options.data, choose_recipe(options.recipe), options.out)


if __name__ == "__main__":
    main()
