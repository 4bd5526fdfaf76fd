"""Layers: the contrast they state, the side they lie on, the way they run."""

import numpy as np
import pytest

from tests.synth.ground.grids import grid
from vehicle_id.synth.ground import ProceduralGround
from vehicle_id.synth.ground.layers import Ripples, Side, Texture
from vehicle_id.synth.ground.noise import Raster


def test_a_texture_has_the_contrast_it_states():
    texture = Texture(rgb=(0.2, 0.2, 0.2), contrast=0.15, seed=5, tint=(0, 0, 0))
    stds = []
    for seed in range(8):
        moved = ProceduralGround(kind="test", axis_deg=0, soft=(texture,))(*grid(0.075, 256, at=(40 * seed, 0)))
        pixels = moved[..., 1].reshape(64, 4, 64, 4).mean(axis=(1, 3))
        stds.append(np.log(pixels).std())
    assert np.mean(stds) == pytest.approx(0.15, rel=0.3)


def test_the_other_side_of_an_edge_is_left_of_its_axis():
    dark, light = (Texture(rgb=(v, v, v), contrast=0.01, seed=1) for v in (0.1, 0.5))
    drawn = ProceduralGround(kind="test", axis_deg=0, soft=(dark, Side(of=light, axis_deg=0.0, at_m=2.0, seed=0)))
    image = drawn(*grid(0.1, 100))
    assert image[:25].mean() == pytest.approx(0.5, rel=0.1)
    assert image[35:].mean() == pytest.approx(0.1, rel=0.1)


def test_ripples_run_along_their_crests_and_are_lost_on_a_coarse_raster():
    ripples = Ripples(axis_deg=0.0, length_m=1.0, depth=0.2, glint=0.0, sky=(0.5, 0.5, 0.5), seed=2)
    fine = ripples(np.full((3, 200, 200), 0.1, np.float32), Raster.of(*grid(0.04, 200)))[1]
    assert np.abs(np.diff(fine, axis=0)).mean() > 1.5 * np.abs(np.diff(fine, axis=1)).mean()
    coarse = ripples(np.full((3, 200, 200), 0.1, np.float32), Raster.of(*grid(0.5, 200)))[1]
    assert np.diff(coarse, axis=0).std() < np.diff(fine, axis=0).std()
    glinting = Ripples(axis_deg=0.0, length_m=1.0, depth=0.2, glint=1.0, sky=(0.5, 0.5, 0.5), seed=2)
    bright = glinting(np.full((3, 200, 200), 0.1, np.float32), Raster.of(*grid(0.04, 200)))[1]
    assert bright.max() > 0.3 > fine.max()
