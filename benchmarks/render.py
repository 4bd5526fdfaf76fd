"""Measure crops per second and memory of the whole renderer on one core: 38 m window, 0.3 m GSD, every class in turn.

    OMP_NUM_THREADS=1 taskset -c 0 python benchmarks/render.py

Prints wall time and processor time; processor time does not count other work on the machine.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

from vehicle_id.catalogue import load_catalogue
from vehicle_id.parallel import keep_freed_memory
from vehicle_id.synth.conditions import CaptureConditions
from vehicle_id.synth.crop import render_crop


def main() -> None:
    """Time render_crop after a warm-up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--num", type=int, default=200)
    parser.add_argument("--window", type=float, default=38.0, help="metres")
    parser.add_argument("--gsd", type=float, default=0.3, help="metres per pixel")
    options = parser.parse_args()

    keep_freed_memory()  # as render processes do
    catalogue = load_catalogue()
    leaves = catalogue.taxonomy.leaves
    conditions = CaptureConditions(gsd_m=(options.gsd, options.gsd), window_m=options.window)

    def crop(index: int) -> None:
        render_crop(leaves[index % len(leaves)], catalogue, np.random.default_rng([0, index]), conditions)

    for index in range(10):
        crop(index)
    wall, cpu = time.perf_counter(), time.process_time()
    for index in range(options.num):
        crop(10 + index)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{options.num} crops of {options.window:g} m at {options.gsd:g} m")
    print(f"{options.num / wall:.1f} crops/s of wall time, {options.num / cpu:.1f} of processor time")
    print(f"peak memory {peak:.0f} MiB")


if __name__ == "__main__":
    main()
