"""Recipes of loose ground: soil, gravel, mud, and the rock of mines."""

from __future__ import annotations

from vehicle_id.synth.ground.context import GroundContext, vehicle_width
from vehicle_id.synth.ground.layers import Furrows, Layer, Side, Texture
from vehicle_id.synth.ground.markings import verge
from vehicle_id.synth.ground.marks import Mark, Shape
from vehicle_id.synth.ground.materials import (
    GRASSES,
    GRAVELS,
    MUDS,
    ROCKS,
    SOILS,
    grass_texture,
    gravel_texture,
    material,
    patches,
    rock_texture,
    soil_texture,
    stones,
)
from vehicle_id.synth.ground.traces import (
    curve,
    puddles,
    ruts,
    stains,
    wheel_tracks,
)


def draw_soil(context: GroundContext) -> tuple[list[Layer], list[Layer]]:
    """Earth, furrowed or driven on, with scrub and stones."""
    soil = soil_texture(context)
    soft: list[Layer] = [soil, patches(context, soil, SOILS, (0.05, 0.5), edge=1.2)]
    if context.chance(0.25):
        depth = context.between(0.05, 0.16)
        soft.append(
            Furrows(axis_deg=context.turn(90), period_m=context.between(0.5, 2.0), depth=depth, seed=context.seed())
        )
    if context.chance(0.4):
        soft.append(patches(context, soil, GRASSES, (0.03, 0.3), hue=1.0))
    if context.chance(0.5):
        soft.append(stones(context, soil, GRAVELS if context.chance(0.6) else GRASSES, (0.01, 0.06)))
    if context.chance(0.2):
        soft.append(stones(context, soil, ("#57503c", "#4a4a35", "#6a6148"), (0.04, 0.2), size_m=context.between(2, 5)))
    if context.chance(0.7):
        shade = context.between(0.72, 0.92) if context.chance(0.5) else context.between(1.08, 1.25)
        soft.append(wheel_tracks(context, int(context.rng.integers(1, 6)), shade=shade))
    return soft, []


def draw_gravel(context: GroundContext) -> tuple[list[Layer], list[Layer]]:
    """Gravel with tracks, weeds and stains."""
    gravel = gravel_texture(context)
    soft: list[Layer] = [gravel, patches(context, gravel, GRAVELS + SOILS, (0.05, 0.5), edge=1.2)]
    if context.chance(0.4):
        soft.append(patches(context, gravel, GRASSES, (0.02, 0.2), hue=1.0))
    soft.append(wheel_tracks(context, int(context.rng.integers(1, 6)), shade=context.between(0.8, 1.2)))
    if context.chance(0.3):
        soft.append(stains(context, 6, shade=0.75))
    if context.chance(0.3):
        soft.append(verge(context, grass_texture(context), (), kerb=0)[0])
    return soft, []


def draw_mud(context: GroundContext) -> tuple[list[Layer], list[Layer]]:
    """Ruts with ridges, and puddles."""
    mud = material(context, MUDS, (0.13, 0.25), exponent=(0.9, 1.3))
    soft: list[Layer] = [mud, patches(context, mud, SOILS, (0.1, 0.4), share=(0.2, 0.7), edge=1.2)]
    if context.chance(0.4):
        soft.append(patches(context, mud, GRASSES, (0.03, 0.25), share=(0.5, 1.0), hue=1.0))
    count = int(context.rng.integers(3, 10))
    ridge = ruts(context, count, width_m=context.between(0.8, 1.2), bend=0.07)
    groove = tuple(Shape(shape.points, shape.width_m * 0.5) for shape in ridge)
    light, dark = context.between(1.1, 1.3), context.between(0.45, 0.7)
    soft.append(Mark(shapes=ridge, rgb=(light, light, light), dye=True, blur_m=0.4, wear=0.3, seed=context.seed()))
    soft.append(Mark(shapes=groove, rgb=(dark, dark, dark), dye=True, blur_m=0.25, wear=0.3, seed=context.seed()))
    if context.chance(0.6):
        soft.append(puddles(context, int(context.rng.integers(2, 12))))
    return soft, []


def draw_mine(context: GroundContext) -> tuple[list[Layer], list[Layer]]:
    """Graded rock of a bench, wide tracks, watered paths, and the edge of the bench."""
    rock = rock_texture(context)
    soft: list[Layer] = [rock, patches(context, rock, ROCKS, (0.1, 0.5), size_m=14, edge=1.4)]
    soft.append(
        Furrows(
            axis_deg=context.turn(12),
            period_m=context.between(0.6, 2.5),
            depth=context.between(0.02, 0.08),
            seed=context.seed(),
        )
    )
    soft.append(stones(context, rock, ROCKS, (0.01, 0.08)))
    wide = max(0.5, vehicle_width(context.bay_m) * 0.2)
    soft.append(
        wheel_tracks(context, int(context.rng.integers(2, 7)), shade=context.between(0.75, 1.2), width_m=wide, wear=0.4)
    )
    if context.chance(0.4):
        path = curve(context, context.spot(10), context.turn(15), bend=0.03)
        wet = Mark(
            shapes=(Shape(tuple(path), context.between(4, 10)),),
            rgb=(0.68, 0.66, 0.64),
            dye=True,
            blur_m=1.2,
            wear=0.4,
            wear_m=8.0,
            seed=context.seed(),
        )
        soft.append(wet)
    if context.chance(0.5):
        soft += _bench_edge(context)
    return soft, []


def _bench_edge(context: GroundContext) -> list[Layer]:
    """The edge of the bench: the face below it, and the rubble along it."""
    at = context.bay_m[1] * context.between(0.9, 1.6)
    turn = context.turn(15) + (0 if context.chance(0.5) else 180)
    face = material(context, ROCKS, (0.25, 0.4), exponent=(1.0, 1.2))
    dark = context.between(0.5, 0.85)
    shaded = Texture(
        rgb=(face.rgb[0] * dark, face.rgb[1] * dark, face.rgb[2] * dark), contrast=face.contrast, seed=face.seed
    )
    rim = Side(of=rock_texture(context), axis_deg=turn, at_m=at, seed=context.seed(), wobble_m=0.7, edge_m=0.6)
    return [
        rim,
        Side(of=shaded, axis_deg=turn, at_m=at + context.between(1, 3), seed=rim.seed, wobble_m=0.9, edge_m=0.5),
    ]
