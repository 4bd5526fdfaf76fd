"""The unknown scores: each is higher for what is less like the training, and is the formula of its paper."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vehicle_id.model.card import UnknownMethod
from vehicle_id.model.decide import softmax
from vehicle_id.model.ood import UnknownScore, class_distance, energy
from vehicle_id.taxonomy import Node, Taxonomy

LABELS = ("ground", "car", "bus", "van", "container")
TREE = Taxonomy(
    [
        Node(name="vehicle", level="kind"),
        Node(name="light", parent="vehicle", level="family"),
        Node(name="car", parent="light"),
        Node(name="van", parent="light"),
        Node(name="bus", parent="vehicle"),
        Node(name="container"),
        Node(name="none", level="kind", has_size=False),
        Node(name="ground", parent="none", has_size=False),
    ]
)
LOGITS = hnp.arrays(np.float32, (3, 5), elements=st.floats(-30, 30, width=32))


def score(method: UnknownMethod, logits: np.ndarray, tree: Taxonomy = TREE) -> np.ndarray:
    return UnknownScore(method, tree, LABELS).of(logits, softmax(logits))


def of(method: UnknownMethod, probabilities: list[float], tree: Taxonomy = TREE) -> float:
    return float(score(method, np.log(np.array([probabilities])), tree)[0])


@settings(max_examples=50, deadline=None)
@given(LOGITS)
def test_energy_is_minus_log_sum_exp(logits: np.ndarray) -> None:
    np.testing.assert_allclose(energy(logits), -np.log(np.exp(logits.astype(np.float64)).sum(axis=1)), atol=1e-6)
    np.testing.assert_array_equal(score("energy", logits), energy(logits))


def test_groups_of_leaves() -> None:
    probabilities = [0.2, 0.3, 0.1, 0.25, 0.15]
    assert of("msp", probabilities) == pytest.approx(0.7)
    assert of("vehicle", probabilities) == pytest.approx(0.2)
    assert of("family", probabilities) == pytest.approx(0.45)  # car and van are one family; bus and container are two
    assert of("family", [0.9, 0.02, 0.03, 0.02, 0.03]) == pytest.approx(0.96)  # ground is none


def test_a_tree_without_coarser_answers_has_a_family_for_each_leaf() -> None:
    flat = Taxonomy.flat(LABELS)
    probabilities = [0.2, 0.3, 0.1, 0.25, 0.15]
    assert of("family", probabilities, flat) == pytest.approx(of("msp", probabilities, flat))
    assert of("vehicle", probabilities, flat) == pytest.approx(0.0)


@pytest.mark.parametrize("method", sorted({*get_args(UnknownMethod)} - {"class_mean"}))
def test_what_nothing_in_it_speaks_for_is_more_unknown(method: UnknownMethod) -> None:
    sure, unsure = np.array([[0.0, 9, 0, 0, 0]]), np.array([[0.0, 1, 0, 0, 0]])
    assert score(method, unsure) > score(method, sure)


def test_the_distance_from_the_nearest_class_mean_is_that_of_directions() -> None:
    means = np.array([[0.8, 0, 0], [0, 1, 0]])
    embedding = np.array([[5.0, 0, 0], [1, 1, 0], [0, 0, 2], [-1, 0, 0]], np.float32)
    distance = class_distance(embedding, means)
    assert distance is not None
    half = np.sqrt(0.5)
    expected = [0.2, min(np.hypot(0.8 - half, half), np.hypot(half, 1 - half)), np.hypot(1, 0.8), np.sqrt(2)]
    np.testing.assert_allclose(distance, expected, atol=1e-6)
    logits = np.zeros((4, 5))
    asked = UnknownScore("class_mean", TREE, LABELS).of(logits, softmax(logits), distance)
    np.testing.assert_array_equal(asked, distance)
    assert class_distance(embedding, None) is None and class_distance(None, means) is None
