"""Faults planted in a set of labelled crops are found, and none where there is none."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.dataset.planted import clean, encoded, faulty, picture
from tests.fixtures.scenes import write_scene
from vehicle_id import Classifier
from vehicle_id.catalogue import load_catalogue
from vehicle_id.dataset.check import DatasetReport, check_dataset
from vehicle_id.dataset.faults import Fault, FaultKind
from vehicle_id.errors import InputError, ManifestError

TREE = load_catalogue().sized_taxonomy()
OF_THE_SET = {
    FaultKind.FEW_CROPS,
    FaultKind.FEW_VALIDATION,
    FaultKind.NO_BACKGROUND,
    FaultKind.NO_GROUPS,
    FaultKind.ONE_CLASS,
}


def found(report: DatasetReport, kind: FaultKind) -> set[frozenset[str]]:
    return {frozenset(path.name for path in fault.paths) for fault in report.faults if fault.kind is kind}


def test_a_sound_set_has_no_fault(tmp_path: Path) -> None:
    report = check_dataset(clean(tmp_path).write(), tree=TREE)
    assert [fault.message for fault in report.faults] == []
    assert len(report.pictures) == 48 and not report.has_errors


def test_all_planted_faults_are_found_and_no_other(tmp_path: Path) -> None:
    planted = faulty(tmp_path)
    report = check_dataset(planted.write(), tree=TREE)
    assert sum(map(len, planted.faults.values())) == 40
    for kind in set(FaultKind) - OF_THE_SET - {FaultKind.SUSPECT_LABEL}:
        assert found(report, kind) == set(planted.faults.get(kind.value, [])), kind
    few = [fault.message for fault in report.faults if fault.kind is FaultKind.FEW_CROPS]
    assert few == ["grader has 2, fewer than 5"]
    assert report.has_errors


def test_wrong_labels_are_given_the_nearest_names(tmp_path: Path) -> None:
    report = check_dataset(faulty(tmp_path).write(), tree=TREE)
    [message] = [fault.message for fault in report.faults if "buss" in fault.message]  # and no word on its few crops
    assert message.startswith("'buss' is not a class: nearest are bus")
    assert {fault.relabel for fault in report.faults if fault.kind is FaultKind.SPELLING} == {"car", "rigid_truck"}


def test_a_coarser_label_of_the_same_picture_is_no_contradiction(tmp_path: Path) -> None:
    planted = clean(tmp_path)
    planted.add("coarser.png", encoded(picture(0)), "light_vehicle")
    report = check_dataset(planted.write(), tree=TREE)
    assert found(report, FaultKind.CONTRADICTION) == set()
    assert found(report, FaultKind.DUPLICATE) == {frozenset({"clean00.png", "coarser.png"})}


@pytest.mark.parametrize(
    ("labels", "expected"),
    [(["car", "bus"], {FaultKind.NO_BACKGROUND}), (["car"], {FaultKind.ONE_CLASS}), (["car", "none"], set())],
)
def test_a_set_without_crops_that_show_no_vehicle(tmp_path: Path, labels: list[str], expected: set[FaultKind]) -> None:
    for label in labels:
        (tmp_path / label).mkdir()
        for each in range(6):
            (tmp_path / label / f"{each}.png").write_bytes(encoded(picture(100 * labels.index(label) + each)))
    report = check_dataset(tmp_path)
    assert {fault.kind for fault in report.faults} == expected | {FaultKind.NO_GROUPS}


def test_classes_with_few_crops_to_validate_on(tmp_path: Path) -> None:
    planted = clean(tmp_path)
    for row in planted.rows:
        if row["label"] == "bus":
            row["split"] = "train"
    report = check_dataset(planted.write(), tree=TREE)
    assert [fault.message for fault in report.faults] == ["bus has 0 of 12 in 'val', fewer than 5"]


def test_flat_pictures_are_not_compared(tmp_path: Path) -> None:
    planted = clean(tmp_path)
    for number, grey in enumerate((100, 101)):
        planted.add(f"flat{number}.png", encoded(picture(0).convert("L").point([grey] * 256)), "ground")
    assert check_dataset(planted.write(), tree=TREE).faults == ()


def test_the_report_is_plain_values(tmp_path: Path) -> None:
    record = json.loads(json.dumps(check_dataset(faulty(tmp_path).write(), tree=TREE).to_dict()))
    assert record["num_crops"] > record["num_readable"] > 48
    assert record["short_side_px"]["median"] == 48 and record["gsd_m"]["lowest"] == 0.05
    assert record["classes"]["car"]["val"] >= 6
    assert {fault["severity"] for fault in record["faults"]} == {"error", "warning"}


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        ("path,label\n", ManifestError, "lists no crop"),
        ("path,label\ngone.png,car\n", InputError, "no labelled crop in .* can be read: .*gone.png"),
        ("name\na.png\n", ManifestError, "no column 'path'"),
        ("path,label,model_sha256\na.png,car,ab12\n", ManifestError, "holds the answers of a model"),
    ],
)
def test_nothing_to_check_is_said_in_a_sentence(
    tmp_path: Path, content: str, error: type[Exception], message: str
) -> None:
    (tmp_path / "manifest.csv").write_text(content)
    with pytest.raises(error, match=message):
        check_dataset(tmp_path / "manifest.csv")
    with pytest.raises(InputError, match="no labelled crops at"):
        check_dataset(tmp_path / "elsewhere")


def test_suspects_are_looked_for_in_the_bands_that_the_manifest_states(tmp_path: Path) -> None:
    """A TIFF of eight bands cannot be opened without them."""
    rows = ["path,label,bands"]
    for number in range(4):
        pixels = np.random.default_rng(number).integers(0, 255, (48, 48, 8), np.uint8)
        write_scene(tmp_path / f"{number}.tif", pixels, crs=None)
        rows.append(f'{number}.tif,{"car" if number % 2 else "bus"},"5,3,2"')
    (tmp_path / "manifest.csv").write_text("\n".join(rows))
    asked = []

    def looked_for(crops: object, embeddings: np.ndarray) -> list[Fault]:
        asked.append(embeddings)
        return []

    with pytest.MonkeyPatch.context() as patch, Classifier(threads=1) as classifier:
        patch.setattr("vehicle_id.dataset.check.suspect_labels", looked_for)
        check_dataset(tmp_path / "manifest.csv", classifier=classifier)
    assert np.isfinite(asked[0]).all()


def test_many_alike_pictures_are_one_fault(tmp_path: Path) -> None:
    planted = clean(tmp_path)
    for quality in (50, 70, 90):
        planted.add(f"q{quality}.jpg", encoded(picture(5), "JPEG", quality=quality), "bus")
    names = {"clean05.png", "q50.jpg", "q70.jpg", "q90.jpg"}
    assert found(check_dataset(planted.write(), tree=TREE), FaultKind.NEAR_DUPLICATE) == {frozenset(names)}


def test_thumbnails_do_not_depend_on_light() -> None:
    from vehicle_id.dataset.pictures import _thumbnail

    one = _thumbnail(picture(3))
    other = _thumbnail(picture(3).point([50 + value // 2 for value in range(256)] * 3))
    assert one is not None and other is not None
    assert float(np.dot(one, other)) > 0.999
