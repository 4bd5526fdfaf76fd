r"""How likelihood ratios of `vehicle-id compare` should be pooled, and how often they are on the right side.

    vehicle-id render --num 816 --seed 20261203 --gsd 0.15:0.6 --out data/measure
    vehicle-id render --num 1200 --seed 20261201 --gsd 0.25:0.5 --out data/pair \
        --classes rigid_hauler_45t,special_chassis_4_axles
    python -m training.measure.evidence renders data/measure/manifest.csv --by vehicle --within-family
    python -m training.measure.evidence real data/overhead-dev/manifest.csv --by group --map car=car,pickup \
        --map tank=tracked_armour --map construction_plant=plant --map tractor_trailer=tractor_trailer,semi_trailer \
        --map rigid_truck=rigid_truck,tipper_truck,tank_truck
    python -m training.measure.evidence pair data/pair/manifest.csv --by vehicle \
        --only rigid_hauler_45t,special_chassis_4_axles

Crops of one label and one picture (or one catalogue row) are put into groups of 1, 2, 4 and 8. Each group is weighed
for its true label against each other label. Prints the log score by the exponent of pooling, and by the band of the
ratio how often the true label was favoured. 0.693 is the log score of a coin. Of single crops whose width is stated,
the median ratio by the pixels across the vehicle follows.
"""

from __future__ import annotations

import argparse
import csv
import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vehicle_id import Classifier
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.evaluation.evaluate import ALL_CLASSES
from vehicle_id.model.prior import prior_shift
from vehicle_id.report.evidence import MOST_LOG_RATIO, POOLING_EXPONENT
from vehicle_id.report.verdict import BANDS

SIZES = (1, 2, 4, 8)
PIXELS = (5, 8, 12, 16, 24, 48)
EDGES = (1.0, *(limit for limit, _ in BANDS[:-1]), 1000.0, math.inf)


def main() -> None:
    """Answer the crops, put groups together, weigh them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("title")
    parser.add_argument("data", type=Path)
    parser.add_argument("--by", required=True, help="column of the manifest that makes a group")
    parser.add_argument("--map", action="append", default=[], help="label=nodes")
    parser.add_argument("--only", help="two nodes: only crops under them, and only against each other")
    parser.add_argument("--within-family", action="store_true", help="only against labels of the same family")
    arguments = parser.parse_args()
    classifier = Classifier("overhead-1.1", top_k=ALL_CLASSES)
    labels, taxonomy = classifier.card.labels, classifier.card.taxonomy()
    with arguments.data.open(newline="") as file:
        manifest = list(csv.DictReader(file))
    mapping = dict(each.split("=") for each in arguments.map)
    rng = np.random.default_rng(0)
    crops: dict[tuple[str, str], list[NDArray[np.float64]]] = {}
    pixels: dict[tuple[str, str], list[float]] = {}
    for row, result in zip(manifest, classifier.classify_crops(read_labelled(arguments.data)), strict=True):
        label = row["label"]
        if arguments.only:
            path = taxonomy.path(label) if label in taxonomy else ()
            label = next((node for node in arguments.only.split(",") if node in path), "")
        if result.ok and (label in mapping or label in taxonomy):
            scores = {each.label: each.score for each in result.top}
            crops.setdefault((label, row[arguments.by]), []).append(np.array([scores[name] for name in labels]))
            across = float(row["width_m"]) / float(row["gsd_m"]) if row.get("width_m") else math.nan
            pixels.setdefault((label, row[arguments.by]), []).append(across)
    nodes = {label: mapping.get(label, label).split(",") for label, _ in crops}
    masks = {
        label: np.array([not set(taxonomy.path(leaf)).isdisjoint(named) for leaf in labels])
        for label, named in nodes.items()
    }
    masks = {label: mask for label, mask in masks.items() if any(taxonomy[n].has_size for n in nodes[label])}
    shift = prior_shift(labels, taxonomy, classifier.card.decision.family_prior)
    prior = np.exp(shift) / np.exp(shift).sum()
    families = taxonomy.families()
    family = {label: families[labels[int(mask.argmax())]] for label, mask in masks.items()}
    sums = []
    for label, rows in ((name, rows) for (name, _), rows in crops.items() if name in masks):
        others = [o for o in masks if o != label and (not arguments.within_family or family[o] == family[label])]
        for group in _groups(rows, rng):
            after = np.array([np.log(np.maximum(group @ masks[o], 1e-9) / prior[masks[o]].sum()) for o in others])
            own = np.log(np.maximum(group @ masks[label], 1e-9) / prior[masks[label]].sum())
            ratios = np.clip(own - after, -MOST_LOG_RATIO, MOST_LOG_RATIO).sum(axis=1) if others else []
            sums += [(len(group), float(each)) for each in ratios]
    _print(arguments.title, np.array(sums))
    singles = []
    for key, rows in crops.items():
        others = [o for o in masks if key[0] in masks and o != key[0] and family[o] == family[key[0]]]
        for leaves, across in zip(rows, pixels[key], strict=True):
            after = [
                math.log(max(leaves @ masks[o], 1e-9) / prior[masks[o]].sum()) for o in (key[0], *others) if others
            ]
            singles += [(across, after[0] - each) for each in after[1:]]
    for low, high in pairwise(PIXELS):
        chosen = [ratio for across, ratio in singles if low <= across < high]
        if chosen:
            print(f"  {low} to {high} pixels across: median ratio in the family {math.exp(np.median(chosen)):.0f} to 1")


def _groups(rows: Sequence[NDArray[np.float64]], rng: np.random.Generator) -> Iterator[NDArray[np.float64]]:
    """Groups of each size, without overlap within a size: `[crops, labels]`."""
    for size in SIZES:
        order = rng.permutation(len(rows))
        for start in range(0, len(rows) - size + 1, size):
            yield np.array([rows[i] for i in order[start : start + size]])


def _print(title: str, sums: NDArray[np.float64]) -> None:
    num, total = sums.T
    print(title)
    for exponent in (0.0, 0.25, 0.4, 0.5, 0.6, 0.75, 1.0):
        losses = np.logaddexp(0, -total / num**exponent)
        by_size = [float(losses[num == size].mean()) for size in SIZES if (num == size).any()]
        figures = ", ".join(f"{each:.4f}" for each in by_size)
        print(f"  exponent {exponent:.2f}: log score {np.mean(by_size):.4f} (groups of {SIZES}: {figures})")
    pooled = total / num**POOLING_EXPONENT
    for size in SIZES:
        chosen = num == size
        if chosen.any():
            print(f"  groups of {size}: {chosen.sum()} weighed, {np.mean(total[chosen] > 0):.4f} on the right side")
    for low, high in pairwise(EDGES):
        band = (np.abs(pooled) >= math.log(low)) & (np.abs(pooled) < math.log(high))
        if band.any():
            expected = np.mean(1 / (1 + np.exp(-np.abs(pooled[band]))))
            print(
                f"  ratio {low:g} to {high:g}: {band.sum()} weighed, right {np.mean(pooled[band] > 0):.4f}, as stated "
                f"by the ratio {expected:.4f}"
            )


if __name__ == "__main__":
    main()
