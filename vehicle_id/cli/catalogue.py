"""`vehicle-id catalogue`: list vehicles with their sizes, and find those that a measured size could be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from vehicle_id.catalogue import Catalogue, Vehicle
    from vehicle_id.taxonomy import Range

EITHER_WAY = 0.05
"""Relative uncertainty of a size that is given as a single figure."""


def catalogue(
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
    validate: Annotated[
        bool, typer.Option("--validate", help="Only report faults of the rows; code 3 if there are any.")
    ] = False,
) -> None:
    """List vehicles and their published sizes; with a measured size, the vehicles it could be, nearest first."""
    from vehicle_id.catalogue import load_catalogue

    measured = {"length_m": _span("--length", length), "width_m": _span("--width", width)}
    if (classes or validate) and any(measured.values()):
        raise typer.BadParameter("--length and --width select rows: leave out --classes and --validate")
    if validate:
        _validate(rows or [])
        return
    known = load_catalogue(*(rows or []))
    if classes:
        typer.echo("\n".join(_tree_lines(known, label)))
        return
    asked_for = frozenset(known.vehicles if label is None else known.of(label))
    _list([row for row in known.matching(**measured) if row in asked_for], sized=any(measured.values()))


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


def _list(rows: Sequence[Vehicle], *, sized: bool) -> None:
    from vehicle_id.cli.console import line_of, widths_of

    leaves = list(dict.fromkeys(name for row in rows for name in row.classes))
    if rows:
        table = [("vehicle", "class", "length x width x height", "figures"), *map(_cells, rows)]
        widths = widths_of(table)
        typer.echo("\n".join(line_of(cells, widths) for cells in table))
    if sized and rows:
        typer.echo(f"{len(rows)} vehicles could have this size, of {', '.join(leaves)}", err=True)
    elif sized:
        typer.echo("no vehicle of the catalogue has this size: widen the range, or add your own with --rows", err=True)
    else:
        typer.echo(f"{len(rows)} vehicles of {len(leaves)} classes, sizes in metres", err=True)


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
