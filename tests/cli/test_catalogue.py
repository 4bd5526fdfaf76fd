"""`vehicle-id catalogue`, as a user runs it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

from vehicle_id.catalogue import load_catalogue, read_rows
from vehicle_id.cli import app as app_module
from vehicle_id.taxonomy import published_taxonomy

HEADER = "name,class,length_m,width_m,height_m,confidence,source\n"


class Ended(NamedTuple):
    code: int
    out: list[str]
    err: str


class Run(Protocol):
    def __call__(self, *arguments: object) -> Ended: ...


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `vehicle-id catalogue` with arguments, in this process."""

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["vehicle-id", "catalogue", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            app_module.main()
        out, err = capsys.readouterr()
        return Ended(int(stop.value.code or 0), out.splitlines(), err)

    return run


def names(lines: list[str]) -> list[str]:
    """First cells of the rows under the header."""
    return [line.split("  ")[0] for line in lines[1:]]


def test_all_vehicles_are_listed_in_order_and_counted(catalogue: Run) -> None:
    code, out, err = catalogue()
    assert code == 0
    assert names(out) == [row.name for row in load_catalogue().vehicles]
    assert re.fullmatch(r"2\d\d vehicles of 50 classes, sizes in metres\n", err)


@pytest.mark.parametrize("text", ["belaz 7513", "BelAZ-7513", "BELAZ7513"])
def test_vehicles_are_found_by_name(catalogue: Run, text: str) -> None:
    _, out, err = catalogue(text)
    assert "BelAZ-7513" in names(out) and all(name.startswith("BelAZ-7513") for name in names(out))
    assert "sizes in metres" in err


def test_a_maker_is_found_and_other_options_hold_too(catalogue: Run) -> None:
    every = {row.name for row in load_catalogue().vehicles if row.maker == "BelAZ"}
    assert every <= set(names(catalogue("belaz").out))
    assert set(names(catalogue("belaz", "--class", "rigid_hauler_45t").out)) < every
    assert "no such vehicle: 'qwerty'" in catalogue("qwerty").err


def test_rows_are_printed_as_csv_that_can_be_read_again(catalogue: Run, tmp_path: Path) -> None:
    _, out, _ = catalogue("--format", "csv")
    (tmp_path / "rows.csv").write_text("\n".join(out) + "\n")
    assert read_rows(tmp_path / "rows.csv") == list(load_catalogue().vehicles)


def test_rows_are_printed_as_json(catalogue: Run) -> None:
    _, out, _ = catalogue("BelAZ-7513", "--format", "json")
    found = {row["name"]: row for row in json.loads("\n".join(out))}
    assert found["BelAZ-7513"]["length_m"] == list(load_catalogue()["BelAZ-7513"].length_m)


@pytest.mark.parametrize("arguments", [("BelAZ", "--classes"), ("--classes", "--format", "csv"), ("x", "--validate")])
def test_a_name_and_a_format_are_for_the_list(catalogue: Run, arguments: tuple[str, ...]) -> None:
    assert catalogue(*arguments).code == 2


def test_a_row_shows_class_size_and_confidence_in_columns(catalogue: Run) -> None:
    _, out, _ = catalogue("--class", "rigid_hauler_45t")
    assert [re.split(r" {2,}", line) for line in out[:3]] == [
        ["vehicle", "class", "length x width x height", "figures"],
        ["BelAZ-7545", "rigid_hauler_45t", "8.56 x 4.24 x 4.475", "published"],
        ["BelAZ-7547", "rigid_hauler_45t", "8.09:8.39 x 4.11 x 4.39", "disputed"],
    ]
    assert len({line.index(cell) for line, cell in zip(out, ("class", *["rigid_hauler"] * 3), strict=True)}) == 1


def test_a_group_stands_for_the_classes_under_it(catalogue: Run) -> None:
    _, out, err = catalogue("--class", "rigid_truck")
    assert {line.split(" ")[-1] for line in out[1:]} <= {"published", "disputed", "unverified"}
    assert names(out) == [row.name for row in load_catalogue().of("rigid_truck")]
    assert err.endswith("vehicles of 2 classes, sizes in metres\n")


def test_a_row_of_several_classes_says_how_many_more(catalogue: Run) -> None:
    _, out, _ = catalogue("--class", "flat_car_vehicles")
    assert "flat_car_empty +2" in out[1]


def test_vehicles_of_a_measured_size_come_nearest_first_with_their_classes(catalogue: Run) -> None:
    code, out, err = catalogue("--length", "11:12", "--width", "6:7")
    assert code == 0
    expected = load_catalogue().matching(length_m=(11, 12), width_m=(6, 7))
    assert names(out) == [row.name for row in expected]
    assert out[1].startswith("BelAZ-7513 ")
    assert err.startswith(f"{len(expected)} vehicles could have this size, of rigid_hauler_130t, ")
    assert set(err.strip().split(" of ")[1].split(", ")) == {name for row in expected for name in row.classes}


def test_a_single_figure_stands_for_five_per_cent_either_way(catalogue: Run) -> None:
    assert catalogue("--length", "12") == catalogue("--length", "11.4:12.6")
    assert catalogue("--length", "12") != catalogue("--length", "11:12")


def test_a_measured_size_can_be_asked_of_one_class(catalogue: Run) -> None:
    _, out, _ = catalogue("--class", "plant", "--width", "2.5")
    rows = load_catalogue()
    expected = [row.name for row in rows.matching(width_m=(2.375, 2.625)) if row in rows.of("plant")]
    assert names(out) == expected
    assert expected


def test_no_match_is_an_answer(catalogue: Run) -> None:
    code, out, err = catalogue("--length", "110:120")
    assert (code, out) == (0, [])
    assert err == "no vehicle of the catalogue has this size: widen the range, or add your own with --rows\n"


@pytest.mark.parametrize(
    "text", ["12:10", "abc", "0", "0:3", "-4", "nan", "1:nan", "inf", "1:inf", ":", "3:", "1:2:3", ""]
)
@pytest.mark.parametrize("option", ["--length", "--width"])
def test_a_bad_size_is_one_sentence_that_names_the_option(catalogue: Run, option: str, text: str) -> None:
    code, out, err = catalogue(f"{option}={text}")
    assert (code, out) == (2, [])
    errors = [line for line in err.splitlines() if line.startswith("Error")]
    assert errors == [f"Error: Invalid value for {option}: {text!r} is not a size: give metres, as 11.5 or as 11:12"]


@pytest.mark.parametrize("other", ["--classes", "--validate"])
def test_a_size_selects_rows_and_nothing_else(catalogue: Run, other: str) -> None:
    code, out, err = catalogue("--width", "3", other)
    assert (code, out) == (2, [])
    assert "--length and --width select rows" in err


def test_an_unknown_class_is_one_sentence(catalogue: Run) -> None:
    for more in ([], ["--classes"]):
        code, out, err = catalogue("--class", "tram", *more)
        assert (code, out) == (3, [])
        assert err.startswith("vehicle-id: there is no class 'tram': choose one of vehicle, ")


def test_the_class_tree_shows_rows_and_ranges(catalogue: Run) -> None:
    _, out, _ = catalogue("--classes")
    tree = published_taxonomy()
    assert [line.split()[0] for line in out[1:]] == list(tree.names)
    sized = load_catalogue().sized_taxonomy()
    for line, name in zip(out[1:], tree.names, strict=True):
        assert line.startswith("  " * tree.depth(name) + name + " ")
        cells = line.split()[1:]
        assert int(cells[0]) == len(load_catalogue().of(name))
        assert cells[1:] == [f"{low:g}:{high:g}" for low, high in filter(None, sized.size_ranges(name))]


def test_the_class_tree_can_be_that_of_a_group(catalogue: Run) -> None:
    _, out, _ = catalogue("--classes", "--class", "flat_car")
    assert [line.split()[0] for line in out[1:]] == [
        "flat_car", "flat_car_empty", "flat_car_containers", "flat_car_vehicles",
    ]  # fmt: skip


def test_own_rows_are_added_and_replace(catalogue: Run, tmp_path: Path) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text(HEADER + "Tram,bus,20,2.4,3.3,unverified,\n")
    two.write_text(HEADER + "Ikarus 280,bus,17,2.5,3.2,unverified,\n")
    _, out, _ = catalogue("--class", "bus", "--rows", one, "--rows", two)
    assert out[-1].startswith("Tram ")
    (replaced,) = [line for line in out if line.startswith("Ikarus 280 ")]
    assert re.split(r" {2,}", replaced)[2:] == ["17 x 2.5 x 3.2", "unverified"]
    _, classes, _ = catalogue("--classes", "--class", "bus", "--rows", one)
    assert ":21 " in classes[1]


def test_sound_rows_are_reported_as_such(catalogue: Run) -> None:
    code, out, err = catalogue("--validate")
    assert (code, err) == (0, "")
    assert out == [f"{len(load_catalogue().vehicles)} rows, 50 classes, no faults"]


def test_every_fault_is_a_line_and_the_code_is_that_of_bad_input(catalogue: Run, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(HEADER + "Tram,tram,28,-2.4,3.3,unverified,\nBus,bus,12000,2.5,3,published,\n")
    code, out, err = catalogue("--validate", "--rows", own)
    assert (code, err) == (3, "")
    assert [line.split(" is ")[0].split(" looks ")[0] for line in out] == [
        "vehicle 'Tram': class 'tram'",
        "vehicle 'Tram': width_m -2.4",
        "vehicle 'Bus': length_m 12000",
        "vehicle 'Bus': source",
    ]


def test_a_file_that_cannot_be_read_is_one_sentence(catalogue: Run, tmp_path: Path) -> None:
    for more in ([], ["--validate"], ["--classes"]):
        code, out, err = catalogue("--rows", tmp_path / "none.csv", *more)
        assert (code, out) == (3, [])
        assert err.startswith("vehicle-id: the catalogue ")
        assert err.count("\n") == 1


def test_a_name_cannot_write_on_the_terminal(catalogue: Run, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(HEADER + "\x1b[31mTram,bus,20,2.4,3.3,unverified,\n")
    _, out, _ = catalogue("--class", "bus", "--rows", own)
    assert "\x1b" not in "".join(out)
    assert out[-1].startswith("\\x1b[31mTram ")


def test_a_closed_pipe_is_no_traceback() -> None:
    code = "import sys; from vehicle_id.cli.app import main; sys.argv = ['vehicle-id', 'catalogue']; main()"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read().decode()
    assert "Traceback" not in err
    assert "BrokenPipe" not in err


def test_the_page_shows_what_is_printed_and_rows_that_are_sound(catalogue: Run, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "catalogue.md").read_text()
    fences = re.findall(r"^```\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (shown,) = [text for text in fences if text.startswith("vehicle  ")]
    _, out, err = catalogue("--length", "8.2:8.8", "--width", "4:4.4")
    assert shown.splitlines() == [*out, err.strip()]
    (own,) = [text for text in fences if text.startswith("name,")]
    (tmp_path / "own.csv").write_text(own)
    assert catalogue("--validate", "--rows", tmp_path / "own.csv").code == 0
