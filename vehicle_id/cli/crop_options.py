"""What the commands that read crops share: their options, how the crops are found, and how a classifier is opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vehicle_id.model.providers import ProviderName
from vehicle_id.text import visible

if TYPE_CHECKING:
    from vehicle_id.classifier import Classifier
    from vehicle_id.crops.embedded import EmbeddedCrop
    from vehicle_id.crops.sources import CropSource

CropsArgument = Annotated[
    list[str] | None,
    typer.Argument(help="Folders (searched recursively), files, .tar files or patterns.", show_default=False),
]
ManifestOption = Annotated[
    Path | None,
    typer.Option(
        help="CSV with a column path, relative to it, and what is known of each crop: gsd_m, bands, label, date, site. "
        "Alone: all its rows. Default: manifest.csv in the given folders."
    ),
]
NoManifestOption = Annotated[
    bool, typer.Option("--no-manifest", help="Leave the manifest.csv in the given folders aside.")
]


def metres(text: str) -> float:
    """A number of metres from the command line."""
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no number: write metres with a point, such as 0.3 for 30 cm") from None


GsdOption = Annotated[
    float | None,
    typer.Option("--gsd-m", parser=metres, metavar="METRES", help="Metres per pixel, where the manifest states none."),
]
BandsOption = Annotated[
    str | None,
    typer.Option(help="Bands to show as red, green, blue, where the manifest states none: 3,2,1; or one, as grey."),
]
ModelOption = Annotated[str | None, typer.Option(help="Published name, or path of an ONNX file.")]
ViewsOption = Annotated[
    int | None,
    typer.Option("--views", min=1, max=4, help="Windows of each crop to average, instead of the model's number."),
]
TtaOption = Annotated[
    bool, typer.Option("--tta", help="Average eight rotations and flips: steadier, eight times slower.")
]
ProviderOption = Annotated[
    ProviderName,
    typer.Option(help="What runs the network; a missing provider is an error.", show_choices=True),
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


def crop_source(crops: Sequence[str], *, manifest: Path | None, no_manifest: bool = False) -> CropSource:
    """The crops that the command line names; says which manifest was found beside them."""
    from vehicle_id.crops.sources import CropSource

    check_manifest(manifest, no_manifest=no_manifest)
    source = CropSource(crops, manifest=manifest, find_manifest=not no_manifest)
    if manifest is None and source.manifests:
        found = ", ".join(visible(str(path)) for path in source.manifests)
        typer.echo(f"vehicle-id: using {found} (--no-manifest leaves it aside)", err=True)
    return source


def check_manifest(manifest: Path | None, *, no_manifest: bool) -> None:
    """Refuse the two options together."""
    if manifest is not None and no_manifest:
        raise typer.BadParameter("--manifest and --no-manifest exclude each other: give one")


def open_classifier(model: str | None, *, isolate: bool, **options: Any) -> Classifier:
    """The first decoder is a fork of this process, made before the network is loaded: it has what a decoder needs."""
    from vehicle_id.crops.isolation import Decoders

    decoders = Decoders(fork=True) if isolate else False
    from vehicle_id.classifier import Classifier

    return Classifier(model, isolate=decoders, **options)


def remark(source: CropSource, *, stopped: bool = False) -> None:
    """Say which rows and files belonged to no crop, once all were read."""
    if source.mismatch and not stopped:
        typer.echo(f"vehicle-id: {source.mismatch}", err=True)
    if source.passed_over.sentence:
        typer.echo(f"vehicle-id: {source.passed_over.sentence}", err=True)


@contextmanager
def embedding(options: CropOptions) -> Iterator[tuple[Classifier, Iterator[EmbeddedCrop]]]:
    """A classifier, and the crops with their embeddings, one after another."""
    from vehicle_id.crops.bands import parse_bands

    bands = None if options.bands is None else parse_bands(options.bands)
    source = crop_source(options.crops, manifest=options.manifest, no_manifest=options.no_manifest)
    with open_classifier(options.model, views=options.views, isolate=options.isolate) as classifier:
        yield classifier, classifier.embed_crops(source, gsd_m=options.gsd_m, bands=bands)
    remark(source)


def say_failures(crops: Sequence[EmbeddedCrop]) -> None:
    """Name the first crops that could not be opened, and why."""
    failed = [each.result for each in crops if each.embedding is None]
    for result in failed[:SHOWN]:
        name, reason = visible(result.path or "-"), visible(result.reason)
        typer.echo(f"vehicle-id: {name}: {result.status.value}: {reason}", err=True)
    if len(failed) > SHOWN:
        typer.echo(f"vehicle-id: and {len(failed) - SHOWN} more", err=True)
