"""`vehicle-id export`: a finished run -> a verified ONNX model folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vehicle_id.cli.extras import needs_train


def export(
    run: Annotated[
        Path,
        typer.Argument(
            help="Run folder that vehicle-id train made; or a model.onnx, of which only the variant is written."
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(help="Model folder to write: model.onnx, golden.json, recipe.yaml, stac-item.json, README.md."),
    ],
    golden: Annotated[
        Path | None, typer.Option(help="Labelled crops for golden.json that may be passed on. Default: drawn patterns.")
    ] = None,
    extent_m: Annotated[
        float | None,
        typer.Option(help="Also write model-Xm.onnx, with one image input of X metres a side, for QGIS Deepness."),
    ] = None,
) -> None:
    """Write a trained network as verified ONNX (extra 'train').

    The graph runs in onnxruntime on the run's own crops; if it does not answer as the network did, nothing is
    written.
    """
    with needs_train("vehicle-id export"):
        from vehicle_id.train.export import export as write_model
        from vehicle_id.train.export import export_variant
        from vehicle_id.train.single_input import file_name

    if run.suffix == ".onnx":
        if extent_m is None:
            raise typer.BadParameter(f"{run} is exported already: --extent-m makes a variant of it")
        if golden is not None:
            raise typer.BadParameter(f"{run} is exported already and has its golden outputs: leave --golden out")
        typer.echo(f"wrote {export_variant(run, out, extent_m=extent_m)}, which answers as {run} does")
        return
    agreement = write_model(run, out, golden=golden, extent_m=extent_m)
    typer.echo(
        f"{agreement.num_chips} chips through torch and onnxruntime: same top-1 on {agreement.same_top1}, "
        f"largest probability difference {agreement.largest_difference:.1e}"
    )
    if extent_m is not None:
        typer.echo(f"wrote {out / file_name(extent_m)}, which answers as model.onnx does at {extent_m:g} m")
    typer.echo(f"wrote {out / 'model.onnx'}; next: vehicle-id classify CROPS --model {out}")
