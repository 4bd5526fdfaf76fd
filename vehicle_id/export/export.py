"""Run folder -> model folder: an ONNX file with its card, proven equal to the network that was trained.

The graph runs in onnxruntime on real chips and is compared with torch; a mismatch raises, and nothing is
left on disk. A variant with one input is compared with the model it was made of. A graph stored smaller
(`quantise.py`) may answer a little differently: its decision is fitted again, through it, and what it loses is counted.
This room trains nothing.
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
from torch import Tensor, nn

from vehicle_id.crops.chips import Chip, stack
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.crops.open import open_crop
from vehicle_id.errors import CropError, ModelError, TrainError
from vehicle_id.export.model_card import render_card
from vehicle_id.export.quantise import to_fp16, to_int8
from vehicle_id.export.recalibrate import Loss, compare_stored, draw_ranged, held_out, read_examples
from vehicle_id.export.single_input import compare_single_input, file_name, single_input
from vehicle_id.export.stac import stac_item
from vehicle_id.export.static_padding import settle_padding
from vehicle_id.files import write_whole
from vehicle_id.model.card import EMBEDDED, METADATA_KEY, Decision, ModelCard, Precision
from vehicle_id.model.decide import softmax
from vehicle_id.model.digest import with_digest
from vehicle_id.model.golden import make_golden
from vehicle_id.model.session import Session
from vehicle_id.taxonomy import Taxonomy
from vehicle_id.train import checkpoint
from vehicle_id.train.calibrate import Calibration, calibrate, prior_shift
from vehicle_id.train.checkpoint import Run
from vehicle_id.train.data import read_splits, tree_of
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.ood import load_unknown
from vehicle_id.train.recipe import Recipe, load_recipe
from vehicle_id.version import __version__

OPSET = 17
IR_VERSION = 8
"""Low on purpose: QGIS Deepness was seen to refuse IR 10 (its issue 223)."""
TOLERANCE = 1e-4
"""Largest probability difference between torch and onnxruntime, and between a model and its variant."""
UNKNOWN_TOLERANCE = 1e-3
"""Largest difference of unknown scores, as a share of the largest of them."""
NUM_COMPARED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How closely the exported graph follows the network."""

    num_chips: int
    largest_difference: float
    """Of probabilities."""
    same_top1: int
    loss: Loss | None = None
    """What storing it smaller cost; None in 32 bits."""


def export(
    run_folder: str | Path,
    out: str | Path,
    *,
    golden: str | Path | None = None,
    extent_m: float | None = None,
    precision: Precision = "fp32",
) -> Agreement:
    """Write `model.onnx`, `golden.json`, `recipe.yaml`, `stac-item.json` and the card `README.md` into a folder.

    Args:
        run_folder: what `train` made; the crops it lists must still be there.
        out: the model folder.
        golden: crops whose pictures go into `golden.json` with their scores: a folder or manifest of
            crops that may be passed on. None = drawn patterns, so that no picture of yours leaves.
        extent_m: also write the variant with one image input, whose tiles span so many metres.
        precision: how the weights are stored. For other than `fp32` the decision is fitted again.

    Raises:
        TrainError: the run is not finished, its crops are gone, or a graph does not agree.
    """
    run, out = Run(folder=Path(run_folder)), Path(out)
    recipe = load_recipe(run.recipe)
    network, card = load_run(run, recipe)
    data = with_card(to_onnx(network, recipe.model.chip_px), card)
    session = Session(data)
    chips = read_chips(run.splits, chip_px=recipe.model.chip_px)
    agreement = compare(network, session, chips)
    if precision != "fp32":
        data, loss = _stored(run, recipe, session, precision)
        session, agreement = Session(data), replace(agreement, loss=loss)
        card = session.card
    pictures = drawn_patterns() if golden is None else _pictures(golden)
    files = {
        "golden.json": make_golden(session, pictures),
        "recipe.yaml": run.recipe.read_bytes(),
        "README.md": render_card(card, {}).encode(),
        "stac-item.json": stac_item(data),
        "model.onnx": data,
    }
    if extent_m is not None:
        files[file_name(extent_m)] = _checked_variant(data, session, chips, extent_m)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        write_whole(out / name, content)
    return agreement


def export_variant(model: str | Path, out: str | Path, *, extent_m: float) -> Path:
    """Write the variant with one image input of a model that is exported already.

    Args:
        model: its `model.onnx`.
        out: the folder to write into.
        extent_m: metres that a tile's side spans.

    Returns:
        The file written.

    Raises:
        ModelError: the file is no model of ours.
        TrainError: the variant does not agree with it.
    """
    try:
        data = Path(model).read_bytes()
    except OSError as error:
        raise ModelError(f"the model {model} cannot be read: {error.strerror}") from error
    session = Session(data)
    chips = [open_crop(image, chip_px=session.card.chip_px).chip for image, _ in drawn_patterns()]
    path = Path(out) / file_name(extent_m)
    variant = _checked_variant(data, session, chips, extent_m)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, variant)
    return path


def _checked_variant(data: bytes, session: Session, chips: Sequence[Chip], extent_m: float) -> bytes:
    variant = single_input(data, session.card, extent_m=extent_m)
    compare_single_input(variant, session, stack(chips)[0], extent_m=extent_m, tolerance=TOLERANCE)
    return variant


def load_run(run: Run, recipe: Recipe) -> tuple[VehicleNet, ModelCard]:
    """The best network of a finished run, its temperature set, and its card.

    Raises:
        TrainError: the run is not finished.
    """
    network, labels, calibration = _load_bare(run, recipe)
    _set_temperature(network, recipe, labels, calibration.decision)
    return network, make_card(recipe, labels, calibration)


def _load_bare(run: Run, recipe: Recipe) -> tuple[VehicleNet, tuple[str, ...], Calibration]:
    """The best network as it was trained, its labels, and what was fitted for it."""
    labels = checkpoint.read_progress(run.best).labels
    try:
        calibration = msgspec.json.decode(run.calibration.read_bytes(), type=Calibration)
    except (OSError, msgspec.MsgspecError) as error:
        raise TrainError(f"the run {run.folder} is not finished: train it with --resume first") from error
    network = VehicleNet(recipe.model, num_classes=len(labels), pretrained=False)
    checkpoint.load(run.best, model=network)
    method = calibration.decision.unknown_method
    if method in EMBEDDED:
        network.unknown = load_unknown(run.unknown, method)
    return network.eval(), labels, calibration


def _set_temperature(network: VehicleNet, recipe: Recipe, labels: Sequence[str], fitted: Decision) -> None:
    """Put what was fitted of the logits into a network as it was trained."""
    network.temperature.fill_(fitted.temperature)
    shift = prior_shift(labels, tree_of(recipe, labels), fitted.family_prior)
    with torch.no_grad():
        network.classify.bias.add_(fitted.temperature * torch.from_numpy(shift))


def _stored(run: Run, recipe: Recipe, exact: Session, precision: Precision) -> tuple[bytes, Loss]:
    """The graph with its weights stored smaller, and its card, whose decision is fitted through it.

    Args:
        run: the finished run.
        recipe: the run's.
        exact: the graph in 32 bits.
        precision: how to store it.

    Raises:
        TrainError: crops are gone, or too many answers change.
    """
    network, labels, before = _load_bare(run, recipe)
    crops, chip_px = read_splits(run.splits), recipe.model.chip_px
    held = [crop for crop in crops if crop.split == "val"]
    examples = read_examples(held, labels, tree_of(recipe, labels), chip_px=chip_px)
    learned = [crop for crop in crops if crop.split == "train"]
    ranged = draw_ranged(learned, chip_px=chip_px, seed=recipe.seed) if precision == "int8" else []

    def smaller(calibration: Calibration) -> bytes:
        data = to_onnx(network, chip_px)
        data = to_int8(data, ranged) if precision == "int8" else to_fp16(data)
        return with_card(data, make_card(recipe, labels, calibration, precision=precision))

    # first with the logits as they are, to fit by; then with what was fitted, of which ranges do not depend
    fitted = calibrate(held_out(Session(smaller(before)), examples), labels, recipe, before.counts)
    _set_temperature(network, recipe, labels, fitted.decision)
    data = smaller(fitted)
    return data, compare_stored(held_out(exact, examples), held_out(Session(data), examples), precision)


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
        gsd_range_m=recipe.data.gsd_range_m,
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
        # torch's newer exporter writes opset 18 at least and an IR that QGIS plugins cannot read
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Tupled(settle_padding(network, *examples[: len(inputs)])),
            examples[: len(inputs)],
            buffer,  # type: ignore[arg-type]
            input_names=inputs,
            output_names=network.output_names,
            dynamic_axes={name: {0: "N"} for name in [*inputs, *network.output_names]},
            opset_version=OPSET,
            dynamo=False,
            # keeps batch norm apart: the exporter's own folding of it changed every answer of a trained
            # EfficientNet-Lite0 (torch 2.15); onnxruntime folds it rightly when it loads the file
            training=torch.onnx.TrainingMode.PRESERVE,
        )
    return buffer.getvalue()


def with_card(data: bytes, card: ModelCard) -> bytes:
    """The file: the graph with its card, the class names where ultralytics' readers look for them, its digest."""
    model = onnx.load_from_string(data)
    model.ir_version = IR_VERSION
    names = dict(enumerate(card.labels))
    onnx.helper.set_model_props(model, {METADATA_KEY: card.to_json(), "names": str(names), "task": "classify"})
    onnx.checker.check_model(model)
    return with_digest(bytes(model.SerializeToString()))


def compare(network: nn.Module, session: Session, chips: Sequence[Chip]) -> Agreement:
    """Run both on the same chips.

    Raises:
        TrainError: a probability differs by more than `TOLERANCE`, a top-1 at all, or an unknown score.
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
            f"{agreement.num_chips} crops change their class; nothing was written"
        )
    if scores.unknown is not None:
        _compare_unknown(outputs["unknown"].numpy(), scores.unknown)
    return agreement


def _compare_unknown(theirs: NDArray[np.float32], ours: NDArray[np.float32]) -> None:
    difference, largest = float(np.abs(theirs - ours).max()), float(np.abs(theirs).max())
    if not difference <= UNKNOWN_TOLERANCE * largest:
        raise TrainError(
            f"the exported graph disagrees with the network: unknown scores of up to {largest:.3g} differ by up to "
            f"{difference:.1e}; nothing was written"
        )


def read_chips(splits: Path, *, chip_px: int) -> list[Chip]:
    """Chips of up to 200 crops of a run, spread over its list, held-out ones first.

    Raises:
        TrainError: none of them can be opened any more.
    """
    with splits.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] != "dropped"]
    rows.sort(key=lambda row: row["split"] == "train")
    held = [row for row in rows if row["split"] != "train"]
    rows = held if len(held) >= NUM_COMPARED else rows
    chips = []
    for row in rows[:: max(1, len(rows) // NUM_COMPARED)]:
        gsd_m = float(row["gsd_m"]) if row["gsd_m"] else None
        with suppress(CropError):
            chips.append(open_crop(row["path"], chip_px=chip_px, gsd_m=gsd_m).chip)
    if not chips:
        raise TrainError(f"none of the crops listed in {splits} can be opened: export compares on them")
    return chips[:NUM_COMPARED]


def drawn_patterns(*, num: int = 6, side_px: int = 48) -> list[tuple[bytes, float | None]]:
    """Smooth coloured noise as PNG, every other one with a GSD: pictures of nothing, for golden outputs."""
    rng = np.random.default_rng(0)
    patterns: list[tuple[bytes, float | None]] = []
    for number in range(num):
        pixels = _smooth_noise(rng, height=side_px, width=side_px + 16 * number)
        patterns.append((_png(pixels), 0.1 * number if number % 2 else None))
    return patterns


def _smooth_noise(rng: np.random.Generator, *, height: int, width: int) -> NDArray[np.uint8]:
    from vehicle_id.crops.chips import resample

    return resample(rng.integers(0, 256, (6, 8, 3), dtype=np.uint8), height=height, width=width)


def _png(pixels: NDArray[np.uint8]) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def _pictures(crops: str | Path) -> list[tuple[bytes, float | None]]:
    return [(crop.path.read_bytes(), crop.gsd_m) for crop in read_labelled(crops)]


class _Tupled(nn.Module):
    """The exporter wants a tuple of outputs."""

    def __init__(self, network: VehicleNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, chips: Tensor, extent_m: Tensor | None = None) -> tuple[Tensor, ...]:
        outputs = self.network(chips, extent_m)
        return tuple(outputs[name] for name in self.network.output_names)
