"""Where crops come from: folders, files, patterns, tar files and manifests -> `Crop` rows in a stable order.

The one place that finds crops, opens tar files and joins what a manifest states. Opens no image.
"""

from __future__ import annotations

import fnmatch
import glob
import logging
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from vehicle_id.crops.images import SUFFIXES, is_jpeg
from vehicle_id.crops.manifest import Crop, ManifestRows, read_manifest
from vehicle_id.crops.passed_over import PassedOver
from vehicle_id.crops.shards import SHARD, filled, is_shard, joined, read_shard
from vehicle_id.errors import InputError, ManifestError
from vehicle_id.files import as_path
from vehicle_id.text import said, visible

MANIFEST: Final = "manifest.csv"
"""A file of this name in a given folder states what is known of the crops in it."""
MAX_FOUND_BYTES: Final = 32 << 20
"""Size of a manifest that is used without being named: about a million rows are held in memory, a kilobyte each."""
_LOG: Final = logging.getLogger(__name__)


class CropSource:
    """The crops under paths, each with what a manifest states about it; iterate once.

    Args:
        inputs: folders (searched recursively), files, tar files or patterns.
        manifest: CSV with a column `path` (`read_manifest`). Without inputs, its rows are the crops; beside inputs, a
            row adds to the crop at its path, also to a member of a tar file (`shards/000.tar/a.jpg`).
        find_manifest: where no manifest is given, use the `manifest.csv` in each of the given folders.

    Raises:
        InputError: no input holds a crop.
        ManifestError: the manifest cannot be read.
    """

    def __init__(
        self, inputs: Sequence[str | Path], *, manifest: str | Path | None = None, find_manifest: bool = True
    ) -> None:
        if isinstance(inputs, (str, Path)):
            raise InputError(f"a CropSource takes several inputs, not {str(inputs)!r}: give them as a list")
        inputs = [given if isinstance(given, str) else as_path(given, "an input") for given in inputs]
        self.manifests = _manifests(inputs, manifest, find=find_manifest)
        """The manifests that are used, given or found."""
        self.passed_over = PassedOver()
        """Files in folders so far that are no crops."""
        self._is_read = False
        self._rows = ManifestRows(())
        if manifest is not None and not inputs:
            self._crops = read_manifest(manifest)
        else:
            paths = find_crops(inputs, also=(SHARD,), passed_over=self.passed_over)
            self._rows = _read_rows(self.manifests, found=manifest is None)
            self._crops = (self._of_path(path) for path in paths)

    @property
    def mismatch(self) -> str | None:
        """A sentence if rows of the manifest belong to none of the crops so far, else None."""
        if self.num_matched == self.num_rows:
            return None
        names = ", ".join(map(str, self.manifests))
        if not self.num_matched:
            return f"none of the {self.num_rows} rows of {names} belongs to one of these crops"
        first = visible(str(next(self._rows.unmatched())))
        num_left = self.num_rows - self.num_matched
        return f"{num_left} of the {self.num_rows} rows of {names} belong to none of these crops, the first to {first}"

    @property
    def num_matched(self) -> int:
        """Manifest rows that belong to one of the crops so far."""
        return self._rows.num_matched

    @property
    def num_rows(self) -> int:
        """Manifest rows that are looked up; 0 without inputs or without a manifest."""
        return len(self._rows)

    @property
    def columns(self) -> tuple[str, ...]:
        """The user's columns of the manifests beside inputs."""
        return tuple(self._rows.no_extra)

    def files(self) -> Iterator[Crop]:
        """The crops, of which a tar file is one: in place of iterating."""
        if self._is_read:
            raise InputError("this CropSource was read already: make another one")
        self._is_read = True
        yield from self._crops

    def __iter__(self) -> Iterator[Crop]:
        for crop in self.files():
            for each in unpack(crop):
                row = None if each is crop else self._row_of_member(each.path, crop.path)
                yield self._with_columns(each if row is None else joined(each, row))

    def _of_path(self, path: Path) -> Crop:
        row = self._rows.find(os.path.abspath(path))
        # the file as it was found: its name may be another form of the row's
        return Crop(path=path) if row is None else row if row.path == path else replace(row, path=path)

    def _with_columns(self, crop: Crop) -> Crop:
        """The crop with all the user's columns, so that every row of the results has the same."""
        columns = self._rows.no_extra
        return crop if len(crop.extra) >= len(columns) else replace(crop, extra={**columns, **crop.extra})

    def _row_of_member(self, path: Path, shard: Path) -> Crop | None:
        if not self._rows or path == shard:
            return None
        # not made absolute as a whole: a member ../a.png is not the crop beside the tar file
        return self._rows.find(os.path.join(os.path.abspath(shard), path.relative_to(shard)))


def _manifests(inputs: Sequence[str | Path], manifest: str | Path | None, *, find: bool) -> tuple[Path, ...]:
    """The given manifest, or those in the given folders."""
    if manifest is not None:
        return (as_path(manifest, "the manifest"),)
    folders = dict.fromkeys(Path(given) for given in inputs if find)
    return tuple(folder / MANIFEST for folder in folders if _has_manifest(folder))


def _has_manifest(folder: Path) -> bool:
    """Whether a folder has a manifest. One that cannot be read is an error: what it states would be lost."""
    place = folder / MANIFEST
    try:
        mode = os.stat(place).st_mode  # noqa: PTH116  # of a name of any kind
    except (FileNotFoundError, NotADirectoryError) as error:
        if not os.path.lexists(place):
            return False
        raise _aside(f"the manifest {place} cannot be read: it is a link to nothing") from error
    except (OSError, ValueError) as error:
        if MANIFEST not in _names(folder):
            return False  # the folder itself is at fault
        raise _aside(f"the manifest {place} cannot be read: {said(error)}") from error
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # a pipe may never end
        raise _aside(f"the manifest {place} cannot be read: it is not a regular file")
    return stat.S_ISREG(mode)


def _aside(why: str) -> ManifestError:
    return ManifestError(f"{why}; --no-manifest (find_manifest=False) leaves it aside")


def _read_rows(manifests: Sequence[Path], *, found: bool) -> ManifestRows:
    large = next((path for path in manifests if found and _num_bytes(path) > MAX_FOUND_BYTES), None)
    if large is not None:
        raise ManifestError(
            f"the manifest {large} is larger than {MAX_FOUND_BYTES >> 20} MiB: name it with --manifest to use it, or "
            "leave it aside with --no-manifest (find_manifest=False)"
        )
    try:
        rows = ManifestRows(manifests)
    except ManifestError as error:
        if not found:
            raise
        raise _aside(str(error)) from error
    if found and manifests:
        _LOG.info("using %s", ", ".join(map(str, manifests)))
    return rows


def _num_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # opening it says why


def unpack(crop: Crop) -> Iterator[Crop]:
    """The members of a tar file, with what is stated about the whole file; any other crop as it is."""
    if crop.content is None and crop.cut is None and crop.problem is None and is_shard(crop.path):
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
        if not any(os.path.lexists(root) for root in roots):
            missing = "matches no file" if any(map(glob.has_magic, map(str, roots))) else "does not exist"
            raise InputError(f"{given} {missing}: {_what_to_name(list(map(str, inputs)))}")
        others = _other_files(roots, suffixes)
        raise InputError(f"no crops found in {given}: looked for files ending in {' '.join(suffixes)}{others}")
    return _walk_all(roots, suffixes, passed_over)


def _what_to_name(inputs: Sequence[str]) -> str:
    """What to do where nothing that was named exists."""
    if len(inputs) > 1 and os.path.lexists(" ".join(inputs)):
        return f'a name with spaces needs quotes, as in "{" ".join(inputs)}"'
    if any(given.startswith(("http://", "https://", "s3://")) for given in inputs):
        return "nothing is fetched here: download it, and name the file"
    return "name a folder, a file or a pattern with crops"


def _other_files(roots: Sequence[Path], suffixes: tuple[str, ...]) -> str:
    """What there is in place of crops, as the end of a sentence."""
    seen = PassedOver()
    for root in roots:
        if os.path.isdir(root):
            for _ in _walk(root, suffixes, seen):
                pass
    return f"; {seen.sentence}" if seen.sentence else ""


def _expand(given: str | Path) -> list[Path]:
    path = Path(given)
    if os.path.lexists(path) or not glob.has_magic(str(given)):
        return [path]
    matches = _matches(Path(path.anchor), path.parts[1:] if path.anchor else path.parts)
    return sorted(dict.fromkeys(matches), key=str) or [path]


def _matches(folder: Path, parts: Sequence[str]) -> Iterator[Path]:
    """Paths under a folder that match the parts of a pattern. Python's glob follows links: two to `.` never end."""
    if not parts:
        yield folder
        return
    part, rest = parts[0], parts[1:]
    if part == "**":
        while rest and rest[0] == "**":
            rest = rest[1:]
        for each in _folders(folder):
            yield from _matches(each, rest)
    elif not glob.has_magic(part):
        if os.path.lexists(folder / part):
            yield from _matches(folder / part, rest)
    else:
        for name in _names(folder):
            if fnmatch.fnmatch(name, part) and (part[0] == "." or name[0] != "."):
                yield from _matches(folder / name, rest)


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:  # not a folder, or one that cannot be listed: nothing in it matches
        return []


def _folders(folder: Path) -> Iterator[Path]:
    """A folder and all folders under it; no hidden ones, no links."""
    left = [folder]
    while left:
        path = left.pop()
        yield path
        with suppress(OSError), os.scandir(path) as entries:
            left += [path / each.name for each in entries if each.name[0] != "." and each.is_dir(follow_symlinks=False)]


def _first_crop(root: Path, suffixes: tuple[str, ...]) -> Path | None:
    return next(_walk(root, suffixes), None) if os.path.isdir(root) else root if os.path.lexists(root) else None


def _walk_all(roots: Sequence[Path], suffixes: tuple[str, ...], passed_over: PassedOver | None) -> Iterator[Path]:
    for root in roots:
        if os.path.isdir(root) and _first_crop(root, suffixes) is not None:
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
