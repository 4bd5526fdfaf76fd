"""A file of boxes of any known format -> `SceneBox` rows.

The format is found by the suffix and the content. Reads at most `MAX_BYTES`, follows no reference to another file, and
parses XML without entities.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vehicle_id.errors import InputError
from vehicle_id.files import as_path, open_regular
from vehicle_id.scenes.boxes import MAX_BYTES, SceneBox
from vehicle_id.scenes.formats.geojson import is_geojson, read_geojson


def read_boxes(path: str | Path, *, box_format: str | None = None) -> list[SceneBox]:
    """The boxes of a file, in its order.

    Args:
        path: a file of boxes.
        box_format: one of `FORMATS`; None = by suffix and content.

    Raises:
        InputError: no such file, an unknown format, a file that cannot be read as boxes, or no box in it.
    """
    path = as_path(path, "the file of boxes")
    data = _content(path)
    with _faults(path):
        boxes = list(_from_json(data, path))
    if not boxes:
        raise InputError(f"{path} holds no boxes")
    return boxes


def _from_json(data: bytes, path: Path) -> Iterator[SceneBox]:
    document: Any = json.loads(data)
    if is_geojson(document):
        return read_geojson(document, what=str(path))
    raise ValueError("it is no GeoJSON")


def _content(path: Path) -> bytes:
    try:
        with open_regular(path) as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise InputError(f"the file of boxes {path} cannot be read: {why}") from error
    if len(data) > MAX_BYTES:
        raise InputError(f"the file of boxes {path} is larger than {MAX_BYTES >> 20} MiB")
    return data


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise InputError(f"{path} cannot be read as boxes: {error}") from error
