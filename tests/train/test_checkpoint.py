"""Checkpoints: what they restore, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tests.fixtures.small_network import chips, small_network
from vehicle_id.errors import TrainError
from vehicle_id.train import checkpoint
from vehicle_id.train.checkpoint import Progress


def test_a_checkpoint_restores_everything(tmp_path: Path) -> None:
    model, ema = small_network(), small_network()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
    model(chips(), torch.ones(2))["logits"].sum().backward()
    optimizer.step()
    progress = Progress(epoch=3, best_epoch=2, best_score=0.5, labels=("a", "b", "c"))
    checkpoint.save(tmp_path / "c.safetensors", progress, model=model, ema=ema, optimizer=optimizer)
    model2, ema2 = small_network(), small_network()
    optimizer2 = torch.optim.AdamW(model2.parameters(), lr=0.9)
    assert checkpoint.load(tmp_path / "c.safetensors", model=model2, ema=ema2, optimizer=optimizer2) == progress
    assert all(
        torch.equal(a, b) for a, b in zip(model.state_dict().values(), model2.state_dict().values(), strict=True)
    )
    assert optimizer2.param_groups[0]["lr"] == 0.1
    used = [(p, q) for p, q in zip(model.parameters(), model2.parameters(), strict=True) if p in optimizer.state]
    assert used
    for p, q in used:
        a, b = optimizer.state[p], optimizer2.state[q]
        assert torch.equal(a["exp_avg"], b["exp_avg"]) and a["step"] == b["step"]


def test_a_checkpoint_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    with pytest.raises(TrainError, match="no usable checkpoint"):
        checkpoint.read_progress(path)
    path.write_bytes(b"rubbish")
    with pytest.raises(TrainError, match="no usable checkpoint"):
        checkpoint.read_progress(path)
    checkpoint.save(path, Progress(), model=small_network())
    with pytest.raises(TrainError, match="does not fit the recipe"):
        checkpoint.load(path, model=small_network(embedding_dim=8))
