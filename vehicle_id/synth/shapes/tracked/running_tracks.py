"""Tracks, fenders and skirts: dark bands beside the hull, covered wholly, partly or not at all."""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, copies, join, prism
from vehicle_id.synth.paint import Paint, loose, shade
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.tracked.hull_plan import HullPlan
from vehicle_id.synth.vehicle_sample import VehicleSample

TRACK_TONES = ("#2b2a28", "#3a3733", "#4a443c", "#5c4a3c", "#6b6154")
"""Rubber, steel, worn steel, rust, dried mud."""


def tracks(sample: VehicleSample, plan: HullPlan) -> list[Mesh]:
    """Both tracks with their links, from ground to the return run."""
    tone, top = loose(sample.rng, str(sample.rng.choice(TRACK_TONES))), plan.fender - 0.06
    low, high = plan.at(0.0), plan.at(sample.rng.uniform(0.955, 0.985))
    bend = 0.45 * top
    side = [(low + bend, 0.0), (high - bend, 0.0), (high, 0.6 * top), (high - 0.1, top - 0.05), (high - 0.4, top)]
    side += [(low + 0.35, top), (low, top - 0.2), (low, 0.5 * top)]
    bands = both((plan.inner + 0.02, plan.half - 0.02))
    return [join([prism(side, band, tone) for band in bands]), *_links(plan, (low + 0.3, high - 0.3), top, tone)]


def fenders(sample: VehicleSample, plan: HullPlan) -> list[Mesh]:
    """Sheets over the tracks: whole, leaving the ends bare, over the inner half, or torn off in places."""
    rng, kind = sample.rng, sample.rng.random()
    z, tone = (plan.fender - 0.05, plan.fender), shade(sample.coat, rng.uniform(0.75, 1.1))
    if kind < 0.25:
        return [box((plan.at(0.1), plan.at(0.8)), span, z, tone) for span in both((plan.inner, plan.inner + 0.1))]
    if kind < 0.55:
        ends: Span = (plan.x[0], plan.x[1] - rng.uniform(0.0, 0.15))
    else:
        ends = (plan.at(rng.uniform(0.0, 0.1)), plan.at(rng.uniform(0.8, 0.95)))
    outer = plan.half - (rng.uniform(0.0, 0.25) if rng.random() < 0.6 else 0.0)
    parts: list[Mesh] = []
    for span in both((plan.inner, outer)):
        cuts = np.linspace(*ends, int(rng.integers(3, 7)))
        parts += [
            box((a + 0.01, b - 0.01), span, z, shade(tone, rng.uniform(0.9, 1.1)))
            for a, b in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True)
            if rng.random() < 0.94
        ]
    return parts


def skirts(sample: VehicleSample, plan: HullPlan) -> list[Mesh]:
    """Plates at the outer sides, in segments; or only the strip that holds them."""
    rng, thick = sample.rng, sample.rng.uniform(0.04, 0.14)
    tone = shade(sample.coat, rng.uniform(0.8, 1.1)) if sample.chance(0.75) else loose(rng, "#4a4a40")
    low = plan.fender * rng.uniform(0.35, 0.6)
    ends = (plan.at(rng.uniform(0.0, 0.12)), plan.at(rng.uniform(0.9, 1.0)))
    if sample.chance(0.3):
        return [box(ends, span, (plan.fender - 0.1, plan.fender), tone) for span in both((plan.half - 0.03, plan.half))]
    cuts, parts = np.linspace(*ends, int(rng.integers(4, 10))), []
    heavy = rng.uniform(0.3, 1.0) if sample.chance(0.3) else 1.0
    for i, (a, b) in enumerate(zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True)):
        inner = plan.half - thick * (1.0 if i / len(cuts) > 1 - heavy else 0.5)
        parts += [box((a + 0.02, b - 0.02), span, (low, plan.fender + 0.02), tone) for span in both((inner, plan.half))]
    return parts


def slats(sample: VehicleSample, plan: HullPlan) -> list[Mesh]:
    """Bars on brackets beside the hull: a thin line with a gap, at the full width."""
    tone, heights = loose(sample.rng, "#55574a"), np.linspace(0.5 * plan.fender, plan.deck, 5)
    ends = (plan.at(0.05), plan.at(sample.rng.uniform(0.6, 0.95)))
    bar = box(ends, (plan.half - 0.035, plan.half), (0.0, 0.04), tone)
    bars = copies(bar, [(0.0, 0.0, float(z) - 0.04) for z in heights])
    right = copies(bar.scaled((1, -1, 1)), [(0.0, 0.0, float(z) - 0.04) for z in heights])
    stays = [
        box(about(float(at), 0.05), span, (plan.fender, plan.fender + 0.05), tone)
        for at in np.linspace(*ends, 5)
        for span in both((plan.half - 0.35, plan.half))
    ]
    return [bars, right, *stays]


def _links(plan: HullPlan, x: Span, top: float, tone: Paint) -> list[Mesh]:
    """Gaps between the links of the upper run."""
    middle, wide = (plan.inner + plan.half) / 2, plan.track - 0.12
    gaps = [(float(at), side * middle, 0.0) for at in np.arange(*x, 0.3) for side in (-1, 1)]
    return [copies(box((-0.04, 0.04), about(0.0, wide), (top - 0.02, top + 0.006), shade(tone, 0.55)), gaps)]
