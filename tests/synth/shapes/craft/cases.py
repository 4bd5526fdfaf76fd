"""Sizes that tests of craft build, and how."""

from __future__ import annotations

SIZES = {
    "aircraft": [
        (8.28, 11.0, 2.72), (12.5, 18.18, 4.1), (18.4, 21.3, 5.5), (25.2, 21.3, 5.5), (15.0, 7.15, 4.1),
        (17.32, 11.36, 4.73), (23.53, 29.2, 8.32), (39.5, 35.0, 12.5), (46.6, 50.5, 14.8),
    ],
    "boat": [(5.0, 2.0, 1.4), (8.0, 2.6, 2.4), (9.5, 3.1, 6.8), (14.0, 4.5, 5.0), (28.0, 6.0, 8.0), (70.0, 11.0, 4.0)],
}  # fmt: skip
CASES = [(leaf, size) for leaf, sizes in SIZES.items() for size in sizes]
