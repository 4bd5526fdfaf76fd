"""Recipes of paved ground: concrete, asphalt and yards, which may be of either or of neither.

This room does not know what is parked in the bays.
"""

from __future__ import annotations

from vehicle_id.synth.ground.context import Plot
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
from vehicle_id.synth.ground.noise import Point
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


def draw_concrete(plot: Plot) -> tuple[list[Layer], list[Layer]]:
    """Slabs with joints, stains and rubber; bays or lanes, a verge."""
    size = (plot.between(4, 8), plot.between(3.5, 6))
    offset = (plot.between(0, size[0]), plot.between(0, size[1]))
    slabs = Slabs(
        axis_deg=plot.axis_deg, size_m=size, offset_m=offset, spread=plot.between(0.02, 0.08), seed=plot.seed()
    )
    concrete = concrete_texture(plot)
    soft: list[Layer] = [concrete, patches(plot, concrete, CONCRETES, (0.1, 0.5), share=(0.3, 1.0), edge=1.5), slabs]
    soft.append(stains(plot, int(plot.rng.integers(2, 18)), shade=plot.between(0.55, 0.85)))
    if plot.chance(0.5):
        soft.append(tyre_marks(plot, int(plot.rng.integers(1, 8))))
    sharp: list[Layer] = [_joints(plot, size, offset)]
    if plot.chance(0.4):
        sharp.append(repairs(plot, int(plot.rng.integers(1, 5))))
    if plot.chance(0.35):
        sharp.append(paint(plot, bays(plot) if plot.chance(0.6) else lanes(plot), yellow=0.3))
    if plot.chance(0.25):
        side, sharp = verge(plot, grass_texture(plot) if plot.chance(0.6) else bare_texture(plot), sharp)
        soft.append(side)
    return soft, sharp


def _joints(plot: Plot, size: Point, offset: Point) -> Mark:
    reach, width = 60, plot.between(0.02, 0.09)
    across = [offset[0] + number * size[0] for number in range(-int(reach / size[0]), int(reach / size[0]) + 1)]
    along = [offset[1] + number * size[1] for number in range(-int(reach / size[1]), int(reach / size[1]) + 1)]
    shapes = [straight(plot, (u, -reach), (u, reach), width) for u in across]
    shapes += [straight(plot, (-reach, v), (reach, v), width) for v in along]
    dark = plot.between(0.3, 0.7)
    return Mark(shapes=tuple(shapes), rgb=(dark, dark, dark), dye=True, wear=0.25, wear_m=6.0, seed=plot.seed())


def draw_asphalt(plot: Plot) -> tuple[list[Layer], list[Layer]]:
    """Bays, lanes or neither; stains, cracks, repairs, a verge."""
    asphalt = asphalt_texture(plot)
    soft: list[Layer] = [asphalt, patches(plot, asphalt, ASPHALTS, (0.05, 0.5), share=(0.2, 0.6), edge=1.5, size_m=12)]
    passes = (400.0, plot.between(3.0, 4.5))
    soft.append(
        Slabs(
            axis_deg=plot.axis_deg,
            size_m=passes,
            offset_m=(-200.0, plot.between(0, 4)),
            spread=plot.between(0, 0.07),
            seed=plot.seed(),
        )
    )
    layout = str(plot.rng.choice(("bays", "bays", "lanes", "lanes", "plain")))
    sharp: list[Layer] = []
    if layout == "lanes":
        soft.append(_wheel_paths(plot))
    centres = (
        [plot.place([(plot.between(0.5, 2), k * plot.bay_m[1])])[0] for k in range(-3, 4)] if layout == "bays" else []
    )
    soft.append(stains(plot, int(plot.rng.integers(0, 12)), centres=centres, shade=plot.between(0.55, 0.9)))
    if plot.chance(0.5):
        sharp.append(cracks(plot, int(plot.rng.integers(2, 14))))
    if plot.chance(0.4):
        soft.append(repairs(plot, int(plot.rng.integers(1, 5))))
    if layout != "plain":
        sharp.append(paint(plot, bays(plot) if layout == "bays" else lanes(plot)))
    if plot.chance(0.4):
        soft.append(tyre_marks(plot, int(plot.rng.integers(1, 6))))
    if plot.chance(0.3):
        side, sharp = verge(plot, grass_texture(plot) if plot.chance(0.6) else concrete_texture(plot), sharp)
        soft.append(side)
    return soft, sharp


def _wheel_paths(plot: Plot) -> Mark:
    """Where a lane's wheels run, polished or oily."""
    lane = max(plot.bay_m[1], 3.3)
    sides = [k * lane + side for k in range(-2, 3) for side in (-0.9, 0.9)]
    shapes = tuple(straight(plot, (-DRAWN_M, v), (DRAWN_M, v), 0.7) for v in sides)
    shade = plot.between(0.8, 1.12)
    return Mark(shapes=shapes, rgb=(shade, shade, shade), dye=True, blur_m=0.8, wear=0.4, wear_m=12.0, seed=plot.seed())


def draw_yard(plot: Plot) -> tuple[list[Layer], list[Layer]]:
    """Any hard ground, dirty, with prints of what stood there."""
    base = (concrete_texture, asphalt_texture, gravel_texture, soil_texture)[int(plot.rng.integers(4))](plot)
    soft: list[Layer] = [base, patches(plot, base, CONCRETES + GRAVELS + ASPHALTS, (0.1, 0.5), size_m=10)]
    soft.append(patches(plot, base, SOILS, (0.05, 0.4), edge=1.2))
    soft.append(_footprints(plot))
    soft.append(stains(plot, int(plot.rng.integers(4, 20)), shade=plot.between(0.5, 0.8)))
    soft.append(wheel_tracks(plot, int(plot.rng.integers(1, 6)), shade=plot.between(0.75, 1.15)))
    if plot.chance(0.4):
        soft.append(puddles(plot, int(plot.rng.integers(1, 8))))
    return soft, [repairs(plot, int(plot.rng.integers(1, 5)))]


def _footprints(plot: Plot) -> Mark:
    """Where containers and pallets stood."""
    sizes = ((6.1, 2.44), (12.2, 2.44), (2.4, 1.2), (4.0, 3.0))
    shapes = tuple(
        rectangle(plot, plot.spot(25), sizes[int(plot.rng.integers(4))]) for _ in range(int(plot.rng.integers(2, 10)))
    )
    shade = plot.between(0.75, 1.2)
    rgb = (shade, shade * 0.97, shade * 0.93)
    return Mark(shapes=shapes, rgb=rgb, dye=True, blur_m=0.25, wear=0.4, wear_m=3.0, seed=plot.seed())
