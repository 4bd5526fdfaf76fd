"""Compare the out-of-distribution scores of a finished run: the AUROC of each, known vehicles against other crops.

    python -m training.measure.ood_scores runs/overhead-1.0 --out-of-taxonomy data/negatives/manifest.csv \
        --out-of-taxonomy ../shared/data/overhead-dev/manifest.csv:aircraft,boat

Known are the vehicles of the run's validation split, or of `--known MANIFEST[:SPLIT]`. Out of the taxonomy are all
crops of `--out-of-taxonomy MANIFEST`, or those of `MANIFEST:LABEL,LABEL`; also those of a family that was left out of
the training. Crops that the finished model would refuse are left out. Write the best method as `unknown_method` into
the run's own recipe.yaml; `vehicle-id train` with that recipe and `--resume` then fits its threshold. The AUROC on the
crops by which a method was chosen is too high.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from vehicle_id.crops.chips import Chip, short_side_px, stack
from vehicle_id.crops.labelled import read_labelled, select
from vehicle_id.crops.manifest import Crop
from vehicle_id.crops.open import open_crop
from vehicle_id.errors import CropError
from vehicle_id.evaluation.metrics import auroc
from vehicle_id.export.export import load_run
from vehicle_id.model.card import ModelCard, UnknownMethod
from vehicle_id.model.decide import softmax
from vehicle_id.model.ood import UnknownScore
from vehicle_id.train.checkpoint import RunFolder
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.recipe import load_recipe
from vehicle_id.train.splits import read_splits

METHODS: Final[tuple[UnknownMethod, ...]] = ("msp", "max_logit", "energy", "vehicle", "family")
"""Those that are computed from the logits."""
BATCH = 128
Scores = dict[UnknownMethod, NDArray[np.float64]]


class ScoredRun:
    """A finished run with every method.

    Args:
        folder: the run's.
    """

    def __init__(self, folder: Path) -> None:
        run = RunFolder(folder=folder)
        self.network, self.card = load_run(run, load_recipe(run.recipe))
        self.crops = read_splits(run.splits)
        self._scores = {method: UnknownScore(method, self.card.taxonomy(), self.card.labels) for method in METHODS}

    def scores(self, crops: Iterable[Crop]) -> Scores:
        """Scores `[N]` of the crops that the model would answer, by method."""
        chips = (chip for crop in crops if (chip := open_chip(crop, self.card)) is not None)
        logits = run_network(self.network, chips)
        return {name: score.of(logits, softmax(logits)) for name, score in self._scores.items()}

    def vehicles(self, crops: Iterable[Crop]) -> list[Crop]:
        """Crops labelled by a node of the tree that has a size."""
        taxonomy = self.card.taxonomy()
        return [crop for crop in crops if crop.label in taxonomy and taxonomy[crop.label or ""].has_size]


def read_part(argument: str) -> tuple[list[Crop], list[str]]:
    """Crops of `manifest` or of `manifest:part,part`, and the parts."""
    manifest, colon, parts = argument.rpartition(":")
    if not colon or Path(argument).exists():
        return list(read_labelled(argument)), []
    return list(read_labelled(manifest)), parts.split(",")


def open_chip(crop: Crop, card: ModelCard) -> Chip | None:
    """The crop's chip; None where the model would refuse it."""
    try:
        opened = open_crop(crop.path, chip_px=card.chip_px, gsd_m=crop.gsd_m, bands=crop.bands)
    except CropError:
        return None
    coarsest = card.gsd_range_m[1] if card.gsd_range_m else np.inf
    short = short_side_px(height=opened.height_px, width=opened.width_px, chip_px=card.chip_px)
    return None if short < card.min_side_px or (opened.gsd_m or 0) > coarsest else opened.chip


def run_network(network: VehicleNet, chips: Iterable[Chip]) -> NDArray[np.float32]:
    """The logits of all chips, `[N, C]`."""
    waiting, logits = iter(chips), []
    with torch.inference_mode():
        while batch := list(islice(waiting, BATCH)):
            pixels, extent_m = stack(batch)
            logits.append(network(torch.from_numpy(pixels), torch.from_numpy(extent_m))["logits"].numpy())
    if not logits:
        raise SystemExit("the run can answer none of these crops")
    return np.concatenate(logits)


def table(known: Scores, others: dict[str, Scores]) -> list[str]:
    """A row for each label out of the taxonomy, one for all their crops together, one for the mean of the rows."""
    together = {method: np.concatenate([scores[method] for scores in others.values()]) for method in METHODS}
    aurocs = {name: [auroc(scores[m], known[m]) for m in METHODS] for name, scores in others.items()}
    width = max(len(name) for name in (*others, "mean of the rows")) + 2
    lines = [f"{'':{width}}{'crops':>6}" + "".join(f"{method:>12}" for method in METHODS)]
    for name, scores in {**others, "all together": together}.items():
        row = aurocs.get(name) or [auroc(scores[m], known[m]) for m in METHODS]
        lines.append(_line(name, str(len(scores["msp"])), row, width))
    return [*lines, _line("mean of the rows", "", np.mean(list(aurocs.values()), axis=0), width)]


def _line(name: str, num: str, values: Sequence[float] | NDArray, width: int) -> str:
    return f"{name:{width}}{num:>6}" + "".join(f"{value:12.3f}" for value in values)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="folder of a finished run")
    parser.add_argument("--known", help="MANIFEST or MANIFEST:SPLIT; default: the run's validation split")
    parser.add_argument(
        "--out-of-taxonomy", action="append", required=True, help="MANIFEST or MANIFEST:LABEL,LABEL; may be repeated"
    )
    options = parser.parse_args()

    run = ScoredRun(options.run)
    crops, splits = (run.crops, ["val"]) if options.known is None else read_part(options.known)
    known = run.scores(run.vehicles(select(crops, split=splits[0] if splits else None)))
    others = {}
    for argument in options.out_of_taxonomy:
        crops, labels = read_part(argument)
        for label in labels or sorted({crop.label or "" for crop in crops}):
            source = argument.rpartition(":")[0] if labels else argument
            others[f"{source}:{label}"] = run.scores(crop for crop in crops if crop.label == label)
    print(f"{run.card.full_name}: AUROC against {len(known['msp'])} known vehicles")
    print("\n".join(table(known, others)))


if __name__ == "__main__":
    main()
