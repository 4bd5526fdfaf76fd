"""Meshes, ground and light -> linear radiance as it reaches the sensor, by rays (embreex; no display).

The camera looks from so far away that all its rays are parallel. Pixels lie on the ground plane, as in an
orthorectified product: ground keeps its place at any off-nadir angle, and what stands on it leans away
from the camera. Shadows are true; light that has bounced twice is not followed. This room does not know
what the scene shows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from vehicle_id.synth.finish import Finish, weathered
from vehicle_id.synth.mesh import Mesh, join

Array = NDArray[np.float32]
Box = tuple[float, float, float, float]
"""Lowest and highest x, lowest and highest y, metres on the ground."""

SKY_DIRECTIONS: Final = 16
"""Directions of the sky that neighbouring samples take turns through."""
SKY_REACH_M: Final = 4.0
"""How far from a thing the ground is still asked how much sky it sees; beyond, all of it."""
LIFT_M: Final = 1e-3
"""How far a shadow ray starts off its surface, so that the surface does not shade itself."""
BOUNCE: Final = 0.12
"""Light from the ground on what faces down or sideways, as a share of sun and sky."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sun:
    """The light."""

    azimuth_deg: float
    """Where the sun stands, counter-clockwise from the image's x axis."""
    elevation_deg: float
    direct: float
    """Share of the light on level ground that comes from the sun itself; the rest comes from the sky. 0 = overcast."""
    tint: tuple[float, float, float] = (1.03, 1.0, 0.96)
    """Colour of the sun: warmer when low."""
    sky: tuple[float, float, float] = (0.78, 0.97, 1.25)
    """Colour of the sky, which alone lights the shadows."""

    @property
    def direction(self) -> Array:
        """Unit vector towards the sun."""
        return _direction(self.azimuth_deg, 90.0 - self.elevation_deg)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Where the camera stands and what it covers."""

    gsd_m: float
    height_px: int
    width_px: int
    off_nadir_deg: float = 0.0
    azimuth_deg: float = 0.0
    """Towards the camera, counter-clockwise from the image's x axis."""
    centre_m: tuple[float, float] = (0.0, 0.0)
    """Ground point at the centre of the picture: x to the right, y up the image."""

    @property
    def direction(self) -> Array:
        """Unit vector towards the camera."""
        return _direction(self.azimuth_deg, self.off_nadir_deg)

    @property
    def window(self) -> Box:
        """What of the ground it covers."""
        (x, y), half = self.centre_m, (self.width_px * self.gsd_m / 2, self.height_px * self.gsd_m / 2)
        return x - half[0], x + half[0], y - half[1], y + half[1]

    def grid(self, supersampling: int) -> tuple[Array, Array]:
        """Ground coordinates of the samples: x `[W]` left to right, y `[H]` from the top down."""
        step = self.gsd_m / supersampling
        across = (np.arange(self.width_px * supersampling) + 0.5) * step - self.width_px * self.gsd_m / 2
        down = (np.arange(self.height_px * supersampling) + 0.5) * step - self.height_px * self.gsd_m / 2
        x, y = self.centre_m
        return (x + across).astype(np.float32), (y - down).astype(np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A mesh in its place, and what lies on it."""

    mesh: Mesh
    """In the scene's frame: x to the right of the image, y up it, z up; metres."""
    finish: Finish = field(default_factory=Finish)
    heading_deg: float = 0.0
    """Direction of its front, counter-clockwise from the image's x axis; patterns turn along."""
    at_m: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Picture:
    """A rendered view, at the supersampled grid."""

    radiance: Array
    """Linear RGB `[H, W, 3]`; 1 = a white level surface in full light."""
    owner: NDArray[np.int16]
    """Index of the thing seen, `[H, W]`; -1 on the ground."""
    lit: NDArray[np.bool_]
    """Whether the sun reaches it, `[H, W]`."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Samples at which a ray met a thing."""

    sample: NDArray[np.intp]
    """Index into the samples of the view, row by row, `[n]`."""
    face: NDArray[np.int32]
    """Triangle of the tracer's mesh, `[n]`."""
    point: Array
    """`[n, 3]`, metres."""
    normal: Array
    """Unit `[n, 3]`, towards the camera."""


class Tracer:
    """A mesh made ready for rays.

    Rays are traced in a turned frame, in which most faces lie along the axes: the boxes of embree's tree are
    tight there, and rays several times faster than across a slanting track.

    Args:
        mesh: triangles in metres; may be empty.
        heading_deg: where most edges point, counter-clockwise from the image's x axis.
    """

    def __init__(self, mesh: Mesh, *, heading_deg: float = 0.0) -> None:
        self.mesh = mesh
        self._heading_deg = heading_deg
        self._scene = EmbreeScene()
        if len(mesh.triangles):
            TriangleMesh(self._scene, self._inwards(mesh.triangles.astype(np.float32)))
        self._start_m = np.float32(mesh.bounds[1, 2] + 1.0 if len(mesh.triangles) else 1.0)

    def covered(self, view: View, *, supersampling: int) -> NDArray[np.bool_]:
        """Whether a thing is met, `[H, W]` at the supersampled grid."""
        x, y = view.grid(supersampling)
        return (
            self._first(_feet(x, y, np.arange(len(y) * len(x))), view.direction)["primID"].reshape(len(y), len(x)) >= 0
        )

    def look(self, view: View, boxes: Sequence[Box], *, supersampling: int) -> Hits:
        """What the samples' rays meet first, ground left out.

        A coarser grid of rays, two a pixel, finds where things are; all samples there and beside get their own.

        Args:
            view: camera and pixels.
            boxes: where to look; nothing of the mesh is seen outside them.
            supersampling: samples along each side of a pixel.
        """
        x, y = view.grid(supersampling)
        step = max(1, supersampling // 2)
        coarse = _inside(boxes, x[::step], y[::step])
        looked = np.flatnonzero(coarse)
        found = self._first(_feet(x[::step], y[::step], looked), view.direction)
        coarse.reshape(-1)[looked] = found["primID"] >= 0
        sample = np.flatnonzero(_finer(_grown(coarse), step, (len(y), len(x))))
        feet = _feet(x, y, sample)
        found = self._first(feet, view.direction)
        hit = np.flatnonzero(found["primID"] >= 0)
        return Hits(
            sample=sample[hit],
            face=found["primID"][hit],
            point=feet[hit] + self._rise(view.direction) - _along(found["tfar"][hit], view.direction),
            normal=_facing(_turned(found["Ng"][hit], self._heading_deg), view.direction),
        )

    def blocked(self, point: Array, normal: Array, towards: Array) -> NDArray[np.bool_]:
        """Whether something stands between points `[n, 3]` and a direction, one for all `[3]` or one each `[n, 3]`."""
        start = self._inwards(point + np.float32(LIFT_M) * normal)
        rays = np.ascontiguousarray(np.broadcast_to(self._inwards(towards), point.shape), dtype=np.float32)
        met = self._scene.run(start, rays, query="OCCLUDED")
        return np.asarray(met == 0)

    def _inwards(self, vectors: Array) -> Array:
        return _turned(vectors, -self._heading_deg)

    def _rise(self, towards: Array) -> Array:
        rise: Array = towards * (self._start_m / towards[2])
        return rise

    def _first(self, feet: Array, towards: Array) -> dict[str, NDArray[Any]]:
        """Rays from above all things down to points of the ground."""
        rays = np.ascontiguousarray(np.broadcast_to(self._inwards(-towards), feet.shape))
        start = self._inwards(feet + self._rise(towards))
        found: dict[str, NDArray[Any]] = self._scene.run(start, rays, output=1)
        found["primID"][found["tfar"] * towards[2] > self._start_m + LIFT_M] = -1  # below the ground
        return found


def render(
    things: Sequence[Thing],
    ground: Callable[[Array, Array], Array],
    *,
    view: View,
    sun: Sun,
    supersampling: int = 4,
) -> Picture:
    """What the sensor would be reached by.

    Args:
        things: what stands on the ground.
        ground: reflectance `[H, W, 3]` of the level ground at x `[W]` and y `[H]`, metres.
        view: camera and pixels.
        sun: light.
        supersampling: samples along each side of a pixel.
    """
    x, y = view.grid(supersampling)
    cast = [box_along(thing.mesh, sun.direction) for thing in things]
    leaning = [box_along(thing.mesh, view.direction) for thing in things]
    reach = SKY_REACH_M
    window = float(x[0]) - reach, float(x[-1]) + reach, float(y[-1]) - reach, float(y[0]) + reach
    near = [i for i in range(len(things)) if meet(cast[i], window) or meet(leaning[i], window)]
    tracer = Tracer(join([things[i].mesh for i in near]), heading_deg=things[0].heading_deg if things else 0.0)
    owners = np.repeat(np.array(near, np.int16), [len(things[i].mesh.triangles) for i in near])

    hits = tracer.look(view, [leaning[i] for i in near], supersampling=supersampling)
    owner = np.full(len(y) * len(x), -1, np.int16)
    owner[hits.sample] = owners[hits.face]

    lit = _ground_lit(tracer, x, y, sun, [cast[i] for i in near], step=max(1, supersampling // 2))
    open_sky = _ground_sky(tracer, owner.reshape(len(y), len(x)) >= 0, x, y, supersampling)
    radiance = ground(x, y).astype(np.float32)
    for band in range(3):
        direct, diffuse = sun.direct * sun.tint[band], (1 - sun.direct) * sun.sky[band]
        radiance[..., band] *= np.float32(direct) * lit + np.float32(diffuse) * open_sky

    flat = radiance.reshape(-1, 3)
    in_sun = _in_sun(tracer, hits, sun)
    lit.reshape(-1)[hits.sample] = in_sun
    light = _light(hits, in_sun, _seen_sky(tracer, hits, (len(y), len(x)), supersampling), sun)
    seen = _painted(things, owner[hits.sample], hits, tracer.mesh) * light
    which, mirrored = _mirrored(hits, in_sun, tracer.mesh, sun, view)
    seen[which] += mirrored
    flat[hits.sample] = seen
    return Picture(radiance, owner.reshape(lit.shape), lit)


def outline_area_m2(mesh: Mesh, view: View, box: Box) -> float:
    """Area of a mesh's outline as the view's camera sees it, on the ground plane.

    Args:
        mesh: what is measured.
        view: camera; the pixels it covers do not matter.
        box: where the outline lies.
    """
    step = view.gsd_m / 2
    whole = replace(
        view,
        gsd_m=step,
        width_px=math.ceil((box[1] - box[0]) / step) + 2,
        height_px=math.ceil((box[3] - box[2]) / step) + 2,
        centre_m=((box[0] + box[1]) / 2, (box[2] + box[3]) / 2),
    )
    return float(Tracer(mesh).covered(whole, supersampling=1).sum()) * step**2


def _ground_lit(tracer: Tracer, x: Array, y: Array, sun: Sun, boxes: Sequence[Box], *, step: int) -> NDArray[np.bool_]:
    """Whether the sun reaches the ground, `[H, W]`: on a coarser grid first, then every sample along the edges."""
    shaded = _inside(boxes, x[::step], y[::step])
    asked = np.flatnonzero(shaded)
    shaded.reshape(-1)[asked] = tracer.blocked(_feet(x[::step], y[::step], asked), _UP, sun.direction)
    edge = _grown(shaded) & _grown(~shaded)
    fine = _finer(shaded, step, (len(y), len(x)))
    if step > 1:
        sample = np.flatnonzero(_finer(edge, step, fine.shape))
        fine.reshape(-1)[sample] = tracer.blocked(_feet(x, y, sample), _UP, sun.direction)
    return ~fine


def _ground_sky(tracer: Tracer, covered: NDArray[np.bool_], x: Array, y: Array, supersampling: int) -> Array:
    """Share of the sky's light on the ground, `[H, W]`: smooth, so asked at every second pixel, near things only."""
    stride = 2 * supersampling
    row, column = y[stride // 4 :: stride], x[stride // 4 :: stride]
    step_m = float(x[1] - x[0]) * stride
    reach = 2 * max(1, round(SKY_REACH_M / step_m)) + 1
    seen = covered[stride // 4 :: stride, stride // 4 :: stride].astype(np.float32)
    pixel = np.flatnonzero(ndimage.uniform_filter(seen, reach, mode="constant") > 1e-6)
    share = np.ones(seen.shape, np.float32)
    if len(pixel):
        feet = np.repeat(_feet(column, row, pixel), SKY_DIRECTIONS, axis=0)
        sky = np.tile(_SKY, (len(pixel), 1))
        open_to = ~tracer.blocked(feet, _UP, sky) * sky[:, 2]
        share.reshape(-1)[pixel] = open_to.reshape(len(pixel), -1).sum(1) / _SKY[:, 2].sum()
    return np.asarray(Image.fromarray(share).resize((len(x), len(y)), Image.Resampling.BILINEAR))


def _in_sun(tracer: Tracer, hits: Hits, sun: Sun) -> NDArray[np.bool_]:
    """Whether the sun reaches the hits, `[n]`; what faces away from it needs no ray."""
    in_sun = _dot(hits.normal, sun.direction) > 0
    facing = np.flatnonzero(in_sun)
    in_sun[facing] = ~tracer.blocked(hits.point[facing], hits.normal[facing], sun.direction)
    return in_sun


def _seen_sky(tracer: Tracer, hits: Hits, shape: tuple[int, int], supersampling: int) -> Array:
    """One direction of the sky for each hit, `[n, 3]`, all zero where something hides it.

    Neighbouring cells of half a pixel take turns through the directions, so that the pixels about a place
    together see all of them; the samples of a cell share what its first one saw.
    """
    step = max(1, supersampling // 2)
    row, column = np.divmod(hits.sample, shape[1])
    first = np.flatnonzero((row % step == 0) & (column % step == 0))
    sky = _SKY[(row // step % 4) * 4 + column // step % 4]
    hidden = np.zeros((-(-shape[0] // step), -(-shape[1] // step)), bool)
    hidden[row[first] // step, column[first] // step] = tracer.blocked(
        hits.point[first], hits.normal[first], sky[first]
    )
    seen: Array = sky * ~hidden[row // step, column // step, None]
    return seen


def _painted(things: Sequence[Thing], owner: NDArray[np.int16], hits: Hits, mesh: Mesh) -> Array:
    """Reflectance of the hits under their things' finishes, `[n, 3]`."""
    rgb, coat = mesh.rgb.astype(np.float32)[hits.face], mesh.coat[hits.face]
    for index in np.unique(owner):
        thing, seen = things[index], np.flatnonzero(owner == index)
        local = hits.point[seen].copy()
        local[:, :2] = _turned(local[:, :2] - _array(thing.at_m), -thing.heading_deg)
        rgb[seen] = weathered(rgb[seen], coat[seen], local, hits.normal[seen], thing.finish)
    return rgb


def _light(hits: Hits, in_sun: NDArray[np.bool_], sky: Array, sun: Sun) -> Array:
    """Light on the hits, `[n, 3]`; 1 = level, unshaded ground."""
    towards = sun.direction
    slope = np.clip(_dot(hits.normal, towards), 0.0, None) / max(float(towards[2]), 1e-3)
    from_sun = np.float32(sun.direct) * np.minimum(slope, 6.0) * in_sun
    facing = np.clip(np.einsum("ij,ij->i", hits.normal, sky), 0.0, None)
    from_sky = np.float32(1 - sun.direct) * 2 * facing
    bounce = np.float32(BOUNCE) * (1 - hits.normal[:, 2]) / 2
    light: Array = from_sun[:, None] * _array(sun.tint) + (from_sky + bounce)[:, None] * _array(sun.sky)
    return light


def _mirrored(
    hits: Hits, in_sun: NDArray[np.bool_], mesh: Mesh, sun: Sun, view: View
) -> tuple[NDArray[np.intp], Array]:
    """Sun (Blinn-Phong) and sky mirrored by glossy faces: which hits, `[m]`, and how much, `[m, 3]`."""
    of_face = mesh.gloss.astype(np.float32)[hits.face]
    which = np.flatnonzero(of_face > 0.01)
    gloss = of_face[which]
    half = sun.direction + view.direction
    half /= np.linalg.norm(half)
    glint = np.clip(_dot(hits.normal[which], half), 0.0, None) ** (20 + 200 * gloss)
    of_sun = np.float32(4 * sun.direct) * gloss * glint * in_sun[which]
    of_sky = np.float32(0.06) * gloss
    return which, of_sun[:, None] * _array(sun.tint) + of_sky[:, None] * _array(sun.sky)


def box_along(mesh: Mesh, towards: Array) -> Box:
    """Where a mesh comes down on the ground when moved along a direction: its outline to a camera, or its shadow."""
    x, y, z = (mesh.triangles[..., axis] for axis in range(3))
    east, north = x - z * float(towards[0] / towards[2]), y - z * float(towards[1] / towards[2])
    return float(east.min()), float(east.max()), float(north.min()), float(north.max())


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes have a point in common."""
    return one[0] <= other[1] and other[0] <= one[1] and one[2] <= other[3] and other[2] <= one[3]


def _inside(boxes: Sequence[Box], x: Array, y: Array) -> NDArray[np.bool_]:
    """Which points of a grid lie in or beside any of the boxes, `[H, W]`; x rises, y falls."""
    inside = np.zeros((len(y), len(x)), bool)
    for box in boxes:
        left, right = np.searchsorted(x, box[:2])
        bottom, top = np.searchsorted(-y, (-box[2], -box[3]))
        inside[max(0, top - 1) : bottom + 1, max(0, left - 1) : right + 1] = True
    return inside


def _grown(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """A mask and its eight neighbours."""
    wide = mask.copy()
    wide[:, 1:] |= mask[:, :-1]
    wide[:, :-1] |= mask[:, 1:]
    tall = wide.copy()
    tall[1:] |= wide[:-1]
    tall[:-1] |= wide[1:]
    return tall


def _feet(x: Array, y: Array, sample: NDArray[np.intp]) -> Array:
    """Points on the ground of some samples, `[n, 3]`."""
    row, column = np.divmod(sample, len(x))
    points = np.zeros((len(sample), 3), np.float32)
    points[:, 0], points[:, 1] = x[column], y[row]
    return points


def _finer(coarse: NDArray[np.bool_], step: int, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """A mask of every step-th sample, spread over all of them."""
    return np.repeat(np.repeat(coarse, step, axis=0), step, axis=1)[: shape[0], : shape[1]].copy()


def _along(distance: Array, towards: Array) -> Array:
    return distance[:, None] * towards


def _facing(normal: Array, towards: Array) -> Array:
    """Unit normals, turned to the side the camera sees."""
    length = np.maximum(np.linalg.norm(normal, axis=1), 1e-12) * np.where(_dot(normal, towards) < 0, -1.0, 1.0)
    unit: Array = normal / length[:, None].astype(np.float32)
    return unit


def _turned(vectors: Array, degrees: float) -> Array:
    """Points or directions `[..., 2 or 3]` turned about the z axis.

    Written out, as products of matrices differ in their last bit with the number of threads.
    """
    c, s = np.float32(math.cos(math.radians(degrees))), np.float32(math.sin(math.radians(degrees)))
    turned = vectors.copy()
    turned[..., 0] = c * vectors[..., 0] - s * vectors[..., 1]
    turned[..., 1] = s * vectors[..., 0] + c * vectors[..., 1]
    return turned


def _dot(vectors: Array, direction: Array) -> Array:
    """Product of vectors `[n, 3]` and one direction `[3]`, written out for the same reason."""
    product: Array = vectors[:, 0] * direction[0] + vectors[:, 1] * direction[1] + vectors[:, 2] * direction[2]
    return product


def _direction(azimuth_deg: float, from_zenith_deg: float) -> Array:
    azimuth, tilt = math.radians(azimuth_deg), math.radians(from_zenith_deg)
    flat = math.sin(tilt)
    return np.array([flat * math.cos(azimuth), flat * math.sin(azimuth), math.cos(tilt)], np.float32)


def _array(values: Sequence[float]) -> Array:
    return np.array(values, np.float32)


def _sky_directions() -> Array:
    """Directions spread evenly over the upper half sphere, `[SKY_DIRECTIONS, 3]`, in mixed order."""
    index = np.arange(SKY_DIRECTIONS)
    height = (index + 0.5) / SKY_DIRECTIONS
    turn = index * math.pi * (3 - math.sqrt(5))
    flat = np.sqrt(1 - height**2)
    spread = np.stack([flat * np.cos(turn), flat * np.sin(turn), height], 1).astype(np.float32)
    return spread[np.random.default_rng(5).permutation(SKY_DIRECTIONS)]


_SKY: Final = _sky_directions()
_UP: Final = np.array([0.0, 0.0, 1.0], np.float32)
