"""Counts and series -> rows of a table, JSON, and sentences for a person."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, Final

from vehicle_id.report.counts import Group, Key, ObjectCount
from vehicle_id.report.rates import ConfusionRates
from vehicle_id.report.series import Comparison, DatedCount, Series
from vehicle_id.text import count_of, display_name, guarded

CountRow = dict[str, Any]
OF_GROUP: Final = ("undecided", "covered", "failed", "objects")
"""Figures of a whole group, which stand in each of its rows."""
FIGURES: Final = frozenset((*(each.name for kind in (ObjectCount, Comparison) for each in fields(kind)), *OF_GROUP))
"""Columns of a row besides those that it was grouped by."""


def count_rows(groups: Sequence[Group], *, by: Sequence[str], unit: str, series: Sequence[Series]) -> list[CountRow]:
    """One row for each unit that a group of its place was answered with; the comparison with earlier dates beside it.

    Args:
        groups: of `count_groups`.
        by: the columns they were grouped by, without the unit.
        unit: name of the column with the unit.
        series: of the same groups; empty where they were not grouped by date.
    """
    compared = {(each.place, dated.date, each.unit): dated for each in series for dated in each.dates}
    shown = {(each.place, each.unit) for each in series}
    date_at = by.index("date") if "date" in by else None
    rows = []
    for group in groups:
        place = group.key if date_at is None else group.key[:date_at] + group.key[date_at + 1 :]
        for name, count in group.counts.items():
            if count.answered or (place, name) in shown:
                dated = None if date_at is None else compared.get((place, group.key[date_at], name))
                row = {**dict(zip(by, group.key, strict=True)), unit: name, **asdict(count)}
                rows.append(row | _open(group) | (_comparison(dated) if date_at is not None else {}))
    return rows


def _open(group: Group) -> CountRow:
    figures = (group.num_undecided, group.num_covered, group.num_failed, group.num_objects)
    return dict(zip(OF_GROUP, figures, strict=True))


def _comparison(dated: DatedCount | None) -> CountRow:
    compared = Comparison(verdict="no date") if dated is None else dated.comparison
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in asdict(compared).items()}


def to_csv(rows: Sequence[CountRow]) -> bytes:
    """Rows as CSV, safe in a spreadsheet; None is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    for cells in [list(rows[0]), *(list(row.values()) for row in rows)] if rows else []:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in cells])
    return text.getvalue().encode()


def to_json(rows: Sequence[CountRow], *, stated: Mapping[str, Any]) -> bytes:
    """Rows as JSON, beside what they rest on."""
    return json.dumps({**stated, "rows": list(rows)}, indent=1, ensure_ascii=False).encode() + b"\n"


def differing(series: Sequence[Series]) -> list[str]:
    """A sentence for each date that differs from the earlier ones."""
    return [
        _sentence(each, dated)
        for each in series
        for dated in each.dates
        if dated.comparison.verdict in ("more", "fewer")
    ]


def not_compared(series: Sequence[Series]) -> list[str]:
    """A sentence about the dates whose order is not known; empty where there are none."""
    dates = {each.date for one in series for each in one.dates if each.comparison.verdict == "date not understood"}
    if not dates:
        return []
    return [
        f"{count_of(len(dates), 'date')} such as {min(dates)!r} cannot be put in order, and are not compared: "
        "write dates as 2026-03-31"
    ]


def _sentence(series: Series, dated: DatedCount) -> str:
    compared, count = dated.comparison, dated.count
    where = _place(series.place, dated.date)
    interval = "" if count.low is None else f" (about {count.about}, {count.low} to {count.high})"
    text = (
        f"{where}: {count.answered} answered {display_name(series.unit)}{interval}, {compared.verdict} than the "
        f"{compared.num_earlier} earlier dates lead one to expect ({compared.expected_low} to "
        f"{compared.expected_high}; mean {compared.earlier_mean:.1f}; p {_small(compared.p_value)})"
    )
    return f"{text}; objects that are undecided, covered or failed could explain it" if compared.is_open else text


def _place(place: Key, date: str) -> str:
    return " ".join((*place, date))


def _small(p: float | None) -> str:
    assert p is not None
    return f"{p:.4f}" if p >= 0.0001 else "below 0.0001"


def measured_on(rates: ConfusionRates, names: Sequence[str]) -> list[str]:
    """What the rates of some units were measured on, one line each."""
    lines = []
    for name in names:
        crops = ", ".join(f"{count} {origin}" for origin, count in rates.origins[name].items())
        lines.append(f"{display_name(name)}: {crops or 'no crops, taken to be like the other families'}")
    return lines


def open_sentence(groups: Sequence[Group]) -> str:
    """How many objects could be anything, of all groups together."""
    undecided = sum(group.num_undecided for group in groups)
    covered = sum(group.num_covered for group in groups)
    failed = sum(group.num_failed for group in groups)
    objects = count_of(sum(group.num_objects for group in groups), "object")
    return f"{objects}, of which {undecided} undecided, {covered} covered, {failed} failed"
