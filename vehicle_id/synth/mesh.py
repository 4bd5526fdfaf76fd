"""Triangles with a paint each, the solids that vehicles are built from, and joints that move.

A vehicle's frame: x forward, y left, z up, metres, the ground at z = 0. Solids are given by the spans they fill, so
that the code of a shape reads like a drawing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final, Literal

import numpy as np
import trimesh
from numpy.typing import ArrayLike, NDArray

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.paint import Paint

Span = tuple[float, float]
Point = tuple[float, float, float]
Axis = Literal["x", "y", "z"]

_ACROSS: Final = {"x": (1, 2), "y": (0, 2), "z": (0, 1)}
"""The other two columns of an axis."""


@dataclass(frozen=True, slots=True)
class Mesh:
    """Painted triangles; the renderer ignores which side of a triangle is outside."""

    triangles: Float64Array
    """Corners `[F, 3, 3]` in metres."""
    rgb: Float64Array
    """Linear reflectance `[F, 3]`."""
    gloss: Float64Array
    """`[F]`, see `Paint.gloss`."""
    coat: NDArray[np.bool_]
    """`[F]`, see `Paint.coat`."""

    @property
    def bounds(self) -> Float64Array:
        """Lowest and highest corner, `[2, 3]`."""
        along = [self.triangles[..., axis] for axis in range(3)]  # one axis at a time: several times faster
        return np.array([[values.min() for values in along], [values.max() for values in along]])

    def moved(self, by: Sequence[float] | Float64Array) -> Mesh:
        """Shifted by metres along x, y, z."""
        return Mesh(self.triangles + np.asarray(by, float), self.rgb, self.gloss, self.coat)

    def scaled(self, factors: Sequence[float] | Float64Array | float) -> Mesh:
        """Stretched about the origin."""
        return Mesh(self.triangles * np.asarray(factors, float), self.rgb, self.gloss, self.coat)

    def turned(self, degrees: float, *, axis: Axis = "z", about: Sequence[float] = (0.0, 0.0, 0.0)) -> Mesh:
        """Turned about an axis through a point; positive turns follow the right-hand rule."""
        if not degrees:
            return self
        pivot = np.asarray(about, float)
        turned = np.einsum("ij,fcj->fci", _rotation(degrees, axis), self.triangles - pivot) + pivot
        return Mesh(turned, self.rgb, self.gloss, self.coat)

    def repainted(self, paint: Paint) -> Mesh:
        """The same shape in another coat; other paint keeps its colour."""
        lightness = self.rgb / max(1e-6, float(self.rgb[self.coat].mean())) if self.coat.any() else self.rgb
        coats = np.clip(lightness.mean(1, keepdims=True) * np.array(paint.rgb), 0.005, 0.95)
        rgb = np.where(self.coat[:, None], coats, self.rgb)
        return Mesh(self.triangles, rgb, self.gloss, self.coat)


def join(meshes: Sequence[Mesh]) -> Mesh:
    """All triangles as one mesh; an empty mesh where there is none."""
    if not meshes:
        return Mesh(np.zeros((0, 3, 3)), np.zeros((0, 3)), np.zeros(0), np.zeros(0, bool))
    return Mesh(
        np.concatenate([mesh.triangles for mesh in meshes]),
        np.concatenate([mesh.rgb for mesh in meshes]),
        np.concatenate([mesh.gloss for mesh in meshes]),
        np.concatenate([mesh.coat for mesh in meshes]),
    )


def painted(triangles: Float64Array, paint: Paint) -> Mesh:
    """Triangles `[F, 3, 3]` of one paint."""
    count = len(triangles)
    # empty and filled: a vehicle has a hundred parts, and np.full or np.tile cost more than all their points
    rgb, gloss, coat = np.empty((count, 3)), np.empty(count), np.empty(count, bool)
    rgb[:] = paint.rgb
    gloss.fill(paint.gloss)
    coat.fill(paint.coat)
    return Mesh(triangles, rgb, gloss, coat)


def plates(corners: Float64Array | Sequence[Sequence[Point]], paint: Paint) -> Mesh:
    """Flat plates of four corners each, `[Q, 4, 3]`."""
    quads = np.asarray(corners, float)
    return painted(np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]), paint)


def box(x: Span, y: Span, z: Span, paint: Paint) -> Mesh:
    """A box filling three spans."""
    low, high = np.array((x, y, z), float).T
    return painted(_unit_box() * (high - low) + low, paint)


def taper(x: Span, y: Span, z: Span, top_x: Span, top_y: Span, paint: Paint) -> Mesh:
    """A box whose top face has its own spans: cabs, hoppers, turrets."""
    unit = _unit_box()
    top = unit[..., 2] > 0
    triangles = np.empty_like(unit)
    for column, (low, high) in enumerate(((x, top_x), (y, top_y), (z, z))):
        share = unit[..., column]
        triangles[..., column] = np.where(
            top, high[0] + share * (high[1] - high[0]), low[0] + share * (low[1] - low[0])
        )
    return painted(triangles, paint)


def prism(profile: Sequence[tuple[float, float]], y: Span, paint: Paint) -> Mesh:
    """A convex side view (x, z) extruded across a width."""
    return painted(_extruded([(x, side, z) for side in y for x, z in profile]), paint)


def slab(outline: Sequence[tuple[float, float]], z: Span, paint: Paint) -> Mesh:
    """A convex plan (x, y) extruded upwards."""
    return painted(_extruded([(x, y, level) for level in z for x, y in outline]), paint)


def arch(x: Span, section: Sequence[tuple[float, float]], paint: Paint) -> Mesh:
    """A convex cross-section (y, z) extruded along a length: tarpaulins, roofs, hulls."""
    return painted(_extruded([(end, y, z) for end in x for y, z in section]), paint)


def cylinder(
    axis: Axis, span: Span, centre: tuple[float, float], radius: float, paint: Paint, *, sides: int = 14
) -> Mesh:
    """A cylinder along an axis; `centre` holds the other two coordinates, in the order x, y, z."""
    unit = _unit_cylinder(sides)
    first, second = _ACROSS[axis]
    triangles = np.empty_like(unit)
    triangles[..., "xyz".index(axis)] = span[0] + unit[..., 2] * (span[1] - span[0])
    triangles[..., first] = centre[0] + unit[..., 0] * radius
    triangles[..., second] = centre[1] + unit[..., 1] * radius
    return painted(triangles, paint)


def ball(centre: Point, radii: Point, paint: Paint, *, detail: int = 1) -> Mesh:
    """An ellipsoid: tank ends, tree crowns, heaps (half of it under the floor)."""
    return painted(_unit_ball(detail) * np.array(radii) + np.array(centre), paint)


def tube(start: Point, end: Point, radius: float, paint: Paint, *, sides: int = 8) -> Mesh:
    """A round bar between two points: barrels, booms, poles."""
    a, b = np.array(start), np.array(end)
    direction = (b - a) / max(float(np.linalg.norm(b - a)), 1e-9)
    x, y, z = (float(value) for value in direction)
    side = np.array([y, -x, 0.0] if abs(z) < 0.9 else [0.0, z, -y])  # at right angles to z, or to x where that is near
    side /= np.linalg.norm(side)
    u, v, w = (float(value) for value in side)
    frame = np.array([(u, v, w), (y * w - z * v, z * u - x * w, x * v - y * u)])
    unit = _unit_cylinder(sides)
    return painted(a + unit[..., 2:] * (b - a) + unit[..., :2] * radius @ frame, paint)


def beam(start: Point, end: Point, size: tuple[float, float], paint: Paint) -> Mesh:
    """A bar of width and height between two points, lying in a plane along x and z: booms, arms, rams."""
    a, b = np.array(start), np.array(end)
    length = float(np.linalg.norm(b - a))
    flat = box((0.0, length), (-size[0] / 2, size[0] / 2), (-size[1] / 2, size[1] / 2), paint)
    pitch = math.degrees(math.atan2(b[2] - a[2], math.hypot(b[0] - a[0], b[1] - a[1])))
    yaw = math.degrees(math.atan2(b[1] - a[1], b[0] - a[0]))
    return flat.turned(-pitch, axis="y").turned(yaw, axis="z").moved(a)


def quad(a: Point, b: Point, c: Point, d: Point, paint: Paint) -> Mesh:
    """A flat plate through four corners, seen from both sides."""
    return painted(np.array([[a, b, c], [a, c, d]], float), paint)


def lathe(
    axis: Axis, profile: Sequence[tuple[float, float]], centre: tuple[float, float], paint: Paint, *, sides: int = 14
) -> Mesh:
    """A profile (place, radius) revolved about an axis: domes, tank ends, fuselages; `centre` as for `cylinder`."""
    turns = np.linspace(0, 2 * math.pi, sides + 1)
    along, radius = np.array(profile, float).T
    rings = np.empty((len(along), sides + 1, 3))
    first, second = _ACROSS[axis]
    rings[..., "xyz".index(axis)] = along[:, None]
    rings[..., first] = centre[0] + radius[:, None] * np.cos(turns)
    rings[..., second] = centre[1] + radius[:, None] * np.sin(turns)
    # where the profile meets the axis, one triangle of each pair has no area
    solid = np.repeat(np.concatenate([radius[1:], radius[:-1]]) > 0, sides)
    return painted(_between(rings)[solid], paint)


def relief(x: Span, y: Span, heights: Float64Array, paint: Paint) -> Mesh:
    """A surface over a rectangle, of heights `[along x, along y]`: heaps, cloth over a load, banks of earth."""
    grid = np.empty((*heights.shape, 3))
    grid[..., 0] = np.linspace(*x, heights.shape[0])[:, None]
    grid[..., 1] = np.linspace(*y, heights.shape[1])
    grid[..., 2] = heights
    return surface(grid, paint)


def surface(grid: Float64Array, paint: Paint) -> Mesh:
    """A surface through a grid of points `[M, N, 3]`."""
    return painted(_between(grid), paint)


def copies(mesh: Mesh, places: ArrayLike) -> Mesh:
    """The same part once at each of several places (x, y, z): stakes, ribs, sleepers."""
    by = np.asarray(places, float).reshape(-1, 1, 1, 3)
    count = len(by)
    if not count:
        return join([])
    return Mesh(
        (mesh.triangles + by).reshape(-1, 3, 3),
        np.concatenate([mesh.rgb] * count),
        np.concatenate([mesh.gloss] * count),
        np.concatenate([mesh.coat] * count),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """A part that can turn against the rest: a dump body, a tractor before its trailer, a boom."""

    part: Assembly
    pivot: Point
    axis: Axis
    degrees: Span
    """Lowest and highest angle; 0 is the transport pose."""
    used: float = 0.5
    """Share of vehicles whose joint is out of the transport pose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """Fixed parts and the joints on them."""

    fixed: list[Mesh] = field(default_factory=list)
    joints: list[Joint] = field(default_factory=list)

    def at_rest(self) -> Mesh:
        """All parts in transport pose."""
        return join([*self.fixed, *(joint.part.at_rest() for joint in self.joints)])

    def posed(self, rng: np.random.Generator) -> Mesh:
        """All parts, with angles of the joints drawn at random."""
        return join([*self.fixed, *(_posed(joint, rng) for joint in self.joints)])

    def merged(self) -> Assembly:
        """The same, with the fixed parts of each joint as one mesh: quicker to move."""
        joints = [replace(joint, part=joint.part.merged()) for joint in self.joints]
        return replace(self, fixed=[join(self.fixed)], joints=joints)

    def fitted(self, factors: Float64Array, shift: Float64Array) -> Assembly:
        """Stretched about the origin, then shifted, with the pivots."""
        joints = []
        for joint in self.joints:
            x, y, z = (float(value) for value in np.array(joint.pivot) * factors + shift)
            part = joint.part.fitted(factors, shift)
            joints.append(Joint(part=part, pivot=(x, y, z), axis=joint.axis, degrees=joint.degrees, used=joint.used))
        return Assembly(fixed=[mesh.scaled(factors).moved(shift) for mesh in self.fixed], joints=joints)


def _posed(joint: Joint, rng: np.random.Generator) -> Mesh:
    part = joint.part.posed(rng)
    out_of_rest = rng.random() < joint.used
    angle = float(rng.uniform(*joint.degrees))
    return part.turned(angle, axis=joint.axis, about=joint.pivot) if out_of_rest else part


def _rotation(degrees: float, axis: Axis) -> Float64Array:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array(
        {
            "x": [[1, 0, 0], [0, c, -s], [0, s, c]],
            "y": [[c, 0, s], [0, 1, 0], [-s, 0, c]],
            "z": [[c, -s, 0], [s, c, 0], [0, 0, 1]],
        }[axis],
        float,
    )


def _extruded(corners: Sequence[Point]) -> Float64Array:
    """Two copies of a convex outline of N corners `[2 N, 3]`, and the sides between them."""
    return np.array(corners, float)[_prism_corners(len(corners) // 2)]


@cache
def _prism_corners(count: int) -> NDArray[np.intp]:
    """Indices of the corners that each triangle of `_extruded` joins, `[F, 3]`."""
    near = np.arange(count)
    far, after = near + count, np.roll(near, -1)
    fan = np.stack([np.zeros(count - 2, int), near[1:-1], near[2:]], 1)
    sides = [np.stack([near, after, after + count], 1), np.stack([near, after + count, far], 1)]
    return np.concatenate([fan, fan + count, *sides])


def _between(grid: Float64Array) -> Float64Array:
    """The triangles between the points of a grid `[M, N, 3]`."""
    a, b, c, d = grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]
    triangles = np.empty((2, *a.shape[:2], 3, 3))
    for half, corners in zip(triangles, ((a, b, c), (a, c, d)), strict=True):
        for place, corner in enumerate(corners):
            half[:, :, place] = corner
    return triangles.reshape(-1, 3, 3)


@cache
def _unit_box() -> Float64Array:
    return np.asarray(trimesh.creation.box(bounds=[[0, 0, 0], [1, 1, 1]]).triangles)


@cache
def _unit_cylinder(sides: int) -> Float64Array:
    """Radius 1, along z from 0 to 1."""
    return np.asarray(trimesh.creation.cylinder(radius=1.0, segment=[[0, 0, 0], [0, 0, 1]], sections=sides).triangles)


@cache
def _unit_ball(detail: int) -> Float64Array:
    return np.asarray(trimesh.creation.icosphere(subdivisions=detail, radius=1.0).triangles)
