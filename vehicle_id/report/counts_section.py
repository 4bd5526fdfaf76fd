"""The section of a report that counts objects by site, date and family, with intervals and a plot of each series."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterator, Sequence
from typing import Final

from vehicle_id.report.counts import count_groups
from vehicle_id.report.rates import ConfusionRates, Units
from vehicle_id.report.series import Series, series_of
from vehicle_id.report.series_plot import svg_of
from vehicle_id.report.tables import CountRow, count_rows, differing, not_compared, open_sentence
from vehicle_id.results import Record
from vehicle_id.taxonomy import Taxonomy
from vehicle_id.text import count_of, display_name, visible

BY: Final = ("site", "date")
COUNTED: Final = ("status", "label", "covered", *BY)
"""Columns that counting needs."""
MOST_ROWS: Final = 200
MOST_PANELS: Final = 12
MOST_GROUPS_WITH_INTERVALS: Final = 200
"""The intervals of a group take some hundredths of a second."""


class CountsSection:
    """Collects rows; of each only what counting needs.

    Args:
        taxonomy: of the model that answered; None = no counts.
        rates: how often it confuses families; None = counts without intervals.
    """

    def __init__(self, taxonomy: Taxonomy | None, rates: ConfusionRates | None) -> None:
        self._taxonomy, self._rates = taxonomy, rates
        self._records: list[Record] = []

    def add(self, record: Record) -> None:
        """Add a row."""
        self._records.append({name: record.get(name) for name in COUNTED})

    def html(self) -> str:
        """The section; empty where no row states a site or a date."""
        by = [name for name in BY if any(record[name] for record in self._records)]
        if self._taxonomy is None or not by:
            return ""
        units = Units(self._taxonomy, "family")
        num_groups = len({tuple(record[name] for name in by) for record in self._records})
        rates = self._rates if num_groups <= MOST_GROUPS_WITH_INTERVALS else None
        groups = count_groups(self._records, units, by=by, rates=rates)
        series = series_of(groups, date_at=by.index("date")) if "date" in by else []
        rows = count_rows(groups, by=by, unit="family", series=series)
        sentences = [open_sentence(groups), *differing(series), *not_compared(series), self._of_intervals(num_groups)]
        parts = [*_paragraphs(sentences), *_plot(series), *_table(rows, by)]
        return "\n".join(['<section id="counts"><h2>Counts</h2>', *parts, "</section>", ""])

    def _of_intervals(self, num_groups: int) -> str:
        """What the intervals take into account, or why there are none."""
        if self._rates is None:
            return "No intervals: it is not known how often the model confuses families."
        if num_groups > MOST_GROUPS_WITH_INTERVALS:
            return (
                f"No intervals: there are {num_groups} groups, more than {MOST_GROUPS_WITH_INTERVALS}; vehicle-id "
                "count has them."
            )
        return (
            "“At least”, “about” and the 90 % interval take into account how often the model confused families where "
            "it was measured. On other imagery it may confuse them more often."
        )


def _paragraphs(sentences: Sequence[str]) -> Iterator[str]:
    for sentence in sentences:
        yield f"<p>{html.escape(visible(sentence))}</p>"


def _plot(series: Sequence[Series]) -> Iterator[str]:
    """The series with the most objects, as a picture of its own: its style touches nothing else on the page."""
    several = [each for each in series if len(each.dates) > 1]
    largest = sorted(several, key=lambda each: -sum(dated.count.answered for dated in each.dates))[:MOST_PANELS]
    if largest:
        address = base64.b64encode(svg_of(largest).encode()).decode()
        source = f"data:image/svg+xml;base64,{address}"
        yield f'<img class="plot" src="{source}" alt="Counts by date; the table has them, too">'
    if len(several) > MOST_PANELS:
        yield f"<p>The {MOST_PANELS} largest of {len(several)} series are drawn.</p>"


def _table(rows: Sequence[CountRow], by: Sequence[str]) -> Iterator[str]:
    texts = [*by, "family"]
    is_dated = bool(rows) and "verdict" in rows[0]
    head = [
        *texts,
        "answered",
        "at least",
        "about",
        "90 % interval",
        "could be anything",
        *(["change"] if is_dated else []),
    ]
    lines = [f"<tr>{_cells('th', head, num_texts=len(texts))}</tr>"]
    for row in rows[:MOST_ROWS]:
        interval = "" if row["low"] is None else f"{row['low']} to {row['high']}"
        figures = [row["answered"], row["at_least"], row["about"], interval]
        figures += [row["undecided"] + row["covered"] + row["failed"], *([row["verdict"]] if is_dated else [])]
        cells = [*(visible(display_name(str(row[name]))) for name in texts), *figures]
        lines.append(f"<tr>{_cells('td', cells, num_texts=len(texts))}</tr>")
    yield f"<div class=wide><table>{''.join(lines)}</table></div>"
    if len(rows) > MOST_ROWS:
        yield f"<p>The first {MOST_ROWS} of {count_of(len(rows), 'row')}; vehicle-id count has all of them.</p>"


def _cells(tag: str, cells: Sequence[object], *, num_texts: int) -> str:
    shown = ["" if cell is None else html.escape(str(cell)) for cell in cells]
    return "".join(f"<{tag}{' class=num' if at >= num_texts else ''}>{cell}</{tag}>" for at, cell in enumerate(shown))
