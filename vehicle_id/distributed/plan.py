"""A source of crops -> the parts of a job, in a stable order. Reads what lists crops, and no crop.

Memory does not grow with the rows of a manifest: a part holds where its rows begin.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

from vehicle_id.crops.images import SUFFIXES
from vehicle_id.crops.manifest import Crop, ManifestTable, extra_names
from vehicle_id.crops.shards import SHARD, is_shard
from vehicle_id.crops.sources import CropSource
from vehicle_id.distributed.part_worker import PlannedPart
from vehicle_id.distributed.parts import (
    CsvPart,
    FilesPart,
    ObjectsPart,
    ParquetPart,
    Part,
    ShardPart,
    cells_text,
    plain_crop,
)
from vehicle_id.distributed.storage import is_url, list_objects, open_file, open_text, reading, version_of
from vehicle_id.errors import InputError, ManifestError, needs_extra
from vehicle_id.output.hash_chain import canonical
from vehicle_id.output.run import RunConfig
from vehicle_id.output.writers import MAX_EXTRA_COLUMNS

PARQUET: Final = ".parquet"


class PartPlan:
    """The parts of a job and the columns that all of them have.

    Args:
        parts: in the order of their rows.
        columns: the user's own.
    """

    def __init__(self, parts: Iterable[Part], columns: Sequence[str]) -> None:
        self._parts, self.columns = parts, tuple(dict.fromkeys(columns))
        if len(self.columns) > MAX_EXTRA_COLUMNS:
            raise InputError(f"the manifests have {len(self.columns)} columns: keep at most {MAX_EXTRA_COLUMNS}")

    def named(self, config: RunConfig) -> Iterator[PlannedPart]:
        """The parts with the names of their files: a number, and a hash of what the rows depend on."""
        depends_on = [config.model_sha256, config.options, self.columns]
        for number, part in enumerate(self._parts):
            kind = type(part).__name__
            key = hashlib.sha256(canonical([depends_on, kind, part.identity])).hexdigest()[:16]
            yield PlannedPart(name=f"part-{number:05}-{key}.parquet", part=part)


def plan_crops(
    inputs: Sequence[str], *, manifests: Sequence[str] = (), part_rows: int, find_manifest: bool = True
) -> PartPlan:
    """The parts of folders, files, tar files and patterns, or of manifests.

    Args:
        inputs: paths or URLs.
        manifests: CSV or Parquet files, paths or URLs; without inputs, their rows are the crops.
        part_rows: rows of a part; a tar file is always one part.
        find_manifest: use the `manifest.csv` in each of the given folders.

    Raises:
        InputError: an input that holds no crop, or that cannot be read.
        ManifestError: a manifest that cannot be read.
    """
    if manifests and not inputs:
        columns = [name for manifest in manifests for name in _columns_of(manifest)]
        return PartPlan((part for manifest in manifests for part in _of_manifest(manifest, part_rows)), columns)
    urls = [each for each in inputs if is_url(each)]
    if urls and (len(urls) < len(inputs) or manifests):
        raise InputError("URLs are read alone: name no paths beside them, and no manifest of their crops")
    if urls:
        return PartPlan((part for url in urls for part in _of_url(url, part_rows)), ())
    if len(manifests) > 1 or any(is_url(each) or Path(each).suffix.lower() == PARQUET for each in manifests):
        raise InputError("beside folders and files, name one manifest, a local CSV file")
    source = CropSource(inputs, manifest=next(iter(manifests), None), find_manifest=find_manifest)
    return PartPlan(_of_files(source, part_rows), source.columns)


def _of_files(source: CropSource, part_rows: int) -> Iterator[Part]:
    """Listed files, some at a time; a tar file is a part of its own."""
    waiting = list[Crop]()
    for crop in source.files():
        shard = crop.problem is None and is_shard(crop.path)
        if shard and source.manifests:
            raise InputError(
                f"the manifest {source.manifests[0]} is not joined to the members of {crop.path} with --engine ray: "
                "put a .json beside each member, or leave the manifest aside"
            )
        if waiting and (shard or len(waiting) == part_rows):
            yield _files_part(waiting)
            waiting = []
        if shard:
            yield ShardPart(shard=str(crop.path), version=_version(crop))
        else:
            waiting.append(crop)
    if waiting:
        yield _files_part(waiting)


def _files_part(crops: Sequence[Crop]) -> FilesPart:
    return FilesPart(
        root=str(crops[0].path.parent),
        crops=tuple(plain_crop(crop) for crop in crops),
        versions=tuple(_version(crop) for crop in crops),
    )


def _version(crop: Crop) -> str:
    try:
        return version_of(str(crop.path))
    except InputError:
        return ""  # its answer says why it cannot be read


def _of_url(url: str, part_rows: int) -> Iterator[Part]:
    if url.lower().endswith(SHARD):
        yield ShardPart(shard=url, version=version_of(url))
        return
    if url.lower().endswith(SUFFIXES):
        yield ObjectsPart(urls=(url,), versions=(version_of(url),))
        return
    waiting = list[tuple[str, str]]()
    for found, version in list_objects(url, (*SUFFIXES, SHARD)):
        shard = found.lower().endswith(SHARD)
        if waiting and (shard or len(waiting) == part_rows):
            yield _objects_part(waiting)
            waiting = []
        if shard:
            yield ShardPart(shard=found, version=version)
        else:
            waiting.append((found, version))
    if waiting:
        yield _objects_part(waiting)


def _objects_part(found: Sequence[tuple[str, str]]) -> ObjectsPart:
    return ObjectsPart(urls=tuple(url for url, _ in found), versions=tuple(version for _, version in found))


def _is_parquet(manifest: str) -> bool:
    return manifest.lower().endswith(PARQUET)


def _columns_of(manifest: str) -> list[str]:
    if _is_parquet(manifest):
        with _parquet(manifest) as table:
            return list(extra_names(table.schema_arrow.names).values())
    with open_text(manifest) as file:
        return list(ManifestTable(file, manifest).columns)


def _of_manifest(manifest: str, part_rows: int) -> Iterator[Part]:
    yield from _of_parquet(manifest, part_rows) if _is_parquet(manifest) else _of_csv(manifest, part_rows)


def _of_csv(manifest: str, part_rows: int) -> Iterator[CsvPart]:
    with open_text(manifest) as file:
        table = ManifestTable(file, manifest)
        rows = None
        while True:
            begins_at, line = table.place()
            rows = table.rows() if rows is None else rows
            num_rows, found = 0, hashlib.sha256()
            for cells in islice(rows, part_rows):
                found.update(cells_text(cells))
                num_rows += 1
            if not num_rows:
                return
            yield CsvPart(
                manifest=manifest, begins_at=begins_at, line=line, num_rows=num_rows, sha256=found.hexdigest()
            )


def _of_parquet(manifest: str, part_rows: int) -> Iterator[ParquetPart]:
    version = version_of(manifest)
    with _parquet(manifest) as table:
        if not table.metadata.num_rows:
            raise ManifestError(f"the manifest {manifest} lists no crop")
        for group in range(table.num_row_groups):
            num_rows = table.metadata.row_group(group).num_rows
            for first in range(0, num_rows, part_rows):
                num = min(part_rows, num_rows - first)
                yield ParquetPart(manifest=manifest, version=version, row_group=group, first=first, num_rows=num)


@contextmanager
def _parquet(manifest: str) -> Iterator[Any]:
    with needs_extra("a Parquet manifest", "ray"):
        import pyarrow.parquet as pq
    with open_file(manifest) as file, reading(manifest), pq.ParquetFile(file) as table:
        if "path" not in table.schema_arrow.names:
            found = ", ".join(table.schema_arrow.names)[:200]
            raise ManifestError(f"the manifest {manifest} has no column 'path': it has {found}")
        yield table
