"""Compare vehicle-id with other tools that classify folders of crops: same crops, same cores, separate environments.

    python benchmarks/make_crops.py data/bench --num 20000
    python benchmarks/peers.py data/bench --docs

Makes an environment for each peer if it is missing (a few GB each). Then all peers run in turn for several rounds, so
that a machine that slows down affects all of them alike. A round is a cold start (a fresh process, one crop) and a
folder. Writes `benchmarks/peers.json`; with --docs also the table in `docs/speed.md` and its plot. Without crops,
--docs uses the existing `benchmarks/peers.json`. Linux only; CPU only, a graphics card is hidden from all.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from statistics import median
from typing import Any

from peers.environments import RUNNERS, made, processor, run_process
from peers.runner import flat_folder

from training.pages.marks import write_block
from vehicle_id.files import write_whole
from vehicle_id.parallel import usable_cores

ROOT = Path(__file__).parents[1]
FOUND = ROOT / "benchmarks" / "peers.json"
PAGE = ROOT / "docs" / "speed.md"
PLOT = ROOT / "docs" / "images" / "speed.png"
BLOCK = "measured"
"""Of the page."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """One row of the table."""

    name: str
    network: str
    env: str
    """Its environment, made from `requirements-<env>.txt`."""
    command: tuple[str, ...]
    """Without the crops: a runner, which times itself, or a command of the environment, which is timed as a whole."""

    @property
    def is_runner(self) -> bool:
        """Whether it prints its measurements as a line of JSON."""
        return self.command[0].endswith(".py")


CONTESTANTS = (
    *(
        Contestant(
            "vehicle-id classify",
            f"{model}, 96 px",
            "vehicle-id",
            ("vehicle-id", "classify", "--model", model, "--gsd-m", "0.3", "--out", "results.csv"),
        )
        for model in ("overhead-1.0", "overhead-1.0-int8")
    ),
    Contestant("vehicle-id, from Python", "overhead-1.0, 96 px", "vehicle-id", ("vehicle_id_stream.py",)),
    *(
        Contestant(name, f"{network}, {px} px", env, (*command, "--px", px))
        for px in ("96", "224")
        for name, network, env, command in (
            ("timm inference.py", "tf_efficientnet_lite0", "timm", ("timm_inference.py",)),
            ("timm inference.py, batch 16", "tf_efficientnet_lite0", "timm", ("timm_inference.py", "--batch", "16")),
            ("ultralytics predict", "yolo11n-cls", "ultralytics", ("ultralytics_predict.py",)),
            ("transformers pipeline", "MobileNetV2", "hf", ("hf_pipeline.py",)),
            ("transformers pipeline, batch 32", "MobileNetV2", "hf", ("hf_pipeline.py", "--batch", "32")),
        )
    ),
)
OURS = CONTESTANTS[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The measurements of one process over one folder."""

    crops_per_second: float
    cpu_ms_per_crop: float
    seconds: float
    """From the start of the process to its end."""
    cpu_s: float
    """Of all its processes."""
    peak_mb: float
    """Of its largest process."""


def main() -> None:
    """Measure, write the results, draw the plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("crops", type=Path, nargs="?", help="folder of crops; without it, --docs draws old results")
    parser.add_argument("--envs", type=Path, default=Path("data/bench-envs"), help="folder of the environments")
    parser.add_argument("--num", type=int, help="use only this number of crops")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cores", type=int, default=usable_cores())
    parser.add_argument("--docs", action="store_true", help="write the table and the plot into docs/")
    options = parser.parse_args()
    if options.crops is None and not options.docs:
        parser.error("name a folder of crops to measure, or add --docs to draw the existing benchmarks/peers.json")
    if options.crops is not None:
        for found in measure(options):
            write_whole(FOUND, (json.dumps(found, indent=2) + "\n").encode())
    found = json.loads(FOUND.read_text())
    print(as_table(found))
    if options.docs:
        write_page(found)
        draw(found["rows"])


def measure(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Run all contestants in turn; yields the results so far after each round."""
    cores = sorted(os.sched_getaffinity(0))[: options.cores]
    os.sched_setaffinity(0, cores)  # inherited by every process started from here
    bins = {env: made(env, options.envs.absolute()) for env in dict.fromkeys(each.env for each in CONTESTANTS)}
    cold: dict[Contestant, list[Turn]] = {each: [] for each in CONTESTANTS}
    warm: dict[Contestant, list[Turn]] = {each: [] for each in CONTESTANTS}
    load_before = os.getloadavg()[0]
    with flat_folder(options.crops, options.num) as folder, flat_folder(folder, 1) as one_crop:
        num = len(list(folder.iterdir()))
        for number in range(1, options.rounds + 1):
            for each in CONTESTANTS:
                cold[each].append(run(each, bins[each.env], one_crop, 1))
                warm[each].append(run(each, bins[each.env], folder, num))
                rate = warm[each][-1].crops_per_second
                print(f"round {number}: {each.name}, {each.network}: {rate:.0f} crops/s", file=sys.stderr, flush=True)
            yield {
                "measured": datetime.now(timezone.utc).date().isoformat(),
                "processor": processor(),
                "cores": len(cores),
                "machine_cores": os.cpu_count(),
                "load_before": round(load_before, 1),
                "python": platform.python_version(),
                "crops": num,
                "rounds": number,
                "rows": [summed_up(each, cold[each], warm[each]) for each in CONTESTANTS],
            }


def run(contestant: Contestant, commands: Path, folder: Path, num: int) -> Turn:
    """Run one process over one folder, in an empty working folder."""
    program, *options = contestant.command
    first = [commands / "python", RUNNERS / program] if contestant.is_runner else [commands / program]
    settings = {"YOLO_CONFIG_DIR": str(commands.parent)}
    ended = run_process(contestant.name, [*first, *options, folder], settings=settings)
    stated = json.loads(ended.printed[-1]) if contestant.is_runner else {}
    return Turn(
        crops_per_second=stated.get("crops_per_second", num / ended.seconds),
        cpu_ms_per_crop=stated.get("cpu_ms_per_crop", 1e3 * ended.cpu_s / num),
        seconds=ended.seconds,
        cpu_s=ended.cpu_s,
        peak_mb=ended.peak_mb,
    )


def summed_up(contestant: Contestant, cold: Sequence[Turn], warm: Sequence[Turn]) -> dict[str, Any]:
    """Medians over the rounds, and the rate of every round."""
    return {
        "name": contestant.name,
        "network": contestant.network,
        "crops_per_second": round(median(each.crops_per_second for each in warm), 1),
        "crops_per_second_by_round": [round(each.crops_per_second, 1) for each in warm],
        "cpu_ms_per_crop": round(median(each.cpu_ms_per_crop for each in warm), 2),
        "peak_mb": round(median(each.peak_mb for each in warm)),
        "cold_start_s": round(median(each.seconds for each in cold), 2),
        "cold_start_cpu_s": round(median(each.cpu_s for each in cold), 2),
        "cold_start_peak_mb": round(median(each.peak_mb for each in cold)),
    }


def as_table(found: dict[str, Any]) -> str:
    """Markdown: a sentence about the machine, then a row per contestant."""
    ours = found["rows"][0]["crops_per_second"]
    lines = [
        f"Measured on {found['measured']}. Crops: {found['crops']}; rounds: {found['rounds']}; "
        f"cores: {found['cores']} of {found['machine_cores']}, {found['processor']}; Python {found['python']}; "
        f"load average before it began: {found['load_before']}.",
        "",
        "| what | network | crops/s | of ours | CPU ms per crop | peak MB | cold start s | its CPU s | its peak MB |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in found["rows"]:
        cells = (
            row["name"],
            row["network"],
            f"{row['crops_per_second']:.0f}",
            f"{row['crops_per_second'] / ours:.2f}",
            f"{row['cpu_ms_per_crop']:.1f}",
            f"{row['peak_mb']}",
            f"{row['cold_start_s']:.1f}",
            f"{row['cold_start_cpu_s']:.1f}",
            f"{row['cold_start_peak_mb']}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def write_page(found: dict[str, Any]) -> None:
    """Write the table in the page."""
    write_block(PAGE, BLOCK, as_table(found))


def draw(rows: Sequence[dict[str, Any]]) -> None:
    """Draw bars of crops per second; the same input gives the same bytes."""
    # not at the top: a child process starts with the memory of its parent, which would be measured
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(mpl.rcParamsDefault):
        figure = Figure(figsize=(7.2, 4.0), dpi=100, layout="constrained")
        axes = figure.subplots()
        names = [f"{row['name']} ({row['network']})" for row in rows]
        rates = [row["crops_per_second"] for row in rows]
        colours = ["tab:blue" if row["name"].startswith("vehicle-id") else "tab:grey" for row in rows]
        bars = axes.barh(names, rates, color=colours)
        axes.bar_label(bars, fmt="%.0f", padding=3)
        axes.invert_yaxis()
        axes.margins(x=0.1)
        axes.set_xlabel("crops per second, from files to answers in a CSV")
        axes.spines[["top", "right"]].set_visible(False)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", metadata={"Software": None})
    PLOT.parent.mkdir(exist_ok=True)
    write_whole(PLOT, buffer.getvalue())


if __name__ == "__main__":
    main()
