"""`vehicle-id measure`: how uncertain each length is and why, heights from shadows, and the vehicles that are left."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vehicle_id.text import visible

if TYPE_CHECKING:
    from vehicle_id.report.measured import MeasuredVehicle

TITLES = ("crop", "answer", "length", "90 % interval", "network", "edges", "gsd", "view", "height", "size leaves")
SHOWN = 3
"""Vehicles named in a row of the table; files have all."""


def measure(
    results: Annotated[Path, typer.Argument(help="File of results, as of classify --out.")],
    out: Annotated[Path | None, typer.Option(help="Write every figure to this .json file.")] = None,
    model: Annotated[
        str | None, typer.Option(help="The model that answered, where its name is not a published one.")
    ] = None,
    rows: Annotated[
        list[Path] | None, typer.Option(help="CSV of your own vehicles, added to the catalogue. May be repeated.")
    ] = None,
) -> None:
    """Show the uncertainty of each length by its parts, heights from shadows, and the vehicles that the size leaves.

    A height needs your own column shadow_m and the elevation of the sun.
    """
    from vehicle_id.catalogue import load_catalogue
    from vehicle_id.cli.count import answering_model
    from vehicle_id.errors import OutputError
    from vehicle_id.files import check_not_input, check_place, write_whole
    from vehicle_id.output.readers import read_rows
    from vehicle_id.report.measured import measure_rows
    from vehicle_id.results import Result

    if out is not None:
        if out.suffix.lower() != ".json":
            raise OutputError(f"the output {out} does not end in .json")
        check_not_input(out, [results], "the file of results")
        check_place(out)
    records = list(read_rows(results))
    card, _ = answering_model(records, model)
    answers = map(Result.from_dict, records)
    catalogue = load_catalogue(*(rows or []))
    measured = list(measure_rows(answers, catalogue, interval_z=card.decision.size_interval_z))
    _print(measured)
    without = len(records) - len(measured)
    no_gsd = sum("gsd_unknown" in (record["flags"] or ()) for record in records)
    hint = (
        f", {no_gsd} of them for want of a ground sample distance: classify with --gsd-m or a manifest"
        if no_gsd
        else ""
    )
    typer.echo(f"{len(measured)} measured, {without} without a size{hint}", err=True)
    if out is not None:
        write_whole(out, json.dumps([each.plain() for each in measured], indent=1, ensure_ascii=False).encode() + b"\n")
        typer.echo(f"wrote {visible(str(out))}", err=True)


def _print(measured: Sequence[MeasuredVehicle]) -> None:
    from vehicle_id.cli.console import line_of, widths_of

    if measured:
        table = [list(TITLES), *(_cells(each) for each in measured)]
        widths = widths_of([[visible(cell) for cell in cells] for cells in table])
        typer.echo("\n".join(line_of(cells, widths) for cells in table))


def _cells(each: MeasuredVehicle) -> list[str]:
    budget, height = each.budget, each.height
    cells = [each.path, each.label or "", "", "", "", "", "", ""]
    if budget is not None:
        parts = [budget.network, budget.edges, budget.gsd, budget.view]
        cells[2:] = [f"{budget.length_m:.1f} m", f"{budget.low_m:.1f} to {budget.high_m:.1f}"]
        cells += ["" if part is None else f"{part:.1%}" for part in parts]
    shown = "" if height is None else f"{height.height_m:.1f} m ({height.low_m:.1f} to {height.high_m:.1f})"
    names = ", ".join(each.possible[:SHOWN]) + (", ..." if len(each.possible) > SHOWN else "")
    left = f"{len(each.possible)} of {len(each.possible) + len(each.excluded)} vehicles of the answer"
    return [*cells, shown or each.note, f"{left} ({names})" if names else left]
