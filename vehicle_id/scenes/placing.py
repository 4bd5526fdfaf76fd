"""Boxes in coordinates of any kind -> the windows of a scene that show them, with their metres and place on earth.

A window is a square on the ground about the middle of the object's box, along the rows and columns of the scene.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Final

import shapely

from vehicle_id.crops.images import MAX_PIXELS
from vehicle_id.errors import CropError, InputError
from vehicle_id.results import ScenePlace, Status
from vehicle_id.scenes.boxes import SceneBox
from vehicle_id.scenes.georeference import (
    MOST_CORNERS,
    Georeference,
    GroundView,
    Ring,
    centre_of,
    checked_crs,
    footprint_text,
    turned_rectangle_of,
)
from vehicle_id.scenes.metadata import Capture
from vehicle_id.scenes.options import PIXEL, SceneOptions
from vehicle_id.scenes.raster import PixelWindow, SceneRaster

FARTHEST_PX: Final = 1e8
"""No scene has so many columns."""
THINNEST: Final = 1e-3
"""Width over length under which an outline is a line, which map projections bend a little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedBox:
    """A box with its window."""

    window: PixelWindow
    outline: Ring
    """Of the object in pixels of the scene."""
    length_px: float
    """The longer side of the rectangle around the object, in pixels as high as wide of the same area."""
    width_px: float
    gsd_m: float | None
    """Of pixels as high as wide of the same area."""
    gsd_source: str | None
    aspect: float
    """Width of a pixel over its height, on the ground."""
    place: ScenePlace
    flags: tuple[str, ...] = ()


def georeference_of(raster: SceneRaster, options: SceneOptions) -> Georeference | None:
    """Where the pixels of a scene lie; None where nobody says it.

    Raises:
        InputError: a stated coordinate system that is not known.
    """
    crs = raster.crs_wkt if options.crs is None else checked_crs(options.crs, "the scene (--crs)")
    transform = raster.transform
    if crs is None or transform is None:
        return None
    try:
        checked_crs(crs, "the scene")
    except InputError:
        return None  # a local system, as of a drawing: its units are nowhere on the earth
    return Georeference(transform=transform, crs=crs, centre=(raster.width / 2, raster.height / 2))


class BoxPlacer:
    """Places the boxes of one scene.

    Args:
        raster: the scene.
        options: what the user states.
        capture: when and how it was taken.

    Raises:
        InputError: a coordinate system that is not known.
    """

    def __init__(self, raster: SceneRaster, *, options: SceneOptions, capture: Capture) -> None:
        self._raster, self._options, self._capture = raster, options, capture
        self.georeference = georeference_of(raster, options)
        stated = options.boxes_crs
        self._boxes_crs = None if stated in (None, PIXEL) else checked_crs(str(stated), "the boxes (--boxes-crs)")

    def place(self, box: SceneBox, *, gsd_m: float | None = None) -> PlacedBox:
        """The window of a box.

        Args:
            box: without a problem of its own.
            gsd_m: metres per pixel that are stated of this box alone.

        Raises:
            CropError: the box cannot be cut, with the status and a sentence.
            InputError: no box of this kind can be placed in this scene.
        """
        ring = self.pixels_of(box)
        if not all(abs(each) < FARTHEST_PX for corner in ring for each in corner):
            raise CropError(Status.BAD_ROW, f"the box lies far outside the scene{self._swapped(box)}")
        across, down, ground, stated, source = self._metres(ring[0], gsd_m)
        outline, middle, sides, flags = _measured(ring, across, down)
        side = self._window_side(sides, gsd_known=stated is not None)
        width, height = max(1, round(side / across)), max(1, round(side / down))
        if width * height > MAX_PIXELS:
            raise CropError(Status.TOO_LARGE, f"the window has more than {MAX_PIXELS // 1_000_000} million pixels")
        window = PixelWindow(
            left=round(middle[0] - width / 2), top=round(middle[1] - height / 2), width=width, height=height
        )
        inside = window.inside(self._raster.width, self._raster.height)
        if inside is None or not _is_inside(outline, self._raster):
            raise CropError(Status.BAD_ROW, f"the box lies outside the scene{self._swapped(box)}")
        mean = math.sqrt(across * down)
        return PlacedBox(
            window=window,
            outline=outline,
            length_px=sides[0] / mean,
            width_px=sides[1] / mean,
            gsd_m=stated,
            gsd_source=source,
            aspect=across / down,
            place=self._place(window, outline, middle, across / down, ground),
            flags=flags if inside == window else (*flags, "scene_edge"),
        )

    def pixels_of(self, box: SceneBox) -> Ring:
        """The corners of a box in pixels of the scene.

        Raises:
            CropError: its coordinates have no place there.
            InputError: no box of this kind can be placed in this scene.
        """
        if box.space == "share":
            return tuple((x * self._raster.width, y * self._raster.height) for x, y in box.ring)
        if not self._is_on_map(box):
            return box.ring
        crs = self._boxes_crs or box.crs
        if crs is None and any(abs(y) > 90 or abs(x) > 540 for x, y in box.ring):
            raise CropError(
                Status.BAD_ROW,
                f"its coordinates {box.ring[0][0]:g}, {box.ring[0][1]:g} are no longitude and latitude"
                f"{self._swapped(box) or ': state their system with --boxes-crs'}",
            )
        if self.georeference is None:
            raise InputError(self._no_place())
        found = self.georeference.pixels_of(box.ring, crs)
        if found is None:
            raise CropError(Status.BAD_ROW, "its coordinates have no place in the scene's coordinate system")
        return found

    @property
    def stated_gsd_m(self) -> float | None:
        """Metres per pixel that the file states at the middle of the scene, whatever the user states."""
        if self.georeference is None:
            return None
        ground = self.georeference.view_at(self._raster.width / 2, self._raster.height / 2)
        return None if ground is None else ground.pixel.gsd_m

    def metres_at(self, at: tuple[float, float]) -> tuple[float, float] | None:
        """Width and height of the pixel at a place, in metres; None where nobody states them."""
        across, down, _, stated, _ = self._metres(at, None)
        return None if stated is None else (across, down)

    def _is_on_map(self, box: SceneBox) -> bool:
        """Whether the coordinates of a box are those of a map, not pixels or shares of the scene."""
        if box.space == "share" or self._options.boxes_crs == PIXEL:
            return False
        return box.space == "map" or self._boxes_crs is not None

    def _swapped(self, box: SceneBox) -> str:
        """Says so where a box would lie in the scene if its coordinates were exchanged; else nothing."""
        if self.georeference is None or not self._is_on_map(box):
            return ""
        turned = tuple((y, x) for x, y in box.ring)
        found = self.georeference.pixels_of(turned, self._boxes_crs or box.crs)
        if found is None or not _is_inside(found, self._raster):
            return ""
        return "; it would lie inside with latitude and longitude exchanged: write longitude (or east) first"

    def _no_place(self) -> str:
        path = self._raster.path
        if self._raster.has_rpcs:
            return (
                f"the scene {path} is not rectified (it has RPCs alone), and the boxes are on a map: rectify it first"
            )
        if self._options.crs is not None:
            return (
                f"the scene {path} places no pixel in {self._options.crs}, and the boxes are on a map: add a world "
                "file (.tfw, .pgw, .jgw), or state --boxes-crs pixel if they are pixels of the scene"
            )
        if self._raster.crs_wkt is None:
            why = "states no coordinate system"
        else:
            why = "states a coordinate system that is not known, or places no pixel in it"
        return (
            f"the scene {path} {why}, and the boxes are on a map: state it with --crs, or --boxes-crs pixel if "
            "they are pixels of the scene"
        )

    def _metres(
        self, at: tuple[float, float], of_box: float | None
    ) -> tuple[float, float, GroundView | None, float | None, str | None]:
        """Width and height of a pixel, 1 where nobody knows them; the ground there; the distance and who states it."""
        ground = None if self.georeference is None else self.georeference.view_at(*at)
        stated = self._options.gsd_m if of_box is None else of_box
        if stated is not None:  # of the pixels as they are
            return stated, stated, ground, stated, "option" if of_box is None else "manifest"
        if ground is None:
            return 1.0, 1.0, None, None, None
        return ground.across_m, ground.down_m, ground, ground.pixel.gsd_m, "scene"

    def _window_side(self, sides: tuple[float, float], *, gsd_known: bool) -> float:
        if sides[0] > 0:
            return sides[0] * self._options.context
        if self._options.window_m is None:
            raise InputError("the boxes are points: state the side of the windows round them with --window-m 20")
        if not gsd_known:
            raise InputError(
                f"--window-m is in metres, and nobody states those of {self._raster.path}: state --gsd-m, or --crs"
            )
        return self._options.window_m

    def _place(
        self,
        window: PixelWindow,
        outline: Ring,
        middle: tuple[float, float],
        aspect: float,
        ground: GroundView | None,
    ) -> ScenePlace:
        shown = outline if len(outline) > 1 else _corners(window)
        degrees = None if self.georeference is None else self.georeference.degrees_of((middle, *shown))
        lon, lat = (None, None) if degrees is None else centre_of(degrees[:1])
        return ScenePlace(
            lon=lon,
            lat=lat,
            footprint=None if degrees is None else footprint_text(degrees[1:]),
            window_px=str(window),
            box_px=None if len(outline) == 1 else _box_text(outline, window, aspect),
            north_deg=None if ground is None else ground.north_deg,
            sun_azimuth_deg=self._capture.sun_azimuth_deg,
            sun_elevation_deg=self._capture.sun_elevation_deg,
            view_azimuth_deg=self._capture.view_azimuth_deg,
            off_nadir_deg=self._capture.off_nadir_deg,
        )


def _measured(
    ring: Ring, across: float, down: float
) -> tuple[Ring, tuple[float, float], tuple[float, float], tuple[str, ...]]:
    """Outline, middle, and the longer and shorter side in metres, of a ring in pixels; flags.

    Raises:
        CropError: it has no area.
    """
    if len(ring) == 1:
        return ring, ring[0], (0.0, 0.0), ()
    drawn = shapely.Polygon(ring if len(ring) > 2 else (*ring, ring[0]))
    crosses = len(ring) > 3 and not drawn.is_valid
    hull = drawn.convex_hull
    if hull.geom_type != "Polygon":
        raise CropError(Status.BAD_ROW, "its outline has no area")
    flat = shapely.transform(hull, lambda each: each * [across, down])
    around = turned_rectangle_of(flat)
    if around is None:
        raise CropError(Status.BAD_ROW, "its outline has no area")
    sides = sorted((float(math.dist(around[0], around[1])), float(math.dist(around[1], around[2]))))
    if sides[0] < THINNEST * sides[1]:
        raise CropError(Status.BAD_ROW, "its outline has no area")
    middle = (float(around[:4, 0].mean()) / across, float(around[:4, 1].mean()) / down)
    corners = hull.exterior.coords[:-1] if crosses or len(ring) > MOST_CORNERS else ring
    outline = tuple((float(x), float(y)) for x, y in corners)
    return outline, middle, (sides[1], sides[0]), ("box_crossed",) if crosses else ()


def _corners(window: PixelWindow) -> Ring:
    right, bottom = window.left + window.width, window.top + window.height
    return ((window.left, window.top), (right, window.top), (right, bottom), (window.left, bottom))


def _is_inside(outline: Ring, raster: SceneRaster) -> bool:
    """Whether a part of the object's box, not only of its window, lies inside the scene."""
    xs, ys = zip(*outline, strict=True)
    return bool(max(xs) > 0 and min(xs) < raster.width and max(ys) > 0 and min(ys) < raster.height)


def _box_text(outline: Ring, window: PixelWindow, aspect: float) -> str:
    """The outline in pixels of the crop, which has been made square."""
    wide, high = math.sqrt(aspect), 1 / math.sqrt(aspect)
    corners = [
        [round((x - window.left) * wide, 2), round((y - window.top) * high, 2)] for x, y in outline[:MOST_CORNERS]
    ]
    return json.dumps(corners, separators=(",", ":"))
