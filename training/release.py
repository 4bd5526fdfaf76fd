"""Export a finished run into `models/`, measure it as users would run it, and write its card from the numbers.

    python -m training.release runs/overhead-1.0 --measure training/measure/overhead-1.0.yaml --default

Writes `models/<name>-<version>/` (model.onnx, golden.json, recipe.yaml, metrics.json, stac-item.json, README.md) and
the model's line in `models/index.json`. Every number on the card comes from `vehicle_id.evaluation` on the file that
ships.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shlex
import sys
from itertools import chain
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from vehicle_id import Classifier
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.evaluation.evaluate import ALL_CLASSES, Evaluation, judge
from vehicle_id.export.export import export
from vehicle_id.export.model_card import render_card
from vehicle_id.files import write_whole
from vehicle_id.model import hub
from vehicle_id.model.card import Precision, full_name
from vehicle_id.train.recipe import load_recipe

sys.path.append(str(Path(__file__).parent / "measure"))
import plots

MODELS = Path("models")
EXAMPLES = Path("examples/crops/manifest.csv")


class Measurement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of the card."""

    title: str
    data: str | list[str]
    """One manifest, or several measured as one."""
    split: str | None = None
    half: Literal["a", "b"] | None = None
    mapping: dict[str, str | list[str]] = {}
    """Label of the data -> a node of the model's tree, several, or `unknown`."""
    plots: str | None = None
    """Draw accuracy against the manifest's columns, reliability and risk into `plots/`, under this name."""
    columns: list[str] = []
    """Further columns of the manifest to draw accuracy against."""

    def nodes(self) -> dict[str, tuple[str, ...]]:
        """The mapping as `evaluate` takes it."""
        return {label: (to,) if isinstance(to, str) else tuple(to) for label, to in self.mapping.items()}

    def command(self, model: str) -> str:
        """What anyone can type to get the same numbers."""
        options = [("--model", model), ("--split", self.split), ("--half", self.half)]
        options += [("--map", f"{label}={','.join(nodes)}") for label, nodes in self.nodes().items()]
        told = [part for name, value in options if value is not None for part in (name, value)]
        return shlex.join(["vehicle-id", "evaluate", *self.manifests(), *told])

    def judge(self, classifier: Classifier) -> Evaluation:
        """The answers of a model, made with `ALL_CLASSES` as `top_k`, beside the truth."""
        rows = chain.from_iterable(read_labelled(data) for data in self.manifests())
        return judge(classifier, rows, mapping=self.nodes(), split=self.split, half=self.half)

    def manifests(self) -> list[str]:
        """The data as a list."""
        return [self.data] if isinstance(self.data, str) else self.data


def main() -> None:
    """Export, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--measure", type=Path, required=True, help="YAML list of title, data, split, half, mapping")
    parser.add_argument("--default", action="store_true", help="make it the model that answers when none is named")
    parser.add_argument("--extent-m", type=float, help="also write the variant with one image input, of this extent")
    parser.add_argument("--precision", choices=get_args(Precision), default="fp32", help="how weights are stored")
    arguments = parser.parse_args()
    recipe = load_recipe(arguments.run / "recipe.yaml")
    name = full_name(recipe.name, recipe.version, arguments.precision)
    agreement = export(
        arguments.run, MODELS / name, golden=EXAMPLES, extent_m=arguments.extent_m, precision=arguments.precision
    )
    print(f"{agreement.num_chips} chips, largest probability difference {agreement.largest_difference:.1e}")
    if (loss := agreement.loss) is not None:
        print(f"validation accuracy {loss.accuracy:.4f} in {arguments.precision}, {loss.accuracy_before:.4f} in fp32")
    classifier = Classifier(MODELS / name, top_k=ALL_CLASSES)
    measurements = msgspec.yaml.decode(arguments.measure.read_bytes(), type=list[Measurement])
    measured = measure(classifier, measurements, MODELS / name)
    write(MODELS / name / "metrics.json", json.dumps(measured, indent=1) + "\n")
    write(MODELS / name / "README.md", render_card(classifier.card, measured))
    write_index(name, default=arguments.default)


def measure(classifier: Classifier, measurements: list[Measurement], folder: Path) -> dict[str, dict[str, Any]]:
    """Records of `evaluate` by title, each with the command that gives it; plots go into the model's folder."""
    measured = {}
    for each in measurements:
        evaluation = each.judge(classifier)
        record = {"command": each.command(classifier.card.full_name), **evaluation.record()}
        if each.plots is not None:
            record["plots"] = draw_plots(evaluation, each, folder)
        measured[each.title] = record
        print(f"{each.title}: macro-F1 {record['top1']['macro_f1']:.3f}")
    return measured


def draw_plots(evaluation: Evaluation, measurement: Measurement, folder: Path) -> list[str]:
    """Plots of one measurement; their places in the model's folder."""
    answers = [{k: "" if v is None else str(v) for k, v in row.items()} for row in evaluation.rows()]
    rows = plots.join([row for row in answers if row["right"]], Path(measurement.manifests()[0]))
    drawn = plots.draw(rows, folder / "plots" / str(measurement.plots), columns=measurement.columns)
    return [path.relative_to(folder).as_posix() for path in drawn]


def write_index(name: str, *, default: bool) -> None:
    """Put the model's hash and size into the index."""
    file = MODELS / "index.json"
    index = msgspec.json.decode(file.read_bytes(), type=hub.Index) if file.exists() else None
    data = (MODELS / name / "model.onnx").read_bytes()
    entry = hub.IndexEntry(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
    models = {**(index.models if index else {}), name: entry}
    chosen = name if default or index is None else index.default
    write(file, msgspec.json.format(msgspec.json.encode(hub.Index(default=chosen, models=models))).decode() + "\n")


def write(path: Path, text: str) -> None:
    """Write a text file whole."""
    write_whole(path, text.encode())


if __name__ == "__main__":
    main()
