"""Recipe of railway ground: ballast, dirt between the tracks, and the neighbouring tracks drawn flat.

This room does not know the track that the vehicle stands on, which is a mesh.
"""

from __future__ import annotations

from collections.abc import Sequence

from vehicle_id.synth.ground.context import Plot
from vehicle_id.synth.ground.layers import Layer, Side
from vehicle_id.synth.ground.marks import DRAWN_M, Beat, Mark
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


def draw_ballast(plot: Plot) -> tuple[list[Layer], list[Layer]]:
    """The bed of the tracks; the vehicle stands on the middle one."""
    stone = material(plot, BALLASTS, (0.12, 0.2), exponent=(0.7, 1.0))
    soft: list[Layer] = [stone]
    spacing = max(4.0, plot.between(4.2, 6.5))
    tracks = [number * spacing for number in range(-3, 4) if number == 0 or plot.chance(0.6)]
    between = [v + spacing / 2 for v in (number * spacing for number in range(-4, 4))]
    dirt = tone(plot, SOILS)
    lanes = tuple(straight(plot, (-DRAWN_M, v), (DRAWN_M, v), spacing - 3.2) for v in between)
    soft.append(Mark(shapes=lanes, rgb=dirt, strength=plot.between(0.2, 0.7), blur_m=0.8, wear=0.5, seed=plot.seed()))
    oil = tuple(straight(plot, (-DRAWN_M, v), (DRAWN_M, v), 1.3) for v in tracks)
    dark = plot.between(0.65, 0.95)
    rust = (dark, dark * 0.95, dark * 0.88)
    soft.append(Mark(shapes=oil, rgb=rust, dye=True, blur_m=0.7, wear=0.4, wear_m=6.0, seed=plot.seed()))
    if plot.chance(0.6):
        soft.append(patches(plot, stone, GRASSES, (0.02, 0.2), size_m=5, hue=1.0))
    if plot.chance(0.6):
        side = max(tracks) + plot.between(2, 4)
        soft.append(
            Side(
                of=bare_texture(plot) if plot.chance(0.5) else grass_texture(plot),
                axis_deg=plot.axis_deg,
                at_m=side,
                seed=plot.seed(),
                wobble_m=0.4,
                edge_m=0.5,
            )
        )
    return soft, _flat_tracks(plot, [v for v in tracks if v])


def _flat_tracks(plot: Plot, across: Sequence[float]) -> list[Layer]:
    """Sleepers and rails of the neighbouring tracks; the vehicle's own has true ones."""
    beds = tuple(straight(plot, (-DRAWN_M, v), (DRAWN_M, v), 2.6) for v in across)
    sleepers = Beat(axis_deg=plot.axis_deg, period_m=0.6, length_m=0.25)
    rails = [straight(plot, (-DRAWN_M, v + side), (DRAWN_M, v + side), 0.08) for v in across for side in (-0.76, 0.76)]
    wood = tone(plot, ("#7a6a58", "#a9a59c", "#6b5d4f", "#98938a"))
    steel = tone(plot, ("#6b4a35", "#8a7a6c", "#c4c6c8"))
    first = Mark(shapes=beds, rgb=wood, strength=plot.between(0.3, 0.8), wear=0.4, beat=sleepers, seed=plot.seed())
    return [first, Mark(shapes=tuple(rails), rgb=steel, strength=0.9, seed=plot.seed())]
