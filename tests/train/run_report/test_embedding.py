"""The map of embeddings."""

from __future__ import annotations

import numpy as np
import pytest

from vehicle_id.train.run_report.embedding import map_of


def clusters(num: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    labels = np.arange(num) % 3
    middles = rng.normal(size=(3, 24))
    return (middles[labels] + rng.normal(scale=0.25, size=(num, 24))).astype(np.float32), labels


def test_neighbours_on_the_map_are_neighbours_in_the_embedding() -> None:
    embeddings, labels = clusters(90)
    places = map_of(embeddings, seed=0)
    distances = np.linalg.norm(places[:, None] - places, axis=2)
    np.fill_diagonal(distances, np.inf)
    assert np.mean(labels[distances.argmin(axis=1)] == labels) > 0.95
    assert np.array_equal(places, map_of(embeddings, seed=0))


@pytest.mark.parametrize("num", [4, 7])
def test_a_few_crops_and_equal_crops_have_places(num: int) -> None:
    embeddings = np.ones((num, 8), np.float32)
    embeddings[0] = -1
    assert np.isfinite(map_of(embeddings, seed=0)).all()
