"""The shipped rows, and a function that writes other rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from vehicle_id.catalogue import Catalogue, load_catalogue

HEADER = "name,class,length_m,width_m,height_m,confidence,source\n"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The published catalogue."""
    return load_catalogue()


@pytest.fixture
def csv_of(tmp_path: Path) -> Callable[..., Path]:
    """Write lines under the header of the required columns and `source`."""

    def write(*lines: str, header: str = HEADER, name: str = "own.csv") -> Path:
        path = tmp_path / name
        path.write_text(header + "\n".join(lines), encoding="utf-8")
        return path

    return write
