"""The kinds of ground, and ground as drawn. A recipe, in a module of its own, states the layers of a kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from vehicle_id.errors import InputError
from vehicle_id.synth.arrays import Float32Array
from vehicle_id.synth.ground.ballast import draw_ballast
from vehicle_id.synth.ground.context import GroundContext, GroundRecipe
from vehicle_id.synth.ground.layers import Layer
from vehicle_id.synth.ground.loose import draw_gravel, draw_mine, draw_mud, draw_soil
from vehicle_id.synth.ground.noise import GroundPoint, Raster
from vehicle_id.synth.ground.paved import draw_asphalt, draw_concrete, draw_yard
from vehicle_id.synth.ground.soft import draw_grass, draw_snow, draw_water


@dataclass(frozen=True, slots=True, kw_only=True)
class ProceduralGround:
    """Ground as drawn: a function of x and y."""

    kind: str
    axis_deg: float
    soft: tuple[Layer, ...]
    """Materials, from the bottom up, computed at the grain of the image and enlarged."""
    sharp: tuple[Layer, ...] = ()
    """Layers with edges, computed at every sample."""

    def __call__(self, x: Float32Array, y: Float32Array) -> Float32Array:
        """Linear reflectance `[H, W, 3]` at x `[W]` (rising) and y `[H]` (falling), in metres, evenly spaced.

        The same place has the same value in every window of one sample distance, except further than `DRAWN_M` from
        the origin, where nothing is drawn, and within half a sample of the edges of marks.
        """
        raster = Raster.of(x, y)
        lattice = raster.lattice(raster.grain_m)
        rgb = np.ones((3, lattice.height, lattice.width), np.float32)
        for layer in self.soft:
            rgb = layer(rgb, lattice)
        np.clip(rgb, 0.01, 0.92, out=rgb)
        reflectance = raster.take(rgb, lattice)
        for layer in self.sharp:
            layer(reflectance.transpose(2, 0, 1), raster)
        return np.clip(reflectance, 0.01, 0.92, out=reflectance)


def draw_ground(kind: str, rng: np.random.Generator, *, axis_deg: float, bay_m: GroundPoint) -> ProceduralGround:
    """Ground of a kind.

    Args:
        kind: one of `KINDS`.
        rng: source of all draws.
        axis_deg: heading of the vehicle at (0, 0), counter-clockwise from the image's x axis;
            bays, lanes, tracks and slabs run along it.
        bay_m: length and width of the vehicle's place: its own size and the gap to its neighbours.

    Raises:
        InputError: no such kind.
    """
    if kind not in _RECIPES:
        raise InputError(f"There is no ground '{kind}'; choose one of {', '.join(KINDS)}.")
    soft, sharp = _RECIPES[kind](GroundContext(rng=rng, axis_deg=axis_deg, bay_m=bay_m))
    return ProceduralGround(kind=kind, axis_deg=axis_deg, soft=tuple(soft), sharp=tuple(sharp))


_RECIPES: Final[Mapping[str, GroundRecipe]] = {
    "soil": draw_soil,
    "gravel": draw_gravel,
    "concrete": draw_concrete,
    "asphalt": draw_asphalt,
    "grass": draw_grass,
    "snow": draw_snow,
    "mud": draw_mud,
    "ballast": draw_ballast,
    "mine": draw_mine,
    "yard": draw_yard,
    "water": draw_water,
}

KINDS: Final = tuple(_RECIPES)
"""Names of the kinds of ground."""
