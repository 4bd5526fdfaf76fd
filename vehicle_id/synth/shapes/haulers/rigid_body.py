"""The body of a rigid mining truck: the open bucket, the canopy from its front wall over the cab, the load.

Almost all that is visible of such a truck from straight above is built here.
"""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Mesh, beam, plates, quad, taper
from vehicle_id.synth.paint import CHASSIS, WHITE_PANEL, Paint, draw_coat, loose, shade
from vehicle_id.synth.shapes.common.loose import draw_load, heap
from vehicle_id.synth.shapes.haulers.dump_body import Station, draw_skins, ribs, trough
from vehicle_id.synth.shapes.haulers.rigid_layout import RigidHaulerLayout
from vehicle_id.synth.vehicle_sample import VehicleSample


def body(layout: RigidHaulerLayout, sample: VehicleSample) -> tuple[list[Mesh], bool]:
    """The tipping body with its canopy and load, and whether it is loaded."""
    coat = (
        sample.coat if sample.chance(0.75) else draw_coat(sample.rng, ["grey", "yellow", "white", "brown", "orange"])[0]
    )
    depth = 0.022 * layout.width
    vee = sample.rng.uniform(0.0, 0.05) * layout.height
    proud = depth if sample.chance(0.35) else 0.0  # in most the rim is as wide as the ribs below it
    stations = _stations(layout, sample, proud, vee)
    thick = sample.rng.uniform(0.022, 0.034) * layout.width
    skins = draw_skins(sample, coat, segments=len(stations) - 1)
    count = int(sample.rng.integers(5, 8))
    positions = np.linspace(0.04, 0.92, count) * layout.wall_x
    parts = [
        trough(stations, skins, wall=thick, vee=vee),
        ribs(stations, list(positions), depth=2.5 * depth, proud=proud, thick=0.022 * layout.length, paint=coat),
        *_canopy(layout, sample, coat),
    ]
    loaded = sample.chance(0.45)
    load = draw_load(sample)
    if loaded:
        parts.append(_loaded(layout, sample, stations, load))
    elif sample.chance(0.35):
        parts.append(_remains(stations, sample, load))
    if sample.chance(0.6 if loaded else 0.2):
        parts += _spilt(layout, sample, load)
    return parts, loaded


def _stations(layout: RigidHaulerLayout, sample: VehicleSample, proud: float, vee: float) -> list[Station]:
    """Tail, end of the upswept floor, foot of the front wall: low in the middle, the tail raised."""
    length, height, half = layout.length, layout.height, layout.body_half - proud
    rim = height * (sample.rng.uniform(0.93, 0.97) if layout.coal else sample.rng.uniform(0.79, 0.86))
    tail_rim = rim - height * sample.rng.uniform(0.0, 0.1)
    clear = 2 * layout.tyre_radius + 0.02 * height + 0.6 * vee
    tail, low = max(clear, height * sample.rng.uniform(0.55, 0.60)), 0.7 * vee + height * sample.rng.uniform(0.44, 0.48)
    bend = layout.rear_axle + layout.tyre_radius  # the floor stays above the wheels and falls before them
    floor = half * sample.rng.uniform(0.72, 0.86)
    tail_x = 0.0 if sample.chance(0.5) else 0.025 * length
    wall_z = max(rim, layout.wall_z) if layout.coal else layout.wall_z
    foot = min(layout.wall_x - length * sample.rng.uniform(0.05, 0.12), layout.front_axle - 0.95 * layout.tyre_radius)
    return [
        Station(x=tail_x, floor_x=0.0, half_rim=half, rim_z=tail_rim, half_floor=floor, floor_z=tail),
        Station(x=bend, floor_x=min(bend, foot - 0.05 * length), half_rim=half, rim_z=rim, half_floor=floor,
                floor_z=max(clear, 0.4 * tail + 0.6 * low)),
        Station(x=0.92 * layout.wall_x, floor_x=foot - 0.02 * length, half_rim=half, rim_z=rim, half_floor=floor,
                floor_z=low),
        Station(x=layout.wall_x, floor_x=foot, half_rim=half, rim_z=wall_z, half_floor=floor, floor_z=low),
    ]  # fmt: skip


def _canopy(layout: RigidHaulerLayout, sample: VehicleSample, coat: Paint) -> list[Mesh]:
    """The canopy: from the front wall over the cab, narrower towards its front, with a raised edge."""
    paint = coat if sample.chance(0.7) else _other_canopy(sample)
    rear, front = layout.wall_x, layout.canopy_x
    half = layout.body_half
    tip = half * (sample.rng.uniform(0.88, 1.0) if sample.chance(0.6) else sample.rng.uniform(0.68, 0.88))
    edge = 0.02 * layout.height
    low = max(layout.wall_z, 0.935 * layout.height if layout.coal else 0.0) - edge
    high = layout.height - edge
    top = [(rear, -half, low), (rear, half, low), (front, tip, high), (front, -tip, high)]
    under = [(x, y, z - 0.02 * layout.height) for x, y, z in top]
    left, right = (
        ((rear, half - 0.05, low), (front, tip - 0.05, high)),
        ((rear, 0.05 - half, low), (front, 0.05 - tip, high)),
    )
    bars = [beam(*ends, (0.1, 2 * edge), coat) for ends in (left, right, (left[1], right[1]))]
    return [
        plates([top], paint),
        plates([under], shade(coat, 0.7)),
        *bars,
        *_canopy_top(layout, sample, paint, low, tip),
    ]


def _canopy_top(layout: RigidHaulerLayout, sample: VehicleSample, paint: Paint, low: float, tip: float) -> list[Mesh]:
    """Ribs and a painted number."""
    rear, front, high = layout.wall_x, layout.canopy_x, 0.98 * layout.height
    parts = []
    if sample.chance(0.45):
        for y in np.linspace(-0.7, 0.7, int(sample.rng.integers(3, 6))) * tip:
            parts.append(beam((rear, y, low), (front, y, high), (0.12, 0.03 * layout.height), paint))
    if sample.chance(0.3):
        sign = WHITE_PANEL if sum(paint.rgb) < 1.2 else CHASSIS
        u, y = sample.rng.uniform(0.3, 0.6), sample.rng.uniform(-0.4, 0.4) * tip
        size, tall = sample.rng.uniform(0.06, 0.16) * layout.width, sample.rng.uniform(0.1, 0.25)
        near, far = (
            (rear + (front - rear) * at, low + (high - low) * at + 0.012 * layout.height) for at in (u, u + tall)
        )
        parts.append(quad((near[0], y - size, near[1]), (near[0], y + size, near[1]),
                          (far[0], y + size, far[1]), (far[0], y - size, far[1]), sign))  # fmt: skip
    return parts


def _other_canopy(sample: VehicleSample) -> Paint:
    if sample.chance(0.4):
        return loose(sample.rng, "#857a6b", spread=0.2)
    return draw_coat(sample.rng, ["white", "white", "grey", "silver", "orange", "yellow", "red", "blue"])[0]


def _loaded(layout: RigidHaulerLayout, sample: VehicleSample, stations: list[Station], load: Paint) -> Mesh:
    """A heap from a little before the tail to the front wall, above the rim in most."""
    tail, _, _, wall = stations
    rim = stations[1].rim_z
    full = sample.rng.uniform(0.0, 0.05) if sample.chance(0.8) else sample.rng.uniform(0.08, 0.18)
    base = rim - full * layout.height
    crest = min(layout.height, base + layout.height * sample.rng.uniform(0.07, 0.17))
    half = wall.half_rim - 0.025 * layout.width
    rear = layout.length * sample.rng.uniform(0.02, 0.09)
    lip = tail.floor_z + 0.03 * layout.height
    return heap(
        (rear, wall.x - 0.2), (0.93 * half, half), (lip, base - 0.03, base, base, base), crest, load, sample.rng
    )


def _remains(stations: list[Station], sample: VehicleSample, load: Paint) -> Mesh:
    """Remains of the load on the floor before the front wall."""
    low = stations[2]
    rear = low.floor_x * sample.rng.uniform(0.35, 0.75)
    base = low.floor_z - 0.1
    return heap(
        (rear, low.floor_x), (0.7 * low.half_floor, low.half_floor), (base,), base + sample.rng.uniform(0.2, 0.7), load,
        sample.rng,
    )  # fmt: skip


def _spilt(layout: RigidHaulerLayout, sample: VehicleSample, load: Paint) -> list[Mesh]:
    """Patches of the load along the rear edge of the canopy."""
    z = max(layout.wall_z, 0.935 * layout.height if layout.coal else 0.0)
    slope = (layout.height - z) / (layout.canopy_x - layout.wall_x)
    patches = []
    for _ in range(int(sample.rng.integers(1, 4))):
        x = layout.wall_x + (layout.canopy_x - layout.wall_x) * sample.rng.uniform(0.02, 0.35)
        y = sample.rng.uniform(-0.6, 0.6) * layout.body_half
        reach, half = layout.length * sample.rng.uniform(0.02, 0.06), layout.width * sample.rng.uniform(0.04, 0.12)
        base = z + slope * (x - layout.wall_x) - 0.03 * layout.height
        patches.append(taper((x - reach, x + reach), (y - half, y + half), (base, base + 0.035 * layout.height),
                             (x - 0.4 * reach, x + 0.5 * reach), (y - 0.6 * half, y + 0.5 * half), load))  # fmt: skip
    return patches
