"""Sheds: huts, garages and field shelters under corrugated sheet."""

from __future__ import annotations

import math

import numpy as np

from vehicle_id.synth.mesh import Assembly, Mesh, Span, arch, box, copies
from vehicle_id.synth.paint import DARK_STEEL, Paint, loose, shade
from vehicle_id.synth.vehicle_sample import VehicleSample


def shed(sample: VehicleSample) -> Assembly:
    """A hut, a garage or a field shelter: one slope, a low gable or a round of corrugated sheet."""
    rng, half, top = sample.rng, sample.width_m / 2, sample.height_m
    x = (-sample.length_m / 2, sample.length_m / 2)
    cover = (
        sample.coat
        if sample.chance(0.4)
        else loose(rng, str(rng.choice(("#8f9598", "#6b5244", "#a3a6a5", "#4b4a48", "#7d6a54"))))
    )
    section = _shed_section(str(rng.choice(("lean", "gable", "round", "flat"), p=(0.4, 0.3, 0.1, 0.2))), half, top)
    wall = sample.coat if sample.chance(0.5) else loose(rng, "#8a7458")
    low = min(z for _, z in section)
    parts = [arch(x, section, cover), *_corrugated(x, section, cover, rng), *_rusted(x, section, rng)]
    parts += (
        _open_side(x, half, low, wall)
        if sample.chance(0.2)
        else [box((x[0] + 0.12, x[1] - 0.12), (-half + 0.12, half - 0.12), (0.0, low + 0.02), wall)]
    )
    return Assembly(fixed=[*parts, *_door(x, low, rng.uniform(0.3, half * 0.8), shade(wall, 0.6))])


def _shed_section(kind: str, half: float, top: float) -> list[tuple[float, float]]:
    """Section of the roof alone, its edge 8 cm thick."""
    if kind == "round":
        turns = np.linspace(0, math.pi, 9)
        base = top - min(half, 0.6 * top)
        return [(half * math.cos(t), base + (top - base - 0.03) * math.sin(t)) for t in turns]
    low = top - {"lean": 0.3, "gable": 0.35, "flat": 0.02}[kind] * min(half, 0.8 * top)
    if kind == "gable":
        return [(-half, low - 0.08), (half, low - 0.08), (half, low), (0.0, top - 0.03), (-half, low)]
    return [(-half, low - 0.08), (half, low - 0.08), (half, top - 0.03), (-half, low)]


def _corrugated(x: Span, section: list[tuple[float, float]], cover: Paint, rng: np.random.Generator) -> list[Mesh]:
    """Sheets as strips of slightly different tone."""
    length = x[1] - x[0]
    count = int(np.clip(length / 0.9, 3, 14))
    lifted = [(y, z + 0.02) for y, z in section]
    tones = shade(cover, rng.uniform(0.8, 0.95)), shade(cover, rng.uniform(1.05, 1.25))
    width = 0.5 * length / count
    strips = []
    for parity, tone in enumerate(tones):
        strip = arch((-width / 2, width / 2), lifted, tone)
        places = [(x[0] + (i + 0.5) * length / count, 0, 0) for i in range(count) if i % 3 == parity]
        strips.append(copies(strip, places) if places else strip)
    return strips


def _rusted(x: Span, section: list[tuple[float, float]], rng: np.random.Generator) -> list[Mesh]:
    """A rusty or patched sheet or two."""
    lifted = [(y * 0.995, z + 0.03) for y, z in section]
    parts = []
    for _ in range(max(0, int(rng.integers(-2, 3)))):
        at, wide = rng.uniform(x[0] + 0.6, x[1] - 0.6), rng.uniform(0.2, 0.45)
        tone = str(rng.choice(("#6b4a35", "#584438", "#8a8c8b", "#5f5d58")))
        parts.append(arch((at - wide, at + wide), lifted, loose(rng, tone)))
    return parts


def _open_side(x: Span, half: float, low: float, wall: Paint) -> list[Mesh]:
    """Posts in front, walls at the back and the ends."""
    post = box((-0.1, 0.1), (half - 0.3, half - 0.1), (0.0, low), DARK_STEEL)
    end = box((-0.05, 0.05), (-half + 0.1, half - 0.1), (0.0, low), wall)
    return [
        box((x[0] + 0.1, x[1] - 0.1), (-half + 0.1, -half + 0.2), (0.0, low), wall),
        copies(end, [(x[0] + 0.2, 0, 0), (x[1] - 0.2, 0, 0)]),
        copies(post, [(at, 0, 0) for at in np.linspace(x[0] + 0.3, x[1] - 0.3, 4).tolist()]),
    ]


def _door(x: Span, low: float, half: float, paint: Paint) -> list[Mesh]:
    return [box((x[1] - 0.13, x[1] - 0.08), (-half, half), (0.0, 0.85 * low), paint)]
