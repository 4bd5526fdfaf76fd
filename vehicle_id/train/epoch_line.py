"""The line that is logged of each epoch."""

from __future__ import annotations

import math

from vehicle_id.train.checkpoint import Progress


def epoch_line(
    record: dict[str, float],
    progress: Progress,
    num_epochs: int,
    *,
    per_epoch_s: float,
    num_crops: int,
    last: bool = False,
) -> str:
    """What is logged of an epoch: how far, how good, how fast, whether the best, and for how long at most.

    With `last` the run keeps its last epoch, so none is named as the best.
    """
    figures = [f"{name} {value:.4g}" for name, value in record.items() if name != "epoch"]
    figures.append(f"{num_crops / per_epoch_s:.0f} crops/s")
    best = "best so far" if progress.best_epoch == progress.epoch else f"best: epoch {progress.best_epoch}"
    chosen = [] if last else [best]
    left = num_epochs - progress.epoch
    time_left = [f"at most {duration(left * per_epoch_s)} left"] if left else []
    return "  ".join([f"epoch {progress.epoch}/{num_epochs}", *figures, *chosen, *time_left])


def duration(seconds: float) -> str:
    """Seconds as `89 s`, `2 min` or `1 h 30 min`, rounded up."""
    if seconds < 90:
        return f"{math.ceil(seconds)} s"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
