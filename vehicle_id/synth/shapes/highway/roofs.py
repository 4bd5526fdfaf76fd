"""Roofs of box trailers and bodies as seen from above: sheets, bows that show through, ribs, rails, dirt, leaves, snow.

Light comes through thin glass-fibre roofs, so that bows show as dark bars and the goods as pale and dark patches
between them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, copies, plates, relief
from vehicle_id.synth.paint import BRIGHT_STEEL, STEEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.roof_marks import panels, patches, seams
from vehicle_id.synth.shapes.common.spans import both
from vehicle_id.synth.vehicle_sample import VehicleSample

PALE: Final = ("#e8e8e4", "#dcdcd6", "#f0efe9", "#cfd0cc", "#d9d3c2", "#c8ccd0")
CLOTHS: Final = (
    "#e4e4e0", "#c9ccd0", "#b4b2a8", "#8fa0b4", "#4f6f9c", "#7d2a2a", "#3f5a4a", "#c9a23a", "#2d3036", "#9aa2aa",
)  # fmt: skip
LEAVES: Final = ("#6b5a2e", "#7d6a35", "#4c5a2c", "#8a6a3a", "#3f3a28")


@dataclass(frozen=True, slots=True, kw_only=True)
class Roof:
    """The level rectangle that a roof covers; metres."""

    x: Span
    half: float
    z: float
    """Of its highest parts."""

    @property
    def across(self) -> Span:
        """From side to side, within the rails."""
        return 0.06 - self.half, self.half - 0.06


def draw_roof(sample: VehicleSample, roof: Roof, side: Paint) -> list[Mesh]:
    """One of the kinds of roof, its rails, and what lies on it."""
    kinds = tuple(_KINDS)
    kind = kinds[int(sample.rng.choice(len(kinds), p=list(_KINDS.values())))]
    rail = (shade(BRIGHT_STEEL, sample.rng.uniform(0.5, 1.0)), shade(side, 0.95), shade(STEEL, 1.4))
    tone = rail[int(sample.rng.choice(3, p=(0.4, 0.4, 0.2)))]
    wide = sample.rng.uniform(0.04, 0.14)
    edges = [box(roof.x, y, (roof.z - 0.12, roof.z), tone) for y in both((roof.half - wide, roof.half))]
    ends = [box(x, (-roof.half, roof.half), (roof.z - 0.12, roof.z - 0.002), tone)
            for x in ((roof.x[0], roof.x[0] + wide), (roof.x[1] - wide, roof.x[1]))]  # fmt: skip
    inner = replace(roof, z=roof.z - 0.025)
    return [*kind(sample, inner, side), *edges, *ends, *_on_it(sample, inner)]


def _surface_paint(sample: VehicleSample, side: Paint) -> Paint:
    """White for most; the colour of the walls, or bare metal."""
    sort = sample.rng.random()
    if sort < 0.62:
        return loose(sample.rng, str(sample.rng.choice(PALE)), spread=0.06)
    return (
        shade(side, sample.rng.uniform(0.85, 1.05))
        if sort < 0.85
        else shade(BRIGHT_STEEL, sample.rng.uniform(0.5, 0.95))
    )


def _smooth(sample: VehicleSample, roof: Roof, side: Paint) -> list[Mesh]:
    """One sheet, with a seam here and there."""
    tone = _surface_paint(sample, side)
    parts = [box(roof.x, roof.across, (roof.z - 0.03, roof.z), tone)]
    if sample.chance(0.5):
        parts.append(seams(roof.x, roof.across, roof.z, sample.rng.uniform(2.4, 5.0), shade(tone, 0.85), high=0.006))
    return parts


def _sheets(sample: VehicleSample, roof: Roof, side: Paint) -> list[Mesh]:
    """Sheets of uneven tone, riveted along their seams."""
    tone, pitch = _surface_paint(sample, side), sample.rng.uniform(0.6, 1.3)
    lines = seams(roof.x, roof.across, roof.z, pitch, shade(tone, 0.82), wide=0.04, high=0.008)
    return [panels(sample.rng, roof.x, roof.across, roof.z, pitch, tone, spread=sample.rng.uniform(0.01, 0.06)), lines]


def _bows(sample: VehicleSample, roof: Roof, side: Paint) -> list[Mesh]:
    """A thin roof: bows show through, the bays between them brighter or darker in blocks."""
    rng = sample.rng
    tone = loose(rng, str(rng.choice(("#efeee6", "#e6e2d2", "#dfe2e2", "#d8d2bc"))), spread=0.05)
    pitch, files = rng.uniform(0.45, 1.0), int(rng.integers(2, 5))
    count = max(4, round((roof.x[1] - roof.x[0]) / pitch))
    along = np.linspace(*roof.x, count + 1)
    across = np.linspace(*roof.across, files + 1)
    quads = [[(a, c, roof.z), (b, c, roof.z), (b, d, roof.z), (a, d, roof.z)]
             for a, b in itertools.pairwise(along) for c, d in itertools.pairwise(across)]  # fmt: skip
    bays = plates(quads, tone)
    spread = rng.uniform(0.02, 0.12)
    shades = np.tile(np.clip(rng.normal(1.0, spread, len(quads)), 0.65, 1.1), 2)[:, None]
    bays = replace(bays, rgb=np.clip(bays.rgb * shades, 0.01, 0.93))
    bar = box((-0.035, 0.035), roof.across, (roof.z - 0.02, roof.z + 0.006), shade(tone, rng.uniform(0.55, 0.85)))
    return [bays, copies(bar, [(x, 0.0, 0.0) for x in along[1:-1]])]


def _ribbed(sample: VehicleSample, roof: Roof, side: Paint) -> list[Mesh]:
    """Ribs along or across, raised."""
    tone, high = _surface_paint(sample, side), 0.02
    base = box(roof.x, roof.across, (roof.z - 0.04, roof.z - 0.01), tone)
    if sample.chance(0.5):
        return [
            base,
            seams(roof.x, roof.across, roof.z - 0.01, sample.rng.uniform(0.25, 0.6), shade(tone, 0.9), high=high),
        ]
    at = np.linspace(*roof.across, int(sample.rng.integers(5, 14)))[1:-1]
    rib = box(roof.x, (-0.03, 0.03), (roof.z - 0.02, roof.z + 0.01), shade(tone, 0.9))
    return [base, copies(rib, [(0.0, y, 0.0) for y in at])]


def _cloth(sample: VehicleSample, roof: Roof, side: Paint) -> list[Mesh]:
    """A sliding cloth roof that sags between its bows; folded open over a part on some."""
    rng, cloth = sample.rng, loose(sample.rng, str(sample.rng.choice(CLOTHS)), spread=0.1)
    count = max(6, round((roof.x[1] - roof.x[0]) / rng.uniform(0.55, 0.9)))
    sag = np.where(np.arange(2 * count + 1) % 2, -rng.uniform(0.02, 0.08), 0.0)[:, None]
    crown = -0.02 * np.linspace(-1, 1, 5)[None] ** 2
    parts = [relief(roof.x, roof.across, roof.z - 0.01 + sag + crown + rng.normal(0, 0.004, (2 * count + 1, 5)), cloth)]
    if sample.chance(0.2):
        end = roof.x[1] - rng.uniform(0.1, 0.35) * (roof.x[1] - roof.x[0])
        folds = np.arange(end, min(end + 1.6, roof.x[1] - 0.1), 0.16)
        fold = box((0.0, 0.07), roof.across, (roof.z - 0.03, roof.z + 0.02), shade(cloth, 0.8))
        parts.append(copies(fold, [(float(x), 0.0, 0.0) for x in folds]))
    return parts


_KINDS: Final[dict[Callable[[VehicleSample, Roof, Paint], list[Mesh]], float]] = {
    _smooth: 0.3, _sheets: 0.2, _bows: 0.28, _ribbed: 0.1, _cloth: 0.12,
}  # fmt: skip
"""Kinds of roof and the share of each."""


def cloth_roof(sample: VehicleSample, roof: Roof, side: Paint) -> list[Mesh]:
    """The roof of a curtain-sider: cloth on most."""
    return _cloth(sample, roof, side) if sample.chance(0.7) else _bows(sample, roof, side)


def _on_it(sample: VehicleSample, roof: Roof) -> list[Mesh]:
    """Nothing on most; streaks of dirt, repairs, leaves, or snow that slid off in part."""
    rng, sort = sample.rng, sample.rng.random()
    if sort < 0.45:
        return []
    if sort < 0.68:
        dirt = loose(rng, str(rng.choice(("#8a8478", "#6d675c", "#9a9488", "#57544e"))))
        return _streaks(sample, roof, dirt)
    if sort < 0.82:
        tone = loose(rng, str(rng.choice((*PALE, "#8a8c8d", "#6a6d70"))))
        return patches(rng, roof.x, roof.across, roof.z, tone, count=int(rng.integers(1, 5)), size=(0.3, 2.2))
    if sort < 0.92:
        tones = [loose(rng, str(tone)) for tone in rng.choice(LEAVES, 3)]
        heaps = [
            patches(rng, roof.x, roof.across, roof.z, tone, count=int(rng.integers(4, 16)), size=(0.06, 0.5))
            for tone in tones
        ]
        return [each for heap in heaps for each in heap]
    snow = loose(rng, "#eef1f5", spread=0.03)
    return patches(rng, roof.x, roof.across, roof.z + 0.01, snow, count=int(rng.integers(4, 14)), size=(0.8, 4.5))


def _streaks(sample: VehicleSample, roof: Roof, dirt: Paint) -> list[Mesh]:
    """Bands along the roof where rain leaves dust, most at the rear."""
    found = []
    for _ in range(int(sample.rng.integers(2, 7))):
        y = sample.rng.uniform(-0.9, 0.7) * roof.half
        end = roof.x[0] + sample.rng.uniform(0.15, 1.0) * (roof.x[1] - roof.x[0])
        y1 = min(y + sample.rng.uniform(0.05, 0.4), roof.across[1])
        found.append(box((roof.x[0] + 0.05, end), (max(y, roof.across[0]), y1), (roof.z - 0.01, roof.z + 0.004), dirt))
    return found
