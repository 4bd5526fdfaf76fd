"""Peak memory of a run over 2,000 crops and of one over 200,000, which a manifest names repeatedly.

python benchmarks/memory.py data/bench [--model NAME] [--rows 200000]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

from speed import cost_of

from vehicle_id.crops.sources import find_crops

FEW = 2000


def peak_mb(paths: Sequence[Path], num: int, model: str | None) -> float:
    """Peak memory in MB of a run over `num` crops; also printed."""
    # beside the crops: a manifest may name only files under its own folder
    with (
        tempfile.NamedTemporaryFile("w", dir=paths[0].parent, prefix=".", suffix=".csv") as file,
        tempfile.TemporaryDirectory() as to,
    ):
        file.write("path\n" + "".join(f"{each.name}\n" for each in islice(cycle(paths), num)))
        file.flush()
        options = ["--manifest", file.name, "--gsd-m", "0.3", "--out", Path(to) / "r.jsonl"]
        command = [Path(sys.executable).parent / "vehicle-id", "classify", *options]
        cost, _ = cost_of([*command, *(["--model", model] if model else [])])
    print(f"  {num:>7} crops                 {cost.peak_mb:7.0f} MB, {num / cost.wall_s:.0f} crops/s, start included")
    return cost.peak_mb


def main() -> None:
    """Measure both runs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("crops", type=Path)
    parser.add_argument("--model", help="published name or path; default: the default model")
    parser.add_argument("--rows", type=int, default=200_000, help="number of crops of the long run")
    options = parser.parse_args()
    paths = list(find_crops([options.crops]))
    beside = [path for path in paths if path.parent == paths[0].parent]
    few, many = (peak_mb(beside, num, options.model) for num in (FEW, options.rows))
    print(f"  {many - few:+.0f} MB")


if __name__ == "__main__":
    main()
