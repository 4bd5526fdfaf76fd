"""Rigid mining trucks, from the BelAZ-7540 to the 75710, the Cat 773 to 797 and the Komatsu HD and E.

Seen from above such a truck is an open body with a broad rim, a canopy that goes on from its front wall over
the cab, and a strip of deck, bonnet and bumper before that. Wheels, decks and cabinets grow with the payload.
The rows state the size of a truck; where its parts lie is remembered from photographs and drawings, not measured.
"""

from __future__ import annotations

from vehicle_id.synth.mesh import Assembly, Joint
from vehicle_id.synth.shapes.haulers.rigid_body import body
from vehicle_id.synth.shapes.haulers.rigid_front import access, cab, deck_load, nose, running_gear, wings
from vehicle_id.synth.shapes.haulers.rigid_layout import draw_layout
from vehicle_id.synth.vehicle_sample import VehicleSample


def rigid_hauler(sample: VehicleSample) -> Assembly:
    """A rigid mining truck; its body tips about the rear."""
    layout = draw_layout(sample)
    bucket, loaded = body(layout, sample)
    pivot = (layout.rear_axle - 0.05 * layout.length, 0.0, 0.44 * layout.height)
    tipping = (-28.0, -8.0) if loaded else (-50.0, -32.0)
    hoist = Joint(part=Assembly(fixed=bucket), pivot=pivot, axis="y", degrees=tipping, used=0.05 if loaded else 0.3)
    front = [*wings(layout, sample), *nose(layout, sample), cab(layout, sample), *deck_load(layout, sample)]
    return Assembly(fixed=[*running_gear(layout, sample), *front, *access(layout, sample)], joints=[hoist])
