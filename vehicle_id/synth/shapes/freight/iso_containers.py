"""ISO containers on the ground: closed ones of all coats; a few open tops, and tanks of twenty feet."""

from __future__ import annotations

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.common.freight_container import closed_container, line_paint, tank_container
from vehicle_id.synth.vehicle_sample import VehicleSample


def iso_container(sample: VehicleSample) -> Assembly:
    """A container as long, wide and high as its row says."""
    x, z = (0.0, sample.length_m), (0.0, sample.height_m)
    tone = sample.coat if sample.chance(0.6) else line_paint(sample.rng)
    if sample.length_m < 7 and sample.chance(0.04):
        return Assembly(fixed=tank_container(x, z, tone, sample.rng))
    return Assembly(fixed=closed_container(x, z, tone, sample.rng, wide=sample.width_m))
