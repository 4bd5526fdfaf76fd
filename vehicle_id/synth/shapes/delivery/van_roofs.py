"""Roofs of vans: swages, racks with ladders and pipes, skylights, vents, cooling units."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, Span, box, copies, cylinder, taper
from vehicle_id.synth.paint import BRIGHT_STEEL, DARK_STEEL, WHITE_PANEL, Paint, loose, shade, tinted
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.delivery.cabin import Cabin
from vehicle_id.synth.vehicle_sample import VehicleSample


def swages(sample: VehicleSample, cabin: Cabin, roof: Paint) -> list[Mesh]:
    """Pressed ribs along the roof or across it."""
    paint, x, half = shade(roof, sample.rng.uniform(0.75, 1.12)), cabin.roof_x, cabin.roof_half
    lift = sample.rng.uniform(0.008, 0.025)
    if sample.chance(0.65):
        count = int(sample.rng.integers(2, 8))
        return [cabin.patch((x[0] + 0.2, x[1] - 0.3), about(half * (2 * (i + 0.5) / count - 1), 0.06), paint, lift=lift)
                for i in range(count)]  # fmt: skip
    pitch = sample.rng.uniform(0.35, 0.9)
    one = cabin.patch((0.0, 0.06), (-0.95 * half, 0.95 * half), paint, lift=lift)
    return [copies(one, [(x[0] + i * pitch, 0.0, 0.0) for i in range(1, int((x[1] - x[0]) / pitch))])]


def rack(sample: VehicleSample, cabin: Cabin, height: float) -> list[Mesh]:
    """Bars across on two rails; some carry a ladder, pipes or boards."""
    steel = shade(BRIGHT_STEEL, sample.rng.uniform(0.1, 1.0))
    x, half = (cabin.roof_x[0] + 0.1, cabin.roof_x[1] - sample.rng.uniform(0.1, 1.0)), 0.97 * cabin.roof_half
    z = (cabin.roof, cabin.roof + 0.5 * height)
    count = int(sample.rng.integers(2, 9))
    places = [(x[0] + (x[1] - x[0]) * i / (count - 1), 0.0, 0.0) for i in range(count)]
    bars = copies(box((-0.03, 0.03), (-half, half), z, steel), places)
    rails = [
        box(x, y, (cabin.roof_z(half) - 0.02, cabin.roof + 0.6 * height), steel) for y in both((half - 0.05, half))
    ]
    kind = sample.rng.random()
    load = _ladder(sample, x, half, z[1], 0.5 * height) if kind < 0.45 else _pipes(sample, x, z[1], 0.5 * height)
    top = box(about(sum(x) / 2, 0.06), about(0, 1.8 * half), (z[0], cabin.roof + height), steel)
    return [bars, *rails, *(load if kind < 0.75 else [top])]


def _ladder(sample: VehicleSample, x: Span, half: float, z: float, height: float) -> list[Mesh]:
    steel, wide = shade(BRIGHT_STEEL, sample.rng.uniform(0.6, 1.2)), 0.4
    y = sample.rng.uniform(-1, 1) * max(half - 0.3, 0.0)
    ends = (x[0] + sample.rng.uniform(-0.2, 0.3), x[1] - sample.rng.uniform(0.0, 0.6))
    level = (z, z + height)
    stiles = [box(ends, about(y + side * wide / 2, 0.06), level, steel) for side in (-1, 1)]
    count = int((ends[1] - ends[0]) / 0.3)
    rungs = copies(box((0.0, 0.05), about(y, wide), (z, z + 0.04), steel), [(ends[0] + 0.3 * i, 0.0, 0.0)
                                                                           for i in range(count)])  # fmt: skip
    return [*stiles, rungs]


def _pipes(sample: VehicleSample, x: Span, z: float, height: float) -> list[Mesh]:
    tone = loose(sample.rng, str(sample.rng.choice(["#b8703a", "#8f8f8c", "#d8d6cf", "#9a7d55", "#3d6a9a"])))
    radius = max(0.5 * height, 0.03)
    first, count = sample.rng.uniform(-0.5, 0.1), int(sample.rng.integers(2, 7))
    return [cylinder("x", x, (first + 2.2 * i * radius, z + radius), radius, tone, sides=6) for i in range(count)]


def skylight(sample: VehicleSample, cabin: Cabin) -> list[Mesh]:
    """One or two panes of glass in the roof."""
    glass, x = tinted(sample.rng), cabin.roof_x
    front = x[1] - sample.rng.uniform(0.15, 0.5)
    half = cabin.roof_half * sample.rng.uniform(0.45, 0.8)
    panes = [(front - sample.rng.uniform(0.4, 0.9), front)]
    if sample.chance(0.4):
        panes.append((panes[0][0] - sample.rng.uniform(0.7, 1.2), panes[0][0] - 0.2))
    return [cabin.patch(span, (-half, half), glass) for span in panes if span[0] > x[0]]


def vents(sample: VehicleSample, cabin: Cabin, height: float) -> list[Mesh]:
    """A turning vent or two, or a flat cooling unit over the front."""
    x, z = cabin.roof_x, (cabin.roof - 0.06, cabin.roof + height)
    paint = shade(WHITE_PANEL, sample.rng.uniform(0.4, 1.1)) if sample.chance(0.7) else shade(DARK_STEEL, 1.0)
    if sample.chance(0.45):
        span = about(x[1] - sample.rng.uniform(0.5, 1.0), sample.rng.uniform(0.5, 0.9))
        half = cabin.roof_half * sample.rng.uniform(0.5, 0.9)
        unit = taper(span, (-half, half), z, (span[0] + 0.05, span[1] - 0.25), (0.05 - half, half - 0.05), paint)
        grille = box(about(sum(span) / 2 - 0.1, 0.25), about(0, half), (z[0], z[1] + 0.01), DARK_STEEL)
        return [unit, grille]
    places = sample.rng.uniform(x[0] + 0.4, x[1] - 0.3, int(sample.rng.integers(1, 3)))
    return [cylinder("z", z, (float(at), 0.0), 0.17, paint, sides=9) for at in places]
