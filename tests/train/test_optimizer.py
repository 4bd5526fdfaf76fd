"""Learning rates by time and by depth, and a backbone that stays as it is."""

from __future__ import annotations

import math

import msgspec
import pytest
import torch

from tests.fixtures.small_network import chips, small_network
from vehicle_id.train.optimizer import freeze, make_optimizer, schedule, set_lr, stage_scales
from vehicle_id.train.recipe import TrainRecipe


@pytest.mark.parametrize(
    ("at", "share"), [(0.0, 0.01), (0.5, 0.5), (1.0, 1.0), (5.5, 0.505), (10.0, 0.01), (12.0, 0.01)]
)
def test_the_schedule_warms_up_and_falls_like_a_cosine(at: float, share: float) -> None:
    assert math.isclose(schedule(at, epochs=10, warmup_epochs=1), share, abs_tol=1e-9)


def test_with_layer_decay_the_first_stages_change_less() -> None:
    network = small_network()
    network.train()
    optimizer = make_optimizer(network, TrainRecipe(layer_decay=0.5, weight_decay=0.0))
    set_lr(optimizer, 1e-3)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    network(chips(8), torch.ones(8))["logits"].square().sum().backward()
    optimizer.step()
    moved = {
        name: (tensor - before[name]).abs().max().item()
        for name, tensor in network.state_dict().items()
        if tensor.is_floating_point()
    }
    # the first step of AdamW is the learning rate, whatever the gradient
    assert moved["classify.weight"] == pytest.approx(1e-3, rel=0.01)
    assert moved["backbone.conv_head.weight"] == pytest.approx(5e-4, rel=0.01)
    scales = stage_scales(network, 0.5)
    assert moved["backbone.conv_stem.weight"] == pytest.approx(1e-3 * scales["backbone.conv_stem.weight"], rel=0.01)
    assert scales["backbone.conv_stem.weight"] < 0.05 and stage_scales(network, 1.0) == {}


def test_without_layer_decay_there_are_the_two_groups_that_checkpoints_of_0_1_0_have() -> None:
    groups = make_optimizer(small_network(), TrainRecipe()).param_groups
    assert [group["weight_decay"] for group in groups] == [0.02, 0.0]


def test_a_frozen_backbone_stays_as_it_is_and_learns_again() -> None:
    network = small_network()
    for frozen in (True, False):
        freeze(network, frozen=frozen)
        optimizer = make_optimizer(network, msgspec.structs.replace(TrainRecipe(), lr=1e-2))
        before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
        network(chips(8), torch.ones(8))["logits"].square().sum().backward()
        optimizer.step()
        optimizer.zero_grad()
        after = network.state_dict()
        same = {name for name in before if torch.equal(before[name], after[name])}
        assert ("backbone.conv_stem.weight" in same) is frozen
        assert ("backbone.bn1.running_mean" in same) is frozen
        assert "fuse.1.weight" not in same
