"""Hood units: narrow bonnets over a full-width deck with railings, a cab at an end, near it, or in the middle."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, Span, box, taper
from vehicle_id.synth.paint import DARK_STEEL, STEEL, WHITE_PANEL, Paint, linear, loose, shade, tinted
from vehicle_id.synth.shapes.common.roof_marks import evenly, foreign, seams
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.railway.loco_roof_gear import exhaust, fans, grilles, roof_hatches
from vehicle_id.synth.vehicle_sample import VehicleSample

WARNING = Paint(rgb=linear("#d9a21b"), gloss=0.1)


def hood_unit(sample: VehicleSample, x: Span) -> list[Mesh]:
    """Long bonnet behind the cab, a short one before it, or two of a height and a cab between them."""
    rng, half, top = sample.rng, sample.width_m / 2, sample.height_m
    long, deck = x[1] - x[0], rng.uniform(1.4, 1.65)
    place = rng.random()
    share = (
        rng.uniform(0.03, 0.08) if place < 0.3 else rng.uniform(0.12, 0.22) if place < 0.85 else rng.uniform(0.36, 0.45)
    )
    cab = (x[1] - share * long - rng.uniform(2.1, 2.9), x[1] - share * long)
    wide = rng.uniform(0.5, 0.66) * half
    high = top * rng.uniform(0.82, 0.93) if place < 0.85 else top * rng.uniform(0.62, 0.78)
    tone = (
        shade(sample.coat, rng.uniform(0.85, 1.1)) if sample.chance(0.75) else foreign(rng, ("grey", "blue", "green"))
    )
    found = [*_deck(sample, x, half, deck), *_cab(sample, cab, half, (deck, top))]
    found += _bonnet(sample, (x[0] + rng.uniform(0.6, 1.3), cab[0] + 0.02), wide, (deck, high), tone)
    if share > 0.1:
        nose = high if place >= 0.85 else top * rng.uniform(0.55, 0.9)
        short = (cab[1] - 0.02, x[1] - rng.uniform(0.6, 1.2))
        found.append(
            taper(short, (-wide, wide), (deck, nose), (short[0], short[1] - 0.2), (-0.9 * wide, 0.9 * wide), tone)
        )
        found += (
            fans(sample, [sum(short) / 2], min(0.4, 0.3 * (short[1] - short[0])), (nose, nose + 0.03))
            if sample.chance(0.3)
            else []
        )
    return found


def _deck(sample: VehicleSample, x: Span, half: float, z: float) -> list[Mesh]:
    """Chequer plate with railings; steps and stripes at the ends; fuel tank below."""
    rng = sample.rng
    plate = (
        sample.coat
        if sample.chance(0.3)
        else loose(rng, str(rng.choice(("#4a4846", "#6b6864", "#8a8680", "#3a3a3c", "#7a5138"))), spread=0.2)
    )
    rail = (
        WARNING
        if sample.chance(0.3)
        else shade(WHITE_PANEL, rng.uniform(0.5, 1.0))
        if sample.chance(0.5)
        else sample.coat
    )
    found = [
        box(x, (-half, half), (z - 0.25, z), plate),
        box(about(sum(x) / 2, 3.5), (-0.8 * half, 0.8 * half), (0.5, 1.2), DARK_STEEL),
    ]
    found += [box(x, y, (z + 0.95, z + 1.0), rail) for y in both((half - 0.05, half))]
    found += [
        box((a, a + 0.05), y, (z + 0.95, z + 1.0), rail) for a in (x[0], x[1] - 0.05) for y in both((0.35 * half, half))
    ]
    found += [box(about(at, 0.05), y, (z, z + 1.0), rail) for at in evenly(x, 10) for y in both((half - 0.05, half))]
    if sample.chance(0.5):
        end = WARNING if sample.chance(0.6) else foreign(rng, ("red", "white"))
        found += [box((a, a + 0.35), (-half, half), (z - 0.3, z + 0.012), end) for a in (x[0], x[1] - 0.35)]
    return found


def _cab(sample: VehicleSample, x: Span, half: float, z: Span) -> list[Mesh]:
    """As wide as the deck or nearly; windows all round under an overhanging roof, curved, peaked or flat."""
    rng, wide = sample.rng, half * sample.rng.uniform(0.92, 1.0)
    eave = z[1] - rng.uniform(0.15, 0.45)
    roof = (
        shade(sample.coat, rng.uniform(0.7, 1.2))
        if sample.chance(0.5)
        else loose(rng, str(rng.choice(("#8f9293", "#d5d5cf", "#55585a"))))
    )
    over = (x[0] - 0.12, x[1] + 0.12)
    found = [
        box(x, (-wide, wide), (z[0], z[0] + 1.2), sample.coat),
        box(x, (-0.98 * wide, 0.98 * wide), (z[0] + 1.2, eave), tinted(rng)),
    ]
    flat = rng.uniform(0.3, 0.9)
    found.append(taper(over, (-wide, wide), (eave - 0.05, z[1]), over, (-flat * wide, flat * wide), roof))
    if sample.chance(0.5):
        found.append(
            box(about(sum(x) / 2, 0.7), (-0.3, 0.3), (z[1] - 0.1, z[1] + 0.0), shade(STEEL, rng.uniform(0.6, 1.4)))
        )
    return found


def _bonnet(sample: VehicleSample, x: Span, wide: float, z: Span, tone: Paint) -> list[Mesh]:
    """Cooler with fans at the outer end, exhausts in the middle, doors along the sides."""
    rng, long = sample.rng, x[1] - x[0]
    bevel = rng.uniform(0.75, 1.0)
    found = [box(x, (-wide, wide), (z[0], z[1] - 0.25), tone)]
    found.append(taper(x, (-wide, wide), (z[1] - 0.25, z[1]), (x[0] + 0.1, x[1]), (-bevel * wide, bevel * wide), tone))
    found += roof_hatches(sample, (x[0] + 0.4 * long, x[1]), 0.8 * bevel * wide, z[1], tone)
    found.append(seams(x, (-wide - 0.015, wide + 0.015), z[0] + 0.9, 0.8, shade(tone, 0.8), wide=0.06, high=0.5))
    cooler = (x[0] + 0.2, x[0] + rng.uniform(0.2, 0.42) * long)
    if sample.chance(0.4):  # wider than the rest of the bonnet
        flare = wide * rng.uniform(1.1, 1.35)
        found.append(
            taper(cooler, (-flare, flare), (z[1] - 0.7, z[1] - 0.02), cooler, (-bevel * flare, bevel * flare), tone)
        )
    if sample.chance(0.4):
        found += grilles(sample, cooler, 0.8 * wide * bevel, z[1] + 0.015)
    count = int(rng.integers(1, 4))
    radius = min(rng.uniform(0.4, 0.8), 0.46 * (cooler[1] - cooler[0]) / count, 0.95 * wide)
    found += fans(sample, evenly(cooler, count), radius, (z[1], z[1] + 0.06))
    return found + exhaust(sample, x[0] + rng.uniform(0.5, 0.85) * long, (z[1], z[1] + 0.15))
