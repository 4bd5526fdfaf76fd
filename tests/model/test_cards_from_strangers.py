"""Cards made to do harm: each is refused by a CardError in one printable sentence, or changes no answer."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import plain
from tests.wire import with_card
from vehicle_id.errors import CardError, ModelError
from vehicle_id.model.card import METADATA_KEY, ModelCard
from vehicle_id.model.decide import Decider
from vehicle_id.model.onnx_file import inspect
from vehicle_id.model.session import Session

ROOT = Path(__file__).parents[2]
Card = dict[str, Any]


def change(*steps: str | int, to: Any) -> Callable[[Card], Card]:
    """The card with another value at the end of these steps."""

    def attack(card: Card) -> Card:
        place: Any = card
        for step in steps[:-1]:
            place = place[step]
        place[steps[-1]] = to
        return card

    return attack


def renamed(to: str) -> Callable[[Card], str]:
    """The card whose first label has another name, wherever it stands."""

    def attack(card: Card) -> str:
        old = json.dumps(card["labels"][0])
        return json.dumps(card).replace(old, json.dumps(to))

    return attack


def text(old: str, new: str) -> Callable[[Card], str]:
    """The card's JSON with one place of it replaced."""

    def attack(card: Card) -> str:
        written = json.dumps(card)
        assert old in written
        return written.replace(old, new, 1)

    return attack


def chain(num: int) -> Callable[[Card], Card]:
    """A tree that is one branch of so many steps, above the first label."""

    def attack(card: Card) -> Card:
        level, label = card["nodes"][0]["level"], card["labels"][0]
        above = [{"name": f"n{each}", "parent": f"n{each + 1}", "level": level} for each in range(num)]
        above[-1].pop("parent")
        [node] = [each for each in card["nodes"] if each["name"] == label]
        node["parent"] = "n0"
        card["nodes"] += above
        return card

    return attack


def many_labels(card: Card) -> Card:
    names = [f"a{each}" for each in range(600)]
    return card | {"labels": names, "nodes": [{"name": name} for name in names], "counts": {}}


def loop(card: Card) -> Card:
    card["nodes"][0]["parent"] = card["labels"][0]
    return card


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"a": value}
    return value


REFUSED: dict[str, Callable[[Card], Any]] = {
    "a label that is a formula": renamed("=HYPERLINK(A1)"),
    "a label that adds": renamed("+cmd"),
    "a label that takes away": renamed("-2+3"),
    "a label that looks up": renamed("@SUM(A1)"),
    "a label with markup": renamed("<script>alert(1)</script>"),
    "a label that ends an attribute": renamed('car" onload="x'),
    "a label with an entity": renamed("car&amp"),
    "a label of two columns": renamed("car;bus"),
    "a label of two lines": renamed("car\nbus"),
    "a label that ends in a line break": renamed("car\n"),
    "a label that returns": renamed("car\rbus"),
    "a label with a tab": renamed("car\tbus"),
    "a label that clears the screen": renamed("\x1b[2J"),
    "a label that rings": renamed("car\x07"),
    "a label with a zero byte": renamed("car\x00"),
    "a label read backwards": renamed("car\u202erac"),
    "a label with nothing to see": renamed("car\u200b"),
    "a label that starts with a space": renamed(" car"),
    "an empty label": renamed(""),
    "the label that is reserved": renamed("unknown"),
    "a label of a kilobyte": renamed("a" * 1024),
    "half a surrogate pair": text('"labels": ["', '"labels": ["\\ud800'),
    "a level with markup": change("nodes", 0, "level", to="<b>"),
    "a threshold for no level": change("decision", "thresholds", "\x1b[2J", to=0.5),
    "a name that climbs": change("name", to="../../etc"),
    "a name of a path": change("name", to="/tmp/x"),
    "a name of a Windows path": change("name", to="C:\\x"),
    "a name of two lines": change("name", to="tiny\n"),
    "a name of dots": change("name", to=".."),
    "an empty name": change("name", to=""),
    "a name of a kilobyte": change("name", to="a" * 1024),
    "a version that climbs": change("version", to="1/../../x"),
    "a version that ends in a dot": change("version", to="1."),
    "a schema of no version": change("schema", to=0),
    "600 labels": many_labels,
    "a label twice": lambda card: card | {"labels": [card["labels"][0], *card["labels"][:-1]]},
    "a million labels": lambda card: card | {"labels": ["a"] * 1_000_000},
    "2,000 nodes": chain(2000),
    "a tree of 40 steps": chain(40),
    "a loop in the tree": loop,
    "a node that is its own parent": change("nodes", 0, "parent", to="n0"),
    "a longer description than a page": change("description", to="a" * 5000),
    "a description that clears the screen": change("description", to="\x1b[2J\x1b[H"),
    "a licence read backwards": change("licence", to="\u202eCC"),
    "a date that moves the cursor": change("created", to="\x1b[1A"),
    "a thousand attributions": change("attribution", to=["a"] * 1000),
    "a recipe a hundred deep": change("recipe", to=nested(100)),
    "a recipe too deep to read": text('"recipe": {', '"recipe": {"a":' + '{"a":' * 50_000),
    "a recipe with a number of 400 digits": change("recipe", to={"a": 10**400}),
    "a recipe with a number of 9,000 digits": text('"recipe": {', '"recipe": {"a": ' + "9" * 9000 + ', "b": 1, "c": {'),
    "a card of two megabytes": change("recipe", to={"a": "a" * (2 << 20)}),
    "a metric that rings": change("metrics", to={"\x07": 1.0}),
    "ten thousand metrics": change("metrics", to={f"m{each}": 1.0 for each in range(10_000)}),
    "a package that rings": change("made_with", to={"torch": "\x07"}),
    "a metric of no number": change("metrics", to={"accuracy": float("nan")}),
    "an infinite metric": change("metrics", to={"accuracy": float("inf")}),
    "a number over all floats": text('"chip_px"', '"metrics": {"a": 1e999}, "chip_px"'),
    "a chip of a million pixels": change("chip_px", to=1_000_000),
    "a chip of no whole number": change("chip_px", to=96.5),
    "a chip of a huge number": change("chip_px", to=10**30),
    "a negative temperature": change("decision", "temperature", to=-1.0),
    "an interval without end": change("decision", "size_interval_z", to=1e300),
    "a threshold of no number": change("decision", "unknown_threshold", to=float("nan")),
    "a threshold beyond all scores": change("decision", "unknown_threshold", to=1e300),
    "a coverage that rings": lambda card: change(
        "decision", "conformal", "\x07", to=dict.fromkeys(card["labels"], 0.5)
    )(card),
    "a length without end": change("nodes", 2, "length_m", to=[1, 1e300]),
    "a length that runs backwards": change("nodes", 2, "length_m", to=[6, 3]),
    "a negative count": lambda card: change("counts", card["labels"][0], to={"real_train": -1})(card),
    "a count beyond counting": lambda card: change("counts", card["labels"][0], to={"real_train": 1 << 60})(card),
    "a count of what is not there": change("counts", "\x1b[2J", to={"real_train": 1}),
    "a field of a rude name": change("\x1b[2J" + "a" * 5000, to=1),
    "a key twice": text('"chip_px"', '"chip_px": 8, "chip_px"'),
    "a key twice, deep within": text('"thresholds": {', '"thresholds": {"class": 0.0, "class": 0.1, '),
    "a key twice in the recipe": text('"recipe": {', '"recipe": {"zz": 1, "zz": 2, "yy": {}, '),
    "no JSON": lambda _: "__import__('os')",
    "two cards": lambda card: json.dumps(card) * 2,
    "no object": lambda card: json.dumps([card]),
    "a comment": text("{", "{ /* */ "),
}
HARMLESS: dict[str, Callable[[Card], Any]] = {
    "as it is": lambda card: card,
    "its keys the other way round": lambda card: dict(reversed(card.items())),
    "spread over lines": lambda card: json.dumps(card, indent=4),
    "every letter escaped": lambda card: json.dumps(card).replace('"chip_px"', '"\\u0063hip_px"'),
    "markup in the description": change("description", to="<script>alert(1)</script>"),
    "a licence in Cyrillic": change("licence", to="по лицензии CC BY 4.0"),
    "a description of two lines": change("description", to="one\ntwo"),
    "a recipe of sixteen steps": change("recipe", to=nested(14)),
}


def cards() -> dict[str, Card]:
    files = {"tiny": ROOT / "tests/fixtures/tiny.onnx", "overhead-1.0": ROOT / "models/overhead-1.0/model.onnx"}
    return {name: json.loads(inspect(file.read_bytes()).metadata[METADATA_KEY]) for name, file in files.items()}


CARDS = cards()


def written(attack: Callable[[Card], Any], card: Card) -> str:
    attacked = attack(copy.deepcopy(card))
    return attacked if isinstance(attacked, str) else json.dumps(attacked, ensure_ascii=False)


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("model", CARDS)
def test_a_card_made_to_do_harm_is_refused_in_a_sentence(model: str, name: str) -> None:
    with pytest.raises(CardError, match=r"^the model's card cannot be used: ") as caught:
        ModelCard.from_json(written(REFUSED[name], CARDS[model]))
    assert str(caught.value).isprintable() and len(str(caught.value)) < 600


@pytest.mark.parametrize("name", REFUSED)
def test_a_model_with_such_a_card_is_not_loaded(tiny: Path, name: str) -> None:
    with pytest.raises(ModelError):
        Session(with_card(tiny.read_bytes(), written(REFUSED[name], CARDS["tiny"]).encode("utf-8", "replace")))


@pytest.mark.parametrize("name", HARMLESS)
def test_a_card_that_only_looks_different_answers_as_before(tiny: Path, session: Session, name: str) -> None:
    ModelCard.from_json(written(HARMLESS[name], CARDS["overhead-1.0"]))
    other = Session(with_card(tiny.read_bytes(), written(HARMLESS[name], CARDS["tiny"])))
    chips = np.stack([plain(colour, width=8, height=8) for colour in ("red", "blue", "green")])
    extents = np.array([4, 0, 12], np.float32)
    before, after = (Decider(each.card, top_k=4).decide(each.run(chips, extents), extents) for each in (session, other))
    assert after == before
