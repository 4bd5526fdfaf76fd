"""Simulate a camera in orbit or in an aircraft, and its ground processing: radiance -> 8-bit crop.

The stages, in the order in which they happen: point spread and sampling (`optics.py`), haze, noise and 11-bit counts,
pan-sharpening, display stretch to 8 bits, processing sharpening, resampling to the delivered pixel, JPEG.
Haze is uniform, so it commutes with everything linear. Noise falls on the samples before pan-sharpening; this is why a
pan-sharpened image has grey grain and coloured blotches.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from PIL import Image
from scipy import ndimage

from vehicle_id.crops.images import Pixels
from vehicle_id.synth import optics
from vehicle_id.synth.arrays import Float32Array
from vehicle_id.synth.optics import PointSpread
from vehicle_id.taxonomy import Range

Product = Literal["satellite", "aerial"]
Resampling = Literal["bilinear", "bicubic", "lanczos"]
Subsampling = Literal["4:4:4", "4:2:2", "4:2:0"]
Triple = tuple[float, float, float]

PAN_WEIGHTS: Triple = (0.38, 0.37, 0.25)
"""Share of red, green and blue in the panchromatic band. Silicon behind a 450 to 800 nm filter is more sensitive to red
than to blue (WorldView-3 PAN). Its near infrared is left out, since the scene has no such band."""

LUMA: Triple = (0.299, 0.587, 0.114)
"""ITU-R BT.601: the grey that saturation scales about, the same as in JPEG."""

FULL_COUNTS = 2047
"""Largest 11-bit count (WorldView-3 delivers 11 bits)."""

FULL_RADIANCE = 1.6
"""Radiance of the largest count, white = 1: glints clip, sunlit snow and haze do not."""

BORDER_PX = 4
"""Border that keeps the wrap-around of the Fourier transform out of the crop. Against 16, the outermost two pixels of
24 crops differ by 0.7 grey levels on average (8: by 0.5, as the colour grid falls differently)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensor:
    """Every parameter of the chain. 'Pixel' is the panchromatic pixel as sampled, unless 'delivered' is stated."""

    product: Product
    """Pan-sharpened satellite scene or aerial frame; no stage reads it, the manifest records it."""
    optical_q: float
    """lambda F / p; 1 puts the optical cut-off at the sampling frequency, 2 at Nyquist (IBSM section 3). WorldView-3:
    0.65 um, 13.3 m, 1.1 m, 8 um, so about 1."""
    obscuration: float
    """Diameter of the secondary mirror's shadow over that of the aperture; 0 for the lens of a frame camera."""
    mtf_nyquist: float
    """System MTF of aperture, jitter and detector at the Nyquist frequency, before any sharpening."""
    native_scale: float
    """Sampled over delivered ground sample distance: above 1 the delivered image is enlarged."""
    ms_ratio: float
    """Colour over panchromatic pixel: 4 on WorldView-3 (1.24 m, 0.31 m), 1 where colour is sampled fully."""
    ms_mtf_nyquist: float
    """System MTF of the colour bands at their own Nyquist frequency; not read where `ms_ratio` is 1."""
    ms_shift_px: tuple[float, float]
    """Misregistration of colour against panchromatic, down and right, pixels."""
    transmission: float
    """Share of the light that passes through the air, 0 to 1."""
    haze: Triple
    """Path radiance per band, share of white."""
    snr: float
    """Signal over shot noise at white (radiance 1); it grows with the root of the radiance."""
    read_noise: float
    """Standard deviation in the dark, 11-bit counts."""
    black: Triple
    """Radiance at the sensor per band shown as 0: the scene-wide stretch, so it is not taken from the crop."""
    white: float
    """Span of radiance from black to 255, share of white."""
    white_balance: Triple
    """Gain per band."""
    gamma: float
    """Display gamma: shown = linear ** (1 / gamma)."""
    saturation: float
    """Gain of colour about grey; 1 leaves it."""
    sharpen_gain: float
    """Unsharp mask: this times (image - blurred image) is added; 0 = none."""
    sharpen_radius_px: float
    """Standard deviation of the unsharp mask's Gaussian, pixels."""
    resampling: Resampling
    """Kernel from sampled to delivered pixels."""
    jpeg_quality: int | None
    """Pillow's quality, 50 to 98; None = delivered without loss."""
    subsampling: Subsampling
    """Colour resolution of the JPEG."""

    @property
    def blur_px(self) -> float:
        """Standard deviation of the Gaussian with the same MTF at Nyquist, in pixels as delivered."""
        return self.native_scale * math.sqrt(-2 * math.log(self.mtf_nyquist)) / math.pi


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ranges:
    """Ranges that sensors of one product are drawn from, uniformly unless stated otherwise; fields as in `Sensor`."""

    native_gsd_m: Range  # log-uniform
    optical_q: Range
    obscuration: Range
    mtf_nyquist: Range
    ms_ratio: tuple[float, ...]  # one of
    shift_px: float  # standard deviation
    blue_haze: Range
    haze_kept: Range  # by the stretch
    crushed: Range  # radiance, share of white, that the stretch gives up below the haze
    snr: Range  # log-uniform
    ground_level: Range
    gamma: Range
    saturation: Range
    sharpened: float  # share
    sharpen_gain: Range


# Measured on real images (60 each, medians over images; edges: the four steepest of each):
#                      1 % and 99 % level   darkest 5 % (RGB)   middle level (RGB)   10-90 rise, px   undershoot  grain
#   UC Merced, aerial       23    234          28  31  32         135 132 118        1.3 (1.0-1.8)       0.21      1.4
#   KIT AIS, aerial         54    222          42  56  63         135 132 135        1.7 (1.4-2.4)       0.40      0.5
#   MVRSD, satellite        13    234          27  23  26         150 142 139        1.3 (0.9-2.2)       0.48      1.2
#   SIMD, satellite          1    254           3   4  15         113 117 113        1.8 (1.3-2.8)       0.24      1.0
#   AerialArmour, mixed     66    209          76  71  62         129 124 121        6.0 (4.4-7.7)       0.05      0.4
# Undershoot is of the edge's height and counts shadows beside bright roofs too; grain, in grey levels, is after their
# JPEG. AerialArmour and much of SIMD and MVRSD are enlarged two to four times. The ranges below follow: shadows from
# crushed to lifted and blue, ground in the middle of the scale, white paint often clipped, halos on about half.
_RANGES: dict[Product, _Ranges] = {
    # MTF at Nyquist of 0.07 to 0.2: WorldView and Pleiades class telescopes, Q near 1
    "satellite": _Ranges(
        native_gsd_m=(0.28, 0.50),
        optical_q=(0.8, 1.5),
        obscuration=(0.2, 0.4),
        mtf_nyquist=(0.07, 0.20),
        ms_ratio=(4,),
        shift_px=0.4,
        blue_haze=(0.03, 0.12),  # Rayleigh path reflectance at 480 nm is about 0.07 at sea level, dust adds
        haze_kept=(0.0, 0.5),
        crushed=(0.0, 0.03),
        snr=(100, 400),
        ground_level=(0.34, 0.60),
        gamma=(1.4, 2.3),
        saturation=(0.7, 1.2),
        sharpened=0.6,
        sharpen_gain=(0.3, 1.5),
    ),
    # colour sampled fully (line scanners), through a Bayer mosaic (about 2) or by separate heads (UltraCam: 3)
    "aerial": _Ranges(
        native_gsd_m=(0.05, 0.35),
        optical_q=(0.6, 1.1),
        obscuration=(0.0, 0.0),
        mtf_nyquist=(0.15, 0.40),
        ms_ratio=(1, 1, 2, 3),
        shift_px=0.15,
        blue_haze=(0.0, 0.03),
        haze_kept=(0.0, 1.0),
        crushed=(0.0, 0.03),
        snr=(120, 500),
        ground_level=(0.34, 0.60),
        gamma=(1.6, 2.4),
        saturation=(0.7, 1.2),
        sharpened=0.7,
        sharpen_gain=(0.3, 1.6),
    ),
}

GROUND = 0.18
"""Radiance of sunlit ground in the middle of a scene (asphalt 0.1, concrete 0.3), on which the stretch is centred."""

FINE_GSD_M = 0.2
"""Below it satellite images are enlarged twice and more, as some map tiles are; most images are aerial."""

NATIVE_SCALES: Range = (0.7, 3.5)
"""Range of sampled over delivered ground sample distance: warped a little finer, or enlarged as map tiles are."""

ENLARGED: Final = 0.12
"""Share of images that were sampled `ENLARGED_SCALES` coarser than delivered, whatever their product samples: pictures
of map tiles and reports, enlarged until vehicles are large enough to see."""

ENLARGED_SCALES: Range = (1.5, 3.5)

BLUE_SKY: Triple = (0.4, 0.62, 1.0)
"""Haze per band over haze of blue: between Rayleigh's fourth power of the wavelength and grey dust."""


def draw_sensor(rng: np.random.Generator, *, gsd_m: float, stress: bool = False) -> Sensor:
    """A plausible sensor for an image delivered at `gsd_m`: satellite or aerial, evenly unless the GSD is fine.

    Args:
        rng: source of all draws.
        gsd_m: delivered ground sample distance, metres. A satellite cannot have sampled 0.05 m, and no frame camera
            is flown for 1 m.
        stress: the poorest sensor: the softest lens, the coarsest sampling, most haze, noise and compression.
    """
    sensor = _draw_sensor(rng, gsd_m=gsd_m, stress=stress)
    if stress or rng.random() >= ENLARGED:
        return sensor
    kernel: Resampling = "bilinear" if rng.random() < 0.4 else "bicubic"
    return replace(sensor, native_scale=_log_uniform(rng, *ENLARGED_SCALES), resampling=kernel)


def _draw_sensor(rng: np.random.Generator, *, gsd_m: float, stress: bool) -> Sensor:
    """A sensor that samples as its product does; arguments as for `draw_sensor`."""

    def draw(span: Range, *, poorest: int) -> float:
        return span[poorest] if stress else float(rng.uniform(*span))

    able = [product for product in _RANGES if _scales(product, gsd_m)[0] < _scales(product, gsd_m)[1]]
    product: Product = able[-1] if able else "satellite"
    if len(able) > 1 and (stress or rng.random() < (0.5 if gsd_m >= FINE_GSD_M else 0.15)):
        product = "satellite"
    ranges = _RANGES[product]
    blue = draw(ranges.blue_haze, poorest=1)
    haze = _triple(blue * share for share in BLUE_SKY)
    kept = draw(ranges.haze_kept, poorest=1)
    transmission = 1 - 1.5 * blue  # light scattered towards the sensor is lost elsewhere; the rest goes down
    crushed = rng.uniform(*ranges.crushed)
    gamma = rng.uniform(*ranges.gamma)
    ground = transmission * GROUND - crushed
    ms_ratio = float(rng.choice(ranges.ms_ratio))
    shift = rng.normal(0, ranges.shift_px, 2) * (ms_ratio > 1)
    return Sensor(
        product=product,
        optical_q=rng.uniform(*ranges.optical_q),
        obscuration=rng.uniform(*ranges.obscuration),
        mtf_nyquist=draw(ranges.mtf_nyquist, poorest=0),
        native_scale=_coarsest_scale(product, gsd_m) if stress else _draw_scale(rng, *_scales(product, gsd_m)),
        ms_ratio=ms_ratio,
        ms_mtf_nyquist=rng.uniform(0.2, 0.35),  # larger detectors behind the same telescope are sharper in their pixels
        ms_shift_px=(float(shift[0]), float(shift[1])),
        transmission=transmission,
        haze=haze,
        snr=ranges.snr[0] if stress else _log_uniform(rng, *ranges.snr),
        read_noise=rng.uniform(0.3, 2.0),
        black=_triple(share * (1 - kept) + crushed for share in haze),
        white=float(np.clip(ground / rng.uniform(*ranges.ground_level) ** gamma, 0.3, 1.2)),
        white_balance=_triple(np.exp(rng.normal(0, 0.08, 3))),
        gamma=gamma,
        saturation=rng.uniform(*ranges.saturation),
        sharpen_gain=rng.uniform(*ranges.sharpen_gain) if rng.random() < ranges.sharpened else 0.0,
        sharpen_radius_px=rng.uniform(0.6, 1.4),
        resampling=_RESAMPLINGS[rng.integers(len(_RESAMPLINGS))],
        jpeg_quality=50 if stress else None if rng.random() < 0.2 else round(98 - 48 * rng.random() ** 2),
        subsampling=_SUBSAMPLINGS[rng.integers(len(_SUBSAMPLINGS))],
    )


_RESAMPLINGS: tuple[Resampling, ...] = ("bilinear", "bicubic", "bicubic", "lanczos")
_SUBSAMPLINGS: tuple[Subsampling, ...] = ("4:2:0", "4:2:0", "4:2:0", "4:2:2", "4:4:4")


def _triple(values: Iterable[float]) -> Triple:
    red, green, blue = values
    return float(red), float(green), float(blue)


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return math.exp(rng.uniform(math.log(low), math.log(high)))


def _scales(product: Product, gsd_m: float) -> Range:
    """Lowest and highest native scale of a product at this GSD; no scale where the first is not below the second."""
    low, high = _RANGES[product].native_gsd_m
    return max(low / gsd_m, NATIVE_SCALES[0]), min(high / gsd_m, NATIVE_SCALES[1])


def _coarsest_scale(product: Product, gsd_m: float) -> float:
    return _bounded(_scales(product, gsd_m)[1])


def _bounded(scale: float) -> float:
    """The nearest scale that the chain can simulate."""
    return float(np.clip(scale, *NATIVE_SCALES))


def _draw_scale(rng: np.random.Generator, low: float, high: float) -> float:
    """A native scale; 1 in a third of the draws, where that is possible."""
    if low >= high:
        return _bounded(high)
    if low <= 1 <= high and rng.random() < 1 / 3:
        return 1.0
    return float(low * (high / low) ** (rng.random() ** 1.5))  # the more enlarged, the rarer


def expose(
    radiance: Float32Array, *, supersampling: int, border_px: int, sensor: Sensor, rng: np.random.Generator
) -> Pixels:
    """The crop as delivered: all stages but JPEG, which `encode` does.

    Args:
        radiance: linear RGB `[(H + 2 border) * supersampling, (W + 2 border) * supersampling, 3]`, samples at
            subpixel centres; 1 is a white Lambertian surface under full sun and sky.
        supersampling: samples per delivered pixel along each axis, 3 or more.
        border_px: delivered pixels to cut off on each side; `BORDER_PX` suits any sensor.
        sensor: the camera and its processing.
        rng: source of the noise.

    Returns:
        RGB uint8 `[H, W, 3]`.
    """
    height, width = radiance.shape[0] // supersampling, radiance.shape[1] // supersampling
    pan, ms = sample_bands(
        radiance,
        height=native_px(height, sensor.native_scale),
        width=native_px(width, sensor.native_scale),
        sensor=sensor,
    )
    ms = count(add_haze(ms, transmission=sensor.transmission, haze=sensor.haze), sensor=sensor, rng=rng)
    if pan is not None:
        path = sum(weight * share for weight, share in zip(PAN_WEIGHTS, sensor.haze, strict=True))
        pan = count(add_haze(pan, transmission=sensor.transmission, haze=(path,)), sensor=sensor, rng=rng)
        ms = pan_sharpen(pan, ms)
    shown = sharpen(stretch(ms, sensor=sensor), gain=sensor.sharpen_gain, radius_px=sensor.sharpen_radius_px)
    delivered = resample(to_8_bit(shown), height=height, width=width, kernel=sensor.resampling)
    return np.ascontiguousarray(delivered[border_px : height - border_px, border_px : width - border_px])


def native_px(delivered_px: int, native_scale: float) -> int:
    """Whole number of sampled pixels that cover the image: the scale is met to half a pixel of its side."""
    return max(1, round(delivered_px / native_scale))


def sample_bands(
    radiance: Float32Array, *, height: int, width: int, sensor: Sensor
) -> tuple[Float32Array | None, Float32Array]:
    """Point spread and sampling.

    Returns:
        Panchromatic samples `[height, width, 1]`, or None where colour is sampled fully; and colour samples,
        `[height, width, 3]` or about `ms_ratio` times fewer each way, a whole number of them.
    """
    image = optics.transform(radiance)
    spread = point_spread(sensor)
    if sensor.ms_ratio == 1:
        return None, optics.sample(image, spread, height=height, width=width)
    pan = optics.sample(optics.mix(image, PAN_WEIGHTS), spread, height=height, width=width)
    rows, columns = max(1, round(height / sensor.ms_ratio)), max(1, round(width / sensor.ms_ratio))
    shift = (sensor.ms_shift_px[0] * rows / height, sensor.ms_shift_px[1] * columns / width)
    return pan, optics.sample(image, colour_spread(sensor), height=rows, width=columns, shift_px=shift)


def point_spread(sensor: Sensor) -> PointSpread:
    """Aperture and Gaussian of the panchromatic pixel."""
    return optics.solve_point_spread(
        mtf_nyquist=sensor.mtf_nyquist, optical_q=sensor.optical_q, obscuration=sensor.obscuration
    )


def colour_spread(sensor: Sensor) -> PointSpread:
    """Aperture and Gaussian of the colour pixel; the telescope is the same, so Q falls as the pixel grows."""
    return optics.solve_point_spread(
        mtf_nyquist=sensor.ms_mtf_nyquist,
        optical_q=sensor.optical_q / sensor.ms_ratio,
        obscuration=sensor.obscuration,
    )


def add_haze(radiance: Float32Array, *, transmission: float, haze: tuple[float, ...]) -> Float32Array:
    """Air between ground and sensor: transmission * radiance + haze, per band."""
    return radiance * np.float32(transmission) + np.array(haze, np.float32)


def count(radiance: Float32Array, *, sensor: Sensor, rng: np.random.Generator) -> Float32Array:
    """Shot noise, read noise and whole 11-bit counts; returned as radiance."""
    per_count = FULL_RADIANCE / FULL_COUNTS
    variance = np.maximum(radiance, 0) / np.float32(sensor.snr**2) + np.float32((sensor.read_noise * per_count) ** 2)
    noisy = radiance + np.sqrt(variance) * rng.standard_normal(radiance.shape, np.float32)
    counts = np.rint(noisy / np.float32(per_count)).clip(0, FULL_COUNTS)
    return np.asarray(counts * np.float32(per_count), np.float32)


def pan_sharpen(pan: Float32Array, ms: Float32Array) -> Float32Array:
    """Colour interpolated to the panchromatic grid, plus the detail it lacks: ms + (pan - intensity).

    Additive, not by ratio (Brovey): the mean and the haze pass through unchanged, and shadows, where the ratio
    divides by almost zero, do not turn into coloured noise.

    Args:
        pan: `[H, W, 1]`.
        ms: `[h, w, 3]`, the same ground in fewer pixels.
    """
    height, width, _ = pan.shape
    bands = [Image.fromarray(np.ascontiguousarray(ms[:, :, band])) for band in range(3)]
    large = np.dstack([np.asarray(band.resize((width, height), Image.Resampling.BICUBIC)) for band in bands])
    return np.asarray(large + (pan - grey(large, PAN_WEIGHTS)), np.float32)


def grey(image: Float32Array, weights: Triple) -> Float32Array:
    """Weighted sum of the bands `[H, W, 1]`."""
    # written out: a matrix product would start BLAS threads
    total = sum(image[:, :, band] * np.float32(weight) for band, weight in enumerate(weights))
    return np.asarray(total, np.float32)[:, :, np.newaxis]


def stretch(radiance: Float32Array, *, sensor: Sensor) -> Float32Array:
    """Display stretch: clip(gain * (radiance - black) / white) ** (1 / gamma), then saturation; 0 to 1."""
    gain = np.array(sensor.white_balance, np.float32) / np.float32(sensor.white)
    linear = ((radiance - np.array(sensor.black, np.float32)) * gain).clip(0, 1)
    shown = linear ** np.float32(1 / sensor.gamma)
    luma = grey(shown, LUMA)
    return np.asarray((luma + (shown - luma) * np.float32(sensor.saturation)).clip(0, 1), np.float32)


def sharpen(image: Float32Array, *, gain: float, radius_px: float) -> Float32Array:
    """Unsharp mask, as ground processing and photo software do it: edges overshoot into halos. May leave 0 to 1."""
    if gain == 0:
        return image
    blurred = ndimage.gaussian_filter(image, radius_px, axes=(0, 1), mode="nearest", truncate=3)
    return np.asarray(image + np.float32(gain) * (image - blurred), np.float32)


def to_8_bit(image: Float32Array) -> Pixels:
    """0 to 1 -> 0 to 255, clipped and rounded."""
    return np.rint(image * 255).clip(0, 255).astype(np.uint8)


def resample(pixels: Pixels, *, height: int, width: int, kernel: Resampling) -> Pixels:
    """Sampled to delivered pixels; unchanged where the size is the same."""
    if pixels.shape[:2] == (height, width):
        return pixels
    # not chips.resample, which makes chips: this is how a tile server or a warp made the image before
    kernels = {
        "bilinear": Image.Resampling.BILINEAR,
        "bicubic": Image.Resampling.BICUBIC,
        "lanczos": Image.Resampling.LANCZOS,
    }
    return np.asarray(Image.fromarray(pixels).resize((width, height), kernels[kernel]))


def encode(pixels: Pixels, sensor: Sensor) -> tuple[bytes, str]:
    """Bytes and suffix of the crop as a file: JPEG of the sensor's quality, or PNG where it has none."""
    stream = io.BytesIO()
    image = Image.fromarray(pixels)
    if sensor.jpeg_quality is None:
        image.save(stream, "PNG")
        return stream.getvalue(), ".png"
    image.save(stream, "JPEG", quality=sensor.jpeg_quality, subsampling=sensor.subsampling)
    return stream.getvalue(), ".jpg"
