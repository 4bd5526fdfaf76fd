"""Scenes and files of boxes that were changed at random: rows, or one sentence; nothing else, and no wait."""

from __future__ import annotations

import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("rasterio", reason="needs the extra geo")
pytest.importorskip("pyogrio", reason="needs the extra geo")

from tests.conftest import TINY
from tests.fixtures.scenes import coloured, feature, on_map, square, write_geojson, write_scene
from tests.reliability.mutants import CHANGES
from tests.scenes.conftest import PLACES
from tests.scenes.test_reading import FORMATS
from vehicle_id import Classifier, classify_scene
from vehicle_id.errors import VehicleIdError

SEED = 20261129
MOST_S = 30.0
"""Processor time for one file: a box of 50 million pixels takes seconds."""
TOKENS = (
    *(b"NaN", b"-Infinity", b"1e999", b"1e308", b"-1e308", b"null", b"{}", b"[]", b'"', b"'", b",", b"\n", b"\0"),
    *(b"\xff", b"9" * 400, b"[" * 3000, b'{"a":' * 1500, b"<a>" * 2000, b"&#0;", b"true", b"-1", b"0", b"180", b"91"),
    *(b"\\ud800", b"\x1b[31m", b"../../etc/passwd", b"POLYGON EMPTY", b"MULTIPOLYGON(((0 0)))", b"<!DOCTYPE a>"),
)


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(TINY, threads=1)


def changed_text(data: bytes, rng: random.Random) -> bytes:
    """One to three changes: of bytes, as of pictures, or a number or a piece that becomes something else."""
    for _ in range(rng.randint(1, 3)):
        numbers = list(re.finditer(rb"-?\d+\.?\d*", data[:20_000]))
        if numbers and rng.random() < 0.4:
            place = rng.choice(numbers)
            data = data[: place.start()] + rng.choice(TOKENS) + data[place.end() :]
        elif rng.random() < 0.4:
            at = rng.randrange(len(data) + 1)
            data = data[:at] + rng.choice(TOKENS) + data[at + rng.randrange(8) :]
        else:
            data = rng.choice(CHANGES)(data, rng)
    return data


def outcome(run: Callable[[], Counter[str]]) -> Counter[str]:
    """Statuses of the rows, or `refused`; the sentence of a refusal is one printable line."""
    before = time.process_time()
    try:
        found = run()
    except VehicleIdError as error:
        assert str(error).isprintable() and len(str(error)) < 1000, repr(str(error))
        found = Counter(["refused"])
    assert time.process_time() - before < MOST_S
    return found


def statuses(scene: Path, boxes: Path, classifier: Classifier) -> Counter[str]:
    results = list(classify_scene(scene, boxes=boxes, classifier=classifier))
    assert all(each.ok == (each.label is not None) and each.to_dict() for each in results)
    return Counter(each.status.value for each in results)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("num", [10, pytest.param(500, marks=pytest.mark.long)])
def test_changed_files_of_boxes(tmp_path: Path, classifier: Classifier, num: int) -> None:
    rng, found = random.Random(SEED), Counter[str]()
    scene = write_scene(tmp_path / "scene.tif", coloured(PLACES))
    for name, make in FORMATS.values():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        make(path)
        whole = path.read_bytes()
        for _ in range(num):
            path.write_bytes(changed_text(whole, rng))
            found += outcome(lambda path=path: statuses(scene, path, classifier))
    print(f"{num} files of each of {len(FORMATS)} kinds of boxes: {dict(found)}")
    assert found["refused"] and found["ok"] and found["bad_row"]


def scenes(folder: Path) -> list[tuple[str, bytes]]:
    """The same scene by several drivers and compressions of GDAL."""
    import rasterio

    path = write_scene(folder / "scene.tif", coloured(PLACES))
    with rasterio.open(path) as file:
        pixels, place = file.read(), {"crs": file.crs, "transform": file.transform}
    kinds = [
        *(("GTiff", {"compress": how}) for how in ("NONE", "LZW", "DEFLATE", "PACKBITS", "JPEG", "ZSTD", "LERC")),
        ("GTiff", {"compress": "DEFLATE", "predictor": 2, "tiled": True, "blockxsize": 64, "blockysize": 64}),
        *(("COG", {"blocksize": 128}), ("JP2OpenJPEG", {}), ("PNG", {}), ("JPEG", {})),
    ]
    found = []
    for number, (driver, options) in enumerate(kinds):
        name = f"{number}.tif"
        shape = {"width": pixels.shape[2], "height": pixels.shape[1], "count": 3, "dtype": "uint8"}
        with rasterio.open(folder / name, "w", driver=driver, **shape, **place, **options) as file:
            file.write(pixels.astype(np.uint8))
        found.append((name, (folder / name).read_bytes()))
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="GDAL keeps files open there")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("num", [60, pytest.param(2000, marks=pytest.mark.long)])
def test_changed_scenes(tmp_path: Path, classifier: Classifier, num: int) -> None:
    rng, found, seeds = random.Random(SEED), Counter[str](), scenes(tmp_path)
    features = [feature(on_map(square(*place)), id=name) for place, name in zip(PLACES, "abc", strict=True)]
    boxes = write_geojson(tmp_path / "boxes.geojson", features)
    for number in range(num):
        _, data = rng.choice(seeds)
        for _ in range(rng.randint(1, 4)):
            data = rng.choice(CHANGES)(data, rng)
        path = tmp_path / f"m{number}.tif"  # GDAL keeps what it knows of a name
        path.write_bytes(data)
        found += outcome(lambda path=path: statuses(path, boxes, classifier))
        path.unlink()
    print(f"{num} changed scenes: {dict(found)}")
    assert found["refused"] and found["ok"]
