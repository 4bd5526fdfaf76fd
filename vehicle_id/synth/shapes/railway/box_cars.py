"""Covered wagons: box cars with all forms of roof, refrigerated wagons, covered hoppers.

Proportions are remembered from photographs, not measured.
"""

from __future__ import annotations

from vehicle_id.synth.mesh import Assembly, Mesh, Span, box, taper
from vehicle_id.synth.paint import DARK_STEEL, STEEL, WHITE_PANEL, WOOD, Paint, loose, shade
from vehicle_id.synth.shapes.common.roof_marks import evenly, foreign, hatches, patches, square_hatches
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.railway.roofs import curved, draw_section, peaked, roof_paint, sheeted
from vehicle_id.synth.shapes.railway.running_gear import bogies, couplers, end_platform, ends, ladders, underframe
from vehicle_id.synth.vehicle_sample import VehicleSample

GRAFFITI = ("#d83a8a", "#2f9ac8", "#e0c22e", "#4ab04a", "#e8e8e4", "#d8502a", "#6a3fa0")


def box_car(sample: VehicleSample) -> Assembly:
    """A closed body on two bogies; one in eight is a covered hopper, one in ten is refrigerated."""
    kind = sample.rng.random()
    over = sample.rng.uniform(0.45, 0.65)
    x = ends(sample, over)
    if kind < 0.12:
        return Assembly(fixed=[*_hopper(sample, x), *_below(sample, x)])
    fixed = [*_below(sample, x)]
    body = x
    if kind > 0.8 and sample.chance(0.5):
        body = (x[0] + 0.7, x[1])
        fixed += end_platform(sample, x[0] + 0.03, body[0], sample.width_m / 2)
    fixed += _reefer(sample, body) if kind > 0.9 else _van(sample, body)
    return Assembly(fixed=fixed)


def _below(sample: VehicleSample, x: Span) -> list[Mesh]:
    half = 0.48 * sample.width_m
    return [
        *bogies(sample, x),
        *couplers(sample, x),
        *underframe(sample, x, half, (0.85, 1.15), shade(sample.coat, 0.8)),
    ]


def _van(sample: VehicleSample, x: Span) -> list[Mesh]:
    """Walls with posts and doors under a roof; hatches, running board, rust, graffiti."""
    rng, half, top = sample.rng, sample.width_m / 2, sample.height_m
    gear = sample.chance(0.5)
    crown = top - (rng.uniform(0.04, 0.14) if gear else 0.0)
    eave = crown - rng.uniform(0.25, 0.75)
    tone = roof_paint(sample)
    wall, over = half - 0.08, rng.uniform(0.9, 0.985) * half
    found = [box(x, (-wall, wall), (1.05, eave), sample.coat), *_sides(sample, x, half, (1.1, eave))]
    found.append(sheeted(sample, (x[0] - 0.03, x[1] + 0.03), draw_section(sample, over, (eave, crown)), tone,
                         pitch=rng.choice((0.5, 0.8, 1.1, 1.5, 2.5)), rib=rng.choice((0.0, 0.03, 0.05))))  # fmt: skip
    found += [_gable(end, wall, (1.05, eave), crown, sample.coat) for end in x]
    if gear:
        found += _roof_gear(sample, x, half, (crown, top), tone)
    if sample.chance(0.45):
        stain = shade(tone, rng.uniform(0.5, 0.8))
        found += patches(
            rng, x, (-0.35 * half, 0.35 * half), crown, stain, count=int(rng.integers(1, 8)), size=(0.3, 2)
        )
    return found


def _gable(at: float, half: float, z: Span, crown: float, paint: Paint) -> Mesh:
    low, high = about(at, 0.06), about(at, 0.04)
    return taper(low, (-half, half), (z[1] - 0.1, crown - 0.02), high, (-0.25 * half, 0.25 * half), paint)


def _sides(sample: VehicleSample, x: Span, half: float, z: Span) -> list[Mesh]:
    """Posts, one or two doors a side, and paint of other people's."""
    rng, found = sample.rng, []
    count, deep = int(rng.integers(6, 18)), half - 0.03
    if sample.chance(0.6):
        found += [
            box(about(at, 0.1), y, z, shade(sample.coat, 0.92))
            for at in evenly(x, count)
            for y in both((half - 0.09, deep))
        ]
    middle, wide = sum(x) / 2 + rng.choice((0.0, 0.0, 0.8)), rng.uniform(1.8, 4.0)
    door = shade(sample.coat, rng.uniform(0.8, 1.2))
    found += [box(about(middle, wide), y, (z[0], z[1] - 0.1), door) for y in both((half - 0.09, half))]
    if sample.chance(0.25):
        for _ in range(int(rng.integers(1, 5))):
            at, paint = rng.uniform(x[0] + 1, x[1] - 1), loose(rng, str(rng.choice(GRAFFITI)))
            y = both((half - 0.08, half - 0.02))[int(rng.integers(2))]
            found.append(box(about(at, rng.uniform(0.8, 2.5)), y, (z[0] + 0.1, z[0] + rng.uniform(0.6, 2.0)), paint))
    return found + ladders(sample, [(x[0] + 0.4, half - 0.05), (x[1] - 0.4, 0.05 - half)], (z[0] - 0.3, z[1]))


def _roof_gear(sample: VehicleSample, x: Span, half: float, z: Span, tone: Paint) -> list[Mesh]:
    """A running board, round or square hatches in one or two rows, ventilators, doors."""
    rng, found = sample.rng, []
    kind = rng.random()
    lid = shade(tone, rng.uniform(0.6, 1.3)) if sample.chance(0.6) else shade(DARK_STEEL, rng.uniform(0.7, 2.0))
    rows = (0.0,) if sample.chance(0.5) else (-0.4 * half, 0.4 * half)
    places = [(at, y) for at in evenly(x, int(rng.integers(2, 6))) for y in rows]
    low = z[0] - (0.05 if len(rows) == 1 else 0.3)
    if kind < 0.35:
        board = (WOOD, STEEL, DARK_STEEL)[int(rng.integers(3))]
        found.append(
            box(x, about(0.0, rng.uniform(0.4, 0.75)), (z[1] - 0.05, z[1]), shade(board, rng.uniform(0.6, 1.4)))
        )
    elif kind < 0.65:
        found.append(hatches(places, (low, z[1]), rng.uniform(0.2, 0.35), lid))
    else:
        found.append(square_hatches(places, (low, z[1]), (rng.uniform(0.35, 1.4), rng.uniform(0.35, 0.9)), lid))
    return found


def _reefer(sample: VehicleSample, x: Span) -> list[Mesh]:
    """A pale smooth roof; an engine room with fans at one end or ice hatches at both."""
    rng, half, top = sample.rng, sample.width_m / 2, sample.height_m
    tone = shade(WHITE_PANEL, rng.uniform(0.6, 1.0)) if sample.chance(0.6) else roof_paint(sample)
    body = shade(WHITE_PANEL, rng.uniform(0.7, 1.0)) if sample.chance(0.5) else sample.coat
    eave, crown = top - rng.uniform(0.35, 0.7), top - 0.06
    found = [box(x, (-half, half), (1.05, eave), body)]
    found.append(sheeted(sample, x, curved(half, (eave, crown), power=2.5), tone, pitch=rng.uniform(1, 4), rib=0.02))
    grille = shade(DARK_STEEL, rng.uniform(0.7, 1.5))
    if sample.chance(0.5):
        at = x[1] - rng.uniform(0.9, 1.6)
        found.append(square_hatches([(at, 0.0)], (crown - 0.1, crown + 0.03), (1.2, 1.6), shade(tone, 0.75)))
        found.append(hatches([(at, -0.4), (at, 0.4)], (crown, top), 0.33, grille))
    else:
        found.append(
            square_hatches(
                [(a, y) for a in (x[0] + 0.8, x[1] - 0.8) for y in (-0.8, 0.8)],
                (eave, top),
                (0.8, 0.8),
                shade(tone, 0.8),
            )
        )
    return found


def _hopper(sample: VehicleSample, x: Span) -> list[Mesh]:
    """Sloping ends over end platforms; a trough hatch or round ones between running boards."""
    rng, half, top = sample.rng, sample.width_m / 2, sample.height_m
    slope = rng.uniform(0.4, 1.2)
    inner, crown = (x[0] + slope, x[1] - slope), top - 0.1
    body = sample.coat if sample.chance(0.6) else foreign(rng, ("grey", "white", "green", "sand", "blue"))
    over = (x[0] + 0.2, x[1] - 0.2)
    eave = crown - rng.uniform(0.15, 0.6)
    tone = shade(body, rng.uniform(0.85, 1.1))
    section = curved(half, (eave, crown), power=2.4) if sample.chance(0.6) else peaked(half, (eave, crown), flat=0.4)
    found = [taper(inner, (-half, half), (1.3, eave), over, (-half, half), body)]
    found.append(sheeted(sample, over, section, tone, pitch=rng.uniform(1.0, 4.0), rib=0.0))
    lid = shade(tone, rng.uniform(0.6, 1.2)) if sample.chance(0.6) else shade(STEEL, rng.uniform(0.5, 1.3))
    if sample.chance(0.5):
        trough = about(0.0, rng.uniform(0.4, 0.7))
        found.append(box((over[0] + 0.4, over[1] - 0.4), trough, (crown - 0.1, top), lid))
    else:
        found.append(
            hatches([(at, 0.0) for at in evenly(over, int(rng.integers(3, 9)))], (crown - 0.1, top), 0.35, lid)
        )
    found += [box(over, y, (crown - 0.16, crown - 0.1), shade(STEEL, 0.9)) for y in both((0.5 * half, 0.72 * half))]
    return found + [
        piece for a, b in ((x[0], inner[0]), (x[1], inner[1])) for piece in end_platform(sample, a, b, half)
    ]
