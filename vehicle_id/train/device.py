"""The device of a run, its precision, and computing that gives the same bits again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from vehicle_id.train.ranks import ALONE, Ranks
from vehicle_id.train.recipe import TrainRecipe


def choose_device(ranks: Ranks = ALONE) -> torch.device:
    """The GPU of a process, or the CPU."""
    return torch.device("cuda", ranks.local_rank) if torch.cuda.is_available() else torch.device("cpu")


def autocast(device: torch.device, recipe: TrainRecipe) -> torch.autocast:
    """Compute the block in bfloat16 if the recipe says so, or if it says `auto` and the device is a GPU."""
    wanted = device.type == "cuda" if recipe.precision == "auto" else recipe.precision == "bf16"
    return torch.autocast(device.type, torch.bfloat16, enabled=wanted)


@contextmanager
def repeatable(wanted: bool) -> Iterator[None]:
    """Use algorithms that give the same bits on every run of the block, or else the fastest ones."""
    before = torch.are_deterministic_algorithms_enabled(), torch.backends.cudnn.benchmark
    if wanted:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # asked for by cuBLAS
    torch.use_deterministic_algorithms(wanted)
    torch.backends.cudnn.benchmark = not wanted  # all batches have one shape; no effect on a CPU
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before[0])
        torch.backends.cudnn.benchmark = before[1]
