"""A sample of a catalogue row: sizes within the row's uncertainty, and a coat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from vehicle_id.catalogue import Vehicle
from vehicle_id.synth.paint import Paint, draw_coat, draw_service_coat

ARMY_COATS: Final = ("olive", "green", "sand", "camouflage")
SERVICE_SHARE: Final = 0.07
"""Share of army vehicles in a coat of `paint.SERVICE`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleSample:
    """One vehicle to be built."""

    row: Vehicle
    label: str
    """The leaf of the class tree; one of the row's."""
    length_m: float
    """Drawn within the row's range and tolerance; the shape fills it in transport pose."""
    width_m: float
    height_m: float
    coat: Paint
    coat_name: str
    rng: np.random.Generator
    """Source of the draws for parts that differ between vehicles of one row."""
    random_colours: bool = False
    """Whether its parts wear colours drawn at random."""

    @property
    def axles_m(self) -> tuple[float, ...]:
        """Axle positions in metres behind the front end, scaled with the length; empty where unknown."""
        middle = sum(self.row.length_m) / 2
        return tuple(axle * self.length_m / middle for axle in self.row.axles_m)

    def chance(self, share: float) -> bool:
        """True in that share of vehicles."""
        return bool(self.rng.random() < share)


def draw_sample(row: Vehicle, label: str, rng: np.random.Generator) -> VehicleSample:
    """A sample with sizes drawn within the row's range and tolerance, and a coat."""
    length, width, height = (_draw_size(row, name, rng) for name in ("length_m", "width_m", "height_m"))
    service = {"olive", "camouflage"} <= set(row.colours) and rng.random() < SERVICE_SHARE
    coat, name = draw_service_coat(rng) if service else draw_coat(rng, row.colours)
    return VehicleSample(
        row=row, label=label, length_m=length, width_m=width, height_m=height, coat=coat, coat_name=name, rng=rng
    )


def nominal_sample(row: Vehicle, label: str, rng: np.random.Generator) -> VehicleSample:
    """A sample with the middle of the row's ranges, to check shapes against the row."""
    length, width, height = (sum(getattr(row, name)) / 2 for name in ("length_m", "width_m", "height_m"))
    coat, name = draw_coat(rng, row.colours)
    return VehicleSample(
        row=row, label=label, length_m=length, width_m=width, height_m=height, coat=coat, coat_name=name, rng=rng
    )


def _draw_size(row: Vehicle, dimension: str, rng: np.random.Generator) -> float:
    low, high = row.size_range(dimension)
    return float(rng.uniform(low, high))
