"""Sizes that tests of armour build, and how."""

from __future__ import annotations

from tests.synth.shapes.overhead import make_sample
from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.armour import BUILDERS
from vehicle_id.synth.vehicle_sample import VehicleSample

SIZES = {
    "T-72": ("tank", 9.53, 3.59, 2.23),
    "M1A1 Abrams": ("tank", 9.8, 3.66, 2.44),
    "a tank": ("tank", 9.0, 3.3, 2.4),
    "BMP-2": ("armoured_carrier", 6.73, 3.15, 2.45),
    "M113": ("armoured_carrier", 4.86, 2.69, 2.5),
    "MT-LB": ("armoured_carrier", 6.45, 2.86, 1.87),
    "a carrier": ("armoured_carrier", 6.5, 2.9, 2.2),
}


def sample(name: str, seed: int) -> VehicleSample:
    leaf, *size = SIZES[name]
    return make_sample(leaf, tuple(size), seed, name=name, colours=("olive", "sand"))


def build(name: str, seed: int) -> Assembly:
    return BUILDERS[SIZES[name][0]](sample(name, seed))
