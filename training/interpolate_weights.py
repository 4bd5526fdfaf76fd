"""Interpolate between the weights of two runs, one of which started from the other or both from the same: a new run.

A second phase on other data improves on those data and gets worse on the rest. A mean of the weights keeps most of both
(WiSE-FT, arXiv 2109.01903). Of two runs from one start, each on other data, the mean knows both (arXiv 2203.05482).

    python -m training.interpolate_weights models/overhead-1.0 runs/second --out runs/mean
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
from vehicle_id.train.start import fill, read_start


def interpolate(first: Path, second: RunFolder, out: RunFolder, *, share: float) -> None:
    """Write a copy of the second run whose best weights are `share` of its own and the rest those of the first.

    Args:
        first: folder of a run, or of a released model in 32 bits.
        second: a finished run.
        out: a run that is not there yet.
        share: 0 to 1.

    Raises:
        TrainError: the second run is not finished, or the two differ in classes or network.
    """
    if not second.calibration.exists():
        raise TrainError(f"the run {second.folder} is not finished: train it with --resume first")
    progress = checkpoint.read_progress(second.best)
    model = load_recipe(second.recipe).model
    networks = [VehicleNet(model, num_classes=len(progress.labels), pretrained=False) for _ in range(2)]
    start = read_start(first)
    if start.labels != progress.labels:
        raise TrainError(f"{first} has other classes than {second.folder}: their weights have no mean")
    fill(networks[0], start, progress.labels)
    checkpoint.load(second.best, model=networks[1])
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
    parser.add_argument("first", type=Path, help="run, or released model, that the second started from")
    parser.add_argument("second", type=Path)
    parser.add_argument("--share", type=float, default=0.5, help="share of the second run's weights; default: 0.5")
    parser.add_argument("--out", type=Path, required=True, help="folder of the new run")
    options = parser.parse_args()
    second, out = RunFolder(folder=options.second), RunFolder(folder=options.out)
    interpolate(options.first, second, out, share=options.share)


if __name__ == "__main__":
    main()
