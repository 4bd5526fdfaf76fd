"""What the commands that embed crops share: their options, and how the crops are found and embedded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vehicle_id.text import visible

if TYPE_CHECKING:
    from vehicle_id.classifier import Classifier
    from vehicle_id.crops.embedded import EmbeddedCrop

CropsArgument = Annotated[
    list[str] | None,
    typer.Argument(help="Folders (searched recursively), files, .tar files or patterns.", show_default=False),
]
ManifestOption = Annotated[
    Path | None,
    typer.Option(
        help="CSV with a column path, relative to it, and any of label, gsd_m, bands. Alone: all its rows. "
        "Default: manifest.csv in the given folders."
    ),
]
NoManifestOption = Annotated[
    bool, typer.Option("--no-manifest", help="Leave the manifest.csv in the given folders aside.")
]
GsdOption = Annotated[float | None, typer.Option("--gsd-m", help="Metres per pixel, where the manifest states none.")]
BandsOption = Annotated[
    str | None, typer.Option(help="Bands to show as red, green, blue, where the manifest states none: 3,2,1.")
]
ModelOption = Annotated[str | None, typer.Option(help="Published name, or path of an ONNX file.")]
ViewsOption = Annotated[
    int | None,
    typer.Option("--views", min=1, max=4, help="Windows of each crop to average, instead of the model's number."),
]
IsolateOption = Annotated[
    bool, typer.Option("--isolate/--no-isolate", help="Decode in separate processes: a crash costs one crop.")
]

SHOWN = 5
"""Crops that could not be opened, by name on the terminal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CropOptions:
    """What stands on the command line about crops and the model."""

    crops: Sequence[str]
    manifest: Path | None = None
    no_manifest: bool = False
    gsd_m: float | None = None
    bands: str | None = None
    model: str | None = None
    views: int | None = None
    isolate: bool = True


@contextmanager
def embedding(options: CropOptions) -> Iterator[tuple[Classifier, Iterator[EmbeddedCrop]]]:
    """A classifier, and the crops with their embeddings, one after another."""
    from vehicle_id.crops.bands import parse_bands
    from vehicle_id.crops.isolation import Decoders
    from vehicle_id.crops.sources import CropSource

    if options.manifest is not None and options.no_manifest:
        raise typer.BadParameter("--manifest and --no-manifest exclude each other: give one")
    bands = None if options.bands is None else parse_bands(options.bands)
    source = CropSource(options.crops, manifest=options.manifest, find_manifest=not options.no_manifest)
    if options.manifest is None and source.manifests:
        found = ", ".join(visible(str(path)) for path in source.manifests)
        typer.echo(f"vehicle-id: using {found} (--no-manifest leaves it aside)", err=True)
    # made before the network is loaded: the first decoder is a fork of this process
    decoders = Decoders(fork=True) if options.isolate else False
    from vehicle_id.classifier import Classifier

    with Classifier(options.model, views=options.views, isolate=decoders) as classifier:
        yield classifier, classifier.embed_crops(source, gsd_m=options.gsd_m, bands=bands)
    if source.mismatch:
        typer.echo(f"vehicle-id: {source.mismatch}", err=True)
    if source.passed_over.sentence:
        typer.echo(f"vehicle-id: {source.passed_over.sentence}", err=True)


def say_failures(crops: Sequence[EmbeddedCrop]) -> None:
    """Name the first crops that could not be opened, and why."""
    failed = [each.result for each in crops if each.embedding is None]
    for result in failed[:SHOWN]:
        name, reason = visible(result.path or "-"), visible(result.reason)
        typer.echo(f"vehicle-id: {name}: {result.status.value}: {reason}", err=True)
    if len(failed) > SHOWN:
        typer.echo(f"vehicle-id: and {len(failed) - SHOWN} more", err=True)
