"""Weathering: on the right faces, fixed to the vehicle, as bright as stated."""

from dataclasses import replace

import numpy as np
import pytest

from vehicle_id.synth.camouflage import Camouflage
from vehicle_id.synth.weathering import Weathering, weathered

WOODLAND = Camouflage(tones=((0.10, 0.12, 0.05), (0.12, 0.07, 0.04), (0.02, 0.02, 0.015)))
CLEAN = Weathering(mottle=0.0)
UP, SIDE, ROOF_PITCH = (0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (0.0, 0.6, 0.8)


def deck(length_m=12.0, width_m=3.0, step_m=0.05, height_m=2.5):
    """Points of a level deck in the vehicle's frame, `[N, 3]`, row by row from the rear."""
    x, y = np.meshgrid(np.arange(-length_m / 2, length_m / 2, step_m), np.arange(-width_m / 2, width_m / 2, step_m))
    return np.stack([x, y, np.full_like(x, height_m)], -1).reshape(-1, 3).astype(np.float32)


def worn(weathering, points=None, *, normal=UP, paint=0.3, coat=True):
    points = deck() if points is None else points
    rgb = np.full((len(points), 3), paint, np.float32)
    faces = np.broadcast_to(np.array(normal, np.float32), points.shape)
    return weathered(rgb, np.full(len(points), coat), points, faces, weathering)


def test_the_default_changes_nothing_except_mottle():
    assert worn(CLEAN) == pytest.approx(0.3)


def test_the_arguments_are_not_modified():
    points = deck()
    rgb = np.full((len(points), 3), 0.3, np.float32)
    up = np.broadcast_to(np.array(UP, np.float32), points.shape)
    weathered(rgb, np.ones(len(points), bool), points, up, Weathering(camouflage=WOODLAND, dust=0.5, snow=0.9))
    assert (rgb == np.float32(0.3)).all()


@pytest.mark.parametrize("seed", range(3))
def test_snow_lies_on_level_surfaces_only(seed):
    snowed = replace(CLEAN, snow=0.9, seed=seed)
    assert worn(snowed).mean() > 0.65
    assert worn(snowed, normal=SIDE) == pytest.approx(0.3)
    assert worn(snowed, normal=(0.0, 0.0, -1.0)) == pytest.approx(0.3)
    assert 0.3 < worn(snowed, normal=ROOF_PITCH).mean() < worn(snowed).mean()


def test_more_snow_covers_more():
    def covered(snow):
        return np.mean([(worn(replace(CLEAN, snow=snow, seed=seed))[:, 1] > 0.5).mean() for seed in range(6)])

    remains, most, full = covered(0.2), covered(0.5), covered(0.9)
    assert 0.01 < remains < 0.3 < most < 0.9 < full


def test_snow_has_soft_edges():
    lying = worn(replace(CLEAN, snow=0.5, seed=1), paint=0.05)[:, 1].reshape(60, 240)
    assert np.abs(np.diff(lying, axis=1)).max() < 0.4  # 5 cm apart, of about 0.8 between paint and snow
    between = (lying > 0.15) & (lying < 0.55)
    assert between.mean() > 0.05


def test_snow_is_thinner_ahead_on_some_vehicles_and_never_thicker():
    ahead = deck()[:, 0] > 2.5
    ratios = []
    for seed in range(40):
        lying = worn(replace(CLEAN, snow=0.6, seed=seed), paint=0.02)[:, 1]
        ratios.append(lying[ahead].mean() - lying[~ahead].mean())
    assert np.mean(ratios) < -0.03


def test_camouflage_covers_the_coat_only():
    camouflaged = replace(CLEAN, camouflage=WOODLAND)
    assert worn(camouflaged, coat=False) == pytest.approx(0.3)
    shown = worn(camouflaged)
    assert shown.max() <= max(max(tone) for tone in WOODLAND.tones) + 1e-6
    assert worn(camouflaged, paint=0.8) == pytest.approx(shown)


def test_the_first_tone_covers_most_and_all_of_them_show():
    shares = np.zeros(3)
    for seed in range(8):
        shown = worn(replace(CLEAN, camouflage=WOODLAND, seed=seed))
        nearest = np.abs(shown[:, None] - np.array(WOODLAND.tones)).sum(2).argmin(1)
        shares += np.bincount(nearest, minlength=3) / len(shown) / 8
    assert shares[0] == shares.max()
    assert shares.min() > 0.1


def test_camouflage_has_edges_of_a_spray_gun():
    row = deck(length_m=40.0, width_m=0.02, step_m=0.01)
    two = Camouflage(tones=((0.1, 0.1, 0.1), (0.5, 0.5, 0.5)))
    shown = worn(replace(CLEAN, camouflage=two, seed=3), row)[:, 0].reshape(2, -1)[0]
    between = (shown > 0.12) & (shown < 0.48)
    crossings = np.diff((shown > 0.3).astype(int)).astype(bool).sum()
    assert crossings > 5
    assert 0.03 < 0.01 * between.sum() / crossings < 0.25  # metres each; edges crossed at an angle are wider


@pytest.mark.parametrize(
    "weathering",
    [
        Weathering(mottle=0.1),
        replace(CLEAN, camouflage=WOODLAND),
        replace(CLEAN, dust=0.5),
        replace(CLEAN, snow=0.5),
    ],
    ids=["mottle", "camouflage", "dust", "snow"],
)
def test_a_pattern_is_fixed_to_the_vehicle_and_drawn_by_its_seed(weathering):
    whole, points = worn(weathering), deck()
    some = np.random.default_rng(0).permutation(len(points))[:500]
    assert worn(weathering, points[some]) == pytest.approx(whole[some])  # independent of the other samples
    assert worn(weathering) == pytest.approx(whole)
    assert np.abs(worn(replace(weathering, seed=1)) - whole).mean() > 0.002
    moved = points + np.float32([0.8, 0.0, 0.0])
    assert np.abs(worn(weathering, moved) - whole).mean() > 0.002


@pytest.mark.parametrize("mottle", [0.03, 0.12])
def test_a_mottled_surface_is_as_bright_as_before_and_as_uneven_as_stated(mottle):
    points = deck(length_m=64.0, width_m=64.0, step_m=0.1)
    shown = worn(Weathering(mottle=mottle), points)[:, 1]
    assert shown.mean() == pytest.approx(0.3, rel=0.02)
    assert shown.std() / 0.3 == pytest.approx(mottle, rel=0.15)


def test_dust_lies_low_and_behind_and_more_on_level_surfaces():
    dusty = replace(CLEAN, dust=0.5, dust_rgb=(0.9, 0.9, 0.9))

    def dust(points=None, **kwargs):
        return np.mean([worn(replace(dusty, seed=seed), points, **kwargs).mean() for seed in range(6)]) - 0.3

    assert dust() > 1.5 * dust(normal=SIDE) > 0
    assert dust(deck(height_m=0.2)) > 1.2 * dust()
    behind = deck()[:, 0] < -2
    images = [worn(replace(dusty, seed=seed))[:, 0] for seed in range(12)]
    assert np.mean([image[behind].mean() for image in images]) > np.mean([image[~behind].mean() for image in images])
