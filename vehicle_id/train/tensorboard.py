"""The course of a run for TensorBoard (extra tensorboard): `tensorboard --logdir runs` shows and compares runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from vehicle_id.errors import needs_extra
from vehicle_id.text import said
from vehicle_id.train.checkpoint import Progress
from vehicle_id.train.observers import Observer, RunContext, StepRecord

FOLDER: Final = "tensorboard"
"""In the folder of the run."""
PANELS: Final = {"loss": "loss/training", "val_nll": "loss/validation"}
"""Value of an epoch -> panel and line; the others are in the panel `validation`."""


class TensorBoardLog(Observer):
    """Writes the loss and learning rate of each batch, and the results of each epoch, by number of batches.

    Args:
        log: takes a warning, where the files cannot be written.

    Raises:
        MissingExtraError: TensorBoard is not installed.
    """

    def __init__(self, *, log: Callable[[str], None]) -> None:
        with needs_extra("vehicle-id train --tensorboard", "tensorboard"):
            from torch.utils.tensorboard.writer import SummaryWriter

        self._new_writer, self._log = SummaryWriter, log
        self._writer: Any = None
        self._folder = ""
        self._num_steps = 0
        self._failed = False

    def run_started(self, run: RunContext, progress: Progress) -> None:
        """Take the folder."""
        self._folder = str(run.folder.folder / FOLDER)

    def step_ended(self, step: StepRecord) -> None:
        """Write a batch."""
        self._num_steps = step.epoch * step.num_batches + step.batch + 1
        parts = {f"loss of each head/{name}": loss for name, loss in step.parts.items() if len(step.parts) > 1}
        self._write({"loss/batch": step.loss, "learning rate": step.lr, **parts})

    def epoch_ended(self, record: Mapping[str, float], progress: Progress) -> None:
        """Write an epoch."""
        self._write(
            {
                PANELS.get(name, f"validation/{name.removeprefix('val_')}"): value
                for name, value in record.items()
                if name != "epoch"
            }
        )
        self._write({"epoch": record["epoch"], "best epoch": progress.best_epoch}, flush=True)

    def _write(self, values: Mapping[str, float], *, flush: bool = False) -> None:
        if self._failed:
            return
        try:
            if self._writer is None:  # what a killed session wrote after its checkpoint is not shown
                self._writer = self._new_writer(self._folder, purge_step=self._num_steps)
            for name, value in values.items():
                self._writer.add_scalar(name, value, self._num_steps)
            if flush:
                self._writer.flush()
        except Exception as error:  # hours of training are worth more than a log of them
            self._failed = True
            self._log(f"warning: {self._folder} cannot be written any more: {said(error)}; the training goes on")
