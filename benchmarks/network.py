"""Milliseconds a crop that a model's network takes on one core, by batch size: chips in, scores out.

    python benchmarks/network.py [MODEL ...]

The median of several runs in one process, fp32. Opening crops and cutting chips is not in it.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from vehicle_id import hub
from vehicle_id.session import Session

BATCHES = (1, 8, 32, 64)
RUNS = 15


def milliseconds(session: Session, batch: int) -> float:
    """Median over runs, a crop."""
    side = session.card.chip_px
    chips = np.random.default_rng(0).integers(0, 256, (batch, side, side, 3), dtype=np.uint8)
    extent_m = np.full(batch, 15.0, np.float32)
    session.run(chips, extent_m)
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        session.run(chips, extent_m)
        times.append(time.perf_counter() - begun)
    return float(np.median(times)) * 1e3 / batch


def main() -> None:
    """Print a line for each model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", help="published names or paths; default: the default model")
    options = parser.parse_args()
    for name in options.models or [None]:
        session = Session(hub.load(name).data, threads=1)
        figures = ", ".join(f"batch {batch} {milliseconds(session, batch):.2f} ms" for batch in BATCHES)
        print(f"{session.card.full_name}, {session.card.chip_px} px, one thread: {figures} a crop")


if __name__ == "__main__":
    main()
