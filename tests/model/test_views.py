"""Averages over windows and rotations."""

from __future__ import annotations

import numpy as np
import pytest

from vehicle_id.crops.chips import WINDOWS
from vehicle_id.model.decide import softmax
from vehicle_id.model.session import Scores
from vehicle_id.model.views import mean_of_windows

RNG = np.random.default_rng(5)


def _scores(num: int) -> Scores:
    def drawn(*shape: int) -> np.ndarray:
        return RNG.normal(size=shape).astype(np.float32)

    return Scores(logits=3 * drawn(num, 5), embedding=drawn(num, 7), size=drawn(num, 4), heading=drawn(num, 2))


def test_probabilities_are_averaged_and_not_logits() -> None:
    scores = _scores(3 * 4)
    mean = mean_of_windows(scores, 4)
    expected = softmax(scores.logits).reshape(3, 4, 5).mean(axis=1)
    np.testing.assert_allclose(softmax(mean.logits), expected, atol=1e-6)


def test_windows_that_disagree_are_less_sure_than_each_of_them() -> None:
    logits = np.array([[9, 0, 0], [0, 9, 0]], np.float32)
    assert softmax(mean_of_windows(Scores(logits=logits), 2).logits).max() == pytest.approx(0.5, abs=1e-3)


def test_one_window_leaves_the_scores_as_they_are() -> None:
    scores = _scores(3)
    assert mean_of_windows(scores, 1) is scores


def test_the_mean_scale_of_the_logits_stays() -> None:
    scores = _scores(8)
    before = np.logaddexp.reduce(scores.logits.astype(float), axis=1).reshape(2, 4).mean(axis=1)
    after = np.logaddexp.reduce(mean_of_windows(scores, 4).logits.astype(float), axis=1)
    np.testing.assert_allclose(after, before, atol=1e-5)


def test_a_length_seen_alike_in_all_windows_is_that_length_with_its_variance() -> None:
    share = 0.6 / np.array(
        [window.share for window in WINDOWS[4]]
    )  # the same metres are a larger share of a tighter window
    size = np.stack([np.log(share), np.log(share / 3), np.full(4, -4.0), np.full(4, -3.0)], 1).astype(np.float32)
    mean = mean_of_windows(Scores(logits=np.zeros((4, 2), np.float32), size=size), 4).size
    assert mean is not None
    np.testing.assert_allclose(mean, [[np.log(0.6), np.log(0.2), -4.0, -3.0]], atol=1e-5)


def test_windows_that_measure_differently_widen_the_interval() -> None:
    size = np.tile(np.array([np.log(0.6), np.log(0.2), -6.0, -6.0], np.float32), (4, 1))
    mean = mean_of_windows(Scores(logits=np.zeros((4, 2), np.float32), size=size), 4).size
    assert mean is not None and mean[0, 2] > -5  # equal shares of unequal windows are unequal lengths


@pytest.mark.parametrize("views", [2, 3, 4])
def test_a_heading_seen_alike_in_all_windows_is_that_heading(views: int) -> None:
    doubled = np.radians([2 * (25.0 + window.turn_deg) for window in WINDOWS[views]])
    heading = np.stack([np.cos(doubled), np.sin(doubled)], axis=1).astype(np.float32)
    mean = mean_of_windows(Scores(logits=np.zeros((views, 2), np.float32), heading=heading), views).heading
    assert mean is not None
    assert np.degrees(np.arctan2(mean[0, 1], mean[0, 0])) / 2 == pytest.approx(25.0, abs=1e-4)
