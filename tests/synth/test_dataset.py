"""Same plan, same bytes, however it is rendered; what is written stays usable."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from tests.synth.conftest import PLAN, rows_of
from vehicle_id.crops.manifest import read_manifest
from vehicle_id.errors import InputError, OutputError
from vehicle_id.synth import dataset
from vehicle_id.synth.dataset import BLOCK, COLUMNS, RENDERER, RenderPlan, render_dataset


def contents(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file()}


def test_the_manifest_can_be_read_and_has_the_truth_of_every_crop(rendered: Path) -> None:
    crops = list(read_manifest(rendered))
    rows = rows_of(rendered)
    assert len(crops) == len(rows) == 70
    assert tuple(rows[0]) == COLUMNS
    assert {crop.problem for crop in crops} == {None}
    assert {crop.origin for crop in crops} == {"rendered"}
    for crop, row in zip(crops, rows, strict=True):
        with Image.open(crop.path) as image:
            image.load()
            assert min(image.size) >= 6
        assert 0.3 <= float(row["gsd_m"]) <= 0.5
        assert 10 <= float(row["sun_elevation_deg"]) <= 80
        assert 0 <= float(row["off_nadir_deg"]) <= 35
        if row["label"] == "ground":
            assert row["vehicle"] == row["length_m"] == row["visible_share"] == ""
        else:
            assert row["vehicle"]
            assert 0.5 <= float(row["visible_share"]) <= 1
            assert 0 <= float(row["heading_deg"]) < 360


def test_classes_take_turns(rendered: Path) -> None:
    counts = Counter(row["label"] for row in rows_of(rendered))
    assert set(counts) == set(PLAN.classes)
    assert max(counts.values()) - min(counts.values()) <= 1


def test_two_workers_render_the_same_bytes(rendered: Path, tmp_path: Path) -> None:
    render_dataset(PLAN, tmp_path / "set", num=70, workers=2)
    assert contents(tmp_path / "set") == contents(rendered.parent)


def test_another_seed_renders_other_crops(rendered: Path, tmp_path: Path) -> None:
    other = render_dataset(replace(PLAN, seed=4), tmp_path / "set", num=8)
    assert not set(contents(other.parent / "crops").values()) & set(contents(rendered.parent / "crops").values())


def test_a_killed_run_that_is_started_again_writes_the_same_bytes(rendered: Path, tmp_path: Path) -> None:
    out = tmp_path / "set"
    command = [sys.executable, "-m", "vehicle_id.cli", "render", "--num", "70", "--out", str(out), "--seed", "3"]
    command += ["--classes", ",".join(PLAN.classes), "--gsd", "0.3:0.5", "--workers", "1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not list(out.glob("blocks/*.csv")) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    written = len(list(out.glob("blocks/*.csv")))
    assert 0 < written < 3, "killed between the first block and the last"
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    assert contents(out) == contents(rendered.parent)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_render_processes_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "vehicle_id.cli", "render", "--num", "5000", "--out", str(tmp_path / "set")]
    process = subprocess.Popen([*command, "--workers", "2", "--gsd", "0.5"], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("set/crops/*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert len(children) >= 2
    while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [child for child in children if Path(f"/proc/{child}").exists()]


def test_a_run_with_a_larger_number_continues_a_smaller_one(rendered: Path, tmp_path: Path) -> None:
    out = tmp_path / "set"
    render_dataset(PLAN, out, num=10)
    assert len(rows_of(out / "manifest.csv")) == len(list((out / "crops").iterdir())) == 10
    counted: list[int] = []
    render_dataset(PLAN, out, num=70, advance=counted.append)
    assert counted == [10, BLOCK - 10, BLOCK, 70 - 2 * BLOCK], "ten were there already"
    assert contents(out) == contents(rendered.parent)


def test_a_folder_of_an_earlier_renderer_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "set"
    render_dataset(PLAN, out, num=1)
    note = out / "plan.json"
    note.write_text(note.read_text().replace(f'"renderer": {RENDERER}', '"renderer": 1'))
    before = contents(out)
    with pytest.raises(InputError, match="another plan"):
        render_dataset(PLAN, out, num=2)
    assert contents(out) == before


@pytest.mark.parametrize("damaged", ["", "{", "[1]", '{"version": "0.1.0"}'])
def test_a_folder_with_a_damaged_plan_is_refused(damaged: str, tmp_path: Path) -> None:
    render_dataset(PLAN, tmp_path / "set", num=1)
    (tmp_path / "set" / "plan.json").write_text(damaged)
    with pytest.raises(InputError, match="another plan"):
        render_dataset(PLAN, tmp_path / "set", num=2)


def test_a_full_disk_leaves_whole_blocks_listed(
    rendered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = 0

    def write_until_full(path: Path, data: bytes) -> None:
        nonlocal written
        written += "crops" in str(path)
        if written > BLOCK + 5 and "crops" in str(path):
            raise OutputError(f"the output {path} cannot be written: No space left on device")
        real_write(path, data)

    real_write = dataset.write_whole
    monkeypatch.setattr(dataset, "write_whole", write_until_full)
    with pytest.raises(OutputError, match="No space left"):
        render_dataset(PLAN, tmp_path / "set", num=70)
    rows = rows_of(tmp_path / "set" / "manifest.csv")
    assert len(rows) == BLOCK
    assert all((tmp_path / "set" / row["path"]).exists() for row in rows)


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (RenderPlan(gsd_m=(0.0, 0.5)), "0:0.5 is not a range within"),
        (RenderPlan(gsd_m=(0.5, 0.3)), "0.5:0.3 is not a range"),
        (RenderPlan(gsd_m=(float("nan"), 0.5)), "not a range"),
        (RenderPlan(classes=("tractr",)), "there is no class 'tractr'"),
        (RenderPlan(context=(0.5, 1.0)), "the context is not a range"),
        (RenderPlan(rows=("absent.csv",)), "absent.csv cannot be read"),
        (RenderPlan(grounds="absent"), "absent"),
    ],
)
def test_an_impossible_plan_is_an_error_before_anything_is_written(
    plan: RenderPlan, message: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=message):
        render_dataset(plan, tmp_path / "set", num=4)
    assert not (tmp_path / "set").exists()


def test_a_folder_of_another_plan_or_of_other_files_is_left_unchanged(rendered: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="another plan"):
        render_dataset(replace(PLAN, seed=9), rendered.parent, num=4)
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match="not empty"):
        render_dataset(PLAN, tmp_path, num=4)
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_run_is_not_continued_with_other_rows_under_the_same_name(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    header = "name,class,length_m,width_m,height_m,confidence"
    plan = replace(PLAN, rows=(str(own),))
    own.write_text(f"{header}\nMine,car,4.2,1.8,1.5,unverified\n")
    render_dataset(plan, tmp_path / "set", num=1)
    own.write_text(f"{header}\nMine,car,4.9,1.8,1.5,unverified\n")
    with pytest.raises(InputError, match="another plan"):
        render_dataset(plan, tmp_path / "set", num=2)


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        render_dataset(PLAN, tmp_path / "file" / "set", num=4)
