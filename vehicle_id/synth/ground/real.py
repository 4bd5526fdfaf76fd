"""Images of real ground, to set rendered vehicles on.

A folder holds images and `ground.csv` with the columns path, gsd_m, sun_azimuth_deg (empty: no visible shadows) and
source; `python -m training.datasets.ground` writes one. An image is taken for reflectance: only sRGB is undone, so its
own haze, noise and sharpening stay in it.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from vehicle_id.errors import InputError
from vehicle_id.synth.arrays import Float32Array, Float64Array

TABLE: Final = "ground.csv"
COLUMNS: Final = ("path", "gsd_m", "sun_azimuth_deg", "source")
FINER: Final = 0.6
"""Cell of the grid on which an image is turned, over the image's own, so that turning blurs little."""
GRAIN_STEPS: Final = 2
"""Finest cell of that grid, in samples; a pixel has four."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedGround:
    """An image of ground in its place under a scene: a function of x and y."""

    pixels: NDArray[np.uint8]
    """sRGB `[h, w, 3]`."""
    gsd_m: float
    sun_azimuth_deg: float | None
    """Direction to the sun in the frame of the scene, counter-clockwise from its x axis; None where unknown."""
    turn_deg: float
    """Angle of the image's own x axis, counter-clockwise from the scene's."""
    flipped: bool
    """Whether left and right are exchanged, before turning."""
    centre_px: tuple[float, float]
    """Column and row at the origin, after flipping."""

    def __call__(self, x: Float32Array, y: Float32Array) -> Float32Array:
        """Linear reflectance `[H, W, 3]` at x `[W]` (rising) and y `[H]` (falling), in metres, evenly spaced.

        The image is continued beyond its edges by its mirror image. Windows agree on a place to within the rounding
        of two interpolations.
        """
        step = (float(x[-1]) - float(x[0])) / (len(x) - 1)
        grain = max(self.gsd_m * FINER, GRAIN_STEPS * step)
        width, height = len(x) * step / grain, len(y) * step / grain
        matrix = self._matrix(float(x[0]) - step / 2, float(y[0]) + step / 2, grain)
        size = (math.ceil(width), math.ceil(height))
        how = Image.Resampling.BICUBIC
        shrink = max(1, int(grain / self.gsd_m))
        source, shift = self._source(matrix / shrink, size, shrink)
        turned = source.transform(size, Image.Transform.AFFINE, shift, how)
        large = turned.resize((len(x), len(y)), how, (0.0, 0.0, width, height))
        reflectance: Float32Array = _LINEAR[np.asarray(large)]
        return reflectance

    def _source(
        self, matrix: Float64Array, size: tuple[int, int], shrink: int
    ) -> tuple[Image.Image, tuple[float, ...]]:
        """The part of the shrunk image that a grid of a size shows, and the affine map from the grid into it."""
        corners = [matrix @ (column, row, 1.0) for column in (0, size[0]) for row in (0, size[1])]
        low = np.floor(np.min(corners, axis=0)).astype(int) - 3
        high = np.ceil(np.max(corners, axis=0)).astype(int) + 3
        pixels = np.asarray(Image.fromarray(self.pixels).reduce(shrink)) if shrink > 1 else self.pixels
        columns, rows = (_folded(low[axis], high[axis], pixels.shape[1 - axis]) for axis in (0, 1))
        if self.flipped:
            columns = pixels.shape[1] - 1 - columns
        inside = matrix - np.array([[0, 0, low[0]], [0, 0, low[1]]])
        return Image.fromarray(pixels[rows[:, None], columns]), tuple(float(value) for value in inside.ravel())

    def _matrix(self, left: float, top: float, grain: float) -> Float64Array:
        """Affine map from columns and rows of a grid on the scene to those of the image, `[2, 3]`."""
        c, s = math.cos(math.radians(self.turn_deg)), math.sin(math.radians(self.turn_deg))
        # x = left + column * grain, y = top - row * grain; turned back by turn_deg; rows run down
        scale = 1 / self.gsd_m
        column, row = self.centre_px
        return np.array(
            [
                [c * grain * scale, -s * grain * scale, column + (c * left + s * top) * scale],
                [s * grain * scale, c * grain * scale, row + (s * left - c * top) * scale],
            ]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RealGround:
    """An image of ground."""

    pixels: NDArray[np.uint8]
    """sRGB `[h, w, 3]`."""
    gsd_m: float
    sun_azimuth_deg: float | None
    """Direction to the sun, counter-clockwise from the image's x axis; None where no shadows show it."""
    source: str

    @property
    def side_m(self) -> float:
        """The shorter side. A much wider scene shows mirror images, whose shadows are mirrored too."""
        return float(min(self.pixels.shape[:2]) * self.gsd_m)

    def place(self, rng: np.random.Generator, *, window_m: float = 24.0) -> PlacedGround:
        """Flip, turn and shift the image at random.

        Args:
            rng: source of the draws.
            window_m: side of the scene around its origin; it is kept within the image where the image is large enough.
        """
        flipped, turn_deg = bool(rng.random() < 0.5), float(rng.uniform(0, 360))
        c, s = abs(math.cos(math.radians(turn_deg))), abs(math.sin(math.radians(turn_deg)))
        half = window_m * (c + s) / 2 / self.gsd_m
        height, width = self.pixels.shape[:2]
        column, row = (float(rng.uniform(min(half, size / 2), max(size - half, size / 2))) for size in (width, height))
        sun = self.sun_azimuth_deg
        if sun is not None:
            sun = ((180 - sun if flipped else sun) + turn_deg) % 360
        return PlacedGround(
            pixels=self.pixels,
            gsd_m=self.gsd_m,
            sun_azimuth_deg=sun,
            turn_deg=turn_deg,
            flipped=flipped,
            centre_px=(column, row),
        )


def load_grounds(folder: Path) -> list[RealGround]:
    """Read all images of ground that a folder's `ground.csv` names.

    Raises:
        InputError: no such folder or table, a wrong column or value, or an image that cannot be read.
    """
    table = folder / TABLE
    try:
        with table.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
            columns = tuple(reader.fieldnames or ())
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{table} cannot be read; write it with `python -m training.datasets.ground`.") from error
    if set(columns) != set(COLUMNS):
        raise InputError(f"{table} has the columns {', '.join(columns)}; it needs {', '.join(COLUMNS)}.")
    if not rows:
        raise InputError(f"{table} names no image; write it with `python -m training.datasets.ground`.")
    return [_read(folder, row) for row in rows]


def _read(folder: Path, row: dict[str, str]) -> RealGround:
    path = folder / (row["path"] or "")
    try:
        gsd_m = float(row["gsd_m"])
        sun = float(row["sun_azimuth_deg"]) if row["sun_azimuth_deg"] else None
    except (TypeError, ValueError) as error:
        raise InputError(f"In {folder / TABLE}, gsd_m or sun_azimuth_deg of {path.name} is not a number.") from error
    if not (0 < gsd_m < math.inf and (sun is None or math.isfinite(sun))):
        raise InputError(f"In {folder / TABLE}, gsd_m of {path.name} is not above 0, or its sun has no direction.")
    try:
        with Image.open(path) as image:
            pixels = np.asarray(image.convert("RGB"))
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise InputError(f"{path}, named in {TABLE}, cannot be read as an image.") from error
    return RealGround(pixels=pixels, gsd_m=gsd_m, sun_azimuth_deg=sun, source=row["source"] or "")


def _folded(low: int, high: int, size: int) -> NDArray[np.int_]:
    """Indices `low` to `high`, reflected into a size."""
    index = np.arange(low, high) % (2 * size)
    folded: NDArray[np.int_] = np.minimum(index, 2 * size - 1 - index)
    return folded


def _linear_of_srgb() -> Float32Array:
    coded = np.arange(256) / 255
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4).astype(np.float32)


_LINEAR: Final = _linear_of_srgb()
