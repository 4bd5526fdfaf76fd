from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from vehicle_id.synth import optics
from vehicle_id.synth.arrays import Float32Array, Float64Array
from vehicle_id.synth.optics import PointSpread

SHARP = PointSpread(optical_q=0.9, obscuration=0.3, sigma_px=0.25)


def wave(cycles: int, *, samples: int, across: int, vertical: bool) -> Float32Array:
    """0.5 + 0.4 cos: `cycles` over the period, sampled at subpixel centres."""
    profile = 0.5 + 0.4 * np.cos(2 * np.pi * cycles * (np.arange(samples) + 0.5) / samples)
    image = np.repeat(profile[:, np.newaxis], across, 1) if vertical else np.repeat(profile[np.newaxis], across, 0)
    return image[:, :, np.newaxis].astype(np.float32)


def test_the_aperture_passes_everything_at_zero_and_nothing_above_its_cut_off() -> None:
    mtf = optics.aperture_mtf(np.array([0, 0.5 / 1.2, 0.999 / 1.2, 1.001 / 1.2, 2]), optical_q=1.2, obscuration=0.0)
    half = 2 / math.pi * (math.acos(0.5) - 0.5 * math.sqrt(0.75))  # the textbook's clear circle
    assert mtf == pytest.approx([1, half, 0, 0, 0], abs=1e-3)


def test_an_obscured_aperture_gives_up_middle_frequencies_for_high_ones() -> None:
    frequency = np.array([0.25, 0.8])
    clear = optics.aperture_mtf(frequency, optical_q=1.0, obscuration=0.0)
    obscured = optics.aperture_mtf(frequency, optical_q=1.0, obscuration=0.4)
    assert obscured[0] < clear[0] and obscured[1] > clear[1]


def test_the_aperture_falls_without_a_jump_wherever_rounding_puts_a_frequency() -> None:
    for obscuration in (0.2, 0.3, 0.4):
        edge = (1 - obscuration) / 2 + np.array([-1e-4, -1e-12, 0, 1e-12, 1e-4])
        mtf = optics.aperture_mtf(edge, optical_q=1.0, obscuration=obscuration)
        assert mtf == pytest.approx(mtf[0], abs=0.01)


def test_the_compiled_aperture_is_never_called_so_that_workers_may_be_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    uncompiled = SimpleNamespace(py_func=optics.circular_aperture_OTF.py_func)
    monkeypatch.setattr(optics, "circular_aperture_OTF", uncompiled)
    optics.solve_point_spread(mtf_nyquist=0.3, optical_q=1.5, obscuration=0.3).mtf(np.linspace(0, 1, 9))


@pytest.mark.parametrize("obscuration", [0.0, 0.35])
@pytest.mark.parametrize("optical_q", [0.6, 1.0, 1.6])
@pytest.mark.parametrize("mtf", [0.05, 0.15, 0.30, 0.45])
def test_aperture_gaussian_and_detector_have_the_given_mtf(mtf: float, optical_q: float, obscuration: float) -> None:
    spread = optics.solve_point_spread(mtf_nyquist=mtf, optical_q=optical_q, obscuration=obscuration)
    system = spread.mtf(np.array([0.5]))[0] * np.sinc(0.5)
    assert system == pytest.approx(mtf, rel=1e-3)
    assert spread.optical_q <= optical_q
    assert spread.optical_q == optical_q or spread.sigma_px == pytest.approx(0, abs=0.01)


def test_an_mtf_beyond_the_detector_is_refused() -> None:
    with pytest.raises(AssertionError):
        optics.solve_point_spread(mtf_nyquist=0.64, optical_q=1.0, obscuration=0.0)


@pytest.mark.parametrize("vertical", [False, True])
@pytest.mark.parametrize("supersampling", [4, 6])
@pytest.mark.parametrize("cycles", [3, 12, 18])
def test_a_wave_keeps_its_place_and_loses_the_contrast_of_the_mtf(
    cycles: int, supersampling: int, vertical: bool
) -> None:
    image = wave(cycles, samples=40 * supersampling, across=24 * supersampling, vertical=vertical)
    size = {"height": 40, "width": 24} if vertical else {"height": 24, "width": 40}
    sampled = optics.sample(optics.transform(image), SHARP, **size)
    frequency = cycles / 40
    contrast = SHARP.mtf(np.array([frequency]))[0] * np.sinc(frequency)
    expected = 0.5 + 0.4 * contrast * np.cos(2 * np.pi * frequency * (np.arange(40) + 0.5))
    assert np.abs((sampled if vertical else sampled.transpose(1, 0, 2)) - expected[:, None, None]).max() < 1e-3


@pytest.mark.parametrize("vertical", [False, True])
def test_a_wave_above_nyquist_comes_back_as_its_alias(vertical: bool) -> None:
    sampled = optics.sample(
        optics.transform(wave(28, samples=160, across=160, vertical=vertical)), SHARP, height=40, width=40
    )
    spectrum = np.abs(np.fft.rfft(sampled[:, 5, 0] if vertical else sampled[5, :, 0])) / 20
    contrast = 0.4 * SHARP.mtf(np.array([0.7]))[0] * np.sinc(0.7)
    assert contrast > 0.01
    assert spectrum[12] == pytest.approx(contrast, rel=0.01)
    assert np.delete(spectrum, [0, 12]).max() < 1e-4


@pytest.mark.parametrize("seed", range(6))
def test_sampling_keeps_the_mean_at_any_ratio_of_pitches(seed: int) -> None:
    rng = np.random.default_rng(seed)
    radiance = rng.random((72, 96, 3), np.float32) ** 3
    height, width = (int(n) for n in rng.integers(5, 30, 2))
    sampled = optics.sample(optics.transform(radiance), SHARP, height=height, width=width, shift_px=(0.3, -0.2))
    assert sampled.shape == (height, width, 3)
    assert sampled.mean((0, 1)) == pytest.approx(radiance.mean((0, 1)), rel=1e-4)


def test_every_pitch_samples_the_same_ground() -> None:
    blob = np.zeros((192, 192, 1), np.float32)
    blob[80:100, 60:76] = 1  # centred at (90, 68) of 192
    for pixels in (12, 34, 48, 71):
        sampled = optics.sample(optics.transform(blob), SHARP, height=pixels, width=pixels)
        assert _place(sampled) == pytest.approx([90 * pixels / 192, 68 * pixels / 192], abs=0.002)


def test_a_shift_samples_down_and_right() -> None:
    blob = np.zeros((192, 192, 1), np.float32)
    blob[80:100, 60:76] = 1
    shifted = optics.sample(optics.transform(blob), SHARP, height=48, width=48, shift_px=(0.5, 0.25))
    assert _place(shifted) == pytest.approx([90 / 4 - 0.5, 68 / 4 - 0.25], abs=0.002)


def test_a_mix_of_bands_is_the_band_of_the_mix() -> None:
    radiance = np.random.default_rng(0).random((48, 48, 3), np.float32)
    mixed = optics.mix(optics.transform(radiance), (0.5, 0.3, 0.2))
    alone = optics.transform((radiance @ np.array([[0.5], [0.3], [0.2]])).astype(np.float32))
    assert np.abs(mixed.waves - alone.waves).max() < 1e-3


def _place(sampled: Float32Array) -> Float64Array:
    """Place of a lone object in pixels from the corner: the phase of the longest wave, which no blur changes."""
    side = sampled.shape[0]
    wave = np.exp(2j * np.pi * (np.arange(side) + 0.5) / side)
    phases = [np.angle(sampled[:, :, 0].sum(axis) @ wave) for axis in (1, 0)]
    return np.array(phases) % (2 * np.pi) / (2 * np.pi) * side
