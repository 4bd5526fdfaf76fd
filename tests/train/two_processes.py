"""Two processes as torchrun starts them, but forked, so that torch is loaded once. Writes the losses as JSON.

    python -m tests.train.two_processes CROPS RECIPE OUT [fail]

With `fail`, the second process alone fails in its third step.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

from vehicle_id.errors import TrainError, VehicleIdError
from vehicle_id.train.crop_dataset import Batch
from vehicle_id.train.loop import train
from vehicle_id.train.observers import Observer, StepRecord
from vehicle_id.train.ranks import torchrun_ranks
from vehicle_id.train.recipe import load_recipe


class Losses(Observer):
    """Keeps the loss and number of crops of each step."""

    def __init__(self) -> None:
        self.steps: list[tuple[float, int]] = []

    def step_ended(self, step: StepRecord) -> None:
        """Take a step."""
        self.steps.append((step.loss, step.num_crops))


def run(crops: str, recipe: str, out: str, *more: str) -> None:
    """Train, as one of the processes."""
    losses, seen = Losses(), 0
    with torchrun_ranks() as ranks:

        def batch(chips: Batch, _rng: np.random.Generator) -> Batch:
            nonlocal seen
            seen += 1
            if ranks.rank == 1 and seen == 3:
                raise TrainError("the second process fails")
            return chips

        hooks: dict[str, Any] = {"batch": batch} if more else {}
        train(crops, load_recipe(recipe), out, log=print, observers=[losses], ranks=ranks, **hooks)
    if ranks.is_first:
        Path(out, "steps.json").write_text(json.dumps(losses.steps))


def environment(rank: int, port: int) -> dict[str, str]:
    """What torchrun tells a process."""
    numbers = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": 2, "LOCAL_WORLD_SIZE": 2, "MASTER_PORT": port}
    told = {"MASTER_ADDR": "127.0.0.1", "TORCHELASTIC_RUN_ID": "test"}
    return told | {name: str(number) for name, number in numbers.items()}


def main() -> int:
    """Start both and wait; returns the larger exit code."""
    torch.set_num_threads(1)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    processes = []
    for rank in range(2):
        process = os.fork()
        if process == 0:
            os.environ |= environment(rank, port)
            try:
                run(*sys.argv[1:])
            except VehicleIdError as error:
                sys.exit(f"said: {error}")
            sys.exit()
        processes.append(process)
    return max(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in processes)


if __name__ == "__main__":
    sys.exit(main())
