"""What a stream of crops is made of: one job per crop with what is stated for it, and batches of jobs.

Opens no image. Arguments of a call hold for all of its crops that state nothing themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat
from pathlib import Path
from typing import Any, Literal

from vehicle_id.crops.bands import Bands, parse_bands
from vehicle_id.crops.cut import SceneCut
from vehicle_id.crops.manifest import Crop
from vehicle_id.crops.open import Source
from vehicle_id.crops.sources import unpack
from vehicle_id.errors import InputError

BATCH_BYTES = 64 << 20
"""Bytes of undecoded crops in memory, as from a tar file, at which a batch ends early."""

BandsGiven = str | int | Iterable[int]
"""As `parse_bands` takes them: `"3,2,1"`, `(3, 2, 1)` or `4`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedForAll:
    """What is stated for all crops that do not state it themselves."""

    gsd_m: float | None = None
    bands: Bands | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One crop to be answered."""

    source: Source
    path: str | None = None
    option: StatedForAll = StatedForAll()
    crop: Crop | None = None
    """Its row of a manifest, if it has one."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Returned as `Result.extra`."""

    def stated(self, name: Literal["gsd_m", "bands"]) -> tuple[Any, str | None]:
        """A value and who states it: the crop's own manifest row before the option."""
        if isinstance(self.source, SceneCut):  # whoever cut it knows the option, too
            return self.source.stated(name)
        own, option = getattr(self.crop, name, None), getattr(self.option, name)
        if own is not None:
            return own, "manifest"
        return option, None if option is None else "option"


def stated_for_all(gsd_m: float | None, bands: BandsGiven | None) -> StatedForAll:
    """The arguments of a call, checked. Raises InputError for what is not possible."""
    return StatedForAll(gsd_m=checked_gsd(gsd_m), bands=None if bands is None else parse_bands(bands))


def jobs_of(path: str | Path, crop: Crop, option: StatedForAll) -> Iterator[Job]:
    """One job per crop; a tar file has several."""
    for each in unpack(crop):
        name = path if each is crop else each.path
        source = each.cut or (name if each.content is None else each.content)
        yield Job(source=source, path=str(name), option=option, crop=each, extra=each.extra)


def array_jobs(
    crops: Iterable[Source],
    gsd_m: float | Iterable[float | None] | None,
    bands: BandsGiven | None,
    ids: Iterable[object] | None,
) -> Iterator[Job]:
    """One job per crop, with its own ground sample distance and id, where these are given one by one."""
    is_one = gsd_m is None or isinstance(gsd_m, (str, bytes)) or not isinstance(gsd_m, Iterable)
    shown = stated_for_all(None, bands)
    distances = repeat(checked_gsd(gsd_m)) if is_one else map(checked_gsd, gsd_m)  # type: ignore[arg-type]
    options = (replace(shown, gsd_m=each) for each in distances)
    extras = repeat(dict[str, str]()) if ids is None else ({"id": str(each)} for each in ids)
    columns = [each for each, given in ((distances, not is_one), (extras, ids is not None)) if given]
    return _paired(several(crops), options, extras, columns)


def _paired(
    crops: Iterable[Source],
    options: Iterator[StatedForAll],
    extras: Iterator[dict[str, str]],
    columns: Sequence[Iterator[Any]],
) -> Iterator[Job]:
    wrong = InputError("there are more or fewer crops than ids or ground sample distances: give one for each")
    try:
        for crop in crops:
            path = str(crop) if isinstance(crop, (str, Path)) else None
            yield Job(source=crop, path=path, option=next(options), extra=next(extras))
    except StopIteration:
        raise wrong from None
    if any(next(column, wrong) is not wrong for column in columns):
        raise wrong


def several(given: Iterable[Any]) -> Iterable[Any]:
    """The same. Raises InputError for what cannot be iterated."""
    if not isinstance(given, Iterable):
        raise InputError(f"several crops are expected, not {given!r}: give them as a list")
    return given


def each_crop(crops: Iterable[Crop]) -> Iterator[Crop]:
    """Rows of a manifest, one by one. Raises InputError for what is none."""
    for crop in several(crops):
        if not isinstance(crop, Crop):
            raise InputError(f"classify_crops takes manifest rows (Crop), not {crop!r}: use classify_paths")
        yield crop


def batches_of(jobs: Iterator[Job], size: int) -> Iterator[list[Job]]:
    """Batches of `size` jobs, or of fewer that are large: several batches wait for the threads."""
    batch, num_bytes = list[Job](), 0
    for job in jobs:
        batch.append(job)
        num_bytes += len(job.source) if isinstance(job.source, bytes) else 0
        num_bytes += job.source.num_bytes if isinstance(job.source, SceneCut) else 0
        if len(batch) == size or num_bytes >= BATCH_BYTES:
            yield batch
            batch, num_bytes = [], 0
    if batch:
        yield batch


def checked_gsd(gsd_m: float | None) -> float | None:
    """A stated ground sample distance as a number. Raises InputError for one that is not possible."""
    number = None if gsd_m is None else number_of("the ground sample distance", gsd_m)
    if number is not None and not 0 < number < float("inf"):
        raise InputError(f"a ground sample distance of {gsd_m} m is not possible: give metres per pixel, such as 0.3")
    return number


def number_of(name: str, value: Any) -> float:
    """A number, also one given as text, as it stands in a table."""
    try:
        return float(value)
    except (TypeError, ValueError):
        raise InputError(f"{name} is {value!r}, which is not a number") from None
