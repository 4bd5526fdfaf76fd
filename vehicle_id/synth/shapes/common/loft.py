"""Bodies lofted along x: a row of cross-sections of as many points, and the paint of each face between them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Mesh, join, plates
from vehicle_id.synth.paint import Paint


def lofted(sections: Float64Array, paints: Sequence[Paint], faces: NDArray[np.int_]) -> Mesh:
    """The skin between cross-sections.

    Args:
        sections: points `[M, N, 3]`, M sections of N points each.
        paints: the paints in use.
        faces: index into `paints` of each face, `[M - 1, N - 1]`.
    """
    corners = (sections[:-1, :-1], sections[1:, :-1], sections[1:, 1:], sections[:-1, 1:])
    quads = np.stack(corners, 2)
    used = np.unique(faces).tolist()
    return join([plates(quads[faces == index], paints[index]) for index in used])


def capped(section: Float64Array, paints: Sequence[Paint], faces: NDArray[np.int_]) -> Mesh:
    """A section `[N, 3]` closed by strips from its left to its right half; `faces` as for `lofted`, of the left."""
    count = len(section) // 2
    left, right = section[:count], section[::-1][:count]
    quads = np.stack([left[:-1], left[1:], right[1:], right[:-1]], 1)
    chosen = faces[: count - 1]
    used = sorted(set(chosen.tolist()))
    return join([plates(quads[chosen == index], paints[index]) for index in used])
