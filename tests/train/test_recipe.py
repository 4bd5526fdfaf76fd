"""Recipes: what is read, also of version 0.1.0, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from vehicle_id.errors import TrainError
from vehicle_id.train.recipe import Recipe, dump_recipe, load_recipe

ROOT = Path(__file__).parents[2]


def test_a_recipe_is_the_same_after_writing_and_reading(tmp_path: Path, recipe: Recipe) -> None:
    (tmp_path / "r.yaml").write_bytes(dump_recipe(recipe))
    assert load_recipe(tmp_path / "r.yaml") == recipe


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("train: {epoch: 3}", "it has no field train.epoch: did you mean train.epochs?"),
        ("train: {epochs: 0}", "at `$.train.epochs`"),
        ("model: {heads: [weight]}", "weight"),
        ("taxonomy: [{name: a, parent: b}]", "'b', which is not in the class tree"),
        (
            "calibrate: {node_precision: {tank: 0.99}}",
            "node_precision names 'tank', which is not in its class tree",
        ),
        (
            "calibrate: {least_node_threshold: {tank: 0.9}}",
            "least_node_threshold names 'tank', which is not in its class tree",
        ),
        ("calibrate: {relative_prior: {tank: 2}}", "relative_prior names 'tank', which is not in its class tree"),
        ("calibrate: {unknown_method: knn}", "Invalid enum value 'knn' - at `$.calibrate.unknown_method`"),
        ("model: {upright: true, canonical_pose: true}", "model has both 'upright' and 'canonical_pose'"),
        ("{", "cannot be used"),
        ("augment: {flip: maybe}", "Expected `bool`"),
        ("calibrate: {unknown_method: class_mean}", "needs model.whitened"),
        ("{start_from: overhead-1.2, keep_classes: true, model: {whitened: true}}", "keep_classes that have none"),
    ],
)
def test_a_faulty_recipe_is_refused_with_the_place(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "r.yaml").write_text(text)
    with pytest.raises(TrainError, match=re.escape(fault)):
        load_recipe(tmp_path / "r.yaml")


@pytest.mark.parametrize("model", ["overhead-1.0", "overhead-1.0-int8"])
def test_a_released_recipe_of_0_1_0_is_read_with_the_names_of_today(model: str) -> None:
    file = ROOT / "models" / model / "recipe.yaml"
    old = msgspec.yaml.decode(file.read_bytes())
    recipe = load_recipe(file)
    assert recipe.model.canonical_pose is old["model"]["upright"] is True
    assert recipe.calibrate.node_precision == old["calibrate"]["careful"] != {}
    assert recipe.calibrate.in_distribution_tpr == old["calibrate"]["known_share"]
    assert {"upright", "careful", "known_share"}.isdisjoint(set(dump_recipe(recipe).decode().replace(":", " ").split()))


def test_old_keys_are_read_as_the_new_ones(tmp_path: Path) -> None:
    tree = "taxonomy: [{name: tank}, {name: bus}]"
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(f"model: {{upright: true}}\ncalibrate: {{careful: {{tank: 0.99}}, known_share: 0.9}}\n{tree}\n")
    new.write_text(
        "model: {canonical_pose: true}\n"
        f"calibrate: {{node_precision: {{tank: 0.99}}, in_distribution_tpr: 0.9}}\n{tree}\n"
    )
    assert load_recipe(old) == load_recipe(new) != Recipe()


def test_a_missing_recipe_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainError, match="cannot be read"):
        load_recipe(tmp_path / "r.yaml")


@pytest.mark.parametrize("file", sorted((ROOT / "training" / "recipes").glob("*.yaml")), ids=lambda file: file.name)
def test_every_recipe_in_the_repository_loads(file: Path) -> None:
    recipe = load_recipe(file)
    assert re.sub("-(first|second)$", "", file.stem) in (recipe.name, f"{recipe.name}-{recipe.version}")
    if recipe.start_from:  # a model that is here, or a run that a recipe makes
        made = "".join(each.read_text() for each in file.parent.glob("*.yaml"))
        assert (ROOT / recipe.start_from).is_dir() or f"--out {recipe.start_from}\n" in made


def test_a_recipe_can_use_the_tree_of_the_catalogue(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text("taxonomy: catalogue\n")
    found = load_recipe(tmp_path / "r.yaml").taxonomy
    assert len(found) > 60 and next(node for node in found if node.name == "bus").length_m is not None
    (tmp_path / "r.yaml").write_text("taxonomy: atlas\n")
    with pytest.raises(TrainError, match="taxonomy"):
        load_recipe(tmp_path / "r.yaml")


def test_numbers_with_an_exponent_are_numbers(tmp_path: Path) -> None:
    """YAML 1.1 reads 1e-3 as text."""
    (tmp_path / "r.yaml").write_text(
        "name: 1e3x\ndescription: '1e-3'\ntrain: {lr: 1e-3, weight_decay: 2E-2, epochs: 1e1}\n"
        "data: {gsd_range_m: [5e-2, 1e0]}\ncalibrate: {node_precision: {bus: 9e-1}}\n"
        "taxonomy: [{name: bus}, {name: car}]\n"
    )
    recipe = load_recipe(tmp_path / "r.yaml")
    assert (recipe.train.lr, recipe.train.weight_decay, recipe.train.epochs) == (1e-3, 0.02, 10)
    assert recipe.data.gsd_range_m == (0.05, 1.0) and recipe.calibrate.node_precision == {"bus": 0.9}
    assert recipe.description == "1e-3"
