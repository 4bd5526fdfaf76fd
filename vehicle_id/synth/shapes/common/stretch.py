"""Stretching of parts to the height of a row."""

from __future__ import annotations

from collections.abc import Sequence

from vehicle_id.synth.mesh import Mesh, join


def as_high(meshes: Sequence[Mesh], top: float) -> Mesh:
    """The parts as one, stretched from the ground so that the highest point is at `top`."""
    whole = join(meshes)
    return whole.scaled((1.0, 1.0, top / float(whole.triangles[..., 2].max())))
