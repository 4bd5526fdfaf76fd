"""Draw a scene: a vehicle, its neighbours, clutter, ground and sun.

A `Setting` states where a family is usually met: its grounds, its neighbours, its dirt. The target stands at the
origin. Neighbours and clutter keep clear of it, but trees may overhang it and shadows may fall on it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from vehicle_id.catalogue import Catalogue, Vehicle
from vehicle_id.synth.camera import Sun
from vehicle_id.synth.camouflage import Camouflage, draw_camouflage, draw_two_tone
from vehicle_id.synth.clutter import CLUTTER, RAIL_TOP_M, catenary, platform, track
from vehicle_id.synth.conditions import CaptureConditions
from vehicle_id.synth.ground import draw_ground
from vehicle_id.synth.ground.real import PlacedGround, RealGround
from vehicle_id.synth.mesh import Mesh, join
from vehicle_id.synth.mixed_rows import draw_others
from vehicle_id.synth.paint import Rgb, draw_coat, linear
from vehicle_id.synth.random_colours import randomly_coloured
from vehicle_id.synth.render import GroundReflectance, SceneObject
from vehicle_id.synth.shapes import build, random_vehicles
from vehicle_id.synth.shapes.craft.boats import ON_TRAILER
from vehicle_id.synth.vehicle_sample import ARMY_COATS, VehicleSample, draw_sample
from vehicle_id.synth.weathering import Weathering

Place = tuple[float, float]
"""A point in the target's frame, metres: x ahead, y to the left."""

COARSEST_GROUND: Final = 2.0
"""Largest GSD of an image of real ground, as a multiple of the crop's."""
DUST: Final = ("#a08a68", "#8c7a5e", "#b09a78", "#7d7468", "#96816a")


_NOT_ON_RAILS: Final = ("tree", "building", "wall", "berm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The usual surroundings of a family of classes."""

    grounds: tuple[str, ...]
    """Kinds of ground; a kind named twice is drawn twice as often."""
    row: float = 0.0
    """Share parked side by side with others of the same row."""
    line: float = 0.0
    """Share that stand one behind the other."""
    mixed: float = 0.0
    """Share whose neighbours, if any, are of other models."""
    mixed_of: tuple[str, ...] = ()
    """Classes of those neighbours, or classes above them; one named twice is met twice as often."""
    army_rows: bool = False
    """Whether only vehicles in an army's coat stand in mixed rows, with others in such coats, on an army's ground."""
    on_rails: bool = False
    off_rails: float = 0.0
    """Share of those usually on rails that stand on other ground: rails sunk in a yard, or hidden by dirt or blur."""
    gap_m: tuple[float, float] = (0.5, 1.5)
    """Between neighbours."""
    dust: float = 0.2
    """Largest share of dust on them."""
    clutter: float = 2.0
    """Average number of objects around, on an area of 20 m by 20 m."""
    clutter_of: tuple[str, ...] = ()
    """Names of objects that are met in addition to one of each; one named twice is met oftener."""
    camouflaged: float = 0.0
    """Share of vehicles in a plain army coat that wear camouflage instead."""
    odd_coats: float = 0.03
    """Share of all with another coat than their row names: half an army's camouflage, half two-tone."""


_ROAD = Setting(
    grounds=("asphalt", "asphalt", "asphalt", "asphalt", "concrete", "yard", "gravel", "soil"),
    row=0.65, line=0.1, gap_m=(0.4, 1.4), dust=0.3,
    mixed=0.5, mixed_of=("semi_trailer", "tractor_trailer", "tractor_unit", "box_truck", "container"),
)  # fmt: skip
_CAR_PARK = Setting(
    grounds=(*("asphalt",) * 7, "concrete", "concrete", "yard", "gravel", "grass", "soil", "snow"),
    row=0.75, line=0.1, gap_m=(0.4, 1.2), dust=0.15, clutter=2.5, odd_coats=0.015,
    mixed=0.5, mixed_of=("car", "car", "car", "light_vehicle"),
)  # fmt: skip
_DELIVERY = replace(
    _ROAD, grounds=(*("asphalt",) * 7, "concrete", "yard", "gravel", "soil"), row=0.5,
    mixed_of=("flatbed_truck", "flatbed_truck", "box_truck", "box_truck", "van", "car"),
)  # fmt: skip
_WORKS = Setting(
    grounds=("soil", "gravel", "mine", "mine", "mud", "yard", "concrete"),
    row=0.25, line=0.15, gap_m=(1.0, 5.0), dust=0.7, clutter=1.5,
)  # fmt: skip
_MILITARY = Setting(
    grounds=("concrete", "concrete", "asphalt", "soil", "grass", "gravel", "mud", "snow"),
    row=0.75,
    line=0.1,
    gap_m=(0.3, 1.5),
    dust=0.5,
    camouflaged=0.3,
)
_ARMY_PARK = replace(
    _MILITARY, grounds=("concrete", "concrete", *_MILITARY.grounds), mixed=0.4, army_rows=True,
    mixed_of=("military_truck", "military_truck", "military_truck", "utility_vehicle", "bulldozer", "wheel_loader"),
)  # fmt: skip
_RAIL = Setting(grounds=("ballast",), line=0.85, on_rails=True, off_rails=0.15, gap_m=(0.0, 0.0), dust=0.5, clutter=1.0)
_YARD = ("concrete", "asphalt", "yard", "gravel", "soil", "grass", "snow")
"""Grounds of wagons off their rails."""
_ANYWHERE = Setting(
    grounds=("grass", "soil", "gravel", "concrete", "asphalt", "yard", "snow"), clutter=3.0, odd_coats=0.0
)

_BOAT_YARD = Setting(
    grounds=("concrete", "asphalt", "asphalt", "gravel", "gravel", "grass", "soil", "yard"), row=0.6, line=0.05,
    gap_m=(0.3, 1.2), dust=0.1, odd_coats=0.0, mixed=0.3, mixed_of=("car", "light_vehicle"),
)  # fmt: skip
"""Boats on trailers."""

SETTINGS: Final[Mapping[str, Setting]] = {
    "vehicle": Setting(
        grounds=("asphalt", "asphalt", "concrete", "soil", "gravel", "grass", "yard", "mud", "snow"),
        row=0.3, line=0.1, dust=0.4, camouflaged=0.3,
    ),
    "light_vehicle": _CAR_PARK,
    "van": replace(
        _CAR_PARK, grounds=(*("asphalt",) * 4, "concrete", "yard", "gravel", "grass", "grass", "soil", "soil", "snow"),
        gap_m=(0.25, 1.2), mixed_of=("van", "van", "car"),
    ),
    "road_truck": _ROAD,
    "flatbed_truck": _DELIVERY,
    "box_truck": _DELIVERY,
    "military_truck": _ARMY_PARK,
    "utility_vehicle": _ARMY_PARK,
    "bus": replace(_ROAD, dust=0.15, mixed_of=("bus",)),
    "haul_truck": _WORKS,
    "plant": replace(
        _WORKS, grounds=("soil", "soil", "soil", "mud", "mud", "mine", "mine", "gravel", "yard", "concrete"), dust=0.95,
        clutter=3.5, clutter_of=("pile", "pile", "pile", "berm", "berm"), odd_coats=0.06, mixed=0.4, army_rows=True,
        mixed_of=("bulldozer", "wheel_loader", "military_truck", "military_truck", "utility_vehicle"),
    ),
    "special_chassis": _MILITARY,
    "tracked_armour": replace(_MILITARY, grounds=("soil", "soil", "grass", "mud", "concrete", "gravel", "snow")),
    "rail_vehicle": _RAIL,
    "container": replace(
        _ROAD, grounds=("concrete", "asphalt", "yard", "gravel"), row=0.6, gap_m=(0.0, 0.6),
        mixed_of=("container", "container", "semi_trailer"),
    ),
    "none": _ANYWHERE,
    "boat": Setting(
        grounds=("water", "water", "water", "concrete", "soil"), row=0.3, dust=0.0, clutter=0.2, odd_coats=0.0
    ),
    "aircraft": Setting(
        grounds=("concrete", "concrete", "asphalt", "grass"), row=0.2, gap_m=(3.0, 12.0), clutter=0.5, odd_coats=0.0
    ),
}  # fmt: skip
"""Node of the class tree -> setting; a class without its own takes that of the node above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything but the camera; the target, where there is one, is the first object."""

    objects: tuple[SceneObject, ...]
    ground: GroundReflectance
    ground_name: str
    sun: Sun
    target: VehicleSample | None
    heading_deg: float


def draw_scene(
    label: str,
    catalogue: Catalogue,
    rng: np.random.Generator,
    conditions: CaptureConditions,
    *,
    gsd_m: float,
) -> Scene:
    """A vehicle of a class in its surroundings.

    Args:
        label: leaf of the class tree, or `random_vehicles.LABEL`.
        catalogue: rows to choose from.
        rng: source of all draws.
        conditions: states the images of real ground, the share of random colours, and whether the sun is low.
        gsd_m: of the crop; a much coarser image of ground would show as blur.
    """
    setting = _drawn_setting(label, catalogue, rng)
    rows = () if label == random_vehicles.LABEL else catalogue.of(label)
    heading = float(rng.uniform(0, 360))
    sun = draw_sun(rng, stress=conditions.stress)
    sample = _draw_target(label, rows, rng)
    if sample is not None and ON_TRAILER in sample.row.name:
        setting = _BOAT_YARD
    # a generator of its own: the same scene with and without random colours
    if sample is not None and rng.spawn(1)[0].random() < conditions.random_colours:
        sample = replace(sample, random_colours=True)
    length, width = (sample.length_m, sample.width_m) if sample else (6.0, 3.0)
    reach = max(12.0, 1.5 * length)
    army = setting.army_rows and sample is not None and sample.coat_name in ARMY_COATS
    mixed = sample is not None and rng.random() < setting.mixed and army == setting.army_rows
    others = draw_others(setting.mixed_of, catalogue, rng, army=army) if mixed else []
    if army and others:
        setting = replace(setting, grounds=_ARMY_PARK.grounds, row=_ARMY_PARK.row, gap_m=_ARMY_PARK.gap_m)
    pitch = max([width, *(other.width_m for other in others)]) + float(rng.uniform(*setting.gap_m))
    kind = str(rng.choice(setting.grounds))
    snow = float(rng.uniform(0.0, 0.9)) if kind == "snow" else 0.0
    dust_rgb = linear(str(rng.choice(DUST)))

    objects: list[SceneObject] = []
    places: list[Place] = []
    if sample is not None:
        weathering = _draw_weathering(sample, setting, snow, dust_rgb, rng)
        longest = max([length, *(other.length_m for other in others)])
        places = _places(sample, setting, (longest, pitch), reach, rng)
        mesh = _posed(sample, rng, in_a_row=bool(places))
        objects.append(_placed(mesh, weathering, heading, lift=RAIL_TOP_M if setting.on_rails else 0.0))
        objects += _neighbours(sample, objects[0], setting, heading, places, others, rng)
    if setting.on_rails:
        tracks = _tracks(reach, heading, width, rng)
        objects += [*tracks, *_beside_tracks(tracks, catalogue, heading, reach, rng)]
    taken = [(0.0, 0.0), *places] if sample else []
    objects += _clutter(setting, taken, (length, width), heading, reach, snow, rng)

    real = None if setting.on_rails else _draw_real_ground(conditions.real_grounds, length, gsd_m, rng)
    if real is not None:
        kind, placed = real
        sun = sun if placed.sun_azimuth_deg is None else replace(sun, azimuth_deg=placed.sun_azimuth_deg)
    ground: GroundReflectance = (
        placed if real is not None else draw_ground(kind, rng, axis_deg=heading, bay_m=(length, pitch))
    )
    return Scene(
        objects=tuple(objects), ground=ground, ground_name=kind, sun=sun, target=sample, heading_deg=heading
    )  # fmt: skip


def _draw_target(label: str, rows: Sequence[Vehicle], rng: np.random.Generator) -> VehicleSample | None:
    """A vehicle of the rows, or of no class; None where the label is bare ground."""
    if label == random_vehicles.LABEL:
        return random_vehicles.random_sample(rng)
    return draw_sample(rows[int(rng.integers(len(rows)))], label, rng) if rows else None


def _draw_real_ground(
    grounds: Sequence[RealGround], length: float, gsd_m: float, rng: np.random.Generator
) -> tuple[str, PlacedGround] | None:
    """Source and placement of an image that is fine and large enough, in half of the scenes that have one."""
    usable = [each for each in grounds if each.gsd_m <= COARSEST_GROUND * gsd_m and each.side_m >= 1.2 * length]
    if not usable or rng.random() >= 0.5:
        return None
    real = usable[int(rng.integers(len(usable)))]
    return real.source, real.place(rng, window_m=1.4 * length)


def draw_sun(rng: np.random.Generator, *, stress: bool = False) -> Sun:
    """Mostly clear sky with hard shadows, some haze, a few overcast days; low sun is warmer and weaker.

    With `stress` it is 10 to 20 degrees high: shadows are three to six times as long as the height.
    """
    elevation = float(rng.uniform(10, 20) if stress else np.clip(rng.normal(42, 16), 10, 80))
    clear = rng.random()
    direct = float(
        rng.uniform(0.82, 0.95) if clear < 0.8 else rng.uniform(0.4, 0.75) if clear < 0.93 else rng.uniform(0, 0.25)
    )
    warmth = max(0.0, (35 - elevation) / 35)
    blue = float(rng.uniform(0, 1))
    return Sun(
        azimuth_deg=float(rng.uniform(0, 360)),
        elevation_deg=elevation,
        direct=direct * (1 - 0.25 * warmth),
        tint=(1.03 + 0.1 * warmth, 1.0, 0.96 - 0.14 * warmth),
        sky=(0.95 - 0.4 * blue, 1.0 - 0.12 * blue, 1.08 + 0.5 * blue),
    )


def _drawn_setting(label: str, catalogue: Catalogue, rng: np.random.Generator) -> Setting:
    setting = _setting(label, catalogue)
    if setting.off_rails and rng.random() < setting.off_rails:
        return replace(setting, on_rails=False, grounds=_YARD)
    return setting


def _setting(label: str, catalogue: Catalogue) -> Setting:
    return next(SETTINGS[node] for node in catalogue.taxonomy.path(label) if node in SETTINGS)


def _draw_weathering(
    sample: VehicleSample, setting: Setting, snow: float, dust_rgb: Rgb, rng: np.random.Generator
) -> Weathering:
    return Weathering(
        camouflage=_draw_coat_pattern(sample, setting, rng, snow=snow > 0),
        dust=setting.dust * float(rng.beta(1.2, 2.0)),
        dust_rgb=dust_rgb,
        snow=snow if rng.random() < 0.7 else 0.0,
        mottle=float(rng.uniform(0.0, 0.04)),
        seed=int(rng.integers(2**31)),
    )


def _draw_coat_pattern(
    sample: VehicleSample, setting: Setting, rng: np.random.Generator, *, snow: bool
) -> Camouflage | None:
    """Camouflage over the coat, or a second colour; civil vehicles have them too, so that a pattern tells no class."""
    covered, odd = rng.random(2)
    army = sample.coat_name == "camouflage" or (sample.coat_name in ARMY_COATS and covered < setting.camouflaged)
    if army or odd < setting.odd_coats / 2:
        return draw_camouflage(rng, snow=snow)
    return draw_two_tone(rng, sample.coat.rgb) if odd < setting.odd_coats else None


def _placed(
    mesh: Mesh, weathering: Weathering, heading: float, at: tuple[float, float] = (0.0, 0.0), lift: float = 0.0
) -> SceneObject:
    return SceneObject(
        mesh=mesh.turned(heading).moved((*at, lift)), weathering=weathering, heading_deg=heading, at_m=at
    )  # fmt: skip


def _posed(sample: VehicleSample, rng: np.random.Generator, *, in_a_row: bool) -> Mesh:
    """The mesh of a vehicle; in a row mostly in transport pose, as a bent trailer would cut through the next one."""
    assembly = build(sample)
    mesh = assembly.at_rest() if in_a_row and rng.random() < 0.8 else assembly.posed(rng)
    return randomly_coloured(mesh, rng.spawn(1)[0]) if sample.random_colours else mesh


def _neighbours(
    sample: VehicleSample,
    target: SceneObject,
    setting: Setting,
    heading: float,
    places: Sequence[Place],
    others: Sequence[VehicleSample],
    rng: np.random.Generator,
) -> list[SceneObject]:
    """Vehicles in those places: the others, or more of the target's own model."""
    if not places:
        return []
    # building costs more than painting: few shapes, each in several coats
    models = [replace(each, random_colours=sample.random_colours) for each in others[: len(places)]]
    models = models or [_same_model(sample, rng) for _ in range(min(2, len(places)))]
    shapes = [
        (each, _posed(each, rng, in_a_row=True), _neighbour_weathering(each, target, setting, rng, own=bool(others)))
        for each in models
    ]
    fleet, level_end = rng.random() < 0.7, 1 if rng.random() < 0.5 else -1
    lift = RAIL_TOP_M if setting.on_rails else 0.0
    found = []
    for x, y in places:
        model, mesh, weathering = shapes[int(rng.integers(len(shapes)))]
        if not fleet:
            mesh = mesh.repainted(draw_coat(rng, model.row.colours)[0])
        if y and abs(x) < sample.length_m / 2:  # side by side, one end of all in a line
            x += level_end * (sample.length_m - model.length_m) / 2
        turn = 0.0 if setting.on_rails else float(rng.normal(0, min(1.5, 8.0 / model.length_m)))
        turn += 180.0 if rng.random() < 0.15 else 0.0
        worn = replace(weathering, seed=int(rng.integers(2**31)))
        found.append(_placed(mesh, worn, heading + turn, _turned((x, y), heading), lift))
    return found


def _neighbour_weathering(
    model: VehicleSample, target: SceneObject, setting: Setting, rng: np.random.Generator, *, own: bool
) -> Weathering:
    """That of the target, with a camouflage of its own for another model in an army's row."""
    if not (own and setting.army_rows):
        return target.weathering
    pattern = _draw_coat_pattern(model, setting, rng, snow=target.weathering.snow > 0)
    return replace(target.weathering, camouflage=pattern)


def _same_model(sample: VehicleSample, rng: np.random.Generator) -> VehicleSample:
    """Another vehicle of the same row and size, in its own coat and with parts of its own."""
    other = draw_sample(sample.row, sample.label, rng)
    other = replace(other, length_m=sample.length_m, width_m=sample.width_m, height_m=sample.height_m)
    return replace(other, random_colours=sample.random_colours)


def _places(
    sample: VehicleSample, setting: Setting, bay_m: tuple[float, float], reach: float, rng: np.random.Generator
) -> list[Place]:
    """Places of neighbours: beside it, behind it, or across the aisle.

    Args:
        sample: the target.
        setting: states how often there are neighbours, and the gaps between them.
        bay_m: length of the longest vehicle, and the distance from one vehicle to the next beside it.
        reach: distance up to which there are neighbours, metres.
        rng: source of all draws.
    """
    longest, pitch = bay_m
    chance, filled = rng.random(), rng.uniform(0.55, 1.0)
    step = longest + float(rng.uniform(*setting.gap_m)) * (1.0 if setting.on_rails else 1.5)
    most = min(3, int(reach / pitch))  # windows reach no further
    sides = range(-most, most + 1)
    ends = range(-min(2, int(reach / step) + 1), min(2, int(reach / step) + 1) + 1)
    slots: list[Place] = []
    if chance < setting.row:
        slots = [(0.0, k * pitch) for k in sides if k]
        if rng.random() < 0.3:
            across = step * (1 if rng.random() < 0.5 else -1)
            slots += [(across, k * pitch) for k in sides]
    elif chance < setting.row + setting.line:
        slots = [(k * step, 0.0) for k in ends if k]
    if setting.on_rails:
        return slots
    wander = 0.04 * sample.length_m
    # vehicles ahead and behind keep their distance
    return [(x if x else float(rng.normal(0, wander)), y) for x, y in slots if rng.random() < filled]


def _tracks(reach: float, heading: float, width: float, rng: np.random.Generator) -> list[SceneObject]:
    """The track under a wagon, and others beside it."""
    offsets = [0.0]
    spacing = float(rng.uniform(max(4.1, width + 0.8), max(5.3, width + 1.5)))
    for side in (-1, 1):
        count = int(rng.integers(0, 3))
        offsets += [side * spacing * k for k in range(1, count + 1) if spacing * k < reach + spacing]
    rails = join(track(3 * reach, rng))
    return [_placed(rails, Weathering(mottle=0.15), heading, _turned((0.0, y), heading)) for y in offsets]


def _beside_tracks(
    tracks: Sequence[SceneObject], catalogue: Catalogue, heading: float, reach: float, rng: np.random.Generator
) -> list[SceneObject]:
    """Catenary over an outermost track, a platform beyond it, a rake on a track that is not the target's."""
    offsets = sorted(_turned(each.at_m, -heading)[1] for each in tracks)
    way, found = (1 if rng.random() < 0.5 else -1), []
    outer = offsets[-1] if way > 0 else offsets[0]
    if rng.random() < 0.25:
        masts = catenary(3 * reach, way, rng)  # only the outermost track has room for masts
        found.append(_placed(masts, Weathering(), heading, _turned((0.0, outer), heading)))
    if rng.random() < 0.12:
        paving = platform(3 * reach, rng).turned(0.0 if way > 0 else 180.0)
        weathering = Weathering(mottle=0.12, seed=int(rng.integers(2**31)))
        found.append(_placed(paving, weathering, heading, _turned((0.0, outer + 2.0 * way), heading)))
    others = [offset for offset in offsets if abs(offset) > 0.1]
    if others and rng.random() < 0.3:
        found += _rake(others[int(rng.integers(len(others)))], catalogue, heading, reach, rng)
    return found


def _rake(
    offset: float, catalogue: Catalogue, heading: float, reach: float, rng: np.random.Generator
) -> list[SceneObject]:
    """Coupled wagons of one row on a neighbouring track; with gaps at times."""
    leaves = [
        leaf for leaf in catalogue.taxonomy.leaves if "wagon" in catalogue.taxonomy.path(leaf) and catalogue.of(leaf)
    ]
    label = str(rng.choice(leaves))
    rows = catalogue.of(label)
    sample = draw_sample(rows[int(rng.integers(len(rows)))], label, rng)
    shapes = [_posed(each, rng, in_a_row=True) for each in (sample, _same_model(sample, rng))]
    start = -1.5 * reach + float(rng.uniform(0, sample.length_m))
    found = []
    for x in np.arange(start, 1.5 * reach, sample.length_m):
        if rng.random() < 0.92:
            mesh, seed = shapes[int(rng.integers(2))], int(rng.integers(2**31))
            weathering = Weathering(dust=0.15, mottle=0.03, seed=seed)
            found.append(_placed(mesh, weathering, heading, _turned((float(x), offset), heading), RAIL_TOP_M))
    return found


def _clutter(
    setting: Setting,
    taken: Sequence[Place],
    size_m: tuple[float, float],
    heading: float,
    reach: float,
    snow: float,
    rng: np.random.Generator,
) -> list[SceneObject]:
    """Trees, poles, walls, heaps and people around; only crowns and shadows reach over parked vehicles."""
    names = [name for name in (*CLUTTER, *setting.clutter_of) if not (setting.on_rails and name in _NOT_ON_RAILS)]
    area = min(2.0, (2 * reach) ** 2 / 400.0)
    found = []
    for _ in range(int(rng.poisson(setting.clutter * area))):
        name = names[int(rng.integers(len(names)))]
        turn = float(rng.choice((0.0, 90.0))) + float(rng.normal(0, 8))
        mesh = CLUTTER[name](rng).turned(turn)
        x, y = (float(value) for value in rng.uniform(-reach, reach, 2))
        half = (mesh.bounds[1, :2] - mesh.bounds[0, :2]) / 2
        clear = half * (0.45 if name == "tree" else 1.0) + 0.3  # crowns overhang
        if any(abs(x - at[0]) < size_m[0] / 2 + clear[0] and abs(y - at[1]) < size_m[1] / 2 + clear[1] for at in taken):
            continue
        weathering = Weathering(snow=snow, mottle=0.1, seed=int(rng.integers(2**31)))
        found.append(_placed(mesh, weathering, heading, _turned((x, y), heading)))
    return found


def _turned(flat: tuple[float, float], degrees: float) -> tuple[float, float]:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return c * flat[0] - s * flat[1], s * flat[0] + c * flat[1]
