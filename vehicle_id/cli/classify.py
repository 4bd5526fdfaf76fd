"""`vehicle-id classify`: a folder of crops in, a row for every crop out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vehicle_id.model.providers import ProviderName

if TYPE_CHECKING:
    from vehicle_id.crops.manifest import Crop
    from vehicle_id.model.card import ModelCard


def classify(
    crops: Annotated[
        list[str] | None,
        typer.Argument(help="Folders (searched recursively), files, .tar files or patterns.", show_default=False),
    ] = None,
    manifest: Annotated[
        Path | None,
        typer.Option(help="CSV with a column path, relative to it, and any of gsd_m, date, site. Alone: all its rows."),
    ] = None,
    gsd_m: Annotated[
        float | None, typer.Option("--gsd-m", help="Metres per pixel, where the manifest states none.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Published name, or path of an ONNX file.")] = None,
    out: Annotated[
        list[Path] | None, typer.Option(help="File to write: .csv, .jsonl, .parquet or .html. May be repeated.")
    ] = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume/--no-resume",
            help="Keep the rows that an earlier run of the same model and options left; or replace its files.",
        ),
    ] = True,
    part_rows: Annotated[
        int | None,
        typer.Option("--part-rows", min=1, help="Make each .parquet a folder of files of so many rows, as they fill."),
    ] = None,
    top_k: Annotated[int, typer.Option("--top-k", min=1, help="Likeliest classes kept with each answer.")] = 5,
    tta: Annotated[bool, typer.Option("--tta", help="Average eight rotations and flips: steadier, slower.")] = False,
    coverage: Annotated[
        float | None, typer.Option(help="Also name the classes it could be: 0.9 = true class among them in 90 %.")
    ] = None,
    provider: Annotated[
        ProviderName, typer.Option(help="What runs the network; one that is missing is an error.", show_choices=True)
    ] = "auto",
    isolate: Annotated[
        bool,
        typer.Option("--isolate/--no-isolate", help="Decode in processes of their own: a crash costs one crop."),
    ] = True,
    strict: Annotated[bool, typer.Option("--strict", help="End with code 1 if a crop could not be answered.")] = False,
) -> None:
    """Classify crops: what it is, how sure, how large, and why.

    A crop that cannot be answered gets a row with its status; the others are answered all the same.
    """
    from vehicle_id.classifier import Classifier
    from vehicle_id.cli.console import Report
    from vehicle_id.cli.signals import Stop
    from vehicle_id.errors import InputError
    from vehicle_id.output.run import Identity, Run

    if manifest is not None and any(_same_file(path, manifest) for path in out or []):
        raise InputError(f"the output {manifest} is the manifest itself: name another file")
    jobs = _find(crops or [], manifest)
    with Classifier(model, top_k=top_k, tta=tta, coverage=coverage, provider=provider, isolate=isolate) as classifier:
        if coverage is not None:
            _warn(classifier.card, coverage)
        options = {"gsd_m": gsd_m, "top_k": top_k, "tta": tta, "coverage": coverage, "provider": classifier.provider}
        identity = Identity(model=classifier.card.full_name, model_sha256=classifier.file.sha256, options=options)
        with (
            Run(out or [], identity=identity, resume=resume, part_rows=part_rows) as run,
            Stop() as stop,
            Report() as report,
        ):
            for result in classifier.classify_crops(stop.unless_asked(jobs), gsd_m=gsd_m, known=run.known):
                run.write(result)
                report.row(result)
                if report.reader_left and not out:
                    break  # nobody reads on, and nothing is kept
            run.stopped_by = stop.asked_by
    report.summary(classifier.card.full_name, run.outputs, num_kept=run.num_kept, stopped=stop.asked_by is not None)
    if stop.exit_code:
        raise typer.Exit(stop.exit_code)
    if strict and report.num_failed:
        raise typer.Exit(1)


def _warn(card: ModelCard, coverage: float) -> None:
    counts = [card.counts[label] for label in card.labels if label in card.counts]  # a coarser label tells no class
    num_rendered, num_real = sum(each.rendered_val for each in counts), sum(each.real_val for each in counts)
    typer.echo(
        f"vehicle-id: candidates hold the true class in {coverage:.0%} of crops like those {card.full_name} was "
        f"calibrated on, {num_rendered} rendered and {num_real} real; this does not carry over to other imagery",
        err=True,
    )


def _find(inputs: list[str], manifest: Path | None) -> Iterator[Crop]:
    """The crops to answer: those found under the inputs, or else the manifest's rows."""
    from vehicle_id.crops.images import find_crops
    from vehicle_id.crops.manifest import Crop, read_manifest, rows_by_path
    from vehicle_id.crops.shards import SHARD, filled, is_shard, joined, read_shard

    if manifest is not None and not inputs:
        return read_manifest(manifest)
    paths = find_crops(inputs, also=(SHARD,))
    known = {} if manifest is None else rows_by_path(manifest)

    def join() -> Iterator[Crop]:
        num_known = 0
        for path in paths:
            place = os.path.abspath(path)
            own = known.get(place)
            num_known += own is not None
            if not known or not is_shard(path) or (own is not None and own.problem is not None):
                # with no rows to look up, a tar file is opened where it is answered
                yield own or Crop(path=path)
                continue
            for crop in read_shard(path):
                # not made absolute as a whole: a member ../a.png is not the crop beside the tar file
                row = known.get(os.path.join(place, crop.path.relative_to(path))) if crop.path != path else None
                num_known += row is not None
                crop = filled(crop, own or Crop(path=path))
                yield crop if row is None else joined(crop, row)
        if known and not num_known:
            typer.echo(f"vehicle-id: none of the {len(known)} rows of {manifest} is about one of these crops", err=True)

    return join()


def _same_file(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)
