"""Reading files by path or by URL of object storage (`s3://`, `gs://`, `az://`, `https://`), through fsspec.

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
from typing import IO, Any, Final

from vehicle_id.crops.images import MAX_BYTES
from vehicle_id.errors import CropError, InputError, VehicleIdError, needs_extra
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
        raise InputError(f"{place} cannot be read: {why_of(error)}") from error


def why_of(error: Exception) -> str:
    """What an error of a storage says, for a sentence."""
    if _is_refused(error):
        return f"access was refused ({said(error)}): check the credentials on every node"
    if isinstance(error, FileNotFoundError):
        return "it does not exist"
    return said(error)


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
        raise InputError(f"{url} cannot be read: {why_of(found)}") from found
    try:
        # a range of an object without bytes is an error
        if system.info(url)["size"] == 0:
            return b""
    except FileNotFoundError:
        return CropError(Status.NOT_FOUND, "no such file")
    return CropError(Status.UNREADABLE, f"the file cannot be read: {said(found)}")
