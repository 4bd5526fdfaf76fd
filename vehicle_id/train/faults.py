"""What ends a run from outside, as one sentence: too little memory, a crop that is gone, a process that was killed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import torch

from vehicle_id.errors import TrainError
from vehicle_id.train.recipe import Recipe

MEMORY_SIGNS: Final = ("out of memory", "can't allocate memory", "cannot allocate memory", "not enough memory")
"""Texts of torch and of the system, in lower case."""
STAYS: Final = "the last finished epoch stays, and --resume continues from it"


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error means that memory of the device or of the machine was short."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error).lower() for sign in MEMORY_SIGNS)


@contextmanager
def faults_as_sentences(recipe: Recipe) -> Iterator[None]:
    """Errors of torch inside the block become a `TrainError` that says what to do.

    Raises:
        TrainError: memory was short, a process that opens crops was killed, or a crop cannot be read any more.
    """
    try:
        yield
    except TrainError as error:
        lines = str(error).strip().splitlines()
        if len(lines) < 2:
            raise
        # raised in a process that opens crops: torch puts that process's whole traceback before it
        raise TrainError(lines[-1].rpartition("TrainError: ")[2]) from error
    except (RuntimeError, MemoryError) as error:
        if is_out_of_memory(error):
            chips = recipe.train.batch_size * (2 if recipe.train.consistency_weight else 1)
            raise TrainError(
                f"memory is too small for {chips} chips of {recipe.model.chip_px} pixels at once: set train.fit_memory "
                f"to true, or a smaller train.batch_size with a larger train.accumulate; {STAYS}"
            ) from error
        if "DataLoader worker" in str(error):
            raise TrainError(
                f"a process that opens crops was ended from outside, as happens when memory is short: set "
                f"data.num_workers lower than {recipe.data.num_workers}; {STAYS}"
            ) from error
        raise
