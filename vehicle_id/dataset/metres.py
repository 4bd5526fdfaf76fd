"""Sizes: crops that are too small, and ground sample distances that the class's published size contradicts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from vehicle_id.dataset.faults import Fault, FaultKind
from vehicle_id.dataset.pictures import LabelledPicture
from vehicle_id.taxonomy import Taxonomy

SHORTEST_PX: Final = 10
"""Short side of a crop below which the shipped models answer `too_small`."""
CUT: Final = 0.8
"""A crop may cut this much off a vehicle's length before its distance is called wrong."""
LARGEST: Final = 6.0
"""A crop may be this many lengths wide: context is wanted, a scene is not."""
BEYOND: Final = 0.15
"""A stated length may lie this far outside the published range."""


def size_faults(pictures: Sequence[LabelledPicture], tree: Taxonomy) -> list[Fault]:
    """Crops with too few pixels, or whose metres cannot be those of their class.

    Args:
        pictures: readable ones.
        tree: with the published sizes of its classes.
    """
    faults = []
    for picture in pictures:
        if min(picture.width_px, picture.height_px) < SHORTEST_PX:
            message = f"{picture.width_px} x {picture.height_px} pixels: the short side is under {SHORTEST_PX}"
            faults.append(Fault(kind=FaultKind.TOO_SMALL, message=message, paths=(picture.crop.path,)))
        contradiction = _contradiction(picture, tree)
        if contradiction is not None:
            faults.append(Fault(kind=FaultKind.SIZE, message=contradiction, paths=(picture.crop.path,)))
    return faults


def _contradiction(picture: LabelledPicture, tree: Taxonomy) -> str | None:
    label = picture.crop.label
    lengths = tree.size_ranges(label)[0] if label is not None and label in tree else None
    if lengths is None:
        return None
    low, high = lengths
    stated = picture.crop.length_m
    if stated is not None and not low * (1 - BEYOND) <= stated <= high * (1 + BEYOND):
        return f"states a length of {stated:g} m; {label} is {low:g} to {high:g} m long"
    if picture.gsd_m is None:
        return None
    across = math.hypot(picture.width_px, picture.height_px) * picture.gsd_m
    if across < CUT * low:
        return f"spans {across:.1f} m at {picture.gsd_m:g} m per pixel; {label} is at least {low:g} m long"
    longest = max(picture.width_px, picture.height_px) * picture.gsd_m
    if longest > LARGEST * high:
        return f"spans {longest:.0f} m at {picture.gsd_m:g} m per pixel; {label} is at most {high:g} m long"
    return None
