"""Intervals: groups are drawn, and each figure is computed from the drawn crops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vehicle_id.evaluation import metrics
from vehicle_id.evaluation.intervals import Draws, draw_groups, interval, interval_of_share


def by_hand(draws: Draws, row: int) -> np.ndarray:
    """Places of the crops of one draw, each as often as it is in it."""
    return np.repeat(np.arange(len(draws.group_of)), draws.drawn[row][draws.group_of])


@given(
    groups=st.lists(st.sampled_from("abcde"), min_size=2, max_size=30),
    seed=st.integers(0, 99),
)
def test_each_figure_is_that_of_the_drawn_crops(groups: list[str], seed: int) -> None:
    rng, num = np.random.default_rng(seed), len(groups)
    truth, answers = rng.integers(0, 3, num), rng.integers(0, 4, num)
    confidence, right = rng.random(num), truth == answers
    draws = draw_groups(groups, num_draws=5, seed=seed)
    for row in range(5):
        drawn = by_hand(draws, row)
        matrix = metrics.confusion(truth[drawn], answers[drawn], num_classes=4)
        assert draws.mean(right)[row] == pytest.approx(metrics.accuracy(truth[drawn], answers[drawn]))
        assert draws.macro_f1(truth, answers, num_classes=4)[row] == pytest.approx(metrics.macro_f1(matrix))
        assert draws.ece(confidence, right)[row] == pytest.approx(metrics.ece(confidence[drawn], right[drawn]))
        lower = np.sort(confidence[drawn])[(len(drawn) - 1) // 2]
        assert draws.median(confidence)[row] == pytest.approx(lower)


def test_as_many_groups_are_drawn_as_there_are() -> None:
    draws = draw_groups(["a", "a", "b", "c"], num_draws=7)
    assert draws.num_groups == 3
    assert draws.drawn.sum(axis=1).tolist() == [3] * 7


def test_crops_of_one_group_tell_less_than_as_many_groups() -> None:
    right = np.arange(100) % 10 < 8
    apart = interval(draw_groups([str(each) for each in range(100)]).mean(right))
    together = interval(draw_groups([str(each % 10) for each in range(100)]).mean(right))
    assert apart is not None and together is not None
    assert together[1] - together[0] > 2 * (apart[1] - apart[0])


def test_the_interval_holds_the_true_share_in_nineteen_of_twenty_samples() -> None:
    """Of 60 groups of 5 crops, whose share of hits differs from group to group."""
    rng, held = np.random.default_rng(0), 0
    groups = np.repeat(np.arange(60).astype(str), 5)
    for _ in range(200):
        right = rng.random(300) < np.repeat(rng.beta(7, 3, 60), 5)
        found = interval(draw_groups(groups.tolist(), num_draws=400).mean(right))
        assert found is not None
        held += found[0] <= 0.7 <= found[1]
    assert 180 <= held <= 199


def test_a_figure_of_no_crop_has_no_interval() -> None:
    draws = draw_groups(["a", "b"]).of([])
    assert interval(draws.mean(np.zeros(0))) is None
    assert interval(draws.median(np.zeros(0))) is None


def test_draws_without_a_crop_of_the_figure_are_left_out() -> None:
    draws = draw_groups(["a", "b", "c"], num_draws=99).of([0, 1])
    share = draws.mean(np.array([True, False]))
    without = draws.drawn[:, :2].sum(axis=1) == 0
    assert without.any() and np.isnan(share[without]).all() and np.isfinite(share[~without]).all()
    assert interval(share) == (0.0, 1.0)


def test_hits_alone_do_not_make_a_share_certain() -> None:
    hits = np.ones(20, bool)
    draws = draw_groups([str(each // 2) for each in range(20)])
    assert interval(draws.mean(hits)) is None
    assert interval_of_share(draws, hits) == pytest.approx(metrics.share_interval(10, 10))
    assert interval_of_share(draws, ~hits) == pytest.approx(metrics.share_interval(0, 10))
    assert interval_of_share(draws.of([]), hits[:0]) is None


def test_the_same_crops_have_the_same_interval() -> None:
    right = np.arange(30) % 3 == 0
    assert interval(draw_groups(["a", "b", "c"] * 10).mean(right)) == interval(
        draw_groups(["a", "b", "c"] * 10).mean(right)
    )
