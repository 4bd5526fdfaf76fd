"""Files by path or by URL of object storage (`s3://`, `gs://`, `az://`, `https://`), through fsspec.

Access that is refused ends the job, with a sentence: it is the user's credentials, and not one crop. An object that
does not exist is a crop's own status.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, Protocol

from vehicle_id.crops.images import MAX_BYTES
from vehicle_id.errors import CropError, InputError, OutputError, VehicleIdError, needs_extra
from vehicle_id.files import output_errors, write_whole
from vehicle_id.output.readers import PART, parts_of
from vehicle_id.output.run_record import record_path
from vehicle_id.results import Status
from vehicle_id.text import said

URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
REFUSED: Final = ("NoCredentialsError", "PartialCredentialsError", "TokenRetrievalError", "RefreshError")
"""Errors of storage libraries that are no `PermissionError` and mean the same."""
UNREACHABLE: Final = ("EndpointConnectionError", "ConnectTimeoutError", "ClientConnectorError")


def is_url(place: str) -> bool:
    """Whether a place is a URL of object storage, and no path."""
    return URL.match(place) is not None


def file_system(url: str) -> tuple[Any, str]:
    """The file system of a URL, and the path in it.

    Raises:
        InputError: no package for such URLs is installed.
        MissingExtraError: without the extra `ray`.
    """
    with needs_extra(f"reading {url.partition('://')[0]}:// URLs", "ray"):
        import fsspec
    try:
        system, path = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise InputError(f"{url} cannot be opened: {said(error)}") from error
    return system, path


@contextmanager
def reading(place: str) -> Iterator[None]:
    """Errors of storage inside the block become an `InputError` that names the place."""
    try:
        yield
    except VehicleIdError:
        raise
    except Exception as error:  # each storage library has errors of its own
        raise InputError(f"{place} cannot be read: {_why(error)}") from error


def _why(error: Exception) -> str:
    if _is_refused(error):
        return f"access was refused ({said(error)}): check the credentials on every node"
    if isinstance(error, FileNotFoundError):
        return "it does not exist"
    return getattr(error, "strerror", None) or said(error)


def _is_refused(error: BaseException) -> bool:
    return isinstance(error, PermissionError) or type(error).__name__ in REFUSED


def open_file(place: str) -> IO[bytes]:
    """Open a file, or an object that is read piece by piece.

    Raises:
        InputError: it cannot be opened.
    """
    with reading(place):
        if not is_url(place):
            return Path(place).open("rb")
        system, path = file_system(place)
        opened: IO[bytes] = system.open(path, "rb", cache_type="readahead")
        return opened


def open_text(place: str) -> io.TextIOWrapper:
    """Open a table as `manifest.ManifestTable` wants it."""
    return io.TextIOWrapper(open_file(place), newline="", encoding="utf-8-sig")


def version_of(place: str) -> str:
    """What changes when the content of a file or an object does: its size, and its tag or time.

    Raises:
        InputError: it cannot be looked up.
    """
    with reading(place):
        if not is_url(place):
            found = os.stat(place)  # noqa: PTH116  # of a name of any kind
            return f"{found.st_size} {found.st_mtime_ns}"
        system, path = file_system(place)
        return version_in(system.info(path))


def version_in(info: dict[str, Any]) -> str:
    """`version_of` from what a storage lists of an object."""
    tags = (info.get(name) for name in ("ETag", "etag", "md5Hash", "LastModified", "last_modified", "mtime", "updated"))
    return f"{info.get('size')} {next((str(tag) for tag in tags if tag), '')}"


def list_objects(url: str, suffixes: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The objects under a URL that end so, sorted, without hidden ones: each as its URL and its version.

    Raises:
        InputError: it cannot be listed, or holds none.
    """
    scheme = url.partition("://")[0]
    with reading(url):
        system, path = file_system(url)
        root = path.rstrip("/")
        found = system.find(root, detail=True)
    names = [
        name
        for name in sorted(found)
        if name.lower().endswith(suffixes) and not any(step[:1] == "." for step in name[len(root) :].split("/"))
    ]
    if not names:
        raise InputError(f"no crops found in {url}: looked for objects ending in {' '.join(suffixes)}")
    return ((f"{scheme}://{name.removeprefix(f'{scheme}://')}", version_in(found[name])) for name in names)


def read_objects(urls: Sequence[str]) -> list[bytes | CropError]:
    """The content of objects that are crops, fetched together; never more of one than a crop may have.

    Raises:
        InputError: access is refused, or the storage cannot be reached.
    """
    if not urls:
        return []
    system, _ = file_system(urls[0])
    paths = [system._strip_protocol(url) for url in urls]
    with reading(urls[0]):
        found = system.cat_ranges(paths, [0] * len(paths), [MAX_BYTES + 1] * len(paths), on_error="return")
        return [_content(url, each, system) for url, each in zip(urls, found, strict=True)]


def _content(url: str, found: bytes | Exception, system: Any) -> bytes | CropError:
    if isinstance(found, (bytes, bytearray)):
        if len(found) > MAX_BYTES:
            return CropError(Status.TOO_LARGE, f"the file is larger than {MAX_BYTES >> 20} MiB")
        return bytes(found)
    if isinstance(found, FileNotFoundError):
        return CropError(Status.NOT_FOUND, "no such file")
    if _is_refused(found) or type(found).__name__ in UNREACHABLE:
        raise InputError(f"{url} cannot be read: {_why(found)}") from found
    try:
        # a range of an object without bytes is an error
        if system.info(url)["size"] == 0:
            return b""
    except FileNotFoundError:
        return CropError(Status.NOT_FOUND, "no such file")
    return CropError(Status.UNREADABLE, f"the file cannot be read: {said(found)}")


class PartFolder(Protocol):
    """The folder of parts that a job writes, with the record beside it."""

    def names(self) -> list[str]:
        """Names of the parts that are there."""

    def has(self, name: str) -> bool:
        """Whether a part is there."""

    def others(self) -> list[str]:
        """Names of what else is in it."""

    def read(self, name: str) -> bytes:
        """A part."""

    def write(self, name: str, data: bytes) -> None:
        """Write a part whole, or not at all."""

    def remove(self, name: str) -> None:
        """Remove a part."""

    def read_record(self) -> bytes | None:
        """The record beside it, if there is one."""

    def write_record(self, data: bytes) -> None:
        """Write the record."""


def part_folder(place: str) -> PartFolder:
    """The folder of parts at a path or a URL."""
    return _Bucket(place) if is_url(place) else _Folder(Path(place))


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> list[str]:
        with output_errors(self._path):
            self._path.mkdir(exist_ok=True)
            return [part.name for part in parts_of(self._path)]

    def has(self, name: str) -> bool:
        with output_errors(self._path):
            return os.path.isfile(self._path / name)

    def others(self) -> list[str]:
        with output_errors(self._path):
            return sorted(name for name in os.listdir(self._path) if not PART.fullmatch(name) and name[:1] != ".")

    def read(self, name: str) -> bytes:
        with reading(str(self._path / name)):
            return (self._path / name).read_bytes()

    def write(self, name: str, data: bytes) -> None:
        write_whole(self._path / name, data)

    def remove(self, name: str) -> None:
        with output_errors(self._path / name):
            (self._path / name).unlink(missing_ok=True)

    def read_record(self) -> bytes | None:
        path = record_path(self._path)
        with reading(str(path)):
            return path.read_bytes() if os.path.isfile(path) else None

    def write_record(self, data: bytes) -> None:
        write_whole(record_path(self._path), data)


class _Bucket:
    """An object appears when its last byte is stored: there are no half parts."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._system, self._path = file_system(self._url)

    def names(self) -> list[str]:
        names = [name for name in self._all() if PART.fullmatch(name)]
        return sorted(names, key=lambda name: (len(name), name))

    def has(self, name: str) -> bool:
        with self._writing(f"{self._url}/{name}"):
            self._system.invalidate_cache()  # other machines write here
            return bool(self._system.exists(f"{self._path}/{name}"))

    def others(self) -> list[str]:
        return sorted(name for name in self._all() if not PART.fullmatch(name))

    def _all(self) -> list[str]:
        with self._writing(self._url):
            self._system.invalidate_cache()  # other machines write here
            found = self._system.find(self._path) if self._system.exists(self._path) else []
        return [name.rpartition("/")[2] for name in found]

    def read(self, name: str) -> bytes:
        with reading(f"{self._url}/{name}"):
            return bytes(self._system.cat_file(f"{self._path}/{name}"))

    def write(self, name: str, data: bytes) -> None:
        with self._writing(f"{self._url}/{name}"):
            self._system.pipe_file(f"{self._path}/{name}", data)

    def remove(self, name: str) -> None:
        with self._writing(f"{self._url}/{name}"):
            self._system.rm_file(f"{self._path}/{name}")

    def read_record(self) -> bytes | None:
        path = str(record_path(Path(self._path)))
        with reading(self._url):
            return bytes(self._system.cat_file(path)) if self._system.exists(path) else None

    def write_record(self, data: bytes) -> None:
        with self._writing(self._url):
            self._system.pipe_file(str(record_path(Path(self._path))), data)

    @contextmanager
    def _writing(self, place: str) -> Iterator[None]:
        try:
            yield
        except VehicleIdError:
            raise
        except Exception as error:  # each storage library has errors of its own
            raise OutputError(f"the output {place} cannot be written: {_why(error)}") from error
