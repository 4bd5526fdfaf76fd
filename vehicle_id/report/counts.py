"""Answers -> how many objects of each family or class there are, with an interval.

The answers of a group (one site and date, say) are counted by what was answered. How many objects of each unit are
behind them follows from the rates with which a model confuses units (`rates.py`): the counts are drawn from their
posterior distribution, given the answers. Each draw takes rates that the measurements allow, and any mix of units is
equally likely beforehand. The scores of single crops are looked at only if asked for (`score_counts.py`). No answer
changes.

The model of classify-and-count with known confusions goes back to Rogan and Gladen 1978 (doi
10.1093/oxfordjournals.aje.a112510); for several classes with uncertain rates see Keith and O'Connor 2018 (arXiv
1810.01427).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vehicle_id.errors import InputError
from vehicle_id.report.rates import ConfusionRates, Units
from vehicle_id.report.score_counts import UnitLikelihoods, draw_counts_from_scores
from vehicle_id.results import COLUMNS, Record, Status

INTERVAL: Final = (0.05, 0.95)
"""Quantiles that a 90 % interval lies between."""
NUM_CHAINS: Final = 200
NUM_STEPS: Final = 30
"""Of each chain; the mix of a group of 300 objects no longer depends on its start after ten."""
NUM_KEPT: Final = 10
"""Last steps of each chain that are kept."""
LEAST_RATE: Final = 1e-12
NO_DATE: Final = "no date"
"""In the key of a group whose rows state none."""
YES: Final = frozenset({"1", "true", "yes", "y", "x"})

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectCount:
    """How many objects of one unit a group holds."""

    answered: int
    """Objects whose answer is the unit, or under it."""
    at_least: int | None = None
    """The lower end of the interval, and never more than `answered`; None without rates, like the following."""
    about: int | None = None
    """Median."""
    low: int | None = None
    """Of the 90 % interval."""
    high: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The objects of one place and date."""

    key: Key
    """Values of the columns that were grouped by, without the unit."""
    counts: Mapping[str, ObjectCount]
    """By unit; every unit of the tree."""
    num_objects: int
    num_undecided: int
    """Answers coarser than a unit, and unknown."""
    num_covered: int
    """Objects that the user's own column says are covered. Their answers are not counted."""
    num_failed: int
    """Crops without an answer."""

    @property
    def num_open(self) -> int:
        """Objects that could be anything: undecided, covered, or without an answer."""
        return self.num_undecided + self.num_covered + self.num_failed


def count_groups(
    records: Iterable[Record],
    units: Units,
    *,
    by: Sequence[str],
    rates: ConfusionRates | None = None,
    likelihoods: UnitLikelihoods | None = None,
    covered: str = "covered",
    seed: int = 0,
) -> list[Group]:
    """Count the objects of each group.

    Args:
        records: rows of results, one for each object.
        units: what is counted.
        by: columns of the results, or of the user's own, that make a group.
        rates: of the model that answered; None = only count answers.
        likelihoods: count from the scores of each crop instead, with the mix of the group learned from them.
        covered: the user's own column that says whether an object is covered (`YES`).
        seed: of the draws: the same answers and rates give the same counts.

    Returns:
        Groups in the order of their keys.

    Raises:
        InputError: a record lacks a column of `by`.
    """
    answers: dict[Key, Counter[str]] = {}
    others: dict[Key, Counter[str]] = {}
    scored: dict[Key, list[NDArray[np.float64]]] = {}
    for record in records:
        key = tuple(_cell(record, column) for column in by)
        answered = answers.setdefault(key, Counter())
        other = others.setdefault(key, Counter())
        if _is_yes(record.get(covered)):
            other["covered"] += 1
        elif record["status"] != Status.OK.value:
            other["failed"] += 1
        else:
            answered[str(record["label"])] += 1
            if likelihoods is not None:
                scored.setdefault(key, []).append(likelihoods.of(record))
    parameters = None if rates is None else rates.dirichlet()
    groups = []
    for key in sorted(answers):
        draws = None
        rng = np.random.default_rng(seed)  # anew for each group: equal answers of two dates give equal counts
        if key in scored:
            draws = draw_counts_from_scores(np.array(scored[key]), rng)
        elif parameters is not None:
            draws = draw_counts(_by_column(answers[key], units), parameters, rng)
        groups.append(_group(key, answers[key], others[key], units, draws))
    return groups


def _group(
    key: Key, answers: Counter[str], others: Counter[str], units: Units, draws: NDArray[np.int64] | None
) -> Group:
    columns = _by_column(answers, units)
    answered = columns[: len(units.names)]
    return Group(
        key=key,
        counts={name: _count(int(answered[i]), draws, i) for i, name in enumerate(units.names)},
        num_objects=answers.total() + others.total(),
        num_undecided=int(columns.sum() - answered.sum()),
        num_covered=others["covered"],
        num_failed=others["failed"],
    )


def _by_column(answers: Counter[str], units: Units) -> NDArray[np.int64]:
    """`[columns]`, objects by answer."""
    columns = np.zeros(len(units.columns), np.int64)
    for answer, number in answers.items():
        columns[units.column(answer)] += number
    return columns


def _count(answered: int, draws: NDArray[np.int64] | None, column: int) -> ObjectCount:
    if draws is None:
        return ObjectCount(answered=answered)
    low, about, high = np.quantile(draws[:, column], (INTERVAL[0], 0.5, INTERVAL[1]), method="inverted_cdf")
    return ObjectCount(
        answered=answered, at_least=min(answered, int(low)), about=int(about), low=int(low), high=int(high)
    )


def draw_counts(answers: NDArray[np.int64], rates: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Draws of how many objects of each unit are behind some answers, by Gibbs sampling.

    Args:
        answers: `[columns]`, objects by answer.
        rates: `[units, columns]`, parameters of the Dirichlet distribution of each unit's rates.
        rng: source of the draws.

    Returns:
        `[draws, units]`, each row with as many objects as there are answers.
    """
    num_units = len(rates)
    chains = rng.standard_gamma(rates, size=(NUM_CHAINS, *rates.shape))
    chains = np.maximum(chains / chains.sum(axis=2, keepdims=True), LEAST_RATE)[:, :, answers > 0]
    given = answers[answers > 0]
    mix = np.full((NUM_CHAINS, num_units), 1.0 / num_units)
    kept = []
    for step in range(NUM_STEPS):
        share = mix[:, :, None] * chains
        share /= share.sum(axis=1, keepdims=True)
        truths = sum(
            (rng.multinomial(int(number), share[:, :, i]) for i, number in enumerate(given)),
            start=np.zeros((NUM_CHAINS, num_units), np.int64),
        )
        # a flat prior: every mix of units is equally likely beforehand
        mix = rng.standard_gamma(1.0 + truths)
        mix /= mix.sum(axis=1, keepdims=True)
        if step >= NUM_STEPS - NUM_KEPT:
            kept.append(truths)
    return np.concatenate(kept)


def _cell(record: Record, column: str) -> str:
    value = record.get(column)
    if value is None and column not in record and column not in COLUMNS:
        raise InputError(f"the results have no column {column!r}: group by site, date or a column of your own")
    return f"no {column}" if value is None else str(value)  # `NO_DATE`


def _is_yes(value: object) -> bool:
    return str(value).strip().lower() in YES
