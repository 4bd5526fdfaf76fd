"""The commands, as a user runs them: what is printed, what is written, how they end."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from tests.conftest import TINY, plain
from tests.wire import without_digest
from tests.zoo import Animal
from vehicle_id import Classifier, __version__
from vehicle_id.cli import app as app_module
from vehicle_id.cli.console import Report
from vehicle_id.model.card import Counts
from vehicle_id.results import Result, Status
from vehicle_id.taxonomy import Node, Taxonomy


class Ended:
    """How a command ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Run `vehicle-id` with arguments, in this process; crops are decoded here, too, unless `--isolate` is given."""

    def run(*arguments: object) -> Ended:
        if arguments[0] == "classify" and "--isolate" not in arguments:
            arguments = (*arguments, "--no-isolate")  # a process for decoding takes half a second to start
        monkeypatch.setattr(sys, "argv", ["vehicle-id", *map(str, arguments)])
        code = 0
        try:
            app_module.main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        out, err = capfd.readouterr()
        return Ended(code, out, err)

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A car, a bus and a file that is not an image."""
    folder = tmp_path / "crops"
    folder.mkdir()
    Image.fromarray(plain("red")).save(folder / "a_car.png")
    Image.fromarray(plain("blue", width=50, height=50)).save(folder / "b_bus.png")
    (folder / "c_text.png").write_text("no image")
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_classify_prints_a_row_per_crop_and_a_summary(run, folder: Path) -> None:
    ended = run("classify", folder, "--model", TINY, "--gsd-m", "0.4", "--isolate")
    lines = ended.out.splitlines()
    assert ended.code == 0
    assert len(lines) == 4
    assert lines[0].split() == ["crop", "answer", "confidence", "size", "reason"]
    assert lines[1].split()[1:] == "car 0.98 4.0 x 1.6 m car 0.98 is at or above its threshold 0.70".split()  # noqa: SIM905
    starts = [line.index("  ") for line in lines[1:]]  # one width for all names
    assert "a_car.png" in lines[1] and len(set(starts)) <= 2
    assert "c_text.png" in lines[3] and "not_an_image: " in lines[3]
    assert ended.err.splitlines() == [
        "3 crops by tiny-0.1: 2 answered, 0 unknown, 1 failed",
        "  light      1",
        "    car      1",
        "  bus        1",
        "  failed: not_an_image 1",
    ]


def test_classify_says_what_it_passed_over(run, folder: Path) -> None:
    assert "passed over" not in run("classify", folder, "--model", TINY).err
    (folder / "b.heic").write_bytes(b"x")
    ended = run("classify", folder, "--model", TINY)
    assert "passed over 1 file of other formats: 1 .heic (such as b.heic)" in ended.err


def test_classify_writes_every_output_alike(run, folder: Path, tmp_path: Path) -> None:
    outs = [tmp_path / "r.csv", tmp_path / "r.jsonl"]
    ended = run("classify", folder, "--model", TINY, "--gsd-m", "0.4", "--out", outs[0], "--out", outs[1], "--isolate")
    assert ended.code == 0 and "wrote " in ended.err
    table, records = rows(outs[0]), [json.loads(line) for line in outs[1].read_text().splitlines()]
    assert [row["label"] for row in table] == ["car", "bus", ""] == [r["label"] or "" for r in records]
    assert [row["chain"] for row in table] == [record.pop("chain") for record in records]
    truth = [result.to_dict() for result in Classifier(TINY).classify_folder(folder, gsd_m=0.4)]
    assert records == truth


def test_the_command_and_the_library_give_the_same_scores(run, folder: Path, tmp_path: Path) -> None:
    run("classify", folder, "--model", TINY, "--out", tmp_path / "r.jsonl")
    records = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]
    for record in records[:2]:
        result = Classifier(TINY).classify(record["path"])
        np.testing.assert_allclose(
            [each["score"] for each in record["top"]], [each.score for each in result.top], atol=1e-5
        )


def test_strict_turns_a_failed_crop_into_code_1(run, folder: Path) -> None:
    assert run("classify", folder, "--model", TINY, "--strict").code == 1
    assert run("classify", folder / "a_car.png", "--model", TINY, "--strict").code == 0


def test_a_manifest_alone_is_answered_row_by_row(run, folder: Path, tmp_path: Path) -> None:
    manifest = folder / "manifest.csv"
    manifest.write_text("path,gsd_m,site\na_car.png,0.4,north\n../outside.png,,\nb_bus.png,x,\ngone.png,0.4,\n")
    ended = run("classify", "--manifest", manifest, "--model", TINY, "--out", tmp_path / "r.csv")
    table = rows(tmp_path / "r.csv")
    assert ended.code == 0
    assert [row["status"] for row in table] == ["ok", "bad_row", "bad_row", "not_found"]
    assert table[0]["site"] == "north" and table[0]["gsd_source"] == "manifest"


def test_a_manifest_beside_a_folder_states_what_is_known_of_its_crops(run, folder: Path, tmp_path: Path) -> None:
    (folder / "manifest.csv").write_text("path,gsd_m\na_car.png,0.4\n")
    manifest = folder / "manifest.csv"
    run("classify", folder, "--manifest", manifest, "--gsd-m", "0.9", "--model", TINY, "--out", tmp_path / "r.csv")
    table = rows(tmp_path / "r.csv")
    assert [row["gsd_source"] for row in table] == ["manifest", "option", "option"]
    assert [row["gsd_m"] for row in table] == ["0.4", "0.9", "0.9"]


def test_bands_reach_the_classifier_the_output_and_the_record(run, folder: Path, tmp_path: Path) -> None:
    """A red picture is a car to the tiny model, and a blue one a bus."""
    out, manifest = tmp_path / "r.csv", folder / "manifest.csv"
    manifest.write_text('path,bands\na_car.png,\nb_bus.png,"3,2,1"\n')
    ended = run("classify", folder, "--model", TINY, "--bands", "3,2,1", "--out", out)
    assert ended.code == 0
    shown = [(row["label"], row["bands"], row["bands_source"]) for row in rows(out)[:2]]
    assert shown == [("bus", "3,2,1", "option"), ("car", "3,2,1", "manifest")]
    assert "it was made with bands 3,2,1, not None" in run("classify", folder, "--model", TINY, "--out", out).err
    manifest.write_text('path,bands\na_car.png,\nb_bus.png,"1,2,3"\n')
    assert run("classify", folder, "--model", TINY, "--bands", " 3,2,1", "--out", out).code == 0
    assert [row["label"] for row in rows(out)[:2]] == ["bus", "bus"]  # the second is answered anew
    manifest.write_text("path,bands\na_car.png,3;2;1\nb_bus.png,3,2,1\n")
    again = run("classify", folder, "--model", TINY, "--out", tmp_path / "s.csv")
    assert again.code == 0 and [row["status"] for row in rows(tmp_path / "s.csv")[:2]] == ["bad_row", "bad_row"]
    refused = run("classify", folder, "--model", TINY, "--bands", "rgb")
    assert refused.code == 3 and "bands 'rgb' cannot be shown" in refused.err


def test_views_reach_the_classifier_and_the_record(run, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.jsonl"
    run("classify", folder, "--model", TINY, "--views", "4", "--out", out)
    refused = run("classify", folder, "--model", TINY, "--out", out)
    assert "it was made with views 4, not None" in refused.err


def test_tta_and_top_k_reach_the_classifier(run, folder: Path, tmp_path: Path) -> None:
    run("classify", folder, "--model", TINY, "--tta", "--top-k", "1", "--out", tmp_path / "r.jsonl")
    record = json.loads((tmp_path / "r.jsonl").read_text().splitlines()[0])
    assert len(record["top"]) == 1


def test_candidates_come_with_a_warning_for_which_crops_they_hold(run, folder: Path, tmp_path: Path) -> None:
    ended = run("classify", folder, "--model", TINY, "--coverage", "0.9", "--gsd-m", "0.4", "--out", tmp_path / "r.csv")
    assert ended.code == 0
    assert [row["candidates"] for row in rows(tmp_path / "r.csv")] == ["car;bus", "bus", ""]
    assert ended.out.splitlines()[1].endswith(" {car, bus}")
    warnings = [line for line in ended.err.splitlines() if line.startswith("vehicle-id: ")]
    assert warnings == [
        "vehicle-id: candidates contain the true class in 90% of crops only if these are like the "
        "calibration crops of tiny-0.1 (0 rendered, 0 real)"
    ]
    assert "candidates" not in run("classify", folder, "--model", TINY).err


def test_the_warning_counts_only_crops_that_candidates_were_fitted_on(capsys: pytest.CaptureFixture[str]) -> None:
    from vehicle_id.cli.classify import _warn

    card = Classifier(TINY).card
    counts = {"car": Counts(real_val=2, rendered_val=30), "light": Counts(real_val=500)}
    _warn(msgspec.structs.replace(card, counts=counts), 0.9)
    assert "30 rendered, 2 real" in capsys.readouterr().err


def test_a_coverage_that_the_model_does_not_have_is_code_3(run, folder: Path) -> None:
    ended = run("classify", folder, "--model", TINY, "--coverage", "0.5")
    assert ended.code == 3 and "for a coverage of 0.5: give 0.8, 0.9" in ended.err and not ended.out


def test_long_names_and_control_characters_stay_on_one_line(run, tmp_path: Path) -> None:
    name = "x" * 60 + "\n\x1b[31m.png"
    Image.fromarray(plain("red")).save(tmp_path / name)
    ended = run("classify", tmp_path, "--model", TINY)
    assert len(ended.out.splitlines()) == 2
    assert "\x1b" not in ended.out


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["classify"], 3, "no crops given"),
        (["classify", "gone"], 3, "gone does not exist"),
        (["classify", "a.png", "--gsd-m", "0"], 3, "metres per pixel"),
        (["classify", "a.png", "--gsd-m", "0,3"], 2, "'0,3' is no number: write metres with a point, such as 0.3"),
        (["classify", "a.png", "--grid", "20m"], 2, "'20m' is no number: write metres with a point"),
        (["classify", "--manifest", "gone.csv"], 3, "cannot be read"),
        (["classify", "a.png", "--model", "nonesuch-9"], 4, "no model named 'nonesuch-9'"),
        (["classify", "a.png", "--model", "gone.onnx"], 4, "no model file"),
        (["classify", "a.png", "--model", "./a.png"], 4, "not an ONNX model"),
        (["classify", "a.png", "--out", "r.xlsx"], 5, "ends in none of"),
        (["classify", "a.png", "--out", "gone/r.csv"], 5, "the folder gone of the output gone/r.csv does not exist"),
        (["classify", "a.png", "--top-k", "0"], 2, "top-k"),
        (["classify", "a.png", "--part-rows", "0", "--out", "r.parquet"], 2, "part-rows"),
        (["classify", "a.png", "--part-rows", "5", "--out", "r.csv"], 5, "r.csv cannot be written in parts"),
        (["classify", "a.png", "--part-rows", "5"], 5, "parts of 5 rows cannot be written"),
        (["evaluate", "gone"], 3, "no labelled crops at gone"),
        (["evaluate", "labelled", "--map", "x"], 2, "not FROM=TO"),
        (["evaluate", "labelled", "--map", "car=bus,"], 2, "not FROM=TO"),
        (["evaluate", "labelled", "--map", "car=bus", "--map", "car=van"], 2, "mapped twice"),
        (["evaluate", "labelled", "--map", "car=lorry"], 3, "cannot map 'car' to 'lorry'"),
        (["evaluate", "labelled", "--map", "cra=car"], 3, "cannot map 'cra', which labels no crop"),
        (["evaluate", "labelled", "--half", "c"], 2, "half"),
        (["evaluate", "labelled", "--half", "a"], 3, "1 of 1 crops state none"),
        (["evaluate", "labelled", "--out", "m.csv"], 5, "the output m.csv does not end in .json"),
        (["evaluate", "labelled", "--crops", "m.json"], 5, "the output m.json does not end in .csv"),
        (["verify", "gone.onnx"], 4, "no model file"),
    ],
)
def test_mistakes_end_in_one_sentence_and_their_code(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Image.fromarray(plain("red")).save("a.png")
    Path("labelled/car").mkdir(parents=True)
    Image.fromarray(plain("red")).save("labelled/car/a.png")
    if "--model" not in arguments and arguments[0] != "verify":
        arguments = [*arguments, "--model", str(TINY)]
    ended = run(*arguments)
    assert ended.code == code
    assert sentence in ended.err
    if code > 2:
        assert ended.err.startswith("vehicle-id: ") and len(ended.err.splitlines()) == 1


def test_an_error_before_the_first_row_prints_no_titles(run, folder: Path) -> None:
    ended = run("classify", folder, "--model", TINY, "--gsd-m", "-1")
    assert (ended.code, ended.out) == (3, "")


def test_columns_are_as_wide_as_the_first_rows_need_however_long_the_model_takes(
    run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.fromarray(plain("red")).save(folder / "d_with_a_longer_name.png")
    slow = Classifier.classify_crops

    def late(*arguments: object, **options: object) -> object:
        clock[0] += 60  # the model was opened
        return slow(*arguments, **options)  # type: ignore[arg-type]

    clock = [0.0]
    monkeypatch.setattr(Classifier, "classify_crops", late)
    monkeypatch.setattr("vehicle_id.cli.console.time.monotonic", lambda: clock[0])
    monkeypatch.chdir(folder.parent)
    title, *lines = run("classify", folder.name, "--model", TINY).out.splitlines()
    assert (
        title.index("answer") == lines[0].index("car  ") == lines[-1].index("car  ") > len("crops/d_with_a_longer_name")
    )


@pytest.mark.parametrize(
    ("gsd_m", "hint"),
    [
        ("30", "too coarse: is the ground sample distance in metres per pixel? 30 cm are --gsd-m 0.3"),
        ("0.0003", "under 2 m wide: is the ground sample distance in metres per pixel? 30 cm are --gsd-m 0.3"),
        ("0.4", None),
    ],
)
def test_a_distance_in_another_unit_is_asked_about(run, folder: Path, gsd_m: str, hint: str | None) -> None:
    said = run("classify", folder, "--model", TINY, "--gsd-m", gsd_m).err
    assert hint in said if hint else "metres per pixel" not in said


def test_a_whole_scene_taken_for_a_crop_is_asked_about(capsys: pytest.CaptureFixture[str]) -> None:
    with Report(Taxonomy([Node(name="boat", level="class")])) as report:
        report.row(Result(status=Status.OK, label="boat", flags=("window_much_larger_than_vehicle",)))
    report.summary("tiny-0.1", [])
    assert "1 crop shows far more than one vehicle" in capsys.readouterr().err


def test_the_manifest_is_not_overwritten_by_its_answers(run, folder: Path) -> None:
    manifest = folder / "m.csv"
    manifest.write_text("path\na_car.png\n")
    ended = run("classify", "--manifest", manifest, "--model", TINY, "--out", manifest)
    assert ended.code == 5 and "is the manifest itself" in ended.err
    assert manifest.read_text() == "path\na_car.png\n"


def test_a_manifest_about_other_crops_is_reported(run, folder: Path) -> None:
    (folder / "m.csv").write_text("path,gsd_m\nother.png,0.4\n")
    ended = run("classify", folder, "--manifest", folder / "m.csv", "--model", TINY)
    assert ended.code == 0 and "none of the 1 rows" in ended.err


def test_the_manifest_in_the_folder_is_used_and_named(run, folder: Path, tmp_path: Path) -> None:
    manifest = folder / "manifest.csv"
    manifest.write_text("path,gsd_m,id,label\na_car.png,0.4,7,bus\ngone.png,0.4,8,car\n")
    ended = run("classify", folder, "--model", TINY, "--out", tmp_path / "r.csv")
    assert f"using {manifest} (--no-manifest leaves it aside)" in ended.err
    assert f"1 of the 2 rows of {manifest} belong to none of these crops, the first to {folder}/gone.png" in ended.err
    found = [(row["label"], row["gsd_m"], row["id"], row["manifest_label"]) for row in rows(tmp_path / "r.csv")]
    assert found == [("car", "0.4", "7", "bus"), ("bus", "", "", ""), ("", "", "", "")]
    ended = run("classify", folder, "--model", TINY, "--no-manifest", "--out", tmp_path / "s.csv")
    assert "manifest.csv" not in ended.err and "id" not in rows(tmp_path / "s.csv")[0]
    ended = run("classify", folder, "--model", TINY, "--out", manifest)
    assert ended.code == 5 and "is the manifest itself" in ended.err
    assert run("classify", folder, "--model", TINY, "--no-manifest", "--manifest", manifest).code == 2


def test_an_unclosed_quote_in_the_manifest_names_its_line(run, folder: Path, tmp_path: Path) -> None:
    (folder / "manifest.csv").write_text('path,site\na_car.png,"pit\nb_bus.png,yard\nc_text.png,yard\n')
    ended = run("classify", folder, "--model", TINY, "--out", tmp_path / "r.csv")
    assert ended.code == 3 and "line 2" in ended.err and len(ended.err.splitlines()) == 1


@pytest.mark.parametrize("with_out", [True, False])
def test_a_closed_pipe_does_not_stop_the_files(tmp_path: Path, with_out: bool) -> None:
    for number in range(300):
        Image.fromarray(plain("red")).save(tmp_path / f"{number:03}.png")
    out = ["--out", str(tmp_path / "r.csv")] if with_out else ["--no-isolate"]
    command = [sys.executable, "-m", "vehicle_id.cli", "classify", str(tmp_path), "--model", str(TINY), *out]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read().decode()
    assert process.returncode == 0 and "Traceback" not in errors and "Broken" not in errors
    if with_out:
        assert len(rows(tmp_path / "r.csv")) == 300


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_stdout_is_one_sentence(folder: Path) -> None:
    command = [sys.executable, "-m", "vehicle_id.cli", "classify", str(folder), "--model", str(TINY)]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 5
    assert ended.stderr.splitlines()[0].startswith("vehicle-id: standard output cannot be written")
    assert "Traceback" not in ended.stderr


def test_a_failed_run_leaves_the_old_output(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    out = tmp_path / "r.csv"
    out.write_text("old")
    manifest = folder / "bad.csv"
    manifest.write_bytes(b"path\na_car.png\n" + b"x.png\n" * 2000 + b"\xff\xfe\n")  # stops being text late
    ended = run("classify", "--manifest", manifest, "--model", TINY, "--out", out, "--no-resume")
    assert ended.code == 3
    assert out.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".r.csv.journal", "crops", "r.csv"]


def test_evaluate_prints_and_writes_what_it_measured(run, tmp_path: Path) -> None:
    for label, colour in (("car", "red"), ("coach", "blue"), ("aircraft", "black")):
        (tmp_path / "set" / label).mkdir(parents=True)
        Image.fromarray(plain(colour)).save(tmp_path / "set" / label / "1.png")
    options = ["--map", "aircraft=unknown", "--map", "coach=bus, van", "--model", TINY]
    ended = run("evaluate", tmp_path / "set", *options, "--out", tmp_path / "m.json", "--crops", tmp_path / "c.csv")
    assert ended.code == 0
    assert "top-1 accuracy 1.0000 (0.34 to 1.00), macro-F1 1.0000, ECE" in ended.out
    assert "in brackets: 95 % intervals by bootstrap over 2 crops; state the image or place" in ended.out
    assert "by family: accuracy 1.0000" in ended.out
    assert "left out, since they span several families: coach" in ended.out
    assert "AUROC 1.000 over 1 crop" in ended.out
    assert json.loads((tmp_path / "m.json").read_text())["nodes"] == {"car": ["car"], "coach": ["bus", "van"]}
    table = rows(tmp_path / "c.csv")
    assert [(row["label"], row["answer"], row["right"], row["decided"]) for row in table] == [
        ("aircraft", "coach", "", "unknown"),
        ("car", "car", "1", "car"),
        ("coach", "coach", "1", "bus"),
    ]


def test_the_manifest_is_not_overwritten_by_its_rows(run, tmp_path: Path) -> None:
    manifest = tmp_path / "m.csv"
    manifest.write_text("path,label\na.png,car\n")
    ended = run("evaluate", manifest, "--model", TINY, "--crops", manifest)
    assert ended.code == 5 and "is the manifest itself" in ended.err
    assert manifest.read_text() == "path,label\na.png,car\n"


def test_evaluate_takes_one_half_of_the_images(run, tmp_path: Path) -> None:
    Image.fromarray(plain("red")).save(tmp_path / "a.png")
    manifest = tmp_path / "m.csv"
    manifest.write_text("path,label,image\na.png,car,north\na.png,car,south\na.png,car,west\n")
    assert "2 crops by" in (a := run("evaluate", manifest, "--half", "a", "--model", TINY).out)
    assert "intervals by bootstrap over 2 groups; so few make them too narrow" in a
    assert "1 crop by" in (b := run("evaluate", manifest, "--half", "b", "--model", TINY).out)
    assert "no 95 % intervals: all crops are of one group" in b


def test_evaluate_names_the_labels_that_it_skips_for_their_spelling_alone(run, tmp_path: Path) -> None:
    for label, colour in (("Car", "red"), ("bus", "blue"), ("Heavy", "black")):
        (tmp_path / "set" / label).mkdir(parents=True)
        Image.fromarray(plain(colour)).save(tmp_path / "set" / label / "1.png")
    ended = run("evaluate", tmp_path / "set", "--model", TINY)
    assert "1 crop by" in ended.out and ended.err.strip().endswith("measure them with --map Car=car")
    assert "2 crops by" in run("evaluate", tmp_path / "set", "--model", TINY, "--map", "Car=car").out


def test_evaluate_takes_one_split_and_reports_what_it_skipped(run, tmp_path: Path) -> None:
    Image.fromarray(plain("red")).save(tmp_path / "a.png")
    manifest = tmp_path / "m.csv"
    manifest.write_text(
        "path,label,split,gsd_m,length_m\na.png,car,test,0.4,4.1\na.png,car,train,,\na.png,boat,test,,\ng.png,car,test,,\n"
    )
    ended = run("evaluate", manifest, "--split", "test", "--model", TINY, "--tta")
    assert "1 crop by tiny-0.1, eight rotations and flips each" in ended.out
    assert "size: median length error 2.4%" in ended.out
    assert "median measured length in metres: car 4.0" in ended.out
    assert "skipped: boat 1" in ended.out and "failed: not_found 1" in ended.out


def test_evaluate_prints_no_control_characters_of_a_manifest(run, tmp_path: Path) -> None:
    Image.fromarray(plain("red")).save(tmp_path / "a.png")
    (tmp_path / "m.csv").write_text("path,label\na.png,car\na.png,\x1b[2Jboat\n")
    ended = run("evaluate", tmp_path / "m.csv", "--model", TINY)
    assert ended.code == 0 and "skipped: \\x1b[2Jboat 1" in ended.out and "\x1b" not in ended.out


def test_evaluate_of_reviews_alone_has_no_row_per_crop(run, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("path,label,review,reviewer,answer\na.png,,unusable,AB,car\n")
    ended = run("evaluate", tmp_path / "r.csv", "--model", TINY, "--crops", tmp_path / "c.csv")
    assert "reviewed by AB: 1 crop" in ended.out and not (tmp_path / "c.csv").exists()
    assert ended.code == 0 and "no crop was measured: nothing is written to" in ended.err


def test_evaluate_says_before_its_work_where_nothing_can_be_written(run, tmp_path: Path) -> None:
    ended = run("evaluate", tmp_path / "gone.csv", "--model", TINY, "--out", tmp_path / "no" / "m.json")
    assert ended.code == 5 and "does not exist: make it" in ended.err


def test_inspect_shows_the_card(run) -> None:
    ended = run("inspect", TINY)
    assert ended.code == 0
    for part in (
        "tiny-0.1",
        "0.05 to 1 m per pixel",
        "van (only by size)",
        "score 'energy' above 0.000",
        "0.8, 0.9",
        "class 0.70",
        "3/0/0",
        "sha256",
        "11 nodes of 7 types, opset 13",
        "the digest inside the file matches its bytes",
    ):
        assert part in ended.out
    assert "none (by node)" not in ended.out
    assert json.loads(run("inspect", TINY, "--json").out)["name"] == "tiny"


def test_verify_prints_the_hash_and_runs_the_golden_crops(run, tmp_path: Path, zoo: dict[str, Animal]) -> None:
    from vehicle_id.model.golden import make_golden
    from vehicle_id.model.session import Session

    (tmp_path / "model.onnx").write_bytes(TINY.read_bytes())
    golden = make_golden(Session(TINY.read_bytes()), [(zoo["rgb.png"].path.read_bytes(), 0.3)])
    (tmp_path / "golden.json").write_bytes(golden)
    ended = run("verify", tmp_path)
    assert ended.code == 0
    assert "golden  1 crops answered as published" in ended.out
    assert "intact  yes" in ended.out
    (tmp_path / "model.onnx").write_bytes(without_digest(TINY.read_bytes()))
    assert "intact  not known: the file contains no digest" in run("verify", tmp_path).out
    (tmp_path / "golden.json").write_bytes(
        golden.replace(b'"logits": [\n', b'"logits": [\n 9.9, ').replace(b"9.9, ", b"", 0)
    )
    assert run("verify", tmp_path).code == 4


def test_version_and_help(run) -> None:
    assert run("--version").out.strip() == f"vehicle-id {__version__}"
    for command in ("classify", "evaluate", "inspect", "verify", "train", "export"):
        ended = run(command, "--help")
        assert ended.code == 0 and "Usage" in ended.out


def test_help_waits_for_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['vehicle-id', 'classify', '--help']\n"
        "from vehicle_id.cli.app import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'numpy', 'PIL', 'onnxruntime', 'msgspec', 'rich', 'torch'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"


def test_only_the_options_of_the_asked_command_are_built(run) -> None:
    from typer.main import get_command
    from typer.testing import CliRunner

    for name in get_command(app_module.app).commands:  # type: ignore[attr-defined]
        chosen = app_module.only_asked([name, "--help"])
        assert [*get_command(chosen).commands] == [name]  # type: ignore[attr-defined]
        helps = [
            CliRunner().invoke(each, [name, "--help"], prog_name="vehicle-id") for each in (chosen, app_module.app)
        ]
        assert helps[0].output == helps[1].output and f"Usage: vehicle-id {name} " in helps[0].output
    for arguments in ([], ["--help"], ["clasify"], ["--version", "classify"]):
        assert app_module.only_asked(arguments) is app_module.app
    assert run("clasify").code == 2 and "classify" in run("--help").out and "verify" in run("--help").out


def test_classify_loads_nothing_that_opens_connections(tiny: Path, folder: Path) -> None:
    code = (
        f"import sys; sys.argv = ['vehicle-id', 'classify', {str(folder)!r}, '--model', {str(tiny)!r}]\n"
        "from vehicle_id.cli.app import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'http.client', 'ssl', 'urllib.request', 'xml.sax'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"


def test_training_without_its_extra_is_one_sentence(run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in sys.modules if name.startswith(("vehicle_id.train", "vehicle_id.export"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setitem(sys.modules, "yaml", None)
    for arguments in (["train", tmp_path, "--out", tmp_path / "run"], ["export", tmp_path, "--out", tmp_path / "m"]):
        ended = run(*arguments)
        assert ended.code == 6
        assert "pip install 'vehicle-id[train]'" in ended.err


def test_it_runs_as_a_module() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "vehicle_id.cli", "--version"], capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == f"vehicle-id {__version__}"


def test_a_manifest_row_is_joined_to_a_member_of_a_tar_file(run, folder: Path, tmp_path: Path) -> None:
    import tarfile

    with tarfile.open(tmp_path / "s.tar", "w") as tar:
        for name in ("a_car.png", "b_bus.png"):
            tar.add(folder / name, name)
    (tmp_path / "m.csv").write_text("path,gsd_m,site\ns.tar/b_bus.png,0.25,yard\n")
    ended = run(
        "classify",
        tmp_path / "s.tar",
        "--manifest",
        tmp_path / "m.csv",
        "--model",
        TINY,
        "--gsd-m",
        "0.5",
        "--out",
        tmp_path / "r.jsonl",
    )
    assert ended.code == 0
    rows = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]
    assert [(Path(row["path"]).name, row["gsd_m"], row["site"]) for row in rows] == [
        ("a_car.png", 0.5, None),
        ("b_bus.png", 0.25, "yard"),
    ]
    # without anything to look up, the same crops
    run("classify", tmp_path / "s.tar", "--model", TINY, "--out", tmp_path / "q.jsonl")
    others = [json.loads(line) for line in (tmp_path / "q.jsonl").read_text().splitlines()]
    assert [(row["path"], row["sha256"]) for row in others] == [(row["path"], row["sha256"]) for row in rows]


def tar_of(path: Path, folder: Path, names: dict[str, str]) -> Path:
    """A tar file of files of the folder, by the name that each has in it."""
    import tarfile

    path.parent.mkdir(exist_ok=True)
    with tarfile.open(path, "w") as tar:
        for name, file in names.items():
            tar.add(folder / file, name)
    return path


def test_a_pattern_of_tar_files_is_one_stream_into_parts(
    run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow")
    import pyarrow.dataset as ds

    for number in range(3):
        tar_of(tmp_path / f"shards/{number}.tar", folder, {"a.png": "a_car.png", "b.png": "b_bus.png"})
    monkeypatch.chdir(tmp_path)
    arguments = ("classify", "shards/*.tar", "--model", TINY, "--part-rows", "4", "--out", "r.parquet")
    assert run(*arguments).code == 0
    assert sorted(os.listdir("r.parquet")) == ["part-00000.parquet", "part-00001.parquet"]
    table = ds.dataset("r.parquet").to_table()
    assert table["path"].to_pylist() == [f"shards/{number}.tar/{name}.png" for number in range(3) for name in "ab"]
    assert table["label"].to_pylist() == ["car", "bus"] * 3
    ended = run(*arguments)
    assert ended.code == 0 and "6 of these rows are from an earlier run" in ended.err
    assert ds.dataset("r.parquet").to_table() == table


def test_a_manifest_row_may_be_about_a_whole_tar_file(run, folder: Path, tmp_path: Path) -> None:
    shard = tar_of(tmp_path / "s.tar", folder, {"a.png": "a_car.png", "b.png": "b_bus.png"})
    for last_row, expected in (("", ["0.4", "0.4"]), ("s.tar/b.png,0.25\n", ["0.4", "0.25"])):
        (tmp_path / "m.csv").write_text("path,gsd_m\ns.tar,0.4\n" + last_row)
        ended = run("classify", shard, "--manifest", tmp_path / "m.csv", "--model", TINY, "--out", tmp_path / "r.csv")
        assert [row["gsd_m"] for row in rows(tmp_path / "r.csv")] == expected
        assert "none of the" not in ended.err
    (tmp_path / "m.csv").write_text("path,gsd_m\ns.tar,x\n")
    run("classify", shard, "--manifest", tmp_path / "m.csv", "--model", TINY, "--out", tmp_path / "r.csv")
    assert [row["status"] for row in rows(tmp_path / "r.csv")] == ["bad_row"]


def test_a_member_is_not_mistaken_for_a_crop_of_the_manifest(run, folder: Path, tmp_path: Path) -> None:
    shard = tar_of(tmp_path / "s.tar", folder, {"../known.png": "a_car.png", "/known.png": "a_car.png"})
    (tmp_path / "m.csv").write_text("path,site\nknown.png,secret\n")
    ended = run("classify", shard, "--manifest", tmp_path / "m.csv", "--model", TINY, "--out", tmp_path / "r.csv")
    assert [row["site"] for row in rows(tmp_path / "r.csv")] == ["", ""]
    assert "none of the 1 rows" in ended.err


def test_the_options_of_classify_are_these() -> None:
    from typer.main import get_command

    command = get_command(app_module.app).commands["classify"]  # type: ignore[attr-defined]
    assert {option for each in command.params for option in each.opts} == {
        "crops",
        "--manifest",
        "--no-manifest",
        "--gsd-m",
        "--bands",
        "--model",
        "--out",
        "--part-rows",
        "--top-k",
        "--views",
        "--tta",
        "--coverage",
        "--provider",
        "--gallery",
        "--resume",
        "--isolate",
        "--credit",
        "--licence",
        "--occlusion",
        "--strict",
        *("--boxes", "--boxes-format", "--boxes-crs", "--crs", "--context", "--window-m", "--sun", "--view"),
        *("--date", "--site", "--grid"),
        *("--engine", "--address", "--num-workers"),
    }


def test_the_package_runs_as_the_command() -> None:
    command = [sys.executable, "-m", "vehicle_id", "--version"]
    assert subprocess.run(command, capture_output=True, check=True, text=True).stdout == f"vehicle-id {__version__}\n"
