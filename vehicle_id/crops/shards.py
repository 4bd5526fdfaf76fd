"""Tar files of crops (WebDataset layout) -> `Crop` rows that carry their bytes, in the order of the file.

A member `a/b.jpg` is a crop; a member `a/b.json` directly before or after it is its manifest row. Files are read once,
from front to back; nothing is written to disk, and the name of a member never opens a file.
"""

from __future__ import annotations

import json
import os
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Final

from vehicle_id.crops.images import MAX_BYTES, SUFFIXES
from vehicle_id.crops.manifest import BANDS, NUMBERS, TEXTS, Crop, fields_of, misnamed_gsd
from vehicle_id.files import open_regular
from vehicle_id.results import Status
from vehicle_id.text import said

SHARD: Final = ".tar"
MAX_JSON_BYTES: Final = 1 << 16
MAX_HEADER_BYTES: Final = 1 << 20
"""Size of one header with long names or other extras; tarfile would read it whole."""
EXTRAS: Final = (
    *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
    *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE),
)
GNU_SPARSE_GOES_ON: Final = 482
"""Offset of the flag that the map of a sparse file continues after the header; tarfile would keep all of it."""
CUT_OFF: Final = "unexpected end of data"
"""The message of tarfile."""
MAX_TAIL_BYTES: Final = 16 << 20
"""Zeros after the end mark; programs pad a tar file to at most 1 MiB. More are the hole of an incomplete download."""
MAX_OF_A_KEY: Final = 16
"""Members of one key that wait for their JSON file."""


def is_shard(path: Path) -> bool:
    """Whether a path is read as a tar file, by its suffix."""
    return path.suffix.lower() == SHARD


def read_shard(shard: Path, *, opened: IO[bytes] | None = None, num_bytes: int = 0) -> Iterator[Crop]:
    """The crops of a tar file, one at a time.

    Each has the path `shard/member` and its bytes in `content`. A member that is not a regular file, or is
    too large, is a crop with a problem. So is the tar file itself, after the crops before that, if it contains no crop,
    cannot be read or is cut off.

    Args:
        shard: its path.
        opened: the tar file, where it is open already, as one of object storage; seekable.
        num_bytes: of the open file.
    """
    num_crops = 0
    try:
        fault = _fault(shard) if opened is None else _empty(shard, num_bytes)
        if fault is not None:
            yield fault
            return
        # from front to back; members that are no crops, of any length, are passed over unread
        with (
            open_regular(shard) if opened is None else opened as file,
            tarfile.open(fileobj=file, mode="r:", tarinfo=_Header, errorlevel=1) as tar,
        ):
            for crop in _crops(os.fstat(file.fileno()).st_size if opened is None else num_bytes, shard, tar):
                num_crops += 1
                yield crop
            _check_end(tar)
    except OSError as error:
        yield _faulty(
            shard, Status.UNREADABLE, f"the tar file cannot be read further, after {num_crops} crops: {said(error)}"
        )
    except Exception as error:  # for damaged headers tarfile raises all kinds of exceptions
        status = Status.TRUNCATED if CUT_OFF in str(error) else Status.CORRUPT
        yield _faulty(shard, status, f"the tar file cannot be read further, after {num_crops} crops: {error}")
    else:
        if not num_crops:
            yield _faulty(shard, Status.EMPTY, "the tar file contains no crop")


def _fault(shard: Path) -> Crop | None:
    """Its problem, checked before it is opened, since a pipe would block."""
    try:
        found = shard.stat()
    except FileNotFoundError:
        return _faulty(shard, Status.NOT_FOUND, "no such file")
    if not stat.S_ISREG(found.st_mode):
        return _faulty(shard, Status.UNREADABLE, "not a regular file")
    return _empty(shard, found.st_size)


def _empty(shard: Path, num_bytes: int) -> Crop | None:
    return None if num_bytes else _faulty(shard, Status.EMPTY, "the file is empty")


class _Header(tarfile.TarInfo):
    """A member's header. tarfile takes a damaged one for the end of the file, and reads a header of any length."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Header:
        """Parse a block."""
        header = super().frombuf(buf, encoding, errors)
        if header.size < 0 or (header.type in EXTRAS and header.size > MAX_HEADER_BYTES):
            raise tarfile.ReadError(f"a header of {header.size} bytes")
        if header.type == tarfile.GNUTYPE_SPARSE and buf[GNU_SPARSE_GOES_ON]:
            raise tarfile.ReadError("a sparse file of more than four pieces: pack it without --sparse")
        return header

    def _proc_gnusparse_10(self, next: tarfile.TarInfo, _headers: object, _tar: object) -> None:
        """Mark a sparse file of the newer kind, and leave its map, of any length, unread."""
        next.sparse = b""

    @classmethod
    def fromtarfile(cls, tar: tarfile.TarFile) -> _Header:
        """Read the next header of a file."""
        try:
            return super().fromtarfile(tar)
        except RecursionError as error:  # each extra header reads the next one recursively
            raise tarfile.ReadError("a long row of headers without a member") from error
        except tarfile.HeaderError as error:
            kind = type(error).__name__
            if kind == "EOFHeaderError":
                raise  # blocks of zeros: the end mark
            cut_off = kind in ("EmptyHeaderError", "TruncatedHeaderError")
            raise tarfile.ReadError(CUT_OFF if cut_off else str(error)) from error


def _crops(num_bytes: int, shard: Path, tar: tarfile.TarFile) -> Iterator[Crop]:
    """Members of one key are adjacent; they are returned together when the key changes or the file ends."""
    key, images, row = "", list[Crop](), _Row()
    try:
        for member in tar:
            # tarfile would keep every member, and the headers that hold for all later ones
            tar.members = []  # type: ignore[attr-defined]
            tar.pax_headers = {}
            stem, dot, suffix = member.name.rpartition(".")
            suffix = (dot + suffix).lower()
            if (suffix == ".json" or suffix in SUFFIXES) and not _is_skipped(member):
                if stem != key or len(images) == MAX_OF_A_KEY:
                    yield from (_with_row(each, row) for each in images)
                    key, images, row = stem, [], _Row()
                if suffix == ".json":
                    row = _json_row(tar, member)
                else:
                    images.append(_member(shard, tar, member))
            if tar.offset > num_bytes:
                # tarfile would search for the next header block by block, as far as this header claims
                raise tarfile.ReadError(CUT_OFF)
    except Exception:
        yield from (_with_row(each, row) for each in images)
        raise
    yield from (_with_row(each, row) for each in images)


def _is_skipped(member: tarfile.TarInfo) -> bool:
    """Folders, and hidden files as in a folder: macOS adds a `._a.png` to every `a.png`."""
    hidden = any(part.startswith(".") and part.strip(".") for part in member.name.split("/"))
    return hidden or member.isdir()


def _check_end(tar: tarfile.TarFile) -> None:
    """Only a few zeros follow the end mark; else a hole in the file was taken for the end mark."""
    assert tar.fileobj is not None
    num_left = MAX_TAIL_BYTES
    while block := tar.fileobj.read(tarfile.RECORDSIZE):
        num_left -= len(block)
        if block.strip(b"\0"):
            raise tarfile.ReadError("more data after its end mark")
        if num_left < 0:
            raise tarfile.ReadError(f"more than {MAX_TAIL_BYTES >> 20} MiB of zeros after its end mark")


def _member(shard: Path, tar: tarfile.TarFile, member: tarfile.TarInfo) -> Crop:
    path = shard / member.name.lstrip("/")
    if not member.isreg() or member.issparse():
        return _faulty(path, Status.UNREADABLE, "not a regular file")
    if member.size > MAX_BYTES:
        return _faulty(path, Status.TOO_LARGE, f"the file is larger than {MAX_BYTES >> 20} MiB")
    file = tar.extractfile(member)
    assert file is not None  # a regular one
    content = file.read()
    if len(content) < member.size:
        raise tarfile.ReadError(CUT_OFF)
    return Crop(path=path, content=content)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """The values of a JSON file beside a crop, by field of `Crop`."""

    known: dict[str, Any] = field(default_factory=dict)
    problem: str | None = None


def _json_row(tar: tarfile.TarFile, member: tarfile.TarInfo) -> _Row:
    """The values, read as the cells of a manifest."""
    file = tar.extractfile(member) if member.isreg() and member.size <= MAX_JSON_BYTES else None
    try:
        values: Any = json.loads(file.read()) if file is not None else None
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        return _Row(problem=f"{member.name} is not a JSON object of at most {MAX_JSON_BYTES >> 10} KiB")
    misnamed = misnamed_gsd(values)
    if misnamed is not None:
        return _Row(problem=f"{member.name} has a field {misnamed!r}: name it 'gsd_m', metres per pixel")
    known, problem = fields_of({name: cell_of(name, value) for name, value in values.items()})
    return _Row(known=known, problem=problem)


def cell_of(name: str, value: Any) -> str | None:
    """A value of JSON as the cell of a manifest."""
    if name == BANDS and isinstance(value, list):
        return ",".join(map(str, value))
    return json.dumps(value) if isinstance(value, (list, dict)) else None if value is None else str(value)


def _with_row(crop: Crop, row: _Row) -> Crop:
    """A crop with the values of its JSON file."""
    return crop if crop.problem is not None else replace(crop, problem=row.problem, **row.known)


def filled(crop: Crop, whole: Crop) -> Crop:
    """A member of a tar file, with what is known of the whole file where the member states nothing."""
    names = ("gsd_m", "gsd_error", BANDS, "date", "site", "place")
    missing = [name for name in names if getattr(crop, name) is None]
    return replace(crop, extra=whole.extra, **{name: getattr(whole, name) for name in missing})


def joined(crop: Crop, row: Crop) -> Crop:
    """A member of a tar file, with the values of its manifest row; the row counts where both state a value."""
    stated = {name: getattr(row, name) for name in (*NUMBERS, BANDS, *TEXTS, "place")}
    return replace(
        crop,
        problem=crop.problem or row.problem,
        extra=row.extra,
        **{name: value for name, value in stated.items() if value is not None},
    )


def _faulty(path: Path, status: Status, problem: str) -> Crop:
    return Crop(path=path, problem=problem, problem_status=status)
