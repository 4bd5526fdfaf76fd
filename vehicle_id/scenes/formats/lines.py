"""Text with a box a line: YOLO (boxes and outlines), DOTA and VEDAI.

YOLO states shares of the picture, the others pixels. The names of YOLO's classes stand in a `classes.txt`, or as
`names` in a `data.yaml`, beside the file or in a folder above it; without one, the label is the number.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from vehicle_id.errors import InputError
from vehicle_id.files import read_short
from vehicle_id.scenes.boxes import SceneBox
from vehicle_id.scenes.formats.common import checked_ring, rectangle
from vehicle_id.text import said

MOST_SHARE: Final = 1.5
"""Largest share of a picture that a coordinate of YOLO has: boxes may go a little beyond it."""
FOLDERS_UP: Final = 3
MAX_NAMES_BYTES: Final = 1 << 20
DOTA_HEAD: Final = re.compile(r"(imagesource|gsd)\s*:\s*(.*)", re.IGNORECASE)


def line_format_of(text: str) -> str:
    """`yolo`, `dota` or `vedai`, by the first line that states a box.

    Raises:
        ValueError: it is none of them.
    """
    for line in text.splitlines():
        cells = line.split()
        if DOTA_HEAD.match(line.strip()):
            return "dota"
        if not cells:
            continue
        if len(cells) in (9, 10) and not _are_numbers(cells[8:9]):
            return "dota"
        if not _are_numbers(cells[1:] if len(cells) == 15 else cells):  # VEDAI's file of all begins with an image
            break
        shares = [abs(float(each)) <= MOST_SHARE for each in cells[1:]]
        if len(cells) >= 5 and all(shares):
            return "yolo"
        if len(cells) in (5, 14, 15):
            return "vedai"
        break
    raise ValueError("its lines are not those of YOLO, DOTA or VEDAI")


def _are_numbers(cells: Sequence[str]) -> bool:
    try:
        return bool([float(each) for each in cells])
    except ValueError:
        return False


def read_yolo(text: str, path: Path) -> Iterator[SceneBox]:
    """Boxes `class x y width height`, or outlines `class x1 y1 x2 y2 ...`, with or without a confidence at the end."""
    names = class_names(path)

    def box(cells: list[str], number: int) -> SceneBox:
        label = names.get(int(float(cells[0])), cells[0])
        values = [float(each) for each in cells[1:]]
        attributes = {"label": label}
        if len(values) == 5 or (len(values) > 5 and len(values) % 2):
            attributes["confidence"] = cells[-1]
            values = values[:-1]
        if len(values) == 4:
            x, y, width, height = values
            corners = rectangle(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        else:
            corners = tuple(zip(values[::2], values[1::2], strict=True))
        ring, problem = checked_ring(corners)
        return SceneBox(id=str(number), ring=ring, space="share", attributes=attributes, problem=problem)

    return _rows(text, box, least=5, what="class, x, y, width, height in shares of the picture")


def read_dota(text: str) -> Iterator[SceneBox]:
    """Outlines `x1 y1 ... x4 y4 class difficult`; a line `gsd:0.146` before them holds for all."""
    gsd = ""
    lines = []
    for line in text.splitlines():
        head = DOTA_HEAD.match(line.strip())
        if head is not None and head[1].lower() == "gsd":
            gsd = "" if head[2].strip().lower() in ("null", "none", "nan", "") else head[2].strip()
        lines.append("" if head else line)

    def box(cells: list[str], number: int) -> SceneBox:
        ring, problem = checked_ring(list(zip(map(float, cells[0:8:2]), map(float, cells[1:8:2]), strict=True)))
        attributes = {"label": cells[8], "difficult": cells[9] if len(cells) > 9 else "", "gsd_m": gsd}
        return SceneBox(id=str(number), ring=ring, attributes=attributes, problem=problem)

    return _rows("\n".join(lines), box, least=9, what="four corners, class, difficult")


def read_vedai(text: str) -> Iterator[SceneBox]:
    """Files of one image, `x y turn class contained occluded x1..x4 y1..y4`, and that of all: image first, class last.

    Some lines of the set state no corners. They are boxes with a problem.
    """

    def box(cells: list[str], number: int) -> SceneBox:
        if len(cells) == 5:
            return SceneBox(id=str(number), attributes={"label": cells[2]}, problem="the line states no corners")
        image, cells = (cells[0], cells[1:]) if len(cells) == 15 else (None, cells)
        corners, kind = (cells[3:11], cells[11:14]) if image is not None else (cells[6:14], cells[3:6])
        ring, problem = checked_ring(list(zip(map(float, corners[:4]), map(float, corners[4:]), strict=True)))
        attributes = dict(zip(("label", "contained", "occluded"), kind, strict=True))
        attributes["label"] = str(int(float(attributes["label"])))  # 001 in one file is 1 in the other
        return SceneBox(id=str(number), ring=ring, image=image, attributes=attributes, problem=problem)

    return _rows(text, box, least=5, what="centre, turn, class and corners")


def _rows(text: str, box: Callable[[list[str], int], SceneBox], *, least: int, what: str) -> Iterator[SceneBox]:
    """A box for each line; a line that cannot be read is a box with a problem."""
    number = 0
    for line in text.splitlines():
        cells = line.split()
        if not cells:
            continue
        number += 1
        try:
            if len(cells) < least:
                raise ValueError
            yield box(cells, number)
        except (ValueError, LookupError, OverflowError):
            yield SceneBox(id=str(number), problem=f"the line {line[:60]!r} is not {what}")


def class_names(path: Path) -> Mapping[int, str]:
    """Names of the classes by number, from the nearest `classes.txt` or `data.yaml` that there is."""
    for folder in list(path.absolute().parents)[:FOLDERS_UP]:
        for name, parse in (("classes.txt", _listed_names), ("data.yaml", _yaml_names), ("dataset.yaml", _yaml_names)):
            found = folder / name
            if os.path.isfile(found):
                return parse(found)
    return {}


def _listed_names(path: Path) -> dict[int, str]:
    lines = [line.strip() for line in _short_text(path).splitlines()]
    return {number: line for number, line in enumerate(lines) if line}


def _yaml_names(path: Path) -> dict[int, str]:
    """The value of `names` in the three forms in which trainers write it; nothing else of the file is understood."""
    text = _short_text(path)
    flow = re.search(r"^names\s*:\s*\[(.*?)\]", text, re.MULTILINE | re.DOTALL)
    if flow:
        return dict(enumerate(each.strip().strip("'\"") for each in flow[1].split(",") if each.strip()))
    block = re.search(r"^names\s*:\s*(?:#.*)?\n((?:[ \t]*(?:-|\d+\s*:).*\n?|[ \t]*(?:#.*)?\n)*)", text, re.MULTILINE)
    rows = re.findall(r"^[ \t]*(?:-|(\d+)\s*:)\s*(.+?)\s*$", block[1] if block else "", re.MULTILINE)
    return {int(key or at): name.split(" #")[0].strip("'\"") for at, (key, name) in enumerate(rows)}


def _short_text(path: Path) -> str:
    try:
        return read_short(path, MAX_NAMES_BYTES).decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise InputError(f"the names of classes in {path} cannot be read: {said(error)}") from error
