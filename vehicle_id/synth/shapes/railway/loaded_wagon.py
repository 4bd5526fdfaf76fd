"""A wagon whose row gives the height of its deck: the load keeps its size when the wagon is fitted."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Assembly, Mesh


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedWagon(Assembly):
    """Fixed parts up to the deck, and a load that counts only after the fit."""

    load: list[Mesh] = field(default_factory=list)
    """In the wagon's frame before the fit; stands on the deck or hangs over it."""
    deck: float
    """Height of the deck before the fit, metres."""

    def fitted(self, factors: Float64Array, shift: Float64Array) -> Assembly:
        """The wagon stretched and shifted; the load moved with the deck and with the wagon's middle."""
        middle = self.at_rest().bounds.mean(0)
        place = np.array([middle[0], middle[1], self.deck])
        by = place * factors + shift - place
        wagon = Assembly(fixed=self.fixed, joints=self.joints).fitted(factors, shift)
        return Assembly(fixed=[*wagon.fixed, *(mesh.moved(by) for mesh in self.load)], joints=wagon.joints)
