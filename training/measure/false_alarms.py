"""Count false alarms: windows without such vehicles that are answered as launcher chassis, haul truck or tank.

    python -m training.datasets.windows ../shared/data/ucmerced --out data/windows
    python -m training.measure.false_alarms data/windows/manifest.csv [--model NAME] [--out data/windows/none.csv]

The windows show housing, sports grounds, offices and car parks in the United States. Every answer there of a haul
truck, a special chassis, tracked armour, plant or a rail vehicle, at the model's own thresholds, counts as false.
Prints, for the windows of the test split, the number of such answers, and the number of windows whose best class is one
of these.

With `--out`, writes a manifest of the other windows whose best class is one of these, labelled `none`, for a training
set (mixture.py --real); without car parks, which do contain vehicles.

Limits: nobody has labelled the windows. An analyst cuts a crop around one object; a window is not such a crop. A digger
in a garden would count as a false alarm.
"""

from __future__ import annotations

import argparse
import csv
import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from vehicle_id import Classifier
from vehicle_id.crops.manifest import read_manifest
from vehicle_id.files import write_whole
from vehicle_id.results import Result
from vehicle_id.taxonomy import Taxonomy

FALSE = ("haul_truck", "special_chassis", "tracked_armour", "plant", "rail_vehicle")
CAR_PARK = "parkinglot"


def false_family(tree: Taxonomy, label: str | None) -> str | None:
    """The node of `FALSE` that a label is, or lies under."""
    path = tree.path(label) if label is not None and label in tree else ()
    return next((name for name in FALSE if name in path), None)


def best_family(tree: Taxonomy, answer: Result) -> str | None:
    """The node of `FALSE` that the best class of an answer lies under."""
    return false_family(tree, answer.top[0].label) if answer.top else None


def count_false(tree: Taxonomy, answers: Sequence[Result]) -> dict[str, tuple[int, int]]:
    """For each family of `FALSE`: answers with it or a node under it, and answers whose best class is under it."""
    named = Counter(false_family(tree, each.label) for each in answers)
    first = Counter(best_family(tree, each) for each in answers)
    return {family: (named[family], first[family]) for family in FALSE}


def main() -> None:
    """Read the command line, classify, print the counts, write the training windows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("windows", type=Path, help="manifest of windows.py")
    parser.add_argument("--model", help="published name or path; default: the default model")
    parser.add_argument("--out", type=Path, help="manifest of windows to train on, in the same folder")
    options = parser.parse_args()

    with options.windows.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    crops = list(read_manifest(options.windows))
    if not options.out:
        crops = [crop for crop in crops if crop.split == "test"]
    with Classifier(options.model) as classifier:
        tree = classifier.card.taxonomy()
        answers = list(classifier.classify_crops(crops))
    measured = [answer for crop, answer in zip(crops, answers, strict=True) if crop.split == "test"]
    print(f"{len(measured)} windows\nfamily, answers, best class")
    found = count_false(tree, measured)
    for family, counts in found.items():
        print(family, *counts)
    print("all", *(sum(column) for column in zip(*found.values(), strict=True)))
    if not options.out:
        return
    training = [
        {**row, "label": "none"}
        for row, answer in zip(rows, answers, strict=True)
        # the file has the name of its tile, the tile that of its land use
        if row["split"] != "test" and not Path(row["path"]).name.startswith(CAR_PARK) and best_family(tree, answer)
    ]
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(training)
    write_whole(options.out, table.getvalue().encode())
    splits = Counter(row["split"] for row in training)
    print("to train on:", ", ".join(f"{split} {count}" for split, count in sorted(splits.items())))


if __name__ == "__main__":
    main()
