"""Figures -> text of the page on measuring and weighing.

Every text names the model that the figures are of. Measures nothing.
"""

from __future__ import annotations

from itertools import pairwise

from training.pages.markdown import paragraph, parts, table
from training.pages.measurements import Figures
from vehicle_id.report.verdict import BANDS

LENGTHS = {
    "renders": "renders at 0.15 to 0.6 m, off nadir up to 40 degrees",
    "ortho": "real lorries, trailers and buses of open orthophotos (most of them trained the model)",
    "ortho test": "of these, places that never trained",
}
VERDICTS = (
    "the crops do not decide",
    "slightly more consistent with one than with the other",
    "more consistent with one than with the other",
    "consistent with one; the other is unlikely",
)
EXPONENTS = {0.0: "0 (independent)", 0.5: "**0.5**", 1.0: "1 (the mean)"}


def lengths(model: str, figures: Figures) -> str:
    """How often the interval holds."""
    found = figures["lengths"]
    rows = [
        (title, f"{found[name]['num']:,}", f"{found[name]['held']:.2f}", f"{found[name]['answer']:.2f}")
        for name, title in LENGTHS.items()
    ]
    return parts(
        f"Measured with {model} (`training/measure/length_budget.py`), the intervals hold the true length in:",
        table(("crops with a known length", "number", "this interval", "interval of the answer"), rows),
    )


def words(model: str, figures: Figures) -> str:
    """How often the favoured side was right, by the words."""
    limits = [f"{limit:.0f}" for limit, _ in BANDS[:-1]]
    ratios = [f"under {limits[0]}", *(f"{low} to {high}" for low, high in pairwise(limits)), f"{limits[-1]} and more"]
    rows = [
        (ratio, verdict, *(f"{share:.3f}" if share > 0.99 else f"{share:.2f}" for share in shares))
        for ratio, verdict, shares in zip(ratios, VERDICTS, figures["evidence"]["bands"], strict=True)
    ]
    head = ("likelihood ratio", "verdict", "favoured side was right: real crops", "renders, within a family")
    return parts(table(head, rows), f"Measured with {model}.")


def pooling(model: str, figures: Figures) -> str:
    """How crops are pooled, the question of the page, and what finer pictures tell."""
    found = figures["evidence"]
    rows = [
        (EXPONENTS.get(exponent, f"{exponent:g}"), f"{real:.4f}", f"{renders:.4f}")
        for exponent, real, renders in found["log_scores"]
    ]
    (ones, one), (pairs, pair), (fours, four) = (found["pair"][size] for size in ("1", "2", "4"))
    pixels = [f"{ratio:.0f} to 1 at {low} to {high}" for low, high, ratio in found["pixels"]]
    return parts(
        f"Measured with {model} (`training/measure/evidence.py`), the log score, lower is better:",
        table(("divided by the number to the power of", "real crops of one picture", "renders, within a family"), rows),
        paragraph(
            f"The question above, on renders at 0.25 to 0.5 m that trained nothing: single crops favour the right side "
            f"in {one:.3f} of {ones:,}, pairs in {pair:.3f} of {pairs:,}, and groups of four in {four:.3f} of "
            f"{fours:,}. The log score of single crops is {found['pair_log_score']:.3f}."
        ),
        paragraph(
            "The median ratio of single crops against other classes of their family, on renders at 0.15 to 0.6 m by "
            f"the pixels across the vehicle: {', '.join(pixels)}."
        ),
    )
