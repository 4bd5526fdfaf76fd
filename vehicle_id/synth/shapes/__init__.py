"""Build the mesh of a vehicle sample with a builder of its class.

Every leaf of the class tree but bare ground has one builder or more. The result is varied (`variation.py`), then fitted
to the sample's length, width and height in transport pose, so that published sizes hold to the centimetre.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from vehicle_id.errors import CatalogueError
from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.mesh_file import read_mesh
from vehicle_id.synth.shapes import (
    armour,
    army_trucks,
    bus,
    chassis,
    coaches,
    craft,
    delivery,
    earthmovers,
    freight,
    haulers,
    heavy_wheeled,
    highway,
    launchers,
    light,
    low_tanks,
    motor_pool,
    one_tonne,
    plain_buses,
    plant,
    rail,
    railway,
    random_vehicles,
    road,
    site_lorries,
    structures,
    town_vans,
    tracked,
)
from vehicle_id.synth.shapes.variation import varied
from vehicle_id.synth.vehicle_sample import VehicleSample

Builder = Callable[[VehicleSample], Assembly]

_SOURCES: Final = (
    haulers, plant, light, road, bus, chassis, armour, rail, structures, craft,
    launchers, heavy_wheeled, army_trucks, tracked, coaches, delivery, railway, freight, earthmovers,
    plain_buses, highway, low_tanks, motor_pool, town_vans, one_tonne, site_lorries,
)  # fmt: skip
"""Each with `BUILDERS`; several that build one class were written apart from one another, and a vehicle draws one."""

BUILDERS: Final[Mapping[str, tuple[Builder, ...]]] = {
    leaf: tuple(source.BUILDERS[leaf] for source in _SOURCES if leaf in source.BUILDERS)
    for leaf in dict.fromkeys(leaf for source in _SOURCES for leaf in source.BUILDERS)
}
"""Leaf of the class tree -> its builders."""


def build(sample: VehicleSample) -> Assembly:
    """The vehicle, filling exactly the sample's length (x), width (y) and height (z) at rest, centred over the origin.

    A row that names a mesh file keeps the proportions of the file: only its length is that of the sample.

    Raises:
        CatalogueError: no builder for the sample's class, sizes and axles that it cannot build, or a mesh file that
            cannot be read.
    """
    if sample.row.mesh:
        return _from_file(sample)
    if sample.label == random_vehicles.LABEL:
        return fitted(random_vehicles.random_vehicle(sample), sample)
    builders = BUILDERS.get(sample.label, ())
    if not builders:
        raise CatalogueError(f"{sample.row.name!r} cannot be built: there is no shape for the class {sample.label!r}")
    builder = builders[int(sample.rng.integers(len(builders)))] if len(builders) > 1 else builders[0]
    return fitted(varied(builder(sample).merged(), sample).merged(), sample)


def fitted(assembly: Assembly, sample: VehicleSample) -> Assembly:
    """The assembly stretched to fill exactly the sample's length, width and height at rest, centred over the origin."""
    low, high = assembly.at_rest().bounds
    size = np.array([sample.length_m, sample.width_m, sample.height_m])
    factors = size / (high - low)
    middle = (low + high) / 2 * factors
    return assembly.fitted(factors, np.array([-middle[0], -middle[1], -low[2] * factors[2]]))


def _from_file(sample: VehicleSample) -> Assembly:
    """The row's mesh file; painted in the sample's coat if the row names colours, else in its own colours."""
    mesh = read_mesh(sample.row.mesh)
    low, high = mesh.bounds
    factor = sample.length_m / max(float(high[0] - low[0]), 1e-9)
    middle = (low + high) / 2 * factor
    placed = mesh.scaled(factor).moved((-middle[0], -middle[1], -low[2] * factor))
    return Assembly(fixed=[placed.repainted(sample.coat) if sample.row.colours else placed])
