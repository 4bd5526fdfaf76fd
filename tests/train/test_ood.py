"""Unknown scores by the embedding, and all of them against pytorch-ood, or scipy where that asks for scikit-learn."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import get_args

import numpy as np
import pytest
import torch
from pytorch_ood.detector import RMD, EnergyBased, MaxLogit, MaxSoftmax
from scipy.spatial.distance import cdist

from vehicle_id import Classifier
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.crops.manifest import Crop
from vehicle_id.errors import TrainError
from vehicle_id.export.export import compare, load_run, read_chips, to_onnx, with_card
from vehicle_id.model.card import UnknownMethod
from vehicle_id.model.decide import softmax
from vehicle_id.model.ood import UnknownScore
from vehicle_id.taxonomy import Node, Taxonomy
from vehicle_id.train import ood as unknown
from vehicle_id.train.checkpoint import Run
from vehicle_id.train.loop import train
from vehicle_id.train.ood import (
    NEIGHBOURS,
    NUM_CROPS,
    NearestNeighbours,
    draw_vehicles,
    fit_unknown,
    load_unknown,
    save_unknown,
)
from vehicle_id.train.recipe import Recipe, dump_recipe, load_recipe

LABELS = ("car", "van", "bus")
TREE = Taxonomy([*(Node(name=label) for label in LABELS), Node(name="ground", has_size=False)])


@pytest.fixture(scope="module")
def clusters() -> tuple[np.ndarray, np.ndarray]:
    """Embeddings of three classes that vary more in some directions than in others, and their one-hot labels."""
    rng = np.random.default_rng(0)
    classes = rng.integers(0, 3, 600)
    points = 4 * rng.normal(size=(3, 8))[classes] + rng.normal(size=(600, 8)) * np.linspace(0.5, 2, 8)
    return points.astype(np.float32), np.eye(3, dtype=bool)[classes]


@pytest.fixture(scope="module")
def strangers() -> np.ndarray:
    return (6 * np.random.default_rng(1).normal(size=(50, 8))).astype(np.float32)


def script() -> ModuleType:
    """training/measure/ood_scores.py."""
    file = Path(__file__).parents[2] / "training" / "measure" / "unknown.py"
    spec = importlib.util.spec_from_file_location("measure_unknown", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scored(module: torch.nn.Module, points: np.ndarray) -> np.ndarray:
    return module(torch.from_numpy(points)).numpy()


@pytest.mark.parametrize(
    ("method", "oracle", "shift"),
    [("energy", EnergyBased(None), 0), ("max_logit", MaxLogit(None), 0), ("msp", MaxSoftmax(None), 1)],
)
def test_scores_of_logits_are_those_of_pytorch_ood(method: UnknownMethod, oracle: object, shift: int) -> None:
    logits = np.random.default_rng(0).normal(0, 5, (100, 3)).astype(np.float32)
    ours = UnknownScore(method, Taxonomy.flat(LABELS), LABELS).of(logits, softmax(logits), None)
    theirs = oracle.predict_logits(torch.from_numpy(logits)).numpy()  # type: ignore[attr-defined]
    np.testing.assert_allclose(ours, theirs + shift, rtol=1e-5, atol=1e-6)


def test_relative_mahalanobis_is_that_of_pytorch_ood(
    clusters: tuple[np.ndarray, np.ndarray], strangers: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unknown, "SHRINKAGE", 0.0)
    points, target = clusters
    oracle = RMD(None).fit_features(torch.from_numpy(points), torch.from_numpy(target.argmax(axis=1)))
    # it sums the scatter where Ren et al. take the mean
    theirs = oracle.predict_features(torch.from_numpy(strangers)).numpy() * len(points)
    ours = scored(fit_unknown("mahalanobis", points, target), strangers)
    np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-2)


def test_neighbours_are_those_of_scipy(clusters: tuple[np.ndarray, np.ndarray], strangers: np.ndarray) -> None:
    points, target = clusters  # pytorch-ood's own needs scikit-learn
    near, far = (each / np.linalg.norm(each, axis=1, keepdims=True) for each in (points, strangers))
    theirs = np.sort(cdist(far, near), axis=1)[:, NEIGHBOURS - 1]
    np.testing.assert_allclose(scored(fit_unknown("knn", points, target), strangers), theirs, atol=1e-4)


def test_a_bank_of_few_crops_has_fewer_neighbours() -> None:
    bank = torch.eye(3)
    assert NearestNeighbours(bank)(bank[:1] * 7).item() == pytest.approx(np.sqrt(2))


@pytest.mark.parametrize("method", ["knn", "mahalanobis"])
def test_strangers_are_more_unknown(
    method: UnknownMethod, clusters: tuple[np.ndarray, np.ndarray], strangers: np.ndarray
) -> None:
    module = fit_unknown(method, *clusters)
    assert np.median(scored(module, strangers)) > np.quantile(scored(module, clusters[0]), 0.9)


def test_embeddings_that_do_not_fill_their_space_are_no_trouble(clusters: tuple[np.ndarray, np.ndarray]) -> None:
    points = np.hstack([clusters[0], np.zeros((600, 8), np.float32), clusters[0]])
    assert np.all(np.isfinite(scored(fit_unknown("mahalanobis", points[:20], clusters[1][:20]), points)))


def test_a_coarse_label_has_no_class_mean(clusters: tuple[np.ndarray, np.ndarray]) -> None:
    points, target = clusters
    wild, coarse = np.vstack([points, points + 50]), np.vstack([target, np.ones_like(target)])
    with_coarse, without = fit_unknown("mahalanobis", wild, coarse), fit_unknown("mahalanobis", points, target)
    np.testing.assert_array_equal(scored(with_coarse, points), scored(without, points))


@pytest.mark.parametrize("method", ["knn", "mahalanobis"])
def test_what_was_fitted_is_kept(
    method: UnknownMethod, clusters: tuple[np.ndarray, np.ndarray], strangers: np.ndarray, tmp_path: Path
) -> None:
    module = fit_unknown(method, *clusters)
    save_unknown(tmp_path / "unknown.safetensors", module)
    again = load_unknown(tmp_path / "unknown.safetensors", method)
    np.testing.assert_allclose(scored(again, strangers), scored(module, strangers), rtol=1e-5)
    other: UnknownMethod = "mahalanobis" if method == "knn" else "knn"
    with pytest.raises(TrainError, match=f"no {other} statistics"):
        load_unknown(tmp_path / "unknown.safetensors", other)
    with pytest.raises(TrainError, match="--resume"):
        load_unknown(tmp_path / "gone.safetensors", method)


def test_vehicles_are_drawn_evenly_while_they_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NUM_CROPS, "knn", 20)
    crops = [
        Crop(path=Path(f"{label}{number}"), label=label)
        for label, count in (("car", 90), ("bus", 4), ("van", 30), ("ground", 50))
        for number in range(count)
    ]
    drawn = [crop.label for crop in draw_vehicles(crops, TREE, "knn", seed=0)]
    assert {label: drawn.count(label) for label in set(drawn)} == {"car": 8, "van": 8, "bus": 4}
    with pytest.raises(TrainError, match="no training crop is one"):
        draw_vehicles(crops[-50:], TREE, "knn", seed=0)


@pytest.mark.parametrize("method", ["knn", "mahalanobis"])
def test_the_exported_graph_scores_like_the_network(
    method: UnknownMethod, crops: Path, recipe: Recipe, tmp_path: Path
) -> None:
    (tmp_path / "recipe.yaml").write_bytes(dump_recipe(recipe))
    run = train(crops, load_recipe(tmp_path / "recipe.yaml"), tmp_path / "run", log=lambda _: None)
    trained = run.best.read_bytes()
    # a finished run is told another method, as docs/training.md says
    run.recipe.write_text(run.recipe.read_text().replace("unknown_method: energy", f"unknown_method: {method}"))
    recipe = load_recipe(run.recipe)
    train(crops, recipe, run.folder, resume=True, log=lambda _: None)
    assert run.best.read_bytes() == trained
    network, card = load_run(Run(folder=run.folder), recipe)
    (tmp_path / "model.onnx").write_bytes(with_card(to_onnx(network, 32), card))
    classifier = Classifier(tmp_path / "model.onnx", batch_size=80)
    assert classifier.session.outputs == ("logits", "embedding", "size", "heading", "unknown")
    assert classifier.card.decision.unknown_method == method
    chips = read_chips(run.splits, chip_px=32)
    compare(network, classifier.session, chips)
    assert network.unknown is not None
    network.unknown.register_forward_hook(lambda _, __, score: score * 1.01)
    with pytest.raises(TrainError, match="unknown scores"):
        compare(network, classifier.session, chips)
    vehicles = [crop for crop in read_labelled(crops) if crop.label != "ground"]
    limit = classifier.card.decision.unknown_threshold
    told = [result.unknown_score for result in classifier.classify_crops(vehicles)]
    assert np.mean(np.array(told) > limit) < 0.3
    measured = script().Measure(run.folder).scores(vehicles)
    assert set(measured) == set(get_args(UnknownMethod))
    np.testing.assert_allclose(measured[method], told, rtol=1e-3, atol=1e-3 * np.ptp(told))
    turned = Classifier(tmp_path / "model.onnx", tta=True).classify(vehicles[0].path).unknown_score
    assert turned is not None and np.isfinite(turned)


def test_the_measure_prints_a_row_for_each_foreign_label() -> None:
    measure = script()
    known = dict.fromkeys(get_args(UnknownMethod), np.array([0.0, 1, 2]))
    foreign = {name: dict.fromkeys(known, np.array(scores)) for name, scores in {"a": [3.0], "b": [-1.0, 1, 3]}.items()}
    rows = [line.split()[-2:] for line in measure.table(known, foreign)]
    assert rows == [["knn", "mahalanobis"], ["1.000"] * 2, ["0.500"] * 2, ["0.625"] * 2, ["0.750"] * 2]


def test_a_part_of_a_manifest_can_be_named(crops: Path) -> None:
    measure = script()
    assert [len(part) for part in measure.read_part(f"{crops}:car,bus")] == [72, 2]
    assert measure.read_part(str(crops))[1] == []
