"""Tractors and semi-trailers, alone and coupled; the gap between cab and trailer is what it is on the road."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, join
from vehicle_id.synth.paint import COATS, Paint, linear
from vehicle_id.synth.shapes.common.stretch import as_high
from vehicle_id.synth.shapes.highway.bonneted import conventional, draw_conventional
from vehicle_id.synth.shapes.highway.closed_trailers import curtain_sider, dry_van, refrigerated_van, tanker
from vehicle_id.synth.shapes.highway.flat_front import flat_front
from vehicle_id.synth.shapes.highway.open_trailers import flatbed, low_loader, skeletal
from vehicle_id.synth.shapes.highway.rig import Rig, chassis, rear_axles
from vehicle_id.synth.shapes.highway.undercarriage import Trailer, draw_trailer
from vehicle_id.synth.vehicle_sample import ARMY_COATS, VehicleSample

TrailerBuilder = Callable[[VehicleSample, Trailer], list[Mesh]]
CLOSED: Final[dict[TrailerBuilder, float]] = {dry_van: 0.45, refrigerated_van: 0.28, curtain_sider: 0.22, tanker: 0.05}
"""Kinds of closed trailers, each with its share."""
WIDEST_TRACTOR_M: Final = 2.6
GAP_M: Final = (0.5, 1.5)
"""Between the back of the cab and the trailer."""
CAB_TONES: Final = (
    "white",
    "white",
    "white",
    "white",
    "red",
    "blue",
    "silver",
    "green",
    "yellow",
    "orange",
    "black",
    "grey",
)


def semi_trailer(sample: VehicleSample) -> Assembly:
    """A trailer on its legs; rows below 2 m are open frames and bare decks."""
    trailer = draw_trailer(sample, rear=0.0, front=sample.length_m, half=sample.width_m / 2, top=sample.height_m,
                           american=sample.width_m > 2.575, alone=True)  # fmt: skip
    if sample.height_m < 2:
        return Assembly(fixed=_bare(sample, trailer))
    return Assembly(fixed=[as_high(_tall(sample, trailer), trailer.top)])


def tractor_unit(sample: VehicleSample) -> Assembly:
    """A tractor alone: with a bonnet if it is long enough for one, else mostly with a flat front."""
    long = sample.length_m > 6.5
    tandem = long or sample.chance(0.1)
    bonnet = sample.chance(0.97 if "conventional" in sample.row.name else 0.75 if long else 0.3)
    axles = tuple(sample.length_m - axle for axle in sample.axles_m[1:]) or rear_axles(sample, 0.0, tandem=tandem)
    rig = Rig(rear=0.0, front=sample.length_m, half=sample.width_m / 2, top=sample.height_m, rear_axles=axles,
              coupling=sum(axles) / len(axles) + sample.rng.uniform(0.0, 0.3), paint=sample.coat)  # fmt: skip
    return Assembly(fixed=[as_high(_tractor(sample, rig, bonnet=bonnet)[0], rig.top)])


def tractor_trailer(sample: VehicleSample) -> Assembly:
    """The trailer is fixed; the tractor turns about the kingpin."""
    american, rng = sample.length_m > 18.5, sample.rng
    army = sample.coat_name in ARMY_COATS
    half = min(sample.width_m, WIDEST_TRACTOR_M) / 2
    bonnet = sample.chance(0.92 if american else 0.6 if army else 0.1)
    top = sample.height_m * rng.uniform(0.8, 1.0)
    deep = rng.uniform(1.6, 2.35) if not bonnet else rng.uniform(4.2, 5.9) if american else rng.uniform(2.9, 3.6)
    draft = Rig(rear=0.0, front=deep + 2.6, half=half * rng.uniform(0.95, 0.99), top=top, rear_axles=(0.8,),
                coupling=0.9, paint=_cab_paint(sample))  # fmt: skip
    front = sample.length_m - deep - rng.uniform(*GAP_M)
    trailer = draw_trailer(sample, rear=0.0, front=front, half=sample.width_m / 2, top=sample.height_m,
                           american=american, alone=False)  # fmt: skip
    rear = trailer.kingpin - rng.uniform(1.1, 1.6)
    axles = rear_axles(sample, rear, tandem=american or sample.chance(0.2))
    rig = replace(draft, rear=rear, front=sample.length_m, rear_axles=axles, coupling=trailer.kingpin)
    parts, _ = _tractor(sample, rig, bonnet=bonnet, room=sample.length_m - deep - rear)
    bare = sample.chance(0.06)
    body = _bare(sample, replace(trailer, top=rng.uniform(1.2, 1.5))) if bare else _tall(sample, trailer, army=army)
    highest = bare or sample.width_m > WIDEST_TRACTOR_M
    tractor = as_high(parts, sample.height_m) if highest else join(parts)
    joint = Joint(
        part=Assembly(fixed=[tractor]), pivot=(trailer.kingpin, 0.0, 1.1), axis="z", degrees=(-45.0, 45.0), used=0.3
    )
    return Assembly(fixed=body if highest else [as_high(body, trailer.top)], joints=[joint])


def _tractor(sample: VehicleSample, rig: Rig, *, bonnet: bool, room: float | None = None) -> tuple[list[Mesh], float]:
    """Cab and chassis, and where the back of the cab is; `room` metres behind it are open, or as many as it needs."""
    if room is None:
        room = max(rig.rear_axles) + 0.7 - rig.rear + sample.rng.uniform(0.0, 0.5)
    if bonnet:
        plan = draw_conventional(sample, rig, room=room)
        cab, back = conventional(sample, rig, plan), plan.rear
    else:
        deep = (
            min(sample.rng.uniform(1.6, 2.4), rig.length - room)
            if rig.length - room < 3
            else sample.rng.uniform(1.7, 2.4)
        )
        cab, back = flat_front(sample, rig, deep, shield=sample.chance(0.55)), rig.front - deep
    return [*cab, *chassis(sample, rig, back)], back


def _cab_paint(sample: VehicleSample) -> Paint:
    """The coat in armies; else the coat or a colour of any haulier."""
    if sample.coat_name in ARMY_COATS or sample.chance(0.3):
        return sample.coat
    name = str(sample.rng.choice(CAB_TONES))
    return Paint(rgb=linear(str(sample.rng.choice(COATS[name]))), gloss=0.12)


def _tall(sample: VehicleSample, trailer: Trailer, *, army: bool = False) -> list[Mesh]:
    """What the row's name says, or any trailer that is not empty."""
    name = sample.row.name.lower()
    if "low loader" in name:
        return low_loader(sample, trailer, laden=True)
    if army and sample.chance(0.7):
        return flatbed(sample, trailer, laden=True)
    for word, kind in (("tank", tanker), ("curtain", curtain_sider), ("refrigerated", refrigerated_van)):
        if word in name and sample.chance(0.7):
            return kind(sample, trailer)
    if "container" in name and sample.chance(0.7):
        return skeletal(sample, trailer, laden=True)
    sort = sample.rng.random()
    if sort < 0.12:
        return flatbed(sample, trailer, laden=True)
    if sort < 0.17:
        return low_loader(sample, trailer, laden=True)
    if sort < 0.25:
        return skeletal(sample, trailer, laden=True)
    kinds = tuple(CLOSED)
    return kinds[int(sample.rng.choice(len(kinds), p=list(CLOSED.values())))](sample, trailer)


def _bare(sample: VehicleSample, trailer: Trailer) -> list[Mesh]:
    """A frame or a deck with nothing on it."""
    sort = sample.rng.random()
    if sort < 0.5:
        return [as_high(skeletal(sample, trailer, laden=False), trailer.top)]
    if sort < 0.8:
        return [as_high(flatbed(sample, trailer, laden=False), trailer.top)]
    return [as_high(low_loader(sample, trailer, laden=False), trailer.top)]
