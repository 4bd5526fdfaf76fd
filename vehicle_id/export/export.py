"""Run folder -> model folder: an ONNX file with its card, compared with the network that was trained.

The graph runs in onnxruntime on real chips and is compared with torch; a mismatch raises, and nothing is written. A
variant with one input is compared with the model it was made from. A graph of lower precision (`quantise.py`) may
answer a little differently: its decision is fitted again on its own outputs, and its loss of accuracy is measured.
"""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

import msgspec
import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from vehicle_id.crops.bands import parse_bands
from vehicle_id.crops.chips import Chip, resample, stack
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.crops.open import open_crop
from vehicle_id.errors import CropError, ModelError, TrainError
from vehicle_id.export.forms import FormName
from vehicle_id.export.model_card import render_card
from vehicle_id.export.quantise import to_fp16, to_int8
from vehicle_id.export.recalibrate import (
    Examples,
    PrecisionLoss,
    compare_precision,
    draw_range_chips,
    read_examples,
    run_graph,
)
from vehicle_id.export.single_input import compare_single_input, file_name, single_input
from vehicle_id.export.stac import stac_item
from vehicle_id.export.static_padding import with_static_padding
from vehicle_id.files import write_whole
from vehicle_id.model.card import METADATA_KEY, Decision, ModelCard, Precision
from vehicle_id.model.decide import softmax
from vehicle_id.model.digest import with_digest
from vehicle_id.model.golden import make_golden
from vehicle_id.model.prior import fitted_shift
from vehicle_id.model.session import Session
from vehicle_id.taxonomy import Taxonomy
from vehicle_id.text import said
from vehicle_id.train import checkpoint
from vehicle_id.train.calibrate import Calibration, calibrate, can_answer, fit_family_threshold
from vehicle_id.train.checkpoint import RunFolder
from vehicle_id.train.labels import tree_of
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.recipe import Recipe, load_recipe
from vehicle_id.train.splits import CALIBRATE, read_splits
from vehicle_id.version import __version__

OPSET = 17
IR_VERSION = 8
"""A low version, since QGIS Deepness refused IR 10 (its issue 223)."""
TOLERANCE = 1e-4
"""Largest allowed difference of probabilities between torch and onnxruntime, and between a model and its variant."""
NUM_COMPARED = 200
"""Chips on which the graph and the network are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How closely the exported graph follows the network."""

    num_chips: int
    largest_difference: float
    """Of probabilities."""
    same_top1: int
    precision_loss: PrecisionLoss | None = None
    """What the lower precision costs; None in 32 bits."""


def export(
    run_folder: str | Path,
    out: str | Path,
    *,
    golden: str | Path | None = None,
    extent_m: float | None = None,
    forms: Sequence[FormName] = ("classes",),
    precision: Precision = "fp32",
) -> Agreement:
    """Write `model.onnx`, `golden.json`, `recipe.yaml`, `stac-item.json` and the card `README.md` into a folder.

    Args:
        run_folder: folder of a finished run; the crops that it lists must still exist.
        out: the model folder.
        golden: crops whose pictures go into `golden.json` with their scores: a folder or manifest of crops that may be
            published. None = drawn patterns, so that the model contains none of your pictures.
        extent_m: also write the variants with one image input, for tiles that span this many metres.
        forms: of these variants.
        precision: how the weights are stored. For `fp16` and `int8` the decision is fitted again.

    Raises:
        TrainError: the run is not finished, its crops are missing, or a graph does not agree.
    """
    run, out = RunFolder(folder=Path(run_folder)), Path(out)
    recipe = load_recipe(run.recipe)
    network, card = load_run(run, recipe)
    _check_thresholds(run, card)
    data = with_card(to_onnx(network, recipe.model.chip_px), card)
    if extent_m is not None and "families" in forms:
        data = _with_family_threshold(data, run, recipe)
    session = Session(data)
    chips = read_chips(run.splits, chip_px=recipe.model.chip_px)
    agreement = compare(network, session, chips)
    if precision != "fp32":
        data, loss = _recalibrated(run, recipe, session, precision)
        session, agreement = Session(data), replace(agreement, precision_loss=loss)
        _check_thresholds(run, session.card)
    pictures = drawn_patterns() if golden is None else _pictures(golden)
    files = {
        "golden.json": make_golden(session, pictures),
        "recipe.yaml": run.recipe.read_bytes(),
        "README.md": render_card(session.card, {}).encode(),
        "stac-item.json": stac_item(data),
        "model.onnx": data,
    }
    if extent_m is not None:
        files |= {file_name(extent_m, form): _checked_variant(data, session, chips, extent_m, form) for form in forms}
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        write_whole(out / name, content)
    return agreement


def _check_thresholds(run: RunFolder, card: ModelCard) -> None:
    if not can_answer(card.decision.thresholds):
        raise TrainError(
            f"the model of {run.folder} would answer every crop unknown, since no probability reaches a threshold: "
            "train longer, or give more validation crops, and train it with --resume"
        )


def export_variants(
    model: str | Path, out: str | Path, *, extent_m: float, forms: Sequence[FormName] = ("classes",)
) -> list[Path]:
    """Write the variants with one image input of an exported model.

    Args:
        model: its `model.onnx`.
        out: the folder to write into.
        extent_m: metres that a tile's side spans.
        forms: the programs that will read them.

    Returns:
        The files written.

    Raises:
        ModelError: the file cannot be read, or is not a model of this package.
        TrainError: a variant does not agree with the model, or the card lacks what a form needs.
    """
    try:
        data = Path(model).read_bytes()
    except OSError as error:
        raise ModelError(f"the model {model} cannot be read: {said(error)}") from error
    session = Session(data)
    chips = [open_crop(image, chip_px=session.card.chip_px).chip for image, _ in drawn_patterns()]
    variants = {
        Path(out) / file_name(extent_m, form): _checked_variant(data, session, chips, extent_m, form) for form in forms
    }
    Path(out).mkdir(parents=True, exist_ok=True)
    for path, variant in variants.items():
        write_whole(path, variant)
    return list(variants)


def _checked_variant(data: bytes, session: Session, chips: Sequence[Chip], extent_m: float, form: FormName) -> bytes:
    variant = single_input(data, session.card, extent_m=extent_m, form=form)
    pixels, _ = stack(chips)
    compare_single_input(variant, session, pixels, extent_m=extent_m, tolerance=TOLERANCE, form=form)
    return variant


def load_run(run: RunFolder, recipe: Recipe) -> tuple[VehicleNet, ModelCard]:
    """The best network of a finished run, its temperature set, and its card.

    Raises:
        TrainError: the run is not finished.
    """
    network, labels, calibration = _load_uncalibrated(run, recipe)
    _set_temperature(network, recipe, labels, calibration.decision)
    return network, make_card(recipe, labels, calibration)


def _load_uncalibrated(run: RunFolder, recipe: Recipe) -> tuple[VehicleNet, tuple[str, ...], Calibration]:
    """The best network as it was trained, its labels, and its calibration."""
    labels = checkpoint.read_progress(run.best).labels
    try:
        calibration = Calibration.from_json(run.calibration.read_bytes())
    except (OSError, msgspec.MsgspecError) as error:
        raise TrainError(f"the run {run.folder} is not finished: train it with --resume first") from error
    network = VehicleNet(recipe.model, num_classes=len(labels), pretrained=False)
    checkpoint.load(run.best, model=network)
    return network.eval(), labels, calibration


def _set_temperature(network: VehicleNet, recipe: Recipe, labels: Sequence[str], fitted: Decision) -> None:
    """Put the fitted temperature and shifts into a network as it was trained."""
    network.temperature.fill_(fitted.temperature)
    shift = fitted_shift(labels, tree_of(recipe, labels), fitted)
    with torch.no_grad():
        network.classify.bias.add_(fitted.temperature * torch.from_numpy(shift))


def _with_family_threshold(data: bytes, run: RunFolder, recipe: Recipe) -> bytes:
    """The model file with a threshold of families, fitted here where training did not: before version 0.2.0."""
    session = Session(data)
    card = session.card
    if card.decision.family_threshold is not None:
        return data
    outputs = run_graph(session, _validation_examples(run, recipe, card.labels))
    threshold = fit_family_threshold(outputs, recipe.calibrate.target_precision)
    decision = msgspec.structs.replace(card.decision, family_threshold=threshold)
    return with_card(data, msgspec.structs.replace(card, decision=decision))


def _validation_examples(run: RunFolder, recipe: Recipe, labels: Sequence[str]) -> Examples:
    validating = [crop for crop in read_splits(run.splits) if crop.split in ("val", CALIBRATE)]
    chip_px, views = recipe.model.chip_px, recipe.calibrate.views
    return read_examples(validating, labels, tree_of(recipe, labels), chip_px=chip_px, views=views)


def _recalibrated(run: RunFolder, recipe: Recipe, exact: Session, precision: Precision) -> tuple[bytes, PrecisionLoss]:
    """The graph in a lower precision, with a decision fitted on its own outputs, and what the precision costs.

    Args:
        run: the finished run.
        recipe: the run's recipe.
        exact: the graph in 32 bits.
        precision: `fp16` or `int8`.

    Raises:
        TrainError: crops are missing, or too much accuracy is lost.
    """
    network, labels, before = _load_uncalibrated(run, recipe)
    chip_px = recipe.model.chip_px
    examples = _validation_examples(run, recipe, labels)
    training = [crop for crop in read_splits(run.splits) if crop.split == "train"]
    range_chips = draw_range_chips(training, chip_px=chip_px, seed=recipe.seed) if precision == "int8" else []

    def stored(calibration: Calibration) -> bytes:
        data = to_onnx(network, chip_px)
        data = to_int8(data, range_chips) if precision == "int8" else to_fp16(data)
        return with_card(data, make_card(recipe, labels, calibration, precision=precision))

    # first with uncalibrated logits, to fit on; then with the fitted numbers, on which the ranges do not depend
    fitted = calibrate(
        run_graph(Session(stored(before)), examples),
        recipe,
        before.counts,
        class_means=before.decision.class_means,
        gallery=before.decision.gallery,
    )
    _set_temperature(network, recipe, labels, fitted.decision)
    data = stored(fitted)
    return data, compare_precision(run_graph(exact, examples), run_graph(Session(data), examples), precision)


def make_card(
    recipe: Recipe, labels: Sequence[str], calibration: Calibration, *, precision: Precision = "fp32"
) -> ModelCard:
    """The card of a finished run."""
    return ModelCard(
        name=recipe.name,
        version=recipe.version,
        description=recipe.description,
        created=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        labels=tuple(labels),
        nodes=recipe.taxonomy or Taxonomy.flat(labels).nodes,
        chip_px=recipe.model.chip_px,
        min_side_px=recipe.data.min_side_px,
        views=recipe.calibrate.views,
        gsd_range_m=recipe.data.gsd_range_m,
        sensor=recipe.data.sensor,
        precision=precision,
        decision=calibration.decision,
        counts=calibration.counts,
        metrics=calibration.metrics,
        licence=recipe.licence,
        attribution=recipe.attribution,
        limits=recipe.limits,
        recipe=msgspec.to_builtins(recipe),
        made_with={"vehicle-id": __version__, **{name: version(name) for name in ("torch", "timm", "albumentations")}},
    )


def to_onnx(network: VehicleNet, chip_px: int) -> bytes:
    """The network as an ONNX graph with a free batch size."""
    examples = (torch.zeros((2, chip_px, chip_px, 3), dtype=torch.uint8), torch.ones(2))
    inputs = ["chips", "extent_m"][: 1 if network.extent is None else 2]
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # torch's newer exporter writes at least opset 18, and an IR that QGIS plugins cannot read
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Tupled(with_static_padding(network, *examples[: len(inputs)])),
            examples[: len(inputs)],
            buffer,  # type: ignore[arg-type]
            input_names=inputs,
            output_names=network.output_names,
            dynamic_axes={name: {0: "N"} for name in [*inputs, *network.output_names]},
            opset_version=OPSET,
            dynamo=False,
            # keeps batch norm separate: the exporter's own folding of it changed every answer of a trained
            # EfficientNet-Lite0 (torch 2.15); onnxruntime folds it correctly when it loads the file
            training=torch.onnx.TrainingMode.PRESERVE,
        )
    return buffer.getvalue()


def with_card(data: bytes, card: ModelCard) -> bytes:
    """The model file: the graph with its card and its digest."""
    model = onnx.load_from_string(data)
    model.ir_version = IR_VERSION
    onnx.helper.set_model_props(model, {METADATA_KEY: card.to_json()})
    onnx.checker.check_model(model)
    return with_digest(bytes(model.SerializeToString()))


def compare(network: nn.Module, session: Session, chips: Sequence[Chip]) -> Agreement:
    """Run both on the same chips.

    Raises:
        TrainError: a probability differs by more than `TOLERANCE`, or any best class differs.
    """
    pixels, extent_m = stack(chips)
    with torch.inference_mode():
        outputs = network(torch.from_numpy(pixels), torch.from_numpy(extent_m))
    scores = session.run(pixels, extent_m)
    theirs, ours = softmax(outputs["logits"].numpy()), softmax(scores.logits)
    agreement = Agreement(
        num_chips=len(chips),
        largest_difference=float(np.abs(theirs - ours).max()),
        same_top1=int((theirs.argmax(1) == ours.argmax(1)).sum()),
    )
    if not agreement.largest_difference <= TOLERANCE or agreement.same_top1 < agreement.num_chips:
        raise TrainError(
            f"the exported graph disagrees with the network: probabilities differ by up to "
            f"{agreement.largest_difference:.1e}, {agreement.num_chips - agreement.same_top1} of "
            f"{agreement.num_chips} crops have another best class; nothing was written"
        )
    return agreement


def read_chips(splits: Path, *, chip_px: int) -> list[Chip]:
    """Chips of up to 200 crops of a run, spread over its list, held-out crops first.

    Raises:
        TrainError: none of them can be opened.
    """
    with splits.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] != "dropped"]
    rows.sort(key=lambda row: row["split"] == "train")
    held = [row for row in rows if row["split"] != "train"]
    rows = held if len(held) >= NUM_COMPARED else rows
    chips = []
    for row in rows[:: max(1, len(rows) // NUM_COMPARED)]:
        gsd_m = float(row["gsd_m"]) if row["gsd_m"] else None
        bands = parse_bands(row["bands"]) if row.get("bands") else None
        with suppress(CropError):
            chips.append(open_crop(row["path"], chip_px=chip_px, gsd_m=gsd_m, bands=bands).chip)
    if not chips:
        raise TrainError(
            f"none of the crops listed in {splits} can be opened: export compares graph and network on them"
        )
    return chips[:NUM_COMPARED]


def drawn_patterns(*, num: int = 6, side_px: int = 48) -> list[tuple[bytes, float | None]]:
    """Smooth coloured noise as PNG, every other image with a GSD: pictures for golden outputs that show no object."""
    rng = np.random.default_rng(0)
    patterns: list[tuple[bytes, float | None]] = []
    for number in range(num):
        pixels = _smooth_noise(rng, height=side_px, width=side_px + 16 * number)
        patterns.append((_png(pixels), 0.1 * number if number % 2 else None))
    return patterns


def _smooth_noise(rng: np.random.Generator, *, height: int, width: int) -> NDArray[np.uint8]:
    return resample(rng.integers(0, 256, (6, 8, 3), dtype=np.uint8), height=height, width=width)


def _png(pixels: NDArray[np.uint8]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def _pictures(crops: str | Path) -> list[tuple[bytes, float | None]]:
    return [(crop.path.read_bytes(), crop.gsd_m) for crop in read_labelled(crops)]


class _Tupled(nn.Module):
    """Returns the outputs as a tuple, which the exporter needs."""

    def __init__(self, network: VehicleNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, chips: Tensor, extent_m: Tensor | None = None) -> tuple[Tensor, ...]:
        outputs = self.network(chips, extent_m)
        return tuple(outputs[name] for name in self.network.output_names)
