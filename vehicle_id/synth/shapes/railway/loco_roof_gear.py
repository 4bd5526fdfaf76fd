"""What stands on the roofs of locomotives: fans, exhausts, grilles, hatches, pantographs, cables, walkways."""

from __future__ import annotations

from collections.abc import Sequence

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder, tube
from vehicle_id.synth.paint import BRIGHT_STEEL, DARK_STEEL, RUST, STEEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.roof_marks import evenly, hatches, seams, square_hatches
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.vehicle_sample import VehicleSample


def fans(sample: VehicleSample, at: Sequence[float], radius: float, z: Span) -> list[Mesh]:
    """Dark discs in bright or dark rims, a hub in the middle."""
    rng = sample.rng
    rim = shade(STEEL, rng.uniform(0.4, 1.6))
    disc, hub = shade(DARK_STEEL, rng.uniform(0.3, 1.2)), shade(STEEL, rng.uniform(0.5, 1.2))
    places = [(x, 0.0) for x in at]
    low, high = z
    return [
        hatches(places, (low - 0.1, high - 0.02), radius, rim, sides=16),
        hatches(places, (high - 0.06, high - 0.008), 0.86 * radius, disc, sides=16),
        hatches(places, (high - 0.06, high), 0.22 * radius, hub),
        *(box(about(x, 0.06), (-0.86 * radius, 0.86 * radius), (high - 0.05, high - 0.003), hub) for x in at),
    ]


def exhaust(sample: VehicleSample, at: float, z: Span) -> list[Mesh]:
    """One or two outlets, soot around them."""
    rng = sample.rng
    pipe = shade(RUST if sample.chance(0.4) else DARK_STEEL, rng.uniform(0.4, 1.0))
    soot = loose(rng, "#1d1c1b", spread=0.2)
    found = [box(about(at, rng.uniform(0.6, 2.0)), about(0.0, rng.uniform(0.4, 0.9)), (z[0] - 0.1, z[0] + 0.012), soot)]
    for x in (at,) if sample.chance(0.6) else (at - 0.35, at + 0.35):
        found.append(box(about(x, 0.4), about(0.0, rng.uniform(0.25, 0.7)), (z[0] - 0.1, z[1]), pipe))
    return found


def grilles(sample: VehicleSample, x: Span, half: float, z: float) -> list[Mesh]:
    """Radiator or resistor louvres across the roof."""
    dark = shade(DARK_STEEL, sample.rng.uniform(0.5, 1.3))
    return [
        box(x, (-half, half), (z - 0.1, z), dark),
        seams(x, (-half, half), z, 0.18, shade(dark, 1.9), wide=0.05, high=0.008),
    ]


def roof_hatches(sample: VehicleSample, x: Span, half: float, z: float, tone: Paint) -> list[Mesh]:
    """Covers of engine and alternator bays: seams across and low lids."""
    rng = sample.rng
    found = [
        seams(x, (-half, half), z, rng.uniform(1.0, 3.0), shade(tone, rng.uniform(0.5, 0.9)), wide=0.07, high=0.012)
    ]
    if sample.chance(0.6):
        places = [(at, 0.0) for at in evenly(x, int(rng.integers(1, 5)))]
        size = (rng.uniform(0.5, 1.6), rng.uniform(0.5, 1.2) * half)
        found.append(square_hatches(places, (z - 0.1, z + 0.04), size, shade(tone, rng.uniform(0.75, 1.2))))
    return found


def walkway(sample: VehicleSample, x: Span, half: float, z: float) -> list[Mesh]:
    """Boards along the roof, in the middle or at both sides."""
    board = shade(STEEL, sample.rng.uniform(0.5, 1.6))
    spans = [about(0.0, 0.45)] if sample.chance(0.5) else list(both((0.6 * half, 0.6 * half + 0.3)))
    return [box(x, y, (z - 0.05, z + 0.03), board) for y in spans]


def pantograph(sample: VehicleSample, at: float, z: Span, *, way: int) -> list[Mesh]:
    """A folded collector: a diamond of bars, or one knee; its head lies across under the highest point."""
    rng, top = sample.rng, z[1] - 0.04
    bar = shade(
        BRIGHT_STEEL if sample.chance(0.3) else RUST if sample.chance(0.4) else DARK_STEEL, rng.uniform(0.6, 1.4)
    )
    wide, long = rng.uniform(0.75, 1.0), rng.uniform(1.0, 1.5)
    found = [box(about(at, 2 * long), y, (z[0] + 0.2, z[0] + 0.27), bar) for y in both((0.5, 0.56))]
    found += [box((a, a + 0.06), (-0.56, 0.56), (z[0] + 0.2, z[0] + 0.27), bar) for a in (at - long, at + long)]
    if sample.chance(0.5):
        knees = [(-long, long), (long, -long)]
        found += [tube((at + a, 0.5, top - 0.1), (at + b, wide, top - 0.05), 0.04, bar, sides=4) for a, b in knees]
        found += [tube((at + a, -0.5, top - 0.1), (at + b, -wide, top - 0.05), 0.04, bar, sides=4) for a, b in knees]
    else:
        found.append(tube((at + way * long, 0.0, z[0] + 0.25), (at - way * long, 0.0, top - 0.05), 0.06, bar, sides=5))
        found += [
            tube((at - way * long, 0.0, top - 0.06), (at + way * 0.6 * long, y, top - 0.04), 0.04, bar, sides=4)
            for y in (-0.4, 0.4)
        ]
    heads = [at - 0.22, at + 0.22]
    found += [box(about(a + way * 0.5 * long, 0.08), (-wide, wide), (top - 0.05, top), shade(bar, 1.2)) for a in heads]
    feet = loose(rng, str(rng.choice(("#8a5a48", "#e0ddd5", "#5a3a30", "#7c8a94"))))
    corners = [(at + a, y) for a in (-long, long) for y in (-0.53, 0.53)]
    return [*found, hatches(corners, (z[0] - 0.02, z[0] + 0.22), 0.1, feet, sides=7)]


def power_lines(sample: VehicleSample, x: Span, half: float, z: float) -> list[Mesh]:
    """Bus bars on insulators, a breaker, and boxes of resistors."""
    rng = sample.rng
    copper = loose(rng, str(rng.choice(("#a86a3a", "#8f9293", "#a03a2a", "#c9a52b"))))
    porcelain = loose(rng, str(rng.choice(("#8a5a48", "#e0ddd5", "#5a3a30"))))
    y = rng.uniform(-0.5, 0.5) * half
    found = [tube((x[0], y, z + 0.22), (x[1], y, z + 0.22), 0.035, copper, sides=4)]
    found.append(
        hatches([(at, y) for at in evenly(x, int(rng.integers(4, 9)))], (z, z + 0.22), 0.08, porcelain, sides=6)
    )
    for at in evenly(x, int(rng.integers(1, 5))):
        size = (rng.uniform(0.5, 1.8), rng.uniform(0.4, 1.3) * half)
        tone = shade(STEEL, rng.uniform(0.4, 1.5))
        found.append(
            square_hatches([(at, rng.uniform(-0.2, 0.2))], (z - 0.05, z + rng.uniform(0.05, 0.18)), size, tone)
        )
    found += [cylinder("x", about(x[0] + 0.8, 1.0), (0.5 * half, z + 0.1), 0.14, shade(STEEL, 1.3), sides=8)]
    return found
