"""Label unlabelled windows with a model's own confident answers: self-training.

Takes the training windows of windows.py that the model answers with a class of probability at least `--sure`: the most
confident few per tile and class, and at most `--most` per class, so that cars and roofs do not dominate.

Limits: nothing checks whether an answer is right. A wrong `tank` in a car park becomes a training example of a tank.

    python -m training.datasets.windows ../shared/data/ucmerced --out data/windows
    python -m training.datasets.self_taught data/windows/manifest.csv --out data/windows/self-taught.csv
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from training.datasets import frames, ucmerced
from vehicle_id import Classifier
from vehicle_id.crops.manifest import Crop, read_manifest
from vehicle_id.results import Result

PER_TILE = 3
"""Windows of one class per tile; windows overlap and show one vehicle many times."""


def surest(crops: Sequence[Crop], answers: Sequence[Result], *, sure: float, most: int) -> list[int]:
    """Numbers of the answers to train on, in order.

    Args:
        crops: the windows; those of one tile have one group.
        answers: one per window.
        sure: lowest probability of the class.
        most: windows per class.
    """
    found: dict[tuple[str, str], list[tuple[float, int]]] = defaultdict(list)
    for number, (crop, answer) in enumerate(zip(crops, answers, strict=True)):
        if answer.level == "class" and answer.label is not None and (answer.score or 0.0) >= sure:
            found[answer.label, crop.group or ""].append((-(answer.score or 0.0), number))
    of_class: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for (label, _), each in found.items():
        of_class[label] += sorted(each)[:PER_TILE]
    return sorted(number for each in of_class.values() for _, number in sorted(each)[:most])


def main() -> None:
    """Read the command line, classify, write the manifest, print the counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("windows", type=Path, help="manifest of windows.py")
    parser.add_argument("--model", help="published name or path; default: the default model")
    parser.add_argument("--out", type=Path, required=True, help="manifest to write, in the same folder")
    parser.add_argument("--sure", type=float, default=0.9, help="lowest probability")
    parser.add_argument("--most", type=int, default=200, help="most windows per class")
    options = parser.parse_args()

    rows = [row for row in frames.read_rows(options.windows) if row["split"] == "train"]
    crops = [crop for crop in read_manifest(options.windows) if crop.split == "train"]
    with Classifier(options.model) as classifier:
        answers = list(classifier.classify_crops(crops))
    kept = surest(crops, answers, sure=options.sure, most=options.most)
    ucmerced.write_rows(options.out, [{**rows[number], "label": answers[number].label} for number in kept])
    print(len(crops), "windows,", len(kept), "kept")
    for label, count in sorted(Counter(str(answers[number].label) for number in kept).items()):
        print(label, count)


if __name__ == "__main__":
    main()
