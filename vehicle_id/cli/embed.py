"""`vehicle-id embed`: the embeddings of crops as a file for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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


def embed(
    out: Annotated[Path, typer.Option(help="File to write: .npy, .npz or .parquet.")],
    crops: CropsArgument = None,
    manifest: ManifestOption = None,
    no_manifest: NoManifestOption = False,
    gsd_m: GsdOption = None,
    bands: BandsOption = None,
    model: ModelOption = None,
    views: ViewsOption = None,
    isolate: IsolateOption = True,
) -> None:
    """Write the embeddings of crops, by which crops that look alike are found and grouped.

    A row for every crop, in input order; the row of a crop that cannot be opened is empty.
    """
    use_one_blas_thread()
    from vehicle_id.output.vectors import check_vectors, write_vectors

    check_vectors(out)
    options = CropOptions(
        crops=crops or [],
        manifest=manifest,
        no_manifest=no_manifest,
        gsd_m=gsd_m,
        bands=bands,
        model=model,
        views=views,
        isolate=isolate,
    )
    with embedding(options) as (_, found):
        embedded = list(found)
    say_failures(embedded)
    write_vectors(embedded, out)
    num_failed = sum(each.embedding is None for each in embedded)
    failed = f", {num_failed} without an embedding" if num_failed else ""
    typer.echo(f"wrote {visible(str(out))}: {count_of(len(embedded), 'crop')}{failed}", err=True)
