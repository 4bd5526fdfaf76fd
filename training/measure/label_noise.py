"""Exchange some labels of real crops at random, and measure how many of them `dataset check` finds.

    python -m training.measure.label_noise ../shared/data/overhead-dev/manifest.csv [--share 0.05] [--seeds 5]

Prints recall and precision, the mean over the seeds. The precision counts labels that are wrong in the data set itself,
and were not exchanged, as false: it is a lower bound.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vehicle_id import Classifier, Crop
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.dataset.labels import suspect_labels


def found(
    crops: Sequence[Crop], embeddings: NDArray[np.float32], *, share: float, rng: np.random.Generator
) -> tuple[float, float]:
    """Recall and precision of the suspects, where this share of the labels was exchanged for another of the set."""
    names = sorted({crop.label or "" for crop in crops})
    is_wrong = rng.random(len(crops)) < share
    steps = rng.integers(1, len(names), len(crops))
    labels = [
        names[(names.index(crop.label or "") + int(step)) % len(names)] for crop, step in zip(crops, steps, strict=True)
    ]
    noisy = [
        replace(crop, label=new) if wrong else crop for crop, new, wrong in zip(crops, labels, is_wrong, strict=True)
    ]
    exchanged = {crop.path for crop, wrong in zip(crops, is_wrong, strict=True) if wrong}
    suspects = {fault.paths[0] for fault in suspect_labels(noisy, embeddings)}
    right = len(exchanged & suspects)
    return right / max(len(exchanged), 1), right / max(len(suspects), 1)


def measured(classifier: Classifier, crops: Sequence[Crop], *, share: float, seeds: int) -> tuple[float, float]:
    """Recall and precision of the suspects, the mean over the seeds."""
    embeddings = classifier.embed([crop.path for crop in crops], gsd_m=[crop.gsd_m for crop in crops])
    shares = [found(crops, embeddings, share=share, rng=np.random.default_rng(seed)) for seed in range(seeds)]
    recall, precision = np.mean(shares, 0)
    return float(recall), float(precision)


def main() -> None:
    """Read the command line, print the two shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="labelled crops")
    parser.add_argument("--share", type=float, default=0.05, help="of the labels; default: 0.05")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--model", help="published name, or path")
    options = parser.parse_args()
    crops = list(read_labelled(options.data))
    classifier = Classifier(options.model, views=1)
    recall, precision = measured(classifier, crops, share=options.share, seeds=options.seeds)
    print(f"{len(crops)} crops, {options.share:.0%} exchanged: recall {recall:.3f}, precision {precision:.3f}")


if __name__ == "__main__":
    main()
