"""Cells: boxes of space along and across a vehicle, each of which a filling occupies."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vehicle_id.synth.mesh import Mesh, Span, box
from vehicle_id.synth.paint import Paint


@dataclass(frozen=True, slots=True)
class Cell:
    """A box of space, by its spans in metres."""

    x: Span
    y: Span
    z: Span

    @property
    def length(self) -> float:
        """Along x."""
        return self.x[1] - self.x[0]

    @property
    def width(self) -> float:
        """Along y."""
        return self.y[1] - self.y[0]

    @property
    def height(self) -> float:
        """Along z."""
        return self.z[1] - self.z[0]

    @property
    def middle(self) -> tuple[float, float, float]:
        """The centre of the box."""
        return sum(self.x) / 2, sum(self.y) / 2, sum(self.z) / 2

    def part(self, *, x: Span = (0.0, 1.0), y: Span = (0.0, 1.0), z: Span = (0.0, 1.0)) -> Cell:
        """A part of the cell; each span is given as shares of the cell's own."""
        return Cell(_share(self.x, x), _share(self.y, y), _share(self.z, z))

    def with_z(self, z: Span) -> Cell:
        """The same plan at other heights."""
        return replace(self, z=z)

    def lengthwise(self, count: int, *, gap: float = 0.0) -> list[Cell]:
        """Equal cells one behind the other; `gap` is the share of each that stays empty."""
        return [self.part(x=(i / count, (i + 1 - gap) / count)) for i in range(count)]

    def crosswise(self, count: int, *, gap: float = 0.0) -> list[Cell]:
        """Equal cells side by side; `gap` is the share of each that stays empty, half of it on either side."""
        return [self.part(y=((i + gap / 2) / count, (i + 1 - gap / 2) / count)) for i in range(count)]

    def solid(self, paint: Paint) -> Mesh:
        """A box that fills the cell."""
        return box(self.x, self.y, self.z, paint)


def _share(whole: Span, share: Span) -> Span:
    size = whole[1] - whole[0]
    return whole[0] + share[0] * size, whole[0] + share[1] * size
