"""The rounded cabin of a van or a lorry: bonnet, leaning windscreen, side windows, domed roof.

The same shell, long, is a van; short, it is a cab.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Mesh, Span
from vehicle_id.synth.paint import Paint
from vehicle_id.synth.shapes.common.crowned import PaintAt, by_segment, domed_lid, pulled, sheet_on
from vehicle_id.synth.shapes.common.shells import End, outline, ring, skin


@dataclass(frozen=True, slots=True, kw_only=True)
class Cabin:
    """Sizes of a cabin in metres."""

    x: Span
    half: float
    sill: float
    belt: float
    """Lower edge of the windows."""
    prow: float
    """Height of the front end of the bonnet."""
    roof: float
    """Highest point of the roof, along its middle."""
    bonnet: float
    """Length before the foot of the windscreen."""
    lean: float
    """Length of the windscreen as seen from above."""
    lean_rear: float = 0.05
    across: float = 0.9
    """Share of the width that is left at the roof."""
    nose: End = (0.25, 0.8)
    tail: End = (0.08, 0.95)
    crown: float = 0.05
    edge: float = 0.1

    @property
    def roof_x(self) -> Span:
        """The roof between its rounded ends."""
        return self.x[0] + self.lean_rear + self.edge, self.x[1] - self.bonnet - self.lean - 0.5 * self.edge

    @property
    def roof_half(self) -> float:
        """Half the width of the roof between its rounded edges."""
        return self.half * self.across - self.edge

    def roof_z(self, y: float) -> float:
        """Height of the roof at a distance from its middle."""
        return self.roof - self.crown * min(1.0, abs(y) / self.roof_half) ** 2

    def patch(self, x: Span, y: Span, paint: Paint, *, lift: float = 0.012) -> Mesh:
        """A sheet on the roof that follows its curve."""
        return sheet_on(x, y, self.roof_z, paint, lift=lift)


def cabin_shell(
    cabin: Cabin, *, coat: Paint, glass: Paint, side: PaintAt, roof: PaintAt, tail: Paint, pillars: tuple[float, ...],
    bonnet: Paint | None = None,
) -> list[Mesh]:  # fmt: skip
    """Doors and bonnet in the coat, windows, and the roof.

    Args:
        cabin: sizes.
        coat: paint under the windows.
        glass: the windscreen.
        side: paint of the sides at the height of the windows, by x.
        roof: paint of the roof, by x.
        tail: paint of the rear end at the height of the windows.
        pillars: each x at which the paint of the sides changes.
        bonnet: paint of the bonnet; None = the coat.
    """
    scuttle, lid = cabin.x[1] - cabin.bonnet, bonnet or coat
    inside = [x for x in (*pillars, scuttle) if cabin.x[0] + 0.15 < x < cabin.x[1] - cabin.nose[0] - 0.02]
    plan = outline(cabin.x, 2 * cabin.half, nose=cabin.nose, tail=cabin.tail, between=inside)
    shoulder = ring(plan, _shoulder(cabin, plan))
    glazed = ring(pulled(plan, front=cabin.bonnet, across=0.99), cabin.belt)
    walls = [
        skin(ring(plan, cabin.sill), shoulder, coat),
        skin(shoulder, glazed, by_segment(plan, lambda x: lid if x > scuttle else coat, tail=coat, nose=lid)),
        skin(glazed, ring(_upper(cabin, plan, 0.0), _eave(cabin)), by_segment(plan, side, tail=tail, nose=glass)),
    ]
    return [*walls, *_roof(cabin, plan, roof)]


def _eave(cabin: Cabin) -> float:
    return cabin.roof - cabin.crown - 0.7 * cabin.edge


def _upper(cabin: Cabin, plan: Float64Array, inset: float) -> Float64Array:
    """The plan at the roof, further in by metres."""
    front = cabin.bonnet + cabin.lean + 0.5 * inset
    return pulled(plan, rear=cabin.lean_rear + inset, front=front, across=cabin.across - inset / cabin.half)


def _shoulder(cabin: Cabin, plan: Float64Array) -> Float64Array:
    """Height of the line under the windows, which falls along the bonnet."""
    scuttle = cabin.x[1] - cabin.bonnet
    heights: Float64Array = np.interp(plan[:, 0], [scuttle, cabin.x[1]], [cabin.belt, cabin.prow])
    return heights


def _roof(cabin: Cabin, plan: Float64Array, roof: PaintAt) -> list[Mesh]:
    insets, rises = (0.0, 0.35 * cabin.edge, cabin.edge), (0.0, 0.45 * cabin.edge, 0.7 * cabin.edge)
    rings = [ring(_upper(cabin, plan, by), _eave(cabin) + up) for by, up in zip(insets, rises, strict=True)]
    paints = by_segment(plan, roof, tail=roof(cabin.x[0]), nose=roof(cabin.x[1]))
    return [*(skin(a, b, paints) for a, b in itertools.pairwise(rings)), domed_lid(rings[-1], cabin.crown, roof)]
