"""The writers: what is read back is `Result.to_dict()`, and a file is written completely or not at all."""

from __future__ import annotations

import csv
import errno
import gc
import importlib.util
import io
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vehicle_id.errors import MissingExtraError, OutputError
from vehicle_id.files import write_whole
from vehicle_id.output import formats, writers
from vehicle_id.output.hash_chain import LINK, Chain
from vehicle_id.output.readers import read_rows
from vehicle_id.output.writers import Writers
from vehicle_id.results import NearestReference, Prediction, Result, ScenePlace, Size, Status

needs_pyarrow = pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="needs the extra 'parquet'")
needs_pyogrio = pytest.mark.skipif(importlib.util.find_spec("pyogrio") is None, reason="needs the extra 'geo'")
SUFFIXES = [
    *(".csv", ".jsonl", ".html", ".geojson"),
    pytest.param(".parquet", marks=needs_pyarrow),
    pytest.param(".geoparquet", marks=needs_pyarrow),
    pytest.param(".gpkg", marks=needs_pyogrio),
]

UTF8 = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
# the names of files that are no UTF-8, as os.fsdecode gives them
NAMES = st.text(st.sampled_from("ab/,;\"'\n\r\t é漢\U0001f69a\u2028\udc80\udcff"), max_size=8)
LABELS = st.text(st.sampled_from("abz09_. ()/"), min_size=1, max_size=8).map(str.strip).filter(bool)
"""As a card may name them (`card.py`)."""
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
FULL = Result(
    path='a,"b"\n.png',
    label="car",
    level="class",
    family="light_vehicle",
    path_in_tree=("vehicle", "car"),
    score=0.9,
    reason="car 0.90 reaches the 0.70 a class needs",
    top=(Prediction(label="car", score=0.9), Prediction(label="van", score=0.05)),
    candidates=("car", "van"),
    size=Size(length_m=4.5, length_low_m=4.0, length_high_m=5.0, width_m=1.8, width_low_m=1.5, width_high_m=2.2),
    heading_deg=12.5,
    unknown_score=-7.5,
    nearest=NearestReference(nearest_reference="a;b\n.png", nearest_label="car", nearest_similarity=0.5),
    decision=("truck:below_threshold", "car:answered"),
    flags=("grey", "alpha"),
    stretch=(3.0, 2047.0),
    bands="3,2,1",
    bands_source="option",
    gsd_m=0.3,
    gsd_source="file",
    gsd_error=0.1,
    width_px=20,
    height_px=10,
    date="2024-05-01",
    site="карьер",
    place=ScenePlace(
        lon=-0.45,
        lat=-51.0,
        footprint='{"type": "Polygon", "coordinates": [[[-0.5,-51.0],[-0.4,-51.0],[-0.4,-51.1],[-0.5,-51.0]]]}',
        window_px="[-3,-4,20,10]",
        box_px="[[-1,2],[3,-4],[5,6]]",
        north_deg=91.5,
        sun_azimuth_deg=143.0,
        sun_elevation_deg=35.0,
        view_azimuth_deg=270.0,
        off_nadir_deg=12.0,
    ),
    sha256="ab",
    model="tiny-0.1",
    model_sha256="cd",
)


def results(path: st.SearchStrategy[str]) -> st.SearchStrategy[Result]:
    """Results of any content, with the given kind of path."""
    return st.builds(
        Result,
        path=st.none() | path.filter(bool),
        status=st.sampled_from(Status),
        label=st.none() | LABELS,
        score=st.none() | st.floats(0, 1),
        reason=path,
        top=st.lists(st.builds(Prediction, label=LABELS, score=st.floats(0, 1)), max_size=2).map(tuple),
        candidates=st.none() | st.lists(LABELS, max_size=2).map(tuple),
        size=st.none() | st.builds(Size, **dict.fromkeys(Size.__slots__, NUMBER)),
        flags=st.lists(LABELS, max_size=2).map(tuple),
        gsd_m=st.none() | NUMBER,
        width_px=st.none() | st.integers(0, 1 << 31),
        decision=st.lists(LABELS, max_size=2).map(tuple),
        stretch=st.none() | st.tuples(NUMBER, NUMBER),
        site=st.none() | UTF8.filter(bool),
    )


def read(path: Path) -> list[dict[str, Any]]:
    """The records of a file, after their links were checked."""
    records, chain = list(read_rows(path)), Chain()
    assert [chain.add(record) for record in records] == records
    return [{name: value for name, value in record.items() if name != "chain"} for record in records]


def cells(path: Path) -> list[dict[str, str]]:
    """The same for a csv, as another program reads it."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def parquet(path: Path) -> Any:
    """The file, opened; every test that comes here needs pyarrow."""
    import pyarrow.parquet as pq

    return pq.ParquetFile(path)


def test_coordinates_are_the_same_text_for_every_reader_of_a_csv(tmp_path: Path) -> None:
    write_all([tmp_path / "r.csv"], [FULL])
    [row] = cells(tmp_path / "r.csv")
    assert FULL.place is not None
    assert row["footprint"] == FULL.place.footprint
    assert row["box_px"] == FULL.place.box_px
    assert row["lat"] == "-51.0"


def write_all(paths: Sequence[Path], rows: Sequence[Result]) -> None:
    with Writers(paths) as out:
        for row in rows:
            out.write(row)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all examples of a property test."""
    return tmp_path_factory.mktemp("writers")


@pytest.fixture
def unraisable(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the interpreter could only print, up to the end of the test."""
    found: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: found.append(str(args.exc_value)))
    yield found
    gc.collect()


@settings(max_examples=50, deadline=None)
@given(rows=st.lists(results(NAMES), max_size=3))
def test_text_files_give_back_every_record(folder: Path, rows: list[Result]) -> None:
    paths = [folder / f"law{suffix}" for suffix in (".csv", ".jsonl", ".html", ".geojson")]
    write_all(paths, rows)
    for path in paths:
        assert read(path) == [row.to_dict() for row in rows]


@needs_pyarrow
@settings(max_examples=50, deadline=None)
@given(rows=st.lists(results(UTF8), max_size=3))
def test_parquet_gives_back_every_record(folder: Path, rows: list[Result]) -> None:
    write_all([folder / "law.parquet"], rows)
    assert read(folder / "law.parquet") == [row.to_dict() for row in rows]


@needs_pyarrow
@needs_pyogrio
def test_every_field_has_a_place_in_every_format(tmp_path: Path) -> None:
    paths = [tmp_path / f"out{suffix}" for suffix in writers.SUFFIXES]
    write_all(paths, [FULL, Result()])
    for path in paths:
        assert read(path) == [FULL.to_dict(), Result().to_dict()]
    assert None not in FULL.to_dict().values()


@needs_pyarrow
def test_parquet_holds_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    write_all([tmp_path / "out.parquet"], [Result(path="f\udcfcr.png")])
    assert read(tmp_path / "out.parquet")[0]["path"] == "file:f%FCr.png"


def test_csv_is_flat_text(tmp_path: Path) -> None:
    write_all([tmp_path / "out.csv"], [FULL])
    [row] = cells(tmp_path / "out.csv")
    assert row["top"] == "car 0.9; van 0.05"
    assert row["candidates"] == "car;van"
    assert row["flags"] == "grey;alpha"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_run_without_crops_leaves_a_valid_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    write_all([path], [])
    assert read(path) == []
    if suffix == ".csv":
        assert path.read_text().strip().split(",") == [*Result().to_dict(), "chain"]
    if suffix == ".parquet":
        assert parquet(path).schema_arrow.names == [*Result().to_dict(), "chain"]


@needs_pyarrow
def test_parquet_has_the_same_types_whatever_is_known(tmp_path: Path) -> None:
    for name, rows in (("none", []), ("nulls", [Result()]), ("full", [FULL])):
        write_all([tmp_path / f"{name}.parquet"], rows)
    schemas = [parquet(tmp_path / f"{name}.parquet").schema_arrow for name in ("none", "nulls", "full")]
    assert schemas[0] == schemas[1] == schemas[2]


@needs_pyarrow
def test_parquet_is_written_group_by_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "ROW_GROUP", 2)
    write_all([tmp_path / "out.parquet"], [Result(path=str(number)) for number in range(5)])
    assert parquet(tmp_path / "out.parquet").num_row_groups == 3
    assert [row["path"] for row in read(tmp_path / "out.parquet")] == ["0", "1", "2", "3", "4"]


def test_the_suffix_may_be_in_capitals_and_the_path_a_string(tmp_path: Path) -> None:
    write_all([f"{tmp_path}/out.CSV"], [FULL])
    assert read(tmp_path / "out.CSV") == [FULL.to_dict()]


def test_no_files_to_write_is_no_error() -> None:
    write_all([], [FULL])


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_file_has_its_name_before_the_block_ends(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    with Writers([path]) as out:
        out.write(FULL)
        assert not path.exists()
        assert all(name.startswith(".") for name in os.listdir(tmp_path))
    assert sorted(os.listdir(tmp_path)) == [path.name, *(["out.qml"] if suffix == ".geojson" else [])]


def test_an_old_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("a line\n" * 1000)
    write_all([path], [FULL])
    assert read(path) == [FULL.to_dict()]


@pytest.mark.usefixtures("unraisable")
@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_inside_leaves_the_old_file_alone(tmp_path: Path, suffix: str, error: type[BaseException]) -> None:
    path = tmp_path / f"out{suffix}"
    path.write_bytes(b"old")
    with pytest.raises(error), Writers([path]) as out:
        out.write(FULL)
        raise error
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_error_inside_is_the_only_one_raised(tmp_path: Path, suffix: str, unraisable: list[str]) -> None:
    with pytest.raises(ValueError, match="stop"), Writers([tmp_path / f"out{suffix}"]) as out:
        out.write(FULL)
        raise ValueError("stop")
    del out
    gc.collect()
    assert unraisable == []


def test_the_callers_own_os_error_is_not_blamed_on_the_output(tmp_path: Path) -> None:
    with pytest.raises(BrokenPipeError), Writers([tmp_path / "out.csv"]):
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")


@pytest.mark.parametrize("umask", [0o022, 0o027, 0o077])
def test_a_file_has_the_mode_that_the_umask_leaves(tmp_path: Path, umask: int) -> None:
    old = os.umask(umask)
    try:
        write_all([tmp_path / "out.csv"], [FULL])
        assert os.umask(umask) == umask
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "out.csv").stat().st_mode) == 0o666 & ~umask


def refused(paths: Sequence[Path]) -> str:
    """The one sentence with which outputs are refused, before anything is written."""
    with pytest.raises(OutputError) as caught:
        Writers(paths).__enter__()
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("name", ["out.txt", "out", "out.csv.gz", ".csv"])
def test_a_suffix_without_a_writer(tmp_path: Path, name: str) -> None:
    sentence = refused([tmp_path / name])
    assert sentence.startswith(f"the output {tmp_path / name} ends in none of .csv .jsonl .parquet")


def test_two_outputs_that_may_be_one_file(tmp_path: Path) -> None:
    assert "differ only in capital letters" in refused([tmp_path / "out.csv", tmp_path / "OUT.csv"])


def test_a_folder_as_target(tmp_path: Path) -> None:
    (tmp_path / "out.csv").mkdir()
    assert refused([tmp_path / "out.csv"]) == f"the output {tmp_path / 'out.csv'} is a folder: name a file"


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    sentence = f"the folder {gone} of the output {gone / 'out.csv'} does not exist: make it, or name another one"
    assert refused([gone / "out.csv"]) == sentence


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "is not a folder" in refused([tmp_path / "file" / "out.csv"])


def test_a_folder_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)  # root may write anywhere
    assert refused([tmp_path / "out.csv"]).endswith("out.csv cannot be written: Permission denied")


def test_an_error_without_a_text_of_the_system_is_reported_too(tmp_path: Path, monkeypatch: Any) -> None:
    def refuse(*_: object) -> NoReturn:
        raise OSError("no names left")

    monkeypatch.setattr(os, "open", refuse)
    assert refused([tmp_path / "out.csv"]).endswith("out.csv cannot be written: no names left")


def test_one_refused_output_starts_none(tmp_path: Path) -> None:
    refused([tmp_path / "a.csv", tmp_path / "b.jsonl", tmp_path / "c.txt"])
    assert os.listdir(tmp_path) == []


def test_parquet_without_pyarrow_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with (
        pytest.raises(MissingExtraError, match=r"\.parquet needs the extra 'parquet'"),
        Writers([tmp_path / "o.parquet"]),
    ):
        pass
    assert os.listdir(tmp_path) == []


class FullDisk(io.FileIO):
    """A file on a full disk."""

    def write(self, _: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.usefixtures("unraisable")
@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("buffer_bytes", [1, 1 << 20], ids=["while writing", "at close"])
def test_a_full_disk_is_an_output_error(tmp_path: Path, monkeypatch: Any, suffix: str, buffer_bytes: int) -> None:
    path = tmp_path / f"out{suffix}"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fdopen", lambda handle, mode: io.BufferedWriter(FullDisk(handle, mode), buffer_bytes))
    with pytest.raises(OutputError, match=f"out{suffix} cannot be written: No space left on device"):
        write_all([path], [FULL])
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_disk_that_fails_at_the_very_end(tmp_path: Path, monkeypatch: Any, step: str) -> None:
    def fail(*_: object) -> NoReturn:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(*{"fsync": (os, "fsync"), "replace": (Path, "replace")}[step], fail)
    with pytest.raises(OutputError, match="Input/output error"):
        write_all([tmp_path / "out.csv"], [FULL])
    assert os.listdir(tmp_path) == []


def test_a_disk_that_fails_for_one_file_changes_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = os.fsync, iter([True, False])

    def fsync(handle: int) -> None:
        if not next(calls):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OutputError):
        write_all([tmp_path / "a.csv", tmp_path / "b.csv"], [FULL])
    assert os.listdir(tmp_path) == []


def test_write_whole_takes_any_name_and_a_string(tmp_path: Path) -> None:
    write_whole(f"{tmp_path}/model.onnx", b"bytes")
    assert (tmp_path / "model.onnx").read_bytes() == b"bytes"


@needs_pyarrow
@pytest.mark.parametrize(("num_rows", "parts"), [(7, [3, 3, 1]), (6, [3, 3]), (2, [2]), (0, [0])])
def test_parts_hold_all_rows_in_order_and_read_as_one_table(tmp_path: Path, num_rows: int, parts: list[int]) -> None:
    import pyarrow.dataset as ds
    import pyarrow.parquet as pq

    out = tmp_path / "r.parquet"
    with Writers(out, part_rows=3) as several:
        for number in range(num_rows):
            several.write(Result(path=f"{number}.png", status=Status.OK if number % 2 else Status.EMPTY))
    files = sorted(out.iterdir())
    assert [file.name for file in files] == [f"part-{number:05}.parquet" for number in range(len(parts))]
    assert [pq.read_metadata(file).num_rows for file in files] == parts
    assert ds.dataset(out).to_table()["path"].to_pylist() == [f"{number}.png" for number in range(num_rows)]


@needs_pyarrow
def test_a_full_part_appears_at_once_and_stays_when_the_run_is_interrupted(tmp_path: Path) -> None:
    out = tmp_path / "r.parquet"
    with pytest.raises(RuntimeError), Writers(out, part_rows=2) as several:
        for number in range(5):
            several.write(Result(path=f"{number}.png"))
        assert sorted(each.name for each in out.iterdir() if not each.name.startswith(".")) == [
            "part-00000.parquet",
            "part-00001.parquet",
        ]
        raise RuntimeError
    assert [each.name for each in sorted(out.iterdir())] == ["part-00000.parquet", "part-00001.parquet"]
    with pytest.raises(OutputError, match="exists already: name a new or an empty folder"), Writers(out, part_rows=2):
        pass


@needs_pyarrow
def test_an_empty_folder_of_parts_is_removed(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), Writers(tmp_path / "r.parquet", part_rows=2) as several:
        several.write(Result(path="a.png"))
        raise RuntimeError
    assert not list(tmp_path.iterdir())
    (tmp_path / "theirs.parquet").mkdir()
    with pytest.raises(RuntimeError), Writers(tmp_path / "theirs.parquet", part_rows=2):
        raise RuntimeError
    assert [each.name for each in tmp_path.iterdir()] == ["theirs.parquet"]


def test_only_parquet_comes_in_parts(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"r.csv cannot be written in parts: only .parquet can"):
        Writers(tmp_path / "r.csv", part_rows=2).__enter__()
    (tmp_path / "file.parquet").write_text("")
    with pytest.raises(OutputError, match="exists already"):
        Writers(tmp_path / "file.parquet", part_rows=2).__enter__()
    assert [each.name for each in tmp_path.iterdir()] == ["file.parquet"]


@pytest.mark.parametrize("part_rows", [0, -1])
def test_a_part_holds_at_least_one_row(tmp_path: Path, part_rows: int) -> None:
    with pytest.raises(OutputError, match=f"parts of {part_rows} rows cannot be written: give at least 1"):
        Writers(tmp_path / "r.parquet", part_rows=part_rows).__enter__()
    assert not list(tmp_path.iterdir())


def test_part_rows_without_an_output_are_an_error() -> None:
    with pytest.raises(OutputError, match=r"give at least 1, and an output ending in \.parquet"):
        Writers([], part_rows=2).__enter__()


OWN = [
    Result(path="a.png", extra={"id": "1", "=cmd": "=1+1", "note": 'x\n,;"y'}),
    Result(path="b.png", extra={"note": "-"}),
    Result(path="c.png"),
]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_own_columns_are_columns_of_every_format(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    write_all([path], OWN)
    found = [Result.from_dict(row).extra for row in read_rows(path)]
    assert found == [OWN[0].extra, {"id": "", "=cmd": "", "note": "-"}, {"id": "", "=cmd": "", "note": ""}]
    assert read(path)  # the chain covers them
    if suffix == ".csv":
        assert list(cells(path)[0])[-4:] == ["id", "'=cmd", "note", "chain"]
        assert cells(path)[0]["'=cmd"] == "'=1+1"
    if suffix == ".parquet":
        assert parquet(path).schema_arrow.names[-4:] == ["id", "=cmd", "note", "chain"]


@settings(max_examples=30, deadline=None)
@given(rows=st.lists(st.fixed_dictionaries({"id": UTF8, "n ö": UTF8}), min_size=1, max_size=3))
def test_own_columns_of_any_text_come_back(folder: Path, rows: list[dict[str, str]]) -> None:
    results = [Result(extra=row) for row in rows]
    write_all([folder / "own.csv", folder / "own.jsonl", folder / "own.html"], results)
    for suffix in ("csv", "jsonl", "html"):
        assert read(folder / f"own.{suffix}") == [result.to_dict() for result in results]


@needs_pyarrow
def test_every_part_has_the_own_columns_of_the_first_result(tmp_path: Path) -> None:
    with Writers(tmp_path / "out.parquet", part_rows=1) as out:
        for row in OWN:
            out.write(row)
    assert [row["id"] for row in read_rows(tmp_path / "out.parquet")] == ["1", None, None]


@pytest.mark.parametrize("rows", [[Result(), Result(extra={"id": "1"})], [Result(extra={"score": "1"})]])
def test_an_own_column_that_no_file_can_hold_is_an_error(tmp_path: Path, rows: list[Result]) -> None:
    with pytest.raises(OutputError, match=r"has the column '(id|score)' of your own"):
        write_all([tmp_path / "out.csv"], rows)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".html"])
@pytest.mark.parametrize("text", ["x" * 5000, "\U0001f69a" * 5000, "\0" * 5000, '"' * 5000])
def test_own_columns_never_make_a_row_that_cannot_be_read_back(tmp_path: Path, suffix: str, text: str) -> None:
    out, extra = tmp_path / f"r{suffix}", {f"{n:x}".rjust(32, "\U0001f69a"): text for n in range(256)}
    with Writers(out) as writers:
        writers.write(Result(path="a.png", extra=extra))
    [row] = read_rows(out)
    assert all("[shortened from " in row[name] for name in extra)
    assert Result.from_dict(row).to_dict() == {name: value for name, value in row.items() if name != LINK}


@pytest.mark.parametrize("names", [[f"c{n}" for n in range(257)], ["c" * 8193]])
def test_more_own_columns_than_can_be_read_back_are_refused(tmp_path: Path, names: list[str]) -> None:
    refused = pytest.raises(OutputError, match=r"columns of your own.* cannot be written: give at most 256 columns")
    with refused, Writers(tmp_path / "r.csv") as writers:
        writers.write(Result(extra=dict.fromkeys(names, "x")))
