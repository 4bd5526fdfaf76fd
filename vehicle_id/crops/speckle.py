"""Whether a picture is grey and speckled, as radar is: models of optical crops answer it with certainty and wrongly.

Speckle multiplies: the deviation grows with the brightness (Oliver and Quegan 2004, Understanding Synthetic Aperture
Radar Images, section 4.3: 0.52 of the mean for the amplitude of one look). Optical noise and texture are far less.
Radar that was enlarged, or is shown in decibels or as a root, is not found: its contrast is that of optical noise.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

NOT_OPTICAL: Final = "not_optical"
"""The flag of a picture that looks like radar."""
WINDOW_PX: Final = 5
MOST_PX: Final = 512
"""Side of the central part that is looked at."""
LEAST_EVERYWHERE: Final = 0.27
"""Deviation over mean that nine in ten windows reach. With both limits all of 2,747 radar chips of MSTAR are found
(they have 0.29 to 0.41), and 1 of 2,126 grey copies of optical crops."""
LEAST_MEDIAN: Final = 0.38
"""The same for half of the windows: MSTAR has 0.41 to 0.54."""


def is_speckled(grey: NDArray[Any]) -> bool:
    """Whether brightness `[H, W]` of at least 0 varies nearly everywhere as radar speckle does."""
    height, width = grey.shape
    if min(height, width) < 2 * WINDOW_PX:
        return False
    top, left = max(0, (height - MOST_PX) // 2), max(0, (width - MOST_PX) // 2)
    values = grey[top : top + MOST_PX, left : left + MOST_PX].astype(np.float64)
    mean = _box(values)
    deviation = np.sqrt(np.maximum(_box(values**2) - mean**2, 0.0))
    ratio = deviation / np.maximum(mean, 1e-9 + mean.max() / 255)  # darker than that is quantised
    everywhere, median = np.percentile(ratio, (10, 50))
    return bool(everywhere >= LEAST_EVERYWHERE and median >= LEAST_MEDIAN)


def _box(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means of all windows that lie inside."""
    sums = np.pad(values, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    k = WINDOW_PX
    return np.asarray((sums[k:, k:] - sums[:-k, k:] - sums[k:, :-k] + sums[:-k, :-k]) / k**2)
