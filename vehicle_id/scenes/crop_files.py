"""Scenes and boxes -> a folder of crops with a manifest, so that `train` or `classify` is the next command.

A crop is what `classify` would have cut: the same pixels, as an 8-bit PNG, with its metres and its place. What cannot
be cut stands in `left_out.csv`. A folder without `manifest.csv` is that of a run that did not end.
"""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from vehicle_id.crops.cut import SceneCut
from vehicle_id.crops.manifest import NUMBERS, TEXTS, Crop, cells_of
from vehicle_id.errors import InputError, OutputError
from vehicle_id.files import FreeNames, PartFile, output_errors, safe_name
from vehicle_id.results import PLACE_COLUMNS
from vehicle_id.scenes.cuts import SceneSource, columns_of
from vehicle_id.scenes.labelled_set import LabelledScene
from vehicle_id.scenes.options import SceneOptions
from vehicle_id.scenes.raster import SceneRaster
from vehicle_id.text import guarded, visible

MANIFEST: Final = "manifest.csv"
LEFT_OUT: Final = "left_out.csv"
STATED: Final = ("label", "gsd_m", "gsd_error", "margin_px", "group", "date", "site", *PLACE_COLUMNS)
"""Columns of every manifest, after `path`."""
ASKED: Final = tuple(name for name in (*NUMBERS, *TEXTS) if name not in STATED and name != "model_sha256")
"""Further columns of a manifest, which it has where a box has an attribute of that name."""
SOURCE: Final = ("scene", "source_label", "scene_bands", "scene_flags", "stretch_black", "stretch_white")
"""What the crop was made from, in columns of the user's own."""
UNLABELLED: Final = "unlabelled"
OUTSIDE: Final = "the box lies outside the scene"


@dataclass(slots=True, kw_only=True)
class CropReport:
    """What became of the boxes."""

    num_crops: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    """Crops by label; those without one under the empty text."""
    left_out: Counter[str] = field(default_factory=Counter)
    """Boxes that were not cut, by reason."""
    without_node: Counter[str] = field(default_factory=Counter)
    """Boxes by the name of a class that the names of classes leave out or do not know."""
    problems: list[str] = field(default_factory=list)
    """Sentences about images and files of boxes that cannot be used."""


def write_crops(
    scenes: Sequence[LabelledScene],
    out: Path,
    *,
    options: SceneOptions | None = None,
    names: Mapping[str, str] | None = None,
    label_field: str = "label",
) -> Iterator[CropReport]:
    """Write the crops of scenes, and at the end their manifest; what was done so far comes after each scene.

    Args:
        scenes: as `labelled_scenes` finds them.
        out: folder to make, or an empty one.
        options: what is stated about every scene.
        names: name of a class -> label; boxes of other classes are left out. None = labels as they are.
        label_field: attribute of the boxes that holds their class.

    Raises:
        InputError: no box at all, or options that no scene can be read with.
        OutputError: the folder holds a manifest already, or cannot be written.
    """
    if label_field != "label":
        scenes = _with_labels(scenes, label_field)
    boxes = [box for scene in scenes for box in scene.boxes]
    own = columns_of(boxes) if boxes else {}
    if not boxes and not any(scene.problem for scene in scenes):
        raise InputError("there are no boxes in the files of boxes: name others")
    asked = [name for name in ASKED if any(name in box.attributes for box in boxes)]
    writing = _Writing(out, own=own, asked=asked, names=names)
    with closing(writing):
        for scene in scenes:
            writing.add(scene, options or SceneOptions())
            yield writing.report
        writing.finish(scenes)
    yield writing.report


def _with_labels(scenes: Sequence[LabelledScene], field_name: str) -> list[LabelledScene]:
    """The scenes with the labels of another attribute; a box that several scenes share stays one box."""
    found = {
        id(box): replace(box, attributes={**box.attributes, "label": box.attributes.get(field_name, "")})
        for scene in scenes
        for box in scene.boxes
    }
    return [replace(scene, boxes=tuple(found[id(box)] for box in scene.boxes)) for scene in scenes]


class _Writing:
    """The folder, its two tables and the report."""

    def __init__(
        self, out: Path, *, own: Mapping[str, str], asked: Sequence[str], names: Mapping[str, str] | None
    ) -> None:
        if os.path.lexists(out / MANIFEST):
            raise OutputError(f"the folder {out} holds a {MANIFEST} already: name a new or an empty one")
        with output_errors(out):
            out.mkdir(parents=True, exist_ok=True)
        self.out, self.names, self.report = out, names, CropReport()
        fixed = ("path", *STATED, *asked, *SOURCE)
        self._own = [name for name in own.values() if name not in fixed and name != "manifest_label"]
        self._manifest = _Table(out / MANIFEST, [*fixed, *self._own])
        self._left_out = _Table(out / LEFT_OUT, ["scene", "id", "label", "reason"])
        self._names = FreeNames()
        self._elsewhere: dict[int, tuple[str, str, str, str]] = {}
        """Boxes on a map that no scene so far shows, by number."""
        self._shown: set[int] = set()

    def add(self, scene: LabelledScene, options: SceneOptions) -> None:
        if scene.problem is not None:
            self._problem(scene, scene.problem)
            return
        if not scene.boxes:
            return
        try:
            with SceneRaster(scene.path) as raster:
                source = SceneSource(raster, scene.boxes, options=options)
                for box, crop in zip(scene.boxes, source, strict=True):
                    self._add(crop, number=id(box) if scene.shares_boxes and box.image is None else None)
        except InputError as error:
            self._problem(scene, str(error))

    def _problem(self, scene: LabelledScene, sentence: str) -> None:
        self.report.problems.append(sentence)
        self._left_out.row({"scene": str(scene.path), "reason": sentence})

    def _add(self, crop: Crop, *, number: int | None) -> None:
        scene, name = str(crop.path.parent), crop.extra.get("id", "")
        label = crop.label or ""
        if self.names is not None:
            label = self.names.get(label, "")
            if not label:
                self.report.without_node[crop.label or ""] += 1
                self._leave(scene, name, crop.label or "", "its class is not among the names of classes")
                return
        if crop.cut is None:
            row = (scene, name, crop.label or "", crop.problem or "it has no pixels")
            if number is not None and row[-1].startswith(OUTSIDE):
                self._elsewhere[number] = row
            else:
                self._leave(*row)
            return
        if number is not None:
            self._shown.add(number)
        self._write(crop, crop.cut, label)

    def _leave(self, scene: str, name: str, label: str, reason: str) -> None:
        self.report.left_out[reason] += 1
        self._left_out.row({"scene": scene, "id": name, "label": label, "reason": reason})

    def _write(self, crop: Crop, cut: SceneCut, label: str) -> None:
        picture, scene = cut.picture, crop.path.parent
        path = self._path(label, scene, crop.path.name)
        data = io.BytesIO()
        picture.image.save(data, "PNG", compress_level=1)
        with output_errors(path):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data.getvalue())
        stretch = picture.stretch or ("", "")
        self._manifest.row(
            {
                **{name: text for name, text in crop.extra.items() if name in self._own},
                **cells_of(crop),
                "path": path.relative_to(self.out).as_posix(),
                "label": label,
                "gsd_m": picture.gsd_m,
                "margin_px": _margin(cut),
                "scene": scene.name,
                "source_label": crop.label,
                "scene_bands": picture.bands,
                "scene_flags": ";".join(picture.flags),
                "stretch_black": stretch[0],
                "stretch_white": stretch[1],
            }
        )
        self.report.num_crops += 1
        self.report.labels[label] += 1

    def _path(self, label: str, scene: Path, name: str) -> Path:
        """A name that every system allows, in a folder of its label; that no other crop has, whatever the capitals."""
        folder = safe_name(label) or UNLABELLED
        stem = safe_name(f"{safe_name(scene.stem)}_{safe_name(name)}")
        return self.out / self._names.of(f"{folder}/{stem}.png")

    def finish(self, scenes: Sequence[LabelledScene]) -> None:
        for number, row in self._elsewhere.items():
            if number not in self._shown:
                reason = row[-1] if len(scenes) == 1 else "the box lies outside every scene"
                self._leave(*row[:-1], reason)
        if not self.report.num_crops:
            why = self.report.problems[0] if self.report.problems else next(iter(self.report.left_out), "no boxes")
            raise InputError(f"no crop could be cut: {why}")
        if self._left_out.num_rows:
            self._left_out.publish()
        self._manifest.publish()  # last: it says that the folder is complete

    def close(self) -> None:
        self._manifest.close()
        self._left_out.close()


class _Table:
    """A CSV file that appears when it is complete."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._part = PartFile(path)
        self._text = io.TextIOWrapper(self._part.file, encoding="utf-8", newline="", write_through=True)
        self._writer = csv.DictWriter(self._text, fieldnames=list(columns), restval="", extrasaction="ignore")
        self._writer.writeheader()
        self.num_rows = 0

    def row(self, values: Mapping[str, Any]) -> None:
        self.num_rows += 1
        with output_errors(self._part.path):
            self._writer.writerow({name: _cell(name, value) for name, value in values.items()})

    def publish(self) -> None:
        with output_errors(self._part.path):
            self._text.detach()
        self._part.sync()
        self._part.publish()

    def close(self) -> None:
        self._part.discard()


def _cell(name: str, value: Any) -> Any:
    """A value as a cell: numbers and coordinates as they are, text so that no spreadsheet runs it."""
    if not isinstance(value, str) or name in PLACE_COLUMNS or name == "path":
        return value
    text = visible(value)
    try:
        float(text)
    except ValueError:
        return guarded(text)
    return text


def _margin(cut: SceneCut) -> float | None:
    """Pixels of context on each side of the object's longer side."""
    return None if cut.length_px is None else round((max(cut.picture.image.size) - cut.length_px) / 2, 2)
