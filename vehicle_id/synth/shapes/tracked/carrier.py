"""A tracked carrier: a box of armour with a nose, over its tracks, and something small on its roof."""

from __future__ import annotations

from vehicle_id.synth.mesh import Assembly, Mesh, Span, box, taper
from vehicle_id.synth.paint import DARK_STEEL, LAMP, loose, shade
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.tracked.carrier_designs import CarrierDesign, draw_carrier
from vehicle_id.synth.shapes.tracked.carrier_roof import roof_kit, roof_top, troop_hatches
from vehicle_id.synth.shapes.tracked.deck import grilles, hatch
from vehicle_id.synth.shapes.tracked.hull_plan import HullPlan
from vehicle_id.synth.shapes.tracked.running_tracks import skirts, slats, tracks
from vehicle_id.synth.vehicle_sample import VehicleSample


def tracked_carrier(sample: VehicleSample) -> Assembly:
    """No gun reaches beyond the hull at rest."""
    design = draw_carrier(sample)
    plan = _draw_plan(sample, design)
    roof = _roof_span(sample, design, plan)
    fixed = [*tracks(sample, plan), *_hull(sample, design, plan, roof), *_nose(sample, design, plan, roof)]
    fixed += skirts(sample, plan) if sample.chance(0.45) else []
    fixed += slats(sample, plan) if sample.chance(0.08) else []
    fixed += [*troop_hatches(sample, design, plan), *roof_kit(sample, plan, roof)]
    parts, joints = roof_top(sample, design, plan)
    return Assembly(fixed=fixed + parts, joints=joints)


def _draw_plan(sample: VehicleSample, design: CarrierDesign) -> HullPlan:
    """The roof lies lower the more stands on it."""
    rng, half = sample.rng, sample.width_m / 2
    low, high = {"command": (0.68, 0.76), "cupola": (0.8, 0.9), "open": (0.82, 0.88)}.get(design.top, (0.76, 0.86))
    deck = sample.height_m * rng.uniform(low, high)
    fender = deck * rng.uniform(0.52, 0.68)
    track = 0.5 * sample.width_m * rng.uniform(0.26, 0.34)
    return HullPlan(x=(rng.uniform(0.0, 0.03), sample.length_m), half=half, track=track, deck=deck, fender=fender)


def _roof_span(sample: VehicleSample, design: CarrierDesign, plan: HullPlan) -> Span:
    return (
        plan.at(design.tail + sample.rng.uniform(0.01, 0.04)),
        plan.at(1 - design.nose * sample.rng.uniform(0.85, 1.15)),
    )


def _hull(sample: VehicleSample, design: CarrierDesign, plan: HullPlan, roof: Span) -> list[Mesh]:
    """The lower hull between the tracks, and the upper one over them; bare tracks show beside some noses."""
    rng = sample.rng
    wide, lean = plan.half * rng.uniform(0.92, 0.99), 1 - design.lean * rng.uniform(0.7, 1.3)
    lower = box(
        (plan.at(0.02), plan.at(0.97)), (-plan.inner, plan.inner), (0.42, plan.fender + 0.05), shade(sample.coat, 0.85)
    )
    front = plan.x[1] - rng.uniform(0.0, 0.02) * plan.long
    sill = plan.fender - 0.08
    if sample.chance(0.5):
        over = taper(
            (plan.x[0], front), (-wide, wide), (sill, plan.deck), roof, (-lean * wide, lean * wide), sample.coat
        )
        return [lower, over]
    cut = (roof[1] + front) / 2
    over = taper((plan.x[0], cut), (-wide, wide), (sill, plan.deck), roof, (-lean * wide, lean * wide), sample.coat)
    mid = plan.fender + 0.45 * (plan.deck - plan.fender)
    beak = taper(
        (plan.at(0.5), front),
        (-plan.inner, plan.inner),
        (0.6, mid),
        (plan.at(0.5), cut),
        (-plan.inner, plan.inner),
        sample.coat,
    )
    guards = [
        box((plan.at(0.6), front - 0.1), span, (sill, sill + 0.05), shade(sample.coat, 0.9))
        for span in both((plan.inner, wide))
    ]
    return [lower, over, beak, *(guards if sample.chance(0.6) else [])]


def _nose(sample: VehicleSample, design: CarrierDesign, plan: HullPlan, roof: Span) -> list[Mesh]:
    """Driver's hatch, engine grille beside it, a trim vane, lamps, ribs on a long slope."""
    rng, side = sample.rng, 1.0 if sample.chance(0.8) else -1.0
    x = roof[1] - rng.uniform(0.3, 0.5)
    parts = hatch(
        x,
        side * 0.5 * plan.half,
        0.28,
        plan.deck,
        shade(sample.coat, rng.uniform(0.8, 1.1)),
        open_lid=sample.chance(0.15),
    )
    vents = grilles(sample, (x - 0.6, x + 0.25), 0.3 * plan.half, plan.deck)
    if sample.chance(0.75):
        parts += [mesh.moved((0.0, -side * 0.5 * plan.half, 0.0)) for mesh in vents]
    slope = (roof[1] + 0.1, plan.at(0.985))
    low, high = plan.fender + 0.1, plan.deck
    if sample.chance(0.45):
        parts.append(_on_slope(sample, slope, (0.3, 0.75), 0.75 * plan.half, (low, high)))
    if design.nose > 0.3 and sample.chance(0.6):
        parts += [
            _on_slope(sample, slope, (share, share + 0.05), 0.6 * plan.half, (low, high))
            for share in (0.15, 0.35, 0.55)
        ]
    lamp = LAMP if sample.chance(0.5) else DARK_STEEL
    return parts + [
        box(about(plan.at(0.95), 0.12), span, (plan.fender, plan.fender + 0.2), lamp)
        for span in both((0.6 * plan.half, 0.72 * plan.half))
    ]


def _on_slope(sample: VehicleSample, slope: Span, share: Span, half: float, z: Span) -> Mesh:
    """A board or a rib lying on the nose's slope."""
    x = [slope[0] + at * (slope[1] - slope[0]) for at in share]
    up = z[1] - sum(share) / 2 * (z[1] - z[0])
    tone = shade(sample.coat, sample.rng.uniform(0.7, 1.2)) if sample.chance(0.8) else loose(sample.rng, "#8a7a5a")
    return box((x[0], x[1]), (-half, half), (up - 0.2, up + 0.06), tone)
