"""Cut windows without vehicles from UC Merced tiles: ground, water, aircraft, boats, storage tanks.

A model of vehicles needs real pictures without vehicles. Windows of 6 to 48 m at random places are labelled `none`, the
node above ground, roof, shed, aircraft, boat and storage tank, since nobody has labelled which of them a window shows.
The split is by place, as in ucmerced.py; `test.csv` lists only the test windows.

Limits: nobody has looked at the windows. Land uses where vehicles are common are left out, and so are the tiles that
ucmerced.py excludes. A single service truck next to an aircraft would be labelled `none`.

    python -m training.datasets.negatives ../shared/data/ucmerced --out data/negatives
"""

import argparse
import csv
import shutil
from collections import Counter
from pathlib import Path

from PIL import Image

from training.datasets import frames, ucmerced
from training.datasets.windows import squares

LAND_USES = (
    *("agricultural", "airplane", "beach", "chaparral", "forest", "golfcourse"),
    *("harbor", "river", "runway", "storagetanks"),
)
WINDOWS = 4  # per tile
SIDES_M = (6.0, 48.0)
COLUMNS = ("path", "label", "gsd_m", "group", "split", "land_use", "source")


def main() -> None:
    """Read the command line, cut, write the manifest, print the counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="tiles, in a folder per land use")
    parser.add_argument("--out", type=Path, required=True, help="folder for crops and manifest.csv")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    boxed = {row["tile"] for row in frames.read_rows(Path(ucmerced.__file__).with_name("ucmerced_boxes.csv"))}
    shutil.rmtree(options.out / "crops", ignore_errors=True)
    (options.out / "crops").mkdir(parents=True)
    rows = []
    for path in sorted(path for use in LAND_USES for path in (options.folder / use).glob("*.jpg")):
        if path.stem in boxed or path.stem in ucmerced.EXCLUDED:
            continue
        frame = ucmerced.read_tile(path, [])
        with Image.open(path) as file:
            image = file.convert("RGB")
        for number, window in enumerate(squares(path, image.size, WINDOWS, SIDES_M, seed=options.seed)):
            name = f"crops/{path.stem}_{number}.png"
            image.crop(window).save(options.out / name)
            known = (frame.gsd_m, frame.group, frame.split, path.parent.name, ucmerced.SOURCE)
            rows.append(dict(zip(COLUMNS, (name, "none", *known), strict=True)))
    for name, kept in (("manifest", rows), ("test", [row for row in rows if row["split"] == "test"])):
        with (options.out / f"{name}.csv").open("w", newline="", encoding="utf-8") as manifest:
            writer = csv.DictWriter(manifest, COLUMNS)
            writer.writeheader()
            writer.writerows(kept)
    for key, count in sorted(Counter((row["split"], row["land_use"]) for row in rows).items()):
        print(*key, count)


if __name__ == "__main__":
    main()
