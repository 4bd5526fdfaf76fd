"""`vehicle-id train`: labelled crops -> a run folder with a calibrated network."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Annotated

import typer

from vehicle_id.cli.extras import needs_train

RECIPE = "recipe.yaml"
"""The recipe in a run folder."""
STOPPED = 130
"""Exit code of a run that Ctrl-C stopped, as in a shell."""


def train(
    data: Annotated[
        Path,
        typer.Argument(
            help="Folder with a subfolder per class, or with train/ and val/ that have them, or CSV manifest with a "
            "column label."
        ),
    ],
    out: Annotated[Path, typer.Option(help="Run folder to create.")],
    recipe: Annotated[
        Path | None,
        typer.Option(help="YAML recipe. Default: that of the run under --resume, else the defaults of every field."),
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Epochs at most, instead of the recipe's number.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue from the run's last epoch.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="No progress: only warnings, and the result at the end.")
    ] = False,
) -> None:
    """Train a classifier on labelled crops (extra 'train').

    The next step is vehicle-id export. Ctrl-C stops the run; --resume continues it.
    """
    with needs_train("vehicle-id train"):
        from vehicle_id.cli.training_progress import TrainingProgress
        from vehicle_id.train.history import HistoryTable
        from vehicle_id.train.loop import train as run_training
        from vehicle_id.train.recipe import Recipe, load_recipe, with_epochs

    if resume and recipe is None and os.path.exists(out / RECIPE):
        recipe = out / RECIPE
    chosen = Recipe() if recipe is None else load_recipe(recipe)
    if epochs is not None:
        chosen = with_epochs(chosen, epochs)
    with TrainingProgress(quiet=quiet) as progress:
        try:
            run = run_training(data, chosen, out, resume=resume, log=progress.log, observers=[progress, HistoryTable()])
        except KeyboardInterrupt:
            progress.stopped(f"vehicle-id train {shlex.quote(str(data))} --out {shlex.quote(str(out))} --resume")
            raise typer.Exit(STOPPED) from None
    typer.echo(progress.result)
    typer.echo(f"next: vehicle-id export {run.folder} --out {run.folder / 'model'}")
