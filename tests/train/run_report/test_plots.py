"""The pictures: all are drawn, names are not read as formulas, and the same numbers give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("matplotlib")

from matplotlib.figure import Figure

from vehicle_id.train.run_report import plots

HOSTILE = ["$\\frac{1}", "машина", "<script>", "\x1b[31mred", "車"]
ROWS = [
    {"epoch": 1, "loss": 2.0, "val_nll": 2.1, "val_accuracy": 0.2, "val_macro_f1": 0.1, "lr": 0.001},
    {"epoch": 2, "loss": 1.0, "val_nll": 1.6, "val_accuracy": 0.5, "val_macro_f1": 0.4},
]


def places() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(40, 2))


DRAWERS: dict[str, Callable[[], Figure]] = {
    "curves": lambda: plots.draw_curves(ROWS, best_epoch=2),
    "confusion": lambda: plots.draw_confusion(
        [("families", ["a", "b"], np.eye(2, dtype=np.int64)), ("classes", HOSTILE, 3 * np.eye(5, dtype=np.int64))]
    ),
    "many classes": lambda: plots.draw_confusion(
        [("classes", [f"class {number}" for number in range(80)], np.eye(80, dtype=np.int64))]
    ),
    "reliability": lambda: plots.draw_reliability(np.array([0.3, 0.9, 0.95]), np.array([False, True, True])),
    "embedding": lambda: plots.draw_map(places(), HOSTILE * 8, np.arange(40) < 10),
    "map of many classes": lambda: plots.draw_map(places(), [f"c{n % 30}" for n in range(40)], np.arange(40) < 10),
    "worst": lambda: plots.draw_sheet([(Image.new("RGB", (9, 40)), "\n".join(HOSTILE))] * 7),
}


@pytest.mark.parametrize("name", DRAWERS)
def test_every_picture_is_drawn_and_the_same_each_time(name: str) -> None:
    with plots.style():
        first, second = (plots.png(DRAWERS[name]()) for _ in range(2))
    assert first == second
    pixels = np.asarray(Image.open(io.BytesIO(first)).convert("L"))
    assert min(pixels.shape) > 200 and pixels.std() > 5


def test_a_history_without_a_learning_rate_has_two_panels() -> None:
    rows = [{name: value for name, value in row.items() if name != "lr"} for row in ROWS]
    assert len(plots.draw_curves(rows, best_epoch=1).axes) == 2
