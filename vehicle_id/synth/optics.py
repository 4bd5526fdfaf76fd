"""Aperture, line-of-sight blur and detector: supersampled radiance -> samples of a focal plane.

Works in the Fourier domain throughout: one forward transform serves the panchromatic and the colour detectors,
the transfer function is exact on its grid, and any sampling pitch is a folding of the spectrum, aliases included.
Bands in, bands out; lengths are in detector pixels. Colours, units and products are in sensor.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pybsm.otf.functional import circular_aperture_OTF
from scipy import fft, optimize

from vehicle_id.synth.arrays import Float32Array, Float64Array

Spectrum = NDArray[np.complex64]

NYQUIST = 0.5
"""Cycles per pixel."""

DETECTOR_AT_NYQUIST = 2 / math.pi
"""MTF of a square detector that fills its pixel, at Nyquist: sinc(1/2) (IBSM equation 3-36)."""

TABLE_SIZE = 512
"""Points of the radial MTF table; linear interpolation between them errs by less than 1e-4."""

NEGLIGIBLE = 3e-4
"""Waves whose MTF is below this are left out of the transforms: a thirteenth of a grey level at full contrast."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointSpread:
    """The blur of the light before it falls on the detectors."""

    optical_q: float
    """lambda F / p: wavelength times f-number over pixel pitch; the optics pass nothing above 1/Q cycles per pixel."""
    obscuration: float
    """Diameter of the central obscuration over that of the aperture."""
    sigma_px: float
    """Standard deviation of the Gaussian that stands for jitter, smear, defocus and crosstalk, in pixels."""

    def mtf(self, frequency: Float64Array) -> Float64Array:
        """MTF without the detector at radial frequencies `[N]` in cycles per pixel."""
        aperture = aperture_mtf(frequency, optical_q=self.optical_q, obscuration=self.obscuration)
        aperture *= np.exp(-2 * (np.pi * self.sigma_px * frequency) ** 2)  # IBSM equation 3-28
        return aperture


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSpectrum:
    """Spectrum of a periodic image, as `transform` makes it."""

    waves: Spectrum
    """`[bands, height, width // 2 + 1]`."""
    height: int
    """Rows of the image."""
    width: int
    """Columns of the image."""


def aperture_mtf(frequency: Float64Array, *, optical_q: float, obscuration: float) -> Float64Array:
    """Diffraction MTF of an obscured circular aperture at radial frequencies `[N]` in cycles per pixel.

    IBSM equation 3-20 as pyBSM has it, without its compilation: the compiled one starts OpenMP threads, after
    which a forked worker process is killed, and for one table row it saves a millisecond.
    """
    u = np.abs(frequency)[np.newaxis]
    # pyBSM 0.16.1 loses a term where rounding puts a frequency a hair off this one, and gives 0.77 for 0.45
    u = u + 1e-7 * (np.abs(u * optical_q - (1 - obscuration) / 2) < 1e-9)
    otf = circular_aperture_OTF.py_func(u=u, v=np.zeros_like(u), lambda0=optical_q, D=1.0, eta=obscuration)
    return np.asarray(otf[0], np.float64)


def solve_point_spread(*, mtf_nyquist: float, optical_q: float, obscuration: float) -> PointSpread:
    """The point spread with which aperture, Gaussian and detector together have a given MTF at Nyquist.

    The Gaussian supplies the blur that aperture and detector lack. Where they already blur more than `mtf_nyquist`
    allows, the aperture is widened (Q lowered) until it meets the MTF without a Gaussian: an image shows the MTF,
    and Q only shapes the curve towards it.

    Args:
        mtf_nyquist: along rows and columns, above 0 and below 2/pi, the detector's own.
        optical_q: lambda F / p.
        obscuration: linear, 0 to below 1.
    """
    assert 0 < mtf_nyquist < DETECTOR_AT_NYQUIST, mtf_nyquist

    def limit(q: float) -> float:
        return DETECTOR_AT_NYQUIST * float(aperture_mtf(np.array([NYQUIST]), optical_q=q, obscuration=obscuration)[0])

    if limit(optical_q) < mtf_nyquist:
        optical_q = optimize.brentq(lambda q: limit(q) - mtf_nyquist, 1e-6, optical_q, xtol=1e-6)
    sigma_px = math.sqrt(2 * max(0.0, math.log(limit(optical_q) / mtf_nyquist))) / math.pi
    return PointSpread(optical_q=optical_q, obscuration=obscuration, sigma_px=sigma_px)


def transform(radiance: Float32Array) -> ImageSpectrum:
    """Spectrum of an image `[H, W, bands]`, which is taken to repeat beyond its edges."""
    height, width, _ = radiance.shape
    bands = np.ascontiguousarray(radiance.transpose(2, 0, 1), np.float32)
    return ImageSpectrum(waves=fft.rfft2(bands, workers=1), height=height, width=width)


def mix(image: ImageSpectrum, weights: tuple[float, ...]) -> ImageSpectrum:
    """One band, the weighted sum of all."""
    # written out: a matrix product would start BLAS threads
    total = sum(np.float32(weight) * band for weight, band in zip(weights, image.waves, strict=True))
    return replace(image, waves=np.asarray(total, np.complex64)[np.newaxis])


def sample(
    image: ImageSpectrum,
    point_spread: PointSpread,
    *,
    height: int,
    width: int,
    shift_px: tuple[float, float] = (0.0, 0.0),
) -> Float32Array:
    """Samples of a grid of square detectors that fill their pixels.

    Args:
        image: of any size; `height` by `width` detectors cover it exactly, so any ratio of pitches is possible.
        point_spread: in pixels of these detectors.
        height: rows of detectors.
        width: columns of detectors.
        shift_px: offset of every detector from its place in the image, down and right.

    Returns:
        Samples `[height, width, bands]`. The mean over the period is that of the image.
    """
    frequency = np.linspace(0, 2.5, TABLE_SIZE)
    table = point_spread.mtf(frequency)
    passed = frequency[table > NEGLIGIBLE].max()
    rows = min(image.height // 2 - 1, int(passed * height))
    columns = min(image.width // 2 - 1, int(passed * width))
    down, across = _axis(rows, height, image.height, shift_px[0]), _axis(columns, width, image.width, shift_px[1])
    radius = np.hypot(np.arange(rows + 1)[:, np.newaxis] / height, np.arange(columns + 1) / width)
    quadrant = np.interp(radius, frequency, table).astype(np.float32)
    kept = np.concatenate([image.waves[:, : rows + 1, : columns + 1], image.waves[:, -rows:, : columns + 1]], 1)
    mirror = np.concatenate([np.arange(rows + 1), np.arange(rows, 0, -1)])
    signed = np.concatenate([np.arange(rows + 1), np.arange(-rows, 0)])
    kept *= quadrant[mirror] * np.where(signed < 0, down[mirror].conj(), down[mirror])[:, np.newaxis] * across
    kept *= np.float32(height * width / (image.height * image.width))
    return _fold(kept, signed, height=height, width=width)


def _axis(last: int, pixels: int, samples: int, shift_px: float) -> Spectrum:
    """Detector footprint and place along one axis, for the waves 0 to `last` per period.

    Sample i of the image lies at (i + 1/2) / samples of the period, detector j at (j + 1/2 + shift) / pixels.
    """
    waves = np.arange(last + 1)
    offset = (0.5 + shift_px) / pixels - 0.5 / samples
    return np.asarray(np.sinc(waves / pixels) * np.exp(2j * np.pi * offset * waves), np.complex64)


def _fold(kept: Spectrum, signed: NDArray[np.int64], *, height: int, width: int) -> Float32Array:
    """Inverse transform on a grid coarser than the spectrum: waves that are equal on it add up, which is aliasing."""
    bands, _, columns = kept.shape
    aliases = 1 + 2 * int(signed.max()) // height
    tall = np.zeros((bands, aliases, height, columns), np.complex64)
    tall.reshape(bands, aliases * height, columns)[:, signed] = kept
    rows = fft.ifft(tall.sum(axis=1), axis=1, workers=1)
    # along the rows only half the waves are stored; a finer grid holds them all, and every n-th sample of it is used
    finer = 1 + 2 * columns // width
    wide = fft.irfft(rows, n=finer * width, axis=2, workers=1)[:, :, ::finer] * np.float32(finer)
    return np.ascontiguousarray(wide.transpose(1, 2, 0), np.float32)
