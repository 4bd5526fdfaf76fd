"""Gondolas of the 1520 mm gauge: an open trough whose inside lies in shade, or heaped."""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Assembly, Mesh, box, copies, lathe
from vehicle_id.synth.paint import Paint, loose, shade
from vehicle_id.synth.shapes.common.spans import ordered
from vehicle_id.synth.shapes.rail.gear import OVERHANG_M, Laden, bogie_centres, brakes, running_gear
from vehicle_id.synth.shapes.rail.loads import load
from vehicle_id.synth.vehicle_sample import VehicleSample

GOODS = ("coal", "coal", "coal", "ore", "sand", "gravel", "scrap", "timber", "timber", "pipes")


def gondola(sample: VehicleSample) -> Assembly:
    """An open wagon with vertical ribs: empty and dark inside, or with a load up to and over the rim."""
    length, rim = sample.length_m, sample.height_m
    end, wall = length / 2 - OVERHANG_M, sample.width_m / 2 - 0.11
    floor = 1.2
    inside = _grimy(sample)
    parts = [*running_gear(length, bogie_centres(length)), *brakes(length)]
    parts += _trough(sample, end, wall, floor, rim, inside)
    parts += _uprights(sample, end, wall, rim)
    if sample.chance(0.45):
        return Assembly(fixed=[*parts, *_trough_floor(sample, end, wall, floor, inside)])
    goods = str(sample.rng.choice(GOODS))
    within = load(goods, (-end + 0.09, end - 0.09), (-wall + 0.08, wall - 0.08), floor, rim, sample.rng)
    return Laden(fixed=[*parts, *_trough_floor(sample, end, wall, floor, inside)], above=[within])


def _grimy(sample: VehicleSample) -> Paint:
    """The inside: bare, rusted, black of coal."""
    return loose(sample.rng, str(sample.rng.choice(("#5c4334", "#6d4e3b", "#47403b", "#393633", "#7a6250", "#54504c"))))


def _trough(sample: VehicleSample, end: float, wall: float, floor: float, rim: float, inside: Paint) -> list[Mesh]:
    """Floor, walls with a lining just inside them, and the rolled rim along the top."""
    chord = shade(sample.coat, sample.rng.uniform(0.9, 1.25))
    low = floor - 0.15
    parts = [box((-end, end), (-wall, wall), (low, floor), inside)]
    for way in (-1, 1):
        for near, far, paint in ((0.0, 0.04, sample.coat), (0.04, 0.07, inside)):
            parts.append(box((-end, end), ordered(way * (wall - near), way * (wall - far)), (low, rim - 0.05), paint))
            parts.append(box(ordered(way * (end - near), way * (end - far)), (-wall, wall), (low, rim - 0.06), paint))
        side, head = ordered(way * (wall - 0.09), way * (wall + 0.05)), ordered(way * (end - 0.09), way * end)
        parts.append(box((-end, end), side, (rim - 0.14, rim), chord))
        parts.append(box(head, (-wall, wall), (rim - 0.14, rim - 0.01), chord))
    return parts


def _uprights(sample: VehicleSample, end: float, wall: float, rim: float) -> list[Mesh]:
    """Ribs outside the walls, closer or wider by the maker."""
    paint = shade(sample.coat, sample.rng.uniform(0.8, 1.05))
    count = int(sample.rng.integers(6, 10))
    rib = box((-0.09, 0.09), (-0.1, 0.0), (1.05, rim - 0.1), paint)
    mirrored = box((-0.09, 0.09), (0.0, 0.1), (1.05, rim - 0.1), paint)
    at = np.linspace(-end + 0.12, end - 0.12, count)
    beam = box((-0.05, 0.05), (-wall, wall), (-0.07, 0.07), paint)
    ends = copies(beam, [(way * end, 0, z) for way in (-1, 1) for z in np.linspace(1.35, rim - 0.5, 3)])
    return [copies(rib, [(x, -wall, 0) for x in at]), copies(mirrored, [(x, wall, 0) for x in at]), ends]


def _trough_floor(sample: VehicleSample, end: float, wall: float, floor: float, inside: Paint) -> list[Mesh]:
    """The floor of an empty one: the hump over the centre sill, cross beams between hatches, dregs of the last load."""
    parts = [box((-end + 0.1, end - 0.1), (-0.22, 0.22), (floor, floor + 0.06), shade(inside, 1.25))]
    if sample.chance(0.75):
        beam = box((-0.08, 0.08), (-wall + 0.1, wall - 0.1), (floor, floor + 0.04), shade(inside, 0.7))
        parts.append(copies(beam, [(x, 0, 0) for x in np.linspace(-end + 0.2, end - 0.2, 8)]))
    for _ in range(int(sample.rng.integers(0, 4))):
        goods = loose(sample.rng, str(sample.rng.choice(("#1f1e1e", "#a38c62", "#8d8a84", "#6e5546"))))
        radius, x, y = (
            sample.rng.uniform(0.3, 1.0),
            sample.rng.uniform(-end + 1.2, end - 1.2),
            sample.rng.uniform(-0.5, 0.5),
        )
        parts.append(lathe("z", [(floor + 0.02, radius), (floor + 0.15 * radius, 0.0)], (x, y), goods, sides=7))
    return parts
