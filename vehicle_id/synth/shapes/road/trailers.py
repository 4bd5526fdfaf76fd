"""Semi-trailers of the usual kinds, alone on their legs or behind a tractor, bent at the kingpin.

Which kind is met is told by the row's name or height where it tells, else drawn. Drawbar trailers are not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, box
from vehicle_id.synth.paint import BRIGHT_STEEL, CHASSIS, DARK_STEEL, STEEL, WHITE_PANEL, shade
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.road import bodies, loads
from vehicle_id.synth.shapes.road.cabs import axle, bonneted, cab_over, fairing, stacks
from vehicle_id.synth.vehicle_sample import Draft

FLOOR_M: Final = 1.22
"""Height of a trailer's floor."""
KINDS: Final = ("curtain", "box", "reefer", "container", "tank", "flat", "tipper")
MIX: Final = (0.34, 0.26, 0.10, 0.10, 0.06, 0.08, 0.06)


def semi_trailer(draft: Draft) -> Assembly:
    """A trailer parked alone: legs down, nothing before it."""
    kind = _alone_kind(draft)
    x = (0.0, draft.length_m)
    legs = [box(about(0.76 * draft.length_m, 0.12), about(y, 0.12), (0.0, FLOOR_M - 0.1), STEEL) for y in (-0.75, 0.75)]
    return Assembly(fixed=[*trailer(draft, kind, x, draft.height_m), *legs])


def tractor_trailer(draft: Draft) -> Assembly:
    """A tractor and its semi-trailer; in transport pose in line, in a third of the cases bent, up to 45 degrees."""
    american = "US " in draft.row.name or draft.length_m > 18.8
    kind = _drawn_kind(draft)
    gap = draft.rng.uniform(0.55, 0.85)
    nose = 5.4 if american else 2.25
    rear = draft.length_m - nose - gap
    pin = rear - (1.0 if american else 1.35)
    top = draft.height_m if kind != "flat" else FLOOR_M + 1.6
    load = Assembly(fixed=trailer(draft, kind, (0.0, rear), top))
    most = float(draft.rng.choice([6.0, 20.0, 45.0], p=[0.5, 0.3, 0.2]))
    joint = Joint(part=load, pivot=(pin, 0.0, FLOOR_M), axis="z", degrees=(-most, most), used=0.45)
    front = american_front(draft, pin) if american else cab_over_front(draft, pin, loaded=kind)
    return Assembly(fixed=front, joints=[joint])


def cab_over_front(draft: Draft, pin: float, *, loaded: str = "") -> list[Mesh]:
    """A European tractor whose fifth wheel is at x = `pin`: cab, fairing, rails, two or three axles."""
    length = draft.length_m
    height = draft.height_m
    plain = min(height, 3.85) if draft.chance(0.35) else min(height - 0.35, draft.rng.uniform(2.75, 3.3))
    if loaded in ("flat", "tipper"):
        plain = height
    x = (length - draft.rng.uniform(1.9, 2.3), length)
    parts = cab_over(draft, x, plain, lean=draft.rng.uniform(0.08, 0.25))
    parts += _to_height(draft, x, plain, wanted=loaded != "tank")
    axles = [length - 1.4, pin - 0.35] if pin < 1.6 or draft.chance(0.75) else [length - 1.4, pin + 0.35, pin - 0.95]
    return [*parts, *_rails(draft, (min(axles) - 0.75, x[0] + 0.3), axles, pin)]


def american_front(draft: Draft, pin: float) -> list[Mesh]:
    """A tractor with a long bonnet, most with a sleeper behind the seats and its high roof."""
    length, height, width = draft.length_m, draft.height_m, draft.width_m
    sleeper = draft.rng.uniform(1.2, 1.8) if draft.chance(0.75) else 0.25
    top, bonnet = min(0.66 * height, 2.75), draft.rng.uniform(1.9, 2.3)
    cab = (length - bonnet - 1.35, length)
    rear = max(cab[0] - sleeper, pin + 1.45)
    roof = height if draft.chance(0.7) else top + 0.35
    parts = bonneted(draft, cab, top, bonnet=bonnet, wide=True)
    parts.append(box((rear, cab[0] + 0.02), about(0.0, 0.93 * min(width, 2.5)), (0.7, roof - 0.12), draft.coat))
    parts += fairing(draft, (rear, length - bonnet - 0.3), (top - 0.02 if roof > top else top, roof), draft.coat)
    pipes = stacks(rear - 0.12, (0.8, height), width) if draft.chance(0.6) or roof < height else []
    tanks = [
        box((rear, cab[0] + 0.9), about(y, 0.55), (0.4, 0.95), BRIGHT_STEEL)
        for y in (0.29 - width / 2, width / 2 - 0.29)
    ]
    axles = [length - 1.3, pin + 0.66, pin - 0.66]
    return [*parts, *pipes, *tanks, *_rails(draft, (pin - 1.25, cab[1] - 0.5), axles, pin)]


def trailer(draft: Draft, kind: str, x: Span, top: float) -> list[Mesh]:
    """A semi-trailer of a kind filling a span; rear axles, underrun bar, side guards."""
    width, long = draft.width_m, x[1] - x[0]
    count = 2 if long > 15.5 or (long < 11 and draft.chance(0.5)) else 3
    base = x[0] + (1.0 if count == 2 and draft.chance(0.4) else 0.19 * long)
    wheels = [part for i in range(count) for part in axle(base + 1.31 * (i - 0.5), width - 0.04, 0.50, twin=count == 2)]
    rails = [box((x[0] + 0.1, x[1] - 0.2), about(y, 0.12), (0.72, FLOOR_M - 0.02), CHASSIS) for y in (-0.45, 0.45)]
    bar = box((x[0], x[0] + 0.10), about(0.0, 0.95 * width), (0.45, 0.62), STEEL)
    return [*wheels, *rails, bar, *_BODIES[kind](draft, x, top, width)]


def _curtain(draft: Draft, x: Span, top: float, width: float) -> list[Mesh]:
    if draft.chance(0.3):
        return bodies.tarpaulin_body(draft, x, (FLOOR_M, top), width)
    return bodies.box_body(draft, x, (FLOOR_M - 0.1, top), width, bodies.panel(draft))


def _box(draft: Draft, x: Span, top: float, width: float) -> list[Mesh]:
    return bodies.box_body(draft, x, (FLOOR_M - 0.1, top), width, shade(WHITE_PANEL, draft.rng.uniform(0.8, 1.15)))


def _reefer(draft: Draft, x: Span, top: float, width: float) -> list[Mesh]:
    body = (x[0], x[1] - 0.42)
    white = shade(WHITE_PANEL, draft.rng.uniform(0.95, 1.2))
    return [
        *bodies.box_body(draft, body, (FLOOR_M - 0.1, top), width, white),
        *bodies.reefer_unit(draft, body[1], top, width),
    ]


def _container(draft: Draft, x: Span, top: float, width: float) -> list[Mesh]:
    """One of 40 feet, or one or two of 20."""
    beams = [
        box(about(float(at), 0.25), about(0.0, width), (FLOOR_M - 0.2, FLOOR_M - 0.02), DARK_STEEL)
        for at in np.linspace(x[0] + 0.2, x[1] - 0.2, 4)
    ]
    room = x[1] - x[0]
    if draft.chance(0.7):
        boxes = loads.container(draft, (x[1] - min(12.19, room), x[1]), (FLOOR_M, top), width - 0.08)
    else:
        near = loads.container(draft, (x[0] + 0.02, x[0] + 0.49 * room), (FLOOR_M, top), width - 0.08)
        far = loads.container(draft, (x[0] + 0.51 * room, x[1]), (FLOOR_M, top), width - 0.08)
        boxes = [*near, *far] if draft.chance(0.7) else near
    return [*beams, *boxes]


def _tank(draft: Draft, x: Span, top: float, width: float) -> list[Mesh]:
    paints = (BRIGHT_STEEL, shade(WHITE_PANEL, 1.0), draft.coat)
    paint = paints[int(draft.rng.choice(3, p=[0.45, 0.35, 0.20]))]
    return bodies.tank_body(draft, x, (FLOOR_M - 0.15, top), width * draft.rng.uniform(0.97, 1.0), paint=paint)


def _flat(draft: Draft, x: Span, top: float, width: float) -> list[Mesh]:
    bed = bodies.flat_bed(draft, x, FLOOR_M, width, boards=0.0)
    if draft.chance(0.35):
        return bed
    return [*bed, *loads.bed_load(draft, (x[0] + 0.2, x[1] - 0.2), (FLOOR_M, max(top, FLOOR_M + 0.7)), width - 0.1)]


def _platform(draft: Draft, x: Span, top: float, width: float) -> list[Mesh]:
    """A bare floor without a headboard, empty."""
    return bodies.flat_bed(draft, x, top, width, boards=0.0, head=False)


def _tipper(draft: Draft, x: Span, top: float, width: float) -> list[Mesh]:
    rim = min(top, 3.4)
    paint = (STEEL, BRIGHT_STEEL, draft.coat)[int(draft.rng.integers(3))]
    body = bodies.tipping_body(draft, x, (FLOOR_M, rim - 0.04), width, paint=paint, hood=None)
    return [*body, *(loads.tipper_load(draft, x, (FLOOR_M + 0.12, rim - 0.5), width) if draft.chance(0.45) else [])]


def _skeleton(draft: Draft, x: Span, top: float, width: float) -> list[Mesh]:
    """The bare frame that carries containers: two rails, cross beams, twist locks."""
    paint = draft.coat
    spine = [box((x[0], x[1]), about(y, 0.22), (top - 0.42, top - 0.02), paint) for y in (-0.45, 0.45)]
    marks = np.linspace(x[0] + 0.12, x[1] - 0.12, int(draft.rng.integers(4, 8)))
    beams = [box(about(float(at), 0.22), about(0.0, width), (top - 0.30, top), paint) for at in marks]
    cross = [
        box(about(float(at), 0.10), about(0.0, 0.8), (top - 0.35, top - 0.1), paint)
        for at in (marks[:-1] + marks[1:]) / 2
    ]
    return [*spine, *beams, *cross]


_BODIES: Final[Mapping[str, Callable[[Draft, Span, float, float], list[Mesh]]]] = {
    "curtain": _curtain, "box": _box, "reefer": _reefer, "container": _container, "tank": _tank, "flat": _flat,
    "tipper": _tipper, "skeleton": _skeleton,
    "platform": _platform,
}  # fmt: skip


def _named_kind(draft: Draft) -> str | None:
    """The kind a row's name gives away."""
    name = draft.row.name.lower()
    words = {"refriger": "reefer", "tank": "tank", "container": "container", "curtain": "curtain", "53-foot": "box"}
    return next((kind for word, kind in words.items() if word in name), None)


def _drawn_kind(draft: Draft) -> str:
    return _named_kind(draft) or str(draft.rng.choice(KINDS, p=MIX))


def _alone_kind(draft: Draft) -> str:
    """Alone, the height tells a bare frame or an empty platform from bodies with walls."""
    if draft.height_m < 2.3:
        return "skeleton" if draft.chance(0.7) else "platform"
    kind = _drawn_kind(draft)
    return kind if kind not in ("flat", "tipper") or draft.height_m < 3.5 else "box"


def _to_height(draft: Draft, x: Span, plain: float, *, wanted: bool) -> list[Mesh]:
    """A fairing or a raised roof where a cab is lower than the load behind it."""
    if plain > draft.height_m - 0.3 or not wanted or draft.chance(0.2):
        return []
    return fairing(draft, (x[0] + 0.02, x[1] - 0.45), (plain, draft.height_m - 0.1), draft.coat)


def _rails(draft: Draft, x: Span, axles: list[float], pin: float) -> list[Mesh]:
    """A tractor's frame behind its cab: rails, fifth wheel, wings over the rear wheels, tanks, a catwalk."""
    width = draft.width_m
    wheels = [part for at in axles for part in axle(at, width - 0.06, 0.50, twin=at < pin + 1.0)]
    rails = [box(x, about(y, 0.12), (0.62, 0.92), CHASSIS) for y in (-0.42, 0.42)]
    cross = [box((x[0], x[0] + 0.12), about(0.0, 0.9), (0.60, 0.90), CHASSIS)]
    plate = box((pin - 0.45, pin + 0.45), about(0.0, 0.95), (0.95, 1.10), DARK_STEEL)
    tank = box(
        (pin + 0.9, pin + 1.8),
        about(width / 2 - 0.29, 0.55),
        (0.42, 1.0),
        BRIGHT_STEEL if draft.chance(0.5) else DARK_STEEL,
    )
    walk = box((pin + 0.85, pin + 1.5), about(0.0, 1.0), (0.94, 0.97), STEEL if draft.chance(0.6) else DARK_STEEL)
    return [*wheels, *rails, *cross, plate, tank, walk]
