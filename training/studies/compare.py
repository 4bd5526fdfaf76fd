"""Train variants of one recipe side by side and measure each as users would run it: what does a choice cost or bring?

    python -m training.studies.compare training/studies/scale.yaml data/packed/manifest.csv --out runs/scale

A study names a recipe, settings that all its runs share, variants with the settings that set them apart, and what to
measure. Every variant is trained from every seed, exported, and measured on the exported file. What is done already
is not done again, so a study goes on where it was stopped. Prints a table: means over the seeds, and in brackets the
standard deviation.

A variant may also name what `tried.py` knows and no recipe does, such as `mixup: 0.2`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from vehicle_id import Classifier
from vehicle_id.evaluation.evaluate import ALL_CLASSES, Measures
from vehicle_id.export.export import export
from vehicle_id.files import write_whole
from vehicle_id.train.loop import train
from vehicle_id.train.recipe import Recipe, load_recipe

sys.path += [str(Path(__file__).parents[1]), str(Path(__file__).parent)]
from release import Measurement
from tried import TRIED, tried

FIGURES = ("class accuracy", "class F1", "family accuracy", "family F1", "ECE", "length error")
Settings = dict[str, Any]


class Study(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is compared."""

    recipe: str
    """Path of the recipe that is varied."""
    settings: Settings = {}
    """Section -> field -> value, in place of the recipe's, for all runs."""
    variants: dict[str, Settings]
    """Name -> the settings of that variant."""
    seeds: tuple[int, ...] = (0,)
    measure: str
    """Path of a list of measurements, as for a release."""

    def measurements(self) -> list[Measurement]:
        """What every run is measured on."""
        return msgspec.yaml.decode(Path(self.measure).read_bytes(), type=list[Measurement])


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One run's figures."""

    variant: str
    seed: int
    figures: dict[str, dict[str, float]]
    """Title of the measurement -> name of the figure -> value."""


def vary(recipe: Recipe, *settings: Settings, seed: int) -> Recipe:
    """The recipe with the settings of each in turn, and the seed."""
    plain = msgspec.to_builtins(recipe)
    for each in settings:
        for section, value in each.items():
            if isinstance(value, dict):
                plain[section] |= value
            elif section not in TRIED:
                plain[section] = value
    return msgspec.convert(plain | {"seed": seed}, Recipe)


def figures(record: Measures) -> dict[str, float]:
    """The few numbers of an evaluation that a study compares."""
    families, size = record.get("families") or {}, record.get("size") or {}
    found = (
        record["top1"]["accuracy"],
        record["top1"]["macro_f1"],
        families.get("accuracy"),
        families.get("macro_f1"),
        record["top1"]["ece"],
        size.get("length_median_error"),
    )
    return {name: value for name, value in zip(FIGURES, found, strict=True) if value is not None}


def run(study: Study, data: Path, variant: str, seed: int, folder: Path) -> Measured:
    """Train, export and measure one variant from one seed."""
    own = study.variants[variant]
    recipe = vary(load_recipe(study.recipe), study.settings, own, seed=seed)
    with tried({name: value for name, value in own.items() if name in TRIED}):
        train(data, recipe, folder, resume=True, log=lambda line: print(f"  {line}", flush=True))
        export(folder, folder / "model")
        classifier = Classifier(folder / "model", top_k=ALL_CLASSES)
        found = {each.title: figures(each.judge(classifier).record()) for each in study.measurements()}
    return Measured(variant=variant, seed=seed, figures=found)


def table(study: Study, measured: list[Measured]) -> str:
    """Markdown: a row for each variant and measurement, means over its seeds."""
    lines = ["| variant | seeds | on | " + " | ".join(FIGURES) + " |", "|---" * (len(FIGURES) + 3) + "|"]
    for variant in study.variants:
        runs = [each for each in measured if each.variant == variant]
        for title in runs[0].figures if runs else ():
            cells = [_cell([each.figures[title].get(name) for each in runs]) for name in FIGURES]
            lines.append(f"| {variant} | {len(runs)} | {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(values: list[float | None]) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return "-"
    spread = f" ({np.std(known, ddof=1):.3f})" if len(known) > 1 else ""
    return f"{np.mean(known):.3f}{spread}"


def main() -> None:
    """Run what is missing, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", type=Path, help="YAML: recipe, settings, variants, seeds, measure")
    parser.add_argument("data", type=Path, help="manifest to train on")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    study = msgspec.yaml.decode(options.study.read_bytes(), type=Study)
    results = options.out / "results.json"
    measured = msgspec.json.decode(results.read_bytes(), type=list[Measured]) if results.exists() else []
    done = {(each.variant, each.seed) for each in measured}
    # seeds outermost: a study stopped early has all variants
    for seed, variant in [(seed, variant) for seed in study.seeds for variant in study.variants]:
        if (variant, seed) in done:
            continue
        print(f"{variant}, seed {seed}", flush=True)
        folder = options.out / f"{list(study.variants).index(variant)}-{seed}"
        measured.append(run(study, options.data, variant, seed, folder))
        write_whole(results, msgspec.json.format(msgspec.json.encode(measured)))
    print(table(study, measured))


if __name__ == "__main__":
    main()
