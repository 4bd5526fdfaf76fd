"""The body of a bus as a loft: a cross-section carried from the tail over the windscreen to a bumper or a bonnet.

Seen from above, what tells a bus from a container or a box body is here: one roof without a gap, rounded front corners,
a strip of windscreen at one end, and windows down the sides as soon as the view is aslant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Mesh, Span, surface
from vehicle_id.synth.paint import Paint
from vehicle_id.synth.shapes.common.loft import capped, lofted

Faces = NDArray[np.int_]

SKIRT, WINDOW, CANT, EDGE, ROOF = range(5)
"""Rows of a side: below the windows, the windows, above them, the rounded edge, the roof."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BusBody:
    """Sizes of a body in metres."""

    x: Span
    half: float
    floor: float
    belts: tuple[Span, ...]
    """Lower and upper edge of each row of windows, from below."""
    top: float
    crown: float
    """Rise of the roof from its edges to its middle."""
    edge: float
    """Radius of the rounded edge along the roof."""
    nose: float
    """Length of the rounded front corners; 0 for an end that another body joins."""
    tail: float
    lean: float
    """Length over which the windscreen leans back."""
    lean_rear: float
    droop: float
    """How far the roof falls towards the windscreen."""
    bonnet: float = 0.04
    """Length before the windscreen: that of a bumper or of an engine."""
    bonnet_share: float = 1.0
    """Width of the bonnet as a share of the body's."""
    tumblehome: float = 0.02
    pillars: float = 1.5
    """Distance of the pillars between windows."""

    @property
    def cowl(self) -> float:
        """The x of the foot of the windscreen."""
        return self.x[1] - self.bonnet

    @property
    def header(self) -> float:
        """The x of the upper edge of the windscreen."""
        return self.cowl - self.lean

    @property
    def flat(self) -> float:
        """Half the width of the roof between its rounded edges."""
        return self.half * (1 - self.tumblehome) - self.edge

    def at(self, share: float) -> float:
        """The x at a share of the length of the roof from the rear."""
        return self.x[0] + share * (self.header - self.x[0])

    def roof_z(self, y: float) -> float:
        """Height of the roof at a distance from its middle."""
        return self.top - self.crown * min(1.0, abs(y) / self.flat) ** 2

    def sheet(self, x: Span, y: Span, paint: Paint, *, lift: float = 0.012) -> Mesh:
        """A sheet on the roof that follows its curve."""
        grid = np.empty((2, 5, 3))
        grid[..., 0] = np.array(x)[:, None]
        grid[..., 1] = across = np.linspace(*y, 5)
        grid[..., 2] = [self.roof_z(float(at)) + lift for at in across]
        return surface(grid, paint)


@dataclass(frozen=True, slots=True, kw_only=True)
class BusPaints:
    """Paints of a body."""

    side: Paint
    roof: Paint
    edge: Paint
    """The rounded edge along the roof."""
    cant: Paint
    """The strip between windows and roof."""
    glass: Paint
    brow: Paint
    """The front end of the roof, over the windscreen."""
    back: Paint
    """The upper half of the rear end."""
    front: Paint
    """Bumper or bonnet."""
    roof_parts: tuple[tuple[Span, Paint], ...] = ()
    """Spans of the roof along x in another paint."""
    glazed_edge: bool = False
    """Windows bent into the roof's edge, between pillars."""


_STATION_GAP_M: Final = 0.1
"""Width of a pillar."""


def bus_body(body: BusBody, paints: BusPaints, *, doors: tuple[float, ...] = ()) -> list[Mesh]:
    """The skin of the body and its ends; doors are on the right, at shares of the length."""
    section, zones = _section(body)
    stations = _stations(body, paints)
    grid = _carried(body, section, stations)
    palette = [paints.side, paints.glass, paints.cant, paints.edge, paints.roof, paints.brow, paints.back, paints.front,
               *(paint for _, paint in paints.roof_parts)]  # fmt: skip
    faces = _faces(body, paints, stations, zones, doors)
    tail = np.where(zones == SKIRT, 0, 6)
    ends = [capped(grid[0], palette, tail), capped(grid[-1], palette, np.full(len(zones), 7 if body.nose else 0))]
    return [lofted(grid, palette, faces), *ends]


def _section(body: BusBody) -> tuple[Float64Array, Faces]:
    """Points of a cross-section `[N, 2]` of y and z from the left floor to the right, and the row of each step."""
    narrow = body.half * (1 - body.tumblehome)
    eave = body.top - body.crown - body.edge
    points: list[tuple[float, float]] = [(body.half * 0.98, body.floor)]
    zones: list[int] = []
    for low, high in body.belts:
        points += [(body.half, low), (body.half - 0.7 * (body.half - narrow), high)]
        zones += [SKIRT if not zones else CANT, WINDOW]
    points.append((narrow, eave))
    zones.append(CANT)
    for turn in np.radians((30.0, 60.0, 90.0)):
        points.append((narrow - body.edge * (1 - np.cos(turn)), eave + body.edge * np.sin(turn)))
        zones.append(EDGE)
    for share in (0.8, 0.55, 0.25):
        points.append((body.flat * share, body.roof_z(body.flat * share)))
        zones.append(ROOF)
    left = np.array(points)
    return np.concatenate([left, left[::-1] * (-1, 1)]), np.array([*zones, ROOF, *zones[::-1]])


def _stations(body: BusBody, paints: BusPaints) -> Float64Array:
    """The x of the cross-sections: the ends in steps, pillars and changes of paint between."""
    rear, header = body.x[0], body.header
    bend = (0.0, 0.08, 0.3, 0.62, 1.0)
    ends = [rear + body.tail * share for share in bend] if body.tail else [rear]
    if body.nose:
        front = [header + body.lean * share for share in (0.0, 0.25, 0.5, 0.75, 0.95, 1.0)]
        ends += [*front, *(body.cowl + body.bonnet * share for share in (0.1, 0.5, 0.8, 0.93, 1.0))]
        ends += [header - 0.25]
    else:
        ends += [body.x[1]]
    posts = np.arange(rear + body.tail + 0.3, header - 0.5, body.pillars)
    ends += [float(x) for post in posts for x in (post, post + _STATION_GAP_M)]
    ends += [float(np.clip(x, rear, header)) for span, _ in paints.roof_parts for x in span]
    return np.unique(np.round(ends, 4))


def _carried(body: BusBody, section: Float64Array, stations: Float64Array) -> Float64Array:
    """The cross-section at each station `[M, N, 3]`: narrowed at the ends, lowered by windscreen and bonnet."""
    x = stations[:, None]
    wide = np.ones_like(x)
    if body.tail:
        wide *= _rounded((x - body.x[0]) / body.tail, 0.84)
    top = np.full_like(x, body.top)
    if body.nose:
        wide *= np.where(x > body.cowl + 0.001, body.bonnet_share, 1.0)
        wide *= _rounded((body.x[1] - x) / body.nose, 0.62)
        belt = body.belts[0][0]
        bumper = belt * (0.8 if body.bonnet > 0.3 else 0.97)
        top = np.interp(x, (body.header - 1.5, body.header, body.cowl, body.x[1] - 0.003, body.x[1]),
                        (body.top, body.top - body.droop, belt, bumper, 0.75 * bumper))  # fmt: skip
    z = np.minimum(section[None, :, 1], top - (body.top - section[None, :, 1]) * 0.25)
    rise = np.clip((z - body.floor) / (body.top - body.floor), 0, 1)
    near = np.clip(1 - (x - body.x[0]) / max(body.tail, 1e-6), 0, 1) if body.tail else 0 * x
    grid: Float64Array = np.empty((len(stations), len(section), 3))
    grid[..., 0] = x + body.lean_rear * rise**2 * near
    grid[..., 1] = section[None, :, 0] * wide
    grid[..., 2] = np.maximum(z, body.floor)
    return grid


def _rounded(share: Float64Array, end: float) -> Float64Array:
    """Width along a rounded corner, `end` at its tip."""
    bend = np.sqrt(1 - (1 - np.clip(share, 0, 1)) ** 2)
    out: Float64Array = end + (1 - end) * bend
    return out


def _faces(body: BusBody, paints: BusPaints, stations: Float64Array, zones: Faces, doors: tuple[float, ...]) -> Faces:
    """Index of the paint of each face `[M - 1, N - 1]`, in the order of the palette of `bus_body`."""
    x = (stations[:-1] + stations[1:]) / 2
    step = np.diff(stations)
    pillar = (np.abs(step - _STATION_GAP_M) < 0.011) & (x > body.x[0] + body.tail) & (x < body.header - 0.3)
    faces = np.broadcast_to(zones, (len(x), len(zones))).copy()
    glazed, window = (zones >= WINDOW) & (zones <= (EDGE if paints.glazed_edge else WINDOW)), zones == WINDOW
    behind = x < body.x[0] + body.tail
    faces[np.ix_(~pillar & ~behind, glazed)] = 1
    faces[np.ix_(pillar, window)] = 0
    faces[np.ix_(behind, window)] = 6
    for index, (span, _) in enumerate(paints.roof_parts):
        faces[np.ix_((x > span[0]) & (x < span[1]), zones == ROOF)] = 8 + index
    if not body.nose:
        return faces
    faces[np.ix_(x > body.header - 0.25, zones >= EDGE)] = 5
    faces[np.ix_(x > body.header, zones >= WINDOW)] = 1
    faces[x > body.cowl] = 7
    right = np.arange(len(zones)) >= len(zones) // 2
    for share in doors:
        faces[np.ix_(np.abs(x - body.at(share)) < 0.7, right & (zones == SKIRT))] = 1
    return faces
