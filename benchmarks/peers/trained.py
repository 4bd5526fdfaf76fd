"""Shared code of the runners that train: the command line, the clock of a run, its answers.

A runner reads a folder that `sets.py` wrote, trains for a number of epochs with its peer's own parts, and answers the
crops of the split test. What is timed begins when the peer is imported and ends when the trained network is on the
disk; the answers come after that. Knows no peer, and imports nothing that a peer could lack.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections.abc import Mapping
from pathlib import Path

from runner import processor_seconds

CLOCKS = {"cpu": processor_seconds, "wall": time.perf_counter}


def arguments(description: str | None, **choices: tuple[str, ...]) -> argparse.Namespace:
    """The command line of every runner, with the peer's own options: name -> its choices, the first is the default."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a folder with train/, val/ and test/, as sets.py writes it")
    parser.add_argument("--out", type=Path, required=True, help="folder for the network and answers.csv")
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--chip-px", type=int, default=96)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--weights", type=Path, help="ImageNet weights of the backbone, safetensors; without, none")
    parser.add_argument("--view", choices=("above", "radar"), default="above", help="above: a crop has no up")
    parser.add_argument("--clock", choices=tuple(CLOCKS), default="cpu")
    for name, allowed in choices.items():
        parser.add_argument(f"--{name}", choices=allowed, default=allowed[0])
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    return options


class Marks:
    """Seconds of a run, by the parts of its epochs."""

    def __init__(self, clock: str) -> None:
        self.now = CLOCKS[clock]
        self.begun = self.epoch_begun = self.now()
        self.before_s: float | None = None
        self.batches_s: list[float] = []
        self.epochs_s: list[float] = []

    def epoch_begins(self) -> None:
        """Before the first batch of an epoch."""
        self.epoch_begun = self.now()
        if self.before_s is None:
            self.before_s = self.epoch_begun - self.begun

    def batches_end(self) -> None:
        """After the last batch of an epoch, before its validation."""
        self.batches_s.append(self.now() - self.epoch_begun)

    def epoch_ends(self) -> None:
        """After the validation of an epoch, and what the peer saves after it."""
        self.epochs_s.append(self.now() - self.epoch_begun)

    def finish(self, *, crops: int) -> None:
        """Print what was measured as one line of JSON; the trained network is on the disk.

        Args:
            crops: that went through the network in an epoch, in training.
        """
        train_s = self.now() - self.begun
        print(
            json.dumps(
                {
                    "epochs": len(self.epochs_s),
                    "crops_per_epoch": crops,
                    "train_s": round(train_s, 2),
                    "before_s": round(self.before_s or 0.0, 2),
                    "after_s": round(train_s - (self.before_s or 0.0) - sum(self.epochs_s), 2),
                    "epochs_s": [round(each, 3) for each in self.epochs_s],
                    "batches_s": [round(each, 3) for each in self.batches_s],
                }
            ),
            flush=True,
        )


def pictures(folder: Path) -> list[Path]:
    """The pictures of a split, in folders named for their classes."""
    return sorted(path for path in folder.glob("*/*") if path.is_file())


def write_answers(out: Path, answers: Mapping[str, str]) -> None:
    """Write `answers.csv`: the name of each crop of the split test, and its class."""
    with (out / "answers.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["crop", "label"])
        writer.writerows(sorted(answers.items()))
