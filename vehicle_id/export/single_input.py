"""model.onnx -> a variant with one image input, for programs that pass only an image (`forms.py`).

The exported graph gets nodes in front, which make the chip from the image and set the extent to a constant, and nodes
behind, which give the output that the program expects. What no longer depends on the input is computed once
(`folding.py`). Weights are unchanged.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx.compose import merge_models

from vehicle_id.errors import TrainError
from vehicle_id.export.folding import fold_constants
from vehicle_id.export.forms import FormName, make_form
from vehicle_id.model.card import ModelCard
from vehicle_id.model.decide import softmax
from vehicle_id.model.digest import with_digest
from vehicle_id.model.session import Session

METADATA_KEY = "vehicle_id.single_input"
"""JSON: the model it was made from, its form, extent, licence and attribution. It is not a card, since the graph
differs."""


def file_name(extent_m: float, form: FormName = "classes") -> str:
    """`model-20m.onnx` for 20 m, `model-20m-families.onnx` and `model-20m-classify.onnx` for the other forms."""
    return f"model-{extent_m:g}m.onnx" if form == "classes" else f"model-{extent_m:g}m-{form}.onnx"


def single_input(data: bytes, card: ModelCard, *, extent_m: float, form: FormName = "classes") -> bytes:
    """The graph with a fixed extent.

    Its input `image` is float32 `[1, 3, S, S]`, RGB in 0..1; its output is that of the form. The batch size is 1, since
    older releases of Deepness refuse a free one.

    Args:
        data: the bytes of an exported model.
        card: the card of that model.
        extent_m: metres that a tile's side spans.
        form: the program that reads it.

    Raises:
        TrainError: the extent is not a positive length, or the card lacks what the form needs.
    """
    if not 0 < extent_m < math.inf:
        raise TrainError(f"the extent {extent_m:g} m is not a length: give the metres that a tile's side spans")
    model = onnx.load_from_string(data)
    inputs = [each.name for each in model.graph.input]
    chosen = make_form(card, form, extent_m=extent_m)
    before = _parse(_before(card.chip_px, extent_m, with_extent="extent_m" in inputs), like=model)
    after = _parse(chosen.graph, like=model)
    del model.metadata_props[:]  # the card is not true of the variant
    # the prefix keeps the names of the parts apart
    fed = merge_models(before, model, io_map=[(each, each) for each in inputs], prefix2="m/", outputs=["m/logits"])
    whole = merge_models(fed, after, io_map=[("m/logits", "logits")], name=card.full_name)
    del whole.opset_import[:]  # merging lists them once per part
    whole.opset_import.extend(model.opset_import)
    fold_constants(whole)
    onnx.helper.set_model_props(whole, {**chosen.metadata, METADATA_KEY: _origin(card, form, extent_m)})
    onnx.checker.check_model(whole, full_check=True)
    return with_digest(bytes(whole.SerializeToString()))


def compare_single_input(
    variant: bytes,
    session: Session,
    chips: NDArray[np.uint8],
    *,
    extent_m: float,
    tolerance: float,
    form: FormName = "classes",
) -> float:
    """Run the variant as the program does that reads it, and the model it was made from, on the same chips.

    Args:
        variant: the bytes of the variant.
        session: the model that it was made from.
        chips: uint8 `[N, S, S, 3]`; their own extents are not used.
        extent_m: metres that a tile's side spans.
        tolerance: largest allowed difference of probabilities.
        form: of the variant.

    Returns:
        The largest probability difference.

    Raises:
        TrainError: it is larger than `tolerance`.
    """
    outputs = _run_images(variant, chips)
    chosen = make_form(session.card, form, extent_m=extent_m)
    theirs = softmax(session.run(chips, np.full(len(chips), extent_m, np.float32)).logits) @ chosen.weights
    difference = float(np.abs(outputs[:, chosen.first :] - theirs).max())
    if not difference <= tolerance:
        raise TrainError(
            f"the variant for {extent_m:g} m disagrees with its model: probabilities differ by up to "
            f"{difference:.1e}; nothing was written"
        )
    return difference


def _run_images(variant: bytes, chips: Sequence[NDArray[np.uint8]] | NDArray[np.uint8]) -> NDArray[np.float32]:
    """The outputs for chips one by one, `[N, outputs]`; of a tile its first pixel."""
    from vehicle_id.model.runtime import onnxruntime

    reader = onnxruntime.InferenceSession(variant, providers=["CPUExecutionProvider"])
    images = (np.asarray(chip / 255.0, np.float32).transpose(2, 0, 1)[None] for chip in chips)
    outputs = [reader.run(None, {"image": image})[0] for image in images]
    return np.concatenate([each.reshape(*each.shape[:2], -1)[:, :, 0] for each in outputs])


def _before(chip_px: int, extent_m: float, *, with_extent: bool) -> str:
    # rounding first: the cast alone would truncate 199.99999 to 199
    extent = (", float[1] extent_m", f"extent_m = Constant <value = float[1] {{{float(extent_m)!r}}}> ()")
    output, node = extent if with_extent else ("", "")
    return f"""before (float[1, 3, {chip_px}, {chip_px}] image) => (uint8[1, {chip_px}, {chip_px}, 3] chips{output})
    <float least = {{0.0}}, float most = {{255.0}}>
    {{
        levels = Mul (image, most)
        whole_levels = Round (levels)
        bounded_levels = Clip (whole_levels, least, most)
        channels_last = Transpose <perm = [0, 2, 3, 1]> (bounded_levels)
        chips = Cast <to = {onnx.TensorProto.UINT8}> (channels_last)
        {node}
    }}"""


def _parse(graph: str, *, like: onnx.ModelProto) -> onnx.ModelProto:
    """A graph in onnx' own text form, with the versions of the model that it is merged with."""
    opset = next(each.version for each in like.opset_import if not each.domain)
    return onnx.parser.parse_model(f'<ir_version: {like.ir_version}, opset_import: ["" : {opset}]>\n{graph}')


def _origin(card: ModelCard, form: FormName, extent_m: float) -> str:
    origin = {
        "model": card.full_name,
        "form": form,
        "extent_m": extent_m,
        "licence": card.licence,
        "attribution": card.attribution,
    }
    return json.dumps(origin, ensure_ascii=False)
