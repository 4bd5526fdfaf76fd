"""Cut ground without vehicles from UC Merced tiles and from aerial and drone frames, for rendered vehicles.

Reads the folders `ucmerced`, `kit-ais` and `minsk-drone`; writes pictures and ground.csv (path, gsd_m, sun_azimuth_deg,
source), the same each time. Only places of the training split of frames.py and ucmerced.py are used: a test must not
show ground that was trained on. An AI model that looked at contact sheets chose TILES, PARTS, OPEN and EXCLUDED;
ground_sun.csv next to this script contains the sun's azimuth, which it read from shadows.

Limits: heights are not known. All ground counts as level, also with a kerb or a low bush on it.

    python -m training.datasets.ground ../shared/data --out data/ground
"""

import argparse
import csv
import shutil
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
from PIL import Image

from training.datasets import frames, ucmerced

COLUMNS = ("path", "gsd_m", "sun_azimuth_deg", "source")
SIDES_M = (20, 16, 14, 12)  # sides of the windows cut from frames, large ones first
CLEAR_M = 3.0  # between a window and the nearest box
TRIES = 60  # corners drawn per size, region and frame
# Whole tiles of open ground: land use, and numbers.
TILES = (
    "agricultural 03 06 09 10 11 12 15 16 17 20 28 29 32 33 35 38 39 41 43 44 45 46 47 48 50",
    "agricultural 52 53 54 55 56 57 62 63 65 66 67 68 69",
    "chaparral 00 01 03 07 17 34 35 36 47 48 49 52 57 58 62",
    "golfcourse 30 31 38 48 58 60 61",
    "runway 02 03 08 10 11 16 20 22 28 32 34 38 43 47 50 52 59 61 65 67 68",
)
# Parts of tiles, x0 y0 x1 y1 in pixels.
PARTS = {
    "baseballdiamond00": (10, 60, 210, 240),
    "baseballdiamond01": (40, 100, 220, 250),
    "baseballdiamond03": (40, 80, 220, 220),
    "baseballdiamond06": (30, 10, 200, 160),
    "baseballdiamond13": (20, 50, 200, 190),
    "baseballdiamond14": (40, 40, 200, 230),
    "baseballdiamond16": (20, 60, 220, 230),
    "baseballdiamond18": (50, 30, 220, 200),
    "baseballdiamond21": (20, 60, 240, 240),
    "baseballdiamond24": (30, 30, 220, 220),
    "baseballdiamond25": (30, 60, 220, 220),
    "baseballdiamond28": (20, 80, 200, 240),
    "baseballdiamond34": (30, 30, 200, 230),
    "baseballdiamond42": (40, 30, 220, 230),
    "baseballdiamond51": (40, 30, 210, 220),
    "baseballdiamond67": (30, 30, 230, 230),
    "baseballdiamond68": (30, 30, 230, 230),
    "beach00": (170, 10, 250, 220),
    "beach05": (195, 10, 256, 250),
    "beach11": (10, 5, 220, 80),
    "beach17": (5, 5, 110, 110),
    "beach19": (0, 20, 75, 250),
    "beach37": (60, 5, 250, 75),
    "beach44": (10, 5, 250, 90),
    "golfcourse11": (40, 40, 200, 140),
    "golfcourse47": (60, 40, 220, 230),
}
# Open ground in the frames of a sequence, whose camera hardly moves: x0 y0 x1 y1 in pixels.
OPEN = {
    "kit-ais/MOS74-93": ((150, 195, 430, 480), (490, 70, 684, 215)),
    "kit-ais/MunichStreet02": ((60, 30, 390, 240), (410, 90, 980, 205)),
    "minsk-drone/DJI-00760": (
        (90, 20, 600, 360),
        (1280, 10, 1920, 280),
        (60, 510, 720, 760),
        (700, 380, 1000, 1000),
        (1240, 520, 1900, 760),
    ),
    "minsk-drone/DJI_0005": ((180, 0, 640, 240), (0, 425, 1900, 775), (0, 815, 370, 1080), (800, 0, 1110, 400)),
}
EXCLUDED = ("MunichStreet02-MOS79_16_88_86",)  # a window with what may be motorcycles

Window = frames.Window


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A picture to cut."""

    name: str
    frame: frames.Frame
    window: Window


def tile_pieces(folder: Path) -> Iterator[Piece]:
    """The listed tiles and parts of tiles whose place is in the training split."""
    whole = {f"{use}{number}": None for use, *numbers in map(str.split, TILES) for number in numbers}
    for name, part in {**whole, **PARTS}.items():
        frame = ucmerced.read_tile(folder / name.rstrip("0123456789") / f"{name}.jpg", [])
        if frame.split == "train":
            yield Piece(name=name, frame=frame, window=part or (0, 0, *frame.size))


def grown(box: frames.Box, by: float) -> frames.Box:
    """A box with a border added."""
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def frame_pieces(of_sequence: list[frames.Frame], excluded: list[tuple[str, frames.Box]]) -> Iterator[Piece]:
    """Windows on open ground away from all boxes of their frame; no two of a sequence overlap."""
    taken: list[Window] = []
    for side_m in SIDES_M:
        for frame in of_sequence:
            rng = np.random.default_rng([side_m, zlib.crc32(frame.path.name.encode())])
            blocked = [grown(box, CLEAR_M / frame.gsd_m) for _, box in frame.boxes]
            blocked += [box for name, box in excluded if fnmatchcase(frame.path.stem, name)]
            for window in draw_windows(OPEN[frame.group], round(side_m / frame.gsd_m), rng):
                if not any(frames.overlap(window, other) for other in (*taken, *blocked)):
                    taken.append(window)
                    yield Piece(
                        name="_".join(map(str, (frame.path.stem, side_m, *window[:2]))), frame=frame, window=window
                    )


def draw_windows(regions: Sequence[Window], side: int, rng: np.random.Generator) -> Iterator[Window]:
    """Squares at random places in the regions that are large enough."""
    for x0, y0, x1, y1 in regions:
        if min(x1 - x0, y1 - y0) >= side:
            for corner in rng.random((TRIES, 2)):
                x, y = x0 + int(corner[0] * (x1 - x0 - side + 1)), y0 + int(corner[1] * (y1 - y0 - side + 1))
                yield x, y, x + side, y + side


def all_pieces(folder: Path) -> Iterator[Piece]:
    """The pictures of all three sources."""
    yield from tile_pieces(folder / "ucmerced")
    rows = frames.read_rows(Path(__file__).with_name("background_exclude.csv"))
    excluded = [(row["frame"], frames.read_box(row)) for row in rows]
    sequences: dict[str, list[frames.Frame]] = defaultdict(list)
    for source in ("kit-ais", "minsk-drone"):
        for frame in frames.read_frames(folder / source):
            if frame.split == "train" and frame.in_stride:
                sequences[frame.group].append(frame)
    for of_sequence in sequences.values():
        yield from (piece for piece in frame_pieces(of_sequence, excluded) if piece.name not in EXCLUDED)


def read_sun(stem: str, table: list[dict[str, str]]) -> str:
    """The sun's azimuth of an image from the table.

    Raises:
        SystemExit: the table has no row for the image.
    """
    for row in table:
        if fnmatchcase(stem, row["image"]):
            return row["sun_azimuth_deg"]
    raise SystemExit(f"ground_sun.csv has no row for {stem}: look at the image and add one (empty = no shadows)")


def main() -> None:
    """Read the command line, cut, write the table, print the counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="folder with ucmerced, kit-ais and minsk-drone")
    parser.add_argument("--out", type=Path, required=True, help="folder for pictures and ground.csv")
    options = parser.parse_args()

    suns = frames.read_rows(Path(__file__).with_name("ground_sun.csv"))
    shutil.rmtree(options.out / "pictures", ignore_errors=True)
    (options.out / "pictures").mkdir(parents=True)
    rows = []
    for piece in all_pieces(options.folder):
        path = Path("pictures", f"{piece.name}.png")
        with Image.open(piece.frame.path) as file:
            file.convert("RGB").crop(piece.window).save(options.out / path)
        sun = read_sun(piece.frame.path.stem, suns)
        rows.append((path.as_posix(), round(piece.frame.gsd_m, 4), sun, piece.frame.source))
    with (options.out / "ground.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    for source, count in Counter(row[3] for row in rows).items():
        print(source, count)


if __name__ == "__main__":
    main()
