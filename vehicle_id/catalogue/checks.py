"""Checks of a catalogue: each fault is a sentence that names the row and the column.

Units are checked against the other rows of the same family, since only these show which unit a figure has: a haul truck
of 42 m is one of 42 feet. A figure passes if no row of the family contradicts it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

from vehicle_id.catalogue.vehicle import COLOURS, DIMENSIONS, Vehicle
from vehicle_id.taxonomy import Range, Taxonomy

LARGEST_M: Final = 130.0
"""Longer than any vehicle; a larger number was typed in another unit."""
UNITS_M: Final = {"millimetres": 0.001, "centimetres": 0.01, "feet": 0.3048, "inches": 0.0254}
SLACK: Final = 1.6
"""How far outside the sizes of its family a row may lie before another unit explains it better."""

RowsByNode = dict[str, list[Vehicle]]
"""The rows of every class and of all classes under it."""


def problems(
    vehicles: Sequence[Vehicle], taxonomy: Taxonomy, *, trusted: frozenset[Vehicle] = frozenset()
) -> list[str]:
    """The faults of all rows, in row order; empty if there are none.

    Args:
        vehicles: the rows.
        taxonomy: the class tree.
        trusted: rows that are compared with, but not checked: a user's row must not put a published one in doubt.
    """
    rows_by_node = _rows_by_node(vehicles, taxonomy)
    checked = [row for row in vehicles if row not in trusted]
    return [f"vehicle {row.name!r}: {fault}" for row in checked for fault in _faults(row, rows_by_node, taxonomy)]


def _rows_by_node(vehicles: Sequence[Vehicle], taxonomy: Taxonomy) -> RowsByNode:
    rows_by_node: RowsByNode = {name: [] for name in taxonomy.names}
    for row in vehicles:
        for node in {step for name in row.classes if name in taxonomy for step in taxonomy.path(name)}:
            rows_by_node[node].append(row)
    return rows_by_node


def _faults(row: Vehicle, rows_by_node: RowsByNode, taxonomy: Taxonomy) -> Iterator[str]:
    if not row.name:
        yield "name is missing"
    yield from _class_faults(row, taxonomy)
    for column in DIMENSIONS:
        yield from _size_faults(column, getattr(row, column), _family_range(row, column, rows_by_node, taxonomy))
    yield from _axle_faults(row)
    if row.payload_t is not None and not 0 < row.payload_t < 1000:
        yield f"payload_t {row.payload_t:g} is not a payload in tonnes"
    for colour in row.colours:
        if colour not in COLOURS:
            yield f"colours {colour!r} is not one of {', '.join(COLOURS)}"
    if row.confidence != "unverified" and not row.source.startswith(("http://", "https://")):
        yield f"source is missing: {row.confidence} figures need the address of their page, or are unverified"


def _class_faults(row: Vehicle, taxonomy: Taxonomy) -> Iterator[str]:
    if not row.classes:
        yield "class is missing"
    for name in row.classes:
        if name not in taxonomy.leaves:
            why = "has classes under it: choose one of those" if name in taxonomy else "is not in the class tree"
            yield f"class {name!r} {why}"


def _size_faults(column: str, span: Range, family: Range | None) -> Iterator[str]:
    low, high = span
    if not all(math.isfinite(value) and value > 0 for value in span):
        yield f"{column} {_written(span)} is not positive: give metres"
    elif low > high:
        yield f"{column} {_written(span)} runs backwards: give low:high"
    elif unit := _unit(span, family):
        yield f"{column} {_written(span)} looks like {unit}: give metres"
    elif high > LARGEST_M:
        yield f"{column} {_written(span)} is more than {LARGEST_M:g} m: give metres"


def _unit(span: Range, family: Range | None) -> str | None:
    """The unit in which the figures would fit the family best, when they do not fit in metres."""
    if family is None or _fits(span, family, 1.0):
        return None
    middle = math.sqrt(family[0] * family[1])
    fitting = [name for name, metres in UNITS_M.items() if _fits(span, family, metres)]
    return min(fitting, key=lambda name: abs(math.log(span[1] * UNITS_M[name] / middle)), default=None)


def _fits(span: Range, family: Range, metres: float) -> bool:
    return family[0] / SLACK <= span[0] * metres and span[1] * metres <= family[1] * SLACK


def _family_range(row: Vehicle, column: str, rows_by_node: RowsByNode, taxonomy: Taxonomy) -> Range | None:
    """Sizes of the nearest related rows: other rows of its classes, else of the node above, and so on."""
    known = [name for name in row.classes if name in taxonomy.leaves]
    # an aircraft of 40 m and one of 8 m say nothing about each other's units
    if not known or not taxonomy[known[0]].has_size:
        return None
    for ancestor in taxonomy.path(known[0]):
        spans = [getattr(other, column) for other in rows_by_node[ancestor] if other is not row]
        ordered = sorted(middle for low, high in spans if (middle := (low + high) / 2) > 0)
        # the middle half of the rows, so that one wrong row does not support another
        if len(ordered) >= 3:
            cut = max(1, len(ordered) // 4)
            return ordered[cut], ordered[-cut - 1]
    return None


def _axle_faults(row: Vehicle) -> Iterator[str]:
    length = row.length_m[1]
    if row.wheelbase_m is not None and not 0 < row.wheelbase_m < length:
        yield f"wheelbase_m {row.wheelbase_m:g} does not fit into a length of {length:g} m"
    if len(row.axles_m) == 1:
        yield f"axles_m {row.axles_m[0]:g} is one axle: give the position of each, or none"
    if list(row.axles_m) != sorted(set(row.axles_m)):
        yield "axles_m must run from the front to the rear"
    elif row.axles_m and not 0 < row.axles_m[0] <= row.axles_m[-1] < length:
        yield f"axles_m {row.axles_m[0]:g} to {row.axles_m[-1]:g} does not fit into a length of {length:g} m"
    if row.axles_m and row.wheelbase_m and abs(row.axles_m[-1] - row.axles_m[0] - row.wheelbase_m) > 0.3:
        yield f"wheelbase_m {row.wheelbase_m:g} is not the distance from the first to the last of axles_m"


def _written(span: Range) -> str:
    return f"{span[0]:g}" if span[0] == span[1] else f"{span[0]:g}:{span[1]:g}"
