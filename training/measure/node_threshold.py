"""Count what a threshold of one node would let pass: crops that belong to it, and crops that do not.

    python -m training.measure.node_threshold special_chassis data/windows/manifest.csv --splits train val
    python -m training.measure.node_threshold special_chassis data/test-0.3/manifest.csv [--model NAME]

For each manifest and threshold it prints how many crops of the node, or of nodes under it, have at least that
probability of it, and how many others. Crops without a label are others: name only manifests whose unlabelled crops
show no such vehicle. Crops with a label above the node, which leaves it open, are left out. The thresholds are
`THRESHOLDS` and the model's own; `calibrate.least_node_threshold` of a recipe sets one.

Limits: an answer needs the threshold of its level too, so there are at most as many answers. Choose a threshold on
crops that do not measure the model.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vehicle_id import Classifier
from vehicle_id.crops.manifest import Crop, read_manifest
from vehicle_id.evaluation.evaluate import ALL_CLASSES
from vehicle_id.results import Result
from vehicle_id.taxonomy import Taxonomy

THRESHOLDS = (0.9, 0.925, 0.95, 0.96, 0.97, 0.975, 0.98, 0.99)


def node_scores(
    tree: Taxonomy, node: str, crops: Sequence[Crop], answers: Sequence[Result]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The probability of the node for the crops that belong to it, and for those that do not.

    Args:
        tree: of the model.
        node: a name in it.
        crops: with their labels.
        answers: one for each crop, with all classes. Those that are errors are left out.
    """
    under, other = [], []
    for crop, answer in zip(crops, answers, strict=True):
        label = crop.label if crop.label in tree else None
        if answer.ok and (label is None or label not in tree.path(node)[:-1]):
            score = sum(each.score for each in answer.top if node in tree.path(each.label))
            (under if label is not None and node in tree.path(label) else other).append(score)
    return np.array(under), np.array(other)


def main() -> None:
    """Read the command line, classify, print a table for each manifest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("node", help="name in the model's class tree")
    parser.add_argument("manifests", type=Path, nargs="+")
    parser.add_argument("--splits", nargs="+", help="only crops of these splits; default: all")
    parser.add_argument("--model", help="published name or path; default: the default model")
    options = parser.parse_args()
    with Classifier(options.model, top_k=ALL_CLASSES) as classifier:
        tree = classifier.card.taxonomy()
        if options.node not in tree:
            raise SystemExit(f"{options.node!r} is not in the class tree: {', '.join(tree.names)}")
        own = classifier.card.decision.node_thresholds.get(options.node)
        for manifest in options.manifests:
            crops = [each for each in read_manifest(manifest) if not options.splits or each.split in options.splits]
            under, other = node_scores(tree, options.node, crops, list(classifier.classify_crops(crops)))
            print(f"{manifest}\nthreshold, {options.node} ({len(under)}), others ({len(other)})")
            for threshold in sorted({*THRESHOLDS, *([own] if own else [])}):
                mark = " (of the model)" if threshold == own else ""
                print(f"{threshold:.3f}{mark} {np.sum(under >= threshold)} {np.sum(other >= threshold)}")


if __name__ == "__main__":
    main()
