"""Windows over a whole scene, for a first look where nobody has drawn boxes.

A screening aid and no detector: the network was made for crops round one object, a window may show half of one or five,
and an object lies in several windows. Rows without a vehicle are left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final, overload

from vehicle_id.errors import InputError
from vehicle_id.results import UNKNOWN, Result, Status
from vehicle_id.scenes.boxes import SceneBox
from vehicle_id.scenes.formats.common import rectangle
from vehicle_id.scenes.metadata import Capture
from vehicle_id.scenes.options import SceneOptions
from vehicle_id.scenes.placing import BoxPlacer
from vehicle_id.scenes.raster import SceneRaster

OVERLAP: Final = 0.5
"""Share of a window that the next one shows, too: an object on the edge of one is whole in another."""
STRIP: Final = 0.05
"""Of a step: no further window for so little, which a rounded distance may leave."""
MOST_WINDOWS: Final = 10_000_000
SMALLEST_PX: Final = 8


class Grid(Sequence[SceneBox]):
    """The windows of a scene, row by row; made one by one, since a scene may have a million.

    Args:
        raster: the scene.
        side_m: of a window, in metres at the scene's centre.
        options: what the user states; the context is not used.

    Raises:
        InputError: the metres of the scene are not known, or the windows are too small or too many.
    """

    def __init__(self, raster: SceneRaster, side_m: float, *, options: SceneOptions) -> None:
        placer = BoxPlacer(raster, options=options, capture=Capture())
        across, down = placer.metres_at((raster.width / 2, raster.height / 2)) or (0.0, 0.0)
        if not across:
            raise InputError(f"--grid is in metres, and nobody states those of {raster.path}: state --gsd-m, or --crs")
        self._width, self._height = side_m / across, side_m / down
        if not min(self._width, self._height) >= SMALLEST_PX:
            raise InputError(f"windows of {side_m:g} m have under {SMALLEST_PX} pixels: give a larger --grid")
        self._columns = _count(raster.width, self._width)
        self._rows = _count(raster.height, self._height)
        if len(self) > MOST_WINDOWS:
            raise InputError(f"windows of {side_m:g} m are {len(self)}: give a larger --grid, or a part of the scene")

    def __len__(self) -> int:
        return self._columns * self._rows

    @overload
    def __getitem__(self, number: int) -> SceneBox: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[SceneBox]: ...

    def __getitem__(self, number: int | slice) -> SceneBox | Sequence[SceneBox]:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        if not 0 <= number < len(self):
            raise IndexError(number)
        row, column = divmod(number, self._columns)
        left, top = column * self._width * OVERLAP, row * self._height * OVERLAP
        return SceneBox(id=f"r{row}c{column}", ring=rectangle(left, top, left + self._width, top + self._height))

    def __iter__(self) -> Iterator[SceneBox]:
        return (self[number] for number in range(len(self)))


def _count(whole: int, side: float) -> int:
    """Windows of a row that cover it, but for a strip at the end that shows nothing whole."""
    return max(0, math.ceil((whole - side) / (side * OVERLAP) - STRIP)) + 1


def is_kept(result: Result) -> bool:
    """Whether a window has something to look at: a vehicle, or a reason why it could not be answered.

    Not: ground, roofs and other kinds of `none`, `unknown`, and windows without a pixel that has a value.
    """
    if not result.ok:
        return result.status is not Status.EMPTY
    return result.label not in (None, UNKNOWN, "none") and "none" not in (result.path_in_tree or ())
