"""How often is a launcher chassis, a haul truck or a tank named where there is none? And what to teach against it.

    python -m training.datasets.windows ../shared/data/ucmerced --out data/windows
    python -m training.measure.false_alarms data/windows/manifest.csv [--model NAME] [--out data/windows/none.csv]

Windows of housing, sports grounds, offices and car parks in the United States: every answer there that names a haul
truck, a special chassis, tracked armour, plant or a rail vehicle, at the model's own thresholds, is taken to be false.
Prints for the windows of the test split how many are answered so, and how many have their likeliest class there.

With `--out`, writes a manifest of the other windows whose likeliest class is one of those, labelled `none`, for a
training set (mixture.py --real); not of car parks, which do hold vehicles.

What it does not know: what each window shows. A window is no crop of an analyst, who cuts round one object. A digger in
a garden would be counted as a false alarm.
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
    """Which of `FALSE` a label is, or lies under."""
    path = tree.path(label) if label is not None and label in tree else ()
    return next((name for name in FALSE if name in path), None)


def likeliest(tree: Taxonomy, answer: Result) -> str | None:
    """Which of `FALSE` the likeliest class of an answer lies under."""
    return false_family(tree, answer.top[0].label) if answer.top else None


def counted(tree: Taxonomy, answers: Sequence[Result]) -> dict[str, tuple[int, int]]:
    """For each false family: answers that name it or anything under it, and answers whose likeliest class is there."""
    named = Counter(false_family(tree, each.label) for each in answers)
    first = Counter(likeliest(tree, each) for each in answers)
    return {family: (named[family], first[family]) for family in FALSE}


def main() -> None:
    """Reads the command line, answers, prints the counts, writes what may be taught."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("windows", type=Path, help="manifest of windows.py")
    parser.add_argument("--model", help="published name or path; default: the default model")
    parser.add_argument("--out", type=Path, help="manifest of windows to train on, beside that of the windows")
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
    print(f"{len(measured)} windows\nfamily, named, likeliest")
    found = counted(tree, measured)
    for family, counts in found.items():
        print(family, *counts)
    print("all", *(sum(column) for column in zip(*found.values(), strict=True)))
    if not options.out:
        return
    taught = [
        {**row, "label": "none"}
        for row, answer in zip(rows, answers, strict=True)
        # the file is named for its tile, the tile for its land use
        if row["split"] != "test" and not Path(row["path"]).name.startswith(CAR_PARK) and likeliest(tree, answer)
    ]
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(taught)
    write_whole(options.out, table.getvalue().encode())
    splits = Counter(row["split"] for row in taught)
    print("to teach:", ", ".join(f"{split} {count}" for split, count in sorted(splits.items())))


if __name__ == "__main__":
    main()
