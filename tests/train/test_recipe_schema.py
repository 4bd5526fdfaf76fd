"""The description of a recipe."""

from __future__ import annotations

import jsonschema
import msgspec
import pytest

from vehicle_id.train.choose import RECIPES, shipped_recipes
from vehicle_id.train.recipe import Recipe
from vehicle_id.train.recipe_keys import field_names
from vehicle_id.train.recipe_schema import as_table, as_text, describe, recipe_schema


def test_every_field_is_described_with_its_values_and_meaning() -> None:
    fields = {each.name: each for each in describe()}
    assert list(fields) == list(field_names(Recipe))
    assert all(len(each.meaning) > 10 and each.kind and each.default for each in fields.values())
    assert fields["train.epochs"].kind == "whole number (1 or more)" and fields["train.epochs"].default == "30"
    assert fields["data.sensor"].kind == "optical or radar"
    assert fields["data.gsd_range_m"].kind == "list of 2 numbers, or null"
    assert fields["taxonomy"].kind == "catalogue or list of nodes"
    assert fields["calibrate.node_precision"].kind == "names, each with a number (0 to 1)"


def test_text_and_table_have_every_field() -> None:
    fields = describe()
    text, table = as_text(fields), as_table(fields)
    assert all(f"{each.name}: " in text and f"| `{each.name}` |" in table for each in fields)
    assert max(map(len, text.splitlines())) <= 140


@pytest.mark.parametrize("name", shipped_recipes())
def test_the_schema_takes_the_shipped_recipes(name: str) -> None:
    jsonschema.validate(msgspec.yaml.decode((RECIPES / f"{name}.yaml").read_bytes()), recipe_schema())


def test_the_schema_refuses_what_a_recipe_refuses() -> None:
    schema = recipe_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate({"taxonomy": "catalogue"}, schema)
    for wrong in ({"train": {"epoch": 3}}, {"train": {"epochs": 0}}, {"taxonomy": "atlas"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)
    assert schema["$defs"]["TrainRecipe"]["properties"]["lr"]["description"].startswith("Highest learning rate")
