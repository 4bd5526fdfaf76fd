"""Shared code of the runners: the same crops in one flat folder, the timer, one line of JSON.

A runner loads its model, then answers a folder into a CSV as its users do. Only the answers are timed, from the first
file opened to the last row written. With more than one crop, one is answered before the timer starts; a single crop is
a cold start, which `benchmarks/peers.py` times from outside. Knows no peer, and imports nothing that a peer could lack.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

SUFFIXES = (".jpg", ".jpeg", ".png")
PROCESSES = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)

Answer = Callable[[Path, Path], None]
"""Answers the crops of a folder into a CSV, one row per crop."""


def arguments(description: str | None, **defaults: int) -> argparse.Namespace:
    """The command line of every runner, with the peer's own defaults for the options: px, batch."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--num", type=int, help="use only this number of crops")
    for name, default in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=default, help=f"default {default}")
    return parser.parse_args()


@contextmanager
def flat_folder(crops: Path, num: int | None = None) -> Iterator[Path]:
    """A folder of links to the first crops under `crops`: not every peer searches subfolders, or can stop early."""
    paths = sorted(path for path in crops.rglob("*") if path.suffix.lower() in SUFFIXES)[:num]
    if not paths:
        sys.exit(f"no crops in {crops}: make some with benchmarks/make_crops.py")
    with tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate(paths):
            (Path(folder) / f"{number:07}{path.suffix.lower()}").symlink_to(path.resolve())
        yield Path(folder)


def measure(name: str, network: str, answer: Answer, options: argparse.Namespace) -> None:
    """Print the speed of `answer` as one line of JSON."""
    with tempfile.TemporaryDirectory() as out, flat_folder(options.folder, options.num) as folder:
        table = Path(out) / "results.csv"
        num = len(list(folder.iterdir()))
        if num > 1:
            with flat_folder(folder, 1) as first:
                answer(first, table)
        begun, cpu_begun = time.perf_counter(), processor_seconds()
        answer(folder, table)
        seconds, cpu_s = time.perf_counter() - begun, processor_seconds() - cpu_begun
        with table.open(newline="", encoding="utf-8") as file:
            rows = sum(1 for _ in csv.reader(file)) - 1
    assert rows == num, f"{rows} rows for {num} crops"
    line = {
        "name": name,
        "network": network,
        "crops": num,
        "seconds": round(seconds, 4),
        "crops_per_second": round(num / seconds, 2),
        "cpu_ms_per_crop": round(1e3 * cpu_s / num, 3),
        # of the largest process: workers of a data loader are not added
        "peak_mb": round(max(resource.getrusage(each).ru_maxrss for each in PROCESSES) / 1024),
    }
    print(json.dumps(line))


def processor_seconds() -> float:
    """Processor time of this process and of the child processes that it waited for."""
    return sum(resource.getrusage(each).ru_utime + resource.getrusage(each).ru_stime for each in PROCESSES)
