"""Frame, axles, tyres and what hangs between them: all that a bare chassis shows from above."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, box, cylinder, tube
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, TYRE, Paint, loose, shade
from vehicle_id.synth.shapes.army_trucks.layout import TruckLayout
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.vehicle_sample import VehicleSample


def running_gear(sample: VehicleSample, layout: TruckLayout) -> list[Mesh]:
    """Rails, cross-members, axles with tyres, bumpers."""
    paint = frame_paint(sample)
    tyre = layout.half * sample.rng.uniform(0.28, 0.36)
    parts = [*_rails(sample, layout, paint), *_bumpers(sample, layout)]
    for at in layout.axles:
        parts += wheel_pair(at, (layout.half - tyre, layout.half), layout.wheel, sides=12)
        parts.append(cylinder("y", (-0.7 * layout.half, 0.7 * layout.half), (at, layout.wheel), 0.14, CHASSIS, sides=6))
        parts.append(box(about(at, 0.5), about(0.0, 0.45), (0.7 * layout.wheel, 1.3 * layout.wheel), CHASSIS))
    return parts + _side_boxes(sample, layout)


def frame_paint(sample: VehicleSample) -> Paint:
    """Black, dusty, or the coat's own tone."""
    kind = sample.rng.random()
    if kind < 0.45:
        return shade(sample.coat, sample.rng.uniform(0.5, 0.95))
    return CHASSIS if kind < 0.75 else loose(sample.rng, "#5a5347")


def spare_wheel(sample: VehicleSample, layout: TruckLayout) -> list[Mesh]:
    """A spare wheel in the gap behind the cab: upright across, or lying flat on its carrier."""
    radius, at = layout.wheel, sum(layout.gap) / 2
    hub = sample.coat if sample.chance(0.6) else DARK_STEEL
    side = layout.half - radius - 0.05
    y = float(sample.rng.choice([-side, 0.0, side]))
    if sample.chance(0.35) and layout.gap[1] - layout.gap[0] > 0.35:
        top = min(layout.deck + 0.75, 0.9 * layout.height)
        flat = cylinder("z", (top - 0.35, top), (at, y), radius * 0.95, TYRE, sides=16)
        return [flat, cylinder("z", (top - 0.3, top + 0.02), (at, y), radius * 0.5, hub, sides=10)]
    z = min(layout.deck + radius * sample.rng.uniform(0.7, 1.0), layout.height - radius - 0.05)
    wide = min(0.36, 0.9 * (layout.gap[1] - layout.gap[0]))
    return [
        cylinder("x", about(at, wide), (y, z), radius, TYRE, sides=14),
        cylinder("x", about(at, wide + 0.04), (y, z), 0.5 * radius, hub, sides=8),
    ]


def exhaust(sample: VehicleSample, layout: TruckLayout) -> list[Mesh]:
    """A stack and an air cleaner behind the cab."""
    y = layout.half * float(sample.rng.choice([-1.0, 1.0])) * sample.rng.uniform(0.6, 0.85)
    at, top = layout.cab[0] - 0.14, layout.height * sample.rng.uniform(0.8, 0.97)
    parts = [tube((at, y, layout.deck), (at, y, top), sample.rng.uniform(0.07, 0.14), DARK_STEEL, sides=8)]
    if sample.chance(0.5):
        parts.append(cylinder("z", (layout.deck, 0.85 * top), (at - 0.05, -y), 0.2, shade(sample.coat, 0.85), sides=8))
    return parts


def _rails(sample: VehicleSample, layout: TruckLayout, paint: Paint) -> list[Mesh]:
    z, deck = 0.75 * layout.deck, layout.deck
    parts = [box((0.0, layout.length - 0.15), span, (z, deck), paint) for span in both((0.32, 0.45))]
    members = sample.rng.uniform(0.1, 0.9, int(sample.rng.integers(3, 7))) * layout.length
    parts += [box(about(float(at), 0.14), (-0.34, 0.34), (z, deck - 0.05), paint) for at in members]
    return [*parts, box((0.0, 0.1), (-0.6 * layout.half, 0.6 * layout.half), (z - 0.1, deck), paint)]


def _bumpers(sample: VehicleSample, layout: TruckLayout) -> list[Mesh]:
    half = layout.half * sample.rng.uniform(0.86, 0.99)
    tone = shade(sample.coat, sample.rng.uniform(0.6, 1.1))
    parts = [box((layout.length - 0.2, layout.length), (-half, half), (0.5 * layout.deck, 0.8 * layout.deck), tone)]
    if sample.chance(0.3):
        z = 0.8 * layout.deck
        parts.append(cylinder("y", (-0.35, 0.35), (layout.length - 0.16, z), 0.14, DARK_STEEL, sides=8))
    return parts


def _side_boxes(sample: VehicleSample, layout: TruckLayout) -> list[Mesh]:
    """Fuel tanks, tool and battery boxes between the axles."""
    places = sorted(layout.axles)
    room = (places[-2] + layout.wheel + 0.1, places[-1] - layout.wheel - 0.1)
    if len(places) > 3:
        room = (places[1] + layout.wheel + 0.1, places[2] - layout.wheel - 0.1)
    parts = []
    for side in both((0.5, 0.88 * layout.half)):
        if room[1] - room[0] > 0.5 and sample.chance(0.75):
            length = sample.rng.uniform(0.4, 0.95) * (room[1] - room[0])
            tone = shade(sample.coat, sample.rng.uniform(0.6, 1.1)) if sample.chance(0.6) else DARK_STEEL
            parts.append(box((room[1] - length, room[1]), side, (0.4 * layout.deck, 0.9 * layout.deck), tone))
    return parts
