"""Measured size of crops of one kind of vehicle beside the published sizes of a class.

Published sizes are those of the catalogue, widened by the tolerance of each row. A vehicle is possible if its size lies
within the measured interval, so far as that reaches.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

from vehicle_id.catalogue import Catalogue
from vehicle_id.model.card import NORMAL_Z
from vehicle_id.results import Result, Size
from vehicle_id.taxonomy import Range


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeCheck:
    """The vehicles of one class, by whether the measured size leaves them possible."""

    label: str
    length_m: Range | None
    """Published, over all rows of the class; None where the catalogue has no row."""
    width_m: Range | None
    possible: tuple[str, ...]
    excluded: tuple[str, ...]

    @property
    def is_excluded(self) -> bool:
        """Whether no vehicle of the class has the measured size."""
        return bool(self.excluded) and not self.possible


def pooled_size(results: Sequence[Result]) -> Size | None:
    """The size of one kind of vehicle from several crops; None where none was measured.

    The middle is the mean in the logarithm. The interval is as wide as that of one crop, since the error of the ground
    sample distance is the same in all crops of a picture, and wider where the crops differ by more.
    """
    sizes = [each.size for each in results if each.size is not None]
    if not sizes:
        return None
    length = _pooled([(each.length_m, each.length_low_m, each.length_high_m) for each in sizes])
    width = _pooled([(each.width_m, each.width_low_m, each.width_high_m) for each in sizes])
    return Size(
        length_m=length[0],
        length_low_m=length[1],
        length_high_m=length[2],
        width_m=width[0],
        width_low_m=width[1],
        width_high_m=width[2],
    )


def _pooled(measured: Sequence[tuple[float, float, float]]) -> tuple[float, float, float]:
    logs = [math.log(middle) for middle, _, _ in measured]
    stated = fmean(math.log(high / low) / 2 for _, low, high in measured)
    reach = math.exp(max(stated, NORMAL_Z * pstdev(logs)))
    middle = math.exp(fmean(logs))
    return middle, middle / reach, middle * reach


def check_size(label: str, size: Size | None, catalogue: Catalogue) -> SizeCheck:
    """Compare a measured size with the vehicles of a class.

    Raises:
        CatalogueError: the class is not in the catalogue's tree.
    """
    rows = catalogue.of(label)
    matching = catalogue.vehicles
    if size is not None:
        matching = catalogue.matching(
            length_m=(size.length_low_m, size.length_high_m), width_m=(size.width_low_m, size.width_high_m)
        )
    return SizeCheck(
        label=label,
        length_m=_hull([row.length_m for row in rows]),
        width_m=_hull([row.width_m for row in rows]),
        possible=tuple(row.name for row in rows if row in matching),
        excluded=tuple(row.name for row in rows if row not in matching),
    )


def _hull(ranges: Sequence[Range]) -> Range | None:
    return (min(low for low, _ in ranges), max(high for _, high in ranges)) if ranges else None
