"""Closed trailers: plain and ribbed box vans, refrigerated vans, curtain sides with a cloth roof.

From above the roof is nearly all there is: its sheets, ribs, bows, dirt, lettering, and the unit on the front wall.
"""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder, relief, slab
from vehicle_id.synth.paint import BRIGHT_STEEL, DARK_STEEL, STEEL, WHITE_PANEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.roof_marks import foreign, panels, patches, seams
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.freight.trailer_plan import TrailerPlan, running_gear
from vehicle_id.synth.vehicle_sample import VehicleSample

CLOTH_ROOFS = ("#e4e4e0", "#d5d8da", "#c3c6c8", "#b4b2a8", "#dcd6c4", "#9aa2aa", "#5f7fa8", "#7f8a7c")


def van(sample: VehicleSample, plan: TrailerPlan) -> list[Mesh]:
    """A box of panels, smooth or ribbed, with or without a refrigeration unit."""
    cold = sample.chance(0.9 if "refrigerated" in sample.row.name else 0.28)
    front = plan.front - (sample.rng.uniform(0.3, 0.55) if cold else 0.0)
    deck = 1.0 if plan.american else sample.rng.uniform(1.05, 1.25)
    roof = plan.top - 0.03
    body = box((plan.rear, front), (-plan.half, plan.half), (deck, roof - 0.02), sample.coat)
    if sample.chance(0.25):  # rounded front corners
        turn = 0.3
        outline = [
            (plan.rear, plan.half),
            (front - turn, plan.half),
            (front, plan.half - turn),
            (front, turn - plan.half),
            (front - turn, -plan.half),
            (plan.rear, -plan.half),
        ]
        body = slab(outline, (deck, roof - 0.02), sample.coat)
    unit = _unit(sample, (front, plan.front), plan.half, plan.top) if cold else []
    return [body, *van_roof(sample, (plan.rear, front), plan.half, plan.top), *unit, *running_gear(sample, plan, deck)]


def van_roof(sample: VehicleSample, x: Span, half: float, top: float) -> list[Mesh]:
    """Edges, sheets, ribs, lettering, dirt."""
    rng, roof = sample.rng, top - 0.03
    tone = _roof_paint(sample)
    inner = (x[0] + 0.08, x[1] - 0.1)
    across = (0.07 - half, half - 0.07)
    edge = shade(BRIGHT_STEEL, rng.uniform(0.4, 0.95)) if sample.chance(0.5) else shade(tone, rng.uniform(0.8, 1.1))
    found = [box(x, y, (roof - 0.1, top), edge) for y in both((half - 0.08, half))]
    found += [box((a, a + 0.1), (-half, half), (roof - 0.1, top - 0.001), edge) for a in (x[0], x[1] - 0.1)]
    found.append(panels(rng, inner, across, roof, rng.uniform(1.0, 6.0), tone, spread=rng.uniform(0.0, 0.05)))
    if sample.chance(0.45):
        rib = shade(tone, rng.choice((0.8, 0.88, 1.1)))
        found.append(seams(inner, across, roof, rng.uniform(0.4, 1.6), rib, wide=rng.uniform(0.03, 0.1)))
    if sample.chance(0.2):
        found.append(box(inner, about(0.0, rng.uniform(0.05, 0.3)), (roof - 0.02, roof + 0.012), shade(tone, 0.85)))
    if sample.chance(0.12):
        found += lettering(rng, x, half, roof + 0.012)
    if sample.chance(0.4):
        dirt = shade(tone, rng.uniform(0.6, 0.92))
        found += patches(rng, inner, across, roof, dirt, count=int(rng.integers(1, 10)), size=(0.2, 2.5))
    return found


def lettering(rng: np.random.Generator, x: Span, half: float, z: float) -> list[Mesh]:
    """A fleet number across or along the roof, of dark signs."""
    high = rng.uniform(0.5, 0.9) * half
    wide, count = 0.5 * high, int(rng.integers(4, 9))
    start = rng.uniform(x[0] + 0.3 * (x[1] - x[0]), max(x[0] + 0.31 * (x[1] - x[0]), x[1] - 1.4 * wide * count - 0.3))
    ink = loose(rng, str(rng.choice(("#28292c", "#1f3566", "#8a2522"))))
    found = []
    for index in range(count):
        a = start + 1.4 * wide * index
        found += [box((a, a + 0.3 * wide), about(0.0, high), (z, z + 0.004), ink)]
        level = rng.uniform(-0.45, 0.45) * high
        found += [box((a, a + wide), about(level, 0.2 * high), (z, z + 0.004), ink)] if rng.random() < 0.85 else []
    return found


def curtain_sider(sample: VehicleSample, plan: TrailerPlan) -> list[Mesh]:
    """Cloth over bows, sagging between them; curtains of the coat below a bright rail."""
    rng, deck = sample.rng, sample.rng.uniform(1.0, 1.25)
    eave = plan.top - rng.uniform(0.06, 0.16)
    wall = sample.coat if sample.chance(0.5) else foreign(rng, ("blue", "red", "white", "green", "grey", "orange"))
    if sample.coat_name in ("olive", "camouflage", "sand"):
        wall = sample.coat
    rail = shade(BRIGHT_STEEL, rng.uniform(0.35, 0.9)) if sample.chance(0.6) else shade(wall, 0.8)
    x, half = (plan.rear, plan.front), plan.half
    found = [box((x[0] + 0.05, x[1] - 0.08), (0.03 - half, half - 0.03), (deck, eave), wall)]
    found += [box(x, y, (eave - 0.12, eave + 0.02), rail) for y in both((half - 0.07, half))]
    ends = shade(WHITE_PANEL, rng.uniform(0.6, 1.0)) if sample.chance(0.6) else wall
    found += [box((a, a + 0.1), (-half, half), (deck, eave + 0.02), ends) for a in (x[0], x[1] - 0.1)]
    return [*found, _cloth(sample, x, half, (eave, plan.top)), *running_gear(sample, plan, deck)]


def _cloth(sample: VehicleSample, x: Span, half: float, z: Span) -> Mesh:
    """Two spans a bow; high on the bows and along the middle."""
    rng = sample.rng
    bows = int(rng.integers(6, 24))
    along = np.arange(2 * bows + 1)
    sag = np.where(along % 2, rng.uniform(0.2, 0.8), 0.0)[:, None] * np.array([0.2, 1.0, 1.0, 1.0, 0.2])
    crown = np.array([0.0, 0.75, 1.0, 0.75, 0.0]) if sample.chance(0.6) else np.array([0.5, 0.95, 1.0, 0.95, 0.5])
    heights = z[0] + (z[1] - z[0]) * np.clip(crown * 1.0 - sag * 0.6 + rng.normal(0, 0.05, sag.shape), 0.0, 1.0)
    heights[::2, 2] = z[1]
    tone = sample.coat if sample.chance(0.3) else loose(rng, str(rng.choice(CLOTH_ROOFS)))
    if sample.coat_name in ("olive", "camouflage"):
        tone = sample.coat
    return relief((x[0] + 0.05, x[1] - 0.05), (0.06 - half, half - 0.06), heights, tone)


def _roof_paint(sample: VehicleSample) -> Paint:
    """The coat, plastic that lets light through, or metal."""
    rng = sample.rng
    if sample.coat_name in ("olive", "camouflage") or sample.chance(0.55):
        return shade(sample.coat, rng.uniform(0.9, 1.1))
    if sample.chance(0.7):
        return loose(rng, str(rng.choice(("#e8e8e4", "#dfe0dc", "#d6d4ca", "#cfd4d8"))), spread=0.08)
    return shade(BRIGHT_STEEL, rng.uniform(0.55, 1.0))


def _unit(sample: VehicleSample, x: Span, half: float, top: float) -> list[Mesh]:
    """The refrigeration unit on the upper front wall, its fan grille and stripes."""
    rng = sample.rng
    wide, low, high = rng.uniform(0.7, 0.9) * half, top - rng.uniform(1.5, 2.1), top - rng.uniform(0.1, 0.5)
    tone = shade(WHITE_PANEL, rng.uniform(0.6, 1.1)) if sample.chance(0.7) else shade(DARK_STEEL, rng.uniform(0.7, 2))
    fans = [cylinder("z", (high, high + 0.03), (sum(x) / 2, y), 0.16, DARK_STEEL) for y in (-0.4 * wide, 0.4 * wide)]
    return [
        box((x[0] - 0.02, x[1]), (-wide, wide), (low, high), tone),
        *fans,
        box((x[0] - 0.02, x[0] + 0.1), (-0.9 * wide, 0.9 * wide), (high, high + 0.06), shade(STEEL, 0.8)),
    ]
