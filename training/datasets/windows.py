"""Cut unlabelled windows at random places from UC Merced tiles.

Windows of 6 to 30 m, split by place as in ucmerced.py. By default of housing, sports grounds, offices and car parks,
where there are cars and roofs, but no haul trucks, launchers and tanks.

Limits: nobody has labelled the windows. Most have no single object in the middle, or several; an analyst cuts a crop
around one object.

    python -m training.datasets.windows ../shared/data/ucmerced --out data/windows
"""

import argparse
import shutil
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from training.datasets import ucmerced

SUBURBS = (
    *("baseballdiamond", "buildings", "denseresidential", "mediumresidential", "mobilehomepark", "parkinglot"),
    *("sparseresidential", "tenniscourt"),
)
SIDES_M = (6.0, 30.0)


def squares(
    tile: Path, size: tuple[int, int], number: int, sides_m: tuple[float, float], *, seed: int = 0
) -> list[tuple[int, int, int, int]]:
    """Squares of a tile in pixels, sides log-uniform; the same for the same tile and seed."""
    rng = np.random.default_rng([seed, zlib.crc32(tile.stem.encode())])
    sides = np.exp(rng.uniform(*np.log(sides_m), number)) / ucmerced.GSD_M
    found = []
    for side in sides.round().astype(int).clip(max=min(size)):
        x, y = (int(rng.integers(0, limit - side + 1)) for limit in size)
        found.append((x, y, x + int(side), y + int(side)))
    return found


def main() -> None:
    """Read the command line, cut, write windows and manifest, print their number."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="tiles, in a folder per land use")
    parser.add_argument("--out", type=Path, required=True, help="folder for windows and manifest.csv")
    parser.add_argument("--land-uses", default=",".join(SUBURBS), help="separated by commas")
    parser.add_argument("--windows", type=int, default=60, help="per tile")
    options = parser.parse_args()

    shutil.rmtree(options.out / "crops", ignore_errors=True)
    (options.out / "crops").mkdir(parents=True)
    rows: list[dict[str, object]] = []
    for path in sorted(path for use in options.land_uses.split(",") for path in (options.folder / use).glob("*.jpg")):
        frame = ucmerced.read_tile(path, [])
        known = {"gsd_m": frame.gsd_m, "group": frame.group, "split": frame.split, "source": frame.source}
        with Image.open(path) as file:
            image = file.convert("RGB")
        for number, square in enumerate(squares(path, image.size, options.windows, SIDES_M)):
            name = f"crops/{path.stem}_{number}.png"
            image.crop(square).save(options.out / name)
            rows.append({"path": name, **known})
    ucmerced.write_rows(options.out / "manifest.csv", rows)
    print(len(rows), "windows")


if __name__ == "__main__":
    main()
