"""The decision: the most specific node that is sure enough, unknown, and what size allows."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.fixtures.make_tiny import CARD
from tests.gallery.galleries import gallery, reference
from vehicle_id.errors import InputError
from vehicle_id.gallery.weights import GalleryWeights
from vehicle_id.model.card import ModelCard
from vehicle_id.model.decide import Decider, softmax
from vehicle_id.model.session import Scores
from vehicle_id.results import UNKNOWN, Result, Status

LOGITS = hnp.arrays(np.float32, (3, 4), elements=st.floats(-30, 30, width=32))


def decide(
    probabilities: list[float],
    *,
    extent_m: float = 9.0,
    length: float | None = 0.5,
    width: float = 0.2,
    spread: float = 0.05,
    card: ModelCard = CARD,
    gsd_error: float | None = 0.0,
) -> Result:
    """Decide on one chip of the tiny model's classes: car, van, bus, ground."""
    logits = np.log(np.array([probabilities], np.float32) + 1e-9) + 5  # +5: far from unknown
    size = None
    if length is not None:
        size = np.array([[math.log(length), math.log(width), 2 * math.log(spread), 2 * math.log(spread)]], np.float32)
    crops = [Result(gsd_error=gsd_error)]
    return Decider(card).decide(Scores(logits=logits, size=size), np.array([extent_m], np.float32), crops=crops)[0]


def test_a_sure_leaf_answers() -> None:
    answer = decide([0.9, 0.05, 0.03, 0.02])
    assert (answer.label, answer.level) == ("car", "class")
    assert answer.score == pytest.approx(0.9, abs=1e-4)
    assert answer.reason == "car 0.90 is at or above its threshold 0.70"


def test_an_unsure_leaf_rolls_up_and_says_so() -> None:
    answer = decide([0.5, 0.45, 0.03, 0.02])
    assert (answer.label, answer.level) == ("light", "family")
    assert answer.score == pytest.approx(0.95, abs=1e-4)
    assert answer.reason == "rolled up to light (0.95): best class car 0.50 is below its threshold 0.70"
    assert answer.decision == ("car:below_threshold", "light:answered")


def test_an_answer_names_its_family_and_its_path_in_the_tree() -> None:
    leaf, family, kind, unknown = (
        decide(each) for each in ([0.9, 0.05, 0.03, 0.02], [0.5, 0.45, 0.03, 0.02], [0.4, 0.1, 0.48, 0.02], [0.25] * 4)
    )
    assert (leaf.label, leaf.family, leaf.path_in_tree) == ("car", "light", ("vehicle", "light", "car"))
    assert (family.label, family.family, family.path_in_tree) == ("light", "light", ("vehicle", "light"))
    assert (kind.label, kind.family, kind.path_in_tree) == ("vehicle", None, ("vehicle",))
    assert (unknown.label, unknown.family, unknown.path_in_tree) == (UNKNOWN, None, None)


def test_a_score_just_below_its_threshold_is_printed_with_the_digits_that_show_it() -> None:
    assert "car 0.6996 is below its threshold 0.7000" in decide([0.6996, 0.26, 0.02, 0.0204]).reason


def test_roll_up_does_not_follow_the_best_leaf_blindly() -> None:
    # bus is most likely, but car and van together are nearly sure
    card = msgspec.structs.replace(
        CARD, decision=msgspec.structs.replace(CARD.decision, thresholds={"class": 0.7, "family": 0.55, "any": 0.9})
    )
    logits = np.log(np.array([[0.3, 0.29, 0.39, 0.02]], np.float32)) + 5
    answer = Decider(card).decide(Scores(logits=logits), np.array([9.0], np.float32))[0]
    assert answer.label == "light"


def node_thresholds(**nodes: float) -> ModelCard:
    return msgspec.structs.replace(CARD, decision=msgspec.structs.replace(CARD.decision, node_thresholds=nodes))


def test_a_node_with_a_threshold_of_its_own_needs_that_too() -> None:
    answer = decide([0.8, 0.04, 0.1, 0.06], card=node_thresholds(light=0.9))
    assert answer.label == "vehicle"
    assert answer.reason.endswith("light 0.84 is below its threshold 0.90")
    assert answer.decision == ("light:below_node_threshold", "vehicle:answered")
    # the node itself counts, not the leaf: 0.8 is below 0.9, the light vehicles together are above it
    assert decide([0.8, 0.14, 0.04, 0.02], card=node_thresholds(light=0.9)).label == "car"
    # and no other node
    assert decide([0.02, 0.02, 0.9, 0.06], card=node_thresholds(light=0.9), length=None).label == "bus"


def test_a_node_threshold_is_not_mentioned_where_it_changed_nothing() -> None:
    assert "light" not in decide([0.1, 0.1, 0.4, 0.4], card=node_thresholds(light=0.9)).reason


def test_without_a_node_above_its_threshold_the_answer_is_unknown() -> None:
    answer = decide([0.3, 0.1, 0.3, 0.3])
    assert (answer.label, answer.level, answer.score) == (UNKNOWN, None, None)
    assert answer.reason.startswith("unknown: best class ") and "is below its threshold 0.70" in answer.reason
    assert answer.top[0].label in {"car", "bus", "ground"}


def test_high_energy_is_unknown_whatever_the_softmax() -> None:
    logits = np.array([[-1.0, -9, -9, -9]], np.float32)
    answer = Decider(CARD).decide(Scores(logits=logits), np.array([9.0], np.float32))[0]
    assert answer.top[0].score > 0.99
    assert answer.label == UNKNOWN
    assert answer.reason == "unknown: out-of-distribution score 1.00 is above the threshold 0.00 (best class: car 1.00)"


def test_without_a_threshold_no_score_is_too_high() -> None:
    card = msgspec.structs.replace(CARD, decision=msgspec.structs.replace(CARD.decision, unknown_threshold=None))
    logits = np.array([[-1.0, -9, -9, -9]], np.float32)
    assert Decider(card).decide(Scores(logits=logits), np.array([9.0], np.float32))[0].label == "car"


def with_decision(**changes: object) -> ModelCard:
    return msgspec.structs.replace(CARD, decision=msgspec.structs.replace(CARD.decision, **changes))


def test_the_card_names_the_score_of_the_unknown() -> None:
    card = with_decision(unknown_method="vehicle", unknown_threshold=0.4)
    answer = decide([0.29, 0.14, 0.1, 0.47], card=card)
    assert answer.unknown_score == pytest.approx(0.47, abs=1e-4)
    assert answer.label == UNKNOWN
    assert (
        answer.reason == "unknown: out-of-distribution score 0.47 is above the threshold 0.40 (best class: ground 0.47)"
    )
    assert decide([0.95, 0.02, 0.02, 0.01], card=card).label == "car"


def test_what_is_far_from_the_mean_of_every_class_is_unknown() -> None:
    means = {"car": (1.0, 0, 0), "van": (0.0, 1, 0), "bus": (0.0, 0, 1), "ground": (-1.0, 0, 0)}
    card = with_decision(unknown_method="class_mean", unknown_threshold=0.5, class_means=means)
    logits = np.array([[9, 0, 0, 0]] * 3, np.float32)
    embedding = np.array([[3, 0, 0], [0, 0, 2], [1, 1, 1]], np.float32)
    answers = Decider(card).decide(Scores(logits=logits, embedding=embedding), np.full(3, 9, np.float32))
    assert [each.label for each in answers] == ["car", "car", UNKNOWN]
    assert [each.unknown_score for each in answers] == pytest.approx([0, 0, math.sqrt(2 - 2 / math.sqrt(3))], abs=1e-6)


def test_the_card_says_how_its_galleries_are_asked() -> None:
    means = {"car": (1.0, 0, 0), "van": (0.0, 1, 0), "bus": (0.0, 0, 1), "ground": (-1.0, 0, 0)}
    weights = GalleryWeights(similarity=10, constant=0, overlap=0, certainty=0, trained=10, roots=False)
    own = gallery(reference("own", [0.8, 0.6, 0]))
    logits = np.array([[9, 0, 0, 0]], np.float32)  # sure of a class that the crop is unlike
    scores = Scores(logits=logits, embedding=np.array([[0.7, 0.7, 0]], np.float32))
    named = with_decision(class_means=means, gallery=weights)
    extent_m = np.array([9], np.float32)
    assert Decider(named, gallery=own).decide(scores, extent_m)[0].top[0].label == "own"
    certain = with_decision(class_means=means, gallery=msgspec.structs.replace(weights, trained=20))
    assert Decider(certain, gallery=own).decide(scores, extent_m)[0].top[0].label == "car"


def test_ground_is_no_vehicle_and_yet_not_unknown() -> None:
    ground = [0.01, 0.01, 0.01, 0.97]
    assert decide(ground, card=with_decision(unknown_method="vehicle", unknown_threshold=0.4)).label == "ground"
    assert decide(ground, card=with_decision(unknown_method="msp", unknown_threshold=0.01)).label == UNKNOWN


def test_candidates_are_the_classes_not_too_far_from_sure() -> None:
    def candidates(coverage: float | None, probabilities: list[float]) -> tuple[str, ...] | None:
        scores = Scores(logits=np.log(np.array([probabilities], np.float32)))
        return Decider(CARD, coverage=coverage).decide(scores, np.array([9.0], np.float32))[0].candidates

    assert candidates(0.9, [0.3, 0.55, 0.1, 0.05]) == ("car", "bus")  # most likely first; van would need 0.6
    assert candidates(0.9, [0.03, 0.62, 0.3, 0.05]) == ("van", "bus")
    assert candidates(0.8, [0.3, 0.45, 0.2, 0.05]) == ()
    assert candidates(None, [0.3, 0.55, 0.1, 0.05]) is None


def test_a_coverage_that_was_not_fitted_is_an_error_that_lists_the_fitted_ones() -> None:
    with pytest.raises(InputError, match=r"^tiny-0.1 has no candidates for a coverage of 0.85: give 0.8, 0.9$"):
        Decider(CARD, coverage=0.85)
    with pytest.raises(InputError, match=r"^tiny-0.1 was not calibrated for candidates"):
        Decider(with_decision(conformal={}), coverage=0.9)


def test_a_class_that_needs_its_size_needs_a_gsd() -> None:
    assert decide([0.02, 0.95, 0.02, 0.01], extent_m=12.0).label == "van"
    answer = decide([0.02, 0.95, 0.02, 0.01], extent_m=0.0)
    assert answer.label == "light"
    assert "only size can tell van" in answer.reason


def test_a_measured_size_outside_the_catalogue_rolls_up() -> None:
    answer = decide([0.95, 0.03, 0.01, 0.01], extent_m=15.0)  # 7.5 m long
    assert answer.label == "light"
    assert "car is excluded: length 6.9 to 8.1 m, published 3.0 to 6.0 m" in answer.reason
    assert decide([0.95, 0.03, 0.01, 0.01], extent_m=12.5).label == "car"  # 6.25 m, but the interval reaches 6.0


def test_a_measured_width_excludes_too() -> None:
    answer = decide([0.95, 0.03, 0.01, 0.01], length=0.5, width=0.4)  # 4.5 x 3.6 m
    assert "car is excluded: width" in answer.reason


def test_a_size_no_node_allows_is_unknown() -> None:
    answer = decide([0.95, 0.03, 0.01, 0.01], extent_m=2.0)
    assert answer.label == UNKNOWN
    assert answer.reason.count("excluded") == 3


def test_unknown_bounds_exclude_nothing() -> None:
    assert decide([0.01, 0.01, 0.97, 0.01], extent_m=30.0, width=0.9).label == "bus"  # no published width


def test_size_is_metres_with_its_interval() -> None:
    size = decide([0.95, 0.03, 0.01, 0.01]).size
    assert size is not None
    assert (size.length_m, size.width_m) == (pytest.approx(4.5, rel=1e-5), pytest.approx(1.8, rel=1e-5))
    factor = math.exp(1.6449 * 0.05)
    assert size.length_high_m == pytest.approx(4.5 * factor, rel=1e-4)
    assert size.length_low_m == pytest.approx(4.5 / factor, rel=1e-4)


@pytest.mark.parametrize(("stated", "used"), [(0.2, 0.2), (0.0, 0.0), (None, 0.05)])
def test_an_uncertain_gsd_widens_the_interval(stated: float | None, used: float) -> None:
    size = decide([0.95, 0.03, 0.01, 0.01], gsd_error=stated).size
    assert size is not None
    sigma = math.hypot(0.05, math.log(1 + used))
    assert size.length_high_m == pytest.approx(4.5 * math.exp(1.6449 * sigma), rel=1e-4)
    assert size.width_low_m == pytest.approx(1.8 / math.exp(1.6449 * sigma), rel=1e-4)


def test_the_width_may_have_an_interval_of_its_own() -> None:
    size = decide([0.95, 0.03, 0.01, 0.01], card=with_decision(width_interval_z=3.0)).size
    assert size is not None
    assert size.length_high_m == pytest.approx(4.5 * math.exp(1.6449 * 0.05), rel=1e-4)
    assert size.width_high_m == pytest.approx(1.8 * math.exp(3 * 0.05), rel=1e-4)
    assert size.width_low_m == pytest.approx(1.8 / math.exp(3 * 0.05), rel=1e-4)


def test_nothing_is_longer_than_its_crop_is_wide_and_high() -> None:
    assert decide([0.95, 0.03, 0.01, 0.01], length=1.4).size is not None
    assert decide([0.95, 0.03, 0.01, 0.01], length=1.6).size is None


def test_what_is_most_likely_ground_has_no_size() -> None:
    answer = decide([0.2, 0.1, 0.1, 0.6])
    assert (answer.label, answer.size) == (UNKNOWN, None)


def test_a_wild_variance_does_not_overflow() -> None:
    size = decide([0.95, 0.03, 0.01, 0.01], spread=1e8).size
    assert size is not None and math.isfinite(size.length_high_m)


def test_ground_has_no_size_and_no_heading() -> None:
    heading = np.array([[1.0, 0.0]], np.float32)
    logits = np.log(np.array([[0.01, 0.01, 0.01, 0.97]], np.float32)) + 5
    size = np.log(np.array([[0.99, 0.2, 0.01, 0.01]], np.float32))
    answer = Decider(CARD).decide(Scores(logits=logits, size=size, heading=heading), np.array([9.0], np.float32))[0]
    assert (answer.label, answer.size, answer.heading_deg, answer.flags) == ("ground", None, None, ())


def test_without_gsd_there_is_no_size() -> None:
    assert decide([0.95, 0.03, 0.01, 0.01], extent_m=0.0).size is None


def test_a_vehicle_as_long_as_its_crop_is_flagged() -> None:
    assert decide([0.95, 0.03, 0.01, 0.01], extent_m=5.0, length=0.97).flags == ("touches_border",)
    assert decide([0.95, 0.03, 0.01, 0.01], extent_m=5.0, length=0.9).flags == ()


def test_a_crop_too_narrow_for_any_vehicle_is_unknown_and_the_reason_asks_for_its_distance() -> None:
    shortest = min(node.length_m[0] for node in CARD.taxonomy().nodes if node.length_m)
    answer = decide([0.95, 0.03, 0.01, 0.01], extent_m=0.49 * shortest)
    assert (answer.label, answer.score, answer.size, answer.decision) == (UNKNOWN, None, None, ("unknown:too_narrow",))
    assert answer.reason == (
        f"unknown: the crop spans {0.49 * shortest:.2g} m, and the shortest vehicle of tiny-0.1 is {shortest:.1f} m "
        "long: is the ground sample distance right? (best class: car 0.95)"
    )
    wider = decide([0.95, 0.03, 0.01, 0.01], extent_m=0.51 * shortest)
    assert "unknown:too_narrow" not in wider.decision
    assert decide([0.95, 0.03, 0.01, 0.01], extent_m=0.0).label == "car"  # not known is not wrong


def test_where_the_size_of_a_class_is_not_known_no_crop_is_too_narrow() -> None:
    nodes = [msgspec.structs.replace(node, length_m=None) if node.name == "bus" else node for node in CARD.nodes]
    card = msgspec.structs.replace(CARD, nodes=nodes)
    assert decide([0.95, 0.03, 0.01, 0.01], extent_m=0.1, length=None, card=card).label == "car"


RADAR = Result(flags=("grey", "not_optical"))


@pytest.mark.parametrize("logits", [[9.0, 0, 0, 0], [0.0, 0, 0, 9.0], [5.0, 5, 5, 5]])
def test_a_picture_that_looks_like_radar_is_unknown_to_a_model_of_optical_pictures(logits: list[float]) -> None:
    size = np.array([[math.log(0.5), math.log(0.2), -6.0, -6.0]], np.float32)
    heading = np.array([[1.0, 0.0]], np.float32)
    card = msgspec.structs.replace(
        CARD, decision=msgspec.structs.replace(CARD.decision, conformal={"0.9": dict.fromkeys(CARD.labels, 0.5)})
    )
    scores = Scores(logits=np.array([logits], np.float32), size=size, heading=heading)
    [answer] = Decider(card, coverage=0.9).decide(scores, np.array([9.0], np.float32), crops=[RADAR])
    assert (answer.label, answer.level, answer.score, answer.size, answer.heading_deg) == (UNKNOWN, *[None] * 4)
    assert (answer.candidates, answer.flags) == ((), ("grey", "not_optical"))
    assert answer.decision == ("unknown:not_optical",)
    assert answer.reason.startswith(
        "unknown: the picture is grey and speckled, as radar is, and tiny-0.1 was made for optical pictures (best class"
    )
    assert len(answer.top) == 4 and answer.unknown_score is not None


def test_a_model_of_radar_answers_it() -> None:
    scores = Scores(logits=np.array([[9.0, 0, 0, 0]], np.float32))
    decider = Decider(msgspec.structs.replace(CARD, sensor="radar"))
    [answer] = decider.decide(scores, np.array([9.0], np.float32), crops=[RADAR])
    assert (answer.label, answer.flags) == ("car", ("grey",))


@pytest.mark.parametrize("degrees", [0.0, 30.0, 89.0, 91.0, 179.0])
def test_heading_is_half_the_angle(degrees: float) -> None:
    doubled = math.radians(2 * degrees)
    heading = np.array([[math.cos(doubled), math.sin(doubled)]], np.float32)
    scores = Scores(logits=np.array([[9.0, 0, 0, 0]], np.float32), heading=heading)
    found = Decider(CARD).decide(scores, np.array([0.0], np.float32))[0].heading_deg
    assert found == pytest.approx(degrees, abs=1e-3)


def test_top_k_keeps_the_most_likely_in_order() -> None:
    logits = np.array([[1.0, 3.0, 2.0, 0.0]], np.float32)
    top = Decider(CARD, top_k=2).decide(Scores(logits=logits), np.array([9.0], np.float32))[0].top
    assert [each.label for each in top] == ["van", "bus"]


@settings(max_examples=50, deadline=None)
@given(LOGITS)
def test_softmax_sums_to_one_and_ignores_a_shift(logits: np.ndarray) -> None:
    probabilities = softmax(logits)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    np.testing.assert_allclose(softmax(logits + np.float32(4)), probabilities, atol=1e-5)


@settings(max_examples=50, deadline=None)
@given(LOGITS, st.floats(0, 40))
def test_every_answer_is_a_node_with_its_threshold_reached(logits: np.ndarray, extent_m: float) -> None:
    decider = Decider(CARD)
    for answer in decider.decide(Scores(logits=logits), np.full(3, extent_m, np.float32)):
        assert answer.reason
        if answer.label != UNKNOWN:
            level = decider.taxonomy[answer.label].level
            assert answer.level == level
            assert answer.score is not None and answer.score >= CARD.decision.thresholds[level]
            assert extent_m > 0 or answer.label != "van"


def test_an_answer_at_the_top_of_the_tree_names_the_best_finer_node() -> None:
    answer = decide([0.5, 0.1, 0.35, 0.05])
    assert answer.label == "vehicle"
    assert answer.reason == (
        "rolled up to vehicle (0.95), most likely light 0.60: best class car 0.50 is below its threshold 0.70"
    )


def test_what_is_known_of_a_crop_comes_back_with_its_answer() -> None:
    crop = Result(path="a.png", flags=("grey",), gsd_m=0.3)
    scores = Scores(logits=np.array([[9.0, 0, 0, 0]], np.float32))
    [answer] = Decider(CARD).decide(scores, np.array([9.0], np.float32), crops=[crop])
    assert (answer.path, answer.gsd_m, answer.flags, answer.label) == ("a.png", 0.3, ("grey",), "car")
    assert answer.status is Status.OK


def test_a_gallery_answers_what_is_unlike_the_training_data_and_nothing_else_changes() -> None:
    own = gallery(reference("own", [1, 0, 0]), reference("own", [1, 0.1, 0]), parents={"own": "light"})
    embedding = np.array([[1, 0, 0], [0, 0, -1]], np.float32)
    # as unlike anything as the tiny model knows: logits whose energy is above the card's threshold
    logits = np.array([[-6.0, -6, -6, -6], [-6, -6, -6, -6]], np.float32)
    scores, extent_m = Scores(logits=logits, embedding=embedding), np.array([9, 9], np.float32)
    alike, unlike = Decider(CARD, gallery=own).decide(scores, extent_m)
    assert (alike.label, alike.level, alike.family) == ("own", "class", "light")
    assert alike.reason.endswith(f"; nearest references: {own.references[0].path} 1.00, {own.references[1].path} 0.95")
    assert alike.top[0].label == "own" and alike.nearest is not None and alike.nearest.nearest_label == "own"
    without = Decider(CARD).decide(scores, extent_m)[1]
    assert unlike.label == without.label == UNKNOWN and unlike.unknown_score == without.unknown_score
    assert unlike.decision == ("unknown:out_of_distribution",)


def test_a_gallery_whose_references_disagree_is_passed_over() -> None:
    scattered = gallery(
        reference("own", [1, 0, 0], logits=(1, 0, 0, 0)), reference("own", [0, 1, 0], logits=(0, 1, 0, 0))
    )
    scores = Scores(logits=np.full((1, 4), 5, np.float32), embedding=np.array([[1, 0, 0]], np.float32))
    answer = Decider(CARD, gallery=scattered).decide(scores, np.array([9], np.float32))[0]
    assert answer.top[0].label == "own" and answer.top[0].score > 0.9
    assert answer.label == UNKNOWN and answer.decision == ("own:references_disagree", "unknown:answered")
    assert "only 0 of its 2 references are found by the others" in answer.reason


def test_candidates_exclude_a_gallery() -> None:
    with pytest.raises(InputError, match="give a coverage or a gallery, not both"):
        Decider(CARD, coverage=0.9, gallery=gallery(reference("own", [1])))
