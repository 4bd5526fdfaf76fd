"""The session: what it loads, what it refuses, and the order of scores."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import plain
from vehicle_id.errors import CardError, ModelError
from vehicle_id.model.card import METADATA_KEY
from vehicle_id.model.session import Session

COLOURS = ("red", "blue", "green")


def chips() -> np.ndarray:
    return np.stack([plain(colour, width=8, height=8) for colour in COLOURS])


def test_scores_come_in_the_order_of_the_chips(session: Session) -> None:
    scores = session.run(chips(), np.zeros(3, np.float32))
    assert [session.card.labels[i] for i in scores.logits.argmax(axis=1)] == ["car", "bus", "ground"]
    assert scores.embedding is not None and scores.embedding.shape == (3, 3)
    assert scores.size is not None and scores.size.shape == (3, 4)
    assert scores.heading is not None and scores.heading.shape == (3, 2)


def test_the_extent_reaches_the_network(session: Session) -> None:
    red = chips()[:1].repeat(2, axis=0)
    scores = session.run(red, np.array([4, 20], np.float32))
    assert [session.card.labels[i] for i in scores.logits.argmax(axis=1)] == ["car", "van"]


def test_threads_can_be_limited(tiny: Path) -> None:
    scores = Session(tiny.read_bytes(), threads=1).run(chips(), np.zeros(3, np.float32))
    assert scores.logits.shape == (3, 4)


@pytest.mark.parametrize("data", [b"", b"not a model", b"\x08\x07"])
def test_a_file_that_is_not_onnx_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(ModelError, match="not an ONNX model"):
        Session(data)


def rebuilt(edit: Callable[[object], None]) -> bytes:
    """The tiny model with one part changed."""
    onnx = pytest.importorskip("onnx")
    from tests.fixtures.make_tiny import tiny_bytes

    model = onnx.load_from_string(tiny_bytes())
    del model.metadata_props[0]  # the digest, of bytes that will be no more
    edit(model)
    return bytes(model.SerializeToString())


def no_card(model: object) -> None:
    del model.metadata_props[:]  # type: ignore[attr-defined]


def other_chip(model: object) -> None:
    model.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 9  # type: ignore[attr-defined]


def extra_input(model: object) -> None:
    more = model.graph.input.add()  # type: ignore[attr-defined]
    more.CopyFrom(model.graph.input[1])  # type: ignore[attr-defined]
    more.name = "weather"


def removed_method(model: object) -> None:
    [card] = [each for each in model.metadata_props if each.key == METADATA_KEY]  # type: ignore[attr-defined]
    card.value = card.value.replace('"unknown_method":"energy"', '"unknown_method":"knn"')


def means_of_another_embedding(model: object) -> None:
    [card] = [each for each in model.metadata_props if each.key == METADATA_KEY]  # type: ignore[attr-defined]
    means = json.dumps({label: [1.0] * 7 for label in ("car", "van", "bus", "ground")})
    card.value = card.value.replace('"decision":{', f'"decision":{{"class_means":{means},', 1)
    card.value = card.value.replace('"class_means":{},', "")


def extra_output(model: object) -> None:
    more = model.graph.output.add()  # type: ignore[attr-defined]
    more.CopyFrom(model.graph.output[0])  # type: ignore[attr-defined]
    more.name = "v"


def renamed_output(old: str, new: str) -> Callable[[object], None]:
    def edit(model: object) -> None:
        for node in model.graph.node:  # type: ignore[attr-defined]
            for names in (node.input, node.output):
                for number, name in enumerate(names):
                    names[number] = {old: new, new: old}.get(name, name)
        for output in model.graph.output:  # type: ignore[attr-defined]
            output.name = {old: new, new: old}.get(output.name, output.name)

    return edit


@pytest.mark.parametrize(
    ("edit", "fault"),
    [
        (no_card, "no card"),
        (other_chip, "input 'chips'"),
        (extra_input, "inputs this version does not know"),
        (extra_output, "outputs this version does not know"),
        (renamed_output("logits", "embedding"), "output 'logits'"),
        (renamed_output("size", "heading"), "output 'size'"),
        (means_of_another_embedding, "output 'embedding' is not \\[N, 7\\], as the class means"),
        (removed_method, "unknown_method 'knn' was removed after version 0.1.0: set another one in the run's recipe"),
    ],
)
def test_a_graph_that_does_not_match_its_card_is_refused(edit: Callable[[object], None], fault: str) -> None:
    with pytest.raises(CardError, match=fault):
        Session(rebuilt(edit))


def test_a_plain_classifier_is_a_valid_model() -> None:
    def plainest(model: object) -> None:
        graph = model.graph  # type: ignore[attr-defined]
        keep = {"logits"}
        for output in [each for each in graph.output if each.name not in keep]:
            graph.output.remove(output)

    session = Session(rebuilt(plainest))
    scores = session.run(chips(), np.zeros(3, np.float32))
    assert session.outputs == ("logits",)
    assert scores.size is None and scores.heading is None and scores.embedding is None
