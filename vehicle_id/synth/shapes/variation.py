"""Vary a built vehicle: proportions, camouflage nets, tarpaulins, and loose objects on its roofs.

The steps come before the fit to the published size, and all parts stay within the vehicle's length and width. Cloth
holds the joints that it covers in transport pose. Structures, containers, aircraft and boats are not varied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.random import Generator

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Point, Span, box, cylinder, join
from vehicle_id.synth.paint import TYRE, loose
from vehicle_id.synth.shapes.common.cloth import CLOTHS, tilt_paint
from vehicle_id.synth.shapes.drape import cloth_paint, heights, net, tarpaulin
from vehicle_id.synth.vehicle_sample import ARMY_COATS, VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """How often the vehicles of a class are changed, as shares of them."""

    stretch: float = 1.0
    """Strength of the change of proportions; 1 moves parts by up to 2 % of the length."""
    net: float = 0.0
    """Only on vehicles in an army coat."""
    net_from: Span = (0.3, 0.6)
    """Lowest and highest share of the length that a net covers."""
    tarpaulin: float = 0.0
    objects: float = 0.0


_ARMY: Final = Variation(net=0.08, tarpaulin=0.08, objects=0.25)
_BARE: Final = Variation(net=0.06, net_from=(0.2, 0.35), objects=0.15)
_BED: Final = Variation(tarpaulin=0.05, objects=0.01)
_SHIFTED: Final = Variation()
_SLIGHTLY: Final = Variation(stretch=0.5)
_CLASSES: Final[Mapping[Variation, str]] = {
    _ARMY: "military_truck tank armoured_carrier special_chassis_4_axles_loaded special_chassis_6_7_axles_loaded "
    "special_chassis_8_axles_loaded special_chassis_9_plus_axles_loaded",
    _BARE: "special_chassis_4_axles_bare special_chassis_6_7_axles_bare special_chassis_8_axles_bare "
    "special_chassis_9_plus_axles_bare",
    _BED: "flatbed_truck tipper_truck tractor_trailer semi_trailer",
    replace(_ARMY, stretch=0.5, tarpaulin=0.04, objects=0.12): "utility_vehicle",
    replace(_SLIGHTLY, tarpaulin=0.01): "pickup",
    _SHIFTED: "box_truck tank_truck tractor_unit bus articulated_hauler rigid_hauler_30t rigid_hauler_45t "
    "rigid_hauler_55t rigid_hauler_90t rigid_hauler_130t rigid_hauler_180t rigid_hauler_220t rigid_hauler_320t "
    "excavator bulldozer wheel_loader grader truck_crane",
    _SLIGHTLY: "car van locomotive box_car gondola tank_car flat_car_empty flat_car_containers flat_car_vehicles",
}
VARIATIONS: Final[Mapping[str, Variation]] = {
    leaf: variation for variation, leaves in _CLASSES.items() for leaf in leaves.split()
}
"""Leaf of the class tree -> how its vehicles are varied."""


def varied(assembly: Assembly, sample: VehicleSample) -> Assembly:
    """The vehicle with other proportions and, on some, cloth and loose objects; bounds at rest are kept but in height.

    Args:
        assembly: in transport pose, not fitted yet; its fixed parts one mesh.
        sample: states the class, and is the source of all draws.
    """
    variation = VARIATIONS.get(sample.label)
    if variation is None:
        return assembly
    army, rng = sample.coat_name in ARMY_COATS, sample.rng
    assembly = _reshaped(assembly, variation.stretch, rng)
    netted, covered, loaded = rng.random(3)
    if loaded < variation.objects:
        assembly = _with_objects(assembly, rng)
    if army and netted < variation.net:
        return _netted(assembly, variation.net_from, rng)
    return _covered(assembly, sample, army=army) if covered < variation.tarpaulin else assembly


# ------------------------------------------------------------------ proportions
def _reshaped(assembly: Assembly, strength: float, rng: Generator) -> Assembly:
    """Parts moved smoothly along the vehicle, and a little to one side; the ends and sides stay where they are."""
    low, high = assembly.at_rest().bounds
    whole, half = float(high[0] - low[0]), float(high[1] - low[1]) / 2
    once, twice = np.clip(rng.normal(0, (0.006, 0.005)), -0.015, 0.015) * strength * whole
    aside = float(np.clip(rng.normal(0, 0.012), -0.03, 0.03)) * strength * half

    def moved(points: Float64Array) -> Float64Array:
        at = np.pi * (points[..., 0] - low[0]) / whole
        out = points.copy()
        wave = np.sin(at)
        out[..., 0] += wave * (once + 2 * twice * np.cos(at))  # sin 2a = 2 sin a cos a
        out[..., 1] += aside * (1 - ((points[..., 1] - low[1]) / half - 1) ** 2)
        return out

    return _mapped(assembly, moved)


def _mapped(assembly: Assembly, change: Callable[[Float64Array], Float64Array]) -> Assembly:
    """All corners and pivots changed."""
    fixed = [replace(mesh, triangles=change(mesh.triangles)) for mesh in assembly.fixed]
    joints = [
        replace(joint, part=_mapped(joint.part, change), pivot=_point(change(np.array(joint.pivot))))
        for joint in assembly.joints
    ]
    return replace(assembly, fixed=fixed, joints=joints)  # the load of a laden wagon stays on it


def _point(place: Float64Array) -> Point:
    x, y, z = (float(value) for value in place)
    return x, y, z


# ------------------------------------------------------------------ cloth
def _netted(assembly: Assembly, shares: Span, rng: Generator) -> Assembly:
    """A net over a part of the length, anywhere; not on vehicles too small for one."""
    whole = assembly.at_rest()
    low, high = whole.bounds
    length = float(rng.uniform(*shares) * (high[0] - low[0]))
    rear = float(low[0] + rng.uniform(0, 1) * (high[0] - low[0] - length))
    inset = float(rng.uniform(0.0, 0.15))
    x, y = (rear, rear + length), (float(low[1]) + inset, float(high[1]) - inset)
    return _with_cloth(assembly, net(whole, x, y, rng), x)


def _covered(assembly: Assembly, sample: VehicleSample, *, army: bool) -> Assembly:
    """A tarpaulin over the load or the rear half."""
    whole, rng = assembly.at_rest(), sample.rng
    low, high = whole.bounds
    length = float(high[0] - low[0])
    rear = float(low[0]) + length * float(rng.uniform(0.01, 0.12))
    front = float(low[0]) + length * float(rng.uniform(0.45, 0.68))
    inset = float(rng.uniform(0.0, 0.08))
    paint = tilt_paint(sample) if army else cloth_paint(rng)
    y = float(low[1]) + inset, float(high[1]) - inset
    return _with_cloth(assembly, tarpaulin(whole, (rear, front), y, paint, rng), (rear, front))


def _with_cloth(assembly: Assembly, cloth: Mesh, x: Span) -> Assembly:
    """Cloth on the fixed parts; joints under it do not move."""
    joints = [_still(joint) if _reaches(joint, x) else joint for joint in assembly.joints]
    return replace(assembly, fixed=[*assembly.fixed, cloth], joints=joints)


def _reaches(joint: Joint, x: Span) -> bool:
    low, high = joint.part.at_rest().bounds[:, 0]
    return bool(low < x[1] and high > x[0])


def _still(joint: Joint) -> Joint:
    """The joint and all joints on it in transport pose."""
    part = replace(joint.part, joints=[_still(each) for each in joint.part.joints])
    return replace(joint, part=part, used=0.0)


# ------------------------------------------------------------------ loose objects
def _with_objects(assembly: Assembly, rng: Generator) -> Assembly:
    """One to four spare wheels, cans, boxes and rolls on level, fixed places."""
    fixed = join(assembly.fixed)
    moving = join([joint.part.at_rest() for joint in assembly.joints])
    bounds = assembly.at_rest().bounds
    found = [_stowed(fixed, moving, bounds, rng) for _ in range(int(rng.integers(1, 5)))]
    return replace(assembly, fixed=[*assembly.fixed, *(each for each in found if each is not None)])


def _stowed(fixed: Mesh, moving: Mesh, bounds: Float64Array, rng: Generator) -> Mesh | None:
    """An object at a random place; None where it would hang over an edge, lie under a part or rise over the top."""
    thing = _OBJECTS[int(rng.integers(len(_OBJECTS)))](rng)
    half = thing.bounds[1]
    low, high = bounds
    if (high - low)[0] <= 2 * half[0] or (high - low)[1] <= 2 * half[1]:
        return None
    x, y = (float(rng.uniform(low[axis] + half[axis], high[axis] - half[axis])) for axis in (0, 1))
    across = (np.linspace(at - 0.9 * half[axis], at + 0.9 * half[axis], 3) for axis, at in ((0, x), (1, y)))
    along, beside = across
    under, over = heights(fixed.triangles, along, beside), heights(moving.triangles, along, beside)
    level = np.ptp(under) < 0.12 and under.min() > 0.35 * high[2] and (over < under).all()
    floor = float(under.max())
    return thing.moved((x, y, floor)) if level and floor + half[2] < 1.05 * high[2] else None


def _wheel(rng: Generator) -> Mesh:
    radius = rng.uniform(0.35, 0.6)
    rim = cylinder("z", (0, 0.8 * radius), (0, 0), 0.45 * radius, loose(rng, "#5b5f44"), sides=8)
    return join([cylinder("z", (0, 0.75 * radius), (0, 0), radius, TYRE, sides=10), rim])


def _can(rng: Generator) -> Mesh:
    count, paint = int(rng.integers(1, 5)), loose(rng, str(rng.choice(("#4c5138", "#b5a079", "#7d2a22"))))
    cans = [box((-0.17, 0.17), (0.18 * i - 0.08, 0.18 * i + 0.08), (0, 0.47), paint) for i in range(count)]
    return join(cans).moved((0, -0.09 * (count - 1), 0))


def _chest(rng: Generator) -> Mesh:
    x, y, z = rng.uniform((0.2, 0.15, 0.15), (0.5, 0.4, 0.4))
    return box((-x, x), (-y, y), (0, z), loose(rng, str(rng.choice((*CLOTHS, "#8a7458", "#7d7d7b")))))


def _roll(rng: Generator) -> Mesh:
    """Rolled canvas along or across."""
    half, radius = rng.uniform(0.5, 1.1), rng.uniform(0.1, 0.2)
    paint = loose(rng, str(rng.choice(CLOTHS)))
    lying = cylinder("x", (-half, half), (0, radius), radius, paint, sides=7)
    return lying if rng.random() < 0.4 else lying.turned(90)


_OBJECTS: Final = (_wheel, _can, _chest, _roll)
