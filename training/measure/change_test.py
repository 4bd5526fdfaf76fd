"""How often does the change test of `vehicle-id count` raise a false alarm, and how often does it find a change?

    python -m training.measure.change_test

A thousand series without a change of each kind: Poisson counts whose mean is the same on all dates, or varies from date
to date with a relative spread. An alarm is any date of a series that is found to differ. The change to be found is a
last date with three and a half times the mean, as in a planted series of 73 wagons after dates near 20.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vehicle_id.report.change import Test, tails
from vehicle_id.report.series import LEAST_EARLIER

NUM_SERIES = 1000
LEVEL = 0.05


def main() -> None:
    """Draw the series and count."""
    rng = np.random.default_rng(2026)
    print(f"{NUM_SERIES} series each, level {LEVEL}; share with a false alarm | share in which 3.5 x the mean is found")
    for test in ("negative-binomial", "poisson"):
        for mean in (5, 20, 60):
            for spread in (0.0, 0.2, 0.5, 0.7):
                for num_dates in (8, 16):
                    figures = _shares(rng, mean, spread, num_dates, test)  # type: ignore[arg-type]
                    print(f"{test} mean {mean} spread {spread} dates {num_dates}: {figures[0]:.3f} | {figures[1]:.3f}")


def _shares(rng: np.random.Generator, mean: float, spread: float, num_dates: int, test: Test) -> tuple[float, float]:
    alarms = found = 0
    for _ in range(NUM_SERIES):
        means = np.full(num_dates, float(mean))
        if spread:
            means = rng.gamma(1 / spread**2, mean * spread**2, num_dates)
        counts = [int(each) for each in rng.poisson(means)]
        alarms += _has_alarm(counts, test)
        level = LEVEL / (num_dates - LEAST_EARLIER)
        found += tails(round(3.5 * mean), counts[:-1], test=test).two_sided < level
    return alarms / NUM_SERIES, found / NUM_SERIES


def _has_alarm(counts: Sequence[int], test: Test) -> bool:
    """Whether some date differs; what follows the first one does not matter."""
    level = LEVEL / (len(counts) - LEAST_EARLIER)
    return any(tails(counts[at], counts[:at], test=test).two_sided < level for at in range(LEAST_EARLIER, len(counts)))


if __name__ == "__main__":
    main()
