"""`classify SCENE --boxes FILE`, as a user runs it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from PIL import Image

pytest.importorskip("rasterio")

from tests.cli.test_cli import run  # noqa: F401
from tests.conftest import TINY
from tests.fixtures.scenes import coloured, write_scene
from tests.scenes.conftest import LABELS, PLACES, boxes, scene  # noqa: F401
from vehicle_id.output.run_record import read_record, verify_run

# ruff: noqa: F811


def test_a_scene_becomes_rows_with_their_places(run, tmp_path: Path, scene: Path, boxes: Path) -> None:  # type: ignore[no-untyped-def]
    out = tmp_path / "r.csv"
    ended = run("classify", scene, "--boxes", boxes, "--model", TINY, "--out", out, "--sun", "150,35", "--context", "1")
    assert ended.code == 0
    assert "3 crops by tiny-0.1: 3 answered" in ended.err
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["id"], row["label"]) for row in rows] == list(zip("abc", LABELS, strict=True))
    assert json.loads(rows[0]["footprint"])["type"] == "Polygon"
    assert rows[0]["sun_azimuth_deg"] == "150.0"
    assert verify_run(out, crops=True).num_crops == 0  # no crop is a file of its own


def test_the_same_command_continues_and_another_scene_does_not(  # type: ignore[no-untyped-def]
    run, tmp_path: Path, scene: Path, boxes: Path
) -> None:
    out = tmp_path / "r.jsonl"
    command = ("classify", scene, "--boxes", boxes, "--model", TINY, "--out", out)
    assert run(*command).code == 0
    assert "3 of these rows are from an earlier run" in run(*command).err
    assert run(*command, "--context", "2").code == 5
    write_scene(scene, coloured({**PLACES, (150, 100): "red"}))
    ended = run(*command)
    assert ended.code == 5 and "was made with scene_sha256" in ended.err
    assert run(*command, "--no-resume").code == 0
    assert len(read_record(out).options["scene_sha256"]) == 64


@pytest.mark.parametrize(
    ("more", "code", "sentence"),
    [
        (("--bands", "5,3,2"), 3, "has no band 5: it has 3"),
        (("--crs", "EPSG:1"), 3, "the coordinate system of the scene (--crs) is not known: 'EPSG:1'"),
        (("--boxes-crs", "mars"), 3, "the coordinate system of the boxes (--boxes-crs) is not known: 'mars'"),
        (("--sun", "150"), 2, "'150' is not two numbers of degrees"),
        (("--view", "270,95"), 3, "the off-nadir angle of the view is 95.0: give 0 to 90 degrees"),
        (("--context", "0.5"), 3, "the context is 0.5"),
        (("--manifest", "m.csv"), 2, "--manifest and a scene exclude each other"),
    ],
)
def test_a_wrong_option_is_one_sentence(  # type: ignore[no-untyped-def]
    run, scene: Path, boxes: Path, more: tuple[str, ...], code: int, sentence: str
) -> None:
    ended = run("classify", scene, "--boxes", boxes, "--model", TINY, *more)
    assert ended.code == code and sentence in " ".join(ended.err.replace("│", " ").split())


def test_the_options_of_a_scene_need_one(run, scene: Path) -> None:  # type: ignore[no-untyped-def]
    ended = run("classify", scene, "--model", TINY, "--window-m", "20")
    assert ended.code == 2 and "belongs to a scene, with --boxes or --grid" in ended.err


@pytest.mark.parametrize("option", ["--context", "--window-m", "--boxes-format", "--boxes-crs"])
def test_the_options_of_boxes_need_boxes(run, scene: Path, option: str) -> None:  # type: ignore[no-untyped-def]
    ended = run("classify", scene, "--model", TINY, "--grid", "20", option, "2")
    said = " ".join(ended.err.replace("│", " ").split())
    assert ended.code == 2 and f"{option}: belongs to --boxes: a grid has windows of its own" in said


def test_an_output_does_not_replace_an_input(run, scene: Path, boxes: Path) -> None:  # type: ignore[no-untyped-def]
    ended = run("classify", scene, "--boxes", boxes, "--model", TINY, "--out", boxes)
    assert ended.code == 5 and "is the file of boxes itself" in ended.err
    assert scene.exists()


def test_what_is_no_scene_is_one_sentence(run, tmp_path: Path, boxes: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "text.tif").write_text("no scene")
    ended = run("classify", tmp_path / "text.tif", "--boxes", boxes, "--model", TINY)
    assert ended.code == 3 and "text.tif is no GeoTIFF, JPEG 2000, NITF, PNG or JPEG file" in ended.err
    (tmp_path / "half.tif").write_bytes(b"II*\0\x08\0\0\0")
    ended = run("classify", tmp_path / "half.tif", "--boxes", boxes, "--model", TINY)
    assert ended.code == 3 and "half.tif cannot be opened: " in ended.err and ended.err.count("\n") == 1


def test_a_report_shows_what_was_cut_from_the_scene(run, tmp_path: Path, scene: Path, boxes: Path) -> None:  # type: ignore[no-untyped-def]
    out, table = tmp_path / "r.html", tmp_path / "r.csv"
    assert run("classify", scene, "--boxes", boxes, "--model", TINY, "--out", out, "--out", table).code == 0
    text = out.read_text(encoding="utf-8")
    assert text.count("<img") == 3 and "without a picture" not in text and '"north_deg":9' in text
    assert run("report", table, "--out", tmp_path / "again.html").code == 0
    again = (tmp_path / "again.html").read_text(encoding="utf-8")
    assert again.count("<img") == 3 and "without a picture" not in again
    scene.unlink()
    assert run("report", table, "--out", tmp_path / "gone.html").code == 0
    assert "3 crops without a picture" in (tmp_path / "gone.html").read_text(encoding="utf-8")


def test_crop_writes_a_folder_that_classify_takes(run, tmp_path: Path, scene: Path, boxes: Path) -> None:  # type: ignore[no-untyped-def]
    document = json.loads(boxes.read_text())
    for feature, name in zip(document["features"], ("Bus", "Haul Truck", "Tower"), strict=True):
        feature["properties"]["kind"] = name
    boxes.write_text(json.dumps(document))
    command = ("crop", scene, "--boxes", boxes, "--out", tmp_path / "out", "--names", "xview", "--label-field", "kind")
    ended = run(*command)
    assert ended.code == 0
    assert ended.out.splitlines() == [f"2 crops of 1 scene in {tmp_path / 'out'}", "  bus 1", "  haul_truck 1"]
    assert ended.err.splitlines() == [
        "vehicle-id: 1 left out: its class is not among the names of classes",
        "vehicle-id: classes left out: Tower 1",
    ]
    assert "2 answered" in run("classify", tmp_path / "out", "--model", TINY).err
    again = run(*command)
    assert again.code == 5 and "holds a manifest.csv already" in again.err


def test_crop_says_when_nothing_is_labelled(run, tmp_path: Path, scene: Path, boxes: Path) -> None:  # type: ignore[no-untyped-def]
    ended = run("crop", scene, "--boxes", boxes, "--out", tmp_path / "out")
    assert ended.code == 0 and "  unlabelled 3" in ended.out
    assert "no box has a label: fill the column label of manifest.csv before you train" in ended.err


def test_gsd_prints_the_distance_with_its_interval(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    scene = write_scene(tmp_path / "s.png", coloured({}), crs=None, driver="PNG")
    rows = "".join(f"{10 + n},{20 + n},{30 + n},{28 + n},car\n" for n in range(10)) + "0,0,50,50,bus\n"
    (tmp_path / "b.csv").write_text("xmin,ymin,xmax,ymax,label\n" + rows)
    ended = run("gsd", scene, "--boxes", tmp_path / "b.csv", "--known", "car")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0].startswith("0.225 m per pixel, 90 % interval 0.21") and lines[0].endswith("from 10 boxes of car")
    assert lines[1] == "use it as --gsd-m 0.225; in a manifest gsd_error is 0.030"
    ended = run("gsd", scene, "--boxes", tmp_path / "b.csv", "--known", "gondola")
    assert ended.code == 3 and "no box is labelled 'gondola'; the labels are car 10, bus 1" in ended.err


def test_a_grid_keeps_what_shows_something_and_says_what_it_is(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    ground = coloured({(30, 40): "red"})
    ground[(ground == 90).all(axis=2)] = (0, 255, 0)
    scene, out = write_scene(tmp_path / "s.tif", ground), tmp_path / "r.jsonl"
    page = tmp_path / "r.html"
    ended = run("classify", scene, "--grid", "20", "--model", TINY, "--out", out, "--out", page)
    assert ended.code == 0
    num_rows = len(out.read_text().splitlines())
    assert 0 < num_rows < 63
    assert f"{num_rows} of 63 windows kept. A screening aid, no detector: an object may be in several" in ended.err
    assert read_record(out).options["grid_m"] == 20
    both = run("classify", scene, "--grid", "20", "--boxes", scene, "--model", TINY)
    assert both.code == 2 and "exclude each other" in both.err


def test_a_distance_that_contradicts_the_scene_is_named(run, tmp_path: Path, scene: Path, boxes: Path) -> None:  # type: ignore[no-untyped-def]
    command = ("classify", scene, "--boxes", boxes, "--model", TINY)
    assert "takes its place" not in run(*command, "--gsd-m", "0.5").err
    ended = run(*command, "--gsd-m", "0.25")
    assert ended.code == 0 and "the scene states 0.5002 m per pixel, and --gsd-m 0.25 takes its place" in ended.err


def test_a_scene_and_boxes_that_changed_places_and_half_a_file_are_one_sentence(  # type: ignore[no-untyped-def]
    run, tmp_path: Path, scene: Path, boxes: Path
) -> None:
    ended = run("classify", boxes, "--boxes", scene, "--model", TINY)
    assert ended.code == 3 and "--boxes names the boxes, not the scene" in ended.err
    boxes.write_bytes(boxes.read_bytes()[:-20])
    ended = run("classify", scene, "--boxes", boxes, "--model", TINY)
    assert ended.code == 3 and "is no whole JSON, from line 1" in ended.err


def test_a_scene_without_places_says_so_although_a_system_is_given(run, tmp_path: Path, boxes: Path) -> None:  # type: ignore[no-untyped-def]
    picture = tmp_path / "plain.png"
    Image.fromarray(coloured(PLACES)).save(picture)
    ended = run("classify", picture, "--boxes", boxes, "--model", TINY, "--crs", "EPSG:32637")
    assert ended.code == 3 and "places no pixel in EPSG:32637" in ended.err and "add a world file" in ended.err
