from __future__ import annotations

import dataclasses
import io
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from vehicle_id.crops.images import Pixels
from vehicle_id.synth import sensor as sensor_module
from vehicle_id.synth.arrays import Float32Array
from vehicle_id.synth.sensor import Sensor

LINEAR = Sensor(
    product="aerial",
    optical_q=0.9,
    obscuration=0.3,
    mtf_nyquist=0.2,
    native_scale=1.0,
    ms_ratio=1,
    ms_mtf_nyquist=0.28,
    ms_shift_px=(0.0, 0.0),
    transmission=1.0,
    haze=(0.0, 0.0, 0.0),
    snr=math.inf,
    read_noise=0.0,
    black=(0.0, 0.0, 0.0),
    white=1.0,
    white_balance=(1.0, 1.0, 1.0),
    gamma=1.0,
    saturation=1.0,
    sharpen_gain=0.0,
    sharpen_radius_px=1.0,
    resampling="bicubic",
    jpeg_quality=None,
    subsampling="4:4:4",
)
"""A sensor that blurs and samples only, and shows radiance 0 to 1 as 0 to 255."""

REAL = dataclasses.replace(
    LINEAR,
    product="satellite",
    native_scale=1.2,
    ms_ratio=4,
    ms_shift_px=(0.3, 0.2),
    transmission=0.9,
    haze=(0.02, 0.03, 0.05),
    snr=100,
    read_noise=1.0,
    black=(0.01, 0.02, 0.03),
    white=0.9,
    white_balance=(1.02, 0.97, 1.01),
    gamma=1.8,
    saturation=1.1,
    sharpen_gain=0.8,
    jpeg_quality=85,
    subsampling="4:2:0",
)
"""A sensor in which every stage has an effect."""

seeds = st.integers(0, 2**32 - 1)


def make_sensor(base: Sensor = LINEAR, **changes: Any) -> Sensor:
    return dataclasses.replace(base, **changes)


def texture(seed: int, *, side: int = 96) -> Float32Array:
    """Patches and grain of several colours and sizes, 0.15 to 0.75."""
    rng = np.random.default_rng(seed)
    patches = np.kron(rng.random((side // 12 + 1, side // 12 + 1, 3)), np.ones((12, 12, 1)))[:side, :side]
    return (0.15 + 0.5 * patches + 0.1 * rng.random((side, side, 3))).astype(np.float32)


def slanted_edge(*, side: int, supersampling: int, dark: float, bright: float) -> Float32Array:
    """A straight edge through the middle that moves one pixel in eight rows, 7 degrees off the vertical."""
    axis = (np.arange(side * supersampling) + 0.5) / supersampling - side / 2
    grey = np.where(axis + axis[:, np.newaxis] / 8 > 0, bright, dark).astype(np.float32)
    return np.repeat(grey[:, :, np.newaxis], 3, axis=2)


def edge_mtf(image: NDArray[Any], *, contrast: float) -> float:
    """Edge spread -> line spread -> MTF at Nyquist (ISO 12233) of a `slanted_edge`.

    Eight rows sample the edge spread at every eighth of a column, so that there is nothing to bin or fit. It is
    normalised by the known contrast: diffraction has such long tails that a window of 32 pixels misses 2 to 4 % of it.
    """
    height, width = (side // 16 * 16 for side in image.shape)
    top, left = (image.shape[0] - height) // 2, (image.shape[1] - width) // 2
    rows, columns = np.mgrid[:height, :width]
    eighths = 8 * (columns - width // 2) + rows - height // 2 + 128
    inside = (eighths >= 0) & (eighths < 256)
    values = image[top : top + height, left : left + width][inside].astype(np.float64)
    spread = np.bincount(eighths[inside], weights=values) / np.bincount(eighths[inside])
    line = np.diff(spread) * np.hanning(255)
    step = math.cos(math.atan(1 / 8)) / 8  # pixels across the edge
    wave = np.exp(-1j * np.pi * step * np.arange(255))
    return float(abs(line @ wave) / contrast / np.sinc(step / 2))


# --- an edge blurs to the given MTF; the requirement is 5 %, the tests hold 2 % ---


@pytest.mark.parametrize("scale", [0.7, 1.0, 1.5])
@pytest.mark.parametrize("supersampling", [4, 6])
@pytest.mark.parametrize("mtf", [0.08, 0.15, 0.25, 0.35])
def test_an_edge_blurs_to_the_given_mtf_at_any_ground_sample_distance(
    mtf: float, supersampling: int, scale: float
) -> None:
    edge = slanted_edge(side=108, supersampling=supersampling, dark=0.1, bright=0.6)
    native = sensor_module.native_px(108, scale)
    _, sampled = sensor_module.sample_bands(edge, height=native, width=native, sensor=make_sensor(mtf_nyquist=mtf))
    assert edge_mtf(sampled[16:-16, :, 1], contrast=0.5) == pytest.approx(mtf, rel=0.02)


@pytest.mark.parametrize("ms_ratio", [1, 4])
@pytest.mark.parametrize("mtf", [0.08, 0.15, 0.25, 0.35])
def test_the_delivered_8_bit_edge_has_the_given_mtf(mtf: float, ms_ratio: float) -> None:
    edge = slanted_edge(side=108, supersampling=4, dark=0.1, bright=0.9)
    sensor = make_sensor(mtf_nyquist=mtf, ms_ratio=ms_ratio)
    # eight exposures an eighth of a grey level apart: rounding to 8 bits alone is worth 0.005
    shown = [
        sensor_module.expose(
            edge + np.float32(part / 8 / 255),
            supersampling=4,
            border_px=16,
            sensor=sensor,
            rng=np.random.default_rng(0),
        )
        for part in range(8)
    ]
    assert edge_mtf(np.mean(shown, axis=0)[:, :, 1], contrast=0.8 * 255) == pytest.approx(mtf, rel=0.02, abs=0.004)


def test_an_mtf_beyond_the_aperture_widens_the_aperture() -> None:
    spread = sensor_module.point_spread(make_sensor(mtf_nyquist=0.35, optical_q=1.5))
    assert spread.optical_q < 1.0 and spread.sigma_px == pytest.approx(0, abs=0.01)


def test_sharpening_lifts_the_mtf_above_what_the_optics_gave() -> None:
    edge = slanted_edge(side=108, supersampling=4, dark=0.3, bright=0.6)
    _, sampled = sensor_module.sample_bands(edge, height=108, width=108, sensor=make_sensor(mtf_nyquist=0.1))
    sharp = sensor_module.sharpen(sampled, gain=1.5, radius_px=1.0)
    assert edge_mtf(sharp[16:-16, :, 1], contrast=0.3) > 2 * edge_mtf(sampled[16:-16, :, 1], contrast=0.3)


# --- stages keep the mean where they should ---


@settings(max_examples=15, deadline=None)
@given(seed=seeds, scale=st.floats(0.7, 1.5), ms_ratio=st.sampled_from([1, 2, 3, 4]))
def test_blur_and_sampling_keep_the_mean_of_every_band(seed: int, scale: float, ms_ratio: float) -> None:
    radiance = texture(seed)
    native = sensor_module.native_px(24, scale)
    pan, ms = sensor_module.sample_bands(radiance, height=native, width=native, sensor=make_sensor(ms_ratio=ms_ratio))
    assert ms.mean((0, 1)) == pytest.approx(radiance.mean((0, 1)), rel=1e-3)
    if pan is None:
        assert ms_ratio == 1 and ms.shape == (native, native, 3)
    else:
        assert pan.shape == (native, native, 1) and ms.shape[0] == round(native / ms_ratio)
        assert pan.mean() == pytest.approx(radiance.mean((0, 1)) @ np.array(sensor_module.PAN_WEIGHTS), rel=1e-3)


@settings(max_examples=15, deadline=None)
@given(seed=seeds)
def test_pan_sharpening_keeps_the_mean_of_every_band(seed: int) -> None:
    radiance = texture(seed, side=192)
    pan, ms = sensor_module.sample_bands(radiance, height=48, width=48, sensor=make_sensor(ms_ratio=4))
    assert pan is not None
    assert sensor_module.pan_sharpen(pan, ms).mean((0, 1)) == pytest.approx(radiance.mean((0, 1)), rel=0.01)


@settings(max_examples=15, deadline=None)
@given(seed=seeds, snr=st.floats(30, 300))
def test_noise_keeps_the_mean(seed: int, snr: float) -> None:
    radiance = texture(seed)
    noisy = sensor_module.count(radiance, sensor=make_sensor(snr=snr, read_noise=2.0), rng=np.random.default_rng(seed))
    assert noisy.mean((0, 1)) == pytest.approx(radiance.mean((0, 1)), rel=0.01)


@settings(max_examples=15, deadline=None)
@given(seed=seeds, gain=st.floats(0, 1.5), radius_px=st.floats(0.6, 1.4))
def test_sharpening_keeps_the_mean(seed: int, gain: float, radius_px: float) -> None:
    image = texture(seed)
    assert sensor_module.sharpen(image, gain=gain, radius_px=radius_px).mean((0, 1)) == pytest.approx(
        image.mean((0, 1)), rel=0.01
    )


@settings(max_examples=15, deadline=None)
@given(seed=seeds, side=st.integers(60, 140), kernel=st.sampled_from(["bilinear", "bicubic", "lanczos"]))
def test_resampling_keeps_the_mean(seed: int, side: int, kernel: sensor_module.Resampling) -> None:
    pixels = sensor_module.to_8_bit(texture(seed))
    resampled = sensor_module.resample(pixels, height=side, width=side + 3, kernel=kernel)
    assert resampled.shape == (side, side + 3, 3)
    assert resampled.mean((0, 1)) == pytest.approx(pixels.mean((0, 1)), rel=0.01)


@settings(max_examples=15, deadline=None)
@given(seed=seeds, quality=st.integers(50, 98), subsampling=st.sampled_from(["4:4:4", "4:2:2", "4:2:0"]))
def test_jpeg_keeps_the_mean(seed: int, quality: int, subsampling: sensor_module.Subsampling) -> None:
    pixels = sensor_module.to_8_bit(texture(seed))
    content, suffix = sensor_module.encode(pixels, make_sensor(jpeg_quality=quality, subsampling=subsampling))
    decoded = _decode(content)
    assert suffix == ".jpg" and content[:2] == b"\xff\xd8"
    assert decoded.mean() == pytest.approx(pixels.mean(), rel=0.01)


@settings(max_examples=10, deadline=None)
@given(seed=seeds, scale=st.floats(0.7, 1.5), ms_ratio=st.sampled_from([1, 4]))
def test_the_linear_chain_keeps_the_mean(seed: int, scale: float, ms_ratio: float) -> None:
    radiance = texture(seed, side=192)
    sensor = make_sensor(native_scale=scale, ms_ratio=ms_ratio, snr=150, read_noise=1)
    shown = sensor_module.expose(radiance, supersampling=4, border_px=0, sensor=sensor, rng=np.random.default_rng(seed))
    assert shown.mean((0, 1)) / 255 == pytest.approx(radiance.mean((0, 1)), rel=0.01)


# --- stages change brightness as documented ---


def test_haze_removes_light_and_adds_its_own() -> None:
    radiance = texture(1)
    hazy = sensor_module.add_haze(radiance, transmission=0.8, haze=(0.02, 0.04, 0.09))
    assert hazy == pytest.approx(0.8 * radiance + np.array([0.02, 0.04, 0.09]), abs=1e-6)


def test_haze_before_or_after_pan_sharpening_is_the_same() -> None:
    pan, ms = texture(1, side=48)[:, :, :1], texture(2, side=12)
    path = float(np.array([0.02, 0.04, 0.09]) @ np.array(sensor_module.PAN_WEIGHTS))
    before = sensor_module.pan_sharpen(
        sensor_module.add_haze(pan, transmission=0.8, haze=(path,)),
        sensor_module.add_haze(ms, transmission=0.8, haze=(0.02, 0.04, 0.09)),
    )
    after = sensor_module.add_haze(sensor_module.pan_sharpen(pan, ms), transmission=0.8, haze=(0.02, 0.04, 0.09))
    assert np.abs(before - after).max() < 1e-5


def test_the_stretch_follows_its_formula() -> None:
    grey = np.array([[[0.03, 0.03, 0.03], [0.23, 0.24, 0.25], [2.0, 2.0, 2.0]]], np.float32)
    sensor = make_sensor(black=(0.03, 0.04, 0.05), white=0.8, white_balance=(1.0, 1.1, 0.9), gamma=2.0)
    shown = sensor_module.stretch(grey, sensor=sensor)
    assert shown[0, 0] == pytest.approx([0, 0, 0])
    assert shown[0, 1] == pytest.approx([math.sqrt(0.2 * gain / 0.8) for gain in (1.0, 1.1, 0.9)], rel=1e-4)
    assert shown[0, 2] == pytest.approx([1, 1, 1])


def test_saturation_moves_colours_about_their_grey() -> None:
    colours = np.array([[[0.5, 0.4, 0.3], [0.3, 0.3, 0.3]]], np.float32)
    shown = sensor_module.stretch(colours, sensor=make_sensor(saturation=1.5))
    luma = 0.299 * 0.5 + 0.587 * 0.4 + 0.114 * 0.3
    assert shown[0, 0] == pytest.approx(luma + 1.5 * (np.array([0.5, 0.4, 0.3]) - luma), rel=1e-4)
    assert shown[0, 1] == pytest.approx([0.3, 0.3, 0.3], rel=1e-4)


def test_the_stretch_of_a_pixel_does_not_depend_on_other_pixels() -> None:
    radiance = texture(3)
    alone = sensor_module.stretch(radiance[:20], sensor=REAL)
    assert np.array_equal(alone, sensor_module.stretch(radiance, sensor=REAL)[:20])


@pytest.mark.parametrize("level", [0.05, 0.2, 0.8])
def test_noise_has_the_variance_of_photons_and_electronics(level: float) -> None:
    flat = np.full((200, 200, 1), level, np.float32)
    noisy = sensor_module.count(flat, sensor=make_sensor(snr=80, read_noise=3.0), rng=np.random.default_rng(0))
    step = sensor_module.FULL_RADIANCE / sensor_module.FULL_COUNTS
    assert noisy.std() == pytest.approx(math.sqrt(level / 80**2 + (3.0**2 + 1 / 12) * step**2), rel=0.02)


def test_counts_are_whole_and_fit_eleven_bits() -> None:
    radiance = np.linspace(-0.1, 3, 300, dtype=np.float32).reshape(10, 10, 3)
    counts = (
        sensor_module.count(radiance, sensor=LINEAR, rng=np.random.default_rng(0))
        * sensor_module.FULL_COUNTS
        / sensor_module.FULL_RADIANCE
    )
    assert counts.min() == 0 and counts.max() == pytest.approx(2047)
    assert np.abs(counts - np.rint(counts)).max() < 1e-3


def test_an_unsharp_edge_overshoots_on_both_sides() -> None:
    edge = np.where(np.arange(40) < 20, 0.3, 0.6).astype(np.float32)
    image = np.broadcast_to(edge[np.newaxis, :, np.newaxis], (8, 40, 3)).copy()
    sharp = sensor_module.sharpen(image, gain=1.0, radius_px=1.0)[4, :, 0]
    # half of the Gaussian lies beyond the edge, all but what the next pixel's centre is off it
    assert sharp.max() - 0.6 == pytest.approx(0.3 * 0.3, abs=0.02)
    assert 0.3 - sharp.min() == pytest.approx(sharp.max() - 0.6, abs=1e-3)
    assert sharp[[5, 35]] == pytest.approx([0.3, 0.6], abs=1e-5)
    assert np.array_equal(sensor_module.sharpen(image, gain=0.0, radius_px=1.0), image)


def test_eight_bits_are_rounded_and_clipped() -> None:
    levels = np.array([[[-0.1, 0.0, 99.4 / 255], [99.6 / 255, 1.0, 1.3]]], np.float32)
    assert sensor_module.to_8_bit(levels).tolist() == [[[0, 0, 99], [100, 255, 255]]]


# --- pan-sharpening ---


def test_pan_sharpening_blurs_colour_and_leaves_grey_sharp() -> None:
    grey = slanted_edge(side=64, supersampling=4, dark=0.2, bright=0.6)
    right = grey[:, :, :1] > 0.4
    red, green, _ = sensor_module.PAN_WEIGHTS
    coloured = np.where(right, [0.5, 0.4, 0.4], [0.4, 0.4 + 0.1 * red / green, 0.4]).astype(np.float32)
    widths = {}
    for name, scene, ratio in (("grey", grey, 4), ("colour", coloured, 4), ("sampled fully", coloured, 1)):
        pan, ms = sensor_module.sample_bands(scene, height=64, width=64, sensor=make_sensor(ms_ratio=ratio))
        widths[name] = _rise(ms[32, :, 0] if pan is None else sensor_module.pan_sharpen(pan, ms)[32, :, 0])
    assert widths["grey"] == pytest.approx(widths["sampled fully"], rel=0.15)
    assert widths["colour"] > 2 * widths["grey"]


def test_grain_of_a_pan_sharpened_image_is_mostly_grey() -> None:
    flat = np.full((320, 320, 3), 0.3, np.float32)
    shares = []
    for ratio in (1, 4):
        sensor = make_sensor(ms_ratio=ratio, snr=40, white=0.6)
        grain = (
            sensor_module.expose(flat, supersampling=4, border_px=0, sensor=sensor, rng=np.random.default_rng(0)) * 1.0
        )
        shares.append(np.corrcoef(grain[:, :, 0].ravel(), grain[:, :, 1].ravel())[0, 1])
    assert shares[0] < 0.1 and shares[1] > 0.4


def test_colour_pixels_sit_behind_the_same_aperture_with_an_mtf_of_their_own() -> None:
    spread = sensor_module.colour_spread(make_sensor(ms_ratio=4, optical_q=1.2, ms_mtf_nyquist=0.28))
    assert spread.optical_q == pytest.approx(0.3)
    assert spread.mtf(np.array([0.5]))[0] * np.sinc(0.5) == pytest.approx(0.28, rel=1e-3)


def test_misregistered_colour_is_off_by_the_given_shift() -> None:
    blob = np.full((256, 256, 3), 0.1, np.float32)
    blob[112:144, 112:144] = 0.8
    straight = sensor_module.sample_bands(blob, height=64, width=64, sensor=make_sensor(ms_ratio=4))
    shifted = sensor_module.sample_bands(
        blob, height=64, width=64, sensor=make_sensor(ms_ratio=4, ms_shift_px=(0.8, -0.4))
    )
    assert np.array_equal(straight[0], shifted[0])
    moved = [_phase(shifted[1], axis) - _phase(straight[1], axis) for axis in (0, 1)]
    assert np.array(moved) * 64 == pytest.approx([-0.8, 0.4], abs=0.01)


# --- the whole chain ---


def test_a_coarser_native_pixel_means_fewer_of_them() -> None:
    assert [sensor_module.native_px(143, scale) for scale in (0.7, 1.0, 1.5, 3.5)] == [204, 143, 95, 41]


@pytest.mark.parametrize("scale", [0.7, 1.0, 1.3, 3.0])
@pytest.mark.parametrize("ms_ratio", [1, 4])
def test_an_object_stays_at_its_rendered_place(scale: float, ms_ratio: float) -> None:
    blob = np.full((320, 256, 3), 0.1, np.float32)
    blob[150:186, 100:140] = 0.8  # centre (42, 30) of 80 x 64 delivered pixels
    sensor = make_sensor(native_scale=scale, ms_ratio=ms_ratio)
    shown = sensor_module.expose(blob, supersampling=4, border_px=8, sensor=sensor, rng=np.random.default_rng(0))
    assert shown.shape == (64, 48, 3) and shown.dtype == np.uint8
    place = [_phase(shown.astype(np.float32), axis) * shown.shape[axis] for axis in (0, 1)]
    assert place == pytest.approx([34, 22], abs=0.1)


@pytest.mark.parametrize("ms_ratio", [1, 4])
def test_the_border_keeps_the_far_side_out_of_the_crop(ms_ratio: float) -> None:
    sensor = make_sensor(mtf_nyquist=0.07, ms_ratio=ms_ratio, native_scale=1.1)
    dull = np.full((256, 256, 3), 0.2, np.float32)
    bright = dull.copy()
    bright[:, :4] = 0.9  # one delivered pixel; its wrap lies eight pixels from the crop's right side
    crops = [
        sensor_module.expose(
            scene, supersampling=4, border_px=sensor_module.BORDER_PX, sensor=sensor, rng=np.random.default_rng(0)
        )
        for scene in (dull, bright)
    ]
    difference = np.abs(crops[0].astype(int) - crops[1])
    assert difference[:, 3:].max() <= 2


def test_the_same_generator_state_gives_the_same_bytes() -> None:
    def shoot(seed: int) -> bytes:
        rng = np.random.default_rng(seed)
        sensor = sensor_module.draw_sensor(rng, gsd_m=0.3)
        pixels = sensor_module.expose(texture(0, side=160), supersampling=4, border_px=8, sensor=sensor, rng=rng)
        return sensor_module.encode(pixels, sensor)[0]

    assert shoot(7) == shoot(7)
    assert shoot(7) != shoot(8)


CHANGED: dict[str, Any] = {
    "optical_q": 1.3,
    "obscuration": 0.0,
    "mtf_nyquist": 0.12,
    "native_scale": 0.9,
    "ms_ratio": 2,
    "ms_mtf_nyquist": 0.2,
    "ms_shift_px": (1.0, 0.2),
    "transmission": 0.8,
    "haze": (0.05, 0.03, 0.05),
    "snr": 50,
    "read_noise": 4.0,
    "black": (0.05, 0.02, 0.03),
    "white": 0.7,
    "white_balance": (1.1, 0.97, 1.01),
    "gamma": 1.2,
    "saturation": 0.7,
    "sharpen_gain": 0.2,
    "sharpen_radius_px": 1.4,
    "resampling": "bilinear",
    "jpeg_quality": 60,
    "subsampling": "4:4:4",
}


def test_every_field_of_the_sensor_is_tested() -> None:
    assert {"product", *CHANGED} == {field.name for field in dataclasses.fields(Sensor)}


@pytest.mark.parametrize("name", CHANGED)
def test_every_field_changes_the_image(name: str) -> None:
    def shoot(sensor: Sensor) -> bytes:
        scene = texture(0, side=160)
        pixels = sensor_module.expose(scene, supersampling=4, border_px=4, sensor=sensor, rng=np.random.default_rng(0))
        return sensor_module.encode(pixels, sensor)[0]

    assert shoot(REAL) != shoot(make_sensor(REAL, **{name: CHANGED[name]}))


def test_a_sensor_without_jpeg_is_encoded_without_loss() -> None:
    pixels = sensor_module.to_8_bit(texture(0))
    content, suffix = sensor_module.encode(pixels, make_sensor(jpeg_quality=None))
    assert suffix == ".png"
    assert np.array_equal(_decode(content), pixels)


# --- what sensors are drawn ---


def test_drawn_sensors_are_of_both_kinds_and_differ_as_they_should() -> None:
    rng = np.random.default_rng(0)
    drawn = [sensor_module.draw_sensor(rng, gsd_m=0.3) for _ in range(400)]
    kinds = {kind: [s for s in drawn if s.product == kind] for kind in ("satellite", "aerial")}
    assert 160 < len(kinds["satellite"]) < 240
    assert all(s.ms_ratio == 4 and s.obscuration > 0 for s in kinds["satellite"])
    assert {s.ms_ratio for s in kinds["aerial"]} == {1, 2, 3}
    for name, larger in (("mtf_nyquist", "aerial"), ("snr", "aerial")):
        satellite, aerial = (np.mean([getattr(s, name) for s in kinds[k]]) for k in ("satellite", "aerial"))
        assert (aerial > satellite) == (larger == "aerial"), name
    assert min(s.haze[2] for s in kinds["satellite"]) >= max(s.haze[2] for s in kinds["aerial"])


def test_a_third_is_delivered_as_sampled_and_the_rest_resampled() -> None:
    rng = np.random.default_rng(0)
    scales = np.array([sensor_module.draw_sensor(rng, gsd_m=0.3).native_scale for _ in range(400)])
    assert 0.2 < (scales == 1).mean() < 0.5
    assert scales.min() < 0.75 and scales.max() > 1.5


@settings(max_examples=100, deadline=None)
@given(seed=seeds, gsd_m=st.floats(0.03, 1.5))
def test_a_drawn_sensor_is_within_the_limits_of_the_chain(seed: int, gsd_m: float) -> None:
    sensor = sensor_module.draw_sensor(np.random.default_rng(seed), gsd_m=gsd_m)
    assert 0.05 <= sensor.mtf_nyquist <= 0.45
    assert 0.6 <= sensor.optical_q <= 1.6
    assert 0.7 - 1e-9 <= sensor.native_scale <= 3.5 + 1e-9
    assert sensor.haze[0] <= sensor.haze[1] <= sensor.haze[2] < 0.15
    assert 0 < sensor.transmission <= 1
    assert 0.3 <= sensor.white <= 1.2
    assert all(black >= 0 for black in sensor.black)
    assert sensor.jpeg_quality is None or 50 <= sensor.jpeg_quality <= 98


@pytest.mark.parametrize(("gsd_m", "product"), [(0.05, "aerial"), (0.6, "satellite"), (2.0, "satellite")])
def test_no_product_is_drawn_at_a_distance_it_does_not_sample(gsd_m: float, product: str) -> None:
    rng = np.random.default_rng(0)
    assert {sensor_module.draw_sensor(rng, gsd_m=gsd_m).product for _ in range(20)} == {product}


def test_sunlit_ground_is_shown_in_the_middle_of_the_scale_and_shade_dark() -> None:
    rng = np.random.default_rng(0)
    ground, shade = [], []
    for _ in range(60):
        sensor = sensor_module.draw_sensor(rng, gsd_m=0.3)
        for level, shown in ((sensor_module.GROUND, ground), (0.01, shade)):
            flat = np.full((96, 96, 3), level, np.float32)
            shown.append(sensor_module.expose(flat, supersampling=4, border_px=4, sensor=sensor, rng=rng).mean())
    assert 110 < np.median(ground) < 150  # real images: 113 to 150
    assert np.percentile(ground, 5) > 70 and np.percentile(ground, 95) < 190
    assert 3 < np.median(shade) < 75  # real images: 8 to 71


def _decode(content: bytes) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def _rise(profile: NDArray[Any]) -> float:
    """10 to 90 % of a rising edge, pixels, between the plateaus a dozen pixels either side."""
    middle = profile[16:48].astype(np.float64)
    scaled = (middle - middle[:3].mean()) / (middle[-3:].mean() - middle[:3].mean())
    first, last = int(np.argmax(scaled > 0.1)), int(np.argmax(scaled > 0.9))
    low = first - (scaled[first] - 0.1) / (scaled[first] - scaled[first - 1])
    high = last - (scaled[last] - 0.9) / (scaled[last] - scaled[last - 1])
    return float(high - low)


def _phase(image: Float32Array, axis: int) -> float:
    """Place of a lone object along an axis, as a share of the side: the phase of the longest wave."""
    profile = image.astype(np.float64).mean((1 - axis, 2))
    wave = np.exp(2j * np.pi * (np.arange(profile.size) + 0.5) / profile.size)
    return float(np.angle(profile @ wave) % (2 * np.pi) / (2 * np.pi))


def test_an_eighth_is_enlarged_from_a_coarser_image_that_no_product_samples() -> None:
    rng = np.random.default_rng(0)
    drawn = [sensor_module.draw_sensor(rng, gsd_m=0.5) for _ in range(600)]
    enlarged = [each for each in drawn if each.native_scale > 1]  # no product samples coarser than 0.5 m
    assert len(enlarged) / 600 == pytest.approx(sensor_module.ENLARGED, abs=0.04)
    assert all(1.5 <= each.native_scale <= 3.5 for each in enlarged)
    assert {each.resampling for each in enlarged} == {"bilinear", "bicubic"}
    assert any(each.native_scale > 3 for each in enlarged)


def test_an_enlarged_image_has_the_stated_size_and_lacks_fine_detail() -> None:
    shown = [
        sensor_module.expose(
            texture(0, side=160), supersampling=4, border_px=4, sensor=make_sensor(native_scale=scale),
            rng=np.random.default_rng(0),
        ).astype(float)
        for scale in (1.0, 3.0)
    ]  # fmt: skip
    assert shown[0].shape == shown[1].shape
    assert np.abs(np.diff(shown[1], axis=1)).mean() < 0.6 * np.abs(np.diff(shown[0], axis=1)).mean()


@pytest.fixture
def not_enlarged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only sensors that sample as their product does."""
    monkeypatch.setattr(sensor_module, "ENLARGED", 0.0)


@pytest.mark.usefixtures("not_enlarged")
def test_the_poorest_sensor_is_at_the_end_of_every_range() -> None:
    rng = np.random.default_rng(0)
    usual = [sensor_module.draw_sensor(rng, gsd_m=0.4) for _ in range(300)]
    poor = sensor_module.draw_sensor(rng, gsd_m=0.4, stress=True)
    satellites = [each for each in usual if each.product == "satellite"]
    assert poor.product == "satellite" and poor.jpeg_quality == 50
    assert poor.mtf_nyquist <= min(each.mtf_nyquist for each in satellites)
    assert poor.snr <= min(each.snr for each in satellites)
    assert poor.native_scale >= max(each.native_scale for each in satellites)
    assert poor.haze[2] >= max(each.haze[2] for each in satellites)
    assert poor.blur_px >= max(each.blur_px for each in satellites)


@pytest.mark.usefixtures("not_enlarged")
@pytest.mark.parametrize("gsd_m", [0.05, 0.3, 0.7, 1.0, 2.0])
def test_the_stress_sensor_is_never_sampled_finer_than_others(gsd_m: float) -> None:
    rng = np.random.default_rng(0)
    poor = sensor_module.draw_sensor(rng, gsd_m=gsd_m, stress=True)
    assert poor.native_scale >= max(
        each.native_scale
        for each in (sensor_module.draw_sensor(rng, gsd_m=gsd_m) for _ in range(50))
        if each.product == poor.product
    )
