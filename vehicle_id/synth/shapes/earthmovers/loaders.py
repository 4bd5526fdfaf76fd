"""Which loader a row is: by its name, or where the name does not say, by its size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.earthmovers.backhoe_loaders import backhoe_loader
from vehicle_id.synth.shapes.earthmovers.compact_loaders import skid_steer_loader, telescopic_handler
from vehicle_id.synth.shapes.earthmovers.wheel_loaders import articulated_loader
from vehicle_id.synth.vehicle_sample import VehicleSample

NAMED: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {
    "backhoe": backhoe_loader,
    "skid-steer": skid_steer_loader,
    "telescopic": telescopic_handler,
}
"""Word in a row's name -> its builder."""


def loader(sample: VehicleSample) -> Assembly:
    """A loader of any kind."""
    name = sample.row.name.lower()
    for word, build in NAMED.items():
        if word in name:
            return build(sample)
    return skid_steer_loader(sample) if sample.length_m < 4.2 else articulated_loader(sample)
