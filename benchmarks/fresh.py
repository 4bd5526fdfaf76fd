"""The cost of a fresh process: seconds of wall time, seconds of processor time, and peak memory.

    python benchmarks/fresh.py data/bench [--model NAME] [--rows 200000]

First one crop from a cold start, with `vehicle-id classify` and with a short script that opens the same file with
onnxruntime and Pillow. Then one run over 2,000 crops and one over `--rows` crops, which a manifest names repeatedly.
Cold means a new process: the files are in the machine's cache.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from vehicle_id.crops.sources import find_crops
from vehicle_id.model import hub

STARTS = 9
FEW = 2000
PLAIN = """
import os, sys, numpy
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime
from PIL import Image
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
image = Image.open(sys.argv[2]).convert("RGB")
side = session.get_inputs()[0].shape[1]
feeds = {"chips": numpy.asarray(image.resize((side, side)))[None]}
feeds["extent_m"] = numpy.array([0.3 * max(image.size)], numpy.float32)
print(session.run(["logits"], feeds)[0].argmax())
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The cost of one process."""

    wall_s: float
    processor_s: float
    peak_mb: float


def cost_of(command: Sequence[str | Path]) -> Cost:
    """Run a command and wait for it; its output is discarded.

    Raises:
        RuntimeError: the command failed.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return Cost(wall_s=wall_s, processor_s=used.ru_utime + used.ru_stime, peak_mb=used.ru_maxrss / 1024)


def cold_starts(commands: dict[str, Sequence[str | Path]]) -> dict[str, Cost]:
    """The median over several starts, the commands in turn."""
    found: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(STARTS):
        for name, command in commands.items():
            found[name].append(cost_of(command))
    middle = {
        name: Cost(
            wall_s=median(each.wall_s for each in costs),
            processor_s=median(each.processor_s for each in costs),
            peak_mb=median(each.peak_mb for each in costs),
        )
        for name, costs in found.items()
    }
    for name, cost in middle.items():
        print(f"  {name:<28} {cost.wall_s:7.2f} s, {cost.processor_s:.2f} s of processor time, {cost.peak_mb:.0f} MB")
    return middle


def peak_mb(paths: Sequence[Path], num: int, model: str | None) -> float:
    """Peak memory in MB of a run over `num` crops; also printed."""
    folder = paths[0].parent
    # beside the crops: a manifest may name only files under its own folder
    with (
        tempfile.NamedTemporaryFile("w", dir=folder, prefix=".", suffix=".csv") as file,
        tempfile.TemporaryDirectory() as to,
    ):
        file.write("path\n" + "".join(f"{each.name}\n" for each in islice(cycle(paths), num)))
        file.flush()
        options = ["--manifest", file.name, "--gsd-m", "0.3", "--out", Path(to) / "r.jsonl"]
        cost = cost_of([vehicle_id(), "classify", *options, *(["--model", model] if model else [])])
    print(f"  {num:>7} crops                 {cost.peak_mb:7.0f} MB, {num / cost.wall_s:.0f} crops/s, start included")
    return cost.peak_mb


def vehicle_id() -> Path:
    """The command of this environment."""
    return Path(sys.executable).parent / "vehicle-id"


def main() -> None:
    """Measure cold starts, then the memory of runs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("crops", type=Path)
    parser.add_argument("--model", help="published name or path; default: the default model")
    parser.add_argument("--rows", type=int, default=200_000, help="number of crops of the long run")
    options = parser.parse_args()
    paths = list(find_crops([options.crops]))
    beside = [path for path in paths if path.parent == paths[0].parent]
    named = ["--model", options.model] if options.model else []
    print("one crop from a cold start")
    cold_starts(
        {
            "vehicle-id classify": [vehicle_id(), "classify", paths[0], "--gsd-m", "0.3", *named],
            "plain onnxruntime": [sys.executable, "-c", PLAIN, str(hub.load(options.model).path), paths[0]],
        }
    )
    print("memory")
    few, many = (peak_mb(beside, num, options.model) for num in (FEW, options.rows))
    print(f"  {many - few:+.0f} MB")


if __name__ == "__main__":
    main()
