"""The model card: what a model answers, how it decides, what taught it and how it was measured.

It travels inside the ONNX file (metadata key `vehicle_id.card`, JSON), so that a model and its thresholds
cannot part. This room knows the card's schema, not the graph; `session.py` checks one against the other.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from vehicle_id.errors import CardError
from vehicle_id.taxonomy import Node, Taxonomy

METADATA_KEY = "vehicle_id.card"
NORMAL_Z = 1.6449
"""Standard deviations that hold 90 % of a normal distribution."""
SCHEMA = 1
"""Raised when a card written now can no longer be understood by an older reader."""

Positive = Annotated[float, msgspec.Meta(gt=0)]
Fraction = Annotated[float, msgspec.Meta(ge=0, le=1)]
Precision = Literal["fp32", "fp16", "int8"]
"""How a graph's weights are stored: `fp16` is computed in 32 bits all the same, `int8` in 8."""
UnknownMethod = Literal["msp", "max_logit", "energy", "vehicle", "family", "knn", "mahalanobis"]
"""How unlike the training a crop is; `unknown.py` explains each."""
EMBEDDED = frozenset[UnknownMethod]({"knn", "mahalanobis"})
"""Those that the graph computes from the embedding, its output `unknown`."""


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything `decide.py` compares with; fitted on held-out data by `train/calibrate.py`."""

    thresholds: dict[str, Annotated[float, msgspec.Meta(ge=0)]]
    """Least probability for an answer at each level of the tree; over 1 = this level is never sure enough."""
    careful: dict[str, Annotated[float, msgspec.Meta(ge=0)]] = {}
    """Node -> least probability of that node for an answer by it or anything under it, besides its level's: for
    classes whose name does harm when it is wrong."""
    unknown_threshold: float | None = None
    """Score over which the crop is answered unknown; None = never."""
    unknown_method: UnknownMethod = "energy"
    """What the score is."""
    size_interval_z: Positive = NORMAL_Z
    """Standard deviations that make the length's interval hold 90 % of held-out truths."""
    width_interval_z: Positive | None = None
    """The same of the width; None = as for the length."""
    temperature: Positive = 1.0
    """Already applied inside the graph; kept for the record."""
    family_prior: Fraction = 0.0
    """Likewise: 0 = all classes were taken to be equally likely, 1 = all families."""
    target_precision: Fraction | None = None
    """What the thresholds were fitted for."""
    conformal: dict[str, dict[str, Fraction]] = {}
    """Coverage, such as `0.9` -> label -> largest shortfall, one minus its probability, with which the label
    is still a candidate; 1 = always, for want of crops to fit on."""


class Counts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Crops of one class, by what they are and what they did."""

    real_train: int = 0
    real_val: int = 0
    real_test: int = 0
    rendered_train: int = 0
    rendered_val: int = 0
    rendered_test: int = 0


def full_name(name: str, version: str, precision: Precision) -> str:
    """What a model is called: `overhead-1.0`, `overhead-1.0-int8`."""
    return f"{name}-{version}" if precision == "fp32" else f"{name}-{version}-{precision}"


class ModelCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The one description of a model, read by every room of the light side."""

    schema: int = SCHEMA
    name: str
    version: str
    description: str = ""
    created: str = ""
    """UTC date, ISO 8601."""
    labels: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    """Leaf classes in the order of the logits."""
    nodes: tuple[Node, ...]
    """The class tree; every label is one of its leaves."""
    chip_px: Annotated[int, msgspec.Meta(ge=8, le=1024)]
    """Side of the square chip in pixels."""
    min_side_px: Annotated[int, msgspec.Meta(ge=1)] = 8
    """Least pixels on a crop's short side, in the crop and on the chip."""
    gsd_range_m: tuple[Positive, Positive] | None = None
    """Finest and coarsest ground sample distance the model was made for; None = not checked."""
    precision: Precision = "fp32"
    """Of the file; the decision was fitted through it."""
    decision: Decision
    counts: dict[str, Counts] = {}
    metrics: dict[str, float] = {}
    """Measured on the validation split when the thresholds were fitted."""
    licence: str = ""
    attribution: tuple[str, ...] = ()
    limits: str = ""
    """What the model must not be used for, in a sentence or two."""
    recipe: dict[str, Any] = {}
    made_with: dict[str, str] = {}
    """Versions of the packages that made the file."""

    @property
    def full_name(self) -> str:
        """The name users type: `name-version`, and how the weights are stored where that is not `fp32`."""
        return full_name(self.name, self.version, self.precision)

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
            card = msgspec.json.decode(text, type=cls)
            _validate(card)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise CardError(f"the model's card cannot be used: {error}") from error
        return card


def _validate(card: ModelCard) -> None:
    if card.schema > SCHEMA:
        raise ValueError(f"it follows schema {card.schema}, this version reads up to {SCHEMA}: upgrade vehicle-id")
    taxonomy = card.taxonomy()
    if sorted(card.labels) != sorted(taxonomy.leaves):
        raise ValueError(f"its labels {list(card.labels)} are not the leaves of its tree {list(taxonomy.leaves)}")
    missing = {node.level for node in card.nodes} - set(card.decision.thresholds)
    if missing:
        raise ValueError(f"it has no threshold for level {sorted(missing)[0]!r}")
    strange = set(card.decision.careful) - set(taxonomy.names)
    if strange:
        raise ValueError(f"it is careful with {sorted(strange)[0]!r}, which is not in its class tree")
    for coverage, limits in card.decision.conformal.items():
        if set(limits) != set(card.labels):
            raise ValueError(f"its conformal limits for coverage {coverage} are not those of its labels")
    if card.min_side_px > card.chip_px:
        raise ValueError(f"its min_side_px {card.min_side_px} is more than its chip_px {card.chip_px}")
    if card.gsd_range_m is not None and card.gsd_range_m[0] > card.gsd_range_m[1]:
        raise ValueError(f"its gsd_range_m {list(card.gsd_range_m)} runs backwards")
