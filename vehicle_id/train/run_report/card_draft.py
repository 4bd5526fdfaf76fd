"""A draft of the model's card: what the run knows is filled in, what only a person knows is a question.

`vehicle-id export` writes the card of the model from the recipe and from measurements. The answers to the questions
belong into the recipe: description, licence, attribution and limits are taken from there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from vehicle_id.text import count_of, visible
from vehicle_id.train.recipe import Recipe
from vehicle_id.train.run_report.findings import Finding
from vehicle_id.train.run_report.results import ClassResult, RunResults

TO_STATE: Final = {
    "description": "What is it for, who labelled the crops, from which sensors, places and dates are they?",
    "licence": "Under which licence may others use the model? The terms of the imagery may limit it.",
    "attribution": "Who must be named: makers of the imagery, of the labels, of the weights it started from?",
    "limits": "Where was it never tested: sensors, regions, seasons, view angles, classes that look alike?",
}
"""Keys of the recipe that a person states, and what to ask."""


def draft_card(recipe: Recipe, results: RunResults, findings: Sequence[Finding]) -> str:
    """The draft as Markdown."""
    return "\n".join(
        [*_head(recipe), *_to_state(recipe), *_classes(results), *_answers(results), *_known(findings), ""]
    )


def _head(recipe: Recipe) -> Iterator[str]:
    yield f"# {_text(recipe.name)}-{_text(recipe.version)} (draft of the card)"
    yield ""
    yield (
        f"A classifier of {'radar' if recipe.data.sensor == 'radar' else 'optical'} crops from above. Backbone "
        f"{_text(recipe.model.backbone)}, chip {recipe.model.chip_px} px, "
        + (
            f"started from {_text(recipe.start_from)}."
            if recipe.start_from
            else f"pretrained weights: {_text(recipe.model.pretrained)}."
        )
    )
    yield ""
    yield "A label is a lead that a person must check. It is not a basis for action on its own."


def _to_state(recipe: Recipe) -> Iterator[str]:
    yield from ("", "## To state before it is published", "")
    yield "Write the answers into `recipe.yaml` of the run, then export: the card is made from there."
    yield ""
    for key, question in TO_STATE.items():
        given = getattr(recipe, key)
        stated = "; ".join(given) if isinstance(given, tuple) else given
        yield f"- `{key}`: {_text(stated)}" if stated else f"- [ ] `{key}`: {question}"
    yield "- [ ] Measure it on crops that no epoch and no threshold was chosen by: `vehicle-id evaluate`."


def _classes(results: RunResults) -> Iterator[str]:
    yield from ("", "## Validation, class by class", "")
    yield (
        f"On {count_of(results.num_crops, 'crop')} that chose the epoch and the thresholds, best class without "
        "thresholds. In brackets: 95 % intervals."
    )
    yield from ("", "| class | training crops | validation crops | recall | precision | taken for | verdict |")
    yield "|---|---|---|---|---|---|---|"
    for each in results.classes:
        taken = ", ".join(f"{_text(name)} {count}" for name, count in each.mistaken_for[:3]) or "-"
        cells = [_text(each.label), each.num_train, each.support, *_shares(each), taken, each.standing]
        yield f"| {' | '.join(map(str, cells))} |"


def _shares(one: ClassResult) -> list[str]:
    return [
        "-" if share is None else f"{share[0]:.2f} ({share[1]:.2f} to {share[2]:.2f})"
        for share in (one.recall, one.precision)
    ]


def _answers(results: RunResults) -> Iterator[str]:
    yield from ("", "## Final answers on the same crops", "", "| level | crops | right |", "|---|---|---|")
    for each in results.levels:
        yield f"| {_text(each.level)} | {each.answered} | {'-' if each.level == 'unknown' else each.right} |"


def _known(findings: Sequence[Finding]) -> Iterator[str]:
    if findings:
        yield from ("", "## Known weaknesses", "")
        yield from (f"- {_text(each.message)}." for each in findings)


def _text(text: str) -> str:
    """Text of others as one line of Markdown, without markup."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", visible(text))
