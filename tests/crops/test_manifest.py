"""The manifest: every row keeps its place, with its values or its problem."""

from __future__ import annotations

import csv
import os
import tracemalloc
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vehicle_id.crops.manifest import MANIFEST_COLUMNS, NUMBERS, TEXTS, Crop, ManifestRows, read_manifest
from vehicle_id.errors import InputError, ManifestError
from vehicle_id.results import PLACE_COLUMNS, Result, ScenePlace

CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all examples of a property test."""
    return tmp_path_factory.mktemp("manifests")


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "crops.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rows(folder: Path, content: str | bytes) -> list[Crop]:
    return list(read_manifest(written(folder, content)))


@settings(max_examples=50, deadline=None)
@given(cells=st.lists(st.tuples(CELL, CELL, CELL, CELL), min_size=1, max_size=6))
def test_every_row_comes_back_in_its_place(folder: Path, cells: Sequence[tuple[str, ...]]) -> None:
    path = folder / "law.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("site", "path", "gsd_m", "mine"), *cells])
    crops = list(read_manifest(path))
    assert len(crops) == len(cells)
    for crop, (site, name, gsd_m, _) in zip(crops, cells, strict=True):
        assert crop.path == folder / name
        assert crop.site == (site.strip() or None)
        assert crop.gsd_m is not None or crop.problem is not None or not gsd_m.strip()
        assert crop.problem is None or "\n" not in crop.problem


@settings(max_examples=50, deadline=None)
@given(header=st.sampled_from([b"", b"path\n", b"path,gsd_m\n"]), content=st.binary(max_size=60))
def test_any_bytes_are_rows_or_one_of_our_errors(folder: Path, header: bytes, content: bytes) -> None:
    path = folder / "bytes.csv"
    path.write_bytes(header + content)
    try:
        for crop in read_manifest(path):
            assert isinstance(crop, Crop)
    except ManifestError as error:
        assert str(path) in str(error)


def test_all_columns_are_read(tmp_path: Path) -> None:
    header = "path,gsd_m,gsd_error,bands,length_m,width_m,heading_deg,margin_px,"
    header += "label,group,split,origin,date,site,model_sha256,"
    header += "lon,lat,footprint,window_px,box_px,north_deg,"
    header += "sun_azimuth_deg,sun_elevation_deg,view_azimuth_deg,off_nadir_deg"
    cells = 'a/b.png,0.3,0.05,"3,2,1",4.5,1.8,0,2,car,g1,train,real,2024-05-01,pit,ab,'
    cells += '-0.5,51,"{""type"": ""Polygon"", ""coordinates"": [[[0,1]]]}","[1,2,3,4]","[[1,2],[3,4]]",90,143,35,270,0'
    [crop] = rows(tmp_path, f"{header}\n{cells}\n")
    assert crop == Crop(
        path=tmp_path / "a/b.png",
        gsd_m=0.3,
        gsd_error=0.05,
        bands=(3, 2, 1),
        length_m=4.5,
        width_m=1.8,
        heading_deg=0.0,
        margin_px=2.0,
        label="car",
        group="g1",
        split="train",
        origin="real",
        date="2024-05-01",
        site="pit",
        model_sha256="ab",
        place=ScenePlace(
            lon=-0.5,
            lat=51.0,
            footprint='{"type": "Polygon", "coordinates": [[[0,1]]]}',
            window_px="[1,2,3,4]",
            box_px="[[1,2],[3,4]]",
            north_deg=90.0,
            sun_azimuth_deg=143.0,
            sun_elevation_deg=35.0,
            view_azimuth_deg=270.0,
            off_nadir_deg=0.0,
        ),
        extra={
            "manifest_length_m": "4.5",
            "manifest_width_m": "1.8",
            "manifest_heading_deg": "0",
            "margin_px": "2",
            "manifest_label": "car",
            "group": "g1",
            "split": "train",
            "origin": "real",
            "manifest_model_sha256": "ab",
        },
    )
    assert set(header.split(",")) == set(MANIFEST_COLUMNS)


def test_an_image_stands_for_the_group_where_none_is_stated(tmp_path: Path) -> None:
    both = rows(tmp_path, "path,group,image\na.png,g1,i1\nb.png, ,i1\nc.png,,\n")
    assert [crop.group for crop in both] == ["g1", "i1", None]
    assert [crop.group for crop in rows(tmp_path, "path,image\na.png,i1\n")] == ["i1"]


def test_the_path_alone_is_enough(tmp_path: Path) -> None:
    assert rows(tmp_path, "path\na.png\n") == [Crop(path=tmp_path / "a.png")]


def test_only_a_header_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="lists no crop"):
        rows(tmp_path, "path,gsd_m\n")


def test_a_byte_order_mark_is_not_part_of_the_first_name(tmp_path: Path) -> None:
    [crop] = rows(tmp_path, b"\xef\xbb\xbfpath,site\r\na.png,\xd0\xa3\xd1\x81\xd1\x82\xd1\x8c\r\n")
    assert (crop.path, crop.site) == (tmp_path / "a.png", "Усть")


def test_other_columns_are_the_users_own_and_are_kept(tmp_path: Path) -> None:
    [crop] = rows(tmp_path, "analyst,path,,confidence\nme,a.png,x,not a number\n")
    assert crop == Crop(path=tmp_path / "a.png", extra={"analyst": "me", "confidence": "not a number"})


def test_own_columns_that_a_result_also_has_get_a_prefix(tmp_path: Path) -> None:
    [crop] = rows(tmp_path, "path,score,chain,manifest_score,date\na.png,1,2,3,2024\n")
    assert crop.extra == {"manifest_score": "1", "manifest_chain": "2", "manifest_manifest_score": "3"}


def test_own_columns_of_more_than_a_row_of_results_can_hold_are_a_problem(tmp_path: Path) -> None:
    [crop] = rows(tmp_path, "path,note\na.png," + "x" * 70_000 + "\n")
    assert crop.problem == "the row's own columns hold more than 65536 characters" and crop.extra == {"note": ""}


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('path,site\na.png,"pit\n' + "b.png,yard\n" * 500, 2),  # never closed
        ('path,site\na.png,x\n\nb.png,"pit\nc.png,"yard"\nd.png,x\n', 4),  # text follows the quote that closes it
        ('path,site\na.png,"pit\nb.png,x\nc.png,yard"\n', 2),  # closed by accident, in the same column
        ('path,site\n"a.png,pit\nb.png,x\nc.png",yard\n', 2),  # in the column path
        ('path\na.png\n"b.png\nc.png"\n', 3),
        ('path,site\na.png,"pit"x\n', 2),
    ],
)
def test_a_quote_that_is_not_closed_swallows_no_row(tmp_path: Path, content: str, line: int) -> None:
    with pytest.raises(ManifestError, match=f"cannot be read: (in the row that begins on )?line {line} .*quote"):
        rows(tmp_path, content)


def test_a_quoted_cell_may_have_line_breaks_and_commas(tmp_path: Path) -> None:
    first, second = rows(tmp_path, 'path,gsd_m,note\na.png,0.3,"seen, twice\nby me"\nb.png,0.5,x\n')
    assert (first.extra["note"], second.gsd_m) == ("seen, twice\nby me", 0.5)


def test_a_line_without_an_end_is_not_read_whole(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="a line is longer than 1024 KiB, in the row that begins on line 2"):
        rows(tmp_path, "path\n" + "a" * (1 << 21))


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        ("path,site,site", "has two columns 'site'"),
        ("path,x,path", "has two columns 'path'"),
        ("path," + "x" * 200, "or a name of more than 128 characters"),
        (",".join(["path", *(f"c{n}" for n in range(256))]), "has more than 256 columns"),
    ],
)
def test_a_header_from_which_columns_would_be_lost(tmp_path: Path, header: str, fault: str) -> None:
    with pytest.raises(ManifestError, match=fault):
        rows(tmp_path, header + "\na.png\n")


@pytest.mark.parametrize(("name", "meant"), [("Path", "path"), ("Date", "date"), (" site", "site"), ("LABEL", "label")])
def test_a_column_that_is_spelt_otherwise_is_not_taken_for_the_users_own(tmp_path: Path, name: str, meant: str) -> None:
    header = name if meant == "path" else f"path,{name}"
    with pytest.raises(ManifestError, match=f"has a column '{name}': name it '{meant}'"):
        rows(tmp_path, header + "\na.png,b\n")
    if meant != "path":
        [crop] = rows(tmp_path, f"path,{meant},{name}\na.png,b,mine\n")
        assert crop.extra[name] == "mine"


def test_rows_that_contradict_each_other_are_a_problem_of_their_crop(tmp_path: Path) -> None:
    content = "path,gsd_m\na.png,0.3\nb.png,0.3\n./a.png,0.5\nb.png,0.3\n"
    found = ManifestRows([written(tmp_path, content)])
    contradicted, same = found.find(str(tmp_path / "a.png")), found.find(str(tmp_path / "b.png"))
    assert contradicted is not None and same is not None
    assert contradicted.problem == "lines 2 and 4 of crops.csv contradict each other about this crop"
    assert same.problem is None and len(found) == 2


@pytest.mark.parametrize(("in_manifest", "on_disk"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_composed_and_decomposed_names_are_the_same(tmp_path: Path, in_manifest: str, on_disk: str) -> None:
    name = "Jānis é.png"
    file = tmp_path / unicodedata.normalize(on_disk, name)
    file.touch()
    manifest = written(tmp_path, f"path,site\n{unicodedata.normalize(in_manifest, name)},pit\n")
    assert [crop.path for crop in read_manifest(manifest)] == [file]
    file.unlink()  # a member of a tar file is on no disk
    row = ManifestRows([manifest]).find(str(file))
    assert row is not None and row.site == "pit"


def test_rows_that_nobody_asked_for_are_counted(tmp_path: Path) -> None:
    found = ManifestRows([written(tmp_path, "path\na.png\nb.png\nc.png\n")])
    assert found.find(str(tmp_path / "b.png")) and not found.find(str(tmp_path / "x.png"))
    assert (len(found), found.num_matched) == (3, 1)
    assert [path.name for path in found.unmatched()] == ["a.png", "c.png"]


def test_a_crop_takes_its_path_and_numbers_as_text() -> None:
    assert Crop(path="a/b.png", gsd_m="0.3", heading_deg=0) == Crop(path=Path("a/b.png"), gsd_m=0.3, heading_deg=0.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"path": 5}, "the path of a Crop is 5"),
        ({"path": None}, "the path of a Crop is None"),
        ({"path": "a", "gsd_m": "0,3"}, "gsd_m '0,3' is not a number"),
        ({"path": "a", "gsd_m": -1.0}, r"gsd_m '-1\.0' is not a positive number"),
        ({"path": "a", "length_m": [4]}, r"length_m '\[4\]' is not a number"),
    ],
)
def test_a_crop_of_other_values_is_an_error_in_one_sentence(values: dict[str, object], fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        Crop(**values)  # type: ignore[arg-type]


def test_an_error_of_the_gsd_is_a_share(tmp_path: Path) -> None:
    percent, share = rows(tmp_path, "path,gsd_error\na.png,5\nb.png,0.05\n")
    assert percent.problem == "gsd_error '5' is not a share below 1: write 0.05 for 5 %"
    assert (share.problem, share.gsd_error) == (None, 0.05)


def test_short_rows_lack_values_and_long_rows_are_a_problem(tmp_path: Path) -> None:
    short, long, blank = rows(tmp_path, "path,gsd_m,site\na.png\nb.png,0.3,pit,surplus,cells\nc.png,0.3,pit, ,\n")
    assert short == Crop(path=tmp_path / "a.png")
    assert long.problem == "the row has 5 cells for 3 columns: quote its commas"
    assert blank == Crop(path=tmp_path / "c.png", gsd_m=0.3, site="pit")


def test_blank_cells_are_not_known(tmp_path: Path) -> None:
    [crop] = rows(tmp_path, "path,gsd_m,label\na.png,  , \n")
    assert crop == Crop(path=tmp_path / "a.png", extra={"manifest_label": " "})


def test_cells_are_trimmed_but_for_the_path(tmp_path: Path) -> None:
    [crop] = rows(tmp_path, "path,gsd_m,label\n a.png, 0.3 , car \n")
    assert crop == Crop(path=tmp_path / " a.png", gsd_m=0.3, label="car", extra={"manifest_label": " car "})


@pytest.mark.parametrize("column", NUMBERS)
@pytest.mark.parametrize("text", ["x", "0,3", "0.3 m", "nan", "inf", "-inf", "-0.3", "1e999", "1e-999", "0"])
def test_a_wrong_number_is_the_rows_problem(tmp_path: Path, column: str, text: str) -> None:
    bad, good = rows(tmp_path, f'path,{column}\na.png,"{text}"\nb.png,0.7\n')
    assert (good.problem, getattr(good, column)) == (None, 0.7)
    if column in ("heading_deg", "margin_px", "gsd_error") and text in ("0", "1e-999"):
        assert (bad.problem, getattr(bad, column)) == (None, 0.0)
    else:
        assert bad.problem is not None and bad.problem.startswith(f"{column} '{text}' is not a ")
        assert getattr(bad, column) is None
        assert bad.path == tmp_path / "a.png"


@pytest.mark.parametrize(
    ("column", "text", "problem"),
    [
        ("lat", "91", "lat '91' is not between -90 and 90"),
        ("lon", "37E", "lon '37E' is not a number"),
        ("lon", "nan", "lon 'nan' is not between -180 and 180"),
        ("sun_elevation_deg", "100", "sun_elevation_deg '100' is not between -90 and 90"),
        ("footprint", "=1+1", "footprint '=1+1' is not a GeoJSON polygon"),
        ("window_px", "here", "window_px 'here' is not a list of numbers in brackets"),
    ],
)
def test_a_wrong_place_is_the_rows_problem(tmp_path: Path, column: str, text: str, problem: str) -> None:
    [crop] = rows(tmp_path, f"path,{column}\na.png,{text}\n")
    assert (crop.problem, crop.place) == (problem, None)


@pytest.mark.parametrize("name", ["/etc/passwd", "../a.png", "a/../../b.png", "a/.."])
def test_a_path_may_not_leave_the_manifests_folder(tmp_path: Path, name: str) -> None:
    [crop] = rows(tmp_path, f"path,gsd_m\n{name},wrong\n")
    assert crop.problem == f"the path {name!r} leaves the manifest's folder"


def test_a_row_without_a_path_is_a_problem(tmp_path: Path) -> None:
    [crop] = rows(tmp_path, "path,site\n,pit\n")
    assert (crop.problem, crop.site) == ("the row names no path", "pit")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("", "contains nothing"),
        ("\n", "contains nothing"),
        ("file,gsd_m\na.png,0.3\n", "contains file, gsd_m"),
        ("path;gsd_m\na.png;0.3\n", "contains path;gsd_m; separate the columns by commas"),
    ],
)
def test_a_file_without_a_path_column_is_not_a_manifest(tmp_path: Path, content: str, found: str) -> None:
    with pytest.raises(ManifestError, match=f"has no column 'path': its first line {found}$"):
        read_manifest(written(tmp_path, content))


@pytest.mark.parametrize("name", ["gsd", "GSD_M", " gsd_m", "gsd_cm"])
def test_a_column_that_looks_like_the_gsd_must_be_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(ManifestError, match=f"has a column '{name}': name it 'gsd_m'"):
        read_manifest(written(tmp_path, f"path,{name}\na.png,0.3\n"))


def test_results_written_as_csv_are_a_manifest_too(tmp_path: Path) -> None:
    header = ",".join(Result().to_dict())
    [crop] = rows(tmp_path, header + "\na.png\n")
    assert crop.path == tmp_path / "a.png" and not any(crop.extra.values())
    assert "manifest_label" in crop.extra


@pytest.mark.parametrize("content", [b"path\nf\xfcr.png\n", "path\na.png\n".encode("utf-16")])
def test_a_file_that_is_not_utf8(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ManifestError, match="cannot be read: it is not UTF-8 text"):
        read_manifest(written(tmp_path, content))


def test_bytes_that_are_not_text_end_the_rows_before_them(tmp_path: Path) -> None:
    path = written(tmp_path, b"path\n" + b"a.png\n" * 20_000 + b"\xff\n")
    found = read_manifest(path)
    assert next(found) == Crop(path=tmp_path / "a.png")
    with pytest.raises(ManifestError, match="it is not UTF-8 text"):
        list(found)


def test_a_cell_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="cannot be read"):
        rows(tmp_path, "path,note\na.png," + "x" * 200_000 + "\n")


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"gone\.csv cannot be read: No such file"):
        read_manifest(tmp_path / "gone.csv")
    with pytest.raises(ManifestError, match="cannot be read: Is a directory"):
        read_manifest(str(tmp_path))


def test_a_file_that_goes_away_while_its_rows_are_read_is_read_to_its_end(tmp_path: Path) -> None:
    path = written(tmp_path, "path\na.png\n")
    found = read_manifest(path)
    path.unlink()
    assert [crop.path.name for crop in found] == ["a.png"]


def test_a_pipe_gives_its_rows_or_an_error() -> None:
    out, into = os.pipe()
    os.write(into, b"path\na.png\nb.png\n")
    os.close(into)
    try:
        found = [crop.path.name for crop in read_manifest(f"/dev/fd/{out}")]
    except ManifestError:
        return
    finally:
        os.close(out)
    assert found == ["a.png", "b.png"]


def test_rows_are_found_by_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, "path,site\n./a.png,pit\nb/c.png,yard\n")
    monkeypatch.chdir(tmp_path)
    found = ManifestRows(["crops.csv"])
    for name, site in (("a.png", "pit"), ("b/c.png", "yard")):
        crop = found.find(str(tmp_path / name))
        assert crop is not None and crop.site == site


def test_numbers_and_texts_share_no_column() -> None:
    assert len({"path", "bands", *NUMBERS, *TEXTS, *PLACE_COLUMNS}) == len(MANIFEST_COLUMNS)


def test_a_line_without_end_is_not_read_whole(tmp_path: Path) -> None:
    for name, start in (("row.csv", "path,site\na.png,"), ("header.csv", "path,")):
        with (tmp_path / name).open("w") as file:
            file.write(start)
            for _ in range(64):
                file.write("x" * (1 << 20))
        tracemalloc.start()
        with pytest.raises(ManifestError, match=r"cannot be read: a line is longer than 1024 KiB"):
            list(read_manifest(tmp_path / name))
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
        tracemalloc.stop()
