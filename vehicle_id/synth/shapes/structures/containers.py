"""ISO containers: as a class of their own, and on flat cars and in yards.

From above: a sharp rectangle of one colour 2.44 m wide, with cross corrugation, darker castings at the corners,
sometimes a number on the roof.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.random import Generator

from vehicle_id.synth.mesh import Assembly, Mesh, box, copies, lathe, quad
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, GLASS, STEEL, WHITE_PANEL, Paint, draw_coat, loose, shade
from vehicle_id.synth.vehicle_sample import VehicleSample

WIDTH_M: Final = 2.438
HEIGHTS_M: Final = (2.591, 2.591, 2.896)
FLEET: Final = ("red", "red", "brown", "brown", "blue", "blue", "grey", "white", "green", "orange", "yellow", "silver")
"""Coats of containers as they stand in yards: much oxide red and blue."""


def container(sample: VehicleSample) -> Assembly:
    """A box, a refrigerated box, one open under a sheet, or a tank in a frame; the doors are at the rear."""
    paint = sample.coat if sample.chance(0.5) else draw_coat(sample.rng, FLEET)[0]
    return Assembly(fixed=container_parts(sample.length_m, sample.width_m, sample.height_m, paint, sample.rng))


def any_container(length_m: float, rng: Generator) -> list[Mesh]:
    """A container out of the world's fleet, on z = 0, centred."""
    paint, _ = draw_coat(rng, FLEET)
    return container_parts(length_m, WIDTH_M, float(rng.choice(HEIGHTS_M)), paint, rng)


def container_parts(length: float, width: float, top: float, paint: Paint, rng: Generator) -> list[Mesh]:
    """The kinds in about their real shares."""
    kind = rng.random()
    if kind < 0.08 and length < 7:
        return _tank_frame(length, width, top, paint, rng)
    if kind < 0.16:
        return [*_shell(length, width, top, WHITE_PANEL, rng, ribbed=False), *_cooler(length, width, top)]
    if kind < 0.22:
        return _open_top(length, width, top, paint, rng)
    return _shell(length, width, top, paint, rng, ribbed=True)


def _shell(length: float, width: float, top: float, paint: Paint, rng: Generator, *, ribbed: bool) -> list[Mesh]:
    """Walls and a roof lying a little under its rails, with corrugation, doors, castings, and its marks."""
    half, side = length / 2, width / 2
    roof = top - 0.05
    body = box((-half + 0.03, half - 0.03), (-side + 0.03, side - 0.03), (0.12, roof), paint)
    worn = shade(paint, rng.uniform(0.8, 1.15))
    parts = [body, *_frame(half, side, top, worn), *_doors(half, side, roof, paint)]
    if ribbed:
        parts += _corrugation(half, side, roof, paint, rng)
    if rng.random() < 0.45:
        parts += _marks(half, side, roof, rng)
    if rng.random() < 0.3:
        parts += _patches(half, side, roof, paint, rng)
    return parts


def _frame(half: float, side: float, top: float, paint: Paint) -> list[Mesh]:
    """Bottom and top rails and the eight castings."""
    rail = box((-half + 0.1, half - 0.1), (-0.04, 0.04), (top - 0.14, top - 0.01), paint)
    sill = box((-half + 0.1, half - 0.1), (-0.05, 0.05), (0.0, 0.16), shade(paint, 0.7))
    head = box((-0.05, 0.05), (-side + 0.05, side - 0.05), (top - 0.15, top - 0.02), paint)
    casting = box((-0.09, 0.09), (-0.08, 0.08), (0.0, 0.12), shade(paint, 0.6))
    corners = [(x * (half - 0.09), y * (side - 0.08), z) for x in (-1, 1) for y in (-1, 1) for z in (0.0, top - 0.12)]
    return [
        copies(rail, [(0, y * (side - 0.04), 0) for y in (-1, 1)]),
        copies(sill, [(0, y * (side - 0.05), 0) for y in (-1, 1)]),
        copies(head, [(x * (half - 0.05), 0, 0) for x in (-1, 1)]),
        copies(casting, corners),
    ]


def _corrugation(half: float, side: float, roof: float, paint: Paint, rng: Generator) -> list[Mesh]:
    """Every other wave of roof and walls as a strip of another brightness."""
    dark = shade(paint, rng.uniform(0.72, 0.9))
    at = np.arange(-half + 0.35, half - 0.3, 0.5).tolist()
    strip = quad(
        (-0.11, -side + 0.14, 0), (0.11, -side + 0.14, 0), (0.11, side - 0.14, 0), (-0.11, side - 0.14, 0), dark
    )
    wave = quad((-0.12, 0, 0.2), (0.12, 0, 0.2), (0.12, 0, roof - 0.15), (-0.12, 0, roof - 0.15), dark)
    return [
        copies(strip, [(x, 0, roof + 0.015) for x in at]),
        copies(wave, [(x, y * (side - 0.015), 0) for x in at for y in (-1, 1)]),
    ]


def _doors(half: float, side: float, roof: float, paint: Paint) -> list[Mesh]:
    """The seam and four bars of the rear doors."""
    x = -half + 0.01
    seam = box((x, x + 0.02), (-0.03, 0.03), (0.15, roof - 0.1), CHASSIS)
    bar = box((x - 0.01, x + 0.02), (-0.025, 0.025), (0.15, roof - 0.1), shade(STEEL, 1.2))
    return [seam, copies(bar, [(0, y * side, 0) for y in (-0.65, -0.3, 0.3, 0.65)])]


def _marks(half: float, side: float, roof: float, rng: Generator) -> list[Mesh]:
    """The owner's letters along the sides, and a number painted on the roof."""
    tone = WHITE_PANEL if rng.random() < 0.7 else loose(rng, "#20324a")
    long, low, high = half * rng.uniform(0.2, 0.7), roof * 0.45, roof * 0.78
    sign = quad((-long, 0, low), (long, 0, low), (long, 0, high), (-long, 0, high), tone)
    parts = [copies(sign, [(0, y * (side - 0.005), 0) for y in (-1, 1)])]
    if rng.random() < 0.5:
        x = half - 1.2
        parts.append(
            quad(
                (x, -0.8, roof + 0.03),
                (x + 0.35, -0.8, roof + 0.03),
                (x + 0.35, 0.8, roof + 0.03),
                (x, 0.8, roof + 0.03),
                tone,
            )
        )
    return parts


def _patches(half: float, side: float, roof: float, paint: Paint, rng: Generator) -> list[Mesh]:
    """Rust and repairs on the roof."""
    parts = []
    for _ in range(int(rng.integers(1, 5))):
        x, y = rng.uniform(-half + 1.2, half - 1.2), rng.uniform(-side + 0.6, side - 0.6)
        long, wide = rng.uniform(0.2, 0.9), rng.uniform(0.15, 0.45)
        tone = shade(paint, rng.uniform(0.6, 1.5)) if rng.random() < 0.4 else loose(rng, "#6b4a35", spread=0.2)
        parts.append(box((x - long, x + long), (y - wide, y + wide), (roof, roof + 0.025), tone))
    return parts


def _cooler(length: float, width: float, top: float) -> list[Mesh]:
    """The machine in the front wall of a refrigerated box."""
    half, side = length / 2, width / 2
    fan = box((half - 0.02, half), (-side * 0.8, side * 0.8), (0.3, top * 0.9), DARK_STEEL)
    vent = box((half - 0.01, half + 0.005), (-side * 0.5, side * 0.5), (top * 0.5, top * 0.8), GLASS)
    return [fan, vent]


def _open_top(length: float, width: float, top: float, paint: Paint, rng: Generator) -> list[Mesh]:
    """A sheet over bows in place of the roof."""
    half, side = length / 2, width / 2
    sheet = loose(rng, str(rng.choice(("#3b6ea5", "#4f6d52", "#8a8d8c", "#b9b7ae"))))
    cover = box((-half + 0.12, half - 0.12), (-side + 0.12, side - 0.12), (top - 0.2, top - 0.03), sheet)
    bow = box((-0.05, 0.05), (-side + 0.12, side - 0.12), (top - 0.1, top - 0.005), shade(sheet, 1.25))
    bows = copies(bow, [(x, 0, 0) for x in np.arange(-half + 0.6, half - 0.5, 0.9).tolist()])
    return [
        *_shell(length, width, top - 0.05, paint, rng, ribbed=False)[:5],
        cover,
        bows,
        *_corners_up(half, side, top, paint),
    ]


def _corners_up(half: float, side: float, top: float, paint: Paint) -> list[Mesh]:
    """The four upper castings of a frame."""
    casting = box((-0.09, 0.09), (-0.08, 0.08), (top - 0.2, top), shade(paint, 0.6))
    return [copies(casting, [(x * (half - 0.09), y * (side - 0.08), 0) for x in (-1, 1) for y in (-1, 1)])]


def _tank_frame(length: float, width: float, top: float, paint: Paint, rng: Generator) -> list[Mesh]:
    """A bright barrel between two end frames, the ground showing at its sides."""
    half, side = length / 2, width / 2
    radius = min(side, top / 2) - 0.09
    barrel = loose(rng, str(rng.choice(("#d5d6d4", "#b4b7b8", "#d9d8d0"))))
    shell = lathe(
        "x",
        [
            (-half + 0.12, 0),
            (-half + 0.3, radius * 0.8),
            (-half + 0.6, radius),
            (half - 0.6, radius),
            (half - 0.3, radius * 0.8),
            (half - 0.12, 0),
        ],
        (0.0, top / 2),
        barrel,
        sides=16,
    )
    post = box((-0.07, 0.07), (-0.07, 0.07), (0.0, top), paint)
    head = box((-0.06, 0.06), (-side, side), (-0.07, 0.07), paint)
    rail = box((-half, half), (-0.06, 0.06), (0.0, 0.14), paint)
    hatch = box((-0.3, 0.3), (-0.3, 0.3), (top - 0.3, top - 0.02), DARK_STEEL)
    walk = box((-half + 0.2, half - 0.2), (0.35, 0.75), (top - 0.16, top - 0.06), DARK_STEEL)
    return [
        shell,
        hatch,
        walk,
        copies(post, [(x * (half - 0.07), y * (side - 0.07), 0) for x in (-1, 1) for y in (-1, 1)]),
        copies(head, [(x * (half - 0.06), 0, z) for x in (-1, 1) for z in (0.07, top - 0.07)]),
        copies(rail, [(0, y * (side - 0.06), 0) for y in (-1, 1)]),
    ]
