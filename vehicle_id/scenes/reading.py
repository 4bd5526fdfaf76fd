"""A file of boxes of any known format -> `SceneBox` rows.

The format is found by the content. Reads at most `MAX_BYTES`, follows no reference to another file, and parses XML
without entities.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, takewhile
from pathlib import Path
from typing import Any, Final

from vehicle_id.errors import InputError
from vehicle_id.files import as_path, read_short
from vehicle_id.scenes.boxes import MAX_BYTES, SceneBox
from vehicle_id.scenes.formats.coco import is_coco, read_coco
from vehicle_id.scenes.formats.geojson import is_geojson, read_geojson
from vehicle_id.scenes.formats.geopackage import is_geopackage, read_geopackage
from vehicle_id.scenes.formats.lines import line_format_of, read_dota, read_vedai, read_yolo
from vehicle_id.scenes.formats.table import read_table
from vehicle_id.scenes.formats.xml import read_xml
from vehicle_id.text import said


@dataclass(frozen=True)
class _Content:
    """A file of boxes."""

    path: Path
    data: bytes

    @cached_property
    def text(self) -> str:
        return self.data.decode("utf-8-sig")

    @cached_property
    def document(self) -> Any:
        """Parsed JSON."""
        return json.loads(self.data.removeprefix(b"\xef\xbb\xbf"))

    def document_of(self, is_known: Callable[[Any], bool], name: str) -> Any:
        """Parsed JSON of a known kind."""
        if not is_known(self.document):
            raise ValueError(f"it is no {name}")
        return self.document


READERS: Final[dict[str, Callable[[_Content], Iterator[SceneBox]]]] = {
    "geojson": lambda file: read_geojson(file.document_of(is_geojson, "GeoJSON"), what=str(file.path)),
    "geopackage": lambda file: read_geopackage(file.path),
    "coco": lambda file: read_coco(file.document_of(is_coco, "COCO")),
    "yolo": lambda file: read_yolo(file.text, file.path),
    "dota": lambda file: read_dota(file.text),
    "vedai": lambda file: read_vedai(file.text),
    "xml": lambda file: read_xml(file.data),
    "csv": lambda file: read_table(file.text),
}
"""How a file is read, by the name of its format. `xml` is Pascal VOC or FAIR1M; xView is GeoJSON."""


def read_boxes(path: str | Path, *, box_format: str | None = None) -> list[SceneBox]:
    """The boxes of a file, in its order.

    Args:
        path: a file of boxes.
        box_format: one of `READERS`; None = by its content.

    Raises:
        InputError: no such file, an unknown format, a file that cannot be read as boxes, or no box in it.
    """
    path = as_path(path, "the file of boxes")
    boxes = boxes_in(path, box_format=box_format)
    if not boxes:
        raise InputError(f"{path} holds no boxes")
    return boxes


def boxes_in(path: Path, *, box_format: str | None = None) -> list[SceneBox]:
    """The boxes of a file, of which there may be none, as in the file of an image without objects.

    Raises:
        InputError: as `read_boxes`.
    """
    if box_format is not None and box_format not in READERS:
        raise InputError(f"{box_format!r} is no format of boxes: choose one of {', '.join(READERS)}")
    file = _Content(path, _bytes_of(path))
    try:
        if not file.data.strip():
            return []
        return list(READERS[box_format or _format_of(file)](file))
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} cannot be read as boxes: it is no UTF-8 text; --boxes names the boxes, not the scene"
        ) from error
    except json.JSONDecodeError as error:
        raise InputError(
            f"{path} cannot be read as boxes: it is no whole JSON, from line {error.lineno}, column {error.colno} on: "
            "write it anew"
        ) from error
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError, csv.Error) as error:
        raise InputError(f"{path} cannot be read as boxes: {said(error)}") from error


class BoxesByImage:
    """Boxes by the image that they name, so that those of each of many scenes are found without a look at all.

    Args:
        boxes: in the order of their file.
    """

    def __init__(self, boxes: Iterable[SceneBox]) -> None:
        self._numbered = defaultdict[str | None, list[tuple[int, SceneBox]]](list)
        self._images = defaultdict[str, set[str]](set)
        for number, box in enumerate(boxes):
            if box.image is not None and box.image not in self._numbered:
                path = Path(box.image)
                self._images[path.name].add(box.image)
                self._images[path.stem].add(box.image)
            self._numbered[box.image].append((number, box))

    def of(self, image: Path) -> list[SceneBox]:
        """The boxes that belong to an image: those that name it, with or without suffix and folder, or name none.

        Of several images of one name, as `one/1.png` and `two/1.png`, the one in folders of the same names counts.
        VEDAI names its images without their ending `_co`.
        """
        names = (image.name, image.stem, image.stem.removesuffix("_co"))
        named = {each for name in names for each in self._images.get(name, ())}
        near = {name: folders_in_common(Path(name), image) for name in named}
        own = [name for name, common in near.items() if common == max(near.values())]
        found = chain(self._numbered.get(None, ()), *(self._numbered[name] for name in own))
        return [box for _, box in sorted(found, key=lambda numbered: numbered[0])]


def boxes_of_image(boxes: Iterable[SceneBox], image: Path) -> list[SceneBox]:
    """The boxes that belong to an image, as `BoxesByImage.of` finds them."""
    return BoxesByImage(boxes).of(image)


def folders_in_common(one: Path, other: Path) -> tuple[int, int]:
    """How many names of folders two paths share: right above the file, and anywhere."""
    ours, theirs = one.parent.parts[::-1], other.parent.parts[::-1]
    num_above = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(ours, theirs, strict=False)))
    return num_above, len({*ours} & {*theirs})


def boxes_of_scene(boxes: Sequence[SceneBox], scene: Path) -> list[SceneBox]:
    """The boxes of the one scene that a file of boxes was given for; of a file about one image all, whatever its name.

    Raises:
        InputError: the file is about several images, and this is none of them.
    """
    images = {box.image for box in boxes}
    if len(images) < 2:
        return list(boxes)
    found = boxes_of_image(boxes, scene)
    if not found:
        first = min(str(image) for image in images if image is not None)
        raise InputError(
            f"the boxes are of {len(images)} images, such as {first[:80]!r}, and none of them is named {scene.name!r}"
        )
    check_told_apart(found, scene)
    return found


def check_told_apart(boxes: Iterable[SceneBox], scene: Path) -> None:
    """Refuse boxes of a scene that name several images which it may be.

    Raises:
        InputError: names two of them.
    """
    alike = not_told_apart({box.image for box in boxes if box.image is not None})
    if alike is not None:
        raise InputError(f"the boxes do not say which image {scene} is: they name {alike}")


def not_told_apart(names: Iterable[str]) -> str | None:
    """Two names of one image, as part of a sentence, that differ in their folders alone; None where there are none."""
    first: dict[str, str] = {}
    for name in sorted(names):
        if first.setdefault(Path(name).name, name) != name:
            return f"{first[Path(name).name][:80]!r} and {name[:80]!r}: put the image into a folder of that name"
    return None


def _format_of(file: _Content) -> str:
    """The format of a file by its content, and by its suffix where that leaves a choice.

    Raises:
        ValueError: it has none of the known ones.
    """
    if is_geopackage(file.data[:72]):
        return "geopackage"
    head = file.data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"<"):
        return "xml"
    if head.startswith((b"{", b"[")):
        known = "geojson" if is_geojson(file.document) else "coco" if is_coco(file.document) else None
        if known is None:
            raise ValueError("it is JSON, and neither GeoJSON nor COCO")
        return known
    return "csv" if file.path.suffix.lower() == ".csv" else line_format_of(file.text)


def _bytes_of(path: Path) -> bytes:
    try:
        return read_short(path, MAX_BYTES)
    except (OSError, ValueError) as error:
        raise InputError(f"the file of boxes {path} cannot be read: {said(error)}") from error
