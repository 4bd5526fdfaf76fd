"""What a threshold of one node lets pass."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import TINY
from training.measure import node_threshold
from training.measure.node_threshold import node_scores
from vehicle_id import Classifier, Crop
from vehicle_id.evaluation.evaluate import ALL_CLASSES


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8)).save(tmp_path / "a.png")
    return tmp_path / "a.png"


def test_crops_are_divided_by_what_their_label_says_of_the_node(picture: Path) -> None:
    classifier = Classifier(TINY, top_k=ALL_CLASSES)
    tree = classifier.card.taxonomy()
    leaf = next(each for each in tree.leaves if len(tree.path(each)) > 2)
    node = tree.path(leaf)[-2]
    stranger = next(each for each in tree.leaves if node not in tree.path(each))
    labels = [leaf, node, stranger, None, "no such class", tree.path(leaf)[0]]
    crops = [Crop(path=picture, gsd_m=0.3, label=label) for label in labels]
    answers = list(classifier.classify_crops(crops))
    under, other = node_scores(tree, node, crops, answers)
    assert (len(under), len(other)) == (2, 3)  # the last label is above the node and leaves it open
    expected = sum(each.score for each in answers[0].top if node in tree.path(each.label))
    assert 0 < expected < 1 and np.allclose([*under, *other], expected)


def test_the_table_counts_at_the_threshold_of_the_model_too(
    picture: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = picture.with_name("m.csv")
    manifest.write_text("path,label,gsd_m,split\na.png,car,0.3,val\na.png,,0.3,val\na.png,,0.3,test\n")
    monkeypatch.setattr(node_threshold, "THRESHOLDS", (0.0, 1.0))
    node = "vehicle"
    monkeypatch.setattr(sys, "argv", ["", node, str(manifest), "--model", str(TINY), "--splits", "val"])
    node_threshold.main()
    assert capsys.readouterr().out.splitlines()[1:] == [f"threshold, {node} (1), others (1)", "0.000 1 1", "1.000 0 0"]


def test_an_unknown_node_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["", "boat", "m.csv", "--model", str(TINY)])
    with pytest.raises(SystemExit, match="'boat' is not in the class tree"):
        node_threshold.main()
