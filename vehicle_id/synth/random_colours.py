"""Repaint the parts of a vehicle in colours drawn at random, whatever such vehicles wear.

A network that sees some of its vehicles so cannot read them by the colours of cab, glass and body alone, as it cannot
with the vehicles of other makers: their shapes and sizes remain (domain randomisation, Tobin et al. 2017, arXiv
1703.06907). A part is what wears one colour: meshes do not state parts.
"""

from __future__ import annotations

import colorsys
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Mesh

MOST_GROUPS: Final = 8
"""Colours told apart on one vehicle; those of the smallest areas join the last group."""
ALIKE: Final = 0.12
"""Largest distance of coded colours (0 to 1) within a group: shades of one paint, not two paints."""
_STEPS: Final = 16
"""Steps of each coded band in which colours are counted."""
_GREYS: Final = 0.35
"""Share of colours without hue: most paint on roads is white, grey or black."""
_LEAST_PAINTED: Final = 0.3
"""Smallest chance of a part of a vehicle to get a new colour; others of the vehicle keep theirs."""


def colour_groups(mesh: Mesh) -> NDArray[np.intp]:
    """The group of similar colours that each triangle belongs to, `[F]`; group 0 covers the largest area."""
    coded = np.clip(mesh.rgb, 0, 1) ** (1 / 2.2)
    edges = mesh.triangles[:, 1:] - mesh.triangles[:, :1]
    area = np.linalg.norm(np.cross(edges[:, 0], edges[:, 1]), axis=1)
    steps = (coded * (_STEPS - 1)).round().astype(int) @ [_STEPS**2, _STEPS, 1]
    cells, cell = np.unique(steps, return_inverse=True)
    weight = np.bincount(cell, weights=area)
    count = np.bincount(cell)
    colours = np.stack([np.bincount(cell, weights=coded[:, band]) for band in range(3)], 1) / count[:, None]
    group = np.full(len(cells), -1)
    for number in range(MOST_GROUPS):
        free = np.flatnonzero(group < 0)
        if not free.size:
            break
        peak = colours[free[weight[free].argmax()]]
        near = np.linalg.norm(colours[free] - peak, axis=1) <= ALIKE
        group[free[near] if number < MOST_GROUPS - 1 else free] = number
    return np.asarray(group[cell])


def randomly_coloured(mesh: Mesh, rng: np.random.Generator) -> Mesh:
    """The same shape; most groups of similar colours in one colour each, drawn at random, flat or glossy.

    Shades within a group stay: 10 % darker is 10 % darker in the new colour.

    Args:
        mesh: a vehicle, of any source.
        rng: source of all draws.
    """
    if not len(mesh.triangles):
        return mesh
    groups = colour_groups(mesh)
    rgb, gloss = mesh.rgb.copy(), mesh.gloss.copy()
    chance = rng.uniform(_LEAST_PAINTED, 1.0)
    for group in range(int(groups.max()) + 1):
        kept, colour, shine = rng.random() >= chance, _colour(rng), _gloss(rng)
        if kept:
            continue
        faces = groups == group
        lightness = mesh.rgb[faces].mean(axis=1)
        shades = lightness / max(float(lightness.mean()), 1e-6)
        rgb[faces] = np.clip(shades[:, None] * colour, 0.005, 0.95)
        gloss[faces] = shine
    return Mesh(mesh.triangles, rgb, gloss, mesh.coat)


def _colour(rng: np.random.Generator) -> Float64Array:
    """Linear reflectance of any colour, with as many dark ones as bright ones."""
    hue, saturation, value = rng.random(), rng.uniform(0.15, 1.0), rng.uniform(0.08, 0.97)
    if rng.random() < _GREYS:
        saturation = rng.uniform(0.0, 0.1)
    return np.array(colorsys.hsv_to_rgb(hue, saturation, value)) ** 2.2


def _gloss(rng: np.random.Generator) -> float:
    """Mostly old or new paint, at times a chalky cloth or a polished surface."""
    kind = rng.random()
    return 0.0 if kind < 0.2 else float(rng.uniform(0.0, 0.3) if kind < 0.8 else rng.uniform(0.3, 0.9))
