"""Pages of the site that mkdocs makes from the code and from the released model.

`reference/cli.md` is typer's own text of every command. `reference/python.md` has a section for each public name, which
mkdocstrings fills from its docstring. `reference/recipe.md` has every field of a training recipe. `card/` is the card
of the default model with its plots. None of them is a file of the repository, so that none can be out of date.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]

PYTHON_PAGE = """# Python reference

Everything below is imported from `vehicle_id` itself. Other modules may change between versions.
"""

RECIPE_PAGE = """# Fields of a recipe

What a [recipe](../training.md#recipe) for `vehicle-id train` can say. `vehicle-id train --describe` prints the same,
with `--json` as a JSON schema.
"""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Called by mkdocs after it has listed the files of `docs/`."""
    files.append(File.generated(config, "reference/cli.md", content=_commands()))
    files.append(File.generated(config, "reference/python.md", content=_names()))
    files.append(File.generated(config, "reference/recipe.md", content=_recipe_fields()))
    model = ROOT / "models" / json.loads((ROOT / "models" / "index.json").read_bytes())["default"]
    card = (model / "README.md").read_text(encoding="utf-8")
    files.append(File.generated(config, "card/index.md", content=card))
    for plot in sorted(model.glob("plots/**/*.png")):
        uri = f"card/{plot.relative_to(model).as_posix()}"
        files.append(File.generated(config, uri, abs_src_path=str(plot)))
    return files


def _recipe_fields() -> str:
    from vehicle_id.train.recipe_schema import as_table, describe

    return f"{RECIPE_PAGE}\n{as_table(describe())}\n"


def _commands() -> str:
    typer = [sys.executable, "-m", "typer", "vehicle_id.cli.app", "utils", "docs", "--name", "vehicle-id"]
    title = ["--title", "Command reference"]
    return subprocess.run([*typer, *title], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def _names() -> str:
    import vehicle_id

    sections = [f"## {name}\n\n::: vehicle_id.{name}\n" for name in vehicle_id.__all__]
    return "\n".join([PYTHON_PAGE, *sections])
