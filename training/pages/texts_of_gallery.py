"""Figures -> text of the page on galleries.

Every text names the model that the figures are of. Measures nothing.
"""

from __future__ import annotations

from training.pages.markdown import between, bullet, paragraph, parts, table
from training.pages.measurements import KINDS, Figures

HEAD = (
    "classes",
    "references of each",
    "found",
    "macro-F1",
    "named",
    "named right",
    "strangers named",
    "taken",
    "ECE",
)
CLASSES = {
    "oblique": "lorries and excavators from the side, no ground sample distance",
    "left out": "classes of real crops that were taken from the network's answer",
    "rendered": "the same of renders",
    "land": "21 kinds of land use",
    "radar": "ten vehicles in radar images",
}


def gallery(model: str, figures: Figures) -> str:
    """The table."""
    found = figures["gallery"]
    rows = []
    for kind in KINDS:
        for shots, row in found["rows"][kind].items():
            shares = [f"{row[of]:.2f}" for of in ("recall", "macro-F1", "named", "precision", "strangers named")]
            title = CLASSES[kind] if shots == "1" else ""
            rows.append((title, shots, *shares, f"{row['taken']:.3f}", f"{row['ECE']:.2f}"))
    return parts(
        paragraph(
            f"Measured with {model} on classes that the network does not answer in the trial (`python -m "
            "training.measure.gallery`), on photographs that the weights were not fitted on. Each row is the mean of "
            "eight galleries of 1 to 21 classes, drawn anew for each row: rows of one kind differ by the "
            "classes drawn, too."
        ),
        table(HEAD, rows),
        f"On the mean over the kinds, a gallery takes {found['taken']:.3f} of the crops that the network names.",
    )


def findings(model: str, figures: Figures) -> str:
    """What follows from the table."""
    rows = figures["gallery"]["rows"]
    one, five = ([rows[kind][shots]["recall"] for kind in KINDS] for shots in ("1", "5"))
    right = [row["precision"] for kind in ("left out", "rendered") for row in rows[kind].values()]
    land, radar = ([row["strangers named"] for row in rows[kind].values()] for kind in ("land", "radar"))
    return "\n".join(
        [
            bullet(
                f"With {model}, one reference finds {between(one)} of its class, five find {between(five)}. Of "
                f"overhead crops of vehicles, what is named is right in {between(right)}."
            ),
            bullet(
                "**A gallery knows only what is in it.** In imagery that the network never learned, strangers are "
                f"named as a class of the gallery: {between(land)} of them in land use, {between(radar)} in radar. Add "
                "what must not be confused as classes of their own."
            ),
        ]
    )
