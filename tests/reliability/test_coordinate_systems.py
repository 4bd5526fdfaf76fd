"""GeoTIFFs in every projected coordinate system of the EPSG list: metres within 1 % of the truth, or unknown."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from vehicle_id.crops.open import decode_crop, open_crop
from vehicle_id.crops.projection import ground_pixel_by_proj

SEED = 20261129
SIDE = 20
WITHIN = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A GeoTIFF of pixels of half a metre of the map."""

    code: int
    data: bytes
    gsd_m: float
    """Side of a square of the area of a pixel, by geodesics between the middles of its edges."""


def systems() -> list[Any]:
    database = pytest.importorskip("pyproj.database", reason="needs the extra geo")
    return [each for each in database.query_crs_info("EPSG", ["PROJECTED_CRS"]) if each.area_of_use is not None]


def placed(chosen: list[Any]) -> Iterator[Placed]:
    """A file in each system, anywhere in its area of use; without those that PROJ or GDAL cannot make."""
    rasterio = pytest.importorskip("rasterio", reason="needs the extra geo")
    import pyproj

    rng = np.random.default_rng(SEED)
    for info in chosen:
        system = pyproj.CRS.from_epsg(int(info.code))
        area = info.area_of_use
        lon, lat = rng.uniform(area.west, max(area.west, area.east)), rng.uniform(area.south, area.north)
        try:
            there = pyproj.Transformer.from_crs(system.geodetic_crs, system, always_xy=True)
            back = pyproj.Transformer.from_crs(system, system.geodetic_crs, always_xy=True)
            x, y = there.transform(lon, lat)
            step = 0.5 / system.axis_info[0].unit_conversion_factor
            data = written(rasterio, int(info.code), x, y, step)
        except (pyproj.exceptions.ProjError, rasterio.errors.RasterioError, OverflowError, ValueError):
            continue
        half = SIDE / 2 * step
        sides = [(x - half, y, x + half, y), (x, y - half, x, y + half)]
        ends = [(*back.transform(*side[:2]), *back.transform(*side[2:])) for side in sides]
        across, down = (system.get_geod().inv(*end)[2] / SIDE for end in ends)
        if math.isfinite(across * down) and across * down > 0:
            yield Placed(code=int(info.code), data=data, gsd_m=math.sqrt(across * down))


def written(rasterio: Any, code: int, x: float, y: float, step: float) -> bytes:
    from rasterio.io import MemoryFile
    from rasterio.transform import Affine

    place = Affine(step, 0, x - SIDE / 2 * step, 0, -step, y + SIDE / 2 * step)
    with warnings.catch_warnings(), MemoryFile() as memory:
        warnings.simplefilter("ignore")
        system = rasterio.CRS.from_epsg(code)
        with memory.open(
            driver="GTiff", width=SIDE, height=SIDE, count=1, dtype="uint8", crs=system, transform=place
        ) as file:
            file.write(np.full((1, SIDE, SIDE), 99, np.uint8))
        return bytes(memory.read())


@pytest.mark.parametrize("share", [100, pytest.param(1, marks=pytest.mark.long)])
def test_every_system_is_metres_on_the_ground_or_unknown(share: int) -> None:
    known, by_proj, wrong, num = 0, 0, list[str](), 0
    for each in placed(systems()[::share]):
        num += 1
        for name, found in {
            "tags": decode_crop(each.data).gsd_m,
            "PROJ": getattr(ground_pixel_by_proj(each.data), "gsd_m", None),
        }.items():
            if found is not None and not abs(found / each.gsd_m - 1) < WITHIN:
                wrong.append(f"EPSG:{each.code} by {name}: {found:.4f} in place of {each.gsd_m:.4f}")
        known += decode_crop(each.data).gsd_m is not None
        by_proj += open_crop(each.data, chip_px=8).gsd_m is not None or ground_pixel_by_proj(each.data) is not None
    print(f"{num} systems: {known} known by the tags, {by_proj} with PROJ, {len(wrong)} wrong by over 1 %")
    assert not wrong, "\n".join(wrong)
    assert known > 0.1 * num and by_proj > 0.9 * num
