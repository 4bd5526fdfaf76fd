"""Likelihood ratios of two hypotheses, and how those of several crops are pooled."""

from __future__ import annotations

import math

import msgspec
import pytest

from vehicle_id import InputError, Prediction, Result, Status
from vehicle_id.model.card import Decision, ModelCard
from vehicle_id.report.evidence import MOST_LOG_RATIO, CropEvidence, Evidence, pooled, weigh
from vehicle_id.report.verdict import base_rate_lines
from vehicle_id.taxonomy import Node

CARD = ModelCard(
    name="test",
    version="1",
    labels=("hauler", "bare", "loaded", "tank", "ground"),
    nodes=(
        Node(name="vehicle", level="kind"),
        Node(name="hauler", parent="vehicle"),
        Node(name="chassis", parent="vehicle", level="family"),
        Node(name="bare", parent="chassis"),
        Node(name="loaded", parent="chassis"),
        Node(name="tank", parent="vehicle"),
        Node(name="ground", has_size=False),
    ),
    chip_px=32,
    decision=Decision(thresholds={"class": 0.5, "family": 0.5, "kind": 0.5}),
)


def answer(hauler: float, bare: float, loaded: float, tank: float = 0.0, **known: object) -> Result:
    scores = {"hauler": hauler, "bare": bare, "loaded": loaded, "tank": tank}
    scores["ground"] = 1 - sum(scores.values())
    top = tuple(Prediction(label=name, score=score) for name, score in scores.items())
    return Result(**{"path": "crop.png", "label": "hauler", "top": top, **known})  # type: ignore[arg-type]


def test_equal_odds_per_class_are_no_evidence() -> None:
    """A group of two classes has twice the prior of one class: twice its probability says nothing."""
    found = weigh([answer(0.3, 0.3, 0.3)], CARD, first="hauler", second="chassis")
    assert found.log_ratio == pytest.approx(0)
    assert found.share == pytest.approx(0.9)
    assert (found.other, found.other_share) == ("ground", pytest.approx(0.1))


def test_with_a_prior_of_families_a_group_has_the_prior_of_a_class() -> None:
    decision = msgspec.structs.replace(CARD.decision, family_prior=1.0)
    card = msgspec.structs.replace(CARD, decision=decision)
    found = weigh([answer(0.4, 0.2, 0.2)], card, first="hauler", second="chassis")
    assert found.log_ratio == pytest.approx(0)


def test_a_factor_of_the_prior_is_divided_out() -> None:
    decision = msgspec.structs.replace(CARD.decision, relative_prior={"hauler": 3.0})
    card = msgspec.structs.replace(CARD, decision=decision)
    found = weigh([answer(0.6, 0.2, 0.2)], card, first="hauler", second="chassis")
    # hauler is as likely as expected beforehand, 3 of 3 and 2: the picture says nothing
    assert found.log_ratio == pytest.approx(0)


def test_the_ratio_is_that_of_the_favoured_hypothesis() -> None:
    found = weigh([answer(0.1, 0.6, 0.2)], CARD, first="hauler", second="chassis")
    assert (found.favoured, found.other_hypothesis) == ("chassis", "hauler")
    assert found.ratio == pytest.approx(4) and found.num_favouring == 1


def test_crops_are_pooled_as_fewer_than_there_are() -> None:
    assert pooled([]) == 0
    assert pooled([1.0]) == 1
    assert pooled([1.0] * 4) == pytest.approx(2)  # four crops that agree count for two
    assert pooled([2.0, -2.0]) == 0


def test_many_crops_that_agree_have_a_ratio() -> None:
    crops = tuple(CropEvidence(path=f"{n}.png", log_ratio=9.0) for n in range(20_000))
    log_ratio = pooled([9.0] * 20_000)
    found = Evidence(first="a", second="b", crops=crops, log_ratio=log_ratio, share=1.0, other=None, other_share=0.0)
    assert found.ratio > 1e100 and base_rate_lines(found)[-1] == "1 in 100: 1.00"


def test_one_crop_never_counts_for_more_than_a_thousand() -> None:
    assert pooled([50.0]) == MOST_LOG_RATIO == math.log(1000)
    assert pooled([50.0, -MOST_LOG_RATIO]) == 0


def test_crops_that_say_nothing_of_vehicles_are_left_out_with_the_reason() -> None:
    results = [
        answer(0.9, 0.05, 0.05),
        answer(0.0, 0.5, 0.5, label="unknown", reason="unknown: out-of-distribution"),
        Result(path="x.png", status=Status.TRUNCATED, reason="ends early"),
        answer(0.0, 0.5, 0.5, flags=("not_optical",)),
    ]
    found = weigh(results, CARD, first="hauler", second="chassis")
    assert len(found.used) == 1 and found.ratio == pytest.approx(18)
    reasons = [each.why_not for each in found.crops]
    assert reasons == ["", "unknown: out-of-distribution", "truncated: ends early", "not an optical picture"]
    nothing = weigh(results[1:], CARD, first="hauler", second="chassis")
    assert (nothing.used, nothing.log_ratio, nothing.share, nothing.other) == ((), 0, 0, None)


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ("hauler", "Haulers", "'Haulers' is not in the class tree of test-1: nearest are hauler"),
        ("hauler", "launcher", "'launcher' is not in the class tree of test-1: name one of vehicle, hauler"),
        ("bare", "chassis", "one of them contains the other"),
        ("hauler", "hauler", "one of them contains the other"),
    ],
)
def test_what_are_no_two_hypotheses(first: str, second: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        weigh([answer(0.5, 0.2, 0.2)], CARD, first=first, second=second)
