"""The window of a scene that a row of results was answered from, cut once more from what the row states.

For reports of finished results. Whether the pixels are those that were answered, the hash in the row says.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from PIL import Image

from vehicle_id.crops.bands import parse_bands, to_picture
from vehicle_id.crops.chips import resample
from vehicle_id.crops.cut import SceneCut
from vehicle_id.crops.images import MAX_PIXELS, DecodedImage
from vehicle_id.errors import CropError, InputError
from vehicle_id.results import Record
from vehicle_id.scenes.band_choice import BandChoice, chosen_bands, scene_stretch, stored
from vehicle_id.scenes.raster import PixelWindow, SceneRaster
from vehicle_id.text import path_of

Stretch = tuple[float, float]


class SceneCuts:
    """Cuts the crops of rows; a context manager that keeps the scene of the last row open.

    Args:
        folder: where scenes are looked for that are no longer at the path of their row.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._path: Path | None = None
        self._raster: SceneRaster | None = None
        self._stretches: dict[str | None, Stretch | None] = {}
        """Of the open scene, by the bands that a row states."""

    def __enter__(self) -> SceneCuts:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def find_cut(self, record: Record) -> SceneCut | None:
        """The crop of a row; None where it is none of a scene, or cannot be cut any more."""
        window = _window_of(record)
        scene = None if window is None else self._scene_of(record)
        if window is None or scene is None:
            return None
        try:
            with SceneRaster.settings():
                raster = self._open(scene)
                return _cut(raster, window, record, self._stretch_of(raster, record))
        except (CropError, InputError):
            return None

    def _stretch_of(self, raster: SceneRaster, record: Record) -> Stretch | None:
        """The stretch of a row. The row has it rounded, so that it is found anew; only if it is another, it counts."""
        stated = _stated_stretch(record)
        if stated is None:
            return None
        bands = record.get("bands")
        if bands not in self._stretches:
            self._stretches[bands] = scene_stretch(raster, _choice(raster, record))
        found = self._stretches[bands]
        return found if found is not None and (round(found[0], 6), round(found[1], 6)) == stated else stated

    def _scene_of(self, record: Record) -> Path | None:
        """The scene whose name stands before that of the box; a file of its own is no cut."""
        path = Path(path_of(record["path"] or ""))
        places = [path.parent] if self._folder is None else [path.parent, self._folder / path.parent.name]
        return next((each for each in places if os.path.isfile(each)), None)

    def _open(self, scene: Path) -> SceneRaster:
        if self._raster is None or scene != self._path:
            self._close()
            self._raster, self._path, self._stretches = SceneRaster(scene), scene, {}
        return self._raster

    def _close(self) -> None:
        if self._raster is not None:
            self._raster.close()
        self._raster = None


def _window_of(record: Record) -> PixelWindow | None:
    """The window of a row, which may come from a stranger."""
    try:
        left, top, width, height = (int(each) for each in json.loads(record.get("window_px") or ""))
    except (TypeError, ValueError, OverflowError, RecursionError):
        return None
    is_possible = 0 < width * height <= MAX_PIXELS and width > 0 and max(abs(left), abs(top)) < MAX_PIXELS
    return PixelWindow(left=left, top=top, width=width, height=height) if is_possible else None


def _cut(raster: SceneRaster, window: PixelWindow, record: Record, stretch: Stretch | None) -> SceneCut | None:
    if window.inside(raster.width, raster.height) is None:
        return None
    picture = to_picture(replace(stored(raster, window, _choice(raster, record)), stretch=stretch))
    image, size = picture.image, (record["width_px"], record["height_px"])
    if None not in size and image.size != size and 0 < size[0] * size[1] <= MAX_PIXELS:
        pixels = resample(DecodedImage(image=image).pixels, width=size[0], height=size[1])  # as `squared` did
        image = Image.fromarray(pixels)
    return SceneCut(picture=DecodedImage(image=image, gsd_m=record.get("gsd_m"), stretch=picture.stretch))


def _choice(raster: SceneRaster, record: Record) -> BandChoice:
    """The bands that the row states, else those of the scene."""
    return chosen_bands(raster, parse_bands(record["bands"]) if record.get("bands") else None)


def _stated_stretch(record: Record) -> Stretch | None:
    """The values that became black and white, the lower one first; None of a scene of 8 bits."""
    black, white = record.get("stretch_low"), record.get("stretch_high")
    return None if black is None or white is None else (min(black, white), max(black, white))
