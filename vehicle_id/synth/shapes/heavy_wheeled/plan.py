"""The plan of a heavy wheeled vehicle: zones along its length, its heights and half widths, and its axles.

From the front: bumper, cab, often a power pack, a gap in a third of the vehicles, payload, sometimes a rear platform.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from vehicle_id.synth.mesh import Span
from vehicle_id.synth.shapes.heavy_wheeled.cells import Cell
from vehicle_id.synth.shapes.heavy_wheeled.kit import Kit

Sides = Literal["open", "mudguards", "shelf", "skirts"]
"""What covers the wheels: nothing, a plate for each axle, one plate for all, or boxes down to the hubs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Zones as spans along x, and the measures that all parts share; metres."""

    chassis: Span
    """Without a load that overhangs."""
    cab: Span
    power: Span | None
    """Behind the cab."""
    payload: Span
    rear: Span | None
    half: float
    """Half the whole width."""
    bed_half: float
    """Half the width of what the payload zone holds."""
    deck: float
    cab_top: float
    top: float
    sides: Sides
    axles: tuple[float, ...]
    radius: float
    """Of the tyres."""

    def zone(self, x: Span, z: Span, *, half: float | None = None) -> Cell:
        """A cell over the width of the vehicle, or another half width."""
        across = self.half if half is None else half
        return Cell(x, (-across, across), z)


def draw_plan(kit: Kit, num_axles: int, *, loaded: bool, overhang: bool) -> Plan:
    """A plan for the sample; `overhang` allows a load beyond the front or the rear end."""
    length, height, half = kit.sample.length_m, kit.sample.height_m, kit.sample.width_m / 2
    chassis = _chassis(kit, length) if overhang else (0.0, length)
    axles = _axles(kit, chassis, num_axles)
    pitch = float(np.diff(sorted(axles)).min())
    radius = min(kit.between(0.52, 0.82), 0.48 * pitch, 0.25 * height)
    sides = kit.pick({"open": 2.0, "mudguards": 3.0, "shelf": 3.0, "skirts": 3.0})
    cab, power, payload, rear = _zones(kit, chassis)
    low = min(max(kit.between(2.3, 3.1), 0.58 * height), 0.95 * height)
    return Plan(
        chassis=chassis, cab=cab, power=power, payload=payload, rear=rear, half=half, axles=axles, radius=radius,
        bed_half=half * (kit.between(0.42, 0.7) if sides in ("open", "mudguards") else kit.between(0.75, 1.0)),
        deck=min(2 * radius + kit.between(-0.1, 0.3), 0.58 * height), top=height, sides=sides,  # type: ignore[arg-type]
        cab_top=low if loaded else 0.985 * height,
    )  # fmt: skip


def _chassis(kit: Kit, length: float) -> Span:
    front = kit.between(0.01, 0.1) if kit.chance(0.5) else 0.0
    rear = kit.between(0.01, 0.05) if kit.chance(0.35) else 0.0
    return rear * length, length * (1 - front)


def _zones(kit: Kit, chassis: Span) -> tuple[Span, Span | None, Span, Span | None]:
    """Cab, power pack, payload and rear platform."""
    length = chassis[1] - chassis[0]
    large = min(1.0, max(0.0, (length - 10) / 14))
    at = chassis[1] - kit.between(0.0, 0.45)
    cab = at - kit.between(1.5, 2.7) - large * kit.between(0.0, 1.6), at
    at = cab[0]
    power = None
    if kit.chance(0.65):
        power = at - kit.between(0.6, 1.6) * (1 + large), at
        at = power[0]
    if kit.chance(0.34):
        at -= kit.between(0.3, 1.0)
    rear = (chassis[0], chassis[0] + kit.between(0.4, 1.5)) if kit.chance(0.4) else None
    return cab, power, (rear[1] if rear else chassis[0], at), rear


def _axles(kit: Kit, chassis: Span, num_axles: int) -> tuple[float, ...]:
    """The sample's axle positions, or groups of axles with wider steps between them; from the front."""
    if kit.sample.axles_m:
        return tuple(kit.sample.length_m - axle for axle in kit.sample.axles_m)
    length = chassis[1] - chassis[0]
    steps = np.ones(num_axles - 1)
    for wide in kit.pick(_groups(num_axles)):
        steps[wide - 1] = kit.between(1.15, 2.1)
    steps *= kit.sample.rng.uniform(0.97, 1.03, len(steps))
    front, rear = chassis[1] - length * kit.between(0.07, 0.17), chassis[0] + length * kit.between(0.05, 0.13)
    along = np.concatenate([[0.0], np.cumsum(steps)]) / steps.sum()
    return tuple(float(front - share * (front - rear)) for share in along)


def _groups(num_axles: int) -> dict[tuple[int, ...], float]:
    """Numbers of the axles that a wider step follows, each pattern with its weight."""
    middle = num_axles // 2
    return {(): 2.0, (middle,): 3.0, (2,): 1.5, (3, num_axles - 3): 1.0, (num_axles - 2,): 1.0}
