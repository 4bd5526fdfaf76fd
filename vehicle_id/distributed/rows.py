"""Rows of a table in memory -> `Crop` rows: the values of a row are read as the cells of a manifest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from vehicle_id.crops.manifest import Crop, fields_of, path_problem
from vehicle_id.crops.shards import cell_of
from vehicle_id.text import path_of

CONTENT: Final = "bytes"
"""Column with the files of crops, as `ray.data.read_binary_files` names it."""


def row_crop(row: Mapping[str, Any], columns: Mapping[str, str], *, folder: Path | None = None) -> Crop:
    """A row as a crop.

    Args:
        row: values by column, of which `path` is one.
        columns: the user's columns and their names in a result.
        folder: paths must lie in it, as those of a manifest; None = any path.
    """
    cells = {name: cell_of(name, value) for name, value in row.items() if name != CONTENT}
    known, problem = fields_of(cells)
    extra = {new: cells.get(old) or "" for old, new in columns.items()}
    path = path_of(cells.get("path") or "")
    content = row.get(CONTENT)
    if folder is not None:
        problem = path_problem(path) or problem
    elif not path and content is None:
        problem = "the row has neither a path nor bytes"
    return Crop(
        path=Path(path) if folder is None else folder / path,
        content=None if content is None else bytes(content),
        problem=problem,
        extra=extra,
        **known,
    )
