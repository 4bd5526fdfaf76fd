"""Plot accuracy against properties of the crops, a reliability diagram, and a risk-coverage curve.

    vehicle-id evaluate data/rendered/manifest.csv --model mine --crops crops.csv
    python -m training.measure.plots crops.csv data/rendered/manifest.csv --out plots [--column view] [--column label]

The crops are joined by path with the manifest's columns. A plot is drawn for each of `gsd_m`, `off_nadir_deg` and
`visible_share` that the manifest has, and for every named column: numbers in bins of equally many crops, words one by
one. Bars are 95 % intervals of the share of right answers; crops of one image fail together, so the true intervals are
wider. The same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vehicle_id.evaluation.metrics import reliability, risk_coverage, share_interval
from vehicle_id.files import write_whole

DEFAULT_COLUMNS = ("gsd_m", "off_nadir_deg", "visible_share")
MAX_WORDS = 16
"""Of a column with more words than this only the most frequent ones are drawn."""

Row = dict[str, str]
Bin = tuple[float, str, np.ndarray]
"""Position on the axis, name, and a mask of the rows in it."""


def main() -> None:
    """Draw every plot into a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("crops", type=Path, help="CSV of vehicle-id evaluate --crops")
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="folder for the PNGs")
    parser.add_argument("--column", action="append", default=[], help="a further column to draw; may be repeated")
    parser.add_argument("--bins", type=int, default=6)
    options = parser.parse_args()
    rows = joined(options.crops, options.manifest)
    # the default style, whatever this machine's matplotlibrc says
    with mpl.rc_context(mpl.rcParamsDefault):
        for path in draw(rows, options.out, columns=options.column, num_bins=options.bins):
            print(path)


def joined(crops: Path, manifest: Path) -> list[Row]:
    """Crops whose answer is right or wrong, with the manifest's columns; columns of the crops' file come first."""
    return join(_read(crops), manifest)


def join(answers: Sequence[Row], manifest: Path) -> list[Row]:
    """The same for rows in memory."""
    known = {_place(manifest.parent / row["path"]): row for row in _read(manifest)}
    rows = [row for row in answers if row["right"]]
    strange = [row["path"] for row in rows if _place(Path(row["path"])) not in known]
    if strange or not rows:
        lacking = f"{strange[0]} is not in {manifest}" if strange else "no answer belongs to a crop with a known label"
        sys.exit(f"plots: {lacking}: run it in the folder where vehicle-id evaluate --crops ran, on the same manifest")
    return [{**known[_place(Path(row["path"]))], **row} for row in rows]


def _place(path: Path) -> str:
    return os.path.abspath(path)


def _read(path: Path) -> list[Row]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def draw(rows: Sequence[Row], out: Path, *, columns: Sequence[str] = (), num_bins: int = 6) -> list[Path]:
    """Write `reliability.png`, `risk_coverage.png` and `by_COLUMN.png` for every column."""
    missing = [name for name in columns if name not in rows[0]]
    if missing:
        sys.exit(f"plots: there is no column {missing[0]!r}: the columns are {', '.join(rows[0])}")
    right = np.array([row["right"] == "1" for row in rows])
    confidence = np.array([float(row["confidence"]) for row in rows])
    figures = {"reliability": draw_reliability(confidence, right), "risk_coverage": draw_risk(confidence, right)}
    for name in dict.fromkeys([*(name for name in DEFAULT_COLUMNS if name in rows[0]), *columns]):
        bins = bins_of([row[name] for row in rows], num_bins)
        if bins:
            figures[f"by_{name}"] = draw_accuracy(name, bins, right)
    out.mkdir(parents=True, exist_ok=True)
    return [_save(figure, out / f"{name}.png") for name, figure in figures.items()]


def bins_of(cells: Sequence[str], num_bins: int) -> list[Bin]:
    """Numbers in bins of about equally many rows; words one by one, most frequent first. Empty cells are in no bin."""
    filled = np.array([bool(cell) for cell in cells])
    try:
        values = np.array([float(cell) if cell else np.nan for cell in cells])
    except ValueError:
        common = Counter(cell for cell in cells if cell).most_common(MAX_WORDS)
        words = np.array(cells)
        return [(float(place), word, words == word) for place, (word, _) in enumerate(common)]
    if not filled.any():
        return []
    edges = np.unique(np.quantile(values[filled], np.linspace(0, 1, num_bins + 1)))
    which = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, max(len(edges) - 2, 0))
    members = [filled & (which == each) for each in np.unique(which[filled])]
    return [(float(np.mean(values[each])), "", each) for each in members]


def draw_accuracy(name: str, bins: Sequence[Bin], right: np.ndarray) -> Figure:
    """Share of right answers in each bin, with its interval and its count."""
    figure, axes = _axes(name, "share of right answers")
    for place, _, members in bins:
        _share(axes, place, int(right[members].sum()), int(members.sum()))
    if bins[0][1]:
        axes.set_xticks([place for place, _, _ in bins], [word for _, word, _ in bins], rotation=60, ha="right")
    axes.set_ylim(0, 1.08)
    return figure


def draw_reliability(confidence: np.ndarray, right: np.ndarray) -> Figure:
    """Share of right answers against confidence; on the diagonal the confidence is calibrated."""
    figure, axes = _axes("confidence", "share of right answers")
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    for mean, share, num in zip(*reliability(confidence, right), strict=True):
        _share(axes, float(mean), round(share * num), int(num))
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.08)
    return figure


def draw_risk(confidence: np.ndarray, right: np.ndarray) -> Figure:
    """Share of wrong answers against the share of crops that are answered, most confident first."""
    figure, axes = _axes("share of crops answered, most confident first", "share of wrong answers")
    axes.plot(*risk_coverage(confidence, right), color="C0", linewidth=1.2)
    axes.set_xlim(0, 1)
    axes.set_ylim(bottom=0)
    return figure


def _axes(across: str, up: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(5.6, 3.6), dpi=100, layout="constrained")
    axes = figure.add_subplot(xlabel=across, ylabel=up)
    axes.grid(color="0.92", linewidth=0.6)
    return figure, axes


def _share(axes: Axes, place: float, hits: int, num: int) -> None:
    low, high = share_interval(hits, num)
    axes.plot([place, place], [low, high], color="C0", linewidth=1)
    axes.plot(place, hits / num, "o", color="C0", markersize=4)
    axes.annotate(str(num), (place, high), (0, 3), textcoords="offset points", ha="center", fontsize=7)


def _save(figure: Figure, path: Path) -> Path:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    write_whole(path, buffer.getvalue())
    return path


if __name__ == "__main__":
    main()
