"""`count`, as a user runs it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest

from tests.cli.test_cli import folder, run  # noqa: F401
from tests.conftest import TINY
from tests.report.planted import DATES, write
from vehicle_id.model import hub
from vehicle_id.output.run_record import Output, RunRecord, RunSession

ROOT = Path(__file__).parents[2]
SHA256 = hub.load(TINY).sha256
MEASURES = {
    "origins": {"real": 60},
    "nodes": {"car": ["car"], "bus": ["bus"], "ground": ["ground"]},
    "decided": {"answers": {"car": {"car": 18, "light": 2}, "bus": {"bus": 20}, "ground": {"ground": 20}}},
}


@pytest.fixture
def yard(tmp_path: Path) -> Path:
    """Results of the tiny model at one place on five dates: few cars, and nine buses on the last."""
    cars = [{"car": 2, "light": 1, "unknown": 1, "bus": bus} for bus in (1, 2, 0, 1, 40)]
    return write(tmp_path / "yard.csv", zip(DATES, cars, strict=False), model="tiny-0.1", sha256=SHA256)


@pytest.fixture
def rates(tmp_path: Path) -> Path:
    """What `evaluate --out` wrote of the tiny model."""
    path = tmp_path / "rates.json"
    path.write_text(json.dumps(MEASURES))
    return path


def test_it_counts_by_family_and_says_what_differs(run, yard: Path, rates: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    outs = tmp_path / "c.csv", tmp_path / "c.json", tmp_path / "c.svg"
    options = ("--out", outs[0], "--out", outs[1], "--plot", outs[2])
    ended = run("count", yard, "--model", TINY, "--rates", rates, *options)
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0].split()[:6] == ["site", "date", "family", "answered", "at", "least"]
    assert len(lines) == 1 + 2 * 5  # light vehicles and buses
    assert lines[-1].split()[-1] == "more" and "40" in lines[-1]
    errors = ended.err.splitlines()
    assert errors[0] == "64 objects, of which 5 undecided, 0 covered, 0 failed"
    assert errors[1:4] == ["rates of confusion were measured on", "  light: 20 real", "  bus: 20 real"]
    assert errors[4].startswith("north yard 2026-03-30: 40 answered bus (about ") and "more than the 4 " in errors[4]
    with outs[0].open(newline="") as file:
        table = list(csv.DictReader(file))
    record = json.loads(outs[1].read_text())
    assert [row["answered"] for row in table] == [str(row["answered"]) for row in record["rows"]]
    assert record["level"] == 0.05 and table[-1]["verdict"] == "more" and table[-1]["undecided"] == "1"
    picture = ET.fromstring(outs[2].read_bytes())
    assert [each.text for each in picture.findall(".//{*}text") if each.get("class") == "title"] == [
        "north yard, light",
        "north yard, bus",
    ]


def test_without_rates_there_is_no_interval(run, yard: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    ended = run("count", yard, "--model", TINY, "--by", "label")
    assert ended.code == 0
    assert [line.split() for line in ended.out.splitlines()[1:]] == [
        ["car", "10", "10", "0", "0"],
        ["bus", "44", "10", "0", "0"],
    ]
    assert "no interval: how often this model confuses classes was not measured; give --rates" in ended.err


def test_the_folder_prior_counts_from_scores_and_needs_no_rates(run, folder: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    run("classify", folder, "--model", TINY, "--gsd-m", "0.4", "--out", tmp_path / "r.csv")
    ended = run("count", tmp_path / "r.csv", "--model", TINY, "--by", "family", "--folder-prior")
    assert ended.code == 0 and "for counts only, no answer changes" in ended.err
    assert [line.split()[:4] for line in ended.out.splitlines()[1:]] == [
        ["light", "1", "1", "1"],
        ["bus", "1", "1", "1"],
    ]


def test_classify_and_count_follow_each_other(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    out = tmp_path / "results.csv"
    run("classify", ROOT / "examples" / "crops", "--out", out)
    ended = run("count", out, "--by", "family")
    assert ended.code == 0 and "haul_truck" in ended.out and "rendered" in ended.err


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (("--by", "site,date"), 2, "has to name family or label"),
        (("--by", "family,label"), 2, "has to name family or label"),
        (("--by", "family,site,site"), 2, "no column twice"),
        (("--by", "family", "--plot", "x.svg"), 2, "name date in --by"),
        (("--folder-prior", "--rates", "x.json"), 2, "exclude each other"),
        (("--by", "track,family", "--model", TINY), 3, "the results have no column 'track'"),
        (("--covered", "hiden", "--model", TINY), 3, "the results have no column 'hiden'"),
        (("--out", "x.txt"), 5, "does not end in .csv or .json"),
        (("--by", "covered,family", "--model", TINY), 2, "'covered' is a column of the counts themselves"),
        (("--plot", "x.png"), 5, "does not end in .svg"),
        ((), 3, "the model tiny-0.1, which answered, is not here: give its file as --model"),
        (("--model", "overhead-1.1"), 3, "is not the model that answered"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(run, yard: Path, options: tuple[str, ...], code: int, says: str) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    ended = run("count", yard, *options)
    assert ended.code == code and says in " ".join(ended.err.replace("│", " ").split())


@pytest.mark.parametrize("measures", [{}, {"note": {"decided_on": 1}}, {"origins": {}, "nodes": {}, "decided": {}}])
def test_rates_without_answers_are_an_error(run, yard: Path, tmp_path: Path, measures: object) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    (tmp_path / "m.json").write_text(json.dumps(measures))
    ended = run("count", yard, "--model", TINY, "--rates", tmp_path / "m.json")
    assert ended.code == 3 and "m.json does not say how crops of each label were answered" in ended.err


def test_results_of_two_models_are_not_mixed(run, yard: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    other = write(tmp_path / "other.csv", [(DATES[0], {"car": 1})], model="tiny-0.2", sha256=SHA256)
    ended = run("count", yard, other, "--model", TINY)
    assert ended.code == 3 and "2 models answered: take them apart" in ended.err
    nothing = write(tmp_path / "no.csv", [], model="tiny-0.1", sha256=SHA256)
    assert "no row was answered by a model" in run("count", nothing).err


def test_hostile_names_are_text_in_every_output(run, rates: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    evil = "=1+1\x1b[2J<script>alert(1)</script>"
    results = write(tmp_path / "r.jsonl", [(evil, {"car": 1})], model="tiny-0.1", sha256=SHA256)
    outs = tmp_path / "c.csv", tmp_path / "c.svg"
    ended = run("count", results, "--model", TINY, "--rates", rates, "--out", outs[0], "--plot", outs[1])
    assert ended.code == 0 and "\x1b" not in ended.out + ended.err
    assert "'=1+1" in outs[0].read_text() and "<script" not in outs[1].read_text()
    ET.fromstring(outs[1].read_bytes())


def test_an_object_that_stands_in_several_files_is_counted_once(run, folder: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    outs = tmp_path / "r.csv", tmp_path / "r.jsonl"
    run("classify", folder, folder, "--model", TINY, "--gsd-m", "0.4", "--out", outs[0], "--out", outs[1])
    ended = run("count", *outs, outs[0], "--model", TINY, "--by", "label")
    alone = run("classify", folder, "--model", TINY, "--gsd-m", "0.4", "--out", tmp_path / "once.csv")
    assert alone.code == 0
    assert ended.out == run("count", tmp_path / "once.csv", "--model", TINY, "--by", "label").out
    assert "rows repeat the crop of an earlier row, such as " in ended.err and "counted once" in ended.err


def test_windows_of_a_grid_are_not_counted(run, yard: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    made = {"vehicle-id": "0.2.0"}
    output = Output(name="yard.csv", bytes=1, sha256="0" * 64)
    record = RunRecord(
        made_by=made,
        model="tiny-0.1",
        model_sha256=SHA256,
        options={"grid_m": 20.0},
        sessions=(RunSession(started="2026-03-02T00:00:00+00:00"),),
        complete=True,
        num_rows=1,
        statuses={},
        chain="0" * 64,
        output=output,
    )
    yard.with_name("yard.csv.run.json").write_bytes(msgspec.json.encode(record))
    ended = run("count", yard, "--model", TINY)
    assert ended.code == 3 and "--grid 20: an object is in several of them or in none" in ended.err


def test_dates_that_cannot_be_put_in_order_are_named(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    days = [(f"{day}.2.2026", {"car": 2}) for day in (3, 10, 17, 24)]
    results = write(tmp_path / "r.csv", days, model="tiny-0.1", sha256=SHA256)
    ended = run("count", results, "--model", TINY)
    assert ended.code == 0 and "4 dates such as '10.2.2026' cannot be put in order, and are not compared" in ended.err
    assert "no change shown" not in ended.out
