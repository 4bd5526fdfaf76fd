"""The body of a bus: one continuous shell on a rounded plan, glazed round, with a slightly domed roof."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import partial

import numpy as np

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Mesh, Span, surface
from vehicle_id.synth.paint import GLASS, WHITE_PANEL, Paint
from vehicle_id.synth.shapes.common.crowned import PaintAt, by_segment, domed_lid, pulled
from vehicle_id.synth.shapes.common.shells import End, outline, ring, skin


@dataclass(frozen=True, slots=True, kw_only=True)
class BusFinish:
    """Paints of a bus."""

    side: Paint
    roof: Paint = WHITE_PANEL
    glass: Paint = GLASS
    edge: Paint | None = None
    """The rounded edges along the roof; the roof's paint if none."""
    visor: Paint | None = None
    """The panel over the windscreen; the side's paint if none."""
    back: Paint | None = None
    """The panel at the height of the windows at the rear end; glass if none."""
    bands: tuple[tuple[float, Paint], ...] = ()
    """Parts of the roof in another paint: each begins at an x and runs to the next one or to the front."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BusShell:
    """Sizes of a bus body in metres."""

    x: Span
    half: float
    floor: float
    belt: float
    """Lower edge of the windows."""
    lintel: float
    """Upper edge of the windows."""
    top: float
    """Highest point of the roof, along its middle."""
    crown: float
    """Rise of the roof from its edges to its middle."""
    edge: float
    """Radius of the rounded edge along the roof."""
    nose: End
    tail: End
    lean: float
    """Length over which the windscreen leans back, as seen from above."""
    lean_rear: float
    tumblehome: float = 0.02
    """Share of the width by which the windows lean in."""

    @property
    def length(self) -> float:
        """Length of the body."""
        return self.x[1] - self.x[0]

    @property
    def flat(self) -> float:
        """Half the width of the roof between its rounded edges."""
        return self.half * (1 - self.tumblehome) - self.edge

    def at(self, share: float) -> float:
        """The x at a share of the length from the rear."""
        return self.x[0] + share * self.length

    def roof_z(self, y: float) -> float:
        """Height of the roof at a distance from its middle."""
        return self.top - self.crown * min(1.0, abs(y) / self.flat) ** 2

    def patch(self, x: Span, y: Span, paint: Paint, *, lift: float = 0.012) -> Mesh:
        """A sheet on the roof that follows its curve; a stripe, glass, a hatch."""
        across = np.linspace(*y, 7)
        grid = np.empty((2, 7, 3))
        grid[..., 0] = np.array(x)[:, None]
        grid[..., 1] = across
        grid[..., 2] = [self.roof_z(float(at)) + lift for at in across]
        return surface(grid, paint)


def _roof_paint(finish: BusFinish, x: float) -> Paint:
    begun = [paint for begin, paint in finish.bands if x >= begin]
    return begun[-1] if begun else finish.roof


def bus_body(shell: BusShell, finish: BusFinish) -> list[Mesh]:
    """Skirts, a band of windows with a windscreen before it, and the roof."""
    between = [shell.at(0.06), *(x for x, _ in finish.bands if shell.at(0.07) < x < shell.at(0.93)), shell.at(0.94)]
    plan = outline(shell.x, 2 * shell.half, nose=shell.nose, tail=shell.tail, between=between, steps=4)
    narrow = 1 - shell.tumblehome
    eave = shell.top - shell.crown - shell.edge
    glazed = pulled(plan, rear=0.5 * shell.lean_rear, front=0.7 * shell.lean, across=1 - 0.7 * shell.tumblehome)
    upper = pulled(plan, rear=shell.lean_rear, front=shell.lean, across=narrow)
    rings = [ring(plan, shell.floor), ring(plan, shell.belt), ring(glazed, shell.lintel), ring(upper, eave)]
    side, glass, visor = finish.side, finish.glass, finish.visor or finish.side
    walls = [
        skin(rings[0], rings[1], side),
        skin(rings[1], rings[2], by_segment(plan, lambda _: glass, tail=finish.back or glass, nose=glass)),
        skin(rings[2], rings[3], by_segment(plan, lambda _: side, tail=side, nose=visor)),
    ]
    return [*walls, *_roof(shell, finish, upper, eave)]


def _roof(shell: BusShell, finish: BusFinish, upper: Float64Array,
          eave: float) -> list[Mesh]:  # fmt: skip
    """The rounded edge in two steps and the lid between."""
    share = shell.edge / shell.half / (1 - shell.tumblehome)
    bend = pulled(upper, rear=0.3 * shell.edge, front=0.3 * shell.edge, across=1 - 0.3 * share)
    rim = pulled(upper, rear=shell.edge, front=shell.edge, across=1 - share)
    levels = [ring(upper, eave), ring(bend, eave + 0.7 * shell.edge), ring(rim, eave + shell.edge)]
    roof_at = partial(_roof_paint, finish)
    edge = finish.edge
    edge_at: PaintAt = roof_at if edge is None else lambda _: edge
    paints = by_segment(upper, edge_at, tail=roof_at(shell.x[0]), nose=roof_at(shell.x[1]))
    skins = [skin(lower, above, paints) for lower, above in itertools.pairwise(levels)]
    return [*skins, domed_lid(levels[-1], shell.crown, roof_at)]
