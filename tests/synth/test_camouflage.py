"""Camouflage: every pattern shows its tones on the scale that it states, and drawn ones are possible surfaces."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from vehicle_id.synth.camouflage import (
    CAMOUFLAGES,
    SHARES,
    SIZES_M,
    TWO_TONES,
    WINTER,
    Camouflage,
    Pattern,
    draw_camouflage,
    draw_two_tone,
    painted_tones,
)

DARK, BRIGHT = (0.1, 0.1, 0.1), (0.5, 0.5, 0.5)
STEP_M = 0.05


def deck(pattern: Pattern, seed: int, *, size_m: float = 1.0, z: float = 2.0) -> np.ndarray:
    """Whether the second tone shows on a level deck of 24 m by 6 m, `[along, across]`."""
    x, y = np.meshgrid(np.arange(-12, 12, STEP_M), np.arange(-3, 3, STEP_M), indexing="ij")
    points = np.stack([x, y, np.full_like(x, z)], -1).reshape(-1, 3).astype(np.float32)
    two = Camouflage(tones=(DARK, BRIGHT), pattern=pattern, size_m=size_m)
    return painted_tones(points, two, np.random.default_rng(seed))[:, 0].reshape(x.shape) > 0.3


def edges_per_m(shown: np.ndarray, axis: int) -> float:
    return float(np.diff(shown.astype(int), axis=axis).astype(bool).mean() / STEP_M)


def test_every_pattern_has_a_share_and_sizes() -> None:
    assert set(SHARES) == set(SIZES_M) == set(get_args(Pattern))
    assert sum(SHARES.values()) == pytest.approx(1)


@pytest.mark.parametrize("pattern", get_args(Pattern))
def test_both_tones_show_and_the_first_covers_most_of_a_whitewash(pattern: Pattern) -> None:
    share = np.mean([deck(pattern, seed).mean() for seed in range(6)])
    assert 0.1 < share < (0.4 if pattern == "whitewash" else 0.65)


def test_bands_run_across_the_vehicle_stripes_along_it() -> None:
    for seed in range(6):
        band, stripe = deck("bands", seed), deck("stripes", seed)
        assert edges_per_m(band, 0) > 2 * edges_per_m(band, 1)
        assert edges_per_m(stripe, 1) > 2 * edges_per_m(stripe, 0)
        oblique = deck("oblique_bands", seed)
        assert edges_per_m(oblique, 0) > 0.2 and edges_per_m(oblique, 1) > 0.2


@pytest.mark.parametrize("size_m", [0.6, 1.2, 2.4])
def test_bands_are_as_wide_as_stated(size_m: float) -> None:
    edges = np.mean([edges_per_m(deck("bands", seed, size_m=size_m), 0) for seed in range(12)])
    assert 1 / edges == pytest.approx(size_m, rel=0.2)


def test_bands_carry_on_down_the_sides() -> None:
    high, low = deck("bands", 0, z=2.0), deck("bands", 0, z=1.9)
    assert (high == low).mean() > 0.9


def test_squares_have_edges_along_and_across_only() -> None:
    shown = deck("digital", 0, size_m=1.6)
    corner = shown[:-1, :-1].astype(int) + shown[1:, 1:] - shown[:-1, 1:] - shown[1:, :-1]
    assert (corner != 0).mean() < 0.02, "an oblique edge makes a step in every row"


@pytest.mark.parametrize("pattern", get_args(Pattern))
def test_a_point_has_the_same_tone_among_any_others(pattern: Pattern) -> None:
    points = np.random.default_rng(1).uniform(-6, 6, (400, 3)).astype(np.float32)
    two = Camouflage(tones=(DARK, BRIGHT), pattern=pattern)
    whole, some = (painted_tones(each, two, np.random.default_rng(2)) for each in (points, points[::3]))
    assert np.array_equal(whole[::3], some)
    assert not np.array_equal(whole, painted_tones(points, two, np.random.default_rng(3)))


def test_drawn_camouflage_is_a_possible_surface_and_is_drawn_by_the_seed() -> None:
    drawn = [draw_camouflage(np.random.default_rng(seed)) for seed in range(200)]
    for each in drawn:
        assert 2 <= len(each.tones) <= 4
        assert all(0.005 < value < 0.9 for tone in each.tones for value in tone)
        low, high = SIZES_M[each.pattern]
        assert low <= each.size_m <= high
    assert {each.pattern for each in drawn} == set(SHARES)
    assert drawn[4] == draw_camouflage(np.random.default_rng(4))
    assert all(2 <= len(tones) <= 4 for tones in (*CAMOUFLAGES, *TWO_TONES, *WINTER))


def test_a_whitewash_is_white_and_mostly_met_on_snow() -> None:
    rng = np.random.default_rng(0)
    for snow, low, high in ((False, 0.01, 0.1), (True, 0.2, 0.45)):
        drawn = [draw_camouflage(rng, snow=snow) for _ in range(300)]
        white = [each for each in drawn if each.pattern == "whitewash"]
        assert low < len(white) / 300 < high
        assert all(np.mean(each.tones[0]) > 2 * np.mean(each.tones[1]) for each in white)


def test_a_two_tone_coat_keeps_the_coat() -> None:
    coat = (0.4, 0.3, 0.05)
    assert all(draw_two_tone(np.random.default_rng(seed), coat).tones[0] == coat for seed in range(20))
