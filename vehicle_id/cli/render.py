"""`vehicle-id render`: catalogue rows -> labelled overhead crops."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from vehicle_id.cli.extras import needs_synth
from vehicle_id.cli.streams import progress_bar, takes_a_bar


def render(
    num: Annotated[int, typer.Option(min=1, help="Crops to render.")],
    out: Annotated[Path, typer.Option(help="Folder to make, or to continue.")],
    seed: Annotated[int, typer.Option(min=0, help="Same seed and options, same crops.")] = 0,
    classes: Annotated[
        list[str] | None,
        typer.Option(
            "--classes", help="Class or group of the class tree; repeat, or separate by commas. Default: all."
        ),
    ] = None,
    gsd: Annotated[str, typer.Option(help="Ground sample distance, metres per pixel, low:high.")] = "0.08:0.7",
    context: Annotated[
        str | None,
        typer.Option(help="Square window as a multiple of a tight one, low:high. Default: boxes as drawn by hand."),
    ] = None,
    rows: Annotated[
        list[Path] | None, typer.Option(help="CSV with your own vehicles, which may name mesh files; may be repeated.")
    ] = None,
    only_rows: Annotated[bool, typer.Option("--only-rows", help="Render only the vehicles of --rows.")] = False,
    random_vehicles: Annotated[
        bool, typer.Option("--random-vehicles", help="Render only vehicles of no class, labelled vehicle.")
    ] = False,
    random_colours: Annotated[
        float, typer.Option(help="Share of vehicles, 0 to 1, whose parts wear colours drawn at random.")
    ] = 0.0,
    ground: Annotated[Path | None, typer.Option(help="Folder of images of real ground, with its ground.csv.")] = None,
    stress: Annotated[
        bool, typer.Option("--stress", help="All nuisances at their extreme: low sun, far off nadir, poorest sensor.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, help="Processes; the crops do not depend on it.")] = os.cpu_count()
    or 1,
    sheet: Annotated[bool, typer.Option("--sheet", help="Also write sheet.png, some crops of every class.")] = False,
) -> None:
    """Render labelled crops from the catalogue (extra 'synth').

    The same command continues an interrupted run.
    """
    with needs_synth("vehicle-id render"):
        from vehicle_id.synth.dataset import RenderPlan, render_dataset
        from vehicle_id.synth.sheet import write_sheet

    named = tuple(name.strip() for each in classes or [] for name in each.split(",") if name.strip())
    if classes and not named:
        raise typer.BadParameter("names no class: leave the option out for all classes", param_hint="--classes")
    plan = RenderPlan(
        seed=seed,
        classes=named,
        gsd_m=_range(gsd, "--gsd"),
        rows=tuple(str(path) for path in rows or []),
        only_rows=only_rows,
        random_vehicles=random_vehicles,
        random_colours=random_colours,
        grounds=None if ground is None else str(ground),
        context=None if context is None else _range(context, "--context"),
        stress=stress,
    )
    with _progress(num) as advance:
        manifest = render_dataset(plan, out, num=num, workers=workers, advance=advance)
    written = [str(manifest)]
    if sheet:
        write_sheet(manifest, out / "sheet.png")
        written.append(str(out / "sheet.png"))
    typer.echo("wrote " + ", ".join(written))


def _range(text: str, option: str) -> tuple[float, float]:
    low, _, high = text.partition(":")
    try:
        return float(low), float(high or low)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is neither a number nor low:high", param_hint=option) from None


@contextmanager
def _progress(num: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal; nothing elsewhere."""
    if not takes_a_bar(sys.stderr):
        yield lambda _: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TimeElapsedColumn, TimeRemainingColumn

    with progress_bar(BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn()) as bar:
        task = bar.add_task("crops", total=num)
        yield lambda count: bar.advance(task, count)
