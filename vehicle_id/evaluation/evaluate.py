"""Labelled crops -> how good a model is on them, measured through the same code that users run.

Every published number is computed here from `Result`s, so that it counts what a user gets. The caller says what labels
that are not in the model's class tree stand for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from vehicle_id.classifier import Classifier
from vehicle_id.crops.labelled import select
from vehicle_id.crops.manifest import Crop
from vehicle_id.errors import InputError
from vehicle_id.evaluation import tables
from vehicle_id.evaluation.intervals import draw_groups
from vehicle_id.evaluation.label_map import ConfusionColumns, LabelNodes, by_family, by_label, read_label_nodes
from vehicle_id.evaluation.tables import EvaluatedCrop, Measures
from vehicle_id.taxonomy import Taxonomy

ALL_CLASSES = 1_000_000
"""A `top_k` that keeps the score of every class, which measuring needs."""


def evaluate(
    classifier: Classifier,
    crops: Iterable[Crop],
    *,
    mapping: Mapping[str, LabelNodes] | None = None,
    split: str | None = None,
    half: Literal["a", "b"] | None = None,
) -> Evaluation:
    """Classify labelled crops and keep every answer with its true label.

    Args:
        classifier: made with `ALL_CLASSES` as `top_k`, or with as many as it has labels.
        crops: a whole data set with labels; a crop whose label is neither a node of the model's tree nor mapped is
            skipped and counted.
        mapping: label of the data -> one or more nodes at any level, or `("unknown",)` for labels outside
            the class tree, which only measure how well the out-of-distribution score separates them.
        split: measure only the crops of this split. All labels of the data set keep their column.
        half: measure only this half of the groups (`crops.labelled.select`).

    Raises:
        InputError: a mapping that is not possible, two labels for one node, crops without a group for
            `half`, or no crop left to measure.
    """
    card, rows = classifier.card, list(crops)
    taxonomy = card.taxonomy()
    known, out_of_taxonomy = read_label_nodes(taxonomy, {row.label for row in rows if row.label}, mapping or {})
    chosen = select(rows, split=split, half=half)
    wanted = [row for row in chosen if row.label in known or row.label in out_of_taxonomy]
    evaluation = Evaluation(
        model=card.full_name,
        model_sha256=classifier.file.sha256,
        views=classifier.views,
        tta=classifier.tta,
        taxonomy=taxonomy,
        label_nodes=known,
        by_label=by_label(taxonomy, card.labels, known),
        by_family=by_family(taxonomy, card.labels, known),
        crops=list(_evaluated(classifier, wanted)),
        skipped=Counter(row.label or "" for row in chosen) - Counter(row.label or "" for row in wanted),
    )
    if not evaluation.known:
        raise InputError(
            f"no crop was measured: none is labelled with a node of {card.full_name} ({', '.join(taxonomy.names)}), "
            "or none could be decoded; see --map, --split and --half"
        )
    return evaluation


def _evaluated(classifier: Classifier, crops: Sequence[Crop]) -> Iterator[EvaluatedCrop]:
    labels = classifier.card.labels
    for crop, result in zip(crops, classifier.classify_crops(crops), strict=True):
        scores = {each.label: each.score for each in result.top}
        if result.ok and len(scores) < len(labels):
            raise InputError(f"the classifier keeps {len(scores)} of {len(labels)} scores: make it with a larger top_k")
        leaves = np.array([scores[label] for label in labels]) if result.ok else None
        # the pairs of `top` would be most of the memory of a long run
        yield EvaluatedCrop(crop=crop, result=replace(result, top=()), leaves=leaves)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All answers of one measurement."""

    model: str
    model_sha256: str
    views: int
    tta: bool
    taxonomy: Taxonomy
    label_nodes: dict[str, LabelNodes]
    """Nodes of every label inside the class tree."""
    by_label: ConfusionColumns
    by_family: ConfusionColumns | None
    crops: list[EvaluatedCrop]
    """In input order, crops without an answer included."""
    skipped: Counter[str]

    @property
    def known(self) -> list[EvaluatedCrop]:
        """Answered crops of the model's classes."""
        return [each for each in self.crops if each.result.ok and each.label in self.label_nodes]

    @property
    def out_of_taxonomy(self) -> list[EvaluatedCrop]:
        """Answered crops with labels outside the class tree."""
        return [each for each in self.crops if each.result.ok and each.label not in self.label_nodes]

    def measures(self) -> Measures:
        """Everything measured, as plain values; docs/models.md explains each key."""
        known, out_of_taxonomy = self.known, self.out_of_taxonomy
        sizes = [each for each in known if each.result.size is not None]
        record: Measures = {
            "model": self.model,
            "model_sha256": self.model_sha256,
            "views": self.views,
            "tta": self.tta,
            "num_crops": len(known),
            "origins": dict(Counter(each.crop.origin or "real" for each in known)),
            "nodes": {label: list(nodes) for label, nodes in self.label_nodes.items()},
            "top1": tables.table(self.by_label, known),
        }
        if self.by_family is not None and any(each.label in self.by_family.of_label for each in known):
            left_out = [label for label in self.label_nodes if label not in self.by_family.of_label]
            record["families"] = {**tables.table(self.by_family, known), "left_out": left_out}
        record["decided"] = tables.decided(self.taxonomy, self.label_nodes, known)
        record["intervals"] = self.intervals()
        if out_of_taxonomy:
            record["unknown"] = tables.unknown(out_of_taxonomy, known)
        if sizes:
            record["size"] = tables.sizes(sizes, self.by_label)
        failed = Counter(each.result.status.value for each in self.crops if not each.result.ok)
        return {**record, "skipped": dict(self.skipped), "failed": dict(failed)}

    def intervals(self) -> Measures:
        """95 % intervals of the main figures by bootstrap over the groups of the crops, and the number of groups.

        A crop without a group is a group by itself. A figure without an interval is absent: all of them, where there
        is one group alone.
        """
        known = self.known
        draws = draw_groups([each.crop.group or f"crop {place}" for place, each in enumerate(known)])
        found = {
            "top1": tables.table_intervals(self.by_label, known, draws),
            "families": tables.table_intervals(self.by_family, known, draws) if self.by_family else {},
            "decided": tables.decided_intervals(self.taxonomy, self.label_nodes, known, draws),
            "size": tables.size_intervals(known, draws),
        }
        kept = {part: {name: each for name, each in values.items() if each} for part, values in found.items()}
        if draws.num_groups == 1:
            kept.clear()
        return {
            "num_groups": draws.num_groups,
            "num_without_group": sum(each.crop.group is None for each in known),
            **{part: values for part, values in kept.items() if values},
        }

    def rows(self) -> Iterator[Measures]:
        """One row per crop, for finding errors and drawing plots; unknown values are None.

        `label` and `length_m` are the truth, as in a manifest; `answer` is by label of the data.
        """
        for each in self.crops:
            result = each.result
            plain = result.to_dict()
            row: Measures = {"path": plain["path"], "label": each.label, "status": plain["status"]}
            row |= dict.fromkeys(("answer", "confidence", "right"))
            if each.leaves is not None:
                [column], [confidence] = self.by_label.answers(each.leaves[None])
                row |= {"answer": self.by_label.names[column], "confidence": round(float(confidence), 6)}
                if each.label in self.label_nodes:
                    row["right"] = int(self.by_label.counted(each.label, column) == self.by_label.of_label[each.label])
            row |= {
                "decided": plain["label"],
                "score": plain["score"],
                "unknown_score": plain["unknown_score"],
            }
            yield {
                **row,
                "measured_length_m": plain["length_m"],
                "measured_width_m": plain["width_m"],
                "length_m": each.crop.length_m,
            }
