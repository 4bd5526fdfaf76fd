"""Join rendered and real crops into the one manifest that a training run reads.

Rendered crops of held-out rows of the catalogue are for test only, to measure shapes that were never trained on; 5 % of
the others are for validation. The held-out row of each class with five rows or more is the row whose name has the
smallest hash, the same on every machine. Real crops keep the split of their place. --map renames labels of the real
data to nodes of the class tree, also to coarser ones. Renders given with --validating only validate: a threshold at
which one answer in two hundred is wrong needs more than two hundred crops. Crops given with --calibrating fit the
decision alone, half a of them; the labels of `CALIBRATING` are renamed. Renders of meshes (origin `mesh`) train, but
those in the folds `--fold`, which are for test (`mesh_folds`); none validates.

    python -m training.datasets.mixture --rendered data/renders/manifest.csv \
        --real data/overhead-0.1/manifest.csv --real data/negatives/manifest.csv \
        --map background=none --map truck=road_truck --out data/overhead-1.0.csv

With `--measure`, the splits of rendered crops are `known_rows` and `new_rows` (held out).
"""

import argparse
import csv
import hashlib
import io
import os
import zlib
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

from vehicle_id.catalogue import Catalogue, load_catalogue
from vehicle_id.crops.labelled import select
from vehicle_id.crops.manifest import read_manifest
from vehicle_id.files import write_whole

SPLITS = ("train", "val", "test")
COLUMNS = (
    *("path", "label", "gsd_m", "gsd_error", "group", "split", "origin", "margin_px"),
    *("length_m", "width_m", "heading_deg", "vehicle", "source"),
)
FEWEST_ROWS = 5  # a class with at least this many rows has one held out
FOLDS = 4  # into which the meshes are divided, so that each is held out once
# part of the name of a mesh -> its design; meshes of one design, or cut from one mesh, belong in one fold
DESIGNS = {
    "concept_sedan_01": "sedan 1",
    "concept_sedan_02": "sedan 2",
    "man_kat1": "kat1",
    "peterbilt_359": "peterbilt",
    "van_trailer_53ft": "peterbilt",
    "daf_xf105": "daf",
    "box_trailer_13m6": "daf",
}
# labels of overhead-dev that stand for a coarser node: its tanks include carriers, its rigid trucks have any body
CALIBRATING = {"rigid_truck": "road_truck", "construction_plant": "plant", "tank": "tracked_armour"}
VALIDATES = 20  # one rendered crop in this many


def held_out(catalogue: Catalogue) -> set[str]:
    """Names of the rows that are held out."""
    chosen = set()
    for leaf in catalogue.taxonomy.leaves:
        names = sorted((row.name for row in catalogue.of(leaf)), key=lambda n: hashlib.sha256(n.encode()).hexdigest())
        if len(names) >= FEWEST_ROWS:
            chosen.add(names[0])
    return chosen


def read(manifest: Path) -> list[dict[str, str]]:
    """Rows of a manifest, their paths absolute."""
    with manifest.open(newline="", encoding="utf-8") as file:
        return [{**row, "path": str((manifest.parent / row["path"]).resolve())} for row in csv.DictReader(file)]


def mesh_folds(rows: Iterable[dict[str, str]]) -> dict[str, int]:
    """The fold of each mesh: the designs of a class take the folds in turn, the same on every machine."""
    folds: dict[str, int] = {}
    turns: Counter[str] = Counter()
    for label, vehicle in sorted({(row["label"], row["vehicle"]) for row in rows}):
        design = next((design for part, design in DESIGNS.items() if part in vehicle), vehicle)
        if design not in folds:
            folds[design] = (turns[label] + zlib.crc32(label.encode())) % FOLDS
            turns[label] += 1
        folds[vehicle] = folds[design]
    return folds


def mesh_rows(manifest: Path, held_folds: Collection[int]) -> list[dict[str, str]]:
    """Crops of meshes: those of the held folds are for test. None validates: others of the same vehicle train."""
    rows = read(manifest)
    folds = mesh_folds(rows)
    for row in rows:
        row["split"] = "test" if folds[row["vehicle"]] in held_folds else "train"
        row["origin"], row["group"] = "mesh", row["vehicle"]
    return rows


def calibrating_rows(manifest: Path) -> list[dict[str, str]]:
    """The crops of half a, labelled with nodes of the class tree."""
    chosen = {str(crop.path.resolve()) for crop in select(read_manifest(manifest), half="a")}
    return [
        {**row, "label": CALIBRATING.get(row["label"], row["label"]), "split": "calibrate"}
        for row in read(manifest)
        if row["path"] in chosen
    ]


def rendered_rows(manifest: Path, catalogue: Catalogue, held: set[str]) -> list[dict[str, str]]:
    """Rendered crops with their split, labelled with the class that the catalogue has for their vehicle today."""
    rows = read(manifest)
    now = {row.name: row.classes[0] for row in catalogue.vehicles if len(row.classes) == 1}
    for number, row in enumerate(rows):
        row["label"] = now.get(row["vehicle"], row["label"])
        # renders take the classes in turn: blocks of one crop per class give every class its share
        validates = number // len(catalogue.taxonomy.leaves) % VALIDATES == 0
        row["split"] = "test" if row["vehicle"] in held else "val" if validates else "train"
    return rows


def main() -> None:
    """Read the command line, join, print the counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rendered", type=Path, action="append", default=[], help="manifest of vehicle-id render")
    parser.add_argument(
        "--validating",
        type=Path,
        action="append",
        default=[],
        help="manifest of another seed, which only validates",
    )
    parser.add_argument("--mesh", type=Path, action="append", default=[], help="manifest of renders of meshes")
    parser.add_argument(
        "--fold",
        type=int,
        action="append",
        default=[],
        choices=range(FOLDS),
        help="fold of the meshes that is for test",
    )
    parser.add_argument(
        "--calibrating", type=Path, action="append", default=[], help="manifest whose half a fits the decision"
    )
    parser.add_argument("--real", type=Path, action="append", default=[], help="manifest with a column split")
    parser.add_argument("--map", action="append", default=[], metavar="FROM=TO", help="rename a label of the real data")
    parser.add_argument("--measure", action="store_true", help="for tests: splits known_rows and new_rows instead")
    parser.add_argument("--out", type=Path, required=True, help="manifest to write, above the folders of the crops")
    options = parser.parse_args()

    names = dict(pair.split("=") for pair in options.map)
    catalogue = load_catalogue()
    held = held_out(catalogue)
    rows = [row for manifest in options.rendered for row in rendered_rows(manifest, catalogue, held)]
    if options.measure:
        for row in rows:
            row["split"] = "new_rows" if row["vehicle"] in held else "known_rows"
    validating = [row for manifest in options.validating for row in rendered_rows(manifest, catalogue, held)]
    rows += [{**row, "split": "val"} for row in validating if row["vehicle"] not in held]
    rows += [row for manifest in options.mesh for row in mesh_rows(manifest, options.fold)]
    # crops of places that were left out (ortho.py) belong to no split of a training
    real = [row for manifest in options.real for row in read(manifest) if row["split"] in SPLITS]
    real += [row for manifest in options.calibrating for row in calibrating_rows(manifest)]
    rows += [{**row, "label": names.get(row["label"], row["label"]), "origin": "real"} for row in real]
    folder = options.out.resolve().parent
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "path": Path(os.path.relpath(row["path"], folder)).as_posix()} for row in rows)
    write_whole(options.out, text.getvalue().encode())
    print("held out:", ", ".join(sorted(held)))
    for key, count in sorted(Counter((row["origin"], row["split"]) for row in rows).items()):
        print(*key, count)


if __name__ == "__main__":
    main()
