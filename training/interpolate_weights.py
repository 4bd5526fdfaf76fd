"""Interpolate between the weights of two runs, one of which started from the other or both from the same: a new run.

A second phase on other data improves on those data and gets worse on the rest. A mean of the weights keeps most of both
(WiSE-FT, arXiv 2109.01903). Of two runs from one start, each on other data, the mean knows both (arXiv 2203.05482).

    python -m training.interpolate_weights runs/first runs/second --out runs/mean
    vehicle-id train data/manifest.csv --recipe runs/mean/recipe.yaml --out runs/mean --resume

The second command trains nothing: it fits temperature and thresholds of the interpolated network.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import torch

from vehicle_id.errors import TrainError
from vehicle_id.train import checkpoint
from vehicle_id.train.checkpoint import RunFolder
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.recipe import load_recipe


def interpolate(first: RunFolder, second: RunFolder, out: RunFolder, *, share: float) -> None:
    """Write a copy of the second run whose best weights are `share` of its own and the rest of the first run's.

    Raises:
        TrainError: a run is not finished, or the two differ in classes or network.
    """
    if not second.calibration.exists():
        raise TrainError(f"the run {second.folder} is not finished: train it with --resume first")
    progress = checkpoint.read_progress(second.best)
    if checkpoint.read_progress(first.best).labels != progress.labels:
        raise TrainError(f"the runs {first.folder} and {second.folder} have different classes")
    networks = []
    for run in (first, second):
        network = VehicleNet(load_recipe(second.recipe).model, num_classes=len(progress.labels), pretrained=False)
        checkpoint.load(run.best, model=network)
        networks.append(network)
    start, end = (network.state_dict() for network in networks)
    with torch.no_grad():
        for name, tensor in end.items():
            if tensor.is_floating_point():  # the count of batches is not
                tensor.lerp_(start[name], 1 - share)
    out.folder.mkdir(parents=True)
    for source, copy in ((second.recipe, out.recipe), (second.last, out.last), (second.history, out.history)):
        shutil.copyfile(source, copy)
    checkpoint.save(out.best, progress, model=networks[1])


def main() -> None:
    """Read the command line, write the run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", type=Path, help="run that the second started from")
    parser.add_argument("second", type=Path)
    parser.add_argument("--share", type=float, default=0.5, help="share of the second run's weights; default: 0.5")
    parser.add_argument("--out", type=Path, required=True, help="folder of the new run")
    options = parser.parse_args()
    interpolate(
        *(RunFolder(folder=folder) for folder in (options.first, options.second, options.out)), share=options.share
    )


if __name__ == "__main__":
    main()
