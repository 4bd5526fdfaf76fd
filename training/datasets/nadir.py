"""Copy the nadir crops of a test set, with their manifest.

From `overhead-dev` it takes the crops with view = nadir. The oblique ones have no ground sample distance and are
outside the task of an overhead model. `image` becomes the group, by which the set is halved. These crops must never
train.

    python -m training.datasets.nadir ../shared/data/overhead-dev --out data/overhead-dev
"""

import argparse
import csv
import shutil
from collections import Counter
from pathlib import Path

COLUMNS = ("path", "label", "gsd_m", "group", "source")


def main() -> None:
    """Read the command line, copy, write the manifest, print the counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="folder for crops and manifest.csv")
    options = parser.parse_args()

    with (options.folder / "manifest.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["view"] == "nadir"]
    for row in rows:
        row["group"] = row["image"]
        (options.out / row["path"]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(options.folder / row["path"], options.out / row["path"])
    with (options.out / "manifest.csv").open("w", newline="", encoding="utf-8") as manifest:
        writer = csv.DictWriter(manifest, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    for label, count in sorted(Counter(row["label"] for row in rows).items()):
        print(label, count)


if __name__ == "__main__":
    main()
