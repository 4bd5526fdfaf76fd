"""Beds of army lorries without a closed body: boards, bows, cloth in the lorry's camouflage, dark loads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, copies, cylinder, relief
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, TYRE, WOOD, Paint, loose, shade
from vehicle_id.synth.shapes.army_trucks.canvas import bare_hoops, canvas_paint
from vehicle_id.synth.shapes.army_trucks.goods import goods
from vehicle_id.synth.shapes.common.roof_marks import seams
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.motor_pool.plan import ArmyLorryPlan
from vehicle_id.synth.vehicle_sample import VehicleSample

OpenBed = Callable[[VehicleSample, ArmyLorryPlan, float], list[Mesh]]
"""A bed up to a height."""

_FLOORS: Final = ("#c89f74", "#b98d66", "#8a7458", "#77695a", "#4a4743", "#33363a", "#97948c")
"""Bare wood old and new, painted wood, plate."""
_DARK_CLOTHS: Final = ("#2f333d", "#2b3337", "#27302b", "#3a3d42", "#38362f")


def boards(sample: VehicleSample, plan: ArmyLorryPlan, top: float) -> list[Mesh]:
    """An empty bed with low boards: a floor of another tone inside a rim of the coat."""
    rng, half, x = sample.rng, plan.half, plan.bed
    rim = plan.deck + rng.uniform(0.1, 0.6)
    parts = _floor(sample, plan, x)
    thick, wall = rng.uniform(0.05, 0.12), shade(sample.coat, rng.uniform(0.8, 1.15))
    parts += [box(x, y, (plan.deck - 0.1, rim), wall) for y in both((half - thick, half))]
    high = rim + (rng.uniform(0.1, 0.6) if sample.chance(0.4) else 0.0)
    parts.append(box((x[0], x[0] + thick), (-half, half), (plan.deck - 0.1, rim), wall))
    parts.append(box((x[1] - thick, x[1]), (-half, half), (plan.deck - 0.1, min(top, high)), wall))
    if sample.chance(0.25):  # benches folded against the sides
        parts += [box(x, y, (rim - 0.05, rim), loose(rng, "#8a7450")) for y in both((half - 0.45, half - thick))]
    elif sample.chance(0.2):
        parts += goods(sample, (x[0] + 0.2, x[1] - 0.2), half - 0.2, (plan.deck + 0.06, top))
    return parts


def bows(sample: VehicleSample, plan: ArmyLorryPlan, top: float) -> list[Mesh]:
    """Boards, and bows over them without their cloth; in some a roll of it at the cab."""
    parts = boards(sample, plan, top)
    rng, x = sample.rng, plan.bed
    parts += bare_hoops(x, 0.97 * plan.half, (plan.deck + 0.3, top), int(rng.integers(3, 7)))
    if sample.chance(0.4):
        roll = (x[1] - 0.25, top - 0.2)
        parts.append(cylinder("y", (-0.85 * plan.half, 0.85 * plan.half), roll, 0.14, canvas_paint(sample), sides=8))
    return parts


def frame_bed(sample: VehicleSample, plan: ArmyLorryPlan, top: float) -> list[Mesh]:
    """A bare frame of bearers and cross-members as wide as the lorry; the ground and the tyres show through."""
    del top
    rng, x, z = sample.rng, plan.bed, plan.deck + sample.rng.uniform(0.05, 0.25)
    paint = shade(sample.coat, rng.uniform(0.75, 1.15)) if sample.chance(0.8) else shade(DARK_STEEL, 1.2)
    half, bar = plan.half * rng.uniform(0.9, 1.0), rng.uniform(0.08, 0.2)
    parts = [box(x, y, (z - 0.15, z), paint) for y in both((half - bar, half))]
    places = [(float(at), 0.0, 0.0) for at in np.linspace(x[0] + 0.1, x[1] - 0.1, int(rng.integers(3, 7)))]
    parts.append(copies(box(about(0.0, bar), (-half, half), (z - 0.13, z - 0.01), paint), places))
    if sample.chance(0.5):
        end = x[0] + rng.uniform(0.3, 0.7) * (x[1] - x[0])
        cover = (x[0], end) if sample.chance(0.5) else (end, x[1])
        parts.append(box(cover, (-half, half), (z - 0.1, z + 0.01), _floor_paint(sample)))
    return [*parts, *_stowed(sample, plan, x, z)]


def own_cloth(sample: VehicleSample, plan: ArmyLorryPlan, top: float) -> list[Mesh]:
    """A tilt that wears the coat of the lorry, its camouflage too; flat, slack or a little crowned."""
    rng, x, half = sample.rng, plan.bed, plan.half * sample.rng.uniform(0.94, 1.0)
    cloth = shade(sample.coat, rng.uniform(0.75, 1.1)) if sample.chance(0.8) else canvas_paint(sample)
    shape = (max(9, int((x[1] - x[0]) / 0.3)), 9)
    along, across = np.linspace(0, 1, shape[0])[:, None], np.abs(np.linspace(-1, 1, shape[1]))
    crown = 1 - rng.uniform(0.02, 0.3) * across ** rng.uniform(1.5, 6.0)
    sag = rng.uniform(0.0, 0.08) * np.sin(np.pi * rng.integers(2, 6) * along) ** 2 * (1 - across**4)
    rim = plan.deck + rng.uniform(0.2, 0.8)
    heights = rim + (top - rim) * np.clip(crown - sag - np.abs(rng.normal(0, 0.012, shape)), 0, 1)
    heights[shape[0] // 2, shape[1] // 2] = top
    skirt = np.pad(heights, 1, constant_values=rim)
    return [
        box(x, (-half, half), (plan.deck - 0.1, rim), shade(sample.coat, 0.9)),
        relief(x, (-half, half), skirt, cloth),
    ]


def long_dark_load(sample: VehicleSample, plan: ArmyLorryPlan, top: float) -> list[Mesh]:
    """Wide, flat and long under dark cloth, or a deep open bed that lies in shade; no tube, no tapered nose."""
    rng, x, half = sample.rng, plan.bed, plan.half * sample.rng.uniform(0.95, 1.0)
    tone = loose(rng, str(rng.choice(_DARK_CLOTHS)), spread=0.2)
    side = shade(sample.coat, rng.uniform(0.7, 1.1))
    rim = plan.deck + rng.uniform(0.5, 1.0)
    parts = [box(x, y, (plan.deck - 0.1, rim), side) for y in both((half - 0.08, half))]
    parts += [
        box(end, (-half, half), (plan.deck - 0.1, rim), side) for end in ((x[0], x[0] + 0.08), (x[1] - 0.08, x[1]))
    ]
    inside, wide = (x[0] + 0.08, x[1] - 0.08), half - 0.08
    if sample.chance(0.35):
        parts.append(box(inside, (-wide, wide), (plan.deck - 0.05, plan.deck), shade(tone, 0.8)))
        return parts + (goods(sample, inside, wide - 0.1, (plan.deck, rim + 0.3)) if sample.chance(0.5) else [])
    level = min(top, rim + rng.uniform(0.0, 0.7))
    shape = (max(7, int((x[1] - x[0]) / 0.5)), 7)
    heights = level - np.abs(rng.normal(0, rng.uniform(0.005, 0.03), shape))
    if sample.chance(0.4):
        heights -= rng.uniform(0.02, 0.15) * np.linspace(-1, 1, shape[1]) ** 2
    parts.append(relief(inside, (-wide, wide), np.pad(heights, 1, constant_values=rim - 0.2), tone))
    if sample.chance(0.6):
        parts.append(seams(inside, (-wide, wide), level, rng.uniform(0.7, 2.0), shade(tone, rng.choice([0.6, 1.4])),
                           wide=0.07))  # fmt: skip
    return parts


def box_tank(sample: VehicleSample, plan: ArmyLorryPlan, top: float) -> list[Mesh]:
    """A flat-topped tank between walkways, manholes on its middle line, a pump box at the tail."""
    rng, half = sample.rng, plan.half * sample.rng.uniform(0.92, 1.0)
    x = (plan.bed[0] + rng.uniform(0.6, 1.1), plan.bed[1] - 0.05)
    tone, z = shade(sample.coat, rng.uniform(0.9, 1.15)), min(top, plan.deck + rng.uniform(0.9, 1.3))
    parts = [box(x, (-half, half), (plan.deck - 0.1, z), tone)]
    parts += [box(x, y, (z - 0.02, z + 0.06), shade(tone, rng.uniform(0.6, 1.1))) for y in both((0.55 * half, half))]
    for share in np.linspace(0.2, 0.8, int(rng.integers(1, 4))):
        at = (x[0] + float(share) * (x[1] - x[0]), 0.0)
        dark = shade(CHASSIS, 1.3) if sample.chance(0.6) else shade(tone, 0.7)
        parts.append(cylinder("z", (z, z + 0.08), at, rng.uniform(0.25, 0.4), dark, sides=12))
    tail = (plan.bed[0], x[0])
    return [*parts, box(tail, (-half, half), (plan.deck - 0.2, z - 0.15), shade(sample.coat, 0.8))]


def _floor_paint(sample: VehicleSample) -> Paint:
    if sample.chance(0.35):
        return shade(sample.coat, sample.rng.uniform(0.65, 1.15))
    return loose(sample.rng, str(sample.rng.choice(_FLOORS)), spread=0.18)


def _floor(sample: VehicleSample, plan: ArmyLorryPlan, x: Span) -> list[Mesh]:
    paint = _floor_paint(sample)
    parts = [box(x, (-plan.half, plan.half), (plan.deck - 0.1, plan.deck), paint)]
    if sample.chance(0.4):
        parts.append(seams(x, (-plan.half, plan.half), plan.deck, sample.rng.uniform(0.3, 1.0), shade(paint, 0.75),
                           wide=0.05))  # fmt: skip
    return parts


def _stowed(sample: VehicleSample, plan: ArmyLorryPlan, x: Span, z: float) -> list[Mesh]:
    """Wheels, boxes and cloth that lie on a frame."""
    rng, parts = sample.rng, []
    for _ in range(int(rng.integers(0, 4))):
        at, y = rng.uniform(x[0] + 0.5, x[1] - 0.5), rng.uniform(-0.5, 0.5) * plan.half
        if sample.chance(0.3):
            parts.append(cylinder("z", (z, z + 0.3), (at, y), 0.85 * plan.wheel, TYRE, sides=14))
        else:
            tone = (DARK_STEEL, WOOD, shade(sample.coat, 0.7), canvas_paint(sample))[int(rng.integers(4))]
            size = rng.uniform(0.3, 0.9, 2)
            parts.append(box(about(at, size[0]), about(y, size[1]), (z, z + rng.uniform(0.1, 0.5)), tone))
    return parts
