"""95 % intervals of measured figures, by bootstrap over groups.

Crops of one image, place or vehicle are alike, so that whole groups are drawn with replacement, and not crops (Field
and Welsh 2007, "Bootstrapping clustered data", J. R. Stat. Soc. B 69). Every figure is computed again from each draw;
its interval is between the 2.5th and the 97.5th percentile. It says how much a figure depends on the groups that happen
to be in the data. It says nothing about other sites or sensors than theirs, and with few groups it is too narrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vehicle_id.evaluation.metrics import NUM_BINS, FloatArray, IntArray, bins_of, share_interval

NUM_DRAWS: Final = 1000
SEED: Final = 0
"""The same crops and answers give the same intervals."""
PERCENTILES: Final = (2.5, 97.5)
NUM_BLOCKS: Final = 20
"""Parts in which draws are multiplied, since a product needs its numbers in eight bytes each."""

Interval = tuple[float, float]
DrawnValues = NDArray[np.float64]
"""One value of a figure for each draw, NaN where a draw has no crop to compute it from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """How often each group is in each draw, and the group of each crop."""

    drawn: NDArray[np.uint16]
    """`[draws, groups]`."""
    group_of: NDArray[np.intp]
    """`[N]`."""

    @property
    def num_groups(self) -> int:
        """Groups that are drawn from."""
        return int(self.drawn.shape[1])

    def of(self, kept: Sequence[int]) -> Draws:
        """The same draws for some of the crops, by their places."""
        return Draws(drawn=self.drawn, group_of=self.group_of[np.asarray(kept, int)])

    def mean(self, values: FloatArray | NDArray[np.bool_]) -> DrawnValues:
        """Mean of a value `[N]` of each crop; of hits it is their share."""
        return _divided(self._sums(values[:, None])[:, 0], self._num_crops())

    def median(self, values: FloatArray) -> DrawnValues:
        """Median of a value `[N]` of each crop; the lower one of two in the middle."""
        order = np.argsort(values)
        found = np.full(len(self.drawn), np.nan)
        for draw, counts in enumerate(self.drawn):
            reached = np.cumsum(counts[self.group_of[order]], dtype=np.int64)
            if len(reached) and reached[-1]:
                found[draw] = values[order[np.searchsorted(reached, reached[-1] / 2)]]
        return found

    def macro_f1(self, truth: IntArray, answers: IntArray, *, num_classes: int) -> DrawnValues:
        """`metrics.macro_f1` of labels `[N]`."""
        classes = np.arange(num_classes)
        is_true, is_answer = truth[:, None] == classes, answers[:, None] == classes
        support, answered = self._sums(is_true), self._sums(is_answer)
        f1 = _divided(2 * self._sums(is_true & is_answer), support + answered)
        return _divided(np.where(support > 0, f1, 0.0).sum(axis=1), (support > 0).sum(axis=1))

    def ece(self, confidence: FloatArray, correct: NDArray[np.bool_]) -> DrawnValues:
        """`metrics.ece` of confidences `[N]` and whether each answer was right."""
        in_bin = bins_of(confidence, num_bins=NUM_BINS)[:, None] == np.arange(NUM_BINS)
        gaps = np.abs(self._sums(in_bin * (correct - confidence)[:, None]))
        return _divided(gaps.sum(axis=1), self._num_crops())

    def _num_crops(self) -> DrawnValues:
        return self._sums(np.ones((len(self.group_of), 1)))[:, 0]

    def _sums(self, values: NDArray[Any]) -> DrawnValues:
        """Sums `[draws, K]` of values `[N, K]`, each crop as often as its group is drawn."""
        of_groups = np.zeros((self.num_groups, values.shape[1]))
        np.add.at(of_groups, self.group_of, values)
        return np.concatenate([block @ of_groups for block in np.array_split(self.drawn, NUM_BLOCKS)])


def draw_groups(groups: Sequence[str], *, num_draws: int = NUM_DRAWS, seed: int = SEED) -> Draws:
    """Draw as many groups as there are, with replacement, many times.

    Args:
        groups: the group of each crop.
        num_draws: number of draws.
        seed: of the random numbers.
    """
    names, group_of = np.unique(np.asarray(groups), return_inverse=True)
    drawn = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), size=num_draws)
    return Draws(drawn=drawn.astype(np.uint16), group_of=group_of)


def interval(values: DrawnValues) -> Interval | None:
    """Between which values 95 % of the draws lie; None where no draw has a value, or all have the same."""
    found = values[np.isfinite(values)]
    if not len(found) or np.ptp(found) == 0:
        return None
    low, high = np.percentile(found, PERCENTILES)
    return float(low), float(high)


def interval_of_share(draws: Draws, hits: NDArray[np.bool_]) -> Interval | None:
    """`interval` of a share of hits `[N]`.

    Where all crops are hits, or none, every draw says so. The interval is then Wilson's of as many trials as there are
    groups.
    """
    num = len(np.unique(draws.group_of))
    if num and hits.all() != hits.any():
        return interval(draws.mean(hits))
    return share_interval(num if hits.all() else 0, num) if num else None


def _divided(over: DrawnValues, under: DrawnValues) -> DrawnValues:
    found = np.full(np.shape(over), np.nan)
    np.divide(over, under, out=found, where=under > 0)
    return found
