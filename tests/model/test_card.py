"""The model card: it is read back unchanged, and an invalid card is refused with its fault."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vehicle_id import taxonomy
from vehicle_id.errors import CardError
from vehicle_id.gallery.weights import WEIGHTS
from vehicle_id.model.card import SCHEMA, Counts, Decision, ModelCard, SensorName, UnknownMethod
from vehicle_id.model.session import Session
from vehicle_id.taxonomy import Node

TEXT = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=8)
NAME = st.from_regex(taxonomy.NAME, fullmatch=True)
FILE_NAME = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9_.+-]{0,6}[A-Za-z0-9])?", fullmatch=True)
NUMBER = st.floats(-1e12, 1e12)
COVERAGE = st.sampled_from(["0.5", "0.9", "0.95"])
POSITIVE = st.floats(0.001, 1000)
COUNT = st.integers(0, 1 << 40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 53), 1 << 53) | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)


def ranges() -> st.SearchStrategy[tuple[float, float]]:
    return st.tuples(POSITIVE, POSITIVE).map(lambda pair: (min(pair), max(pair)))


@st.composite
def cards(draw: st.DrawFn) -> ModelCard:
    """A valid card with any content; one parent over some of the leaves."""
    names = NAME.filter(lambda name: name not in ("top", "unknown"))
    labels = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    leaves = [
        Node(
            name=label,
            parent="top" if number == 0 or draw(st.booleans()) else None,
            needs_size=draw(st.booleans()),
            has_size=draw(st.booleans()),
            length_m=draw(st.none() | ranges()),
            width_m=draw(st.none() | ranges()),
        )
        for number, label in enumerate(labels)
    ]
    level = draw(NAME)
    means = draw(st.just({}) | st.fixed_dictionaries(dict.fromkeys(labels, st.tuples(*[st.floats(-1, 1)] * 3))))
    methods = [name for name in get_args(UnknownMethod) if means or name != "class_mean"]
    return ModelCard(
        name=draw(FILE_NAME),
        version=draw(FILE_NAME),
        description=draw(TEXT),
        labels=tuple(draw(st.permutations(labels))),
        nodes=(Node(name="top", level=level), *leaves),
        chip_px=draw(st.integers(64, 1024)),
        min_side_px=draw(st.integers(1, 64)),
        gsd_range_m=draw(st.none() | ranges()),
        sensor=draw(st.sampled_from(get_args(SensorName))),
        decision=Decision(
            thresholds={"class": draw(POSITIVE), level: draw(POSITIVE)},
            unknown_threshold=draw(st.none() | NUMBER),
            unknown_method=draw(st.sampled_from(methods)),
            class_means=means,
            gallery=draw(st.none() | st.just(WEIGHTS)),
            width_interval_z=draw(st.none() | POSITIVE),
            target_precision=draw(st.none() | st.floats(0, 1)),
            conformal=draw(st.dictionaries(COVERAGE, st.fixed_dictionaries(dict.fromkeys(labels, st.floats(0, 1))))),
        ),
        counts=draw(st.dictionaries(st.sampled_from(labels), st.builds(Counts, real_train=COUNT, rendered_val=COUNT))),
        metrics=draw(st.dictionaries(TEXT, NUMBER, max_size=3)),
        attribution=tuple(draw(st.lists(TEXT, max_size=2))),
        recipe=draw(st.dictionaries(TEXT, JSON, max_size=2)),
        made_with=draw(st.dictionaries(TEXT, TEXT, max_size=2)),
    )


def plain_card() -> dict[str, Any]:
    """The least a card can say of two classes under one parent."""
    return {
        "name": "two",
        "version": "1.0",
        "labels": ["car", "bus"],
        "nodes": [
            {"name": "vehicle", "level": "any"},
            {"name": "car", "parent": "vehicle"},
            {"name": "bus", "parent": "vehicle"},
        ],
        "chip_px": 96,
        "decision": {"thresholds": {"class": 0.7, "any": 0.9}},
    }


@settings(max_examples=25, deadline=None)
@given(card=cards())
def test_a_card_survives_json(card: ModelCard) -> None:
    assert ModelCard.from_json(card.to_json()) == card
    assert ModelCard.from_json(card.to_json().encode()) == card


def test_a_card_lists_its_keys_in_the_order_of_the_schema(session: Session) -> None:
    assert list(json.loads(session.card.to_json())) == [
        "schema",
        "name",
        "version",
        "description",
        "created",
        "labels",
        "nodes",
        "chip_px",
        "min_side_px",
        "views",
        "gsd_range_m",
        "sensor",
        "precision",
        "decision",
        "counts",
        "metrics",
        "licence",
        "attribution",
        "limits",
        "recipe",
        "made_with",
    ]


def test_a_short_card_gets_its_defaults() -> None:
    card = ModelCard.from_json(json.dumps(plain_card()))
    assert card.full_name == "two-1.0"
    assert card.schema == SCHEMA
    assert card.taxonomy().leaves == card.labels == ("car", "bus")
    assert card.precision == "fp32"  # of cards that were written before there were others
    assert card.gsd_range_m is None and card.decision.unknown_threshold is None
    assert card.decision.unknown_method == "energy" and card.decision.conformal == {}


def test_the_labels_need_not_stand_in_the_order_of_the_tree() -> None:
    card = ModelCard.from_json(json.dumps({**plain_card(), "labels": ["bus", "car"]}))
    assert card.labels == ("bus", "car")
    assert card.taxonomy().leaves == ("car", "bus")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"chip_pixels": 96}, "unknown field `chip_pixels`"),
        ({"decision": {"thresholds": {"class": 1, "any": 1}, "theshold": 1}}, r"`theshold` - at `\$.decision`"),
        ({"nodes": [{"name": "car", "lenght_m": [3, 4]}]}, r"`lenght_m` - at `\$.nodes\[0\]`"),
        ({"counts": {"car": {"drawn": 1}}}, "unknown field `drawn`"),
        ({"chip_px": "96"}, r"Expected `int`, got `str` - at `\$.chip_px`"),
        ({"chip_px": 7}, r">= 8 - at `\$.chip_px`"),
        ({"chip_px": 1025}, r"<= 1024 - at `\$.chip_px`"),
        ({"min_side_px": 0}, r">= 1 - at `\$.min_side_px`"),
        ({"labels": []}, r"length >= 1 - at `\$.labels`"),
        ({"labels": "car"}, r"got `str` - at `\$.labels`"),
        ({"metrics": {"accuracy": None}}, r"got `null` - at `\$.metrics"),
        ({"decision": {"thresholds": {"class": -0.1, "any": 1}}}, r">= 0.0 - at `\$.decision.thresholds"),
        ({"decision": {"thresholds": {"class": 1, "any": 1}, "temperature": 0}}, r"> 0.0 - at `\$.decision.temp"),
        ({"decision": {"thresholds": {"class": 1, "any": 1}, "target_precision": 1.1}}, "<= 1.0"),
        ({"decision": {"thresholds": {"class": 1, "any": 1}, "unknown_method": "entropy"}}, "value 'entropy'"),
        (
            {"decision": {"thresholds": {"class": 1, "any": 1}, "conformal": {"0.9": {"car": 0.5}}}},
            "conformal limits for coverage 0.9 are not those of its labels",
        ),
        (
            {"decision": {"thresholds": {"class": 1, "any": 1}, "class_means": {"car": [1, 0]}}},
            "class means are not rows of one length",
        ),
        (
            {"decision": {"thresholds": {"class": 1, "any": 1}, "class_means": {"car": [1, 0], "bus": [1]}}},
            "class means are not rows of one length",
        ),
        (
            {"decision": {"thresholds": {"class": 1, "any": 1}, "unknown_method": "class_mean"}},
            "needs the means of its classes",
        ),
        ({"gsd_range_m": [0, 1]}, r"> 0.0 - at `\$.gsd_range_m"),
        ({"gsd_range_m": [0.3]}, r"`\$.gsd_range_m`"),
        ({"schema": SCHEMA + 1}, f"follows schema {SCHEMA + 1}, this version reads up to {SCHEMA}: upgrade"),
        ({"labels": ["car", "van"]}, r"labels \['car', 'van'\] are not the leaves of its tree \['car', 'bus'\]"),
        ({"labels": ["car"]}, "are not the leaves"),
        ({"labels": ["car", "bus", "bus"]}, "are not the leaves"),
        ({"labels": ["car", "bus", "vehicle"]}, "are not the leaves"),
        ({"decision": {"thresholds": {"class": 0.7}}}, "no threshold for level 'any'"),
        (
            {"decision": {"thresholds": {"class": 0.7, "any": 0.9}, "node_thresholds": {"tank": 0.9}}},
            "it has a threshold, prior or shift for the node 'tank', which is not in its class tree",
        ),
        (
            {"decision": {"thresholds": {"class": 0.7, "any": 0.9}, "relative_prior": {"tank": 2.0}}},
            "it has a threshold, prior or shift for the node 'tank', which is not in its class tree",
        ),
        (
            {"decision": {"thresholds": {"class": 0.7, "any": 0.9}, "relative_prior": {"car": 0.0}}},
            r"> 0.0 - at `\$.decision.relative_prior\[...\]",
        ),
        ({"gsd_range_m": [1.0, 0.3]}, r"gsd_range_m \[1.0, 0.3\] runs backwards"),
        ({"nodes": [{"name": "car", "parent": "bus"}]}, "parent 'bus', which is not in the class tree"),
        ({"nodes": [{"name": "car"}, {"name": "car"}]}, "names 'car' twice"),
    ],
)
def test_a_card_with_a_fault_is_refused_by_its_name(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CardError, match=f"^the model's card cannot be used: .*{sentence}") as caught:
        ModelCard.from_json(json.dumps({**plain_card(), **changes}))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("missing", ["name", "version", "labels", "nodes", "chip_px", "decision"])
def test_what_a_card_must_say(missing: str) -> None:
    card = plain_card()
    del card[missing]
    with pytest.raises(CardError, match=f"missing required field `{missing}`"):
        ModelCard.from_json(json.dumps(card))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7", '"card"', b"\xff\xfe", b'{"name": "\xff"}', "{" * 100])
def test_text_that_is_not_a_card(text: str | bytes) -> None:
    with pytest.raises(CardError, match="the model's card cannot be used"):
        ModelCard.from_json(text)


def test_a_card_too_deep_to_read_is_refused() -> None:
    with pytest.raises(CardError):
        ModelCard.from_json('{"recipe": ' + '{"a": ' * 100_000)


def test_a_range_of_one_distance_is_a_range() -> None:
    card = ModelCard.from_json(json.dumps({**plain_card(), "gsd_range_m": [0.3, 0.3]}))
    assert card.gsd_range_m == (0.3, 0.3)


def test_a_card_cannot_ask_for_more_pixels_than_its_chip_has() -> None:
    with pytest.raises(CardError, match="min_side_px 97 is more than its chip_px 96"):
        ModelCard.from_json(json.dumps(plain_card() | {"min_side_px": 97}))
