"""`SceneSource`: a scene and its boxes -> `Crop` rows with their pixels, in the order of the boxes, one at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from vehicle_id.crops.bands import to_picture
from vehicle_id.crops.cut import SceneCut
from vehicle_id.crops.images import DecodedImage
from vehicle_id.crops.manifest import MAX_COLUMNS, MAX_EXTRA, MAX_NAME, Crop, extra_names, fields_of
from vehicle_id.crops.open import SQUARE_WITHIN, squared
from vehicle_id.errors import CropError, InputError
from vehicle_id.results import PLACE_COLUMNS
from vehicle_id.scenes.band_choice import chosen_bands, scene_stretch, stored
from vehicle_id.scenes.boxes import SceneBox
from vehicle_id.scenes.grid import Grid
from vehicle_id.scenes.metadata import capture_of
from vehicle_id.scenes.options import SceneOptions
from vehicle_id.scenes.placing import BoxPlacer, PlacedBox
from vehicle_id.scenes.raster import SceneRaster
from vehicle_id.text import visible

ID = "id"
"""The column that every answer from a scene has: what the file of boxes calls the object, or its number."""


NOT_UNDERSTOOD: Final = (*PLACE_COLUMNS, "bands")
"""Attributes that say of a crop what is known here: they are the user's own columns, and no more."""


class SceneSource:
    """The crops of one scene; iterate once, in the thread that opened the scene.

    Args:
        raster: the scene.
        boxes: of the objects in it.
        options: what the user states.

    Raises:
        InputError: no boxes; bands that the scene lacks; a coordinate system that is not known; attributes with more
            columns than a file of results can have. While iterating: boxes that cannot be placed in such a scene.
    """

    def __init__(self, raster: SceneRaster, boxes: Sequence[SceneBox], *, options: SceneOptions | None = None) -> None:
        options = options or SceneOptions()
        self.raster, self.boxes, self.options = raster, boxes, options
        with raster.settings():
            self.choice = chosen_bands(raster, options.bands)
            self.stretch = scene_stretch(raster, self.choice)  # of every crop
        self.capture = capture_of(raster, options)
        self._placer = BoxPlacer(raster, options=options, capture=self.capture)
        self._columns = {ID: ID} if isinstance(boxes, Grid) else columns_of(boxes)
        self._names: Counter[str] = Counter()
        """Boxes of a name besides the first."""
        self._taken: set[str] = set()

    def __iter__(self) -> Iterator[Crop]:
        with self.raster.settings():
            for box in self.boxes:
                yield self._crop(box)

    @property
    def stated_gsd_m(self) -> float | None:
        """Metres per pixel that the file states at the middle of the scene, also where the user states others."""
        return self._placer.stated_gsd_m

    def some(self, first: int, end: int) -> Iterator[Crop]:
        """The crops of some of the boxes, each with the path that it has among all: in place of iterating."""
        for box in self.boxes[:first]:
            self._path(box)  # counts the boxes of one name
        with self.raster.settings():
            for box in self.boxes[first:end]:
                yield self._crop(box)

    def _crop(self, box: SceneBox) -> Crop:
        crop = self._row(box)
        try:
            if crop.problem is not None:
                return crop
            placed = self._placer.place(box, gsd_m=crop.gsd_m)
            crop = replace(crop, place=placed.place)
            return replace(crop, cut=self._cut(placed), gsd_m=placed.gsd_m)
        except CropError as error:
            return replace(crop, problem=error.reason, problem_status=error.status)

    def _row(self, box: SceneBox) -> Crop:
        """The crop of a box without its pixels."""
        understood = {name: text for name, text in box.attributes.items() if name not in NOT_UNDERSTOOD}
        known, problem = fields_of(understood)
        values: dict[str, str] = {ID: box.id, **box.attributes}
        extra = {new: values.get(old, "") for old, new in self._columns.items()}
        if sum(map(len, extra.values())) > MAX_EXTRA:
            extra = dict.fromkeys(extra, "")
            problem = problem or f"the attributes of the box hold more than {MAX_EXTRA} characters"
        defaults: Mapping[str, Any] = {
            "gsd_error": self.options.gsd_error,
            "date": self.capture.date,
            "site": self.options.site,
            "group": self.raster.path.name,
        }
        known |= {name: known[name] or value for name, value in defaults.items()}
        return Crop(path=self._path(box), problem=box.problem or problem, extra=extra, **known)

    def _path(self, box: SceneBox) -> Path:
        """The scene's path and a name in it, as of a member of a tar file. No file has this path."""
        name = visible(box.id).replace("/", "_").replace("\\", "_").strip()
        name = "box" if name in ("", ".", "..") else name
        found = name
        while found in self._taken:
            self._names[name] += 1
            found = f"{name} ({self._names[name] + 1})"
        self._taken.add(found)
        return self.raster.path / found

    def _cut(self, placed: PlacedBox) -> SceneCut:
        samples = replace(stored(self.raster, placed.window, self.choice), stretch=self.stretch)
        picture = to_picture(samples)
        flags = dict.fromkeys((*placed.flags, *self.choice.flags, *picture.flags))
        if "scene_edge" in flags and samples.nodata is None:
            flags.pop("nodata", None)  # what is missing is what lies outside
        decoded = DecodedImage(
            image=picture.image,
            flags=tuple(flags),
            gsd_m=placed.gsd_m,
            aspect=placed.aspect,
            bands=self.choice.listed,
            stretch=picture.stretch,
        )
        is_square = 1 / SQUARE_WITHIN < placed.aspect < SQUARE_WITHIN
        return SceneCut(
            picture=decoded if is_square else squared(decoded),
            gsd_source=placed.gsd_source,
            length_px=placed.length_px or None,
            bands_source=None if decoded.bands is None else "option" if self.choice.is_stated else "file",
        )


def columns_of(boxes: Sequence[SceneBox]) -> dict[str, str]:
    """Attribute of any box -> its column in the results; first the id.

    Raises:
        InputError: no boxes, or more attributes than a file of results can have columns.
    """
    if not boxes:
        raise InputError("there are no boxes: name a file with at least one")
    names = dict.fromkeys((ID, *(name for box in boxes for name in box.attributes)))
    if len(names) > MAX_COLUMNS or any(len(name) > MAX_NAME for name in names):
        raise InputError(
            f"the boxes have {len(names)} attributes, or a name of more than {MAX_NAME} characters: keep at most "
            f"{MAX_COLUMNS}"
        )
    placed = [name for name in names if name in PLACE_COLUMNS]
    return {**extra_names([name for name in names if name not in placed]), **{name: f"box_{name}" for name in placed}}
