"""Crawler tracks: low with round ends, or raised over a high sprocket."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, Span, box, prism
from vehicle_id.synth.paint import DARK_STEEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.roof_marks import seams
from vehicle_id.synth.shapes.common.spans import both
from vehicle_id.synth.vehicle_sample import VehicleSample


def shoes(sample: VehicleSample) -> Paint:
    """Track shoes: dark, rusty, or covered with dust."""
    if sample.chance(0.5):
        return shade(DARK_STEEL, sample.rng.uniform(0.6, 1.5))
    return loose(sample.rng, str(sample.rng.choice(("#5d4a3c", "#7a6b58", "#8a7e6c", "#4c4a47"))), spread=0.15)


def crawler_pair(
    sample: VehicleSample, x: Span, y: Span, high: float, *, sprocket: tuple[float, float] | None = None
) -> list[Mesh]:
    """Both tracks; `y` is the span of the left one, `sprocket` the place and top of a raised sprocket."""
    paint, rise = shoes(sample), 0.32 * high
    pitch = sample.rng.uniform(0.17, 0.24)
    grip = shade(paint, float(sample.rng.choice([0.6, 0.75, 1.3])))
    top = [(x[1], high - rise), (x[1] - rise, high)]
    top += [sprocket, (x[0], 0.4 * high)] if sprocket else [(x[0] + rise, high), (x[0], high - rise)]
    profile = [(x[0] + rise, 0.0), (x[1] - rise, 0.0), (x[1], rise), *top]
    profile += [] if sprocket else [(x[0], rise)]
    parts = []
    for side in both(y):
        parts.append(prism(profile, side, paint))
        end = (sprocket[0] + 0.6 if sprocket else x[0] + rise, x[1] - rise)
        if not sprocket:
            parts.append(seams(end, side, high, pitch, grip, wide=0.07, high=0.02))
        else:
            parts += _sloped_grip(side, (x[1] - rise, high), sprocket, pitch, grip)
        parts += [box((x[1] - 0.07, x[1]), side, (rise + 0.02, high - rise), grip)]
    return parts


def _sloped_grip(
    side: Span, low: tuple[float, float], high: tuple[float, float], pitch: float, paint: Paint
) -> list[Mesh]:
    """Bars across the run that rises to the sprocket."""
    count = max(2, int((low[0] - high[0]) / pitch))
    found = []
    for index in range(1, count):
        share = index / count
        at, z = low[0] + share * (high[0] - low[0]), low[1] + share * (high[1] - low[1])
        found.append(box((at - 0.035, at + 0.035), side, (z - 0.03, z + 0.03), paint))
    return found
