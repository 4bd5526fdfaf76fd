"""Calibration: temperature, thresholds and intervals reach the targets they are fitted for."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import get_args

import msgspec
import numpy as np
import pytest

from vehicle_id import Crop
from vehicle_id.evaluation.metrics import ece
from vehicle_id.model.card import NORMAL_Z, UnknownMethod
from vehicle_id.model.decide import GSD_ERROR, softmax
from vehicle_id.model.ood import UnknownScore, energy
from vehicle_id.model.prior import prior_shift, shift_under
from vehicle_id.taxonomy import Node, Taxonomy
from vehicle_id.train.calibrate import (
    COVERAGES,
    LEAST_THRESHOLD,
    NEVER,
    Calibration,
    HeldOutOutputs,
    calibrate,
    can_answer,
    fit_conformal,
    fit_family_threshold,
    fit_intervals,
    fit_node_thresholds,
    fit_reachable_thresholds,
    fit_size_shift,
    fit_temperature,
    fit_thresholds,
    fit_unknown_threshold,
    gsd_errors,
    sources_of,
)
from vehicle_id.train.recipe import CalibrateRecipe, Recipe

LABELS = ("car", "van", "bus")
TREE = Taxonomy(
    [
        Node(name="light", level="family"),
        Node(name="car", parent="light"),
        Node(name="van", parent="light"),
        Node(name="bus"),
    ]
)


def held_out(num: int = 4000, *, sharpness: float = 1.0, seed: int = 0) -> HeldOutOutputs:
    """Truth drawn from the softmax of the logits, which are then sharpened: the temperature is known."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (num, 3))
    truth = np.array([rng.choice(3, p=row) for row in softmax(logits)])
    nan = np.full((num, 2), math.nan)
    return HeldOutOutputs(
        labels=LABELS,
        taxonomy=TREE,
        target=one_hot(truth),
        source=np.full(num, "real"),
        logits=logits * sharpness,
        size=None,
        true_size=nan,
        gsd_error=np.zeros(num),
    )


def with_leaves(leaves: np.ndarray, target: np.ndarray) -> HeldOutOutputs:
    """Crops with given probabilities `[N, 3]`."""
    data = held_out(len(leaves))
    return replace(data, logits=np.log(np.maximum(leaves, 1e-300)), target=target)


def one_hot(truth: np.ndarray) -> np.ndarray:
    return np.eye(3, dtype=bool)[truth]


@pytest.mark.parametrize("sharpness", [0.5, 1.0, 3.0])
def test_temperature_undoes_overconfidence(sharpness: float) -> None:
    data = held_out(sharpness=sharpness)
    temperature = fit_temperature(data)
    assert temperature == pytest.approx(sharpness, rel=0.08)
    probabilities = softmax(data.logits / temperature)
    assert ece(probabilities.max(axis=1), probabilities.argmax(axis=1) == data.target.argmax(axis=1)) < 0.03


def test_nll_is_the_mean_log_likelihood() -> None:
    data = held_out(50)
    picked = softmax(data.logits / 2)[np.arange(50), data.target.argmax(axis=1)]
    assert data.nll(2.0) == pytest.approx(-np.log(picked).mean())


def test_thresholds_reach_the_precision_they_are_fitted_for() -> None:
    data = held_out()
    leaves = softmax(data.logits)
    thresholds = fit_thresholds(data, 0.95)
    assert set(thresholds) == {"class", "family"}
    sure = leaves.max(axis=1) >= thresholds["class"]
    assert np.mean(leaves.argmax(axis=1)[sure] == data.target.argmax(axis=1)[sure]) >= 0.95
    almost = leaves.max(axis=1) >= thresholds["class"] - 0.02
    assert np.mean(leaves.argmax(axis=1)[almost] == data.target.argmax(axis=1)[almost]) < 0.952  # no lower would do
    light = leaves[:, :2].sum(axis=1)
    assert np.mean(data.target.argmax(axis=1)[light >= thresholds["family"]] < 2) >= 0.95


def test_a_node_threshold_reaches_the_precision_of_its_node() -> None:
    data = held_out()
    leaves = softmax(data.logits)
    light = leaves[:, :2].sum(axis=1)
    for precision in (0.9, 0.98):
        threshold = fit_node_thresholds(data, {"light": precision})["light"]
        assert np.mean(data.target.argmax(axis=1)[light >= threshold] < 2) >= precision
        assert np.mean(data.target.argmax(axis=1)[light >= threshold - 0.02] < 2) < precision + 0.002
    assert fit_node_thresholds(data, {}) == {}


def test_a_node_threshold_is_not_below_the_least_that_a_recipe_sets() -> None:
    data = held_out()
    fitted = fit_node_thresholds(data, {"light": 0.9})["light"]
    assert fit_node_thresholds(data, {"light": 0.9}, {"light": fitted + 0.01}) == {"light": fitted + 0.01}
    assert fit_node_thresholds(data, {"light": 0.9}, {"light": fitted - 0.01}) == {"light": fitted}
    assert fit_node_thresholds(data, {}, {"light": 0.7}) == {"light": 0.7}


@pytest.mark.parametrize("precision", [0.9, 0.95])
def test_the_threshold_of_families_reaches_the_precision_it_is_fitted_for(precision: float) -> None:
    data = held_out(num=6000, seed=3)
    threshold = fit_family_threshold(data, precision)
    light = data.leaves()[:, :2].sum(axis=1)
    sure, is_light = np.maximum(light, 1 - light), data.target[:, :2].any(axis=1)
    answered = sure >= threshold
    assert np.mean((light > 0.5)[answered] == is_light[answered]) == pytest.approx(precision, abs=0.01)
    assert threshold < fit_thresholds(data, precision)["class"]  # a family is surer than a class


def test_a_label_of_several_families_does_not_count_for_their_threshold() -> None:
    leaves = np.tile([0.5, 0.1, 0.4], (40, 1))
    target = np.tile([True, True, False], (40, 1))
    vague = np.tile([True, True, True], (40, 1))
    data = with_leaves(np.concatenate([leaves, leaves]), np.concatenate([target, vague]))
    assert fit_family_threshold(data, 1.0) == pytest.approx(0.6)
    assert fit_family_threshold(with_leaves(leaves, ~target), 0.9) == NEVER


def test_thresholds_are_never_below_one_half() -> None:
    data = held_out()
    assert fit_thresholds(data, 0.05)["class"] == LEAST_THRESHOLD


def test_a_level_that_is_never_right_never_answers() -> None:
    data = held_out(200)
    wrong = (data.logits.argmax(axis=1) + 1) % 3
    assert fit_thresholds(replace(data, target=one_hot(wrong)), 0.95)["class"] == NEVER


def test_a_target_that_no_level_reaches_is_lowered_until_one_does() -> None:
    """A run of two epochs had a threshold of 1.01 at every level: its model could never answer."""
    leaves = np.tile([0.8, 0.1, 0.1], (100, 1))
    data = with_leaves(leaves, one_hot(np.array([0] * 70 + [2] * 30)))
    flat = replace(data, taxonomy=Taxonomy.flat(LABELS))
    assert fit_thresholds(flat, 0.95) == {"class": NEVER}
    assert fit_reachable_thresholds(flat, 0.95) == ({"class": pytest.approx(0.8)}, 0.7)
    assert fit_reachable_thresholds(flat, 0.65) == ({"class": pytest.approx(0.8)}, 0.65)
    fitted = calibrate(flat, Recipe(), {}).decision
    assert can_answer(fitted.thresholds) and fitted.target_precision == 0.7
    few = with_leaves(leaves[:9], one_hot(np.zeros(9, int)))
    assert fit_reachable_thresholds(few, 0.95) == ({"family": NEVER, "class": NEVER}, 0.95)


def test_crops_of_one_confidence_pass_a_threshold_together() -> None:
    leaves = np.array([[0.9, 0.05, 0.05]] * 20 + [[0.8, 0.1, 0.1]] * 20)
    truth = np.array([0] * 20 + [0] * 10 + [2] * 10)  # the right ones first
    assert fit_thresholds(with_leaves(leaves, one_hot(truth)), 0.95)["class"] == pytest.approx(0.9)


def test_a_precision_of_few_answers_is_not_used() -> None:
    leaves = np.full((30, 3), 1 / 3)
    leaves[:5] = [0.9, 0.05, 0.05]
    truth = np.array([0] * 5 + [2] * 25)
    assert fit_thresholds(with_leaves(leaves, one_hot(truth)), 0.95)["class"] == NEVER


def measured(
    error: np.ndarray, *, claimed: float = 0.1, source: np.ndarray | str = "rendered", gsd_error: float = 0.0
) -> HeldOutOutputs:
    """Crops whose ln(length) and ln(width) are measured with the given errors `[N, 2]`, NaN = not known."""
    num = len(error)
    return HeldOutOutputs(
        labels=LABELS,
        taxonomy=TREE,
        target=one_hot(np.zeros(num, int)),
        source=np.broadcast_to(source, num),
        logits=np.zeros((num, 3)),
        size=np.hstack([np.zeros((num, 2)), np.full((num, 2), 2 * math.log(claimed))]),
        true_size=error,
        gsd_error=np.full(num, gsd_error),
    )


@pytest.mark.parametrize("claimed", [0.05, 0.2])
def test_the_intervals_contain_90_percent_of_lengths_and_of_widths(claimed: float) -> None:
    error = np.random.default_rng(0).normal(0, [0.1, 0.3], (2000, 2))
    error[::7, 0] = math.nan
    z = fit_intervals(measured(error, claimed=claimed))
    inside = np.where(np.isfinite(error), np.abs(error) <= np.multiply(z, claimed), math.nan)
    np.testing.assert_allclose(np.nanmean(inside, axis=0), 0.9, atol=0.01)
    assert z[1] == pytest.approx(3 * z[0], rel=0.1)  # one number for both would contain all lengths and too few widths


def test_an_uncertain_gsd_is_not_counted_twice() -> None:
    error = np.random.default_rng(0).normal(0, 0.05, (500, 2))
    exact, uncertain = (fit_intervals(measured(error, claimed=0.05, gsd_error=each))[0] for each in (0.0, 0.05))
    assert uncertain == pytest.approx(exact / math.hypot(1, math.log(1.05) / 0.05), rel=1e-6)


def test_renders_have_an_exact_gsd_and_real_crops_the_usual_error() -> None:
    crops = [Crop(path=Path("a"), origin=origin) for origin in (None, "real", "mesh", "rendered")]
    assert gsd_errors(crops).tolist() == [GSD_ERROR, GSD_ERROR, 0.0, 0.0]
    assert gsd_errors([Crop(path=Path("a"), gsd_error=0.1)]).tolist() == [0.1]


def test_few_crops_of_one_source_weigh_as_much_as_many_of_another() -> None:
    error = np.tile(np.linspace(0.001, 0.1, 100)[:, None], (10, 2))
    error[900:] *= 5
    source = np.where(np.arange(1000) < 900, "rendered", "real")
    length, _ = fit_intervals(measured(error, source=source, claimed=0.1))
    # 0.4 is within the last tenth: 0.5 of the weight is under 0.1, of the other half four fifths are under 0.4
    assert length == pytest.approx(4.0, abs=0.1)
    assert fit_intervals(measured(error, source="rendered", claimed=0.1))[0] < 1.5


def test_thresholds_weigh_the_sources_alike() -> None:
    leaves = np.array([[0.9, 0.05, 0.05]] * 200 + [[0.94, 0.03, 0.03]] * 20)
    truth = np.array([0] * 200 + [2] * 20)  # the real ones are all wrong, and surer
    data = with_leaves(leaves, one_hot(truth))
    assert fit_thresholds(data, 0.9)["class"] < NEVER
    apart = replace(data, source=np.where(np.arange(220) < 200, "rendered", "real"))
    assert fit_thresholds(apart, 0.9)["class"] == NEVER


def test_sources_are_origins_and_real_crops_without_a_vehicle() -> None:
    target = np.array([[True, False], [False, True], [True, False], [True, True]])
    found = sources_of([None, "real", "mesh", "rendered"], target, [True, False])
    assert found.tolist() == ["real", "real none", "mesh", "rendered"]


def test_without_truth_the_interval_is_that_of_a_normal() -> None:
    nothing = held_out(20)
    assert fit_intervals(nothing) == (NORMAL_Z, NORMAL_Z)
    assert fit_intervals(replace(nothing, size=np.zeros((20, 4)))) == (NORMAL_Z, NORMAL_Z)


def test_the_whole_calibration_is_at_temperature() -> None:
    data = held_out(sharpness=3.0)
    recipe = msgspec.structs.replace(Recipe(), taxonomy=TREE.nodes)
    found = calibrate(data, recipe, {})
    assert found.decision.temperature == pytest.approx(3.0, rel=0.1)
    assert found.metrics["val_ece"] < found.metrics["val_ece_uncalibrated"]
    scaled = energy(data.logits / found.decision.temperature)
    assert np.mean(scaled <= found.decision.unknown_threshold) == pytest.approx(0.98, abs=0.001)
    assert set(calibrate(replace(data, taxonomy=Taxonomy.flat(LABELS)), Recipe(), {}).decision.thresholds) == {"class"}
    limits = found.decision.conformal["0.9"]
    nonconformity = 1 - softmax(data.logits / found.decision.temperature)[np.arange(4000), data.target.argmax(axis=1)]
    inside = nonconformity <= [limits[LABELS[each]] for each in data.target.argmax(axis=1)]
    assert np.mean(inside) == pytest.approx(0.9, abs=0.003)


def test_the_share_of_in_distribution_crops_is_under_the_threshold_of_any_method() -> None:
    data = replace(held_out(1000), distance=np.random.default_rng(0).random(1000))
    tree = Taxonomy([Node(name="car"), Node(name="van"), Node(name="bus", has_size=False)])
    for method in get_args(UnknownMethod):
        recipe = CalibrateRecipe(unknown_method=method, in_distribution_tpr=0.9)
        limit = fit_unknown_threshold(replace(data, taxonomy=tree), recipe)
        score = UnknownScore(method, tree, LABELS)
        known = data.target[:, :2].any(axis=1) if score.of_vehicles else np.ones(1000, bool)
        scores = score.of(data.logits, softmax(data.logits), data.distance)
        assert np.mean(scores[known] <= limit) == pytest.approx(0.9, abs=0.005), method


def test_without_an_in_distribution_crop_there_is_no_threshold() -> None:
    tree = Taxonomy([Node(name=label, has_size=False) for label in LABELS])
    data, recipe = held_out(20), CalibrateRecipe(unknown_method="vehicle")
    assert fit_unknown_threshold(replace(data, taxonomy=tree), recipe) is None


def test_a_conformal_limit_is_the_nonconformity_of_its_rank() -> None:
    leaves = np.full((19, 3), 0.0)
    leaves[:, 0] = np.linspace(0.05, 0.95, 19)
    leaves[:, 1] = 1 - leaves[:, 0]
    found = fit_conformal(with_leaves(leaves, one_hot(np.zeros(19, int))))
    # ceil(20 * 0.8) = 16th smallest of 0.05, 0.10, ..., and so on; 0.99 would need the 20th of 19
    limits = {coverage: found[coverage]["car"] for coverage in COVERAGES}
    assert limits == pytest.approx({"0.8": 0.8, "0.9": 0.9, "0.95": 0.95, "0.99": 1.0})


@pytest.mark.parametrize(("coverage", "fewest"), [("0.8", 4), ("0.9", 9), ("0.95", 19), ("0.99", 99)])
def test_a_class_of_too_few_crops_is_always_a_candidate(coverage: str, fewest: int) -> None:
    for num, enough in ((fewest - 1, False), (fewest, True)):
        leaves = np.tile([0.7, 0.2, 0.1], (num, 1))
        found = fit_conformal(with_leaves(leaves, one_hot(np.zeros(num, int))))[coverage]
        assert found == {"car": pytest.approx(0.3) if enough else 1.0, "van": 1.0, "bus": 1.0}


@pytest.mark.parametrize("coverage", COVERAGES)
def test_candidates_contain_the_truth_with_the_coverage_of_each_class(coverage: str) -> None:
    """Repeated draws, since the coverage of one calibration varies; exact for exchangeable crops."""
    rng, num, num_rounds = np.random.default_rng(0), 120, 400
    hits = np.zeros((num_rounds, 3))
    for number in range(num_rounds):
        truth = rng.permutation(np.repeat([0, 1, 2], (num, num + 40, num + 80)))
        # badly calibrated on purpose: the guarantee does not need a good model
        leaves = softmax(rng.normal(0, 3, (len(truth), 3)) + np.array([2, 1, 0.3])[truth][:, None] * one_hot(truth))
        seen = np.arange(len(truth)) % 2 == 0
        limits = np.array(list(fit_conformal(with_leaves(leaves[seen], one_hot(truth[seen])))[coverage].values()))
        inside = 1 - leaves[np.arange(len(truth)), truth] <= limits[truth]
        hits[number] = [inside[~seen & (truth == each)].mean() for each in range(3)]
    wanted, noise = float(coverage), 4 * hits.std(axis=0) / math.sqrt(num_rounds)
    assert np.all(hits.mean(axis=0) >= wanted - noise)
    if coverage != "0.99":  # there a class has too few crops for a limit
        assert np.all(hits.mean(axis=0) <= wanted + 2 / num + noise)


def test_a_coarse_label_counts_at_the_levels_it_decides() -> None:
    leaves = np.tile([0.9, 0.05, 0.05], (40, 1))
    light = np.tile([True, True, False], (40, 1))
    # the family is right; the label says nothing about the class
    assert fit_thresholds(with_leaves(leaves, light), 0.95) == {"family": pytest.approx(0.95), "class": NEVER}
    heavy = np.tile([False, False, True], (40, 1))
    assert fit_thresholds(with_leaves(leaves, heavy), 0.95) == {"family": NEVER, "class": NEVER}


def test_coarse_labels_do_not_raise_the_threshold_of_classes() -> None:
    data = held_out()
    leaves = softmax(data.logits)
    coarse = np.tile([True, True, False], (len(leaves), 1))
    both = fit_thresholds(with_leaves(np.vstack([leaves, leaves]), np.vstack([data.target, coarse])), 0.95)
    assert both["class"] == fit_thresholds(with_leaves(leaves, data.target), 0.95)["class"]


def test_the_likelihood_of_a_coarse_label_is_that_of_its_leaves_together() -> None:
    data = held_out(60)
    coarse = replace(data, target=np.tile([True, True, False], (60, 1)))
    assert coarse.nll(1.0) == pytest.approx(-np.log(softmax(data.logits)[:, :2].sum(axis=1)).mean())


def test_all_sources_weigh_the_same_in_the_likelihood() -> None:
    data = held_out(100)
    split = replace(data, source=np.where(np.arange(100) < 90, "rendered", "real"))
    each = -np.log(softmax(data.logits)[np.arange(100), data.target.argmax(axis=1)])
    assert split.nll(1.0) == pytest.approx((each[:90].mean() + each[90:].mean()) / 2)


def test_families_have_the_prior_that_the_recipe_says() -> None:
    shares = softmax(prior_shift(LABELS, TREE, 1.0)[None])[0]
    assert shares == pytest.approx([0.25, 0.25, 0.5])
    assert prior_shift(LABELS, TREE, 0.0) == pytest.approx([0, 0, 0])
    assert prior_shift(LABELS, Taxonomy.flat(LABELS), 1.0) == pytest.approx([0, 0, 0])
    recipe = msgspec.structs.replace(
        Recipe(), taxonomy=TREE.nodes, calibrate=CalibrateRecipe(family_prior=1.0, target_precision=0.6)
    )
    data = held_out()
    found, plain = (calibrate(data, each, {}) for each in (recipe, Recipe(taxonomy=TREE.nodes)))
    assert found.decision.family_prior == 1.0
    assert found.metrics["val_accuracy"] < plain.metrics["val_accuracy"]  # its classes are equally many


def test_a_node_is_as_much_likelier_beforehand_as_the_recipe_says() -> None:
    shift = prior_shift(LABELS, TREE, 1.0, {"light": 3.0, "van": 0.5})
    assert softmax(shift[None])[0] == pytest.approx(np.array([3, 1.5, 2]) / 6.5)
    assert shift.mean() == pytest.approx(0)
    recipe = Recipe(taxonomy=TREE.nodes, calibrate=CalibrateRecipe(relative_prior={"van": 0.02}, target_precision=0.6))
    data = held_out()
    found, plain = (calibrate(data, each, {}) for each in (recipe, Recipe(taxonomy=TREE.nodes)))
    assert found.decision.relative_prior == {"van": 0.02} and plain.decision.relative_prior == {}
    assert found.metrics["val_accuracy"] < plain.metrics["val_accuracy"]  # its classes are equally many


BY_SIZE = Taxonomy(
    [
        Node(name="light", level="family"),
        Node(name="car", parent="light", needs_size=True),
        Node(name="van", parent="light", needs_size=True),
        Node(name="bus"),
    ]
)


def test_a_border_between_two_sizes_that_was_learned_in_the_wrong_place_is_moved_back() -> None:
    data = replace(held_out(), taxonomy=BY_SIZE)
    moved = replace(data, logits=data.logits + np.array([0.8, -0.8, 0.0]))
    shift = fit_size_shift(moved)
    assert shift == pytest.approx({"car": -0.8, "van": 0.8}, abs=0.15)
    recipe = msgspec.structs.replace(Recipe(), taxonomy=BY_SIZE.nodes)
    found = calibrate(moved, recipe, {})
    kept = calibrate(replace(moved, taxonomy=TREE), msgspec.structs.replace(recipe, taxonomy=TREE.nodes), {})
    assert found.decision.size_shift.keys() == {"car", "van"}
    assert kept.decision.size_shift == {}  # classes that more than size distinguishes
    assert found.metrics["val_accuracy"] > kept.metrics["val_accuracy"] + 0.01
    assert sum(found.decision.size_shift.values()) == pytest.approx(0)


def test_the_shares_of_the_sizes_among_the_crops_are_no_prior() -> None:
    data = replace(held_out(), taxonomy=BY_SIZE)
    kept = np.flatnonzero(~data.target[:, 1] | (np.arange(len(data.target)) % 8 == 0))  # an eighth of the vans
    few = replace(data, target=data.target[kept], source=data.source[kept], logits=data.logits[kept])
    few = replace(few, true_size=data.true_size[kept], gsd_error=data.gsd_error[kept])
    assert fit_size_shift(few) == pytest.approx({"car": 0, "van": 0}, abs=0.15)


def test_sizes_with_few_crops_are_not_shifted() -> None:
    data = held_out(12)
    moved = replace(data, taxonomy=BY_SIZE, logits=data.logits + np.array([0.8, -0.8, 0.0]))
    assert fit_size_shift(moved) == {}


def test_a_shift_counts_for_all_labels_under_its_node() -> None:
    assert shift_under(LABELS, TREE, {"light": 0.5, "van": 0.25}).tolist() == [0.5, 0.75, 0]


def test_a_calibration_of_0_1_0_is_read() -> None:
    decision = {"thresholds": {"class": 0.7}, "careful": {"light": 0.9}}
    stored = json.dumps({"decision": decision, "metrics": {}, "counts": {}}).encode()
    assert Calibration.from_json(stored).decision.node_thresholds == {"light": 0.9}
