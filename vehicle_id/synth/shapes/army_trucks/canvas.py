"""Cloth over hoops: round, square and ridged tilts, whole, rolled back or sagging, and camouflage nets."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Final

import numpy as np

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Mesh, Span, box, cylinder, plates, relief, surface, tube
from vehicle_id.synth.paint import STEEL, Paint, loose, shade
from vehicle_id.synth.vehicle_sample import VehicleSample

CANVAS_TONES: Final = (
    "#4f5a3c", "#5f6a48", "#6e7350", "#3d4632", "#7c7d62", "#8c8a74", "#a39c84", "#b8a981", "#c7b892", "#8f9290",
    "#a5a7a3", "#6b5b45", "#7d6a52", "#54483a", "#9aa08c", "#47504a",
)  # fmt: skip
"""Green, faded green, sand, faded grey, brown."""
NET_TONES: Final = (
    ("#4f5b37", "#6a5d42", "#33402a"), ("#b7a47c", "#9a8560", "#7f7a55"), ("#5f6a4a", "#7f8a5c", "#3a4230"),
    ("#6d6f66", "#8e8c80", "#50544c"),
)  # fmt: skip


def canvas_paint(sample: VehicleSample) -> Paint:
    """Cloth of a colour apart from the coat in two of three lorries."""
    if sample.chance(0.3):
        return shade(sample.coat, sample.rng.uniform(0.7, 1.35))
    return loose(sample.rng, str(sample.rng.choice(CANVAS_TONES)), spread=0.15)


def tilt(sample: VehicleSample, x: Span, half: float, z: Span, cloth: Paint) -> list[Mesh]:
    """A tilt from the drop sides to the crown, over three to seven hoops."""
    rng = sample.rng
    power = float(rng.choice([2.2, 2.8, 4.0, 9.0, 14.0]))
    hoops = int(rng.integers(3, 8))
    sag = rng.uniform(0.0, 0.07)
    grid = _tilt_grid(x, half, z, power=power, hoops=hoops, sag=sag, ridge=rng.uniform(0, 0.12) if power > 5 else 0)
    grid[1:-1, 1:-1, 2] -= np.abs(rng.normal(0, 0.012, grid[1:-1, 1:-1, 2].shape))
    cover = surface(grid, cloth)
    tones = rng.normal(1.0, rng.uniform(0.01, 0.05), (len(cover.rgb), 1))
    parts = [replace(cover, rgb=np.clip(cover.rgb * tones, 0.01, 0.9))]
    parts += [_end(grid[0], cloth), _end(grid[-1], shade(cloth, 0.9))]
    return parts + _ribs(sample, grid, hoops, cloth)


def bare_hoops(x: Span, half: float, z: Span, count: int) -> list[Mesh]:
    """Hoops without their cloth."""
    parts = []
    for at in np.linspace(x[0] + 0.05, x[1] - 0.05, count):
        points = [(float(at), half * y, z[0] + (z[1] - z[0]) * up) for y, up in _HOOP]
        parts += [tube(a, b, 0.03, STEEL, sides=5) for a, b in itertools.pairwise(points)]
    return parts


def rolled_tilt(sample: VehicleSample, x: Span, half: float, z: Span, cloth: Paint) -> list[Mesh]:
    """A tilt over the forward part; behind it the roll, and hoops in some."""
    edge = x[0] + (x[1] - x[0]) * sample.rng.uniform(0.3, 0.75)
    roll = cylinder("y", (-0.85 * half, 0.85 * half), (edge, z[1] - 0.15), 0.13, shade(cloth, 0.85), sides=8)
    parts = [*tilt(sample, (edge, x[1]), half, z, cloth), roll]
    return parts + (bare_hoops((x[0], edge), half, z, 3) if sample.chance(0.6) else [])


def net(sample: VehicleSample, x: Span, half: float, z: Span) -> list[Mesh]:
    """A camouflage net thrown over the load, of garnish in two or three tones, its rim uneven."""
    rng = sample.rng
    tones = [loose(rng, tone) for tone in NET_TONES[int(rng.integers(len(NET_TONES)))]]
    shape = (max(6, int((x[1] - x[0]) / 0.2)), 13)
    dome = (1 - np.abs(np.linspace(-1, 1, shape[0])) ** 4)[:, None] * (1 - np.abs(np.linspace(-1, 1, shape[1])) ** 3)
    heights = z[0] + (z[1] - z[0]) * np.clip(dome * rng.uniform(0.72, 1.0, shape), 0, 1)
    heights[tuple(np.array(shape) // 2)] = z[1]
    cloth = relief(x, (-half, half), heights, tones[0])
    which = rng.choice(len(tones), len(cloth.rgb), p=(0.5, 0.3, 0.2))
    return [replace(cloth, rgb=np.array([tone.rgb for tone in tones])[which] * rng.uniform(0.7, 1.2, (len(which), 1)))]


def folded_cloth(sample: VehicleSample, x: Span, half: float, z: float, cloth: Paint) -> Mesh:
    """A cloth folded flat on the bed's forward end."""
    deep = min(0.7, 0.3 * (x[1] - x[0]))
    return box((x[1] - deep, x[1]), (-0.8 * half, 0.8 * half), (z, z + sample.rng.uniform(0.15, 0.35)), cloth)


_HOOP: Final = ((-1.0, 0.0), (-1.0, 0.6), (-0.75, 0.93), (-0.3, 1.0), (0.3, 1.0), (0.75, 0.93), (1.0, 0.6), (1.0, 0.0))


def _tilt_grid(x: Span, half: float, z: Span, *, power: float, hoops: int, sag: float, ridge: float) -> Float64Array:
    """Points of the cloth, `[along, across, 3]`; it touches the crown at every hoop."""
    along, turn = np.linspace(0, hoops - 1, (hoops - 1) * 4 + 1), np.linspace(0, np.pi, 17)
    y = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** (2 / power)
    up = np.abs(np.sin(turn)) ** (2 / power) - ridge * np.abs(y)
    shape = (len(along), len(turn))
    grid = np.empty((*shape, 3))
    grid[..., 0] = (x[0] + along / (hoops - 1) * (x[1] - x[0]))[:, None]
    grid[..., 1] = half * y
    dip = sag * np.sin(np.pi * along) ** 2
    grid[..., 2] = z[0] + (z[1] - z[0]) * np.clip(up, 0, 1) - dip[:, None] * np.clip(up, 0, 1)
    return grid


def _end(edge: Float64Array, paint: Paint) -> Mesh:
    low = edge * (1, 1, 0) + (0, 0, edge[:, 2].min())
    return plates(np.stack([edge[:-1], edge[1:], low[1:], low[:-1]], 1), paint)


def _ribs(sample: VehicleSample, grid: Float64Array, hoops: int, cloth: Paint) -> list[Mesh]:
    """Where cloth rubs on the hoops it is worn, or dark with dirt; nothing is seen in a third."""
    if sample.chance(0.3):
        return []
    tone, wide = shade(cloth, float(sample.rng.choice([0.7, 0.82, 1.2, 1.35]))), sample.rng.uniform(0.03, 0.08)
    parts = []
    for i in range(0, 4 * hoops - 3, 4):
        rib = np.stack([grid[i], grid[i]])
        rib[0, :, 0] -= wide if i else 0
        rib[1, :, 0] += wide if i < 4 * hoops - 4 else 0
        rib[:, :, 2] += 0.004
        parts.append(surface(rib, tone))
    return parts
