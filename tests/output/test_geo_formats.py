"""Maps: where features stand, what their attributes are, which layers there are, and the style beside them."""

from __future__ import annotations

import json
import sqlite3
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.output.test_writers import FULL, needs_pyarrow, needs_pyogrio
from vehicle_id import InputError, OutputError, Result, Writers, read_rows
from vehicle_id.errors import MissingExtraError
from vehicle_id.output import formats, geo_formats
from vehicle_id.output.geometry import geometry_of, wkb
from vehicle_id.results import ScenePlace, Status

SQUARE = '{"type": "Polygon", "coordinates": [[[30, 50], [30.001, 50], [30.001, 50.001], [30, 50]]]}'
TRUCK = replace(
    FULL, label="rigid_hauler", family="haul_truck", place=ScenePlace(lon=30.0005, lat=50.0004, footprint=SQUARE)
)
POINT = replace(TRUCK, label="car", family="light_vehicle", place=ScenePlace(lon=-70.5, lat=-33.25))
NOWHERE = replace(TRUCK, label=None, family=None, status=Status.CORRUPT, size=None, place=None)
ROWS = [TRUCK, POINT, NOWHERE, TRUCK]


def write(path: Path, rows: Sequence[Result] = ROWS, **options: Any) -> Path:
    with Writers([path], **options) as writers:
        for row in rows:
            writers.write(row)
    return path


def features(path: Path, layer: str | None = None) -> tuple[dict[str, Any], list[Any], dict[str, list[Any]]]:
    """What GDAL reads of a file: about the layer, its geometries, its attributes."""
    import shapely
    from pyogrio import raw

    about, _, geometry, values = raw.read(path, layer=layer)
    shapes = [None if each is None else shapely.from_wkb(each) for each in geometry]
    return about, shapes, {name: list(each) for name, each in zip(about["fields"], values, strict=True)}


@pytest.mark.parametrize(
    ("footprint", "kind"),
    [
        (SQUARE, "Polygon"),
        ('{"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]]]}', "MultiPolygon"),
        ('{"type": "Polygon", "coordinates": [[[0, 0, 5], [1, 0, 5], [1, 1, 5], [0, 0, 5]]]}', "Polygon"),
        ('{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]}', "Point"),
        ('{"type": "Polygon", "coordinates": [[[0, 0], [200, 0], [1, 1], [0, 0]]]}', "Point"),
        ('{"type": "Polygon", "coordinates": []}', "Point"),
        ('{"type": "Polygon", "coordinates": [1, 2]}', "Point"),
        ("[[1, 2], [3, 4]]", "Point"),
        (None, "Point"),
    ],
)
def test_a_footprint_that_is_none_gives_way_to_the_point(footprint: str | None, kind: str) -> None:
    found = geometry_of(Result(place=ScenePlace(lon=1.0, lat=2.0, footprint=footprint)).to_dict())
    assert found is not None and found["type"] == kind
    shapely = pytest.importorskip("shapely")
    assert shapely.from_wkb(wkb(found)).equals(shapely.geometry.shape(found))


def test_geojson_holds_geometries_and_typed_attributes(tmp_path: Path) -> None:
    found = json.loads(write(tmp_path / "r.geojson").read_text())
    assert found["type"] == "FeatureCollection"
    kinds = [each["geometry"] and each["geometry"]["type"] for each in found["features"]]
    assert kinds == ["Polygon", "Point", None, "Polygon"]
    first = found["features"][0]["properties"]
    assert first["length_m"] == 4.5 and first["flags"] == ["grey", "alpha"] and first["top"][0]["label"] == "car"


def test_geojson_without_rows_is_a_collection(tmp_path: Path) -> None:
    path = write(tmp_path / "r.geojson", [])
    assert json.loads(path.read_text()) == {"type": "FeatureCollection", "features": []} and list(read_rows(path)) == []


@needs_pyogrio
def test_a_geopackage_has_a_layer_for_each_kind_of_geometry(tmp_path: Path) -> None:
    from pyogrio import list_layers

    path = write(tmp_path / "lorry park.gpkg")
    layers = {name: kind for name, kind in list_layers(path) if kind is not None}
    assert layers == {"lorry park": "MultiPolygon", "lorry park_points": "Point"}
    about, shapes, values = features(path, "lorry park")
    assert about["crs"] == "EPSG:4326" and [shape is None for shape in shapes] == [False, True, False]
    assert shapes[0].bounds == pytest.approx((30, 50, 30.001, 50.001))
    assert values["length_m"][0] == 4.5 and values["width_px"][0] == 20 and values["row_number"] == [1, 3, 4]
    assert values["flags"][0] == "grey;alpha" and values["label"] == ["rigid_hauler", None, "rigid_hauler"]
    assert [(shape.x, shape.y) for shape in features(path, "lorry park_points")[1]] == [(-70.5, -33.25)]


@needs_pyogrio
def test_a_geopackage_may_have_a_layer_for_each_family(tmp_path: Path) -> None:
    from pyogrio import list_layers

    path = write(tmp_path / "r.gpkg", by_family=True)
    layers = {name: kind for name, kind in list_layers(path) if kind is not None}
    assert layers == {"haul_truck": "MultiPolygon", "light_vehicle": "Point", "no_answer": "Point"}
    assert [row["label"] for row in read_rows(path)] == [row.label for row in ROWS]


@needs_pyogrio
def test_more_rows_than_are_kept_in_memory_are_appended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geo_formats, "ROW_GROUP", 3)
    rows = [replace(row, path=f"{number}.png") for number, row in enumerate(ROWS * 4)]
    assert [row["path"] for row in read_rows(write(tmp_path / "r.gpkg", rows))] == [row.path for row in rows]


@needs_pyogrio
@pytest.mark.parametrize("name", ["gpkg_contents", 'a"; DROP TABLE x; --', "карьер", "sqlite_x", "x" * 100])
def test_a_layer_of_any_name_is_read_back(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / f"{name}.gpkg")
    assert len(list(read_rows(path))) == 4
    families = (name, f"{name}?", f"{name}/", name.upper())  # all of which become one name or differ in capitals
    rows = [replace(row, family=family) for row, family in zip(ROWS, families, strict=True)]
    assert len(list(read_rows(write(tmp_path / "f.gpkg", rows, by_family=True)))) == 4


@needs_pyogrio
@pytest.mark.parametrize("names", [("Name", "name"), ("Geometry",), ("ROW_NUMBER",), ("feature_id",)])
def test_columns_that_a_geopackage_cannot_tell_apart_are_an_error(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(OutputError, match="a GeoPackage cannot hold the column"):
        write(tmp_path / "r.gpkg", [replace(TRUCK, extra=dict.fromkeys(names, "x"))])
    assert list(tmp_path.iterdir()) == []


@needs_pyogrio
def test_a_file_that_is_no_geopackage_of_results(tmp_path: Path) -> None:
    path = tmp_path / "r.gpkg"
    path.write_bytes(b"no database")
    with pytest.raises(InputError, match="it is no GeoPackage"):
        list(read_rows(path))
    path.unlink()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE t (a)")
    with pytest.raises(InputError, match="it is no GeoPackage of results: no such table: gpkg_contents"):
        list(read_rows(path))


@needs_pyarrow
def test_geoparquet_says_where_its_geometry_is(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    shapely = pytest.importorskip("shapely")
    table = pq.read_table(write(tmp_path / "r.geoparquet"))
    about = json.loads(table.schema.metadata[b"geo"])
    assert about["version"] == "1.1.0" and about["columns"][about["primary_column"]]["encoding"] == "WKB"
    shapes = [each and shapely.from_wkb(each).geom_type for each in table["geometry"].to_pylist()]
    assert shapes == ["Polygon", "Point", None, "Polygon"]
    with pytest.raises(OutputError, match="cannot hold a column 'geometry' of your own"):
        write(tmp_path / "s.geoparquet", [replace(TRUCK, extra={"geometry": "x"})])


def test_the_style_has_a_category_for_each_family_and_is_never_replaced(tmp_path: Path) -> None:
    write(
        tmp_path / "r.geojson",
        [TRUCK, replace(TRUCK, family='<"&>'), NOWHERE, replace(TRUCK, family=None, label="unknown")],
    )
    style = ET.fromstring((tmp_path / "r.qml").read_text())  # our own
    values = [each.get("value") for each in style.iter("category")]
    assert values == ['<"&>', "haul_truck", "no answer", "unknown", ""]
    assert len(list(style.iter("symbol"))) == 5 and {each.get("type") for each in style.iter("symbol")} == {"fill"}
    [label] = style.iter("text-style")
    assert '"length_m"' in str(label.get("fieldName"))
    (tmp_path / "r.qml").write_text("mine")
    write(tmp_path / "r.geojson")
    assert (tmp_path / "r.qml").read_text() == "mine"


@needs_pyogrio
def test_the_style_of_a_geopackage_is_in_it(tmp_path: Path) -> None:
    path = write(tmp_path / "r.gpkg")
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute(
            "SELECT f_table_name, f_geometry_column, useAsDefault, styleQML FROM layer_styles"
        ).fetchall()
    assert [row[:3] for row in rows] == [("r", "geometry", 1), ("r_points", "geometry", 1)]
    kinds = [{each.get("type") for each in ET.fromstring(row[3]).iter("symbol")} for row in rows]
    assert kinds == [{"fill"}, {"marker"}]


def test_a_geopackage_without_pyogrio_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyogrio", None)
    with pytest.raises(MissingExtraError, match=r"writing \.gpkg needs the extra 'geo'"):
        write(tmp_path / "r.gpkg")


def test_places_are_kept_within_a_tenth_of_a_metre(tmp_path: Path) -> None:
    """Six decimals of a degree: half of the last is 0.056 m at most."""
    row = replace(TRUCK, place=ScenePlace(lon=30.12345678, lat=50.87654321))
    [record] = read_rows(write(tmp_path / "r.geojson", [row]))
    assert abs(record["lon"] - 30.12345678) * 111_320 < 0.06 and abs(record["lat"] - 50.87654321) * 111_320 < 0.06
    assert formats.ROW_GROUP > 1
