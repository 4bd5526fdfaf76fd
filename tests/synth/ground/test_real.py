"""Images of real ground: placed in the scene, with their sun; errors of one sentence."""

import math

import numpy as np
import pytest
from PIL import Image

from tests.synth.ground.grids import grid
from vehicle_id.errors import InputError
from vehicle_id.synth.ground.real import PlacedGround, RealGround, load_grounds

HEADER = "path,gsd_m,sun_azimuth_deg,source\n"


def real(pixels, gsd_m=0.3, sun=None):
    return RealGround(pixels=pixels, gsd_m=gsd_m, sun_azimuth_deg=sun, source="test")


def write(folder, rows, header=HEADER):
    (folder / "ground.csv").write_text(header + rows, encoding="utf-8")


def test_a_folder_is_read(tmp_path):
    for name, grey in (("a.png", 0), ("b.png", 188)):
        Image.new("L", (8, 6), grey).save(tmp_path / name)
    write(tmp_path, "a.png,0.3,,ucmerced\nb.png,0.06,219,minsk-drone\n")
    dark, light = load_grounds(tmp_path)
    assert (dark.sun_azimuth_deg, dark.gsd_m, dark.pixels.shape) == (None, 0.3, (6, 8, 3))
    assert (light.sun_azimuth_deg, light.source) == (219.0, "minsk-drone")
    assert dark.side_m == pytest.approx(1.8)
    seen = light.place(np.random.default_rng(0), window_m=1)(*grid(0.02, 50))
    assert seen == pytest.approx(0.503, abs=0.01)  # sRGB 188 is half the light


@pytest.mark.parametrize(
    ("header", "rows", "says"),
    [
        (None, "", "cannot be read; write it with"),
        ("path,gsd_m\n", "a.png,0.3\n", "has the columns path, gsd_m; it needs"),
        (HEADER, "", "names no image"),
        (HEADER, "a.png,coarse,,x\n", "of a.png is not a number"),
        (HEADER, "a.png,0.3,south,x\n", "of a.png is not a number"),
        (HEADER, "a.png,0,,x\n", "of a.png is not above 0"),
        (HEADER, "a.png,0.3,inf,x\n", "its sun has no direction"),
        (HEADER, "text.png,0.3,,x\n", r"text.png, named in ground.csv, cannot be read as an image"),
        (HEADER, "missing.png,0.3,,x\n", r"missing.png, named in ground.csv, cannot be read as an image"),
        (HEADER, "a.png\n", "of a.png is not a number"),
    ],
)
def test_an_unreadable_folder_is_an_error_of_one_sentence(tmp_path, header, rows, says):
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    (tmp_path / "text.png").write_text("no image", encoding="utf-8")
    if header:
        write(tmp_path, rows, header)
    with pytest.raises(InputError, match=says) as caught:
        load_grounds(tmp_path)
    assert str(caught.value).count(". ") == 0


def test_without_flip_or_turn_a_pixel_lies_where_it_should():
    pixels = np.full((40, 60, 3), 60, np.uint8)
    pixels[8:12, 40:44] = (255, 60, 60)
    placed = PlacedGround(
        pixels=pixels, gsd_m=0.3, sun_azimuth_deg=None, turn_deg=0.0, flipped=False, centre_px=(30.0, 20.0)
    )
    x, y = grid(0.075, 150)
    red = placed(x, y)[..., 0] - placed(x, y)[..., 1]
    assert (red.sum(axis=0) @ x) / red.sum() == pytest.approx((42 - 30) * 0.3, abs=0.05)
    assert (red.sum(axis=1) @ y) / red.sum() == pytest.approx((20 - 10) * 0.3, abs=0.05)


def test_the_sun_turns_and_flips_with_the_image():
    """A bright spot towards the sun stays towards the sun."""
    sun = 25.0
    column, row = np.arange(101) - 50, 50 - np.arange(101)[:, None]
    distance = np.hypot(column - 30 * math.cos(math.radians(sun)), row - 30 * math.sin(math.radians(sun)))
    pixels = np.repeat((np.where(distance < 5, 250, 5)[..., None]).astype(np.uint8), 3, axis=2)
    flips = set()
    for seed in range(8):
        placed = real(pixels, sun=sun).place(np.random.default_rng(seed), window_m=100.0)  # so that it stays centred
        flips.add(placed.flipped)
        x, y = grid(0.15, 200)
        light = placed(x, y)[..., 0]
        towards = math.degrees(math.atan2(light.sum(axis=1) @ y, light.sum(axis=0) @ x))
        assert placed.sun_azimuth_deg is not None
        assert abs((towards - placed.sun_azimuth_deg + 180) % 360 - 180) < 2
    assert flips == {True, False}


def test_beyond_its_edges_the_image_is_mirrored():
    pixels = np.random.default_rng(0).integers(90, 110, (20, 30, 3)).astype(np.uint8)
    seen = real(pixels).place(np.random.default_rng(1), window_m=60.0)(*grid(0.2, 300))
    assert seen.shape == (300, 300, 3)
    assert seen.dtype == np.float32
    assert seen.min() > 0.08 and seen.max() < 0.18  # no black corner; bicubic may overshoot a little


def test_a_window_that_fits_stays_inside():
    ramp = np.repeat(np.linspace(0, 255, 200).astype(np.uint8)[None, :, None], 200, axis=0)
    ground = real(np.repeat(ramp, 3, axis=2))
    half = 12.0 * math.sqrt(2) / 2 / 0.3
    for seed in range(10):
        placed = ground.place(np.random.default_rng(seed), window_m=12.0)
        spread = [abs(math.cos(math.radians(placed.turn_deg))), abs(math.sin(math.radians(placed.turn_deg)))]
        assert sum(spread) * 6 / 0.3 <= half + 1e-6
        for at in placed.centre_px:
            assert sum(spread) * 6 / 0.3 - 1e-6 <= at <= 200 - sum(spread) * 6 / 0.3 + 1e-6


def test_a_coarser_grid_averages():
    pixels = np.zeros((200, 200, 3), np.uint8)
    pixels[::2] = 200
    seen = real(pixels, gsd_m=0.05).place(np.random.default_rng(3), window_m=7)(*grid(0.2, 30))
    assert seen.std() < 0.03  # stripes of 0.05 m are gone at 0.2 m, and leave no moire
    assert seen.mean() == pytest.approx(0.127, abs=0.03)  # sRGB 100, between the stripes


def test_the_same_draw_gives_the_same_ground():
    pixels = np.random.default_rng(0).integers(0, 255, (50, 50, 3)).astype(np.uint8)
    first, second = (real(pixels).place(np.random.default_rng(7), window_m=5)(*grid(0.1, 50)) for _ in range(2))
    assert (first == second).all()
