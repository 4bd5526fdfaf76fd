"""Cabs of launchers: two with a slot between them, one on the left, one over the whole width, long crew cabs.

Rake, glass, roofs and hatches are drawn for each vehicle; both of a pair of split cabs are alike.
"""

from __future__ import annotations

from dataclasses import dataclass

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder, quad, slab, taper
from vehicle_id.synth.paint import DARK_STEEL, LAMP, WHITE_PANEL, Paint, shade, tinted
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.launchers.plan import CarrierPlan
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    rake: float
    """Metres by which the windscreen leans back; below 0 it leans forward."""
    setback: float
    """Metres from the bumper to the windscreen's foot."""
    sill: float
    panes: int
    corner: float
    """Cut off the corners of the roof."""
    glass: Paint
    roof: Paint


def cab_parts(sample: VehicleSample, plan: CarrierPlan) -> list[Mesh]:
    """All cabs of the carrier, with the bumper before them."""
    style, half = _draw_style(sample, plan), plan.half * sample.rng.uniform(0.92, 1.0)
    if plan.kind == "split":
        places = list(both((plan.gap, half)))
    elif plan.kind == "left":
        places = [(plan.gap, half)]
    else:
        places = [(-half, half)]
    hatch = sample.rng.integers(4)
    parts = [each for y in places for each in _cab(sample, plan, y, style, int(hatch))]
    return [*parts, *_bumper(sample, plan)]


def _draw_style(sample: VehicleSample, plan: CarrierPlan) -> _Style:
    u = sample.rng.uniform
    long = plan.cab[1] - plan.cab[0]
    roofs = (
        sample.coat,
        shade(sample.coat, u(0.8, 1.2)),
        shade(WHITE_PANEL, u(0.6, 1.0)),
        shade(DARK_STEEL, u(0.7, 2)),
    )
    shares = (0.5, 0.4, 0.05, 0.05)
    floor = plan.deck * 0.75
    return _Style(
        rake=min(u(-0.3, 0.75), 0.3 * long), setback=u(0.05, 0.3) if sample.chance(0.6) else u(0.3, 0.22 * long + 0.31),
        sill=floor + u(0.42, 0.62) * (plan.roof - floor), panes=int(sample.rng.integers(1, 4)), corner=u(0.03, 0.35),
        glass=tinted(sample.rng), roof=roofs[int(sample.rng.choice(4, p=shares))],
    )  # fmt: skip


def _cab(sample: VehicleSample, plan: CarrierPlan, y: Span, style: _Style, hatch: int) -> list[Mesh]:
    """One cab: body, glass on three sides, a roof with cut corners and hatches."""
    x, floor, top = (plan.cab[0], plan.cab[1] - style.setback), 0.55 * plan.deck, plan.roof - 0.14
    lean = 0.04 + 0.05 * (y[1] - y[0])
    over_x, over_y = (x[0] + 0.03, x[1] - style.rake), (y[0] + lean, y[1] - lean)
    if style.rake < 0:
        x = (x[0], x[1] + style.rake)
        over_x = (over_x[0], x[1] - style.rake)
    return [
        _cut_box(x, y, (floor, style.sill), 0.8 * style.corner, sample.coat),
        taper(x, y, (style.sill, top), over_x, over_y, sample.coat),
        *_screen((x[1], over_x[1]), (y, over_y), (style.sill, top), style),
        *_side_glass((x, over_x), (y, over_y), (style.sill, top), style, rows=2 if x[1] - x[0] > 2.4 else 1),
        _roof((over_x[0] - 0.02, over_x[1] + 0.06), over_y, (top, plan.roof - 0.05), style),
        *_hatches(sample, over_x, over_y, plan.roof, hatch),
        box((plan.cab[0], plan.cab[1] - 0.02), y, (floor, min(plan.deck, style.sill) * 0.98), sample.coat),
    ]


def _screen(x: Span, y: tuple[Span, Span], z: Span, style: _Style) -> list[Mesh]:
    """Panes of the windscreen, a little before its plane; `x` and `y` at its foot and its top."""
    low, high = 0.12, 0.9
    foot, head = (x[0] + share * (x[1] - x[0]) + 0.03 for share in (low, high))
    bottom, top = z[0] + low * (z[1] - z[0]), z[0] + high * (z[1] - z[0])
    panes = []
    for place in range(style.panes):
        a, b = ((place + 0.06) / style.panes, (place + 0.94) / style.panes)
        corners = [(foot, y[0], a, bottom), (foot, y[0], b, bottom), (head, y[1], b, top), (head, y[1], a, top)]
        points = [(at, span[0] + share * (span[1] - span[0]), height) for at, span, share, height in corners]
        panes.append(quad(points[0], points[1], points[2], points[3], style.glass))
    return panes


def _side_glass(x: tuple[Span, Span], y: tuple[Span, Span], z: Span, style: _Style, *, rows: int) -> list[Mesh]:
    """One or two side windows on either side, a little outside of the wall."""
    panes = []
    for side, out in ((0, -0.02), (1, 0.02)):
        low, high = y[0][side] + out, y[1][side] + out
        for row in range(rows):
            shares = ((row + 0.15) / rows, (row + 0.85) / rows)
            a, b = (x[0][0] + share * (x[0][1] - x[0][0]) for share in shares)
            c, d = (x[1][0] + share * (x[1][1] - x[1][0]) for share in shares)
            panes.append(quad((a, low, z[0]), (b, low, z[0]), (d, high, z[1]), (c, high, z[1]), style.glass))
    return panes


def _roof(x: Span, y: Span, z: Span, style: _Style) -> Mesh:
    return _cut_box(x, y, z, style.corner, style.roof)


def _cut_box(x: Span, y: Span, z: Span, corner: float, paint: Paint) -> Mesh:
    """A box without its two front corners."""
    cut = min(corner, 0.35 * (y[1] - y[0]), 0.35 * (x[1] - x[0]))
    outline = [
        (x[0], y[0]), (x[1] - cut, y[0]), (x[1], y[0] + cut), (x[1], y[1] - cut), (x[1] - cut, y[1]), (x[0], y[1]),
    ]  # fmt: skip
    return slab(outline, z, paint)


def _hatches(sample: VehicleSample, x: Span, y: Span, top: float, kind: int) -> list[Mesh]:
    """Round or square hatches, or ribs; they reach the full height of the roof."""
    middle, across, long, wide = sum(x) / 2, sum(y) / 2, x[1] - x[0], y[1] - y[0]
    paint, z = shade(sample.coat, sample.rng.uniform(0.6, 1.3)), (top - 0.06, top)
    radius = min(0.32, 0.36 * wide, 0.3 * long)
    if kind == 0:
        return [box(about(at, 0.06), (y[0] + 0.05, y[1] - 0.05), z, paint) for at in (x[0] + 0.2 * long, middle)]
    if kind == 1:
        return [cylinder("z", z, (x[0] + 0.35 * long, across), radius, paint, sides=10)]
    if kind == 2:
        return [box(about(x[0] + 0.4 * long, 1.7 * radius), about(across, 1.7 * radius), z, paint)]
    return [box(about(x[0] + 0.25 * long, 0.3 * long), about(across + 0.2 * wide, 0.3 * wide), z, paint),
            cylinder("z", z, (x[0] + 0.6 * long, across - 0.2 * wide), 0.7 * radius, paint, sides=8)]  # fmt: skip


def _bumper(sample: VehicleSample, plan: CarrierPlan) -> list[Mesh]:
    half, z = plan.half * sample.rng.uniform(0.85, 1.0), (0.3 * plan.deck, sample.rng.uniform(0.55, 0.8) * plan.deck)
    paint = sample.coat if sample.chance(0.6) else plan.paints.frame
    deep = sample.rng.uniform(0.15, 0.45)
    lamps = [
        box((plan.nose - 0.08, plan.nose), y, (z[1] - 0.2, z[1] - 0.02), LAMP) for y in both((0.6 * half, 0.8 * half))
    ]
    return [box((plan.nose - deep, plan.nose), (-half, half), z, paint), *lamps]
