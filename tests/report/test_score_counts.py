"""Counts from scores, with the mix of the group as prior."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from tests.report.test_evidence import CARD
from vehicle_id.report.counts import count_groups
from vehicle_id.report.rates import Units
from vehicle_id.report.score_counts import NUM_CHAINS, NUM_KEPT, UnitLikelihoods, draw_counts_from_scores
from vehicle_id.results import Record

UNITS = Units(CARD.taxonomy(), "family")


def row(label: str, **scores: float) -> Record:
    return {"status": "ok", "label": label, "top": [{"label": name, "score": each} for name, each in scores.items()]}


def test_the_prior_of_the_model_is_divided_out() -> None:
    """A family of two classes has twice the prior of one: an even score is then evidence for the other."""
    assert UNITS.names == ("hauler", "chassis", "tank", "ground")
    found = UnitLikelihoods(UNITS, CARD).of(row("hauler", hauler=0.4, bare=0.2, loaded=0.2, tank=0.2))
    np.testing.assert_allclose(found / found[0], [1, 0.5, 0.5, 0], atol=1e-4)
    card = msgspec.structs.replace(CARD, decision=msgspec.structs.replace(CARD.decision, family_prior=1.0))
    equal = UnitLikelihoods(UNITS, card).of(row("hauler", hauler=0.4, bare=0.2, loaded=0.2, tank=0.2))
    np.testing.assert_allclose(equal / equal[0], [1, 1, 0.5, 0], atol=1e-4)


def test_a_factor_of_the_prior_is_divided_out() -> None:
    decision = msgspec.structs.replace(CARD.decision, relative_prior={"hauler": 4.0})
    found = UnitLikelihoods(UNITS, msgspec.structs.replace(CARD, decision=decision)).of(
        row("hauler", hauler=0.4, bare=0.2, loaded=0.2, tank=0.2)
    )
    np.testing.assert_allclose(found / found[0], [1, 2, 2, 0], atol=1e-3)


def test_what_top_leaves_out_is_shared_evenly() -> None:
    found = UnitLikelihoods(UNITS, CARD).of(row("hauler", hauler=0.6, of_another_model=0.3))
    np.testing.assert_allclose(found * [0.2, 0.4, 0.2, 0.2], [0.7, 0.1, 0.1, 0.1], atol=1e-4)


def test_undecided_crops_count_as_what_their_group_holds() -> None:
    sure, torn = row("hauler", hauler=0.99, tank=0.01), row("vehicle", hauler=0.5, tank=0.5)
    likelihoods = UnitLikelihoods(UNITS, CARD)
    [group] = count_groups([*[sure] * 60, *[torn] * 20], UNITS, by=(), likelihoods=likelihoods)
    hauler = group.counts["hauler"]
    assert (hauler.answered, hauler.at_least) == (60, 60) and hauler.about is not None and hauler.about > 75
    assert group.num_undecided == 20  # no answer changes
    [alone] = count_groups([torn] * 20, UNITS, by=(), likelihoods=likelihoods)
    low, high = alone.counts["hauler"].low, alone.counts["hauler"].high
    assert low is not None and high is not None and low <= 2 and high >= 18


@pytest.mark.parametrize("mix", [(0.9, 0.1), (0.5, 0.5)])
def test_the_interval_holds_the_truth_as_often_as_stated(mix: tuple[float, float]) -> None:
    rng, inside = np.random.default_rng(3), []
    for _ in range(60):
        truth = rng.multinomial(40, rng.dirichlet(np.ones(2)) if mix == (0.5, 0.5) else mix)
        noise = rng.normal(np.repeat([1.0, -1.0], truth), 1.5)  # the log likelihood ratio of a normal score
        ratios = np.exp(2 * noise / 1.5**2)
        draws = draw_counts_from_scores(np.stack([ratios, np.ones_like(ratios)], axis=1), rng)
        assert draws.shape == (NUM_CHAINS * NUM_KEPT, 2) and (draws.sum(axis=1) == 40).all()
        low, high = np.quantile(draws[:, 0], (0.05, 0.95), method="inverted_cdf")
        inside.append(low <= truth[0] <= high)
    assert np.mean(inside) >= 0.8
