"""A model's card as a page for people: what it answers, what taught it, what was measured, what it is not for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from vehicle_id.model.card import Counts, ModelCard

Measures = Mapping[str, Any]
NUM_ANSWERS: Final = 5
"""Answers named in a row of a table; the rest of them are counted."""


def render_card(card: ModelCard, measured: Mapping[str, Measures]) -> str:
    """Markdown page.

    Args:
        measured: title -> record of `vehicle_id.evaluation.evaluate.evaluate`; the title says on what.
    """
    parts = [_head(card), _classes(card, measured), _decision(card)]
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
            f"Made {card.created}. Chip {card.chip_px} px. Crops of {gsd}, short side at least {card.min_side_px} px."
            + ("" if card.precision == "fp32" else f" Weights stored as {card.precision}."),
            "",
            "## Limits",
            "",
            card.limits or "Not stated.",
            "",
            "A label is a lead for a person to check, never a basis for action on its own.",
        ]
    )


def _classes(card: ModelCard, measured: Mapping[str, Measures]) -> str:
    lines = [
        "## Classes, what taught them and how they were tested",
        "",
        "| class | above it | rendered seen | real seen | rendered tested | precision | recall | length error "
        "| real tested | precision | recall |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
        *(_class(card, label, measured) for label in card.labels),
        "",
        "Seen: training and validation crops. Figures are those of the first measure below of rendered crops, and of "
        "the first of real crops that labels this very class; a dash: none does. Length error: the median.",
    ]
    coarser = [_coarser(label, counts) for label, counts in card.counts.items() if label not in card.labels]
    if any(coarser):
        lines += ["", f"Seen too, under a label that leaves the class open: {'; '.join(filter(None, coarser))}."]
    untested = [label for label in card.labels if not _num_real(card, label, measured)]
    if untested:
        lines += ["", f"No real crop tested: {', '.join(untested)}."]
    return "\n".join(lines)


def _class(card: ModelCard, label: str, measured: Mapping[str, Measures]) -> str:
    counts = card.counts.get(label, Counts())
    rendered = _score(label, measured, "rendered")
    cells = [
        label,
        ", ".join(card.taxonomy().path(label)[1:]) or "nothing",
        counts.rendered_train + counts.rendered_val,
        counts.real_train + counts.real_val,
        rendered.get("support", counts.rendered_test),
        *_figures(rendered, "precision", "recall"),
        _percent(rendered.get("length_median_error")),
        _num_real(card, label, measured),
        *_figures(_score(label, measured, "real"), "precision", "recall"),
    ]
    return f"| {' | '.join(map(str, cells))} |"


def _coarser(label: str, counts: Counts) -> str:
    """What was seen under a label of several classes; empty where nothing was."""
    rendered, real = counts.rendered_train + counts.rendered_val, counts.real_train + counts.real_val
    return f"{label} {rendered} rendered, {real} real" if rendered + real else ""


def _num_real(card: ModelCard, label: str, measured: Mapping[str, Measures]) -> int:
    counted = card.counts.get(label, Counts()).real_test
    return int(_score(label, measured, "real").get("support", counted))


def _score(leaf: str, measured: Mapping[str, Measures], origin: str) -> Measures:
    """Figures of a class in the first measure of this origin alone that has crops labelled as just it."""
    for record in measured.values():
        label = next((label for label, nodes in record["nodes"].items() if nodes == [leaf]), None)
        if set(record["origins"]) == {origin} and label and record["top1"]["classes"][label]["support"]:
            return {**record["top1"]["classes"][label], **record.get("size", {}).get("labels", {}).get(label, {})}
    return {}


def _listed(fitted: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in fitted.items())


def _decision(card: ModelCard) -> str:
    fitted = card.decision
    needs = _listed(fitted.thresholds)
    limit = "never" if fitted.unknown_threshold is None else f"over {fitted.unknown_threshold:.3f}"
    lines = [
        "## Decision, fitted on the validation split",
        "",
        f"Temperature {fitted.temperature:.3f}. Least probability by level: {needs}"
        + (f", fitted for a precision of {fitted.target_precision:.0%}." if fitted.target_precision else "."),
        *(
            [f"Thresholds of single nodes, for these and the nodes under them: {_listed(fitted.node_thresholds)}."]
            if fitted.node_thresholds
            else []
        ),
        f"Unknown when the score {fitted.unknown_method!r} is {limit}. Size intervals, in standard deviations: "
        f"length {fitted.size_interval_z:.2f}, width {fitted.width_interval_z or fitted.size_interval_z:.2f}.",
    ]
    if card.metrics:
        lines.append("On that split: " + ", ".join(f"{name} {value:.3f}" for name, value in card.metrics.items()) + ".")
    return "\n".join(lines)


def _measured(title: str, record: Measures) -> str:
    top1 = record["top1"]
    lines = [
        f"## Measured: {title}",
        "",
        *([f"`{record['command']}`", ""] if "command" in record else []),
        f"{_origins(record)}. Top-1 {_accuracy(top1)}. As users see it: {_told(record['decided'])}.",
        "",
        *_table("label", top1),
    ]
    if "families" in record:
        families = record["families"]
        left_out = f" Left out, as of several families: {', '.join(families['left_out'])}."
        summary = f"By family: {_accuracy(families)}." + (left_out if families["left_out"] else "")
        lines += ["", summary, "", *_table("family", families)]
    pictures = [f"![{Path(each).stem.replace('_', ' ')}]({each})" for each in record.get("plots", ())]
    return "\n".join([*lines, *_size(record), *_unknown(record), *(["", *pictures] if pictures else [])])


def _origins(record: Measures) -> str:
    kinds = " and ".join(f"{count} {origin}" for origin, count in record["origins"].items())
    return f"{kinds} crops"


def _told(decided: Measures) -> str:
    counts = f"{decided['named']} named, {decided['unknown']} unknown"
    parts = [counts, f"{decided['precision']:.3f} of the named are right"] if decided["named"] else [counts]
    specific = decided["at_family"]
    if specific["answered"]:
        parts.append(f"{specific['precision']:.3f} of the {specific['answered']} as specific as their family")
    return "; ".join(parts)


def _accuracy(table: Measures) -> str:
    return f"accuracy {table['accuracy']:.3f}, macro-F1 {table['macro_f1']:.3f}, ECE {table['ece']:.3f}"


def _table(what: str, table: Measures) -> list[str]:
    lines = [f"| {what} | crops | precision | recall | F1 | answered as |", "|---|---|---|---|---|---|"]
    for (label, score), counts in zip(table["classes"].items(), table["confusion"], strict=True):
        figures = _figures(score if score["support"] else {}, "precision", "recall", "f1")
        answers = _answers(dict(zip(table["columns"], counts, strict=True))) or "never tested"
        lines.append(f"| {label} | {score['support']} | {' | '.join(figures)} | {answers} |")
    return lines


def _answers(counts: Mapping[str, int]) -> str:
    """The commonest answers, and how many crops had another."""
    given = sorted(((name, count) for name, count in counts.items() if count), key=lambda each: -each[1])
    named = [f"{name} {count}" for name, count in given[:NUM_ANSWERS]]
    rest = sum(count for _, count in given[NUM_ANSWERS:])
    return ", ".join([*named, *([f"{rest} otherwise"] if rest else [])])


def _size(record: Measures) -> list[str]:
    size = record.get("size")
    if size is None:
        return []
    if not size["num_crops"]:
        measured = ", ".join(f"{label} {each['measured_length_m']:.1f}" for label, each in size["labels"].items())
        return ["", f"No true length is known. Median measured length in metres: {measured}."]
    width, inside = size["width_median_error"], size["width_in_interval"]
    return [
        "",
        f"Median length error {size['length_median_error']:.1%}; {size['length_in_interval']:.1%} of "
        f"{size['num_crops']} lengths inside the 90 % interval."
        + ("" if width is None else f" Median width error {width:.1%}; {inside:.1%} inside."),
    ]


def _unknown(record: Measures) -> list[str]:
    unknown = record.get("unknown")
    if unknown is None:
        return []
    lines = [
        "",
        f"Not the model's classes: {unknown['num_crops']} crops, AUROC {unknown['auroc']:.3f}.",
        "",
        "| label | crops | AUROC | answered as |",
        "|---|---|---|---|",
    ]
    return lines + [
        f"| {label} | {told['num']} | {told['auroc']:.3f} | {_answers(told['answered'])} |"
        for label, told in unknown["labels"].items()
    ]


def _figures(score: Measures, *names: str) -> list[str]:
    return [f"{score[name]:.3f}" if name in score else "-" for name in names]


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _sources(card: ModelCard) -> str:
    lines = ["## Data and licence", "", f"Licence: {card.licence or 'not stated'}.", ""]
    return "\n".join([*lines, *(f"- {each}" for each in card.attribution)]).rstrip()
