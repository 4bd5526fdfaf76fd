"""Recipes of ground covers: grass, snow and water."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vehicle_id.synth.ground.context import GroundContext
from vehicle_id.synth.ground.layers import Furrows, Layer, Ripples, Slabs, Texture
from vehicle_id.synth.ground.markings import verge
from vehicle_id.synth.ground.marks import DRAWN_M, Mark, Shape
from vehicle_id.synth.ground.materials import (
    ASPHALTS,
    DIRTY_SNOWS,
    GRASSES,
    GRAVELS,
    SNOWS,
    SOILS,
    WATERS,
    bare_texture,
    concrete_texture,
    grass_texture,
    material,
    patches,
    stones,
    tone,
)
from vehicle_id.synth.ground.traces import (
    curve,
    straight,
    wheel_tracks,
)


def draw_grass(context: GroundContext) -> tuple[list[Layer], list[Layer]]:
    """Grass, mown or worn."""
    grass = grass_texture(context)
    soft: list[Layer] = [grass, patches(context, grass, GRASSES, (0.1, 0.5), edge=1.5)]
    if context.chance(0.35):
        size = (400.0, context.between(0.9, 2.5))
        soft.append(
            Slabs(
                axis_deg=context.turn(90),
                size_m=size,
                offset_m=(-200.0, 0.0),
                spread=context.between(0.03, 0.1),
                seed=context.seed(),
            )
        )
    if context.chance(0.6):
        soft.append(patches(context, grass, SOILS, (0.02, 0.25), hue=0.9))
    if context.chance(0.4):
        soft.append(stones(context, grass, GRASSES, (0.03, 0.2)))
    if context.chance(0.5):
        soft.append(wheel_tracks(context, int(context.rng.integers(1, 4)), shade=context.between(0.75, 1.4)))
    return soft, []


def draw_snow(context: GroundContext) -> tuple[list[Layer], list[Layer]]:
    """Snow, drifted, dirty, trodden, ploughed and driven on."""
    snow = material(context, SNOWS, (0.04, 0.11), exponent=(1.1, 1.6), tint=(-0.01, 0.0, 0.01))
    under = (SOILS, GRASSES, ASPHALTS, GRAVELS)[int(context.rng.integers(4))]
    soft: list[Layer] = [snow]
    if context.chance(0.4):  # drifts
        depth = context.between(0.02, 0.06)
        period = context.between(3, 9)
        drifts = Furrows(
            axis_deg=context.turn(180), period_m=period, depth=depth, seed=context.seed(), wobble_m=period / 3
        )
        soft.append(drifts)
    if context.chance(0.5):
        soft.append(patches(context, snow, under, (0.02, 0.35), share=(0.7, 1.0), hue=1.0, edge=1.3))
    if context.chance(0.6):
        soft.append(patches(context, snow, DIRTY_SNOWS, (0.1, 0.5), share=(0.3, 1.0), hue=0.8, edge=2.2))
    if context.chance(0.6):
        soft.append(_trodden(context, snow, under))
    if context.chance(0.25):
        soft += _ploughed(context, snow, under)
    count = int(context.rng.integers(1, 7))
    soft.append(
        wheel_tracks(context, count, shade=context.between(0.45, 0.85), width_m=context.between(0.3, 0.6), wear=0.35)
    )
    if context.chance(0.4):
        soft.append(
            wheel_tracks(context, 3, shade=context.between(0.3, 0.55), width_m=context.between(0.4, 0.7), wear=0.45)
        )
    return soft, []


def _trodden(context: GroundContext, snow: Texture, under: Sequence[str]) -> Layer:
    """Traces of people and moved objects: paths, or snow broken up into clods."""
    if context.chance(0.4):
        return stones(context, snow, DIRTY_SNOWS if context.chance(0.7) else under, (0.02, 0.15))
    paths = (
        curve(context, context.spot(14), context.between(0, 360), bend=0.12, length_m=context.between(20, 60))
        for _ in range(int(context.rng.integers(2, 9)))
    )
    shapes = tuple(Shape(tuple(path), context.between(0.4, 0.9)) for path in paths)
    shade = context.between(0.5, 0.85)
    rgb = (shade, shade * 0.99, shade * 0.97)
    return Mark(shapes=shapes, rgb=rgb, dye=True, blur_m=0.3, wear=0.5, wear_m=2.0, seed=context.seed())


def _ploughed(context: GroundContext, snow: Texture, under: Sequence[str]) -> list[Layer]:
    """A lane cleared along the vehicle, almost down to the ground, and the banks beside it."""
    wide = context.bay_m[1] * context.between(1.1, 2.5) + context.between(0, 6)
    middle = context.between(-0.3, 0.3) * wide
    bare = np.array(tone(context, under)) * (1 - (left := context.between(0.1, 0.5))) + left * np.array(snow.rgb)
    ends = [
        straight(context, (-DRAWN_M, v), (DRAWN_M, v), context.between(0.8, 2.0))
        for v in (middle - wide / 2, middle + wide / 2)
    ]
    red, green, blue = (float(value) for value in bare)
    lane = straight(context, (-DRAWN_M, middle), (DRAWN_M, middle), wide)
    cleared = Mark(
        shapes=(lane,), rgb=(red, green, blue), strength=context.between(0.6, 0.95), blur_m=0.5,
        wear=context.between(0.3, 0.8), wear_m=6.0, seed=context.seed(),
    )  # fmt: skip
    shade = context.between(0.6, 0.95)
    heaps = (shade, shade * 0.99, shade * 0.96)
    banks = Mark(shapes=tuple(ends), rgb=heaps, dye=True, blur_m=0.4, wear=0.6, wear_m=1.2, seed=context.seed())
    return [cleared, banks]


def draw_water(context: GroundContext) -> tuple[list[Layer], list[Layer]]:
    """Waves with the sky in them, sometimes a quay or a bank."""
    water = material(context, WATERS, (0.02, 0.07), exponent=(1.5, 1.9), tint=(0.01, 0.0, 0.01))
    soft: list[Layer] = [water, patches(context, water, WATERS, (0.1, 0.6), share=(0.15, 0.6), size_m=14, edge=2.0)]
    wind = context.turn(180)
    if context.chance(0.5):  # lanes of foam and slick along the wind
        depth, period = context.between(0.02, 0.1), context.between(3, 12)
        soft.append(Furrows(axis_deg=wind, period_m=period, depth=depth, seed=context.seed(), wobble_m=period / 3))
    sky = context.between(0.12, 0.35)
    soft.append(
        Ripples(
            axis_deg=wind + 90 + context.between(-20, 20),
            length_m=context.between(0.5, 2.4),
            depth=context.between(0.01, 0.11),
            glint=float(context.rng.beta(1.0, 4.0)),
            sky=(sky * 0.93, sky, sky * 1.06),
            seed=context.seed(),
        )
    )
    sharp: list[Layer] = []
    if context.chance(0.3):
        quay = context.chance(0.5)
        side, sharp = verge(
            context, concrete_texture(context) if quay else bare_texture(context), (), kerb=1.0 if quay else 0.0
        )
        soft.append(side)
    return soft, sharp
