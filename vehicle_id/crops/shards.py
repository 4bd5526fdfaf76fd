"""Tar files of crops (WebDataset layout) -> `Crop` rows that carry their bytes, in the order of the file.

A member `a/b.jpg` is a crop; `a/b.json` right before or behind it is its row of a manifest. Files are read once, from
front to back; nothing is written to disk, and the name of a member is a label that opens no file. This room decodes
no picture.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from vehicle_id.crops.images import MAX_BYTES, SUFFIXES
from vehicle_id.crops.manifest import NUMBERS, TEXTS, Crop, fields_of, misnamed_gsd
from vehicle_id.results import Status

SHARD: Final = ".tar"
MAX_SIDECAR_BYTES: Final = 1 << 16
MAX_HEADER_BYTES: Final = 1 << 20
"""Of one header with long names or other extras; the library would read it whole."""
EXTRAS: Final = (
    *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
    *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE),
)
GNU_SPARSE_GOES_ON: Final = 482
"""Where a header says that a sparse file's map, of any length, goes on behind it; the library would keep it whole."""
CUT_OFF: Final = "unexpected end of data"
"""As the library calls it."""
MOST_OF_A_KEY: Final = 16
"""Members of one key that wait for a sidecar."""


def is_shard(path: Path) -> bool:
    """Whether a path is read as a tar file, by its ending."""
    return path.suffix.lower() == SHARD


def read_shard(shard: Path) -> Iterator[Crop]:
    """The crops of a tar file, one at a time.

    Each has the path `shard/member` and its bytes in `content`. A member that is no plain file or is too large is a
    crop with a problem; so is the shard itself where it holds no crop, cannot be read or breaks off, after the crops
    before that.
    """
    num_crops = 0
    try:
        fault = _fault(shard)
        if fault is not None:
            yield fault
            return
        # a stream: read from front to back, never sought
        with tarfile.open(shard, "r|", tarinfo=_Header, errorlevel=1) as tar:
            for crop in _crops(shard, tar):
                num_crops += 1
                yield crop
            _check_end(tar)
    except OSError as error:
        why = error.strerror or str(error)
        yield _faulty(shard, Status.UNREADABLE, f"the tar file cannot be read further, after {num_crops} crops: {why}")
    except Exception as error:  # of damaged headers the library raises anything at all
        status = Status.TRUNCATED if CUT_OFF in str(error) else Status.CORRUPT
        yield _faulty(shard, status, f"the tar file cannot be read further, after {num_crops} crops: {error}")
    else:
        if not num_crops:
            yield _faulty(shard, Status.EMPTY, "the tar file holds no crop")


def _fault(shard: Path) -> Crop | None:
    """What is wrong with it before it is opened: a pipe would block."""
    if not shard.exists():
        return _faulty(shard, Status.NOT_FOUND, "no such file")
    if not shard.is_file():
        return _faulty(shard, Status.UNREADABLE, "not a regular file")
    return None if shard.stat().st_size else _faulty(shard, Status.EMPTY, "the file is empty")


class _Header(tarfile.TarInfo):
    """A member's header. The library takes a damaged one for the end of the file, and reads one of any length."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Header:
        """From its block."""
        header = super().frombuf(buf, encoding, errors)
        if header.size < 0 or (header.type in EXTRAS and header.size > MAX_HEADER_BYTES):
            raise tarfile.ReadError(f"a header of {header.size} bytes")
        if header.type == tarfile.GNUTYPE_SPARSE and buf[GNU_SPARSE_GOES_ON]:
            raise tarfile.ReadError("a sparse file of more than four pieces: pack it without --sparse")
        return header

    def _proc_gnusparse_10(self, next: tarfile.TarInfo, _headers: object, _tar: object) -> None:
        """Of a sparse file of the newer kind, marks it and leaves its map, of any length, unread."""
        next.sparse = b""

    @classmethod
    def fromtarfile(cls, tar: tarfile.TarFile) -> _Header:
        """The next one of a file."""
        try:
            return super().fromtarfile(tar)
        except RecursionError as error:  # each extra header reads the next one from within
            raise tarfile.ReadError("headers upon headers, and no member") from error
        except tarfile.HeaderError as error:
            kind = type(error).__name__
            if kind == "EOFHeaderError":
                raise  # blocks of zeros: the end mark
            cut_off = kind in ("EmptyHeaderError", "TruncatedHeaderError")
            raise tarfile.ReadError(CUT_OFF if cut_off else str(error)) from error


def _crops(shard: Path, tar: tarfile.TarFile) -> Iterator[Crop]:
    """Members of one key follow one another; they are told together, once the key changes or the file ends."""
    num_bytes = shard.stat().st_size
    key, images, row = "", list[Crop](), _Row()
    try:
        for member in tar:
            # it would remember every member, and what headers say for all to come
            tar.members = []  # type: ignore[attr-defined]
            tar.pax_headers = {}
            stem, dot, suffix = member.name.rpartition(".")
            suffix = (dot + suffix).lower()
            if (suffix == ".json" or suffix in SUFFIXES) and not _is_passed_over(member):
                if stem != key or len(images) == MOST_OF_A_KEY:
                    yield from (_told(each, row) for each in images)
                    key, images, row = stem, [], _Row()
                if suffix == ".json":
                    row = _sidecar(tar, member)
                else:
                    images.append(_member(shard, tar, member))
            if tar.offset > num_bytes:
                # the library would look for the next header block by block, for as long as this one claims
                raise tarfile.ReadError(CUT_OFF)
    except Exception:
        yield from (_told(each, row) for each in images)
        raise
    yield from (_told(each, row) for each in images)


def _is_passed_over(member: tarfile.TarInfo) -> bool:
    """Folders, and what is hidden, as it is in a folder: macOS packs a `._a.png` with every `a.png`."""
    hidden = any(part.startswith(".") and part.strip(".") for part in member.name.split("/"))
    return hidden or member.isdir()


def _check_end(tar: tarfile.TarFile) -> None:
    """Zeros alone follow the end mark; where more does, a hole in the file was taken for one."""
    assert tar.fileobj is not None
    while block := tar.fileobj.read(tarfile.RECORDSIZE):
        if block.strip(b"\0"):
            raise tarfile.ReadError("more data behind its end mark")


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
    """What a sidecar says, by field of `Crop`."""

    known: dict[str, Any] = field(default_factory=dict)
    problem: str | None = None


def _sidecar(tar: tarfile.TarFile, member: tarfile.TarInfo) -> _Row:
    """The fields, read as a manifest's cells would be."""
    file = tar.extractfile(member) if member.isreg() and member.size <= MAX_SIDECAR_BYTES else None
    try:
        values: Any = json.loads(file.read()) if file is not None else None
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        return _Row(problem=f"{member.name} is no JSON object of at most {MAX_SIDECAR_BYTES >> 10} KiB")
    misnamed = misnamed_gsd(values)
    if misnamed is not None:
        return _Row(problem=f"{member.name} has a field {misnamed!r}: name it 'gsd_m', metres per pixel")
    known, problem = fields_of({name: None if value is None else str(value) for name, value in values.items()})
    return _Row(known=known, problem=problem)


def _told(crop: Crop, row: _Row) -> Crop:
    """A crop with what its sidecar says."""
    return crop if crop.problem is not None else replace(crop, problem=row.problem, **row.known)


def filled(crop: Crop, whole: Crop) -> Crop:
    """A crop out of a tar file, and what is known of the whole file: that counts where nothing else is said."""
    own = {name: getattr(crop, name) or getattr(whole, name) for name in ("gsd_m", "date", "site")}
    return replace(crop, **own)


def joined(crop: Crop, row: Crop) -> Crop:
    """A crop out of a tar file, and what a manifest says of it: that counts where both say something."""
    said = {name: getattr(row, name) for name in (*NUMBERS, *TEXTS)}
    return replace(
        crop, problem=crop.problem or row.problem, **{name: value for name, value in said.items() if value is not None}
    )


def _faulty(path: Path, status: Status, problem: str) -> Crop:
    return Crop(path=path, problem=problem, problem_status=status)
