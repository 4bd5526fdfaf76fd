"""The folder of parts that a job writes, on disk or in object storage, with the record beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from vehicle_id.distributed.storage import file_system, is_url, reading, why_of
from vehicle_id.errors import OutputError, VehicleIdError
from vehicle_id.files import output_errors, remove_part_files, write_whole
from vehicle_id.output.readers import PART, parts_of
from vehicle_id.output.run_record import record_path


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
        """Write the record of a job that is whole; what lost workers had half written is removed."""


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
        remove_part_files(self._path)
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
            raise OutputError(f"the output {place} cannot be written: {why_of(error)}") from error
