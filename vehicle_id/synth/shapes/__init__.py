"""A draft of a vehicle -> its mesh, each class by the builder of its family.

Every leaf of the class tree but bare ground has a builder. Whatever a builder puts together is fitted to
the draft's length, width and height in transport pose, so that published sizes hold to the centimetre.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from vehicle_id.errors import CatalogueError
from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes import armour, bus, chassis, craft, haulers, light, plant, rail, road, structures
from vehicle_id.synth.vehicle_sample import Draft

Builder = Callable[[Draft], Assembly]

BUILDERS: Final[Mapping[str, Builder]] = {
    **haulers.BUILDERS,
    **plant.BUILDERS,
    **light.BUILDERS,
    **road.BUILDERS,
    **bus.BUILDERS,
    **chassis.BUILDERS,
    **armour.BUILDERS,
    **rail.BUILDERS,
    **structures.BUILDERS,
    **craft.BUILDERS,
}
"""Leaf of the class tree -> what builds it."""


def build(draft: Draft) -> Assembly:
    """The vehicle, filling exactly the draft's length (x), width (y) and height (z) at rest, centred over the origin.

    Raises:
        CatalogueError: no builder for the draft's class, or sizes and axles that it can do nothing with.
    """
    builder = BUILDERS.get(draft.label)
    if builder is None:
        raise CatalogueError(f"{draft.row.name!r} cannot be built: nothing is known of the shape of {draft.label!r}")
    assembly = builder(draft).merged()
    low, high = assembly.at_rest().bounds
    size = np.array([draft.length_m, draft.width_m, draft.height_m])
    factors = size / (high - low)
    middle = (low + high) / 2 * factors
    return assembly.fitted(factors, np.array([-middle[0], -middle[1], -low[2] * factors[2]]))
