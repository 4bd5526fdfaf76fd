"""Roofs of closed wagons and locomotives: sections, sheets, and what stands on them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, surface
from vehicle_id.synth.paint import BRIGHT_STEEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.roof_marks import rust
from vehicle_id.synth.vehicle_sample import VehicleSample

RoofSection = list[tuple[float, float]]
"""Points (y, z) of a roof from the right eave to the left."""


def curved(half: float, z: Span, *, power: float = 2.0, points: int = 11) -> RoofSection:
    """An arc; a higher power is flatter in the middle and rounder at the eaves."""
    across = np.sin(np.linspace(-math.pi / 2, math.pi / 2, points))
    return [(float(half * a), float(z[0] + (z[1] - z[0]) * (1 - abs(a) ** power) ** (1 / power))) for a in across]


def peaked(half: float, z: Span, *, flat: float = 0.0) -> RoofSection:
    """Two slopes, with a level strip of a share of the width along the ridge."""
    ridge = [(0.0, z[1])] if flat <= 0 else [(-flat * half, z[1]), (flat * half, z[1])]
    return [(-half, z[0]), *ridge, (half, z[0])]


def draw_section(sample: VehicleSample, half: float, z: Span) -> RoofSection:
    """Curved, peaked, cut off or nearly flat, under a crown at `z[1]`."""
    rng, rise = sample.rng, z[1] - z[0]
    kind = rng.random()
    if kind < 0.45:
        return curved(half, z, power=rng.uniform(1.8, 3.0))
    if kind < 0.7:
        return peaked(half, (z[1] - rng.uniform(0.3, 1.0) * rise, z[1]))
    if kind < 0.85:
        return peaked(half, z, flat=rng.uniform(0.3, 0.75))
    return peaked(half, (z[1] - 0.1, z[1]), flat=0.95)


def sheeted(sample: VehicleSample, x: Span, section: RoofSection, paint: Paint, *, pitch: float, rib: float) -> Mesh:
    """The roof as sheets of differing tone, every joint a narrow rib that stands `rib` above them."""
    rng = sample.rng
    count = max(2, round((x[1] - x[0]) / pitch))
    edges = np.linspace(*x, count + 1)
    stations = np.sort(np.concatenate([edges, edges[1:-1] - 0.04, edges[1:-1] + 0.04]))
    rise = np.where(np.isin(stations, edges[1:-1]), rib, 0.0)
    grid = np.empty((len(stations), len(section), 3))
    grid[..., 0] = stations[:, None]
    grid[..., 1], grid[..., 2] = np.array(section).T
    grid[..., 2] = np.minimum(grid[..., 2] + rise[:, None], max(z for _, z in section))
    roof = surface(grid, paint)
    tones = np.clip(rng.normal(1, rng.uniform(0.0, 0.14), count), 0.6, 1.4)
    sheet = np.clip(np.searchsorted(edges, roof.triangles[..., 0].mean(1)) - 1, 0, count - 1)
    return replace(roof, rgb=np.clip(roof.rgb * tones[sheet][:, None], 0.01, 0.92))


def roof_paint(sample: VehicleSample) -> Paint:
    """The coat, zinc, aluminium, soot or rust."""
    rng, kind = sample.rng, sample.rng.random()
    if kind < 0.42:
        return shade(sample.coat, rng.uniform(0.75, 1.15))
    if kind < 0.6:
        return loose(rng, str(rng.choice(("#8f9293", "#a9acad", "#b9b9b4", "#7c7f80"))), spread=0.15)
    if kind < 0.72:
        return shade(BRIGHT_STEEL, rng.uniform(0.5, 1.0))
    return rust(rng) if kind < 0.87 else loose(rng, str(rng.choice(("#3b3a38", "#4a4744", "#5b5750"))), spread=0.15)
