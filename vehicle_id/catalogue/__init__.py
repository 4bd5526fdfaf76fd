"""Vehicles and their published dimensions, and the size ranges of the classes computed from them.

A row is one vehicle: its published dimensions, their source, and how reliable they are. Where sources disagree the row
keeps the range. The published rows are in `vehicles.csv`; a user's own CSV with the same columns can be added. What a
class looks like is in `synth/shapes`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from vehicle_id.catalogue.checks import problems
from vehicle_id.catalogue.rows import read_rows
from vehicle_id.catalogue.vehicle import COLOURS, TOLERANCE, Confidence, Vehicle
from vehicle_id.errors import CatalogueError
from vehicle_id.taxonomy import Node, Range, Taxonomy, published_taxonomy

__all__ = [
    "COLOURS",
    "TOLERANCE",
    "Catalogue",
    "Confidence",
    "Vehicle",
    "gather_rows",
    "load_catalogue",
    "problems",
    "published_rows",
    "read_rows",
]

_SHIPPED: Final = Path(__file__).parent / "vehicles.csv"


class Catalogue:
    """Validated rows, and the size ranges of the classes.

    Args:
        vehicles: rows; names are unique.
        taxonomy: the class tree; the rows' classes are leaves of it.
        trusted: rows that are not checked.

    Raises:
        CatalogueError: for a fault that `problems` finds; names the row and the column.
    """

    __slots__ = ("_by_class", "_by_name", "taxonomy", "vehicles")

    def __init__(
        self,
        vehicles: Iterable[Vehicle],
        taxonomy: Taxonomy | None = None,
        *,
        trusted: frozenset[Vehicle] = frozenset(),
    ) -> None:
        self.vehicles = tuple(vehicles)
        self.taxonomy = taxonomy or published_taxonomy()
        found = problems(self.vehicles, self.taxonomy, trusted=trusted)
        if found:
            raise CatalogueError(_several(found))
        self._by_name = {vehicle.name: vehicle for vehicle in self.vehicles}
        self._by_class = {
            leaf: tuple(vehicle for vehicle in self.vehicles if leaf in vehicle.classes)
            for leaf in self.taxonomy.leaves
        }

    def __getitem__(self, name: str) -> Vehicle:
        return self._by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def of(self, label: str) -> tuple[Vehicle, ...]:
        """Rows of a class or of any class under it, in catalogue order.

        Raises:
            CatalogueError: no such class.
        """
        leaves = self.leaves_under(label)
        return tuple(vehicle for vehicle in self.vehicles if leaves.intersection(vehicle.classes))

    def leaves_under(self, label: str) -> frozenset[str]:
        """The leaves of a class: itself, or those under it.

        Raises:
            CatalogueError: no such class.
        """
        if label not in self.taxonomy:
            raise CatalogueError(f"there is no class {label!r}: choose one of {', '.join(self.taxonomy.names)}")
        return frozenset(leaf for leaf in self.taxonomy.leaves if label in self.taxonomy.path(leaf))

    def named(self, text: str) -> tuple[Vehicle, ...]:
        """Rows whose maker and name contain a text, whatever its capitals, spaces and hyphens: `belaz 7513`."""
        wanted = _letters(text)
        return tuple(row for row in self.vehicles if wanted in _letters(row.name) or wanted in _letters(row.maker))

    def matching(self, *, length_m: Range | None = None, width_m: Range | None = None) -> tuple[Vehicle, ...]:
        """Rows that could have a measured size, the nearest first.

        Args:
            length_m: measured length with its uncertainty, lowest and highest, in metres; None = any.
            width_m: likewise.

        Returns:
            Vehicles whose widened ranges overlap both, ordered by the distance of the middles.
        """
        asked = [(name, span) for name, span in (("length_m", length_m), ("width_m", width_m)) if span is not None]
        hits = [
            vehicle
            for vehicle in self.vehicles
            if all(_overlap(vehicle.size_range(name), span) for name, span in asked)
        ]
        return tuple(
            sorted(hits, key=lambda row: sum(abs(math.log(_middle(getattr(row, n)) / _middle(s))) for n, s in asked))
        )

    def sized_taxonomy(self) -> Taxonomy:
        """The class tree, each leaf with the length and width range of its rows; for a model's card."""
        return Taxonomy([self._sized(node) for node in self.taxonomy.nodes])

    def _sized(self, node: Node) -> Node:
        rows = self._by_class.get(node.name, ())
        if not rows or not node.has_size:
            return node
        return msgspec.structs.replace(node, length_m=_hull(rows, "length_m"), width_m=_hull(rows, "width_m"))


def load_catalogue(*extra: str | Path, published: bool = True) -> Catalogue:
    """The published catalogue, and the rows of a user's own files after it.

    Args:
        extra: CSV files of the same columns; a row with a known name replaces it.
        published: False = only the rows of `extra`; they are still checked against the published ones.

    Raises:
        CatalogueError: a file that cannot be read, or rows with a fault that `problems` finds.
    """
    every = Catalogue(gather_rows(*extra), trusted=published_rows() if extra else frozenset())
    if published:
        return every
    own = frozenset(every.vehicles) - published_rows()
    return Catalogue([row for row in every.vehicles if row in own], trusted=own)


def published_rows() -> frozenset[Vehicle]:
    """The rows of the package."""
    return frozenset(read_rows(_SHIPPED))


def gather_rows(*extra: str | Path) -> list[Vehicle]:
    """The rows `load_catalogue` takes, not yet checked by `problems`.

    Raises:
        CatalogueError: a file that cannot be read, or that names a vehicle twice.
    """
    rows: dict[str, Vehicle] = {}
    for path in (_SHIPPED, *extra):
        rows |= {row.name: row for row in read_rows(path)}
    return list(rows.values())


def _hull(rows: Sequence[Vehicle], dimension: str) -> Range:
    """Lowest to highest of the rows' widened ranges, rounded outwards to centimetres."""
    spans = [row.size_range(dimension) for row in rows]
    low, high = min(low for low, _ in spans), max(high for _, high in spans)
    return math.floor(low * 100) / 100, math.ceil(high * 100) / 100


def _overlap(one: Range, other: Range) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _middle(span: Range) -> float:
    return (span[0] + span[1]) / 2


def _letters(text: str) -> str:
    return "".join(each for each in text.casefold() if each.isalnum())


def _several(sentences: Sequence[str]) -> str:
    rest = f" (and {len(sentences) - 1} more)" if len(sentences) > 1 else ""
    return sentences[0] + rest
