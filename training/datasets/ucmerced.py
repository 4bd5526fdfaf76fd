"""Add crops of trucks, buses, vans, cars and background from UC Merced tiles to those of frames.py.

Reads the tiles (256 x 256 pixels of 0.3 m, a folder per land use) and ucmerced_boxes.csv next to this script: boxes
that an AI model drew on enlarged views. Writes crops, split by place, and replaces the rows of this source in the
manifest, so that it can be run again. Run frames.py first: it writes a new manifest.

Limits: not every vehicle has a box, so background comes from other tiles, of land uses where vehicles are rare.
EXCLUDED names the tiles in which an AI model that looked at the crops of seed 0 saw a vehicle. Another seed needs
another look.

    python -m training.datasets.ucmerced ../shared/data/ucmerced --out data/overhead-0.1 --seed 0
"""

import argparse
import csv
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from training.datasets import frames

SOURCE = "ucmerced"
GSD_M = 0.3
SPLITS = ("train", "val", "train", "test", "train")
CUT = "cut"  # in a note: the border or a bridge hides a part, so the box does not give the length
BACKGROUND = (
    *("agricultural", "baseballdiamond", "beach", "buildings", "chaparral"),
    *("forest", "golfcourse", "river", "runway", "storagetanks"),
)
STRIDE = 3  # every third tile of a land use, since neighbours are often one place; one crop per tile
SIDES_M = np.linspace(8, 32, 49).tolist()  # sides of background; a crop of a car has 9 m, of a bus 25 m
# Tiles that are not used for background: the crop shows a vehicle, or what may be one.
EXCLUDED = (
    *("baseballdiamond60", "beach45", "buildings00", "buildings06", "buildings09", "buildings27"),
    *("buildings30", "buildings33", "buildings42", "buildings63", "forest09", "river63"),
    *("storagetanks15", "storagetanks18", "storagetanks30", "storagetanks57", "storagetanks63"),
)
# Land use and numbers of tiles that overlap or show one stretch of road or runway, by matching the
# gradients of all pairs (0.55 or more): such a place is one group. Some tiles that only look alike are included.
PLACES = (
    "agricultural 06 15",
    "agricultural 18 24",
    "freeway 00 01 02 03 09 12",
    "freeway 04 11 15",
    "freeway 05 06 07",
    "freeway 22 23",
    "freeway 28 29",
    "freeway 33 34",
    "freeway 36 40 41",
    "freeway 38 39",
    "overpass 60 61",
    "runway 00 03 06 09 12 15 18",
    "runway 21 27 33 36 39 42 45 48 69",
    "runway 24 30",
    "runway 51 54 57",
    "runway 60 63",
)


def read_tile(path: Path, boxes: list[tuple[str, frames.Box]]) -> frames.Frame:
    """A tile as a frame; the hash of its place decides the split: of five places one is val, one test."""
    with Image.open(path) as image:
        size = image.size
    land_use = path.parent.name
    places = (place.split() for place in PLACES)
    same = (rest for name, *rest in places if name == land_use and path.stem[-2:] in rest)
    place = land_use + next(same, [path.stem[-2:]])[0]
    return frames.Frame(
        path=path,
        source=SOURCE,
        size=size,
        gsd_m=GSD_M,
        group=f"{SOURCE}/{place}",
        split=SPLITS[zlib.crc32(place.encode()) % 5],
        boxes=boxes,
        in_stride=True,
    )


def tile_cuts(folder: Path, seed: int) -> Iterator[tuple[frames.Frame, int, frames.Cut]]:
    """Tile, index and cut of all crops: the boxed vehicles, then the background."""
    rows = defaultdict(list)
    for row in frames.read_rows(Path(__file__).with_name("ucmerced_boxes.csv")):
        rows[row["tile"]].append(row)
    for tile, of_tile in rows.items():
        boxes = [(row["class"], frames.read_box(row)) for row in of_tile]
        frame = read_tile(folder / tile.rstrip("0123456789") / f"{tile}.jpg", boxes)
        for index, cut in frames.vehicle_cuts(frame, {}):
            whole = CUT not in of_tile[index]["note"].split()
            yield frame, index, cut if whole else replace(cut, length_m=None)
    for land_use in BACKGROUND:
        for path in sorted((folder / land_use).glob("*.jpg"))[::STRIDE]:
            if path.stem not in EXCLUDED and path.stem not in rows:
                frame = read_tile(path, [])
                for index, cut in frames.background_cuts(frame, 1, SIDES_M, [], seed):
                    yield frame, index, cut


def write_rows(manifest: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Write a manifest in one step, so that no reader sees a part of it."""
    partial = manifest.with_suffix(".partial")
    with partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, frames.COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    partial.replace(manifest)


def replace_rows(manifest: Path, rows: list[dict[str, object]]) -> set[str]:
    """Replace the rows of this source in one step; returns the paths of the old rows."""
    old = frames.read_rows(manifest)
    kept = [row for row in old if row["source"] != SOURCE]
    # so that the other sources can be measured alone
    write_rows(manifest.with_name("manifest-frames.csv"), kept)
    write_rows(manifest, [*kept, *sorted(rows, key=lambda row: str(row["path"]))])
    return {row["path"] for row in old if row["source"] == SOURCE}


def main() -> None:
    """Read the command line, cut, replace the rows of the manifest, print the counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="tiles, in a folder per land use")
    parser.add_argument("--out", type=Path, required=True, help="folder that frames.py wrote")
    parser.add_argument("--seed", type=int, default=0, help="seed of the places of the background")
    options = parser.parse_args()

    rows: list[dict[str, object]] = []
    for frame, index, cut in tile_cuts(options.folder, options.seed):
        with Image.open(frame.path) as file:
            rows.append(frames.save(frame, index, cut, file.convert("RGB"), options.out))
    for path in replace_rows(options.out / "manifest.csv", rows) - {str(row["path"]) for row in rows}:
        (options.out / path).unlink(missing_ok=True)
    for label, count in sorted(Counter(str(row["label"]) for row in rows).items()):
        print(label, count)


if __name__ == "__main__":
    main()
