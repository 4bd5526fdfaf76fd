"""The body of a rigid mining truck: the open bucket, the canopy that goes on from its front wall, the load.

What is seen of such a truck from straight above is nearly all here.
"""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Mesh, beam, plates, quad, taper
from vehicle_id.synth.paint import CHASSIS, WHITE_PANEL, Paint, draw_coat, loose, shade
from vehicle_id.synth.shapes.common.loose import draw_load, heap
from vehicle_id.synth.shapes.haulers.dump_body import Station, draw_skins, ribs, trough
from vehicle_id.synth.shapes.haulers.rigid_plan import Plan
from vehicle_id.synth.vehicle_sample import Draft


def body(plan: Plan, draft: Draft) -> tuple[list[Mesh], bool]:
    """The tipping body with its canopy and what lies in it, and whether it is loaded."""
    coat = draft.coat if draft.chance(0.75) else draw_coat(draft.rng, ["grey", "yellow", "white", "brown", "orange"])[0]
    depth = 0.022 * plan.width
    vee = draft.rng.uniform(0.0, 0.05) * plan.height
    proud = depth if draft.chance(0.35) else 0.0  # in most the rim is as wide as the ribs below it
    stations = _stations(plan, draft, proud, vee)
    thick = draft.rng.uniform(0.022, 0.034) * plan.width
    skins = draw_skins(draft, coat, segments=len(stations) - 1)
    count = int(draft.rng.integers(5, 8))
    positions = np.linspace(0.04, 0.92, count) * plan.wall_x
    parts = [
        trough(stations, skins, wall=thick, vee=vee),
        ribs(stations, list(positions), depth=2.5 * depth, proud=proud, thick=0.022 * plan.length, paint=coat),
        *_canopy(plan, draft, coat),
    ]
    loaded = draft.chance(0.45)
    load = draw_load(draft)
    if loaded:
        parts.append(_loaded(plan, draft, stations, load))
    elif draft.chance(0.35):
        parts.append(_remains(stations, draft, load))
    if draft.chance(0.6 if loaded else 0.2):
        parts += _spilt(plan, draft, load)
    return parts, loaded


def _stations(plan: Plan, draft: Draft, proud: float, vee: float) -> list[Station]:
    """Tail, end of the upswept floor, foot of the front wall: low in the middle, the tail raised."""
    length, height, half = plan.length, plan.height, plan.body_half - proud
    rim = height * (draft.rng.uniform(0.93, 0.97) if plan.coal else draft.rng.uniform(0.79, 0.86))
    tail_rim = rim - height * draft.rng.uniform(0.0, 0.1)
    clear = 2 * plan.tyre_radius + 0.02 * height + 0.6 * vee
    tail, low = max(clear, height * draft.rng.uniform(0.55, 0.60)), 0.7 * vee + height * draft.rng.uniform(0.44, 0.48)
    bend = plan.rear_axle + plan.tyre_radius  # the floor stays above the wheels and falls before them
    floor = half * draft.rng.uniform(0.72, 0.86)
    tail_x = 0.0 if draft.chance(0.5) else 0.025 * length
    wall_z = max(rim, plan.wall_z) if plan.coal else plan.wall_z
    foot = min(plan.wall_x - length * draft.rng.uniform(0.05, 0.12), plan.front_axle - 0.95 * plan.tyre_radius)
    return [
        Station(x=tail_x, floor_x=0.0, half_rim=half, rim_z=tail_rim, half_floor=floor, floor_z=tail),
        Station(x=bend, floor_x=min(bend, foot - 0.05 * length), half_rim=half, rim_z=rim, half_floor=floor,
                floor_z=max(clear, 0.4 * tail + 0.6 * low)),
        Station(x=0.92 * plan.wall_x, floor_x=foot - 0.02 * length, half_rim=half, rim_z=rim, half_floor=floor,
                floor_z=low),
        Station(x=plan.wall_x, floor_x=foot, half_rim=half, rim_z=wall_z, half_floor=floor, floor_z=low),
    ]  # fmt: skip


def _canopy(plan: Plan, draft: Draft, coat: Paint) -> list[Mesh]:
    """The visor: on from the front wall over the cab, narrower towards its front, with a raised edge."""
    paint = coat if draft.chance(0.7) else _other_canopy(draft)
    rear, front = plan.wall_x, plan.canopy_x
    half = plan.body_half
    tip = half * (draft.rng.uniform(0.88, 1.0) if draft.chance(0.6) else draft.rng.uniform(0.68, 0.88))
    edge = 0.02 * plan.height
    low = max(plan.wall_z, 0.935 * plan.height if plan.coal else 0.0) - edge
    high = plan.height - edge
    top = [(rear, -half, low), (rear, half, low), (front, tip, high), (front, -tip, high)]
    under = [(x, y, z - 0.02 * plan.height) for x, y, z in top]
    left, right = (
        ((rear, half - 0.05, low), (front, tip - 0.05, high)),
        ((rear, 0.05 - half, low), (front, 0.05 - tip, high)),
    )
    bars = [beam(*ends, (0.1, 2 * edge), coat) for ends in (left, right, (left[1], right[1]))]
    return [plates([top], paint), plates([under], shade(coat, 0.7)), *bars, *_canopy_top(plan, draft, paint, low, tip)]


def _canopy_top(plan: Plan, draft: Draft, paint: Paint, low: float, tip: float) -> list[Mesh]:
    """Ribs and a painted number."""
    rear, front, high = plan.wall_x, plan.canopy_x, 0.98 * plan.height
    parts = []
    if draft.chance(0.45):
        for y in np.linspace(-0.7, 0.7, int(draft.rng.integers(3, 6))) * tip:
            parts.append(beam((rear, y, low), (front, y, high), (0.12, 0.03 * plan.height), paint))
    if draft.chance(0.3):
        sign = WHITE_PANEL if sum(paint.rgb) < 1.2 else CHASSIS
        u, y = draft.rng.uniform(0.3, 0.6), draft.rng.uniform(-0.4, 0.4) * tip
        size, tall = draft.rng.uniform(0.06, 0.16) * plan.width, draft.rng.uniform(0.1, 0.25)
        near, far = (
            (rear + (front - rear) * at, low + (high - low) * at + 0.012 * plan.height) for at in (u, u + tall)
        )
        parts.append(quad((near[0], y - size, near[1]), (near[0], y + size, near[1]),
                          (far[0], y + size, far[1]), (far[0], y - size, far[1]), sign))  # fmt: skip
    return parts


def _other_canopy(draft: Draft) -> Paint:
    if draft.chance(0.4):
        return loose(draft.rng, "#857a6b", spread=0.2)
    return draw_coat(draft.rng, ["white", "white", "grey", "silver", "orange", "yellow", "red", "blue"])[0]


def _loaded(plan: Plan, draft: Draft, stations: list[Station], load: Paint) -> Mesh:
    """A heap from a little before the tail to the front wall, above the rim in most."""
    tail, _, _, wall = stations
    rim = stations[1].rim_z
    full = draft.rng.uniform(0.0, 0.05) if draft.chance(0.8) else draft.rng.uniform(0.08, 0.18)
    base = rim - full * plan.height
    crest = min(plan.height, base + plan.height * draft.rng.uniform(0.07, 0.17))
    half = wall.half_rim - 0.025 * plan.width
    rear = plan.length * draft.rng.uniform(0.02, 0.09)
    lip = tail.floor_z + 0.03 * plan.height
    return heap((rear, wall.x - 0.2), (0.93 * half, half), (lip, base - 0.03, base, base, base), crest, load, draft.rng)


def _remains(stations: list[Station], draft: Draft, load: Paint) -> Mesh:
    """What sticks to the floor before the front wall."""
    low = stations[2]
    rear = low.floor_x * draft.rng.uniform(0.35, 0.75)
    base = low.floor_z - 0.1
    return heap(
        (rear, low.floor_x), (0.7 * low.half_floor, low.half_floor), (base,), base + draft.rng.uniform(0.2, 0.7), load,
        draft.rng,
    )  # fmt: skip


def _spilt(plan: Plan, draft: Draft, load: Paint) -> list[Mesh]:
    """Patches of the load along the rear edge of the canopy."""
    z = max(plan.wall_z, 0.935 * plan.height if plan.coal else 0.0)
    slope = (plan.height - z) / (plan.canopy_x - plan.wall_x)
    patches = []
    for _ in range(int(draft.rng.integers(1, 4))):
        x = plan.wall_x + (plan.canopy_x - plan.wall_x) * draft.rng.uniform(0.02, 0.35)
        y = draft.rng.uniform(-0.6, 0.6) * plan.body_half
        reach, half = plan.length * draft.rng.uniform(0.02, 0.06), plan.width * draft.rng.uniform(0.04, 0.12)
        base = z + slope * (x - plan.wall_x) - 0.03 * plan.height
        patches.append(taper((x - reach, x + reach), (y - half, y + half), (base, base + 0.035 * plan.height),
                             (x - 0.4 * reach, x + 0.5 * reach), (y - 0.6 * half, y + 0.5 * half), load))  # fmt: skip
    return patches
