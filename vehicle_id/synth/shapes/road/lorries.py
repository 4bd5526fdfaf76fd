"""Lorries of the road: box, flat bed, tipping, tank; tractor units.

A lorry from above is a cab, a dark gap, and a body; the classes differ in the body. The names of
rows decide which cabs have a bonnet.
"""

from __future__ import annotations

from typing import Final

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, box
from vehicle_id.synth.paint import BRIGHT_STEEL, DARK_STEEL, WHITE_PANEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.road import bodies, loads, trailers
from vehicle_id.synth.shapes.road.cabs import bonneted, cab_over, fairing, places, running_gear, stacks
from vehicle_id.synth.vehicle_sample import VehicleSample

BONNETED: Final = ("ZIL-1", "GAZ-5", "GAZon", "Ural", "Sungri", "CA-30", "US ")
"""Words in the names of rows with a bonnet."""
BONNET_SHARE: Final = 0.235
"""Bonnet of those as a share of the length, for lorries of 6 to 7.5 m."""


def box_truck(sample: VehicleSample) -> Assembly:
    """A closed box behind a cab, lower than it, with or without a fairing; steel, cooled, or cloth over bows."""
    height = sample.height_m
    cab_top = min(0.74 * height, 2.95) if sample.length_m > 7.2 else 0.72 * height
    cab, rear, gap = _cab(sample, cab_top)
    lift = 0.10 if sample.chance(0.3) else 0.0
    cooled = sample.length_m > 7 and sample.chance(0.15)
    x = (lift, rear - gap - (0.32 if cooled else 0.0))
    body = _closed_body(sample, x, (0.95, height), cooled=cooled)
    parts = [*cab, *body, *_gear(sample, rear, 0.95)]
    parts += bodies.tail_lift(lift, 1.0, sample.width_m) if lift else []
    if not _has_bonnet(sample) and sample.chance(0.45):
        parts += fairing(sample, (rear + 0.03, sample.length_m - 0.5), (cab_top, height - 0.15), sample.coat)
    return Assembly(fixed=parts)


def flatbed_truck(sample: VehicleSample) -> Assembly:
    """An open platform with boards, empty or loaded."""
    cab, rear, gap = _cab(sample, sample.height_m)
    deck, x = 1.25 if sample.width_m > 2.3 else 1.05, (0.0, rear - gap)
    boards = 0.0 if sample.chance(0.15) else sample.rng.uniform(0.35, 0.65)
    bed = bodies.flat_bed(sample, x, deck, sample.width_m, boards=boards)
    load = loads.bed_load(sample, (x[0] + 0.06, x[1] - 0.08), (deck, sample.height_m), sample.width_m - 0.12)
    return Assembly(fixed=[*cab, *bed, *(load if sample.chance(0.55) else []), *_gear(sample, rear, deck - 0.1)])


def tipper_truck(sample: VehicleSample) -> Assembly:
    """An open steel body that tips to the rear, many with a guard over the cab's rear edge."""
    height, guard = sample.height_m, sample.chance(0.6)
    cab, rear, gap = _cab(sample, 0.93 * height if guard else height)
    x, rim = (0.0, rear - 0.5 * gap), min(sample.rng.uniform(0.74, 0.88) * height, height - 0.25)
    reach = (rear + sample.rng.uniform(0.3, 0.9), height + 0.06) if guard else None
    paint = sample.coat if sample.chance(0.65) else shade(loose(sample.rng, "#7d7a72"), sample.rng.uniform(0.6, 1.3))
    body = bodies.tipping_body(sample, x, (1.15, rim), sample.width_m, paint=paint, hood=reach)
    loaded = sample.chance(0.5)
    body += loads.tipper_load(sample, x, (1.27, rim), sample.width_m) if loaded else []
    joint = Joint(
        part=Assembly(fixed=body), pivot=(0.9, 0.0, 1.1), axis="y", degrees=(-48.0, -15.0), used=0.03 if loaded else 0.2
    )
    return Assembly(fixed=[*cab, *_gear(sample, rear, 1.1)], joints=[joint])


def tank_truck(sample: VehicleSample) -> Assembly:
    """A rounded tank behind the cab, walkway and manholes on its spine."""
    height, military = sample.height_m, sample.coat_name in ("olive", "camouflage", "sand")
    cab, rear, gap = _cab(sample, min(height, 3.0) if sample.chance(0.5) else 0.92 * height)
    paint = _tank_paint(sample, military=military)
    wide = sample.width_m * (sample.rng.uniform(0.82, 0.94) if military else sample.rng.uniform(0.94, 1.0))
    x = (sample.rng.uniform(0.05, 0.35), rear - gap)
    tank = bodies.tank_body(sample, x, (1.05, height), wide, paint=paint)
    locker = box((0.0, x[0] + 0.3), about(0.0, 0.8 * wide), (0.7, 1.5), sample.coat if sample.chance(0.5) else paint)
    wings = [
        box((0.05, 0.42 * rear), about(y, 0.5), (1.02, 1.12), DARK_STEEL)
        for y in (0.25 - sample.width_m / 2, sample.width_m / 2 - 0.25)
    ]
    return Assembly(fixed=[*cab, *tank, locker, *wings, *_gear(sample, rear, 1.05)])


def tractor_unit(sample: VehicleSample) -> Assembly:
    """A tractor without its trailer: cab, bare frame, fifth wheel over the rear wheels."""
    pin = sample.rng.uniform(0.95, 1.25) + (0.35 if sample.length_m > 6.5 else 0.0)
    if "US " in sample.row.name or sample.length_m > 7.7:
        return Assembly(fixed=[*trailers.american_front(sample, pin + 0.3), _tail_beam(sample)])
    if sample.height_m > 3.2:
        return Assembly(fixed=[*trailers.cab_over_front(sample, pin), _tail_beam(sample), *_mast(sample)])
    cab, rear, _ = _cab(sample, sample.height_m)
    return Assembly(fixed=[*cab, *_bare_frame(sample, rear, pin), _tail_beam(sample)])


def _cab(sample: VehicleSample, top: float) -> tuple[list[Mesh], float, float]:
    """The cab of the row: its parts, the x of its rear wall, and the gap behind it."""
    length, gap = sample.length_m, sample.rng.uniform(0.12, 0.4)
    if _has_bonnet(sample):
        bonnet = max(1.25, min(1.8, BONNET_SHARE * length))
        rear = length - bonnet - sample.rng.uniform(1.30, 1.50)
        return bonneted(sample, (rear, length), top, bonnet=bonnet, wide="US " in sample.row.name), rear, gap
    light = sample.width_m < 2.35
    deep = sample.rng.uniform(1.55, 1.85) if light or sample.chance(0.6) else sample.rng.uniform(1.95, 2.3)
    lean = sample.rng.uniform(0.28, 0.5) if light else sample.rng.uniform(0.06, 0.28)
    return cab_over(sample, (length - deep, length), top, lean=lean), length - deep, gap


def _has_bonnet(sample: VehicleSample) -> bool:
    return any(word in sample.row.name for word in BONNETED)


def _gear(sample: VehicleSample, rear: float, deck: float) -> list[Mesh]:
    """Running gear by length: two axles up to about 7.5 m, three, or four."""
    count = 2 if sample.length_m < 7.5 else 3 if sample.length_m < 10.2 or sample.chance(0.4) else 4
    axles = places(sample, front=1.1 if _has_bonnet(sample) else 1.35, rear=0.20, count=min(count, 3))
    axles = (axles[0], axles[0] + 1.9, *axles[1:]) if count == 4 and not sample.axles_m else axles
    return running_gear(sample, (0.1, rear + 0.3), axles, radius=0.50 if sample.width_m > 2.3 else 0.40, deck=deck)


def _closed_body(sample: VehicleSample, x: Span, z: Span, *, cooled: bool) -> list[Mesh]:
    """Box, cloth over bows, or a white box with a cooling unit."""
    if cooled:
        white = shade(WHITE_PANEL, sample.rng.uniform(0.9, 1.2))
        return [
            *bodies.box_body(sample, x, z, sample.width_m, white),
            *bodies.reefer_unit(sample, x[1], z[1], sample.width_m),
        ]
    if sample.chance(0.28):
        return bodies.tarpaulin_body(sample, x, z, sample.width_m)
    return bodies.box_body(sample, x, z, sample.width_m, bodies.panel(sample))


def _tank_paint(sample: VehicleSample, *, military: bool) -> Paint:
    if military or sample.chance(0.25):
        return sample.coat
    paints = (BRIGHT_STEEL, shade(WHITE_PANEL, sample.rng.uniform(0.85, 1.15)), loose(sample.rng, "#c8641f"))
    return paints[int(sample.rng.choice(3, p=[0.40, 0.50, 0.10]))]


def _bare_frame(sample: VehicleSample, rear: float, pin: float) -> list[Mesh]:
    """Rails, wings and fifth wheel behind a low cab."""
    axles = places(sample, front=1.3, rear=0.24, count=3 if sample.length_m > 6.3 else 2)
    middle = sample.length_m - sum(axles[1:]) / len(axles[1:]) if len(axles) > 1 else pin
    plate = box((middle - 0.35, middle + 0.5), about(0.0, 0.95), (1.0, 1.18), DARK_STEEL)
    spare = box((rear - 0.42, rear - 0.1), about(0.3, 1.0), (0.9, 1.9), DARK_STEEL)
    gear = running_gear(sample, (0.0, rear + 0.3), axles, deck=1.0)
    return [*gear, plate, *([spare] if sample.chance(0.5) else [])]


def _tail_beam(sample: VehicleSample) -> Mesh:
    """Rear end of the frame with its lamps."""
    return box((0.0, 0.10), about(0.0, 0.94 * sample.width_m), (0.55, 0.75), DARK_STEEL)


def _mast(sample: VehicleSample) -> list[Mesh]:
    """Pipes behind the cab up to full height, so that a low roof keeps the published one."""
    return stacks(sample.length_m - 2.42, (0.9, sample.height_m), 0.8 * sample.width_m)[:1]
