"""Labels of a data set -> nodes of a model's class tree, and the tree's leaves -> columns of a table.

Test sets are labelled more coarsely than a model answers, or by other names. This module says which nodes each label
stands for, and to which column every leaf counts: by label of the data, or by family.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vehicle_id.errors import InputError
from vehicle_id.results import UNKNOWN
from vehicle_id.taxonomy import FAMILY, KIND, Taxonomy, families_of

LabelNodes = tuple[str, ...]
"""Nodes that a label of the data stands for."""
OUT_OF_TAXONOMY: Final[LabelNodes] = (UNKNOWN,)
"""Stands for a label that the model's class tree has no node for."""
OTHER: Final = "other"
"""The column of the leaves that lie under no label of the data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfusionColumns:
    """The columns of a table: every leaf counts towards one of them."""

    names: tuple[str, ...]
    """Labels or families of the data in the tree's order; last `other`, where a leaf lies under none of them."""
    num_known: int
    """Number of names that are not `other`."""
    of_label: Mapping[str, int]
    """Column of each label of the data; a label that has none is absent."""
    finer: Mapping[str, frozenset[int]]
    """Of each label of the data, the columns of the labels under it: right answers, only more specific."""
    filed: NDArray[np.float64]
    """`[leaves, columns]`, 1 where the leaf counts towards the column."""

    def answers(self, leaves: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Most likely column `[N]` and its probability `[N]`, from probabilities of leaves `[N, leaves]`."""
        summed = leaves @ self.filed
        return summed.argmax(axis=1), summed.max(axis=1)

    def counted(self, label: str, answer: int) -> int:
        """The column that an answer counts to: for a crop of a coarse label, a finer answer under it is its own."""
        return self.of_label[label] if answer in self.finer.get(label, ()) else int(answer)


def read_label_nodes(
    taxonomy: Taxonomy, labels: Collection[str], mapping: Mapping[str, LabelNodes]
) -> tuple[dict[str, LabelNodes], frozenset[str]]:
    """The nodes that the labels of a data set stand for.

    Args:
        labels: all that occur in the data.
        mapping: label -> nodes at any level, or `("unknown",)`. A label not in it stands for the node of
            its name, if there is one.

    Returns:
        The nodes of each label the model can be measured by, and the labels outside the class tree.

    Raises:
        InputError: a mapping from a label that does not occur, or to what is not a node; two labels for one node.
    """
    for source, nodes in mapping.items():
        if source not in labels:
            raise InputError(f"cannot map {source!r}, which labels no crop: the labels are {', '.join(sorted(labels))}")
        wrong = [node for node in nodes if node not in taxonomy] if nodes != OUT_OF_TAXONOMY else []
        if wrong or not nodes:
            named = repr(wrong[0]) if wrong else "nothing"
            every = ", ".join(taxonomy.names)
            raise InputError(f"cannot map {source!r} to {named}: give {UNKNOWN} alone, or nodes out of {every}")
    out_of_taxonomy = frozenset(source for source, nodes in mapping.items() if nodes == OUT_OF_TAXONOMY)
    own = {label: (label,) for label in sorted(labels) if label in taxonomy}
    known = {label: nodes for label, nodes in {**own, **mapping}.items() if label not in out_of_taxonomy}
    _check_owners(known)
    return known, out_of_taxonomy


def _check_owners(known: Mapping[str, LabelNodes]) -> None:
    owners: dict[str, str] = {}
    for label, nodes in known.items():
        for node in nodes:
            if owners.setdefault(node, label) != label:
                raise InputError(
                    f"the labels {owners[node]!r} and {label!r} both stand for {node!r}: give their crops one label"
                )


def by_label(taxonomy: Taxonomy, leaves: Sequence[str], known: Mapping[str, LabelNodes]) -> ConfusionColumns:
    """A column for each label; a leaf counts towards the label whose node holds it most specifically."""
    owners = {node: label for label, nodes in known.items() for node in nodes}
    filed = [next((owners[step] for step in taxonomy.path(leaf) if step in owners), None) for leaf in leaves]
    names = sorted(known, key=lambda label: min(taxonomy.names.index(node) for node in known[label]))
    columns = _columns(names, filed, {label: label for label in known})
    return replace(columns, finer={label: _finer(taxonomy, label, known, columns) for label in known})


def _finer(
    taxonomy: Taxonomy, label: str, known: Mapping[str, LabelNodes], columns: ConfusionColumns
) -> frozenset[int]:
    """The columns of the other labels whose every node lies under a node of this one."""
    own = set(known[label])
    return frozenset(
        columns.of_label[other]
        for other, nodes in known.items()
        if other != label and all(own & set(taxonomy.path(node)) for node in nodes)
    )


def by_family(taxonomy: Taxonomy, leaves: Sequence[str], known: Mapping[str, LabelNodes]) -> ConfusionColumns | None:
    """A column for each family that a label lies in; labels of several families have none.

    None where the tree has no families.
    """
    if not {FAMILY, KIND} & {node.level for node in taxonomy.nodes}:
        return None
    family_of = taxonomy.families()
    several = families_of(taxonomy, known)
    family = {label: next(iter(families)) for label, families in several.items() if len(families) == 1}
    names = sorted(set(family.values()), key=taxonomy.names.index)
    filed = [family_of[leaf] if family_of[leaf] in names else None for leaf in leaves]
    return _columns(names, filed, family)


def is_right(taxonomy: Taxonomy, answer: str, truth: LabelNodes) -> bool:
    """Whether a node is one of the true ones, lies under one, or above one."""
    return any(answer in taxonomy.path(node) or node in taxonomy.path(answer) for node in truth)


def _columns(names: Sequence[str], filed: Sequence[str | None], column_of: Mapping[str, str]) -> ConfusionColumns:
    columns = list(names)
    if None in filed:
        if OTHER in columns:
            raise InputError(
                f"{OTHER!r} labels crops, and is the column of crops without a label: rename it in the data"
            )
        columns.append(OTHER)
    matrix = np.zeros((len(filed), len(columns)))
    for row, name in enumerate(filed):
        matrix[row, columns.index(OTHER if name is None else name)] = 1.0
    return ConfusionColumns(
        names=tuple(columns),
        num_known=len(names),
        of_label={label: columns.index(name) for label, name in column_of.items()},
        finer={},
        filed=matrix,
    )
