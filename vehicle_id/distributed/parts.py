"""The parts of a job: which crops each holds, and how a worker reads them.

A part is small and says where its crops are; the crops themselves never pass through the machine that plans the job.
Two parts with the same `identity` have the same crops.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import islice
from pathlib import Path
from typing import Any, Final

import msgspec

from vehicle_id.crops.manifest import Crop, ManifestTable, extra_names
from vehicle_id.distributed.crop_reading import NamedCrop, check_there, members, opened
from vehicle_id.distributed.rows import row_crop
from vehicle_id.distributed.storage import is_url, open_file, open_text, reading, version_of
from vehicle_id.errors import ManifestError, needs_extra
from vehicle_id.results import ScenePlace, Status
from vehicle_id.text import path_of, path_text

LEFT_OUT: Final = ("path", "content", "cut", "problem_status", "place")
"""Fields of `Crop` that no part states as they are."""


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
        check_there(self.root)
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
        return members(self.shard, self.version)


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


def _of_manifest(manifest: str, rows: Iterator[Crop]) -> Iterator[NamedCrop]:
    """Rows of a manifest; the paths of one in object storage are joined to its URL."""
    folder = f"{manifest.rpartition('/')[0]}/" if is_url(manifest) else ""
    return opened((f"{folder}{crop.path.as_posix()}" if folder else str(crop.path), crop) for crop in rows)


def _folder_of(manifest: str) -> Path:
    """Where the paths of a manifest begin; those of one in object storage are joined to its URL later."""
    return Path() if is_url(manifest) else Path(manifest).parent
