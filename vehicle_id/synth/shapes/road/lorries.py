"""Lorries of the road: box, flat bed, tipping, tank; tractor units.

A lorry from above is a cab, a dark gap, and a body; the classes differ in the body. Names of rows tell which
cabs have a bonnet; this room knows no other models.
"""

from __future__ import annotations

from typing import Final

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, box
from vehicle_id.synth.paint import BRIGHT_STEEL, DARK_STEEL, WHITE_PANEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.road import bodies, loads, trailers
from vehicle_id.synth.shapes.road.cabs import bonneted, cab_over, fairing, places, running_gear, stacks
from vehicle_id.synth.vehicle_sample import Draft

BONNETED: Final = ("ZIL-1", "GAZ-5", "GAZon", "Ural", "Sungri", "CA-30", "US ")
"""What the names of rows with a bonnet contain."""
BONNET_SHARE: Final = 0.235
"""Bonnet of those as a share of the length, for lorries of 6 to 7.5 m."""


def box_truck(draft: Draft) -> Assembly:
    """A closed box behind a cab, lower than it, with or without a fairing; steel, cooled, or cloth over bows."""
    height = draft.height_m
    cab_top = min(0.74 * height, 2.95) if draft.length_m > 7.2 else 0.72 * height
    cab, rear, gap = _cab(draft, cab_top)
    lift = 0.10 if draft.chance(0.3) else 0.0
    cooled = draft.length_m > 7 and draft.chance(0.15)
    x = (lift, rear - gap - (0.32 if cooled else 0.0))
    body = _closed_body(draft, x, (0.95, height), cooled=cooled)
    parts = [*cab, *body, *_gear(draft, rear, 0.95)]
    parts += bodies.tail_lift(lift, 1.0, draft.width_m) if lift else []
    if not _has_bonnet(draft) and draft.chance(0.45):
        parts += fairing(draft, (rear + 0.03, draft.length_m - 0.5), (cab_top, height - 0.15), draft.coat)
    return Assembly(fixed=parts)


def flatbed_truck(draft: Draft) -> Assembly:
    """An open platform with boards, empty or loaded."""
    cab, rear, gap = _cab(draft, draft.height_m)
    deck, x = 1.25 if draft.width_m > 2.3 else 1.05, (0.0, rear - gap)
    boards = 0.0 if draft.chance(0.15) else draft.rng.uniform(0.35, 0.65)
    bed = bodies.flat_bed(draft, x, deck, draft.width_m, boards=boards)
    load = loads.bed_load(draft, (x[0] + 0.06, x[1] - 0.08), (deck, draft.height_m), draft.width_m - 0.12)
    return Assembly(fixed=[*cab, *bed, *(load if draft.chance(0.55) else []), *_gear(draft, rear, deck - 0.1)])


def tipper_truck(draft: Draft) -> Assembly:
    """An open steel body that tips to the rear, many with a guard over the cab's rear edge."""
    height, guard = draft.height_m, draft.chance(0.6)
    cab, rear, gap = _cab(draft, 0.93 * height if guard else height)
    x, rim = (0.0, rear - 0.5 * gap), min(draft.rng.uniform(0.74, 0.88) * height, height - 0.25)
    reach = (rear + draft.rng.uniform(0.3, 0.9), height + 0.06) if guard else None
    paint = draft.coat if draft.chance(0.65) else shade(loose(draft.rng, "#7d7a72"), draft.rng.uniform(0.6, 1.3))
    body = bodies.tipping_body(draft, x, (1.15, rim), draft.width_m, paint=paint, hood=reach)
    loaded = draft.chance(0.5)
    body += loads.tipper_load(draft, x, (1.27, rim), draft.width_m) if loaded else []
    joint = Joint(
        part=Assembly(fixed=body), pivot=(0.9, 0.0, 1.1), axis="y", degrees=(-48.0, -15.0), used=0.03 if loaded else 0.2
    )
    return Assembly(fixed=[*cab, *_gear(draft, rear, 1.1)], joints=[joint])


def tank_truck(draft: Draft) -> Assembly:
    """A rounded tank behind the cab, walkway and manholes on its spine."""
    height, military = draft.height_m, draft.coat_name in ("olive", "camouflage", "sand")
    cab, rear, gap = _cab(draft, min(height, 3.0) if draft.chance(0.5) else 0.92 * height)
    paint = _tank_paint(draft, military=military)
    wide = draft.width_m * (draft.rng.uniform(0.82, 0.94) if military else draft.rng.uniform(0.94, 1.0))
    x = (draft.rng.uniform(0.05, 0.35), rear - gap)
    tank = bodies.tank_body(draft, x, (1.05, height), wide, paint=paint)
    locker = box((0.0, x[0] + 0.3), about(0.0, 0.8 * wide), (0.7, 1.5), draft.coat if draft.chance(0.5) else paint)
    wings = [
        box((0.05, 0.42 * rear), about(y, 0.5), (1.02, 1.12), DARK_STEEL)
        for y in (0.25 - draft.width_m / 2, draft.width_m / 2 - 0.25)
    ]
    return Assembly(fixed=[*cab, *tank, locker, *wings, *_gear(draft, rear, 1.05)])


def tractor_unit(draft: Draft) -> Assembly:
    """A tractor without its trailer: cab, bare frame, fifth wheel over the rear wheels."""
    pin = draft.rng.uniform(0.95, 1.25) + (0.35 if draft.length_m > 6.5 else 0.0)
    if "US " in draft.row.name or draft.length_m > 7.7:
        return Assembly(fixed=[*trailers.american_front(draft, pin + 0.3), _tail_beam(draft)])
    if draft.height_m > 3.2:
        return Assembly(fixed=[*trailers.cab_over_front(draft, pin), _tail_beam(draft), *_mast(draft)])
    cab, rear, _ = _cab(draft, draft.height_m)
    return Assembly(fixed=[*cab, *_bare_frame(draft, rear, pin), _tail_beam(draft)])


def _cab(draft: Draft, top: float) -> tuple[list[Mesh], float, float]:
    """The cab its row has: its parts, the x of its rear wall, and the gap to leave behind it."""
    length, gap = draft.length_m, draft.rng.uniform(0.12, 0.4)
    if _has_bonnet(draft):
        bonnet = max(1.25, min(1.8, BONNET_SHARE * length))
        rear = length - bonnet - draft.rng.uniform(1.30, 1.50)
        return bonneted(draft, (rear, length), top, bonnet=bonnet, wide="US " in draft.row.name), rear, gap
    light = draft.width_m < 2.35
    deep = draft.rng.uniform(1.55, 1.85) if light or draft.chance(0.6) else draft.rng.uniform(1.95, 2.3)
    lean = draft.rng.uniform(0.28, 0.5) if light else draft.rng.uniform(0.06, 0.28)
    return cab_over(draft, (length - deep, length), top, lean=lean), length - deep, gap


def _has_bonnet(draft: Draft) -> bool:
    return any(word in draft.row.name for word in BONNETED)


def _gear(draft: Draft, rear: float, deck: float) -> list[Mesh]:
    """Running gear by length: two axles up to about 7.5 m, three, or four."""
    count = 2 if draft.length_m < 7.5 else 3 if draft.length_m < 10.2 or draft.chance(0.4) else 4
    axles = places(draft, front=1.1 if _has_bonnet(draft) else 1.35, rear=0.20, count=min(count, 3))
    axles = (axles[0], axles[0] + 1.9, *axles[1:]) if count == 4 and not draft.axles_m else axles
    return running_gear(draft, (0.1, rear + 0.3), axles, radius=0.50 if draft.width_m > 2.3 else 0.40, deck=deck)


def _closed_body(draft: Draft, x: Span, z: Span, *, cooled: bool) -> list[Mesh]:
    """Box, cloth over bows, or a white box with a cooling unit."""
    if cooled:
        white = shade(WHITE_PANEL, draft.rng.uniform(0.9, 1.2))
        return [
            *bodies.box_body(draft, x, z, draft.width_m, white),
            *bodies.reefer_unit(draft, x[1], z[1], draft.width_m),
        ]
    if draft.chance(0.28):
        return bodies.tarpaulin_body(draft, x, z, draft.width_m)
    return bodies.box_body(draft, x, z, draft.width_m, bodies.panel(draft))


def _tank_paint(draft: Draft, *, military: bool) -> Paint:
    if military or draft.chance(0.25):
        return draft.coat
    paints = (BRIGHT_STEEL, shade(WHITE_PANEL, draft.rng.uniform(0.85, 1.15)), loose(draft.rng, "#c8641f"))
    return paints[int(draft.rng.choice(3, p=[0.40, 0.50, 0.10]))]


def _bare_frame(draft: Draft, rear: float, pin: float) -> list[Mesh]:
    """Rails, wings and fifth wheel behind a low cab."""
    axles = places(draft, front=1.3, rear=0.24, count=3 if draft.length_m > 6.3 else 2)
    middle = draft.length_m - sum(axles[1:]) / len(axles[1:]) if len(axles) > 1 else pin
    plate = box((middle - 0.35, middle + 0.5), about(0.0, 0.95), (1.0, 1.18), DARK_STEEL)
    spare = box((rear - 0.42, rear - 0.1), about(0.3, 1.0), (0.9, 1.9), DARK_STEEL)
    gear = running_gear(draft, (0.0, rear + 0.3), axles, deck=1.0)
    return [*gear, plate, *([spare] if draft.chance(0.5) else [])]


def _tail_beam(draft: Draft) -> Mesh:
    """Rear end of the frame with its lamps."""
    return box((0.0, 0.10), about(0.0, 0.94 * draft.width_m), (0.55, 0.75), DARK_STEEL)


def _mast(draft: Draft) -> list[Mesh]:
    """Pipes behind the cab up to full height, so that a low roof keeps the published one."""
    return stacks(draft.length_m - 2.42, (0.9, draft.height_m), 0.8 * draft.width_m)[:1]
