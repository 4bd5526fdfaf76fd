"""What a person sees while a network trains: a line for each epoch and, on a terminal, a bar beneath the lines.

All of it goes to stderr: stdout has the result alone.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

import typer

from vehicle_id.cli.streams import progress_bar, takes_a_bar
from vehicle_id.text import count_of, visible
from vehicle_id.train.observers import Observer

if TYPE_CHECKING:
    from types import TracebackType

    from vehicle_id.crops.manifest import Crop
    from vehicle_id.train.calibrate import Calibration, HeldOutOutputs
    from vehicle_id.train.checkpoint import Progress
    from vehicle_id.train.observers import RunContext, StepRecord

WARNING = "warning: "
"""How the lines begin that are printed even with `--quiet`."""
LAST_BATCHES = 20
"""Batches over which the loss on the bar is averaged."""


class TrainingProgress(Observer):
    """Prints the lines of a run, and shows how far it is where stderr is a terminal.

    Args:
        quiet: print warnings alone.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self.epoch = 0
        """Epochs finished, with those before a resume."""
        self.num_epochs = 0
        self.best_epoch = 0
        self.num_warnings = 0
        self.result = ""
        """What came out, in a sentence; empty before the run is finished."""
        self.can_export = False
        """Whether a probability reaches a threshold: `export` refuses a run whose model would answer nothing."""
        self._stack = ExitStack()
        self._show: Callable[[str, float], None] | None = None
        self._print: Callable[[str], None] = lambda line: typer.echo(line, err=True)
        self._started = self._epoch_started = time.monotonic()
        self._first_share = 0.0
        self._num_crops = 0
        self._losses: deque[float] = deque(maxlen=LAST_BATCHES)

    def __enter__(self) -> TrainingProgress:
        if not self.quiet and takes_a_bar(sys.stderr):
            self._show, self._print = _bar(self._stack)
            self._show("opening the crops", 0.0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def log(self, line: str) -> None:
        """Print a line; names in it may be a stranger's."""
        is_warning = line.startswith(WARNING)
        self.num_warnings += is_warning
        if is_warning or not self.quiet:
            self._print(visible(line))

    def run_started(self, run: RunContext, progress: Progress) -> None:
        """Take the number of epochs, and of those done."""
        self.num_epochs = run.recipe.train.epochs
        self.epoch, self.best_epoch = progress.epoch, progress.best_epoch
        self._started = self._epoch_started = time.monotonic()
        self._first_share = self.epoch / self.num_epochs
        self._show_epoch(self._first_share, "")

    def step_ended(self, step: StepRecord) -> None:
        """Move the bar."""
        self._num_crops += step.num_crops
        self._losses.append(step.loss)
        share = (step.epoch + (step.batch + 1) / step.num_batches) / self.num_epochs
        speed = self._num_crops / max(time.monotonic() - self._epoch_started, 1e-3)
        self._show_epoch(share, f"{speed:.0f} crops/s · loss {sum(self._losses) / len(self._losses):.3f}")

    def epoch_ended(self, record: Mapping[str, float], progress: Progress) -> None:
        """Take the best epoch; the line of the epoch comes by `log`."""
        self.epoch, self.best_epoch = progress.epoch, progress.best_epoch
        self._epoch_started, self._num_crops = time.monotonic(), 0

    def stopped(self, command: str) -> None:
        """Say what a stopped run has left, and how to go on.

        Args:
            command: continues the run.
        """
        if self.result:
            kept = f"stopped after the training, which is kept; do the rest with: {command}"
        elif self.epoch:
            kept = f"stopped after epoch {self.epoch}/{self.num_epochs}, which is kept; continue with: {command}"
        else:
            kept = "stopped before the first epoch ended: nothing is kept; start again with the same command"
        self._print(visible(kept))

    def run_ended(
        self, run: RunContext, *, crops: Sequence[Crop], outputs: HeldOutOutputs, calibration: Calibration
    ) -> None:
        """Take the result, and say what is done now."""
        figures = calibration.metrics
        self.can_export = any(least <= 1 for least in calibration.decision.thresholds.values())
        self.result = (
            f"epoch {self.best_epoch} of {self.epoch} is kept: {figures['val_accuracy']:.0%} of "
            f"{count_of(len(crops), 'validation crop')} right, macro-F1 {figures['val_macro_f1']:.2f}"
        )
        if self._show is not None:
            self._show("writing the report", 1.0)

    def _show_epoch(self, share: float, figures: str) -> None:
        if self._show is None:
            return
        current = min(self.epoch + 1, self.num_epochs)
        best = f"kept: epoch {self.best_epoch}" if self.best_epoch else ""
        done = share - self._first_share
        left = (time.monotonic() - self._started) * (1 - share) / done if done > 0 else 0.0
        ends = f"about {clock(left)} left" if left else ""
        parts = [f"epoch {current}/{self.num_epochs}", figures, best, ends]
        self._show(" · ".join(filter(None, parts)), share)


def clock(seconds: float) -> str:
    """A duration as `0:07` or `1:02:03`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _bar(stack: ExitStack) -> tuple[Callable[[str, float], None], Callable[[str], None]]:
    """Functions that move a bar on stderr, and that print a line above it."""
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn
    from rich.text import Text

    console = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(bar_width=24), TaskProgressColumn())
    bar = stack.enter_context(progress_bar(*columns, console=console))
    task = bar.add_task("", total=1.0)

    def show(text: str, share: float) -> None:
        bar.update(task, description=text, completed=share)

    def put(line: str) -> None:
        style = "yellow" if line.startswith(WARNING) else ""
        console.print(Text(line, style=style), soft_wrap=True)

    return show, put
