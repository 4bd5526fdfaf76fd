"""Calibration: temperature, thresholds and intervals do what they are fitted for."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from vehicle_id.card import NORMAL_Z
from vehicle_id.decide import softmax
from vehicle_id.metrics import ece
from vehicle_id.taxonomy import Node, Taxonomy
from vehicle_id.train.calibrate import (
    LEAST_THRESHOLD,
    NEVER,
    Held,
    calibrate,
    fit_interval,
    fit_temperature,
    fit_thresholds,
)
from vehicle_id.train.recipe import Recipe

LABELS = ("car", "van", "bus")
TREE = Taxonomy(
    [
        Node(name="light", level="family"),
        Node(name="car", parent="light"),
        Node(name="van", parent="light"),
        Node(name="bus"),
    ]
)


def held(num: int = 4000, *, sharpness: float = 1.0, seed: int = 0) -> Held:
    """Truth drawn from the softmax of the logits, which are then sharpened: the temperature is known."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (num, 3))
    truth = np.array([rng.choice(3, p=row) for row in softmax(logits)])
    nan = np.full((num, 2), math.nan)
    return Held(truth=truth, logits=logits * sharpness, size=None, true_size=nan)


@pytest.mark.parametrize("sharpness", [0.5, 1.0, 3.0])
def test_temperature_undoes_overconfidence(sharpness: float) -> None:
    data = held(sharpness=sharpness)
    temperature = fit_temperature(data)
    assert temperature == pytest.approx(sharpness, rel=0.08)
    probabilities = softmax(data.logits / temperature)
    assert ece(probabilities.max(axis=1), probabilities.argmax(axis=1) == data.truth) < 0.03


def test_nll_is_the_mean_log_likelihood() -> None:
    data = held(50)
    picked = softmax(data.logits / 2)[np.arange(50), data.truth]
    assert data.nll(2.0) == pytest.approx(-np.log(picked).mean())


def test_thresholds_reach_the_precision_they_are_fitted_for() -> None:
    data = held()
    leaves = softmax(data.logits)
    thresholds = fit_thresholds(leaves, data.truth, LABELS, TREE, 0.95)
    assert set(thresholds) == {"class", "family"}
    sure = leaves.max(axis=1) >= thresholds["class"]
    assert np.mean(leaves.argmax(axis=1)[sure] == data.truth[sure]) >= 0.95
    almost = leaves.max(axis=1) >= thresholds["class"] - 0.02
    assert np.mean(leaves.argmax(axis=1)[almost] == data.truth[almost]) < 0.952  # no lower would do
    light = leaves[:, :2].sum(axis=1)
    assert np.mean(data.truth[light >= thresholds["family"]] < 2) >= 0.95


def test_thresholds_never_fall_under_one_half() -> None:
    data = held()
    assert fit_thresholds(softmax(data.logits), data.truth, LABELS, TREE, 0.05)["class"] == LEAST_THRESHOLD


def test_a_level_that_is_never_right_never_answers() -> None:
    data = held(200)
    wrong = (data.logits.argmax(axis=1) + 1) % 3
    assert fit_thresholds(softmax(data.logits), wrong, LABELS, TREE, 0.95)["class"] == NEVER


def test_a_few_lucky_answers_are_not_trusted() -> None:
    leaves = np.full((30, 3), 1 / 3)
    leaves[:5] = [0.9, 0.05, 0.05]
    truth = np.array([0] * 5 + [2] * 25)
    assert fit_thresholds(leaves, truth, LABELS, TREE, 0.95)["class"] == NEVER


@pytest.mark.parametrize("claimed", [0.05, 0.2])
def test_the_interval_holds_nine_in_ten(claimed: float) -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(-1, 0.3, (2000, 2))
    truth[::7] = math.nan
    means = truth + rng.normal(0, 0.1, (2000, 2))
    means[::7] = 0
    size = np.hstack([means, np.full((2000, 2), 2 * math.log(claimed))])
    z = fit_interval(Held(truth=np.zeros(2000, int), logits=np.zeros((2000, 3)), size=size, true_size=truth))
    inside = np.abs(means - truth) <= z * claimed
    assert np.mean(inside[np.isfinite(truth)]) == pytest.approx(0.9, abs=0.01)


def test_without_truth_the_interval_is_the_normals() -> None:
    nothing = held(20)
    assert fit_interval(nothing) == NORMAL_Z
    assert (
        fit_interval(
            Held(truth=nothing.truth, logits=nothing.logits, size=np.zeros((20, 4)), true_size=nothing.true_size)
        )
        == NORMAL_Z
    )


def test_the_whole_calibration_is_at_temperature() -> None:
    data = held(sharpness=3.0)
    recipe = msgspec.structs.replace(Recipe(), taxonomy=TREE.nodes)
    found = calibrate(data, LABELS, recipe, {})
    assert found.decision.temperature == pytest.approx(3.0, rel=0.1)
    assert found.metrics["val_ece"] < found.metrics["val_ece_uncalibrated"]
    from vehicle_id.decide import energy

    scaled = energy(data.logits / found.decision.temperature)
    assert np.mean(scaled <= found.decision.unknown_threshold) == pytest.approx(0.98, abs=0.001)
    assert set(calibrate(data, LABELS, Recipe(), {}).decision.thresholds) == {"class"}
