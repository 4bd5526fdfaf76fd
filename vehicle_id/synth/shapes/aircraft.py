"""Aircraft from above: airliners and transports, propeller aircraft, fighters, helicopters.

The row's length and span tell which: a span under three quarters of the length is a fighter, a length under
13.5 m a light aircraft, and so on. Proportions are those of common types; no type is copied. The nose is at
the highest x. This room does not know aprons, runways, or anything in flight.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from vehicle_id.synth.draft import Draft
from vehicle_id.synth.mesh import Assembly, Mesh, box, copies, cylinder, lathe, prism, slab, taper, tube
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, GLASS, TYRE, Paint, draw_coat, loose, shade

WING_GREY: Final = ("#b9bcbd", "#c9cbca", "#a9adae", "#d6d7d5")


def aircraft(draft: Draft) -> Assembly:
    """What the length and the span make likely."""
    length, span = draft.length_m, draft.width_m
    if span < 0.75 * length:
        return Assembly(fixed=_fighter(draft))
    if length < 13.5:
        return Assembly(fixed=_light(draft))
    if length < 28 and span < 24:
        return Assembly(fixed=_helicopter(draft))
    return Assembly(fixed=_transport(draft))


# ------------------------------------------------------------------ parts
def _fuselage(length: float, radius: float, axle: float, paint: Paint, *, tail: float = 0.3, nose: float = 0.1) -> Mesh:
    """A round body with a blunt nose and a long taper up to the tail, centred along x."""
    back, front = -length / 2, length / 2
    turns = np.linspace(0.25, math.pi / 2, 4)
    bow = [(front - nose * length * (1 - math.sin(math.pi / 2 - t)), radius * math.sin(t)) for t in turns]
    profile = [(back, 0.12 * radius), (back + 0.5 * tail * length, 0.62 * radius), (back + tail * length, radius)]
    return lathe("x", [*profile, *bow[::-1], (front, 0.0)], (0.0, axle), paint, sides=14)


def _wings(
    root_x: tuple[float, float],
    tip_x: tuple[float, float],
    y: tuple[float, float],
    z: float,
    thick: float,
    paint: Paint,
) -> list[Mesh]:
    """A pair of straight-edged wings: leading and trailing edge at the root and at the tip, y of both."""
    outline = [(root_x[0], y[0]), (root_x[1], y[0]), (tip_x[1], y[1]), (tip_x[0], y[1])]
    left = slab(outline, (z - thick, z), paint)
    flap = 0.22
    rear_root = root_x[0] + flap * (root_x[1] - root_x[0])
    rear_tip = tip_x[0] + flap * (tip_x[1] - tip_x[0])
    edge = slab(
        [(root_x[0], y[0]), (rear_root, y[0]), (rear_tip, y[1] * 0.97), (tip_x[0], y[1] * 0.97)],
        (z - thick / 2, z + 0.02),
        shade(paint, 0.85),
    )
    return [left, edge, left.scaled((1, -1, 1)), edge.scaled((1, -1, 1))]


def _fin(x: tuple[float, float], low: float, top: float, paint: Paint, *, sweep: float, thick: float) -> Mesh:
    """An upright tail, swept back."""
    chord = x[1] - x[0]
    profile = [(x[0], low), (x[1], low), (x[0] + 0.4 * chord, top), (x[0] - sweep, top)]
    return prism(profile, (-thick / 2, thick / 2), paint)


def _propeller(x: float, y: float, z: float, radius: float, blades: int, rng: np.random.Generator) -> list[Mesh]:
    """Blades standing still: from above a thin bar across the nacelle's tip."""
    start = rng.uniform(0, 180)
    blade = box((-0.05, 0.05), (0.0, radius), (-0.1, 0.1), CHASSIS)
    turned = [blade.turned(start + 360 * index / blades, axis="x").moved((x, y, z)) for index in range(blades)]
    return [*turned, lathe("x", [(x - 0.2, 0.22 * radius), (x + 0.3, 0.0)], (y, z), DARK_STEEL, sides=7)]


def _livery(draft: Draft) -> tuple[Paint, Paint]:
    """Body and tail; the tail often has a colour of its own."""
    tail = draw_coat(draft.rng, ("blue", "red", "green", "orange", "white", "white", "grey"))[0]
    return draft.coat, tail if draft.chance(0.6) else draft.coat


def _legs(axle: float, places: list[tuple[float, float]], size: float) -> list[Mesh]:
    """Wheels on struts, mostly for the shadow."""
    parts = []
    for x, y in places:
        parts.append(cylinder("y", (y - 0.3 * size, y + 0.3 * size), (x, 0.5 * size), 0.5 * size, TYRE, sides=8))
        parts.append(tube((x, y, 0.5 * size), (x, y, axle), 0.12 * size, CHASSIS, sides=4))
    return parts


# ------------------------------------------------------------------ airliners and transports
def _transport(draft: Draft) -> list[Mesh]:
    """Two or four engines under swept wings, or propellers on straight ones when it is small."""
    rng, length, span = draft.rng, draft.length_m, draft.width_m
    jet = length > 28
    high_wing = not jet or draft.chance(0.45)
    radius = length * (0.048 if length > 35 else 0.058)
    axle = draft.height_m * (0.34 if not high_wing else 0.28)
    body, tail = _livery(draft)
    grey = loose(rng, str(rng.choice(WING_GREY)), spread=0.05) if draft.chance(0.8) else body
    sweep = span * (rng.uniform(0.2, 0.27) if jet else 0.01)
    root, tip = (0.19, 0.05) if jet else (0.125, 0.06)
    front = length * rng.uniform(0.1, 0.16)
    level = axle + radius * (0.85 if high_wing else -0.45)
    root_x = (front - root * length, front)
    tip_x = (front - sweep - tip * length, front - sweep)
    parts = [
        _fuselage(length, radius, axle, body, tail=0.32),
        *_wings(root_x, tip_x, (0.0, span / 2), level, 0.18 * radius, grey),
    ]
    parts += _cockpit(length / 2, axle, radius)
    t_tail = high_wing and draft.chance(0.6)
    parts += _tail(draft, length, radius, axle, grey, tail, swept=jet, t_tail=t_tail)
    engines = 4 if jet and draft.chance(0.35 if not high_wing else 0.7) else 2
    for share in (0.33, 0.56)[: engines // 2]:
        edge = front - sweep * share
        parts += _engines(draft, edge, share * span / 2, level, radius, jet=jet)
    main = front - 0.75 * root * length
    return [*parts, *_legs(axle, [(0.4 * length, 0.0), (main, 1.6 * radius), (main, -1.6 * radius)], 0.55 * radius)]


def _tail(
    draft: Draft, length: float, radius: float, axle: float, grey: Paint, colour: Paint, *, swept: bool, t_tail: bool
) -> list[Mesh]:
    """Fin to the full height, and a tailplane low on the body or across the fin's top."""
    back, top = -length / 2, draft.height_m
    lean = 0.05 * length if swept else 0.02 * length
    chord = 0.14 * length
    fin = _fin(
        (back + lean + 0.01 * length, back + lean + chord),
        axle + 0.3 * radius,
        top - (0.1 if t_tail else 0.0),
        colour,
        sweep=lean,
        thick=0.16 * radius,
    )
    half = 0.17 * draft.width_m
    level = top - 0.02 if t_tail else axle + 0.35 * radius
    front = back + (0.075 if t_tail else 0.12) * length
    root_x, tip_x = (
        (front - 0.075 * length, front),
        (front - 0.075 * length - (0.045 if swept else 0.0) * length, front - (0.085 if swept else 0.03) * length),
    )
    tip_x = (max(back, tip_x[0]), max(back + 0.03 * length, tip_x[1]))
    return [fin, *_wings((max(back, root_x[0]), root_x[1]), tip_x, (0.0, half), level, 0.1 * radius, grey)]


def _engines(draft: Draft, edge: float, y: float, level: float, radius: float, *, jet: bool) -> list[Mesh]:
    """Nacelles before the leading edge on both sides; jets hang under, propellers run through the wing."""
    size = 0.5 * radius if jet else 0.38 * radius
    fore, aft = (2.6 * size, 1.6 * size) if jet else (3.8 * size, 4.5 * size)
    z = level - (1.1 * size if jet else 0.2 * size)
    paint = draft.coat if draft.chance(0.5) else loose(draft.rng, "#c2c4c4")
    shape = [(edge - aft, 0.45 * size), (edge, size), (edge + 0.8 * fore, size), (edge + fore, 0.8 * size)]
    parts: list[Mesh] = []
    for side in (-1, 1):
        parts.append(lathe("x", shape, (side * y, z), paint, sides=10))
        if jet:
            parts.append(
                lathe(
                    "x", [(edge + fore + 0.01, 0.78 * size), (edge + fore - 0.1, 0.0)], (side * y, z), CHASSIS, sides=10
                )
            )
        else:
            parts += _propeller(edge + fore + 0.15, side * y, z, 1.25 * radius, 4, draft.rng)
    return parts


def _cockpit(nose: float, axle: float, radius: float) -> list[Mesh]:
    """Windows around the nose, as two dark panes a little outside the skin."""
    x = nose - 1.0 * radius
    pane = taper(
        (x - 0.3 * radius, x + 0.35 * radius),
        (0.02, 0.8 * radius),
        (axle + 0.35 * radius, axle + 0.72 * radius),
        (x - 0.3 * radius, x - 0.05 * radius),
        (0.02, 0.62 * radius),
        GLASS,
    )
    return [pane, pane.scaled((1, -1, 1))]


# ------------------------------------------------------------------ light aircraft
def _light(draft: Draft) -> list[Mesh]:
    """One engine in the nose, straight wings high or low; two pairs of them when the span is great."""
    rng, length, span, top = draft.rng, draft.length_m, draft.width_m, draft.height_m
    big = span > 14
    high = big or draft.chance(0.6)
    radius = (0.085 if big else 0.072) * length
    axle = 0.45 * top
    chord = (0.135 if big else 0.185) * length
    lead = 0.22 * length
    level = min(0.97 * top, axle + radius * (2.0 if big else 1.15)) if high else axle - 0.6 * radius
    tip = chord * rng.uniform(0.6, 1.0)
    body = draft.coat
    trim = draw_coat(rng, ("blue", "red", "green", "orange"))[0] if draft.chance(0.5) else body
    parts = [
        _fuselage(length * 0.97, radius, axle, body, tail=0.6, nose=0.16),
        *_wings(
            (lead - chord, lead),
            (lead - tip, lead),
            (0.0, span / 2),
            level,
            0.12 * radius + 0.05,
            body if draft.chance(0.7) else trim,
        ),
        *_propeller(0.49 * length, 0.0, axle, 0.9 * radius + 0.4, 4 if big else 2, rng),
    ]
    if big:
        parts += _wings((lead - chord, lead), (lead - tip, lead), (0.0, 0.39 * span), axle - 0.7 * radius, 0.15, body)
        strut = tube(
            (lead - chord / 2, 0.33 * span, axle - 0.7 * radius),
            (lead - chord / 2, 0.33 * span, level),
            0.06,
            body,
            sides=4,
        )
        parts += [strut, strut.scaled((1, -1, 1))]
    glass_top = (axle + radius * 1.02) if high else axle + 1.5 * radius
    wide = 0.75 * radius
    parts.append(
        taper(
            (lead - chord, lead + 0.07 * length),
            (-wide, wide),
            (axle + 0.5 * radius, glass_top),
            (lead - chord * 0.9, lead),
            (-wide * 0.7, wide * 0.7),
            GLASS,
        )
    )
    parts += _light_tail(draft, length, radius, axle, top, trim)
    main = lead - (0.1 if big else 0.6) * chord
    return [*parts, *_legs(axle, [(main, 1.6 * radius), (main, -1.6 * radius), (0.4 * length, 0.0)], 0.6 * radius)]


def _light_tail(draft: Draft, length: float, radius: float, axle: float, top: float, trim: Paint) -> list[Mesh]:
    """A low tailplane, and a fin that is the highest point of low-winged ones."""
    back = -length / 2
    half = (0.19 if draft.width_m > 14 else 0.165) * draft.width_m
    plane = _wings(
        (back + 0.03 * length, back + 0.15 * length),
        (back + 0.03 * length, back + 0.11 * length),
        (0.0, half),
        axle + 0.3 * radius,
        0.09,
        draft.coat,
    )
    return [*plane, _fin((back, back + 0.17 * length), axle, top, trim, sweep=0.0, thick=0.1)]


# ------------------------------------------------------------------ fighters
def _fighter(draft: Draft) -> list[Mesh]:
    """A pointed body, swept or delta wings far back, a canopy; one or two jet pipes and fins."""
    rng, length, span, top = draft.rng, draft.length_m, draft.width_m, draft.height_m
    twin = span > 0.58 * length
    radius = (0.05 if twin else 0.055) * length
    axle = 0.4 * top
    paint = draft.coat
    back, nose = -length / 2, length / 2
    profile = [
        (back + (0.02 if twin else 0.0) * length, 0.75 * radius),
        (back + 0.3 * length, radius),
        (0.15 * length, 0.95 * radius),
        (0.36 * length, 0.5 * radius),
        (nose, 0.02),
    ]
    parts = [lathe("x", profile, (0.0, axle), paint, sides=12), *_canopy(length, radius, axle)]
    parts += _fighter_wings(draft, length, span, axle, twin=twin, delta=not twin and draft.chance(0.7))
    half = 0.36 * span if twin else 0.26 * span
    stab = ((back + 0.04 * length, back + 0.16 * length), (back, back + 0.05 * length))
    parts += _wings(*stab, (0.0, half), axle - 0.1, 0.08, shade(paint, 0.95))
    pipe = (0.62 * radius, 1.1 * radius) if twin else (0.8 * radius, 0.0)
    for side in (-1, 1) if twin else (0,):
        parts.append(
            lathe(
                "x",
                [(back + 0.01 * length, pipe[0]), (back + 0.1 * length, pipe[0] * 1.1)],
                (side * pipe[1], axle),
                DARK_STEEL,
                sides=10,
            )
        )
        fin = _fin(
            (back + 0.08 * length, back + 0.3 * length),
            axle + 0.4 * radius,
            top,
            paint,
            sweep=0.03 * length,
            thick=0.12,
        )
        parts.append(fin.moved((0, side * 1.6 * radius, 0)))
    if twin:
        parts.append(
            box(
                (back + 0.12 * length, 0.12 * length),
                (-1.9 * radius, 1.9 * radius),
                (axle - 0.7 * radius, axle + 0.35 * radius),
                paint,
            )
        )
    if rng.random() < 0.5:
        parts += _stores(span, axle, length)
    return [
        *parts,
        *_legs(axle, [(0.25 * length, 0.0), (-0.1 * length, 2 * radius), (-0.1 * length, -2 * radius)], 0.7),
    ]


def _fighter_wings(draft: Draft, length: float, span: float, axle: float, *, twin: bool, delta: bool) -> list[Mesh]:
    """Deltas with cut tips, or swept wings with strakes along the body."""
    paint = shade(draft.coat, draft.rng.uniform(0.92, 1.05))
    if delta:
        return _wings(
            (-0.27 * length, 0.12 * length), (-0.25 * length, -0.2 * length), (0.0, span / 2), axle, 0.12, paint
        )
    root, tip = (
        ((-0.22 * length, 0.08 * length), (-0.22 * length, -0.12 * length))
        if twin
        else ((-0.15 * length, 0.1 * length), (-0.28 * length, -0.17 * length))
    )
    wings = _wings(root, tip, (0.0, span / 2), axle, 0.14, paint)
    strake = slab(
        [(0.0, 0.0), (0.27 * length, 0.0), (0.27 * length, 0.03 * length), (0.0, 0.14 * span)],
        (axle - 0.1, axle + 0.03),
        paint,
    )
    return [*wings, strake, strake.scaled((1, -1, 1))] if twin else wings


def _canopy(length: float, radius: float, axle: float) -> list[Mesh]:
    """A glass bubble behind the nose and a spine behind it."""
    glass = lathe(
        "x",
        [(0.16 * length, 0.05), (0.2 * length, 0.52 * radius), (0.26 * length, 0.55 * radius), (0.34 * length, 0.05)],
        (0.0, 0.0),
        GLASS,
        sides=8,
    )
    return [glass.moved((0, 0, axle + 0.65 * radius))]


def _stores(span: float, axle: float, length: float) -> list[Mesh]:
    """Tanks under the wings."""
    tank = lathe(
        "x",
        [(-0.2 * length, 0.0), (-0.12 * length, 0.25), (0.0, 0.28), (0.1 * length, 0.0)],
        (0.0, axle - 0.45),
        Paint(rgb=(0.3, 0.3, 0.3)),
        sides=7,
    )
    return [copies(tank, [(0, way * 0.27 * span, 0) for way in (-1, 1)])]


# ------------------------------------------------------------------ helicopters
def _helicopter(draft: Draft) -> list[Mesh]:
    """A pod, a tail boom, and a still rotor whose disc is the width; the rotor may reach beyond nose or tail."""
    rng, length, span, top = draft.rng, draft.length_m, draft.width_m, draft.height_m
    blades = int(rng.choice((4, 5, 5, 6)))
    rotor = _rotor(blades, span, 0.97 * length, top, rng)
    low, high = rotor[0].bounds[0][0], rotor[0].bounds[1][0]
    for mesh in rotor[1:]:
        low, high = min(low, mesh.bounds[0][0]), max(high, mesh.bounds[1][0])
    hub = float(np.clip(0.14 * length, -length / 2 - low, length / 2 - high))
    radius = 0.058 * length
    axle = 0.36 * top
    nose, back = min(length / 2, hub + 0.36 * length), -length / 2
    pod_back = hub - 0.22 * length
    paint = draft.coat
    profile = [
        (pod_back, 0.45 * radius),
        (pod_back + 0.08 * length, radius),
        (nose - 0.09 * length, radius),
        (nose - 0.02 * length, 0.65 * radius),
        (nose, 0.1),
    ]
    boom = tube(
        (pod_back + 0.3, 0.0, axle + 0.4 * radius),
        (back + 0.06 * length, 0.0, axle + 0.9 * radius),
        0.4 * radius,
        paint,
        sides=8,
    )
    engine = taper(
        (hub - 0.12 * length, hub + 0.14 * length),
        (-0.8 * radius, 0.8 * radius),
        (axle + 0.7 * radius, 0.86 * top),
        (hub - 0.09 * length, hub + 0.08 * length),
        (-0.5 * radius, 0.5 * radius),
        shade(paint, 0.9),
    )
    glass = taper(
        (nose - 0.09 * length, nose - 0.01 * length),
        (-0.75 * radius, 0.75 * radius),
        (axle, axle + 0.85 * radius),
        (nose - 0.09 * length, nose - 0.05 * length),
        (-0.6 * radius, 0.6 * radius),
        GLASS,
    )
    return [
        lathe("x", profile, (0.0, axle), paint, sides=12),
        boom,
        engine,
        glass,
        *(mesh.moved((hub, 0, 0)) for mesh in rotor),
        cylinder("z", (0.8 * top, top), (hub, 0.0), 0.25, DARK_STEEL, sides=6),
        *_tail_rotor(back, axle + 0.9 * radius, top, length, paint),
        *_legs(
            axle,
            [(nose - 0.08 * length, 0.0), (hub - 0.05 * length, 1.5 * radius), (hub - 0.05 * length, -1.5 * radius)],
            0.6 * radius,
        ),
    ]


def _rotor(blades: int, span: float, long: float, top: float, rng: np.random.Generator) -> list[Mesh]:
    """Blades at rest, dark, drooping a little; as wide as the span and no longer than `long`."""
    start = rng.uniform(0, 360)
    blade = box((0.3, 1.0), (-0.012, 0.012), (-0.01, 0.0), CHASSIS)
    root = box((0.0, 0.35), (-0.006, 0.006), (-0.008, 0.0), DARK_STEEL)
    star = [part.turned(start + 360 * index / blades) for index in range(blades) for part in (blade, root)]
    corners = np.concatenate([part.triangles.reshape(-1, 3) for part in star])
    size = corners.max(0) - corners.min(0)
    scale = span / size[1]
    along = min(scale, long / size[0])
    return [part.scaled((along, scale, scale * 0.5)).moved((0, 0, 0.95 * top)) for part in star]


def _tail_rotor(back: float, z: float, top: float, length: float, paint: Paint) -> list[Mesh]:
    """Fin, small tailplane, and the tail rotor at the fin's side, seen edge-on from above."""
    fin = _fin((back + 0.01 * length, back + 0.1 * length), z - 0.2, 0.9 * top, paint, sweep=0.0, thick=0.2)
    disc = box((back, back + 0.17 * length), (0.25, 0.4), (0.8 * top, 0.86 * top), CHASSIS)
    plane = box((back + 0.12 * length, back + 0.17 * length), (-0.07 * length, 0.07 * length), (z, z + 0.08), paint)
    return [fin, disc, plane]
