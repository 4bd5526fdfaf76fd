"""Labels unlabelled windows with a model's own answers, where it is sure: self-training.

Of the windows of windows.py that train, those answered at the level of a class with a probability of at least `--sure`:
of a tile and class the surest few, of a class at most `--most`, so that cars and roofs do not crowd out the rest.

What it does not know: whether an answer is right. What the model takes for a tank in a car park is taught as a tank.

    python -m training.datasets.windows ../shared/data/ucmerced --out data/windows
    python -m training.datasets.self_taught data/windows/manifest.csv --out data/windows/self-taught.csv
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import frames
import ucmerced

from vehicle_id import Classifier
from vehicle_id.crops.manifest import Crop, read_manifest
from vehicle_id.results import Result

OF_A_TILE = 3
"""Windows of one class in one tile, the surest: windows overlap, and show one vehicle many times."""


def surest(crops: Sequence[Crop], answers: Sequence[Result], *, sure: float, most: int) -> list[int]:
    """Which of the answers to learn from, as numbers in order.

    Args:
        crops: of one tile are those of one group.
        answers: one for each.
        sure: least probability of the class.
        most: of one class.
    """
    found: dict[tuple[str, str], list[tuple[float, int]]] = defaultdict(list)
    for number, (crop, answer) in enumerate(zip(crops, answers, strict=True)):
        if answer.level == "class" and answer.label is not None and (answer.score or 0.0) >= sure:
            found[answer.label, crop.group or ""].append((-(answer.score or 0.0), number))
    of_class: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for (label, _), each in found.items():
        of_class[label] += sorted(each)[:OF_A_TILE]
    return sorted(number for each in of_class.values() for _, number in sorted(each)[:most])


def main() -> None:
    """Reads the command line, answers, writes the manifest, prints the counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("windows", type=Path, help="manifest of windows.py")
    parser.add_argument("--model", help="published name or path; default: the default model")
    parser.add_argument("--out", type=Path, required=True, help="manifest to write, beside that one")
    parser.add_argument("--sure", type=float, default=0.9, help="least probability")
    parser.add_argument("--most", type=int, default=200, help="windows of one class")
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
