"""The hull's roof: glacis, hatches, engine deck with grilles, boxes and drums, cloth and nets."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, ball, box, copies, cylinder, lathe, quad, relief, tube
from vehicle_id.synth.paint import DARK_STEEL, STEEL, WOOD, Paint, linear, loose, shade
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.tracked.hull_plan import HullPlan
from vehicle_id.synth.vehicle_sample import VehicleSample

CLOTH_TONES: Final = ("#4f5740", "#6b6d52", "#8b8468", "#a89a78", "#55504a", "#3c4236", "#7c7f76", "#b8ad92")
NET_TONES: Final = (
    ("#4f5b37", "#6a5d42", "#33402a"),
    ("#b7a47c", "#9a8560", "#7f7a55"),
    ("#5f6a4a", "#8a8c70", "#3a4230"),
)

LEAF_TONES: Final = ("#4a5c2e", "#3b4a28", "#66703c", "#857a4c", "#6e5a3c")
"""Fresh leaves, reeds, withered leaves."""


def hatch(x: float, y: float, radius: float, z: float, paint: Paint, *, open_lid: bool = False) -> list[Mesh]:
    """A round hatch; open it shows a dark hole, with its lid beside it."""
    if not open_lid:
        return [
            cylinder("z", (z - 0.1, z + 0.03), (x, y), radius * 1.12, shade(paint, 0.62), sides=12),
            cylinder("z", (z - 0.1, z + 0.05), (x, y), radius, paint, sides=12),
        ]
    hole = replace(DARK_STEEL, rgb=(0.012, 0.012, 0.012))
    side = box(about(x - 1.2 * radius, 0.06), about(y, 1.8 * radius), (z, z + 0.12), shade(paint, 1.1))
    return [cylinder("z", (z - 0.1, z + 0.03), (x, y), radius, hole, sides=12), side]


def grilles(sample: VehicleSample, x: Span, half: float, z: float) -> list[Mesh]:
    """Intakes on the engine deck: slots across or along, light or dark, or round fans; plates between them."""
    rng, tone = sample.rng, _grille_paint(sample)
    kind, long, parts = rng.random(), x[1] - x[0], []
    if kind < 0.25:
        radius = min(0.42 * long, 0.42 * half)
        fans = [(sum(x) / 2, side * 0.48 * half) for side in (-1, 1)]
        parts = [cylinder("z", (z - 0.1, z + 0.02), fan, radius, tone, sides=14) for fan in fans]
        return parts + [cylinder("z", (z - 0.1, z + 0.03), fan, 0.35 * radius, sample.coat, sides=8) for fan in fans]
    for start in np.linspace(x[0] + 0.05, x[1] - 0.35, int(rng.integers(1, 4))):
        ends = (float(start), min(float(start) + rng.uniform(0.25, 0.5), x[1]))
        spans = both((0.06, 0.9 * half)) if rng.random() < 0.6 else ((-0.85 * half, 0.85 * half),)
        parts += [box(ends, span, (z - 0.1, z + 0.015), tone) for span in spans]
        bars = [(float(at), 0.0, 0.0) for at in np.arange(ends[0] + 0.05, ends[1] - 0.03, 0.12)]
        parts.append(
            copies(box((-0.02, 0.02), (-0.85 * half, 0.85 * half), (z - 0.05, z + 0.03), shade(sample.coat, 0.9)), bars)
        )
    return parts


def engine_plates(sample: VehicleSample, x: Span, half: float, z: float) -> list[Mesh]:
    """Seams and bolted covers: a deck of several tones."""
    rng, cuts = sample.rng, np.linspace(*x, int(sample.rng.integers(2, 5)))
    return [
        box((a + 0.02, b - 0.02), span, (z - 0.1, z + 0.008), shade(sample.coat, rng.uniform(0.8, 1.15)))
        for a, b in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True)
        for span in ((-half, -0.02), (0.02, half))
    ]


def rear_drums(sample: VehicleSample, plan: HullPlan) -> list[Mesh]:
    """Two fuel drums across the rear end, and a log under them in some; they end at x = 0."""
    rng, radius = sample.rng, sample.rng.uniform(0.24, 0.3)
    tone = shade(sample.coat, rng.uniform(0.75, 1.2))
    z, x = plan.deck - 0.1, max(radius, plan.x[0] - 0.4 * radius)
    drum = [cylinder("y", span, (x, z), radius, tone, sides=12) for span in both((0.08, min(1.0, 0.95 * plan.inner)))]
    log = cylinder(
        "y", (-plan.inner, plan.inner), (x, z - radius - 0.12), 0.12, shade(WOOD, rng.uniform(0.5, 1.0)), sides=8
    )
    return [*drum, log] if sample.chance(0.5) else drum


def fender_boxes(sample: VehicleSample, plan: HullPlan) -> list[Mesh]:
    """Stowage boxes, flat fuel tanks and pipes on the fenders."""
    rng, parts = sample.rng, []
    top = min(plan.fender + rng.uniform(0.12, 0.3), plan.deck + 0.05)
    for side in both((plan.inner + 0.04, plan.half - rng.uniform(0.08, 0.2))):
        at = plan.at(rng.uniform(0.02, 0.15))
        while at < plan.at(0.72):
            long = rng.uniform(0.4, 1.5)
            if rng.random() < 0.75:
                tone = shade(sample.coat, rng.uniform(0.75, 1.2))
                parts.append(
                    box((at, min(at + long, plan.at(0.8))), side, (plan.fender, top * rng.uniform(0.94, 1.0)), tone)
                )
            at += long + rng.uniform(0.03, 0.25)
    return parts


def tow_gear(sample: VehicleSample, plan: HullPlan) -> list[Mesh]:
    """Cables, shovels, spare links and a log on hull or fenders."""
    rng, parts, z = sample.rng, [], plan.deck + 0.04
    if sample.chance(0.5):
        y = plan.inner * rng.uniform(0.8, 0.95)
        steel = STEEL if sample.chance(0.3) else DARK_STEEL
        parts += [
            tube((plan.at(0.1), s * y, z), (plan.at(0.6), s * y * 0.97, z), 0.03, steel, sides=5) for s in (-1, 1)
        ]
    if sample.chance(0.3):
        links = [
            (plan.x[1] - rng.uniform(0.6, 0.8), float(y), plan.fender) for y in np.linspace(-0.7, 0.7, 6) * plan.inner
        ]
        parts.append(copies(box((-0.15, 0.15), (-0.08, 0.08), (0.0, 0.12), loose(rng, "#4d453c")), links))
    return parts


def brow_pattern(sample: VehicleSample, plan: HullPlan, z: Span, x: Span) -> list[Mesh]:
    """Bricks of explosive armour on a slope from the fenders' height at the nose to the roof."""
    rng, tone = sample.rng, shade(sample.coat, sample.rng.uniform(0.8, 1.15))
    places = [
        (float(at), float(y), float(np.interp(at, x, (z[1], z[0]))))
        for at in np.arange(x[0] + 0.15, x[1] - 0.2, 0.36)
        for y in np.arange(-plan.inner + 0.15, plan.inner, 0.36)
        if rng.random() < 0.93
    ]
    return [copies(box((-0.15, 0.15), (-0.15, 0.15), (-0.08, 0.07), tone), places)]


def draped(sample: VehicleSample, x: Span, y: Span, z: Span) -> list[Mesh]:
    """A sheet or a net thrown over something; uneven, its rim at the lower height."""
    rng, shape = sample.rng, (max(6, int((x[1] - x[0]) / 0.22)), max(6, int((y[1] - y[0]) / 0.22)))
    dome = (1 - np.abs(np.linspace(-1, 1, shape[0]))[:, None] ** 3) * (1 - np.abs(np.linspace(-1, 1, shape[1])) ** 3)
    cover = relief(
        x, y, z[0] + (z[1] - z[0]) * dome * rng.uniform(0.75, 1.0, shape), loose(rng, str(rng.choice(CLOTH_TONES)))
    )
    if rng.random() < 0.45:
        tones = np.array([loose(rng, tone).rgb for tone in NET_TONES[int(rng.integers(len(NET_TONES)))]])
        return [replace(cover, rgb=tones[rng.choice(3, len(cover.rgb), p=(0.5, 0.3, 0.2))])]
    return [replace(cover, rgb=cover.rgb * rng.uniform(0.82, 1.12, (len(cover.rgb), 1)))]


def foliage(sample: VehicleSample, x: Span, y: Span, z: Span) -> list[Mesh]:
    """Cut branches stuck in a net: clumps of leaves, fresh or withered."""
    rng, parts = sample.rng, []
    tone = loose(rng, str(rng.choice(LEAF_TONES)), spread=0.2)
    for _ in range(int(4 * (x[1] - x[0]) * (y[1] - y[0]) * rng.uniform(0.4, 1.0))):
        wide, high = rng.uniform(0.2, 0.45, 2), z[1] - z[0]
        centre = (float(rng.uniform(x[0] + 0.4, x[1] - 0.4)), float(rng.uniform(y[0] + 0.4, y[1] - 0.4)), z[0])
        size = (float(wide[0]), float(wide[1]), high * rng.uniform(0.4, 1.0))
        parts.append(ball(centre, size, shade(tone, rng.uniform(0.55, 1.5)), detail=0))
    return parts


def bedding(sample: VehicleSample, x: Span, y: Span, z: float) -> list[Mesh]:
    """Rolls, packs and cans lashed down in a row across."""
    rng, parts = sample.rng, []
    for low in np.arange(y[0], y[1] - 0.2, 0.36):
        tone = loose(rng, str(rng.choice(CLOTH_TONES)), spread=0.2)
        if rng.random() < 0.75:
            span = (float(low), min(float(low) + rng.uniform(0.25, 0.36), y[1]))
            parts.append(box(x, span, (z - 0.1, z + rng.uniform(0.02, 0.18)), tone))
    return parts


def dome(x: float, y: float, radii: tuple[float, float], z: Span, paint: Paint) -> Mesh:
    """A low dome, such as an old cast turret or a vent; radii at foot and crown."""
    high = z[1] - z[0]
    profile = [(z[0], radii[0]), (z[0] + 0.4 * high, 0.96 * radii[0]), (z[0] + 0.8 * high, (radii[0] + radii[1]) / 2)]
    return lathe("z", [*profile, (z[1], radii[1]), (z[1], 0.0)], (x, y), paint, sides=18)


def cross(x: float, y: float, size: float, z: float) -> list[Mesh]:
    """A red cross on a white field."""
    red, white = Paint(rgb=linear("#a82020")), Paint(rgb=linear("#dcdcd4"))
    half, bar = size / 2, size / 7
    return [
        _flat((x - half, x + half), (y - half, y + half), z, white),
        _flat((x - 0.8 * half, x + 0.8 * half), (y - bar, y + bar), z + 0.01, red),
        _flat((x - bar, x + bar), (y - 0.8 * half, y + 0.8 * half), z + 0.01, red),
    ]


def _flat(x: Span, y: Span, z: float, paint: Paint) -> Mesh:
    return quad((x[0], y[0], z), (x[1], y[0], z), (x[1], y[1], z), (x[0], y[1], z), paint)


def _grille_paint(sample: VehicleSample) -> Paint:
    """Black, or lighter than the coat where dust and bare metal show."""
    kind = sample.rng.random()
    if kind < 0.55:
        return shade(DARK_STEEL, sample.rng.uniform(0.3, 1.0))
    return shade(sample.coat, sample.rng.uniform(0.45, 0.7)) if kind < 0.8 else loose(sample.rng, "#9c968a")
