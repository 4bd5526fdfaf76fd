"""Rigid mining trucks, from the BelAZ-7540 to the 75710, the Cat 773 to 797 and the Komatsu HD and E.

Seen from above such a truck is an open body with a broad rim, a canopy that goes on from its front wall over
the cab, and a strip of deck, bonnet and bumper before that. Wheels, decks and cabinets grow with the payload.
The rows say how large a truck is; where its parts lie is remembered from pictures and drawings, not measured.
"""

from __future__ import annotations

from vehicle_id.synth.mesh import Assembly, Joint
from vehicle_id.synth.shapes.haulers.rigid_body import body
from vehicle_id.synth.shapes.haulers.rigid_front import access, cab, deck_load, nose, running_gear, wings
from vehicle_id.synth.shapes.haulers.rigid_plan import draw_plan
from vehicle_id.synth.vehicle_sample import Draft


def rigid_hauler(draft: Draft) -> Assembly:
    """A rigid mining truck; its body tips about the rear."""
    plan = draw_plan(draft)
    bucket, loaded = body(plan, draft)
    pivot = (plan.rear_axle - 0.05 * plan.length, 0.0, 0.44 * plan.height)
    tipping = (-28.0, -8.0) if loaded else (-50.0, -32.0)
    hoist = Joint(part=Assembly(fixed=bucket), pivot=pivot, axis="y", degrees=tipping, used=0.05 if loaded else 0.3)
    front = [*wings(plan, draft), *nose(plan, draft), cab(plan, draft), *deck_load(plan, draft)]
    return Assembly(fixed=[*running_gear(plan, draft), *front, *access(plan, draft)], joints=[hoist])
