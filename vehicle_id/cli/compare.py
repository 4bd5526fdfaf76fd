"""`vehicle-id compare`: what crops of one kind of vehicle say for one class against another."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vehicle_id.cli.crop_options import (
    GsdOption,
    IsolateOption,
    ManifestOption,
    ModelOption,
    NoManifestOption,
    crop_source,
    open_classifier,
    remark,
)
from vehicle_id.text import visible

if TYPE_CHECKING:
    from vehicle_id.report.verdict import Weighed

CAUTION = (
    "This weighs two hypotheses about vehicles of one kind, and no others. It is a lead for a person to check, no "
    "identification, and no basis for action on its own."
)


def compare(
    crops: Annotated[
        list[str],
        typer.Argument(help="Crops of one vehicle, or of several of the same kind: files, folders or patterns."),
    ],
    hypothesis: Annotated[
        list[str],
        typer.Option(help="A class or a coarser node of the class tree; give two."),
    ],
    manifest: ManifestOption = None,
    no_manifest: NoManifestOption = False,
    gsd_m: GsdOption = None,
    model: ModelOption = None,
    rows: Annotated[
        list[Path] | None, typer.Option(help="CSV of your own vehicles, added to the catalogue. May be repeated.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write everything to this .json file.")] = None,
    isolate: IsolateOption = True,
) -> None:
    """Weigh two hypotheses about crops of one kind of vehicle: looks, sizes, what speaks for and against."""
    if len(hypothesis) != 2:
        raise typer.BadParameter("give exactly two", param_hint="--hypothesis")
    _check_output(out, manifest)

    from vehicle_id.catalogue import load_catalogue
    from vehicle_id.evaluation.evaluate import ALL_CLASSES
    from vehicle_id.report.evidence import weigh
    from vehicle_id.report.size_check import check_size, pooled_size
    from vehicle_id.report.verdict import Weighed

    catalogue = load_catalogue(*(rows or []))
    source = crop_source(crops, manifest=manifest, no_manifest=no_manifest)
    with open_classifier(model, top_k=ALL_CLASSES, isolate=isolate) as classifier:
        results = list(classifier.classify_crops(source, gsd_m=gsd_m))
        card = classifier.card
    remark(source)
    evidence = weigh(results, card, first=hypothesis[0], second=hypothesis[1])
    used = tuple(result for result, crop in zip(results, evidence.crops, strict=True) if crop.log_ratio is not None)
    size = pooled_size(used)
    checks = (check_size(hypothesis[0], size, catalogue), check_size(hypothesis[1], size, catalogue))
    weighed = Weighed(evidence=evidence, results=used, size=size, checks=checks)
    typer.echo("\n".join(map(visible, _lines(weighed, card.full_name))))
    if out is not None:
        _write(out, weighed, card.full_name)


def _check_output(out: Path | None, manifest: Path | None) -> None:
    from vehicle_id.errors import OutputError
    from vehicle_id.files import check_not_input, check_place

    if out is None:
        return
    if out.suffix.lower() != ".json":
        raise OutputError(f"the output {out} does not end in .json")
    check_not_input(out, [] if manifest is None else [manifest], "the manifest")
    check_place(out)


def _lines(weighed: Weighed, model: str) -> list[str]:
    from vehicle_id.report.verdict import (
        base_rate_lines,
        for_and_against,
        ratio_text,
        size_line,
        verdict,
        would_decide,
    )
    from vehicle_id.text import count_of

    evidence = weighed.evidence
    left_out = [each for each in evidence.crops if each.log_ratio is None]
    lines = [
        f"{count_of(len(evidence.crops), 'crop')} by {model}: {evidence.first} or {evidence.second}?",
        *_listed("verdict", [verdict(weighed)]),
    ]
    if evidence.used:
        ratio = f"{ratio_text(evidence.ratio)} for {evidence.favoured}, by all that the model sees, size included"
        rates = ", ".join(base_rate_lines(evidence))
        base = f"probability of {evidence.favoured}, if 1 of so many such vehicles is one beforehand: {rates}"
        lines += _listed("ratio", [ratio] if weighed.is_neither else [ratio, base])
    speaks_for, against = for_and_against(weighed)
    lines += _listed("for", speaks_for) + _listed("against", against)
    if weighed.size is not None:
        size = weighed.size
        measured = f"{size.length_m:.1f} m ({size.length_low_m:.1f} to {size.length_high_m:.1f})"
        across = f"{size.width_m:.1f} m ({size.width_low_m:.1f} to {size.width_high_m:.1f})"
        lines += _listed("size", [f"measured {measured} x {across}", *(size_line(each) for each in weighed.checks)])
    lines += _listed("would decide", would_decide(weighed))
    lines += _listed("left out", [f"{each.path}: {each.why_not}" for each in left_out])
    return [*lines, CAUTION]


def _listed(title: str, texts: list[str]) -> list[str]:
    """Lines under one title; none without texts."""
    return [f"{title if number == 0 else '':<14}{text}" for number, text in enumerate(texts)]


def _write(out: Path, weighed: Weighed, model: str) -> None:
    from vehicle_id.files import write_whole
    from vehicle_id.report.verdict import for_and_against, verdict, would_decide

    evidence = weighed.evidence
    speaks_for, against = for_and_against(weighed)
    record: dict[str, Any] = {
        "model": model,
        "verdict": verdict(weighed),
        "favoured": evidence.favoured if evidence.used else None,
        "likelihood_ratio": evidence.ratio if evidence.used else None,
        "for": speaks_for,
        "against": against,
        "would_decide": would_decide(weighed),
        "evidence": asdict(evidence),
        "size": None if weighed.size is None else asdict(weighed.size),
        "published": [asdict(each) for each in weighed.checks],
        "caution": CAUTION,
    }
    write_whole(out, json.dumps(record, indent=1, ensure_ascii=False).encode() + b"\n")
    typer.echo(f"wrote {visible(str(out))}", err=True)
