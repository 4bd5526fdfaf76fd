"""Rows in the form of MegaDetector's results, for Timelapse and other programs that read it.

A crop is an image with one detection, whose classes are the most likely ones. The form is that of version 1.4:
https://lila.science/megadetector-output-format
"""

from __future__ import annotations

import json
from typing import Any, Final

from vehicle_id.report.annotation import corners_of
from vehicle_id.results import Record, Status
from vehicle_id.taxonomy import NO_VEHICLE
from vehicle_id.version import __version__

FORMAT: Final = "1.4"
VEHICLE: Final = "1"
"""Category of every detection."""
WHOLE: Final = (0.0, 0.0, 1.0, 1.0)
"""Box of a crop that does not state where its object is: left, top, width and height as shares of the image."""


class Detections:
    """Collects rows."""

    def __init__(self) -> None:
        self._images: list[dict[str, Any]] = []
        self._classes: dict[str, str] = {}
        self._models: dict[str, None] = {}

    def add(self, record: Record) -> None:
        """Add a row; one of version 0.1.0 has no family and no box."""
        if record["model"]:
            self._models[record["model"]] = None
        image: dict[str, Any] = {"file": record["path"] or ""}
        if record["status"] != Status.OK.value:
            image |= {"failure": f"{record['status']}: {record['reason']}", "detections": None}
        elif record.get("family") == NO_VEHICLE:
            image["detections"] = []
        else:
            image["detections"] = [self._detection(record)]
        self._images.append(image)

    def to_json(self) -> bytes:
        """The content of the file."""
        content = {
            "info": {
                "format_version": FORMAT,
                "detector": "none: each image is a crop round one object",
                "classifier": ", ".join(self._models) or "none",
                "made_by": f"vehicle-id {__version__}",
            },
            "detection_categories": {VEHICLE: "vehicle"},
            "classification_categories": {number: label for label, number in self._classes.items()},
            "images": self._images,
        }
        return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"

    def _detection(self, record: Record) -> dict[str, Any]:
        return {
            "category": VEHICLE,
            "conf": record["score"] or 0.0,
            "bbox": list(_box(record)),
            "classifications": [[self._number(each["label"]), each["score"]] for each in record["top"]],
        }

    def _number(self, label: str) -> str:
        return self._classes.setdefault(label, str(len(self._classes)))


def _box(record: Record) -> tuple[float, ...]:
    """The axis-aligned box around the object, where a row states its corners, else the whole image."""
    width, height = record["width_px"], record["height_px"]
    corners = corners_of(record.get("box_px"))
    if not corners or not width or not height:
        return WHOLE
    xs = [min(max(x / width, 0.0), 1.0) for x, _ in corners]
    ys = [min(max(y / height, 0.0), 1.0) for _, y in corners]
    return tuple(round(each, 4) for each in (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)))
