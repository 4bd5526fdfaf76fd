"""Procedural ground: fixed to the world, in the right range, with its marks where the vehicle needs them."""

import numpy as np
import pytest

from vehicle_id.errors import InputError
from vehicle_id.synth import ground as room
from vehicle_id.synth.ground import KINDS, Ground, draw_ground
from vehicle_id.synth.ground_layers import Beat, Mark, Raster, Ripples, Shape, Side, Texture, noise

BAY = (6.0, 3.0)


def grid(step, count, at=(0.0, 0.0)):
    across = ((np.arange(count) + 0.5 - count / 2) * step).astype(np.float32)
    return across + np.float32(at[0]), np.float32(at[1]) - across


def draw(kind, seed, axis_deg=20.0):
    return draw_ground(kind, np.random.default_rng(seed), axis_deg=axis_deg, bay_m=BAY)


def plot(axis_deg, seed=0):
    return room._Plot(rng=np.random.default_rng(seed), axis_deg=axis_deg, bay_m=BAY)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_reflectance_and_the_same_when_asked_again(kind):
    for seed in range(3):
        drawn = draw(kind, seed)
        first = drawn(*grid(0.1, 120))
        assert first.shape == (120, 120, 3)
        assert first.dtype == np.float32
        assert first.flags.c_contiguous
        assert first.min() >= 0.01 and first.max() <= 0.92
        assert first.std() > 0
        assert (drawn(*grid(0.1, 120)) == first).all()
        assert (draw(kind, seed)(*grid(0.1, 120)) == first).all()


@pytest.mark.parametrize("kind", KINDS)
def test_windows_that_overlap_agree(kind):
    drawn = draw(kind, 4)
    large = drawn(*grid(0.1, 200))
    small = drawn(*grid(0.1, 100, at=(5.0, -3.0)))
    same = np.abs(large[80:180, 100:200] - small).max(axis=2) < 0.01
    assert same.mean() > 0.98  # all but the last sample of some marks


def test_seeds_and_places_differ():
    here = draw("grass", 1)(*grid(0.1, 100))
    assert np.abs(draw("grass", 2)(*grid(0.1, 100)) - here).mean() > 0.005
    assert np.abs(draw("grass", 1)(*grid(0.1, 100, at=(10, 0))) - here).mean() > 0.002


def test_no_such_kind_is_said_in_a_sentence():
    with pytest.raises(InputError, match="no ground 'lava'; choose one of soil, gravel"):
        draw("lava", 0)


def test_kinds_are_as_bright_as_they_are_outside():
    def mean(kind):
        return np.mean([draw(kind, seed)(*grid(0.4, 40)).mean(axis=(0, 1)) for seed in range(8)], axis=0)

    assert 0.08 < mean("asphalt").mean() < 0.22
    assert 0.25 < mean("concrete").mean() < 0.45
    assert mean("snow").mean() > 0.5
    assert 0.015 < mean("water").mean() < 0.12
    assert 0.04 < mean("grass")[1] < 0.2
    assert mean("grass")[1] > mean("grass")[0] > mean("grass")[2]
    assert mean("mud").mean() < mean("soil").mean() < mean("snow").mean()


def test_a_texture_has_the_contrast_it_states():
    texture = Texture(rgb=(0.2, 0.2, 0.2), contrast=0.15, seed=5, tint=(0, 0, 0))
    stds = []
    for seed in range(8):
        moved = Ground(kind="test", axis_deg=0, soft=(texture,))(*grid(0.075, 256, at=(40 * seed, 0)))
        pixels = moved[..., 1].reshape(64, 4, 64, 4).mean(axis=(1, 3))
        stds.append(np.log(pixels).std())
    assert np.mean(stds) == pytest.approx(0.15, rel=0.3)


def test_a_larger_exponent_is_smoother():
    def roughness(exponent):
        field = noise(Raster.of(*grid(0.1, 200)), 3, size_m=16, exponent=exponent)
        return np.abs(np.diff(field, axis=1)).mean() / field.std()

    assert roughness(0.8) > 1.5 * roughness(1.2) > 2 * roughness(1.8)


def test_the_vehicle_stands_inside_a_bay_along_the_axis():
    for seed in range(20):
        drawing = plot(30.0, seed)
        c, s = np.cos(np.radians(30)), np.sin(np.radians(30))
        lines = [np.array(shape.points) @ [[c, -s], [s, c]] for shape in room._bays(drawing)]
        along = [line for line in lines if abs(line[0, 1] - line[1, 1]) < 1e-6]
        here = [line[0, 1] for line in along if abs(line[:, 0].mean()) < 1e-6]
        assert min(abs(v) for v in here) == pytest.approx(BAY[1] / 2)
        assert np.diff(sorted(here)) == pytest.approx(BAY[1])
        across = [line[0, 0] for line in lines if abs(line[0, 0] - line[1, 0]) < 1e-6]
        assert all(abs(u) > BAY[0] / 2 - 1e-6 for u in across)


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


def test_the_other_side_of_an_edge_is_left_of_its_axis():
    dark, light = (Texture(rgb=(v, v, v), contrast=0.01, seed=1) for v in (0.1, 0.5))
    drawn = Ground(kind="test", axis_deg=0, soft=(dark, Side(of=light, axis_deg=0.0, at_m=2.0, seed=0)))
    image = drawn(*grid(0.1, 100))
    assert image[:25].mean() == pytest.approx(0.5, rel=0.1)
    assert image[35:].mean() == pytest.approx(0.1, rel=0.1)


def test_a_mark_lies_where_its_coordinates_say():
    dot = Mark(shapes=(Shape(((2.8, 0.8), (3.2, 0.8), (3.2, 1.2), (2.8, 1.2))),), rgb=(0.9, 0.9, 0.9), seed=0)
    base = Texture(rgb=(0.1, 0.1, 0.1), contrast=0.01, seed=1)
    for soft, sharp in (((base, dot), ()), ((base,), (dot,))):
        x, y = grid(0.05, 200)
        bright = Ground(kind="test", axis_deg=0, soft=soft, sharp=sharp)(x, y)[..., 0]
        weight = np.clip(bright - 0.2, 0, None)
        assert (weight.sum(axis=0) @ x) / weight.sum() == pytest.approx(3.0, abs=0.06)
        assert (weight.sum(axis=1) @ y) / weight.sum() == pytest.approx(1.0, abs=0.06)


def test_a_beat_leaves_pieces_of_a_mark_and_their_area():
    beat = Beat(axis_deg=30.0, period_m=0.6, length_m=0.25)
    square = Shape(((-4.0, -4.0), (4.0, -4.0), (4.0, 4.0), (-4.0, 4.0)))
    mark = Mark(shapes=(square,), rgb=(0.0, 0.0, 0.0), seed=0, beat=beat)
    raster = Raster.of(*grid(0.05, 100))
    whole = mark(np.ones((3, 100, 100), np.float32), raster)[0]
    assert 1 - whole.mean() == pytest.approx(0.25 / 0.6, rel=0.03)
    assert ((whole < 0.05) | (whole > 0.95)).mean() > 0.7
    c, s = np.cos(np.radians(30)), np.sin(np.radians(30))
    x, y = grid(0.05, 100)
    phase = ((x * c + y[:, None] * s) / 0.6) % 1
    assert whole[np.abs(phase - 0.5) < 0.12].max() < 0.05
    assert whole[np.abs(phase - 0.5) > 0.32].min() > 0.95


def test_enlarging_meets_its_lattice_and_keeps_straight_lines():
    raster = Raster.of(*grid(0.075, 100, at=(0.3, 0.7)))
    lattice = raster.lattice(raster.grain_m)
    along, across = lattice.turned(0.0)
    planes = np.stack([np.broadcast_to(along, (lattice.height, lattice.width)), 0 * along + across]).astype(np.float32)
    x, y = raster.turned(0.0)
    taken = raster.take(planes, lattice)
    assert np.abs(taken[..., 0] - x).max() < 1e-4
    assert np.abs(taken[..., 1] - y).max() < 1e-4


def test_noise_is_the_same_at_a_place_whatever_the_window_of_its_lattice():
    large, small = Raster.of(*grid(0.1, 200)), Raster.of(*grid(0.1, 100, at=(5.0, -3.0)))
    for size_m in (2.0, 16.0):
        part = noise(small, 3, size_m=size_m)
        assert noise(large, 3, size_m=size_m)[80:180, 100:200] == pytest.approx(part, abs=1e-3)


def test_ripples_run_along_their_crests_and_are_lost_on_a_coarse_raster():
    ripples = Ripples(axis_deg=0.0, length_m=1.0, depth=0.2, glint=0.0, sky=(0.5, 0.5, 0.5), seed=2)
    fine = ripples(np.full((3, 200, 200), 0.1, np.float32), Raster.of(*grid(0.04, 200)))[1]
    assert np.abs(np.diff(fine, axis=0)).mean() > 1.5 * np.abs(np.diff(fine, axis=1)).mean()
    coarse = ripples(np.full((3, 200, 200), 0.1, np.float32), Raster.of(*grid(0.5, 200)))[1]
    assert np.diff(coarse, axis=0).std() < np.diff(fine, axis=0).std()
    glinting = Ripples(axis_deg=0.0, length_m=1.0, depth=0.2, glint=1.0, sky=(0.5, 0.5, 0.5), seed=2)
    bright = glinting(np.full((3, 200, 200), 0.1, np.float32), Raster.of(*grid(0.04, 200)))[1]
    assert bright.max() > 0.3 > fine.max()
