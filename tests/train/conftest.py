"""Labelled crops of four colours, and a recipe small enough to train in seconds."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import vehicle_id.runtime  # noqa: F401 - before a test imports onnxruntime
from vehicle_id.taxonomy import Node
from vehicle_id.train.recipe import AugmentRecipe, DataRecipe, ModelRecipe, Recipe, TrainRecipe

COLOURS = {"car": (200, 40, 40), "bus": (40, 40, 200), "ground": (40, 160, 40)}


@pytest.fixture(scope="session")
def crops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A manifest of 72 noisy crops in twelve groups, with sizes and headings."""
    folder = tmp_path_factory.mktemp("crops")
    rng = np.random.default_rng(0)
    with (folder / "manifest.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["path", "label", "gsd_m", "group", "length_m", "width_m", "heading_deg", "margin_px", "origin"]
        )
        for number in range(72):
            label = list(COLOURS)[number % 3]
            height, width = rng.integers(24, 48, 2)
            pixels = np.clip(rng.normal(COLOURS[label], 25, (height, width, 3)), 0, 255).astype(np.uint8)
            name = f"{number:02}.png"
            Image.fromarray(pixels).save(folder / name)
            measured = ["", "", ""] if label == "ground" else [0.2 * width, 0.1 * width, 10.0 * number % 180]
            writer.writerow([name, label, 0.3, f"group{number // 6}", *measured, 4, "rendered" if number % 2 else ""])
    return folder / "manifest.csv"


@pytest.fixture
def recipe() -> Recipe:
    """One epoch of a small network from scratch, with every head."""
    return Recipe(
        name="colours",
        version="0.2",
        taxonomy=(
            Node(name="vehicle", level="family"),
            Node(name="car", parent="vehicle", length_m=(1, 20)),
            Node(name="bus", parent="vehicle"),
            Node(name="ground", has_size=False),
        ),
        data=DataRecipe(num_workers=0, val_share=0.25, test_share=0.1),
        augment=AugmentRecipe(coarsen=1.5),
        model=ModelRecipe(
            backbone="test_efficientnet", pretrained="none", chip_px=32, embedding_dim=16, heads=("size", "heading")
        ),
        train=TrainRecipe(epochs=1, batch_size=16, lr=1e-2, ema_decay=0.6),
    )
