"""The probabilities of a gallery beside those of the network."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.fixtures.make_tiny import CARD
from tests.gallery.galleries import LABELS, gallery, reference
from vehicle_id.gallery.references import Gallery
from vehicle_id.gallery.scores import GalleryScores, extended
from vehicle_id.taxonomy import Taxonomy

TREE = CARD.taxonomy()
RNG = np.random.default_rng(0)
BUS_LIKE = (0.0, 0.0, 3.0, 0.0)


def scores(made: Gallery) -> GalleryScores:
    return GalleryScores(made, labels=LABELS, taxonomy=TREE, level="class")


def crowd(label: str, centre: list[float], number: int, spread: float = 0.1) -> list[object]:
    return [reference(label, list(np.array(centre) + spread * RNG.normal(size=len(centre)))) for _ in range(number)]


def test_a_crop_like_the_references_is_theirs_and_one_unlike_them_the_networks() -> None:
    asked = scores(gallery(reference("own", [1, 0, 0, 0], logits=BUS_LIKE)))
    leaves = np.array([[0.1, 0.1, 0.7, 0.1], [0.97, 0.01, 0.01, 0.01]])
    joined = asked.join(leaves, np.array([[1.0, 0, 0, 0], [-1.0, 0, 0, 0]]))
    assert asked.labels == (*LABELS, "own")
    assert joined.probabilities[0].argmax() == 4 and joined.probabilities[1].argmax() == 0
    assert joined.probabilities[1, 0] > 0.96
    assert joined.similarity[0, 0] == pytest.approx(1)


@settings(max_examples=60, deadline=None)
@given(
    hnp.arrays(np.float64, (5, 4), elements=st.floats(0, 1)),
    hnp.arrays(np.float64, (5, 3), elements=st.floats(-50, 50)),
)
def test_probabilities_sum_to_one_and_keep_the_ratios_of_the_network(weights: np.ndarray, asked: np.ndarray) -> None:
    leaves = (weights + 1e-9) / (weights + 1e-9).sum(axis=1, keepdims=True)
    made = gallery(reference("own", [1, 0, 0]), reference("bus", [0, 1, 0]), reference("own", [1, 0.2, 0]))
    joined = scores(made).join(leaves, asked)
    assert np.isfinite(joined.probabilities).all() and (joined.probabilities >= 0).all()
    np.testing.assert_allclose(joined.probabilities.sum(axis=1), 1)
    np.testing.assert_allclose(joined.probabilities[:, 4], joined.of_gallery[:, 0])
    rest = 1 - joined.of_gallery.sum(axis=1)
    np.testing.assert_allclose(joined.probabilities[:, 0], leaves[:, 0] * rest, atol=1e-12)


def test_references_of_a_trained_class_add_to_it() -> None:
    asked = scores(gallery(reference("bus", [1, 0, 0, 0], logits=BUS_LIKE)))
    joined = asked.join(np.full((1, 4), 0.25), np.array([[1.0, 0, 0, 0]]))
    assert asked.labels == LABELS
    assert joined.probabilities[0, 2] == pytest.approx(joined.of_gallery[0, 0] + 0.25 * (1 - joined.of_gallery[0, 0]))


def test_the_order_of_the_references_does_not_matter() -> None:
    made = [*crowd("own", [3, 0, 0], 4), *crowd("other", [0, 3, 0], 3)]
    asked, leaves = RNG.normal(size=(6, 3)), np.full((6, 4), 0.25)
    one = scores(gallery(*made)).join(leaves, asked)
    turned = scores(gallery(*made[::-1])).join(leaves, asked)
    np.testing.assert_allclose(one.of_gallery, turned.of_gallery[:, ::-1], atol=1e-12)


def test_distinct_classes_are_told_apart_more_sharply_than_mixed_ones() -> None:
    # most numbers are the same for both, as for two kinds of vehicle
    same = [3.0] * 6
    apart = scores(gallery(*crowd("own", [*same, 2, 2, 0, 0], 8), *crowd("other", [*same, 0, 0, 2, 2], 8)))
    mixed = scores(gallery(*crowd("own", [3] * 10, 8, 0.5), *crowd("other", [3] * 10, 8, 0.5)))
    assert apart.sharpness > 1.5 > mixed.sharpness
    assert scores(gallery(reference("own", [1, 0]), reference("other", [0, 1]))).sharpness == 1.0


def test_references_that_disagree_are_not_answered() -> None:
    axes = np.eye(4)
    scattered = [reference("own", list(axis), logits=list(10 * axis)) for axis in axes]
    asked = scores(gallery(*scattered, *crowd("other", [1, 1, 0, 0], 3, 0.01)))
    assert asked.found == {"own": 0, "other": 3}
    assert asked.disagreements == {"own": "own is not answered: only 0 of its 4 references are found by the others"}


def test_one_reference_cannot_disagree_nor_can_those_of_a_trained_class() -> None:
    lone = scores(gallery(reference("own", [1, 0])))
    assert lone.found == {"own": None} and lone.disagreements == {}
    trained = scores(
        gallery(reference("bus", [1, 0], logits=(9, 0, 0, 0)), reference("bus", [0, 1], logits=(0, 9, 0, 0)))
    )
    assert trained.found == {"bus": 0} and trained.disagreements == {}


def test_the_tree_has_the_new_classes_under_their_parents() -> None:
    made = gallery(reference("own", [1]), reference("bus", [1]), reference("alone", [1]), parents={"own": "bus"})
    tree = extended(TREE, made, level="class")
    assert tree.path("own") == ("own", "bus", "vehicle") and tree.path("alone") == ("alone",)
    assert len(tree.names) == len(TREE.names) + 2
    ground = extended(TREE, gallery(reference("own", [1]), parents={"own": "ground"}), level="class")
    assert not ground["own"].has_size


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (gallery(), "no reference"),
        (gallery(reference("own", [1]), parents={"own": "lorry"}), "'lorry', which is not in the model's class tree"),
        (gallery(reference("car", [1]), parents={"car": "bus"}), "'car' is in the model's class tree already"),
        (gallery(reference("own", [1], logits=(0, 0))), "2 logits, the model 4"),
    ],
)
def test_a_gallery_that_does_not_fit_is_refused(made: Gallery, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        scores(made)


def test_a_flat_tree_is_extended_too() -> None:
    tree = extended(Taxonomy.flat(["a", "b"]), gallery(reference("own", [1])), level="class")
    assert tree.names == ("a", "b", "own")
