"""Cut labelled crops of cars, vans, buses, trucks and background from aerial and drone frames.

Reads the folders `kit-ais` and `minsk-drone` (frames, boxes.csv, frames.csv) and writes crops by split and label, with
a manifest. Two lists next to this script contain what an AI model saw in the frames: box_review.csv (labels that are
wrong, boxes to drop) and background_exclude.csv (regions with a vehicle that has no box; no background is cut there).

Limits: the outline of a vehicle is not known. Boxes are axis-aligned, so a length is computed from the box and the
usual width of the class, and is missing where the frame's border cuts the vehicle. The ground sample distance is
estimated from the cars and is the same for a whole frame, which is wrong by up to a tenth in DJI_0762, about 20 degrees
off nadir.

    python -m training.datasets.frames ../shared/data/kit-ais ../shared/data/minsk-drone \
        --out data/overhead-0.1 --seed 0
"""

import argparse
import csv
import math
import shutil
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image

Box = tuple[float, float, float, float]  # x0, y0, x1, y1 in pixels
Window = tuple[int, int, int, int]  # the same in whole pixels, inside the frame

# Frames -> their sequence and its split. Test shares neither place nor vehicle with train. Val (DJI_0010, 0012, 0013)
# and DJI_0005 show one place on one winter day, so val is easier than a new place; DJI-00760 is that place in summer,
# DJI_0762 another place. MOS74-93 and MunichStreet02 may be one flight. Frames that match no pattern (DJI_0019, 0020,
# 0022, 0028, 0030, 0031) are too oblique for a single GSD.
SEQUENCES = {
    "MOS1*": ("kit-ais/MOS155-179", "test"),
    "MOS[789]*": ("kit-ais/MOS74-93", "train"),
    "MunichStreet02-*": ("kit-ais/MunichStreet02", "train"),
    "DJI_0005-*": ("minsk-drone/DJI_0005", "train"),
    "DJI-00760-*": ("minsk-drone/DJI-00760", "train"),
    "DJI_0013-*": ("minsk-drone/DJI_0013", "val"),
    "DJI_001[02]": ("minsk-drone/DJI_0010-0012", "val"),
    "DJI_0762-*": ("minsk-drone/DJI_0762", "test"),
}
LABELS = {"car": "car", "minibus": "van", "bus": "bus", "truck": "truck"}
WIDTH_M = {"car": 1.8, "van": 2.0, "bus": 2.55, "truck": 2.5}
STRIDE = 5  # every fifth frame of KIT's videos, for cars; box_review.csv covers no other frames
CONTEXT = {"train": 2.0, "val": 1.4, "test": 1.4}  # side of a crop divided by the longer side of the box
BACKGROUND = {"train": 500, "val": 100, "test": 200}  # at most, divided equally among the sequences
MIN_INSIDE = 0.7  # share of a box's area inside the frame
GROWN = 0.2  # share of a box's sides around it that is kept free of background
BORDER_PX = 8  # boxes that end this close to the border count as cut by it
SQUARE = (
    1.25  # boxes less oblong than this contain a vehicle near 45 degrees, whose rounded corners give a wrong length
)
COLUMNS = (
    *("path", "label", "gsd_m", "group", "split"),
    *("margin_px", "length_m", "width_m", "source"),
)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One frame with its boxes and its split."""

    path: Path
    source: str
    size: tuple[int, int]
    gsd_m: float
    """Median over the frames of the sequence: all were taken from one height, to within 3 %."""
    group: str
    split: str
    boxes: list[tuple[str, Box]]
    """All boxes, also those that are dropped or skipped."""
    in_stride: bool
    """Otherwise the frame provides only vans and buses, and only for train."""


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A crop to be made."""

    label: str
    window: Window
    side_m: float
    """Side of the requested square, before the frame's border cut it."""
    margin_px: int
    length_m: float | None = None


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file with a header."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read_box(row: dict[str, str]) -> Box:
    """The four corners in a row."""
    return float(row["x0"]), float(row["y0"]), float(row["x1"]), float(row["y1"])


def read_frames(folder: Path) -> Iterator[Frame]:
    """The frames of a data set that belong to a sequence above, in order."""
    boxes: dict[str, list[tuple[str, Box]]] = defaultdict(list)
    for row in read_rows(folder / "boxes.csv"):
        boxes[row["frame"]].append((LABELS[row["class"]], read_box(row)))
    sequences: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in read_rows(folder / "frames.csv"):
        for pattern, sequence in SEQUENCES.items():
            if fnmatchcase(Path(row["frame"]).stem, pattern):
                sequences[sequence].append(row)
    video = folder.name == "kit-ais"
    for (group, split), rows in sequences.items():
        for number, row in enumerate(rows):
            yield Frame(
                path=folder / "frames" / row["frame"],
                source=folder.name,
                size=(int(row["width"]), int(row["height"])),
                gsd_m=median(float(other["gsd_m_estimated"]) for other in rows),
                group=group,
                split=split,
                boxes=boxes[row["frame"]],
                in_stride=not video or number % STRIDE == 0,
            )


def solve_length(box: Box, *, size: tuple[int, int], gsd_m: float, width_m: float) -> float | None:
    """Length in metres of a rectangle of known width, turned by any angle, from its box in a frame of a size.

    The box of a rectangle L x W has w + h = (L + W)(cos + sin), w - h = (L - W)(cos - sin), so that
    ((w + h) / (L + W))^2 + ((w - h) / (L - W))^2 = 2. The left side falls as L grows beyond W, from
    infinity to below 2, unless w = h. None where the box does not determine it.
    """
    width_px, height_px = box[2] - box[0], box[3] - box[1]
    to_border = (*box[:2], size[0] - box[2], size[1] - box[3])
    oblong = max(width_px, height_px) / min(width_px, height_px)
    if min(to_border) < BORDER_PX or oblong < SQUARE:
        return None
    total, difference = (width_px + height_px) * gsd_m, (width_px - height_px) * gsd_m
    low, high = width_m, width_m + total
    for _ in range(40):
        middle = (low + high) / 2
        left = (total / (middle + width_m)) ** 2 + (difference / (middle - width_m)) ** 2
        low, high = (middle, high) if left > 2 else (low, middle)
    return round(high, 2)


def square(box: Box, size: tuple[int, int], context: float) -> tuple[Window, int]:
    """The window around a box, cut at the frame's border, and its smallest margin in pixels."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    half = max(box[2] - box[0], box[3] - box[1]) / 2
    reach = half * context
    window = (
        *(max(0, round(x - reach)), max(0, round(y - reach))),
        *(min(size[0], round(x + reach)), min(size[1], round(y + reach))),
    )
    margins = x - half - window[0], y - half - window[1], window[2] - x - half, window[3] - y - half
    return window, max(0, math.floor(min(margins)))


def vehicle_cuts(frame: Frame, review: dict[tuple[str, int], str]) -> Iterator[tuple[int, Cut]]:
    """Index and cut of the boxes of a frame that are to be used."""
    for index, (boxed_as, box) in enumerate(frame.boxes):
        label = review.get((frame.path.name, index), boxed_as)
        # 25 frames of one standing bus help training a little, but would be most buses of a test.
        if not label or not (frame.in_stride or (boxed_as != "car" and frame.split == "train")):
            continue
        width, height = box[2] - box[0], box[3] - box[1]
        inside_x = min(box[2], frame.size[0]) - max(box[0], 0)
        inside_y = min(box[3], frame.size[1]) - max(box[1], 0)
        if inside_x * inside_y < MIN_INSIDE * width * height:
            continue
        context = CONTEXT[frame.split]
        window, margin_px = square(box, frame.size, context)
        cut = Cut(
            label=label,
            window=window,
            side_m=max(width, height) * context * frame.gsd_m,
            margin_px=margin_px,
            length_m=solve_length(box, size=frame.size, gsd_m=frame.gsd_m, width_m=WIDTH_M[label]),
        )
        yield index, cut


def overlap(one: Iterable[float], other: Iterable[float]) -> bool:
    """Whether two boxes overlap."""
    (ax0, ay0, ax1, ay1), (bx0, by0, bx1, by1) = one, other
    return ax0 < bx1 and bx0 < ax1 and ay0 < by1 and by0 < ay1


def background_cuts(
    frame: Frame, count: int, sides_m: list[float], excluded: list[Box], seed: int
) -> Iterator[tuple[int, Cut]]:
    """Up to `count` squares as large as the vehicles' crops, which overlap neither boxes nor each other."""
    # Seeded by frame, so that a new region in the list changes only the crops of its own frames.
    rng = np.random.default_rng([seed, zlib.crc32(frame.path.name.encode())])
    taken: list[Box] = list(excluded)
    for _, (x0, y0, x1, y1) in frame.boxes:
        grow_x, grow_y = (x1 - x0) * GROWN / 2, (y1 - y0) * GROWN / 2
        taken.append((x0 - grow_x, y0 - grow_y, x1 + grow_x, y1 + grow_y))
    index = 0
    # Large ones first, while there is space: in random order few would be as large as those of a bus.
    for side_m in sorted(rng.choice(sides_m, count), reverse=True):
        side = round(side_m / frame.gsd_m)
        for corner in rng.random((200 if side < min(frame.size) else 0, 2)):
            x, y = (int(at) for at in corner * (np.array(frame.size) - side + 1))
            window = (x, y, x + side, y + side)
            if not any(overlap(window, other) for other in taken):
                taken.append(window)
                margin_px = int(side * (1 - 1 / CONTEXT[frame.split]) / 2)
                cut = Cut(label="background", window=window, side_m=side_m, margin_px=margin_px)
                yield index, cut
                index += 1
                break


def save(frame: Frame, index: int, cut: Cut, image: Image.Image, out: Path) -> dict[str, object]:
    """Write a crop; returns its row of the manifest."""
    path = Path(frame.split, cut.label, f"{frame.path.stem}_{index}.png")
    (out / path).parent.mkdir(parents=True, exist_ok=True)
    image.crop(cut.window).save(out / path)
    row = (path.as_posix(), cut.label, round(frame.gsd_m, 4), frame.group, frame.split)
    size = ("", "") if cut.length_m is None else (cut.length_m, WIDTH_M[cut.label])
    return dict(zip(COLUMNS, (*row, cut.margin_px, *size, frame.source), strict=True))


def main() -> None:
    """Read the command line, cut, write the manifest, print the counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+", help="kit-ais and minsk-drone")
    parser.add_argument("--out", type=Path, required=True, help="folder for crops and manifest.csv")
    parser.add_argument("--seed", type=int, default=0, help="seed of the places of the background")
    options = parser.parse_args()

    here = Path(__file__).parent
    reviewed = read_rows(here / "box_review.csv")
    review = {(row["frame"], int(row["index"])): row["label"] for row in reviewed}
    regions = [(row["frame"], read_box(row)) for row in read_rows(here / "background_exclude.csv")]
    frames = [frame for folder in options.folders for frame in read_frames(folder)]
    cuts = {frame.path: list(vehicle_cuts(frame, review)) for frame in frames}

    sides_m: dict[str, list[float]] = defaultdict(list)
    for frame in frames:
        sides_m[frame.split].extend(cut.side_m for _, cut in cuts[frame.path])
    sequences = Counter(split for split, _ in {(frame.split, frame.group) for frame in frames})
    frames_of = Counter(frame.group for frame in frames if frame.in_stride)
    for frame in frames:
        if frame.in_stride:
            share = BACKGROUND[frame.split] / sequences[frame.split] / frames_of[frame.group]
            excluded = [box for name, box in regions if fnmatchcase(frame.path.stem, name)]
            sides = sides_m[frame.split]
            cuts[frame.path] += background_cuts(frame, round(share), sides, excluded, options.seed)

    for split in CONTEXT:
        shutil.rmtree(options.out / split, ignore_errors=True)
    rows: list[dict[str, object]] = []
    for frame in frames:
        with Image.open(frame.path) as file:
            image = file.convert("RGB")
        rows.extend(save(frame, index, cut, image, options.out) for index, cut in cuts[frame.path])
    with (options.out / "manifest.csv").open("w", newline="", encoding="utf-8") as manifest:
        writer = csv.DictWriter(manifest, COLUMNS)
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: str(row["path"])))
    counts = Counter((row["split"], row["label"], row["source"]) for row in rows)
    for key, count in sorted(counts.items(), key=str):
        print(*key, count)


if __name__ == "__main__":
    main()
