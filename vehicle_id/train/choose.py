"""Which recipe a run gets: a file or a shipped name, with single values replaced, and the rest from where it starts."""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from vehicle_id.errors import TrainError
from vehicle_id.train.recipe import Recipe, read_plain, recipe_of
from vehicle_id.train.recipe_keys import renamed, set_value
from vehicle_id.train.start import TAKEN, read_start

RECIPES: Final = Path(__file__).parent / "recipes"
"""The recipes that come with the package."""


def shipped_recipes() -> tuple[str, ...]:
    """Names of the recipes that come with the package."""
    return tuple(sorted(file.stem for file in RECIPES.glob("*.yaml")))


def choose_recipe(recipe: str | Path | None = None, changes: Sequence[str] = ()) -> Recipe:
    """Read a recipe for a run.

    Fields of the network that the recipe leaves out are those of the network in `start_from`, if it names one.

    Args:
        recipe: a shipped name (`small`), a YAML file, or None for the defaults of every field.
        changes: values to replace, each as `train.epochs=5`; the value is YAML.

    Raises:
        TrainError: there is no such recipe or field, or a value that is not allowed.
        ModelError: `start_from` names a model that cannot be read.
    """
    what = "the recipe" if recipe is None else f"the recipe {recipe}"
    plain: Any = {} if recipe is None else read_plain(_find(recipe))
    plain = {} if plain is None else plain
    if isinstance(plain, dict):
        try:
            renamed(plain)
            for change in changes:
                set_value(plain, change, Recipe)
        except ValueError as error:
            raise TrainError(f"{what} cannot be changed: {error}") from error
    chosen = recipe_of(plain, what)
    if chosen.start_from is None:
        return chosen
    section = plain.setdefault("model", {})
    missing = [name for name in TAKEN if name not in section]
    if not missing:
        return chosen
    model = read_start(chosen.start_from).model
    section.update({name: getattr(model, name) for name in missing})
    return recipe_of(plain, what)


def _find(recipe: str | Path) -> Path:
    """The file of a recipe. A bare word is a name: a file of that name in the current folder never passes for it."""
    text = str(recipe)
    if os.sep in text or "/" in text or Path(text).suffix in (".yaml", ".yml"):
        return Path(recipe)
    names = shipped_recipes()
    if text in names:
        return RECIPES / f"{text}.yaml"
    near = [name for name in names if name.startswith(text)] or difflib.get_close_matches(text, names, n=1)
    hint = f"did you mean {near[0]}?" if near else f"name one of {', '.join(names)}, or a .yaml file"
    raise TrainError(f"there is no recipe {text!r}: {hint}")
