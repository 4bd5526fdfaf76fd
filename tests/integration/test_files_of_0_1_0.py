"""Files that version 0.1.0 wrote (`tests/fixtures/version_0_1_0`, and the released models) are read as before."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Literal

import pytest

from vehicle_id import RecordError, Result, read_rows, verify_run
from vehicle_id.model.card import ModelCard
from vehicle_id.model.hub import load
from vehicle_id.model.onnx_file import inspect
from vehicle_id.output.convert import convert
from vehicle_id.output.crop_folders import sort_crops
from vehicle_id.output.journal import Journal
from vehicle_id.output.run import Run, RunConfig
from vehicle_id.output.run_record import read_record, record_path

FILES = Path(__file__).parents[1] / "fixtures" / "version_0_1_0"
CONFIG = RunConfig(model="tiny-0.1", model_sha256="ab" * 32, options={"gsd_m": None, "top_k": 5})
CROPS = [Result(path=f"{n}.png", sha256=f"{n:02}") for n in range(3)]


@pytest.fixture
def results(tmp_path: Path) -> Path:
    for name in ("results.jsonl", "results.jsonl.run.json"):
        shutil.copy(FILES / name, tmp_path / name)
    return tmp_path / "results.jsonl"


def run_over(out: Path) -> int:
    """Rows that are kept of an earlier session."""
    with Run([out], config=CONFIG) as run:
        for crop in CROPS:
            run.write(run.known(crop) or crop)
    return run.num_kept


def test_results_and_their_record_are_verified(results: Path) -> None:
    record = verify_run(results).record
    assert (record.schema, record.num_rows, len(record.sessions)) == (1, 3, 1)
    assert [Result.from_dict(row).label for row in read_rows(results)] == ["car"] * 3


@pytest.mark.parametrize("name", ["out.csv", "out.json", "out.html"])
def test_results_are_converted(results: Path, tmp_path: Path, name: str) -> None:
    assert convert(results, [tmp_path / name]).num_rows == 3
    assert (tmp_path / name).stat().st_size > 0


@pytest.mark.parametrize("by", ["label", "family"])
def test_crops_are_sorted(results: Path, tmp_path: Path, by: Literal["label", "family"]) -> None:
    rows = [json.loads(line) for line in results.read_text().splitlines()]
    rows[0] |= {"path": str(tmp_path / "a.png"), "sha256": hashlib.sha256(b"crop").hexdigest()}
    (tmp_path / "a.png").write_bytes(b"crop")
    results.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert sort_crops(results, tmp_path / "sorted", by=by).num_crops == 1
    assert (tmp_path / "sorted" / "car" / "a.png").exists()


def test_an_edit_of_the_record_shows(results: Path) -> None:
    stored = json.loads(record_path(results).read_text())
    stored["sittings"][0]["num_answered"] = 4
    record_path(results).write_text(json.dumps(stored))
    with pytest.raises(RecordError, match="was changed: its digest does not match its content"):
        verify_run(results)


def test_a_finished_run_is_continued_and_its_record_becomes_the_new_one(results: Path) -> None:
    assert run_over(results) == 3
    record = read_record(results)
    assert (record.schema, len(record.sessions)) == (2, 2)
    assert verify_run(results).record == record


def test_a_killed_run_is_continued_from_its_journal(tmp_path: Path) -> None:
    shutil.copy(FILES / "stopped.jsonl.journal", tmp_path / ".stopped.jsonl.journal")
    assert run_over(tmp_path / "stopped.jsonl") == 2
    assert len(read_record(tmp_path / "stopped.jsonl").sessions) == 2


def test_a_record_of_a_later_version_says_so(results: Path) -> None:
    record_path(results).write_text(json.dumps({**json.loads(record_path(results).read_text()), "schema": 3}))
    with pytest.raises(RecordError, match="it follows schema 3, this version reads up to 2: upgrade vehicle-id"):
        verify_run(results)


@pytest.mark.parametrize("name", ["overhead-1.0", "overhead-1.0-int8"])
def test_the_thresholds_of_single_nodes_are_read_under_their_old_name(name: str) -> None:
    stored = json.loads(inspect(load(name).data).metadata["vehicle_id.card"])
    card = ModelCard.from_json(json.dumps(stored))
    assert (stored["schema"], card.schema) == (1, 2)
    assert set(card.decision.node_thresholds) == {"special_chassis", "haul_truck"}
    assert card.decision.node_thresholds == stored["decision"]["careful"]
    assert ModelCard.from_json(card.to_json()) == card


def test_a_journal_keeps_its_settings_under_the_names_that_0_1_0_looks_for(tmp_path: Path) -> None:
    """Otherwise 0.1.0 would take a journal of another model for its own, and mix the rows."""
    with pytest.raises(RuntimeError), Run([tmp_path / "r.jsonl"], config=CONFIG) as run:
        run.write(CROPS[0])
        raise RuntimeError
    with Journal(tmp_path / ".r.jsonl.journal") as journal:
        assert journal.setting("identity")["model"] == "tiny-0.1"
        assert len(journal.setting("sittings")) == 1
