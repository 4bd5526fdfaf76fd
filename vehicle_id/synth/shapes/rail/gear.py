"""Running gear and couplers of all rail vehicles, 1520 mm gauge; and a vehicle whose load is not in its height.

z = 0 is the rail's top; the scene lifts a wagon onto its track.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Assembly, Mesh, box, copies, cylinder, join
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, RUST, Paint
from vehicle_id.synth.shapes.common.spans import ordered

GAUGE_M: Final = 1.52
PITCH_M: Final = 1.85
"""Distance between the axles of a bogie."""
OVERHANG_M: Final = 0.57
"""Coupler faces beyond the end sill: 13.92 m over couplers is 12.78 m over sills on the gondola 12-132."""
COUPLER_Z: Final = (0.9, 1.18)
WHEEL_RADIUS_M: Final = 0.475


@dataclass(frozen=True, slots=True, kw_only=True)
class Laden(Assembly):
    """A vehicle with objects on it that its published height does not count: containers, heaps, a raised pantograph.

    Until it is fitted it appears bare, so that the vehicle alone is fitted.
    """

    above: list[Mesh] = field(default_factory=list)

    def fitted(self, factors: Float64Array, shift: Float64Array) -> Assembly:
        """Stretched about the origin, then shifted; the objects above become a fixed part."""
        bare = Assembly.fitted(self, factors, shift)
        carried = [mesh.scaled(factors).moved(shift) for mesh in self.above]
        return Assembly(fixed=[*bare.fixed, *carried], joints=bare.joints)


def couplers(length_m: float) -> list[Mesh]:
    """Draw gear and heads at both ends, the faces `length_m` apart."""
    parts = []
    for end in (-1, 1):
        face, neck, sill = (end * (length_m / 2 - back) for back in (0.0, 0.32, OVERHANG_M + 0.1))
        parts.append(box(ordered(face, neck), (-0.21, 0.21), COUPLER_Z, DARK_STEEL))
        parts.append(box(ordered(neck, sill), (-0.11, 0.11), (0.95, 1.13), CHASSIS))
    return parts


def bogie(centre_x: float, *, axles: int = 2) -> Mesh:
    """A truck of wheelsets and side frames; mostly hidden, it darkens the gap under the floor."""
    first = centre_x - PITCH_M * (axles - 1) / 2
    rim = cylinder("y", (-0.07, 0.07), (first, WHEEL_RADIUS_M), WHEEL_RADIUS_M, DARK_STEEL, sides=8)
    places = [(axle * PITCH_M, side * GAUGE_M / 2, 0.0) for axle in range(axles) for side in (-1, 1)]
    reach = PITCH_M * (axles - 1) / 2 + 0.35
    frame = box((centre_x - reach, centre_x + reach), (-0.12, 0.12), (0.32, 0.78), CHASSIS)
    bolster = box((centre_x - 0.25, centre_x + 0.25), (-1.1, 1.1), (0.5, 0.85), CHASSIS)
    return join([copies(rim, places), copies(frame, [(0, -1.02, 0), (0, 1.02, 0)]), bolster])


def running_gear(length_m: float, centres: Sequence[float], *, axles: int = 2) -> list[Mesh]:
    """Couplers, bogies at `centres`, and the centre sill between the ends."""
    end = length_m / 2 - OVERHANG_M
    sill = box((-end, end), (-0.25, 0.25), (0.85, 1.15), CHASSIS)
    return [*couplers(length_m), sill, *(bogie(centre, axles=axles) for centre in centres)]


def brakes(length_m: float) -> list[Mesh]:
    """Air tanks and rigging hung under the floor between the bogies."""
    reach = 0.14 * length_m
    return [
        cylinder("x", (-reach, -reach + 1.2), (0.7, 0.72), 0.2, CHASSIS, sides=6),
        box((reach - 0.7, reach), (-0.8, -0.4), (0.5, 0.8), RUST),
    ]


def end_platforms(length_m: float, width_m: float, z: float, paint: Paint, *, depth_m: float = 0.6) -> list[Mesh]:
    """Level footplates at the ends of the underframe, seen from above beyond a shorter body."""
    end = length_m / 2 - OVERHANG_M
    half = width_m / 2
    return [box(ordered(way * end, way * (end - depth_m)), (-half, half), (z - 0.2, z), paint) for way in (-1, 1)]


def end_sills(length_m: float, width_m: float, top: float, paint: Paint) -> list[Mesh]:
    """The beams across both ends that the couplers come out of."""
    end = length_m / 2 - OVERHANG_M
    half = width_m / 2
    return [box(ordered(way * end, way * (end - 0.2)), (-half, half), (0.85, top), paint) for way in (-1, 1)]


def bogie_centres(length: float) -> tuple[float, float]:
    """Pivots as on the gondola 12-132: 8.65 of 13.92 m; longer wagons have them relatively further out."""
    base = 0.62 * length if length < 15 else 0.68 * length
    return -base / 2, base / 2
