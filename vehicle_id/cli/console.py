"""What a person sees while crops are classified: a table of rows, a closing summary, a progress bar for piped rows.

Rows go to stdout; bar and summary go to stderr, so that a pipe carries rows alone. One crop is one line.
"""

from __future__ import annotations

import math
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from vehicle_id.cli.streams import progress_bar, takes_a_bar
from vehicle_id.errors import OutputError
from vehicle_id.results import UNKNOWN, Result, Status
from vehicle_id.taxonomy import Taxonomy
from vehicle_id.text import count_of, display_name, said, visible

if TYPE_CHECKING:
    from types import TracebackType

HEADERS = ("crop", "answer", "confidence", "size", "reason")
SAMPLE_ROWS = 32
SAMPLE_S = 1.0
"""The first rows wait until there are so many, or so long, so that the columns are as wide as they need to be."""
WIDEST_NAME = 64
NARROWEST_NAME = 10
SHORTEST_SPAN_M = 2.0
"""The shortest vehicle of the catalogue is longer, and a crop shows more than its vehicle."""
NAME_SHARE = 4
"""On a terminal a name takes at most one column in so many, so that the reason has a place."""


class Report:
    """Prints results as they come and counts them.

    Args:
        taxonomy: the model's class tree, by whose families the summary counts.
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.labels: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.num_without_gsd = 0
        self.num_places = 0
        """Crops that show more than one vehicle."""
        self.num_tiny = 0
        """Crops that span less than any vehicle."""
        self.reader_left = False
        """Whether stdout was a pipe that has been closed, as by `head`."""
        self._stack = ExitStack()
        self._terminal_width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        self._waiting: list[Sequence[str]] = []
        self._widths: list[int] | None = None
        self._started: float | None = None
        """When the first row came: opening a model takes longer than a row."""

    @property
    def num_failed(self) -> int:
        """Crops without an answer."""
        return sum(self.failures.values())

    def __enter__(self) -> Report:
        self._advance: Callable[[], None] = lambda: None
        if takes_a_bar(sys.stderr) and self._terminal_width is None:  # on a terminal the rows show the progress
            self._advance = _progress(self._stack)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None or self._waiting:  # an error before the first row needs no titles
            self._print_waiting()
        self._stack.__exit__(kind, error, trace)

    def row(self, result: Result) -> None:
        """Print one result and count it."""
        if result.label is None:
            self.failures[result.status.value] += 1
        else:
            self.labels[result.label] += 1
            self.num_without_gsd += "gsd_unknown" in result.flags
            self.num_places += "window_much_larger_than_vehicle" in result.flags
            self.num_tiny += _longer_side_m(result) < SHORTEST_SPAN_M
        self._waiting.append(cells_of(result))
        if self._started is None:
            self._started = time.monotonic()
        if self._widths or len(self._waiting) >= SAMPLE_ROWS or time.monotonic() - self._started > SAMPLE_S:
            self._print_waiting()
        self._advance()

    def summary(self, model: str, outputs: Sequence[Path | str], *, num_kept: int = 0, stopped: bool = False) -> None:
        """Counts by family, unknown, failed by reason, and the files written.

        Args:
            num_kept: rows that an earlier session had answered.
            stopped: whether the run was stopped before the last crop.
        """
        num_unknown = self.labels.pop(UNKNOWN, 0)
        num_answered = sum(self.labels.values())
        total = num_answered + num_unknown + self.num_failed
        counts = f"{num_answered} answered, {num_unknown} unknown, {self.num_failed} failed"
        lines = [f"{count_of(total, 'crop')} by {model}: {counts}"]
        lines += family_lines(self.labels, self.taxonomy)
        if self.failures:
            lines.append("  failed: " + ", ".join(f"{name} {count}" for name, count in self.failures.most_common()))
        if self.num_without_gsd:
            crops = count_of(self.num_without_gsd, "crop")
            lines.append(f"  {crops} without a ground sample distance: no size; state --gsd-m or a manifest")
        lines += self._hints()
        if num_kept:
            lines.append(f"  {num_kept} of these rows are from an earlier run")
        if outputs and not stopped:
            lines.append("wrote " + ", ".join(str(path) for path in outputs))
        if stopped:
            kept = "; finished rows are kept, and the same command continues from there" if outputs else ""
            lines.append(f"stopped before the last crop{kept}")
        typer.echo("\n".join(lines), err=True)

    def _hints(self) -> Iterator[str]:
        """What the person may have meant otherwise."""
        if self.num_places:
            shows = "1 crop shows" if self.num_places == 1 else f"{self.num_places} crops show"
            yield (
                f"  {shows} far more than one vehicle, so its answer means little: crop it closer; in a scene, "
                "name the objects with --boxes"
            )
        too_coarse = self.failures[Status.TOO_COARSE.value]
        if self.num_tiny or too_coarse:
            what = f"under {SHORTEST_SPAN_M:g} m wide" if self.num_tiny else "too coarse"
            crops = count_of(self.num_tiny or too_coarse, "crop")
            yield f"  {crops} {what}: is the ground sample distance in metres per pixel? 30 cm are --gsd-m 0.3"

    def _print_waiting(self) -> None:
        if self._widths is None:
            self._widths = _widths([HEADERS, *self._waiting], self._terminal_width)
            self._waiting.insert(0, HEADERS)
        for cells in self._waiting:
            self._print(_fitted(cells, self._widths, self._terminal_width))
        self._waiting = []

    def _print(self, line: str) -> None:
        if self.reader_left:
            return
        try:
            typer.echo(line)
        except BrokenPipeError:
            self.reader_left = True
            _replace_stdout()
        except OSError as error:
            _replace_stdout()
            raise OutputError(f"standard output cannot be written: {said(error)}") from error


def cells_of(result: Result) -> tuple[str, str, str, str, str]:
    """The five cells of a row."""
    name = visible(result.path or "-")
    if result.label is None:
        return name, "-", "", "", f"{result.status.value}: {visible(result.reason)}"
    size = result.size
    flags = f" [{', '.join(result.flags)}]" if result.flags else ""
    candidates = "" if result.candidates is None else f" {{{', '.join(result.candidates)}}}"
    return (
        name,
        display_name(result.label),
        "" if result.score is None else f"{result.score:.2f}",
        "" if size is None else f"{size.length_m:.1f} x {size.width_m:.1f} m",
        visible(result.reason + candidates + flags),
    )


def _longer_side_m(result: Result) -> float:
    """What a crop spans; endless where nobody states its metres."""
    if result.gsd_m is None or result.width_px is None or result.height_px is None:
        return math.inf
    return result.gsd_m * max(result.width_px, result.height_px)


def family_lines(labels: Counter[str], taxonomy: Taxonomy) -> list[str]:
    """Answers counted by family, the largest first, with the finer answers indented beneath."""
    families = set(taxonomy.families().values())
    table: list[tuple[str, int]] = []
    by_family: dict[str, Counter[str]] = {}
    for label, count in labels.items():
        family = next((step for step in taxonomy.path(label) if step in families), label)
        by_family.setdefault(family, Counter())[label] += count
    for family, finer in sorted(by_family.items(), key=lambda item: -item[1].total()):
        table.append((f"  {display_name(family)}", finer.total()))
        table += [(f"    {display_name(label)}", count) for label, count in finer.most_common() if label != family]
    width = max(widths_of([(name,) for name, _ in table]), default=0)
    return [f"{_padded(name, width)}  {count:>5}" for name, count in table]


def line_of(cells: Iterable[str], widths: Sequence[int]) -> str:
    """Cells as one line of aligned columns, control characters made visible."""
    padded = [_padded(visible(cell), width) for cell, width in zip(cells, widths, strict=True)]
    return "  ".join(padded).rstrip()


def _padded(text: str, width: int) -> str:
    from rich.cells import cell_len  # a Chinese character takes two columns

    return text + " " * (width - cell_len(text))


def widths_of(rows: Iterable[Sequence[str]]) -> list[int]:
    """Width of the widest cell of each column, in columns of a terminal."""
    from rich.cells import cell_len

    return [max(map(cell_len, column)) for column in zip(*rows, strict=True)]


def _widths(rows: Sequence[Sequence[str]], terminal_width: int | None) -> list[int]:
    """Width of each column: that of its widest cell; names are limited, and the last column is free."""
    widest = WIDEST_NAME if terminal_width is None else max(NARROWEST_NAME, terminal_width // NAME_SHARE)
    name, *middle, _ = widths_of(rows)
    return [min(name, widest), *middle, 0]


def _fitted(cells: Sequence[str], widths: Sequence[int], terminal_width: int | None) -> str:
    """A row on one line. A long name keeps its end; on a terminal a long line is cut. Files hold both whole."""
    from rich.cells import cell_len, set_cell_size

    name = cells[0]
    if cell_len(name) > widths[0]:
        end = name[3 - widths[0] :]
        while cell_len(end) > widths[0] - 3:
            end = end[1:]
        name = "..." + end
    line = line_of([name, *cells[1:]], widths)
    if terminal_width is None or cell_len(line) <= terminal_width:
        return line
    return set_cell_size(line, max(0, terminal_width - 3)) + "..."[:terminal_width]


def _replace_stdout() -> None:
    """Or the interpreter fails once more when it closes stdout at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _progress(stack: ExitStack) -> Callable[[], None]:
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed:.0f} crops"), TimeElapsedColumn())
    bar = stack.enter_context(progress_bar(*columns))
    task = bar.add_task("crops", total=None)
    return lambda: bar.advance(task)
