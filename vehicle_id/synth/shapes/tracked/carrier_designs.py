"""Tracked carriers of the world: their noses, roofs, and what sits on them, remembered from photographs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from vehicle_id.synth.vehicle_sample import VehicleSample

RoofTop = Literal[
    "cupola", "round_turret", "angular_turret", "small_turret", "mortar", "command", "ambulance", "missiles", "open"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierDesign:
    """One design; shares of the hull's length are counted from the rear, shares of the width from its middle."""

    name: str
    nose: float
    """Share of the length that slopes down to the front end."""
    tail: float = 0.0
    """The same at the rear end."""
    lean: float = 0.04
    """Share of half the width that the sides lean in by."""
    top: RoofTop = "cupola"
    at: tuple[float, float] = (0.55, 0.0)
    """Place of the turret or cupola, x and y."""
    ring: float = 0.5
    """Radius of the turret as a share of half the width."""
    gun_m: float = 0.0
    """Reach of the gun beyond the turret."""
    rear_hatches: int = 1
    """Over the troops: one broad, two or four."""
    share: float = 1.0
    """How often it is drawn."""


CARRIERS: Final = (
    CarrierDesign(name="M113", nose=0.16, share=3.0),
    CarrierDesign(name="FV432", nose=0.22, at=(0.66, 0.3), rear_hatches=2),
    CarrierDesign(name="Type 63", nose=0.24, at=(0.6, -0.35), rear_hatches=4),
    CarrierDesign(name="BTR-50", nose=0.28, at=(0.72, 0.45), top="open"),
    CarrierDesign(
        name="MT-LB",
        nose=0.18,
        lean=0.08,
        at=(0.76, -0.5),
        top="small_turret",
        ring=0.3,
        gun_m=0.5,
        rear_hatches=2,
        share=2.5,
    ),
    CarrierDesign(
        name="BMP-1",
        nose=0.4,
        lean=0.18,
        at=(0.47, 0.0),
        top="round_turret",
        ring=0.5,
        gun_m=1.1,
        rear_hatches=4,
        share=2.5,
    ),
    CarrierDesign(
        name="BMP-2",
        nose=0.4,
        lean=0.16,
        at=(0.46, 0.0),
        top="round_turret",
        ring=0.66,
        gun_m=1.9,
        rear_hatches=2,
        share=2.5,
    ),
    CarrierDesign(
        name="BMP-3", nose=0.24, lean=0.1, at=(0.52, 0.0), top="round_turret", ring=0.66, gun_m=2.2, rear_hatches=2
    ),
    CarrierDesign(
        name="BMD",
        nose=0.35,
        lean=0.12,
        at=(0.6, 0.0),
        top="round_turret",
        ring=0.5,
        gun_m=1.2,
        rear_hatches=2,
        share=0.6,
    ),
    CarrierDesign(
        name="Marder", nose=0.3, lean=0.12, at=(0.56, 0.1), top="angular_turret", ring=0.55, gun_m=1.3, rear_hatches=4
    ),
    CarrierDesign(
        name="Bradley", nose=0.27, lean=0.05, at=(0.48, -0.12), top="angular_turret", ring=0.66, gun_m=1.4, share=1.5
    ),
    CarrierDesign(
        name="Warrior", nose=0.27, lean=0.1, at=(0.52, 0.08), top="angular_turret", ring=0.6, gun_m=1.7, rear_hatches=2
    ),
    CarrierDesign(
        name="AMX-10P", nose=0.35, lean=0.08, at=(0.5, 0.15), top="angular_turret", ring=0.45, gun_m=0.9, rear_hatches=2
    ),
    CarrierDesign(name="YPR-765", nose=0.2, lean=0.12, at=(0.56, -0.3), top="angular_turret", ring=0.38, gun_m=1.0),
    CarrierDesign(name="mortar carrier", nose=0.17, at=(0.25, 0.0), top="mortar", ring=0.6, share=1.2),
    CarrierDesign(name="M577 command post", nose=0.16, at=(0.36, 0.0), top="command", share=1.2),
    CarrierDesign(name="command post, low", nose=0.2, lean=0.08, at=(0.42, 0.0), top="command"),
    CarrierDesign(name="ambulance", nose=0.17, at=(0.35, 0.0), top="ambulance", share=0.7),
    CarrierDesign(name="missile carrier", nose=0.2, at=(0.42, 0.0), top="missiles", ring=0.45, share=0.8),
)


def draw_carrier(sample: VehicleSample) -> CarrierDesign:
    """Any of the designs, the common ones oftener."""
    total = sum(design.share for design in CARRIERS)
    shares = [design.share / total for design in CARRIERS]
    return CARRIERS[int(sample.rng.choice(len(CARRIERS), p=shares))]
