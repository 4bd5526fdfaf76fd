"""Coordinates at which tests evaluate a ground."""

import numpy as np


def grid(step, count, at=(0.0, 0.0)):
    across = ((np.arange(count) + 0.5 - count / 2) * step).astype(np.float32)
    return across + np.float32(at[0]), np.float32(at[1]) - across
