"""`vehicle-id catalogue`: list vehicles with their sizes, and find those that a measured size could be."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from vehicle_id.text import count_of

if TYPE_CHECKING:
    from vehicle_id.catalogue import Catalogue, Vehicle
    from vehicle_id.taxonomy import Range

EITHER_WAY = 0.05
"""Relative uncertainty of a size that is given as a single figure."""


def catalogue(
    name: Annotated[
        str | None,
        typer.Argument(help="Only vehicles whose name or maker contains this: BelAZ, 'cat 777'.", show_default=False),
    ] = None,
    label: Annotated[
        str | None, typer.Option("--class", help="Only rows of this class, or of the classes under it.")
    ] = None,
    length: Annotated[
        str | None,
        typer.Option(help="Measured length in metres as low:high; a single figure means plus or minus 5 %."),
    ] = None,
    width: Annotated[str | None, typer.Option(help="Measured width, in the same form.")] = None,
    rows: Annotated[
        list[Path] | None,
        typer.Option(help="CSV of your own vehicles; a row with a known name replaces it. May be repeated."),
    ] = None,
    classes: Annotated[
        bool, typer.Option("--classes", help="Print the class tree instead, with rows and sizes of each class.")
    ] = False,
    form: Annotated[
        Literal["table", "csv", "json"],
        typer.Option("--format", help="How the rows are printed; csv and json hold every column.", show_choices=True),
    ] = "table",
    validate: Annotated[
        bool, typer.Option("--validate", help="Only report faults of the rows; code 3 if there are any.")
    ] = False,
) -> None:
    """List vehicles and their published sizes; with a measured size, the vehicles it could be, nearest first."""
    from vehicle_id.catalogue import load_catalogue

    measured = {"length_m": _span("--length", length), "width_m": _span("--width", width)}
    if (classes or validate) and any(measured.values()):
        raise typer.BadParameter("--length and --width select rows: leave out --classes and --validate")
    if (classes or validate) and (name is not None or form != "table"):
        raise typer.BadParameter("a name and --format are for the list of vehicles: leave out --classes and --validate")
    if validate:
        _validate(rows or [])
        return
    known = load_catalogue(*(rows or []))
    if classes:
        typer.echo("\n".join(_tree_lines(known, label)))
        return
    asked_for = frozenset(known.vehicles if label is None else known.of(label))
    asked_for &= frozenset(known.vehicles if name is None else known.named(name))
    found = [row for row in known.matching(**measured) if row in asked_for]
    if form == "table":
        _print_table(found)
    else:
        typer.echo(_csv(found) if form == "csv" else _json(found), nl=False)
    _print_count(found, name, sized=any(measured.values()))


def _span(option: str, text: str | None) -> Range | None:
    if text is None:
        return None
    low, colon, high = text.partition(":")
    try:
        span = (float(low), float(high)) if colon else (float(low) * (1 - EITHER_WAY), float(low) * (1 + EITHER_WAY))
    except ValueError:
        span = (math.nan, math.nan)
    if not 0 < span[0] <= span[1] < math.inf:
        raise typer.BadParameter(f"{text!r} is not a size: give metres, as 11.5 or as 11:12", param_hint=option)
    return span


def _validate(paths: Sequence[Path]) -> None:
    from vehicle_id.catalogue import gather_rows, problems, published_rows
    from vehicle_id.errors import CatalogueError
    from vehicle_id.taxonomy import published_taxonomy

    rows = gather_rows(*paths)
    found = problems(rows, published_taxonomy(), trusted=published_rows() if paths else frozenset())
    if found:
        typer.echo("\n".join(found))
        raise typer.Exit(CatalogueError.exit_code)
    num_classes = len({name for row in rows for name in row.classes})
    typer.echo(f"{len(rows)} rows, {num_classes} classes, no faults")


def _csv(rows: Sequence[Vehicle]) -> str:
    """In the columns that `--rows` reads."""
    from vehicle_id.catalogue.rows import COLUMNS, cells_of
    from vehicle_id.text import guarded

    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({column: guarded(cell) for column, cell in cells_of(row).items()} for row in rows)
    return text.getvalue()


def _json(rows: Sequence[Vehicle]) -> str:
    return json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False) + "\n"


def _print_table(rows: Sequence[Vehicle]) -> None:
    from vehicle_id.cli.console import line_of, widths_of

    if rows:
        table = [("vehicle", "class", "length x width x height", "figures"), *map(_cells, rows)]
        widths = widths_of(table)
        typer.echo("\n".join(line_of(cells, widths) for cells in table))


def _print_count(rows: Sequence[Vehicle], name: str | None, *, sized: bool) -> None:
    leaves = list(dict.fromkeys(leaf for row in rows for leaf in row.classes))
    if name is not None and not rows:
        typer.echo(f"no such vehicle: {name!r} is in no name and no maker, or the other options leave it out", err=True)
    elif sized and rows:
        typer.echo(f"{count_of(len(rows), 'vehicle')} could have this size, of {', '.join(leaves)}", err=True)
    elif sized:
        typer.echo("no vehicle of the catalogue has this size: widen the range, or add your own with --rows", err=True)
    else:
        of = "1 class" if len(leaves) == 1 else f"{len(leaves)} classes"
        typer.echo(f"{count_of(len(rows), 'vehicle')} of {of}, sizes in metres", err=True)


def _cells(row: Vehicle) -> tuple[str, str, str, str]:
    more = f" +{len(row.classes) - 1}" if len(row.classes) > 1 else ""
    size = " x ".join(_figures(span) for span in (row.length_m, row.width_m, row.height_m))
    return row.name, row.classes[0] + more, size, row.confidence


def _tree_lines(known: Catalogue, label: str | None) -> list[str]:
    from vehicle_id.cli.console import line_of, widths_of

    tree = known.sized_taxonomy()
    leaves = frozenset(tree.leaves) if label is None else known.leaves_under(label)
    names = [name for name in tree.names if known.leaves_under(name) <= leaves]
    table: list[tuple[str, ...]] = [("class", "rows", "length", "width")]
    for name in names:
        spans = ["" if span is None else _figures(span) for span in tree.size_ranges(name)]
        table.append(("  " * tree.depth(name) + name, str(len(known.of(name))), *spans))
    widths = widths_of(table)
    return [line_of(cells, widths) for cells in table]


def _figures(span: Range) -> str:
    low, high = span
    return f"{low:g}" if low == high else f"{low:g}:{high:g}"
