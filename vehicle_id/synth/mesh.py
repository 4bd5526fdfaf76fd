"""Triangles with a paint each, the solids vehicles are put together from, and joints that move.

A vehicle's frame: x forward, y left, z up, metres, the ground at z = 0. Solids are given by the spans they
fill, so that a shape reads like a drawing. This room does not know what is being built.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import numpy as np
import trimesh
from numpy.typing import ArrayLike, NDArray

from vehicle_id.synth.paint import Paint

Floats = NDArray[np.float64]
Span = tuple[float, float]
Point = tuple[float, float, float]
Axis = Literal["x", "y", "z"]


@dataclass(frozen=True, slots=True)
class Mesh:
    """Painted triangles; which side of a triangle is out does not matter to the renderer."""

    triangles: Floats
    """Corners `[F, 3, 3]` in metres."""
    rgb: Floats
    """Linear reflectance `[F, 3]`."""
    gloss: Floats
    """`[F]`, see `Paint.gloss`."""
    coat: NDArray[np.bool_]
    """`[F]`, see `Paint.coat`."""

    @property
    def bounds(self) -> Floats:
        """Lowest and highest corner, `[2, 3]`."""
        corners = self.triangles.reshape(-1, 3)
        return np.stack([corners.min(0), corners.max(0)])

    def moved(self, by: Sequence[float] | Floats) -> Mesh:
        """Shifted by metres along x, y, z."""
        return Mesh(self.triangles + np.asarray(by, float), self.rgb, self.gloss, self.coat)

    def scaled(self, factors: Sequence[float] | Floats | float) -> Mesh:
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
        """The same shape in another coat; what is not coat keeps its colour."""
        lightness = self.rgb / max(1e-6, float(self.rgb[self.coat].mean())) if self.coat.any() else self.rgb
        coats = np.clip(lightness.mean(1, keepdims=True) * np.array(paint.rgb), 0.005, 0.95)
        rgb = np.where(self.coat[:, None], coats, self.rgb)
        return Mesh(self.triangles, rgb, self.gloss, self.coat)


def join(meshes: Sequence[Mesh]) -> Mesh:
    """All triangles as one mesh; no mesh at all makes an empty one."""
    if not meshes:
        return Mesh(np.zeros((0, 3, 3)), np.zeros((0, 3)), np.zeros(0), np.zeros(0, bool))
    return Mesh(
        np.concatenate([mesh.triangles for mesh in meshes]),
        np.concatenate([mesh.rgb for mesh in meshes]),
        np.concatenate([mesh.gloss for mesh in meshes]),
        np.concatenate([mesh.coat for mesh in meshes]),
    )


def painted(triangles: Floats, paint: Paint) -> Mesh:
    """Triangles `[F, 3, 3]` of one paint."""
    count = len(triangles)
    return Mesh(triangles, np.tile(paint.rgb, (count, 1)), np.full(count, paint.gloss), np.full(count, paint.coat))


def box(x: Span, y: Span, z: Span, paint: Paint) -> Mesh:
    """A box filling three spans."""
    low, high = np.array([x[0], y[0], z[0]]), np.array([x[1], y[1], z[1]])
    return painted(_unit_box() * (high - low) + low, paint)


def taper(x: Span, y: Span, z: Span, top_x: Span, top_y: Span, paint: Paint) -> Mesh:
    """A box whose top face has spans of its own: cabs, hoppers, turrets."""
    unit = _unit_box()
    low = np.stack([x[0] + unit[..., 0] * (x[1] - x[0]), y[0] + unit[..., 1] * (y[1] - y[0])], -1)
    high = np.stack(
        [top_x[0] + unit[..., 0] * (top_x[1] - top_x[0]), top_y[0] + unit[..., 1] * (top_y[1] - top_y[0])], -1
    )
    height = unit[..., 2:]
    flat = low * (1 - height) + high * height
    return painted(np.concatenate([flat, z[0] + height * (z[1] - z[0])], -1), paint)


def prism(profile: Sequence[tuple[float, float]], y: Span, paint: Paint) -> Mesh:
    """A convex side view (x, z) drawn out across a width."""
    outline = np.array([(x, 0.0, z) for x, z in profile])
    return painted(_drawn_out(outline, np.array([0.0, y[0], 0.0]), np.array([0.0, y[1], 0.0])), paint)


def slab(outline: Sequence[tuple[float, float]], z: Span, paint: Paint) -> Mesh:
    """A convex plan (x, y) drawn out upwards."""
    plan = np.array([(x, y, 0.0) for x, y in outline])
    return painted(_drawn_out(plan, np.array([0.0, 0.0, z[0]]), np.array([0.0, 0.0, z[1]])), paint)


def arch(x: Span, section: Sequence[tuple[float, float]], paint: Paint) -> Mesh:
    """A convex cross-section (y, z) drawn out along a length: tarpaulins, roofs, hulls."""
    outline = np.array([(0.0, y, z) for y, z in section])
    return painted(_drawn_out(outline, np.array([x[0], 0.0, 0.0]), np.array([x[1], 0.0, 0.0])), paint)


def cylinder(
    axis: Axis, span: Span, centre: tuple[float, float], radius: float, paint: Paint, *, sides: int = 14
) -> Mesh:
    """A cylinder along an axis; `centre` holds the other two coordinates, in the order x, y, z."""
    unit = _unit_cylinder(sides)
    along, across = unit[..., 2], unit[..., :2] * radius + np.array(centre)
    columns = {"x": (None, 0, 1), "y": (0, None, 1), "z": (0, 1, None)}[axis]
    stretched = span[0] + along * (span[1] - span[0])
    return painted(np.stack([stretched if c is None else across[..., c] for c in columns], -1), paint)


def wheel(x: float, y: Span, radius: float, paint: Paint) -> Mesh:
    """A wheel standing on the ground, its axle across the vehicle."""
    return cylinder("y", y, (x, radius), radius, paint, sides=12)


def ball(centre: Point, radii: Point, paint: Paint, *, detail: int = 1) -> Mesh:
    """An ellipsoid: tank ends, tree crowns, heaps (half of it under the floor)."""
    return painted(_unit_ball(detail) * np.array(radii) + np.array(centre), paint)


def tube(start: Point, end: Point, radius: float, paint: Paint, *, sides: int = 8) -> Mesh:
    """A round bar between two points: barrels, booms, poles."""
    a, b = np.array(start), np.array(end)
    direction = (b - a) / max(float(np.linalg.norm(b - a)), 1e-9)
    helper = np.array([0.0, 0.0, 1.0]) if abs(direction[2]) < 0.9 else np.array([1.0, 0.0, 0.0])
    side = np.cross(direction, helper)
    side /= np.linalg.norm(side)
    frame = np.stack([side, np.cross(direction, side)])
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
    """A profile (place, radius) spun about an axis: domes, tank ends, fuselages; `centre` as for `cylinder`."""
    turns = np.linspace(0, 2 * math.pi, sides + 1)
    along, radius = np.array(profile, float).T
    rings = np.empty((len(along), sides + 1, 3))
    first, second = {"x": (1, 2), "y": (0, 2), "z": (0, 1)}[axis]
    rings[..., "xyz".index(axis)] = along[:, None]
    rings[..., first] = centre[0] + radius[:, None] * np.cos(turns)
    rings[..., second] = centre[1] + radius[:, None] * np.sin(turns)
    # where the profile meets the axis, one triangle of each pair has no area
    solid = np.repeat(np.concatenate([radius[1:], radius[:-1]]) > 0, sides)
    return painted(_between(rings)[solid], paint)


def relief(x: Span, y: Span, heights: Floats, paint: Paint) -> Mesh:
    """A surface over a rectangle, of heights `[along x, along y]`: heaps, cloth over a load, banks of earth."""
    grid = np.empty((*heights.shape, 3))
    grid[..., 0] = np.linspace(*x, heights.shape[0])[:, None]
    grid[..., 1] = np.linspace(*y, heights.shape[1])
    grid[..., 2] = heights
    return painted(_between(grid), paint)


def copies(mesh: Mesh, places: ArrayLike) -> Mesh:
    """The same part once at each of several places (x, y, z): stakes, ribs, sleepers."""
    by = np.asarray(places, float).reshape(-1, 1, 1, 3)
    count = len(by)
    return Mesh(
        (mesh.triangles + by).reshape(-1, 3, 3),
        np.tile(mesh.rgb, (count, 1)),
        np.tile(mesh.gloss, count),
        np.tile(mesh.coat, count),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """A part that can turn against the rest: a dump body, a tractor before its trailer, a boom."""

    part: Assembly
    pivot: Point
    axis: Axis
    degrees: Span
    """Angles it is met at; 0 is the transport pose."""
    used: float = 0.5
    """Share of vehicles met with it out of the transport pose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """Fixed parts and the joints on them."""

    fixed: list[Mesh] = field(default_factory=list)
    joints: list[Joint] = field(default_factory=list)

    def at_rest(self) -> Mesh:
        """All parts in transport pose."""
        return join([*self.fixed, *(joint.part.at_rest() for joint in self.joints)])

    def posed(self, rng: np.random.Generator) -> Mesh:
        """All parts, the joints as drawn."""
        return join([*self.fixed, *(_posed(joint, rng) for joint in self.joints)])

    def fitted(self, factors: Floats, shift: Floats) -> Assembly:
        """Stretched about the origin, then shifted; pivots go along."""
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


def _rotation(degrees: float, axis: Axis) -> Floats:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array(
        {
            "x": [[1, 0, 0], [0, c, -s], [0, s, c]],
            "y": [[c, 0, s], [0, 1, 0], [-s, 0, c]],
            "z": [[c, -s, 0], [s, c, 0], [0, 0, 1]],
        }[axis],
        float,
    )


def _drawn_out(outline: Floats, start: Floats, end: Floats) -> Floats:
    """Two copies of a convex outline `[N, 3]`, and the sides between them."""
    near, far = outline + start, outline + end
    fan = [(0, i, i + 1) for i in range(1, len(outline) - 1)]
    caps = [near[list(each)] for each in fan] + [far[list(each)] for each in fan]
    following = np.roll(np.arange(len(outline)), -1)
    sides = [np.array([near[i], near[j], far[j]]) for i, j in enumerate(following)]
    sides += [np.array([near[i], far[j], far[i]]) for i, j in enumerate(following)]
    return np.array(caps + sides)


def _between(grid: Floats) -> Floats:
    """The triangles between the points of a grid `[M, N, 3]`."""
    a, b, c, d = grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]
    return np.stack([np.stack([a, b, c], -2), np.stack([a, c, d], -2)]).reshape(-1, 3, 3)


@cache
def _unit_box() -> Floats:
    return np.asarray(trimesh.creation.box(bounds=[[0, 0, 0], [1, 1, 1]]).triangles)


@cache
def _unit_cylinder(sides: int) -> Floats:
    """Radius 1, along z from 0 to 1."""
    return np.asarray(trimesh.creation.cylinder(radius=1.0, segment=[[0, 0, 0], [0, 0, 1]], sections=sides).triangles)


@cache
def _unit_ball(detail: int) -> Floats:
    return np.asarray(trimesh.creation.icosphere(subdivisions=detail, radius=1.0).triangles)
