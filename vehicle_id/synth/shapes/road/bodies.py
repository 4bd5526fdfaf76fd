"""Bodies on a lorry's frame: boxes, tarpaulins, flat beds, tipping bodies, tanks.

Every body is given by the spans it fills.
"""

from __future__ import annotations

import itertools

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder, taper
from vehicle_id.synth.paint import BRIGHT_STEEL, CHASSIS, DARK_STEEL, STEEL, WHITE_PANEL, WOOD, Paint, loose, shade
from vehicle_id.synth.shapes.common.shells import barrel, lid, skin
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.road.loads import TARPAULINS
from vehicle_id.synth.vehicle_sample import VehicleSample


def panel(sample: VehicleSample) -> Paint:
    """Paint of a box: mostly white, else the cab's coat, grey, or a fleet's own colour."""
    kind = sample.rng.random()
    if kind < 0.62:
        return shade(WHITE_PANEL, sample.rng.uniform(0.75, 1.15))
    if kind < 0.78:
        return sample.coat
    return loose(
        sample.rng,
        str(sample.rng.choice(["#9aa09e", "#b8bcb4", "#c8b878", "#3d5f96", "#a33328", "#7f9184", "#d9a92e"])),
    )


def box_body(sample: VehicleSample, x: Span, z: Span, width: float, paint: Paint) -> list[Mesh]:
    """A box with a frame around its roof; ribs, seams, or a translucent roof."""
    body = box((x[0] + 0.01, x[1] - 0.01), about(0.0, width - 0.02), (z[0], z[1] - 0.02), paint)
    frame = shade(paint, sample.rng.uniform(0.6, 1.1))
    rails = [box(x, about(y, 0.09), (z[1] - 0.10, z[1]), frame) for y in (0.045 - width / 2, width / 2 - 0.045)]
    ends = [
        box(about(at, 0.10), about(0.0, width), (z[1] - 0.10, z[1] - 0.003), frame) for at in (x[0] + 0.05, x[1] - 0.05)
    ]
    return [body, *rails, *ends, *_roof_pattern(sample, (x[0] + 0.1, x[1] - 0.1), z[1] - 0.02, width - 0.2, paint)]


def _roof_pattern(sample: VehicleSample, x: Span, top: float, width: float, paint: Paint) -> list[Mesh]:
    kind, tone = sample.rng.random(), shade(paint, sample.rng.uniform(0.72, 1.2))
    if kind < 0.25:
        count = max(3, int((x[1] - x[0]) / sample.rng.uniform(0.6, 1.3)))
        return [
            box(about(at, 0.07), about(0.0, width), (top - 0.01, top + 0.018), tone) for at in np.linspace(*x, count)
        ]
    if kind < 0.40:
        tone = loose(sample.rng, "#c9c6b4")
        return [box(x, about(0.0, width - 0.1), (top - 0.01, top + 0.01), tone)]
    if kind < 0.52:
        at = float(sample.rng.uniform(x[0] + 0.2 * (x[1] - x[0]), x[1] - 0.3))
        return [box(about(at, 0.5), about(sample.rng.uniform(-0.5, 0.5), 0.5), (top - 0.01, top + 0.012), tone)]
    return []


def reefer_unit(sample: VehicleSample, x: float, z: float, width: float) -> list[Mesh]:
    """A cooling unit on a box's front wall, its fans on top."""
    grey = shade(WHITE_PANEL, sample.rng.uniform(0.5, 0.95))
    unit = box((x, x + 0.42), about(0.0, 0.76 * width), (z - 1.5, z - 0.12), grey)
    fans = [cylinder("z", (z - 0.13, z - 0.10), (x + 0.22, y), 0.16, DARK_STEEL, sides=8) for y in (-0.45, 0.0, 0.45)]
    return [unit, *fans]


def tail_lift(x: float, z: float, width: float) -> list[Mesh]:
    """A loading plate folded up against the rear doors."""
    return [box((x - 0.10, x), about(0.0, 0.94 * width), (z - 0.2, z + 1.4), STEEL)]


def tarpaulin_body(sample: VehicleSample, x: Span, z: Span, width: float, cloth: Paint | None = None) -> list[Mesh]:
    """Cloth over bows: it sags between them and shades from bay to bay; round at the shoulders."""
    cloth = cloth or loose(sample.rng, str(sample.rng.choice(TARPAULINS)))
    bays = max(3, round((x[1] - x[0]) / sample.rng.uniform(0.8, 1.5)))
    marks, half, wall = np.linspace(x[0], x[1], bays + 1), width / 2, z[0] + sample.rng.uniform(0.2, 0.5)
    sag, round_by = sample.rng.uniform(0.02, 0.08), sample.rng.uniform(0.08, 0.25)
    parts = [box(x, about(0.0, width), (z[0], wall), sample.coat if sample.chance(0.6) else WOOD)]
    for low, high in itertools.pairwise(marks):
        tone = shade(cloth, sample.rng.normal(1.0, 0.05))
        parts += _bay((float(low), float(high)), (wall, z[1]), half, (sag, round_by), tone)
    return parts


def _bay(x: Span, z: Span, half: float, give: tuple[float, float], paint: Paint) -> list[Mesh]:
    """One field of cloth: full height at its bows, lower between them."""
    sag, bend = give
    middle = (x[0] + x[1]) / 2
    section = np.array(
        [
            (half, z[0]),
            (half, z[1] - bend),
            (half - bend, z[1]),
            (bend - half, z[1]),
            (-half, z[1] - bend),
            (-half, z[0]),
        ]
    )
    rings = []
    for at, drop in ((x[0], 0.0), (middle, sag), (x[1], 0.0)):
        low = section - np.column_stack(
            [np.sign(section[:, 0]) * drop * 0.4, np.where(section[:, 1] > z[0], drop, 0.0)]
        )
        rings.append(np.column_stack([np.full(len(low), at), low]))
    walls = [skin(a, b, paint) for a, b in itertools.pairwise(rings)]
    return [*walls, lid(rings[0], paint), lid(rings[-1], paint)]


def flat_bed(
    sample: VehicleSample,
    x: Span,
    z: float,
    width: float,
    *,
    boards: float,
    floor: Paint | None = None,
    head: bool = True,
) -> list[Mesh]:
    """A floor of planks with boards around it, `boards` metres high (0 for none), and a headboard."""
    floor = floor or (loose(sample.rng, "#8a7458") if sample.chance(0.7) else loose(sample.rng, "#6d6f6e"))
    planks = [
        box(
            (x[0] + 0.01 * bool(boards), x[1] - 0.01 * head),
            (float(y) + 0.005, float(y) + width / 5 - 0.005),
            (z - 0.15, z),
            shade(floor, sample.rng.normal(1, 0.10)),
        )
        for y in np.linspace(-width / 2, width / 2, 6)[:-1]
    ]
    front = box(
        (x[1] - 0.06, x[1]), about(0.0, width), (z - 0.15, z + max(0.9, boards)), sample.coat if boards else STEEL
    )
    if not boards:
        return [*planks, *([front] if head else [])]
    sides = [
        box(x, about(y, 0.05), (z - 0.16, z + boards), sample.coat) for y in (0.025 - width / 2, width / 2 - 0.025)
    ]
    tail = box((x[0], x[0] + 0.05), about(0.0, width - 0.02), (z - 0.16, z + boards - 0.01), sample.coat)
    return [*planks, front, *sides, tail]


def tipping_body(
    sample: VehicleSample, x: Span, z: Span, width: float, *, paint: Paint, hood: Span | None
) -> list[Mesh]:
    """An open steel body: ribbed walls, worn floor, no load; `hood`: reach and top of a cab guard."""
    wall, floor = 0.07, z[0] + 0.12
    worn = loose(sample.rng, str(sample.rng.choice(["#5a5650", "#6b5f50", "#77736c", "#4a4644"])))
    outer = width / 2 - 0.06
    parts = [box((x[0] + 0.02, x[1] - 0.02), about(0.0, 2 * outer - 0.05), (z[0], floor), worn)]
    for side in (-1, 1):
        y = (side * outer, side * (outer - wall))
        parts += [box(x, (min(y), max(y)), (z[0], z[1]), paint)]
        parts += [
            box(about(float(at), 0.10), about(side * (width / 2 - 0.035), 0.07), (z[0], z[1] - 0.03), paint)
            for at in np.linspace(x[0] + 0.1, x[1] - 0.1, min(9, max(4, int((x[1] - x[0]) / 0.8))))
        ]
    parts.append(
        box((x[0], x[0] + wall), about(0.0, 2 * outer - 0.01), (z[0], z[1] - sample.rng.uniform(0.02, 0.15)), paint)
    )
    parts.append(box((x[1] - wall, x[1]), about(0.0, 2 * outer - 0.01), (z[0], z[1] + 0.04), paint))
    if hood:
        parts.append(taper((x[1] - 0.1, hood[0]), about(0.0, 2 * outer), (hood[1] - 0.16, hood[1] - 0.08),
                           (x[1] - 0.1, hood[0]), about(0.0, 1.7 * outer), paint))  # fmt: skip
        parts.append(box((x[1] - 0.12, x[1]), about(0.0, 2 * outer), (z[1], hood[1] - 0.1), paint))
    return parts


def tank_body(sample: VehicleSample, x: Span, z: Span, width: float, *, paint: Paint) -> list[Mesh]:
    """A lying tank: round ends, a walkway along its spine, manholes on it, bands or lockers."""
    middle, dish = (z[0] + z[1]) / 2 - 0.05, sample.rng.uniform(0.12, 0.4)
    shell = barrel(x, middle, (width / 2, (z[1] - z[0]) / 2 - 0.05), paint, dish=dish, sides=18)
    top, inner = z[1] - 0.10, (x[0] + dish + 0.1, x[1] - dish - 0.1)
    parts = [shell, box((x[0] + 0.3, x[1] - 0.3), about(0.0, 0.7 * width), (z[0] - 0.15, z[0] + 0.25), CHASSIS)]
    if sample.chance(0.8):
        tone = (STEEL, DARK_STEEL, shade(paint, 0.6))[int(sample.rng.integers(3))]
        parts.append(
            box(
                inner,
                about(sample.rng.choice([0.0, 0.0, -0.3]), sample.rng.uniform(0.35, 0.7)),
                (top - 0.08, top + 0.02),
                tone,
            )
        )
    parts += _manholes(sample, inner, top)
    if sample.chance(0.4):
        tone = shade(paint, sample.rng.uniform(0.5, 0.8))
        radii = (width / 2, (z[1] - z[0]) / 2 - 0.035)
        parts += [_hoop(float(at), middle, radii, tone) for at in np.linspace(*inner, 4)[1:-1]]
    return parts


def _hoop(x: float, z: float, radii: tuple[float, float], paint: Paint) -> Mesh:
    """A band around a tank."""
    turn = np.linspace(0, 2 * np.pi, 18, endpoint=False) + np.pi / 18
    section = np.column_stack([np.cos(turn) * radii[0], z + np.sin(turn) * radii[1]])
    near, far = (np.column_stack([np.full(len(section), at), section]) for at in about(x, 0.10))
    return skin(near, far, paint)


def _manholes(sample: VehicleSample, x: Span, top: float) -> list[Mesh]:
    count = int(sample.rng.integers(1, 6))
    tone = DARK_STEEL if sample.chance(0.6) else BRIGHT_STEEL
    marks = np.linspace(x[0], x[1], count + 2)[1:-1]
    return [
        cylinder("z", (top - 0.06, top + 0.10), (float(at), 0.0), sample.rng.uniform(0.2, 0.3), tone, sides=8)
        for at in marks
    ]
