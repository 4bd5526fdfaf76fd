"""Maps of what an answer rests on: they point at the pixels that the tiny model looks at."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conftest import TINY, plain
from vehicle_id.crops.chips import make_chip
from vehicle_id.model.occlusion import CELLS, Occluder, OcclusionMap
from vehicle_id.model.session import Session


@pytest.fixture(scope="module")
def occluder() -> Occluder:
    return Occluder(Session(TINY.read_bytes()))


def map_of(occluder: Occluder, pixels: np.ndarray, label: str = "car") -> OcclusionMap | None:
    height, width = pixels.shape[:2]
    chip = make_chip(pixels, chip_px=occluder.chip_px, gsd_m=0.4)
    return occluder.map_of(chip, height=height, width=width, label=label)


@pytest.mark.parametrize(("height", "width"), [(24, 24), (12, 24), (24, 12)])
@pytest.mark.parametrize("is_left", [True, False])
def test_the_answer_rests_on_the_red_half(occluder: Occluder, height: int, width: int, is_left: bool) -> None:
    """Red makes a car; the other half is dark. Covering dark pixels takes nothing from the answer."""
    pixels = plain((60, 0, 0), width=width, height=height)
    half = slice(0, width // 2) if is_left else slice(width // 2, width)
    pixels[:, half] = (255, 0, 0)
    found = map_of(occluder, pixels)
    assert found is not None and found.loss.shape == (CELLS, CELLS) and (found.loss >= 0).all()
    red = found.loss[:, : CELLS // 2] if is_left else found.loss[:, CELLS // 2 :]
    assert red.sum() > 0.8 * found.loss.sum() > 0


def test_a_crop_of_one_colour_rests_on_nothing_in_particular(occluder: Occluder) -> None:
    found = map_of(occluder, plain("red"))
    assert found is not None and found.loss.max() == 0 and 0 < found.probability <= 1


def test_a_coarser_answer_has_a_map_and_an_unknown_one_none(occluder: Occluder) -> None:
    car, coarser = map_of(occluder, plain("red")), map_of(occluder, plain("red"), "vehicle")
    assert car is not None and coarser is not None and coarser.probability >= car.probability
    assert map_of(occluder, plain("red"), "unknown") is None
