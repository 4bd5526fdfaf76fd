"""Pictures of crops: the right pixels, only of unchanged crops, encoded anew and small."""

from __future__ import annotations

import hashlib
import io
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from vehicle_id import Classifier, Result
from vehicle_id.report import crop_files, pictures
from vehicle_id.report.pictures import Pictures, encoded


def noise(width: int, height: int) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3)).astype(np.uint8)


def save(path: Path, pixels: NDArray[np.uint8]) -> dict[str, Any]:
    """Write a crop; the record of its row."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    height, width = pixels.shape[:2]
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return Result(path=str(path), sha256=sha256, width_px=width, height_px=height).to_dict()


def picture(record: dict[str, Any], **options: Any) -> NDArray[np.uint8] | None:
    found = Pictures(isolate=False, **options).of(record)
    return None if found is None else found.pixels


@pytest.mark.parametrize(("width", "height"), [(30, 20), (20, 30), (1, 7), (160, 160)])
def test_a_crop_that_is_small_enough_is_shown_pixel_by_pixel(tmp_path: Path, width: int, height: int) -> None:
    pixels = noise(width, height)
    found = picture(save(tmp_path / "a.png", pixels))
    assert found is not None and np.array_equal(found, pixels)


def test_a_larger_crop_is_reduced_and_keeps_its_shape(tmp_path: Path) -> None:
    found = picture(save(tmp_path / "a.png", noise(400, 100)), longest_px=80)
    assert found is not None and found.shape == (20, 80, 3)


def test_a_decoder_process_gives_the_same_pixels(tmp_path: Path) -> None:
    record = save(tmp_path / "a.png", noise(25, 31))
    isolated = Pictures(isolate=True)
    one, other = isolated.of(record), picture(record)
    isolated.close()
    assert one is not None and other is not None and np.array_equal(one.pixels, other)


def test_a_crop_is_found_by_the_end_of_its_path_in_another_folder(tmp_path: Path) -> None:
    record = save(tmp_path / "old" / "site" / "a.png", noise(9, 9))
    (tmp_path / "new").mkdir()
    (tmp_path / "old" / "site").rename(tmp_path / "new" / "site")
    assert picture(record) is None
    for folder in (tmp_path / "new", tmp_path / "new" / "site"):
        assert picture(record, crops=folder) is not None


def test_a_crop_without_a_picture_is_counted_with_its_reason(tmp_path: Path) -> None:
    changed = save(tmp_path / "changed.png", noise(9, 9))
    save(tmp_path / "changed.png", noise(8, 8))
    (tmp_path / "text.png").write_bytes(b"no image")
    sha256 = hashlib.sha256(b"no image").hexdigest()
    found = Pictures(isolate=False)
    rows = [
        changed,
        Result(path=str(tmp_path / "gone.png"), sha256="ab").to_dict(),
        Result(path=str(tmp_path / "text.png"), sha256=sha256).to_dict(),
        Result(path="a/b.png\0", sha256="ab").to_dict(),
        Result(sha256="ab").to_dict(),
    ]
    assert [found.of(row) for row in rows] == [None] * 5
    assert found.missing == {
        crop_files.CHANGED: 1, crop_files.GONE: 2, pictures.NOT_DECODED: 1, crop_files.NOT_A_FILE: 1,
    }  # fmt: skip


def test_members_of_a_tar_file_are_found_in_any_order(tmp_path: Path, tiny: Path) -> None:
    crops = {f"{number}.png": noise(10 + number, 10) for number in range(4)}
    with tarfile.open(tmp_path / "s.tar", "w") as tar:
        for name, pixels in crops.items():
            buffer = io.BytesIO()
            Image.fromarray(pixels).save(buffer, "PNG")
            header = tarfile.TarInfo(f"in/{name}")
            header.size = len(buffer.getvalue())
            buffer.seek(0)
            tar.addfile(header, buffer)
    rows = [result.to_dict() for result in Classifier(tiny).classify_paths([tmp_path / "s.tar"])]
    found = Pictures(isolate=False)
    for row in (*rows, *reversed(rows)):
        shown = found.of(row)
        assert shown is not None and np.array_equal(shown.pixels, crops[Path(row["path"]).name])


def test_a_small_picture_is_encoded_without_loss_and_every_one_within_its_budget() -> None:
    flat = np.full((30, 30, 3), 90, np.uint8)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(encoded(flat)))), flat)
    for side in (48, 160):
        assert len(encoded(noise(side, side))) <= pictures.BUDGET_BYTES
    assert len(encoded(noise(320, 320))) <= 4 * pictures.BUDGET_BYTES


def test_what_is_stored_beside_the_pixels_of_a_crop_is_not_shown(tmp_path: Path) -> None:
    """A comment in the file, or bytes after its end, never reach the picture."""
    path = tmp_path / "a.jpg"
    Image.fromarray(noise(40, 40)).save(path, comment=b"<script>secret")
    path.write_bytes(path.read_bytes() + b"appended secret")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    found = picture(Result(path=str(path), sha256=sha256, width_px=40, height_px=40).to_dict())
    assert found is not None and b"secret" not in encoded(found)
