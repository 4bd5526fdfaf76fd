"""The metrics compared with their definitions, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vehicle_id.evaluation import metrics

CLASSES = 4
PAIRS = st.lists(st.tuples(st.integers(0, CLASSES - 1), st.integers(0, CLASSES - 1)), min_size=1, max_size=30)
ANSWERS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30)
SCORES = st.lists(st.integers(-20, 20), min_size=1, max_size=20)


def arrays(pairs: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    first, second = zip(*pairs, strict=True)
    return np.array(first), np.array(second)


@settings(max_examples=50, deadline=None)
@given(pairs=PAIRS)
def test_confusion_counts_every_pair_once(pairs: list[tuple[int, int]]) -> None:
    matrix = metrics.confusion(*arrays(pairs), num_classes=CLASSES)
    assert matrix.shape == (CLASSES, CLASSES)
    for truth in range(CLASSES):
        for answer in range(CLASSES):
            assert matrix[truth, answer] == pairs.count((truth, answer))


@settings(max_examples=50, deadline=None)
@given(pairs=PAIRS)
def test_accuracy_is_the_share_of_equal_pairs(pairs: list[tuple[int, int]]) -> None:
    assert metrics.accuracy(*arrays(pairs)) == pytest.approx(sum(t == a for t, a in pairs) / len(pairs))


@settings(max_examples=50, deadline=None)
@given(pairs=PAIRS)
def test_class_scores_and_macro_f1_follow_their_definitions(pairs: list[tuple[int, int]]) -> None:
    matrix = metrics.confusion(*arrays(pairs), num_classes=CLASSES)
    present = []
    for label, score in enumerate(metrics.class_scores(matrix)):
        hits = pairs.count((label, label))
        missed = sum(t == label != a for t, a in pairs)
        wrong = sum(a == label != t for t, a in pairs)
        assert score.support == hits + missed
        assert score.recall == pytest.approx(hits / (hits + missed) if hits + missed else 0)
        assert score.precision == pytest.approx(hits / (hits + wrong) if hits + wrong else 0)
        assert score.f1 == pytest.approx(2 * hits / (2 * hits + missed + wrong) if hits + missed + wrong else 0)
        if score.support:
            present.append(score.f1)
    assert metrics.macro_f1(matrix) == pytest.approx(sum(present) / len(present))


def test_macro_f1_leaves_out_a_class_without_crops_but_not_its_false_alarms() -> None:
    truth, answers = np.array([0, 0, 1, 1]), np.array([0, 2, 1, 1])
    matrix = metrics.confusion(truth, answers, num_classes=3)
    assert metrics.macro_f1(matrix) == pytest.approx((2 / 3 + 1) / 2)
    assert metrics.class_scores(matrix)[2] == metrics.ClassScore(support=0, precision=0, recall=0, f1=0)


@settings(max_examples=50, deadline=None)
@given(answers=ANSWERS, num_bins=st.integers(1, 20))
def test_ece_lies_between_0_and_1(answers: list[tuple[float, bool]], num_bins: int) -> None:
    assert 0 <= metrics.ece(*arrays(answers), num_bins=num_bins) <= 1


@settings(max_examples=50, deadline=None)
@given(
    groups=st.lists(st.tuples(st.integers(1, 8), st.integers(0, 8)), min_size=1, max_size=6),
    num_bins=st.integers(1, 20),
)
def test_ece_is_0_when_every_confidence_is_kept(groups: list[tuple[int, int]], num_bins: int) -> None:
    # of `size` answers at the confidence hits / size, just `hits` are right
    kept = [(size, min(hits, size)) for size, hits in groups]
    confidence = np.concatenate([np.full(size, hits / size) for size, hits in kept])
    correct = np.concatenate([np.arange(size) < hits for size, hits in kept])
    assert metrics.ece(confidence, correct, num_bins=num_bins) == pytest.approx(0, abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(answers=ANSWERS, num_bins=st.integers(1, 20))
def test_ece_is_the_weighted_gap_of_equal_width_bins(answers: list[tuple[float, bool]], num_bins: int) -> None:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in answers:
        bins.setdefault(min(int(confidence * num_bins), num_bins - 1), []).append((confidence, right))
    gaps = [abs(sum(right - confidence for confidence, right in each)) for each in bins.values()]
    assert metrics.ece(*arrays(answers), num_bins=num_bins) == pytest.approx(sum(gaps) / len(answers))


def test_ece_of_certain_answers_is_their_error_rate() -> None:
    assert metrics.ece(np.ones(4), np.array([True, True, True, False])) == pytest.approx(0.25)


@settings(max_examples=50, deadline=None)
@given(answers=ANSWERS, num_bins=st.integers(1, 20))
def test_reliability_bins_hold_every_answer_once(answers: list[tuple[float, bool]], num_bins: int) -> None:
    means, shares, counts = metrics.reliability(*arrays(answers), num_bins=num_bins)
    assert counts.sum() == len(answers) and counts.min() > 0
    assert np.dot(shares, counts) == pytest.approx(sum(right for _, right in answers))
    assert np.dot(means, counts) == pytest.approx(sum(confidence for confidence, _ in answers))
    assert (np.diff(means) >= 0).all()


def test_the_interval_of_a_share_is_the_published_one() -> None:
    # Newcombe 1998, table I: 81 of 263
    assert metrics.share_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)


@settings(max_examples=50, deadline=None)
@given(num=st.integers(1, 500), hits=st.integers(0, 500))
def test_the_interval_of_a_share_holds_it_and_mirrors(num: int, hits: int) -> None:
    hits = min(hits, num)
    low, high = metrics.share_interval(hits, num)
    assert -1e-12 <= low <= hits / num + 1e-12 <= high + 2e-12 <= 1 + 3e-12
    assert metrics.share_interval(num - hits, num) == pytest.approx((1 - high, 1 - low))


@settings(max_examples=50, deadline=None)
@given(positive=SCORES, negative=SCORES)
def test_auroc_is_the_share_of_pairs_in_order(positive: list[int], negative: list[int]) -> None:
    won = sum((p > n) + (p == n) / 2 for p in positive for n in negative)
    found = metrics.auroc(np.array(positive, float), np.array(negative, float))
    assert found == pytest.approx(won / (len(positive) * len(negative)))


@settings(max_examples=50, deadline=None)
@given(positive=SCORES, negative=SCORES)
def test_auroc_depends_on_the_order_alone(positive: list[int], negative: list[int]) -> None:
    p, n = np.array(positive, float), np.array(negative, float)
    assert metrics.auroc(p**3 + p - 7, n**3 + n - 7) == metrics.auroc(p, n)
    assert metrics.auroc(-n, -p) == pytest.approx(metrics.auroc(p, n))
    assert metrics.auroc(n, p) == pytest.approx(1 - metrics.auroc(p, n))


@settings(max_examples=50, deadline=None)
@given(answers=ANSWERS)
def test_risk_over_everything_is_the_error_rate(answers: list[tuple[float, bool]]) -> None:
    confidence, correct = arrays(answers)
    coverage, risk = metrics.risk_coverage(confidence, correct)
    assert coverage[-1] == 1
    assert risk[-1] == pytest.approx(1 - np.mean(correct))
    np.testing.assert_allclose(coverage, np.arange(1, len(answers) + 1) / len(answers))


@settings(max_examples=50, deadline=None)
@given(answers=ANSWERS.filter(lambda answers: len({confidence for confidence, _ in answers}) == len(answers)))
def test_risk_at_each_coverage_is_the_error_among_the_most_confident(answers: list[tuple[float, bool]]) -> None:
    surest_first = [right for _, right in sorted(answers, reverse=True)]
    _, risk = metrics.risk_coverage(*arrays(answers))
    for kept in range(1, len(answers) + 1):
        assert risk[kept - 1] == pytest.approx(surest_first[:kept].count(False) / kept)


@settings(max_examples=50, deadline=None)
@given(answers=ANSWERS)
def test_no_order_has_a_smaller_area_than_right_before_wrong(answers: list[tuple[float, bool]]) -> None:
    confidence, correct = arrays(answers)
    best = metrics.aurc(correct.astype(float), correct)
    worst = metrics.aurc(-correct.astype(float), correct)
    assert best - 1e-12 <= metrics.aurc(confidence, correct) <= worst + 1e-12


def test_aurc_of_three_answers() -> None:
    # kept one by one, surest first: risks 0, 1/2, 1/3
    assert metrics.aurc(np.array([0.5, 0.9, 0.7]), np.array([True, True, False])) == pytest.approx((1 / 2 + 1 / 3) / 3)
