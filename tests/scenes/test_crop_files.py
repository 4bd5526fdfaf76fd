"""From scenes or a public data set to a folder of crops with a manifest."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.fixtures.scenes import coloured, feature, on_map, square, write_geojson, write_scene
from tests.scenes.conftest import PLACES
from tests.scenes.test_reading import (
    SQUARES,
    as_dota,
    as_fair1m,
    as_vedai,
    as_voc,
    as_yolo,
)
from vehicle_id import Classifier, InputError, OutputError, SceneOptions, classify_scene, read_manifest
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.scenes.class_names import SHIPPED, read_class_names
from vehicle_id.scenes.crop_files import CropReport, write_crops
from vehicle_id.scenes.labelled_set import labelled_scenes
from vehicle_id.taxonomy import published_taxonomy

ROOT = Path(__file__).parents[2]


def cut(
    scenes: Any, boxes: Path, out: Path, *, names: str | None = None, label_field: str = "label", **options: Any
) -> CropReport:
    """The report of a folder that was written."""
    given = [scenes] if isinstance(scenes, Path) else scenes
    known = None if names is None else read_class_names(names)
    found = labelled_scenes(given, boxes)
    report = CropReport()
    stated = SceneOptions(**options)
    for report in write_crops(found, out, options=stated, names=known, label_field=label_field):  # noqa: B007
        pass
    return report


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_cut_crop_has_the_answer_of_the_scene(
    tmp_path: Path, scene: Path, boxes: Path, classifier: Classifier
) -> None:
    cut(scene, boxes, tmp_path / "crops", sun=(150, 35), date="2024-05-01")
    of_scene = list(classify_scene(scene, boxes=boxes, classifier=classifier, options=SceneOptions(sun=(150, 35))))
    of_crops = list(classifier.classify_crops(read_manifest(tmp_path / "crops" / "manifest.csv")))
    for one, two in zip(of_scene, of_crops, strict=True):
        assert (two.label, two.top, two.size, two.gsd_m) == (one.label, one.top, one.size, one.gsd_m)
        assert two.place == one.place
        assert two.extra["id"] == one.extra["id"]


def test_the_released_model_answers_a_scene_as_its_crops(tmp_path: Path) -> None:
    """Scores to a thousandth, sizes to a hundredth."""
    folder = ROOT / "examples" / "scene"
    cut(folder / "lorry_park.tif", folder / "lorries.geojson", tmp_path / "crops")
    with Classifier(threads=1) as released:
        of_scene = list(
            classify_scene(folder / "lorry_park.tif", boxes=folder / "lorries.geojson", classifier=released)
        )
        of_crops = list(released.classify_folder(tmp_path / "crops"))
    assert len(of_scene) == 7
    for one, two in zip(of_scene, of_crops, strict=True):
        assert two.label == one.label
        assert two.extra["scene_flags"] == ";".join(one.flags)
        assert one.size and two.size
        assert two.score == pytest.approx(one.score, abs=1e-3)
        assert two.size.length_m == pytest.approx(one.size.length_m, rel=0.01)


def test_the_manifest_states_what_training_needs(tmp_path: Path, scene: Path) -> None:
    features = [
        feature(on_map(square(*place)), id=f"=a/{n}", label=name, kind="=1+1", split="train", height="-3.5")
        for n, (place, name) in enumerate(zip(PLACES, "abc", strict=True))
    ]
    report = cut(scene, write_geojson(tmp_path / "b.geojson", features), tmp_path / "out", site="pit")
    assert (report.num_crops, report.labels, report.left_out) == (3, {"a": 1, "b": 1, "c": 1}, {})
    first = rows(tmp_path / "out" / "manifest.csv")[0]
    assert first["path"] == "a/scene_a_0.png" and (tmp_path / "out" / first["path"]).exists()
    assert (first["label"], first["group"], first["site"], first["split"]) == ("a", "scene.tif", "pit", "train")
    assert float(first["gsd_m"]) == pytest.approx(0.5, rel=1e-3)
    assert float(first["margin_px"]) == pytest.approx(4, abs=0.1)
    assert (first["scene"], first["source_label"], first["id"], first["kind"], first["height"]) == (
        "scene.tif",
        "a",
        "'=a/0",
        "'=1+1",
        "-3.5",
    )
    crops = list(read_labelled(tmp_path / "out" / "manifest.csv"))
    assert [(each.label, each.group, each.split, each.problem) for each in crops] == [
        (name, "scene.tif", "train", None) for name in "abc"
    ]
    assert not (tmp_path / "out" / "left_out.csv").exists()


def test_a_deep_scene_is_cut_with_its_one_stretch(tmp_path: Path, boxes: Path) -> None:
    deep = write_scene(tmp_path / "deep.tif", coloured(PLACES).astype(np.uint16) * 8)
    cut(deep, boxes, tmp_path / "out")
    found = {(row["stretch_black"], row["stretch_white"]) for row in rows(tmp_path / "out" / "manifest.csv")}
    assert len(found) == 1 and "" not in next(iter(found))


def test_what_is_left_out_is_listed(tmp_path: Path, scene: Path) -> None:
    features = [
        feature(on_map(square(30, 40)), id="good", label="Bus"),
        feature(on_map(square(500, 40)), id="far", label="Bus"),
        feature(on_map(square(30, 40)), id="tower", label="Tower"),
        feature(on_map(square(30, 40)), id="new", label="\x1b[31mnew"),
    ]
    report = cut(scene, write_geojson(tmp_path / "b.geojson", features), tmp_path / "out", names="xview")
    assert report.labels == {"bus": 1}
    assert report.without_node == {"Tower": 1, "\x1b[31mnew": 1}
    assert [(row["id"], row["label"], row["reason"]) for row in rows(tmp_path / "out" / "left_out.csv")] == [
        ("far", "Bus", "the box lies outside the scene"),
        ("tower", "Tower", "its class is not among the names of classes"),
        ("new", "\\x1b[31mnew", "its class is not among the names of classes"),
    ]


def test_a_folder_that_is_complete_is_not_replaced(tmp_path: Path, scene: Path, boxes: Path) -> None:
    cut(scene, boxes, tmp_path / "out")
    with pytest.raises(OutputError, match=r"holds a manifest\.csv already: name a new or an empty one"):
        cut(scene, boxes, tmp_path / "out")


def test_a_run_that_ends_early_leaves_no_manifest(tmp_path: Path, scene: Path, boxes: Path) -> None:
    next(write_crops(labelled_scenes([scene], boxes), tmp_path / "out")).num_crops  # noqa: B018
    assert not list((tmp_path / "out").glob("*.csv")) and not list((tmp_path / "out").glob(".*"))


def test_no_crop_at_all_is_an_error(tmp_path: Path, scene: Path) -> None:
    boxes = write_geojson(tmp_path / "b.geojson", [feature(on_map(square(500, 40)))])
    with pytest.raises(InputError, match="no crop could be cut: the box lies outside the scene"):
        cut(scene, boxes, tmp_path / "out")


@pytest.mark.parametrize(
    ("name", "write", "names", "labels"),
    [
        ("a.txt", as_dota, None, {"a": 3, "b": 3, "c": 3}),
        ("a.txt", as_vedai, "vedai", {"light_vehicle": 3, "road_truck": 3}),
        ("a.txt", as_yolo, None, {"a": 3, "b": 3, "c": 3}),
        ("a.xml", as_voc, None, {"a": 3, "b": 3, "c": 3}),
        ("a.xml", as_fair1m, None, {"a": 3, "b": 3, "c": 3}),
    ],
    ids=["DOTA", "VEDAI", "YOLO", "VOC", "FAIR1M"],
)
def test_a_folder_of_images_and_one_of_boxes(
    tmp_path: Path, name: str, write: Any, names: str | None, labels: dict[str, int]
) -> None:
    """As the sets come; VEDAI has an infrared twin of every image, which has no boxes of its own."""
    images, annotations = tmp_path / "images" / "part", tmp_path / "labels"
    images.mkdir(parents=True)
    annotations.mkdir()
    for number in range(3):
        end = "_co" if write is as_vedai else ""
        write_scene(images / f"{number:08}{end}.png", coloured(PLACES), crs=None, driver="PNG")
        if write is as_vedai:
            write_scene(images / f"{number:08}_ir.png", coloured(PLACES), crs=None, driver="PNG")
        write(annotations / f"{number:08}{Path(name).suffix}")
    write_scene(images / "00000009.png", coloured(PLACES), crs=None, driver="PNG")  # no file of boxes: no objects
    report = cut(
        tmp_path / "images", annotations, tmp_path / "out", names=names, gsd_m=None if write is as_dota else 0.3
    )
    assert report.labels == labels and not report.problems
    groups = {row["group"] for row in rows(tmp_path / "out" / "manifest.csv")}
    assert len(groups) == 3
    distances = {row["gsd_m"] for row in rows(tmp_path / "out" / "manifest.csv")}
    assert distances == ({"0.5"} if write is as_dota else {"0.3"})


def test_xview_has_one_file_for_all_images_and_numbers_for_classes(tmp_path: Path) -> None:
    (tmp_path / "train_images").mkdir()
    features = []
    for image in ("5.tif", "104.tif"):
        write_scene(tmp_path / "train_images" / image, coloured(PLACES), crs=None)
        for (left, top), number in zip(PLACES, (18, 61, 73), strict=True):
            corners = f"{left},{top},{left + 20},{top + 20}"
            ring = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)]
            features.append(feature(ring, bounds_imcoords=corners, image_id=image, type_id=number, feature_id=7))
    boxes = write_geojson(tmp_path / "xView_train.geojson", features)
    report = cut(tmp_path / "train_images", boxes, tmp_path / "out", names="xview", gsd_m=0.3)
    assert report.labels == {"light_vehicle": 2, "haul_truck": 2} and report.without_node == {"73": 2}


def test_coco_has_one_file_for_all_images(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    for name in ("a.jpg", "b.jpg"):
        write_scene(tmp_path / "images" / name, coloured(PLACES), crs=None, driver="JPEG", QUALITY="95")
    images = [{"id": n, "file_name": name} for n, name in enumerate(("a.jpg", "b.jpg"))]
    annotations = [
        {"id": 10 * image + n, "image_id": image, "category_id": 1, "bbox": [*ring[0], 20, 20]}
        for image in range(2)
        for n, ring in enumerate(SQUARES)
    ]
    document = {"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "car"}]}
    (tmp_path / "instances.json").write_text(json.dumps(document))
    report = cut(tmp_path / "images", tmp_path / "instances.json", tmp_path / "out")
    assert report.labels == {"car": 6}


@pytest.mark.parametrize("label_field", ["label", "kind"])
def test_boxes_on_a_map_are_cut_from_the_tiles_that_show_them(tmp_path: Path, label_field: str) -> None:
    """Of one GeoJSON and two tiles: what lies in neither is said once."""
    from rasterio.transform import from_origin

    (tmp_path / "tiles").mkdir()
    pixels = coloured(PLACES)
    write_scene(tmp_path / "tiles" / "west.tif", pixels[:, :90])
    east = from_origin(500_000 + 45, 6_100_000, 0.5, 0.5)
    write_scene(tmp_path / "tiles" / "east.tif", pixels[:, 90:], transform=east)
    features = [feature(on_map(square(*place)), id=name, kind="car") for place, name in zip(PLACES, "abc", strict=True)]
    features.append(feature(on_map(square(900, 900)), id="nowhere", kind="car"))
    boxes = write_geojson(tmp_path / "b.geojson", features)
    report = cut(tmp_path / "tiles", boxes, tmp_path / "out", label_field=label_field)
    assert report.labels == {"" if label_field == "label" else "car": 3}
    assert report.num_crops == 3 and report.left_out == {"the box lies outside every scene": 1}
    assert [(row["id"], row["scene"]) for row in rows(tmp_path / "out" / "manifest.csv")] == [
        ("b", "east.tif"),
        ("a", "west.tif"),
        ("c", "west.tif"),
    ]


def coco(path: Path, boxes: dict[str, list[int]]) -> Path:
    """A file of boxes of 20 pixels at the upper edge, labelled by their left side: image -> left sides."""
    images = [{"id": number, "file_name": name} for number, name in enumerate(boxes)]
    annotations = [
        {"image_id": number, "category_id": left, "bbox": [left, 40, 20, 20]}
        for number, lefts in enumerate(boxes.values())
        for left in lefts
    ]
    names = [{"id": left, "name": f"at{left}"} for lefts in boxes.values() for left in lefts]
    path.write_text(json.dumps({"images": images, "annotations": annotations, "categories": names}))
    return path


def test_images_of_one_name_in_several_folders_have_their_own_boxes(tmp_path: Path) -> None:
    """Frames of videos: each folder begins at 1."""
    images = [tmp_path / "images" / name for name in ("one/1.png", "one/2.png", "two/1.png", "two/2.png")]
    for path in images:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_scene(path, coloured(PLACES), crs=None, driver="PNG")
    boxes = coco(tmp_path / "all.json", {"one/1.png": [30], "two/1.png": [100, 60], "two/2.png": [10]})
    found = {
        scene.path.relative_to(tmp_path / "images").as_posix(): [box.attributes["label"] for box in scene.boxes]
        for scene in labelled_scenes([tmp_path / "images"], boxes)
    }
    assert found == {
        "one/1.png": ["at30"],
        "one/2.png": [],
        "two/1.png": ["at100", "at60"],
        "two/2.png": ["at10"],
    }
    [one] = labelled_scenes([images[2]], boxes)
    assert [box.attributes["label"] for box in one.boxes] == ["at100", "at60"]


@pytest.mark.parametrize(
    ("names", "images", "says"),
    [
        (["one/1.png", "two/1.png"], ["x/1.png", "x/2.png"], "name 'one/1.png' and 'two/1.png'"),
        (["1.png", "2.png"], ["x/1.png", "y/1.png", "x/2.png"], "name '1.png', and several images have that name"),
    ],
)
def test_images_that_boxes_do_not_tell_apart_are_a_problem(
    tmp_path: Path, names: list[str], images: list[str], says: str
) -> None:
    for name in images:
        (tmp_path / "images" / name).parent.mkdir(parents=True, exist_ok=True)
        write_scene(tmp_path / "images" / name, coloured(PLACES), crs=None, driver="PNG")
    boxes = coco(tmp_path / "all.json", {name: [30] for name in names})
    found = labelled_scenes([tmp_path / "images"], boxes)
    problems = [each.problem for each in found if each.path.name == "1.png"]
    assert problems and all(each and says in each for each in problems)
    assert not any(each.boxes for each in found if each.problem)
    assert [len(each.boxes) for each in found if not each.problem] == [names.count("2.png")]


def test_a_scene_that_boxes_do_not_tell_apart_is_an_error(tmp_path: Path) -> None:
    scene = write_scene(tmp_path / "1.png", coloured(PLACES), crs=None, driver="PNG")
    boxes = coco(tmp_path / "all.json", {"one/1.png": [30], "two/1.png": [30]})
    with pytest.raises(InputError, match=r"do not say which image .* is: they name 'one/1.png' and 'two/1.png'"):
        labelled_scenes([scene], boxes)


def test_files_of_boxes_of_one_name_belong_to_the_image_in_the_folder_of_that_name(tmp_path: Path) -> None:
    for part, x in (("train", 0.2), ("val", 0.6)):
        (tmp_path / "images" / part).mkdir(parents=True)
        (tmp_path / "labels" / part).mkdir(parents=True)
        write_scene(tmp_path / "images" / part / "1.png", coloured(PLACES), crs=None, driver="PNG")
        (tmp_path / "labels" / part / "1.txt").write_text(f"0 {x} 0.3 0.1 0.1\n")
    found = labelled_scenes([tmp_path / "images"], tmp_path / "labels")
    assert [(each.path.parent.name, each.boxes[0].ring[0][0]) for each in found] == [
        ("train", pytest.approx(0.15)),
        ("val", pytest.approx(0.55)),
    ]


def test_a_broken_file_does_not_stop_a_set(tmp_path: Path) -> None:
    images, annotations = tmp_path / "images", tmp_path / "labels"
    images.mkdir()
    annotations.mkdir()
    for name in "abc":
        write_scene(images / f"{name}.png", coloured(PLACES), crs=None, driver="PNG")
        as_voc(annotations / f"{name}.xml")
    (annotations / "a.xml").write_text("<annotation><object>")
    (images / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    report = cut(images, annotations, tmp_path / "out")
    assert report.num_crops == 3
    assert "a.xml cannot be read as boxes: it is broken XML" in report.problems[0]
    assert "b.png cannot be opened: " in report.problems[1]
    assert len(rows(tmp_path / "out" / "left_out.csv")) == 2


def test_boxes_and_images_that_do_not_belong_together_are_an_error(tmp_path: Path, scene: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "labels").mkdir()
    with pytest.raises(InputError, match="no scenes found in"):
        labelled_scenes([tmp_path / "images"], tmp_path / "labels")
    for name in "ab":
        write_scene(tmp_path / "images" / f"{name}.png", coloured(PLACES), crs=None, driver="PNG")
    with pytest.raises(InputError, match=r"no file in .*labels has the name of one of the 2 images"):
        labelled_scenes([tmp_path / "images"], tmp_path / "labels")
    as_dota(tmp_path / "b.txt")
    with pytest.raises(InputError, match="name no image, and there are 2 images: give one at a time"):
        labelled_scenes([tmp_path / "images"], tmp_path / "b.txt")
    (tmp_path / "b.csv").write_text("x,y,image\n1,2,c.png\n")
    with pytest.raises(InputError, match=r"are of images such as 'c\.png', and none of the given ones is"):
        labelled_scenes([tmp_path / "images"], tmp_path / "b.csv")


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_names_are_nodes_of_the_class_tree(name: str) -> None:
    known = read_class_names(name)
    labels = {label for label in known.values() if label}
    assert labels <= set(published_taxonomy().names)
    assert len(known) == {"dota": 18, "fair1m": 37, "vedai": 22, "xview": 120}[name]


def test_names_of_classes_that_are_too_long_are_not_cut(tmp_path: Path) -> None:
    (tmp_path / "n.csv").write_text("name,label\n" + "".join(f"class {n},bus\n" for n in range(80_000)))
    with pytest.raises(InputError, match="is larger than 1 MiB"):
        read_class_names(str(tmp_path / "n.csv"))


def test_own_names_of_classes(tmp_path: Path) -> None:
    (tmp_path / "n.csv").write_text("\ufeffname,label\nBus,bus\nTower,\n", encoding="utf-8")
    assert read_class_names(str(tmp_path / "n.csv")) == {"Bus": "bus", "Tower": ""}
    (tmp_path / "n.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="it has no columns name and label"):
        read_class_names(str(tmp_path / "n.csv"))
    with pytest.raises(InputError, match="there are no names of classes yolo: name one of dota, fair1m, vedai, xview"):
        read_class_names("yolo")
