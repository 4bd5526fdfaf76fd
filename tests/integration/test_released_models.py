"""The models that ship: their files are what the index says, and they answer everywhere as published."""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from vehicle_id import Classifier, Status, read_manifest
from vehicle_id.cli import app as app_module
from vehicle_id.model import hub
from vehicle_id.model.golden import TOLERANCE, GoldenCrop, check_golden
from vehicle_id.model.session import Session

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "models"
INDEX = msgspec.json.decode((MODELS / "index.json").read_bytes(), type=hub.Index)
NAMES = sorted(INDEX.models)
EXAMPLES = ROOT / "examples" / "crops"


@pytest.mark.parametrize("name", NAMES)
def test_the_file_is_the_published_one_and_small(name: str) -> None:
    data = (MODELS / name / "model.onnx").read_bytes()
    assert hashlib.sha256(data).hexdigest() == INDEX.models[name].sha256
    assert len(data) == INDEX.models[name].bytes < 20e6


@pytest.mark.parametrize("name", NAMES)
def test_the_folder_is_complete_and_its_card_is_true_to_its_numbers(name: str) -> None:
    folder = MODELS / name
    names = {path.name for path in folder.iterdir()}
    needed = {"model.onnx", "README.md", "golden.json", "recipe.yaml", "metrics.json"}
    variants = {path.name for path in folder.glob("model-*m*.onnx")}
    assert needed <= names <= needed | variants | {"stac-item.json", "plots"}
    assert Session((folder / "model.onnx").read_bytes()).card.full_name == name
    page = (folder / "README.md").read_text()
    for title, record in json.loads((folder / "metrics.json").read_text()).items():
        assert f"## Measured: {title}" in page
        assert f"macro-F1 {record['top1']['macro_f1']:.3f}" in page
        # a model that was trained on all chips is measured by the networks of its folds, and says so
        assert record["folds"] if "folds" in record else record["model_sha256"] == INDEX.models[name].sha256
        for plot in record.get("plots", ()):
            assert f"]({plot})" in page and 0 < (folder / plot).stat().st_size < 60_000


@pytest.mark.parametrize("name", NAMES)
def test_the_changelog_knows_the_model(name: str) -> None:
    assert f"## {name}" in (MODELS / "CHANGELOG.md").read_text()


@pytest.mark.parametrize("name", NAMES)
def test_golden_outputs_hold_from_python_and_the_command_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    classifier = Classifier(name, top_k=1000, views=1)
    num, worst = check_golden(classifier.session, classifier.file.beside("golden.json"))
    assert num >= 5 and worst <= TOLERANCE
    golden = msgspec.json.decode(classifier.file.beside("golden.json").read_bytes(), type=list[GoldenCrop])
    if classifier.card.sensor == "optical":
        crops = list(read_manifest(EXAMPLES / "manifest.csv"))
        assert num <= len(crops)  # they were made from the examples of their day; later ones stand at the end
        results = list(classifier.classify_crops(crops[:num]))
    else:
        results = [classifier.classify(base64.b64decode(each.image)) for each in golden]  # it takes no distance
    for each, result in zip(golden, results, strict=True):
        powers = np.exp(np.array(each.logits) - max(each.logits))
        truth = dict(zip(classifier.card.labels, powers / powers.sum(), strict=True))
        assert {p.label: p.score for p in result.top} == pytest.approx(truth, abs=1e-4)
    monkeypatch.setattr(sys, "argv", ["vehicle-id", "verify", name])
    with pytest.raises(SystemExit) as stop:
        app_module.main()
    assert stop.value.code == 0
    assert "as published" in capsys.readouterr().out


def test_the_default_model_answers_the_examples_sensibly() -> None:
    crops = list(read_manifest(EXAMPLES / "manifest.csv"))
    classifier = Classifier()
    tree = classifier.card.taxonomy()
    results = list(classifier.classify_crops(crops))
    assert all(result.status is Status.OK for result in results)
    wrong = [
        (crop.path.name, result.label)
        for crop, result in zip(crops, results, strict=True)
        if result.label not in tree.path(crop.label or "")
    ]
    assert wrong == []  # some are coarser than the class
    right = [result.top[0].label == crop.label for crop, result in zip(crops, results, strict=True)]
    assert np.mean(right) >= 0.7


def test_every_kind_of_input_gives_the_same_scores_with_the_real_model() -> None:
    from PIL import Image

    classifier = Classifier(top_k=1000)
    paths = sorted(path for path in EXAMPLES.iterdir() if path.suffix in (".png", ".jpg"))
    batches = {
        "paths": classifier.classify_paths(paths, gsd_m=0.1),
        "bytes": (classifier.classify(path.read_bytes(), gsd_m=0.1) for path in paths),
        "PIL": (classifier.classify(Image.open(path), gsd_m=0.1) for path in paths),
        "arrays": classifier.classify_arrays((np.asarray(Image.open(path)) for path in paths), gsd_m=0.1),
        "batch of 1": Classifier(top_k=1000, batch_size=1).classify_paths(paths, gsd_m=0.1),
        "batch of 64": Classifier(top_k=1000, batch_size=64).classify_paths([*paths] * 6, gsd_m=0.1),
        "folder": classifier.classify_folder(EXAMPLES, gsd_m=0.1, find_manifest=False),
    }
    truth = [classifier.classify(path, gsd_m=0.1) for path in paths]
    for name, results in batches.items():
        for result, wanted in zip(results, truth, strict=False):
            found = {p.label: p.score for p in result.top}
            assert found == pytest.approx({p.label: p.score for p in wanted.top}, abs=1e-5), name
