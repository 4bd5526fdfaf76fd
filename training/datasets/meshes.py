"""A catalogue CSV of third-party meshes, so that the renderer takes them: one row per mesh, with its attribution.

Reads the folder `meshes` (PLY files and README.csv) and copies them beside a `rows.csv` that `vehicle-id render --rows`
takes. Meshes whose class is not a leaf of the class tree are left out and listed.

What it does not know: the colours of real vehicles of the type. Rows name no colours, so that each mesh keeps its own.

    python -m training.datasets.meshes ../shared/data/meshes --out data/meshes
    vehicle-id render --num 2500 --rows data/meshes/rows.csv --only-rows --gsd 0.3 --out data/mesh-crops
"""

import argparse
import csv
import shutil
from pathlib import Path

from vehicle_id.taxonomy import published_taxonomy

COLUMNS = ("name", "class", "length_m", "width_m", "height_m", "source", "confidence", "note", "mesh")


def read_meshes(folder: Path) -> tuple[list[dict[str, str]], list[str]]:
    """Rows of a catalogue, and the files whose class is not a leaf of the class tree."""
    leaves = published_taxonomy().leaves
    rows: list[dict[str, str]] = []
    left_out: list[str] = []
    with (folder / "README.csv").open(newline="", encoding="utf-8") as file:
        for mesh in csv.DictReader(file):
            if mesh["class_label"] not in leaves:
                left_out.append(mesh["file"])
                continue
            rows.append(
                {
                    "name": Path(mesh["file"]).stem,
                    "class": mesh["class_label"],
                    **{name: mesh[f"real_{name}"] for name in ("length_m", "width_m", "height_m")},
                    "confidence": "unverified",
                    "note": f"{mesh['licence']}; {mesh['attribution']}",
                    "mesh": mesh["file"],
                }
            )
    return rows, left_out


def main() -> None:
    """Reads the command line, copies the meshes, writes the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="PLY files with README.csv")
    parser.add_argument("--out", type=Path, required=True, help="folder for rows.csv and the meshes")
    options = parser.parse_args()
    rows, left_out = read_meshes(options.folder)
    options.out.mkdir(parents=True, exist_ok=True)
    for row in rows:
        shutil.copyfile(options.folder / row["mesh"], options.out / row["mesh"])
    with (options.out / "rows.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} meshes; left out, since their class is not a leaf: {', '.join(left_out) or 'none'}")


if __name__ == "__main__":
    main()
