"""Counts of one place over several dates, each compared with the earlier ones.

A date is compared with all earlier dates of its place that were not themselves found to differ. What is compared is the
number of objects answered: the rates of confusion are the same on every date, so that they do not make a change.
Only dates that begin with the year are compared: the order of 3.2.2026 and 10.2.2026 is not that of their text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, stdev
from typing import Final, Literal

from vehicle_id.report.change import Test, expected_range, tails
from vehicle_id.report.counts import NO_DATE, Group, Key, ObjectCount

LEAST_EARLIER: Final = 3
"""Earlier dates without which there is no comparison."""
ORDERED: Final = re.compile(r"\d{4}(-?(0[1-9]|1[0-2])(-?(0[1-9]|[12]\d|3[01])([T ].*)?)?)?", re.DOTALL)
"""ISO 8601: dates whose text, without hyphens, sorts in the order of time."""
Verdict = Literal["more", "fewer", "no change shown", "too few earlier dates", "no date", "date not understood"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A count beside the earlier ones."""

    verdict: Verdict
    num_earlier: int = 0
    earlier_mean: float | None = None
    earlier_spread: float | None = None
    """Standard deviation."""
    expected_low: int | None = None
    """Counts that would not have been found to differ, lowest and highest."""
    expected_high: int | None = None
    p_value: float | None = None
    """Two-sided; compared with the level divided by the number of dates compared."""
    is_open: bool = False
    """Whether undecided, covered and unanswered objects could explain a verdict of more or fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedCount:
    """One date of a series."""

    date: str
    count: ObjectCount
    num_open: int
    """Objects of the group that could be of this unit, too, or not."""
    comparison: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The counts of one unit at one place, in order of date."""

    place: Key
    unit: str
    level: float
    test: Test
    dates: tuple[DatedCount, ...]


def series_of(
    groups: Sequence[Group],
    *,
    date_at: int,
    level: float = 0.05,
    test: Test = "negative-binomial",
) -> list[Series]:
    """The series of every unit that was answered at a place.

    Args:
        groups: of places and dates; those without a date are in no series.
        date_at: position of the date in the key of a group.
        level: the probability that a series without a change has a date found to differ, at most.
        test: see `change.Test`.
    """
    places: dict[Key, list[Group]] = {}
    dated = [group for group in groups if group.key[date_at] != NO_DATE]
    for group in sorted(dated, key=lambda each: _in_time(each.key[date_at])):
        places.setdefault(group.key[:date_at] + group.key[date_at + 1 :], []).append(group)
    return [
        _series(place, unit, found, date_at=date_at, level=level, test=test)
        for place, found in places.items()
        for unit in found[0].counts
        if any(group.counts[unit].answered for group in found)
    ]


def is_ordered(date: str) -> bool:
    """Whether a date is written so that it can be put in order: 2026, 2026-03, 2026-03-02 or 20260302, with a time."""
    return ORDERED.fullmatch(date) is not None


def _in_time(date: str) -> tuple[bool, str]:
    """Sorts dates by time; those whose order is not known come last."""
    return (False, date.replace("-", "")) if is_ordered(date) else (True, date)


def _series(place: Key, unit: str, groups: Sequence[Group], *, date_at: int, level: float, test: Test) -> Series:
    num_ordered = sum(is_ordered(group.key[date_at]) for group in groups)
    level_each = level / max(1, num_ordered - LEAST_EARLIER)
    usual: list[Group] = []
    dates = []
    for group in groups:
        date = group.key[date_at]
        if is_ordered(date):
            comparison = _compare(group, usual, unit, level_each, test)
            if comparison.verdict not in ("more", "fewer"):
                usual.append(group)
        else:
            comparison = Comparison(verdict="date not understood")
        count = group.counts[unit]
        dates.append(DatedCount(date=date, count=count, num_open=group.num_open, comparison=comparison))
    return Series(place=place, unit=unit, level=level, test=test, dates=tuple(dates))


def _compare(group: Group, usual: Sequence[Group], unit: str, level: float, test: Test) -> Comparison:
    earlier = [each.counts[unit].answered for each in usual]
    spread = {
        "num_earlier": len(earlier),
        "earlier_mean": mean(earlier) if earlier else None,
        "earlier_spread": stdev(earlier) if len(earlier) > 1 else None,
    }
    if len(earlier) < LEAST_EARLIER:
        return Comparison(verdict="too few earlier dates", **spread)  # type: ignore[arg-type]
    count = group.counts[unit].answered
    found = tails(count, earlier, test=test)
    low, high = expected_range(earlier, level=level, test=test)
    verdict: Verdict = "no change shown"
    is_open = False
    if found.two_sided < level:
        verdict = "more" if found.upper < found.lower else "fewer"
        # as far as open objects could go against the verdict
        at_most = [each.counts[unit].answered + each.num_open for each in usual]
        if verdict == "more":
            is_open = 2 * tails(count, at_most, test=test).upper >= level
        else:
            is_open = 2 * tails(count + group.num_open, earlier, test=test).lower >= level
    return Comparison(
        verdict=verdict,
        expected_low=low,
        expected_high=high,
        p_value=found.two_sided,
        is_open=is_open,
        **spread,  # type: ignore[arg-type]
    )
