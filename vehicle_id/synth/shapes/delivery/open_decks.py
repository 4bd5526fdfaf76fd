"""Open decks of lorries: floors of wood or steel with their wear, drop sides, stakes, a guard behind the cab."""

from __future__ import annotations

from dataclasses import dataclass

from vehicle_id.synth.mesh import Mesh, Span, box, copies
from vehicle_id.synth.paint import BRIGHT_STEEL, DARK_STEEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class Deck:
    """Sizes of an open deck in metres."""

    x: Span
    half: float
    floor: float
    rim: float
    """Height of the upper edge of the sides; the floor's if there are none."""


FLOORS = ("#8a7458", "#6d5c48", "#a08a68", "#7d7d7b", "#5c5d5e", "#95989a", "#6b4a35", "#84887f", "#4a4744")
"""Wood new and old, steel, grey paint, rust."""


def floor_paint(sample: VehicleSample) -> Paint:
    """Wood, steel, rust, or the vehicle's own colour worn thin."""
    if sample.chance(0.4):
        return shade(sample.coat, sample.rng.uniform(0.5, 0.95))
    return loose(sample.rng, str(sample.rng.choice(FLOORS)), spread=0.18)


def deck_parts(sample: VehicleSample, deck: Deck, paint: Paint) -> list[Mesh]:
    """Floor, and the sides where the rim is above it."""
    floor = floor_paint(sample)
    parts = [box(deck.x, (-deck.half, deck.half), (deck.floor - 0.14, deck.floor), floor)]
    parts += [*_planks(sample, deck, floor), *_wear(sample, deck, floor)]
    if deck.rim > deck.floor + 0.05:
        parts += _sides(sample, deck, paint)
    return parts


def _planks(sample: VehicleSample, deck: Deck, floor: Paint) -> list[Mesh]:
    """Strips of uneven tone along or across the deck."""
    if sample.chance(0.4):
        return []
    z, half = (deck.floor - 0.01, deck.floor + 0.006), deck.half - 0.05
    count = int(sample.rng.integers(5, 12))
    tones = [shade(floor, float(f)) for f in sample.rng.uniform(0.75, 1.2, count)]
    if sample.chance(0.7):
        pitch = 2 * half / count
        return [box(deck.x, (i * pitch - half, (i + 0.93) * pitch - half), z, tone) for i, tone in enumerate(tones)]
    pitch = (deck.x[1] - deck.x[0]) / count
    return [box((deck.x[0] + i * pitch, deck.x[0] + (i + 0.95) * pitch), (-half, half), z, tone)
            for i, tone in enumerate(tones)]  # fmt: skip


def _wear(sample: VehicleSample, deck: Deck, floor: Paint) -> list[Mesh]:
    """Patches of rust, mud and bare metal."""
    parts = []
    for _ in range(int(sample.rng.integers(0, 6))):
        tone = loose(sample.rng, str(sample.rng.choice(FLOORS))) if sample.chance(0.4) else shade(
            floor, sample.rng.uniform(0.6, 1.35))  # fmt: skip
        x, y = sample.rng.uniform(*deck.x), sample.rng.uniform(-0.9, 0.5) * deck.half
        end = min(x + sample.rng.uniform(0.15, 1.2), deck.x[1])
        parts.append(box((x, end), (y, min(y + sample.rng.uniform(0.1, 0.7), 0.95 * deck.half)),
                         (deck.floor, deck.floor + 0.009), tone))  # fmt: skip
    return parts


def _sides(sample: VehicleSample, deck: Deck, paint: Paint) -> list[Mesh]:
    """Drop sides and a tailboard with posts between their leaves."""
    thick = sample.rng.uniform(0.04, 0.09)
    z = (deck.floor - 0.1, deck.rim)
    walls = [box(deck.x, y, z, paint) for y in both((deck.half - thick, deck.half))]
    walls += [box(about(x, thick), about(0, 2 * deck.half), z, paint)
              for x in (deck.x[0] + thick / 2, deck.x[1] - thick / 2)]  # fmt: skip
    post = shade(paint if sample.chance(0.5) else DARK_STEEL, sample.rng.uniform(0.6, 1.3))
    count = int(sample.rng.integers(1, 4))
    step = (deck.x[1] - deck.x[0]) / (count + 1)
    posts = [copies(box((-0.05, 0.05), y, (z[0], z[1] + 0.02), post), [(deck.x[0] + (i + 1) * step, 0.0, 0.0)
                                                                       for i in range(count)])
             for y in both((deck.half - thick - 0.03, deck.half))]  # fmt: skip
    return [*walls, *(posts if sample.chance(0.6) else [])]


def stakes(sample: VehicleSample, deck: Deck, top: float) -> list[Mesh]:
    """Upright stakes with rails or boards between them, up to a height."""
    paint = sample.coat if sample.chance(0.4) else loose(sample.rng, str(sample.rng.choice(FLOORS)))
    count = max(4, int((deck.x[1] - deck.x[0]) / sample.rng.uniform(0.45, 1.0)))
    step = (deck.x[1] - deck.x[0] - 0.08) / (count - 1)
    sides = both((deck.half - 0.07, deck.half - 0.01))
    places = [(deck.x[0] + 0.04 + i * step, 0.0, 0.0) for i in range(count)]
    parts = [copies(box((-0.03, 0.03), y, (deck.floor, top), paint), places) for y in sides]
    rails = int(sample.rng.integers(1, 4))
    for i in range(rails):
        level = deck.rim + (top - deck.rim) * (i + 1) / rails
        parts += [box(deck.x, y, (level - 0.1, level), paint) for y in sides]
        parts += [box(about(deck.x[0] + 0.04, 0.06), about(0, 2 * deck.half - 0.1), (level - 0.1, level), paint)]
    return parts


def cab_guard(sample: VehicleSample, deck: Deck, top: float, paint: Paint) -> list[Mesh]:
    """A frame or a plate across the deck behind the cab."""
    steel = paint if sample.chance(0.5) else shade(BRIGHT_STEEL, sample.rng.uniform(0.2, 0.9))
    x, half = about(deck.x[1] - 0.06, 0.07), sample.rng.uniform(0.75, 0.97) * deck.half
    if sample.chance(0.35):
        return [box(x, (-half, half), (deck.floor, top), steel)]
    posts = [box(x, y, (deck.floor, top), steel) for y in both((half - 0.07, half))]
    bars = [box(x, (-half, half), (z - 0.06, z), steel) for z in (top, deck.floor + 0.6 * (top - deck.floor))]
    return [*posts, *bars]
