"""What other programs expect behind the logits of a model with one image input: an output and metadata for each.

| form | program | output |
| --- | --- | --- |
| `classes` | QGIS Deepness | `[1, 1 + C, S, S]`, the classes at every pixel |
| `families` | QGIS Deepness | `[1, 1 + F, S, S]`, the families at every pixel |
| `classify` | ultralytics | `[1, C]`, the probabilities of the classes |

Layout and metadata keys are those that the programs' own sources read: Deepness, processing/models
(https://github.com/PUTvision/qgis-plugin-deepness), and ultralytics, nn/backends.

Deepness has no type for a classifier. As a Segmentor, whose output is a class for each pixel, every tile takes
the class of its chip. It compares every class with the same threshold, so a class that needs a higher one is multiplied
by a factor: it reaches the shown threshold exactly where its probability reaches its own.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vehicle_id.errors import TrainError
from vehicle_id.model.card import ModelCard

FormName = Literal["classes", "families", "classify"]

UNSURE = "unsure"
"""Channel 0, always zero: Deepness sets values below its threshold to zero, and the first of equal channels wins."""
OVERLAP_PERCENT = 50
"""Overlap of neighbouring tiles: an object smaller than half a tile lies wholly in one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The end of a variant's graph, and its metadata."""

    graph: str
    """From `logits` to one output, in onnx' own text form."""
    weights: NDArray[np.float64]
    """`[C, outputs]`: the output is the probabilities times this matrix."""
    first: int
    """Channel of the first of these outputs."""
    metadata: dict[str, str]


def make_form(card: ModelCard, name: FormName, *, extent_m: float) -> Form:
    """The form of a model for one program.

    Args:
        card: the card of the model.
        name: the form.
        extent_m: metres that a tile's side spans.

    Raises:
        TrainError: the card has no threshold that the form needs, or one that no answer reaches.
    """
    if name == "classify":
        return _classify(card)
    if name == "families":
        return _families(card, extent_m)
    return _classes(card, extent_m)


def _classify(card: ModelCard) -> Form:
    num_labels = len(card.labels)
    metadata = {
        "names": str(dict(enumerate(card.labels))),
        "task": "classify",
        "imgsz": str([card.chip_px, card.chip_px]),
        "stride": "1",  # 32 would round a chip of another size up
        "batch": "1",
        "channels": "3",
        "description": f"{card.full_name}, classes",
        "license": card.licence,
    }
    graph = f"""after (float[1, {num_labels}] logits) => (float[1, {num_labels}] probabilities)
    {{ probabilities = Softmax <axis = 1> (logits) }}"""
    return Form(graph=graph, weights=np.eye(num_labels), first=0, metadata=metadata)


def _classes(card: ModelCard, extent_m: float) -> Form:
    level_of = {node.name: node.level for node in card.nodes}
    shown = _two_decimals(max(card.decision.thresholds[level_of[label]] for label in card.labels))
    return _deepness(card, list(card.labels), np.eye(len(card.labels)), shown, extent_m)


def _families(card: ModelCard, extent_m: float) -> Form:
    threshold = card.decision.family_threshold
    if threshold is None:
        raise TrainError(
            f"{card.full_name} has no threshold of families, since it was exported by an earlier version: "
            f"export it again from the folder of its run, or use --as classes"
        )
    if threshold > 1:
        raise TrainError(
            f"no threshold of families reached the target precision of {card.full_name} on its validation crops, so "
            f"the file could never answer: train on more crops, or use --as classes"
        )
    families, membership = card.taxonomy().family_membership(card.labels)
    return _deepness(card, list(families), membership, _two_decimals(threshold), extent_m)


def _deepness(
    card: ModelCard, names: list[str], membership: NDArray[np.float64], shown: float, extent_m: float
) -> Form:
    """A form whose channels are nodes of the tree.

    Args:
        card: the card of the model.
        names: of the nodes `[K]`.
        membership: `[C, K]`, 1 where a label is the node or lies under it.
        shown: the threshold for the form of Deepness.
        extent_m: metres that a tile's side spans.
    """
    weights = membership * [shown / max(shown, _own_threshold(card, name)) for name in names]
    side, num = card.chip_px, 1 + len(names)
    values = ", ".join(f"{value:.9g}" for value in weights.astype(np.float32).ravel())
    graph = f"""after (float[1, {len(weights)}] logits) => (float[1, {num}, {side}, {side}] classes)
    <
        float[{len(weights)}, {len(names)}] weights = {{{values}}},
        float[1, 1] {UNSURE} = {{0.0}},
        int64[4] column = {{1, {num}, 1, 1}},
        int64[4] tile = {{1, {num}, {side}, {side}}}
    >
    {{
        probabilities = Softmax <axis = 1> (logits)
        weighted = MatMul (probabilities, weights)
        with_unsure = Concat <axis = 1> ({UNSURE}, weighted)
        one_pixel = Reshape (with_unsure, column)
        classes = Expand (one_pixel, tile)
    }}"""
    metadata = {
        "model_type": "Segmentor",
        "class_names": dict(enumerate([UNSURE, *names])),
        "resolution": round(100 * extent_m / side, 2),  # centimetres per pixel; the form keeps two decimals
        "tile_size": side,
        "tiles_overlap": OVERLAP_PERCENT,
        "standardization_mean": [0.0, 0.0, 0.0],
        "standardization_std": [1.0, 1.0, 1.0],
        "seg_thresh": shown,
        "seg_small_segment": 0,  # nothing to smooth: an answer is as large as the middle of a tile
    }
    texts = {key: json.dumps(value, ensure_ascii=False) for key, value in metadata.items()}
    return Form(graph=graph, weights=weights, first=1, metadata=texts)


def _own_threshold(card: ModelCard, name: str) -> float:
    """The highest threshold that a node or a node above it has of its own; 0 = none."""
    own = card.decision.node_thresholds
    return max(own.get(step, 0.0) for step in card.taxonomy().path(name))


def _two_decimals(threshold: float) -> float:
    """Rounded up, since the form of Deepness keeps two decimals; at most 1."""
    return min(1.0, math.ceil(round(100 * threshold, 6)) / 100)
