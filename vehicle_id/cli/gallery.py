"""`vehicle-id gallery`: classes of your own from a few reference crops, without training."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vehicle_id.cli.crop_options import (
    BandsOption,
    CropOptions,
    CropsArgument,
    GsdOption,
    IsolateOption,
    ManifestOption,
    ModelOption,
    NoManifestOption,
    ViewsOption,
    embedding,
    say_failures,
)
from vehicle_id.parallel import use_one_blas_thread
from vehicle_id.text import count_of, visible

if TYPE_CHECKING:
    from vehicle_id.classifier import Classifier
    from vehicle_id.gallery.references import Gallery

GalleryArgument = Annotated[Path, typer.Argument(help="File of the gallery, such as own.json.", show_default=False)]

gallery = typer.Typer(
    help="Classes of your own from a few reference crops, without training: for classify --gallery.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@gallery.command()
def add(
    file: GalleryArgument,
    crops: CropsArgument = None,
    label: Annotated[
        str | None, typer.Option(help="Class that the crops show, in place of the manifest's column label.")
    ] = None,
    parent: Annotated[
        str | None,
        typer.Option(help="Node of the model's class tree that the class is a kind of; answers roll up to it."),
    ] = None,
    manifest: ManifestOption = None,
    no_manifest: NoManifestOption = False,
    gsd_m: GsdOption = None,
    bands: BandsOption = None,
    model: ModelOption = None,
    views: ViewsOption = None,
    isolate: IsolateOption = True,
) -> None:
    """Add reference crops to a gallery; make it if there is none.

    A label of the model's class tree adds references to that class.
    """
    use_one_blas_thread()
    from vehicle_id.errors import InputError
    from vehicle_id.files import check_place
    from vehicle_id.gallery.collect import check_spelling, collect
    from vehicle_id.gallery.references import read_gallery, write_gallery
    from vehicle_id.model.decide import gallery_scores

    check_place(file)
    existing = read_gallery(file) if os.path.lexists(file) else None
    options = CropOptions(
        crops=crops or [],
        manifest=manifest,
        no_manifest=no_manifest,
        gsd_m=gsd_m,
        bands=bands,
        model=model,
        views=views or (None if existing is None else existing.views),
        isolate=isolate,
    )
    with embedding(options) as (classifier, found):
        made = classifier.new_gallery() if existing is None else existing
        classifier.check_gallery(made)
        embedded = list(found)
        references = collect(embedded, label=label, optical=classifier.card.sensor == "optical")
        say_failures(embedded)
        if not references:
            raise InputError("no crop could be opened: the gallery is as it was")
        check_spelling(references, (*made.labels, *classifier.taxonomy.names))
        changed = made.with_references(references, parent=parent)
        gallery_scores(changed, classifier.card)  # refuses a parent that the model does not have
    write_gallery(changed, file)
    num_new = len(changed.references) - len(made.references)
    already = len(references) - num_new
    typer.echo(
        f"added {count_of(num_new, 'reference')} to {visible(str(file))}"
        + (f"; {already} were in it already" if already else ""),
        err=True,
    )
    without = sum(each.gsd_m is None for each in references)
    if without:
        has = "has" if without == 1 else "have"
        typer.echo(
            f"vehicle-id: {without} of these references {has} no ground sample distance, and crops that have one are "
            "less like them: state --gsd-m or a manifest",
            err=True,
        )
    _print(changed, classifier)


@gallery.command("list")
def list_(
    file: GalleryArgument,
    paths: Annotated[bool, typer.Option("--paths", help="Name every reference.")] = False,
    model: ModelOption = None,
) -> None:
    """List the classes of a gallery, and whether their references agree with one another."""
    from vehicle_id.classifier import Classifier
    from vehicle_id.gallery.references import read_gallery

    stored = read_gallery(file)
    classifier = Classifier(model, views=stored.views)
    classifier.check_gallery(stored)
    _print(stored, classifier)
    if paths:
        for each in stored.references:
            typer.echo(f"{each.sha256[:12]}  {visible(each.label)}  {visible(each.path)}")


@gallery.command()
def remove(
    file: GalleryArgument,
    paths: Annotated[
        list[str] | None, typer.Argument(help="Paths of references, as 'list --paths' names them.", show_default=False)
    ] = None,
    label: Annotated[
        list[str] | None, typer.Option(help="Remove all references of this class. May be repeated.")
    ] = None,
) -> None:
    """Remove references from a gallery, by path or by class."""
    from vehicle_id.gallery.references import read_gallery, write_gallery

    if not paths and not label:
        raise typer.BadParameter("give paths, or --label")
    stored = read_gallery(file)
    left = stored.without(labels=label or (), paths=paths or ())
    write_gallery(left, file)
    num_removed = len(stored.references) - len(left.references)
    typer.echo(
        f"removed {count_of(num_removed, 'reference')} from {visible(str(file))}: {len(left.references)} left", err=True
    )


def _print(shown: Gallery, classifier: Classifier) -> None:
    """A line for every class: how many references, how many of them the others find, what the network calls them."""
    from collections import Counter

    from vehicle_id.cli.console import line_of, widths_of
    from vehicle_id.model.decide import gallery_scores

    if not shown.references:
        typer.echo("no reference")
        return
    scores, counts, names = gallery_scores(shown, classifier.card), shown.counts(), classifier.card.labels
    rows = [("class", "references", "found", "the model alone says", "")]
    best = shown.logits().argmax(axis=1)
    for name in shown.labels:
        says = Counter(names[best[i]] for i, each in enumerate(shown.references) if each.label == name)
        found = scores.found[name]
        said = ", ".join(f"{label} {count}" for label, count in says.most_common(3))
        kind = shown.parents.get(name)
        remark = scores.disagreements.get(name) or (f"a kind of {kind}" if kind else "")
        rows.append((name, str(counts[name]), "-" if found is None else f"{found} of {counts[name]}", said, remark))
    widths = widths_of(rows)
    for row in rows:
        typer.echo(line_of(row, widths))
