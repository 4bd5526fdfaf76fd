"""model.onnx -> a variant with one image input, for programs that pass only an image (QGIS Deepness).

The exported graph gets nodes in front, which make the chips from the image and set the extent to a constant, and nodes
behind, which spread the probabilities over the tile. Weights are unchanged. Layout and metadata keys are those of
Deepness, read in its source (https://github.com/PUTvision/qgis-plugin-deepness, processing/models).

Deepness has no type for a classifier. As a Segmentor, whose output is a class for each pixel, every tile takes
the class of its chip.
"""

from __future__ import annotations

import json
import math

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx.compose import merge_models

from vehicle_id.errors import TrainError
from vehicle_id.model.card import ModelCard
from vehicle_id.model.decide import softmax
from vehicle_id.model.digest import with_digest
from vehicle_id.model.session import Session

METADATA_KEY = "vehicle_id.single_input"
"""JSON: the model it was made from, its extent, licence and attribution. It is not a card, since the graph differs."""
UNSURE = "unsure"
"""Channel 0, always zero: Deepness sets values below its threshold to zero, and the first of equal channels wins."""
OVERLAP_PERCENT = 50
"""Overlap of neighbouring tiles: an object smaller than half a tile lies wholly in one of them."""


def file_name(extent_m: float) -> str:
    """`model-20m.onnx` for 20 m."""
    return f"model-{extent_m:g}m.onnx"


def single_input(data: bytes, card: ModelCard, *, extent_m: float) -> bytes:
    """The graph with a fixed extent.

    Its input `image` is float32 `[1, 3, S, S]`, RGB in 0..1; its output `classes` float32 `[1, 1 + C, S, S]`:
    zero, then the probabilities of the labels, the same at every pixel. The batch size is 1, since older releases of
    Deepness refuse a free one.

    Args:
        data: the bytes of an exported model.
        card: the card of that model.
        extent_m: metres that a tile's side spans.

    Raises:
        TrainError: the extent is not a positive length.
    """
    if not 0 < extent_m < math.inf:
        raise TrainError(f"the extent {extent_m:g} m is not a length: give the metres that a tile's side spans")
    model = onnx.load_from_string(data)
    inputs = [each.name for each in model.graph.input]
    before = _parse(_before(card.chip_px, extent_m, with_extent="extent_m" in inputs), like=model)
    after = _parse(_after(card.chip_px, len(card.labels)), like=model)
    del model.metadata_props[:]  # neither the card nor `names` is true of the variant
    # the prefix keeps the names of the parts apart
    fed = merge_models(before, model, io_map=[(each, each) for each in inputs], prefix2="m/", outputs=["m/logits"])
    whole = merge_models(fed, after, io_map=[("m/logits", "logits")], name=card.full_name)
    del whole.opset_import[:]  # merging lists them once per part
    whole.opset_import.extend(model.opset_import)
    onnx.helper.set_model_props(whole, _metadata(card, extent_m))
    onnx.checker.check_model(whole, full_check=True)
    return with_digest(bytes(whole.SerializeToString()))


def compare_single_input(
    variant: bytes, session: Session, chips: NDArray[np.uint8], *, extent_m: float, tolerance: float
) -> float:
    """Run the variant as Deepness does, and the model it was made from, on the same chips.

    Args:
        chips: uint8 `[N, S, S, 3]`; their own extents are not used.
        tolerance: largest allowed difference of probabilities.

    Returns:
        The largest probability difference.

    Raises:
        TrainError: it is larger than `tolerance`.
    """
    from vehicle_id.model.runtime import onnxruntime

    deepness = onnxruntime.InferenceSession(variant, providers=["CPUExecutionProvider"])
    images = (chips / 255.0).astype(np.float32).transpose(0, 3, 1, 2)
    ours = np.concatenate([deepness.run(None, {"image": image[None]})[0][:, 1:, 0, 0] for image in images])
    theirs = softmax(session.run(chips, np.full(len(chips), extent_m, np.float32)).logits)
    difference = float(np.abs(ours - theirs).max())
    if not difference <= tolerance:
        raise TrainError(
            f"the variant for {extent_m:g} m disagrees with its model: probabilities differ by up to "
            f"{difference:.1e}; nothing was written"
        )
    return difference


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


def _after(chip_px: int, num_labels: int) -> str:
    num_classes = 1 + num_labels
    return f"""after (float[1, {num_labels}] logits) => (float[1, {num_classes}, {chip_px}, {chip_px}] classes)
    <
        float[1, 1] {UNSURE} = {{0.0}},
        int64[4] column = {{1, {num_classes}, 1, 1}},
        int64[4] tile = {{1, {num_classes}, {chip_px}, {chip_px}}}
    >
    {{
        probabilities = Softmax <axis = 1> (logits)
        with_unsure = Concat <axis = 1> ({UNSURE}, probabilities)
        one_pixel = Reshape (with_unsure, column)
        classes = Expand (one_pixel, tile)
    }}"""


def _parse(graph: str, *, like: onnx.ModelProto) -> onnx.ModelProto:
    """A graph in onnx' own text form, with the versions of the model that it is merged with."""
    opset = next(each.version for each in like.opset_import if not each.domain)
    return onnx.parser.parse_model(f'<ir_version: {like.ir_version}, opset_import: ["" : {opset}]>\n{graph}')


def _metadata(card: ModelCard, extent_m: float) -> dict[str, str]:
    """What Deepness reads, each value as JSON, and the origin of the file."""
    level_of = {node.name: node.level for node in card.nodes}
    # one threshold for all: a leaf above it is also above the thresholds of the nodes over it
    needed = max(
        [*(card.decision.thresholds[level_of[label]] for label in card.labels), *card.decision.node_thresholds.values()]
    )
    values = {
        "model_type": "Segmentor",
        "class_names": dict(enumerate([UNSURE, *card.labels])),
        "resolution": 100 * extent_m / card.chip_px,  # centimetres per pixel
        "tile_size": card.chip_px,
        "tiles_overlap": OVERLAP_PERCENT,
        "standardization_mean": [0.0, 0.0, 0.0],
        "standardization_std": [1.0, 1.0, 1.0],
        "seg_thresh": min(1.0, needed),
        "seg_small_segment": 0,  # nothing to smooth: an answer is as large as the middle of a tile
        METADATA_KEY: {
            "model": card.full_name,
            "extent_m": extent_m,
            "licence": card.licence,
            "attribution": card.attribution,
        },
    }
    return {key: json.dumps(value, ensure_ascii=False) for key, value in values.items()}
