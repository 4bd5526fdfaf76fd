"""The plain values of a recipe file, before they become a recipe: old names, numbers, misspelt and single keys.

Knows no field of a recipe: the sections are given as types.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any, TypeGuard, get_origin

import msgspec

OLD_KEYS = (
    ("model", "upright", "canonical_pose"),
    ("calibrate", "careful", "node_precision"),
    ("calibrate", "known_share", "in_distribution_tpr"),
)
"""Section, name in version 0.1.0, name today."""
EXPONENT = re.compile(r"[-+]?\d+(\.\d*)?[eE][-+]?\d+")
"""A number that YAML 1.1 takes for text, such as 1e-3: it asks for a dot and a sign, 1.0e-3."""

SectionType = type[msgspec.Struct]


def renamed(plain: Any) -> Any:
    """The plain values with the keys of version 0.1.0 replaced by those of today.

    Raises:
        ValueError: a section has both the old and the new key.
    """
    for section, old, new in OLD_KEYS:
        fields = plain.get(section) if isinstance(plain, dict) else None
        if isinstance(fields, dict) and old in fields:
            if new in fields:
                raise ValueError(f"{section} has both {old!r} and {new!r}, which is its name today: remove {old!r}")
            fields[new] = fields.pop(old)
    return plain


def with_numbers(plain: Any) -> Any:
    """The plain values with `1e-3` as a number in the sections, where no text looks like one."""
    if not isinstance(plain, dict):
        return plain
    return {name: _as_numbers(value) if isinstance(value, dict) else value for name, value in plain.items()}


def _as_numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_numbers(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_as_numbers(each) for each in value]
    if not isinstance(value, str) or not EXPONENT.fullmatch(value):
        return value
    number = float(value)
    return int(number) if number.is_integer() else number  # a whole number suits either kind of field


def check_keys(plain: Any, kind: SectionType, *, prefix: str = "") -> None:
    """Refuse a key that is no field, and name the nearest one.

    Args:
        plain: the values of a section; other faults of them are left to msgspec.
        kind: the section.
        prefix: the names above it, each with its dot.

    Raises:
        ValueError: names the key and its place.
    """
    if not isinstance(plain, dict):
        return
    fields = field_types(kind)
    for key, value in plain.items():
        if key not in fields:
            raise ValueError(_no_field(f"{prefix}{key}", kind, prefix))
        if is_section(fields[key]):
            check_keys(value, fields[key], prefix=f"{prefix}{key}.")


def set_value(plain: dict[str, Any], change: str, kind: SectionType) -> None:
    """Replace one value in the plain values of a recipe.

    Args:
        plain: changed in place.
        change: `train.epochs=5`: the names down to the field, and its value as YAML writes it.
        kind: the type of the recipe.

    Raises:
        ValueError: there is no such field, or the value is no YAML.
    """
    name, equals, text = (part.strip() for part in change.partition("="))
    if not equals or not name:
        raise ValueError(f"{change!r} sets nothing: write a field and its value, such as train.epochs=5")
    try:
        value = msgspec.yaml.decode(text or "null")
    except msgspec.DecodeError as error:
        raise ValueError(f"the value of {name}, {text!r}, is no YAML: {str(error).splitlines()[0]}") from error
    place, section, (*above, last) = plain, kind, name.split(".")
    for number, step in enumerate(above):
        found = field_types(section).get(step)
        if found is None or not (is_section(found) or get_origin(found) is dict):
            raise ValueError(_no_field(name, kind))
        below = place.setdefault(step, {})
        if not isinstance(below, dict):
            raise ValueError(f"{step} is {below!r}, which has no part {last}")
        place = below
        if not is_section(found):  # the rest is one key of a table, which may have dots
            place[".".join((*above[number + 1 :], last))] = value
            return
        section = found
    if last not in field_types(section):
        raise ValueError(_no_field(name, kind))
    place[last] = value


def field_types(kind: SectionType) -> dict[str, Any]:
    """The fields of a section with their types."""
    return {field.name: field.type for field in msgspec.structs.fields(kind)}


def field_names(kind: SectionType, prefix: str = "") -> Iterator[str]:
    """The dotted names of all fields of a section and of those below it."""
    for name, found in field_types(kind).items():
        if is_section(found):
            yield from field_names(found, f"{prefix}{name}.")
        else:
            yield prefix + name


def is_section(found: Any) -> TypeGuard[SectionType]:
    """Whether the type of a field is a section with fields of its own."""
    return isinstance(found, type) and issubclass(found, msgspec.Struct)


def _no_field(name: str, kind: SectionType, prefix: str = "") -> str:
    """What to say of a name that is no field: the nearest ones, by the whole name or by its last part."""
    known = list(field_names(kind, prefix))
    last = name.rpartition(".")[2]
    near = [each for each in known if each.rpartition(".")[2] == last]
    near = near or difflib.get_close_matches(name, known, n=1, cutoff=0.7)
    ends = {each.rpartition(".")[2]: each for each in known}
    near = near or [ends[each] for each in difflib.get_close_matches(last, ends, n=1, cutoff=0.6)]
    hint = f": did you mean {' or '.join(near)}?" if near else ": vehicle-id train --describe lists all"
    return f"it has no field {name[:64]}{hint}"
