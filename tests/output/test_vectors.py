"""Files of embeddings: what they hold, of which crops, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import plain
from vehicle_id.classifier import Classifier
from vehicle_id.crops.embedded import EmbeddedCrop
from vehicle_id.crops.manifest import Crop
from vehicle_id.errors import InputError, OutputError
from vehicle_id.output import vectors
from vehicle_id.output.vectors import check_vectors, write_vectors
from vehicle_id.results import Result

NAMES = ("red", "gone", "blue")


@pytest.fixture
def embedded(classifier: Classifier, tmp_path: Path) -> list[EmbeddedCrop]:
    """Two crops and, between them, a file that is none."""
    for name in ("red", "blue"):
        Image.fromarray(plain(name)).save(tmp_path / f"{name}.png")
    rows = [
        Crop(path=tmp_path / f"{name}.png", gsd_m=0.5, extra={"embedding": name}) for name in ("red", "gone", "blue")
    ]
    return list(classifier.embed_crops(rows))


def test_every_crop_has_a_row_and_the_missing_one_is_nan(embedded: list[EmbeddedCrop], tmp_path: Path) -> None:
    for suffix in ("npy", "npz"):
        write_vectors(embedded, tmp_path / f"v.{suffix}")
    with np.load(tmp_path / "v.npz", allow_pickle=False) as stored:
        rows = stored["embedding"]
        assert [Path(path).stem for path in stored["path"]] == ["red", "gone", "blue"]
        assert list(stored["status"]) == ["ok", "not_found", "ok"] and list(stored["gsd_m"]) == [0.5] * 3
    assert np.isnan(rows[1]).all() and np.isfinite(rows[[0, 2]]).all()
    assert np.array_equal(np.load(tmp_path / "v.npy", allow_pickle=False), rows, equal_nan=True)


def test_the_rows_are_those_of_embed(embedded: list[EmbeddedCrop], classifier: Classifier, tmp_path: Path) -> None:
    write_vectors(embedded, tmp_path / "v.npy")
    again = classifier.embed([tmp_path / "red.png", tmp_path / "gone.png", tmp_path / "blue.png"], gsd_m=0.5)
    np.testing.assert_array_equal(np.load(tmp_path / "v.npy", allow_pickle=False), again)


def test_parquet_holds_own_columns_and_null_for_the_missing_one(embedded: list[EmbeddedCrop], tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    write_vectors(embedded, tmp_path / "v.parquet")
    rows = pq.read_table(tmp_path / "v.parquet").to_pylist()
    assert [row["manifest_embedding"] for row in rows] == ["red", "gone", "blue"]
    assert rows[1]["embedding"] is None and rows[1]["reason"]
    np.testing.assert_array_equal(np.float32(rows[2]["embedding"]), embedded[2].embedding)


def test_no_crop_that_opens_is_an_error(classifier: Classifier, tmp_path: Path) -> None:
    gone = list(classifier.embed_crops([Crop(path=tmp_path / "gone.png")]))
    with pytest.raises(InputError, match=r"no crop could be opened: .*gone.png"):
        write_vectors(gone, tmp_path / "v.npz")
    with pytest.raises(InputError, match=r"no crop could be opened$"):
        write_vectors([], tmp_path / "v.npz")


def test_outputs_are_checked_before_anything_is_embedded(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"ends in none of .npy .npz .parquet"):
        check_vectors(tmp_path / "v.csv")
    with pytest.raises(OutputError, match="does not exist"):
        check_vectors(tmp_path / "no" / "v.npz")


def test_texts_that_would_fill_the_memory_are_refused(
    embedded: list[EmbeddedCrop], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "MOST_CHARACTERS", 100)
    with pytest.raises(OutputError, match=r"too long for .npz: write .parquet"):
        write_vectors(embedded, tmp_path / "v.npz")


def test_paths_instead_of_rows_are_refused(classifier: Classifier) -> None:
    with pytest.raises(InputError, match="embed_crops takes manifest rows"):
        classifier.embed_crops("crops")


def test_a_crop_without_a_chip_has_only_its_result() -> None:
    crop = EmbeddedCrop(result=Result(path="a"))
    assert crop.chip is None and crop.embedding is None and crop.logits is None
