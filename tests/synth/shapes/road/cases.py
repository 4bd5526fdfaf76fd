"""Sizes that tests of road build, and how."""

from __future__ import annotations

Size = tuple[float, float, float]
SIZES: dict[str, list[tuple[str, Size]]] = {
    "box_truck": [
        ("light", (6.5, 2.2, 3.0)),
        ("GAZon", (7.0, 2.3, 3.1)),
        ("large", (11.0, 2.55, 3.8)),
        ("US ", (10.3, 2.5, 3.8)),
    ],
    "flatbed_truck": [("KamAZ", (8.5, 2.5, 2.83)), ("ZIL-130", (6.675, 2.5, 2.4)), ("GAZ-51", (5.6, 2.24, 2.13))],
    "tipper_truck": [("MAZ", (6.0, 2.5, 2.93)), ("KamAZ", (7.8, 2.5, 3.1)), ("HOWO", (10.7, 2.5, 3.4))],
    "tank_truck": [("fuel", (9.5, 2.5, 3.3)), ("ATZ on Ural", (7.8, 2.5, 3.0))],
    "tractor_unit": [
        ("4x2", (6.0, 2.5, 3.6)),
        ("KamAZ", (6.15, 2.5, 2.83)),
        ("US tractor", (8.0, 2.5, 3.8)),
        ("6x4", (7.0, 2.5, 3.4)),
    ],
    "tractor_trailer": [("EU", (16.5, 2.55, 4.0)), ("US ", (21.5, 2.59, 4.1)), ("tank lorry", (14.5, 2.5, 3.6))],
    "semi_trailer": [("curtain", (13.6, 2.55, 4.0)), ("frame", (12.4, 2.48, 1.5)), ("tank", (11.5, 2.5, 3.5))],
    "military_truck": [
        ("KamAZ-4310", (7.8, 2.5, 3.0)),
        ("Ural-4320", (7.37, 2.5, 2.8)),
        ("GAZ-66", (5.66, 2.33, 2.44)),
    ],
}
COATS = ("olive", "white", "orange")
"""Coats that lead to both military and civil variants."""
