"""Vehicles of no class: a hull of random form, parts on it, and wheels, in random colours.

From above they look like vehicles but like none of the class tree, which they do not know: by chance one may resemble
a class. As crops of the coarse label `LABEL` they teach a network not to be sure of a class for what it has never seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from vehicle_id.catalogue import Vehicle
from vehicle_id.synth.mesh import Assembly, Mesh, ball, beam, box, cylinder, lathe, quad, slab, taper
from vehicle_id.synth.paint import COATS, GLASS, Paint, loose
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.heavy_wheeled.cells import Cell
from vehicle_id.synth.shapes.heavy_wheeled.fittings import SMALL, scattered
from vehicle_id.synth.shapes.heavy_wheeled.kit import Kit, draw_kit
from vehicle_id.synth.vehicle_sample import VehicleSample, nominal_sample

LABEL: Final = "vehicle"
"""Their node of the class tree: the one above all families of vehicles."""
LENGTH_M: Final = (2.5, 20.0)
SLENDERNESS: Final = (1.5, 5.5)
"""Length over width."""

Palette = Sequence[Paint]


def random_sample(rng: np.random.Generator) -> VehicleSample:
    """Sizes for `random_vehicle`: 2.5 to 20 m long, evenly on a logarithmic scale, and 1.2 to 4.2 m wide."""
    length = float(np.exp(rng.uniform(*np.log(LENGTH_M))))
    width = float(np.clip(length / rng.uniform(*SLENDERNESS), 1.2, 4.2))
    height = width * float(rng.uniform(0.6, 1.2))
    row = Vehicle(
        name="random vehicle", classes=(), length_m=(length, length), width_m=(width, width), height_m=(height, height)
    )
    return nominal_sample(row, LABEL, rng)


def random_vehicle(sample: VehicleSample) -> Assembly:
    """A vehicle of the sample's size out of random boxes, cylinders and wheels, whatever the sample's class."""
    kit = draw_kit(sample)
    half, height = sample.width_m / 2, sample.height_m
    whole = Cell((0.0, sample.length_m), (-half, half), (0.0, height))
    hull = whole.part(z=(kit.between(0.12, 0.3), kit.between(0.4, 0.68)))
    colours = _palette(kit)
    parts = [*_wheels(kit, whole), *kit.pick(HULLS)(kit, hull, colours)]
    return Assembly(fixed=[*parts, *_upper(kit, whole.with_z((hull.z[1], height)), colours)])


def _palette(kit: Kit) -> Palette:
    """The coat, and two to four further colours of any vehicle."""
    names = [str(name) for name in kit.sample.rng.choice(list(COATS), kit.count(1, 3))]
    others = [loose(kit.sample.rng, str(kit.sample.rng.choice(COATS[name]))) for name in names]
    return [kit.coat, kit.near(kit.coat, 0.4), kit.body, *others]


def _any(kit: Kit, colours: Palette) -> Paint:
    """A colour, the coat in about half of the draws."""
    return kit.coat if kit.chance(0.45) else kit.near(colours[kit.count(0, len(colours) - 1)])


def _wheels(kit: Kit, whole: Cell) -> list[Mesh]:
    """Two to six axles at uneven places; tracks and tyres may differ between them."""
    count = min(kit.count(2, 6), max(2, int(whole.length / 1.1)))
    radius = min(0.42 * whole.length / count, whole.height * kit.between(0.18, 0.34))
    steps = whole.part(x=(0.08, 0.92)).lengthwise(count)
    odd, parts = kit.count(0, 2 * count), []
    for index, step in enumerate(steps):
        size = radius * (kit.between(0.6, 0.9) if index == odd else 1.0)
        outer = whole.y[1] * (kit.between(0.6, 0.9) if index == odd else 1.0)
        x = min(max(kit.between(*step.part(x=(0.3, 0.7)).x), size), whole.x[1] - size)
        parts += wheel_pair(x, (outer - 0.24 * whole.y[1], outer), size)
    return parts


# ------------------------------------------------------------------ hulls
def _polygon(kit: Kit, cell: Cell, colours: Palette) -> list[Mesh]:
    """A plate with a pointed, cut or tapered plan."""
    half, (x0, x1) = cell.width / 2 * kit.between(0.8, 1), cell.x
    tail, nose = half * kit.between(0.2, 1), half * kit.between(0.05, 0.8)
    a, b = sorted((kit.between(0.1, 0.9), kit.between(0.1, 0.9)))
    left = [(x0, tail), (x0 + a * cell.length, half), (x0 + b * cell.length, half), (x1, nose)]
    return [slab([*left, *((x, -y) for x, y in reversed(left))], cell.z, kit.coat)]


def _twin(kit: Kit, cell: Cell, colours: Palette) -> list[Mesh]:
    """Two long bodies with bridges between them."""
    share, paint = kit.between(0.2, 0.4), _any(kit, colours)
    cut = kit.between(0, 0.25)
    sides = [cell.part(y=(0, share)), cell.part(x=(cut, 1) if kit.chance(0.5) else (0, 1 - cut), y=(1 - share, 1))]
    bridges = [cell.part(x=(low, low + kit.between(0.08, 0.25)), z=(0, kit.between(0.5, 1))) for low in (0.1, 0.4, 0.7)]
    return [*(side.solid(kit.coat) for side in sides), *(one.solid(paint) for one in bridges if kit.chance(0.75))]


def _train(kit: Kit, cell: Cell, colours: Palette) -> list[Mesh]:
    """Bodies of unlike width and height one behind the other on a spine."""
    parts = [cell.part(y=(0.4, 0.6), z=(0, 0.4)).solid(kit.frame)]
    for one in cell.lengthwise(kit.count(3, 5), gap=kit.between(0.0, 0.3)):
        inset = kit.between(0.0, 0.3)
        parts.append(one.part(y=(inset, 1 - inset), z=(0, kit.between(0.5, 1))).solid(_any(kit, colours)))
    return parts


def _cross(kit: Kit, cell: Cell, colours: Palette) -> list[Mesh]:
    """A narrow spine with one to three wide bodies across it."""
    spine = kit.between(0.12, 0.3)
    parts = [cell.part(y=(0.5 - spine, 0.5 + spine)).solid(kit.coat)]
    for one in cell.part(x=(0.05, 0.95)).lengthwise(kit.count(1, 3), gap=kit.between(0.4, 0.75)):
        parts.append(one.part(z=(0.1, kit.between(0.5, 0.95))).solid(_any(kit, colours)))
    return parts


def _offset(kit: Kit, cell: Cell, colours: Palette) -> list[Mesh]:
    """Two bodies side by side that reach from different ends."""
    a, b, split = kit.between(0.55, 0.8), kit.between(0.2, 0.45), kit.between(0.4, 0.6)
    first = cell.part(x=(0, a), y=(0, split))
    other = cell.part(x=(b, 1), y=(split, 1), z=(0, kit.between(0.6, 1)))
    return [first.solid(kit.coat), other.solid(_any(kit, colours))]


def _barrel(kit: Kit, cell: Cell, colours: Palette) -> list[Mesh]:
    """A lying cylinder with narrower ends between low side bodies."""
    radius = min(0.3 * cell.width, 0.75 * cell.height)
    (x0, x1), centre = cell.x, (0.0, cell.z[1] - 0.3 * radius)
    ends = kit.between(0.05, 0.3) * cell.length, kit.between(0.05, 0.3) * cell.length
    rims = radius * kit.between(0.2, 0.9), radius * kit.between(0.1, 0.9)
    profile = [(x0, 0.0), (x0, rims[0]), (x0 + ends[0], radius), (x1 - ends[1], radius), (x1, rims[1]), (x1, 0.0)]
    low, high = kit.span(0.0, 1.0, 0.4)
    sides = [cell.part(x=(low, high), y=y, z=(0, kit.between(0.4, 0.8))) for y in ((0, 0.22), (0.78, 1))]
    return [lathe("x", profile, centre, kit.coat), *(side.solid(_any(kit, colours)) for side in sides)]


HULLS: Final[Mapping[Callable[[Kit, Cell, Palette], list[Mesh]], float]] = {
    _polygon: 3, _twin: 2, _train: 2, _cross: 2, _offset: 2, _barrel: 1.5,
}  # fmt: skip


# ------------------------------------------------------------------ parts on the hull
def _upper(kit: Kit, over: Cell, colours: Palette) -> list[Mesh]:
    """A tallest part that reaches the height, two to six more, and small fittings; some mirrored at both sides."""
    parts = _part(kit, _place(kit, over, top=1.0), colours)
    for _ in range(kit.count(2, 6)):
        place = _place(kit, over, top=kit.between(0.2, 0.9))
        parts += _part(kit, place, colours)
        if kit.chance(0.4):
            low, high = place.y
            parts += _part(kit, Cell(place.x, (-high, -low), place.z), colours)
    flat = over.part(y=kit.span(0.05, 0.95, 0.4), z=(0, 0.3))
    return [*parts, *scattered(kit, flat, SMALL, density=0.3, pitch=max(0.6, 0.15 * over.length))]


def _place(kit: Kit, over: Cell, *, top: float) -> Cell:
    return over.part(x=kit.span(0.03, 0.97, 0.1), y=kit.span(0.08, 0.92, 0.2), z=(-0.2, top))


def _part(kit: Kit, cell: Cell, colours: Palette) -> list[Mesh]:
    paint, (x, y, _), radius = _any(kit, colours), cell.middle, min(cell.length, cell.width) / 2
    inner = cell.part(x=kit.span(0.0, 1.0, 0.5), y=kit.span(0.0, 1.0, 0.5))
    kind = kit.pick({"box": 4, "taper": 3, "disc": 2, "dome": 1.5, "roller": 2, "arm": 1, "glass": 1.5, "roof": 1})
    if kind == "arm":
        z = cell.z[1] - 0.1
        return [beam((cell.x[0], y, z), (cell.x[1], y, z), (min(0.3, cell.width), 0.2), paint), _post(cell, paint)]
    if kind == "roller":
        size = min(cell.length, cell.height) / 2
        return [cylinder("y", cell.y, (x, cell.z[1] - size), size, paint)]
    if kind == "dome":
        return [ball(cell.middle, (radius, radius, cell.height / 2), paint, detail=2)]
    if kind == "disc":
        return [cylinder("z", cell.z, (x, y), radius, paint)]
    if kind == "roof":
        (x0, x1), (y0, y1), (z0, z1) = cell.x, cell.y, cell.z
        return [cell.part(z=(0, 0.3)).solid(paint), quad((x0, y0, z0), (x1, y0, z1), (x1, y1, z1), (x0, y1, z0), paint)]
    body = paint if kind != "glass" else GLASS
    return [cell.solid(body)] if kind == "box" else [taper(cell.x, cell.y, cell.z, inner.x, inner.y, body)]


def _post(cell: Cell, paint: Paint) -> Mesh:
    """The foot of an arm."""
    x, y, _ = cell.part(x=(0.0, 0.2)).middle
    return box(about(x, 0.3), about(y, 0.3), cell.z, paint)
