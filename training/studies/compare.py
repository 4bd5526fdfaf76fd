"""Train variants of one recipe and measure the exported file of each: the effect of single choices.

    python -m training.studies.compare training/studies/scale.yaml data/packed/manifest.csv --out runs/scale

A study names a recipe, settings that all its runs share, variants with their own settings, and the measurements. Every
variant is trained from every seed, exported, and measured on the exported file. Finished runs are not repeated, so a
study continues where it was stopped. Prints a table: means over the seeds, with the standard deviation in brackets.

A variant may also name a change of `ablation_hooks.py`, such as `mixup: 0.2`.
"""

from __future__ import annotations

import argparse
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from PIL import Image

from training.release import Measurement
from training.studies.ablation_hooks import HOOKS, hooks_of
from vehicle_id import Classifier
from vehicle_id.crops.chips import EXTENT_UNKNOWN, short_side_px
from vehicle_id.crops.manifest import Crop
from vehicle_id.crops.open import decode_crop
from vehicle_id.errors import CropError
from vehicle_id.evaluation.evaluate import ALL_CLASSES
from vehicle_id.evaluation.tables import Measures
from vehicle_id.export.export import export
from vehicle_id.files import write_whole
from vehicle_id.model.card import ModelCard
from vehicle_id.train.crop_dataset import ChipFunction
from vehicle_id.train.loop import train
from vehicle_id.train.recipe import Recipe, load_recipe

FIGURES = ("class accuracy", "class F1", "family accuracy", "family F1", "ECE", "length error")
Settings = dict[str, Any]


class Study(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One comparison."""

    recipe: str
    """Path of the recipe that is varied."""
    settings: Settings = {}
    """Section -> field -> value that replaces the recipe's, for all runs."""
    variants: dict[str, Settings]
    """Name -> the settings of that variant."""
    seeds: tuple[int, ...] = (0,)
    measure: str
    """Path of a list of measurements, as for a release."""

    def measurements(self) -> list[Measurement]:
        """The measurements of every run."""
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
            elif section not in HOOKS:
                plain[section] = value
    return msgspec.convert(plain | {"seed": seed}, Recipe)


def figures(record: Measures) -> dict[str, float]:
    """The numbers of an evaluation that a study compares."""
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
    hooks = hooks_of(own)
    train(data, recipe, folder, resume=True, log=lambda line: print(f"  {line}", flush=True), **hooks)
    export(folder, folder / "model")
    classifier = Classifier(folder / "model", top_k=ALL_CLASSES)
    found = {each.title: figures(measure(each, classifier, hooks.get("chip"))) for each in study.measurements()}
    return Measured(variant=variant, seed=seed, figures=found)


def measure(measurement: Measurement, classifier: Classifier, chip: ChipFunction | None) -> Measures:
    """The record of one measurement; with `chip` the model sees the chips that this function makes."""
    crops = measurement.crops()
    if chip is not None:
        crops = (with_chip(crop, chip, classifier.card) for crop in crops)
    return measurement.evaluate(classifier, crops).measures()


def with_chip(crop: Crop, chip: ChipFunction, card: ModelCard) -> Crop:
    """The crop with its chip as its file, which the classifier's `make_chip` leaves unchanged.

    A crop that the model refuses stays as it is, so that the classifier refuses it.
    """
    try:
        decoded = decode_crop(crop.path, gsd_m=crop.gsd_m, bands=crop.bands)
    except CropError:
        return crop
    width, height = decoded.image.size
    coarsest = np.inf if card.gsd_range_m is None else card.gsd_range_m[1]
    if short_side_px(height=height, width=width, chip_px=card.chip_px) < card.min_side_px:
        return crop
    if decoded.gsd_m is not None and decoded.gsd_m > coarsest:
        return crop
    made = chip(decoded.image, chip_px=card.chip_px, gsd_m=decoded.gsd_m)
    stream = io.BytesIO()
    Image.fromarray(made.pixels).save(stream, "PNG")
    gsd_m = made.extent_m / card.chip_px if made.extent_m > EXTENT_UNKNOWN else None
    return replace(crop, content=stream.getvalue(), gsd_m=gsd_m)


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
    """Do the missing runs and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", type=Path, help="YAML: recipe, settings, variants, seeds, measure")
    parser.add_argument("data", type=Path, help="manifest to train on")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    study = msgspec.yaml.decode(options.study.read_bytes(), type=Study)
    results = options.out / "results.json"
    measured = msgspec.json.decode(results.read_bytes(), type=list[Measured]) if results.exists() else []
    done = {(each.variant, each.seed) for each in measured}
    # seeds in the outer loop: a study that is stopped early has all variants
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
