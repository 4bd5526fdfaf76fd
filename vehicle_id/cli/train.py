"""`vehicle-id train`: labelled crops -> a run folder with a calibrated network."""

from __future__ import annotations

import json
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
        Path | None,
        typer.Argument(
            help="Folder with a subfolder per class, or with train/ and val/ that have them, or CSV manifest with a "
            "column label.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Run folder to create.", show_default=False)] = None,
    recipe: Annotated[
        str | None,
        typer.Option(
            help="YAML recipe, or a shipped one: small, base, finetune-from-overhead, few-shot, sar. Default: that of "
            "the run under --resume, else the defaults of every field."
        ),
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="Replace one value of the recipe, such as train.lr=5e-4. The value is YAML. May be repeated.",
            metavar="FIELD=VALUE",
        ),
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Epochs at most: --set train.epochs=N.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue from the run's last epoch.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="No progress: only warnings, and the result at the end.")
    ] = False,
    tensorboard: Annotated[
        bool,
        typer.Option("--tensorboard", help="Also log for TensorBoard, into OUT/tensorboard (extra 'tensorboard')."),
    ] = False,
    describe: Annotated[
        bool, typer.Option("--describe", help="Print every field of a recipe with its values and meaning, and end.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --describe: as a JSON schema.")] = False,
) -> None:
    """Train a classifier on labelled crops (extra 'train').

    The next step is vehicle-id export. Ctrl-C stops the run; --resume continues it. Several GPUs or processes share one
    run under torchrun: torchrun --nproc-per-node 2 -m vehicle_id train ...
    """
    if describe:
        _describe(as_json=as_json)
        return
    if data is None:
        raise typer.BadParameter("name the labelled crops: a folder or a CSV manifest", param_hint="DATA")
    if out is None:
        raise typer.BadParameter("name the run folder to create", param_hint="--out")
    with needs_train("vehicle-id train"):
        from vehicle_id.cli.training_progress import TrainingProgress
        from vehicle_id.train.choose import choose_recipe
        from vehicle_id.train.loop import train as run_training
        from vehicle_id.train.observers import Observer
        from vehicle_id.train.ranks import torchrun_ranks
        from vehicle_id.train.run_report.report import RunReport
        from vehicle_id.train.tensorboard import TensorBoardLog

    if resume and recipe is None and os.path.exists(out / RECIPE):
        recipe = str((out / RECIPE).absolute())
    replaced = [*(changes or []), *([] if epochs is None else [f"train.epochs={epochs}"])]
    with torchrun_ranks() as ranks, TrainingProgress(quiet=quiet or not ranks.is_first) as progress:
        chosen = choose_recipe(recipe, replaced)
        report = RunReport(data, log=progress.log)
        observers: list[Observer] = [progress, report]
        if tensorboard:
            observers.append(TensorBoardLog(log=progress.log))
        try:
            run = run_training(data, chosen, out, resume=resume, log=progress.log, observers=observers, ranks=ranks)
        except KeyboardInterrupt:
            if ranks.is_first:
                launcher = "" if ranks.size == 1 else f"torchrun --nproc-per-node {ranks.local_size} -m "
                name = "vehicle-id" if ranks.size == 1 else "vehicle_id"
                given = f"train {shlex.quote(str(data))} --out {shlex.quote(str(out))} --resume"
                progress.stopped(f"{launcher}{name} {given}")
            raise SystemExit(STOPPED) from None
    if not ranks.is_first:
        return
    typer.echo(progress.result)
    if report.path is not None:
        typer.echo(f"report: {report.path}")
    if progress.can_export:
        typer.echo(f"next: vehicle-id export {run.folder} --out {run.folder / 'model'}")


def _describe(*, as_json: bool) -> None:
    with needs_train("vehicle-id train --describe"):
        from vehicle_id.train.recipe_schema import as_text, describe, recipe_schema

    typer.echo(json.dumps(recipe_schema(), indent=1) if as_json else as_text(describe()))
