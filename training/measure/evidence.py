r"""How likelihood ratios of `vehicle-id compare` should be pooled, and how often they are on the right side.

    vehicle-id render --num 1020 --seed 20261202 --gsd 0.15:0.6 --out data/rates
    vehicle-id render --num 1200 --seed 20261201 --gsd 0.25:0.5 --out data/pair \
        --classes rigid_hauler_45t,special_chassis_4_axles
    python -m training.measure.evidence renders data/rates/manifest.csv --by vehicle --within-family
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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vehicle_id import Classifier
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.evaluation.evaluate import ALL_CLASSES
from vehicle_id.model.prior import class_priors
from vehicle_id.report.evidence import MOST_LOG_RATIO, POOLING_EXPONENT
from vehicle_id.report.verdict import BANDS

SIZES = (1, 2, 4, 8)
PIXELS = (5, 8, 12, 16, 24, 48)
EDGES = (1.0, *(limit for limit, _ in BANDS[:-1]), 1000.0, math.inf)


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """Groups of crops that were weighed for their label against another one."""

    num: NDArray[np.float64]
    """`[N]`, crops of each group."""
    total: NDArray[np.float64]
    """`[N]`, sum of the log ratios of its crops; positive = for the true label."""
    across: NDArray[np.float64]
    """`[M]`, width of the vehicle in pixels, of single crops against labels of their family; NaN = not known."""
    single: NDArray[np.float64]
    """`[M]`, their log ratios."""

    def log_scores(self, exponent: float) -> dict[int, float]:
        """Size of the groups -> mean log score, with ratios divided by their number to the power of this."""
        losses = np.logaddexp(0, -self.total / self.num**exponent)
        return {size: float(losses[self.num == size].mean()) for size in SIZES if (self.num == size).any()}

    def right(self, size: int) -> tuple[int, float]:
        """Groups of a size, and the share in which the true label is favoured."""
        chosen = self.num == size
        return int(chosen.sum()), float(np.mean(self.total[chosen] > 0)) if chosen.any() else math.nan

    def right_between(self, low: float, high: float) -> tuple[int, float, float]:
        """Of the pooled ratios in between: their number, the share that is right, and the share that they state."""
        pooled = self.total / self.num**POOLING_EXPONENT
        band = pooled[(np.abs(pooled) >= math.log(low)) & (np.abs(pooled) < math.log(high))]
        stated = 1 / (1 + np.exp(-np.abs(band)))
        return len(band), *((float(np.mean(band > 0)), float(stated.mean())) if len(band) else (math.nan, math.nan))

    def median_ratio(self, low: float, high: float) -> float:
        """Of single crops that are so many pixels across, against other labels of their family."""
        chosen = self.single[(self.across >= low) & (self.across < high)]
        return math.exp(np.median(chosen)) if len(chosen) else math.nan


def weighed(
    classifier: Classifier,
    data: Path,
    *,
    by: str,
    mapping: Mapping[str, str],
    only: Sequence[str] = (),
    within_family: bool = False,
) -> Weighed:
    """Answer the crops, put groups together, weigh them.

    Args:
        classifier: with all classes in `top`.
        data: manifest of the crops.
        by: column of the manifest that makes a group.
        mapping: label -> nodes, separated by commas.
        only: two nodes: only crops under them, and only against each other.
        within_family: only against labels of the same family.
    """
    labels, taxonomy = classifier.card.labels, classifier.card.taxonomy()
    with data.open(newline="", encoding="utf-8") as file:
        manifest = list(csv.DictReader(file))
    rng = np.random.default_rng(0)
    crops: dict[tuple[str, str], list[NDArray[np.float64]]] = {}
    pixels: dict[tuple[str, str], list[float]] = {}
    for row, result in zip(manifest, classifier.classify_crops(read_labelled(data)), strict=True):
        label = row["label"]
        if only:
            path = taxonomy.path(label) if label in taxonomy else ()
            label = next((node for node in only if node in path), "")
        if result.ok and (label in mapping or label in taxonomy):
            scores = {each.label: each.score for each in result.top}
            crops.setdefault((label, row[by]), []).append(np.array([scores[name] for name in labels]))
            across = float(row["width_m"]) / float(row["gsd_m"]) if row.get("width_m") else math.nan
            pixels.setdefault((label, row[by]), []).append(across)
    masks, family = _masks({label: mapping.get(label, label).split(",") for label, _ in crops}, classifier)
    prior = class_priors(classifier.card)
    sums, singles = list[tuple[int, float]](), list[tuple[float, float]]()
    for (label, place), rows in crops.items():
        if label not in masks:
            continue
        of_family = [other for other in masks if other != label and family[other] == family[label]]
        others = of_family if within_family else [other for other in masks if other != label]
        for group in _groups(rows, rng):
            for ratios in _log_ratios(group, masks[label], [masks[other] for other in others], prior):
                sums.append((len(group), float(np.clip(ratios, -MOST_LOG_RATIO, MOST_LOG_RATIO).sum())))
        for ratios in _log_ratios(np.array(rows), masks[label], [masks[other] for other in of_family], prior):
            singles += zip(pixels[label, place], map(float, ratios), strict=True)
    num, total = np.array(sums, float).T
    across_px, single = np.array(singles, float).reshape(-1, 2).T
    return Weighed(num=num, total=total, across=across_px, single=single)


def _masks(
    nodes: Mapping[str, Sequence[str]], classifier: Classifier
) -> tuple[dict[str, NDArray[np.bool_]], dict[str, str]]:
    """Of each label that is a vehicle, which leaves it may be `[C]`, and its family."""
    labels, taxonomy = classifier.card.labels, classifier.card.taxonomy()
    masks = {
        label: np.array([not set(taxonomy.path(leaf)).isdisjoint(named) for leaf in labels])
        for label, named in nodes.items()
        if any(taxonomy[node].has_size for node in named)
    }
    families = taxonomy.families()
    return masks, {label: families[labels[int(mask.argmax())]] for label, mask in masks.items()}


def _log_ratios(
    leaves: NDArray[np.float64],
    own: NDArray[np.bool_],
    others: Sequence[NDArray[np.bool_]],
    prior: NDArray[np.float64],
) -> list[NDArray[np.float64]]:
    """For each other label the log ratios of the crops `[N]`, whose probabilities are `[N, C]`."""
    evidence = [np.log(np.maximum(leaves @ mask, 1e-9) / prior[mask].sum()) for mask in (own, *others)]
    return [evidence[0] - other for other in evidence[1:]]


def main() -> None:
    """Read the command line, weigh, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("title")
    parser.add_argument("data", type=Path)
    parser.add_argument("--by", required=True, help="column of the manifest that makes a group")
    parser.add_argument("--map", action="append", default=[], help="label=nodes")
    parser.add_argument("--only", help="two nodes: only crops under them, and only against each other")
    parser.add_argument("--within-family", action="store_true", help="only against labels of the same family")
    parser.add_argument("--model", help="published name or path; default: the default model")
    arguments = parser.parse_args()
    found = weighed(
        Classifier(arguments.model, top_k=ALL_CLASSES),
        arguments.data,
        by=arguments.by,
        mapping=dict(each.split("=") for each in arguments.map),
        only=arguments.only.split(",") if arguments.only else (),
        within_family=arguments.within_family,
    )
    print(arguments.title)
    for exponent in (0.0, 0.25, 0.4, 0.5, 0.6, 0.75, 1.0):
        scores = found.log_scores(exponent)
        figures = ", ".join(f"{size}: {each:.4f}" for size, each in scores.items())
        print(f"  exponent {exponent:.2f}: log score {np.mean(list(scores.values())):.4f} (groups of {figures})")
    for size in SIZES:
        num, share = found.right(size)
        print(f"  groups of {size}: {num} weighed, {share:.4f} on the right side")
    for low, high in pairwise(EDGES):
        num, share, stated = found.right_between(low, high)
        print(f"  ratio {low:g} to {high:g}: {num} weighed, right {share:.4f}, as stated by the ratio {stated:.4f}")
    for low, high in pairwise(PIXELS):
        print(f"  {low} to {high} pixels across: median ratio in the family {found.median_ratio(low, high):.0f} to 1")


def _groups(rows: Sequence[NDArray[np.float64]], rng: np.random.Generator) -> Iterator[NDArray[np.float64]]:
    """Groups of each size, without overlap within a size: `[crops, labels]`."""
    for size in SIZES:
        order = rng.permutation(len(rows))
        for start in range(0, len(rows) - size + 1, size):
            yield np.array([rows[i] for i in order[start : start + size]])


if __name__ == "__main__":
    main()
