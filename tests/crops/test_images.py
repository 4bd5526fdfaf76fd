"""Opening crops: every file of the zoo gives pixels with flags, or a status with a sentence."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import GifImagePlugin, Image

from tests.conftest import plain
from tests.zoo import Animal
from vehicle_id.crops import images
from vehicle_id.crops.bands import FILL
from vehicle_id.crops.images import decode_image
from vehicle_id.errors import CropError
from vehicle_id.results import Status


def test_every_animal_opens_or_says_why(zoo: dict[str, Animal]) -> None:
    for name, animal in zoo.items():
        try:
            picture = decode_image(animal.path)
        except CropError as error:
            assert error.status is animal.status, f"{name}: {error.reason}"
            assert error.reason
        else:
            assert animal.status is Status.OK, name
            assert picture.flags == animal.flags, name
            assert picture.pixels.dtype == np.uint8, name
            assert picture.pixels.ndim == 3 and picture.pixels.shape[2] == 3, name


@pytest.mark.parametrize("name", ["rgb.tif", "rgb.bmp", "rgb.webp", "palette.png", "cmyk.jpg", "rgb.jpg"])
def test_formats_agree_on_the_pixels(zoo: dict[str, Animal], name: str) -> None:
    truth = decode_image(zoo["rgb.png"].path).pixels.astype(int)
    found = decode_image(zoo[name].path).pixels.astype(int)
    assert np.abs(found - truth).mean() < 12


def test_exif_turn_is_applied(zoo: dict[str, Animal]) -> None:
    unturned = decode_image(zoo["rgb.jpg"].path).pixels
    turned = decode_image(zoo["exif.jpg"].path).pixels
    assert turned.shape == (40, 20, 3)
    np.testing.assert_allclose(np.rot90(unturned, -1).astype(int), turned, atol=12)


def test_transparent_pixels_are_the_padding_grey(zoo: dict[str, Animal]) -> None:
    assert (decode_image(zoo["alpha.png"].path).pixels == FILL).all()


def test_animation_shows_its_first_frame(zoo: dict[str, Animal]) -> None:
    row = decode_image(zoo["animated.gif"].path).pixels[0, :, 0].astype(int)
    assert row[-1] > row[0]


def test_sixteen_bit_is_stretched_over_the_whole_range(zoo: dict[str, Animal]) -> None:
    for name in ("grey16.png", "grey16.tif", "float.tif"):
        pixels = decode_image(zoo[name].path).pixels
        assert pixels.min() == 0 and pixels.max() == 255, name
        assert 110 < pixels.mean() < 145, name


def test_bytes_images_and_arrays_give_the_same_pixels(zoo: dict[str, Animal]) -> None:
    path = zoo["rgb.png"].path
    truth = decode_image(path).pixels
    with Image.open(path) as image:
        np.testing.assert_array_equal(decode_image(image).pixels, truth)
    np.testing.assert_array_equal(decode_image(path.read_bytes()).pixels, truth)
    np.testing.assert_array_equal(decode_image(str(path)).pixels, truth)
    np.testing.assert_array_equal(decode_image(truth).pixels, truth)


@pytest.mark.parametrize(
    ("array", "flags"),
    [
        (plain("red")[:, :, 0], ("grey",)),
        (plain("red")[:, :, :1], ("grey",)),
        (np.dstack([plain("red"), np.full((20, 20), 255, np.uint8)]), ("alpha",)),
        (np.arange(400.0).reshape(20, 20), ("grey", "stretched")),
        (np.arange(1200, dtype=np.uint16).reshape(20, 20, 3), ("stretched",)),
        (np.zeros((9, 9), np.float32), ("grey", "stretched")),
    ],
)
def test_arrays_of_many_kinds(array: np.ndarray, flags: tuple[str, ...]) -> None:
    picture = decode_image(array)
    assert picture.flags == flags
    assert picture.pixels.shape == (*array.shape[:2], 3)


@pytest.mark.parametrize(
    ("array", "status"),
    [
        (np.zeros((4, 4, 2), np.uint8), Status.UNSUPPORTED),
        (np.zeros(4, np.uint8), Status.UNSUPPORTED),
        (np.zeros((4, 4), bool), Status.UNSUPPORTED),
        (np.array(["a"]), Status.UNSUPPORTED),
        (np.zeros((0, 4, 3), np.uint8), Status.EMPTY),
        (np.full((4, 4), np.nan), Status.EMPTY),
    ],
)
def test_arrays_that_are_not_images(array: np.ndarray, status: Status) -> None:
    with pytest.raises(CropError) as caught:
        decode_image(array)
    assert caught.value.status is status


def test_limits_hold_before_decoding(monkeypatch: pytest.MonkeyPatch, zoo: dict[str, Animal]) -> None:
    monkeypatch.setattr(images, "MAX_PIXELS", 100)
    for source in (zoo["rgb.png"].path, plain("red")):
        with pytest.raises(CropError) as caught:
            decode_image(source)
        assert caught.value.status is Status.TOO_LARGE
    monkeypatch.setattr(images, "MAX_BYTES", 10)
    with pytest.raises(CropError, match="larger than") as caught:
        decode_image(zoo["rgb.png"].path)
    assert caught.value.status is Status.TOO_LARGE


def test_a_file_that_is_not_regular(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path, tmp_path / "pipe.png", tmp_path / "nul\0.png"):
        with pytest.raises(CropError) as caught:
            decode_image(path)
        assert caught.value.status is Status.UNREADABLE


def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    """Also if it replaces a file between being found and being opened: the opened file is checked."""
    os.mkfifo(tmp_path / "pipe.png")
    before = time.monotonic()
    with pytest.raises(CropError, match="not a regular file"):
        images.read_bytes(tmp_path / "pipe.png")
    assert time.monotonic() - before < 1


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs /dev/zero")
def test_devices_and_sockets_and_links_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "zero.png").symlink_to("/dev/zero")
    (tmp_path / "a.png").symlink_to(tmp_path / "b.png")
    (tmp_path / "b.png").symlink_to(tmp_path / "a.png")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket.png"))
        for name in ("zero.png", "a.png", "socket.png"):
            with pytest.raises(CropError) as caught:
                images.read_bytes(tmp_path / name)
            assert caught.value.status is Status.UNREADABLE
    (tmp_path / "dangling.png").symlink_to(tmp_path / "gone.png")
    with pytest.raises(CropError) as caught:
        images.read_bytes(tmp_path / "dangling.png")
    assert caught.value.status is Status.NOT_FOUND


@pytest.mark.parametrize("change", ["grows", "shrinks", "is written over"])
def test_a_file_that_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"x" * 1000)
    real = os.fstat
    seen: list[os.stat_result] = []

    def fstat(handle: int) -> os.stat_result:
        seen.append(real(handle))
        if len(seen) == 1:
            size = {"grows": 2000, "shrinks": 10, "is written over": 1000}[change]
            path.write_bytes(b"y" * size)
            os.utime(path, ns=(0, 10**9))
        return seen[-1]

    monkeypatch.setattr(os, "fstat", fstat)
    with pytest.raises(CropError, match="changed while it was read") as caught:
        images.read_bytes(path)
    assert caught.value.status is Status.UNREADABLE


def test_a_file_without_end_is_read_no_further_than_it_may_be_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "MAX_BYTES", 100)
    path = tmp_path / "a.png"
    path.write_bytes(b"x" * 100)
    real = os.fstat

    def fstat(handle: int) -> os.stat_result:
        found = real(handle)
        with path.open("ab") as file:
            file.write(b"x" * 100)
        return found

    monkeypatch.setattr(os, "fstat", fstat)
    with pytest.raises(CropError) as caught:
        images.read_bytes(path)
    assert caught.value.status is Status.TOO_LARGE


def test_only_the_first_frame_of_an_animation_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [Image.new("L", (8, 8), 5 * colour) for colour in range(50)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    monkeypatch.setattr(GifImagePlugin.GifImageFile, "n_frames", property(lambda _: pytest.fail("walked")))
    assert decode_image(tmp_path / "a.gif").flags == ("first_frame",)


def test_a_stretch_states_its_limits() -> None:
    picture = decode_image(np.arange(10_001, dtype=np.uint16).reshape(1, -1))
    assert picture.stretch == (200.0, 9800.0)
    assert decode_image(np.zeros((4, 4, 3), np.uint8)).stretch is None


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "locked.png"
    path.write_bytes(b"x")

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)  # root may read anything
    with pytest.raises(CropError, match="Permission denied") as caught:
        decode_image(path)
    assert caught.value.status is Status.UNREADABLE
