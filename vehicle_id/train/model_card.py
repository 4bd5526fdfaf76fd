"""A model's card as a page for people: what it answers, what taught it, what was measured, what it is not for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vehicle_id.card import Counts, ModelCard


def render_card(card: ModelCard, measured: Mapping[str, Mapping[str, Any]]) -> str:
    """Markdown page.

    Args:
        measured: title -> record of `vehicle_id.evaluation.evaluate`; the title says on what.
    """
    parts = [_head(card), _classes(card), _decision(card)]
    parts += [_measured(title, record) for title, record in measured.items()]
    parts += [_sources(card)]
    return "\n\n".join(parts) + "\n"


def _head(card: ModelCard) -> str:
    gsd = "any" if card.gsd_range_m is None else f"{card.gsd_range_m[0]:g} to {card.gsd_range_m[1]:g} m per pixel"
    return "\n".join(
        [
            f"# {card.full_name}",
            "",
            card.description or "No description.",
            "",
            f"Made {card.created}. Chip {card.chip_px} px. Crops of {gsd}, short side at least {card.min_side_px} px.",
            "",
            "## Limits",
            "",
            card.limits or "Not stated.",
            "",
            "A label is a lead for a person to check, never a basis for action on its own.",
        ]
    )


def _classes(card: ModelCard) -> str:
    lines = [
        "## Classes, and what taught them",
        "",
        "| class | above it | real crops: train / val / test | rendered crops: train / val / test |",
        "|---|---|---|---|",
    ]
    taxonomy = card.taxonomy()
    for label in card.labels:
        c = card.counts.get(label, Counts())
        above = ", ".join(taxonomy.path(label)[1:]) or "nothing"
        lines.append(
            f"| {label} | {above} | {c.real_train} / {c.real_val} / {c.real_test} "
            f"| {c.rendered_train} / {c.rendered_val} / {c.rendered_test} |"
        )
    untested = [label for label in card.labels if not card.counts.get(label, Counts()).real_test]
    if untested:
        lines += ["", f"No real crop of its own sequences tested: {', '.join(untested)}."]
    return "\n".join(lines)


def _decision(card: ModelCard) -> str:
    fitted = card.decision
    needs = ", ".join(f"{level} {value:.3f}" for level, value in fitted.thresholds.items())
    limit = "never" if fitted.unknown_threshold is None else f"over {fitted.unknown_threshold:.3f}"
    lines = [
        "## Decision, fitted on the validation split",
        "",
        f"Temperature {fitted.temperature:.3f}. Least probability by level: {needs}"
        + (f", fitted for a precision of {fitted.target_precision:.0%}." if fitted.target_precision else "."),
        f"Unknown when the energy score is {limit}. Size interval: {fitted.size_interval_z:.2f} standard deviations.",
    ]
    if card.metrics:
        lines.append("On that split: " + ", ".join(f"{name} {value:.3f}" for name, value in card.metrics.items()) + ".")
    return "\n".join(lines)


def _measured(title: str, record: Mapping[str, Any]) -> str:
    top1, decided = record["top1"], record["decided"]
    lines = [
        f"## Measured: {title}",
        "",
        *([f"`{record['command']}`", ""] if "command" in record else []),
        f"{record['num_crops']} crops. Top-1 accuracy {top1['accuracy']:.3f}, macro-F1 {top1['macro_f1']:.3f}, "
        f"ECE {top1['ece']:.3f}. As users see it: {decided['named']} named, {decided['unknown']} unknown"
        + (f"; {decided['precision']:.3f} of the named are right." if decided["named"] else "."),
        "",
        "| class | crops | precision | recall | F1 | answered as |",
        "|---|---|---|---|---|---|",
    ]
    for row, (label, score) in enumerate(top1["classes"].items()):
        answers = zip(top1["labels"], top1["confusion"][row], strict=True)
        others = ", ".join(f"{name} {count}" for name, count in answers if count) or "never tested"
        figures = [f"{score[name]:.3f}" if score["support"] else "-" for name in ("precision", "recall", "f1")]
        lines.append(f"| {label} | {score['support']} | {' | '.join(figures)} | {others} |")
    if "size" in record:
        size = record["size"]
        lines += [
            "",
            f"Median length error {size['length_median_error']:.1%}; {size['length_in_interval']:.1%} of "
            f"{size['num_crops']} lengths inside the 90 % interval.",
        ]
    if "unknown" in record:
        unknown = record["unknown"]
        answers_text = ", ".join(f"{name} {count}" for name, count in unknown["answered"].items())
        lines += [
            "",
            f"Not the model's classes: {unknown['num_crops']} crops, AUROC {unknown['auroc']:.3f}; "
            f"answered {answers_text}.",
        ]
    return "\n".join(lines)


def _sources(card: ModelCard) -> str:
    lines = ["## Data and licence", "", f"Licence: {card.licence or 'not stated'}.", ""]
    return "\n".join([*lines, *(f"- {each}" for each in card.attribution)]).rstrip()
