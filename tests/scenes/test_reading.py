"""Files of boxes of every format: what is read, what is told apart, and what strangers may write."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fixtures.scenes import feature, on_map, square, write_geojson
from tests.scenes.conftest import PLACES
from vehicle_id import Classifier, InputError, SceneOptions, classify_scene
from vehicle_id.scenes.boxes import SceneBox
from vehicle_id.scenes.reading import READERS, boxes_of_scene, read_boxes

WIDTH, HEIGHT = 200, 160
"""Of the scene of `conftest.py`."""
SQUARES = [square(*place) for place in PLACES]


def as_geojson(path: Path) -> None:
    write_geojson(path, [feature(on_map(ring), label=name) for ring, name in zip(SQUARES, "abc", strict=True)])


def as_old_geojson(path: Path) -> None:
    features = [feature(on_map(ring, crs="EPSG:3857"), label=name) for ring, name in zip(SQUARES, "abc", strict=True)]
    write_geojson(path, features, crs="urn:ogc:def:crs:EPSG::3857")


def as_xview(path: Path) -> None:
    nowhere = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)]
    corners = [(ring[0], ring[2]) for ring in SQUARES]
    write_geojson(
        path,
        [
            feature(nowhere, bounds_imcoords=f"{a:g},{b:g},{c:g},{d:g}", image_id="scene.tif", label=name)
            for ((a, b), (c, d)), name in zip(corners, "abc", strict=True)
        ],
    )


def as_coco(path: Path) -> None:
    boxes = [
        {"id": n, "image_id": 7, "category_id": n, "bbox": [*ring[0], 20, 20], "segmentation": [], "score": 0.5}
        for n, ring in enumerate(SQUARES)
    ]
    boxes[1] |= {"bbox": [0, 0, 1, 1], "segmentation": [[each for corner in SQUARES[1] for each in corner]]}
    boxes[2] |= {"segmentation": {"counts": [1], "size": [1, 1]}, "iscrowd": 1}
    categories = [{"id": n, "name": name} for n, name in enumerate("abc")]
    path.write_text(
        json.dumps({"images": [{"id": 7, "file_name": "x/scene.tif"}], "annotations": boxes, "categories": categories})
    )


def as_yolo(path: Path) -> None:
    path.with_name("classes.txt").write_text("a\nb\nc\n")
    rows = [(n, (x + 10) / WIDTH, (y + 10) / HEIGHT, 20 / WIDTH, 20 / HEIGHT) for n, ((x, y), *_) in enumerate(SQUARES)]
    path.write_text("".join(" ".join(map(str, row)) + "\n" for row in rows))


def as_turned_yolo(path: Path) -> None:
    path.with_name("data.yaml").write_text("path: .\nnames:\n  0: a # one\n  1: 'b'\n  2: c\nnc: 3\n")
    rows = [(n, *(each for x, y in ring for each in (x / WIDTH, y / HEIGHT)), 0.9) for n, ring in enumerate(SQUARES)]
    path.write_text("".join(" ".join(map(str, row)) + "\n" for row in rows))


def as_dota(path: Path) -> None:
    rows = [(*(each for corner in ring for each in corner), name, 0) for ring, name in zip(SQUARES, "abc", strict=True)]
    head = "imagesource:GoogleEarth\ngsd:0.5\n"
    path.write_text(head + "".join(" ".join(map(str, row)) + "\n" for row in rows))


def as_vedai(path: Path) -> None:
    rows = [
        (x + 10, y + 10, 0.0, n + 1, 1, 0, *(c[0] for c in ring), *(c[1] for c in ring))
        for n, ring in enumerate(SQUARES)
        for x, y in ring[:1]
    ]
    path.write_text("".join("\t".join(map(str, row)) + "\n" for row in rows))


def as_vedai_of_all(path: Path) -> None:
    rows = [
        (name, x + 10, y + 10, 0.0, *(c[0] for c in ring), *(c[1] for c in ring), f"00{n + 1}", 1, 0)
        for n, ring in enumerate(SQUARES)
        for x, y in ring[:1]
        for name in (["scene"] if n else ["scene", "00000001"])
    ]
    path.write_text("".join(" ".join(map(str, row)) + "\n" for row in rows))


def as_voc(path: Path) -> None:
    rows = "".join(
        f"<object><name>{name}</name><difficult>0</difficult><bndbox><xmin>{x}</xmin><ymin>{y}</ymin>"
        f"<xmax>{x + 20}</xmax><ymax>{y + 20}</ymax></bndbox></object>"
        for ((x, y), *_), name in zip(SQUARES, "abc", strict=True)
    )
    path.write_text(f"<?xml version='1.0'?>\n<annotation><filename>other.jpg</filename>{rows}</annotation>")


def as_turned_voc(path: Path) -> None:
    rows = "".join(
        f"<object><name>{name}</name><robndbox><cx>{x + 10}</cx><cy>{y + 10}</cy><w>20</w><h>20</h>"
        f"<angle>1.5707963</angle></robndbox></object>"
        for ((x, y), *_), name in zip(SQUARES, "abc", strict=True)
    )
    path.write_text(f"<annotation>{rows}</annotation>")


def as_fair1m(path: Path) -> None:
    rows = "".join(
        "<object><coordinate>pixel</coordinate><possibleresult><name>"
        + name
        + "</name></possibleresult><points>"
        + "".join(f"<point>{x},{y}</point>" for x, y in (*ring, ring[0]))
        + "</points></object>"
        for ring, name in zip(SQUARES, "abc", strict=True)
    )
    head = "<source><filename>scene.tif</filename></source>"
    path.write_text(f"\ufeff<annotation>{head}<objects>{rows}</objects></annotation>", encoding="utf-8")


def as_csv(path: Path) -> None:
    rows = "".join(f"{x},{y},20,20,{name},=1+1\n" for ((x, y), *_), name in zip(SQUARES, "abc", strict=True))
    path.write_text("left,top,width,height,label,own\n" + rows)


def as_wkt(path: Path) -> None:
    rows = "".join(f'"{shapely.Polygon(on_map(r)).wkt}",{n},4326\n' for r, n in zip(SQUARES, "abc", strict=True))
    path.write_text("wkt,label,srid\n" + rows)


def as_geopackage(path: Path) -> None:
    shapes = np.array([shapely.to_wkb(shapely.Polygon(on_map(ring, crs="EPSG:32637"))) for ring in SQUARES])
    names = np.array(list("abc"), object)
    for layer, part in (("one", slice(0, 2)), ("two", slice(2, 3))):
        pyogrio.raw.write(
            path,
            shapes[part],
            [names[part]],
            ["label"],
            geometry_type="Polygon",
            crs="EPSG:32637",
            layer=layer,
            driver="GPKG",
            append=path.exists(),
        )


FORMATS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "GeoJSON": ("b.geojson", as_geojson),
    "GeoJSON with a system": ("b.json", as_old_geojson),
    "xView": ("b.geojson", as_xview),
    "COCO": ("b.json", as_coco),
    "YOLO": ("b.txt", as_yolo),
    "turned YOLO": ("b.txt", as_turned_yolo),
    "DOTA": ("b.txt", as_dota),
    "VEDAI": ("b.txt", as_vedai),
    "VEDAI of all": ("annotation1024.txt", as_vedai_of_all),
    "VOC": ("b.xml", as_voc),
    "turned VOC": ("b.xml", as_turned_voc),
    "FAIR1M": ("b.xml", as_fair1m),
    "CSV": ("b.csv", as_csv),
    "WKT": ("b.csv", as_wkt),
    "GeoPackage": ("b.gpkg", as_geopackage),
}
IN_DEGREES = {"WKT": "EPSG:4326"}
"""Formats that do not say whose coordinates they hold."""


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_objects_have_the_same_answers_in_every_format(
    tmp_path: Path, scene: Path, boxes: Path, classifier: Classifier, name: str
) -> None:
    file, write = FORMATS[name]
    write(tmp_path / file)
    wanted = list(classify_scene(scene, boxes=boxes, classifier=classifier))
    options = SceneOptions(boxes_crs=IN_DEGREES.get(name))
    found = list(classify_scene(scene, boxes=tmp_path / file, classifier=classifier, options=options))
    assert [each.label for each in found] == [each.label for each in wanted]
    for one, two in zip(wanted, found, strict=True):
        assert (two.sha256, two.width_px) == (one.sha256, one.width_px)
        assert two.score == pytest.approx(one.score, abs=1e-3)
        assert one.place and two.place
        assert (two.place.lon, two.place.lat) == pytest.approx((one.place.lon, one.place.lat), abs=1e-7)
    labels = [each.extra["manifest_label"] for each in found]
    assert labels == (["1", "2", "3"] if name.startswith("VEDAI") else ["a", "b", "c"])


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_may_be_named(tmp_path: Path, name: str) -> None:
    file, write = FORMATS[name]
    write(tmp_path / file)
    known = {"GeoJSON with a system": "geojson", "xView": "geojson", "turned YOLO": "yolo", "WKT": "csv"}
    known |= {"VEDAI of all": "vedai", "VOC": "xml", "turned VOC": "xml", "FAIR1M": "xml"}
    stated = known.get(name, name.lower())
    assert read_boxes(tmp_path / file, box_format=stated) == read_boxes(tmp_path / file)
    other = "coco" if stated != "coco" else "xml"
    with pytest.raises(InputError, match="cannot be read as boxes"):
        read_boxes(tmp_path / file, box_format=other)


def test_every_format_is_written_by_one_of_these() -> None:
    with pytest.raises(InputError, match="'shape' is no format of boxes: choose one of geojson, geopackage, coco"):
        read_boxes("b", box_format="shape")
    assert len(READERS) == 8


def written(tmp_path: Path, name: str, text: str) -> list[SceneBox]:
    (tmp_path / name).write_text(text)
    return read_boxes(tmp_path / name)


@pytest.mark.parametrize(
    ("header", "row", "ring", "space"),
    [
        ("lon,lat", "30.5,60", ((30.5, 60.0),), "map"),
        ("x,y", "3,4", ((3.0, 4.0),), "pixel"),
        ("xmin,ymin,xmax,ymax", "1,2,3,4", ((1.0, 2.0), (3.0, 2.0), (3.0, 4.0), (1.0, 4.0)), "pixel"),
        ("left,top,right,bottom", "1,2,3,4", ((1.0, 2.0), (3.0, 2.0), (3.0, 4.0), (1.0, 4.0)), "pixel"),
        ("x1,y1,x2,y2,x3,y3,x4,y4", "1,2,3,2,3,4,1,4", ((1.0, 2.0), (3.0, 2.0), (3.0, 4.0), (1.0, 4.0)), "pixel"),
        ("geometry", "POINT (3 4)", ((3.0, 4.0),), "pixel"),
    ],
)
def test_a_table_states_boxes_in_many_ways(
    tmp_path: Path, header: str, row: str, ring: tuple[tuple[float, float], ...], space: str
) -> None:
    [box] = written(tmp_path, "b.csv", f"{header},id,image,own\n{row},7,a.tif,x\n")
    assert box == SceneBox(id="7", ring=ring, space=space, image="a.tif", attributes={"own": "x"})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("b.csv", "a,b\n1,2\n", "its header 'a, b' has no columns of a box: lon, lat; x, y;"),
        ("b.csv", "x,y,x\n1,2,3\n", "two of its columns have the same name"),
        ("b.csv", 'x,y\n1,2\n"3,4\n', "after row 1 it is no CSV"),
        ("b.txt", "hello world\n", "its lines are not those of YOLO, DOTA or VEDAI"),
        ("b.txt", "1 2 3\n", "its lines are not those of YOLO, DOTA or VEDAI"),
        ("b.json", "[1, 2]", "it is JSON, and neither GeoJSON nor COCO"),
        ("b.json", '{"images": 1, "annotations": []}', "its 'images' are no list of objects"),
        ("b.json", '{"images": [{}], "annotations": []}', "cannot be read as boxes: 'id'"),
        ("b.xml", "<annotation><object>", "it is broken XML: no element found"),
        ("b.xml", "<kml/>", "its outermost element is 'kml', and not that of Pascal VOC or FAIR1M"),
        ("b.xml", "<annotation/>", "holds no boxes"),
        ("b.txt", "imagesource:x\ngsd:0.1\n", "holds no boxes"),
        ("b.csv", "", "holds no boxes"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, name: str, text: str, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        written(tmp_path, name, text)
    assert sentence in str(error.value) and str(tmp_path / name) in str(error.value)
    assert "\n" not in str(error.value)


def bomb(levels: int) -> str:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, levels))
    return f'<!DOCTYPE a [<!ENTITY e0 "ha">{entities}]><annotation>&e{levels - 1};</annotation>'


@pytest.mark.parametrize(
    "text",
    [
        bomb(12),
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><annotation><filename>&x;</filename></annotation>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><annotation/>',
    ],
    ids=["entities in entities", "a file", "an address"],
)
def test_entities_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="it has a document type, which may hold entities: remove it"):
        written(tmp_path, "b.xml", text)


@pytest.mark.parametrize(
    ("name", "good", "bad", "problem"),
    [
        ("b.txt", "0 .5 .5 .1 .1", "0 .5 x .1 .1", "the line '0 .5 x .1 .1' is not class, x, y, width, height"),
        ("b.txt", "0 .5 .5 .1 .1", "0 .5", "the line '0 .5' is not class, x, y, width, height"),
        ("b.txt", "0 .5 .5 .1 .1", "0 .5 .5 .1 nan", "its outline has no corners, or one that is no number"),
        ("b.txt", "1 2 3 2 3 4 1 4 car 0", "1 2 3 2 3 4 1 x car 0", "the line '1 2 3 2 3 4 1 x car 0' is not four"),
        ("b.txt", "9 9 0 1 1 0 1 3 3 1 2 2 4 4", "9 9 1 1 0", "the line states no corners"),
    ],
)
def test_a_line_that_cannot_be_read_keeps_its_place(
    tmp_path: Path, name: str, good: str, bad: str, problem: str
) -> None:
    one, two, three = written(tmp_path, name, f"{good}\n{bad}\n\n{good}\n")
    assert (one.problem, three.problem) == (None, None) and two.problem is not None
    assert two.problem.startswith(problem)
    assert [one.id, two.id, three.id] == ["1", "2", "3"]


def test_a_broken_object_of_xml_or_json_keeps_its_place(tmp_path: Path) -> None:
    good = "<object><name>a</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></object>"
    rows = written(tmp_path, "b.xml", f"<annotation>{good}<object><name>b</name></object>{good}</annotation>")
    assert [each.problem for each in rows] == [None, "its bndbox is not xmin, ymin, xmax, ymax", None]
    points = "<object><points><point>1,2</point><point>3</point></points></object>"
    [box] = written(tmp_path, "f.xml", f"<annotation><objects>{points}</objects></annotation>")
    assert box.problem == "its points are no pairs of numbers"
    document = {
        "images": [{"id": 1, "file_name": "a"}],
        "annotations": [{"image_id": 1}, {"image_id": [2], "bbox": [1, 1, 2, 2]}],
    }
    problems = [each.problem for each in written(tmp_path, "c.json", json.dumps(document))]
    assert problems == ["its bbox is not left, top, width, height", "its image_id '[2]' is that of no image"]


def test_a_damaged_geopackage_and_another_database_are_refused(tmp_path: Path) -> None:
    as_geopackage(tmp_path / "b.gpkg")
    data = (tmp_path / "b.gpkg").read_bytes()
    (tmp_path / "half.gpkg").write_bytes(data[: len(data) // 3])
    with pytest.raises(InputError, match="cannot be read as boxes"):
        read_boxes(tmp_path / "half.gpkg")
    (tmp_path / "other.gpkg").write_bytes(data[:68] + bytes(4) + data[72:])
    with pytest.raises(InputError, match="cannot be read as boxes"):
        read_boxes(tmp_path / "other.gpkg")


def test_layers_of_different_systems_are_read_each_in_its_own(
    tmp_path: Path, scene: Path, boxes: Path, classifier: Classifier
) -> None:
    path = tmp_path / "b.gpkg"
    for layer, crs in zip("abc", ("EPSG:4326", "EPSG:3857", "EPSG:28406"), strict=True):
        ring = SQUARES["abc".index(layer)]
        shapes = np.array([shapely.to_wkb(shapely.Polygon(on_map(ring, crs=crs)))])
        pyogrio.raw.write(
            path,
            shapes,
            [np.array([1.5]), np.array(["2024-05-01"], "datetime64[D]")],
            ["height", "seen"],
            geometry_type="Polygon",
            crs=crs,
            layer=layer,
            driver="GPKG",
            append=path.exists(),
        )
    wanted = [each.sha256 for each in classify_scene(scene, boxes=boxes, classifier=classifier)]
    found = list(classify_scene(scene, boxes=path, classifier=classifier))
    assert [each.sha256 for each in found] == wanted
    assert [each.extra["id"] for each in found] == ["a 1", "b 1", "c 1"]
    assert {each.extra["height"] for each in found} == {"1.5"}
    assert all(each.extra["seen"].startswith("2024-05-01") for each in found)


def test_a_layer_without_a_system_is_in_pixels(
    tmp_path: Path, scene: Path, boxes: Path, classifier: Classifier
) -> None:
    path = tmp_path / "b.gpkg"
    shapes = np.array([shapely.to_wkb(shapely.Polygon(ring)) for ring in SQUARES])
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        pyogrio.raw.write(path, shapes, [], [], geometry_type="Polygon", layer="a", driver="GPKG")
    wanted = [each.sha256 for each in classify_scene(scene, boxes=boxes, classifier=classifier)]
    assert [each.sha256 for each in classify_scene(scene, boxes=path, classifier=classifier)] == wanted


def test_of_a_file_about_several_images_those_of_the_scene_count() -> None:
    boxes = [SceneBox(id=str(n), image=image) for n, image in enumerate(["x/a.png", "b.jpg", "c", "a"])]
    assert [each.id for each in boxes_of_scene(boxes, Path("y/a.tif"))] == ["0", "3"]
    assert [each.id for each in boxes_of_scene(boxes[:1], Path("z.tif"))] == ["0"]
    with pytest.raises(InputError, match=r"the boxes are of 4 images, such as 'a', and none of them is named 'd\.tif'"):
        boxes_of_scene(boxes, Path("d.tif"))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    name=st.sampled_from(["b.json", "b.txt", "b.csv", "b.xml"]),
    head=st.sampled_from(
        ["", "{", '{"type":"FeatureCollection","features":[', "<annotation>", "x,y\n", "0 .5 .5 .1 .1\n"]
    ),
    tail=st.text(max_size=40) | st.binary(max_size=40),
)
def test_any_file_is_boxes_or_one_of_our_errors(tmp_path: Path, name: str, head: str, tail: Any) -> None:
    data = head.encode() + (tail.encode("utf-8", "surrogatepass") if isinstance(tail, str) else tail)
    (tmp_path / name).write_bytes(data)
    try:
        assert all(isinstance(box, SceneBox) for box in read_boxes(tmp_path / name))
    except InputError as error:
        assert str(tmp_path / name) in str(error)


def test_a_list_of_class_names_that_is_too_long_is_refused_and_not_cut(tmp_path: Path) -> None:
    as_yolo(tmp_path / "b.txt")
    (tmp_path / "classes.txt").write_text("a\nb\n" + "c" * (1 << 20) + "\n")
    with pytest.raises(InputError, match=r"the names of classes in .*classes.txt cannot be read: it is larger than"):
        read_boxes(tmp_path / "b.txt")
