"""The STAC item of a model."""

from __future__ import annotations

import json
import socket
from pathlib import Path

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


ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((Path(__file__).parent / "mlm_item.schema.json").read_bytes())


def check(item: dict[str, object]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema.Draft7Validator(SCHEMA).validate(item)


def test_the_item_follows_the_rules_of_mlm(model: bytes, card: ModelCard) -> None:
    check(json.loads(stac_item(model)))
    check(json.loads(stac_item(make_model(card, extent=False))))


@pytest.mark.parametrize("file", sorted((ROOT / "models").glob("*/model.onnx")), ids=lambda file: file.parent.name)
def test_the_item_of_every_released_model_follows_the_rules_of_mlm(file: Path) -> None:
    check(json.loads(stac_item(file.read_bytes())))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("properties", "mlm:input", 0, "input", "dim_order"), ["batch", "height", "width", "channel"]),
        (("properties", "mlm:input", 1, "input", "dim_order"), ["bands"]),
        (("properties", "mlm:output", 0, "result", "dim_order"), ["batch", "bands"]),
        (("properties", "bands"), []),
        (("properties", "mlm:name"), "3d model"),
        (("properties", "mlm:unheard_of"), 1),
        (("properties", "mlm:tasks"), ["guessing"]),
        (("assets", "model", "roles"), ["mlm:weights"]),
        (("assets", "card", "mlm:artifact_type"), "onnx"),
    ],
    ids=lambda each: "/".join(map(str, each)) if isinstance(each, tuple) else None,
)
def test_the_rules_can_be_broken(model: bytes, path: tuple[str | int, ...], value: object) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    item = json.loads(stac_item(model))
    place = item
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        check(item)


@pytest.mark.parametrize(("name", "stated"), [("9x", "model-9x-0.2"), ("a+b", "a_b-0.2"), ("Haul_1.b", "Haul_1.b-0.2")])
def test_any_name_of_a_model_is_one_that_mlm_accepts(card: ModelCard, name: str, stated: str) -> None:
    item = json.loads(stac_item(make_model(msgspec.structs.replace(card, name=name))))
    check(item)
    assert item["properties"]["mlm:name"] == stated


def test_every_axis_has_a_name(model: bytes) -> None:
    """Which no schema can say."""
    properties = json.loads(stac_item(model))["properties"]
    arrays = [each["input"] for each in properties["mlm:input"]] + [each["result"] for each in properties["mlm:output"]]
    assert all(len(each["shape"]) == len(each["dim_order"]) for each in arrays)


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
