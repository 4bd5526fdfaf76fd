"""Radar is told from optical pictures by its speckle."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.picture_kinds import tiff_of
from vehicle_id.crops.images import decode_image
from vehicle_id.crops.speckle import is_speckled

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "crops").glob("*.*g"))


def radar(side: int = 128) -> np.ndarray:
    """Amplitude of one look: a bright target and its shadow on clutter, each pixel times Rayleigh speckle."""
    scene = np.full((side, side), 30.0)
    scene[side // 3 : side // 2, side // 3 : 2 * side // 3] = 120.0
    scene[side // 2 : 2 * side // 3, side // 3 : 2 * side // 3] = 6.0
    return scene * np.random.default_rng(0).rayleigh(1.0, scene.shape)


@pytest.mark.parametrize("seen_as", ["grey8", "rgb8", "grey16", "float"])
def test_radar_is_flagged_however_it_is_stored(seen_as: str) -> None:
    values = radar()
    eight = values.clip(0, 255).astype(np.uint8)
    source = {
        "grey8": eight,
        "rgb8": np.repeat(eight[:, :, None], 3, axis=2),
        "grey16": (values * 90).clip(0, 65535).astype(np.uint16),
        "float": tiff_of(values[:, :, None].astype(np.float32)),
    }[seen_as]
    assert "not_optical" in decode_image(source).flags


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_optical_crops_are_not(path: Path) -> None:
    with Image.open(path) as image:
        grey = image.convert("L")
    assert "not_optical" not in decode_image(grey).flags
    deep = np.asarray(grey).astype(np.uint16) * 5 + 150
    noisy = deep + np.random.default_rng(0).normal(0, 40, deep.shape)
    assert "not_optical" not in decode_image(noisy.clip(0).astype(np.uint16)).flags
    assert decode_image(path).flags == ()


def test_few_pixels_and_one_value_are_no_radar() -> None:
    assert not is_speckled(radar(9))
    assert not is_speckled(np.zeros((40, 40)))
    assert not is_speckled(np.full((40, 40), 200))
