"""Compare `vehicle-id train` with other tools that train classifiers: same crops, split, budget, threads and start.

    python -m training.datasets.mstar ../shared/data/mstar-train --out data/mstar
    python benchmarks/train_peers.py sar=data/mstar/manifest.csv real=data/real/manifest.csv --radar sar --docs

Each set is a manifest with path, label and perhaps gsd_m, group and split. Makes an environment for each peer if it is
missing; with --share FOLDER they also see the packages of an environment that has torch. The budget is processor
seconds of one thread, so that other work on the machine changes little; with --clock wall it is time. One epoch of each
peer is tried first, and the run has as many epochs as the budget then holds. Every finished run is kept in
`benchmarks/train_peers.json`; the same command continues. With --docs also writes the table in `docs/training.md`.
Linux only; CPU only.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from peers.environments import ROOT, RUNNERS, made, processor, run_process
from peers.sets import CropSet, prepare
from peers.train_page import BLOCK, PAGE, as_tables
from peers.trainees import TRAINEES, Trainee

from training.pages.marks import write_block
from vehicle_id.evaluation import metrics
from vehicle_id.files import write_whole

FOUND = ROOT / "benchmarks" / "train_peers.json"
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
RATE_CROPS, RATE_EPOCHS = 192, 2
"""Crops and epochs of a run that measures the throughput; the first epoch is not counted."""


def main() -> None:
    """Measure what is missing, write the results, print the tables."""
    options = _options()
    found: dict[str, Any] = json.loads(FOUND.read_text()) if FOUND.exists() else {}
    if options.sets:
        terms = {"budget_s": options.budget, "clock": options.clock, "chip_px": options.chip_px, "batch": options.batch}
        found = found or {"terms": terms, "sets": {}, "installed": {}, "probes": {}, "runs": [], "rates": {}}
        if found["terms"] != terms:
            sys.exit(
                f"{FOUND} has runs on other terms, {found['terms']}: state these, or remove the file to begin again"
            )
        found |= {"measured": datetime.now(timezone.utc).date().isoformat(), "processor": processor()}
        for _ in measure(options, found):
            write_whole(FOUND, (json.dumps(found, indent=1) + "\n").encode())
    print(as_tables(found))
    if options.docs:
        write_block(PAGE, BLOCK, as_tables(found))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", metavar="NAME=MANIFEST", help="without sets, --docs writes old results")
    parser.add_argument("--radar", action="append", default=[], metavar="NAME", help="a set of radar: never mirrored")
    parser.add_argument("--work", type=Path, default=Path("data/train-peers"), help="folder for the sets and the runs")
    parser.add_argument("--envs", type=Path, default=Path("data/bench-envs"), help="folder of the environments")
    parser.add_argument("--share", type=Path, help="site-packages that new environments see too")
    parser.add_argument("--budget", type=float, default=300.0, help="seconds of a run")
    parser.add_argument("--clock", choices=("cpu", "wall"), default="cpu")
    parser.add_argument("--chip-px", type=int, default=96)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3, help="rounds of the throughput")
    parser.add_argument("--only", action="append", metavar="TEXT", help="only rows whose name or start contains it")
    parser.add_argument("--docs", action="store_true", help="write the tables into docs/training.md")
    options = parser.parse_args()
    if not options.sets and not options.docs:
        parser.error("name sets to measure on, or add --docs to write the existing benchmarks/train_peers.json")
    if any("=" not in each for each in options.sets):
        parser.error("name each set and its manifest: NAME=MANIFEST")
    return options


def measure(options: argparse.Namespace, found: dict[str, Any]) -> Iterator[None]:
    """Run what is missing and add it to what was found; stops after each run, so that it can be written."""
    comparison = Comparison(options, found)
    comparison.weigh()
    yield from comparison.rate()
    yield from comparison.train()


class Comparison:
    """The wanted trainees on the given sets, and what was found so far."""

    def __init__(self, options: argparse.Namespace, found: dict[str, Any]) -> None:
        self.options, self.found = options, found
        self.work = options.work.absolute()
        self.wanted = [each for each in TRAINEES if not options.only or any(text in each.key for text in options.only)]
        self.sets = []
        for each in options.sets:
            name, _, manifest = each.partition("=")
            view = "radar" if name in options.radar else "above"
            self.sets.append(prepare(name, Path(manifest), self.work / "sets" / name, view=view))
            found["sets"][name] = {"view": view, "classes": len(self.sets[-1].labels), **self.sets[-1].counts}
        self.weights = _weights(self.work)

    def weigh(self) -> None:
        """What a machine needs to run what each trains."""
        for trainee in self.wanted:
            if trainee.key not in self.found["installed"]:
                self.found["installed"][trainee.key] = _installed(trainee, self._commands(trainee))

    def rate(self) -> Iterator[None]:
        """Crops a second of the trainees in turn, round by round, on some crops of the first set."""
        name, _, manifest = self.options.sets[0].partition("=")
        folder = self.work / "sets" / f"{name}-some"
        some = prepare(name, Path(manifest), folder, view=self.sets[0].view, most=RATE_CROPS)
        rated = [trainee for trainee in self.wanted if trainee.rate]
        for number, trainee in product(range(self.options.rounds), rated):
            rates = self.found["rates"].setdefault(trainee.key, [])
            if len(rates) <= number:
                runner = self._runner(trainee, some, *trainee.rate_options)
                run = runner(self.work / "runs" / "rate", epochs=RATE_EPOCHS)
                rates.append(round(run["crops_per_epoch"] / run["batches_s"][-1], 2))
                yield

    def train(self) -> Iterator[None]:
        """The trainees on each set, with the epochs that the budget holds."""
        done = {(run["set"], run["key"]) for run in self.found["runs"]}
        for trainee, crop_set in product(self.wanted, self.sets):
            if (crop_set.name, trainee.key) in done or not trainee.takes(crop_set.view):
                continue
            runner, probes = self._runner(trainee, crop_set), self.found["probes"]
            out = self.work / "runs" / f"{crop_set.name}-{trainee.key}".replace(" ", "-").replace(",", "")
            tried = f"{crop_set.name}: {trainee.cost_key}"
            if tried not in probes:
                probes[tried] = runner(out, epochs=1)
                yield
            epochs = fitting_epochs(probes[tried], self.options.budget)
            print(f"{crop_set.name}: {trainee.key}: {epochs} epochs", file=sys.stderr, flush=True)
            run = runner(out, epochs=epochs)
            self.found["runs"].append({"set": crop_set.name, "key": trainee.key, **run, **scores(crop_set, out)})
            yield

    def _commands(self, trainee: Trainee) -> Path:
        return made(trainee.env, self.options.envs.absolute(), share=self.options.share)

    def _runner(self, trainee: Trainee, crop_set: CropSet, *more: str) -> Runner:
        return Runner(trainee, self._commands(trainee), crop_set, self.weights, self.options, more)


def fitting_epochs(probe: dict[str, Any], budget_s: float) -> int:
    """The epochs that the budget holds, at least one, by a run of one epoch."""
    left = budget_s - probe["before_s"] - probe["after_s"]
    return max(1, int(left / probe["epochs_s"][0]))


def scores(crop_set: CropSet, out: Path) -> dict[str, float]:
    """Accuracy and macro-F1 of the answers of a run; a crop without an answer stops the program."""
    with (out / "answers.csv").open(newline="", encoding="utf-8") as file:
        answers = {row["crop"]: row["label"] for row in csv.DictReader(file)}
    answered = len(answers.keys() & crop_set.truth.keys())
    if answered < len(crop_set.truth):
        sys.exit(f"{answered} of {len(crop_set.truth)} crops of {crop_set.name} have an answer in {out}")
    labels = crop_set.labels
    truth = np.array([labels.index(label) for label in crop_set.truth.values()])
    given = np.array([labels.index(answers[name]) for name in crop_set.truth])
    return {
        "accuracy": round(metrics.accuracy(truth, given), 4),
        "macro_f1": round(metrics.macro_f1(metrics.confusion(truth, given, num_classes=len(labels))), 4),
    }


class Runner:
    """One trainee on one set.

    Args:
        commands: of its environment.
        weights: ImageNet weights of the backbone.
        options: chip, batch and clock.
        more: options of this run besides those of the trainee.
    """

    def __init__(
        self,
        trainee: Trainee,
        commands: Path,
        crop_set: CropSet,
        weights: Path,
        options: argparse.Namespace,
        more: Sequence[str],
    ) -> None:
        self.name = trainee.key
        self.settings = {**THREADS, "YOLO_CONFIG_DIR": str(commands.parent)}
        terms = ("--chip-px", str(options.chip_px), "--batch", str(options.batch), "--clock", options.clock)
        start = ("--weights", str(weights)) if trainee.start == "ImageNet" else ()
        program, *own = trainee.command
        read = (crop_set.folder, "--view", crop_set.view)
        self.command = [commands / "python", RUNNERS / program, *read, *terms, *start, *own, *more]

    def __call__(self, out: Path, *, epochs: int) -> dict[str, Any]:
        """Train in a folder that is emptied first, and answer; what the runner printed, and the memory it took."""
        shutil.rmtree(out, ignore_errors=True)
        ended = run_process(self.name, [*self.command, "--out", out, "--epochs", str(epochs)], settings=self.settings)
        stated: dict[str, Any] = next(json.loads(line) for line in ended.printed if line.startswith('{"epochs"'))
        return {**stated, "peak_mb": round(ended.peak_mb)}


def _installed(trainee: Trainee, commands: Path) -> dict[str, float]:
    """Packages and megabytes that a machine needs to run what it trained."""
    ended = run_process(trainee.key, [commands / "python", RUNNERS / "installed.py", *trainee.to_run], settings={})
    packages, megabytes = ended.printed[-1].split()
    return {"packages": int(packages), "mb": float(megabytes)}


def _weights(work: Path) -> Path:
    """The ImageNet weights of the backbone under timm's names, one file for all."""
    file = work / "tf_efficientnet_lite0.safetensors"
    if not file.exists():
        import safetensors.torch
        import timm

        from vehicle_id.train.pretrained import load_pretrained

        backbone = timm.create_model("tf_efficientnet_lite0", pretrained=False, num_classes=0)
        load_pretrained(backbone, "tf_efficientnet_lite0", "package")
        work.mkdir(parents=True, exist_ok=True)
        safetensors.torch.save_file(backbone.state_dict(), file)
    return file


if __name__ == "__main__":
    main()
