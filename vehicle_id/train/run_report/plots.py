"""The pictures of a run, drawn with matplotlib: the same numbers give the same bytes.

Names of classes and files are drawn as they are: none of them is read as a formula.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Sequence
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray
from PIL import Image

from vehicle_id.evaluation.metrics import reliability, share_interval
from vehicle_id.text import display_name, visible
from vehicle_id.train.history import EpochRecord

DPI: Final = 110
MOST_NUMBERED: Final = 30
"""Classes of a matrix up to which its cells have their counts."""
MOST_COLOURS: Final = 20
"""Classes that have colours of their own on the map."""
LINE: Final = 34
"""Characters of a line beneath a picture."""
BINS: Final = 10


def png(figure: Figure) -> bytes:
    """The figure as the content of a PNG file."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # letters that the font lacks are drawn as boxes
        figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def style() -> Any:
    """A context with the default style, whatever this machine's matplotlibrc says."""
    return mpl.rc_context(mpl.rcParamsDefault)


def draw_curves(rows: Sequence[EpochRecord], *, best_epoch: int) -> Figure:
    """Losses, results on the validation split, and the learning rate, by epoch."""
    panels: list[tuple[str, dict[str, str]]] = [
        ("loss", {"loss": "training", "val_nll": "validation, at the best temperature"}),
        ("validation", {"val_accuracy": "accuracy", "val_macro_f1": "macro-F1"}),
        ("learning rate", {"lr": ""}),
    ]
    parts = {name for row in rows for name in row if name.startswith("loss_")}
    panels[0][1].update({name: f"of which {name.removeprefix('loss_')}" for name in sorted(parts)})
    panels = [(title, names) for title, names in panels if any(name in row for row in rows for name in names)]
    figure = Figure(figsize=(4.2 * len(panels), 3.4), dpi=DPI, layout="constrained")
    for number, (title, names) in enumerate(panels):
        axes = figure.add_subplot(1, len(panels), number + 1, xlabel="epoch", title=title)
        axes.grid(color="0.92", linewidth=0.6)
        for name, label in names.items():
            known = [(row["epoch"], row[name]) for row in rows if name in row]
            axes.plot(*zip(*known, strict=True), marker="o", markersize=3, linewidth=1.2, label=label)
        axes.axvline(best_epoch, color="0.6", linewidth=0.8, linestyle="--")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        if any(names.values()):
            axes.legend(fontsize=8, frameon=False)
    return figure


def draw_confusion(tables: Sequence[tuple[str, Sequence[str], NDArray[np.int64]]]) -> Figure:
    """Matrices side by side: rows are the labels, columns the answers, colours the share of the row.

    Args:
        tables: title, names, and the square matrix of counts.
    """
    sides = [2.2 + 0.34 * min(len(names), 60) for _, names, _ in tables]
    figure = Figure(figsize=(sum(sides), max(sides)), dpi=DPI, layout="constrained")
    grid = figure.add_gridspec(1, len(tables), width_ratios=sides)
    for number, (title, names, matrix) in enumerate(tables):
        axes = figure.add_subplot(grid[0, number], title=title, xlabel="answer", ylabel="label")
        shares = matrix / matrix.sum(axis=1, keepdims=True).clip(1)
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        places = range(len(names))
        axes.set_xticks(places, _names(names), rotation=60, ha="right", rotation_mode="anchor", parse_math=False)
        axes.set_yticks(places, _names(names), parse_math=False)
        axes.tick_params(labelsize=8)
        if len(names) <= MOST_NUMBERED:
            for row, column in np.argwhere(matrix):
                colour = "white" if shares[row, column] > 0.55 else "black"
                axes.text(column, row, str(matrix[row, column]), ha="center", va="center", fontsize=7, color=colour)
    return figure


def draw_reliability(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> Figure:
    """Share of right answers against confidence; on the diagonal the confidence is calibrated."""
    figure = Figure(figsize=(4.6, 3.8), dpi=DPI, layout="constrained")
    axes = figure.add_subplot(xlabel="confidence", ylabel="share of right answers")
    axes.grid(color="0.92", linewidth=0.6)
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    for mean, share, num in zip(*reliability(confidence, right, num_bins=BINS), strict=True):
        low, high = share_interval(round(share * num), int(num))
        axes.plot([mean, mean], [low, high], color="C0", linewidth=1)
        axes.plot(mean, share, "o", color="C0", markersize=4)
        axes.annotate(str(num), (mean, high), (0, 3), textcoords="offset points", ha="center", fontsize=7)
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.08)
    return figure


def draw_map(places: NDArray[np.float64], labels: Sequence[str], validating: NDArray[np.bool_]) -> Figure:
    """The map of crops: a dot for a training crop, a ring for a validation crop."""
    frequent = sorted(set(labels), key=lambda name: (-labels.count(name), name))
    names = frequent[:MOST_COLOURS]
    figure = Figure(figsize=(8.2, 5.4), dpi=DPI, layout="constrained")
    axes = figure.add_subplot(xticks=[], yticks=[], title="dots: training crops, rings: validation crops")
    every = np.array(labels)
    for number, name in enumerate([*names, None]):
        of_class = np.isin(every, names, invert=True) if name is None else every == name
        if not of_class.any():
            continue
        colour = "0.6" if name is None else mpl.colormaps["tab20"](number * 2 % 20 + number // 10)
        _dots(axes, places[of_class & ~validating], colour, filled=True)
        _dots(axes, places[of_class & validating], colour, filled=False)
        text = f"{len(frequent) - MOST_COLOURS} other classes" if name is None else _names([name])[0]
        axes.scatter([], [], s=24, color=colour, label=text)
    legend = axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=8, frameon=False)
    for each in legend.get_texts():
        each.set_parse_math(False)
    return figure


def draw_sheet(pictures: Sequence[tuple[Image.Image, str]], *, columns: int = 6) -> Figure:
    """A contact sheet: pictures, each with lines of text beneath."""
    rows = max(1, math.ceil(len(pictures) / columns))
    figure = Figure(figsize=(1.9 * columns, 2.5 * rows), dpi=DPI, layout="constrained")
    for number, (picture, text) in enumerate(pictures):
        axes = figure.add_subplot(rows, columns, number + 1, xticks=[], yticks=[])
        axes.imshow(np.asarray(picture), interpolation="nearest")
        lines = "\n".join(visible(line)[:LINE] for line in text.splitlines())
        axes.set_xlabel(lines, fontsize=7, parse_math=False)
    return figure


def _dots(axes: Axes, places: NDArray[np.float64], colour: Any, *, filled: bool) -> None:
    if filled:
        axes.scatter(places[:, 0], places[:, 1], s=9, color=colour, alpha=0.55, linewidths=0)
    else:
        axes.scatter(places[:, 0], places[:, 1], s=26, facecolors="none", edgecolors=[colour], linewidths=1.2)


def _names(labels: Sequence[str]) -> list[str]:
    return [visible(display_name(label)) for label in labels]
