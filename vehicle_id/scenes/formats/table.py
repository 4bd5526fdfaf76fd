"""CSV with a header: boxes or points in pixels or coordinates, and any columns of the user's own.

| columns | box |
|---|---|
| `lon`, `lat` | a point in longitude and latitude |
| `x`, `y` | a point in pixels, or in the system of --boxes-crs |
| `xmin`, `ymin`, `xmax`, `ymax`, or `left`, `top`, `right`, `bottom` | a box along the axes |
| `left`, `top`, `width`, `height` | the same |
| `x1`, `y1`, ... `x4`, `y4` | four corners |
| `wkt` or `geometry` | a polygon or a point as WKT |

`id` names the box, `image` its image, in a file about several.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import shapely

from vehicle_id.scenes.boxes import SceneBox, Space
from vehicle_id.scenes.formats.common import checked_ring, rectangle
from vehicle_id.scenes.formats.geometry import ring_of_shape
from vehicle_id.scenes.georeference import Ring

Row = Mapping[str, str]
Checked = tuple[Ring, "str | None"]

CORNERS: Final = tuple(f"{axis}{number}" for number in range(1, 5) for axis in "xy")
FORMS: Final[dict[tuple[str, ...], Callable[[Row], Checked]]] = {
    ("wkt",): lambda row: _of_wkt(row["wkt"]),
    ("geometry",): lambda row: _of_wkt(row["geometry"]),
    CORNERS: lambda row: checked_ring([(row[f"x{n}"], row[f"y{n}"]) for n in range(1, 5)]),
    ("xmin", "ymin", "xmax", "ymax"): lambda row: _sides(row, "xmin", "ymin", "xmax", "ymax"),
    ("left", "top", "right", "bottom"): lambda row: _sides(row, "left", "top", "right", "bottom"),
    ("left", "top", "width", "height"): lambda row: checked_ring(
        rectangle(
            float(row["left"]),
            float(row["top"]),
            float(row["left"]) + float(row["width"]),
            float(row["top"]) + float(row["height"]),
        )
    ),
    ("lon", "lat"): lambda row: checked_ring([(row["lon"], row["lat"])]),
    ("x", "y"): lambda row: checked_ring([(row["x"], row["y"])]),
}
"""How a box is read, by the columns that state it; the first that a file has counts."""
OF_MAP: Final = (("lon", "lat"),)


def read_table(text: str) -> Iterator[SceneBox]:
    """The boxes of a CSV file.

    Raises:
        ValueError: its header names no columns of a box, or it is no CSV.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = [name.strip() for name in next(reader, [])]
    form = next((each for each in FORMS if set(each) <= set(header)), None)
    if form is None:
        raise ValueError(
            f"its header {', '.join(header)[:200]!r} has no columns of a box: lon, lat; x, y; xmin, ymin, xmax, ymax; "
            "left, top, width, height; x1, y1 to x4, y4; or wkt"
        )
    if len(set(header)) < len(header):
        raise ValueError("two of its columns have the same name")
    return _rows(reader, header, form)


def _rows(reader: Iterator[list[str]], header: list[str], form: tuple[str, ...]) -> Iterator[SceneBox]:
    space: Space = "map" if form in OF_MAP else "pixel"
    number = 0
    try:
        for cells in reader:
            if not any(cells):
                continue
            number += 1
            row = dict(zip(header, cells, strict=False))
            attributes = {name: row.get(name, "") for name in header if name and name not in (*form, "id", "image")}
            try:
                ring, problem = FORMS[form]({name: row.get(name, "") for name in form})
            except (ValueError, LookupError, OverflowError):
                ring, problem = (), f"its {', '.join(form)[:60]} are no numbers of a box"
            if len(cells) > len(header):
                problem = f"the row has {len(cells)} cells for {len(header)} columns: quote its commas"
            yield SceneBox(
                id=row.get("id") or str(number),
                ring=ring,
                space=space,
                image=row.get("image") or None,
                attributes=attributes,
                problem=problem,
            )
    except csv.Error as error:
        raise ValueError(f"after row {number} it is no CSV: {error}") from error


def _sides(row: Row, *names: str) -> Checked:
    left, top, right, bottom = (float(row[name]) for name in names)
    return checked_ring(rectangle(left, top, right, bottom))


def _of_wkt(text: str) -> Checked:
    try:
        return ring_of_shape(shapely.from_wkt(text))
    except shapely.errors.GEOSException as error:
        raise ValueError(str(error)) from error
