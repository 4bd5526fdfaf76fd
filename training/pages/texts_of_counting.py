"""Figures -> text of the page on counting.

Every text names the model that the figures are of. Measures nothing.
"""

from __future__ import annotations

from training.pages.markdown import between, paragraph, parts, table
from training.pages.measurements import Figures

HEAD = (
    "crops",
    "90 % interval holds the truth",
    "its mean width",
    "`at least` is not over the truth",
    "mean error of `about`",
    "of `answered`",
)
CROPS = {
    "renders": "renders, {} families",
    "half a": "real crops of other sites, half a, {} families",
    "half b": "real crops of other sites, half b, {} families",
}


def _rows(found: Figures) -> list[tuple[str, ...]]:
    return [
        (
            title.format(found[name]["num_families"]),
            f"{found[name]['holds']:.2f}",
            f"{found[name]['width']:.1f} objects",
            f"{found[name]['least']:.2f}",
            f"{found[name]['error']:.1f}",
            f"{found[name]['answered_error']:.1f}",
        )
        for name, title in CROPS.items()
    ]


def counts(model: str, figures: Figures) -> str:
    """By rates."""
    found = figures["counts"]
    zero = between([each["holds_none"] for each in found.values()])
    return parts(
        paragraph(
            f"Measured with {model} on groups of 10 to 100 labelled crops that the rates were not measured on "
            "(`training/measure/counts.py`), of families with 20 crops or more:"
        ),
        table(HEAD, _rows(found)),
        paragraph(f"Of families that were not in the group at all, the interval held the zero in {zero}."),
    )


def folder_prior(model: str, figures: Figures) -> str:
    """From scores."""
    return parts(f"Measured with {model} on groups like those above:", table(HEAD, _rows(figures["folder prior"])))
