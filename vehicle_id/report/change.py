"""Is a count more, or fewer, than earlier counts lead one to expect? Exact tests for one new count.

Both tests condition on the sum of all counts, so that the unknown mean cancels out. Pure numpy, no I/O. They know
nothing of why a count changed: other hours, a larger picture, clouds or another season look like a change, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Test = Literal["negative-binomial", "poisson"]
"""`poisson`: objects come independently of each other. `negative-binomial`: the mean itself varies from date to date,
as where wagons come in trains; how much is not known, and averaged over."""
RELATIVE_SPREADS: Final = np.concatenate([np.arange(0.0, 0.41, 0.05), np.arange(0.5, 1.01, 0.1)])
"""Relative standard deviations of the mean that are averaged over: equally likely beforehand from 0 to 1. Measured on
series without a change: false alarms stay under the level for every spread up to 0.7 (docs/counting.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tails:
    """Probabilities of a count at least, and at most, as large as the one observed, if nothing has changed."""

    upper: float
    lower: float

    @property
    def two_sided(self) -> float:
        """Twice the smaller one, at most 1: the p-value."""
        return min(1.0, 2 * min(self.upper, self.lower))


def tails(count: int, earlier: Sequence[int], *, test: Test) -> Tails:
    """The tails of a new count.

    Args:
        count: the new one.
        earlier: one or more counts of earlier dates.
        test: what is assumed of how counts vary.
    """
    probabilities = _predicted(count + sum(earlier), earlier, test)
    return Tails(upper=float(probabilities[count:].sum()), lower=float(probabilities[: count + 1].sum()))


def expected_range(earlier: Sequence[int], *, level: float, test: Test) -> tuple[int, int]:
    """The lowest and the highest new count whose p-value is not below the level."""
    middle = round(sum(earlier) / len(earlier))

    def is_expected(count: int) -> bool:
        return count >= 0 and tails(count, earlier, test=test).two_sided >= level

    return _furthest(is_expected, middle, -1), _furthest(is_expected, middle, 1)


def _furthest(holds: Callable[[int], bool], start: int, direction: int) -> int:
    """The last number in a direction for which a condition holds that holds without a gap from a start."""
    step, reached = 1, start
    while holds(reached + direction * step):
        reached += direction * step
        step *= 2
    while step > 1:
        step //= 2
        if holds(reached + direction * step):
            reached += direction * step
    return reached


def _predicted(total: int, earlier: Sequence[int], test: Test) -> NDArray[np.float64]:
    """Probabilities `[total + 1]` of each new count, given the sum of the new and all earlier counts.

    Of Poisson counts the new one is binomial; of negative binomial counts of one shape it is beta-binomial.
    """
    num = len(earlier)
    new = np.arange(total + 1)
    shapes = 1 / RELATIVE_SPREADS[1:] ** 2
    one, others = _log_rising(shapes, total), _log_rising(num * shapes, total)
    factorial = _log_rising(np.ones(1), total)[0]
    logs = np.concatenate(
        [
            (total - new)[None] * np.log(num) - factorial[new] - factorial[total - new],
            one[:, new] - factorial[new] + others[:, total - new] - factorial[total - new],
        ]
    )
    each = np.exp(logs - logs.max(axis=1, keepdims=True))
    each /= each.sum(axis=1, keepdims=True)
    return np.asarray(each[0] if test == "poisson" else _weights(earlier) @ each)


def _weights(earlier: Sequence[int]) -> NDArray[np.float64]:
    """Posterior weights of `RELATIVE_SPREADS`, given how the earlier counts share their sum."""
    counts, total, num = np.array(earlier), sum(earlier), len(earlier)
    shapes = 1 / RELATIVE_SPREADS[1:] ** 2
    factorial = _log_rising(np.ones(1), total)[0]
    multinomial = factorial[total] - factorial[counts].sum() - total * np.log(num)
    shared = (_log_rising(shapes, total)[:, counts] - factorial[counts]).sum(axis=1)
    dirichlet = shared - (_log_rising(num * shapes, total)[:, total] - factorial[total])
    logs = np.concatenate([[multinomial], dirichlet])
    weights = np.gradient(RELATIVE_SPREADS) * np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def _log_rising(starts: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """Logs of the rising factorials `starts (starts + 1) ... (starts + n - 1)`: `[starts, n = 0 .. most]`."""
    steps = np.log(starts[:, None] + np.arange(most))
    return np.concatenate([np.zeros((len(starts), 1)), np.cumsum(steps, axis=1)], axis=1)
