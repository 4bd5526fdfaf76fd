"""Series of counts -> one SVG picture: each date against the earlier mean and what was expected.

Text is escaped and the picture refers to nothing outside it, so that it can stand in a page of any origin.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from vehicle_id.report.series import DatedCount, Series
from vehicle_id.text import display_name, visible

WIDTH: Final = 760
PANEL: Final = 240
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 44, 44
HEAD: Final = 34
MOST_DATES: Final = 12
"""Dates written under the axis; of more dates only every second, third and so on."""
STYLE: Final = (
    "text{font:12px sans-serif;fill:#222}.title{font-weight:bold}.small{font-size:11px;fill:#555}"
    ".axis{stroke:#999;fill:none}.grid{stroke:#ddd}.expected{fill:#cfe0f3}.mean{stroke:#2b6cb0;stroke-width:2}"
    ".open{fill:#ccc}.interval{stroke:#222}.count{fill:#222}.differs{fill:#c2410c}"
)
LEGEND: Final = (
    ("count", "answered"),
    ("interval", "90 % interval"),
    ("open", "undecided, covered or failed"),
    ("mean", "earlier mean"),
    ("expected", "expected from earlier dates"),
    ("differs", "differs"),
)


def svg_of(series: Sequence[Series]) -> str:
    """One picture with a panel for each series, as SVG."""
    height = HEAD + PANEL * len(series)
    panels = "".join(
        f'<g transform="translate(0 {HEAD + PANEL * number})">{"".join(_panel(each))}</g>'
        for number, each in enumerate(series)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img"><title>Counts by date</title><style>{STYLE}</style>'
        f'<rect width="100%" height="100%" fill="#fff"/>{_legend()}{panels}</svg>\n'
    )


def _legend() -> str:
    parts, x = [], 12
    for name, text in LEGEND:
        parts.append(f'{_key(name, x)}<text x="{x + 16}" y="22" class="small">{text}</text>')
        x += 30 + round(5.6 * len(text))
    return "".join(parts)


def _key(name: str, x: int) -> str:
    if name in ("mean", "interval"):
        return f'<line class="{name}" x1="{x}" x2="{x + 12}" y1="18" y2="18"/>'
    if name == "count":
        return f'<circle class="count" cx="{x + 6}" cy="18" r="3.5"/>'
    if name == "differs":
        return _diamond(x + 6, 18)
    return f'<rect class="{name}" x="{x}" y="13" width="12" height="10"/>'


def _panel(series: Series) -> Iterator[str]:
    name = ", ".join((*series.place, display_name(series.unit)))
    yield f'<text class="title" x="{LEFT}" y="26">{_text(name, 90)}</text>'
    top = _nice_top(max(map(_highest, series.dates)))
    height = PANEL - TOP - BOTTOM

    def y(value: float) -> float:
        return round(TOP + height * (1 - value / top), 1)

    for value in range(0, top + 1, max(1, top // 4)):
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value)}" y2="{y(value)}"/>'
        yield f'<text class="small" x="{LEFT - 6}" y="{y(value) + 4}" text-anchor="end">{value}</text>'
    step = (WIDTH - LEFT - RIGHT) / len(series.dates)
    every = -(-len(series.dates) // MOST_DATES)
    for number, dated in enumerate(series.dates):
        middle = round(LEFT + step * (number + 0.5), 1)
        yield from _date(dated, middle, round(min(step, 60.0), 1), y)
        if number % every == 0:
            yield f'<text class="small" x="{middle}" y="{PANEL - BOTTOM + 18}" text-anchor="middle">'
            yield f"{_text(dated.date, 12)}</text>"


def _date(dated: DatedCount, x: float, step: float, y: Callable[[float], float]) -> Iterator[str]:
    compared, count = dated.comparison, dated.count
    left, right = round(x - step / 2, 1), round(x + step / 2, 1)
    if compared.expected_low is not None and compared.expected_high is not None:
        high, low = y(compared.expected_high), y(compared.expected_low)
        yield f'<rect class="expected" x="{left}" y="{high}" width="{step}" height="{round(low - high, 1)}"/>'
    if dated.num_open:
        high, low = y(count.answered + dated.num_open), y(count.answered)
        yield f'<rect class="open" x="{x - 4}" y="{high}" width="8" height="{round(low - high, 1)}"/>'
    if compared.earlier_mean is not None:
        at = y(compared.earlier_mean)
        yield f'<line class="mean" x1="{left}" x2="{right}" y1="{at}" y2="{at}"/>'
    if count.low is not None and count.high is not None:
        yield f'<line class="interval" x1="{x}" x2="{x}" y1="{y(count.low)}" y2="{y(count.high)}"/>'
    at = y(count.answered)
    if compared.verdict in ("more", "fewer"):
        yield _diamond(x, at) + f'<text x="{x + 9}" y="{at + 4}">{count.answered}</text>'
    else:
        yield f'<circle class="count" cx="{x}" cy="{at}" r="3.5"/>'


def _diamond(x: float, y: float) -> str:
    return f'<path class="differs" d="M{x} {y - 6}l6 6l-6 6l-6 -6z"/>'


def _highest(dated: DatedCount) -> int:
    ends = (dated.count.answered + dated.num_open, dated.count.high, dated.comparison.expected_high)
    return max(each for each in ends if each is not None)


def _nice_top(most: int) -> int:
    """The least multiple of 4, 20, 40, 200 and so on, with four lines of a grid, that is not below a number."""
    step = 4
    while most > 5 * step:
        step *= 5 if str(step)[0] == "4" else 2
    return max(step, -(-most // step) * step)


def _text(text: str, longest: int) -> str:
    """Text of a stranger: one line, short, escaped."""
    line = visible(text)
    return html.escape(line if len(line) <= longest else f"{line[: longest - 1]}…")
