"""Engines: the cover between or beside the cabs and behind them, radiators, fans, exhausts, intakes."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder
from vehicle_id.synth.paint import DARK_STEEL, RUST, Paint, shade
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.launchers.plan import CarrierPlan
from vehicle_id.synth.vehicle_sample import VehicleSample


def engine_parts(sample: VehicleSample, plan: CarrierPlan, *, slot: bool = False) -> list[Mesh]:
    """The engine's covers.

    Args:
        sample: the vehicle.
        plan: its carrier.
        slot: whether the slot between the cabs stays low, for a missile.
    """
    parts: list[Mesh] = []
    low, high = plan.deck, plan.roof
    beside = {"split": (-plan.gap, plan.gap), "left": (-0.96 * plan.half, plan.gap)}.get(plan.kind)
    if beside and beside[1] - beside[0] > 0.3:
        top = low + (0.05 if slot else sample.rng.uniform(0.12, 0.75) * (high - low))
        front = plan.nose - sample.rng.uniform(0.1, 0.5)
        parts += _cover(sample, (plan.cab[0], front), beside, (0.5 * low, top))
    if plan.engine[1] - plan.engine[0] > 0.25:
        half = plan.half * sample.rng.uniform(0.5, 1.0)
        top = low + (0.06 if slot else sample.rng.uniform(0.1, 0.85) * (high - low))
        parts += _cover(sample, plan.engine, (-half, half), (0.6 * low, top))
    return [*parts, *_exhausts(sample, plan)]


def _cover(sample: VehicleSample, x: Span, y: Span, z: Span) -> list[Mesh]:
    """A hood with grilles or fans let into it, or bare panels."""
    u = sample.rng.uniform
    lid, grille = shade(sample.coat, u(0.75, 1.15)), shade(DARK_STEEL, u(0.4, 1.5))
    parts = [box(x, y, (z[0], z[1] - 0.04), lid)]
    long, wide, count = x[1] - x[0], y[1] - y[0], int(sample.rng.integers(0, 4))
    for place in range(count):
        at = x[0] + (place + 0.5) / count * long
        parts += _opening(sample, at, (y[0] + wide / 2, min(0.75 * long / count, 1.1), wide), z[1], grille)
    return parts


def _opening(
    sample: VehicleSample, at: float, size: tuple[float, float, float], top: float, paint: Paint
) -> list[Mesh]:
    """A grille or a round fan; `size` holds the middle across, the length, and the width of the cover."""
    middle, long, wide = size
    if sample.chance(0.3):
        return [cylinder("z", (top - 0.05, top), (at, middle), min(0.45 * wide, 0.5 * long), paint, sides=10)]
    share = sample.rng.uniform(0.5, 0.9)
    return [box(about(at, long), about(middle, share * wide), (top - 0.05, top), paint)]


def _exhausts(sample: VehicleSample, plan: CarrierPlan) -> list[Mesh]:
    """An upright or lying silencer, an air intake, somewhere behind the cab."""
    parts, u = [], sample.rng.uniform
    side, behind = (-1 if sample.chance(0.5) else 1) * plan.half, plan.engine[0] - 0.25
    paint = RUST if sample.chance(0.4) else shade(DARK_STEEL, u(0.6, 1.6))
    if sample.chance(0.35):
        z = (plan.deck, plan.roof * u(0.85, 0.99))
        parts.append(cylinder("z", z, (behind, side * u(0.5, 0.85)), u(0.1, 0.2), paint, sides=8))
    if sample.chance(0.4):
        x, y = (behind - u(0.6, 1.4), behind), -side * u(0.45, 0.85)
        parts.append(cylinder("x", x, (y, plan.deck + 0.2), u(0.14, 0.24), paint, sides=8))
    return parts
