"""Families left out of a training set: none of their crops trains, none of their classes is in the tree."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

from training.studies import left_out
from vehicle_id.taxonomy import Node, Taxonomy
from vehicle_id.train.recipe import BY_NODE, CalibrateRecipe, Recipe, dump_recipe, load_recipe

TREE = (
    Node(name="light", level="family"),
    Node(name="car", parent="light"),
    Node(name="van", parent="light"),
    Node(name="rail", level="family"),
    Node(name="wagon", parent="rail"),
)


def test_crops_of_the_family_measure_and_all_others_train(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_node = {field: {"rail": 0.9, "light": 0.8} for field in BY_NODE}
    recipe = Recipe(taxonomy=TREE, calibrate=CalibrateRecipe(**by_node))
    (tmp_path / "recipe.yaml").write_bytes(dump_recipe(recipe))
    rows = [
        ("a.png", "car", "train", "rendered"),
        ("b.png", "light", "val", "real"),
        ("c.png", "wagon", "train", "rendered"),
        ("d.png", "wagon", "val", "rendered"),
        ("e.png", "rail", "test", "rendered"),
        ("f.png", "wagon", "test", "real"),
    ]
    lines = [",".join(row) for row in [("path", "label", "split", "origin"), *rows]]
    (tmp_path / "all.csv").write_text("\n".join(lines) + "\n")
    command = [
        "left_out.py",
        tmp_path / "all.csv",
        "--recipe",
        tmp_path / "recipe.yaml",
        "--families",
        "rail",
    ]
    monkeypatch.setattr(sys, "argv", [str(each) for each in command])
    left_out.main()

    def written(name: str) -> list[tuple[str, str]]:
        with (tmp_path / f"all-{name}").open(newline="") as file:
            return [(row["path"], row["label"]) for row in csv.DictReader(file)]

    assert written("left-out.csv") == [("a.png", "car"), ("b.png", "light")]
    assert written("rail.csv") == [("d.png", "rail"), ("e.png", "rail")]
    reduced = load_recipe(tmp_path / "all-left-out.yaml")
    assert Taxonomy(reduced.taxonomy).names == ("light", "car", "van")
    assert all(getattr(reduced.calibrate, field) == {"light": 0.8} for field in BY_NODE)


def test_an_unknown_family_is_refused() -> None:
    with pytest.raises(SystemExit, match="'plant' is not in the recipe's class tree"):
        left_out.without_families(Recipe(taxonomy=TREE), ["plant"])
