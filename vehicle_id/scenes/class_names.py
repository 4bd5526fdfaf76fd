"""Names that a public data set gives its classes -> nodes of the class tree, by a CSV file that ships or is the user's.

A shipped file maps a name to the most specific node that its objects surely belong to: the small cars of xView are
`light_vehicle`, since vans and pickups are among them. A name without a node is left out on purpose.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Final

from vehicle_id.errors import InputError
from vehicle_id.files import read_short
from vehicle_id.text import said

SHIPPED: Final = ("dota", "fair1m", "vedai", "xview")
MAX_BYTES: Final = 1 << 20


def read_class_names(names: str) -> Mapping[str, str]:
    """Name or number of a class -> label; an empty label leaves its objects out.

    Args:
        names: one of `SHIPPED`, or the path of a CSV file with the columns `name` and `label`, and `number` if boxes
            state numbers.

    Raises:
        InputError: no such file, or one without these columns.
    """
    if names in SHIPPED:
        text = files("vehicle_id.scenes").joinpath("names", f"{names}.csv").read_text("utf-8")
    else:
        text = _text_of(Path(names))
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        keys = [key for key in ("name", "number") if rows and key in rows[0]]
        if not rows or "label" not in rows[0] or not keys:
            raise ValueError("it has no columns name and label")
        found = {(row[key] or "").strip(): (row["label"] or "").strip() for key in keys for row in rows}
    except (csv.Error, ValueError) as error:
        raise InputError(f"the names of classes {names} cannot be read: {said(error)}") from error
    return {name: label for name, label in found.items() if name}


def _text_of(path: Path) -> str:
    try:
        return read_short(path, MAX_BYTES).decode("utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(
            f"there are no names of classes {path}: name one of {', '.join(SHIPPED)}, or a CSV file"
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(f"the names of classes {path} cannot be read: it is not UTF-8 text") from error
    except (OSError, ValueError) as error:
        raise InputError(f"the names of classes {path} cannot be read: {said(error)}") from error
