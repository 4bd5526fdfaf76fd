"""Sizes that tests of structures build, and how."""

from __future__ import annotations

SIZES = {
    "container": [(6.058, 2.438, 2.591), (12.192, 2.438, 2.896), (13.716, 2.438, 2.896)],
    "roof": [(9.0, 7.0, 5.0), (8.0, 10.0, 6.0), (50.0, 12.0, 20.0), (20.0, 30.0, 8.0)],
    "shed": [(2.5, 2.2, 2.1), (6.0, 3.2, 2.5), (20.0, 8.0, 4.0), (2.0, 4.0, 3.0)],
    "storage_tank": [(3.0, 3.0, 6.0), (20.0, 20.0, 12.0), (60.0, 58.0, 14.0), (8.0, 4.0, 3.5), (5.0, 7.0, 8.0)],
}
CASES = [(leaf, size) for leaf, sizes in SIZES.items() for size in sizes]
