"""What a run tells while it trains: to a progress bar, a plot, a log of another program.

An observer changes nothing that is trained: with or without observers the weights are the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # so that the command line can import this module without torch
    from torch import nn

    from vehicle_id.crops.manifest import Crop
    from vehicle_id.train.calibrate import Calibration, HeldOutOutputs
    from vehicle_id.train.checkpoint import Progress, RunFolder
    from vehicle_id.train.recipe import Recipe
    from vehicle_id.train.splits import Splits


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """The run that an observer watches."""

    folder: RunFolder
    recipe: Recipe
    splits: Splits
    labels: tuple[str, ...]
    """In the order of the logits."""
    network: nn.Module
    """The averaged network; at the end with the weights of the epoch that is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """One batch that was trained on."""

    epoch: int
    """Counted from 0."""
    batch: int
    """Counted from 0 within the epoch."""
    num_batches: int
    """Batches of this epoch."""
    num_crops: int
    """Crops of this batch."""
    loss: float
    lr: float
    """Learning rate of the last layer."""
    parts: Mapping[str, float] = field(default_factory=dict)
    """The losses that `loss` sums up, with their weights; empty for a loss of one's own."""


class Observer:
    """Called with what happens in a run. Each method does nothing: override those that you need."""

    def run_started(self, run: RunContext, progress: Progress) -> None:
        """Before the first epoch, or the first after a resume.

        Args:
            run: its recipe and splits are written.
            progress: how far an earlier session came.
        """

    def step_ended(self, step: StepRecord) -> None:
        """After each batch."""

    def epoch_ended(self, record: Mapping[str, float], progress: Progress) -> None:
        """After the checkpoint of an epoch is on the disk.

        Args:
            record: as in `history.jsonl`: epoch from 1, loss, results on the validation split.
            progress: with the best epoch so far.
        """

    def run_ended(
        self, run: RunContext, *, crops: Sequence[Crop], outputs: HeldOutOutputs, calibration: Calibration
    ) -> None:
        """After the decision is fitted.

        Args:
            run: as at the start.
            crops: the crops that validate or calibrate.
            outputs: of the averaged network on these crops, in their order, before the temperature.
            calibration: what was fitted on them.
        """
