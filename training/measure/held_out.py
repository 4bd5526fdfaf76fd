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

from vehicle_id import Classifier
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.evaluation.evaluate import ALL_CLASSES, Evaluation, evaluate
from vehicle_id.evaluation.tables import Measures

FIGURES: Final = {
    "class": ("top1", "accuracy"),
    "class, ECE": ("top1", "ece"),
    "family": ("families", "accuracy"),
    "family, macro-F1": ("families", "macro_f1"),
    "family or finer, precision": ("decided", "precision_at_family"),
    "family or finer, share answered": ("decided", "share_at_family"),
    "length, median error": ("size", "length_median_error"),
    "length in its 90 % interval": ("size", "length_in_interval"),
}
"""Where the interval of each figure stands in the measures of an evaluation."""


def joined(parts: Sequence[tuple[str, Path, str]], views: int | None = None) -> Evaluation:
    """One evaluation of all parts, each by its own model."""
    evaluations = [
        evaluate(Classifier(model, top_k=ALL_CLASSES, views=views), read_labelled(manifest), split=split)
        for model, manifest, split in parts
    ]
    return replace(evaluations[0], crops=[crop for each in evaluations for crop in each.crops])


def figures(measures: Measures) -> dict[str, tuple[float, float, float]]:
    """The figures with the two ends of their intervals, by name; those that cannot be computed are left out."""
    at_family = measures["decided"]["at_family"]
    decided = {
        "precision_at_family": at_family["precision"],
        "share_at_family": at_family["answered"] / measures["num_crops"],
    }
    found = {}
    for name, (part, figure) in FIGURES.items():
        ends = measures["intervals"].get(part, {}).get(figure)
        if ends is not None:
            value = decided[figure] if part == "decided" else measures[part][figure]
            found[name] = (value, *ends)
    return found


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", nargs=3, action="append", required=True, metavar=("MODEL", "MANIFEST", "SPLIT"))
    parser.add_argument("--views", type=int, help="windows averaged for every answer; default: as on the card")
    options = parser.parse_args()
    evaluation = joined([(model, Path(name), split) for model, name, split in options.part], options.views)
    measures = evaluation.measures()
    for name, (value, low, high) in figures(measures).items():
        print(f"{name:32} {value:.3f}  ({low:.3f} to {high:.3f})")
    for table in ("families", "top1"):
        for label, score in measures.get(table, {}).get("classes", {}).items():
            if score["support"]:
                print(f"{table:10} {label:32} {score['support']:5}  found {score['recall']:.2f}", end="")
                print("" if score["precision"] is None else f"  right {score['precision']:.2f}")


if __name__ == "__main__":
    main()
