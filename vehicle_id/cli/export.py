"""`vehicle-id export`: a finished run -> a verified ONNX model folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vehicle_id.cli.extras import needs_train


def export(
    run: Annotated[Path, typer.Argument(help="Run folder that vehicle-id train made.")],
    out: Annotated[Path, typer.Option(help="Model folder to write: model.onnx, golden.json, recipe.yaml, README.md.")],
    golden: Annotated[
        Path | None, typer.Option(help="Labelled crops for golden.json that may be passed on. Default: drawn patterns.")
    ] = None,
) -> None:
    """Write a trained network as verified ONNX (extra 'train').

    The graph runs in onnxruntime on the run's own crops; if it does not answer as the network did, nothing is
    written.
    """
    with needs_train("vehicle-id export"):
        from vehicle_id.train.export import export as write_model

    agreement = write_model(run, out, golden=golden)
    typer.echo(
        f"{agreement.num_chips} chips through torch and onnxruntime: same top-1 on {agreement.same_top1}, "
        f"largest probability difference {agreement.largest_difference:.1e}"
    )
    typer.echo(f"wrote {out / 'model.onnx'}; next: vehicle-id classify CROPS --model {out}")
