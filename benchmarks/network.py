"""Milliseconds per crop that the network of a model takes on one core, by batch size: chips in, scores out.

    python benchmarks/network.py [MODEL ...]

Processor time, median of several runs. Several models run in turn, so that other work on the machine affects all of
them alike; the factor is relative to the first model. Opening crops and making chips is not included.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

import numpy as np

from vehicle_id.model import hub
from vehicle_id.model.session import Session

BATCHES = (1, 8, 16, 32, 64)
RUNS = 31


def milliseconds(sessions: Sequence[Session], batch: int) -> list[float]:
    """Median over the runs of each model, in milliseconds per crop."""
    times: list[list[float]] = [[] for _ in sessions]
    rng = np.random.default_rng(0)
    sides = [session.card.chip_px for session in sessions]
    chips = {side: rng.integers(0, 256, (batch, side, side, 3), dtype=np.uint8) for side in sides}
    extent_m = np.full(batch, 15.0, np.float32)
    for _ in range(1 + RUNS):
        for session, side, taken in zip(sessions, sides, times, strict=True):
            begun = time.process_time()
            session.run(chips[side], extent_m)
            taken.append(time.process_time() - begun)
    return [float(np.median(taken[1:])) * 1e3 / batch for taken in times]


def main() -> None:
    """Print one line per model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", help="published names or paths; default: the default model")
    options = parser.parse_args()
    sessions = [Session(hub.load(name).data, threads=1) for name in options.models or [None]]
    figures = {batch: milliseconds(sessions, batch) for batch in BATCHES}
    for number, session in enumerate(sessions):
        texts = (
            f"batch {batch} {each[number]:.2f} ms x{each[0] / each[number]:.2f}" for batch, each in figures.items()
        )
        card = session.card
        print(f"{card.full_name} {card.precision}, {card.chip_px} px, one thread: {', '.join(texts)} per crop")


if __name__ == "__main__":
    main()
