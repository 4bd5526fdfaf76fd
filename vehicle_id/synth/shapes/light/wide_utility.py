"""The wide low cross-country car with its wheels at the corners."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder, taper
from vehicle_id.synth.paint import DARK_STEEL, LAMP, TYRE, Paint, loose, shade, tinted
from vehicle_id.synth.shapes.common.cloth import tilt_paint
from vehicle_id.synth.shapes.common.shells import lid, outline, ring, shrunk, skin
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.light.cross_country import upright_outline, wheels
from vehicle_id.synth.vehicle_sample import VehicleSample


def wide_utility(sample: VehicleSample) -> list[Mesh]:
    """Wider than high: sloping bonnet with a grating, four seats far apart, open bed, cloth or a slanted back."""
    length, width, height = sample.length_m, sample.width_m, sample.height_m
    belt = 0.62 * height
    parts = [*wheels(sample, radius=0.26 * height, wide=0.15 * width, places=(0.17, 0.89))]
    parts.append(box((0.02, length - 0.08), (-0.46 * width, 0.46 * width), (0.24 * height, 0.44 * height), sample.coat))
    parts += _wings(sample, (0.665 * length, length), (0.80 * belt, belt))
    parts.append(taper((0.01, 0.665 * length), about(0.0, 0.97 * width), (0.30 * height, belt),
                       (0.02, 0.665 * length), about(0.0, 0.95 * width), sample.coat))  # fmt: skip
    return [*parts, *_wide_back(sample, belt), *_grating(sample, belt)]


def _wings(sample: VehicleSample, x: Span, z: Span) -> list[Mesh]:
    """The bonnet of the wide kind: one slab to the wheels' edges that slopes down and narrows a little forward."""
    half = 0.5 * sample.width_m
    plan = outline(x, 0.95 * sample.width_m, nose=(0.45, 0.74))
    along = (plan[:, 0] - x[0]) / (x[1] - x[0])
    level = z[1] - (z[1] - z[0]) * along**1.5
    edge, crest = ring(plan, level - 0.05), ring(shrunk(plan, 0.05, 0.80), level)
    lamps = [
        cylinder("x", (x[1] - 0.12, x[1] - 0.02), (y, z[0] - 0.10), 0.09, LAMP, sides=8)
        for y in (-0.62 * half, 0.62 * half)
    ]
    return [
        skin(ring(plan, 0.32 * sample.height_m), edge, sample.coat),
        skin(edge, crest, sample.coat),
        lid(crest, sample.coat),
        *lamps,
    ]


def _grating(sample: VehicleSample, belt: float) -> list[Mesh]:
    """The air outlet in the bonnet, and the dark gap before the windscreen."""
    length, width = sample.length_m, sample.width_m
    dark = shade(sample.coat, 0.45)
    slots = [
        box((0.80 * length + at, 0.80 * length + at + 0.05), about(0.0, 0.26 * width), (0.8 * belt, 0.955 * belt), dark)
        for at in (0.0, 0.12, 0.24)
    ]
    return [
        *slots,
        box((0.655 * length, 0.675 * length), about(0.0, 0.78 * width), (0.9 * belt, belt + 0.012), DARK_STEEL),
    ]


def _wide_back(sample: VehicleSample, belt: float) -> list[Mesh]:
    """The part behind the bonnet, in the proportions of a motor pool."""
    kind = sample.rng.random()
    if kind < 0.28:
        return [*_wide_cab(sample, 0.40, belt), *_open_bed(sample, 0.39, belt)]
    if kind < 0.42:
        cloth = tilt_paint(sample)
        return [*_wide_cab(sample, 0.40, belt, roof=cloth), *_tilt(sample, (0.01, 0.38), belt, 1.0, cloth)]
    if kind < 0.62:
        return [
            *_wide_cab(sample, 0.20, belt, roof=tilt_paint(sample) if sample.chance(0.5) else None),
            *_open_bed(sample, 0.19, belt),
        ]
    if kind < 0.92:
        return _slanted(sample, belt)
    return [*_wide_cab(sample, 0.43, belt), *_shelter(sample, (0.0, 0.41), belt)]


def _wide_cab(sample: VehicleSample, rear: float, belt: float, *, roof: Paint | None = None) -> list[Mesh]:
    """The seats' part, its roof flat; `rear` is its end as a share of the length from the tail."""
    length, width = sample.length_m, sample.width_m
    x, roof = (rear * length, 0.655 * length), roof or sample.coat
    edge = upright_outline((x[0] + 0.03, x[1] - 0.17), 0.80 * width)
    foot = upright_outline(x, 0.93 * width)
    glass = tinted(sample.rng)
    sides = [sample.coat, sample.coat, glass, sample.coat, glass]
    top = 0.97 * sample.height_m
    ridge = ring(shrunk(edge, 0.06, 0.94), sample.height_m)
    return [
        skin(ring(foot, belt - 0.02), ring(edge, top), sides),
        skin(ring(edge, top), ridge, roof),
        lid(ridge, roof),
        *_hatch(sample, x, 0.16),
    ]


def _slanted(sample: VehicleSample, belt: float) -> list[Mesh]:
    """Roof to the rear third, then a slope down to the tail; many with a ring mount."""
    length, width = sample.length_m, sample.width_m
    cab = _wide_cab(sample, 0.30, belt)
    slope = taper((0.02, 0.32 * length), about(0.0, 0.93 * width), (belt - 0.02, sample.height_m - 0.05),
                  (0.27 * length, 0.32 * length), about(0.0, 0.80 * width), sample.coat)  # fmt: skip
    return [*cab, slope]


def _hatch(sample: VehicleSample, x: Span, share: float) -> list[Mesh]:
    """A gunner's round opening in the roof, open (dark) or shut, kept under the roof's height."""
    if not sample.chance(0.45):
        return []
    at, top = x[0] + 0.45 * (x[1] - x[0]), sample.height_m
    rim = cylinder(
        "z", (top - 0.1, top + 0.02), (at, 0.0), share * sample.width_m + 0.07, shade(sample.coat, 0.7), sides=12
    )
    inside = DARK_STEEL if sample.chance(0.6) else sample.coat
    return [rim, cylinder("z", (top - 0.1, top + 0.035), (at, 0.0), share * sample.width_m, inside, sides=12)]


def _open_bed(sample: VehicleSample, front: float, belt: float) -> list[Mesh]:
    """A low bed with walls, sometimes a spare wheel, seats or baggage in it."""
    length, half = sample.length_m, 0.47 * sample.width_m
    x, floor = (0.02, front * length), 0.80 * belt
    walls = [box(x, (side - 0.04, side + 0.04), (floor, belt + 0.08), sample.coat) for side in (-half, half)]
    walls += [box((at, at + 0.06), (-half, half), (floor, belt + 0.07), sample.coat) for at in (x[0], x[1] - 0.06)]
    bottom = loose(sample.rng, "#5e5140") if sample.chance(0.35) else shade(sample.coat, 0.8)
    walls.append(box((x[0] + 0.03, x[1] - 0.03), (0.04 - half, half - 0.04), (floor - 0.1, belt - 0.10), bottom))
    return [*walls, *_bed_items(sample, x, half, belt)]


def _bed_items(sample: VehicleSample, x: Span, half: float, belt: float) -> list[Mesh]:
    parts = []
    if sample.chance(0.3):
        parts.append(cylinder("z", (belt - 0.1, belt + 0.1), (x[0] + 0.5, 0.4 * half), 0.40, TYRE, sides=10))
    for _ in range(int(sample.rng.integers(0, 4))):
        at_x, at_y = sample.rng.uniform((x[0] + 0.1, -0.8 * half), (max(x[0] + 0.2, x[1] - 0.6), 0.4 * half))
        size = sample.rng.uniform(0.25, 0.6, 3)
        paint = loose(sample.rng, str(sample.rng.choice(["#3a3b30", "#7a735c", "#232324", "#8b7d60"])))
        parts.append(box((at_x, at_x + size[0]), (at_y, at_y + size[1]), (belt - 0.12, belt + 0.6 * size[2]), paint))
    return parts


def _tilt(sample: VehicleSample, span: Span, belt: float, top: float, cloth: Paint) -> list[Mesh]:
    """Cloth over a bed; `span` as shares of the length from the tail, `top` as a share of the height."""
    x = (span[0] * sample.length_m, span[1] * sample.length_m)
    foot = outline(x, 0.94 * sample.width_m, nose=(0.05, 0.95), tail=(0.05, 0.95), steps=2)
    shoulder = ring(shrunk(foot, 0.03, 0.95), (top - 0.08) * sample.height_m)
    ridge = ring(shrunk(foot, 0.14, 0.72), top * sample.height_m)
    return [skin(ring(foot, belt), shoulder, cloth), skin(shoulder, ridge, cloth), lid(ridge, cloth)]


def _shelter(sample: VehicleSample, span: Span, belt: float) -> list[Mesh]:
    """A box of equipment on the bed, some with a cooler on its front."""
    x = (span[0] * sample.length_m, span[1] * sample.length_m)
    body = box(x, about(0.0, 0.95 * sample.width_m), (belt - 0.05, sample.height_m + 0.03), sample.coat)
    cooler = box(
        (x[1] - 0.5, x[1] - 0.1), (-0.3, 0.3), (sample.height_m, sample.height_m + 0.06), shade(sample.coat, 0.6)
    )
    return [body, cooler] if sample.chance(0.5) else [body]
