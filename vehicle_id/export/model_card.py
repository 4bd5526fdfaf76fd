"""A model's card as a Markdown page: classes, training data, decision, measurements and limits."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from vehicle_id.evaluation.tables import Measures
from vehicle_id.model.card import Counts, ModelCard

NUM_ANSWERS: Final = 5
"""Answers listed in a row of a table; the others are counted together."""


def render_card(card: ModelCard, measured: Mapping[str, Measures]) -> str:
    """The page.

    Args:
        card: the model's card.
        measured: title -> record of `Evaluation.record`; the title says on which crops.
    """
    has_size = not measured or any("size" in record for record in measured.values())
    parts = [_head(card), _classes(card, measured), _decision(card, has_size=has_size)]
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
            f"Created {card.created}. Chip: {card.chip_px} px. Ground sample distance: {gsd}. Short side of a crop: at "
            f"least {card.min_side_px} px." + ("" if card.precision == "fp32" else f" Precision: {card.precision}."),
            "",
            "## Limits",
            "",
            card.limits or "Not stated.",
            "",
            "A label is a lead that a person must check. It is not a basis for action on its own.",
        ]
    )


def _classes(card: ModelCard, measured: Mapping[str, Measures]) -> str:
    lines = [
        "## Classes: training data and test results",
        "",
        "| class | parents | renders in training | of meshes | real crops | renders tested | precision | recall "
        "| length error | crops of meshes tested | precision | recall | real crops tested | precision | recall |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
        *(_class(card, label, measured) for label in card.labels),
        "",
        "In training: crops of the training and the validation split, those that only fit the decision included. Of "
        "meshes: renders of vehicle meshes that others made. Test results are those of the first measurement below on "
        "renders, of the first on renders of meshes and of the first on real crops that has a label for exactly this "
        "class; `-` means that there is none. Length error: the median.",
    ]
    coarser = [_coarser(label, counts) for label, counts in card.counts.items() if label not in card.labels]
    if any(coarser):
        lines += [
            "",
            f"Also in training, with a label that covers several classes: {'; '.join(filter(None, coarser))}.",
        ]
    untested = [label for label in card.labels if not _num_real(card, label, measured)]
    if untested:
        lines += ["", f"Classes without a real test crop: {', '.join(untested)}."]
    return "\n".join(lines)


def _class(card: ModelCard, label: str, measured: Mapping[str, Measures]) -> str:
    counts = card.counts.get(label, Counts())
    rendered = _score(label, measured, "rendered")
    cells = [
        label,
        ", ".join(card.taxonomy().path(label)[1:]) or "none",
        counts.rendered_train + counts.rendered_val,
        counts.mesh_train + counts.mesh_val,
        counts.real_train + counts.real_val,
        rendered.get("support", counts.rendered_test),
        *_figures(rendered, "precision", "recall"),
        _percent(rendered.get("length_median_error")),
        *_meshes(card, label, measured),
        _num_real(card, label, measured),
        *_figures(_score(label, measured, "real"), "precision", "recall"),
    ]
    return f"| {' | '.join(map(str, cells))} |"


def _meshes(card: ModelCard, label: str, measured: Mapping[str, Measures]) -> list[object]:
    """Crops of third-party meshes that tested a class, precision and recall on them."""
    score = _score(label, measured, "mesh")
    return [score.get("support", card.counts.get(label, Counts()).mesh_test), *_figures(score, "precision", "recall")]


def _coarser(label: str, counts: Counts) -> str:
    """Crops in training with a label of several classes; empty where there are none."""
    rendered, real = counts.rendered_train + counts.rendered_val, counts.real_train + counts.real_val
    rendered += counts.mesh_train + counts.mesh_val
    return f"{label} {rendered} renders, {real} real crops" if rendered + real else ""


def _num_real(card: ModelCard, label: str, measured: Mapping[str, Measures]) -> int:
    counted = card.counts.get(label, Counts()).real_test
    return int(_score(label, measured, "real").get("support", counted))


def _score(leaf: str, measured: Mapping[str, Measures], origin: str) -> Measures:
    """Results of a class in the first measurement of only this origin that has crops labelled as exactly this class."""
    for record in measured.values():
        label = next((label for label, nodes in record["nodes"].items() if nodes == [leaf]), None)
        if set(record["origins"]) == {origin} and label and record["top1"]["classes"][label]["support"]:
            return {**record["top1"]["classes"][label], **record.get("size", {}).get("labels", {}).get(label, {})}
    return {}


def _listed(numbers: dict[str, float], form: str = ".3f") -> str:
    return ", ".join(f"{name} {value:{form}}" for name, value in numbers.items())


def _decision(card: ModelCard, *, has_size: bool) -> str:
    fitted = card.decision
    limit = "no threshold" if fitted.unknown_threshold is None else f"threshold {fitted.unknown_threshold:.3f}"
    lines = [
        "## Decision, fitted on held-out crops",
        "",
        f"- Temperature: {fitted.temperature:.3f}.",
        *(
            [f"- Factors of the prior: {_listed(fitted.relative_prior, 'g')}; of all other nodes 1."]
            if fitted.relative_prior
            else []
        ),
        *(
            [
                "- Added to the logits, among siblings that only size distinguishes: "
                + f"{_listed(fitted.size_shift, '+.2f')}."
            ]
            if fitted.size_shift
            else []
        ),
        f"- Probability threshold of each level: {_listed(fitted.thresholds)}"
        + (f"; fitted for a precision of {fitted.target_precision:.0%}." if fitted.target_precision else "."),
        *(
            [f"- Thresholds of single nodes, which their descendants need too: {_listed(fitted.node_thresholds)}."]
            if fitted.node_thresholds
            else []
        ),
        f"- Answer `unknown`: out-of-distribution score `{fitted.unknown_method}`, {limit}.",
    ]
    if has_size:
        lines.append(
            f"- Size intervals in standard deviations: length {fitted.size_interval_z:.2f}, "
            f"width {fitted.width_interval_z or fitted.size_interval_z:.2f}."
        )
    if card.metrics:
        measured = ", ".join(f"{name} {value:.3f}" for name, value in card.metrics.items())
        lines.append(f"- Measured on the same crops: {measured}.")
    return "\n".join(lines)


def _measured(title: str, record: Measures) -> str:
    top1, between = record["top1"], record.get("intervals", {})
    lines = [
        f"## Measured: {title}",
        "",
        *([f"`{record['command']}`", ""] if "command" in record else []),
        f"{_origins(record)}. Best class: {_accuracy(top1, between.get('top1'))}. "
        f"Decided answers: {_decided(record['decided'], between.get('decided', {}))}.{_drawn(between)}",
        "",
        *_table("label", top1),
    ]
    if "families" in record:
        families = record["families"]
        left_out = f" Labels of several families are left out: {', '.join(families['left_out'])}."
        summary = f"By family: {_accuracy(families, between.get('families'))}." + (
            left_out if families["left_out"] else ""
        )
        lines += ["", summary, "", *_table("family", families)]
    pictures = [f"![{Path(each).stem.replace('_', ' ')}]({each})" for each in record.get("plots", ())]
    return "\n".join([*lines, *_size(record), *_unknown(record), *(["", *pictures] if pictures else [])])


def _origins(record: Measures) -> str:
    return " and ".join(f"{count} {origin} crops" for origin, count in record["origins"].items())


def _drawn(between: Measures) -> str:
    if "top1" not in between:
        return ""
    what = "crops" if between["num_without_group"] else "groups of crops"
    return f" In brackets: 95 % intervals by bootstrap over {between['num_groups']} {what}."


def _between(between: Measures | None, name: str, form: str) -> str:
    """The interval of a figure in brackets, if there is one."""
    if not between or name not in between:
        return ""
    low, high = (format(end, form) for end in between[name])
    return f" ({low} to {high})"


def _decided(decided: Measures, between: Measures) -> str:
    counts = f"{decided['named']} with a class or a group, {decided['unknown']} unknown"
    parts = [counts, f"precision {decided['precision']:.3f}"] if decided["named"] else [counts]
    specific = decided["at_family"]
    if specific["answered"]:
        parts.append(
            f"{specific['answered']} at least as specific as the family, precision {specific['precision']:.3f}"
            f"{_between(between, 'precision_at_family', '.2f')}"
        )
    return "; ".join(parts)


def _accuracy(table: Measures, between: Measures | None) -> str:
    names = {"accuracy": "accuracy", "macro_f1": "macro-F1", "ece": "ECE"}
    return ", ".join(f"{text} {table[name]:.3f}{_between(between, name, '.2f')}" for name, text in names.items())


def _table(what: str, table: Measures) -> list[str]:
    lines = [f"| {what} | crops | precision | recall | F1 | answered as |", "|---|---|---|---|---|---|"]
    for (label, score), counts in zip(table["classes"].items(), table["confusion"], strict=True):
        figures = _figures(score if score["support"] else {}, "precision", "recall", "f1")
        answers = _answers(dict(zip(table["columns"], counts, strict=True))) or "not tested"
        lines.append(f"| {label} | {score['support']} | {' | '.join(figures)} | {answers} |")
    return lines


def _answers(counts: Mapping[str, int]) -> str:
    """The most frequent answers, and the number of crops with another."""
    given = sorted(((name, count) for name, count in counts.items() if count), key=lambda each: -each[1])
    named = [f"{name} {count}" for name, count in given[:NUM_ANSWERS]]
    rest = sum(count for _, count in given[NUM_ANSWERS:])
    return ", ".join([*named, *([f"and {rest} more"] if rest else [])])


def _size(record: Measures) -> list[str]:
    size = record.get("size")
    if size is None:
        return []
    if not size["num_crops"]:
        measured = ", ".join(f"{label} {each['measured_length_m']:.1f}" for label, each in size["labels"].items())
        return ["", f"The crops state no true length. Median measured length in metres: {measured}."]
    width, inside = size["width_median_error"], size["width_in_interval"]
    between = record.get("intervals", {}).get("size")
    error, share = (_between(between, name, ".1%") for name in ("length_median_error", "length_in_interval"))
    return [
        "",
        f"Median length error {size['length_median_error']:.1%}{error}; {size['length_in_interval']:.1%}{share} of "
        f"{size['num_crops']} true lengths are inside the 90 % interval."
        + ("" if width is None else f" Median width error {width:.1%}; {inside:.1%} of the true widths are inside."),
    ]


def _unknown(record: Measures) -> list[str]:
    unknown = record.get("unknown")
    if unknown is None:
        return []
    lines = [
        "",
        f"Crops of none of the model's classes: {unknown['num_crops']}; AUROC of the out-of-distribution score "
        f"{unknown['auroc']:.3f}.",
        "",
        "| label | crops | AUROC | answered as |",
        "|---|---|---|---|",
    ]
    return lines + [
        f"| {label} | {each['num']} | {each['auroc']:.3f} | {_answers(each['answered'])} |"
        for label, each in unknown["labels"].items()
    ]


def _figures(score: Measures, *names: str) -> list[str]:
    return [f"{score[name]:.3f}" if name in score else "-" for name in names]


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _sources(card: ModelCard) -> str:
    lines = ["## Data and licence", "", f"Licence: {card.licence or 'not stated'}.", ""]
    return "\n".join([*lines, *(f"- {each}" for each in card.attribution)]).rstrip()
