"""Sizes that tests of haulers build, and how."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tests.synth.shapes.overhead import make_sample, met_from_above
from vehicle_id.synth.mesh import Mesh
from vehicle_id.synth.paint import GLASS
from vehicle_id.synth.vehicle_sample import VehicleSample

SEEDS = range(30)
SIZES = {
    "rigid_hauler_30t": (7.11, 3.86, 3.93),
    "rigid_hauler_45t": (8.56, 4.24, 4.48),
    "rigid_hauler_55t": (8.89, 5.24, 4.61),
    "rigid_hauler_90t": (10.34, 5.36, 4.64),
    "rigid_hauler_130t": (11.5, 6.4, 5.9),
    "rigid_hauler_180t": (12.6, 6.95, 6.32),
    "rigid_hauler_220t": (13.36, 7.78, 6.6),
    "rigid_hauler_320t": (14.5, 9.25, 7.22),
    "articulated_hauler": (11.0, 3.4, 3.9),
}
RIGID = [leaf for leaf in SIZES if leaf.startswith("rigid")]


def sample(leaf: str, seed: int, *, maker: str = "BelAZ", name: str = "a truck") -> VehicleSample:
    return make_sample(leaf, SIZES[leaf], seed, name=name, maker=maker, colours=("yellow", "white", "orange"))


def samples() -> Iterator[VehicleSample]:
    for leaf in SIZES:
        for seed in SEEDS:
            maker, name = (("BelAZ", "BelAZ-7513"), ("Caterpillar", "Cat 777G"), ("Komatsu", "Komatsu 830E"))[seed % 3]
            yield sample(leaf, seed, maker=maker, name=name)


def panes_from_above(mesh: Mesh) -> int:
    _, face = met_from_above(mesh)
    return int(np.all(np.isclose(mesh.rgb[face], GLASS.rgb), axis=1).sum())
