"""Neighbours of other models: lorry parks, car parks and depots hold vehicles that differ by more than their coat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from vehicle_id.catalogue import Catalogue
from vehicle_id.synth.vehicle_sample import VehicleSample, draw_sample

MOST_MODELS: Final = 3
"""Other models in one row: building them is what a scene costs."""


def draw_others(nodes: Sequence[str], catalogue: Catalogue, rng: np.random.Generator) -> list[VehicleSample]:
    """Vehicles of a mixed row, each of any row of any class under one of the nodes.

    Args:
        nodes: of the class tree; one named twice is drawn twice as often. Those without rows are left out.
        catalogue: rows to choose from.
        rng: source of all draws.
    """
    known = [leaves for node in nodes if (leaves := _leaves_with_rows(node, catalogue))]
    found = []
    for _ in range(MOST_MODELS if known else 0):
        leaves = known[int(rng.integers(len(known)))]
        label = leaves[int(rng.integers(len(leaves)))]
        rows = catalogue.of(label)
        found.append(draw_sample(rows[int(rng.integers(len(rows)))], label, rng))
    return found


def _leaves_with_rows(node: str, catalogue: Catalogue) -> list[str]:
    under = catalogue.leaves_under(node) if node in catalogue.taxonomy else frozenset()
    return [leaf for leaf in catalogue.taxonomy.leaves if leaf in under and catalogue.of(leaf)]
