"""Figures -> text of README and of the pages on limits and on training.

Every text names the model that the figures are of. Measures nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from training.pages.markdown import paragraph, parts, table
from training.pages.measurements import Figures

ROWS = (
    ("real", "real crops of other sites and sensors, never trained on, the half kept for reporting", "labels"),
    ("ortho", "real lorries, buses and plant on open imagery, places never trained on", "labels"),
    ("renders", "renders at 0.3 m, vehicles seen in training", "classes"),
    ("worst", "renders with every nuisance at its worst", "classes"),
)
"""Measurement of the card, its title in README, and what its crops are labelled by."""
COLUMNS = (
    "measured on",
    "crops",
    "right by family",
    "right by class or label",
    "answers at family level or finer: share, precision",
)
NAMES = {
    "haul_truck": "a haul truck",
    "special_chassis": "a launcher chassis",
    "tracked_armour": "a tracked carrier",
    "plant": "plant",
    "rail_vehicle": "a wagon",
}


def card(model: str, figures: Figures) -> str:
    """README: the table of the model."""
    shown = figures["card"]
    cells = [
        (
            title,
            f"{shown[name]['crops']:,}",
            f"{_share(shown[name], 'family')}, macro-F1 {shown[name]['family_f1']:.2f}",
            f"{_share(shown[name], 'class')} of {shown[name]['labels']} {of}, macro-F1 {shown[name]['class_f1']:.2f}",
            f"{shown[name]['answered']:.2f}, {_share(shown[name], 'precision')}",
        )
        for name, title, of in ROWS
    ]
    real = shown["real"]
    found = (
        f"Measured with {model}; in brackets 95 % intervals by bootstrap over images or places, and of "
        "renders over crops. Crops outside its "
        f"classes (aircraft, boats, ground) are separated with an AUROC of {real['auroc']:.3f}. Of {real['trucks']} "
        f"real lorries of the first row it finds {real['trucks'] * real['trucks_found']:.0f}."
    )
    return parts(table(COLUMNS, cells), paragraph(found))


def _share(shown: Figures, name: str) -> str:
    """A figure, and its interval where it has one."""
    between = shown[f"{name}_interval"]
    return f"{shown[name]:.2f}" + (f" ({between[0]:.2f} to {between[1]:.2f})" if between else "")


def examples(model: str, figures: Figures) -> str:
    """README: which example crops are answered wrongly, or would be without thresholds."""
    wrong, unsure = (_named(figures["examples"][kind]) for kind in ("wrong", "unsure"))
    said = f"Wrong answers of {model} here: {wrong}." if wrong else f"No answer of {model} is wrong here."
    if unsure:
        said += f" Answered with the likeliest class, however unlikely, these would have another family: {unsure}."
    return paragraph(said)


def _named(labels: Mapping[str, str]) -> str:
    return ", ".join(f"`{crop}` as {label}" for crop, label in labels.items())


def army_lorries(model: str, figures: Figures) -> str:
    """README: the real vehicles that are most like a launcher chassis."""
    found = figures["army lorries"]
    return paragraph(
        f"Lorries are its weak side, army lorries most of all: of {found['crops']} real ones of other sites, "
        f"{found['likeliest']} are for {model} most likely army lorries, and {found['likeliest launcher']} most likely "
        f"a launcher chassis. It names {found['named launcher'] or 'none'} of them as one."
    )


def windows(model: str, figures: Figures) -> str:
    """README: windows that are cut at random, by what they are named as."""
    found = figures["false alarms"]
    named = ", ".join(f"{num or 'none'} as {NAMES[family]}" for family, num in found["named"].items())
    return paragraph(
        f"Cut a crop round one object: of {found['windows']:,} windows cut at random from suburbs, where there are no "
        f"such vehicles, {model} names {named}."
    )


def false_alarms(model: str, figures: Figures) -> str:
    """The page on limits: windows that are cut at random."""
    found = figures["false alarms"]
    return paragraph(
        f"A window cut at random is another question than a crop round one object. Of {found['windows']:,} windows of "
        f"suburbs without such vehicles, {model} names {sum(found['named'].values())} as a haul truck, launcher "
        "chassis, tank, plant or wagon."
    )


def how_sure(model: str, figures: Figures) -> str:
    """The page on limits: calibration and sizes."""
    real, renders, worst = (figures["card"][name] for name in ("real", "renders", "worst"))
    return paragraph(
        f"Of {model}, the confidence of the class is off by {real['class_ece']:.2f} on average on real crops of other "
        f"sites that fitted nothing, and by {renders['class_ece']:.2f} on renders. The 90 % interval holds the length "
        f"of {renders['length_in_interval']:.2f} of the renders at 0.3 m, and of {worst['length_in_interval']:.2f} of "
        "those under the worst conditions."
    )


def label_noise(model: str, figures: Figures) -> str:
    """The page on training: labels that were exchanged."""
    found = figures["label noise"]
    return paragraph(
        f"With {model}, and 5 % of the labels of {found['crops']:,} real crops exchanged at random, "
        f"{found['recall']:.2f} of the exchanged ones are found, and {found['precision']:.2f} of the suspects are "
        "among them (`python -m training.measure.label_noise`)."
    )
