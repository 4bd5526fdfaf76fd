"""Hulls of tanks: low between fenders, or broad over the tracks; glacis before, engine deck behind or before."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, Span, box, prism
from vehicle_id.synth.paint import DARK_STEEL, LAMP, shade
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.tracked.deck import (
    bedding,
    brow_pattern,
    draped,
    engine_plates,
    fender_boxes,
    foliage,
    grilles,
    hatch,
    rear_drums,
    tow_gear,
)
from vehicle_id.synth.shapes.tracked.hull_plan import HullPlan
from vehicle_id.synth.shapes.tracked.running_tracks import fenders, skirts, slats, tracks
from vehicle_id.synth.vehicle_sample import VehicleSample


def tank_hull(
    sample: VehicleSample, plan: HullPlan, seat: float, *, eastern: bool, front_engine: bool, drums: bool
) -> list[Mesh]:
    """All but the turret, whose ring is centred on `seat`."""
    rng = sample.rng
    brow = plan.at(rng.uniform(0.78, 0.88))
    parts = [*tracks(sample, plan), *fenders(sample, plan), *_hull_body(sample, plan, brow)]
    if not eastern or sample.chance(0.15):
        ends = (plan.x[0] + rng.uniform(0.0, 0.2), brow - rng.uniform(0.0, 0.5))
        parts += [
            box(ends, span, (plan.fender - 0.05, plan.deck), sample.coat)
            for span in both((plan.inner - 0.05, plan.half - rng.uniform(0.05, 0.25)))
        ]
    elif sample.chance(0.9):
        parts += fender_boxes(sample, plan)
    parts += skirts(sample, plan) if sample.chance(0.4 if eastern else 0.75) else []
    parts += slats(sample, plan) if sample.chance(0.07) else []
    parts += _front(sample, plan, brow) + _engine_deck(sample, plan, seat, front=front_engine, brow=brow)
    parts += rear_drums(sample, plan) if drums else []
    return [*parts, *tow_gear(sample, plan), *_camouflage(sample, plan, seat, brow)]


def _camouflage(sample: VehicleSample, plan: HullPlan, seat: float, brow: float) -> list[Mesh]:
    """Nets or branches over the rear deck, the fenders and the nose, so that no edge of the hull stays straight."""
    kind, half = sample.rng.random(), plan.half - 0.03
    rear, front = (plan.x[0], seat - 0.3 * plan.half), (min(seat + 0.6 * plan.half, brow - 0.6), brow + 0.4)
    z = (plan.deck, plan.deck + 0.2)
    if kind < 0.08:
        nets = draped(sample, rear, (-half, half), (plan.fender, z[1]))
        return nets + (draped(sample, front, (-half, half), (plan.fender, z[1])) if sample.chance(0.6) else [])
    if kind < 0.15:
        return foliage(sample, rear, (-half, half), z) + foliage(sample, front, (-half, half), z)
    return []


def _hull_body(sample: VehicleSample, plan: HullPlan, brow: float) -> list[Mesh]:
    """A side view: belly, nose, glacis, roof, and a rear deck that may fall off."""
    belly, nose = 0.42, plan.fender * sample.rng.uniform(0.6, 0.85)
    tail = plan.deck - sample.rng.uniform(0.0, 0.12)
    side = [
        (plan.at(0.06), belly),
        (plan.at(0.9), belly),
        (plan.x[1], nose),
        (brow, plan.deck),
        (plan.at(0.2), plan.deck),
    ]
    side += [(plan.x[0], tail)]
    return [prism(side, (-plan.inner, plan.inner), sample.coat)]


def _front(sample: VehicleSample, plan: HullPlan, brow: float) -> list[Mesh]:
    """Driver's hatch, lamps, a splash board, bricks on the glacis."""
    rng, nose = sample.rng, plan.fender * 0.75
    y = float(rng.choice([0.0, 0.45, -0.45])) * plan.inner
    parts = hatch(
        brow - 0.35, y, 0.27, plan.deck, shade(sample.coat, rng.uniform(0.8, 1.1)), open_lid=sample.chance(0.12)
    )
    if sample.chance(0.5):
        parts += [
            box(about(brow + 0.1, 0.12), span, (nose, plan.deck), LAMP)
            for span in both((0.6 * plan.inner, 0.75 * plan.inner))
        ]
    if sample.chance(0.3):
        parts.append(
            box(
                about(brow + 0.3, 0.06),
                (-0.8 * plan.inner, 0.8 * plan.inner),
                (nose, plan.deck - 0.05),
                shade(sample.coat, 0.75),
            )
        )
    if sample.chance(0.2):
        parts += brow_pattern(sample, plan, (nose, plan.deck), (brow, plan.x[1]))
    return parts


def _engine_deck(sample: VehicleSample, plan: HullPlan, seat: float, *, front: bool, brow: float) -> list[Mesh]:
    """Grilles behind the turret; before it, to one side, where the engine is in front."""
    rng = sample.rng
    room: Span = (plan.x[0] + 0.1, seat - 0.62 * plan.half)
    parts: list[Mesh] = []
    if front:
        side = (0.1, 0.9 * plan.inner) if sample.chance(0.5) else (-0.9 * plan.inner, -0.1)
        vent = box(
            (brow - 1.1, brow - 0.2),
            side,
            (plan.deck - 0.1, plan.deck + 0.02),
            shade(DARK_STEEL, rng.uniform(0.5, 1.5)),
        )
        return [vent, *bedding(sample, (room[0], room[0] + 0.5), (-0.8 * plan.inner, 0.8 * plan.inner), plan.deck)]
    if sample.chance(0.85):
        parts += engine_plates(sample, room, 0.97 * plan.inner, plan.deck)
    if sample.chance(0.9):
        parts += grilles(sample, room, 0.95 * plan.inner, plan.deck + 0.01)
    if sample.chance(0.5):
        parts.append(
            box(
                (plan.x[0], plan.x[0] + 0.3),
                (-0.9 * plan.inner, 0.9 * plan.inner),
                (plan.deck - 0.3, plan.deck),
                shade(DARK_STEEL, 1.2),
            )
        )
    if sample.chance(0.12):
        parts += draped(sample, room, (-plan.inner, plan.inner), (plan.deck, plan.deck + 0.25))
    if sample.chance(0.2):
        parts += bedding(sample, (room[0], room[0] + 0.5), (-0.9 * plan.inner, 0.9 * plan.inner), plan.deck + 0.05)
    return parts
