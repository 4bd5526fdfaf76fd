"""Count answers that change when the crop is rotated, and confusions of haul trucks with launcher chassis.

    vehicle-id render --num 2040 --seed 9001 --gsd 0.3 --out data/test-0.3
    vehicle-id render --num 1020 --seed 9003 --gsd 0.3:0.7 --stress --classes haul_truck,special_chassis \
        --out data/test-worst
    python -m training.measure.views data/test-0.3/manifest.csv data/test-worst/manifest.csv [--model NAME]

For every manifest it prints: the share of crops whose best class changes when the picture in the file is rotated by 90,
180 and 270 degrees; the share of rigid haul trucks whose best class is the true payload class or a neighbour of it;
and, at the model's own thresholds, the number of haul trucks answered as a special chassis or a node under it, of
special chassis answered as a haul truck, and of other vehicles and ground answered as either.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vehicle_id import Classifier
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.crops.manifest import Crop
from vehicle_id.crops.open import decode_crop
from vehicle_id.results import Result
from vehicle_id.taxonomy import Taxonomy

SIDES = ("haul_truck", "special_chassis")


def classify_rotated(classifier: Classifier, crops: Sequence[Crop], turns: int) -> list[Result]:
    """Answers for the crops rotated by `turns` quarter turns."""
    return [
        classifier.classify(np.ascontiguousarray(np.rot90(image.pixels, turns)), gsd_m=image.gsd_m)
        for image in (decode_crop(crop.path, gsd_m=crop.gsd_m, bands=crop.bands) for crop in crops)
    ]


def side(tree: Taxonomy, label: str | None) -> str:
    """Haul truck, special chassis, or other; unknown and coarser answers are other."""
    path = tree.path(label) if label in tree else ()
    return next((name for name in SIDES if name in path), "other")


def within_one_step(crops: Sequence[Crop], answers: Sequence[Result], payloads: Sequence[str]) -> list[bool]:
    """For the crops of these classes, whether the best class is the true one or a neighbour in their order."""
    return [
        answer.top[0].label in payloads
        and abs(payloads.index(answer.top[0].label) - payloads.index(crop.label or "")) <= 1
        for crop, answer in zip(crops, answers, strict=True)
        if crop.label in payloads and answer.ok
    ]


def main() -> None:
    """Print the results of every manifest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifests", type=Path, nargs="+")
    parser.add_argument("--model", help="published name or path; default: the default model")
    options = parser.parse_args()

    classifier = Classifier(options.model)
    tree = classifier.card.taxonomy()
    for manifest in options.manifests:
        crops = list(read_labelled(manifest))
        answers = list(classifier.classify_crops(crops))
        answered = [number for number, answer in enumerate(answers) if answer.ok]
        print(f"{manifest}: {len(crops)} crops, {len(answered)} answered")
        for turns in (1, 2, 3):
            again = classify_rotated(classifier, [crops[number] for number in answered], turns)
            changed = sum(
                new.top[0].label != answers[old].top[0].label for new, old in zip(again, answered, strict=True)
            )
            print(
                f"  rotated by {90 * turns:3} degrees: best class changes for {changed} ({changed / len(answered):.2%})"
            )
        payloads = [leaf for leaf in tree.leaves if leaf.startswith("rigid_hauler_")]
        near = within_one_step(crops, answers, payloads)
        if near:
            print(f"  {len(near)} rigid haul trucks: {sum(near) / len(near):.3f} within one payload class")
        counts = Counter((side(tree, crops[number].label), side(tree, answers[number].label)) for number in answered)
        for truth in (*SIDES, "other"):
            row = ", ".join(f"{answer} {counts[truth, answer]}" for answer in (*SIDES, "other"))
            print(f"  {truth:16} answered as: {row}")


if __name__ == "__main__":
    main()
