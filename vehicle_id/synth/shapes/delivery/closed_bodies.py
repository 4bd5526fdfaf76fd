"""Closed bodies of lorries: box bodies with ribs, rails and translucent roofs, curtain-sided ones, cooled ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Mesh, Span, box, copies, surface, taper
from vehicle_id.synth.paint import BRIGHT_STEEL, COATS, DARK_STEEL, WHITE_PANEL, Paint, linear, loose, shade
from vehicle_id.synth.shapes.common.crowned import sheet_on
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxBody:
    """Sizes of a closed body in metres."""

    x: Span
    half: float
    z: Span
    crown: float
    """Rise of the roof along its middle."""
    front_wall: float | None = None
    """The x of the wall behind the cab where the body reaches over the cab's roof; else the front end."""
    underside: float = 0.0
    """Height of the part over the cab."""

    def roof_z(self, y: float) -> float:
        """Height of the roof at a distance from its middle."""
        return self.z[1] - self.crown * (y / self.half) ** 2

    def patch(self, x: Span, y: Span, paint: Paint, *, lift: float = 0.01) -> Mesh:
        """A sheet on the roof that follows its curve."""
        return sheet_on(x, y, self.roof_z, paint, lift=lift)


def body_paint(sample: VehicleSample) -> Paint:
    """White for most; else the coat, bare metal or a firm's colour."""
    kind = sample.rng.random()
    if kind < 0.55:
        return replace(shade(WHITE_PANEL, sample.rng.uniform(0.75, 1.2)), coat=False)
    if kind < 0.75:
        return sample.coat
    if kind < 0.86:
        return loose(sample.rng, str(sample.rng.choice(["#a6a9ab", "#c2c5c7", "#8f9396"])))
    name = str(sample.rng.choice(["yellow", "red", "blue", "green", "orange", "grey", "brown"]))
    return Paint(rgb=linear(str(sample.rng.choice(COATS[name]))), gloss=0.1)


def roof_paint(sample: VehicleSample, side: Paint) -> Paint:
    """As the sides, white, bare metal, or translucent plastic: from above a dull beige, grey or green."""
    kind = sample.rng.random()
    if kind < 0.35:
        return side
    if kind < 0.62:
        return shade(WHITE_PANEL, sample.rng.uniform(0.7, 1.2))
    if kind < 0.8:
        return loose(sample.rng, str(sample.rng.choice(["#a6a9ab", "#b9bcbe", "#84888a"])))
    return loose(sample.rng, str(sample.rng.choice(["#c9c2ab", "#b8b7ab", "#aab5ac", "#d8d3c0", "#9c9a8e"])))


def box_body(sample: VehicleSample, body: BoxBody) -> list[Mesh]:
    """Walls and a roof, with frames, ribs, stains as drawn."""
    side = body_paint(sample)
    roof = roof_paint(sample, side)
    walls = _walls(body, side)
    lid = body.patch(body.x, (-body.half, body.half), roof, lift=0.0)
    low, half = body.underside or body.z[0], 0.97 * body.half
    ends = [box(about(x, 0.06), (-half, half), (low, body.z[1] - 0.3 * body.crown), side)
            for x in (body.x[0] + 0.03, body.x[1] - 0.03)]  # fmt: skip
    return [*walls, lid, *ends, *_frame(sample, body), *_ribs(sample, body, roof), *_stains(sample, body, roof)]


def _walls(body: BoxBody, side: Paint) -> list[Mesh]:
    wall, high = body.front_wall or body.x[1], body.roof_z(body.half)
    rear = box((body.x[0], wall), (-body.half, body.half), (body.z[0], high), side)
    over = box((wall, body.x[1]), (-body.half, body.half), (body.underside, high), side)
    return [rear, over] if body.x[1] > wall else [rear]


def _frame(sample: VehicleSample, body: BoxBody) -> list[Mesh]:
    """Rails along the edges of the roof and over its ends, brighter or darker than the roof."""
    if sample.chance(0.35):
        return []
    tone = shade(BRIGHT_STEEL if sample.chance(0.7) else DARK_STEEL, sample.rng.uniform(0.6, 1.2))
    wide, half = sample.rng.uniform(0.04, 0.12), body.half
    rails = [body.patch(body.x, y, tone, lift=0.015) for y in both((half - wide, half))]
    caps = [body.patch(x, (-half, half), tone, lift=0.015)
            for x in ((body.x[0], body.x[0] + wide), (body.x[1] - wide, body.x[1]))]  # fmt: skip
    return [*rails, *(caps if sample.chance(0.6) else [])]


def _ribs(sample: VehicleSample, body: BoxBody, roof: Paint) -> list[Mesh]:
    if sample.chance(0.5):
        return []
    tone = shade(roof, sample.rng.uniform(0.72, 1.12))
    pitch = sample.rng.uniform(0.4, 1.3)
    rib = body.patch((0.0, sample.rng.uniform(0.03, 0.08)), (-0.97 * body.half, 0.97 * body.half), tone, lift=0.012)
    count = int((body.x[1] - body.x[0]) / pitch)
    return [copies(rib, [(body.x[0] + i * pitch, 0.0, 0.0) for i in range(1, count)])]


def _stains(sample: VehicleSample, body: BoxBody, roof: Paint) -> list[Mesh]:
    """Dirt, repairs and bands of a firm's colour."""
    parts, half = [], body.half
    for _ in range(int(sample.rng.integers(0, 4))):
        x = sample.rng.uniform(body.x[0], body.x[1] - 0.4)
        y = sample.rng.uniform(-half, 0.4 * half)
        spans = (x, min(body.x[1], x + sample.rng.uniform(0.2, 1.4))), (y, y + sample.rng.uniform(0.1, 0.55) * half)
        parts.append(body.patch(*spans, shade(roof, sample.rng.uniform(0.82, 1.08)), lift=0.005))
    if sample.chance(0.06):
        band = body.patch(about(sum(body.x) / 2, 0.5), (-half, half), body_paint(sample), lift=0.008)
        parts.append(band)
    return parts


def curtain_body(sample: VehicleSample, body: BoxBody) -> list[Mesh]:
    """Cloth sides in a colour under a pale or dark cloth roof, whose bows show as lines."""
    name = str(sample.rng.choice(["blue", "red", "green", "white", "grey", "yellow", "orange", "sand"]))
    cloth = loose(sample.rng, str(sample.rng.choice(COATS[name])))
    roof = cloth if sample.chance(0.4) else loose(sample.rng, str(sample.rng.choice(["#d5d4cd", "#b9bab6", "#e2e1dc"])))
    low = body.roof_z(body.half)
    walls = box(body.x, (-body.half, body.half), (body.z[0], low), cloth)
    grid = _sagging_roof(sample, body)
    rails = [box(body.x, y, (low - 0.12, low + 0.02), shade(BRIGHT_STEEL, 0.7))
             for y in both((body.half - 0.05, body.half))]  # fmt: skip
    return [walls, surface(grid, roof), *(rails if sample.chance(0.4) else [])]


def _sagging_roof(sample: VehicleSample, body: BoxBody) -> Float64Array:
    """Cloth that hangs between its bows."""
    bows = max(2, round((body.x[1] - body.x[0]) / sample.rng.uniform(0.6, 1.5)))
    along, across = np.linspace(0, 1, 4 * bows + 1), np.linspace(-body.half, body.half, 7)
    sag = sample.rng.uniform(0.01, 0.09) * np.sin(np.pi * bows * along) ** 2
    inner = 1 - (across / body.half) ** 4
    grid = np.empty((len(along), 7, 3))
    grid[..., 0] = body.x[0] + along[:, None] * (body.x[1] - body.x[0])
    grid[..., 1] = across
    grid[..., 2] = [body.roof_z(float(y)) for y in across] - sag[:, None] * inner
    return grid


def cooling_unit(sample: VehicleSample, body: BoxBody, front: float) -> list[Mesh]:
    """A unit on the front wall over the cab, up to an x; its grille looks up and forward."""
    paint = shade(WHITE_PANEL, sample.rng.uniform(0.5, 1.15)) if sample.chance(0.75) else shade(DARK_STEEL, 1.2)
    x, half = (body.x[1] - 0.02, front), body.half * sample.rng.uniform(0.45, 0.9)
    z = (body.z[1] - sample.rng.uniform(0.5, 0.8), body.z[1] - sample.rng.uniform(0.02, 0.25))
    slope = 0.3 * (front - x[0])
    cover = taper(x, (-half, half), z, (x[0], x[1] - slope), (0.04 - half, half - 0.04), paint)
    grille = box((x[0] + 0.08, x[1] - slope - 0.05), about(0, 1.3 * half), (z[1] - 0.02, z[1] + 0.008), DARK_STEEL)
    return [cover, *([grille] if sample.chance(0.6) and x[1] - slope - x[0] > 0.2 else [])]
