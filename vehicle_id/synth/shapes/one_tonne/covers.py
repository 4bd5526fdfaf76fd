"""What hides the bed of a one-tonne lorry: a sheet tied over it, a hood of canvas, panels and boxes in pale tones."""

from __future__ import annotations

from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Mesh, arch, box, relief
from vehicle_id.synth.paint import loose, shade
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.highway.heavy_loads import LoadSpace
from vehicle_id.synth.vehicle_sample import VehicleSample

CLOTHS: Final = ("#d9dad6", "#e4e4e0", "#9aa0a2", "#3f6a4c", "#2f5aa0", "#4f5a48", "#6f8a86", "#2c2d30", "#c8a23a")
PALE: Final = ("#e6e6e2", "#d4d4cf", "#c3c6c8", "#d9d0b8", "#b6b2a6", "#eceeee")


def flat_sheet(sample: VehicleSample, space: LoadSpace, rim: float) -> list[Mesh]:
    """A sheet over low goods, tied to the sides, with lumps and a rope or two across."""
    rng = sample.rng
    shape = (9, 6)
    high = min(rng.uniform(0.03, 0.4), 0.9 * (space.top - rim))
    arched = 1 - 0.8 * np.abs(np.linspace(-1, 1, shape[1])) ** 2.5
    heights = rim + high * np.clip(arched * rng.uniform(0.5, 1.0, (shape[0], 1)) + rng.normal(0, 0.08, shape), 0, 1)
    cloth = loose(rng, str(rng.choice(CLOTHS)), spread=0.1)
    half = space.half + 0.05
    x = (space.x[0], space.x[0] + space.length * (1.0 if sample.chance(0.7) else rng.uniform(0.5, 0.9)))
    parts = [relief(x, (-half, half), heights, cloth)]
    if sample.chance(0.4):
        rope = shade(cloth, rng.uniform(0.3, 0.7))
        places = rng.uniform(x[0] + 0.2, x[1] - 0.2, int(rng.integers(1, 4)))
        parts += [box(about(float(at), 0.04), (-half, half), (rim, rim + high + 0.01), rope) for at in places]
    return parts


def canvas_hood(sample: VehicleSample, space: LoadSpace, rim: float) -> list[Mesh]:
    """Canvas over bows up to the height of the cab, rounded along its edges, seams where the bows are."""
    rng = sample.rng
    cloth = loose(rng, str(rng.choice(CLOTHS)), spread=0.1)
    half, top = space.half + 0.06, rim + (space.top - rim) * rng.uniform(0.7, 1.0)
    bend = rng.uniform(0.08, 0.3)
    section = [(-half, rim - 0.1), (half, rim - 0.1), (half, top - bend), (half - bend, top - 0.02), (0.0, top),
               (bend - half, top - 0.02), (-half, top - bend)]  # fmt: skip
    seam = shade(cloth, rng.uniform(0.7, 0.92))
    places = np.linspace(*space.x, int(rng.integers(3, 7)))[1:-1]
    bows = [box(about(float(at), 0.05), about(0, 1.8 * (half - bend)), (top - 0.06, top), seam) for at in places]
    return [arch(space.x, section, cloth), *bows]


def pale_panels(sample: VehicleSample, space: LoadSpace) -> list[Mesh]:
    """White goods, sheets of board, or boxes in two or three pale tones: the bed hardly differs from the cab."""
    rng, parts = sample.rng, []
    files, columns = int(rng.integers(1, 4)), int(rng.integers(1, 5))
    high = space.high * rng.uniform(0.15, 0.8)
    for i in range(columns):
        for j in range(files):
            if sample.chance(0.15):
                continue
            long, wide = space.length / columns, 2 * space.half / files
            middle = space.x[0] + (i + 0.5) * long, -space.half + (j + 0.5) * wide
            tone = loose(rng, str(rng.choice(PALE)), spread=0.08)
            top = space.floor + high * rng.uniform(0.7, 1.0)
            x, y = about(middle[0], long * rng.uniform(0.8, 0.98)), about(middle[1], wide * rng.uniform(0.8, 0.98))
            parts.append(box(x, y, (space.floor, top), tone))
    return parts
