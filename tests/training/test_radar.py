"""The measurement of the recipe for radar: every chip is answered once, by a network that did not see its sector."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from tests.fixtures.radar_chips import LENGTHS_PX, write_chips
from training.datasets.mstar import write_manifests
from training.measure import radar
from vehicle_id import Classifier
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.evaluation.evaluate import ALL_CLASSES
from vehicle_id.export.export import export
from vehicle_id.gallery.weights import GalleryWeights
from vehicle_id.train.calibrate import Calibration
from vehicle_id.train.loop import train
from vehicle_id.train.recipe import CalibrateRecipe, DataRecipe, ModelRecipe, Recipe, TrainRecipe

RECIPE = Recipe(
    name="bars",
    data=DataRecipe(num_workers=0, sensor="radar"),
    model=ModelRecipe(
        backbone="test_efficientnet",
        pretrained="none",
        chip_px=64,
        centre=0.5,
        stretch=True,
        whitened=True,
        extent=False,
        embedding_dim=16,
    ),
    train=TrainRecipe(epochs=4, batch_size=16, lr=1e-2, ema_decay=0.6, kept_epoch="best"),
    calibrate=CalibrateRecipe(unknown_method="class_mean"),
)
WEIGHTS = GalleryWeights(similarity=12, constant=0, overlap=0, certainty=0.5, trained=11, kernel=10, roots=False)


@pytest.fixture(scope="module")
def chips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("radar")
    write_manifests(folder, write_chips(folder, num=60))
    return folder


@pytest.fixture(scope="module")
def folds(chips: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, Path]]:
    """The first two folds, trained."""
    out = tmp_path_factory.mktemp("runs")
    return [
        (manifest, radar.trained(manifest, RECIPE, out / manifest.stem))
        for manifest in (chips / "fold-0.csv", chips / "fold-1.csv")
    ]


def test_the_folds_measure_chips_of_their_test_sectors_and_are_one_measurement(
    folds: list[tuple[Path, Path]], capsys: pytest.CaptureFixture[str]
) -> None:
    evaluations = radar.measure_folds(folds)
    assert [len(each.crops) for each in evaluations] == [36, 36]
    measured = radar.together(evaluations).measures()
    assert measured["num_crops"] == 72 and set(measured["top1"]["classes"]) == set(LENGTHS_PX)
    assert "36 of 36 answers the same" in capsys.readouterr().out


def test_a_trained_fold_is_not_trained_again(folds: list[tuple[Path, Path]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(radar, "train", None)
    manifest, model = folds[0]
    assert radar.trained(manifest, RECIPE, model.parent) == model


def test_the_decision_of_a_release_is_fitted_on_chips_that_the_folds_did_not_see(
    chips: Path, folds: list[tuple[Path, Path]], tmp_path: Path
) -> None:
    run = train(chips / "all.csv", RECIPE, tmp_path / "all", log=lambda _: None)
    before = Calibration.from_json(run.calibration.read_bytes())
    assert before.counts["long"].real_val == 6  # chips that are among the 60 of the training
    outputs = radar.held_out(folds)
    assert outputs.logits.shape == (72, 3) and outputs.target.sum() == 72
    fitted = radar.fit_decision(outputs, run.folder, gallery=WEIGHTS)
    assert Calibration.from_json(run.calibration.read_bytes()) == fitted
    assert (fitted.counts["long"].real_train, fitted.counts["long"].real_val) == (60, 0)
    assert fitted.metrics["val_accuracy"] == pytest.approx(outputs.right().mean())
    export(run.folder, tmp_path / "model")
    with Classifier(tmp_path / "model") as classifier:
        assert classifier.card.sensor == "radar"
        decision = classifier.card.decision
        assert decision.temperature == fitted.decision.temperature and decision.gallery == WEIGHTS
        assert decision.class_means == before.decision.class_means  # of this network, not of those of the folds
        assert outputs.distance is not None
        below = np.mean(outputs.distance <= decision.unknown_threshold)
        assert below == pytest.approx(RECIPE.calibrate.in_distribution_tpr, abs=0.03)


def test_the_temperature_of_a_fold_is_taken_out_before_the_decision_is_fitted(folds: list[tuple[Path, Path]]) -> None:
    manifest, model = folds[0]
    with Classifier(model, top_k=ALL_CLASSES) as classifier:
        temperature = classifier.card.decision.temperature
        tested = [crop for crop in read_labelled(manifest) if crop.split == "test"]
        logits = np.array([each.logits for each in classifier.embed_crops(tested)])
    np.testing.assert_allclose(radar.held_out(folds[:1]).logits, logits * temperature, rtol=1e-3, atol=1e-3)


def test_unseen_vehicles_are_measured_by_score_and_by_gallery(
    chips: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(radar, "DRAWS", 2)
    manifests = radar.open_set_manifests(chips, ["long"])
    with manifests[0].open(newline="") as file:
        assert {row["label"] for row in csv.DictReader(file)} == {"short", "middle"}
    unseen, crops = radar.trained_open_set(manifests, RECIPE, tmp_path, ["long"])
    weights = radar.fit_gallery(unseen)
    assert (weights.kernel, weights.roots) == (radar.FORM.kernel, False) and weights.similarity > 0
    radar.measure_open_set(unseen, crops, weights)
    out = capsys.readouterr().out
    assert "AUROC of 12 unseen" in out and " 5 references, spread: accuracy of all classes" in out


def test_the_weights_of_a_gallery_are_fitted_without_what_measures_them(chips: Path) -> None:
    seen, every = radar.pretended_manifests(chips, ["long"], ["middle"])
    with every.open(newline="") as file:
        rows = list(csv.DictReader(file))
    with (chips / "fold-0.csv").open(newline="") as file:
        tested = {row["path"] for row in csv.DictReader(file) if row["split"] == "test"}
    assert {row["label"] for row in rows} == {"short", "middle"} and tested.isdisjoint(row["path"] for row in rows)
    assert {row["split"] for row in rows} == {"train", "val", "test"}
    with seen.open(newline="") as file:
        assert list(csv.DictReader(file)) == [row for row in rows if row["label"] == "short"]


def test_spread_references_come_from_all_around(chips: Path, folds: list[tuple[Path, Path]]) -> None:
    crops = [crop for crop in read_labelled(chips / "fold-0.csv") if crop.label == "long" and crop.split == "train"]
    with Classifier(folds[0][1]) as classifier:
        offered = list(zip(crops, classifier.embed_crops(crops), strict=True))
    group_of = {str(crop.path): int((crop.group or "").rpartition("-")[2]) for crop in crops}
    for seed in range(5):
        found = radar.drawn(offered, ["long"], 7, np.random.default_rng(seed), spread=True)
        sectors = sorted(group_of[each.path] for each in found)
        assert len(found) == 7 and max(np.diff(sectors)) <= 4
    assert len(radar.drawn(offered, ["long"], 5, np.random.default_rng(0), spread=False)) == 5


def test_a_field_of_the_recipe_is_set_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Recipe] = []

    def stop(_data: Path, recipe: Recipe, _out: Path) -> None:
        asked.append(recipe)
        raise InterruptedError

    monkeypatch.setattr(radar, "fold_models", stop)
    changes = ["--set", "train.epochs=26", "--set", "augment.flip=true"]
    monkeypatch.setattr("sys.argv", ["radar", "folds", str(tmp_path), "--out", str(tmp_path), *changes])
    with pytest.raises(InterruptedError):
        radar.main()
    assert asked[0].train.epochs == 26 and asked[0].augment.flip
    assert asked[0].data.in_memory and asked[0].model.centre == 0.6  # the rest is that of the recipe
