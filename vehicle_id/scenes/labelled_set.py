"""Scenes and the files of their boxes, as public data sets come: a folder of images, and one file of boxes or one each.

Finds which boxes belong to which image. Opens no image.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from vehicle_id.errors import InputError
from vehicle_id.scenes.boxes import SceneBox
from vehicle_id.scenes.raster import SUFFIXES
from vehicle_id.scenes.reading import (
    boxes_in,
    boxes_of_image,
    boxes_of_scene,
    folders_in_common,
    not_told_apart,
    read_boxes,
)

BOX_SUFFIXES: Final = (".txt", ".xml", ".json", ".geojson", ".csv", ".gpkg")
NO_BOXES: Final = ("classes.txt", "readme.txt", "manifest.csv")
"""Files in a folder of boxes that hold none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledScene:
    """An image and the boxes that belong to it."""

    path: Path
    boxes: tuple[SceneBox, ...] = ()
    shares_boxes: bool = False
    """Whether the boxes are those of several images, each with a place on the map: those outside belong elsewhere."""
    problem: str | None = None
    """Why its boxes cannot be read, or None."""


def labelled_scenes(
    inputs: Sequence[str | Path], boxes: str | Path, *, box_format: str | None = None
) -> list[LabelledScene]:
    """The images under files and folders, each with its boxes.

    Args:
        inputs: images, and folders that are searched for images.
        boxes: one file of boxes, or a folder with a file for each image, of the image's name.
        box_format: one of `reading.READERS`; None = by content.

    Raises:
        InputError: no image, no boxes, or one file of boxes that cannot be read or names none of the images.
    """
    images = [image for given in inputs for image in _images(Path(given))]
    if not images:
        raise InputError(f"no scenes found in {', '.join(map(str, inputs))}: looked for {' '.join(SUFFIXES)}")
    if os.path.isdir(boxes):
        return _of_folder(images, Path(boxes), box_format)
    found = read_boxes(boxes, box_format=box_format)
    if len(images) == 1:
        return [LabelledScene(path=images[0], boxes=tuple(boxes_of_scene(found, images[0])))]
    return _of_file(images, Path(boxes), found)


def _images(path: Path) -> Iterator[Path]:
    if not os.path.isdir(path):
        yield path
        return
    for each in _files(path):
        if each.suffix.lower() in SUFFIXES:
            yield each


def _files(folder: Path) -> Iterator[Path]:
    """Files under a folder, by name, without hidden ones; links to folders are not followed."""
    for here, names, found in os.walk(folder):
        names[:] = sorted(name for name in names if not name.startswith("."))
        yield from (Path(here, name) for name in sorted(found) if not name.startswith("."))


def _of_file(images: Sequence[Path], path: Path, boxes: Sequence[SceneBox]) -> list[LabelledScene]:
    """The boxes of one file, shared out by the images they name; those on a map belong to whichever shows them."""
    if all(box.image is None for box in boxes) and any(box.space != "map" for box in boxes):
        raise InputError(f"the boxes of {path} name no image, and there are {len(images)} images: give one at a time")
    by_image: dict[str, list[SceneBox]] = {}
    for box in boxes:
        by_image.setdefault(box.image or "", []).append(box)
    shared = by_image.pop("", [])
    names = _of_each(images, list(by_image))
    num_images = Counter((name, image.name) for image in names for name in names[image])
    scenes = []
    for image in images:
        twice = next((name for name in names[image] if num_images[name, image.name] > 1), None)
        problem = _not_clear(image, path, names=names[image], twice=twice)
        own = [] if problem else [*(box for name in names[image] for box in by_image[name]), *shared]
        scenes.append(LabelledScene(path=image, boxes=tuple(own), shares_boxes=bool(shared), problem=problem))
    if not any(scene.boxes or scene.problem for scene in scenes):
        first = next(iter(by_image))
        raise InputError(f"the boxes of {path} are of images such as {first[:80]!r}, and none of the given ones is")
    return scenes


def _not_clear(image: Path, path: Path, *, names: Sequence[str], twice: str | None) -> str | None:
    """Why a file does not say which of its boxes are of an image; None where it does.

    Args:
        image: of which they may be.
        path: of the file.
        names: of the image in the file.
        twice: one of them that several images of that name may have.
    """
    alike = not_told_apart(names)
    if alike is not None:
        return f"the boxes of {path} do not say which image {image} is: they name {alike}"
    if twice is None:
        return None
    return (
        f"the boxes of {path} name {twice[:80]!r}, and several images have that name, as {image}: give one of their "
        "folders at a time"
    )


def _of_folder(images: Sequence[Path], folder: Path, box_format: str | None) -> list[LabelledScene]:
    files = [
        str(each)
        for each in _files(folder)
        if each.suffix.lower() in BOX_SUFFIXES and each.name.lower() not in NO_BOXES
    ]
    own = _of_each(images, files)
    scenes = []
    for image in images:
        if not own[image]:
            continue  # an image without objects, or the infrared twin of one
        scene = LabelledScene(path=image)
        try:
            boxes = boxes_in(Path(own[image][0]), box_format=box_format)
            # a file of this name is about this image, whatever image it names
            scenes.append(replace(scene, boxes=tuple(boxes_of_image(boxes, image) or boxes)))
        except InputError as error:
            scenes.append(replace(scene, problem=str(error)))
    if not scenes:
        raise InputError(f"no file in {folder} has the name of one of the {len(images)} images")
    return scenes


def _of_each(images: Sequence[Path], names: Sequence[str]) -> dict[Path, list[str]]:
    """For each image, which of the names of images or files of boxes are its own: by name, else without the suffix.

    Frames of several videos have the same names. Then the folders decide: a name and an image belong together if
    neither shares more of its folders' names with another one.
    """
    by_name, by_stem = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for name in names:
        by_name[Path(name).name].append(name)
        by_stem[Path(name).stem].append(name)
    may_be = {
        image: by_name[image.name] or by_stem[image.stem] or by_stem[image.stem.removesuffix("_co")] for image in images
    }
    near = {(image, name): folders_in_common(Path(name), image) for image in may_be for name in may_be[image]}
    most: dict[Path | str, tuple[int, int]] = {}
    for pair, common in near.items():
        for each in pair:
            most[each] = max(common, most.get(each, common))
    return {
        image: [name for name in may_be[image] if near[image, name] == most[image] == most[name]] for image in images
    }
