"""Marks: at their coordinates, as dark as their area requires."""

import numpy as np
import pytest

from tests.synth.ground.grids import grid
from vehicle_id.synth.ground import ProceduralGround
from vehicle_id.synth.ground.layers import Texture
from vehicle_id.synth.ground.marks import DashPattern, Mark, Shape
from vehicle_id.synth.ground.noise import Raster


def test_a_line_thinner_than_a_sample_darkens_by_its_area():
    line = Mark(shapes=(Shape(((-50.0, 0.33), (50.0, 0.33)), 0.04),), rgb=(0.0, 0.0, 0.0), seed=0)
    raster = Raster.of(*grid(0.1, 100))
    rgb = line(np.ones((3, 100, 100), np.float32), raster)
    assert 1 - rgb.mean() == pytest.approx(0.04 * 10 / 100, rel=0.05)


def test_a_dye_multiplies_and_paint_covers():
    square = (Shape(((-2.0, -2.0), (2.0, -2.0), (2.0, 2.0), (-2.0, 2.0))),)
    raster = Raster.of(*grid(0.1, 100))
    half = np.full((3, 100, 100), 0.5, np.float32)
    dyed = Mark(shapes=square, rgb=(0.5, 1.0, 1.2), dye=True, seed=0)(half.copy(), raster)
    painted = Mark(shapes=square, rgb=(0.8, 0.8, 0.8), strength=0.5, seed=0)(half.copy(), raster)
    assert dyed[:, 50, 50] == pytest.approx([0.25, 0.5, 0.6])
    assert painted[:, 50, 50] == pytest.approx([0.65] * 3)
    assert (dyed[:, 5, 5] == 0.5).all()


def test_marks_end_where_the_pavement_does():
    cut = Shape(((0.0, -4.0), (0.0, 4.0)), 0.1).before(0.0, 1.0)
    assert cut is not None
    assert cut.points == ((0.0, -4.0), (0.0, 1.0))
    assert Shape(((0.0, 2.0), (5.0, 2.0)), 0.1).before(0.0, 1.0) is None
    square = Shape(((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0))).before(90.0, 0.0)
    assert square is not None
    assert min(x for x, _ in square.points) == pytest.approx(0.0)
    assert max(x for x, _ in square.points) == pytest.approx(1.0)


def test_a_mark_lies_at_its_coordinates():
    dot = Mark(shapes=(Shape(((2.8, 0.8), (3.2, 0.8), (3.2, 1.2), (2.8, 1.2))),), rgb=(0.9, 0.9, 0.9), seed=0)
    base = Texture(rgb=(0.1, 0.1, 0.1), contrast=0.01, seed=1)
    for soft, sharp in (((base, dot), ()), ((base,), (dot,))):
        x, y = grid(0.05, 200)
        bright = ProceduralGround(kind="test", axis_deg=0, soft=soft, sharp=sharp)(x, y)[..., 0]
        weight = np.clip(bright - 0.2, 0, None)
        assert (weight.sum(axis=0) @ x) / weight.sum() == pytest.approx(3.0, abs=0.06)
        assert (weight.sum(axis=1) @ y) / weight.sum() == pytest.approx(1.0, abs=0.06)


def test_a_dash_pattern_leaves_pieces_of_a_mark_and_their_area():
    beat = DashPattern(axis_deg=30.0, period_m=0.6, length_m=0.25)
    square = Shape(((-4.0, -4.0), (4.0, -4.0), (4.0, 4.0), (-4.0, 4.0)))
    mark = Mark(shapes=(square,), rgb=(0.0, 0.0, 0.0), seed=0, dashes=beat)
    raster = Raster.of(*grid(0.05, 100))
    whole = mark(np.ones((3, 100, 100), np.float32), raster)[0]
    assert 1 - whole.mean() == pytest.approx(0.25 / 0.6, rel=0.03)
    assert ((whole < 0.05) | (whole > 0.95)).mean() > 0.7
    c, s = np.cos(np.radians(30)), np.sin(np.radians(30))
    x, y = grid(0.05, 100)
    phase = ((x * c + y[:, None] * s) / 0.6) % 1
    assert whole[np.abs(phase - 0.5) < 0.12].max() < 0.05
    assert whole[np.abs(phase - 0.5) > 0.32].min() > 0.95
