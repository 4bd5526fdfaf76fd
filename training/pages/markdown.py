"""Paragraphs, bullets and tables in Markdown, as the pages have them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

WIDTH = 120


def paragraph(text: str) -> str:
    """In lines as long as those of the pages."""
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def bullet(text: str) -> str:
    """One item of a list."""
    return textwrap.fill(
        text, WIDTH, initial_indent="- ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; every row has as many cells as the head."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))


def between(values: Sequence[float]) -> str:
    """Smallest to largest, with two decimals; or the one value that both are."""
    low, high = (f"{value:.2f}" for value in (min(values), max(values)))
    return low if low == high else f"{low} to {high}"


def parts(*texts: str) -> str:
    """Paragraphs and tables, one after the other."""
    return "\n\n".join(texts)
