"""Lorries with open decks: one-tonne cab-over trucks with drop sides, heavier ones with stakes or a loading crane."""

from __future__ import annotations

from vehicle_id.synth.mesh import Assembly, Mesh, beam, box
from vehicle_id.synth.paint import COATS, DARK_STEEL, Paint, linear, shade
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.delivery.cargo import Hold, goods
from vehicle_id.synth.shapes.delivery.lorry_frame import lorry_frame
from vehicle_id.synth.shapes.delivery.lorry_plan import LorryPlan, draw_plan
from vehicle_id.synth.shapes.delivery.open_decks import Deck, cab_guard, deck_parts, stakes
from vehicle_id.synth.shapes.delivery.truck_cabs import cab_cabin, cab_parts, chimney
from vehicle_id.synth.vehicle_sample import VehicleSample

_LOADED = 0.6
"""Share of the decks that carry goods."""


def flatbed_truck(sample: VehicleSample) -> Assembly:
    """A cab and an open deck, empty or with goods on it."""
    low_and_wide = sample.height_m < 2.5 and sample.width_m > 2.15
    plan = draw_plan(sample, bonneted=0.8 if low_and_wide else 0.08)
    cabin = cab_cabin(sample, plan, sample.height_m)
    crane_room = sample.rng.uniform(0.5, 0.8) if _has_crane(sample) else 0.0
    deck = _draw_deck(sample, plan, crane_room)
    fixed = [*lorry_frame(sample, plan), *cab_parts(sample, plan, cabin, sample.coat)]
    fixed += _superstructure(sample, deck)
    if crane_room:
        fixed += _crane(sample, plan, deck)
    if plan.kind == "heavy" and sample.chance(0.3):
        fixed += chimney(sample, plan, sample.height_m)
    return Assembly(fixed=fixed)


def _has_crane(sample: VehicleSample) -> bool:
    return sample.length_m > 5.8 and sample.chance(0.14)


def _draw_deck(sample: VehicleSample, plan: LorryPlan, crane_room: float) -> Deck:
    floor = min(plan.deck + sample.rng.uniform(0.0, 0.2), 0.5 * sample.height_m)
    side = sample.rng.uniform(0.28, 0.6) if sample.chance(0.82) else 0.0
    return Deck(x=(plan.body[0], plan.body[1] - crane_room), half=plan.half, floor=floor, rim=floor + side)


def _superstructure(sample: VehicleSample, deck: Deck) -> list[Mesh]:
    """The deck with its sides, stakes, guard and goods."""
    top = 0.98 * sample.height_m
    paint = _side_paint(sample)
    parts = deck_parts(sample, deck, paint)
    if sample.chance(0.18):
        parts += stakes(sample, deck, min(top, deck.rim + sample.rng.uniform(0.3, 1.1)))
    if sample.chance(0.6):
        parts += cab_guard(sample, deck, min(top, deck.floor + sample.rng.uniform(0.6, 1.3)), paint)
    if sample.chance(_LOADED):
        hold = Hold(x=(deck.x[0] + 0.1, deck.x[1] - 0.15), half=deck.half - 0.07, floor=deck.floor, top=top)
        parts += goods(sample, hold)
    return parts


def _side_paint(sample: VehicleSample) -> Paint:
    """The coat for most; else another colour."""
    if sample.chance(0.68):
        return shade(sample.coat, sample.rng.uniform(0.8, 1.1))
    name = str(sample.rng.choice(["white", "blue", "grey", "silver", "green", "brown", "red"]))
    return Paint(rgb=linear(str(sample.rng.choice(COATS[name]))), gloss=0.05)


def _crane(sample: VehicleSample, plan: LorryPlan, deck: Deck) -> list[Mesh]:
    """A loading crane between cab and deck, folded across, with its legs at both sides."""
    name = str(sample.rng.choice(["yellow", "red", "white", "orange", "grey", "black", "blue"]))
    paint = Paint(rgb=linear(str(sample.rng.choice(COATS[name]))), gloss=0.1)
    x, half, top = (deck.x[1] + plan.body[1]) / 2, plan.half, 0.98 * sample.height_m
    column = box(about(x, 0.35), about(0, 0.45), (0.7, 0.8 * top), paint)
    legs = [box(about(x, 0.2), y, (0.35, 0.9), DARK_STEEL) for y in both((0.78 * half, 0.98 * half))]
    sill = box(about(x, 0.25), (-0.95 * half, 0.95 * half), (0.7, 0.95), shade(paint, 0.7))
    side = float(sample.rng.choice([-1.0, 1.0]))
    if sample.chance(0.3):
        rear = deck.x[0] + sample.rng.uniform(0.1, 0.6) * (deck.x[1] - deck.x[0])
        return [column, sill, *legs, beam((x, 0.0, top - 0.15), (rear, 0.0, top - 0.25), (0.22, 0.24), paint)]
    boom = beam((x, side * 0.1, 0.8 * top), (x, side * 0.92 * half, 0.62 * top), (0.2, 0.2), paint)
    jib = beam(
        (x + 0.12, side * 0.9 * half, 0.62 * top), (x + 0.12, -side * 0.85 * half, top - 0.12), (0.16, 0.18), paint
    )
    return [column, sill, *legs, boom, jib]
