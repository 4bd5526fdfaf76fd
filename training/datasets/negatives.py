"""Cuts windows without vehicles from UC Merced tiles: ground, water, aircraft, boats, storage tanks.

A model that names vehicles must have seen real pictures of what is none. Windows of 6 to 48 m, drawn at random,
are labelled `none`, the node above ground, roof, shed, aircraft, boat and storage tank: which of them a window
shows, nobody has said. Split by place as ucmerced.py does; `test.csv` lists the test windows alone.

What it does not know: what stands in the tiles. Land uses where vehicles are common are left out, and the tiles that
ucmerced.py excludes; a stray service truck beside an aircraft is taught as none.

    python -m training.datasets.negatives ../shared/data/ucmerced --out data/negatives
"""

import argparse
import csv
import shutil
from collections import Counter
from pathlib import Path

import ucmerced
from PIL import Image
from windows import squares

LAND_USES = (
    *("agricultural", "airplane", "beach", "chaparral", "forest", "golfcourse"),
    *("harbor", "river", "runway", "storagetanks"),
)
WINDOWS = 4  # of each tile
SIDES_M = (6.0, 48.0)
COLUMNS = ("path", "label", "gsd_m", "group", "split", "land_use", "source")


def main() -> None:
    """Reads the command line, cuts, writes the manifest, prints the counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="tiles, in a folder per land use")
    parser.add_argument("--out", type=Path, required=True, help="folder for crops and manifest.csv")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    boxed = {row["tile"] for row in ucmerced.frames.read_rows(Path(ucmerced.__file__).with_name("ucmerced_boxes.csv"))}
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
