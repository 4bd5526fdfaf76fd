"""Cabs behind a bonnet: American conventionals with or without a sleeper, and short-nosed lorries."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder, taper
from vehicle_id.synth.paint import BRIGHT_STEEL, CHASSIS, Paint, shade, tinted
from vehicle_id.synth.shapes.common.spans import both
from vehicle_id.synth.shapes.freight.cab_overs import mirrors
from vehicle_id.synth.vehicle_sample import VehicleSample


def bonneted(sample: VehicleSample, x: Span, half: float, top: float, paint: Paint) -> tuple[list[Mesh], float]:
    """Bonnet, cab and perhaps a sleeper at the front end of `x`, and where their back is."""
    rng, length = sample.rng, x[1] - x[0]
    nose = min(rng.uniform(1.6, 2.6), 0.32 * length)
    day = rng.uniform(1.25, 1.6)
    sleeper = rng.uniform(0.9, 1.9) if length > 6.8 and sample.chance(0.75) else 0.0
    front = x[1] - nose
    roof = top * rng.uniform(0.72, 0.85) if sleeper else top * rng.uniform(0.8, 0.98)
    found = [*_bonnet(sample, (front, x[1]), half, 0.5 * top, paint)]
    found += _cab(sample, (front - day, front), 0.9 * half, (0.7, roof), paint)
    back = front - day
    if sleeper:
        found += _sleeper(sample, (back - sleeper, back), half, roof, top, paint)
        back -= sleeper
    elif sample.chance(0.4):
        rear = (-0.8 * half, 0.8 * half)
        found.append(taper((back, front - 0.2), rear, (roof - 0.03, top), (back, back + 0.3), rear, paint))
    return [*found, *mirrors(sample, front - 0.1, half, 0.6 * roof)], back


def _bonnet(sample: VehicleSample, x: Span, half: float, top: float, paint: Paint) -> list[Mesh]:
    """Narrower to the front and lower; round wings over the front wheels, a bright grille and bumper."""
    rng = sample.rng
    long, nose = x[1] - x[0], rng.uniform(0.5, 0.72) * half
    low = top * rng.uniform(0.78, 0.95)
    bright = shade(BRIGHT_STEEL, rng.uniform(0.4, 1.1)) if sample.chance(0.6) else paint
    wing = paint if sample.chance(0.8) else shade(CHASSIS, rng.uniform(0.8, 2.0))
    found = [
        taper((x[0], x[1] - 0.15), (-nose, nose), (0.6, low), (x[0], x[1] - 0.25), (-0.85 * nose, 0.85 * nose), paint),
        taper(
            (x[0], x[0] + 0.6 * long),
            (-0.85 * half, 0.85 * half),
            (0.6, top),
            (x[0], x[0] + 0.25 * long),
            (-0.68 * half, 0.68 * half),
            paint,
        ),
        box((x[1] - 0.16, x[1] - 0.08), (-0.8 * nose, 0.8 * nose), (0.6, low - 0.05), bright),
        box((x[1] - 0.22, x[1]), (-0.96 * half, 0.96 * half), (0.35, 0.72), bright),
    ]
    for y in both((nose - 0.1, half)):
        inner = (y[0] + 0.06, y[1] - 0.06)
        found.append(
            taper(
                (x[1] - 0.35 - 0.6 * long, x[1] - 0.3),
                y,
                (0.7, 1.22),
                (x[1] - 0.2 - 0.45 * long, x[1] - 0.5),
                inner,
                wing,
            )
        )
    return found


def _cab(sample: VehicleSample, x: Span, half: float, z: Span, paint: Paint) -> list[Mesh]:
    """Glass on three sides under a roof; the windscreen leans back or is upright."""
    rng, glass = sample.rng, tinted(sample.rng)
    belt = z[0] + 0.5 * (z[1] - z[0])
    lean = rng.uniform(0.05, 0.4)
    top_x, top_y = (x[0], x[1] - lean), (-0.9 * half, 0.9 * half)
    found = [
        box(x, (-half, half), (z[0], belt), paint),
        taper(x, (-half, half), (belt, z[1] - 0.08), top_x, top_y, glass),
        taper(
            (top_x[0], top_x[1]), top_y, (z[1] - 0.1, z[1]), (x[0], top_x[1] - 0.12), (-0.84 * half, 0.84 * half), paint
        ),
    ]
    if sample.chance(0.3):
        found.append(box((top_x[1] - 0.1, top_x[1] + 0.22), top_y, (z[1] - 0.16, z[1] - 0.1), paint))
    return found


def _sleeper(sample: VehicleSample, x: Span, half: float, roof: float, top: float, paint: Paint) -> list[Mesh]:
    """A box as wide as the tractor, with a raised roof that slopes to the cab."""
    rng = sample.rng
    flat = sample.chance(0.3)
    crest = roof + 0.1 if flat else top
    sides = (-half, half)
    found = [box(x, sides, (0.8, roof - 0.1), paint)]
    slope = 0.0 if flat else rng.uniform(0.3, 0.9)
    found.append(
        taper(
            (x[0], x[1] + slope),
            (-0.92 * half, 0.92 * half),
            (roof - 0.12, crest),
            (x[0], x[0] + 0.6),
            (-0.85 * half, 0.85 * half),
            paint,
        )
    )
    if sample.chance(0.4):
        found += [box((x[0] - 0.5, x[0] + 0.01), y, (0.8, roof), paint) for y in both((half - 0.07, half))]
    if flat:
        found.append(cylinder("z", (0.9, top), (x[0] - 0.15, 0.8 * half), 0.08, BRIGHT_STEEL, sides=8))
        found.append(cylinder("z", (0.9, top), (x[0] - 0.15, -0.8 * half), 0.08, BRIGHT_STEEL, sides=8))
    return found
