"""Trace rays against a mesh with embreex, which needs no display: first hits, occlusion, grids of ground samples.

Masks are traced on a coarse grid first, and at every sample only where they change.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene
from numpy.typing import NDArray

from vehicle_id.synth.arrays import Float32Array
from vehicle_id.synth.camera import Box, Camera
from vehicle_id.synth.mesh import Mesh

LIFT_M: Final = 1e-3
"""Distance at which a shadow ray starts off its surface, so that the surface does not shade itself."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Samples whose ray hits the mesh."""

    sample: NDArray[np.intp]
    """Index into the samples of the camera, row by row, `[n]`."""
    face: NDArray[np.int32]
    """Triangle of the tracer's mesh, `[n]`."""
    point: Float32Array
    """`[n, 3]`, metres."""
    normal: Float32Array
    """Unit `[n, 3]`, towards the camera."""


def _joined(parts: Sequence[Hits]) -> Hits:
    return Hits(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(Hits)))


class Tracer:
    """A mesh prepared for ray tracing.

    Rays are traced in a turned frame, in which most faces lie along the axes. The boxes of embree's tree are tight
    there, and rays several times faster than across a slanting track.

    Args:
        mesh: triangles in metres; may be empty.
        heading_deg: direction of most edges, counter-clockwise from the image's x axis.
    """

    def __init__(self, mesh: Mesh, *, heading_deg: float = 0.0) -> None:
        self.mesh = mesh
        self._heading_deg = heading_deg
        self._scene = EmbreeScene()
        if len(mesh.triangles):
            TriangleMesh(self._scene, self._inwards(mesh.triangles.astype(np.float32)))
        self._start_m = np.float32(mesh.bounds[1, 2] + 1.0 if len(mesh.triangles) else 1.0)

    def look(self, camera: Camera, boxes: Sequence[Box], *, supersampling: int) -> Hits:
        """First hits of the samples' rays on the mesh, without the ground.

        A coarser grid of rays, two a pixel, finds the objects. All samples there and beside get their own rays.

        Args:
            camera: direction and pixels.
            boxes: where to trace; the camera sees nothing of the mesh outside them.
            supersampling: samples along each side of a pixel.
        """
        x, y = camera.grid(supersampling)
        step = max(1, supersampling // 2)
        coarse = inside(boxes, x[::step], y[::step])
        row, column = np.nonzero(coarse)
        first = self._meet(x, y, row * (step * len(x)) + column * step, camera.direction)
        coarse[row, column] = first[1]["primID"] >= 0
        near = finer(grown(coarse), step, (len(y), len(x)))
        near[::step, ::step] = False  # these are traced already
        second = self._meet(x, y, np.flatnonzero(near), camera.direction)
        return _joined([self._hits(*met, x, y, camera.direction) for met in (first, second)])

    def _meet(
        self, x: Float32Array, y: Float32Array, sample: NDArray[np.intp], towards: Float32Array
    ) -> tuple[NDArray[np.intp], dict[str, NDArray[Any]]]:
        return sample, self.first(feet_of(x, y, sample), towards)

    def _hits(
        self,
        sample: NDArray[np.intp],
        found: dict[str, NDArray[Any]],
        x: Float32Array,
        y: Float32Array,
        towards: Float32Array,
    ) -> Hits:
        hit = np.flatnonzero(found["primID"] >= 0)
        return Hits(
            sample=sample[hit],
            face=found["primID"][hit],
            point=feet_of(x, y, sample[hit]) + self._rise(towards) - _along(found["tfar"][hit], towards),
            normal=_facing(turned(found["Ng"][hit], self._heading_deg), towards),
        )

    def blocked(self, point: Float32Array, normal: Float32Array, towards: Float32Array) -> NDArray[np.bool_]:
        """Whether the mesh hides a direction, one for all `[3]` or one each `[n, 3]`, from points `[n, 3]`."""
        start = self._inwards(point + np.float32(LIFT_M) * normal)
        rays = np.ascontiguousarray(np.broadcast_to(self._inwards(towards), point.shape), dtype=np.float32)
        met = self._scene.run(start, rays, query="OCCLUDED")
        return np.asarray(met == 0)

    def _inwards(self, vectors: Float32Array) -> Float32Array:
        return turned(vectors, -self._heading_deg)

    def _rise(self, towards: Float32Array) -> Float32Array:
        rise: Float32Array = towards * (self._start_m / towards[2])
        return rise

    def first(self, feet: Float32Array, towards: Float32Array) -> dict[str, NDArray[Any]]:
        """First hits of rays from above the mesh down to points of the ground, in embree's own form."""
        rays = np.ascontiguousarray(np.broadcast_to(self._inwards(-towards), feet.shape))
        start = self._inwards(feet + self._rise(towards))
        found: dict[str, NDArray[Any]] = self._scene.run(start, rays, output=1)
        found["primID"][found["tfar"] * towards[2] > self._start_m + LIFT_M] = -1  # below the ground
        return found


def outline_samples(mesh: Mesh, camera: Camera, box: Box, *, supersampling: int) -> int:
    """Count, on every second row and column, the rays that hit this mesh with nothing else in the scene.

    The window of the camera does not limit them.

    Args:
        mesh: the mesh to measure.
        camera: direction and grid.
        box: where the camera sees the mesh.
        supersampling: samples along each side of a pixel; an even number.
    """
    west, east, south, north = camera.window
    beyond = max(0.0, west - box[0], box[1] - east, south - box[2], box[3] - north)
    border = math.ceil(beyond / camera.gsd_m)
    whole = replace(camera, width_px=camera.width_px + 2 * border, height_px=camera.height_px + 2 * border)
    x, y = (axis[::2] for axis in whole.grid(supersampling))
    traced = np.flatnonzero(inside([box], x, y))
    return int((Tracer(mesh).first(feet_of(x, y, traced), camera.direction)["primID"] >= 0).sum())


def inside(boxes: Sequence[Box], x: Float32Array, y: Float32Array) -> NDArray[np.bool_]:
    """Mask of the grid points in or beside any of the boxes, `[H, W]`; x rises, y falls."""
    inside = np.zeros((len(y), len(x)), bool)
    for box in boxes:
        left, right = np.searchsorted(x, box[:2])
        bottom, top = np.searchsorted(-y, (-box[2], -box[3]))
        inside[max(0, top - 1) : bottom + 1, max(0, left - 1) : right + 1] = True
    return inside


def grown(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """A mask and its eight neighbours."""
    wide = mask.copy()
    wide[:, 1:] |= mask[:, :-1]
    wide[:, :-1] |= mask[:, 1:]
    tall = wide.copy()
    tall[1:] |= wide[:-1]
    tall[:-1] |= wide[1:]
    return tall


def feet_of(x: Float32Array, y: Float32Array, sample: NDArray[np.intp]) -> Float32Array:
    """Ground points of samples, `[n, 3]`."""
    row, column = np.divmod(sample, len(x))
    points = np.zeros((len(sample), 3), np.float32)
    points[:, 0], points[:, 1] = x[column], y[row]
    return points


def finer(coarse: NDArray[np.bool_], step: int, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """A mask of every step-th sample, spread over all of them."""
    return np.repeat(np.repeat(coarse, step, axis=0), step, axis=1)[: shape[0], : shape[1]].copy()


def _along(distance: Float32Array, towards: Float32Array) -> Float32Array:
    return distance[:, None] * towards


def _facing(normal: Float32Array, towards: Float32Array) -> Float32Array:
    """Unit normals on the side that the camera sees."""
    length = np.maximum(np.linalg.norm(normal, axis=1), 1e-12) * np.where(dot(normal, towards) < 0, -1.0, 1.0)
    unit: Float32Array = normal / length[:, None].astype(np.float32)
    return unit


def turned(vectors: Float32Array, degrees: float) -> Float32Array:
    """Points or directions `[..., 2 or 3]` turned about the z axis.

    Written out, as products of matrices differ in their last bit with the number of threads.
    """
    c, s = np.float32(math.cos(math.radians(degrees))), np.float32(math.sin(math.radians(degrees)))
    turned = vectors.copy()
    turned[..., 0] = c * vectors[..., 0] - s * vectors[..., 1]
    turned[..., 1] = s * vectors[..., 0] + c * vectors[..., 1]
    return turned


def dot(vectors: Float32Array, direction: Float32Array) -> Float32Array:
    """Product of vectors `[n, 3]` and one direction `[3]`, written out for the same reason."""
    product: Float32Array = vectors[:, 0] * direction[0] + vectors[:, 1] * direction[1] + vectors[:, 2] * direction[2]
    return product


UP: Final = np.array([0.0, 0.0, 1.0], np.float32)
