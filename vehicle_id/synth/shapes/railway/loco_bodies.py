"""Bodies of locomotives as wide as the track allows: diesel and electric, a cab at one end or both."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, Span, box, taper
from vehicle_id.synth.paint import DARK_STEEL, Paint, loose, shade, tinted
from vehicle_id.synth.shapes.common.roof_marks import evenly, foreign
from vehicle_id.synth.shapes.common.spans import both, ordered
from vehicle_id.synth.shapes.railway.loco_roof_gear import (
    exhaust,
    fans,
    grilles,
    pantograph,
    power_lines,
    roof_hatches,
    walkway,
)
from vehicle_id.synth.shapes.railway.roofs import curved, peaked, sheeted
from vehicle_id.synth.vehicle_sample import VehicleSample

ROOFS = ("#7c7f80", "#9a9c9b", "#55585a", "#3b3c3c", "#6b5f55", "#b0b0aa")


def wide_body(sample: VehicleSample, x: Span, cabs: tuple[bool, bool], *, electric: bool) -> list[Mesh]:
    """Walls, a roof and cabs (rear, front); a body has the same look on both halves of a double unit."""
    rng, half, top = sample.rng, sample.width_m / 2, sample.height_m
    gear = rng.uniform(0.4, 0.6) if electric else rng.uniform(0.06, 0.2)
    crown = top - gear
    eave = crown - rng.uniform(0.25, 0.75)
    slope = rng.uniform(0.25, 1.3)
    deep = slope + rng.uniform(0.9, 1.6)
    tone = _roof_paint(sample)
    inner = (x[0] + (slope if cabs[0] else 0.05), x[1] - (slope if cabs[1] else 0.05))
    found = [
        box((x[0] + 0.03, x[1] - 0.03), (-half, half), (1.0, 2.1), sample.coat),
        box(inner, (-half, half), (2.1, eave), sample.coat),
    ]
    section = (
        curved(half, (eave, crown), power=rng.uniform(2.2, 3.5))
        if sample.chance(0.6)
        else peaked(half, (eave, crown), flat=0.7)
    )
    found.append(sheeted(sample, inner, section, tone, pitch=rng.uniform(1.0, 4.0), rib=0.0))
    windows = tinted(rng)
    bonnet = (
        shade(sample.coat, rng.uniform(0.9, 1.1))
        if sample.chance(0.6)
        else foreign(rng, ("yellow", "red", "white", "orange"))
    )
    for index, end in enumerate(x):
        if cabs[index]:
            found += _cab_end(sample, (end, inner[index]), half, (eave, crown), windows, bonnet)
    found += _stripes(sample, inner, half, eave)
    machinery = (inner[0] + (deep if cabs[0] else 0.4), inner[1] - (deep if cabs[1] else 0.4))
    found += (
        _electric_roof(sample, machinery, half, (crown, top))
        if electric
        else _diesel_roof(sample, machinery, half, (crown, top), tone)
    )
    return found


def _roof_paint(sample: VehicleSample) -> Paint:
    """The coat, or grey that soot darkens."""
    rng = sample.rng
    return (
        shade(sample.coat, rng.uniform(0.7, 1.1))
        if sample.chance(0.45)
        else loose(rng, str(rng.choice(ROOFS)), spread=0.2)
    )


def _cab_end(sample: VehicleSample, x: Span, half: float, z: Span, glass: Paint, paint: Paint) -> list[Mesh]:
    """A sloping front with windscreens over a shelf; `x` from its foot to the edge of the roof."""
    rng = sample.rng
    foot, roof = x
    span, way = ordered(foot, roof), 1 if foot > roof else -1
    narrow = rng.uniform(0.75, 0.97) * half
    middle = foot + (roof - foot) * rng.uniform(0.3, 0.75)
    low = ordered(roof - way * 0.05, middle)
    edge = ordered(roof - way * 0.05, roof + way * 0.02)
    found = [
        taper(span, (-half, half), (2.0, 2.6), ordered(roof - way * 0.05, foot - way * 0.08), (-narrow, narrow), paint)
    ]
    found.append(
        taper(low, (-narrow, narrow), (2.6, z[0] + 0.2 * (z[1] - z[0])), edge, (-0.92 * narrow, 0.92 * narrow), glass)
    )
    if sample.chance(0.7):
        found.append(taper(ordered(middle, roof), (-0.06, 0.06), (2.6, z[0] + 0.1), edge, (-0.06, 0.06), paint))
    return found


def _stripes(sample: VehicleSample, x: Span, half: float, eave: float) -> list[Mesh]:
    """Bands of another colour along the sides, and gutters at the eaves."""
    found = [
        box(x, y, (eave - 0.05, eave + 0.02), shade(sample.coat, sample.rng.uniform(0.6, 1.3)))
        for y in both((half - 0.06, half))
    ]
    if sample.chance(0.5):
        band = foreign(sample.rng, ("yellow", "white", "red", "orange"))
        found += [box(x, y, (eave - 0.9, eave - 0.5), band) for y in both((half - 0.03, half + 0.005))]
    return found


def _diesel_roof(sample: VehicleSample, x: Span, half: float, z: Span, tone: Paint) -> list[Mesh]:
    """Fans over the cooler at one end, exhausts, dynamic brake, hatches."""
    rng, long = sample.rng, x[1] - x[0]
    found = roof_hatches(sample, x, 0.6 * half, z[0], tone)
    cooler = (x[0], x[0] + rng.uniform(0.2, 0.4) * long)
    count = int(rng.integers(1, 5))
    radius = min(rng.uniform(0.45, 0.95), 0.45 * (cooler[1] - cooler[0]) / count, 0.6 * half)
    if sample.chance(0.5):
        found += grilles(sample, cooler, 0.7 * half, z[0] + 0.02)
    found += fans(sample, evenly(cooler, count), radius, (z[0], z[1]))
    found += exhaust(sample, x[0] + rng.uniform(0.48, 0.7) * long, (z[0], z[1]))
    if sample.chance(0.5):
        at = x[0] + 0.75 * long
        found += grilles(sample, (at, at + rng.uniform(0.8, 0.25 * long + 0.8)), 0.5 * half, z[0] + 0.04)
    return found + (walkway(sample, x, half, z[0] - 0.02) if sample.chance(0.3) else [])


def _electric_roof(sample: VehicleSample, x: Span, half: float, z: Span) -> list[Mesh]:
    """One or two folded pantographs, bars on insulators between them, boxes, fans."""
    rng = sample.rng
    found = power_lines(sample, (x[0] + 2.4, x[1] - 2.4) if x[1] - x[0] > 7 else x, 0.8 * half, z[0])
    found += walkway(sample, x, half, z[0] - 0.02) if sample.chance(0.5) else []
    if sample.chance(0.4):
        found += fans(sample, evenly((x[0] + 3, x[1] - 3), int(rng.integers(1, 4))), 0.45, (z[0], z[0] + 0.1))
    found += pantograph(sample, x[0] + 1.4, z, way=1)
    return found + (
        pantograph(sample, x[1] - 1.4, z, way=-1)
        if sample.chance(0.7)
        else [box((x[1] - 2, x[1] - 1), (-0.5, 0.5), (z[0], z[0] + 0.15), DARK_STEEL)]
    )
