"""The crops of finished rows, found again: only content that has the hash in its row."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from vehicle_id.crops.images import read_bytes
from vehicle_id.crops.shards import is_shard, read_shard
from vehicle_id.errors import CropError
from vehicle_id.results import Record, Status
from vehicle_id.text import path_of

GONE: Final = "the crop is not at its path"
CHANGED: Final = "the crop was changed since it was answered"
NOT_A_FILE: Final = "the crop was no file"


class CropFiles:
    """Finds the crops of rows.

    Args:
        folder: to look in for crops that are not at the path of their row.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._shard: Path | None = None
        self._members: Iterator[tuple[str, bytes]] = iter(())

    def content(self, record: Record) -> bytes:
        """The file of a row's crop.

        Raises:
            CropError: with `GONE`, `CHANGED` or `NOT_A_FILE` as its reason.
        """
        if record["path"] is None or record["sha256"] is None:
            raise CropError(Status.NOT_FOUND, NOT_A_FILE)
        was_changed = False
        for place in self._places(Path(path_of(record["path"]))):
            with suppress(CropError):
                content = self._read(place)
                if hashlib.sha256(content).hexdigest() == record["sha256"]:
                    return content
                was_changed = True
        raise CropError(Status.NOT_FOUND, CHANGED if was_changed else GONE)

    def _places(self, path: Path) -> Iterator[Path]:
        """The path, then the ends of it under the folder of crops: `DIR/a/b.png`, `DIR/b.png`."""
        yield path
        if self.folder is not None:
            parts = path.parts[1:] if path.is_absolute() else path.parts
            yield from (self.folder.joinpath(*parts[start:]) for start in range(len(parts)))

    def _read(self, path: Path) -> bytes:
        shard = next((each for each in path.parents if is_shard(each) and os.path.isfile(each)), None)
        return read_bytes(path) if shard is None else self._member(shard, str(path))

    def _member(self, shard: Path, path: str) -> bytes:
        """A crop of a tar file: rows come in its order, so that it is read once."""
        is_anew = shard != self._shard
        for _ in range(1 if is_anew else 2):  # from here to its end, then once from its start
            if is_anew:
                self._shard = shard
                self._members = ((str(each.path), each.content) for each in read_shard(shard) if each.content)
            found = next((content for name, content in self._members if name == path), None)
            if found is not None:
                return found
            is_anew = True
        raise CropError(Status.NOT_FOUND, GONE)
