"""Choose the aircraft of a row by its length and span: airliner or transport, light aircraft, fighter, helicopter.

A span under three quarters of the length is a fighter, a length under 13.5 m a light aircraft, and so on.
Proportions are those of common types; no type is copied. The nose is at the highest x.
"""

from __future__ import annotations

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.craft.fighters import fighter
from vehicle_id.synth.shapes.craft.helicopters import helicopter
from vehicle_id.synth.shapes.craft.light_aircraft import light_aircraft
from vehicle_id.synth.shapes.craft.transports import transport
from vehicle_id.synth.vehicle_sample import VehicleSample


def aircraft(sample: VehicleSample) -> Assembly:
    """The kind that the length and the span suggest."""
    length, span = sample.length_m, sample.width_m
    if span < 0.75 * length:
        return Assembly(fixed=fighter(sample))
    if length < 13.5:
        return Assembly(fixed=light_aircraft(sample))
    if length < 28 and span < 24:
        return Assembly(fixed=helicopter(sample))
    return Assembly(fixed=transport(sample))
