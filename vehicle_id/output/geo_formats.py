"""The formats of maps: GeoJSON and GeoPackage, in longitude and latitude, with a style for QGIS.

Every row is a feature; one without a place has no geometry. All columns are attributes, so that the rows can be read
back: numbers as numbers, in GeoPackage lists as text, as in CSV.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import tempfile
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import IO, Any, Final

import numpy as np

from vehicle_id.errors import MissingExtraError, OutputError
from vehicle_id.output.formats import ROW_GROUP, detach, text_of, to_cell
from vehicle_id.output.geometry import CRS, GEOMETRY, MULTIPOLYGON, POINT, POLYGON, Geometry, geometry_of, wkb
from vehicle_id.output.hash_chain import FILE_COLUMNS
from vehicle_id.output.qgis_style import Style, qml
from vehicle_id.results import EXTRA, Kind, Record

FEATURE: Final = '{"type": "Feature"'
"""How the line of a feature begins."""
ROW_NUMBER: Final = "row_number"
"""Attribute of GeoPackage: the place of a feature among the rows, from 1, since layers are not in order."""
FEATURE_ID: Final = "feature_id"
OWN: Final = (FEATURE_ID, ROW_NUMBER, GEOMETRY)
"""Attributes of GeoPackage that no row has."""
NO_ANSWER: Final = "no_answer"
"""Layer of the crops without an answer, where each family has its own."""
STYLES: Final = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
)
"""
"""The table in which QGIS looks for the style of a layer."""


class GeoJsonWriter:
    """A collection of features, one on each line (RFC 7946)."""

    def __init__(self, file: IO[bytes]) -> None:
        self._text = text_of(file)
        self._text.write('{"type": "FeatureCollection", "features": [')
        self._is_first = True
        self.style = Style()
        """What a style for QGIS has to tell apart."""

    def write(self, record: Record) -> None:
        """Add a record."""
        geometry = geometry_of(record)
        self.style.add(record, None if geometry is None else geometry["type"])
        feature = json.dumps(
            {"type": "Feature", "geometry": geometry, "properties": record}, ensure_ascii=False, allow_nan=False
        )
        self._text.write(("\n" if self._is_first else ",\n") + feature)
        self._is_first = False

    def finish(self) -> None:
        """Write what is left; the file is not closed."""
        self._text.write("\n]}\n")

    def abandon(self) -> None:
        """Release the file, finished or not."""
        detach(self._text)


class GeoPackageWriter:
    """A GeoPackage with its style inside: one layer, or one for each family.

    A layer holds polygons or points. Where rows have both, those of the other kind than the first have a layer of their
    own.

    Args:
        file: to write to, at the end.
        name: of the layer.
        by_family: make a layer for each family.

    Raises:
        MissingExtraError: without pyogrio.
    """

    def __init__(self, file: IO[bytes], *, name: str, by_family: bool = False) -> None:
        try:
            from pyogrio import raw
        except ImportError as error:
            raise MissingExtraError("writing .gpkg", "geo") from error
        self._raw, self._file, self._name, self._by_family = raw, file, name, by_family
        self._folder = tempfile.TemporaryDirectory(prefix="vehicle-id-", ignore_cleanup_errors=True)
        self._path = Path(self._folder.name) / "results.gpkg"
        self._layers: dict[str, _Layer] = {}
        self._num_rows, self._num_waiting = 0, 0

    def write(self, record: Record) -> None:
        """Add a record."""
        geometry = geometry_of(record)
        self._num_rows += 1
        self._layer(_group(record) if self._by_family else self._name, geometry).add(self._num_rows, record, geometry)
        self._num_waiting += 1
        if self._num_waiting == ROW_GROUP:
            self._flush()

    def finish(self) -> None:
        """Write what is left; the file is not closed."""
        if not self._layers:
            self._layer(self._name, None)
        self._flush()
        with closing(sqlite3.connect(self._path)) as database, database:
            database.execute(STYLES)
            for layer in self._layers.values():
                values = (layer.name, GEOMETRY, "families", qml(layer.style))
                database.execute(
                    "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,"
                    " styleName, styleQML, styleSLD, useAsDefault) VALUES ('', '', ?, ?, ?, ?, '', 1)",
                    values,
                )
        with self._path.open("rb") as written:
            shutil.copyfileobj(written, self._file, 1 << 20)

    def abandon(self) -> None:
        """Release the file, finished or not."""
        self._folder.cleanup()

    def _layer(self, group: str, geometry: Geometry | None) -> _Layer:
        """The layer of a group of rows for a kind of geometry."""
        kind = None if geometry is None else POINT if geometry["type"] == POINT else MULTIPOLYGON
        main = self._made(group)
        main.kind = main.kind or kind
        if kind in (None, main.kind):
            return main
        other = self._made(f"{group}_{'points' if kind == POINT else 'polygons'}")
        other.kind = kind
        return other

    def _made(self, group: str) -> _Layer:
        """The layer of a group; two groups never share a name, whatever their capitals."""
        if group not in self._layers:
            taken, name = {layer.name.lower() for layer in self._layers.values()}, _layer_name(group)
            names = (name if number == 1 else f"{name}_{number}" for number in count(1))
            self._layers[group] = _Layer(next(each for each in names if each.lower() not in taken))
        return self._layers[group]

    def _flush(self) -> None:
        for layer in self._layers.values():
            if layer.rows or not layer.is_made:
                layer.write(self._raw, self._path)
        self._num_waiting = 0


class _Layer:
    def __init__(self, name: str) -> None:
        self.name = name
        self.kind: str | None = None
        """`Point` or `MultiPolygon`, of the first row that has a place."""
        self.is_made = False
        self.rows: list[tuple[int, Record, Geometry | None]] = []
        self.style = Style()

    def add(self, number: int, record: Record, geometry: Geometry | None) -> None:
        self.style.add(record, None if geometry is None else geometry["type"])
        self.rows.append((number, record, geometry))

    def write(self, raw: Any, path: Path) -> None:
        """Append the rows that wait."""
        names = list(self.rows[0][1]) if self.rows else list(FILE_COLUMNS)
        _check(names)
        self.kind = self.kind or POINT
        columns = [_values(name, [record[name] for _, record, _ in self.rows]) for name in names]
        numbers = np.array([number for number, _, _ in self.rows], np.int64)
        geometries = [None if each is None else wkb(_as(self.kind, each)) for _, _, each in self.rows]
        raw.write(
            path,
            np.array([*geometries, None], object)[:-1],  # else numpy takes bytes of one length for text
            [numbers, *(values for values, _ in columns)],
            [ROW_NUMBER, *names],
            field_mask=[None, *(mask for _, mask in columns)],
            layer=self.name,
            driver="GPKG",
            geometry_type=self.kind,
            crs=CRS,
            append=self.is_made,
            dataset_options={"VERSION": "1.2"},  # which older programs read, too
            layer_options={"FID": FEATURE_ID, "GEOMETRY_NAME": GEOMETRY},
        )
        self.is_made, self.rows = True, []


def _check(names: list[str]) -> None:
    """GeoPackage does not tell capitals apart."""
    seen = {name: name for name in OWN}
    for name in names:
        if name.lower() in seen:
            other = seen[name.lower()]
            raise OutputError(f"a GeoPackage cannot hold the column {name!r} beside {other!r}: rename your own column")
        seen[name.lower()] = name


def _values(name: str, values: list[Any]) -> tuple[Any, Any]:
    """The values of an attribute as an array, and which of them are null."""
    column = FILE_COLUMNS.get(name, EXTRA)
    missing = np.array([value is None for value in values], bool)
    if column.kind is Kind.NUMBER:
        return np.array([np.nan if value is None else value for value in values], np.float64), missing
    if column.kind is Kind.INTEGER:
        return np.array([value or 0 for value in values], np.int64), missing
    cell = to_cell(column)
    return np.array([None if value is None else cell(value) for value in values], object), None


def _as(kind: str, geometry: Geometry) -> Geometry:
    """A polygon as one of several, where the layer holds those."""
    if kind == MULTIPOLYGON and geometry["type"] == POLYGON:
        return {"type": MULTIPOLYGON, "coordinates": [geometry["coordinates"]]}
    return geometry


def _group(record: Record) -> str:
    return str(record["family"] or record["label"] or NO_ANSWER)


def _layer_name(text: str) -> str:
    """A name that QGIS and SQLite take for nothing else."""
    name = re.sub(r"[^\w -]", "_", text)[:60].strip() or "results"
    return f"layer_{name}" if re.match(r"(?i)(gpkg|sqlite|rtree|layer)_", name) else name
