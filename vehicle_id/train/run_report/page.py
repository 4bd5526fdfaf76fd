"""The report of a run as one HTML file without a script: pictures are part of it, and it makes no request."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

import numpy as np
from PIL import Image

from vehicle_id.report.page import page_style
from vehicle_id.report.pictures import data_uri, encoded
from vehicle_id.report.self_contained import head
from vehicle_id.text import count_of, display_name, visible
from vehicle_id.train.run_report.findings import Finding
from vehicle_id.train.run_report.results import ClassResult, LevelResult, RunResults

HEADINGS: Final = {
    "curves": (
        "How the training went",
        "Each point is an epoch; the dashed line is the epoch whose weights are kept. If the loss on training crops "
        "falls while that on validation crops rises, the network learns its crops by heart.",
    ),
    "confusion": (
        "What is confused with what",
        "A row is a label, a column an answer. All crops of a perfect model lie on the diagonal.",
    ),
    "reliability": (
        "Whether the confidence can be believed",
        "Of the answers with a confidence of 0.8, eight of ten should be right: points near the grey line. Bars are "
        "95 % intervals, numbers count crops.",
    ),
    "embedding": (
        "Which crops the network takes for alike",
        "Crops that lie close together look alike to the network. A crop amid those of another class is hard, or has a "
        "wrong label. Distances between groups mean nothing.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLabel:
    """A crop with what is said of it."""

    picture: Image.Image | None
    """None where it cannot be read."""
    name: str
    """Of its file."""
    text: str
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContent:
    """What the page shows."""

    title: str
    results: RunResults
    summary: str
    """The result, in a sentence."""
    findings: Sequence[Finding]
    figures: Mapping[str, bytes]
    """Name -> PNG, of those of `HEADINGS` that could be drawn."""
    wrong: Sequence[ShownLabel]
    suspects: Sequence[ShownLabel]
    made_with: Mapping[str, str]
    failed: Sequence[str] = field(default=())
    """Sentences on what could not be made."""


def page_of(content: ReportContent) -> str:
    """The page; names from the data set stay text."""
    title = _text(content.title)
    return "\n".join(
        [
            head(content.title, style=page_style()),
            f"<header><h1>{title}</h1>\n<p>{_text(content.summary)}</p></header>\n<main>",
            *_findings(content),
            *_abilities(content.results),
            *_final_answers(content.results),
            *_figure(content, "curves"),
            *_figure(content, "confusion"),
            *_sheet("The most wrong validation crops", _WRONG, content.wrong),
            *_sheet("Labels to check", _SUSPECT, content.suspects),
            *_figure(content, "reliability"),
            *_figure(content, "embedding"),
            *_made_with(content.made_with),
            "</main></body></html>\n",
        ]
    )


_WRONG: Final = (
    "Their label has the lowest probability. Some are hard, some show two objects, some have a wrong label: look at "
    "them before you change anything else."
)
_SUSPECT: Final = (
    "The embeddings of crops of other groups speak for another class. Correct the labels that are wrong and train "
    "again. The list is for a person: some of these labels are right."
)


def _findings(content: ReportContent) -> Iterator[str]:
    yield "<section><h2>What to act on</h2>"
    if not content.findings:
        yield "<p>Nothing was found that speaks against this run.</p>"
    for each in content.findings:
        message, advice = (_text(text[:1].upper() + text[1:]) for text in (each.message, each.advice))
        yield f'<p class="mark"><b>{message}.</b> {advice}.</p>'
    for sentence in content.failed:
        yield f'<p class="mark">{_text(sentence)}</p>'
    yield "</section>"


def _abilities(results: RunResults) -> Iterator[str]:
    yield "<section><h2>What the model can and cannot do</h2>"
    coarse = f" {count_of(results.num_coarse, 'crop')} with a coarser label are left out." if results.num_coarse else ""
    yield (
        f"<p>Counted on {count_of(results.num_crops, 'validation crop')}, by the class of the highest probability."
        f"{coarse} No weight was trained on them, but they chose the thresholds and, where they are enough, the epoch: "
        "expect a little less on crops of other places and sensors. Recall is the share of the crops of a class that "
        "are found, precision the share of the answers with it that are right. Ranges in brackets are 95 % intervals: "
        "with few crops they are wide.</p>"
    )
    yield from _standings(results.classes)
    yield from _table("class", results.classes)
    if results.by_family:
        yield "<h3>By family</h3>"
        yield from _table("family", results.by_family)
    yield "</section>"


def _standings(classes: Sequence[ClassResult]) -> Iterator[str]:
    by_standing: dict[str, list[str]] = {}
    for each in classes:
        by_standing.setdefault(each.standing, []).append(display_name(each.label))
    yield "<ul>"
    for standing in _STANDINGS:
        if standing in by_standing:
            names = ", ".join(by_standing[standing])
            yield f"<li><b>{standing}</b>: {_text(names)}. {_STANDINGS[standing]}</li>"
    yield "</ul>"


_STANDINGS: Final = {
    "well recognised": "Most of their crops are found, and most answers with them are right.",
    "check each answer": "Often right, not often enough to rely on, or measured on too few crops to know.",
    "mostly wrong where it is answered": "An answer with it is more often wrong than right.",
    "mostly missed": "More of their crops are missed than found.",
    "never answered": "No crop was answered with them.",
    "too few crops to say": "Validate on more crops before you use them.",
}


def _table(noun: str, results: Sequence[ClassResult]) -> Iterator[str]:
    yield f'<div class="wide"><table><tr><th>{noun}</th><th>verdict</th><th class="num">trained on</th>'
    yield '<th class="num">validated on</th><th>recall</th><th>precision</th>'
    yield "<th>taken for</th></tr>"
    for each in results:
        taken = ", ".join(f"{display_name(name)} ({count})" for name, count in each.mistaken_for[:4]) or "-"
        yield (
            f'<tr><th>{_text(display_name(each.label))}</th><td class="whole">{each.standing}</td>'
            f'<td class="num">{each.num_train}</td><td class="num">{each.support}</td>'
            f'<td class="whole">{_share(each.recall, each.hits, each.support)}</td>'
            f'<td class="whole">{_share(each.precision, each.hits, each.answered)}</td><td>{_text(taken)}</td></tr>'
        )
    yield "</table></div>"


def _share(share: tuple[float, float, float] | None, hits: int, num: int) -> str:
    if share is None:
        return "-"
    value, low, high = share
    return f"{value:.2f} ({low:.2f} to {high:.2f}), {hits} of {num}"


def _final_answers(results: RunResults) -> Iterator[str]:
    yield "<section><h2>The final answers</h2>"
    yield (
        "<p>An answer needs a probability over the threshold of its level. Where the class is not sure enough, the "
        "answer is a coarser one; where the crop looks like nothing that was trained, or nothing is sure enough, it is "
        "<i>unknown</i>. Of the same validation crops:</p>"
    )
    yield '<table><tr><th>level of the answer</th><th class="num">crops</th><th>of these right</th></tr>'
    for each in results.levels:
        yield f'<tr><td>{_text(each.level)}</td><td class="num">{each.answered}</td><td>{_right(each)}</td></tr>'
    yield "</table></section>"


def _right(level: LevelResult) -> str:
    if level.level == "unknown" or not level.answered:
        return "-"
    return f"{level.right} ({level.right / level.answered:.0%})"


def _figure(content: ReportContent, name: str) -> Iterator[str]:
    if name in content.figures:
        heading, text = HEADINGS[name]
        address = f"data:image/png;base64,{base64.b64encode(content.figures[name]).decode()}"
        yield f'<section><h2>{heading}</h2><p>{text}</p><img class="figure" alt="{heading}" src="{address}"></section>'


def _sheet(heading: str, text: str, crops: Sequence[ShownLabel]) -> Iterator[str]:
    if crops:
        yield f'<section><h2>{heading}</h2><p>{text}</p><ul class="sheet">'
        for each in crops:
            name = _text(each.name)
            shown = f"<i>{name}</i>" if each.picture is None else _picture(each.picture, name)
            yield f"<li>{shown}<b>{_text(each.text)}</b><span>{_text(each.more)}</span><span>{name}</span></li>"
        yield "</ul></section>"


def _picture(picture: Image.Image, name: str) -> str:
    """Encoded again from decoded pixels, never a stranger's bytes."""
    return f'<img alt="{name}" src="{data_uri(encoded(np.asarray(picture)))}">'


def _made_with(facts: Mapping[str, str]) -> Iterator[str]:
    yield '<section id="made"><h2>How it was made</h2><table>'
    for name, value in facts.items():
        yield f"<tr><th>{_text(name)}</th><td>{_text(value)}</td></tr>"
    yield "</table></section>"


def _text(text: str) -> str:
    return escape(visible(text))
