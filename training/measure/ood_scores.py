"""Which unknown score tells a finished run's own vehicles from foreign things best: the AUROC of each.

    python -m training.measure.ood_scores runs/overhead-1.0 \
        --out-of-taxonomy data/negatives/manifest.csv --out-of-taxonomy ../shared/data/overhead-dev/manifest.csv:aircraft,boat

Known are the vehicles of the run's validation split, or of `--known MANIFEST[:SPLIT]`. Foreign are all crops of
`--out-of-taxonomy MANIFEST`, or those of `MANIFEST:LABEL,LABEL`; a family left out of training is foreign too. Crops that
the finished model would refuse are left out. The best method goes into the run's own recipe.yaml as `unknown_method`;
`vehicle-id train` with that recipe and `--resume` then fits it. The AUROC on crops it was chosen by is too good.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import get_args

import numpy as np
import torch
from numpy.typing import NDArray

from vehicle_id.crops.chips import Chip, make_chip, short_side_px, stack
from vehicle_id.crops.images import decode_image
from vehicle_id.crops.labelled import read_labelled, select
from vehicle_id.crops.manifest import Crop
from vehicle_id.errors import CropError
from vehicle_id.evaluation.metrics import auroc
from vehicle_id.export.export import load_run
from vehicle_id.model.card import EMBEDDED, ModelCard, UnknownMethod
from vehicle_id.model.decide import softmax
from vehicle_id.model.ood import UnknownScore
from vehicle_id.train.checkpoint import Run
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.ood import draw_vehicles, fit_unknown
from vehicle_id.train.recipe import load_recipe

METHODS: tuple[UnknownMethod, ...] = get_args(UnknownMethod)
BATCH = 128

Outputs = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Logits `[N, C]` and embedding `[N, D]`."""


class Measure:
    """A finished run with every method fitted.

    Args:
        folder: the run's.
    """

    def __init__(self, folder: Path) -> None:
        run = Run(folder=folder)
        recipe = load_recipe(run.recipe)
        self.network, self.card = load_run(run, recipe)
        taxonomy = self.card.taxonomy()
        self.crops = list(read_splits(run.splits))
        learned = [crop for crop in self.crops if crop.split == "train"]
        target_of = dict(zip(taxonomy.names, taxonomy.membership(self.card.labels).T > 0, strict=True))
        self._scores = {method: UnknownScore(method, taxonomy, self.card.labels) for method in METHODS}
        self._embedded = {}
        for method in sorted(EMBEDDED):
            vehicles = draw_vehicles(learned, taxonomy, method, seed=recipe.seed)
            opened = [(crop, chip) for crop in vehicles if (chip := open_chip(crop, self.card)) is not None]
            _, embedding = run_network(self.network, (chip for _, chip in opened))
            target = np.array([target_of[crop.label or ""] for crop, _ in opened])
            self._embedded[method] = fit_unknown(method, embedding, target)

    def scores(self, crops: Iterable[Crop]) -> dict[UnknownMethod, NDArray[np.float64]]:
        """Scores `[N]` of the crops that the model would answer, by method."""
        chips = (chip for crop in crops if (chip := open_chip(crop, self.card)) is not None)
        logits, embedding = run_network(self.network, chips)
        with torch.inference_mode():
            passed = {name: module(torch.from_numpy(embedding)).numpy() for name, module in self._embedded.items()}
        leaves = softmax(logits)
        return {name: score.of(logits, leaves, passed.get(name)) for name, score in self._scores.items()}

    def vehicles(self, crops: Iterable[Crop]) -> list[Crop]:
        """Those labelled by a node of the tree that has a size."""
        taxonomy = self.card.taxonomy()
        return [crop for crop in crops if crop.label in taxonomy and taxonomy[crop.label or ""].has_size]


def read_splits(splits: Path) -> Iterator[Crop]:
    """Crops of a run, as it was trained with them."""
    with splits.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            gsd_m = float(row["gsd_m"]) if row["gsd_m"] else None
            yield Crop(path=Path(row["path"]), label=row["label"], gsd_m=gsd_m, split=row["split"])


def read_part(argument: str) -> tuple[list[Crop], list[str]]:
    """Crops of `manifest` or of `manifest:part,part`, and the parts."""
    manifest, colon, parts = argument.rpartition(":")
    if not colon or Path(argument).exists():
        return list(read_labelled(argument)), []
    return list(read_labelled(manifest)), parts.split(",")


def open_chip(crop: Crop, card: ModelCard) -> Chip | None:
    """The crop's chip; None where the model would refuse it."""
    try:
        pixels = decode_image(crop.path).pixels
    except CropError:
        return None
    height, width = pixels.shape[:2]
    coarsest = card.gsd_range_m[1] if card.gsd_range_m else np.inf
    small = short_side_px(height=height, width=width, chip_px=card.chip_px) < card.min_side_px
    return None if small or (crop.gsd_m or 0) > coarsest else make_chip(pixels, chip_px=card.chip_px, gsd_m=crop.gsd_m)


def run_network(network: VehicleNet, chips: Iterable[Chip]) -> Outputs:
    """Both outputs for all chips."""
    waiting, logits, embedding = iter(chips), [], []
    with torch.inference_mode():
        while batch := list(islice(waiting, BATCH)):
            pixels, extent_m = stack(batch)
            outputs = network(torch.from_numpy(pixels), torch.from_numpy(extent_m))
            logits.append(outputs["logits"].numpy())
            embedding.append(outputs["embedding"].numpy())
    if not logits:
        raise SystemExit("no crop of these can be answered by the run")
    return np.concatenate(logits), np.concatenate(embedding)


def table(known: dict[UnknownMethod, NDArray], foreign: dict[str, dict[UnknownMethod, NDArray]]) -> list[str]:
    """A row for each foreign label, one for all their crops together, one for the mean of the rows."""
    together = {method: np.concatenate([scores[method] for scores in foreign.values()]) for method in METHODS}
    aurocs = {name: [auroc(scores[m], known[m]) for m in METHODS] for name, scores in foreign.items()}
    width = max(len(name) for name in (*foreign, "mean of the rows")) + 2
    lines = [f"{'':{width}}{'crops':>6}" + "".join(f"{method:>12}" for method in METHODS)]
    for name, scores in {**foreign, "all together": together}.items():
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
    parser.add_argument("--out-of-taxonomy", action="append", required=True, help="MANIFEST or MANIFEST:LABEL,LABEL; repeat")
    options = parser.parse_args()

    measure = Measure(options.run)
    crops, splits = (measure.crops, ["val"]) if options.known is None else read_part(options.known)
    known = measure.scores(measure.vehicles(select(crops, split=splits[0] if splits else None)))
    foreign = {}
    for argument in options.foreign:
        crops, labels = read_part(argument)
        for label in labels or sorted({crop.label or "" for crop in crops}):
            source = argument.rpartition(":")[0] if labels else argument
            foreign[f"{source}:{label}"] = measure.scores(crop for crop in crops if crop.label == label)
    print(f"{measure.card.full_name}: AUROC against {len(known['msp'])} known vehicles")
    print("\n".join(table(known, foreign)))


if __name__ == "__main__":
    main()
