"""model.onnx -> a STAC item with the Machine Learning Model extension (MLM 1.6).

https://github.com/stac-extensions/mlm. Everything is read from the file itself: its card, its inputs and its outputs.
The same model gives the same bytes. The item has no geometry, since a model of crops has no place on Earth.
"""

# Written by hand: stac-model, with which a test validates it, depends on pydantic, pystac, shapely and pip.

from __future__ import annotations

import re
from typing import Any

import msgspec
import onnx

from vehicle_id.model.card import METADATA_KEY, ModelCard

MLM = "https://stac-extensions.github.io/mlm/v1.6.0/schema.json"
BANDS = ("red", "green", "blue")
NAMED_BANDS = [{"name": name} for name in BANDS]
"""Stated twice: MLM reads them from the properties, where STAC 1.1 allows only what an asset has too."""
SPDX = r"[\w.+-]+"
"""What STAC accepts as a licence; any other text becomes `other`, with a link to the full text."""

DESCRIPTIONS = {
    "chips": "The crop fitted by its longer side, area-averaged down or bicubic up, padded to a square with grey "
    "128. Scaling and normalisation are in the graph.",
    "extent_m": "Metres that the chip's side spans; 0 = unknown.",
    "logits": "Divided by the fitted temperature: their softmax is calibrated.",
    "embedding": "Of the layer before the classes.",
    "size": "Means of ln(length) and ln(width) as fractions of the chip's side, then their log-variances.",
    "heading": "Cosine and sin of twice the heading.",
}
TASKS = {
    "logits": "classification",
    "embedding": "similarity-search",
    "size": "regression",
    "heading": "regression",
}
AXES = {
    "chips": ("batch", "height", "width", "bands"),  # MLM wants this name where an input lists its bands
    "extent_m": ("batch",),
    "logits": ("batch", "class"),
    "embedding": ("batch", "feature"),
    "size": ("batch", "value"),
    "heading": ("batch", "value"),
}


def stac_item(data: bytes) -> bytes:
    """The item of a model as JSON; its links are relative to the model folder.

    Args:
        data: the bytes of an exported model.
    """
    model = onnx.load_from_string(data)
    [text] = [each.value for each in model.metadata_props if each.key == METADATA_KEY]
    card = ModelCard.from_json(text)
    item = {
        "type": "Feature",
        "stac_version": "1.1.0",
        "stac_extensions": [MLM],
        "id": card.full_name,
        "geometry": None,
        "properties": _properties(card, model.graph),
        "links": [{"rel": "license", "href": "./README.md", "type": "text/markdown"}],
        "assets": {
            "model": {
                "href": "./model.onnx",
                "type": "application/octet-stream; framework=onnx",
                "title": f"{card.full_name}, ONNX",
                "roles": ["mlm:model", "mlm:weights"],
                "mlm:artifact_type": "onnx",
                "bands": NAMED_BANDS,
            },
            "card": {
                "href": "./README.md",
                "type": "text/markdown",
                "title": "Model card: limits, data, measured numbers, licence",
                "roles": ["metadata"],
            },
        },
    }
    return msgspec.json.format(msgspec.json.encode(item), indent=2) + b"\n"


def _properties(card: ModelCard, graph: onnx.GraphProto) -> dict[str, Any]:
    outputs = [_output(value, card) for value in graph.output]
    return {
        "title": card.full_name,
        "description": card.description or card.full_name,  # STAC wants one that is not empty
        "datetime": card.created,
        "license": card.licence if re.fullmatch(SPDX, card.licence) else "other",
        "bands": NAMED_BANDS,
        "mlm:name": _mlm_name(card.full_name),
        "mlm:architecture": card.recipe.get("model", {}).get("backbone", "unknown"),
        "mlm:tasks": list(dict.fromkeys(task for output in outputs for task in output["tasks"])),
        "mlm:framework": "ONNX",
        "mlm:accelerator": None,
        "mlm:accelerator_constrained": False,
        "mlm:input": [_input(value) for value in graph.input],
        "mlm:output": outputs,
    }


def _mlm_name(full_name: str) -> str:
    """A model's name as MLM accepts it: it begins with a letter, and has letters, digits, `_`, `.`, `-` and spaces."""
    name = re.sub(r"[^A-Za-z0-9_.-]", "_", full_name)
    return name if name[0].isalpha() else f"model-{name}"


def _input(value: onnx.ValueInfoProto) -> dict[str, Any]:
    return {
        "name": value.name,
        "description": DESCRIPTIONS[value.name],
        "bands": BANDS if value.name == "chips" else [],
        "input": _array(value),
    }


def _output(value: onnx.ValueInfoProto, card: ModelCard) -> dict[str, Any]:
    output: dict[str, Any] = {
        "name": value.name,
        "description": DESCRIPTIONS[value.name],
        "tasks": [TASKS[value.name]],
        "result": _array(value),
    }
    if value.name == "logits":
        output["classification:classes"] = [
            {"value": index, "name": re.sub(r"[^0-9A-Za-z_-]", "_", label), "description": label}
            for index, label in enumerate(card.labels)
        ]
    return output


def _array(value: onnx.ValueInfoProto) -> dict[str, Any]:
    tensor = value.type.tensor_type
    return {
        "shape": [axis.dim_value if axis.HasField("dim_value") else -1 for axis in tensor.shape.dim],
        "dim_order": AXES[value.name],
        "data_type": onnx.helper.tensor_dtype_to_np_dtype(tensor.elem_type).name,
    }
