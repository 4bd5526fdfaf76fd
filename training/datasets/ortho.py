"""Cut the boxes of the open orthophotos (`ortho/`, and `ortho_boxes.csv`) into crops with a manifest.

Boxes marked `measure` become the split `test`; no released model is trained on them. Every place of the others is in
one of four folds, by the hash of its name. `--fold 0` to `3`, which may be repeated, leaves the places of that fold
out of training, as the split `left_out`; without it all of them train.

    python -m training.datasets.ortho ../shared/data/ortho --out data/ortho [--fold 0]

Limits: the outline of a vehicle is not known. A length is computed from the axis-aligned box and the usual width of the
class, and is missing where the box is nearly square. The ground sample distance is accurate to 5 to 10 %.
"""

import argparse
import csv
import shutil
from collections import Counter
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path

from PIL import Image

from training.datasets.frames import read_box, read_rows, solve_length, square

OWN_BOXES = Path(__file__).with_name("ortho_boxes.csv")
"""Further boxes on the same pictures, drawn for this project."""
FOLDS = 4
CONTEXT = {"train": 2.0, "left_out": 1.4, "test": 1.4}
"""Side of a crop divided by the longer side of the box."""
CLASSES = {"concrete_mixer": "road_truck"}
"""Labels that are not in the class tree, and the node they are trained and measured as."""
WIDTH_M = {"bus": 2.5, "tractor_trailer": 2.55, "semi_trailer": 2.55}
"""Usual widths of the classes whose boxes tell a length; light and heavy lorries differ too much."""
COLUMNS = (
    *("path", "label", "gsd_m", "group", "split", "origin", "margin_px", "length_m", "width_m", "place", "source"),
)


def fold_of(place: str) -> int:
    """The fold of a place, the same on every machine."""
    return int(sha256(place.encode()).hexdigest(), 16) % FOLDS


def split_of(row: dict[str, str], held_folds: Collection[int]) -> str:
    """The split of a box."""
    if row["use"] == "measure":
        return "test"
    return "left_out" if fold_of(row["place"]) in held_folds else "train"


def cut(folder: Path, number: int, row: dict[str, str], *, held_folds: Collection[int], out: Path) -> dict[str, object]:
    """Write the crop of one box; returns its row of the manifest."""
    split, label = split_of(row, held_folds), CLASSES.get(row["label"], row["label"])
    box, gsd_m, width_m = read_box(row), float(row["gsd_m"]), WIDTH_M.get(row["label"])
    with Image.open(folder / row["image"]) as file:
        image = file.convert("RGB")
    window, margin_px = square(box, image.size, CONTEXT[split])
    length_m = width_m and solve_length(box, size=image.size, gsd_m=gsd_m, width_m=width_m)
    path = Path(split, label, f"{Path(row['image']).stem}_{number}.png")
    (out / path).parent.mkdir(parents=True, exist_ok=True)
    image.crop(window).save(out / path)
    return {
        "path": path.as_posix(),
        "label": label,
        "gsd_m": gsd_m,
        "group": Path(row["image"]).stem,
        "split": split,
        "origin": "real",
        "margin_px": margin_px,
        "length_m": length_m or "",
        "width_m": width_m if length_m else "",
        "place": row["place"],
        "source": row["licence"],
    }


def main() -> None:
    """Read the command line, cut, write the manifest, print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="pictures with boxes.csv")
    parser.add_argument("--out", type=Path, required=True, help="folder for crops and manifest.csv")
    parser.add_argument(
        "--fold", type=int, action="append", default=[], choices=range(FOLDS), help="fold whose places do not train"
    )
    options = parser.parse_args()
    for split in CONTEXT:
        shutil.rmtree(options.out / split, ignore_errors=True)
    boxes = read_rows(options.folder / "boxes.csv") + read_rows(OWN_BOXES)
    held, out = options.fold, options.out
    rows = [cut(options.folder, number, row, held_folds=held, out=out) for number, row in enumerate(boxes)]
    with (options.out / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    for key, count in sorted(Counter((str(row["split"]), str(row["label"])) for row in rows).items()):
        print(*key, count)


if __name__ == "__main__":
    main()
