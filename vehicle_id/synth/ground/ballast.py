"""Recipe of railway ground: ballast, dirt between the tracks, and the neighbouring tracks drawn flat."""

from __future__ import annotations

from collections.abc import Sequence

from vehicle_id.synth.ground.context import GroundContext
from vehicle_id.synth.ground.layers import Layer, Side
from vehicle_id.synth.ground.marks import DRAWN_M, DashPattern, Mark
from vehicle_id.synth.ground.materials import (
    BALLASTS,
    GRASSES,
    SOILS,
    bare_texture,
    grass_texture,
    material,
    patches,
    tone,
)
from vehicle_id.synth.ground.traces import (
    straight,
)


def draw_ballast(context: GroundContext) -> tuple[list[Layer], list[Layer]]:
    """The bed of the tracks; the vehicle stands on the middle one."""
    stone = material(context, BALLASTS, (0.12, 0.2), exponent=(0.7, 1.0))
    soft: list[Layer] = [stone]
    spacing = max(4.0, context.between(4.2, 6.5))
    tracks = [number * spacing for number in range(-3, 4) if number == 0 or context.chance(0.6)]
    between = [v + spacing / 2 for v in (number * spacing for number in range(-4, 4))]
    dirt = tone(context, SOILS)
    lanes = tuple(straight(context, (-DRAWN_M, v), (DRAWN_M, v), spacing - 3.2) for v in between)
    soft.append(
        Mark(shapes=lanes, rgb=dirt, strength=context.between(0.2, 0.7), blur_m=0.8, wear=0.5, seed=context.seed())
    )
    oil = tuple(straight(context, (-DRAWN_M, v), (DRAWN_M, v), 1.3) for v in tracks)
    dark = context.between(0.65, 0.95)
    rust = (dark, dark * 0.95, dark * 0.88)
    soft.append(Mark(shapes=oil, rgb=rust, dye=True, blur_m=0.7, wear=0.4, wear_m=6.0, seed=context.seed()))
    if context.chance(0.6):
        soft.append(patches(context, stone, GRASSES, (0.02, 0.2), size_m=5, hue=1.0))
    if context.chance(0.6):
        side = max(tracks) + context.between(2, 4)
        soft.append(
            Side(
                of=bare_texture(context) if context.chance(0.5) else grass_texture(context),
                axis_deg=context.axis_deg,
                at_m=side,
                seed=context.seed(),
                wobble_m=0.4,
                edge_m=0.5,
            )
        )
    return soft, _flat_tracks(context, [v for v in tracks if v])


def _flat_tracks(context: GroundContext, across: Sequence[float]) -> list[Layer]:
    """Sleepers and rails of the neighbouring tracks; those of the vehicle's own track are meshes."""
    beds = tuple(straight(context, (-DRAWN_M, v), (DRAWN_M, v), 2.6) for v in across)
    sleepers = DashPattern(axis_deg=context.axis_deg, period_m=0.6, length_m=0.25)
    rails = [
        straight(context, (-DRAWN_M, v + side), (DRAWN_M, v + side), 0.08) for v in across for side in (-0.76, 0.76)
    ]
    wood = tone(context, ("#7a6a58", "#a9a59c", "#6b5d4f", "#98938a"))
    steel = tone(context, ("#6b4a35", "#8a7a6c", "#c4c6c8"))
    first = Mark(
        shapes=beds, rgb=wood, strength=context.between(0.3, 0.8), wear=0.4, dashes=sleepers, seed=context.seed()
    )
    return [first, Mark(shapes=tuple(rails), rgb=steel, strength=0.9, seed=context.seed())]
