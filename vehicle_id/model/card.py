"""The model card: what a model answers, how it decides, what taught it and how it was measured.

It is part of the ONNX file (metadata key `vehicle_id.card`, JSON), so that a model and its thresholds cannot be
separated. `session.py` checks the card against the graph.

A model may come from anyone, so a card has limits: names that are safe wherever they are shown, numbers in sensible
ranges, and sizes far above those of the shipped cards (32 kB, 51 labels, 68 nodes).
"""

from __future__ import annotations

import json
import reprlib
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from vehicle_id.crops.chips import WINDOWS
from vehicle_id.errors import CardError
from vehicle_id.gallery.weights import GalleryWeights
from vehicle_id.taxonomy import NAME, Node, Taxonomy

METADATA_KEY = "vehicle_id.card"
NORMAL_Z = 1.6449
"""Standard deviations that hold 90 % of a normal distribution."""
SCHEMA = 2
"""Raised when an older reader can no longer understand a card written now. 2: `careful` became `node_thresholds`."""

MAX_CARD_BYTES = 1 << 20
MAX_LABELS = 512
MAX_NESTING = 16
"""Of the recipe; the shipped one has four levels."""
MAX_COUNT = 1 << 53
"""Larger JSON numbers are not read alike by every reader."""

FileName = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9]([A-Za-z0-9_.+-]{0,62}[A-Za-z0-9])?\Z")]
"""A model's name or version: together they name its folder, on every system."""
ShortText = Annotated[str, msgspec.Meta(max_length=128)]
LongText = Annotated[str, msgspec.Meta(max_length=4096)]
Attribution = Annotated[tuple[LongText, ...], msgspec.Meta(max_length=128)]
Coverage = Annotated[str, msgspec.Meta(pattern=r"\A0\.[0-9]{1,6}\Z")]
Positive = Annotated[float, msgspec.Meta(gt=0, le=1e6)]
Number = Annotated[float, msgspec.Meta(ge=-1e12, le=1e12)]
Threshold = Annotated[float, msgspec.Meta(ge=0, le=1e6)]
MeanDirection = Annotated[
    tuple[Annotated[float, msgspec.Meta(ge=-1, le=1)], ...], msgspec.Meta(min_length=1, max_length=4096)
]
Count = Annotated[int, msgspec.Meta(ge=0, le=MAX_COUNT)]
Fraction = Annotated[float, msgspec.Meta(ge=0, le=1)]
Precision = Literal["fp32", "fp16", "int8"]
"""How a graph's weights are stored: `fp16` is computed in 32 bits, `int8` in 8."""
SensorName = Literal["optical", "radar"]
UnknownMethod = Literal["msp", "max_logit", "energy", "vehicle", "family", "class_mean"]
"""Out-of-distribution scores; `ood.py` explains each."""
REMOVED_METHODS = ("knn", "mahalanobis")
"""Scores of the embedding that version 0.1.0 could compute; no released model names one."""


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fitted numbers of the decision (`decide.py`); fitted on held-out data by `train/calibrate.py`."""

    thresholds: Annotated[dict[str, Threshold], msgspec.Meta(max_length=64)]
    """Least probability for an answer at each level of the tree; above 1 = no answer at this level."""
    node_thresholds: Annotated[dict[str, Threshold], msgspec.Meta(max_length=64)] = {}
    """Node -> least probability of that node for an answer with it or a node under it, in addition to the threshold of
    the level: for classes whose name does harm when it is wrong."""
    unknown_threshold: Number | None = None
    """A crop with a higher score is answered unknown; None = never."""
    unknown_method: UnknownMethod = "energy"
    """How the score is computed."""
    size_interval_z: Positive = NORMAL_Z
    """Standard deviations with which the interval of the length contains 90 % of held-out true lengths."""
    width_interval_z: Positive | None = None
    """The same for the width; None = as for the length."""
    temperature: Positive = 1.0
    """Already applied inside the graph; kept for the record."""
    family_prior: Fraction = 0.0
    """Already applied inside the graph: 0 = all classes equally likely beforehand, 1 = all families."""
    relative_prior: Annotated[dict[str, Positive], msgspec.Meta(max_length=MAX_LABELS)] = {}
    """Already applied inside the graph: node -> factor by which the labels under it are likelier beforehand."""
    size_shift: Annotated[dict[str, Number], msgspec.Meta(max_length=MAX_LABELS)] = {}
    """Already applied inside the graph: node that only size tells from its siblings -> what is added to the logits of
    the labels under it, so that among those siblings the held-out crops are as likely as possible."""
    target_precision: Fraction | None = None
    """Precision that the thresholds were fitted to reach."""
    family_threshold: Threshold | None = None
    """Least probability of the likeliest family for an answer with it, for programs that know one threshold; above 1 =
    no answer. None = not fitted, as in cards of version 0.1.0. `decide.py` does not use it."""
    class_means: Annotated[dict[str, MeanDirection], msgspec.Meta(max_length=MAX_LABELS)] = {}
    """Label -> mean of the directions of its crops' embeddings in training; for models whose embedding is whitened."""
    gallery: GalleryWeights | None = None
    """How a gallery is asked; None = as the package does for all models."""
    conformal: Annotated[dict[Coverage, dict[str, Fraction]], msgspec.Meta(max_length=32)] = {}
    """Coverage, such as `0.9` -> label -> largest nonconformity (one minus its probability) with which the label is
    still a candidate; 1 = always, where there were too few crops to fit on."""


class Counts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Crops of one class, by origin (`manifest.ORIGINS`) and split; those that calibrate count as validating."""

    real_train: Count = 0
    real_val: Count = 0
    real_test: Count = 0
    mesh_train: Count = 0
    mesh_val: Count = 0
    mesh_test: Count = 0
    rendered_train: Count = 0
    rendered_val: Count = 0
    rendered_test: Count = 0


def full_name(name: str, version: str, precision: Precision) -> str:
    """Name of a model: `overhead-1.0`, `overhead-1.0-int8`."""
    return f"{name}-{version}" if precision == "fp32" else f"{name}-{version}-{precision}"


class ModelCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The description of a model: its classes, its decision, its data and how it was measured."""

    schema: Annotated[int, msgspec.Meta(ge=1, le=MAX_COUNT)] = SCHEMA
    name: FileName
    version: FileName
    description: LongText = ""
    created: ShortText = ""
    """UTC date, ISO 8601."""
    labels: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=MAX_LABELS)]
    """Leaf classes in the order of the logits."""
    nodes: tuple[Node, ...]
    """The class tree; every label is one of its leaves."""
    chip_px: Annotated[int, msgspec.Meta(ge=8, le=1024)]
    """Side of the square chip in pixels."""
    min_side_px: Annotated[int, msgspec.Meta(ge=1)] = 8
    """Least pixels on a crop's short side, in the crop and on the chip."""
    views: Annotated[int, msgspec.Meta(ge=1, le=max(WINDOWS))] = 1
    """Windows of each crop that are averaged, unless the user asks for another number; the decision was fitted so."""
    gsd_range_m: tuple[Positive, Positive] | None = None
    """Finest and coarsest ground sample distance the model was made for; None = not checked."""
    sensor: SensorName = "optical"
    """What took the pictures that it was trained on. An optical model answers `unknown` where a picture looks like
    radar."""
    precision: Precision = "fp32"
    """Precision of the file; the decision was fitted on its outputs."""
    decision: Decision
    counts: dict[str, Counts] = {}
    metrics: Annotated[dict[ShortText, Number], msgspec.Meta(max_length=256)] = {}
    """Measured on the validation split when the thresholds were fitted."""
    licence: LongText = ""
    attribution: Attribution = ()
    limits: LongText = ""
    """What the model must not be used for."""
    recipe: dict[str, Any] = {}
    made_with: Annotated[dict[ShortText, ShortText], msgspec.Meta(max_length=64)] = {}
    """Versions of the packages that made the file."""

    @property
    def full_name(self) -> str:
        """The name users type: `name-version`, and how the weights are stored where that is not `fp32`."""
        return full_name(self.name, self.version, self.precision)

    def class_means(self) -> NDArray[np.float64] | None:
        """`[C, D]` in the order of the labels, or None."""
        means = self.decision.class_means
        return np.array([means[label] for label in self.labels], np.float64) if means else None

    def taxonomy(self) -> Taxonomy:
        """The class tree of this model."""
        return Taxonomy(self.nodes)

    def to_json(self) -> str:
        """The card as JSON, with its keys in the order above."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> ModelCard:
        """Read and check a card.

        Raises:
            CardError: with the place of the fault, for anything that is not a valid card.
        """
        try:
            if len(text) > MAX_CARD_BYTES:
                raise ValueError(f"it is longer than {MAX_CARD_BYTES >> 20} MiB")
            stored = msgspec.json.decode(text)
            # of two equal keys msgspec takes the last, another reader may take the first
            json.loads(text, object_pairs_hook=_reject_duplicate_keys)
            _refuse_removed_method(stored)
            card = msgspec.convert(_renamed(stored), cls)
            _validate(card)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise CardError(f"the model's card cannot be used: {_printable(str(error))}") from error
        return card


def _renamed(stored: Any) -> Any:
    """A card of schema 1 with the names of schema 2."""
    if not isinstance(stored, dict) or stored.get("schema") != 1:
        return stored
    return {**with_present_names(stored), "schema": 2}


def with_present_names(stored: dict[str, Any]) -> dict[str, Any]:
    """A stored card or calibration of version 0.1.0 with the names of this version in its decision."""
    decision = stored.get("decision")
    if not isinstance(decision, dict) or "careful" not in decision or "node_thresholds" in decision:
        return stored
    renamed = {"node_thresholds" if name == "careful" else name: value for name, value in decision.items()}
    return {**stored, "decision": renamed}


def _refuse_removed_method(stored: Any) -> None:
    decision = stored.get("decision") if isinstance(stored, dict) else None
    method = decision.get("unknown_method") if isinstance(decision, dict) else None
    if method in REMOVED_METHODS:
        raise ValueError(
            f"its unknown_method {method!r} was removed after version 0.1.0: set another one in the run's recipe, "
            "train it with --resume, which only fits again, and export it again"
        )


def _validate(card: ModelCard) -> None:
    if card.schema > SCHEMA:
        raise ValueError(f"it follows schema {card.schema}, this version reads up to {SCHEMA}: upgrade vehicle-id")
    _check_texts(card)
    _check_recipe(card.recipe)
    taxonomy = card.taxonomy()
    if sorted(card.labels) != sorted(taxonomy.leaves):
        labels, leaves = reprlib.repr(list(card.labels)), reprlib.repr(list(taxonomy.leaves))
        raise ValueError(f"its labels {labels} are not the leaves of its tree {leaves}")
    _check_decision(card.decision, card)
    strange = set(card.counts) - set(taxonomy.names)
    if strange:
        raise ValueError(f"it counts crops of {min(strange)!r}, which is not in its class tree")
    if card.min_side_px > card.chip_px:
        raise ValueError(f"its min_side_px {card.min_side_px} is more than its chip_px {card.chip_px}")
    if card.gsd_range_m is not None and card.gsd_range_m[0] > card.gsd_range_m[1]:
        raise ValueError(f"its gsd_range_m {list(card.gsd_range_m)} runs backwards")


def _check_decision(decision: Decision, card: ModelCard) -> None:
    missing = {node.level for node in card.nodes} - set(decision.thresholds)
    if missing:
        raise ValueError(f"it has no threshold for level {min(missing)!r}")
    named = {*decision.node_thresholds, *decision.relative_prior, *decision.size_shift}
    strange = named - {node.name for node in card.nodes}
    if strange:
        raise ValueError(
            f"it has a threshold, prior or shift for the node {min(strange)!r}, which is not in its class tree"
        )
    unnamed = [name for name in decision.thresholds if not NAME.fullmatch(name)]
    if unnamed:
        raise ValueError(f"it has a threshold for {unnamed[0]!r}, which cannot be the name of a level")
    _check_class_means(decision, card)
    for coverage, limits in decision.conformal.items():
        if set(limits) != set(card.labels):
            raise ValueError(f"its conformal limits for coverage {coverage} are not those of its labels")


def _check_class_means(decision: Decision, card: ModelCard) -> None:
    means = decision.class_means
    if means and (set(means) != set(card.labels) or len({len(each) for each in means.values()}) > 1):
        raise ValueError("its class means are not rows of one length, one for each of its labels")
    needs_them = decision.unknown_method == "class_mean" or (decision.gallery is not None and decision.gallery.trained)
    if needs_them and not means:
        raise ValueError("its decision needs the means of its classes, which it does not have")


def _check_texts(card: ModelCard) -> None:
    """Free texts may have several lines, but no control characters and none that turn the direction of reading."""
    texts = [card.description, card.created, card.licence, card.limits, *card.attribution]
    for text in [*texts, *card.metrics, *card.made_with, *card.made_with.values()]:
        if not text.replace("\n", "").isprintable():
            raise ValueError(f"it has characters that cannot be printed in {text[:64]!r}")


def _check_recipe(recipe: dict[str, Any]) -> None:
    """The recipe is kept unchanged; its depth and numbers are limited so that it can be written again."""
    layer: list[Any] = [recipe]
    for _ in range(MAX_NESTING):
        if any(type(each) is int and abs(each) > MAX_COUNT for each in layer):
            raise ValueError("its recipe holds a whole number beyond 2^53")
        layer = [inner for each in layer for inner in _inside(each)]
        if not layer:
            return
    raise ValueError(f"its recipe is nested more than {MAX_NESTING} deep")


def _inside(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _reject_duplicate_keys(pairs: list[tuple[str, Any]]) -> None:
    seen = set()
    for key, _ in pairs:
        if key in seen:
            raise ValueError(f"it has the key {key[:64]!r} twice in one place")
        seen.add(key)


def _printable(text: str) -> str:
    """An error message of a library with what it quotes from the card made harmless."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text[:500])
