"""Scores of one crop from several looks at it: windows of different size and turn, and rotations and flips.

A crop is drawn by hand, tighter or looser, and its window alone can change an answer. Averaging several windows
makes answers steadier and less overconfident; the network runs once for each.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vehicle_id.crops.chips import WINDOWS
from vehicle_id.model.session import ScoreArray, Scores, Session


def mean_of_windows(scores: Scores, views: int) -> Scores:
    """The scores of N crops from those of their windows.

    Probabilities are averaged, not logits: where the windows disagree, the mean is less sure than each of them. Sizes
    are brought to the side of the first window; how much they differ adds to their variance. Headings are turned back.

    Args:
        scores: of `N * views` chips, the windows of a crop next to each other, in the order of `chips.WINDOWS`.
        views: windows per crop.
    """
    if views == 1:
        return scores
    return Scores(
        logits=np.asarray(mean_logits(scores.logits.reshape(-1, views, scores.logits.shape[1])), np.float32),
        embedding=None if scores.embedding is None else _mean(scores.embedding, views),
        size=None if scores.size is None else _mean_size(scores.size, views),
        heading=None if scores.heading is None else _mean_heading(scores.heading, views),
    )


def mean_logits(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """`[N, views, C]` -> `[N, C]`, whose softmax is the mean of the windows' softmax."""
    double = logits.astype(np.float64)
    if logits.shape[1] == 1:
        return double[:, 0]
    scale = np.logaddexp.reduce(double, axis=2)
    mean = np.logaddexp.reduce(double - scale[..., None], axis=1) - np.log(logits.shape[1])
    # the mean scale stays in the logits, where an out-of-distribution score may use it
    return np.asarray(mean + scale.mean(axis=1)[:, None])


def _mean(values: ScoreArray, views: int) -> ScoreArray:
    return np.asarray(values.reshape(-1, views, values.shape[1]).mean(axis=1), np.float32)


def _mean_size(size: ScoreArray, views: int) -> ScoreArray:
    """Mean and log-variance of a mixture of Gaussians, `[N, 4]`."""
    each = size.reshape(-1, views, 4).astype(np.float64)
    means = each[..., :2] + np.log([window.share for window in WINDOWS[views]])[:, None]
    variance = np.exp(each[..., 2:]).mean(axis=1) + means.var(axis=1)
    return np.asarray(np.concatenate([means.mean(axis=1), np.log(variance)], axis=1), np.float32)


def _mean_heading(heading: ScoreArray, views: int) -> ScoreArray:
    """`[N, 2]`: a window turned by an angle has the doubled angle of its headings turned by twice as much."""
    doubled = np.radians([2 * window.turn_deg for window in WINDOWS[views]])
    cos, sin = np.cos(doubled), np.sin(doubled)
    x, y = np.moveaxis(heading.reshape(-1, views, 2), 2, 0)
    back = np.stack([x * cos + y * sin, y * cos - x * sin], axis=2)
    return np.asarray(back.mean(axis=1), np.float32)


def run_rotated(session: Session, chips: NDArray[np.uint8], extent_m: ScoreArray) -> Scores:
    """Mean scores over the eight rotations and flips, with headings rotated back to the given chip."""
    sums: dict[str, ScoreArray] = {}
    for turns in range(4):
        for flipped in (False, True):
            view = np.rot90(chips[:, :, ::-1] if flipped else chips, turns, axes=(1, 2))
            scores = session.run(np.ascontiguousarray(view), extent_m)
            for name in session.outputs:
                values = getattr(scores, name)
                back = values * _turned_back(turns, flipped=flipped) if name == "heading" else values
                sums[name] = sums.get(name, np.float32(0)) + back / 8
    return Scores(**sums)


def _turned_back(turns: int, *, flipped: bool) -> ScoreArray:
    """A quarter turn negates the doubled angle's vector; a left-right flip negates its sine."""
    sign = -1.0 if turns % 2 else 1.0
    return np.array([sign, -sign if flipped else sign], np.float32)
