"""A training set and a recipe without some families: does the model answer unknown for families it never learned?

    python -m training.studies.left_out data/packed/manifest.csv --recipe training/recipes/left-out.yaml \
        --families plant,rail_vehicle,tracked_armour
    vehicle-id train data/packed/manifest-left-out.csv --recipe data/packed/manifest-left-out.yaml --out runs/left-out
    python -m training.measure.ood_scores runs/left-out --out-of-taxonomy data/packed/manifest-plant.csv \
        --out-of-taxonomy data/packed/manifest-rail_vehicle.csv \
        --out-of-taxonomy data/packed/manifest-tracked_armour.csv

Writes next to the manifest, since a manifest may only list crops below its folder: the remaining crops, a recipe whose
class tree lacks the families, and for each family a manifest of its rendered crops for validation and test.
"""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Sequence
from pathlib import Path

import msgspec

from vehicle_id.files import write_whole
from vehicle_id.taxonomy import Taxonomy
from vehicle_id.train.recipe import BY_NODE, Recipe, dump_recipe, load_recipe

Row = dict[str, str]


def without_families(recipe: Recipe, families: Sequence[str]) -> Recipe:
    """The recipe with a tree that lacks the families and all nodes under them."""
    tree = Taxonomy(recipe.taxonomy)
    unknown = set(families) - set(tree.names)
    if unknown:
        raise SystemExit(f"{sorted(unknown)[0]!r} is not in the recipe's class tree: {', '.join(tree.names)}")
    kept = tuple(node for node in recipe.taxonomy if not set(families) & set(tree.path(node.name)))
    names = {node.name for node in kept}
    calibrate = msgspec.structs.replace(
        recipe.calibrate,
        **{
            field: {name: each for name, each in getattr(recipe.calibrate, field).items() if name in names}
            for field in BY_NODE
        },
    )
    return msgspec.structs.replace(recipe, taxonomy=kept, calibrate=calibrate)


def partition(rows: Sequence[Row], tree: Taxonomy, families: Sequence[str]) -> dict[str, list[Row]]:
    """The training rows as `left-out`, and for each family its rendered rows of the validation and test split."""
    family_of = {name: family for family in families for name in tree.names if family in tree.path(name)}
    parts: dict[str, list[Row]] = {"left-out": [row for row in rows if row["label"] not in family_of]}
    for family in families:
        parts[family] = [
            {**row, "label": family}
            for row in rows
            if family_of.get(row["label"]) == family and row["split"] != "train" and row["origin"] == "rendered"
        ]
    return parts


def main() -> None:
    """Write the manifests and the recipe."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="manifest of training.datasets.mixture")
    parser.add_argument("--recipe", type=Path, required=True)
    parser.add_argument("--families", required=True, help="nodes of the class tree, separated by commas")
    options = parser.parse_args()
    recipe, families = load_recipe(options.recipe), options.families.split(",")
    reduced = without_families(recipe, families)
    with options.data.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    write_whole(options.data.with_name(f"{options.data.stem}-left-out.yaml"), dump_recipe(reduced))
    for name, chosen in partition(rows, Taxonomy(recipe.taxonomy), families).items():
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(chosen)
        manifest = options.data.with_name(f"{options.data.stem}-{name}.csv")
        write_whole(manifest, text.getvalue().encode())
        print(f"{len(chosen):6} crops in {manifest}")


if __name__ == "__main__":
    main()
