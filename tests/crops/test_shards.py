"""Tar files: every member that is a crop has its row in order, whatever the file contains; nothing is written."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
import tarfile
import tracemalloc
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.conftest import TINY, plain
from vehicle_id import Classifier
from vehicle_id.crops.manifest import Crop
from vehicle_id.crops.shards import MAX_HEADER_BYTES, filled, joined, read_shard
from vehicle_id.parallel import AHEAD
from vehicle_id.results import Status


def png(colour: str = "red") -> bytes:
    file = io.BytesIO()
    Image.fromarray(plain(colour)).save(file, "PNG")
    return file.getvalue()


def write(path: Path, members: Iterable[tuple[str, bytes]], **changes: Any) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            for field, value in changes.items():
                setattr(info, field, value)
            tar.addfile(info, io.BytesIO(data))
    return path


def faults(shard: Path) -> list[tuple[str, Status, str]]:
    return [
        (str(crop.path.relative_to(shard.parent)), crop.problem_status, crop.problem)
        for crop in read_shard(shard)
        if crop.problem is not None
    ]


def test_crops_come_in_order_with_their_bytes_and_their_rows(tmp_path: Path) -> None:
    row = json.dumps({"gsd_m": 0.3, "date": "2024-11-01", "cls": 4, "site": None}).encode()
    members = [("a/1.json", row), ("a/1.png", png()), ("a/2.PNG", png("blue")), ("a/2.json", b'{"gsd_m": "0.5"}')]
    crops = list(read_shard(write(tmp_path / "s.tar", [*members, ("a/2.txt", b"not a crop"), ("3.png", b"")])))
    assert [str(crop.path.relative_to(tmp_path)) for crop in crops] == ["s.tar/a/1.png", "s.tar/a/2.PNG", "s.tar/3.png"]
    assert [crop.gsd_m for crop in crops] == [0.3, 0.5, None]
    assert (crops[0].date, crops[0].site, crops[0].content) == ("2024-11-01", None, png())
    assert all(crop.problem is None for crop in crops)


@pytest.mark.parametrize(
    ("sidecar", "problem"),
    [
        (b'{"gsd_m": -1}', "gsd_m '-1' is not a positive number"),
        (b"[1, 2]", "a.json is not a JSON object of at most 64 KiB"),
        (b"{" * 40_000, "a.json is not a JSON object"),
        (b"[" * 60_000, "a.json is not a JSON object"),
        (b" " * 70_000, "a.json is not a JSON object"),
        (b'{"gsd": 0.3}', "a.json has a field 'gsd': name it 'gsd_m', metres per pixel"),
        (b'{"gsd_m": true}', "gsd_m 'True' is not a number"),
    ],
)
def test_an_invalid_json_file_is_a_problem_of_its_crop(tmp_path: Path, sidecar: bytes, problem: str) -> None:
    shard = write(tmp_path / "s.tar", [("a.png", png()), ("a.json", sidecar), ("b.png", png())])
    (found,) = faults(shard)
    assert found[:2] == ("s.tar/a.png", Status.BAD_ROW) and problem in found[2]


def test_other_fields_are_ignored(tmp_path: Path) -> None:
    row = b'{"": "x", "gsd": 4, "gsd_m": 0.3, "boxes": [[1, 2]], "path": "../b.png"}'
    (crop,) = read_shard(write(tmp_path / "s.tar", [("a.png", png()), ("a.json", row)]))
    assert crop == Crop(path=tmp_path / "s.tar/a.png", content=png(), gsd_m=0.3)


def test_names_of_members_open_nothing(tmp_path: Path) -> None:
    names = ["../../evil.png", "/etc/passwd.png", "new\nline.png", "=cmd().png", "a.png", "a.png"]
    crops = list(read_shard(write(tmp_path / "s.tar", [(name, png()) for name in names])))
    assert [str(crop.path) for crop in crops] == [f"{tmp_path}/s.tar/{name.lstrip('/')}" for name in names]
    assert all(crop.content == png() for crop in crops)
    assert os.listdir(tmp_path) == ["s.tar"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE])
def test_a_member_that_is_not_a_regular_file_is_a_row(tmp_path: Path, kind: bytes) -> None:
    shard = write(tmp_path / "s.tar", [("a.png", b"")], type=kind, linkname="/etc/passwd")
    assert faults(shard) == [("s.tar/a.png", Status.UNREADABLE, "not a regular file")]


def test_folders_and_hidden_members_are_skipped(tmp_path: Path) -> None:
    """As in a folder; a `._a.png` of macOS comes between a crop and its row."""
    row = ("./a.json", b'{"gsd_m": 0.3}')
    members = [("./._a.png", b""), ("./a.png", png()), ("./._a.json", b""), row, (".git/b.png", png())]
    (crop,) = read_shard(write(tmp_path / "s.tar", members))
    assert (crop.path, crop.gsd_m) == (tmp_path / "s.tar/a.png", 0.3)
    shard = write(tmp_path / "folder.tar", [("a.png", b"")], type=tarfile.DIRTYPE)
    assert faults(shard) == [("folder.tar", Status.EMPTY, "the tar file contains no crop")]


def test_a_member_that_is_too_large_is_never_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shard = write(tmp_path / "s.tar", [("a.png", b"x" * 2000), ("b.png", png())])
    monkeypatch.setattr("vehicle_id.crops.shards.MAX_BYTES", 1000)
    first, second = read_shard(shard)
    assert (first.problem_status, first.content) == (Status.TOO_LARGE, None)
    assert second.content == png()


@pytest.mark.parametrize(
    ("damage", "num_before", "status", "reason"),
    [
        (lambda data: data[:2560], 1, Status.TRUNCATED, "after 1 crops: unexpected end of data"),  # between two members
        (lambda data: data[:2900], 1, Status.TRUNCATED, "after 1 crops: unexpected end of data"),  # in a header
        (lambda data: data[:3400], 1, Status.TRUNCATED, "after 1 crops: unexpected end of data"),  # in a picture
        (lambda data: data[:2560] + b"\xff" * 512 + data[3072:], 1, Status.CORRUPT, "after 1 crops: bad checksum"),
        (lambda data: data[:2560] + bytes(512) + data[3072:], 1, Status.CORRUPT, "more data after its end mark"),
        (lambda data: data + data, 3, Status.CORRUPT, "after 3 crops: more data after its end mark"),
        (lambda _data: b"no tar file at all" * 100, 0, Status.CORRUPT, "after 0 crops: invalid header"),
        (lambda _data: b"", 0, Status.EMPTY, "the file is empty"),
        (lambda _data: bytes(10240), 0, Status.EMPTY, "the tar file contains no crop"),
    ],
)
def test_a_damaged_file_gives_what_came_before_and_one_row(
    tmp_path: Path, damage: Any, num_before: int, status: Status, reason: str
) -> None:
    big = png() + bytes(2048 - len(png()))
    shard = write(tmp_path / "s.tar", [("a.png", big), ("b.png", big), ("c.png", big)])
    shard.write_bytes(damage(shard.read_bytes()))
    *before, last = read_shard(shard)
    assert len(before) == num_before and all(crop.content == big for crop in before)
    assert (last.path, last.problem_status) == (shard, status)
    assert reason in (last.problem or "")


def test_a_header_of_any_length_is_not_read(tmp_path: Path) -> None:
    info = tarfile.TarInfo("./PaxHeaders")
    info.type, info.size = tarfile.XHDTYPE, MAX_HEADER_BYTES + 1
    (tmp_path / "s.tar").write_bytes(info.tobuf() + bytes(10240))
    assert faults(tmp_path / "s.tar") == [
        ("s.tar", Status.CORRUPT, "the tar file cannot be read further, after 0 crops: a header of 1048577 bytes")
    ]
    long = write(tmp_path / "long.tar", [("x" * 300 + ".png", png())])  # within the limit
    assert [crop.path.name for crop in read_shard(long)] == ["x" * 300 + ".png"]


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.XGLTYPE])
def test_chains_of_headers_end_in_a_row(tmp_path: Path, kind: bytes) -> None:
    info = tarfile.TarInfo("extra")
    text = b"13 comment=x\n"
    info.type, info.size = kind, len(text)
    (tmp_path / "s.tar").write_bytes((info.tobuf() + text.ljust(512, b"\0")) * 3000)
    [(_, status, problem)] = faults(tmp_path / "s.tar")
    assert status is Status.CORRUPT and "a long row of headers without a member" in problem


def sparse(*, newer: bool, num_blocks: int) -> bytes:
    """A sparse member a.png and the blocks of its map."""
    info = tarfile.TarInfo("a.png")
    if newer:
        extra, text = tarfile.TarInfo("extra"), b"22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n"
        extra.type, extra.size = tarfile.XHDTYPE, len(text)
        info.size = 512 * num_blocks
        numbers = b"%011d\n" % (128 * num_blocks) + b"1\n" * (256 * num_blocks)
        return extra.tobuf() + text.ljust(512, b"\0") + info.tobuf() + numbers[: info.size]
    info.type = tarfile.GNUTYPE_SPARSE
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[482] = num_blocks > 0
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + ((b"00000000001\0" * 42) + b"\1".ljust(8, b"\0")) * num_blocks


@pytest.mark.parametrize("newer", [True, False])
def test_a_sparse_file_is_a_row(tmp_path: Path, newer: bool) -> None:
    rest = write(tmp_path / "s.tar", [("b.png", png())]).read_bytes()
    (tmp_path / "s.tar").write_bytes(sparse(newer=newer, num_blocks=int(newer)) + rest)
    first, second = read_shard(tmp_path / "s.tar")
    assert (first.path.name, first.problem_status) == ("a.png", Status.UNREADABLE)
    assert second.content == png()


@pytest.mark.parametrize("newer", [True, False])
def test_the_map_of_a_sparse_file_is_not_kept(tmp_path: Path, newer: bool) -> None:
    (tmp_path / "s.tar").write_bytes(sparse(newer=newer, num_blocks=4000))
    tracemalloc.start()
    *_, last = read_shard(tmp_path / "s.tar")
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert last.path == tmp_path / "s.tar" and last.problem is not None
    assert peak_bytes < 4000 * 512 / 4


def test_a_member_takes_from_its_file_what_it_does_not_state(tmp_path: Path) -> None:
    stated = {"gsd_m": 0.3, "gsd_error": 0.1, "bands": [3, 2, 1], "date": "2024-11-01", "site": "pit"}
    members = [("a.png", png()), ("a.json", json.dumps(stated).encode()), ("b.png", png())]
    [one, other] = read_shard(write(tmp_path / "s.tar", members))
    whole = Crop(path=tmp_path / "s.tar", gsd_m=0.5, gsd_error=0.2, bands="1,2,3", date="2023-01-01", site="yard")
    names = ("gsd_m", "gsd_error", "bands", "date", "site")
    assert [getattr(filled(one, whole), name) for name in names] == [0.3, 0.1, (3, 2, 1), "2024-11-01", "pit"]
    assert [getattr(filled(other, whole), name) for name in names] == [getattr(whole, name) for name in names]


@pytest.mark.parametrize("name", ["b.png", "b.txt", "a.json"])
@pytest.mark.parametrize(("size", "status"), [(1 << 62, Status.TRUNCATED), (-512, Status.CORRUPT)])
def test_an_impossible_size_is_an_error(tmp_path: Path, name: str, size: int, status: Status) -> None:
    """The library would read to the claimed end of such a member, or go back."""
    shard = write(tmp_path / "s.tar", [("a.png", png())])
    info = tarfile.TarInfo(name)
    info.size = size
    shard.write_bytes(shard.read_bytes()[:1024] + info.tobuf(tarfile.GNU_FORMAT) + bytes(1024))
    first, *_, last = read_shard(shard)
    assert first.content == png()
    assert (last.path, last.problem_status) == (shard, status)


def test_a_disk_error_is_a_row_after_the_crops_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shard = write(tmp_path / "s.tar", [("a.png", png()), ("b.png", png())])
    real = tarfile.TarInfo.frombuf.__func__  # type: ignore[attr-defined]

    def frombuf(cls: type[tarfile.TarInfo], buf: bytes, *rest: str) -> tarfile.TarInfo:
        if buf.startswith(b"b.png"):
            raise OSError(errno.EIO, "Input/output error")
        return real(cls, buf, *rest)

    monkeypatch.setattr(tarfile.TarInfo, "frombuf", classmethod(frombuf))
    first, last = read_shard(shard)
    assert first.content == png()
    assert (last.path, last.problem_status) == (shard, Status.UNREADABLE)
    assert last.problem == "the tar file cannot be read further, after 1 crops: Input/output error"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all examples of a property test."""
    return tmp_path_factory.mktemp("shards")


@settings(max_examples=100, deadline=None)
@given(
    changes=st.lists(st.tuples(st.integers(0, 6143), st.integers(0, 255)), max_size=4),
    kind=st.sampled_from(b"\x000123456SLKXgx"),
    form=st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]),
)
def test_any_bytes_are_rows(folder: Path, changes: list[tuple[int, int]], kind: int, form: int) -> None:
    with tarfile.open(folder / "law.tar", "w", format=form) as tar:
        for name in ("x" * 150 + ".png", "b.json", "b.png"):
            info = tarfile.TarInfo(name)
            info.size = 30
            tar.addfile(info, io.BytesIO(b'{"gsd_m": 0.3, "site": "pit"} '))
    data = bytearray((folder / "law.tar").read_bytes())
    for place, value in [*changes, (156, kind)]:
        data[place] = value
        start = place // 512 * 512  # the block's checksum, as if it were a header: else it is not looked at
        data[start + 148 : start + 156] = b" " * 8
        data[start + 148 : start + 156] = b"%06o\0 " % sum(data[start : start + 512])
    (folder / "law.tar").write_bytes(data)
    rows = list(read_shard(folder / "law.tar"))
    assert rows and all(crop.problem is not None or crop.content is not None for crop in rows)
    assert all(crop.path.is_relative_to(folder / "law.tar") for crop in rows)


def test_a_path_that_is_not_a_file_is_a_row_and_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.tar")
    assert faults(tmp_path / "pipe.tar") == [("pipe.tar", Status.UNREADABLE, "not a regular file")]
    assert faults(tmp_path / "gone.tar") == [("gone.tar", Status.NOT_FOUND, "no such file")]


def test_it_is_read_as_crops_are_requested(tmp_path: Path) -> None:
    """A million members take no more memory than one: few are read ahead, and none is kept."""
    shard = write(tmp_path / "s.tar", ((f"{number:04}.png", png()) for number in range(2000)))
    stream = read_shard(shard)
    assert len(list(islice(stream, 3))) == 3
    frame = stream.gi_frame  # type: ignore[attr-defined]
    tar = frame.f_locals["tar"]
    assert tar.offset < 5 * 2048
    assert len(list(stream)) == 1997
    assert len(tar.members) <= 1


def test_headers_for_all_later_members_are_not_kept(tmp_path: Path) -> None:
    text = [b"20 SCHILY.%05d=abc\n" % number for number in range(50)]
    info, crop = tarfile.TarInfo("all"), write(tmp_path / "s.tar", [("a.png", png())]).read_bytes()[:1024]
    info.type, info.size = tarfile.XGLTYPE, 20
    pairs = b"".join(info.tobuf() + each.ljust(512, b"\0") + crop for each in text)
    (tmp_path / "s.tar").write_bytes(pairs + bytes(1024))
    stream = read_shard(tmp_path / "s.tar")
    assert len(list(islice(stream, 40))) == 40
    assert len(stream.gi_frame.f_locals["tar"].pax_headers) <= 1  # type: ignore[attr-defined]


def test_reading_may_stop_in_the_middle(tmp_path: Path) -> None:
    stream = read_shard(write(tmp_path / "s.tar", [("a.png", png()), ("b.png", png()), ("c.png", png())]))
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert not list(stream)


def test_members_of_one_key_do_not_pile_up(tmp_path: Path) -> None:
    shard = write(tmp_path / "s.tar", (("a.png", png()) for _ in range(200)))
    stream = read_shard(shard)
    next(stream)
    assert stream.gi_frame.f_locals["tar"].offset < 20 * 2048  # type: ignore[attr-defined]
    assert len(list(stream)) == 199


def test_a_manifest_counts_more_than_the_sidecar() -> None:
    crop = Crop(path=Path("s.tar/a.png"), content=b"x", gsd_m=0.3, site="here")
    row = Crop(path=Path("s.tar/a.png"), gsd_m=0.5, date="today")
    assert joined(crop, row) == Crop(path=crop.path, content=b"x", gsd_m=0.5, site="here", date="today")
    assert joined(crop, Crop(path=crop.path, heading_deg=0.0)).heading_deg == 0.0
    assert joined(crop, Crop(path=crop.path, problem="bad")).problem == "bad"


def test_the_row_of_the_whole_file_counts_least() -> None:
    crop = Crop(path=Path("s.tar/a.png"), content=b"x", gsd_m=0.3)
    whole = Crop(path=Path("s.tar"), gsd_m=0.5, site="yard", label="car")
    assert filled(crop, whole) == Crop(path=crop.path, content=b"x", gsd_m=0.3, site="yard")


def test_a_bad_tar_file_does_not_stop_the_run(tmp_path: Path, classifier: Classifier) -> None:
    good = write(tmp_path / "b.tar", [("1.png", png())])
    (tmp_path / "a.tar").write_bytes(good.read_bytes()[:900])
    (tmp_path / "c.tar").write_bytes(b"")
    rows = list(classifier.classify_folder(tmp_path))
    assert [(Path(row.path or "").relative_to(tmp_path).as_posix(), row.status) for row in rows] == [
        *(("a.tar/1.png", Status.OK), ("a.tar", Status.TRUNCATED)),
        *(("b.tar/1.png", Status.OK), ("c.tar", Status.EMPTY)),
    ]


def read_ahead(classifier: Classifier, shard: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Crops read from the file when the first is answered."""
    read: list[Crop] = []

    def watched(shard: Path) -> Iterator[Crop]:
        for crop in read_shard(shard):
            read.append(crop)
            yield crop

    monkeypatch.setattr("vehicle_id.crops.sources.read_shard", watched)
    results = classifier.classify_paths([shard])
    next(results)
    num_read = len(read)
    assert len(list(results)) == 599 and len(read) == 600
    return num_read


def test_few_crops_are_in_memory_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shard = write(tmp_path / "s.tar", ((f"{number:03}.png", png()) for number in range(600)))
    classifier = Classifier(TINY, threads=2, batch_size=8)
    assert read_ahead(classifier, shard, monkeypatch) == 8 * (1 + 2 + AHEAD)
    monkeypatch.setattr("vehicle_id.crops.jobs.BATCH_BYTES", 2 * len(png()))  # fewer of heavy ones
    assert read_ahead(classifier, shard, monkeypatch) == 2 * (1 + 2 + AHEAD)


def test_a_classifier_answers_every_crop_of_a_tar_file(tmp_path: Path, classifier: Classifier) -> None:
    (tmp_path / "plain.png").write_bytes(png())
    write(tmp_path / "s.tar", [("a.png", png()), ("a.json", b'{"gsd_m": 0.2}'), ("b.png", b"nonsense")])
    rows = list(classifier.classify_folder(tmp_path, gsd_m=0.4))
    assert [Path(row.path or "").relative_to(tmp_path).as_posix() for row in rows] == [
        "plain.png",
        "s.tar/a.png",
        "s.tar/b.png",
    ]
    assert [row.gsd_m for row in rows] == [0.4, 0.2, 0.4]
    assert [row.status for row in rows] == [Status.OK, Status.OK, Status.NOT_AN_IMAGE]
    assert rows[0].sha256 == rows[1].sha256
    # the manifest row of the file holds for the crops in it that state no value
    whole = list(classifier.classify_crops([Crop(path=tmp_path / "s.tar", gsd_m=0.6, site="yard")]))
    assert [(row.gsd_m, row.site) for row in whole] == [(0.2, "yard"), (0.6, "yard")]


@pytest.mark.skipif(sys.platform != "linux", reason="makes files with holes")
@pytest.mark.parametrize("where", ["behind the end mark", "in a member"])
def test_a_hole_of_terabytes_is_not_read(tmp_path: Path, where: str) -> None:
    shard, num_bytes = write(tmp_path / "s.tar", [("a.png", png())]), 2 << 40
    if where == "in a member":
        info = tarfile.TarInfo("b.bin")
        info.size = num_bytes
        with shard.open("r+b") as file:
            file.seek(1024)
            file.write(info.tobuf(tarfile.GNU_FORMAT) + b"x")
    os.truncate(shard, num_bytes + (1 << 20))
    crop, *faults = read_shard(shard)
    assert crop.path.name == "a.png" and crop.problem is None
    expected = [(Status.CORRUPT, True)] if where == "behind the end mark" else []
    assert [(each.problem_status, "of zeros after its end mark" in str(each.problem)) for each in faults] == expected
