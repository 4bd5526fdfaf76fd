"""`vehicle-id dataset`: check, the report files, the cleaned manifest, and splits."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.dataset.planted import clean, encoded, faulty, picture
from vehicle_id.cli.app import app
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.errors import OutputError

runner = CliRunner()


def rows_of(manifest: Path) -> list[dict[str, str]]:
    with manifest.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_sound_set(tmp_path: Path) -> None:
    ended = runner.invoke(app, ["dataset", "check", str(clean(tmp_path).write()), "--no-suspects"])
    assert ended.exit_code == 0, ended.output
    assert "48 of 48 crops can be read, 4 labels" in ended.output and "no fault found" in ended.output


def test_a_faulty_set_its_reports_and_the_cleaned_manifest(tmp_path: Path) -> None:
    planted = faulty(tmp_path)
    manifest, html, record, fixed = planted.write(), *(tmp_path / name for name in ("r.html", "r.json", "fixed.csv"))
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    options = ["--no-suspects", "--out", str(html), "--out", str(record), "--fix", str(fixed)]
    ended = runner.invoke(app, ["dataset", "check", str(manifest), *options])
    assert ended.exit_code == 3, ended.output
    assert "error: files that cannot be read (4)" in ended.output
    assert {path: path.read_bytes() for path in before} == before  # no file was touched
    kinds = {fault["kind"] for fault in json.loads(record.read_text())["faults"]}
    assert {"unreadable", "contradiction", "leak", "size"} <= kinds
    page = html.read_text()
    assert page.count("<img ") > 30 and "<script" not in page and "default-src 'none'" in page
    kept = {row["path"] for row in rows_of(fixed)}
    for kind in ("unreadable", "bad_row", "no_label", "contradiction"):
        assert not kept & {name for names in planted.faults[kind] for name in names}
    assert {f"clean{number:02}.png" for number in range(8)} <= kept  # the first of each copy stays
    assert not kept & {f"copy{number}.png" for number in range(5)}
    assert not {row["label"] for row in rows_of(fixed)} & {"Car", "rigid truck"}
    again = runner.invoke(app, ["dataset", "check", str(fixed), "--no-suspects"])
    left = [line for line in again.output.splitlines() if line.startswith("error:")]
    assert len(left) == 1 and "not in the class tree" in left[0]  # only what needs a person


def test_a_file_that_is_listed_twice_stays_once(tmp_path: Path) -> None:
    planted = clean(tmp_path)
    planted.rows.append(dict(planted.rows[0]))
    planted.rows.append({**planted.rows[1], "label": "tank"})
    fixed = tmp_path / "fixed.csv"
    runner.invoke(app, ["dataset", "check", str(planted.write()), "--no-suspects", "--fix", str(fixed)])
    names = [row["path"] for row in rows_of(fixed)]
    assert names.count("clean00.png") == 1 and "clean01.png" not in names


@pytest.mark.parametrize("splits", [("train", "val", "val"), ("train", "train", "val"), ("", "val", "train")])
def test_of_a_picture_on_both_sides_of_a_split_one_copy_stays(tmp_path: Path, splits: tuple[str, ...]) -> None:
    planted = clean(tmp_path)
    for number, split in enumerate(splits):
        planted.add(f"copy{number}.png", encoded(picture(500)), split=split)
    fixed = tmp_path / "fixed.csv"
    runner.invoke(app, ["dataset", "check", str(planted.write()), "--no-suspects", "--fix", str(fixed)])
    assert len([row for row in rows_of(fixed) if row["path"].startswith("copy")]) == 1


def test_the_finest_label_of_a_picture_stays(tmp_path: Path) -> None:
    planted = clean(tmp_path)
    for name, label in (("coarse.png", "vehicle"), ("fine.png", "bus"), ("between.png", "bus")):
        planted.add(name, encoded(picture(500)), label)
    fixed = tmp_path / "fixed.csv"
    runner.invoke(app, ["dataset", "check", str(planted.write()), "--no-suspects", "--fix", str(fixed)])
    assert [row["path"] for row in rows_of(fixed) if not row["path"].startswith("clean")] == ["fine.png"]


def test_own_columns_of_a_manifest_stay(tmp_path: Path) -> None:
    manifest = clean(tmp_path).write()
    lines = manifest.read_text().splitlines()
    manifest.write_text("\n".join([lines[0] + ",scene,fold", *(f"{line},s{n},9" for n, line in enumerate(lines[1:]))]))
    for command in (["check", "--no-suspects", "--fix"], ["split", "--out"], ["split", "--folds", "2", "--out"]):
        out = tmp_path / "out.csv"
        ended = runner.invoke(app, ["dataset", command[0], str(manifest), *command[1:], str(out)])
        assert ended.exit_code == 0, ended.output
        rows = rows_of(out)
        assert [row["scene"] for row in rows] == [f"s{n}" for n in range(48)], command
        assert not [name for name in rows[0] if name.startswith("manifest_")]
        assert (rows[0]["fold"] == "9") == ("--folds" not in command)


def test_a_place_that_cannot_be_written_is_said_before_the_work(tmp_path: Path) -> None:
    for option in ("--out", "--fix"):
        given = ["dataset", "check", str(tmp_path / "gone.csv"), option, str(tmp_path / "no" / "r.json")]
        assert "does not exist: make it" in str(runner.invoke(app, given).exception)


def test_the_manifest_itself_is_no_output(tmp_path: Path) -> None:
    manifest = clean(tmp_path).write()
    before = manifest.read_bytes()
    link = manifest.with_suffix(".json")
    link.symlink_to(manifest)
    for command, option, out in (("check", "--fix", manifest), ("check", "--out", link), ("split", "--out", manifest)):
        ended = runner.invoke(app, ["dataset", command, str(manifest), option, str(out)])
        assert isinstance(ended.exception, OutputError) and "is the manifest itself" in str(ended.exception)
        assert manifest.read_bytes() == before


def test_suspects_with_the_default_model(tmp_path: Path) -> None:
    ended = runner.invoke(app, ["dataset", "check", str(clean(tmp_path).write())])
    assert ended.exit_code == 0 and "labels that the picture does not support" in ended.output  # they show nothing


@pytest.mark.parametrize(
    ("labels", "has_unknown"), [(["car", "bus", "buss"], True), (["lorry", "digger", "none"], False)]
)
def test_the_catalogue_tree_is_used_where_half_of_the_labels_are_in_it(
    tmp_path: Path, labels: list[str], has_unknown: bool
) -> None:
    for number, label in enumerate(labels):
        (tmp_path / label).mkdir()
        for each in range(5):
            (tmp_path / label / f"{each}.png").write_bytes(encoded(picture(50 * number + each)))
    ended = runner.invoke(app, ["dataset", "check", str(tmp_path), "--no-suspects"])
    assert ("is not a class" in ended.output) == has_unknown


def test_split_by_group(tmp_path: Path) -> None:
    planted = clean(tmp_path)
    for number, row in enumerate(planted.rows):
        row["group"] = f"image{number // 3}"
    out = tmp_path / "split.csv"
    ended = runner.invoke(
        app, ["dataset", "split", str(planted.write()), "--out", str(out), "--shares", "train:3,val:1"]
    )
    assert ended.exit_code == 0, ended.output
    assert "train 36, val 12" in ended.output
    crops = list(read_labelled(out))
    assert len({(crop.group, crop.split) for crop in crops}) == 16
    assert all(crop.gsd_m == 0.3 for crop in crops)


def test_folds(tmp_path: Path) -> None:
    out = tmp_path / "folds.csv"
    ended = runner.invoke(app, ["dataset", "split", str(clean(tmp_path).write()), "--out", str(out), "--folds", "4"])
    assert ended.exit_code == 0, ended.output
    assert sorted({row["fold"] for row in rows_of(out)}) == ["0", "1", "2", "3"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["check", "DATA", "--out", "report.txt"], "does not end in .json or .html"),
        (["check", "DATA", "--tree", "oak"], "is not auto, catalogue or any"),
        (["split", "DATA", "--out", "x.csv", "--shares", "train:much"], "is not a split and its share"),
        (["split", "DATA", "--out", "x.csv", "--shares", "learn:1"], "is not a split and its share"),
    ],
)
def test_wrong_usage(tmp_path: Path, options: list[str], message: str) -> None:
    given = [str(clean(tmp_path).write()) if each == "DATA" else each for each in options]
    ended = runner.invoke(app, ["dataset", *given])
    assert ended.exit_code == 2 and message in " ".join(ended.output.replace("│", "").split())


def test_a_manifest_lists_only_files_below_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "elsewhere").mkdir()
    manifest = clean(tmp_path / "data").write()
    given = ["dataset", "check", str(manifest), "--no-suspects", "--fix", str(tmp_path / "elsewhere" / "fixed.csv")]
    ended = runner.invoke(app, given)
    assert "a manifest names only files in its own folder or below" in str(ended.exception)
    assert not (tmp_path / "elsewhere" / "fixed.csv").exists()
