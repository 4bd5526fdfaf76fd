"""Read the mesh file of a catalogue row, with its colours, and find the faces that wear the vehicle's coat of paint.

Axes of a file: x forward, y left, z up. The unit does not matter, since the mesh is scaled to the vehicle's length;
neither does the order of the corners.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import trimesh
from numpy.typing import NDArray

from vehicle_id.errors import CatalogueError
from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Mesh

MOST_FACES: Final = 400_000
GLOSS: Final = 0.1
"""Of all faces: files do not state it."""
DARKEST_COAT: Final = 0.02
"""Linear reflectance below which a face is taken for tyre, glass or shadow, not for the coat."""
SAME_COAT: Final = 40.0
"""Largest distance of sRGB values to the coat's."""
COLOUR_STEP: Final = 32
"""sRGB values of one step of the histogram that finds the coat."""


@cache
def read_mesh(path: str) -> Mesh:
    """A mesh file as painted triangles, in the file's own unit.

    The coat is the colour with the largest area among the brighter faces: repainting and camouflage cover it.

    Raises:
        CatalogueError: the file cannot be read, holds no triangles, or more than `MOST_FACES`.
    """
    try:
        data = Path(path).read_bytes()
        # from memory, so that references to other files (materials, textures) are not followed
        loaded: Any = trimesh.load(io.BytesIO(data), file_type=Path(path).suffix[1:], force="mesh", process=False)
        triangles = np.asarray(loaded.triangles, float)
        visual = loaded.visual.to_color() if loaded.visual.kind == "texture" else loaded.visual
        srgb = np.asarray(visual.face_colors)
    except Exception as error:  # readers of damaged files raise all kinds
        raise CatalogueError(f"the mesh {path} cannot be read: {error or type(error).__name__}") from error
    if not 0 < len(triangles) <= MOST_FACES or not np.isfinite(triangles).all():
        raise CatalogueError(
            f"the mesh {path} has {len(triangles)} triangles: give 1 to {MOST_FACES} of finite corners"
        )
    colours = srgb[:, :3].astype(float)
    return Mesh(triangles, _linear(colours), np.full(len(triangles), GLOSS), _coat(triangles, colours))


def _coat(triangles: Float64Array, srgb: Float64Array) -> NDArray[np.bool_]:
    """`[F]`, whether a face wears the most frequent bright colour, by area."""
    bright = _linear(srgb).mean(axis=1) > DARKEST_COAT
    if not bright.any():
        return np.ones(len(srgb), bool)
    edges = triangles[:, 1:] - triangles[:, :1]
    area = np.linalg.norm(np.cross(edges[:, 0], edges[:, 1]), axis=1) * bright
    steps = (srgb // COLOUR_STEP).astype(int) @ [64, 8, 1]
    peak = steps == np.bincount(steps, weights=area).argmax()
    weights = np.where(peak, area, 0.0)
    colour = weights @ srgb / max(weights.sum(), 1e-12)
    return np.asarray(np.linalg.norm(srgb - colour, axis=1) <= SAME_COAT)


def _linear(srgb: Float64Array) -> Float64Array:
    """Linear reflectance of sRGB values 0 to 255 (IEC 61966-2-1)."""
    coded = srgb / 255
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
