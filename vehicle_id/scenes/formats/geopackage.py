"""GeoPackage: the polygons and points of every layer, each in the layer's coordinate system.

Read by GDAL, which takes the file for a GeoPackage alone: other kinds of databases could name other files.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pyogrio
import shapely

from vehicle_id.scenes.boxes import SceneBox
from vehicle_id.scenes.formats.common import attributes_of
from vehicle_id.scenes.formats.geometry import ring_of_shape
from vehicle_id.scenes.georeference import checked_crs

HEAD: Final = b"SQLite format 3\0"
APPLICATIONS: Final = (b"GPKG", b"GP10", b"GP11")
"""What stands at byte 68 of a GeoPackage (OGC 12-128r18, requirement 2)."""


def is_geopackage(head: bytes) -> bool:
    """Whether a file with these first 72 bytes is one."""
    return head.startswith(HEAD) and head[68:72] in APPLICATIONS


def read_geopackage(path: Path) -> Iterator[SceneBox]:
    """The boxes of all layers, in the order of the file.

    Raises:
        ValueError: it is damaged, or has no layer with geometries.
        InputError: the coordinate system of a layer is not known.
    """
    try:
        layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
        if not layers:
            raise ValueError("it has no layer with geometries")
        for layer in layers:
            yield from _of_layer(path, layer, several=len(layers) > 1)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError) as error:
        raise ValueError(str(error)) from error


def _of_layer(path: Path, layer: str, *, several: bool) -> Iterator[SceneBox]:
    meta, ids, shapes, columns = pyogrio.raw.read(path, layer=layer, return_fids=True)
    crs = meta["crs"] and checked_crs(str(meta["crs"]), f"layer {layer} of {path}")
    names = [str(each) for each in meta["fields"]]
    for number, blob in enumerate(shapes):
        attributes = attributes_of({name: _plain(column[number]) for name, column in zip(names, columns, strict=True)})
        ring, problem = ring_of_shape(None if blob is None else shapely.from_wkb(blob, on_invalid="ignore"))
        found = attributes.pop("id", None) or (f"{layer} {ids[number]}" if several else str(ids[number]))
        # a layer without a system holds pixels: what GDAL calls undefined Cartesian
        yield SceneBox(
            id=found,
            ring=ring,
            space="map" if crs else "pixel",
            crs=crs or None,
            attributes=attributes,
            problem=problem,
        )


def _plain(value: object) -> object:
    """A cell as Python has it: text of times and bytes, none for what is missing."""
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else str(value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and value != value:
        return None
    return value.hex() if isinstance(value, bytes) else value
