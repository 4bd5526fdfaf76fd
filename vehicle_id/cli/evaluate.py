"""`vehicle-id evaluate`: how good a model is on labelled crops."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

ALL_CLASSES = 1_000_000


def evaluate(
    data: Annotated[Path, typer.Argument(help="CSV manifest with a column label, or a folder per class.")],
    model: Annotated[str | None, typer.Option(help="Published name, or path of an ONNX file.")] = None,
    split: Annotated[str | None, typer.Option(help="Only rows of this split, such as test.")] = None,
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", help="FROM=TO: a label of the data is this one of the model, or 'unknown'. Repeatable."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write every number to this JSON file.")] = None,
    tta: Annotated[bool, typer.Option("--tta", help="Average eight rotations and flips.")] = False,
) -> None:
    """Measure a model on labelled crops.

    They go through the same path that classify runs.
    """
    from vehicle_id.classifier import Classifier
    from vehicle_id.evaluation import evaluate as measure
    from vehicle_id.labelled import read_labelled
    from vehicle_id.writers import write_whole

    rows = (crop for crop in read_labelled(data) if split is None or crop.split == split)
    classifier = Classifier(model, top_k=ALL_CLASSES, tta=tta)
    record = measure(classifier, rows, mapping=dict(_pair(each) for each in mapped or []))
    typer.echo("\n".join(_lines(record)))
    if out is not None:
        write_whole(out, json.dumps(record, indent=1).encode() + b"\n")


def _pair(text: str) -> tuple[str, str]:
    source, equals, target = text.partition("=")
    if not (source and equals and target):
        raise typer.BadParameter(f"{text!r} is not FROM=TO", param_hint="--map")
    return source, target


def _lines(record: dict[str, Any]) -> list[str]:
    top1, decided = record["top1"], record["decided"]
    lines = [
        f"{record['num_crops']} crops by {record['model']}" + (", eight views each" if record["tta"] else ""),
        f"top-1 accuracy {top1['accuracy']:.4f}, macro-F1 {top1['macro_f1']:.4f}, ECE {top1['ece']:.4f}, "
        f"AURC {top1['aurc']:.4f}",
        "",
        f"{'class':<20}{'crops':>7}{'precision':>11}{'recall':>8}{'F1':>8}   answered as",
    ]
    for row, (label, score) in enumerate(top1["classes"].items()):
        answers = zip(top1["labels"], top1["confusion"][row], strict=True)
        others = ", ".join(f"{name} {count}" for name, count in answers if count)
        figures = [f"{score[name]:.3f}" if score["support"] else "-" for name in ("precision", "recall", "f1")]
        lines.append(f"{label:<20}{score['support']:>7}{figures[0]:>11}{figures[1]:>8}{figures[2]:>8}   {others}")
    lines += ["", f"decided: {decided['named']} named, {decided['unknown']} unknown"]
    lines += [
        f"  at level {name}: {level['answered']} answered, {level['precision']:.3f} of them right"
        for name, level in decided["levels"].items()
    ]
    return lines + _further(record)


def _further(record: dict[str, Any]) -> list[str]:
    lines = []
    if "size" in record:
        size = record["size"]
        lines.append(
            f"size: median length error {size['length_median_error']:.1%} over {size['num_crops']} crops, "
            f"{size['length_in_interval']:.1%} inside the 90 % interval"
        )
    if "unknown" in record:
        unknown = record["unknown"]
        answers = ", ".join(f"{name} {count}" for name, count in unknown["answered"].items())
        lines.append(f"not ours: AUROC {unknown['auroc']:.3f} over {unknown['num_crops']} crops, answered {answers}")
    for what in ("skipped", "failed"):
        if record[what]:
            lines.append(f"{what}: " + ", ".join(f"{name} {count}" for name, count in record[what].items()))
    return lines
