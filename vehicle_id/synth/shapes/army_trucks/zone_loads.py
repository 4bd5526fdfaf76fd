"""The rear zones of a lorry: vaults of cloth, trays, piles, boxes, pods, rails, hoops over nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Mesh, Span, box, cylinder, relief
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, WOOD, Paint, loose, shade
from vehicle_id.synth.shapes.army_trucks.canvas import NET_TONES, bare_hoops, canvas_paint
from vehicle_id.synth.shapes.army_trucks.goods import goods
from vehicle_id.synth.shapes.army_trucks.zones import Zone, cushion
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.vehicle_sample import VehicleSample


def load_zone(sample: VehicleSample, zone: Zone) -> list[Mesh]:
    """One unit over the zone, a little shorter than it."""
    gap = sample.rng.uniform(0.0, 0.06)
    inner = replace(zone, x=(zone.x[0] + gap, zone.x[1] - gap), half=zone.half * sample.rng.uniform(0.95, 1.0))
    shares = np.array([share for share, _ in _UNITS])
    return _UNITS[int(sample.rng.choice(len(_UNITS), p=shares / shares.sum()))][1](sample, inner)


def vault(sample: VehicleSample, zone: Zone) -> list[Mesh]:
    """Cloth as a height field: any crown from flat to ridged, slack between bows, creased, rain lying in it."""
    rng, shape = sample.rng, (max(9, int(zone.long / 0.2)), 15)
    along, across = np.linspace(0, 1, shape[0])[:, None], np.abs(np.linspace(-1, 1, shape[1]))
    crown = 1 - rng.uniform(0.03, 0.7) * across ** rng.uniform(1.0, 6.0)
    bows, slack = int(rng.integers(2, 7)), rng.uniform(0.0, 0.06)
    sag = slack * np.sin(np.pi * bows * along) ** 2 * (1 - across**4)
    creases = rng.normal(0, rng.uniform(0.0, 0.02), shape)
    share = np.clip(crown - sag - np.abs(creases), 0, 1)
    share[shape[0] // 2, shape[1] // 2] = 1.0
    eaves = zone.floor + rng.uniform(0.2, 0.7) * (zone.top - zone.floor)
    heights = eaves + (zone.top - eaves) * share
    cloth = canvas_paint(sample)
    return [*_skirted(zone, heights, cloth), *_lashings(sample, zone, heights, cloth)]


def tray(sample: VehicleSample, zone: Zone) -> list[Mesh]:
    """A tray with a rim of any height, a floor of another tone, its load if it has one."""
    rng, half = sample.rng, zone.half
    rim = zone.floor + rng.uniform(0.08, 0.75)
    floors = (
        shade(WOOD, rng.uniform(0.6, 1.4)),
        shade(sample.coat, rng.uniform(0.55, 1.2)),
        loose(rng, "#7b7468"),
        loose(rng, "#a5835c"),
    )
    parts = [box(zone.x, (-half, half), (zone.floor, zone.floor + 0.08), floors[int(rng.integers(4))])]
    thick = rng.uniform(0.04, 0.12)
    parts += [box(zone.x, span, (zone.floor, rim), sample.coat) for span in both((half - thick, half))]
    parts += [box(end, (-half, half), (zone.floor, rim), sample.coat)
              for end in ((zone.x[0], zone.x[0] + thick), (zone.x[1] - thick, zone.x[1]))]  # fmt: skip
    inside = (zone.x[0] + 0.12, zone.x[1] - 0.12)
    if sample.chance(0.5) and zone.long > 1.2:
        parts += goods(sample, inside, half - 0.14, (zone.floor + 0.08, zone.top))
    elif sample.chance(0.3):
        parts += bare_hoops(zone.x, half - 0.03, (rim, zone.top), int(rng.integers(2, 6)))
    elif sample.chance(0.3):
        parts += [
            box(inside, span, (rim - 0.1, rim - 0.05), loose(rng, "#8a7450"))
            for span in both((half - 0.5, half - 0.13))
        ]
    return parts


def cabinet(sample: VehicleSample, zone: Zone) -> list[Mesh]:
    """A cushion-edged box body of the coat or another green, strips and lids on it."""
    rng, half = sample.rng, zone.half
    tone = shade(sample.coat, rng.uniform(0.75, 1.25)) if sample.chance(0.7) else loose(rng, "#6a6f55")
    top = zone.top if sample.chance(0.7) else zone.top * rng.uniform(0.8, 0.95)
    parts = [cushion(zone.x, 2 * half, (zone.floor, top), tone, bulge=float(rng.choice([0.02, 0.06, 0.25])))]
    for _ in range(int(rng.integers(0, 5))):
        at, y = (
            float(rng.uniform(zone.x[0] + 0.3, zone.x[1] - 0.3)) if zone.long > 0.7 else sum(zone.x) / 2,
            float(rng.uniform(-0.5, 0.5)),
        )
        side = rng.uniform(0.25, 0.7, 2)
        lid_tone = shade(tone, float(rng.choice([0.6, 0.8, 1.2])))
        parts.append(
            box(
                about(at, min(float(side[0]), zone.long)),
                about(y * half, float(side[1])),
                (top - 0.2, top + 0.02),
                lid_tone,
            )
        )
    return parts


def pile(sample: VehicleSample, zone: Zone) -> list[Mesh]:
    """A lumpy pile under a net or a sheet; it has no straight edge."""
    rng, shape = sample.rng, (max(7, int(zone.long / 0.3)), 9)
    along, across = np.linspace(-1, 1, shape[0])[:, None], np.linspace(-1, 1, shape[1])
    dome = (1 - np.abs(along) ** 3) * (1 - np.abs(across) ** 3) * rng.uniform(0.65, 1.0, shape)
    dome[shape[0] // 2, shape[1] // 2] = 1.0
    heights = zone.floor + 0.15 + (zone.top - zone.floor - 0.15) * dome
    cover = relief(zone.x, (-zone.half, zone.half), heights, canvas_paint(sample))
    base = box(zone.x, (-zone.half, zone.half), (zone.floor - 0.1, zone.floor + 0.12), shade(sample.coat, 0.8))
    if sample.chance(0.6):
        tones = np.array([loose(rng, tone).rgb for tone in NET_TONES[int(rng.integers(len(NET_TONES)))]])
        cover = replace(
            cover, rgb=tones[rng.integers(len(tones), size=len(cover.rgb))], coat=np.zeros(len(cover.coat), bool)
        )
    return [base, cover]


def rails(sample: VehicleSample, zone: Zone) -> list[Mesh]:
    """Nothing but rails, cross-members, tanks and a box."""
    rng, parts = sample.rng, []
    for at in rng.uniform(zone.x[0] + 0.1, zone.x[1] - 0.1, int(rng.integers(1, 5))):
        tone = (CHASSIS, DARK_STEEL, shade(sample.coat, 0.8))[int(rng.integers(3))]
        parts.append(box(about(float(at), 0.15), (-0.45, 0.45), (zone.floor - 0.2, zone.floor), tone))
    y = float(rng.choice([-0.65, 0.65])) * zone.half
    ends = (zone.x[0] + 0.2 * zone.long, zone.x[1] - 0.2 * zone.long)
    return [*parts, cylinder("x", ends, (y, zone.floor - 0.3), 0.22, shade(sample.coat, 0.75), sides=10)]


def pods(sample: VehicleSample, zone: Zone) -> list[Mesh]:
    """Low fuel pods or bundles side by side, shorter than the bed is wide."""
    rng, parts = (
        sample.rng,
        [box(zone.x, (-zone.half, zone.half), (zone.floor - 0.1, zone.floor), shade(sample.coat, 0.8))],
    )
    tone = canvas_paint(sample) if sample.chance(0.5) else shade(sample.coat, rng.uniform(0.8, 1.2))
    long = min(zone.long, rng.uniform(1.0, 1.8))
    for at in np.arange(zone.x[0], zone.x[1] - long + 1e-6, long):
        high = zone.floor + rng.uniform(0.4, 0.9) * (zone.top - zone.floor)
        parts.append(
            cushion(
                (float(at) + 0.04, float(at) + long - 0.04),
                1.8 * zone.half,
                (zone.floor, high),
                shade(tone, rng.uniform(0.85, 1.15)),
                bulge=0.3,
            )
        )
    return parts


_UNITS: Final[tuple[tuple[float, Callable[[VehicleSample, Zone], list[Mesh]]], ...]] = (
    (0.36, vault), (0.3, tray), (0.12, cabinet), (0.08, pile), (0.1, rails), (0.05, pods),
)  # fmt: skip


def _skirted(zone: Zone, heights: Float64Array, paint: Paint) -> list[Mesh]:
    """A height field with its four sides down to the floor."""
    low = heights.min() - 0.02
    block = box(zone.x, (-zone.half, zone.half), (zone.floor - 0.15, low), shade(paint, 0.95))
    edged = np.pad(heights, 1, constant_values=low)
    return [block, relief(zone.x, (-zone.half, zone.half), edged, paint)]


def _lashings(sample: VehicleSample, zone: Zone, heights: Float64Array, cloth: Paint) -> list[Mesh]:
    """Bows that show through, or ropes across: darker or lighter strips on the crown."""
    if sample.chance(0.4):
        return []
    tone, rows = shade(cloth, float(sample.rng.choice([0.65, 0.8, 1.25]))), len(heights)
    parts: list[Mesh] = []
    for row in np.linspace(1, rows - 2, int(sample.rng.integers(2, 7))).astype(int):
        at = zone.x[0] + (row + 1) / (rows + 1) * (zone.x[1] - zone.x[0])
        parts.append(_strip(about(float(at), 0.09), zone.half, np.minimum(heights[row] + 0.015, zone.top), tone))
    return parts


def _strip(x: Span, half: float, heights: Float64Array, paint: Paint) -> Mesh:
    return relief(x, (-0.97 * half, 0.97 * half), np.stack([heights, heights]), paint)
