"""`vehicle-id evaluate`: measure a model on labelled crops."""

from __future__ import annotations

import csv
import io
import json
import shlex
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from vehicle_id.cli.crop_options import ModelOption, ProviderOption, TtaOption, ViewsOption
from vehicle_id.text import count_of, guarded, letters_of, visible

if TYPE_CHECKING:
    from vehicle_id.taxonomy import Taxonomy

FEW_GROUPS = 20
"""With fewer groups a bootstrap gives too narrow intervals (Cameron, Gelbach and Miller 2008, Rev. Econ. Stat. 90, find
it with 5 to 30)."""


def evaluate(
    data: Annotated[
        list[Path],
        typer.Argument(help="CSV manifest with a column label, or a folder per class; several are measured together."),
    ],
    model: ModelOption = None,
    split: Annotated[str | None, typer.Option(help="Only rows of this split, such as test.")] = None,
    half: Annotated[
        Literal["a", "b"] | None,
        typer.Option(help="Only one half of the groups: one to develop with, one to report."),
    ] = None,
    mapped: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            help="FROM=TO: a label of the data stands for this node of the model's tree, for several joined by "
            "commas, or for 'unknown'. Repeatable.",
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write every number to this .json file.")] = None,
    crops: Annotated[Path | None, typer.Option(help="Write a row per crop to this .csv file.")] = None,
    views: ViewsOption = None,
    tta: TtaOption = False,
    provider: ProviderOption = "auto",
) -> None:
    """Measure a model on labelled crops, and the agreement of people who reviewed a report.

    The crops go through the same code as in classify. A CSV that a report saved also says how often its reviewer agreed
    with the answers; two of them, how often their reviewers agreed with each other.
    """
    mapping = _mapping(mapped or [])
    for each in data:
        _check_output(out, ".json", "every number", each)
        _check_output(crops, ".csv", "a row per crop", each)

    from vehicle_id.classifier import Classifier
    from vehicle_id.crops.labelled import read_labelled
    from vehicle_id.evaluation.evaluate import ALL_CLASSES
    from vehicle_id.evaluation.evaluate import evaluate as measure
    from vehicle_id.evaluation.review import agreement, latest, lines_of, read_reviews, undisputed
    from vehicle_id.files import write_whole

    said = {each: read_reviews(each) for each in data}
    reviews = latest(review for each in said.values() for review in each)
    # each is checked before the first is read
    labelled = [read_labelled(each) for each in data if not said[each]]
    agreed, num_disputed = undisputed(reviews)
    rows = [*chain.from_iterable(labelled), *agreed]
    record = {"review": {**agreement(reviews), "disputed": num_disputed}} if reviews else {}
    if reviews:
        typer.echo("\n".join(map(visible, lines_of(record["review"]))))
    if not rows:
        _write(out, record)
        if crops is not None:
            typer.echo(f"vehicle-id: no crop was measured: nothing is written to {visible(str(crops))}", err=True)
        return
    classifier = Classifier(model, top_k=ALL_CLASSES, views=views, tta=tta, provider=provider)
    evaluation = measure(classifier, rows, mapping=mapping, split=split, half=half)
    _say_spelling(evaluation.skipped, evaluation.taxonomy)
    measures = evaluation.measures()
    typer.echo("\n".join(map(visible, _lines(measures))))
    _write(out, measures | record)
    if crops is not None:
        write_whole(crops, _csv(evaluation.rows()))


def _write(out: Path | None, record: dict[str, Any]) -> None:
    from vehicle_id.files import write_whole

    if out is not None:
        write_whole(out, json.dumps(record, indent=1).encode() + b"\n")


def _mapping(pairs: list[str]) -> dict[str, tuple[str, ...]]:
    mapping: dict[str, tuple[str, ...]] = {}
    for text in pairs:
        source, equals, targets = text.partition("=")
        nodes = tuple(each.strip() for each in targets.split(","))
        if not (source and equals and all(nodes)):
            raise typer.BadParameter(f"{text!r} is not FROM=TO", param_hint="--map")
        if source in mapping:
            raise typer.BadParameter(f"{source!r} is mapped twice: join its nodes by commas", param_hint="--map")
        mapping[source] = nodes
    return mapping


def _check_output(path: Path | None, suffix: str, content: str, data: Path) -> None:
    """Raise before the long work what would be raised after it."""
    from vehicle_id.errors import OutputError
    from vehicle_id.files import check_not_input, check_place

    if path is None:
        return
    if path.suffix.lower() != suffix:
        raise OutputError(f"the output {path} does not end in {suffix}: {content} is written as {suffix}")
    check_not_input(path, [data], "the manifest")
    check_place(path)


def _csv(rows: Iterable[dict[str, Any]]) -> bytes:
    safe = [{name: guarded(value) if isinstance(value, str) else value for name, value in row.items()} for row in rows]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(safe[0]))
    writer.writeheader()
    writer.writerows(safe)
    return text.getvalue().encode()


def _say_spelling(skipped: Iterable[str], taxonomy: Taxonomy) -> None:
    """Name the skipped labels that differ from a class in capitals, spaces and hyphens alone."""
    known = {letters_of(name): name for name in taxonomy.names}
    options = [
        f"--map {shlex.quote(label)}={known[letters_of(label)]}" for label in skipped if letters_of(label) in known
    ]
    if options:
        typer.echo(
            "vehicle-id: skipped are labels that the model spells otherwise; measure them with "
            + visible(" ".join(options)),
            err=True,
        )


def _looks(record: dict[str, Any]) -> str:
    windows = f", {record['views']} windows each" if record["views"] > 1 else ""
    return windows + (", eight rotations and flips each" if record["tta"] else "")


def _lines(record: dict[str, Any]) -> list[str]:
    between = record["intervals"]
    lines = [
        f"{count_of(record['num_crops'], 'crop')} by {record['model']}{_looks(record)}",
        *_table("top-1", "label", record["top1"], between.get("top1", {})),
    ]
    if "families" in record:
        families = record["families"]
        lines += ["", *_table("by family:", "family", families, between.get("families", {}))]
        if families["left_out"]:
            lines.append(f"left out, since they span several families: {', '.join(families['left_out'])}")
    return lines + _decided(record["decided"], between.get("decided", {})) + _further(record) + [_drawn(between)]


def _drawn(between: dict[str, Any]) -> str:
    """What the numbers in brackets are."""
    num = between["num_groups"]
    if num == 1:
        return "no 95 % intervals: all crops are of one group"
    if between["num_without_group"]:
        what = "crops; state the image or place of each in a column group, since crops of one are alike"
    else:
        what = "groups" + ("; so few make them too narrow" if num < FEW_GROUPS else "")
    return f"in brackets: 95 % intervals by bootstrap over {num} {what}"


def _with_interval(text: str, between: dict[str, Any], name: str, form: str) -> str:
    if name not in between:
        return text
    low, high = (format(end, form) for end in between[name])
    return f"{text} ({low} to {high})"


def _table(title: str, what: str, table: dict[str, Any], between: dict[str, Any]) -> list[str]:
    width = max(20, *(len(label) for label in table["classes"]))
    figures = [
        _with_interval(f"{text} {table[name]:.4f}", between, name, ".2f")
        for text, name in (("accuracy", "accuracy"), ("macro-F1", "macro_f1"), ("ECE", "ece"), ("AURC", "aurc"))
    ]
    lines = [
        f"{title} {', '.join(figures)}",
        "",
        f"{what:<{width}}{'crops':>7}{'precision':>11}{'recall':>8}{'F1':>8}   answered as",
    ]
    for (label, score), counts in zip(table["classes"].items(), table["confusion"], strict=True):
        answers = zip(table["columns"], counts, strict=True)
        others = ", ".join(f"{name} {count}" for name, count in answers if count)
        shares = [f"{score[name]:.3f}" if score["support"] else "-" for name in ("precision", "recall", "f1")]
        lines.append(f"{label:<{width}}{score['support']:>7}{shares[0]:>11}{shares[1]:>8}{shares[2]:>8}   {others}")
    return lines


def _decided(decided: dict[str, Any], between: dict[str, Any]) -> list[str]:
    at_family = decided["at_family"]
    lines = ["", f"decided: {decided['named']} named, {decided['unknown']} unknown"]
    if at_family["answered"]:
        right = _with_interval(f"{at_family['precision']:.3f}", between, "precision_at_family", ".2f")
        lines.append(f"  at family level or finer: {at_family['answered']} answered, {right} of them right")
    return lines + [
        f"  at level {name}: {level['answered']} answered, {level['precision']:.3f} of them right"
        for name, level in decided["levels"].items()
    ]


def _further(record: dict[str, Any]) -> list[str]:
    lines = []
    if "size" in record:
        lines += _sizes(record["size"], record["intervals"].get("size", {}))
    if "unknown" in record:
        unknown = record["unknown"]
        lines.append(
            f"outside the class tree: AUROC {unknown['auroc']:.3f} over {count_of(unknown['num_crops'], 'crop')}"
        )
        for label, scores in unknown["labels"].items():
            answers = ", ".join(f"{name} {count}" for name, count in scores["answered"].items())
            lines.append(f"  {label}: AUROC {scores['auroc']:.3f} over {scores['num']}, answered {answers}")
    for what in ("skipped", "failed"):
        if record[what]:
            lines.append(f"{what}: " + ", ".join(f"{name} {count}" for name, count in record[what].items()))
    return lines


def _sizes(size: dict[str, Any], between: dict[str, Any]) -> list[str]:
    measured = ", ".join(f"{label} {each['measured_length_m']:.1f}" for label, each in size["labels"].items())
    lines = [f"median measured length in metres: {measured}"]
    for what in ("length", "width"):
        error, inside = f"{what}_median_error", f"{what}_in_interval"
        if size[error] is not None:
            errors = _with_interval(f"{size[error]:.1%}", between, error, ".1%")
            shares = _with_interval(f"{size[inside]:.1%}", between, inside, ".0%")
            lines.append(f"size: median {what} error {errors}, {shares} inside the 90 % interval")
    return lines
