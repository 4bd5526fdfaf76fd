"""`vehicle-id sort`: copy crops into folders by their answer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer

from vehicle_id.text import count_of


def sort(
    results: Annotated[Path, typer.Argument(help="File of results, in any format that classify writes.")],
    out: Annotated[Path, typer.Option(help="New or empty folder to copy the crops to.")],
    by: Annotated[
        Literal["label", "family"], typer.Option(help="What the folders are named for.", show_choices=True)
    ] = "label",
    crops: Annotated[
        Path | None, typer.Option(help="Folder to look in for crops that are not at the path of their row.")
    ] = None,
) -> None:
    """Copy crops into a folder for each answer, with the rows beside them in answers.csv.

    The folders hold answers, not the truth: train and evaluate refuse them while answers.csv is there.
    """
    from vehicle_id.output.crop_folders import sort_crops

    filled = sort_crops(results, out, by=by, crops=crops)
    typer.echo(f"wrote {out}: {count_of(filled.num_crops, 'crop')}")
    say_missing(filled.missing)


def say_missing(missing: Mapping[str, int]) -> None:
    """Say on standard error which crops were not there."""
    for reason, num in missing.items():
        typer.echo(f"vehicle-id: {count_of(num, 'crop')} left out: {reason}", err=True)
