"""Where the operator sits: cabins with glass all round, protective canopies, open seats."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, Span, ball, box, cylinder, taper
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, LAMP, Paint, linear, loose, shade, tinted
from vehicle_id.synth.shapes.army_trucks.zones import cushion
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.earthmovers.finish import own, roof
from vehicle_id.synth.vehicle_sample import VehicleSample

AMBER = Paint(rgb=linear("#d9821b"), gloss=0.5)


def shelter(sample: VehicleSample, x: Span, y: Span, z: Span, *, open_share: float = 0.2) -> list[Mesh]:
    """A cabin, or in a share of machines a canopy; the roof is the highest part."""
    return canopy(sample, x, y, z) if sample.chance(open_share) else cabin(sample, x, y, z)


def cabin(sample: VehicleSample, x: Span, y: Span, z: Span) -> list[Mesh]:
    """Lower panels, glass that leans inwards, posts, and a roof with its units."""
    rng = sample.rng
    sill, eaves = z[0] + rng.uniform(0.25, 0.5) * (z[1] - z[0]), z[1] - 0.16
    lean, narrow = rng.uniform(0.0, 0.22), rng.uniform(0.0, 0.12)
    upper_x = (x[0] + rng.uniform(0.0, 0.15), x[1] - lean)
    upper_y = (y[0] + narrow, y[1] - narrow)
    return [
        box(x, y, (z[0], sill), own(sample, 0.9, 1.1)),
        taper(x, y, (sill, eaves), upper_x, upper_y, tinted(rng)),
        *_posts(sample, upper_x, upper_y, (sill, eaves)),
        *_roof(sample, upper_x, upper_y, z[1]),
    ]


def canopy(sample: VehicleSample, x: Span, y: Span, z: Span) -> list[Mesh]:
    """A plate on two or four posts over the seat and its floor."""
    rng, floor = sample.rng, z[0] + 0.1
    seat = loose(rng, str(rng.choice(("#2a2a2b", "#4a4438", "#6a5a44"))))
    wheel = cylinder("z", (floor + 0.7, floor + 0.74), (x[1] - 0.35, sum(y) / 2), 0.2, DARK_STEEL, sides=10)
    cover = (x[0] + rng.uniform(-0.05, 0.3), x[1] - rng.uniform(-0.1, 0.35))
    return [
        box(x, y, (z[0], floor), own(sample, 0.6, 1.0)),
        box(about(x[0] + 0.4, 0.5), about(sum(y) / 2, 0.5), (floor, floor + 0.45), seat),
        box((x[0] + 0.1, x[0] + 0.22), about(sum(y) / 2, 0.5), (floor, floor + 0.95), seat),
        wheel,
        *_posts(sample, cover, (y[0] + 0.05, y[1] - 0.05), (floor, z[1] - 0.08)),
        *_roof(sample, cover, y, z[1]),
    ]


def _posts(sample: VehicleSample, x: Span, y: Span, z: Span) -> list[Mesh]:
    tone = own(sample, 0.5, 1.1) if sample.chance(0.7) else CHASSIS
    return [box(about(a, 0.1), about(b, 0.1), z, tone) for a in x for b in y]


def _roof(sample: VehicleSample, x: Span, y: Span, top: float) -> list[Mesh]:
    """A slab over the glass; its fittings sink it a little below the highest point."""
    rng, tone = sample.rng, roof(sample)
    over = rng.uniform(0.0, 0.12)
    long, wide = (x[0] - over, x[1] + over * rng.uniform(0.0, 1.8)), y[1] - y[0] + 2 * min(over, 0.06)
    middle, fitted = sum(y) / 2, sample.chance(0.5)
    level = top - (0.09 if fitted else 0.0)
    bevelled = sample.chance(0.3)
    nose = (
        (rng.uniform(0.2, 0.4), rng.uniform(0.5, 0.75))
        if bevelled
        else (rng.uniform(0.02, 0.2), rng.uniform(0.75, 0.98))
    )
    tail = nose if bevelled and sample.chance(0.7) else (0.05, 0.97)
    slab = cushion(long, wide, (top - 0.2, level), tone, bulge=rng.uniform(0.03, 0.1), nose=nose, tail=tail)
    parts = [slab.moved((0.0, middle, 0.0)), *_lamps(sample, long[1], middle, 0.35 * wide, level)]
    return parts + (_fittings(sample, long, (middle, wide), (level, top), tone) if fitted else [])


def _fittings(sample: VehicleSample, x: Span, across: tuple[float, float], z: Span, tone: Paint) -> list[Mesh]:
    """An air unit, a hatch, a dark panel, a beacon."""
    rng, (middle, wide) = sample.rng, across
    kind, span = rng.random(), (x[0] + 0.1, x[0] + 0.1 + rng.uniform(0.25, 0.6) * (x[1] - x[0]))
    y = about(middle, rng.uniform(0.4, 0.8) * wide)
    if kind < 0.2:  # a skylight, or a well of dark glass and guards
        inset = rng.uniform(0.16, 0.28) * (x[1] - x[0])
        well = tinted(rng) if sample.chance(0.5) else shade(CHASSIS, rng.uniform(0.7, 1.8))
        return [
            box(
                (x[0] + inset, x[1] - inset),
                about(middle, rng.uniform(0.5, 0.72) * wide),
                (z[0] - 0.02, z[1] - 0.04),
                well,
            )
        ]
    if kind < 0.45:
        return [box(span, y, (z[0] - 0.02, z[1]), shade(tone, rng.uniform(0.6, 1.2)))]
    if kind < 0.75:
        return [box(span, y, (z[0] - 0.02, z[1] - 0.06), tinted(rng) if sample.chance(0.5) else shade(tone, 0.5)),
                ball((x[0] + 0.12, middle + 0.3 * wide, z[1] - 0.06), (0.06, 0.06, 0.06), AMBER)]  # fmt: skip
    return [ball((x[0] + 0.15, middle, z[1] - 0.07), (0.09, 0.09, 0.07), AMBER)]


def _lamps(sample: VehicleSample, front: float, middle: float, out: float, level: float) -> list[Mesh]:
    if sample.chance(0.5):
        return []
    return [box(about(front - 0.02, 0.1), about(middle + way * out, 0.16), (level - 0.14, level - 0.03), LAMP)
            for way in (-1, 1)]  # fmt: skip
