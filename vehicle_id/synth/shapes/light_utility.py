"""Cross-country cars: the wide low kind with its wheels at the corners, upright jeeps, armoured boxes.

From above they differ from cars by straight outlines, a flat bonnet often narrower than the wheels, an upright
windscreen that is but a line, and roofs of cloth, with hatches, or none. This room knows three kinds, no models.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from vehicle_id.synth.draft import Draft
from vehicle_id.synth.mesh import Assembly, Mesh, Span, box, cylinder, taper
from vehicle_id.synth.paint import CANVAS, CHASSIS, DARK_STEEL, LAMP, TYRE, Paint, linear, loose, shade, tinted
from vehicle_id.synth.shapes.shells import about, lid, outline, ring, shrunk, skin

SEATS: Final = Paint(rgb=linear("#2d2c28"), gloss=0.0)


def utility_vehicle(draft: Draft) -> Assembly:
    """The kind by name where the name tells, by width where it does not."""
    name = draft.row.name
    if "HMMWV" in name or "Humvee" in name:
        return Assembly(fixed=_wide(draft))
    if "Tigr" in name:
        return Assembly(fixed=_armoured(draft))
    if draft.width_m < 2.05:
        return Assembly(fixed=_jeep(draft))
    return Assembly(fixed=_wide(draft) if draft.chance(0.6) else _armoured(draft))


def _wide(draft: Draft) -> list[Mesh]:
    """Wider than high: sloping bonnet with a grating, four seats far apart, open bed, cloth or a slanted back."""
    length, width, height = draft.length_m, draft.width_m, draft.height_m
    belt = 0.62 * height
    parts = [*_wheels(draft, radius=0.26 * height, tyre=0.15 * width, places=(0.17, 0.89))]
    parts.append(box((0.02, length - 0.08), (-0.46 * width, 0.46 * width), (0.24 * height, 0.44 * height), draft.coat))
    parts += _wings(draft, (0.665 * length, length), (0.80 * belt, belt))
    parts.append(taper((0.01, 0.665 * length), about(0.0, 0.97 * width), (0.30 * height, belt),
                       (0.02, 0.665 * length), about(0.0, 0.95 * width), draft.coat))  # fmt: skip
    return [*parts, *_wide_back(draft, belt), *_grating(draft, belt)]


def _wings(draft: Draft, x: Span, z: Span) -> list[Mesh]:
    """The bonnet of the wide kind: one slab to the wheels' edges that slopes down and narrows a little forward."""
    half = 0.5 * draft.width_m
    plan = outline(x, 0.95 * draft.width_m, nose=(0.45, 0.74))
    along = (plan[:, 0] - x[0]) / (x[1] - x[0])
    level = z[1] - (z[1] - z[0]) * along**1.5
    edge, crest = ring(plan, level - 0.05), ring(shrunk(plan, 0.05, 0.80), level)
    lamps = [
        cylinder("x", (x[1] - 0.12, x[1] - 0.02), (y, z[0] - 0.10), 0.09, LAMP, sides=8)
        for y in (-0.62 * half, 0.62 * half)
    ]
    return [
        skin(ring(plan, 0.32 * draft.height_m), edge, draft.coat),
        skin(edge, crest, draft.coat),
        lid(crest, draft.coat),
        *lamps,
    ]


def _grating(draft: Draft, belt: float) -> list[Mesh]:
    """The air outlet in the bonnet, and the dark gap before the windscreen."""
    length, width = draft.length_m, draft.width_m
    dark = shade(draft.coat, 0.45)
    slots = [
        box((0.80 * length + at, 0.80 * length + at + 0.05), about(0.0, 0.26 * width), (0.8 * belt, 0.955 * belt), dark)
        for at in (0.0, 0.12, 0.24)
    ]
    return [
        *slots,
        box((0.655 * length, 0.675 * length), about(0.0, 0.78 * width), (0.9 * belt, belt + 0.012), DARK_STEEL),
    ]


def _wide_back(draft: Draft, belt: float) -> list[Mesh]:
    """What stands behind the bonnet, in the mix of a motor pool."""
    kind = draft.rng.random()
    if kind < 0.28:
        return [*_wide_cab(draft, 0.40, belt), *_open_bed(draft, 0.39, belt)]
    if kind < 0.42:
        cloth = _cloth(draft)
        return [*_wide_cab(draft, 0.40, belt, roof=cloth), *_tilt(draft, (0.01, 0.38), belt, 1.0, cloth)]
    if kind < 0.62:
        return [
            *_wide_cab(draft, 0.20, belt, roof=_cloth(draft) if draft.chance(0.5) else None),
            *_open_bed(draft, 0.19, belt),
        ]
    if kind < 0.92:
        return _slanted(draft, belt)
    return [*_wide_cab(draft, 0.43, belt), *_shelter(draft, (0.0, 0.41), belt)]


def _wide_cab(draft: Draft, rear: float, belt: float, *, roof: Paint | None = None) -> list[Mesh]:
    """The seats' part, its roof flat; `rear` is where it ends as a share of the length from the tail."""
    length, width = draft.length_m, draft.width_m
    x, roof = (rear * length, 0.655 * length), roof or draft.coat
    edge = _rectangle((x[0] + 0.03, x[1] - 0.17), 0.80 * width)
    foot = _rectangle(x, 0.93 * width)
    glass = tinted(draft.rng)
    sides = [draft.coat, draft.coat, glass, draft.coat, glass]
    top = 0.97 * draft.height_m
    ridge = ring(shrunk(edge, 0.06, 0.94), draft.height_m)
    return [
        skin(ring(foot, belt - 0.02), ring(edge, top), sides),
        skin(ring(edge, top), ridge, roof),
        lid(ridge, roof),
        *_hatch(draft, x, 0.16),
    ]


def _slanted(draft: Draft, belt: float) -> list[Mesh]:
    """Roof to the rear third, then a slope down to the tail; many with a ring mount."""
    length, width = draft.length_m, draft.width_m
    cab = _wide_cab(draft, 0.30, belt)
    slope = taper((0.02, 0.32 * length), about(0.0, 0.93 * width), (belt - 0.02, draft.height_m - 0.05),
                  (0.27 * length, 0.32 * length), about(0.0, 0.80 * width), draft.coat)  # fmt: skip
    return [*cab, slope]


def _hatch(draft: Draft, x: Span, share: float) -> list[Mesh]:
    """A gunner's round opening in the roof, open (dark) or shut, kept under the roof's height."""
    if not draft.chance(0.45):
        return []
    at, top = x[0] + 0.45 * (x[1] - x[0]), draft.height_m
    rim = cylinder(
        "z", (top - 0.1, top + 0.02), (at, 0.0), share * draft.width_m + 0.07, shade(draft.coat, 0.7), sides=12
    )
    inside = DARK_STEEL if draft.chance(0.6) else draft.coat
    return [rim, cylinder("z", (top - 0.1, top + 0.035), (at, 0.0), share * draft.width_m, inside, sides=12)]


def _open_bed(draft: Draft, front: float, belt: float) -> list[Mesh]:
    """A low bed with walls, sometimes a spare wheel, seats or baggage in it."""
    length, half = draft.length_m, 0.47 * draft.width_m
    x, floor = (0.02, front * length), 0.80 * belt
    walls = [box(x, (side - 0.04, side + 0.04), (floor, belt + 0.08), draft.coat) for side in (-half, half)]
    walls += [box((at, at + 0.06), (-half, half), (floor, belt + 0.07), draft.coat) for at in (x[0], x[1] - 0.06)]
    bottom = loose(draft.rng, "#5e5140") if draft.chance(0.35) else shade(draft.coat, 0.8)
    walls.append(box((x[0] + 0.03, x[1] - 0.03), (0.04 - half, half - 0.04), (floor - 0.1, belt - 0.10), bottom))
    return [*walls, *_bed_items(draft, x, half, belt)]


def _bed_items(draft: Draft, x: Span, half: float, belt: float) -> list[Mesh]:
    parts = []
    if draft.chance(0.3):
        parts.append(cylinder("z", (belt - 0.1, belt + 0.1), (x[0] + 0.5, 0.4 * half), 0.40, TYRE, sides=10))
    for _ in range(int(draft.rng.integers(0, 4))):
        at_x, at_y = draft.rng.uniform((x[0] + 0.1, -0.8 * half), (max(x[0] + 0.2, x[1] - 0.6), 0.4 * half))
        size = draft.rng.uniform(0.25, 0.6, 3)
        paint = loose(draft.rng, str(draft.rng.choice(["#3a3b30", "#7a735c", "#232324", "#8b7d60"])))
        parts.append(box((at_x, at_x + size[0]), (at_y, at_y + size[1]), (belt - 0.12, belt + 0.6 * size[2]), paint))
    return parts


def _tilt(draft: Draft, span: Span, belt: float, top: float, cloth: Paint) -> list[Mesh]:
    """Cloth over a bed; `span` as shares of the length from the tail, `top` as a share of the height."""
    x = (span[0] * draft.length_m, span[1] * draft.length_m)
    foot = outline(x, 0.94 * draft.width_m, nose=(0.05, 0.95), tail=(0.05, 0.95), steps=2)
    shoulder = ring(shrunk(foot, 0.03, 0.95), (top - 0.08) * draft.height_m)
    ridge = ring(shrunk(foot, 0.14, 0.72), top * draft.height_m)
    return [skin(ring(foot, belt), shoulder, cloth), skin(shoulder, ridge, cloth), lid(ridge, cloth)]


def _shelter(draft: Draft, span: Span, belt: float) -> list[Mesh]:
    """A box of equipment on the bed, some with a cooler on its front."""
    x = (span[0] * draft.length_m, span[1] * draft.length_m)
    body = box(x, about(0.0, 0.95 * draft.width_m), (belt - 0.05, draft.height_m + 0.03), draft.coat)
    cooler = box((x[1] - 0.5, x[1] - 0.1), (-0.3, 0.3), (draft.height_m, draft.height_m + 0.06), shade(draft.coat, 0.6))
    return [body, cooler] if draft.chance(0.5) else [body]


def _jeep(draft: Draft) -> list[Mesh]:
    """Upright and narrow: a short flat bonnet between wings, cloth, steel or no roof, a spare wheel behind."""
    length, width, height = draft.length_m, draft.width_m, draft.height_m
    belt, rear = 0.60 * height, 0.24 if draft.chance(0.75) else 0.0
    cowl = length - draft.rng.uniform(0.28, 0.34) * (length - rear)
    wing = draft.rng.uniform(0.68, 0.98)
    tub = outline((rear, cowl), 0.96 * width, tail=(0.06, 0.93), steps=2)
    parts = [*_wheels(draft, radius=min(0.40, 0.20 * height), tyre=0.12 * width, places=(0.16, 0.79))]
    parts += [skin(ring(tub, 0.25 * height), ring(tub, belt), draft.coat), lid(ring(tub, belt), draft.coat)]
    parts += _jeep_front(draft, (cowl, length), belt, wing)
    if rear:
        parts.append(cylinder("x", (0.0, rear - 0.02), (0.12 * width, 0.95 * belt), 0.36, TYRE, sides=10))
    return [*parts, *_jeep_top(draft, (rear + 0.02, cowl), belt)]


def _jeep_front(draft: Draft, x: Span, belt: float, share: float) -> list[Mesh]:
    """Wings as wide as the car, lower than the bonnet when that is narrow; lamps and bumper."""
    half, low = draft.width_m / 2, belt * (0.84 if share < 0.85 else 0.94)
    wings = outline((x[0], x[1] - 0.08), 0.99 * draft.width_m, nose=(0.30, 0.86))
    bonnet = outline((x[0], x[1] - 0.10), share * 1.90 * half, nose=(0.12, 0.82))
    lamps = [
        cylinder("x", (x[1] - 0.16, x[1] - 0.04), (y, 0.72 * belt), 0.10, LAMP, sides=8)
        for y in (-0.7 * half, 0.7 * half)
    ]
    return [
        skin(ring(wings, 0.48 * belt), ring(wings, low), draft.coat),
        lid(ring(wings, low), draft.coat),
        skin(ring(bonnet, low), ring(shrunk(bonnet, 0.04, 0.92), belt - 0.01), draft.coat),
        lid(ring(shrunk(bonnet, 0.04, 0.92), belt - 0.01), draft.coat),
        box((x[1] - 0.12, x[1]), (-0.92 * half, 0.92 * half), (0.42 * belt, 0.56 * belt), DARK_STEEL),
        *lamps,
    ]


def _jeep_top(draft: Draft, x: Span, belt: float) -> list[Mesh]:
    """Windscreen, and above the tub: cloth, a steel roof with windows, or the seats in the open."""
    width, height, kind = draft.width_m, draft.height_m, draft.rng.random()
    military = draft.coat_name in ("olive", "green", "camouflage", "sand")
    if kind < (0.15 if military else 0.04):
        return _seats(draft, x, belt)
    cloth = kind < (0.65 if military else 0.20)
    roof = _cloth(draft) if cloth else _hard_roof(draft)
    pane = tinted(draft.rng)
    glass = roof if cloth else pane
    foot, edge = _rectangle(x, 0.93 * width), _rectangle((x[0] + 0.06, x[1] - 0.18), 0.85 * width)
    top = ring(edge, 0.965 * height)
    ridge = ring(shrunk(edge, 0.10, 0.86), height)
    sides = [glass, roof if cloth else draft.coat, glass, draft.coat, pane]
    shell = [skin(ring(foot, belt - 0.01), top, sides), skin(top, ridge, roof), lid(ridge, roof)]
    return [*shell, *(_bows(x, width, height, roof) if cloth else _carrier(draft, x))]


def _bows(x: Span, width: float, height: float, cloth: Paint) -> list[Mesh]:
    """Cloth shows the bars under it."""
    return [
        box((at - 0.03, at + 0.03), about(0.0, 0.72 * width), (0.95 * height, height + 0.02), shade(cloth, 1.15))
        for at in np.linspace(x[0] + 0.35, x[1] - 0.45, 3)
    ]


def _carrier(draft: Draft, x: Span) -> list[Mesh]:
    """A roof rack on some."""
    if not draft.chance(0.25):
        return []
    top = draft.height_m
    bars = np.linspace(x[0] + 0.3, x[1] - 0.5, 6)
    return [box((at - 0.03, at + 0.03), about(0.0, 0.76 * draft.width_m), (top, top + 0.05), DARK_STEEL) for at in bars]


def _seats(draft: Draft, x: Span, belt: float) -> list[Mesh]:
    """The car without its roof: windscreen frame, floor and seats."""
    width, height = draft.width_m, draft.height_m
    frame = taper((x[1] - 0.08, x[1]), about(0.0, 0.88 * width), (belt, height),
                  (x[1] - 0.16, x[1] - 0.12), about(0.0, 0.84 * width), tinted(draft.rng))  # fmt: skip
    floor = box((x[0] + 0.08, x[1] - 0.25), about(0.0, 0.84 * width), (belt - 0.2, belt + 0.01), SEATS)
    paint = loose(draft.rng, str(draft.rng.choice(["#54503f", "#33352f", "#6b5a45"])))
    rows = [
        box((at, at + 0.45), about(y, 0.40 * width - 0.1), (belt, belt + 0.14), paint)
        for at in (x[1] - 1.05, x[1] - 1.95)
        for y in (-0.21 * width, 0.21 * width)
    ]
    return [frame, floor, *(row for row in rows if row.bounds[0, 0] > x[0])]


def _armoured(draft: Draft) -> list[Mesh]:
    """A large bevelled box with small windows, a sloping bonnet and round hatches."""
    length, width, height = draft.length_m, draft.width_m, draft.height_m
    belt, cowl = 0.58 * height, 0.70 * length
    foot = outline((0.0, cowl), 0.98 * width, tail=(0.10, 0.92), steps=2)
    edge = outline((0.12, cowl - 0.30), 0.80 * width, tail=(0.10, 0.92), steps=2)
    bonnet = outline((cowl - 0.05, length), 0.92 * width, nose=(0.40, 0.72))
    slope = np.interp(bonnet[:, 0], [cowl, length], [belt, 0.82 * belt])
    crest = ring(shrunk(bonnet, 0.08, 0.82), slope)
    glass = tinted(draft.rng)
    sides = [draft.coat, draft.coat, glass if draft.chance(0.5) else draft.coat, draft.coat, glass]
    return [
        *_wheels(draft, radius=0.22 * height, tyre=0.14 * width, places=(0.18, 0.77)),
        skin(ring(foot, 0.26 * height), ring(foot, belt), draft.coat),
        skin(ring(foot, belt), ring(edge, height), sides),
        lid(ring(edge, height), draft.coat),
        skin(ring(bonnet, 0.28 * height), ring(bonnet, slope - 0.12), draft.coat),
        skin(ring(bonnet, slope - 0.12), crest, draft.coat),
        lid(crest, draft.coat),
        *_armour_windows(draft, cowl, belt),
        *_hatches(draft, cowl),
    ]


def _armour_windows(draft: Draft, cowl: float, belt: float) -> list[Mesh]:
    """The two panes of the windscreen, standing a little proud of the slope."""
    z, glass = (belt + 0.03, draft.height_m - 0.08), tinted(draft.rng)
    return [
        taper((cowl - 0.2, cowl + 0.02), (y[0], y[1]), z, (cowl - 0.45, cowl - 0.24), (y[0], y[1]), glass)
        for y in ((-0.36 * draft.width_m, -0.03), (0.03, 0.36 * draft.width_m))
    ]


def _hatches(draft: Draft, cowl: float) -> list[Mesh]:
    top = draft.height_m
    places = [(0.30 * cowl, 0.0), (0.62 * cowl, 0.0)] if draft.chance(0.6) else [(0.5 * cowl, 0.0)]
    paint = shade(draft.coat, draft.rng.uniform(0.5, 0.9))
    return [cylinder("z", (top - 0.05, top + 0.05), at, 0.17 * draft.width_m, paint, sides=12) for at in places]


def _hard_roof(draft: Draft) -> Paint:
    return Paint(rgb=linear("#dcdcd6"), gloss=0.1) if draft.chance(0.3) else draft.coat


def _cloth(draft: Draft) -> Paint:
    """Tarpaulin: near the coat, bleached, or of another colour."""
    kind = draft.rng.random()
    if kind < 0.35:
        return shade(draft.coat, draft.rng.uniform(0.6, 1.3))
    return (
        CANVAS if kind < 0.55 else loose(draft.rng, str(draft.rng.choice(["#5c5f49", "#b5a98a", "#c9c8c2", "#3c3f36"])))
    )


def _rectangle(x: Span, width: float) -> np.ndarray:
    """An outline with a short front pillar, so that windscreen, pillar and side are painted apart."""
    half = width / 2
    return np.array([(x[0], 0.97 * half), (x[0] + 0.02, half), (x[1] - 0.10, half), (x[1], 0.90 * half)])


def _wheels(draft: Draft, *, radius: float, tyre: float, places: tuple[float, float]) -> list[Mesh]:
    """Four wheels flush with the width, `places` as shares of the length behind the front; and what is between them."""
    length, half = draft.length_m, draft.width_m / 2
    spans: tuple[Span, Span] = ((half - tyre, half), (-half, tyre - half))
    wheels = [cylinder("y", y, (length * (1 - at), radius), radius, TYRE, sides=10) for at in places for y in spans]
    return [*wheels, box((0.1 * length, 0.9 * length), (-0.35 * half, 0.35 * half), (0.35, 0.55), CHASSIS)]


BUILDERS: Final[Mapping[str, Callable[[Draft], Assembly]]] = {"utility_vehicle": utility_vehicle}
