"""Files of results with known counts, as `classify --out` writes them."""

from __future__ import annotations

from training.pages.station import DATES, WAGONS, station, write

__all__ = ["DATES", "WAGONS", "station", "write"]
