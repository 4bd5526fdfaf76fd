"""Labels that the embedding does not support."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vehicle_id.crops.manifest import Crop
from vehicle_id.dataset.labels import suspect_labels


def clusters(num: int, labels: int, seed: int = 0) -> tuple[list[Crop], np.ndarray]:
    """Crops in groups of two, each label around a direction of its own."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(labels, 32))
    truth = np.arange(num) % labels
    embeddings = centres[truth] + 0.15 * rng.normal(size=(num, 32))
    crops = [Crop(path=Path(f"{i}.png"), label=f"c{truth[i]}", group=f"g{i // 2}") for i in range(num)]
    return crops, embeddings.astype(np.float32)


@pytest.mark.parametrize("seed", range(5))
def test_exchanged_labels_are_found_and_no_others(seed: int) -> None:
    crops, embeddings = clusters(120, 4, seed)
    wrong = {7: "c0", 20: "c3", 66: "c1"}
    noisy = [Crop(path=c.path, label=wrong.get(i, c.label), group=c.group) for i, c in enumerate(crops)]
    found = suspect_labels(noisy, embeddings)
    assert {fault.paths[0].stem for fault in found} == {str(place) for place in wrong}
    [message] = [fault.message for fault in found if fault.paths[0].stem == "7"]
    assert message == "labelled c0, looks like c3"


def test_sound_labels_are_not_suspected() -> None:
    crops, embeddings = clusters(120, 4)
    assert suspect_labels(crops, embeddings) == []


def test_crops_without_an_embedding_are_left_out() -> None:
    crops, embeddings = clusters(40, 2)
    embeddings[3] = np.nan
    assert suspect_labels(crops, embeddings) == []
    assert suspect_labels(crops[:1], embeddings[:1]) == []


def test_nothing_is_learned_from_one_group() -> None:
    crops, embeddings = clusters(40, 2)
    assert suspect_labels([replace(crop, group="g") for crop in crops], embeddings) == []
