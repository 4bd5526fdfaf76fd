"""The ground sample distance of a scene from objects of known size in it.

The box of a turned object is longer than it is wide by less than the object is. With the object's aspect k known, a box
of w by h pixels along the axes gives its length in closed form: w + h and w - h are L (1 + k) (|cos| + |sin|) and
L (1 - k) (|cos| - |sin|), whose squares, divided by those factors, add up to 2 L^2, whatever the direction. Coupled
wagons give more: the middles of their boxes are one pitch apart, however tightly each box was drawn.

The estimate is a robust median. Its interval holds the scatter of the objects and the spread of their true mean size.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from vehicle_id.errors import InputError
from vehicle_id.model.card import NORMAL_Z
from vehicle_id.scenes.georeference import Ring, turned_rectangle_of
from vehicle_id.scenes.known_sizes import KnownSize

FEWEST: Final = 3
"""Objects, or pairs of wagons, for an estimate."""
FAREST_MADS: Final = 3.0
"""Objects farther from the median than so many scaled median deviations are left out: another class, half an object."""
MAD_TO_SIGMA: Final = 1.4826
MEDIAN_TO_MEAN: Final = math.sqrt(math.pi / 2)
"""Standard error of a median over that of a mean."""
COUPLED: Final = (0.9, 1.25)
"""Distance of the middles of two coupled wagons, as a multiple of the body's length."""
SAME_DIRECTION: Final = math.cos(math.radians(12))


@dataclass(frozen=True, slots=True, kw_only=True)
class GsdEstimate:
    """An estimated ground sample distance, metres per pixel."""

    gsd_m: float
    low_m: float
    """Of the 90 % interval."""
    high_m: float
    num_used: int
    """Objects, or pairs of coupled wagons, that it rests on."""
    num_left_out: int
    """Objects, or pairs, that are far from the others."""
    from_pitch: bool
    """Whether it rests on the distances of coupled wagons."""

    @property
    def error(self) -> float:
        """Relative standard deviation, as `gsd_error` of a manifest states it."""
        return math.log(self.high_m / self.low_m) / (2 * NORMAL_Z)


def estimate_gsd(outlines: Sequence[Ring], known: KnownSize) -> GsdEstimate:
    """The ground sample distance that makes the objects as long as they are known to be.

    Args:
        outlines: of the objects, in pixels that are as high as wide.
        known: their size.

    Raises:
        InputError: fewer than three objects of one size.
    """
    lengths = np.array([_length_px(ring, known.aspect) for ring in outlines])
    lengths = lengths[lengths > 0]
    if len(lengths) < FEWEST:
        raise InputError(f"{len(lengths)} boxes of the known object are too few: draw at least {FEWEST}, better 20")
    if known.pitch_m is not None:
        pitches = _pitches_px(outlines, known)
        if len(pitches) >= FEWEST:
            return _estimate(known.pitch_m / pitches, known.spread, from_pitch=True)
    return _estimate(known.length_m / lengths, known.spread, from_pitch=False)


def _estimate(values: NDArray[np.float64], spread: float, *, from_pitch: bool) -> GsdEstimate:
    logs = np.log(values)
    sigma = MAD_TO_SIGMA * float(np.median(np.abs(logs - np.median(logs))))
    kept = logs[np.abs(logs - np.median(logs)) <= max(FAREST_MADS * sigma, 0.02)]
    scatter = float(np.std(kept, ddof=1)) if len(kept) > 1 else spread
    error = math.hypot(MEDIAN_TO_MEAN * scatter / math.sqrt(len(kept)), spread)
    middle = float(np.median(kept))
    return GsdEstimate(
        gsd_m=math.exp(middle),
        low_m=math.exp(middle - NORMAL_Z * error),
        high_m=math.exp(middle + NORMAL_Z * error),
        num_used=len(kept),
        num_left_out=len(logs) - len(kept),
        from_pitch=from_pitch,
    )


def _length_px(ring: Ring, aspect: float) -> float:
    """Length of an object of a known aspect; 0 of what is no box."""
    if len(ring) < 3:
        return 0.0
    if _is_along_axes(ring):
        width, height = _sides(ring)
        return length_of_box(width, height, aspect=aspect)
    around = turned_rectangle_of(shapely.MultiPoint(ring))
    if around is None:
        return 0.0
    return float(max(math.dist(around[0], around[1]), math.dist(around[1], around[2])))


def length_of_box(width: float, height: float, *, aspect: float) -> float:
    """Length of a turned object in a box along the axes, in the unit of the box.

    Args:
        width: of the box.
        height: of the box.
        aspect: width of the object over its length, below 1.
    """
    return math.sqrt((((width + height) / (1 + aspect)) ** 2 + ((width - height) / (1 - aspect)) ** 2) / 2)


def _is_along_axes(ring: Ring) -> bool:
    xs, ys = {round(x, 3) for x, _ in ring}, {round(y, 3) for _, y in ring}
    return len(ring) == 4 and len(xs) == 2 and len(ys) == 2


def _sides(ring: Ring) -> tuple[float, float]:
    xs, ys = zip(*ring, strict=True)
    return max(xs) - min(xs), max(ys) - min(ys)


def _pitches_px(outlines: Sequence[Ring], known: KnownSize) -> NDArray[np.float64]:
    """Distances of the middles of boxes that are coupled: in line, and one length apart."""
    middles = np.array([_middle(ring) for ring in outlines])
    lengths = np.array([_length_px(ring, known.aspect) for ring in outlines])
    directions = np.array(
        [_direction(ring, length, known.aspect) for ring, length in zip(outlines, lengths, strict=True)]
    )
    body = float(np.median(lengths[lengths > 0]))
    found = []
    for number, middle in enumerate(middles[:-1]):
        steps = middles[number + 1 :] - middle
        distances = np.hypot(steps[:, 0], steps[:, 1])
        near = (distances > COUPLED[0] * body) & (distances < COUPLED[1] * body)
        for step, distance, other in zip(steps[near], distances[near], directions[number + 1 :][near], strict=True):
            # a box along the axes has the same sides for a direction and its mirror image
            line = np.abs(step / distance)
            if line @ directions[number] >= SAME_DIRECTION and line @ other >= SAME_DIRECTION:
                found.append(distance)
    return np.array(found, np.float64)


def _middle(ring: Ring) -> tuple[float, float]:
    xs, ys = zip(*ring, strict=True)
    return (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2


def _direction(ring: Ring, length: float, aspect: float) -> NDArray[np.float64]:
    """Size of cosine and sine of the object's direction."""
    if not length > 0:
        return np.zeros(2)
    if _is_along_axes(ring):
        width, height = _sides(ring)
        both = np.array([width - aspect * height, height - aspect * width]) / (length * (1 - aspect**2))
    else:
        around = turned_rectangle_of(shapely.MultiPoint(ring))
        assert around is not None  # or its length were 0
        sides = [around[1] - around[0], around[2] - around[1]]
        both = max(sides, key=lambda side: float(np.hypot(*side)))
    both = np.abs(both)
    return np.asarray(both / max(float(np.hypot(*both)), 1e-9))
