"""Neighbours of other models: lorry parks, car parks and depots hold vehicles that differ by more than their coat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from vehicle_id.catalogue import Catalogue
from vehicle_id.synth.paint import draw_coat
from vehicle_id.synth.vehicle_sample import ARMY_COATS, VehicleSample, draw_sample

MOST_MODELS: Final = 3
"""Other models in one row: building them is what a scene costs."""


def draw_others(
    nodes: Sequence[str], catalogue: Catalogue, rng: np.random.Generator, *, army: bool = False
) -> list[VehicleSample]:
    """Vehicles of a mixed row, each of any row of any class under one of the nodes.

    Args:
        nodes: of the class tree; one named twice is drawn twice as often. Those without rows are left out.
        catalogue: rows to choose from.
        rng: source of all draws.
        army: whether all wear an army's coat, which need not be that of the first vehicle.
    """
    known = [leaves for node in nodes if (leaves := _leaves_with_rows(node, catalogue))]
    found = []
    for _ in range(MOST_MODELS if known else 0):
        leaves = known[int(rng.integers(len(known)))]
        label = leaves[int(rng.integers(len(leaves)))]
        rows = catalogue.of(label)
        other = draw_sample(rows[int(rng.integers(len(rows)))], label, rng)
        found.append(_in_army_coat(other, rng) if army else other)
    return found


def _in_army_coat(sample: VehicleSample, rng: np.random.Generator) -> VehicleSample:
    """The vehicle itself, or in one of the army's coats of its row where it wears another."""
    if sample.coat_name in ARMY_COATS:
        return sample
    coat, name = draw_coat(rng, [each for each in sample.row.colours if each in ARMY_COATS] or ARMY_COATS)
    return replace(sample, coat=coat, coat_name=name)


def _leaves_with_rows(node: str, catalogue: Catalogue) -> list[str]:
    under = catalogue.leaves_under(node) if node in catalogue.taxonomy else frozenset()
    return [leaf for leaf in catalogue.taxonomy.leaves if leaf in under and catalogue.of(leaf)]
