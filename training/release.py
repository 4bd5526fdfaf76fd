"""Export a finished run into `models/`, measure the exported file, and write its card from the numbers.

    python -m training.release runs/overhead-1.0 --measure training/measure/overhead-1.0.yaml --default

Writes `models/<name>-<version>/` (model.onnx, golden.json, recipe.yaml, metrics.json, stac-item.json, README.md) and
the model's line in `models/index.json`. Every number on the card comes from `vehicle_id.evaluation` on the released
file.

    python -m training.release --card-only overhead-1.0

writes only README.md and stac-item.json again, from model.onnx and from metrics.json; both stay unchanged.

    python -m training.release --measure-only overhead-1.1 --measure training/measure/overhead-1.1.yaml

measures a released file again, as on corrected test data, and writes metrics.json, the plots and the card.

With --default the name of the model replaces that of the default model before it in the files of `NAMED`.
Then `python -m training.pages` measures the figures of the docs with it, and writes what commands print.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shlex
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from training.measure import plots
from training.measure.radar import together
from vehicle_id import Classifier
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.crops.manifest import Crop
from vehicle_id.evaluation.evaluate import ALL_CLASSES, Evaluation, evaluate
from vehicle_id.export.export import export
from vehicle_id.export.forms import FormName
from vehicle_id.export.model_card import render_card
from vehicle_id.export.stac import stac_item
from vehicle_id.files import write_whole
from vehicle_id.model import hub
from vehicle_id.model.card import METADATA_KEY, ModelCard, Precision, full_name
from vehicle_id.model.onnx_file import inspect
from vehicle_id.train.recipe import load_recipe

MODELS = Path("models")
EXAMPLES = Path("examples/crops/manifest.csv")
NAMED = (
    "pyproject.toml",
    "Makefile",
    "README.md",
    "benchmarks/plain_loop.py",
    "docs/training.md",
    "vehicle_id/model/hub.py",
    "vehicle_id/train/recipe.py",
    "vehicle_id/train/recipes/few-shot.yaml",
    "vehicle_id/train/recipes/finetune-from-overhead.yaml",
    "vehicle_id/train/start.py",
)
"""Files that name the default model: what the wheel holds, what shipped recipes start from, examples."""


class Measurement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of the card."""

    title: str
    data: str | list[str] = []
    """One manifest, or several measured as one."""
    folds: dict[str, str] = {}
    """In place of `data`, for a model that was trained on all of it: networks of the same recipe, each with a manifest
    of crops that it did not see. They are measured as one."""
    measured_by: str | None = None
    """With `folds`: the command that prints the same numbers."""
    split: str | None = None
    half: Literal["a", "b"] | None = None
    mapping: dict[str, str | list[str]] = {}
    """Label of the data -> a node of the model's tree, several, or `unknown`."""
    plots: str | None = None
    """Subfolder of `plots/` for accuracy against the manifest's columns, reliability and risk; None = no plots."""
    columns: list[str] = []
    """Further columns of the manifest for plots of accuracy."""

    def nodes(self) -> dict[str, tuple[str, ...]]:
        """The mapping as `evaluate` takes it."""
        return {label: (to,) if isinstance(to, str) else tuple(to) for label, to in self.mapping.items()}

    def command(self, model: str) -> str:
        """The command that prints the same numbers."""
        options = [("--model", model), ("--split", self.split), ("--half", self.half)]
        options += [("--map", f"{label}={','.join(nodes)}") for label, nodes in self.nodes().items()]
        stated = [part for name, value in options if value is not None for part in (name, value)]
        return shlex.join(["vehicle-id", "evaluate", *self.manifests(), *stated])

    def record(self, classifier: Classifier) -> tuple[Evaluation, dict[str, Any]]:
        """The answers, and what was measured of them with its command."""
        if not self.folds:
            evaluation = self.evaluate(classifier, self.crops())
            return evaluation, {"command": self.command(classifier.card.full_name), **evaluation.measures()}
        each = [
            self.evaluate(Classifier(network, top_k=ALL_CLASSES), read_labelled(data))
            for network, data in self.folds.items()
        ]
        evaluation = together(each)
        record = {"command": self.measured_by, **evaluation.measures()}
        del record["model_sha256"]  # of the first fold alone
        return evaluation, {**record, "folds": [fold.model_sha256 for fold in each]}

    def crops(self) -> Iterator[Crop]:
        """The labelled crops of all its manifests."""
        return chain.from_iterable(read_labelled(data) for data in self.manifests())

    def evaluate(self, classifier: Classifier, crops: Iterable[Crop]) -> Evaluation:
        """The answers of a model that has `ALL_CLASSES` as `top_k`, with the truth."""
        return evaluate(classifier, crops, mapping=self.nodes(), split=self.split, half=self.half)

    def manifests(self) -> list[str]:
        """The data as a list."""
        return [self.data] if isinstance(self.data, str) else self.data


def main() -> None:
    """Export, measure and write; or only write the README of a released model again."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, nargs="?", help="folder of a finished run")
    parser.add_argument("--measure", type=Path, help="YAML list of title, data, split, half, mapping")
    parser.add_argument("--default", action="store_true", help="make it the default model")
    parser.add_argument("--extent-m", type=float, help="also write every variant with one image input, of this extent")
    parser.add_argument("--precision", choices=get_args(Precision), default="fp32", help="how weights are stored")
    parser.add_argument("--measure-only", metavar="NAME", help="only measure this released model again, as its file is")
    parser.add_argument(
        "--card-only", metavar="NAME", help="only write README.md and stac-item.json of this released model"
    )
    arguments = parser.parse_args()
    if arguments.card_only is not None:
        print(f"wrote {write_readme(MODELS / arguments.card_only)}")
        return
    if arguments.measure is None or (arguments.run is None) is (arguments.measure_only is None):
        parser.error("name --measure and a run, or --measure and --measure-only, or --card-only")
    if arguments.measure_only is not None:
        measure_released(MODELS / arguments.measure_only, arguments.measure)
    else:
        release(arguments)


def release(arguments: argparse.Namespace) -> None:
    """Export the run, measure the exported file, write its card and its line in the index."""
    recipe = load_recipe(arguments.run / "recipe.yaml")
    name = full_name(recipe.name, recipe.version, arguments.precision)
    optical = recipe.data.sensor == "optical"
    agreement = export(
        arguments.run,
        MODELS / name,
        golden=EXAMPLES if optical else None,
        extent_m=arguments.extent_m,
        forms=get_args(FormName),
        precision=arguments.precision,
    )
    print(f"{agreement.num_chips} chips, largest probability difference {agreement.largest_difference:.1e}")
    if (loss := agreement.precision_loss) is not None:
        print(f"validation accuracy {loss.accuracy:.4f} in {arguments.precision}, {loss.accuracy_before:.4f} in fp32")
    measure_released(MODELS / name, arguments.measure)
    write_index(name, default=arguments.default)


def measure_released(folder: Path, measure_file: Path) -> None:
    """Measure the model of a folder, and write metrics.json, the plots and its card."""
    measurements = msgspec.yaml.decode(measure_file.read_bytes(), type=list[Measurement])
    measured = measure(Classifier(folder, top_k=ALL_CLASSES), measurements, folder)
    write(folder / "metrics.json", json.dumps(measured, indent=1) + "\n")
    write_readme(folder)


def write_readme(folder: Path) -> Path:
    """Write `README.md` and `stac-item.json` of a model folder from its model.onnx and its metrics.json.

    Returns:
        The README.

    Raises:
        SystemExit: the folder lacks one of the two.
    """
    try:
        data = (folder / "model.onnx").read_bytes()
        measured = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise SystemExit(f"{error.filename} cannot be read: {error.strerror}") from error
    page = folder / "README.md"
    write(page, render_card(ModelCard.from_json(inspect(data).metadata[METADATA_KEY]), measured))
    write_whole(folder / "stac-item.json", stac_item(data))
    return page


def measure(classifier: Classifier, measurements: list[Measurement], folder: Path) -> dict[str, dict[str, Any]]:
    """Records of the measurements by title, each with its command; plots are written into the model's folder."""
    measured = {}
    for each in measurements:
        evaluation, record = each.record(classifier)
        if each.plots is not None:
            record["plots"] = draw_plots(evaluation, each, folder)
        measured[each.title] = record
        print(f"{each.title}: macro-F1 {record['top1']['macro_f1']:.3f}")
    return measured


def draw_plots(evaluation: Evaluation, measurement: Measurement, folder: Path) -> list[str]:
    """Draw the plots of one measurement; returns their paths in the model's folder."""
    answers = [{k: "" if v is None else str(v) for k, v in row.items()} for row in evaluation.rows()]
    rows = plots.join([row for row in answers if row["right"]], Path(measurement.manifests()[0]))
    drawn = plots.draw(rows, folder / "plots" / str(measurement.plots), columns=measurement.columns)
    return [path.relative_to(folder).as_posix() for path in drawn]


def write_index(name: str, *, default: bool) -> None:
    """Write the model's digest and size into the index."""
    file = MODELS / "index.json"
    index = msgspec.json.decode(file.read_bytes(), type=hub.Index) if file.exists() else None
    data = (MODELS / name / "model.onnx").read_bytes()
    entry = hub.IndexEntry(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
    models = {**(index.models if index else {}), name: entry}
    chosen = name if default or index is None else index.default
    if index is not None and chosen != index.default:
        name_default(index.default, chosen)
    write(file, msgspec.json.format(msgspec.json.encode(hub.Index(default=chosen, models=models))).decode() + "\n")


def name_default(old: str, new: str) -> None:
    """Write the name of the new default model in place of the old one, also where `-int8` follows it."""
    for path in map(Path, NAMED):
        write(path, re.sub(rf"\b{re.escape(old)}\b", new, path.read_text(encoding="utf-8")))


def write(path: Path, text: str) -> None:
    """Write a text file in one step."""
    write_whole(path, text.encode())


if __name__ == "__main__":
    main()
