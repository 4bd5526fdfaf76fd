"""A missile or large rocket that lies open on its carrier: body, nose, bands, fins."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, beam, cylinder, lathe, quad
from vehicle_id.synth.paint import Paint
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.heavy_wheeled.beds import saddles
from vehicle_id.synth.shapes.heavy_wheeled.cells import Cell
from vehicle_id.synth.shapes.heavy_wheeled.kit import Kit


def missile(kit: Kit, bed: Cell) -> list[Mesh]:
    """One body with a nose at the front, on saddles or a beam."""
    radius = min(bed.width * kit.between(0.28, 0.42), bed.height * kit.between(0.3, 0.45))
    centre = bed.middle[1], bed.z[1] - 1.03 * radius
    parts = [*_body(kit, bed, centre, radius), *_fins(kit, bed, centre, radius), *_carrier(kit, bed, centre, radius)]
    return [*parts, *_bands(kit, bed, centre, radius)]


def _body(kit: Kit, bed: Cell, centre: tuple[float, float], radius: float) -> list[Mesh]:
    """One or two stages, an interstage cone between, and a pointed or blunt nose."""
    x0, x1 = bed.x
    nose, blunt = bed.length * kit.between(0.08, 0.3), kit.between(0.03, 0.5)
    upper = radius * kit.pick({1.0: 3.0, 0.8: 2.0, 0.65: 1.0})
    step = x0 + bed.length * kit.between(0.4, 0.6)
    stage = [
        (x0, 0.0),
        (x0, 0.75 * radius),
        (x0 + 0.03, radius),
        (step, radius),
        (step + 0.5, upper),
        (x1 - nose, upper),
    ]
    tip = [(x1 - nose, upper), (x1 - 0.5 * nose, 0.78 * upper), (x1 - 0.05 * nose, blunt * upper), (x1, 0.0)]
    other = kit.pick({kit.missile: 3.0, kit.near(kit.missile, 0.4): 2.0, kit.trim: 1.0, kit.near(kit.coat): 1.0})
    return [lathe("x", stage, centre, kit.missile), lathe("x", tip, centre, other)]


def _bands(kit: Kit, bed: Cell, centre: tuple[float, float], radius: float) -> list[Mesh]:
    """Rings of another colour, or the clamps of the carrier."""
    paint = kit.near(kit.frame, 0.4)
    rear = bed.part(x=(0.03, 0.4))
    return [
        cylinder("x", about(one.middle[0], kit.between(0.1, 0.4)), centre, 1.03 * radius, paint, sides=14)
        for one in rear.lengthwise(kit.count(1, 4))
    ]


def _fins(kit: Kit, bed: Cell, centre: tuple[float, float], radius: float) -> list[Mesh]:
    """Two fins level with the axis, or four of a cross, at the rear; none on some."""
    if kit.chance(0.35):
        return []
    paint = kit.near(kit.missile, 0.3)
    span = min(radius * kit.between(1.5, 2.2), bed.width / 2)
    chord = kit.between(0.6, 1.6), kit.between(0.2, 0.6)
    flat = kit.chance(0.5)
    return [_fin(bed.x[0] + 0.1, centre, (radius, span), chord, side, flat, paint) for side in (1, -1)]


def _fin(
    x: float, centre: tuple[float, float], reach: tuple[float, float], chord: tuple[float, float], side: int,
    flat: bool, paint: Paint,
) -> Mesh:  # fmt: skip
    """A plate from the body outwards, level or drooping by 45 degrees."""
    (y, z), (inner, outer) = centre, reach
    low, high = (0.0, 0.0) if flat else (-0.6 * inner, -0.75 * outer)
    inner, outer = (inner, outer) if flat else (0.7 * inner, 0.75 * outer)
    a, b = (y + side * inner, z + low), (y + side * outer, z + high)
    return quad((x, *a), (x + chord[0], *a), (x + chord[1], *b), (x, *b), paint)


def _carrier(kit: Kit, bed: Cell, centre: tuple[float, float], radius: float) -> list[Mesh]:
    """A beam or two rails beneath, with saddles; a launch table at the rear of some."""
    low = centre[1] - 0.6 * radius
    under = Cell(bed.part(x=(0.02, 0.85)).x, about(centre[0], 1.7 * radius), (bed.z[0], low))
    parts = saddles(kit, under, kit.count(2, 5))
    for y in (-0.7, 0.7) if kit.chance(0.6) else (0.0,):
        at = centre[0] + y * radius, bed.z[0] + 0.2
        parts.append(beam((under.x[0], *at), (under.x[1], *at), (0.25, 0.3), kit.near(kit.coat)))
    if kit.chance(0.4):
        table = Cell(
            (bed.x[0], bed.x[0] + 0.35), about(centre[0], min(2.4 * radius, bed.width)), bed.part(z=(0, 0.6)).z
        )
        parts.append(table.solid(kit.near(kit.coat, 0.3)))
    return parts
