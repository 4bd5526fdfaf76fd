"""Measure models on what each did not train on, together: every mesh or place is held out once.

    python -m training.measure.held_out --part runs/a-model data/a.csv test --part runs/b-model data/b.csv test

A part is a model, a manifest, and the split of it that the model has not seen (`mixture.py --fold`, `ortho.py --fold`);
the manifests list the same crops, with other splits. Prints each figure with its 95 % interval from a bootstrap over
the groups, since crops of one vehicle or picture are alike; then the share of each family and class that is found.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from vehicle_id import Classifier
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.evaluation.evaluate import ALL_CLASSES, EvaluatedCrop, Evaluation, Measures, evaluate

DRAWS = 500
FIGURES: Final = {
    "class": ("top1", "accuracy"),
    "class, ECE": ("top1", "ece"),
    "family": ("families", "accuracy"),
    "family, macro-F1": ("families", "macro_f1"),
    "family or finer, precision": ("decided", "at_family", "precision"),
    "length, median error": ("size", "length_median_error"),
    "length in its 90 % interval": ("size", "length_in_interval"),
}
"""Where each figure stands in the measures of an evaluation."""
ANSWERED = "family or finer, share answered"


def joined(parts: Sequence[tuple[str, Path, str]], views: int | None = None) -> Evaluation:
    """One evaluation of all parts, each by its own model."""
    evaluations = [
        evaluate(Classifier(model, top_k=ALL_CLASSES, views=views), read_labelled(manifest), split=split)
        for model, manifest, split in parts
    ]
    return replace(evaluations[0], crops=[crop for each in evaluations for crop in each.crops])


def figures(evaluation: Evaluation) -> dict[str, float]:
    """The figures by name; those that cannot be computed are left out."""
    measures = evaluation.measures()
    found = {name: _value(measures, keys) for name, keys in FIGURES.items()}
    found[ANSWERED] = measures["decided"]["at_family"]["answered"] / measures["num_crops"]
    return {name: value for name, value in found.items() if value is not None}


def intervals(evaluation: Evaluation, rng: np.random.Generator) -> dict[str, tuple[float, float]]:
    """Between which values each figure lies in 95 % of the draws of as many groups."""
    groups: dict[str, list[EvaluatedCrop]] = {}
    for each in evaluation.crops:
        groups.setdefault(each.crop.group or str(each.crop.path), []).append(each)
    names = sorted(groups)
    drawn: dict[str, list[float]] = {}
    for _ in range(DRAWS):
        chosen = [names[number] for number in rng.integers(len(names), size=len(names))]
        part = replace(evaluation, crops=[crop for name in chosen for crop in groups[name]])
        for figure, value in figures(part).items():
            drawn.setdefault(figure, []).append(value)
    quantiles = {name: np.quantile(values, [0.025, 0.975]) for name, values in drawn.items()}
    return {name: (float(low), float(high)) for name, (low, high) in quantiles.items()}


def _value(measures: Measures, keys: Sequence[str]) -> float | None:
    found: Measures | float | None = measures
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, float) else None


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", nargs=3, action="append", required=True, metavar=("MODEL", "MANIFEST", "SPLIT"))
    parser.add_argument("--views", type=int, help="windows averaged for every answer; default: as on the card")
    options = parser.parse_args()
    evaluation = joined([(model, Path(name), split) for model, name, split in options.part], options.views)
    between = intervals(evaluation, np.random.default_rng(0))
    for name, value in figures(evaluation).items():
        print(f"{name:32} {value:.3f}  ({between[name][0]:.3f} to {between[name][1]:.3f})")
    measures = evaluation.measures()
    for table in ("families", "top1"):
        for label, score in measures.get(table, {}).get("classes", {}).items():
            if score["support"]:
                print(f"{table:10} {label:32} {score['support']:5}  found {score['recall']:.2f}", end="")
                print("" if score["precision"] is None else f"  right {score['precision']:.2f}")


if __name__ == "__main__":
    main()
