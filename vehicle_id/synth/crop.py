"""One rendered crop and its truth, from a seed: class -> scene -> camera -> sensor -> pixels.

The window is a box as a person would draw it around the vehicle: tight or loose, seldom centred. This room
writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from vehicle_id.catalogue import Catalogue
from vehicle_id.errors import InputError
from vehicle_id.synth.camera import Box, View, box_along, meet
from vehicle_id.synth.ground.real import RealGround
from vehicle_id.synth.rays import outline_samples
from vehicle_id.synth.render import Picture, render
from vehicle_id.synth.scene import Scene, draw_scene
from vehicle_id.synth.sensor import BORDER_PX, Sensor, draw_sensor, encode, expose
from vehicle_id.taxonomy import Range

SUPERSAMPLING: Final = 4
LARGEST_PX: Final = 400
"""Longest side of a crop: a window around something long at a fine GSD is drawn tighter, or cuts it."""
SMALLEST_PX: Final = 6
MOST_TRIES: Final = 20
"""Scenes drawn for one crop before it is given up."""
LEAST_VISIBLE: Final = 0.5
"""Crops whose vehicle is hidden more than this are drawn anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is known of a rendered crop: the columns of its manifest row."""

    label: str
    vehicle: str
    """Name of the catalogue row; empty for bare ground."""
    gsd_m: float
    length_m: float | None
    """Of the vehicle in transport pose, as published lengths are; None for bare ground."""
    width_m: float | None
    height_m: float | None
    outline_length_m: float | None
    """Of its outline from straight above along and across the heading, as posed: boom swung out, body up."""
    outline_width_m: float | None
    heading_deg: float | None
    """Direction of its front, 0 to 360, counter-clockwise from the image's x axis."""
    sun_azimuth_deg: float
    """Where the sun stands, counted likewise."""
    sun_elevation_deg: float
    off_nadir_deg: float
    view_azimuth_deg: float
    """Towards the camera, counted likewise."""
    visible_share: float | None
    """Share of its outline inside the crop and not hidden by anything."""
    margin_px: float
    """Context on each side beyond a tight square around the vehicle; 0 when drawn tighter."""
    blur_px: float
    """Standard deviation of the lens's blur, in pixels of the crop."""
    view: str
    """Kind of product: `satellite` or `aerial`."""
    ground: str
    origin: str = "rendered"


@dataclass(frozen=True, slots=True)
class RenderedCrop:
    """An encoded image and its truth."""

    image: bytes
    suffix: str
    """`.jpg` or `.png`."""
    truth: Truth


def render_crop(
    label: str,
    catalogue: Catalogue,
    rng: np.random.Generator,
    *,
    gsd_m: Range,
    context: Range | None = None,
    window_m: float | None = None,
    real_grounds: Sequence[RealGround] = (),
    worst: bool = False,
) -> RenderedCrop:
    """Draw a scene of a class and photograph it; the same generator state gives the same bytes.

    Args:
        label: leaf of the class tree.
        catalogue: rows to choose from.
        rng: source of all draws.
        gsd_m: ground sample distances to draw from, lowest and highest, metres per pixel.
        context: side of a square, centred window as a multiple of a tight one, lowest and highest; None = a
            box as drawn by hand.
        window_m: side of a square window around the vehicle, whatever its size; overrules `context`.
        real_grounds: see `draw_scene`.
        worst: every nuisance at its worst: low sun, 25 to 35 degrees off nadir, the poorest sensor.

    Raises:
        InputError: no window shows enough of the vehicle, or a row cannot be built.
    """
    gsd = float(np.exp(rng.uniform(*np.log(gsd_m))))
    for _ in range(MOST_TRIES):
        scene = draw_scene(label, catalogue, rng, gsd_m=gsd, real_grounds=real_grounds, low_sun=worst)
        off_nadir = float(rng.uniform(25, 35) if worst else min(35.0, abs(rng.normal(0, 15))))
        azimuth = float(rng.uniform(0, 360))
        box = _outline_box(
            scene, View(gsd_m=gsd, height_px=1, width_px=1, off_nadir_deg=off_nadir, azimuth_deg=azimuth)
        )
        centre, size = ((0.0, 0.0), (window_m, window_m)) if window_m else _window(box, gsd, context, rng)
        view = View(
            gsd_m=gsd,
            height_px=max(SMALLEST_PX, round(size[1] / gsd)),
            width_px=max(SMALLEST_PX, round(size[0] / gsd)),
            off_nadir_deg=off_nadir,
            azimuth_deg=azimuth,
            centre_m=centre,
        )
        crop = _photograph(label, scene, view, box, rng, worst=worst)
        if crop.truth.visible_share is None or crop.truth.visible_share >= LEAST_VISIBLE:
            return crop
    raise InputError(
        f"no window of at most {LARGEST_PX} pixels at {gsd:.2f} m shows half of a {label}: ask for a coarser GSD"
        if window_m is None
        else f"no window of {window_m:g} m shows half of a {label}: ask for a larger one"
    )


def _outline_box(scene: Scene, view: View) -> Box:
    """Where the target is seen, leaning as the view has it; 6 m about the origin where there is none."""
    return box_along(scene.things[0].mesh, view.direction) if scene.target else (-3.0, 3.0, -3.0, 3.0)


def _window(
    box: Box, gsd: float, context: Range | None, rng: np.random.Generator
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Centre and size of a window, metres: as a detector cuts when a context is given, else as a person draws."""
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


def _photograph(
    label: str, scene: Scene, view: View, box: Box, rng: np.random.Generator, *, worst: bool
) -> RenderedCrop:
    bordered = replace(view, height_px=view.height_px + 2 * BORDER_PX, width_px=view.width_px + 2 * BORDER_PX)
    picture = render(scene.things, scene.ground, view=bordered, sun=scene.sun, supersampling=SUPERSAMPLING)
    sensor = draw_sensor(rng, gsd_m=view.gsd_m, worst=worst)
    pixels = expose(picture.radiance, supersampling=SUPERSAMPLING, border_px=BORDER_PX, sensor=sensor, rng=rng)
    image, suffix = encode(pixels, sensor)
    seen = _visible_share(scene, picture, view, box) if scene.target else None
    return RenderedCrop(image, suffix, _truth(label, scene, view, box, seen, sensor))


def _visible_share(scene: Scene, picture: Picture, view: View, box: Box) -> float:
    """Share of the target's outline that lies inside the crop and that nothing hides."""
    west, east, south, north = view.window
    inside = west <= box[0] and box[1] <= east and south <= box[2] and box[3] <= north
    if inside and not any(meet(box, box_along(thing.mesh, view.direction)) for thing in scene.things[1:]):
        return 1.0
    border = BORDER_PX * SUPERSAMPLING
    seen = picture.owner[border:-border, border:-border][::2, ::2] == 0
    whole = outline_samples(scene.things[0].mesh, view, box, supersampling=SUPERSAMPLING)
    return min(1.0, float(seen.sum()) / max(1, whole))


def _truth(label: str, scene: Scene, view: View, box: Box, seen: float | None, sensor: Sensor) -> Truth:
    target = scene.target
    outline: tuple[float | None, float | None] = (None, None)
    if target is not None:
        low, high = scene.things[0].mesh.turned(-scene.heading_deg).bounds
        outline = round(float(high[0] - low[0]), 3), round(float(high[1] - low[1]), 3)
    west, east, south, north = view.window
    margins = box[0] - west, east - box[1], box[2] - south, north - box[3]
    return Truth(
        label=label,
        vehicle=target.row.name if target else "",
        gsd_m=round(view.gsd_m, 4),
        length_m=round(target.length_m, 3) if target else None,
        width_m=round(target.width_m, 3) if target else None,
        height_m=round(target.height_m, 3) if target else None,
        outline_length_m=outline[0],
        outline_width_m=outline[1],
        heading_deg=round(scene.heading_deg, 2) if target else None,
        sun_azimuth_deg=round(scene.sun.azimuth_deg, 2),
        sun_elevation_deg=round(scene.sun.elevation_deg, 2),
        off_nadir_deg=round(view.off_nadir_deg, 2),
        view_azimuth_deg=round(view.azimuth_deg, 2),
        visible_share=None if seen is None else round(seen, 3),
        margin_px=round(max(0.0, min(margins) / view.gsd_m), 1),
        blur_px=round(sensor.blur_px, 2),
        view=sensor.product,
        ground=scene.ground_name,
    )
