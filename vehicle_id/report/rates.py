"""How often a model answers crops of one kind with another: the rates that counts are corrected with.

They come from `vehicle-id evaluate`: the `metrics.json` of a released model, or a user's own measurement. The rates of
renders say little about real crops. `ConfusionRates.origins` says what each kind was measured on.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from vehicle_id.errors import InputError
from vehicle_id.files import open_regular
from vehicle_id.results import UNKNOWN
from vehicle_id.taxonomy import Taxonomy

Unit = Literal["family", "label"]
"""What is counted: families, or the classes at the bottom of the tree."""
MAX_BYTES: Final = 1 << 24
"""Of a file of measures."""
AGREEMENTS: Final = np.geomspace(1.0, 1e4, 41)
AGREEMENT_OF_ONE: Final = 16.0
"""Where there is only one measurement to judge by: what those of overhead-1.1 agree to."""
LEAST_PARAMETER: Final = 1e-6
"""Of a Dirichlet distribution: smaller ones are drawn as nothing but zeros."""
LOG_GAMMA: Final = np.vectorize(math.lgamma, otypes=[float])


class Units:
    """The families or classes of one class tree, and to which of them an answer counts.

    Args:
        taxonomy: the model's class tree.
        unit: `family`, or `label` for the leaves.
    """

    def __init__(self, taxonomy: Taxonomy, unit: Unit) -> None:
        self.taxonomy = taxonomy
        self.unit = unit
        family_of = taxonomy.families()
        self._of_leaf = family_of if unit == "family" else {leaf: leaf for leaf in taxonomy.leaves}
        self.names = tuple(dict.fromkeys(self._of_leaf.values()))
        coarser = [name for name in taxonomy.names if self.of(name) is None]
        self.columns = (*self.names, *coarser, UNKNOWN)
        """What an answer can be: a unit, a coarser node, or unknown."""

    def of(self, node: str) -> str | None:
        """The unit of a node; None where the node is coarser, or unknown."""
        if node == UNKNOWN or node not in self.taxonomy:
            return None
        return next((step for step in self.taxonomy.path(node) if step in self.names), None)

    def under(self, nodes: Iterable[str]) -> frozenset[str]:
        """The units of all leaves under some nodes."""
        wanted = set(nodes)
        return frozenset(
            unit for leaf, unit in self._of_leaf.items() if not wanted.isdisjoint(self.taxonomy.path(leaf))
        )

    def column(self, answer: str) -> int:
        """The column of an answer; a label outside the tree counts as unknown."""
        return self.columns.index(self.of(answer) or (answer if answer in self.taxonomy else UNKNOWN))


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfusionRates:
    """How crops of each unit were answered, in one or more measurements."""

    units: Units
    tables: NDArray[np.int64]
    """`[measurements, units, columns]`: measured crops, by truth and by answer."""
    origins: Mapping[str, Mapping[str, int]]
    """Unit -> measured crops by `real`, `mesh` and `rendered`; `mesh or real` where a measurement mixed them."""

    def dirichlet(self) -> NDArray[np.float64]:
        """Parameters `[units, columns]` of the distribution of the rates on imagery that was not measured.

        Rates are uncertain because crops were few, and because they differ from one imagery to another. How much they
        differ is seen where several measurements have crops of one unit. A unit that was never measured is taken to be
        answered coarsely as often as the others on average, and never as another unit.
        """
        counts = self.tables.sum(axis=0)
        mean, num = _mean_rates(counts)
        coarse = mean[num > 0].mean(axis=0)
        coarse[: len(mean)] = 0.0
        mean[num == 0] = coarse + np.eye(*mean.shape)[num == 0] * (1 - coarse.sum())
        strength = 1 / (1 / (num + 1) + 1 / self._agreement())
        strength[num == 0] = self._agreement()
        return np.asarray(np.maximum(mean * strength[:, None], LEAST_PARAMETER))

    def _agreement(self) -> float:
        """How many crops the other measurements tell as much as, about one measurement: the most likely number.

        Each row of a measurement is Dirichlet-multinomial around the rates of all other measurements.
        """
        likelihood = np.zeros(len(AGREEMENTS))
        for table in self.tables:
            mean, num = _mean_rates(self.tables.sum(axis=0) - table)
            rows = (num > 0) & (table.sum(axis=1) > 0)
            likelihood += _log_likelihood(table[rows], mean[rows])
        return float(AGREEMENTS[int(likelihood.argmax())]) if likelihood.any() else AGREEMENT_OF_ONE


def _mean_rates(counts: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Mean rates `[units, columns]`, and crops `[units]`. One crop's worth of prior is spread over the answers, so that
    an answer that was never seen stays possible.
    """
    num = counts.sum(axis=1)
    return (counts + 1.0 / counts.shape[1]) / (num[:, None] + 1.0), num


def _log_likelihood(counts: NDArray[np.int64], mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of rows of counts under each of `AGREEMENTS`, without the terms that do not depend on it."""
    seen = counts > 0
    parameters = AGREEMENTS[:, None] * mean[seen]
    total = np.asarray(counts.sum(axis=1), float)
    cells = (LOG_GAMMA(counts[seen] + parameters) - LOG_GAMMA(parameters)).sum(axis=1)
    rows = (LOG_GAMMA(AGREEMENTS) * len(total)) - LOG_GAMMA(AGREEMENTS[:, None] + total).sum(axis=1)
    return np.asarray(cells + rows, float)


def read_measures(path: Path) -> list[dict[str, Any]]:
    """The measurements of a file: one of `evaluate --out`, or all of a released model's `metrics.json`.

    Raises:
        InputError: the file cannot be read, or contains no measurement.
    """
    try:
        with open_regular(path) as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ValueError(f"it is larger than {MAX_BYTES >> 20} MiB")
        stored = msgspec.json.decode(data, type=dict[str, Any])
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path} cannot be read as measures: {why}") from error
    records = [stored] if "decided" in stored else [each for each in stored.values() if isinstance(each, dict)]
    return [each for each in records if "decided" in each]


def rates_of(measures: Iterable[Mapping[str, Any]], units: Units) -> ConfusionRates | None:
    """The rates of all measurements together; None where none of them says how each label was answered.

    A crop counts where its label says of which unit it is.

    Raises:
        InputError: a measurement that `evaluate` did not write.
    """
    tables: list[NDArray[np.int64]] = []
    origins: dict[str, Counter[str]] = {name: Counter() for name in units.names}
    try:
        for record in measures:
            table = np.zeros((len(units.names), len(units.columns)), np.int64)
            origin = " or ".join(sorted(record["origins"]))
            for label, answers in record["decided"].get("answers", {}).items():
                of_label = units.under(record["nodes"][label])
                if len(of_label) == 1:
                    [unit] = of_label
                    for answer, count in answers.items():
                        table[units.names.index(unit), units.column(answer)] += count
                    origins[unit][origin] += sum(answers.values())
            if table.any():
                tables.append(table)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise InputError(f"the measures are not those of 'vehicle-id evaluate': {error!r}") from error
    return ConfusionRates(units=units, tables=np.stack(tables), origins=origins) if tables else None
