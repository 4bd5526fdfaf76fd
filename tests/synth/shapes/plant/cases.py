"""Sizes that tests of plant build, and how."""

from __future__ import annotations

import numpy as np

from tests.synth.shapes.overhead import make_sample
from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Assembly, Joint, Mesh
from vehicle_id.synth.paint import Paint
from vehicle_id.synth.shapes.plant import BUILDERS
from vehicle_id.synth.vehicle_sample import VehicleSample

SEEDS = range(30)
SIZES = {
    "excavator": (9.4, 2.8, 3.04),
    "bulldozer": (5.3, 3.4, 3.1),
    "wheel_loader": (8.0, 2.95, 3.4),
    "grader": (9.4, 2.6, 3.4),
    "truck_crane": (12.6, 2.5, 3.45),
}


def sample(leaf: str, seed: int, *, name: str = "QY25") -> VehicleSample:
    return make_sample(leaf, SIZES[leaf], seed, name=name, colours=("yellow",))


def build(leaf: str, seed: int) -> Assembly:
    return BUILDERS[leaf](sample(leaf, seed))


def of(mesh: Mesh, paint: Paint) -> Float64Array:
    """Triangles of a paint."""
    return mesh.triangles[np.all(np.isclose(mesh.rgb, paint.rgb), axis=1)]


def turned(joint: Joint, degrees: float) -> Mesh:
    return joint.part.at_rest().turned(degrees, axis=joint.axis, about=joint.pivot)
