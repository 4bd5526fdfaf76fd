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
from vehicle_id.files import read_short
from vehicle_id.results import UNKNOWN
from vehicle_id.taxonomy import Taxonomy
from vehicle_id.text import said

Unit = Literal["family", "label"]
"""What is counted: families, or the classes at the bottom of the tree."""
MAX_BYTES: Final = 1 << 24
"""Of a file of measures."""
AGREEMENTS: Final = np.geomspace(1.0, 1e4, 41)
AGREEMENT_OF_ONE: Final = 10.0
"""Where there is only one imagery to judge by: what those of overhead-1.2 agree to."""
LIKELY_ENOUGH: Final = 1.353
"""How far the log likelihood of a value lies under the highest at the end of a 90 % interval: half the quantile of chi
square with one degree of freedom.
"""
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
    """`[imageries, units, columns]`: measured crops, by truth and by answer. All renders are one imagery, each
    measurement on real crops is another.
    """
    is_real: tuple[bool, ...]
    """Of each imagery, whether it holds real crops."""
    origins: Mapping[str, Mapping[str, int]]
    """Unit -> measured crops by `real`, `mesh` and `rendered`; `mesh or real` where a measurement mixed them."""

    def dirichlet(self) -> NDArray[np.float64]:
        """Parameters `[units, columns]` of the distribution of the rates on imagery that was not measured.

        Rates are uncertain because crops were few, and because they differ from one imagery to another. How much they
        differ is seen where several imageries have crops of one unit. A unit that was never measured is taken to be
        answered coarsely as often as the others on average, and never as another unit.
        """
        agreement = self._agreement()
        mean, num = _mean_rates(self.tables, agreement)
        coarse = mean[num > 0].mean(axis=0)
        coarse[: len(mean)] = 0.0
        mean[num == 0] = coarse + np.eye(*mean.shape)[num == 0] * (1 - coarse.sum())
        return np.asarray(np.maximum(mean * _strength(num, agreement)[:, None], LEAST_PARAMETER))

    def _agreement(self) -> float:
        """How many crops the other imageries tell as much as, about one imagery.

        Each row of an imagery is Dirichlet-multinomial around the rates of all others. Real imageries are the ones to
        judge by, if there are any: users have no renders. They are few, and so the lower end of the 90 % interval of
        the likelihood is taken, not its peak.
        """
        likelihood = np.zeros(len(AGREEMENTS))
        for number in np.flatnonzero(self.is_real) if any(self.is_real) else range(len(self.tables)):
            table, others = self.tables[number], np.delete(self.tables, number, axis=0)
            for i, agreement in enumerate(AGREEMENTS):
                mean, num = _mean_rates(others, agreement)
                rows = (num > 0) & (table.sum(axis=1) > 0)
                parameters = (mean * _strength(num, agreement)[:, None])[rows]
                likelihood[i] += _log_likelihood(table[rows], parameters)
        if not likelihood.any():
            return AGREEMENT_OF_ONE
        return float(AGREEMENTS[int(np.argmax(likelihood >= likelihood.max() - LIKELY_ENOUGH))])


def _mean_rates(tables: NDArray[np.int64], agreement: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean rates `[units, columns]`, and how many crops `[units]` they count for.

    However many crops an imagery has, it counts for fewer than `agreement`: the mean of a random-effects model, where a
    thousand renders do not outvote fifty real crops. One crop's worth of prior is spread over the answers, so that an
    answer that was never seen stays possible.
    """
    weights = 1.0 / (1.0 + tables.sum(axis=2) / agreement)
    counts = (tables * weights[:, :, None]).sum(axis=0)
    num = counts.sum(axis=1)
    return (counts + 1.0 / counts.shape[1]) / (num[:, None] + 1.0), num


def _strength(num: NDArray[np.float64], agreement: float) -> NDArray[np.float64]:
    """`[units]`, the sum of the parameters of a unit whose mean counts for so many crops; of none, the agreement."""
    return np.where(num > 0, 1.0 / (1.0 / (num + 1.0) + 1.0 / agreement), agreement)


def _log_likelihood(counts: NDArray[np.int64], parameters: NDArray[np.float64]) -> float:
    """Of rows of counts under the Dirichlet distribution of each, without what does not depend on the parameters."""
    seen = counts > 0
    total = parameters.sum(axis=1)
    cells = LOG_GAMMA(counts[seen] + parameters[seen]) - LOG_GAMMA(parameters[seen])
    return float(cells.sum() + (LOG_GAMMA(total) - LOG_GAMMA(total + counts.sum(axis=1))).sum())


def read_measures(path: Path) -> list[dict[str, Any]]:
    """The measurements of a file: one of `evaluate --out`, or all of a released model's `metrics.json`.

    Of a file of another form there are none.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        data = read_short(path, MAX_BYTES)
        stored = msgspec.json.decode(data, type=dict[str, Any])
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as measures: {said(error)}") from error
    records = [stored] if "decided" in stored else [each for each in stored.values() if isinstance(each, dict)]
    return [each for each in records if "decided" in each]


def rates_of(measures: Iterable[Mapping[str, Any]], units: Units) -> ConfusionRates | None:
    """The rates of all measurements together; None where none of them says how each label was answered.

    A crop counts where its label says of which unit it is.

    Raises:
        InputError: a measurement that `evaluate` did not write.
    """
    tables: list[NDArray[np.int64]] = []
    is_real: list[bool] = []
    rendered = np.zeros((len(units.names), len(units.columns)), np.int64)
    origins: dict[str, Counter[str]] = {name: Counter() for name in units.names}
    try:
        for record in measures:
            table = np.zeros_like(rendered)
            origin = " or ".join(sorted(record["origins"]))
            for label, answers in record["decided"].get("answers", {}).items():
                of_label = units.under(record["nodes"][label])
                if len(of_label) == 1:
                    [unit] = of_label
                    for answer, count in answers.items():
                        table[units.names.index(unit), units.column(answer)] += count
                    origins[unit][origin] += sum(answers.values())
            if origin == "rendered":
                rendered += table
            elif table.any():
                tables.append(table)
                is_real.append("real" in record["origins"])
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise InputError(f"the measures are not those of 'vehicle-id evaluate': {error!r}") from error
    if rendered.any():
        tables.append(rendered)
        is_real.append(False)
    if not tables:
        return None
    return ConfusionRates(units=units, tables=np.stack(tables), is_real=tuple(is_real), origins=origins)
