"""Where crops come from: folders, files, patterns, tar files and manifests -> `Crop` rows in a stable order.

The one place that finds crops, opens tar files and joins what a manifest states. Opens no image.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from vehicle_id.crops.images import SUFFIXES, is_jpeg
from vehicle_id.crops.manifest import Crop, read_manifest, rows_by_path
from vehicle_id.crops.passed_over import PassedOver
from vehicle_id.crops.shards import SHARD, filled, is_shard, joined, read_shard
from vehicle_id.errors import InputError


class CropSource:
    """The crops under paths, each with what a manifest states about it; iterate once.

    Args:
        inputs: folders (searched recursively), files, tar files or patterns.
        manifest: CSV with a column `path` (`read_manifest`). Without inputs, its rows are the crops; beside inputs, a
            row adds to the crop at its path, also to a member of a tar file (`shards/000.tar/a.jpg`).

    Raises:
        InputError: no input holds a crop.
        ManifestError: the manifest cannot be read.
    """

    def __init__(self, inputs: Sequence[str | Path], *, manifest: str | Path | None = None) -> None:
        if isinstance(inputs, (str, Path)):
            raise InputError(f"a CropSource takes several inputs, not {str(inputs)!r}: give them as a list")
        self.num_matched = 0
        """Manifest rows that belong to one of the crops so far."""
        self.passed_over = PassedOver()
        """Files in folders so far that are no crops."""
        self._is_read = False
        self._manifest = manifest
        self._rows: dict[str, Crop] = {}
        if manifest is not None and not inputs:
            self._crops = read_manifest(manifest)
        else:
            paths = find_crops(inputs, also=(SHARD,), passed_over=self.passed_over)
            self._rows = {} if manifest is None else rows_by_path(manifest)
            self._crops = (self._row(os.path.abspath(path)) or Crop(path=path) for path in paths)

    @property
    def mismatch(self) -> str | None:
        """A sentence if no row of the manifest belongs to one of the crops so far, else None."""
        if not self._rows or self.num_matched:
            return None
        return f"none of the {self.num_rows} rows of {self._manifest} belongs to one of these crops"

    @property
    def num_rows(self) -> int:
        """Manifest rows that are looked up; 0 without inputs or without a manifest."""
        return len(self._rows)

    def __iter__(self) -> Iterator[Crop]:
        if self._is_read:
            raise InputError("this CropSource was read already: make another one")
        self._is_read = True
        for crop in self._crops:
            for each in unpack(crop):
                row = None if each is crop else self._row_of_member(each.path, crop.path)
                yield each if row is None else joined(each, row)

    def _row(self, place: str) -> Crop | None:
        row = self._rows.get(place)
        self.num_matched += row is not None
        return row

    def _row_of_member(self, path: Path, shard: Path) -> Crop | None:
        if not self._rows or path == shard:
            return None
        # not made absolute as a whole: a member ../a.png is not the crop beside the tar file
        return self._row(os.path.join(os.path.abspath(shard), path.relative_to(shard)))


def unpack(crop: Crop) -> Iterator[Crop]:
    """The members of a tar file, with what is stated about the whole file; any other crop as it is."""
    if crop.content is None and crop.problem is None and is_shard(crop.path):
        yield from (filled(member, crop) for member in read_shard(crop.path))
    else:
        yield crop


def find_crops(
    inputs: Sequence[str | Path], *, also: tuple[str, ...] = (), passed_over: PassedOver | None = None
) -> Iterator[Path]:
    """Paths of all crops under files, folders (recursive, sorted, hidden ones left out) and globs.

    In a folder a file is a crop by its suffix or, if it begins as a JPEG, whatever its suffix.

    A missing path, and a folder without crops, is returned as it is, so that it gets a row with its status.

    Args:
        inputs: folders, files and patterns.
        also: suffixes to find in folders besides those of images.
        passed_over: counts the other files.

    Raises:
        InputError: raised at once if none of the inputs holds a crop.
    """
    if not inputs:
        raise InputError("no crops given: name a folder, files or a pattern such as 'crops/*.png'")
    if "" in inputs:
        raise InputError("an input is empty: name a folder, a file or a pattern")
    suffixes = (*SUFFIXES, *also)
    roots = [path for given in inputs for path in _expand(given)]
    if not any(_first_crop(root, suffixes) for root in roots):
        given = ", ".join(str(each) for each in inputs)
        if not any(os.path.lexists(root) or glob.has_magic(str(root)) for root in roots):
            raise InputError(f"{given} does not exist: name a folder, a file or a pattern with crops")
        others = _other_files(roots, suffixes)
        raise InputError(f"no crops found in {given}: looked for files ending in {' '.join(suffixes)}{others}")
    return _walk_all(roots, suffixes, passed_over)


def _other_files(roots: Sequence[Path], suffixes: tuple[str, ...]) -> str:
    """What there is in place of crops, as the end of a sentence."""
    seen = PassedOver()
    for root in roots:
        if root.is_dir():
            for _ in _walk(root, suffixes, seen):
                pass
    return f"; {seen.sentence}" if seen.sentence else ""


def _expand(given: str | Path) -> list[Path]:
    path = Path(given)
    if os.path.lexists(path) or not glob.has_magic(str(given)):
        return [path]
    matches = sorted(glob.glob(str(given), recursive=True))  # noqa: PTH207  # may be absolute
    return [Path(match) for match in matches] or [path]


def _first_crop(root: Path, suffixes: tuple[str, ...]) -> Path | None:
    return next(_walk(root, suffixes), None) if root.is_dir() else root if os.path.lexists(root) else None


def _walk_all(roots: Sequence[Path], suffixes: tuple[str, ...], passed_over: PassedOver | None) -> Iterator[Path]:
    for root in roots:
        if root.is_dir() and _first_crop(root, suffixes) is not None:
            yield from _walk(root, suffixes, passed_over)
        else:
            yield root


def _walk(folder: Path, suffixes: tuple[str, ...], passed_over: PassedOver | None = None) -> Iterator[Path]:
    """Depth first, by name; without recursion, since folders may be nested deeper than Python's stack."""
    left = [(folder, True)]
    while left:
        path, is_folder = left.pop()
        if not is_folder:
            if path.name.lower().endswith(suffixes) or is_jpeg(path):
                yield path
            elif passed_over is not None:
                passed_over.add(path)
            continue
        try:
            with os.scandir(path) as entries:
                found = sorted(
                    ((each.name, each.is_dir(follow_symlinks=False)) for each in entries if each.name[0] != "."),
                    reverse=True,
                )
        except OSError:
            # The folder gets a row of its own, so that its content is not silently left out.
            yield path
            continue
        left += [(path / name, is_dir) for name, is_dir in found]
