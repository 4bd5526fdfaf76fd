"""Army lorries of the world: where bonnet, cab and axles lie along the length, remembered from side views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class TruckDesign:
    """One design; shares of the length are counted from the front end."""

    name: str
    length_m: float
    axles: tuple[float, ...]
    """Shares of the length."""
    bonnet: float
    """Share of the length before the windscreen; 0 for a cab over the engine."""
    cab: float
    """Share of the length from windscreen to rear wall."""
    cab_width: float = 0.92
    """Share of the width."""
    rounded: float = 0.0
    """0 pressed flat, 1 as round as a car of 1940."""
    wheel_m: float = 0.55
    """Radius of a tyre."""
    soft_top: float = 0.05
    """Share of cabs with a canvas top."""


DESIGNS: Final = (
    TruckDesign(name="GAZ-66", length_m=5.66, axles=(0.21, 0.79), bonnet=0.0, cab=0.31, rounded=0.5, wheel_m=0.53),
    TruckDesign(
        name="Ural-4320", length_m=7.37, axles=(0.15, 0.63, 0.82), bonnet=0.23, cab=0.17, rounded=0.3, wheel_m=0.6
    ),
    TruckDesign(name="Ural-43206", length_m=7.1, axles=(0.16, 0.75), bonnet=0.24, cab=0.18, rounded=0.3, wheel_m=0.6),
    TruckDesign(
        name="ZIL-131", length_m=7.04, axles=(0.15, 0.63, 0.81), bonnet=0.21, cab=0.18, rounded=0.4, cab_width=0.85
    ),
    TruckDesign(
        name="ZIL-157", length_m=6.8, axles=(0.14, 0.62, 0.79), bonnet=0.24, cab=0.17, rounded=0.9, cab_width=0.76
    ),
    TruckDesign(
        name="KrAZ-255B", length_m=8.65, axles=(0.14, 0.67, 0.83), bonnet=0.22, cab=0.16, rounded=0.4, wheel_m=0.66
    ),
    TruckDesign(name="KamAZ-4310", length_m=7.65, axles=(0.17, 0.61, 0.78), bonnet=0.0, cab=0.25, wheel_m=0.6),
    TruckDesign(name="KamAZ-4326", length_m=6.9, axles=(0.19, 0.76), bonnet=0.0, cab=0.27, wheel_m=0.6),
    TruckDesign(name="KamAZ-6350", length_m=10.0, axles=(0.14, 0.32, 0.72, 0.86), bonnet=0.0, cab=0.21, wheel_m=0.62),
    TruckDesign(
        name="MAN KAT1 4x4", length_m=8.0, axles=(0.2, 0.76), bonnet=0.0, cab=0.23, cab_width=0.98, wheel_m=0.62
    ),
    TruckDesign(
        name="MAN KAT1 6x6", length_m=9.0, axles=(0.18, 0.67, 0.84), bonnet=0.0, cab=0.21, cab_width=0.98, wheel_m=0.62
    ),
    TruckDesign(
        name="MAN KAT1 8x8",
        length_m=10.2,
        axles=(0.16, 0.35, 0.7, 0.85),
        bonnet=0.0,
        cab=0.19,
        cab_width=0.98,
        wheel_m=0.62,
    ),
    TruckDesign(name="FMTV M1078", length_m=6.42, axles=(0.17, 0.78), bonnet=0.0, cab=0.3, wheel_m=0.58),
    TruckDesign(name="FMTV M1083", length_m=6.93, axles=(0.16, 0.64, 0.84), bonnet=0.0, cab=0.28, wheel_m=0.58),
    TruckDesign(
        name="Tatra 813", length_m=8.8, axles=(0.15, 0.33, 0.66, 0.82), bonnet=0.0, cab=0.3, rounded=0.6, wheel_m=0.64
    ),
    TruckDesign(
        name="Tatra 815 6x6", length_m=8.4, axles=(0.16, 0.66, 0.83), bonnet=0.0, cab=0.22, rounded=0.2, wheel_m=0.6
    ),
    TruckDesign(
        name="Tatra 815 8x8",
        length_m=9.4,
        axles=(0.15, 0.32, 0.68, 0.83),
        bonnet=0.0,
        cab=0.2,
        rounded=0.2,
        wheel_m=0.6,
    ),
    TruckDesign(name="Steyr 12M18", length_m=6.65, axles=(0.2, 0.77), bonnet=0.0, cab=0.25, wheel_m=0.58),
    TruckDesign(name="Star 266", length_m=6.86, axles=(0.17, 0.6, 0.78), bonnet=0.0, cab=0.25, rounded=0.3),
    TruckDesign(name="Bedford MK", length_m=6.6, axles=(0.2, 0.79), bonnet=0.0, cab=0.24, rounded=0.2),
    TruckDesign(
        name="Renault TRM 4000", length_m=6.7, axles=(0.2, 0.78), bonnet=0.0, cab=0.24, rounded=0.1, soft_top=0.3
    ),
    TruckDesign(
        name="Unimog U1300L",
        length_m=5.54,
        axles=(0.19, 0.78),
        bonnet=0.13,
        cab=0.26,
        rounded=0.5,
        wheel_m=0.54,
        soft_top=0.3,
    ),
    TruckDesign(
        name="M35A2", length_m=6.71, axles=(0.14, 0.65, 0.83), bonnet=0.25, cab=0.16, cab_width=0.8, soft_top=0.75
    ),
    TruckDesign(
        name="M939", length_m=7.9, axles=(0.13, 0.63, 0.8), bonnet=0.24, cab=0.16, cab_width=0.84, soft_top=0.7
    ),
    TruckDesign(
        name="Praga V3S", length_m=6.91, axles=(0.17, 0.67, 0.83), bonnet=0.15, cab=0.2, cab_width=0.85, rounded=0.5
    ),
    TruckDesign(
        name="Magirus Jupiter", length_m=7.8, axles=(0.16, 0.66, 0.83), bonnet=0.2, cab=0.18, rounded=1.0, soft_top=0.3
    ),
    TruckDesign(
        name="Jiefang CA-30", length_m=6.7, axles=(0.14, 0.62, 0.79), bonnet=0.23, cab=0.17, rounded=0.8, cab_width=0.8
    ),
)


def draw_design(sample: VehicleSample) -> TruckDesign:
    """A design of about the sample's length, with as many axles as its row states."""
    stated = len(sample.axles_m)
    apt = [design for design in DESIGNS if stated in (0, len(design.axles))]
    near = [design for design in apt if abs(design.length_m / sample.length_m - 1) < 0.14]
    return (
        near[int(sample.rng.integers(len(near)))] if near else min(apt, key=lambda d: abs(d.length_m - sample.length_m))
    )
