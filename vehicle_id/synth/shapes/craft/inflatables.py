"""Inflatable boats: two tubes that meet at the bow, grey, orange or dark, with a transom or a console between them."""

from __future__ import annotations

from typing import Final

import numpy as np

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Mesh, ball, box, slab, taper, tube
from vehicle_id.synth.paint import CHASSIS, GLASS, STEEL, WHITE_PANEL, loose, shade
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.craft.small_hulls import pipe
from vehicle_id.synth.vehicle_sample import VehicleSample

TUBES: Final = ("#8b8e90", "#a9acad", "#d2601a", "#c9541c", "#2b2d30", "#4a4f44", "#d8d8d2", "#a8242a", "#3a4a6a")
FLOORS: Final = ("#8a7a5c", "#6a6c6c", "#b0b2b0", "#3a3c3c", "#c9c4b2", "#7a5a3c")


def inflatable(sample: VehicleSample) -> list[Mesh]:
    """Low ones have a thwart and perhaps a motor; higher ones a console or a seat up to the row's height."""
    rng, long, half, top = sample.rng, sample.length_m, sample.width_m / 2, sample.height_m
    radius = min(half * rng.uniform(0.26, 0.4), 0.3, 0.42 * top)
    motor = top >= 2.2 * radius + 0.25
    rear, front = -long / 2 + (rng.uniform(0.02, 0.1) * long if motor else 0.0), long / 2
    tone = loose(rng, str(rng.choice(TUBES)))
    bow = rng.uniform(0.25, 0.45) * long
    path = _path(rear, front - radius, half - radius, bow, rng.uniform(0.55, 1.0))
    rise = rng.uniform(0.0, 0.6) * min(radius, top - 2 * radius)
    path[:, 2] = radius + np.clip((path[:, 0] - (front - bow)) / bow, 0, 1) ** 2 * rise
    thick = np.full(len(path), radius)
    thick[[0, -1]] = 0.05
    parts = [pipe(path, thick, tone)]
    floor = loose(rng, str(rng.choice(FLOORS)))
    inside = path[:, :2] * (1.0, 0.98)
    parts.append(slab([(float(x), float(y)) for x, y in inside], (0.02, 0.5 * radius), floor))
    edge = shade(tone, rng.uniform(0.4, 1.5))
    if sample.chance(0.5):
        parts.append(pipe(path + np.array([0.0, 0.0, 0.93 * radius]), 0.12 * thick, edge, sides=5))
    parts.append(box(about(rear + 0.25, 0.06), (radius - half, half - radius), (0.0, 1.7 * radius), shade(floor, 0.6)))
    return [*parts, *_aboard(sample, (rear, front - bow), half - radius, (radius, top), motor=motor)]


def _path(rear: float, front: float, half: float, bow: float, sharp: float) -> Float64Array:
    """The middle of the tubes from the left stern round the bow to the right stern, `[M, 3]`."""
    turns = np.linspace(0, np.pi / 2, 8)
    left = [
        (rear, half),
        (rear + 0.3, half),
        *(((front - bow) + bow * np.sin(a), half * np.cos(a) ** sharp) for a in turns[:-1]),
    ]
    right = [(x, -y) for x, y in reversed(left)]
    return np.array([(x, y, 0.0) for x, y in [*left, (front, 0.0), *right]])


def _aboard(
    sample: VehicleSample, x: tuple[float, float], half: float, z: tuple[float, float], *, motor: bool
) -> list[Mesh]:
    """Something that reaches the height: a motor, a console with a screen, a bag."""
    rng, (low, top) = sample.rng, z
    parts: list[Mesh] = []
    if sample.chance(0.6):
        at = rng.uniform(*x)
        parts.append(
            box(about(at, rng.uniform(0.2, 0.3)), (-half, half), (1.3 * low, 1.6 * low), loose(rng, "#8a8070"))
        )
    if not motor:
        bag = loose(rng, str(rng.choice(["#b8322c", "#33373a", "#c9b98a"])))
        return [*parts, box(about(sum(x) / 2, 0.4), about(0.0, half), (0.5 * low, top), bag)]
    back = -sample.length_m / 2
    tone = CHASSIS if sample.chance(0.6) else shade(STEEL, rng.uniform(0.6, 1.8))
    cowl = min(top, 2 * low + rng.uniform(0.3, 0.6))
    parts += [ball((back + 0.24, 0.0, cowl - 0.18), (0.24, 0.17, 0.18), tone),
              box((back + 0.05, back + 0.2), (-0.06, 0.06), (0.1, cowl - 0.2), tone)]  # fmt: skip
    if cowl >= top - 0.02:
        return parts
    place, body = sum(x) / 2 + rng.uniform(-0.4, 0.4), shade(WHITE_PANEL, rng.uniform(0.5, 1.1))
    high = min(top, 1.5)
    parts.append(
        taper(
            about(place, 0.6),
            about(0.0, 1.1 * half),
            (0.4 * low, high),
            about(place - 0.05, 0.4),
            about(0.0, half),
            body,
        )
    )
    parts.append(box(about(place + 0.2, 0.05), about(0.0, half), (0.8 * high, high), GLASS))
    if top > high:
        for side in (-1, 1):
            parts.append(
                tube(
                    (x[0] + 0.3, side * 0.8 * half, low),
                    (x[0] + 0.4, side * 0.5 * half, top - 0.04),
                    0.04,
                    STEEL,
                    sides=5,
                )
            )
        parts.append(box(about(x[0] + 0.4, 0.12), (-0.55 * half, 0.55 * half), (top - 0.06, top), STEEL))
    return parts
