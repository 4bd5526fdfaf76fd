"""`vehicle-id render` as a command: its files, its output, its exit code."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest
from PIL import Image

from tests.synth.conftest import rows_of
from vehicle_id.cli import app as app_module
from vehicle_id.crops.manifest import read_manifest

HEADER = "name,class,length_m,width_m,height_m,axles_m,confidence,source\n"


class Ended(NamedTuple):
    code: int
    out: str
    err: str


class Run(Protocol):
    def __call__(self, *arguments: object) -> Ended: ...


@pytest.fixture
def render(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `vehicle-id render` with arguments, in this process and in one worker."""

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["vehicle-id", "render", "--workers", "1", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            app_module.main()
        out, err = capsys.readouterr()
        return Ended(int(stop.value.code or 0), out, err)

    return run


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four crops a block: a command of a few crops need not render 32."""
    monkeypatch.setattr("vehicle_id.synth.dataset.BLOCK", 4)


def test_it_writes_a_manifest_and_a_contact_sheet_and_prints_their_paths(render: Run, tmp_path: Path) -> None:
    out = tmp_path / "set"
    ended = render("--num", 3, "--out", out, "--classes", "car, ground", "--gsd", 0.5, "--sheet")
    assert ended == (0, f"wrote {out / 'manifest.csv'}, {out / 'sheet.png'}\n", "")
    rows = rows_of(out / "manifest.csv")
    assert [row["label"] for row in rows] == ["car", "ground", "car"]
    assert {row["gsd_m"] for row in rows} == {"0.5"}
    assert all(crop.problem is None and crop.path.exists() for crop in read_manifest(out / "manifest.csv"))
    with Image.open(out / "sheet.png") as sheet:
        assert sheet.format == "PNG"


def test_without_sheet_there_is_none_and_classes_may_be_repeated(render: Run, tmp_path: Path) -> None:
    out = tmp_path / "set"
    ended = render("--num", 2, "--out", out, "--classes", "ground", "--classes", "car", "--gsd", "0.5:0.6")
    assert ended == (0, f"wrote {out / 'manifest.csv'}\n", "")
    assert not (out / "sheet.png").exists()
    rows = rows_of(out / "manifest.csv")
    assert {row["label"] for row in rows} == {"car", "ground"}
    assert all(0.5 <= float(row["gsd_m"]) <= 0.6 for row in rows)


def test_a_group_is_its_classes_in_turn(render: Run, tmp_path: Path) -> None:
    render("--num", 3, "--out", tmp_path / "set", "--classes", "flat_car", "--gsd", 0.7)
    labels = [row["label"] for row in rows_of(tmp_path / "set" / "manifest.csv")]
    assert labels == ["flat_car_empty", "flat_car_containers", "flat_car_vehicles"]


def test_every_option_reaches_the_plan(render: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def noted(plan, out, *, num, workers, advance):  # type: ignore[no-untyped-def]
        seen.append((plan, out, num, workers))
        advance(num)
        return out / "manifest.csv"

    monkeypatch.setattr("vehicle_id.synth.dataset.render_dataset", noted)
    options = ["--seed", 7, "--classes", "car,bus", "--gsd", "0.2:0.4", "--context", "1.1:1.5"]
    options += ["--rows", "a.csv", "--rows", "b.csv", "--ground", "g", "--stress", "--random-colours", "0.3"]
    assert render("--num", 9, "--out", tmp_path, *options).code == 0
    assert render("--num", 1, "--out", tmp_path, "--workers", 3, "--context", 2).code == 0
    (plan, out, num, workers), (bare, *_, many) = seen
    assert (plan.seed, plan.classes, plan.gsd_m, plan.context) == (7, ("car", "bus"), (0.2, 0.4), (1.1, 1.5))
    assert (plan.rows, plan.grounds, out, num, workers) == (("a.csv", "b.csv"), "g", tmp_path, 9, 1)
    assert (bare.seed, bare.classes, bare.gsd_m, bare.rows, bare.grounds) == (0, (), (0.08, 0.7), (), None)
    assert (bare.context, many) == ((2.0, 2.0), 3)
    assert (plan.stress, bare.stress) == (True, False)
    assert (plan.random_colours, bare.random_colours) == (0.3, 0.0)


@pytest.mark.parametrize("text", ["abc", "", ":", "0.3:x", ":0.5", "0.1:0.2:0.3", "0,3"])
@pytest.mark.parametrize("option", ["--gsd", "--context"])
def test_an_invalid_range_is_wrong_usage_and_names_the_option(
    render: Run, option: str, text: str, tmp_path: Path
) -> None:
    code, out, err = render("--num", 1, "--out", tmp_path / "set", f"{option}={text}")
    assert (code, out) == (2, "")
    assert f"Error: Invalid value for {option}: {text!r} is neither a number nor low:high" in err
    assert not (tmp_path / "set").exists()


@pytest.mark.parametrize("more", [["--num", 0], ["--num", -3], ["--num", 1.5], ["--seed", -1], ["--workers", 0], []])
def test_wrong_usage_ends_with_two(render: Run, more: list[object], tmp_path: Path) -> None:
    usual = [] if "--num" in more or not more else ["--num", 1]
    code, out, err = render("--out", tmp_path / "set", *usual, *more)
    assert (code, out) == (2, "")
    assert (str(more[0]) if more else "--num") in err
    assert "Traceback" not in err
    assert not (tmp_path / "set").exists()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--gsd", "0"], "the ground sample distance 0:0 is not a range within 0.03:2 metres per pixel"),
        (["--gsd", "-0.3"], "-0.3:-0.3 is not a range"),
        (["--gsd", "0.5:0.2"], "0.5:0.2 is not a range"),
        (["--gsd", "nan"], "nan:nan is not a range"),
        (["--gsd", "inf"], "inf:inf is not a range"),
        (["--random-colours", "1.5"], "the share of random colours 1.5 is not within 0 and 1"),
        (["--random-colours", "nan"], "the share of random colours nan is not within 0 and 1"),
        (["--context", "0.5"], "the context is not a range within 1:4 times a tight window"),
        (["--classes", "tractr"], "there is no class 'tractr': choose one of vehicle, "),
        (["--classes", "car,tractr"], "there is no class 'tractr'"),
        (["--rows", "none.csv"], "the catalogue none.csv cannot be read: No such file or directory"),
        (["--ground", "nowhere"], f"{Path('nowhere') / 'ground.csv'} cannot be read"),
    ],
)
def test_an_impossible_plan_is_one_sentence_and_ends_with_three(
    render: Run, more: list[str], says: str, tmp_path: Path
) -> None:
    code, out, err = render("--num", 1, "--out", tmp_path / "set", *more)
    assert (code, out) == (3, "")
    assert err.startswith("vehicle-id: ") and says in err
    assert err.count("\n") == 1
    assert not (tmp_path / "set").exists()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("Tram,tram,20,2.4,3.3,,unverified,", "vehicle 'Tram': class 'tram' is not in the class tree"),
        ("Tram,flat_car,20,2.4,3.3,,unverified,", "vehicle 'Tram': class 'flat_car' has classes under it"),
        ("Tram,bus,-20,2.4,3.3,,unverified,", "vehicle 'Tram': length_m -20 is not positive"),
        ("Tram,bus,20,wide,3.3,,unverified,", "vehicle 'Tram': width_m 'wide' is not a number"),
        ("Tram,bus,12000,2.5,3.3,,unverified,", "vehicle 'Tram': length_m 12000 looks like millimetres"),
        ("Tram,bus,12,2.5,3.3,2 14,unverified,", "vehicle 'Tram': axles_m 2 to 14 does not fit"),
        ("Tram,bus,12,2.5,3.3,,published,", "vehicle 'Tram': source is missing"),
        ("Tram,ground,12,2.5,3.3,,unverified,", "'Tram' cannot be built"),
    ],
)
def test_a_faulty_row_of_ones_own_is_named(render: Run, row: str, says: str, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(HEADER + row + "\n")
    code, out, err = render("--num", 1, "--out", tmp_path / "set", "--rows", own)
    assert (code, out) == (3, "")
    assert err.startswith(f"vehicle-id: {says}")
    assert err.count("\n") == 1
    assert not (tmp_path / "set").exists()


@pytest.mark.parametrize(
    "row",
    [
        "Odd,tank_truck,7.6,2.5,3,4.1,unverified,",
        "Odd,special_chassis_4_axles_bare,12,3,3,4.4,unverified,",
    ],
)
def test_a_sound_row_that_no_builder_can_build_is_named(render: Run, row: str, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(HEADER + row + "\n")
    try:
        code, _, err = render("--num", 1, "--out", tmp_path / "set", "--rows", own, "--classes", row.split(",")[1])
    except Exception as error:
        pytest.fail(f"a traceback: {error!r}")
    assert code == 3
    assert "'Odd'" in err


def test_a_row_of_ones_own_is_rendered_at_its_size(render: Run, tmp_path: Path) -> None:
    own, out = tmp_path / "own.csv", tmp_path / "set"
    own.write_text(HEADER + "Home bus,bus,11,2.5,3.1,,unverified,\n")
    assert render("--num", 32, "--out", out, "--rows", own, "--classes", "bus", "--gsd", 1).code == 0
    mine = [row for row in rows_of(out / "manifest.csv") if row["vehicle"] == "Home bus"]
    assert mine
    assert all(10.45 <= float(row["length_m"]) <= 11.55 for row in mine)


def test_a_second_run_with_another_plan_or_into_a_file_ends_with_a_sentence(render: Run, tmp_path: Path) -> None:
    options = ["--num", 1, "--classes", "ground", "--gsd", 0.7]
    assert render(*options, "--out", tmp_path / "set").code == 0
    before = (tmp_path / "set" / "manifest.csv").read_bytes()
    assert render(*options, "--out", tmp_path / "set").code == 0, "the same goes on"
    code, out, err = render(*options, "--out", tmp_path / "set", "--seed", 5)
    assert (code, out) == (3, "")
    assert "holds crops of another plan" in err
    assert (tmp_path / "set" / "manifest.csv").read_bytes() == before
    (tmp_path / "file").write_text("in the way")
    code, out, err = render(*options, "--out", tmp_path / "file")
    assert (code, out) == (5, "")
    assert err.startswith("vehicle-id: ") and "cannot be written" in err


def test_a_sheet_that_cannot_be_written_ends_with_five_and_leaves_the_manifest(render: Run, tmp_path: Path) -> None:
    options = ["--num", 1, "--classes", "ground", "--gsd", 0.7, "--out", tmp_path / "set"]
    render(*options)
    (tmp_path / "set" / "sheet.png").mkdir()
    code, out, err = render(*options, "--sheet")
    assert (code, out) == (5, "")
    assert "sheet.png is a folder" in err
    assert (tmp_path / "set" / "manifest.csv").exists()


def test_a_crop_deleted_by_hand_does_not_end_the_sheet_in_a_traceback(render: Run, tmp_path: Path) -> None:
    options = ["--num", 1, "--classes", "ground", "--gsd", 0.7, "--out", tmp_path / "set"]
    render(*options)
    for each in (tmp_path / "set" / "crops").iterdir():
        each.unlink()
    try:
        code = render(*options, "--sheet").code
    except OSError as error:
        pytest.fail(f"a traceback: {error!r}")
    assert code in (0, 3)


@pytest.mark.parametrize("library", ["trimesh", "embreex", "scipy", "threadpoolctl"])
def test_without_the_extra_the_error_names_what_to_install(library: str, tmp_path: Path) -> None:
    """In its own process, as this one has loaded the modules already."""
    code = (
        f"import sys; sys.modules[{library!r}] = None; sys.argv = ['vehicle-id', 'render', '--num', '1', "
        f"'--out', {str(tmp_path / 'set')!r}]; from vehicle_id.cli.app import main; main()"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (6, "")
    assert ended.stderr == "vehicle-id: vehicle-id render needs the extra 'synth': pip install 'vehicle-id[synth]'\n"
    assert not (tmp_path / "set").exists()


def test_help_needs_neither_the_extra_nor_numpy() -> None:
    code = (
        "import sys; sys.modules['trimesh'] = sys.modules['numpy'] = None; "
        "sys.argv = ['vehicle-id', 'render', '--help']; from vehicle_id.cli.app import main; main()"
    )
    plain = {**os.environ, "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "200"}
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=plain)
    assert ended.returncode == 0, ended.stderr
    shown = set(re.findall(r"--[a-z]+", ended.stdout)) - {"--help"}
    page = (Path(__file__).parents[2] / "docs" / "cli.md").read_text()
    section = page.split("## render")[1].split("\n## ")[0]
    assert set(re.findall(r"--[a-z]+", section)) == shown, "the page lists every option"


def test_it_runs_as_a_module(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "vehicle_id.cli", "render", "--num", "0", "--out", str(tmp_path / "set")]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Invalid value for '--num'" in ended.stderr
