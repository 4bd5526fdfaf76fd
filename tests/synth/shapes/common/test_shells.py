"""Shells: which wall of a ring wears which paint."""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.paint import Paint
from vehicle_id.synth.shapes.common.shells import outline, ring, skin

TAIL, SIDE, NOSE = (Paint(rgb=(tone, tone, tone)) for tone in (0.1, 0.5, 0.9))


def test_a_skin_is_painted_from_tail_to_nose_alike_on_both_sides() -> None:
    half = np.array([(0.0, 0.8), (1.0, 1.0), (3.0, 1.0), (4.0, 0.6)])
    mesh = skin(ring(half, 0.0), ring(half, 1.0), [TAIL, SIDE, SIDE, SIDE, NOSE])
    tones, middles = mesh.rgb[:, 0], mesh.triangles.mean(1)
    assert np.all((tones == 0.1) == (mesh.triangles[..., 0].max(1) == 0.0))
    assert np.all((tones == 0.9) == (mesh.triangles[..., 0].min(1) == 4.0))
    assert (tones == 0.5).sum() == 2 * 2 * 3
    assert abs(middles[tones == 0.5][:, 1].sum()) < 1e-9


def test_one_paint_or_the_same_for_each_wall_make_the_same_faces() -> None:
    half = outline((0.0, 4.0), 2.0, nose=(0.5, 0.6))
    one, many = (skin(ring(half, 0.0), ring(half, 1.0), paints) for paints in (SIDE, [SIDE] * (len(half) + 1)))
    ordered = [np.sort(mesh.triangles.reshape(-1, 9), axis=0) for mesh in (one, many)]
    assert np.array_equal(*ordered)
