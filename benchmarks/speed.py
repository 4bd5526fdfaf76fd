"""`vehicle-id classify` with its default options against a plain loop over the same files, and against its bound.

    python benchmarks/speed.py FOLDER [FOLDER ...] [--num 3000] [--rounds 5] [--docs]

All commands run in turn, as whole processes and round by round, so that a machine whose speed drifts affects all of
them alike: `classify` as the model's card says and with `--views 1`, `plain_loop.py` with two threads and with one,
`stages.py`, and `classify` of one crop from a cold start. Ratios are of the runs of one round. Writes
`benchmarks/speed.json` and, with --docs, the block in `docs/speed.md`. Takes about ten minutes on two quiet cores.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib.metadata import version
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

from measured_code import ROOT, digest

from training.pages.marks import write_block
from vehicle_id.crops.sources import find_crops
from vehicle_id.files import write_whole
from vehicle_id.model import hub
from vehicle_id.model.session import Session
from vehicle_id.parallel import usable_cores

HERE = Path(__file__).parent
RECORD = HERE / "speed.json"
PAGE = ROOT / "docs" / "speed.md"
BLOCK = "classify"
"""Of the page."""
BUSY = 0.5
"""Load average above which the page says that other work shared the machine."""
STAGED = 600
"""Number of crops on which the stages are timed."""
COLD = 3
"""Cold starts in a round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The cost of one process and those that it started."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    """Of the largest process."""


def cost_of(command: Sequence[str | Path]) -> tuple[Cost, str]:
    """Run a command and wait for it; also what it printed.

    Raises:
        RuntimeError: the command failed.
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    with tempfile.TemporaryFile() as out:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env=ours)
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        printed = out.read().decode()
    if process.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {process.returncode}")
    return Cost(wall_s=wall_s, cpu_s=used.ru_utime + used.ru_stime, peak_mb=used.ru_maxrss / 1024), printed


@contextmanager
def linked(paths: Sequence[Path], num: int) -> Iterator[Path]:
    """A folder with so many links to the files, in turn."""
    with tempfile.TemporaryDirectory() as name:
        for number, path in enumerate(islice(cycle(paths), num)):
            Path(name, f"{number:06}{path.suffix}").symlink_to(path.resolve())
        yield Path(name)


def classify(folder: Path, views: int | None) -> Cost:
    """The command with its default options, and a CSV as output."""
    command = Path(sys.executable).parent / "vehicle-id"
    options = ["--gsd-m", "0.3", *([] if views is None else ["--views", str(views)])]
    with tempfile.TemporaryDirectory() as to:
        cost, _ = cost_of([command, "classify", folder, *options, "--out", Path(to) / "results.csv"])
    return cost


def measured_round(folder: Path, one: Path, model: Path, default_views: int) -> dict[str, Any]:
    """All commands once; seconds, MB, and milliseconds of stages."""
    found: dict[str, Any] = {"cold": [vars_of(classify(one, None)) for _ in range(COLD)]}
    for views in (1, default_views):
        stages = [sys.executable, HERE / "stages.py", folder, "--views", str(views), "--num", str(STAGED)]
        loop = [sys.executable, HERE / "plain_loop.py", model, folder, "--views", str(views), "--threads"]
        found[str(views)] = {
            "classify": vars_of(classify(folder, None if views == default_views else views)),
            "two threads": vars_of(cost_of([*loop, "2"])[0]),
            "one thread": vars_of(cost_of([*loop, "1"])[0]),
            "cold": vars_of(classify(one, views)),
            "stages": json.loads(cost_of(stages)[1]),
        }
    return found


def vars_of(cost: Cost) -> dict[str, float]:
    """As it stands in the record."""
    return {"wall_s": round(cost.wall_s, 3), "cpu_s": round(cost.cpu_s, 3), "peak_mb": round(cost.peak_mb, 1)}


def figures(rounds: Sequence[dict[str, Any]], views: str, *, num: int, cores: int) -> dict[str, list[float]]:
    """Smallest, middle and largest of each figure over the rounds."""
    found: dict[str, list[float]] = {}
    for each in (one[views] for one in rounds):
        ours, stages_ms = each["classify"], sum(each["stages"].values())
        steady_ms, steady_cpu_ms = (1e3 * (ours[of] - each["cold"][of]) / (num - 1) for of in ("wall_s", "cpu_s"))
        now = {
            "wall, of the loop with two threads": ours["wall_s"] / each["two threads"]["wall_s"],
            "processor time, of the loop with one thread": ours["cpu_s"] / each["one thread"]["cpu_s"],
            "share of the bound, start-up excluded": stages_ms / cores / steady_ms,
            "share of the stages in the processor time, start-up excluded": stages_ms / steady_cpu_ms,
            "crops per second, start-up included": num / ours["wall_s"],
            "processor time per crop, ms": 1e3 * ours["cpu_s"] / num,
            "of which the stages alone, ms": stages_ms,
            "peak memory, MB": ours["peak_mb"],
        }
        for name, value in now.items():
            found.setdefault(name, []).append(value)
    return {name: spread(values) for name, values in found.items()}


def spread(values: Sequence[float]) -> list[float]:
    """Smallest, middle and largest."""
    return [round(each, 3) for each in (min(values), median(values), max(values))]


def block(found: dict[str, Any]) -> str:
    """The part of the page: a sentence about the machine and the code, then the figures."""
    views = list(found["by_views"])
    lines = [
        f"Measured on {found['measured']} at commit `{found['commit']}` (measured code `{found['code'][:16]}`): "
        f"{found['crops']} crops, links to {found['different']} files; {found['rounds']} rounds; {found['model']}; "
        f"{found['cores']} cores, {found['processor']}; Python {found['python']}, onnxruntime {found['onnxruntime']}; "
        f"load average before it began: {found['load_before']}.",
        "",
    ]
    if found["load_before"] > BUSY:
        lines += [
            "**Other work shared the machine.** The ratios are of runs in turn and still say something. Seconds and "
            "crops per second are worse than on a quiet machine, and so is the share of the bound.",
            "",
        ]
    lines += [
        f"| median (smallest to largest) | one window, `--views 1` | {views[-1]} windows, the default |",
        "|---|---:|---:|",
    ]
    for name in found["by_views"][views[0]]:
        cells = [text_of(found["by_views"][each][name]) for each in views]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines += ["", "| one crop from a cold start, default options | |", "|---|---:|"]
    lines += [f"| {name} | {text_of(values)} |" for name, values in found["cold"].items()]
    return "\n".join(lines) + "\n"


def text_of(values: Sequence[float]) -> str:
    """Two decimals for what is small, none for what is large."""
    low, middle, high = (f"{value:.2f}" if max(values) < 20 else f"{value:.0f}" for value in values)
    return f"{middle} ({low} to {high})"


def write_page(found: dict[str, Any]) -> None:
    """Write the block in the page."""
    write_block(PAGE, BLOCK, block(found))


def commit() -> str:
    """The commit of this checkout, with a word if its files differ from it."""
    commands = (["rev-parse", "--short=12", "HEAD"], ["status", "--porcelain", "--", "vehicle_id", "models"])
    head, changed = (
        subprocess.run(["git", *each], cwd=ROOT, capture_output=True, text=True, check=True).stdout for each in commands
    )
    return head.strip() + (" and changes" if changed else "")


def processor() -> str:
    """The name of this machine's processor."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def measure(paths: Sequence[Path], num: int, num_rounds: int) -> dict[str, Any]:
    """Run all commands in turn, round by round."""
    load_before = round(os.getloadavg()[0], 1)
    file = hub.load()
    card = Session(file.data, threads=1).card
    rounds = list[dict[str, Any]]()
    with linked(paths, num) as folder, linked(paths, 1) as one:
        classify(one, None)  # writes bytecode, and fills the file cache
        for number in range(num_rounds):
            begun = time.monotonic()
            rounds.append(measured_round(folder, one, file.path, card.views))
            print(f"round {number + 1} of {num_rounds}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    cold = [each for found in rounds for each in found["cold"]]
    cores = usable_cores()
    return {
        "measured": datetime.now(timezone.utc).date().isoformat(),
        "commit": commit(),
        "code": digest(),
        "model": card.full_name,
        "processor": processor(),
        "cores": cores,
        "python": platform.python_version(),
        "onnxruntime": version("onnxruntime"),
        "load_before": load_before,
        "crops": num,
        "different": min(num, len(paths)),
        "rounds": num_rounds,
        "by_views": {str(views): figures(rounds, str(views), num=num, cores=cores) for views in (1, card.views)},
        "cold": {
            "wall, s": spread([each["wall_s"] for each in cold]),
            "processor time, s": spread([each["cpu_s"] for each in cold]),
            "peak memory of the largest process, MB": spread([each["peak_mb"] for each in cold]),
        },
        "each_round": rounds,
    }


def main() -> None:
    """Measure, or write the page anew from the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("crops", type=Path, nargs="*", help="folders; without any, only --docs")
    parser.add_argument("--num", type=int, default=3000, help="number of crops; files are repeated if need be")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--docs", action="store_true", help="write the block in docs/speed.md")
    options = parser.parse_args()
    if not options.crops and not options.docs:
        parser.error("name folders of crops to measure, or add --docs to write the page from benchmarks/speed.json")
    if options.crops:
        found = measure(list(find_crops(options.crops)), options.num, options.rounds)
        write_whole(RECORD, (json.dumps(found, indent=1) + "\n").encode())
        print(block(found))
    if options.docs:
        write_page(json.loads(RECORD.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
