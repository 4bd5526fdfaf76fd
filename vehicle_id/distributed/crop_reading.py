"""Crops as a worker can answer them: objects fetched some at a time, tar files opened."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby, islice
from pathlib import Path
from typing import Final

from vehicle_id.crops.manifest import Crop
from vehicle_id.crops.shards import filled, is_shard, read_shard
from vehicle_id.distributed.storage import is_url, open_file, read_objects, reading, version_of
from vehicle_id.errors import CropError, InputError
from vehicle_id.results import Status

FETCHED: Final = 32
"""Objects that are fetched together."""
NamedCrop = tuple[str, Crop]
"""A crop and the path that its answer has: a `Path` cannot hold a URL."""


def fetched(crops: Iterable[NamedCrop]) -> Iterator[NamedCrop]:
    """Crops of one object storage with their content; one that cannot be read has its problem."""
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
    for (storage, has_members), some in groupby(crops, key=_kind):
        read = _filled_members if has_members else fetched if storage else iter
        yield from read(some)


def _kind(named: NamedCrop) -> tuple[str, bool]:
    """The scheme of the URL that a crop is fetched from, empty without one, and whether it is a tar file."""
    name, crop = named
    if crop.problem is not None or crop.content is not None or crop.cut is not None:
        return "", False
    return name.partition("://")[0] if is_url(name) else "", is_shard(crop.path)


def _filled_members(shards: Iterable[NamedCrop]) -> Iterator[NamedCrop]:
    """The members of tar files, with what a manifest states of each whole file."""
    for name, row in shards:
        try:
            version = version_of(name) if is_url(name) else ""
        except InputError as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                raise
            yield name, replace(row, problem="no such file", problem_status=Status.NOT_FOUND)
            continue
        for member, crop in members(name, version):
            yield member, filled(crop, row)


def members(shard: str, version: str) -> Iterator[NamedCrop]:
    """The members of a tar file; a file that is no tar file is one crop with a problem.

    Args:
        shard: path or URL of the file.
        version: `version_of` a URL, whose size is needed.

    Raises:
        InputError: this node does not have the folder of a path, or a URL cannot be opened.
    """
    if not is_url(shard):
        check_there(str(Path(shard).parent))
        yield from ((str(crop.path), crop) for crop in read_shard(Path(shard)))
        return
    with reading(shard), open_file(shard) as file:
        num_bytes = int(version.partition(" ")[0])
        for crop in read_shard(Path(shard), opened=file, num_bytes=num_bytes):
            member = os.path.relpath(crop.path, Path(shard))
            yield (shard if member == "." else f"{shard}/{member}"), crop


def check_there(folder: str) -> None:
    """A folder that a node does not have would make every crop of it one that does not exist."""
    if not os.path.lexists(folder):
        raise InputError(
            f"{folder} does not exist on the node {os.uname().nodename}: name a folder that every node has, or a URL "
            "of object storage"
        )
