"""What a recipe can say: a JSON schema of it, and a text for people, from the types and the texts under the fields."""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from vehicle_id.train import recipe as recipe_module
from vehicle_id.train.recipe import Recipe
from vehicle_id.train.recipe_keys import SectionType, field_types, is_section

SPOKEN: Final = {"integer": "whole number", "number": "number", "string": "text", "boolean": "true or false"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldInfo:
    """One field of a recipe."""

    name: str
    """Dotted: `train.epochs`."""
    kind: str
    """Which values it takes, in words."""
    default: str
    """As YAML writes it."""
    meaning: str


def recipe_schema() -> dict[str, Any]:
    """JSON schema (2020-12) of a recipe file, with a description of every field; editors of YAML read it."""
    schema = msgspec.json.schema(Recipe)
    texts = _texts()
    for section, properties in schema["$defs"].items():
        for name, text in texts.get(section, {}).items():
            properties["properties"][name]["description"] = text
    recipe = schema["$defs"]["Recipe"]["properties"]
    recipe["taxonomy"] = {
        **recipe["taxonomy"],
        "anyOf": [{"const": "catalogue"}, {"type": "array", "items": {"$ref": "#/$defs/Node"}}],
    }
    del recipe["taxonomy"]["type"], recipe["taxonomy"]["items"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def describe() -> list[FieldInfo]:
    """Every field of a recipe, in the order of the file."""
    return list(_fields(Recipe, "", recipe_schema()["$defs"], _texts()))


def as_text(fields: list[FieldInfo], *, width: int = 100) -> str:
    """The fields as text: a line with name, values and default, and the meaning under it."""
    blocks = []
    for field in fields:
        indent = "    "
        meaning = textwrap.fill(field.meaning, width, initial_indent=indent, subsequent_indent=indent)
        blocks.append(f"{field.name}: {field.kind}; default {field.default}\n{meaning}")
    return "\n".join(blocks)


def as_table(fields: list[FieldInfo]) -> str:
    """The fields as a table in Markdown."""
    rows = [f"| `{each.name}` | {each.kind} | `{each.default}` | {each.meaning} |" for each in fields]
    return "\n".join(["| field | values | default | meaning |", "|---|---|---|---|", *rows])


def _fields(
    kind: SectionType, prefix: str, schemas: Mapping[str, Any], texts: Mapping[str, Mapping[str, str]]
) -> Iterator[FieldInfo]:
    properties = schemas[kind.__name__]["properties"]
    for name, found in field_types(kind).items():
        if is_section(found):
            yield from _fields(found, f"{prefix}{name}.", schemas, texts)
            continue
        yield FieldInfo(
            name=prefix + name,
            kind=_kind(properties[name]),
            default=json.dumps(properties[name].get("default", [])),
            meaning=texts[kind.__name__][name],
        )


def _kind(schema: Mapping[str, Any]) -> str:
    """The values that a schema allows, in words."""
    if "$ref" in schema:
        return "nodes"
    if "const" in schema:
        return str(schema["const"])
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"] if each.get("type") != "null") + (
            ", or null" if {"type": "null"} in schema["anyOf"] else ""
        )
    if "enum" in schema:
        return " or ".join(map(str, schema["enum"]))
    if schema["type"] == "array":
        if "prefixItems" in schema:
            return f"list of {len(schema['prefixItems'])} numbers"
        return f"list of {_kind(schema['items'])}"
    if schema["type"] == "object":
        return f"names, each with a {_kind(schema['additionalProperties'])}"
    return SPOKEN[schema["type"]] + _limits(schema)


def _limits(schema: Mapping[str, Any]) -> str:
    """The range of a number, in words."""
    low, high = schema.get("minimum"), schema.get("maximum")
    parts = [f"over {schema['exclusiveMinimum']}"] if "exclusiveMinimum" in schema else []
    if low is not None and high is not None:
        parts.append(f"{low} to {high}")
    elif low is not None:
        parts.append(f"{low} or more")
    if "exclusiveMaximum" in schema:
        parts.append(f"under {schema['exclusiveMaximum']}")
    return f" ({', '.join(parts)})" if parts else ""


def _texts() -> dict[str, dict[str, str]]:
    """Section -> field -> the text under the field; Python keeps no such texts but in the source."""
    texts: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(recipe_module)).body:
        if isinstance(node, ast.ClassDef):
            texts[node.name] = {
                field.target.id: " ".join(text.value.value.split())
                for field, text in zip(node.body, node.body[1:], strict=False)
                if isinstance(field, ast.AnnAssign)
                and isinstance(field.target, ast.Name)
                and isinstance(text, ast.Expr)
                and isinstance(text.value, ast.Constant)
                and isinstance(text.value.value, str)
            }
    return texts
