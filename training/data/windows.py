"""Cuts windows at random from UC Merced tiles, whatever they show: crops that nobody has labelled.

Windows of 6 to 30 m, split by place as ucmerced.py does. By default of housing, sports grounds, offices and car parks,
where there are cars and roofs, and no haul truck, no launcher and no tank.

What it does not know: what a window shows. Most hold no single thing in their middle, or many; an analyst cuts a crop
round one object.

    python training/data/windows.py ../shared/data/ucmerced --out data/windows
"""

import argparse
import csv
import io
import shutil
from pathlib import Path

import negatives
import ucmerced
from PIL import Image

from vehicle_id.writers import write_whole

HOMES = (
    *("baseballdiamond", "buildings", "denseresidential", "mediumresidential", "mobilehomepark", "parkinglot"),
    *("sparseresidential", "tenniscourt"),
)
SIDES_M = (6.0, 30.0)
COLUMNS = ("path", "gsd_m", "group", "split", "land_use", "source")


def main() -> None:
    """Reads the command line, cuts, writes windows and manifest, prints their number."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="tiles, in a folder per land use")
    parser.add_argument("--out", type=Path, required=True, help="folder for windows and manifest.csv")
    parser.add_argument("--land-uses", default=",".join(HOMES), help="by commas")
    parser.add_argument("--windows", type=int, default=60, help="of each tile")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    shutil.rmtree(options.out / "crops", ignore_errors=True)
    (options.out / "crops").mkdir(parents=True)
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(COLUMNS)
    tiles = sorted(path for use in options.land_uses.split(",") for path in (options.folder / use).glob("*.jpg"))
    for path in tiles:
        frame = ucmerced.read_tile(path, [])
        with Image.open(path) as file:
            image = file.convert("RGB")
        cuts = negatives.windows(path, image.size, options.seed, number=options.windows, sides_m=SIDES_M)
        for number, window in enumerate(cuts):
            name = f"crops/{path.stem}_{number}.png"
            image.crop(window).save(options.out / name)
            writer.writerow([name, frame.gsd_m, frame.group, frame.split, path.parent.name, ucmerced.SOURCE])
    write_whole(options.out / "manifest.csv", table.getvalue().encode())
    print(len(tiles) * options.windows, "windows of", len(tiles), "tiles")


if __name__ == "__main__":
    main()
