"""Render one crop and its ground truth: class -> scene -> camera -> sensor -> encoded image.

The window is a box as a person draws it around the vehicle: tight or loose, seldom centred. Does no I/O.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from vehicle_id.catalogue import Catalogue
from vehicle_id.errors import InputError
from vehicle_id.synth.camera import Box, Camera, box_along, meet
from vehicle_id.synth.conditions import CaptureConditions
from vehicle_id.synth.rays import outline_samples
from vehicle_id.synth.render import RadianceImage, render
from vehicle_id.synth.scene import Scene, draw_scene
from vehicle_id.synth.sensor import BORDER_PX, Sensor, draw_sensor, encode, expose
from vehicle_id.taxonomy import Range

SUPERSAMPLING: Final = 4
LARGEST_PX: Final = 400
"""Longest side of a crop. A window around a long vehicle at a fine GSD is drawn tighter, or cuts the vehicle."""
SMALLEST_PX: Final = 6
MOST_TRIES: Final = 20
"""Scenes drawn for one crop before `render_crop` raises an error."""
LEAST_VISIBLE: Final = 0.5
"""A crop with a smaller visible share of the vehicle is drawn again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The ground truth of a rendered crop: the columns of its manifest row."""

    label: str
    vehicle: str
    """Name of the catalogue row; empty for bare ground."""
    gsd_m: float
    gsd_error: float
    """Relative standard deviation of `gsd_m`: 0, since it is exact."""
    length_m: float | None
    """Of the vehicle in transport pose, as published lengths are; None for bare ground."""
    width_m: float | None
    height_m: float | None
    outline_length_m: float | None
    """Of the posed vehicle's outline from straight above, along the heading: boom swung out, body raised."""
    outline_width_m: float | None
    """Of the same outline, across the heading."""
    heading_deg: float | None
    """Direction of the vehicle's front, 0 to 360, counter-clockwise from the image's x axis."""
    sun_azimuth_deg: float
    """Direction to the sun, counted likewise."""
    sun_elevation_deg: float
    off_nadir_deg: float
    view_azimuth_deg: float
    """Direction to the camera, counted likewise."""
    visible_share: float | None
    """Share of the outline that is inside the crop and not hidden."""
    margin_px: float
    """Context on each side beyond a tight square around the vehicle; 0 when the window is tighter."""
    blur_px: float
    """Standard deviation of the lens blur, in pixels of the crop."""
    native_scale: float
    """Sampled over stated ground sample distance: above 1 the image is enlarged."""
    view: str
    """Kind of product: `satellite` or `aerial`."""
    ground: str
    origin: str
    """`mesh` where the vehicle's row names a mesh file, else `rendered`."""


@dataclass(frozen=True, slots=True)
class RenderedCrop:
    """An encoded image and its ground truth."""

    image: bytes
    suffix: str
    """`.jpg` or `.png`."""
    truth: Truth


def render_crop(
    label: str, catalogue: Catalogue, rng: np.random.Generator, conditions: CaptureConditions
) -> RenderedCrop:
    """Draw a scene of a class and take an image of it; the same generator state gives the same bytes.

    Args:
        label: leaf of the class tree.
        catalogue: rows to choose from.
        rng: source of all draws.
        conditions: how the scene is drawn and the image taken.

    Raises:
        InputError: no window shows enough of the vehicle, or a row cannot be built.
    """
    gsd = float(np.exp(rng.uniform(*np.log(conditions.gsd_m))))
    for _ in range(MOST_TRIES):
        scene = draw_scene(label, catalogue, rng, conditions, gsd_m=gsd)
        camera, box = _aim(scene, gsd, conditions, rng)
        crop = _capture(label, scene, camera, box, rng, stress=conditions.stress)
        if crop.truth.visible_share is None or crop.truth.visible_share >= LEAST_VISIBLE:
            return crop
    raise InputError(
        f"no window of at most {LARGEST_PX} pixels at {gsd:.2f} m shows half of a {label}: ask for a coarser GSD"
        if conditions.window_m is None
        else f"no window of {conditions.window_m:g} m shows half of a {label}: ask for a larger one"
    )


def _aim(scene: Scene, gsd: float, conditions: CaptureConditions, rng: np.random.Generator) -> tuple[Camera, Box]:
    """A camera over the target, and the box in which it sees the target."""
    off_nadir = float(rng.uniform(25, 35) if conditions.stress else min(35.0, abs(rng.normal(0, 15))))
    azimuth = float(rng.uniform(0, 360))
    camera = Camera(gsd_m=gsd, height_px=1, width_px=1, off_nadir_deg=off_nadir, azimuth_deg=azimuth)
    box = _outline_box(scene, camera)
    side = conditions.window_m
    centre, size = ((0.0, 0.0), (side, side)) if side else _window(box, gsd, conditions.context, rng)
    height, width = (max(SMALLEST_PX, round(metres / gsd)) for metres in (size[1], size[0]))
    return replace(camera, height_px=height, width_px=width, centre_m=centre), box


def _outline_box(scene: Scene, camera: Camera) -> Box:
    """The box in which the camera sees the target; 6 m about the origin where there is none."""
    return box_along(scene.objects[0].mesh, camera.direction) if scene.target else (-3.0, 3.0, -3.0, 3.0)


def _window(
    box: Box, gsd: float, context: Range | None, rng: np.random.Generator
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Centre and size of a window, metres: as a detector cuts where a context is given, else as a person draws."""
    middle = (box[0] + box[1]) / 2, (box[2] + box[3]) / 2
    width, height = box[1] - box[0], box[3] - box[2]
    longer = max(width, height)
    if context is not None:
        side = min(longer * float(rng.uniform(*context)), LARGEST_PX * gsd)
        return middle, (side, side)
    kind = rng.random()
    loose = rng.uniform(1.0, 1.12) if kind < 0.2 else rng.uniform(1.12, 1.6) if kind < 0.8 else rng.uniform(1.6, 2.6)
    loose = float(min(loose, max(1.0, LARGEST_PX * gsd / longer)))
    if rng.random() < 0.75:
        width = height = longer
    wander = 0.35 * (loose - 1.0) + 0.03
    across, up = (float(share) for share in rng.uniform(-wander, wander, 2))
    centre = middle[0] + across * width, middle[1] + up * height
    return centre, (min(width * loose, LARGEST_PX * gsd), min(height * loose, LARGEST_PX * gsd))


def _capture(
    label: str, scene: Scene, camera: Camera, box: Box, rng: np.random.Generator, *, stress: bool
) -> RenderedCrop:
    """Render a scene with a border, pass it through a sensor, and encode it."""
    bordered = replace(camera, height_px=camera.height_px + 2 * BORDER_PX, width_px=camera.width_px + 2 * BORDER_PX)
    rendered = render(scene.objects, scene.ground, camera=bordered, sun=scene.sun, supersampling=SUPERSAMPLING)
    sensor = draw_sensor(rng, gsd_m=camera.gsd_m, stress=stress)
    pixels = expose(rendered.radiance, supersampling=SUPERSAMPLING, border_px=BORDER_PX, sensor=sensor, rng=rng)
    image, suffix = encode(pixels, sensor)
    seen = _visible_share(scene, rendered, camera, box) if scene.target else None
    return RenderedCrop(image, suffix, _truth(label, scene, camera, box, seen, sensor))


def _visible_share(scene: Scene, rendered: RadianceImage, camera: Camera, box: Box) -> float:
    """Share of the target's outline that lies inside the crop and that nothing hides."""
    west, east, south, north = camera.window
    inside = west <= box[0] and box[1] <= east and south <= box[2] and box[3] <= north
    if inside and not any(meet(box, box_along(other.mesh, camera.direction)) for other in scene.objects[1:]):
        return 1.0
    border = BORDER_PX * SUPERSAMPLING
    seen = rendered.owner[border:-border, border:-border][::2, ::2] == 0
    whole = outline_samples(scene.objects[0].mesh, camera, box, supersampling=SUPERSAMPLING)
    return min(1.0, float(seen.sum()) / max(1, whole))


def _truth(label: str, scene: Scene, camera: Camera, box: Box, seen: float | None, sensor: Sensor) -> Truth:
    """The manifest row of a crop."""
    target = scene.target
    outline: tuple[float | None, float | None] = (None, None)
    if target is not None:
        low, high = scene.objects[0].mesh.turned(-scene.heading_deg).bounds
        outline = round(float(high[0] - low[0]), 3), round(float(high[1] - low[1]), 3)
    west, east, south, north = camera.window
    margins = box[0] - west, east - box[1], box[2] - south, north - box[3]
    return Truth(
        label=label,
        vehicle=target.row.name if target else "",
        gsd_m=round(camera.gsd_m, 4),
        gsd_error=0.0,
        length_m=round(target.length_m, 3) if target else None,
        width_m=round(target.width_m, 3) if target else None,
        height_m=round(target.height_m, 3) if target else None,
        outline_length_m=outline[0],
        outline_width_m=outline[1],
        heading_deg=round(scene.heading_deg, 2) if target else None,
        sun_azimuth_deg=round(scene.sun.azimuth_deg, 2),
        sun_elevation_deg=round(scene.sun.elevation_deg, 2),
        off_nadir_deg=round(camera.off_nadir_deg, 2),
        view_azimuth_deg=round(camera.azimuth_deg, 2),
        visible_share=None if seen is None else round(seen, 3),
        margin_px=round(max(0.0, min(margins) / camera.gsd_m), 1),
        blur_px=round(sensor.blur_px, 2),
        native_scale=round(sensor.native_scale, 3),
        view=sensor.product,
        ground=scene.ground_name,
        origin="mesh" if target is not None and target.row.mesh else "rendered",
    )
