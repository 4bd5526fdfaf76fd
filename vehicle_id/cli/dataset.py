"""`vehicle-id dataset`: check and divide labelled crops before training."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vehicle_id.errors import InputError
from vehicle_id.text import count_of, visible

if TYPE_CHECKING:
    from vehicle_id.dataset.check import DatasetReport
    from vehicle_id.taxonomy import Taxonomy

SHOWN = 5
"""Faults of one kind on the terminal, and crops of one fault in a line of it."""

dataset = typer.Typer(
    help="Check and divide labelled crops before training.", no_args_is_help=True, rich_markup_mode=None
)


@dataset.command()
def check(
    data: Annotated[Path, typer.Argument(help="CSV manifest with a column label, or a folder per class.")],
    tree: Annotated[
        str,
        typer.Option(
            "--tree",
            help="Tree that has the labels: 'catalogue', 'any', or 'auto', the catalogue's if half of them are in it.",
        ),
    ] = "auto",
    suspects: Annotated[
        bool, typer.Option("--suspects/--no-suspects", help="Look for labels that the picture does not support.")
    ] = True,
    model: Annotated[str | None, typer.Option(help="Model whose embeddings find suspect labels.")] = None,
    out: Annotated[
        list[Path] | None, typer.Option(help="Write the report to this .json or .html file. May be repeated.")
    ] = None,
    fix: Annotated[
        Path | None,
        typer.Option(help="Write a manifest without unreadable, repeated and contradicting crops. No file is changed."),
    ] = None,
) -> None:
    """Look for faults in a set of labelled crops.

    Unreadable files, copies, scenes on both sides of a split, labels that are no class or do not fit the picture,
    ground sample distances that contradict the class, classes with few crops. Ends with code 3 if there is an error.
    """
    for file in out or []:
        if file.suffix not in (".json", ".html"):
            raise typer.BadParameter(f"{file} does not end in .json or .html", param_hint="--out")

    from vehicle_id.classifier import Classifier
    from vehicle_id.dataset.check import check_dataset
    from vehicle_id.files import check_not_input, check_place

    for file in (*(out or []), *([fix] if fix is not None else [])):
        check_not_input(file, [data], "the manifest")
        check_place(file)

    classifier = Classifier(model, views=1) if suspects else None
    report = check_dataset(data, tree=_tree(tree, data), classifier=classifier)
    _print(report)
    for file in out or []:
        _write(report, file)
    if fix is not None:
        from vehicle_id.dataset.manifests import cleaned, write_manifest

        kept = cleaned(report)
        write_manifest(kept, fix)
        typer.echo(f"wrote {visible(str(fix))}: {len(kept)} of {len(report.crops)} crops", err=True)
    if report.has_errors:
        raise typer.Exit(InputError.exit_code)


@dataset.command()
def split(
    data: Annotated[Path, typer.Argument(help="CSV manifest with a column label, or a folder per class.")],
    out: Annotated[Path, typer.Option(help="Manifest to write, with a column split (or fold).")],
    shares: Annotated[
        str, typer.Option(help="Names and shares of the splits.", metavar="NAME:SHARE,...")
    ] = "train:0.8,val:0.2",
    folds: Annotated[int | None, typer.Option(min=2, help="Write a column fold, from 0, in place of splits.")] = None,
    seed: Annotated[int, typer.Option(help="Another number divides another way.")] = 0,
) -> None:
    """Divide labelled crops by group, with about the same share of each class in every part.

    Crops of one group (an image, a site, a date) stay together.
    """
    from dataclasses import replace

    from vehicle_id.crops.labelled import labelled_with_own_columns
    from vehicle_id.dataset.manifests import write_manifest
    from vehicle_id.dataset.splits import group_folds, split_by_group
    from vehicle_id.files import check_not_input

    check_not_input(out, [data], "the manifest")
    crops = labelled_with_own_columns(data)
    if folds is None:
        names = split_by_group(crops, _shares(shares), seed=seed)
        crops = [replace(crop, split=name) for crop, name in zip(crops, names, strict=True)]
    else:
        names = [str(fold) for fold in group_folds(crops, folds, seed=seed)]
        crops = [replace(crop, extra={**crop.extra, "fold": name}) for crop, name in zip(crops, names, strict=True)]
    write_manifest(crops, out)
    without = sum(crop.group is None for crop in crops)
    if without:
        typer.echo(f"{without} of {len(crops)} crops state no group: each was divided alone", err=True)
    counts = ", ".join(f"{name} {names.count(name)}" for name in dict.fromkeys(sorted(names)))
    typer.echo(f"wrote {visible(str(out))}: {counts}", err=True)


def _shares(text: str) -> dict[str, float]:
    from vehicle_id.crops.labelled import SPLIT_FOLDERS

    known = set(SPLIT_FOLDERS.values())
    shares: dict[str, float] = {}
    for part in text.split(","):
        name, colon, share = part.strip().partition(":")
        try:
            shares[name] = float(share)
        except ValueError:
            shares[name] = -1.0
        if not colon or name not in known or not 0 < shares[name] < 1e6:
            names = ", ".join(sorted(known))
            raise typer.BadParameter(f"{part!r} is not a split and its share: write train:0.8; splits are {names}")
    return shares


def _tree(name: str, data: Path) -> Taxonomy | None:
    if name not in ("auto", "catalogue", "any"):
        raise typer.BadParameter(f"{name!r} is not auto, catalogue or any", param_hint="--tree")
    if name == "any":
        return None

    from vehicle_id.catalogue import load_catalogue
    from vehicle_id.crops.labelled import read_labelled

    published = load_catalogue().sized_taxonomy()
    labels = {crop.label for crop in read_labelled(data)} if name == "auto" else set(published.names)
    known = sum(label in published for label in labels)
    return published if 2 * known >= len(labels) else None


def _print(report: DatasetReport) -> None:
    counts = report.counts()
    typer.echo(f"{len(report.pictures)} of {len(report.crops)} crops can be read, {count_of(len(counts), 'label')}")
    for label, splits in counts.items():
        stated = ", ".join(f"{split or 'no split'} {count}" for split, count in splits.items())
        typer.echo(f"  {visible(label):<32} {sum(splits.values()):>6}  {stated}")
    for kind, group in groupby(report.faults, key=lambda fault: fault.kind):
        found = list(group)
        typer.echo(f"\n{'error' if kind.is_error else 'warning'}: {kind.heading} ({len(found)}); {kind.advice}")
        for fault in found[:SHOWN]:
            paths = ", ".join(visible(str(path)) for path in fault.paths[:SHOWN])
            more = f" and {len(fault.paths) - SHOWN} more" if len(fault.paths) > SHOWN else ""
            typer.echo(f"  {visible(fault.message)}{': ' if paths else ''}{paths}{more}")
        if len(found) > SHOWN:
            typer.echo(f"  and {len(found) - SHOWN} more")
    if not report.faults:
        typer.echo("no fault found")


def _write(report: DatasetReport, file: Path) -> None:
    from vehicle_id.dataset.page import page
    from vehicle_id.files import write_whole

    text = page(report) if file.suffix == ".html" else json.dumps(report.to_dict(), indent=1, ensure_ascii=False) + "\n"
    write_whole(file, text.encode("utf-8", "backslashreplace"))
    typer.echo(f"wrote {visible(str(file))}", err=True)
