"""Ray-trace meshes, ground and light into linear radiance at the sensor.

Shadows are traced; light that has bounced twice is not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from vehicle_id.synth.arrays import Float32Array
from vehicle_id.synth.camera import Box, Camera, Sun, box_along, meet
from vehicle_id.synth.mesh import Mesh, join
from vehicle_id.synth.rays import UP, Hits, Tracer, dot, feet_of, finer, grown, inside, turned
from vehicle_id.synth.weathering import Weathering, weathered

SKY_DIRECTIONS: Final = 16
"""Directions of the sky; neighbouring samples use them in turn."""
SKY_REACH_M: Final = 4.0
"""Distance from an object within which its shading of the sky is computed; beyond, the ground sees all of the sky."""
BOUNCE: Final = 0.12
"""Light from the ground on faces that look down or sideways, as a share of sun and sky."""


GroundReflectance = Callable[[Float32Array, Float32Array], Float32Array]
"""Reflectance `[H, W, 3]` of the level ground at x `[W]` and y `[H]`, metres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneObject:
    """A mesh in its place, and its weathering."""

    mesh: Mesh
    """In the scene's frame: x to the right of the image, y up it, z up; metres."""
    weathering: Weathering = field(default_factory=Weathering)
    heading_deg: float = 0.0
    """Direction of its front, counter-clockwise from the image's x axis; patterns turn with it."""
    at_m: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class RadianceImage:
    """Radiance at the samples of a supersampled image, and what each sample shows."""

    radiance: Float32Array
    """Linear RGB `[H, W, 3]`; 1 = a white level surface in full light."""
    owner: NDArray[np.int16]
    """Index of the scene object seen, `[H, W]`; -1 on the ground."""
    lit: NDArray[np.bool_]
    """Whether the sun reaches the sample, `[H, W]`."""


def render(
    objects: Sequence[SceneObject],
    ground: GroundReflectance,
    *,
    camera: Camera,
    sun: Sun,
    supersampling: int = 4,
) -> RadianceImage:
    """Linear radiance at the sensor.

    Args:
        objects: meshes on the ground.
        ground: reflectance of the level ground; the array it returns must be new, as it is overwritten.
        camera: direction and pixels.
        sun: light.
        supersampling: samples along each side of a pixel.
    """
    x, y = camera.grid(supersampling)
    cast = [box_along(each.mesh, sun.direction) for each in objects]
    leaning = [box_along(each.mesh, camera.direction) for each in objects]
    reach = SKY_REACH_M
    window = float(x[0]) - reach, float(x[-1]) + reach, float(y[-1]) - reach, float(y[0]) + reach
    near = [i for i in range(len(objects)) if meet(cast[i], window) or meet(leaning[i], window)]
    tracer = Tracer(join([objects[i].mesh for i in near]), heading_deg=objects[0].heading_deg if objects else 0.0)
    owners = np.repeat(np.array(near, np.int16), [len(objects[i].mesh.triangles) for i in near])

    hits = tracer.look(camera, [leaning[i] for i in near], supersampling=supersampling)
    owner = np.full(len(y) * len(x), -1, np.int16)
    owner[hits.sample] = owners[hits.face]

    lit = _ground_lit(tracer, x, y, sun, [cast[i] for i in near], step=max(1, supersampling // 2))
    open_sky = _ground_sky(tracer, owner.reshape(len(y), len(x)) >= 0, x, y, supersampling)
    radiance = ground(x, y).astype(np.float32, copy=False)
    for band in range(3):
        direct, diffuse = sun.direct * sun.tint[band], (1 - sun.direct) * sun.sky[band]
        radiance[..., band] *= np.float32(direct) * lit + np.float32(diffuse) * open_sky

    flat = radiance.reshape(-1, 3)
    in_sun = _in_sun(tracer, hits, sun)
    lit.reshape(-1)[hits.sample] = in_sun
    light = _light(hits, in_sun, _seen_sky(tracer, hits, (len(y), len(x)), supersampling), sun)
    seen = _painted(objects, owner[hits.sample], hits, tracer.mesh) * light
    which, mirrored = _mirrored(hits, in_sun, tracer.mesh, sun, camera)
    seen[which] += mirrored
    flat[hits.sample] = seen
    return RadianceImage(radiance, owner.reshape(lit.shape), lit)


def _ground_lit(
    tracer: Tracer, x: Float32Array, y: Float32Array, sun: Sun, boxes: Sequence[Box], *, step: int
) -> NDArray[np.bool_]:
    """Whether the sun reaches the ground, `[H, W]`; traced on a coarser grid, then at every sample along edges."""
    shaded = inside(boxes, x[::step], y[::step])
    traced = np.flatnonzero(shaded)
    shaded.reshape(-1)[traced] = tracer.blocked(feet_of(x[::step], y[::step], traced), UP, sun.direction)
    edge = grown(shaded) & grown(~shaded)
    fine = finer(shaded, step, (len(y), len(x)))
    if step > 1:
        sample = np.flatnonzero(finer(edge, step, fine.shape))
        fine.reshape(-1)[sample] = tracer.blocked(feet_of(x, y, sample), UP, sun.direction)
    return ~fine


def _ground_sky(
    tracer: Tracer, covered: NDArray[np.bool_], x: Float32Array, y: Float32Array, supersampling: int
) -> Float32Array:
    """Share of the sky's light on the ground, `[H, W]`; it is smooth, so traced at every second pixel near objects."""
    stride = 2 * supersampling
    row, column = y[stride // 4 :: stride], x[stride // 4 :: stride]
    step_m = float(x[1] - x[0]) * stride
    reach = 2 * max(1, round(SKY_REACH_M / step_m)) + 1
    seen = covered[stride // 4 :: stride, stride // 4 :: stride].astype(np.float32)
    pixel = np.flatnonzero(ndimage.uniform_filter(seen, reach, mode="constant") > 1e-6)
    share = np.ones(seen.shape, np.float32)
    if len(pixel):
        directions = _SKY[::2]
        feet = np.repeat(feet_of(column, row, pixel), len(directions), axis=0)
        sky = np.tile(directions, (len(pixel), 1))
        open_to = ~tracer.blocked(feet, UP, sky) * sky[:, 2]
        share.reshape(-1)[pixel] = open_to.reshape(len(pixel), -1).sum(1) / directions[:, 2].sum()
    return np.asarray(Image.fromarray(share).resize((len(x), len(y)), Image.Resampling.BILINEAR))


def _in_sun(tracer: Tracer, hits: Hits, sun: Sun) -> NDArray[np.bool_]:
    """Whether the sun reaches the hits, `[n]`; a face turned away from it needs no ray."""
    in_sun = dot(hits.normal, sun.direction) > 0
    facing = np.flatnonzero(in_sun)
    in_sun[facing] = ~tracer.blocked(hits.point[facing], hits.normal[facing], sun.direction)
    return in_sun


def _seen_sky(tracer: Tracer, hits: Hits, shape: tuple[int, int], supersampling: int) -> Float32Array:
    """One direction of the sky for each hit, `[n, 3]`, all zero where something hides it.

    Neighbouring cells of half a pixel use the directions in turn, so that the pixels of a neighbourhood together
    use all of them. The samples of a cell share the result of its first sample.
    """
    step = max(1, supersampling // 2)
    row, column = np.divmod(hits.sample, shape[1])
    first = np.flatnonzero((row % step == 0) & (column % step == 0))
    sky = _SKY[(row // step % 4) * 4 + column // step % 4]
    hidden = np.zeros((-(-shape[0] // step), -(-shape[1] // step)), bool)
    hidden[row[first] // step, column[first] // step] = tracer.blocked(
        hits.point[first], hits.normal[first], sky[first]
    )
    seen: Float32Array = sky * ~hidden[row // step, column // step, None]
    return seen


def _painted(objects: Sequence[SceneObject], owner: NDArray[np.int16], hits: Hits, mesh: Mesh) -> Float32Array:
    """Reflectance of the hits with the weathering of their objects, `[n, 3]`."""
    order = np.argsort(owner, kind="stable")  # gathered once, so that the hits of an object lie side by side
    face = hits.face[order]
    rgb, coat = mesh.rgb.astype(np.float32).take(face, axis=0), mesh.coat[face]
    point, normal = hits.point.take(order, axis=0), hits.normal.take(order, axis=0)
    indices, starts = np.unique(owner[order], return_index=True)
    for index, start, end in zip(indices, starts, np.append(starts, len(order))[1:], strict=True):
        shown_object, part = objects[index], slice(start, end)
        local = point[part]
        local[:, :2] -= _array(shown_object.at_m)
        local = turned(local, -shown_object.heading_deg)
        rgb[part] = weathered(rgb[part], coat[part], local, normal[part], shown_object.weathering)
    shown = np.empty_like(rgb)
    shown[order] = rgb
    return shown


def _light(hits: Hits, in_sun: NDArray[np.bool_], sky: Float32Array, sun: Sun) -> Float32Array:
    """Light on the hits, `[n, 3]`; 1 = level, unshaded ground."""
    towards = sun.direction
    slope = np.clip(dot(hits.normal, towards), 0.0, None) / max(float(towards[2]), 1e-3)
    from_sun = np.float32(sun.direct) * np.minimum(slope, 6.0) * in_sun
    facing = np.clip(np.einsum("ij,ij->i", hits.normal, sky), 0.0, None)
    from_sky = np.float32(1 - sun.direct) * 2 * facing
    bounce = np.float32(BOUNCE) * (1 - hits.normal[:, 2]) / 2
    light: Float32Array = from_sun[:, None] * _array(sun.tint) + (from_sky + bounce)[:, None] * _array(sun.sky)
    return light


def _mirrored(
    hits: Hits, in_sun: NDArray[np.bool_], mesh: Mesh, sun: Sun, camera: Camera
) -> tuple[NDArray[np.intp], Float32Array]:
    """Sun (Blinn-Phong) and sky mirrored by glossy faces: indices of the hits, `[m]`, and radiance, `[m, 3]`."""
    of_face = mesh.gloss.astype(np.float32)[hits.face]
    which = np.flatnonzero(of_face > 0.01)
    gloss = of_face[which]
    half = sun.direction + camera.direction
    half /= np.linalg.norm(half)
    glint = np.clip(dot(hits.normal[which], half), 0.0, None) ** (20 + 200 * gloss)
    of_sun = np.float32(4 * sun.direct) * gloss * glint * in_sun[which]
    of_sky = np.float32(0.06) * gloss
    return which, of_sun[:, None] * _array(sun.tint) + of_sky[:, None] * _array(sun.sky)


def _array(values: Sequence[float]) -> Float32Array:
    return np.array(values, np.float32)


def _sky_directions() -> Float32Array:
    """Directions spread evenly over the upper half sphere, `[SKY_DIRECTIONS, 3]`, in mixed order."""
    index = np.arange(SKY_DIRECTIONS)
    height = (index + 0.5) / SKY_DIRECTIONS
    turn = index * math.pi * (3 - math.sqrt(5))
    flat = np.sqrt(1 - height**2)
    spread = np.stack([flat * np.cos(turn), flat * np.sin(turn), height], 1).astype(np.float32)
    return spread[np.random.default_rng(5).permutation(SKY_DIRECTIONS)]


_SKY: Final = _sky_directions()
