"""Golden outputs: what a model must answer on every machine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.zoo import Animal
from vehicle_id.errors import IntegrityError, ModelError
from vehicle_id.model.golden import check_golden, make_golden
from vehicle_id.model.session import Session


@pytest.fixture
def golden(session: Session, zoo: dict[str, Animal], tmp_path: Path) -> Path:
    file = tmp_path / "golden.json"
    crops = [(zoo["rgb.jpg"].path.read_bytes(), 0.3), (zoo["alpha.png"].path.read_bytes(), None)]
    file.write_bytes(make_golden(session, crops))
    return file


def test_the_same_model_agrees_with_itself(session: Session, golden: Path) -> None:
    assert check_golden(session, golden) == (2, pytest.approx(0.0, abs=1e-6))


@pytest.mark.parametrize("change", [0.01, -5.0, 1e9])
def test_a_different_answer_is_refused(session: Session, golden: Path, change: float) -> None:
    record = json.loads(golden.read_text())
    record[1]["logits"][2] += change
    golden.write_text(json.dumps(record))
    with pytest.raises(IntegrityError, match="golden crop 1 differently"):
        check_golden(session, golden)


def test_an_answer_that_is_not_a_number_is_refused(session: Session, golden: Path) -> None:
    class Broken:
        card = session.card

        def run(self, chips: object, extent_m: object) -> object:
            scores = session.run(chips, extent_m)  # type: ignore[arg-type]
            if extent_m[0] == 0:  # type: ignore[index]  # the second crop only
                scores.logits[:] = float("nan")
            return scores

    with pytest.raises(IntegrityError):
        check_golden(Broken(), golden)  # type: ignore[arg-type]


def test_golden_outputs_without_crops_are_an_error(session: Session, golden: Path) -> None:
    golden.write_text("[]")
    with pytest.raises(ModelError, match="contain no crop"):
        check_golden(session, golden)


def test_another_number_of_classes_is_refused(session: Session, golden: Path) -> None:
    record = json.loads(golden.read_text())
    record[0]["logits"].append(0.0)
    golden.write_text(json.dumps(record))
    with pytest.raises(IntegrityError):
        check_golden(session, golden)


def test_a_missing_or_damaged_file_is_an_error(session: Session, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no golden outputs"):
        check_golden(session, tmp_path / "golden.json")
    (tmp_path / "golden.json").write_text("[{}]")
    with pytest.raises(ModelError, match="cannot be read"):
        check_golden(session, tmp_path / "golden.json")
    (tmp_path / "golden.json").write_text('[{"image": "bm90IGFuIGltYWdl", "gsd_m": null, "logits": [0]}]')
    with pytest.raises(ModelError, match="cannot be read"):
        check_golden(session, tmp_path / "golden.json")
