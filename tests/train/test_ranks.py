"""Several processes of one run, on a CPU: they train what one process trains, and one of them speaks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import distributed

from tests.offline.socket_guard import OWN
from tests.train.two_processes import Losses
from vehicle_id.train.history import read_lines
from vehicle_id.train.loop import train
from vehicle_id.train.ranks import ALONE, Ranks, Rows, torchrun_ranks
from vehicle_id.train.recipe import Recipe, dump_recipe

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are forked")
ROOT = Path(__file__).parents[2]


def two_processes(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run both to their end."""
    command = [sys.executable, "-m", "tests.train.two_processes", *map(str, arguments)]
    env = {**os.environ, OWN: "127.0.0.1"}  # where they meet
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600, cwd=ROOT, env=env)


def with_training(recipe: Recipe, **values: object) -> Recipe:
    return msgspec.structs.replace(recipe, train=msgspec.structs.replace(recipe.train, **values))


@given(st.integers(0, 200), st.integers(1, 9))
def test_the_shares_of_all_processes_are_the_batch(num: int, size: int) -> None:
    batch = list(range(num))
    shares = [batch[Ranks(rank=rank, size=size).share(num)] for rank in range(size)]
    assert [crop for share in shares for crop in share] == batch
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_tensors_without_columns_are_exchanged_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """As those of the nodes above the classes, where no class has one."""

    def twice(parts: list[torch.Tensor], own: torch.Tensor) -> None:
        for part in parts:
            part.copy_(own)

    monkeypatch.setattr(distributed, "all_gather", twice)
    rows = Rows(Ranks(rank=1, size=2))
    rows.lay_out(6, torch.device("cpu"), windows=2)
    own = {"logits": torch.arange(18.0).reshape(6, 3), "none": torch.zeros(6, 0, 10, dtype=torch.bool)}
    whole = rows.whole(own)
    assert whole["logits"].shape == (12, 3) and whole["none"].shape == (12, 0, 10)
    assert all(torch.equal(rows.own(whole[name]), own[name]) for name in own)


def test_a_process_that_torchrun_did_not_start_is_alone() -> None:
    with torchrun_ranks() as ranks:
        assert ranks is ALONE and ranks.is_first


def test_two_processes_train_as_one_does(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    """Batch norm, dropout, two windows of a crop, heads without truth here and there, unequal shares, and a freeze."""
    varied = with_training(
        recipe, epochs=2, batch_size=15, accumulate=2, lr=1e-3, consistency_weight=1.0, freeze_epochs=1
    )
    (tmp_path / "recipe.yaml").write_bytes(dump_recipe(varied))
    done = two_processes(crops, tmp_path / "recipe.yaml", tmp_path / "two")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("epoch 1/2") == done.stdout.count("calibrated on") == 1
    losses = Losses()
    train(crops, varied, tmp_path / "one", log=lambda _: None, observers=[losses])
    one, two = np.array(losses.steps), np.array(json.loads((tmp_path / "two" / "steps.json").read_text()))
    assert one[:, 1].tolist() == two[:, 1].tolist() == [15, 15, 15, 3] * 2
    assert np.abs(one[:, 0] - two[:, 0]).max() < 1e-4
    ours, theirs = (safetensors.torch.load_file(tmp_path / name / "best.safetensors") for name in ("one", "two"))
    assert max(float((ours[name].float() - theirs[name].float()).abs().max()) for name in ours) < 2e-3
    history = [read_lines(tmp_path / name / "history.jsonl") for name in ("one", "two")]
    for alone, together in zip(*history, strict=True):
        assert together == pytest.approx(alone, abs=1e-3)


@pytest.mark.parametrize("more", [[], ["fail"]])
def test_processes_that_fail_say_one_sentence(crops: Path, recipe: Recipe, tmp_path: Path, more: list[str]) -> None:
    """All of them for one reason, or one of them alone."""
    failing = with_training(recipe, batch_size=15 if more else 1, epochs=9)
    (tmp_path / "recipe.yaml").write_bytes(dump_recipe(failing))
    done = two_processes(crops, tmp_path / "recipe.yaml", tmp_path / "run", *more)
    assert done.returncode != 0 and "Traceback" not in done.stderr
    [said] = [line for line in done.stderr.splitlines() if line.startswith("said: ")]
    assert ("the second process fails" if more else "a batch of 1 crops cannot be shared by 2 processes") in said
