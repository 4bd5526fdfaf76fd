"""The parts of a job: which crops each holds, and how a worker reads them.

A part is small and says where its crops are; the crops themselves never pass through the machine that plans the job.
Two parts with the same `identity` have the same crops.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Final

import msgspec

from vehicle_id.crops.manifest import Crop, ManifestTable, extra_names
from vehicle_id.crops.shards import filled, is_shard, read_shard
from vehicle_id.distributed.rows import row_crop
from vehicle_id.distributed.storage import is_url, open_file, open_text, read_objects, reading, version_of
from vehicle_id.errors import CropError, InputError, ManifestError, needs_extra
from vehicle_id.results import ScenePlace, Status
from vehicle_id.text import path_of, path_text

FETCHED: Final = 32
"""Objects that are fetched together."""
LEFT_OUT: Final = ("path", "content", "cut", "problem_status", "place")
"""Fields of `Crop` that no part states as they are."""
NamedCrop = tuple[str, Crop]
"""A crop and the path that its answer has: a `Path` cannot hold a URL."""


class FilesPart(msgspec.Struct, frozen=True, tag="files"):
    """Files that were found by listing, with what a manifest states of each."""

    root: str
    """A place that exists on every node, if the files do."""
    crops: tuple[dict[str, Any], ...]
    versions: tuple[str, ...]

    @property
    def identity(self) -> Any:
        """What its crops depend on."""
        return self.crops, self.versions

    def read(self) -> Iterator[NamedCrop]:
        """Its crops."""
        _check_there(self.root)
        crops = [_from_plain(each) for each in self.crops]
        yield from ((str(crop.path), crop) for crop in crops)


class ObjectsPart(msgspec.Struct, frozen=True, tag="objects"):
    """Objects of a storage that were found by listing."""

    urls: tuple[str, ...]
    versions: tuple[str, ...]

    @property
    def identity(self) -> Any:
        """What its crops depend on."""
        return self.urls, self.versions

    def read(self) -> Iterator[NamedCrop]:
        """Its crops, fetched some at a time."""
        return opened((url, Crop(path=Path(url))) for url in self.urls)


class ShardPart(msgspec.Struct, frozen=True, tag="shard"):
    """A tar file."""

    shard: str
    version: str

    @property
    def identity(self) -> Any:
        """What its crops depend on."""
        return self.shard, self.version

    def read(self) -> Iterator[NamedCrop]:
        """Its crops; a file that is no tar file is one crop with a problem."""
        if not is_url(self.shard):
            _check_there(str(Path(self.shard).parent))
            yield from ((str(crop.path), crop) for crop in read_shard(Path(self.shard)))
            return
        with reading(self.shard), open_file(self.shard) as file:
            num_bytes = int(self.version.partition(" ")[0])
            for crop in read_shard(Path(self.shard), opened=file, num_bytes=num_bytes):
                member = os.path.relpath(crop.path, Path(self.shard))
                yield (self.shard if member == "." else f"{self.shard}/{member}"), crop


class CsvPart(msgspec.Struct, frozen=True, tag="csv"):
    """Rows of a manifest that follow each other."""

    manifest: str
    begins_at: str
    """Position for `ManifestTable.rows`."""
    line: int
    num_rows: int
    sha256: str
    """Of their cells."""

    @property
    def identity(self) -> Any:
        """What its crops depend on: the text of its rows, wherever in the file they are."""
        return self.manifest, self.sha256

    def read(self) -> Iterator[NamedCrop]:
        """Its crops.

        Raises:
            ManifestError: the manifest was changed since the job was planned.
        """
        found = hashlib.sha256()

        def rows() -> Iterator[Crop]:
            with open_text(self.manifest) as file:
                table = ManifestTable(file, self.manifest)
                for cells in islice(table.rows((self.begins_at, self.line)), self.num_rows):
                    found.update(cells_text(cells))
                    yield table.crop(_folder_of(self.manifest), cells)

        yield from _of_manifest(self.manifest, rows())
        if found.hexdigest() != self.sha256:
            raise ManifestError(f"the manifest {self.manifest} was changed while the job ran: run the command again")


class ParquetPart(msgspec.Struct, frozen=True, tag="parquet"):
    """Rows of a Parquet manifest that follow each other in one row group."""

    manifest: str
    version: str
    row_group: int
    first: int
    num_rows: int

    @property
    def identity(self) -> Any:
        """What its crops depend on."""
        return self.manifest, self.version, self.row_group, self.first, self.num_rows

    def read(self) -> Iterator[NamedCrop]:
        """Its crops."""
        if version_of(self.manifest) != self.version:
            raise ManifestError(f"the manifest {self.manifest} was changed while the job ran: run the command again")
        yield from _of_manifest(self.manifest, self._rows())

    def _rows(self) -> Iterator[Crop]:
        with needs_extra("a Parquet manifest", "ray"):
            import pyarrow.parquet as pq
        with open_file(self.manifest) as file, reading(self.manifest), pq.ParquetFile(file) as table:
            columns = extra_names(table.schema_arrow.names)
            num_before, folder = 0, _folder_of(self.manifest)
            for batch in table.iter_batches(batch_size=1024, row_groups=[self.row_group]):
                begin = max(0, self.first - num_before)
                end = min(batch.num_rows, self.first + self.num_rows - num_before)
                num_before += batch.num_rows
                if begin < end:
                    rows = batch.slice(begin, end - begin).to_pylist()
                    yield from (row_crop(row, columns, folder=folder) for row in rows)
                if num_before >= self.first + self.num_rows:
                    return


class ScenePart(msgspec.Struct, frozen=True, tag="scene"):
    """Boxes of a scene that follow each other."""

    scene: str
    boxes: str
    first: int
    num_boxes: int
    versions: tuple[str, str]
    options: dict[str, Any]
    """Of the scene, as `SceneOptions` takes them."""
    is_only: bool
    """Whether the job has no other scene: boxes that name no image, or another one, are then its own."""

    @property
    def identity(self) -> Any:
        """What its crops depend on."""
        return self.scene, self.boxes, self.first, self.num_boxes, self.versions, self.options, self.is_only

    def read(self) -> Iterator[NamedCrop]:
        """Its crops, cut when they are asked for."""
        with needs_extra("--boxes", "geo"):
            from vehicle_id.distributed.scene_boxes import cut_boxes
        yield from cut_boxes(
            self.scene,
            self.boxes,
            first=self.first,
            num=self.num_boxes,
            is_only=self.is_only,
            versions=self.versions,
            options=self.options,
        )


Part = FilesPart | ObjectsPart | ShardPart | CsvPart | ParquetPart | ScenePart


def cells_text(cells: Sequence[str]) -> bytes:
    """The cells of a row, to be hashed."""
    return repr(cells).encode("utf-8", "surrogatepass")


def plain_crop(crop: Crop) -> dict[str, Any]:
    """A crop that is a file, as plain values."""
    plain = {name: value for name in _NAMES if (value := getattr(crop, name)) not in (None, {})}
    if crop.problem is not None:
        plain["problem_status"] = crop.problem_status.value
    if crop.place is not None:
        plain["place"] = msgspec.to_builtins(crop.place)
    return {"path": path_text(str(crop.path)), **msgspec.to_builtins(plain)}


def _from_plain(plain: Mapping[str, Any]) -> Crop:
    values = dict(plain)
    values["path"] = Path(path_of(values["path"]))
    if "problem_status" in values:
        values["problem_status"] = Status(values["problem_status"])
    if "place" in values:
        values["place"] = ScenePlace(**values["place"])
    return Crop(**values)


_NAMES: Final = tuple(each.name for each in fields(Crop) if each.name not in LEFT_OUT)


def fetched(crops: Iterable[NamedCrop]) -> Iterator[NamedCrop]:
    """Crops of object storage with their content; one that cannot be read has its problem."""
    iterator = iter(crops)
    while some := list(islice(iterator, FETCHED)):
        wanted = [name for name, crop in some if crop.problem is None]
        contents = deque(read_objects(wanted))
        for name, crop in some:
            content = contents.popleft() if crop.problem is None else None
            if isinstance(content, CropError):
                crop = replace(crop, problem=content.reason, problem_status=content.status)
            yield name, replace(crop, content=content) if isinstance(content, bytes) else crop


def opened(crops: Iterable[NamedCrop]) -> Iterator[NamedCrop]:
    """Crops as a worker can answer them: those of object storage fetched, tar files opened."""
    for (is_remote, has_members), some in groupby(crops, key=_kind):
        read = _members if has_members else fetched if is_remote else iter
        yield from read(some)


def _kind(named: NamedCrop) -> tuple[bool, bool]:
    name, crop = named
    if crop.problem is not None or crop.content is not None or crop.cut is not None:
        return False, False
    return is_url(name), is_shard(crop.path)


def _members(shards: Iterable[NamedCrop]) -> Iterator[NamedCrop]:
    """The members of tar files, with what a manifest states of each whole file."""
    for name, row in shards:
        version = version_of(name) if is_url(name) else ""
        for member, crop in ShardPart(shard=name, version=version).read():
            yield member, filled(crop, row)


def _of_manifest(manifest: str, rows: Iterator[Crop]) -> Iterator[NamedCrop]:
    """Rows of a manifest; the paths of one in object storage are joined to its URL."""
    folder = f"{manifest.rpartition('/')[0]}/" if is_url(manifest) else ""
    return opened((f"{folder}{crop.path.as_posix()}" if folder else str(crop.path), crop) for crop in rows)


def _folder_of(manifest: str) -> Path:
    """Where the paths of a manifest begin; those of one in object storage are joined to its URL later."""
    return Path() if is_url(manifest) else Path(manifest).parent


def _check_there(folder: str) -> None:
    """A folder that a node does not have would make every crop of it one that does not exist."""
    if not os.path.lexists(folder):
        raise InputError(
            f"{folder} does not exist on the node {os.uname().nodename}: name a folder that every node has, or a URL "
            "of object storage"
        )
