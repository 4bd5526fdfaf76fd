"""Crops cut tighter, to see whether the answer changes."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tests.conftest import TINY
from training.measure.tighter_windows import classify_tighter, tighter
from vehicle_id import Classifier, Crop


@pytest.mark.parametrize(("share", "size"), [(1.0, (20, 30)), (0.5, (10, 15)), (0.9, (18, 27))])
def test_the_middle_is_kept(share: float, size: tuple[int, int]) -> None:
    pixels = np.zeros((20, 30, 3), np.uint8)
    pixels[9:11, 14:16] = 255
    cut = tighter(pixels, share)
    assert cut.shape[:2] == size and cut.sum() == pixels.sum()


def test_the_tighter_crop_is_classified_at_the_same_sample_distance(tmp_path) -> None:  # type: ignore[no-untyped-def]
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8)).save(tmp_path / "a.png")
    [answer] = classify_tighter(Classifier(TINY), [Crop(path=tmp_path / "a.png", gsd_m=0.3)], 0.5)
    assert (answer.width_px, answer.height_px, answer.gsd_m) == (20, 20, 0.3)
