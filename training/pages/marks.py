"""Blocks of a page between two marks, which a command writes anew. Used by the benchmarks, too."""

from __future__ import annotations

from pathlib import Path

from vehicle_id.files import write_whole


def read_block(page: Path, name: str) -> str:
    """What stands between `<!-- name: begin -->` and `<!-- name: end -->`, each on a line of its own.

    Raises:
        ValueError: a mark is not there once.
    """
    return _divided(page, name)[1]


def write_block(page: Path, name: str, text: str) -> None:
    """Write another text there, which ends with a line break.

    Raises:
        ValueError: a mark is not there once.
    """
    before, _, after = _divided(page, name)
    write_whole(page, f"{before}{text}{after}".encode())


def _divided(page: Path, name: str) -> tuple[str, str, str]:
    """The text to the first mark, between the marks, and from the second one on."""
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"
    text = page.read_text(encoding="utf-8")
    if (text.count(begin), text.count(end)) != (1, 1):
        raise ValueError(f"{page} does not hold the marks of {name} once")
    before, _, rest = text.partition(begin)
    block, _, after = rest.partition(end)
    return before + begin, block, end + after
