"""Low turrets about their ring: drum, cone, casting, horseshoe, facets, box; and their guns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Mesh, ball, box, cylinder, join, lathe, taper, tube
from vehicle_id.synth.paint import DARK_STEEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.shells import skin
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.craft.hulls import at_height, level
from vehicle_id.synth.shapes.low_tanks.hull import LowHull
from vehicle_id.synth.vehicle_sample import VehicleSample

Shell = Callable[[VehicleSample, float, float, Paint], Mesh]
"""A shell of a radius and a height over its ring, standing at z = 0."""

CLOTHS: Final = ("#5d604a", "#7c7a5c", "#a3987a", "#4a4f44", "#8c8f88", "#3f4a3c", "#b3ab98")


def _drum(sample: VehicleSample, radius: float, high: float, paint: Paint) -> Mesh:
    return cylinder("z", (0.0, high), (0.0, 0.0), radius, paint, sides=int(sample.rng.integers(8, 22)))


def _cone(sample: VehicleSample, radius: float, high: float, paint: Paint) -> Mesh:
    top = radius * sample.rng.uniform(0.6, 0.85)
    return lathe(
        "z", [(0.0, radius), (high, top), (high, 0.0)], (0.0, 0.0), paint, sides=int(sample.rng.integers(8, 20))
    )


def _casting(sample: VehicleSample, radius: float, high: float, paint: Paint) -> Mesh:
    """A flattened dome, longer or broader than round."""
    rng = sample.rng
    turns = np.linspace(0.1, 0.5 * np.pi, 6)
    profile = [(0.0, 0.92 * radius), *((float(high * np.sin(a)), float(radius * np.cos(a) ** 0.6)) for a in turns)]
    return lathe("z", [*profile, (high, 0.0)], (0.0, 0.0), paint, sides=18).scaled(
        (rng.uniform(0.95, 1.25), rng.uniform(0.82, 1.0), 1.0)
    )


def _horseshoe(sample: VehicleSample, radius: float, high: float, paint: Paint) -> Mesh:
    """A cylinder with a box behind it, for radio or counterweight."""
    rng = sample.rng
    back = radius * rng.uniform(1.1, 1.7)
    wide = radius * rng.uniform(0.55, 0.95)
    tail = taper(
        (-back, 0.0), (-wide, wide), (0.12 * high, 0.96 * high), (-0.95 * back, 0.0), (-0.9 * wide, 0.9 * wide), paint
    )
    return join([_cone(sample, radius, high, paint), tail])


def _facets(sample: VehicleSample, radius: float, high: float, paint: Paint) -> Mesh:
    """Sloped plates on a plan of six to nine corners."""
    rng, count = sample.rng, int(sample.rng.integers(6, 10))
    turns = np.linspace(0, 2 * np.pi, count, endpoint=False) + rng.uniform(0, 0.4)
    plan = np.column_stack([np.cos(turns) * rng.uniform(1.0, 1.35), np.sin(turns)]) * radius
    share = rng.uniform(0.5, 0.8)
    foot, roof = at_height(plan, 0.0), at_height(plan * share, high)
    return join([skin(foot, roof, paint), level(roof, paint)])


def _boxy(sample: VehicleSample, radius: float, high: float, paint: Paint) -> Mesh:
    rng = sample.rng
    front, back, wide = radius * rng.uniform(0.8, 1.2), radius * rng.uniform(0.9, 1.6), radius * rng.uniform(0.75, 1.0)
    slope = rng.uniform(0.75, 0.97)
    return taper((-back, front), (-wide, wide), (0.0, high), (-slope * back, front * rng.uniform(0.4, 0.95)),
                 (-slope * wide, slope * wide), paint)  # fmt: skip


SHELLS: Final[tuple[Shell, ...]] = (_drum, _cone, _casting, _casting, _horseshoe, _facets, _facets, _boxy)


def low_turret(sample: VehicleSample, hull: LowHull, radius: float, muzzle: float) -> list[Mesh]:
    """A turret over its ring at the origin; its gun reaches `muzzle`, or it has none if that is 0."""
    rng, high = sample.rng, sample.height_m - hull.deck
    low = high * rng.uniform(0.72, 0.96)
    tone = shade(sample.coat, rng.uniform(0.88, 1.15)) if sample.chance(0.85) else loose(rng, "#6a675c")
    shell = SHELLS[int(rng.integers(len(SHELLS)))](sample, radius, low + 0.05, tone)
    parts = [shell, *_roof(sample, radius, low, high, tone)]
    if muzzle:
        parts += _gun(sample, radius, 0.5 * low, muzzle, tone)
    if sample.chance(0.3):
        parts += _stowage(sample, radius, low)
    if sample.chance(0.1):
        cloth = loose(rng, str(rng.choice(CLOTHS)))
        parts.append(
            ball((-0.1 * radius, 0.0, 0.2 * low), (1.25 * radius, 1.15 * radius, high - 0.2 * low), cloth, detail=2)
        )
    return [mesh.moved((0.0, 0.0, hull.deck - 0.05)) for mesh in parts]


def _roof(sample: VehicleSample, radius: float, low: float, high: float, tone: Paint) -> list[Mesh]:
    """A cupola, a hatch open or closed, a machine gun; one part reaches the height of the vehicle."""
    rng = sample.rng
    y, x = rng.uniform(-0.4, 0.4) * radius, rng.uniform(-0.45, 0.1) * radius
    size = rng.uniform(0.2, 0.32)
    if sample.chance(0.25):
        size = min(size, 0.28)
        lid = box(about(x - 1.3 * size, 0.06), about(y, 1.8 * size), (0.6 * low, high + 0.05), shade(tone, 0.9))
        hole = cylinder("z", (0.5 * low, low + 0.08), (x, y), size, shade(DARK_STEEL, 0.25), sides=11)
        return [lid, hole]
    cupola = cylinder("z", (0.5 * low, high + 0.05), (x, y), size, shade(tone, rng.uniform(0.75, 1.15)), sides=11)
    other = cylinder(
        "z", (0.5 * low, low + 0.1), (x, -y - 0.2), 0.8 * size, shade(tone, rng.uniform(0.7, 1.1)), sides=9
    )
    gun = tube((x, y, high), (x + rng.uniform(0.6, 1.1), y, high), 0.03, DARK_STEEL, sides=5)
    return [cupola, *([other] if sample.chance(0.6) else []), *([gun] if sample.chance(0.3) else [])]


def _gun(sample: VehicleSample, radius: float, z: float, muzzle: float, tone: Paint) -> list[Mesh]:
    """A barrel from the shell on, thin or stout, with a mantlet and on some a brake or a sleeve."""
    rng = sample.rng
    thick, paint = (
        rng.uniform(0.028, 0.06) * sample.width_m / 2,
        tone if sample.chance(0.7) else shade(DARK_STEEL, rng.uniform(0.6, 1.3)),
    )
    start = 0.7 * radius
    if muzzle < start + 0.2:
        return []
    parts = [cylinder("x", (start, muzzle), (0.0, z), thick, paint, sides=8)]
    half, reach = rng.uniform(0.15, 0.45) * radius, min(radius + rng.uniform(0.1, 0.4), muzzle)
    parts.append(box((start, reach), (-half, half), (z - 0.2, z + 0.18), shade(tone, rng.uniform(0.8, 1.1))))
    if sample.chance(0.35):
        end = (muzzle - rng.uniform(0.15, 0.4), muzzle)
        parts.append(cylinder("x", (max(end[0], start), end[1]), (0.0, z), 1.7 * thick, paint, sides=8))
    return parts


def _stowage(sample: VehicleSample, radius: float, low: float) -> list[Mesh]:
    """Rolls, boxes and a basket behind or beside the shell."""
    rng, parts = sample.rng, []
    for _ in range(int(rng.integers(1, 5))):
        tone = loose(rng, str(rng.choice(CLOTHS)))
        turn, away = rng.uniform(0.6 * np.pi, 1.4 * np.pi), radius * rng.uniform(0.95, 1.1)
        x, y = float(np.cos(turn) * away), float(np.sin(turn) * away)
        long, wide = rng.uniform(0.2, 0.5), rng.uniform(0.3, 0.9)
        parts.append(box(about(x, long), about(y, wide), (0.25 * low, low * rng.uniform(0.5, 1.0)), tone))
    return parts
