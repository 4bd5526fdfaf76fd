"""What a person sees while crops are answered: rows, a closing summary, a bar where the rows go elsewhere.

Rows go to stdout; bar and summary to stderr, so that a pipe carries rows alone. On a terminal one crop is one line.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from vehicle_id.cli.streams import takes_a_bar
from vehicle_id.errors import OutputError
from vehicle_id.results import UNKNOWN, Result
from vehicle_id.text import visible

if TYPE_CHECKING:
    from types import TracebackType

HEADERS = ("crop", "answer", "sure", "size in m", "why")
WIDTHS = (32, 16, 4, 12, 0)
REST = 40
"""Columns of a terminal kept for what follows the crop's name, which is shortened for them."""
SHORTEST_NAME = 10


class Report:
    """Prints results as they come and counts them."""

    def __init__(self) -> None:
        self.labels: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.reader_left = False
        """Whether stdout was a pipe that has been closed, as by `head`."""
        self._stack = ExitStack()
        self._on_terminal = sys.stdout.isatty()

    @property
    def num_failed(self) -> int:
        """Crops without an answer."""
        return sum(self.failures.values())

    def __enter__(self) -> Report:
        self._advance: Callable[[], None] = lambda: None
        if takes_a_bar(sys.stderr) and not self._on_terminal:  # there the rows themselves show how far it is
            self._advance = _progress(self._stack)
        self._print(HEADERS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def row(self, result: Result) -> None:
        """Print one result and count it."""
        if result.label is None:
            self.failures[result.status.value] += 1
        else:
            self.labels[result.label] += 1
        self._print(columns(result))
        self._advance()

    def summary(self, model: str, outputs: Sequence[Path], *, num_kept: int = 0, stopped: bool = False) -> None:
        """Counts per label, unknown, failed by reason, and the files written.

        Args:
            num_kept: rows that an earlier run had left.
            stopped: whether the run ended before its crops did.
        """
        num_unknown = self.labels.pop(UNKNOWN, 0)
        num_answered = sum(self.labels.values())
        total = num_answered + num_unknown + self.num_failed
        lines = [f"{total} crops by {model}: {num_answered} answered, {num_unknown} unknown, {self.num_failed} failed"]
        if self.labels:
            lines.append("  answers: " + _counts(self.labels))
        if self.failures:
            lines.append("  failed: " + _counts(self.failures))
        if num_kept:
            lines.append(f"  {num_kept} of them were there from an earlier run")
        if outputs and not stopped:
            lines.append("wrote " + ", ".join(str(path) for path in outputs))
        if stopped:
            kept = "; what is done is kept, and the same command goes on from there" if outputs else ""
            lines.append(f"stopped before the end{kept}")
        typer.echo("\n".join(lines), err=True)

    def _print(self, cells: Sequence[str]) -> None:
        if self.reader_left:
            return
        try:
            typer.echo(_fitted(cells, shutil.get_terminal_size().columns) if self._on_terminal else line_of(cells))
        except BrokenPipeError:
            self.reader_left = True
            _let_go_of_stdout()
        except OSError as error:
            _let_go_of_stdout()
            raise OutputError(f"standard output cannot be written: {error.strerror}") from error


def columns(result: Result) -> tuple[str, str, str, str, str]:
    """The five cells of a row."""
    name = result.path or "-"
    if result.label is None:
        return name, "-", "", "", f"{result.status.value}: {result.reason}"
    size = result.size
    flags = f"[{', '.join(result.flags)}] " if result.flags else ""
    candidates = "" if result.candidates is None else f"{{{', '.join(result.candidates)}}} "
    return (
        name,
        result.label,
        "" if result.score is None else f"{result.score:.2f}",
        "" if size is None else f"{size.length_m:.1f} x {size.width_m:.1f}",
        flags + candidates + result.reason,
    )


def line_of(cells: Iterable[str], widths: Sequence[int] = WIDTHS) -> str:
    """Cells as one line of aligned columns, control characters made visible."""
    padded = [visible(cell).ljust(width) for cell, width in zip(cells, widths, strict=True)]
    return "  ".join(padded).rstrip()


def _let_go_of_stdout() -> None:
    """Or the interpreter fails once more when it closes stdout at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _progress(stack: ExitStack) -> Callable[[], None]:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    bar = stack.enter_context(
        Progress(
            SpinnerColumn(),
            TextColumn("{task.completed:.0f} crops"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            redirect_stdout=False,  # it would draw the rows on the terminal, past their pipe or file
        )
    )
    task = bar.add_task("crops", total=None)
    return lambda: bar.advance(task)


def _fitted(cells: Sequence[str], width: int) -> str:
    """A row on one line of a terminal; the whole name and reason are in the files. Long names keep their end."""
    from rich.cells import cell_len, set_cell_size  # a Chinese character takes two columns

    widths = (min(WIDTHS[0], max(SHORTEST_NAME, width - REST)), *WIDTHS[1:])
    name = visible(cells[0])
    if cell_len(name) > widths[0]:
        end = name[3 - widths[0] :]
        while cell_len(end) > widths[0] - 3:
            end = end[1:]
        name = "..." + end
    line = line_of([name, *cells[1:]], widths)
    return line if cell_len(line) <= width else set_cell_size(line, max(0, width - 3)) + "..."[:width]


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counter.most_common())
