"""The STAC item of a model."""

from __future__ import annotations

import json
import socket

import msgspec
import pytest

from tests.fixtures.untrained_model import SIDE, make_model
from vehicle_id.export.stac import stac_item
from vehicle_id.model.card import ModelCard


def test_the_item_is_valid_stac(model: bytes, card: ModelCard, monkeypatch: pytest.MonkeyPatch) -> None:
    stac_model = pytest.importorskip("stac_model.schema", reason="stac-model needs Python 3.11")
    from pystac.validation import validate_dict

    def offline(*_: object, **__: object) -> None:
        raise OSError("no network in tests")

    monkeypatch.setattr(socket, "create_connection", offline)
    for data in (model, make_model(msgspec.structs.replace(card, licence="", description="A bus."), extent=False)):
        item = json.loads(stac_item(data))
        validate_dict(item, extensions=[])  # the core, whose schema pystac carries
        assert item["stac_extensions"] == [stac_model.SCHEMA_URI]
        read = stac_model.MLModelProperties(**item["properties"])
        assert read.framework == "ONNX" and "classification" in read.tasks


def test_the_item_lists_the_inputs_and_outputs_of_the_file(model: bytes) -> None:
    item = json.loads(stac_item(model))
    properties = item["properties"]
    assert (item["id"], properties["datetime"], properties["license"]) == (
        "colours-0.2",
        "2026-11-22T06:40:54Z",
        "CC-BY-4.0",
    )
    assert properties["mlm:architecture"] == "test_efficientnet"
    inputs = {each["name"]: (each["input"]["data_type"], each["input"]["shape"]) for each in properties["mlm:input"]}
    assert inputs == {"chips": ("uint8", [-1, SIDE, SIDE, 3]), "extent_m": ("float32", [-1])}
    outputs = {each["name"]: each["result"]["shape"] for each in properties["mlm:output"]}
    assert outputs == {"logits": [-1, 3], "embedding": [-1, 16], "size": [-1, 4], "heading": [-1, 2]}
    classes = [(each["value"], each["name"]) for each in properties["mlm:output"][0]["classification:classes"]]
    assert classes == [(0, "car"), (1, "bus_12_m"), (2, "ground")]


def test_the_item_is_always_the_same_for_the_same_model(model: bytes) -> None:
    assert stac_item(model) == stac_item(model)
    item = json.loads(stac_item(model))
    links = [each["href"] for each in (*item["links"], *item["assets"].values())]
    assert all(link.startswith("./") for link in links)


def test_a_licence_that_is_not_an_spdx_name_is_other(card: ModelCard) -> None:
    data = make_model(msgspec.structs.replace(card, licence="Apache-2.0 (weights); imagery CC BY 3.0"))
    assert json.loads(stac_item(data))["properties"]["license"] == "other"
