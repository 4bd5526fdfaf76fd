"""Semi-trailers of the usual kinds, alone on their legs or behind a tractor, bent at the kingpin.

The row's name or height decides the kind, or it is drawn at random. There are no drawbar trailers.
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
from vehicle_id.synth.vehicle_sample import VehicleSample

FLOOR_M: Final = 1.22
"""Height of a trailer's floor."""
KINDS: Final = ("curtain", "box", "reefer", "container", "tank", "flat", "tipper")
MIX: Final = (0.34, 0.26, 0.10, 0.10, 0.06, 0.08, 0.06)
WIDEST_M: Final = 2.8
"""No body with walls is wider; decks for tanks are."""


def semi_trailer(sample: VehicleSample) -> Assembly:
    """A trailer parked alone, its legs down."""
    kind = _alone_kind(sample)
    x = (0.0, sample.length_m)
    legs = [
        box(about(0.76 * sample.length_m, 0.12), about(y, 0.12), (0.0, FLOOR_M - 0.1), STEEL) for y in (-0.75, 0.75)
    ]
    return Assembly(fixed=[*trailer(sample, kind, x, sample.height_m), *legs])


def tractor_trailer(sample: VehicleSample) -> Assembly:
    """A tractor and its semi-trailer; in transport pose in line, in a third of the cases bent, up to 45 degrees."""
    american = "US " in sample.row.name or sample.length_m > 18.8
    kind = _drawn_kind(sample)
    gap = sample.rng.uniform(0.55, 0.85)
    nose = 5.4 if american else 2.25
    rear = sample.length_m - nose - gap
    pin = rear - (1.0 if american else 1.35)
    top = sample.height_m if kind != "flat" else FLOOR_M + 1.6
    load = Assembly(fixed=trailer(sample, kind, (0.0, rear), top))
    most = float(sample.rng.choice([6.0, 20.0, 45.0], p=[0.5, 0.3, 0.2]))
    joint = Joint(part=load, pivot=(pin, 0.0, FLOOR_M), axis="z", degrees=(-most, most), used=0.45)
    front = american_front(sample, pin) if american else cab_over_front(sample, pin, loaded=kind)
    return Assembly(fixed=front, joints=[joint])


def cab_over_front(sample: VehicleSample, pin: float, *, loaded: str = "") -> list[Mesh]:
    """A European tractor whose fifth wheel is at x = `pin`: cab, fairing, rails, two or three axles."""
    length = sample.length_m
    height = sample.height_m
    plain = min(height, 3.85) if sample.chance(0.35) else min(height - 0.35, sample.rng.uniform(2.75, 3.3))
    if loaded in ("flat", "tipper"):
        plain = height
    x = (length - sample.rng.uniform(1.9, 2.3), length)
    parts = cab_over(sample, x, plain, lean=sample.rng.uniform(0.08, 0.25))
    parts += _to_height(sample, x, plain, wanted=loaded != "tank")
    axles = [length - 1.4, pin - 0.35] if pin < 1.6 or sample.chance(0.75) else [length - 1.4, pin + 0.35, pin - 0.95]
    return [*parts, *_rails(sample, (min(axles) - 0.75, x[0] + 0.3), axles, pin)]


def american_front(sample: VehicleSample, pin: float) -> list[Mesh]:
    """A tractor with a long bonnet, most with a sleeper behind the seats and its high roof."""
    length, height, width = sample.length_m, sample.height_m, sample.width_m
    sleeper = sample.rng.uniform(1.2, 1.8) if sample.chance(0.75) else 0.25
    top, bonnet = min(0.66 * height, 2.75), sample.rng.uniform(1.9, 2.3)
    cab = (length - bonnet - 1.35, length)
    rear = max(cab[0] - sleeper, pin + 1.45)
    roof = height if sample.chance(0.7) else top + 0.35
    parts = bonneted(sample, cab, top, bonnet=bonnet, wide=True)
    parts.append(box((rear, cab[0] + 0.02), about(0.0, 0.93 * min(width, 2.5)), (0.7, roof - 0.12), sample.coat))
    parts += fairing(sample, (rear, length - bonnet - 0.3), (top - 0.02 if roof > top else top, roof), sample.coat)
    pipes = stacks(rear - 0.12, (0.8, height), width) if sample.chance(0.6) or roof < height else []
    tanks = [
        box((rear, cab[0] + 0.9), about(y, 0.55), (0.4, 0.95), BRIGHT_STEEL)
        for y in (0.29 - width / 2, width / 2 - 0.29)
    ]
    axles = [length - 1.3, pin + 0.66, pin - 0.66]
    return [*parts, *pipes, *tanks, *_rails(sample, (pin - 1.25, cab[1] - 0.5), axles, pin)]


def trailer(sample: VehicleSample, kind: str, x: Span, top: float) -> list[Mesh]:
    """A semi-trailer of a kind filling a span; rear axles, underrun bar, side guards."""
    width, long = sample.width_m, x[1] - x[0]
    count = 2 if long > 15.5 or (long < 11 and sample.chance(0.5)) else 3
    base = x[0] + (1.0 if count == 2 and sample.chance(0.4) else 0.19 * long)
    wheels = [part for i in range(count) for part in axle(base + 1.31 * (i - 0.5), width - 0.04, 0.50, twin=count == 2)]
    rails = [box((x[0] + 0.1, x[1] - 0.2), about(y, 0.12), (0.72, FLOOR_M - 0.02), CHASSIS) for y in (-0.45, 0.45)]
    bar = box((x[0], x[0] + 0.10), about(0.0, 0.95 * width), (0.45, 0.62), STEEL)
    return [*wheels, *rails, bar, *_BODIES[kind](sample, x, top, width)]


def _curtain(sample: VehicleSample, x: Span, top: float, width: float) -> list[Mesh]:
    if sample.chance(0.3):
        return bodies.tarpaulin_body(sample, x, (FLOOR_M, top), width)
    return bodies.box_body(sample, x, (FLOOR_M - 0.1, top), width, bodies.panel(sample))


def _box(sample: VehicleSample, x: Span, top: float, width: float) -> list[Mesh]:
    return bodies.box_body(sample, x, (FLOOR_M - 0.1, top), width, shade(WHITE_PANEL, sample.rng.uniform(0.8, 1.15)))


def _reefer(sample: VehicleSample, x: Span, top: float, width: float) -> list[Mesh]:
    body = (x[0], x[1] - 0.42)
    white = shade(WHITE_PANEL, sample.rng.uniform(0.95, 1.2))
    return [
        *bodies.box_body(sample, body, (FLOOR_M - 0.1, top), width, white),
        *bodies.reefer_unit(sample, body[1], top, width),
    ]


def _container(sample: VehicleSample, x: Span, top: float, width: float) -> list[Mesh]:
    """One of 40 feet, or one or two of 20."""
    beams = [
        box(about(float(at), 0.25), about(0.0, width), (FLOOR_M - 0.2, FLOOR_M - 0.02), DARK_STEEL)
        for at in np.linspace(x[0] + 0.2, x[1] - 0.2, 4)
    ]
    space = x[1] - x[0]
    if sample.chance(0.7):
        boxes = loads.container(sample, (x[1] - min(12.19, space), x[1]), (FLOOR_M, top), width - 0.08)
    else:
        near = loads.container(sample, (x[0] + 0.02, x[0] + 0.49 * space), (FLOOR_M, top), width - 0.08)
        far = loads.container(sample, (x[0] + 0.51 * space, x[1]), (FLOOR_M, top), width - 0.08)
        boxes = [*near, *far] if sample.chance(0.7) else near
    return [*beams, *boxes]


def _tank(sample: VehicleSample, x: Span, top: float, width: float) -> list[Mesh]:
    paints = (BRIGHT_STEEL, shade(WHITE_PANEL, 1.0), sample.coat)
    paint = paints[int(sample.rng.choice(3, p=[0.45, 0.35, 0.20]))]
    return bodies.tank_body(sample, x, (FLOOR_M - 0.15, top), width * sample.rng.uniform(0.97, 1.0), paint=paint)


def _flat(sample: VehicleSample, x: Span, top: float, width: float) -> list[Mesh]:
    bed = bodies.flat_bed(sample, x, FLOOR_M, width, boards=0.0)
    if sample.chance(0.35):
        return bed
    return [*bed, *loads.bed_load(sample, (x[0] + 0.2, x[1] - 0.2), (FLOOR_M, max(top, FLOOR_M + 0.7)), width - 0.1)]


def _platform(sample: VehicleSample, x: Span, top: float, width: float) -> list[Mesh]:
    """A bare floor without a headboard, empty."""
    return bodies.flat_bed(sample, x, top, width, boards=0.0, head=False)


def _tipper(sample: VehicleSample, x: Span, top: float, width: float) -> list[Mesh]:
    rim = min(top, 3.4)
    paint = (STEEL, BRIGHT_STEEL, sample.coat)[int(sample.rng.integers(3))]
    body = bodies.tipping_body(sample, x, (FLOOR_M, rim - 0.04), width, paint=paint, hood=None)
    return [*body, *(loads.tipper_load(sample, x, (FLOOR_M + 0.12, rim - 0.5), width) if sample.chance(0.45) else [])]


def _skeleton(sample: VehicleSample, x: Span, top: float, width: float) -> list[Mesh]:
    """The bare frame that carries containers: two rails, cross beams, twist locks."""
    paint = sample.coat
    spine = [box((x[0], x[1]), about(y, 0.22), (top - 0.42, top - 0.02), paint) for y in (-0.45, 0.45)]
    marks = np.linspace(x[0] + 0.12, x[1] - 0.12, int(sample.rng.integers(4, 8)))
    beams = [box(about(float(at), 0.22), about(0.0, width), (top - 0.30, top), paint) for at in marks]
    cross = [
        box(about(float(at), 0.10), about(0.0, 0.8), (top - 0.35, top - 0.1), paint)
        for at in (marks[:-1] + marks[1:]) / 2
    ]
    return [*spine, *beams, *cross]


_BODIES: Final[Mapping[str, Callable[[VehicleSample, Span, float, float], list[Mesh]]]] = {
    "curtain": _curtain, "box": _box, "reefer": _reefer, "container": _container, "tank": _tank, "flat": _flat,
    "tipper": _tipper, "skeleton": _skeleton,
    "platform": _platform,
}  # fmt: skip


def _named_kind(sample: VehicleSample) -> str | None:
    """The kind that a row's name states."""
    name = sample.row.name.lower()
    words = {"refriger": "reefer", "tank": "tank", "container": "container", "curtain": "curtain", "53-foot": "box"}
    return next((kind for word, kind in words.items() if word in name), None)


def _drawn_kind(sample: VehicleSample) -> str:
    if sample.width_m > WIDEST_M:
        return "flat"
    return _named_kind(sample) or str(sample.rng.choice(KINDS, p=MIX))


def _alone_kind(sample: VehicleSample) -> str:
    """The kind of a trailer alone; the height separates bare frames and empty platforms from bodies with walls."""
    if sample.height_m < 2.3:
        return "skeleton" if sample.chance(0.7) else "platform"
    kind = _drawn_kind(sample)
    return kind if kind not in ("flat", "tipper") or sample.height_m < 3.5 else "box"


def _to_height(sample: VehicleSample, x: Span, plain: float, *, wanted: bool) -> list[Mesh]:
    """A fairing or a raised roof where a cab is lower than the load behind it."""
    if plain > sample.height_m - 0.3 or not wanted or sample.chance(0.2):
        return []
    return fairing(sample, (x[0] + 0.02, x[1] - 0.45), (plain, sample.height_m - 0.1), sample.coat)


def _rails(sample: VehicleSample, x: Span, axles: list[float], pin: float) -> list[Mesh]:
    """A tractor's frame behind its cab: rails, fifth wheel, wings over the rear wheels, tanks, a catwalk."""
    width = sample.width_m
    wheels = [part for at in axles for part in axle(at, width - 0.06, 0.50, twin=at < pin + 1.0)]
    rails = [box(x, about(y, 0.12), (0.62, 0.92), CHASSIS) for y in (-0.42, 0.42)]
    cross = [box((x[0], x[0] + 0.12), about(0.0, 0.9), (0.60, 0.90), CHASSIS)]
    plate = box((pin - 0.45, pin + 0.45), about(0.0, 0.95), (0.95, 1.10), DARK_STEEL)
    tank = box(
        (pin + 0.9, pin + 1.8),
        about(width / 2 - 0.29, 0.55),
        (0.42, 1.0),
        BRIGHT_STEEL if sample.chance(0.5) else DARK_STEEL,
    )
    walk = box((pin + 0.85, pin + 1.5), about(0.0, 1.0), (0.94, 0.97), STEEL if sample.chance(0.6) else DARK_STEEL)
    return [*wheels, *rails, *cross, plate, tank, walk]
