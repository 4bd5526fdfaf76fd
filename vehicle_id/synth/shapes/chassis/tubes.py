"""Canisters, bare missiles and rocket tubes on heavy special chassis, lying or raised.

Each gets the chassis under it and the span of x it may fill, and reaches up to the sample's height. From above
they differ in section, ends and joints; markings are not drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, beam, box, copies, cylinder, lathe, quad
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, STEEL, Paint, loose, shade
from vehicle_id.synth.shapes.chassis.frame import Frame, along, cloth_paint, mudguards, side_lockers
from vehicle_id.synth.vehicle_sample import VehicleSample

ERECTED: Final = 0.04
"""Share of canisters and missiles that are raised."""


def canister(frame: Frame, reach: Span) -> Assembly:
    """A closed tube with ribs and end caps on saddles; it may overhang the cab, and be raised at the rear."""
    sample = frame.sample
    radius = bore(sample, frame.top)
    z = sample.height_m - 1.04 * radius
    coat = _skin(sample)
    body = cylinder("x", (reach[0] + 0.25, reach[1] - 0.35 * radius), (0.0, z), radius, coat, sides=16)
    duct = box(
        (reach[0] + 0.8, reach[1] - radius), (-0.12, 0.12), (z + radius - 0.02, sample.height_m), shade(coat, 0.9)
    )
    tube_parts = [
        body,
        *([duct] if sample.chance(0.5) else []),
        *_caps(sample, reach, z, radius, coat),
        *_ribs(sample, reach, z, radius, coat),
    ]
    bed = [*mudguards(frame), *side_lockers(frame, 0.6), *_saddles(frame, z - 0.75 * radius, radius)]
    return _erectable(frame, tube_parts, bed, low=reach[0], z=z - radius)


def missile(frame: Frame, reach: Span) -> Assembly:
    """A bare missile on its cradle: stages, a pointed nose, clamps, rails beside it."""
    sample = frame.sample
    radius = min(bore(sample, frame.top), 0.042 * (reach[1] - reach[0])) * sample.rng.uniform(0.85, 1.0)
    z = sample.height_m - 1.06 * radius
    coat = _missile_paint(sample)
    tip, tail, nose = reach[1], reach[0] + 0.3, sample.rng.uniform(2.2, 4.5) * radius
    neck = radius * sample.rng.uniform(0.55, 0.8)
    hull = lathe("x", [(tail, 0.7 * radius), (tail + 0.1, radius), (tip - nose, radius)], (0.0, z), coat, sides=14)
    cone = [(tip - nose, radius), (tip - 0.6 * nose, neck), (tip - 0.3 * nose, 0.7 * neck), (tip, 0.04)]
    head = lathe("x", cone, (0.0, z), _head_paint(sample, coat), sides=12)
    back = cylinder("x", (tail - 0.02, tail), (0.0, z), 0.7 * radius, CHASSIS, sides=10)
    clamps = _bands(np.linspace(tail + 1, tip - nose - 0.4, 4), z, 1.05 * radius, shade(sample.coat, 0.8))
    rails = [
        beam((tail, y, z - 0.8 * radius), (tip - nose, y, z - 0.8 * radius), (0.2, 0.3), sample.coat)
        for y in (-0.8 * radius, 0.8 * radius)
    ]
    table = box((reach[0], reach[0] + 0.25), (-0.7, 0.7), (0.8 * frame.top, z), shade(sample.coat, 0.75))
    bed = [*mudguards(frame), *side_lockers(frame, 0.6), *_saddles(frame, z - 0.9 * radius, 0.8 * radius)]
    return _erectable(frame, [hull, head, back, clamps, *rails, table], bed, low=reach[0], z=frame.top)


def four_tubes(frame: Frame, reach: Span) -> Assembly:
    """Two by two canisters at the rear, an equipment cabin before them (such as S-300)."""
    sample = frame.sample
    rear, front = reach[0], frame.bed[1] - 0.05
    cabin = front - sample.rng.uniform(1.2, 2.4)
    radius = min(0.25 * (sample.height_m - frame.top - 0.15), 0.24 * sample.width_m)
    coat = shade(sample.coat, sample.rng.uniform(0.9, 1.1))
    lanes = [
        (y, sample.height_m - radius * (1.02 + 2.04 * row)) for y in (-1.06 * radius, 1.06 * radius) for row in (0, 1)
    ]
    tubes = [cylinder("x", (rear, cabin - 0.2), lane, radius, coat, sides=12) for lane in lanes]
    clamps = [
        box(
            (x, x + 0.2), (-2.15 * radius, 2.15 * radius), (frame.top, sample.height_m - 0.5 * radius), shade(coat, 0.8)
        )
        for x in np.linspace(rear + 1.0, cabin - 1.0, 3)
    ]
    body = box(
        (cabin, front), (-0.94 * frame.half, 0.94 * frame.half), (frame.top, 0.85 * sample.height_m), sample.coat
    )
    lid = box(
        (cabin + 0.2, front - 0.2), (-0.4, 0.4), (0.85 * sample.height_m, 0.85 * sample.height_m + 0.08), DARK_STEEL
    )
    return _erectable(frame, [*tubes, *clamps], [*mudguards(frame), body, lid], low=rear, z=frame.top)


def rocket_pack(frame: Frame, reach: Span) -> Assembly:
    """Rows of launch tubes side by side over the rear half (Smerch, Uragan); it slews and lifts."""
    sample = frame.sample
    columns = int(sample.rng.integers(4, 7))
    rows = int(sample.rng.integers(2, 4))
    radius = 0.46 * sample.width_m * sample.rng.uniform(0.8, 1.0) / columns
    front = min(reach[1], frame.bed[1] - sample.rng.uniform(0.05, 1.5))
    rear, top = reach[0] + sample.rng.uniform(0.0, 0.6), sample.height_m - radius
    lanes = np.linspace(-(columns - 1) * radius, (columns - 1) * radius, columns)
    one = cylinder(
        "x", (rear, front), (0.0, top), radius * 0.97, _matt(shade(sample.coat, sample.rng.uniform(0.85, 1.1))), sides=8
    )
    mouth = cylinder("x", (front, front + 0.02), (0.0, top), 0.75 * radius, CHASSIS, sides=6)
    upper = copies(one, [(0.0, y, 0.0) for y in lanes])
    places = [(0.0, y, -2 * radius * row) for y in lanes for row in range(rows)]
    block = box((rear + 0.1, front - 0.1), (lanes[0], lanes[-1]), (top - 2 * radius * rows + radius, top), sample.coat)
    strap = box(
        (-0.12, 0.12),
        (lanes[0] - 1.05 * radius, lanes[-1] + 1.05 * radius),
        (top - radius, top + 1.0 * radius),
        shade(sample.coat, 0.75),
    )
    straps = copies(strap, along(np.linspace(rear + 0.6, front - 0.6, 4)))
    pivot = (rear + 0.35 * (front - rear), 0.0, frame.top + 0.2)
    pack = Assembly(fixed=[upper, copies(mouth, places), block, straps])
    lifted = Joint(part=pack, pivot=pivot, axis="y", degrees=(-50.0, -5.0), used=0.06)
    mount = box(
        (pivot[0] - 1.0, pivot[0] + 1.0), (-0.9, 0.9), (frame.top - 0.05, top - radius), shade(sample.coat, 0.8)
    )
    cabin = box(
        (front + 0.1, frame.bed[1]),
        (-0.9 * frame.half, 0.9 * frame.half),
        (frame.top, 0.8 * frame.cab_top),
        sample.coat,
    )
    return Assembly(fixed=[*mudguards(frame), mount, *([cabin] if frame.bed[1] - front > 0.5 else [])], joints=[lifted])


def rail_rocket(frame: Frame, reach: Span) -> Assembly:
    """One thin rocket with a thick head on a launching rail, over the cab (Luna-M)."""
    sample = frame.sample
    radius = sample.rng.uniform(0.25, 0.3)
    z, tip, tail = sample.height_m - 1.1 * radius - 0.02, reach[1], reach[0] + 0.5
    coat = _missile_paint(sample)
    profile = [(tail, radius), (tip - 2.6, radius), (tip - 2.3, 1.1 * radius), (tip - 0.9, 1.1 * radius), (tip, 0.03)]
    rocket = lathe("x", profile, (0.0, z), coat, sides=10)
    fins = [
        quad((tail, 0, z), (tail + 0.9, 0, z), (tail + 0.4, y, z + h), (tail, y, z + h), coat)
        for y, h in ((0.7, 0.2), (-0.7, 0.2), (0.7, -0.5), (-0.7, -0.5))
    ]
    rail = box((reach[0], tip - 2.0), (-0.18, 0.18), (z - 1.6 * radius - 0.3, z - radius), sample.coat)
    mounts = _saddles(frame, z - 1.6 * radius, 0.5)
    return _erectable(
        frame, [rocket, *fins, rail], [*mudguards(frame), *side_lockers(frame, 0.4), *mounts], low=reach[0], z=frame.top
    )


# --- parts of canisters and missiles ---


def bore(sample: VehicleSample, rail_top: float) -> float:
    """Radius of a canister on a chassis, as height and width allow."""
    return min((sample.height_m - rail_top - 0.3) / 2.1, 0.31 * sample.width_m)


def _caps(sample: VehicleSample, reach: Span, z: float, radius: float, coat: Paint) -> list[Mesh]:
    """The front end domed, blunt or conical; the rear flat with a wide flange."""
    tip = reach[1]
    bulge, blunt = sample.rng.uniform(0.1, 0.9) * radius, sample.rng.uniform(0.35, 0.85) * radius
    paint = shade(coat, sample.rng.uniform(0.55, 1.15))
    front = lathe(
        "x",
        [(tip - 0.35 * radius - bulge, 1.02 * radius), (tip - 0.35 * radius, 1.02 * radius), (tip, blunt), (tip, 0.0)],
        (0.0, z),
        paint,
    )
    rear = cylinder("x", (reach[0], reach[0] + sample.rng.uniform(0.3, 0.9)), (0.0, z), 1.03 * radius, paint, sides=14)
    return [front, rear]


def _ribs(sample: VehicleSample, reach: Span, z: float, radius: float, coat: Paint) -> list[Mesh]:
    count = int(sample.rng.integers(2, 8))
    paint = shade(coat, sample.rng.uniform(0.7, 1.15))
    return [_bands(np.linspace(reach[0] + 1.5, reach[1] - 1.5 * radius, count), z, 1.035 * radius, paint)]


def _bands(xs: Iterable[float], z: float, radius: float, paint: Paint) -> Mesh:
    """Rings about a tube."""
    ring = lathe("x", [(-0.1, radius), (0.1, radius)], (0.0, z), _matt(paint), sides=12)
    return copies(ring, along(xs))


def _saddles(frame: Frame, top: float, half: float) -> list[Mesh]:
    rear, front = frame.bed
    paint = shade(frame.sample.coat, 0.7)
    return [
        box((x - 0.2, x + 0.2), (-half, half), (frame.top, max(top, frame.top + 0.1)), paint)
        for x in np.linspace(rear + 1.2, front - 0.6, 3)
    ]


def _erectable(frame: Frame, lifted: Sequence[Mesh], bed: Sequence[Mesh], *, low: float, z: float) -> Assembly:
    """Lying on the chassis; in a few per cent raised at the rear, on jacks."""
    sample = frame.sample
    if not sample.chance(ERECTED):
        return Assembly(fixed=[*bed, *lifted])
    pivot = (low + max(0.2, 0.8 * frame.top), 0.0, z)
    raised = Joint(part=Assembly(fixed=list(lifted)), pivot=pivot, axis="y", degrees=(-90.0, -78.0), used=1.0)
    return Assembly(fixed=[*bed, *_jacks(frame)], joints=[raised])


def _jacks(frame: Frame) -> list[Mesh]:
    """Legs down to the ground at the four corners."""
    rear, front = frame.bed
    legs = []
    for x in (rear + 0.15, front - 0.3):
        for y in (-0.85 * frame.half, 0.85 * frame.half):
            legs.append(cylinder("z", (0.0, frame.top), (x, y), 0.12, STEEL, sides=6))
            legs.append(box((x - 0.3, x + 0.3), (y - 0.12 * frame.half, y + 0.12 * frame.half), (0.0, 0.1), DARK_STEEL))
    return legs


def _skin(sample: VehicleSample) -> Paint:
    """A canister in the vehicle's coat, or in a tone of its own, or under cloth."""
    if sample.chance(0.12):
        return cloth_paint(sample)
    return shade(sample.coat, sample.rng.uniform(0.8, 1.2))


def _missile_paint(sample: VehicleSample) -> Paint:
    if sample.chance(0.5):
        return shade(sample.coat, sample.rng.uniform(0.8, 1.3))
    tones = ("#4d5239", "#6b6f52", "#c9c8c0", "#8b8c86", "#3a3f35")
    return loose(sample.rng, str(sample.rng.choice(tones)))


def _head_paint(sample: VehicleSample, coat: Paint) -> Paint:
    tones = ("#d8d7d0", "#2b2d2c", "#7d3a30")
    return (
        loose(sample.rng, str(sample.rng.choice(tones)))
        if sample.chance(0.4)
        else shade(coat, sample.rng.uniform(0.7, 1.3))
    )


def _matt(paint: Paint) -> Paint:
    """Without gloss: the few facets of a thin tube would mirror the sun all at once."""
    return replace(paint, gloss=0.02)
