"""The losses of class, size and heading, and their sum."""

from __future__ import annotations

import math

import pytest
import torch

from vehicle_id.train.losses import ancestor_loss, class_loss, consistency_loss, heading_loss, size_loss, total_loss
from vehicle_id.train.recipe import TrainRecipe


def test_size_loss_is_least_at_the_truth_and_skips_the_unknown() -> None:
    truth = torch.tensor([[-0.5, math.nan], [math.nan, math.nan]])
    at = torch.tensor([[-0.5, 7.0, -4.0, 0.0], [9.0, 9.0, 9.0, 9.0]])
    off = at.clone()
    off[0, 0] = 0.0
    assert size_loss(at, truth) == pytest.approx(-2.0)
    assert size_loss(off, truth) > size_loss(at, truth)
    off.requires_grad_()
    size_loss(off, truth).backward()
    assert torch.isfinite(off.grad).all() and off.grad[1].abs().sum() == 0 and off.grad[0, 1] == 0
    assert size_loss(at, torch.full((2, 2), math.nan)) == 0


def test_heading_loss_is_zero_at_the_truth_and_two_at_a_right_angle() -> None:
    truth = torch.tensor([[1.0, 0.0], [math.nan, math.nan]])
    assert heading_loss(torch.tensor([[3.0, 0.0], [1.0, 1.0]]), truth) == pytest.approx(0.0, abs=1e-6)
    assert heading_loss(torch.tensor([[-3.0, 0.0], [1.0, 1.0]]), truth) == pytest.approx(2.0, abs=1e-6)


def test_total_loss_weights_the_heads() -> None:
    outputs = {
        "logits": torch.zeros(1, 2),
        "size": torch.tensor([[1.0, 0, 0, 0]]),
        "heading": torch.tensor([[-1.0, 0]]),
    }
    batch = {
        "target": torch.tensor([[True, False]]),
        "size": torch.tensor([[0.0, 0.0]]),
        "heading": torch.tensor([[1.0, 0]]),
    }
    recipe = TrainRecipe(label_smoothing=0.0, size_weight=0.5, heading_weight=0.25)
    assert total_loss(outputs, batch, recipe) == pytest.approx(math.log(2) + 0.5 * 0.25 + 0.25 * 2)
    assert total_loss({"logits": outputs["logits"]}, batch, recipe) == pytest.approx(math.log(2))


def test_ancestor_loss_is_that_of_the_coarser_nodes_and_a_row_of_all_leaves_costs_nothing() -> None:
    logits = torch.tensor([[2.0, 0.5, -1.0]])
    ancestors = torch.tensor([[[True, True, False], [True, True, True]]])
    family = logits.softmax(1)[0, :2].sum()
    assert ancestor_loss(logits, ancestors) == pytest.approx(-family.log().item() / 2, abs=1e-6)


def test_consistency_loss_is_zero_for_equal_answers_and_symmetric() -> None:
    one, other = torch.tensor([[2.0, 0.0], [0.0, 1.0]]), torch.tensor([[0.0, 2.0], [0.0, 1.0]])
    assert consistency_loss(one, one + 3) == pytest.approx(0.0, abs=1e-6)  # the softmax ignores a constant
    assert consistency_loss(one, other) == consistency_loss(other, one) > 0.1


def test_total_loss_adds_ancestors_and_pairs_of_windows() -> None:
    logits = torch.tensor([[2.0, 0.0], [0.0, 0.0]])  # two windows of one crop
    batch = {"target": torch.tensor([[True, False]] * 2), "ancestors": torch.ones(2, 1, 2, dtype=torch.bool)}
    batch["ancestors"][:, 0, 1] = False
    plain = total_loss({"logits": logits}, batch, TrainRecipe())
    pair = consistency_loss(logits[:1], logits[1:])
    coarse = ancestor_loss(logits, batch["ancestors"])
    recipe = TrainRecipe(ancestor_weight=0.5, consistency_weight=2.0)
    assert total_loss({"logits": logits}, batch, recipe) == pytest.approx((plain + 0.5 * coarse + 2 * pair).item())


def test_class_loss_of_a_leaf_is_cross_entropy_and_of_a_group_its_summed_probability() -> None:
    logits = torch.tensor([[2.0, 0.5, -1.0], [0.0, 1.0, 3.0]])
    leaf = torch.tensor([[True, False, False], [False, True, False]])
    for smoothing in (0.0, 0.1):
        expected = torch.nn.functional.cross_entropy(logits, leaf.int().argmax(1), label_smoothing=smoothing)
        assert class_loss(logits, leaf, label_smoothing=smoothing) == pytest.approx(expected.item())
    group = torch.tensor([[True, True, False]])
    summed = logits[:1].softmax(1)[0, :2].sum()
    assert class_loss(logits[:1], group, label_smoothing=0.0) == pytest.approx(-summed.log().item())
    moved = logits.clone().requires_grad_()
    class_loss(moved, torch.tensor([[True, True, True], [True, False, False]]), label_smoothing=0.0).backward()
    assert torch.isfinite(moved.grad).all() and torch.allclose(moved.grad[0], torch.zeros(3), atol=1e-6)


def test_an_adjusted_loss_allows_for_how_often_a_class_is_drawn() -> None:
    logits, rare = torch.zeros(1, 2), torch.tensor([[False, True]])
    recipe = TrainRecipe(logit_adjustment=1.0, label_smoothing=0.0)
    batch = {"target": rare, "log_share": torch.tensor([0.9, 0.1]).log()}
    assert total_loss({"logits": logits}, batch, recipe) == pytest.approx(-math.log(0.1))
    plain = TrainRecipe(label_smoothing=0.0)
    assert total_loss({"logits": logits}, {"target": rare}, plain) == pytest.approx(-math.log(0.5))
