"""XML with the boxes of one image: Pascal VOC, also with turned boxes (roLabelImg), and FAIR1M.

Parsed without a document type and without entities, so that a small file cannot become a large one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import defusedxml
import defusedxml.ElementTree

from vehicle_id.scenes.boxes import SceneBox
from vehicle_id.scenes.formats.common import checked_ring, rectangle, turned_rectangle
from vehicle_id.scenes.georeference import Ring

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

CORNERS: Final = ("xmin", "ymin", "xmax", "ymax")
TURNED: Final = ("cx", "cy", "w", "h", "angle")
KEPT: Final = ("difficult", "truncated", "occluded", "pose")


def read_xml(data: bytes) -> Iterator[SceneBox]:
    """The boxes of one file.

    Raises:
        ValueError: it is neither of the two, is broken, or has a document type.
    """
    try:
        root = defusedxml.ElementTree.fromstring(data, forbid_dtd=True)
    except defusedxml.DefusedXmlException as error:
        raise ValueError("it has a document type, which may hold entities: remove it") from error
    except defusedxml.ElementTree.ParseError as error:
        raise ValueError(f"it is broken XML: {error}") from error
    if root.tag != "annotation":
        raise ValueError(f"its outermost element is {root.tag[:40]!r}, and not that of Pascal VOC or FAIR1M")
    return _fair1m(root) if root.find("objects") is not None else _voc(root)


def _voc(root: Element) -> Iterator[SceneBox]:
    image = _text(root, "filename") or None
    for number, each in enumerate(root.findall("object"), 1):
        ring, problem = _voc_ring(each)
        attributes = {"label": _text(each, "name")}
        attributes |= {name: _text(each, name) for name in KEPT if each.find(name) is not None}
        yield SceneBox(id=str(number), ring=ring, image=image, attributes=attributes, problem=problem)


def _voc_ring(element: Element) -> tuple[Ring, str | None]:
    turned, straight = element.find("robndbox"), element.find("bndbox")
    try:
        if turned is not None:
            x, y, length, width, angle = (float(_text(turned, name)) for name in TURNED)
            if math.isfinite(angle):
                return checked_ring(turned_rectangle(x, y, length=length, width=width, angle=angle))
        elif straight is not None:
            return checked_ring(rectangle(*(float(_text(straight, name)) for name in CORNERS)))
    except ValueError:
        pass
    return (), "its bndbox is not xmin, ymin, xmax, ymax"


def _fair1m(root: Element) -> Iterator[SceneBox]:
    image = _text(root, "source/filename") or None
    for number, each in enumerate(root.findall("objects/object"), 1):
        attributes = {"label": _text(each, "possibleresult/name")}
        try:
            corners = [(point.text or "").split(",") for point in each.findall("points/point")]
            ring, problem = checked_ring(corners)
        except (ValueError, LookupError):
            ring, problem = (), "its points are no pairs of numbers"
        yield SceneBox(id=str(number), ring=ring, image=image, attributes=attributes, problem=problem)


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()
