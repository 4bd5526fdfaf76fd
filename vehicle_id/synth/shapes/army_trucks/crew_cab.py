"""Cabs and bonnets of the designs: split windscreens, pressed or canvas roofs, hatches, wings beside bonnets."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder, taper, tube
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, GLASS, LAMP, Paint, shade, tinted
from vehicle_id.synth.shapes.army_trucks.canvas import canvas_paint
from vehicle_id.synth.shapes.army_trucks.designs import TruckDesign
from vehicle_id.synth.shapes.army_trucks.layout import TruckLayout
from vehicle_id.synth.shapes.common.shells import lid, outline, ring, shrunk, skin
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.vehicle_sample import VehicleSample


def crew_cab(sample: VehicleSample, design: TruckDesign, layout: TruckLayout, top: float) -> list[Mesh]:
    """The cab up to a height, with its bonnet where it has one."""
    half = layout.half * min(1.0, design.cab_width * sample.rng.uniform(0.96, 1.04))
    floor, sill = 0.75 * layout.deck, layout.deck + (top - layout.deck) * sample.rng.uniform(0.45, 0.55)
    soft = sample.chance(design.soft_top)
    roof = canvas_paint(sample) if soft else _roof_paint(sample)
    rake = sample.rng.uniform(0.03, 0.2) + 0.12 * design.rounded
    parts = [box(layout.cab, (-half, half), (floor, sill), sample.coat)]
    parts += _glasshouse(sample, layout.cab, half, (sill, top), rake=rake, rounded=design.rounded, roof=roof)
    if not soft:
        parts += _roof_fittings(sample, layout.cab, half, top)
    if layout.has_bonnet:
        parts += _bonnet(sample, design, layout, half, sill)
    else:
        parts += _flat_face(sample, layout, half, sill)
    return parts + _mirrors(sample, layout, half, sill)


def _roof_paint(sample: VehicleSample) -> Paint:
    """The coat, bleached by the sun in some."""
    return shade(sample.coat, sample.rng.uniform(0.85, 1.3))


def _glasshouse(
    sample: VehicleSample, x: Span, half: float, z: Span, *, rake: float, rounded: float, roof: Paint
) -> list[Mesh]:
    """Pillars and glass as one shell under a roof that overhangs a little."""
    corner = 0.08 + 0.35 * rounded
    lower = outline(x, 2 * half, nose=(corner, 1 - 0.5 * corner), tail=(0.4 * corner, 1 - 0.2 * corner))
    upper = outline(
        (x[0] + 0.03, x[1] - rake),
        2 * half * (0.97 - 0.08 * rounded),
        nose=(corner, 1 - 0.5 * corner),
        tail=(0.5 * corner, 0.95),
    )
    eaves = z[1] - 0.05 - 0.14 * rounded
    glass = tinted(sample.rng)
    wall = [sample.coat, sample.coat, sample.coat, glass, glass, glass, glass]
    parts = [skin(ring(lower, z[0]), ring(upper, eaves), wall)]
    crown = ring(shrunk(upper, 0.06 + 0.2 * rounded, 0.96 - 0.14 * rounded), z[1])
    parts += [skin(ring(upper, eaves), crown, roof), lid(crown, roof)]
    return parts + _posts(sample, x, half, z, rake, eaves)


def _posts(sample: VehicleSample, x: Span, half: float, z: Span, rake: float, eaves: float) -> list[Mesh]:
    """The post of a split windscreen, and corner posts."""
    split = sample.chance(0.65)
    places = (-0.86, 0.0, 0.86) if split else (-0.86, 0.86)
    post = sample.coat
    return [
        tube((x[1], half * y, z[0]), (x[1] - rake + 0.01, half * y * 0.96, eaves), 0.05, post, sides=5) for y in places
    ]


def _roof_fittings(sample: VehicleSample, x: Span, half: float, top: float) -> list[Mesh]:
    """A round hatch, ribs, or a bleached panel on the roof; none reach higher than it."""
    middle, parts = (x[0] + x[1]) / 2 - 0.05, []
    kind = sample.rng.random()
    if kind < 0.3:
        ring_tone = DARK_STEEL if sample.chance(0.5) else shade(sample.coat, 0.6)
        radius, y = sample.rng.uniform(0.28, 0.42), float(sample.rng.choice([-0.4, 0.0, 0.4])) * half
        parts.append(cylinder("z", (top - 0.05, top + 0.012), (middle, y), radius, ring_tone, sides=14))
        lid_tone = shade(sample.coat, sample.rng.uniform(0.7, 1.3))
        parts.append(cylinder("z", (top - 0.05, top + 0.02), (middle, y), 0.75 * radius, lid_tone, sides=14))
    elif kind < 0.5:
        ribs = (-0.6, -0.2, 0.2, 0.6)
        parts += [
            box((x[0] + 0.2, x[1] - 0.4), about(half * y, 0.07), (top - 0.03, top + 0.015), shade(sample.coat, 0.8))
            for y in ribs
        ]
    elif kind < 0.6:
        parts.append(
            box((x[0] + 0.1, x[0] + 0.5), (-0.5 * half, 0.5 * half), (top - 0.2, top + 0.02), shade(sample.coat, 0.9))
        )
    return parts


def _flat_face(sample: VehicleSample, layout: TruckLayout, half: float, sill: float) -> list[Mesh]:
    """The front below the windscreen of a cab over the engine, a step before the glass in some."""
    bulge = sample.rng.uniform(0.02, layout.length - layout.cab[1] - 0.05)
    x, z = (layout.cab[1], layout.cab[1] + bulge), (0.8 * layout.deck, sill)
    face = taper(x, (-half, half), z, (x[0], x[1] - 0.4 * bulge), (-0.96 * half, 0.96 * half), sample.coat)
    grille = box((x[1] - 0.05, x[1] + 0.02), about(0.0, half), (0.9 * layout.deck, 0.8 * sill), DARK_STEEL)
    lamps = [box((x[1], x[1] + 0.05), about(s * 0.75 * half, 0.2), (z[0], z[0] + 0.2), LAMP) for s in (-1, 1)]
    if layout.cab[0] - layout.wheel < layout.axles[0]:
        return [face, grille, *lamps]
    return [face, grille, *lamps, *_wings(sample, layout, layout.half)]


def _bonnet(sample: VehicleSample, design: TruckDesign, layout: TruckLayout, half: float, sill: float) -> list[Mesh]:
    """A bonnet that narrows forward, vents on it, and wings over the tyres beside it."""
    rng = sample.rng
    wide = half * rng.uniform(0.5, 0.72)
    x, drop = layout.bonnet, rng.uniform(0.05, 0.2)
    nose = (0.1 + 0.5 * design.rounded, 0.9 - 0.4 * design.rounded)
    plan = outline(x, 2 * wide * rng.uniform(0.85, 1.0), nose=nose)
    top = sill - drop
    edge, crown = ring(plan, top - 0.12), ring(shrunk(plan, 0.05, rng.uniform(0.75, 0.95)), top)
    parts = [skin(ring(plan, 0.6 * layout.deck), edge, sample.coat), skin(edge, crown, sample.coat)]
    parts += [lid(crown, shade(sample.coat, rng.uniform(0.9, 1.15))), *_vents(sample, x, wide, top)]
    parts.append(box((x[1] - 0.06, x[1] + 0.02), about(0.0, 1.2 * wide), (0.7 * layout.deck, 0.9 * top), DARK_STEEL))
    return parts + _wings(sample, layout, half)


def _vents(sample: VehicleSample, x: Span, wide: float, top: float) -> list[Mesh]:
    if sample.chance(0.5):
        return [box((x[0] + 0.05, x[1] - 0.15), about(0.0, 0.06), (top - 0.1, top + 0.01), shade(sample.coat, 0.7))]
    vents = box((x[0] + 0.15, x[0] + 0.5), about(0.0, wide), (top - 0.1, top + 0.008), shade(sample.coat, 0.55))
    return [vents, box((x[0], x[0] + 0.06), (-wide, wide), (top - 0.1, top + 0.02), GLASS)]


def _wings(sample: VehicleSample, layout: TruckLayout, half: float) -> list[Mesh]:
    """Flat or sloping mudguards over the front tyres, out to the full width."""
    at, reach = layout.axles[0], layout.wheel + sample.rng.uniform(0.1, 0.25)
    front, z = min(at + reach, layout.length - 0.05), 2 * layout.wheel + 0.12
    inner = 0.45 * half
    tone = sample.coat if sample.chance(0.75) else CHASSIS
    parts = []
    for side in both((inner, layout.half)):
        parts.append(taper((at - reach, front), side, (z - 0.25, z), (at - 0.7 * reach, front - 0.2), side, tone))
        parts.append(cylinder("z", (z - 0.2, z + 0.03), (front - 0.15, sum(side) / 2), 0.1, LAMP, sides=8))
    return parts


def _mirrors(sample: VehicleSample, layout: TruckLayout, half: float, sill: float) -> list[Mesh]:
    at = layout.cab[1] - 0.1
    if half > 0.93 * layout.half or sample.chance(0.3):
        return []
    return [
        box(about(at, 0.1), span, (sill, sill + 0.3), DARK_STEEL) for span in both((half, min(half + 0.2, layout.half)))
    ]
