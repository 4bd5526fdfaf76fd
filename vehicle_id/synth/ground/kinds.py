"""The kinds of ground there are, and ground that has been drawn.

Which layers make up a kind is told by its recipe, in a room of its own. This room does not know materials.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from vehicle_id.errors import InputError
from vehicle_id.synth.ground.ballast import draw_ballast
from vehicle_id.synth.ground.context import Plot, Recipe
from vehicle_id.synth.ground.layers import Layer
from vehicle_id.synth.ground.loose import draw_gravel, draw_mine, draw_mud, draw_soil
from vehicle_id.synth.ground.noise import Array, Point, Raster
from vehicle_id.synth.ground.paved import draw_asphalt, draw_concrete, draw_yard
from vehicle_id.synth.ground.soft import draw_grass, draw_snow, draw_water


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Ground that has been drawn: call it with x and y."""

    kind: str
    axis_deg: float
    soft: tuple[Layer, ...]
    """Material, from the bottom up, computed at the grain of the picture and enlarged."""
    sharp: tuple[Layer, ...] = ()
    """What has edges: drawn at every sample."""

    def __call__(self, x: Array, y: Array) -> Array:
        """Linear reflectance `[H, W, 3]` at x `[W]` (rising) and y `[H]` (falling), in metres, evenly spaced.

        The same place has the same value in every window of one sample distance, but for what lies further than
        `DRAWN_M` from the origin, where nothing is drawn, and for half a sample at the edges of marks.
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


def draw_ground(kind: str, rng: np.random.Generator, *, axis_deg: float, bay_m: Point) -> Ground:
    """Ground of a kind.

    Args:
        kind: one of `KINDS`.
        rng: source of all draws.
        axis_deg: the way the vehicle at (0, 0) points, counter-clockwise from the image's x axis;
            bays, lanes, tracks and slabs run along it.
        bay_m: length and width of the place the vehicle needs: its own size and room to its neighbours.

    Raises:
        InputError: no such kind.
    """
    if kind not in _RECIPES:
        raise InputError(f"There is no ground '{kind}'; choose one of {', '.join(KINDS)}.")
    soft, sharp = _RECIPES[kind](Plot(rng=rng, axis_deg=axis_deg, bay_m=bay_m))
    return Ground(kind=kind, axis_deg=axis_deg, soft=tuple(soft), sharp=tuple(sharp))


_RECIPES: Final[Mapping[str, Recipe]] = {
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
"""The kinds of ground there are."""
