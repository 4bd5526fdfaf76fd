"""What an answer says of the crop's window: it cuts the vehicle off, or it shows a whole place. Pure numpy, no I/O."""

from __future__ import annotations

import math
from typing import Final

from vehicle_id.model.session import ScoreArray
from vehicle_id.taxonomy import Node, Taxonomy

TOUCHES_BORDER_SHARE: Final = 0.95
"""A vehicle measured longer than this share of its crop may be cut by the border."""
SMALL_SHARE: Final = 0.2
"""A vehicle measured shorter than this share of its crop is not what the crop is about."""
LONGEST_KNOWN_SHARE: Final = 0.5
"""Nor is one of a kind of which the longest fills less: 2 of 1,801 real crops with a context of 1.4 times the object,
both of aircraft, 3 of 214 with 2 times, and of 70 car parks of 77 m all 61 that were not answered as a roof."""


class WindowFlags:
    """The flags of one model's answers.

    Args:
        taxonomy: the class tree with its published lengths.
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        lengths = [taxonomy.size_ranges(leaf)[0] for leaf in taxonomy.leaves if taxonomy[leaf].has_size]
        known = [length[1] for length in lengths if length is not None]
        self._longest_m = max(known) if known and len(known) == len(lengths) else None
        self._longest_of = {node.name: self._longest(node, taxonomy) for node in taxonomy.nodes}

    def of(self, node: Node | None, size: ScoreArray | None, extent_m: float) -> tuple[str, ...]:
        """The flags of one answer.

        Args:
            node: the answer; None = unknown.
            size: the size output of the chip `[4]`; None where there is no measurement, or none of a vehicle.
            extent_m: metres spanned by the chip's side, 0 = unknown.
        """
        share = 1.0 if size is None else math.exp(float(size[0]))
        if size is not None and share > TOUCHES_BORDER_SHARE:
            return ("touches_border",)
        longest_m = self._longest_m if node is None else self._longest_of[node.name]
        is_place = longest_m is not None and extent_m > 0 and longest_m < LONGEST_KNOWN_SHARE * extent_m
        return ("window_much_larger_than_vehicle",) if is_place or share < SMALL_SHARE else ()

    def _longest(self, node: Node, taxonomy: Taxonomy) -> float | None:
        """Length of the longest vehicle under a node; of any, where the answer is no more than that there is none."""
        if not node.has_size:
            return None if node.name in taxonomy.leaves else self._longest_m
        length = taxonomy.size_ranges(node.name)[0]
        return None if length is None else length[1]
