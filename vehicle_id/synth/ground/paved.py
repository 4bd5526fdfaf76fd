"""Recipes of paved ground: concrete, asphalt and yards, where yards may be of either or of neither."""

from __future__ import annotations

from vehicle_id.synth.ground.context import GroundContext
from vehicle_id.synth.ground.layers import Layer, Slabs
from vehicle_id.synth.ground.markings import bays, lanes, paint, verge
from vehicle_id.synth.ground.marks import DRAWN_M, Mark
from vehicle_id.synth.ground.materials import (
    ASPHALTS,
    CONCRETES,
    GRAVELS,
    SOILS,
    asphalt_texture,
    bare_texture,
    concrete_texture,
    grass_texture,
    gravel_texture,
    patches,
    soil_texture,
)
from vehicle_id.synth.ground.noise import GroundPoint
from vehicle_id.synth.ground.traces import (
    cracks,
    puddles,
    rectangle,
    repairs,
    stains,
    straight,
    tyre_marks,
    wheel_tracks,
)


def draw_concrete(context: GroundContext) -> tuple[list[Layer], list[Layer]]:
    """Slabs with joints, stains and rubber; bays or lanes, a verge."""
    size = (context.between(4, 8), context.between(3.5, 6))
    offset = (context.between(0, size[0]), context.between(0, size[1]))
    slabs = Slabs(
        axis_deg=context.axis_deg, size_m=size, offset_m=offset, spread=context.between(0.02, 0.08), seed=context.seed()
    )
    concrete = concrete_texture(context)
    soft: list[Layer] = [concrete, patches(context, concrete, CONCRETES, (0.1, 0.5), share=(0.3, 1.0), edge=1.5), slabs]
    soft.append(stains(context, int(context.rng.integers(2, 18)), shade=context.between(0.55, 0.85)))
    if context.chance(0.5):
        soft.append(tyre_marks(context, int(context.rng.integers(1, 8))))
    sharp: list[Layer] = [_joints(context, size, offset)]
    if context.chance(0.4):
        sharp.append(repairs(context, int(context.rng.integers(1, 5))))
    if context.chance(0.35):
        sharp.append(paint(context, bays(context) if context.chance(0.6) else lanes(context), yellow=0.3))
    if context.chance(0.25):
        side, sharp = verge(context, grass_texture(context) if context.chance(0.6) else bare_texture(context), sharp)
        soft.append(side)
    return soft, sharp


def _joints(context: GroundContext, size: GroundPoint, offset: GroundPoint) -> Mark:
    reach, width = 60, context.between(0.02, 0.09)
    across = [offset[0] + number * size[0] for number in range(-int(reach / size[0]), int(reach / size[0]) + 1)]
    along = [offset[1] + number * size[1] for number in range(-int(reach / size[1]), int(reach / size[1]) + 1)]
    shapes = [straight(context, (u, -reach), (u, reach), width) for u in across]
    shapes += [straight(context, (-reach, v), (reach, v), width) for v in along]
    dark = context.between(0.3, 0.7)
    return Mark(shapes=tuple(shapes), rgb=(dark, dark, dark), dye=True, wear=0.25, wear_m=6.0, seed=context.seed())


def draw_asphalt(context: GroundContext) -> tuple[list[Layer], list[Layer]]:
    """Bays, lanes or neither; stains, cracks, repairs, a verge."""
    asphalt = asphalt_texture(context)
    soft: list[Layer] = [
        asphalt,
        patches(context, asphalt, ASPHALTS, (0.05, 0.5), share=(0.2, 0.6), edge=1.5, size_m=12),
    ]
    passes = (400.0, context.between(3.0, 4.5))
    soft.append(
        Slabs(
            axis_deg=context.axis_deg,
            size_m=passes,
            offset_m=(-200.0, context.between(0, 4)),
            spread=context.between(0, 0.07),
            seed=context.seed(),
        )
    )
    layout = str(context.rng.choice(("bays", "bays", "lanes", "lanes", "plain")))
    sharp: list[Layer] = []
    if layout == "lanes":
        soft.append(_wheel_paths(context))
    centres = (
        [context.place([(context.between(0.5, 2), k * context.bay_m[1])])[0] for k in range(-3, 4)]
        if layout == "bays"
        else []
    )
    soft.append(stains(context, int(context.rng.integers(0, 12)), centres=centres, shade=context.between(0.55, 0.9)))
    if context.chance(0.5):
        sharp.append(cracks(context, int(context.rng.integers(2, 14))))
    if context.chance(0.4):
        soft.append(repairs(context, int(context.rng.integers(1, 5))))
    if layout != "plain":
        sharp.append(paint(context, bays(context) if layout == "bays" else lanes(context)))
    if context.chance(0.4):
        soft.append(tyre_marks(context, int(context.rng.integers(1, 6))))
    if context.chance(0.3):
        side, sharp = verge(
            context, grass_texture(context) if context.chance(0.6) else concrete_texture(context), sharp
        )
        soft.append(side)
    return soft, sharp


def _wheel_paths(context: GroundContext) -> Mark:
    """Wheel paths of a lane, polished or oily."""
    lane = max(context.bay_m[1], 3.3)
    sides = [k * lane + side for k in range(-2, 3) for side in (-0.9, 0.9)]
    shapes = tuple(straight(context, (-DRAWN_M, v), (DRAWN_M, v), 0.7) for v in sides)
    shade = context.between(0.8, 1.12)
    return Mark(
        shapes=shapes, rgb=(shade, shade, shade), dye=True, blur_m=0.8, wear=0.4, wear_m=12.0, seed=context.seed()
    )


def draw_yard(context: GroundContext) -> tuple[list[Layer], list[Layer]]:
    """Any hard ground, dirty, with prints of containers and pallets."""
    base = (concrete_texture, asphalt_texture, gravel_texture, soil_texture)[int(context.rng.integers(4))](context)
    soft: list[Layer] = [base, patches(context, base, CONCRETES + GRAVELS + ASPHALTS, (0.1, 0.5), size_m=10)]
    soft.append(patches(context, base, SOILS, (0.05, 0.4), edge=1.2))
    soft.append(_footprints(context))
    soft.append(stains(context, int(context.rng.integers(4, 20)), shade=context.between(0.5, 0.8)))
    soft.append(wheel_tracks(context, int(context.rng.integers(1, 6)), shade=context.between(0.75, 1.15)))
    if context.chance(0.4):
        soft.append(puddles(context, int(context.rng.integers(1, 8))))
    return soft, [repairs(context, int(context.rng.integers(1, 5)))]


def _footprints(context: GroundContext) -> Mark:
    """Prints of containers and pallets."""
    sizes = ((6.1, 2.44), (12.2, 2.44), (2.4, 1.2), (4.0, 3.0))
    shapes = tuple(
        rectangle(context, context.spot(25), sizes[int(context.rng.integers(4))])
        for _ in range(int(context.rng.integers(2, 10)))
    )
    shade = context.between(0.75, 1.2)
    rgb = (shade, shade * 0.97, shade * 0.93)
    return Mark(shapes=shapes, rgb=rgb, dye=True, blur_m=0.25, wear=0.4, wear_m=3.0, seed=context.seed())
