"""Baselines that use length and width alone: the nearest class range, and the nearest catalogue row.

    vehicle-id render --num 5100 --out data/rendered --seed 1
    python -m training.measure.size_rule data/rendered/manifest.csv [--noise 0.3]

A manifest of rendered crops gives the truth. `--noise` adds an error to both measurements, in metres, like that of a
person who marks the edges: two pixels at 0.3 m are 0.6 m, a standard deviation of about 0.3 m. With `--measured` the
rules use the sizes that a model measured on the same crops, and the model's own answers are printed for comparison:

    vehicle-id evaluate data/rendered/manifest.csv --crops answers.csv
    python -m training.measure.size_rule data/rendered/manifest.csv --measured answers.csv
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np

from vehicle_id.catalogue import load_catalogue
from vehicle_id.evaluation.metrics import accuracy, class_scores, confusion, macro_f1

NO_VEHICLE = "no vehicle"
"""The answer of a model that takes a vehicle for ground or clutter."""


def main() -> None:
    """Print accuracy and macro-F1 by class and by family, and the recall of each class."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--noise", type=float, default=0.0, help="standard deviation of the measurement, metres")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--measured", type=Path, help="CSV of vehicle-id evaluate --crops for the manifest")
    options = parser.parse_args()

    catalogue = load_catalogue()
    tree = catalogue.sized_taxonomy()
    leaves = [leaf for leaf in tree.leaves if tree[leaf].length_m and tree[leaf].width_m]
    with options.manifest.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["label"] in leaves]
    answers: dict[str, dict[str, str]] = {}
    if options.measured:
        with options.measured.open(newline="", encoding="utf-8") as file:
            answers = {Path(row["path"]).name: row for row in csv.DictReader(file) if row["measured_length_m"]}
        rows = [row for row in rows if Path(row["path"]).name in answers]
    measured = [answers.get(Path(row["path"]).name, {}) for row in rows]
    sizes = np.array(
        [
            [float(found.get(f"measured_{name}") or row[name]) for name in ("length_m", "width_m")]
            for row, found in zip(rows, measured, strict=True)
        ]
    )
    sizes = np.maximum(sizes + np.random.default_rng(options.seed).normal(0, options.noise, sizes.shape), 0.1)
    truth = np.array([leaves.index(row["label"]) for row in rows])

    ranges = np.log([[tree[leaf].length_m, tree[leaf].width_m] for leaf in leaves])
    known = [(leaves.index(leaf), row) for leaf in leaves for row in catalogue.of(leaf)]
    rows_m = np.log([[row.size_range("length_m"), row.size_range("width_m")] for _, row in known])
    by_row = np.array([index for index, _ in known])[nearest(np.log(sizes), rows_m)]
    every = [*leaves, NO_VEHICLE]
    families = {leaf: tree.path(leaf)[-2] if len(tree.path(leaf)) > 1 else leaf for leaf in leaves}
    names = [*sorted(set(families.values())), NO_VEHICLE]
    family = np.array([names.index(families.get(leaf, NO_VEHICLE)) for leaf in every])

    answers_of = {"nearest class range": nearest(np.log(sizes), ranges), "nearest catalogue row": by_row}
    if options.measured:
        answers_of["the model"] = np.array(
            [every.index(a["answer"]) if a["answer"] in leaves else len(leaves) for a in measured]
        )
    for rule, chosen in answers_of.items():
        print(rule)
        report("class", every, truth, chosen)
        report("family", names, family[truth], family[chosen])


def nearest(sizes: np.ndarray, ranges: np.ndarray) -> np.ndarray:
    """Range nearest to each size: least distance outside, then to the middle relative to its width; all in logs.

    Args:
        sizes: `[N, 2]`.
        ranges: `[R, 2, 2]`, lowest and highest of both dimensions.
    """
    low, high = ranges[None, :, :, 0], ranges[None, :, :, 1]
    given = sizes[:, None, :]
    outside = np.maximum(np.maximum(low - given, given - high), 0.0).sum(-1)
    from_middle = (np.abs(given - (low + high) / 2) / np.maximum((high - low) / 2, 0.01)).sum(-1)
    return np.argmin(outside * 1e3 + from_middle, axis=1)


def report(level: str, names: list[str], truth: np.ndarray, answers: np.ndarray) -> None:
    """Print one level."""
    matrix = confusion(truth, answers, num_classes=len(names))
    print(f"by {level}: accuracy {accuracy(truth, answers):.3f}, macro-F1 {macro_f1(matrix):.3f}, {len(truth)} crops")
    for name, score in zip(names, class_scores(matrix), strict=True):
        print(f"  {name:40s} recall {score.recall or 0:.2f}")


if __name__ == "__main__":
    main()
