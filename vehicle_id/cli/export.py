"""`vehicle-id export`: a finished run -> a verified ONNX model folder."""

from __future__ import annotations

import os
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vehicle_id.cli.extras import needs_train

if TYPE_CHECKING:
    from vehicle_id.export.forms import FormName
    from vehicle_id.model.card import Precision


class _Form(str, Enum):
    """The forms of `export/forms.py`: typer takes no list of a Literal."""

    classes = "classes"
    families = "families"
    classify = "classify"


def export(
    run: Annotated[
        Path,
        typer.Argument(
            help="Run folder of vehicle-id train; or a model.onnx, of which only variants with one input are written."
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(help="Model folder to write: model.onnx, golden.json, recipe.yaml, stac-item.json, README.md."),
    ],
    golden: Annotated[
        Path | None, typer.Option(help="Labelled crops for golden.json that may be published. Default: drawn patterns.")
    ] = None,
    extent_m: Annotated[
        float | None,
        typer.Option(help="Also write variants whose one image input spans X metres a side, for other programs."),
    ] = None,
    forms: Annotated[
        list[_Form] | None,
        typer.Option(
            "--as",
            help="The variant: classes or families (QGIS Deepness), classify (ultralytics). Can be given several "
            "times. Default: classes.",
            show_choices=True,
        ),
    ] = None,
    int8: Annotated[
        bool, typer.Option("--int8", help="Compute in 8 bits: about twice as fast. The decision is fitted again.")
    ] = False,
    fp16: Annotated[bool, typer.Option("--fp16", help="Store weights in 16 bits: half the size, not faster.")] = False,
) -> None:
    """Write a trained network as verified ONNX (extra 'train').

    The graph runs in onnxruntime on the run's own crops; if its answers differ from those of the network, nothing is
    written. With --int8 or --fp16 answers may change a little: temperature, thresholds and intervals are fitted again
    on the run's validation split, and a file that loses more than 0.5 % of it is not written.
    """
    if int8 and fp16:
        raise typer.BadParameter("--int8 and --fp16 cannot be combined: export twice, into two folders")
    with needs_train("vehicle-id export"):
        from vehicle_id.export.export import export as write_model
        from vehicle_id.export.export import export_variants
        from vehicle_id.export.single_input import file_name

    if forms and extent_m is None:
        raise typer.BadParameter("--as needs --extent-m: the metres that the image of the variant spans")
    wanted: list[FormName] = [form.value for form in forms or [_Form.classes]]
    if run.suffix == ".onnx":
        if extent_m is None:
            raise typer.BadParameter(f"{run} is already exported: add --extent-m to make a variant of it")
        if int8 or fp16:
            raise typer.BadParameter(f"{run} is already exported: --int8 and --fp16 need the run folder and its crops")
        if golden is not None:
            raise typer.BadParameter(f"{run} is already exported and has its golden outputs: leave --golden out")
        for path in export_variants(run, out, extent_m=extent_m, forms=wanted):
            typer.echo(f"wrote {path}, which gives the same answers as {run}")
        return
    precision: Precision = "int8" if int8 else "fp16" if fp16 else "fp32"
    agreement = write_model(run, out, golden=golden, extent_m=extent_m, forms=wanted, precision=precision)
    typer.echo(
        f"{agreement.num_chips} chips through torch and onnxruntime: same best class on {agreement.same_top1}, "
        f"largest probability difference {agreement.largest_difference:.1e}"
    )
    if agreement.precision_loss is not None:
        loss = agreement.precision_loss
        typer.echo(
            f"{loss.num_crops} validation crops in {precision} and fp32: same best class on {loss.same_top1}, accuracy "
            f"{loss.accuracy:.4f} and {loss.accuracy_before:.4f}, "
            f"largest probability difference {loss.largest_difference:.2f}"
        )
    if extent_m is not None:
        for form in wanted:
            path = out / file_name(extent_m, form)
            typer.echo(f"wrote {path}, which gives the same answers as model.onnx at {extent_m:g} m")
    typer.echo(f"wrote {out / 'model.onnx'}; next: vehicle-id classify CROPS --model {_as_path(out)}")


def _as_path(out: Path) -> str:
    """A folder in a form that `--model` does not take for a published name."""
    return str(out) if len(out.parts) > 1 else os.path.join(".", out)
