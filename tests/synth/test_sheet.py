"""The contact sheet: a row for each class, a cell for each crop, and a sentence for what cannot be shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vehicle_id.errors import InputError, ManifestError, OutputError
from vehicle_id.synth.sheet import CAPTION_PX, CELL_PX, NAME_PX, write_sheet

STEP = CELL_PX + CAPTION_PX


def manifest_of(folder: Path, rows: list[tuple[str, str]]) -> Path:
    manifest = folder / "manifest.csv"
    manifest.write_text("\n".join(["path,label,gsd_m", *(f"{path},{label},0.25" for path, label in rows)]) + "\n")
    return manifest


def crop(folder: Path, name: str, colour: str, size: tuple[int, int] = (20, 20)) -> str:
    Image.new("RGB", size, colour).save(folder / name)
    return name


def page(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        assert image.format == "PNG"
        return np.asarray(image.convert("RGB"))


def cell(pixels: np.ndarray, row: int, column: int) -> np.ndarray:
    left, top = NAME_PX + column * CELL_PX, row * STEP
    return pixels[top : top + CELL_PX - 2, left : left + CELL_PX - 2]


def test_each_class_has_a_row_in_manifest_order_and_each_crop_its_cell(tmp_path: Path) -> None:
    rows = [
        (crop(tmp_path, "a.png", "red"), "truck"),
        (crop(tmp_path, "b.png", "lime"), "car"),
        (crop(tmp_path, "c.png", "blue"), "truck"),
    ]
    write_sheet(manifest_of(tmp_path, rows), tmp_path / "sheet.png", columns=3)
    pixels = page(tmp_path / "sheet.png")
    assert pixels.shape == (2 * STEP, NAME_PX + 3 * CELL_PX, 3)
    for row, column, colour in ((0, 0, (255, 0, 0)), (1, 0, (0, 255, 0)), (0, 1, (0, 0, 255))):
        assert (cell(pixels, row, column) == colour).all(), (row, column)
    for row, column in ((0, 2), (1, 1), (1, 2)):
        assert (cell(pixels, row, column) == 255).all(), "no crop, nothing drawn"
    for row in (0, 1):
        assert (pixels[row * STEP : row * STEP + CELL_PX, :NAME_PX] < 128).any(), "its name"
        caption = pixels[row * STEP + CELL_PX : (row + 1) * STEP, NAME_PX : NAME_PX + CELL_PX]
        assert (caption < 128).any(), "its ground sample distance"


def test_no_more_crops_of_a_class_than_columns(tmp_path: Path) -> None:
    names = [crop(tmp_path, f"{k}.png", colour) for k, colour in enumerate(("red", "lime"))]
    names.append("not_opened.png")
    write_sheet(manifest_of(tmp_path, [(name, "car") for name in names]), tmp_path / "sheet.png", columns=2)
    pixels = page(tmp_path / "sheet.png")
    assert pixels.shape == (STEP, NAME_PX + 2 * CELL_PX, 3)
    assert (cell(pixels, 0, 1) == (0, 255, 0)).all(), "the first ones"


def test_a_crop_fills_its_cell_keeps_its_shape_and_its_pixels(tmp_path: Path) -> None:
    black_and_white = Image.new("RGB", (2, 1), "white")
    black_and_white.putpixel((0, 0), (0, 0, 0))
    black_and_white.save(tmp_path / "a.png")
    write_sheet(manifest_of(tmp_path, [("a.png", "car")]), tmp_path / "sheet.png", columns=1)
    shown = cell(page(tmp_path / "sheet.png"), 0, 0)
    half = (CELL_PX - 2) // 2
    middle = shown[half]
    assert (middle[:half] == 0).all() and (middle[half:] == 255).all(), "sharp to the pixel"
    assert (shown[: half // 2 - 2] == (128, 128, 128)).all(), "above it is the cell"
    assert (shown[-half // 2 + 2 :] == (128, 128, 128)).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (400, 3), (900, 900)])
def test_any_size_of_crop_fits(size: tuple[int, int], tmp_path: Path) -> None:
    name = crop(tmp_path, "a.png", "red", size)
    write_sheet(manifest_of(tmp_path, [(name, "car")]), tmp_path / "sheet.png", columns=1)
    shown = cell(page(tmp_path / "sheet.png"), 0, 0)
    red = (shown == (255, 0, 0)).all(2)
    rows, columns = red.any(1).sum(), red.any(0).sum()
    assert max(rows, columns) == CELL_PX - 2
    assert min(rows, columns) == max(1, round(min(size) * (CELL_PX - 2) / max(size)))


def test_rendered_crops_are_on_the_page_class_by_class(rendered: Path, tmp_path: Path) -> None:
    write_sheet(rendered, tmp_path / "sheet.png", columns=4)
    pixels = page(tmp_path / "sheet.png")
    assert pixels.shape == (4 * STEP, NAME_PX + 4 * CELL_PX, 3)
    for row in range(4):
        for column in range(4):
            assert len(np.unique(cell(pixels, row, column).reshape(-1, 3), axis=0)) > 20


def test_a_missing_manifest_or_an_unwritable_place_is_an_error_of_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="cannot be read"):
        write_sheet(tmp_path / "none.csv", tmp_path / "sheet.png")
    manifest = manifest_of(tmp_path, [(crop(tmp_path, "a.png", "red"), "car")])
    with pytest.raises(OutputError, match="cannot be written"):
        write_sheet(manifest, tmp_path / "absent" / "sheet.png")


@pytest.mark.parametrize("name", ["text.png", "missing.png"])
def test_a_crop_that_cannot_be_read_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no image")
    with pytest.raises(InputError, match=name):
        write_sheet(manifest_of(tmp_path, [(name, "car")]), tmp_path / "sheet.png")
    assert not (tmp_path / "sheet.png").exists()


def test_a_manifest_of_a_stranger_shows_nothing_outside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    crop(tmp_path, "secret.png", "red")
    crop(tmp_path / "set", "own.png", "blue")
    manifest = manifest_of(tmp_path / "set", [("../secret.png", "car"), ("own.png", "car")])
    try:
        write_sheet(manifest, tmp_path / "sheet.png")
    except InputError:
        return
    assert not (page(tmp_path / "sheet.png") == (255, 0, 0)).all(2).any()
