"""`vehicle-id convert`: finished results in other formats."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vehicle_id.text import count_of


def convert(
    results: Annotated[Path, typer.Argument(help="File of results, in any format that classify writes.")],
    out: Annotated[
        list[Path],
        typer.Option(
            help="File to write: .csv, .jsonl, .parquet, .html, .geojson, .gpkg, .geoparquet, or .json in the form of "
            "MegaDetector. May be repeated."
        ),
    ],
    by_family: Annotated[
        bool, typer.Option("--by-family", help="In a .gpkg, make a layer for each family of vehicles.")
    ] = False,
) -> None:
    """Write finished results in other formats, such as maps for QGIS, with the record of their run."""
    from vehicle_id.output.convert import convert as write

    converted = write(results, out, by_family=by_family)
    if converted.first_changed is not None:
        number = converted.first_changed
        typer.echo(f"vehicle-id: row {number} of {results} was changed since its run wrote it", err=True)
    typer.echo(f"wrote {', '.join(map(str, out))}: {count_of(converted.num_rows, 'row')}")
