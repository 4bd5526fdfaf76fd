"""Reviews: agreement counted by hand, kappa of a published table, and what a model is then measured on."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.test_cli import run
from tests.conftest import TINY, plain
from vehicle_id import InputError
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.evaluation.metrics import share_interval
from vehicle_id.evaluation.review import agreement, cohens_kappa, latest, lines_of, read_reviews, undisputed

__all__ = ["run"]
COLUMNS = ("path", "label", "gsd_m", "review", "reviewer", "reviewed", "blind", "answer", "crop_sha256")


def write(
    path: Path,
    rows: Iterable[tuple[str, str, str]],
    *,
    who: str = "AB",
    blind: str = "yes",
    hour: int = 7,
    answer: str = "car",
) -> Path:
    """A file as a report saves it, from name of the crop, label and review."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for name, label, review in rows:
            said = (review, who, f"2026-11-29T{hour:02}:00:00Z", blind)
            writer.writerow([f"{name}.png", label, "0.4", *said, answer, f"{name:0>64}"])
    return path


def test_kappa_of_cohens_example() -> None:
    """Two people on fifty applications: 20 yes and 15 no of both, 5 and 10 apart."""
    pairs = [("yes", "yes")] * 20 + [("no", "no")] * 15 + [("yes", "no")] * 5 + [("no", "yes")] * 10
    found = cohens_kappa(pairs)
    assert found is not None and found[0] == pytest.approx(0.4)
    assert found[1] == pytest.approx(0.4 - 1.96 * (0.7 * 0.3 / 50) ** 0.5 / 0.5) and found[2] == pytest.approx(
        0.654, abs=1e-3
    )


@pytest.mark.parametrize(
    ("pairs", "kappa"),
    [
        ([("car", "car")] * 9, None),
        ([("car", "bus"), ("bus", "car")], -1.0),
        ([("a", "a"), ("b", "b"), ("c", "c")], 1.0),
    ],
)
def test_kappa_at_its_limits(pairs: list[tuple[str, str]], kappa: float | None) -> None:
    found = cohens_kappa(pairs)
    assert found is None if kappa is None else found is not None and found[0] == pytest.approx(kappa)


def test_agreement_with_the_answers_leaves_the_unusable_out(tmp_path: Path) -> None:
    rows = [*(("abcdefghi"[n], "car", "agree") for n in range(8)), ("x", "van", "correct"), ("y", "", "unusable")]
    found = agreement(read_reviews(write(tmp_path / "r.csv", rows)))
    [person] = found["reviewers"].values()
    assert (person["agree"], person["correct"], person["unusable"], person["blind"]) == (8, 1, 1, 10)
    assert person["agreement"] == pytest.approx(8 / 9)
    assert person["agreement_interval"] == list(share_interval(8, 9)) == pytest.approx([0.5650, 0.9801], abs=1e-4)
    [line] = lines_of(found)
    counts = "reviewed by AB: 10 crops, 10 of them blind: 8 agreed, 1 corrected, 1 unusable"
    assert line == f"{counts}; agreement 0.889 (0.565 to 0.980)"


def test_two_people_are_compared_over_the_crops_of_both(tmp_path: Path) -> None:
    one = write(tmp_path / "1.csv", [("a", "car", "agree"), ("b", "van", "correct"), ("c", "", "unusable")])
    rows = [("a", "car", "agree"), ("b", "bus", "correct"), ("c", "", "unusable"), ("d", "car", "agree")]
    other = write(tmp_path / "2.csv", rows, who="CD", blind="no")
    reviews = [*read_reviews(one), *read_reviews(other)]
    [pair] = agreement(reviews)["pairs"]
    assert (pair["reviewers"], pair["num_crops"], pair["blind"]) == (["AB", "CD"], 3, 0)
    assert pair["agreement"] == pytest.approx(2 / 3) and pair["kappa"] == pytest.approx((2 / 3 - 2 / 9) / (1 - 2 / 9))
    crops, num_disputed = undisputed(reviews)
    assert [(crop.path.name, crop.label) for crop in crops] == [("a.png", "car"), ("d.png", "car")]
    assert num_disputed == 1


def test_people_who_reviewed_different_crops_are_not_compared(tmp_path: Path) -> None:
    one, other = (
        write(tmp_path / "1.csv", [("a", "car", "agree")]),
        write(tmp_path / "2.csv", [("b", "car", "agree")], who="CD"),
    )
    found = agreement([*read_reviews(one), *read_reviews(other)])
    assert list(lines_of(found))[-1] == "AB and CD reviewed no crop in common"


def test_of_a_page_that_was_saved_twice_the_last_word_on_each_answer_counts(tmp_path: Path) -> None:
    late = write(tmp_path / "late.csv", [("1", "bus", "correct"), ("2", "car", "agree")], hour=9)
    early = write(tmp_path / "early.csv", [("1", "car", "agree"), ("3", "van", "correct")])
    of_other_model = write(tmp_path / "other.csv", [("1", "bus", "agree")], hour=8, answer="bus")
    said = latest(each for path in (late, early, of_other_model) for each in read_reviews(path))
    assert [(each.crop.path.name, each.category, each.crop.extra["answer"]) for each in said] == [
        ("1.png", "bus", "car"), ("2.png", "car", "car"), ("3.png", "van", "car"), ("1.png", "bus", "bus")
    ]  # fmt: skip
    assert agreement(said)["reviewers"]["AB"]["num_crops"] == 4 and undisputed(said)[1] == 0


def test_a_manifest_or_a_folder_is_no_review(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("path,label\na.png,car\n")
    assert read_reviews(tmp_path / "m.csv") == [] == read_reviews(tmp_path)


def test_another_word_for_a_review_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has the review 'yes' of .*a.png: give one of agree, correct, unusable"):
        read_reviews(write(tmp_path / "r.csv", [("a", "car", "yes")]))


def test_what_was_reviewed_can_train_a_model_but_for_the_unusable(tmp_path: Path) -> None:
    rows = [("a", "car", "agree"), ("b", "van", "correct"), ("c", "", "unusable")]
    crops = list(read_labelled(write(tmp_path / "r.csv", rows)))
    assert [(crop.path.name, crop.label, crop.gsd_m) for crop in crops] == [
        ("a.png", "car", 0.4),
        ("b.png", "van", 0.4),
    ]


def save_crops(folder: Path) -> None:
    for name, colour in (("a", "red"), ("b", "blue"), ("c", "red")):
        Image.fromarray(plain(colour)).save(folder / f"{name}.png")


def test_evaluate_prints_the_agreement_and_measures_what_nobody_disputes(run, tmp_path: Path) -> None:
    save_crops(tmp_path)
    one = write(tmp_path / "1.csv", [("a", "car", "agree"), ("b", "bus", "correct"), ("c", "car", "agree")])
    other = write(tmp_path / "2.csv", [("a", "car", "agree"), ("c", "bus", "correct")], who="C\x1bD")
    ended = run("evaluate", one, other, "--model", TINY, "--out", tmp_path / "m.json")
    assert ended.code == 0, ended.err
    lines = ended.out.splitlines()
    assert (
        lines[0].startswith("reviewed by AB: 3 crops, 3 of them blind: 2 agreed, 1 corrected")
        and "\x1b" not in ended.out
    )
    assert "1 crop not measured, since the reviewers say different things of them" in lines
    assert "AB and C\\x1bD: 2 crops in common, both blind; same label 0.500" in ended.out
    record = json.loads((tmp_path / "m.json").read_text())
    assert record["num_crops"] == 2 and record["top1"]["accuracy"] == 1.0
    assert record["review"]["disputed"] == 1 and record["review"]["reviewers"]["AB"]["agree"] == 2


def test_a_review_without_a_usable_crop_has_its_agreement_alone(run, tmp_path: Path) -> None:
    save_crops(tmp_path)
    review = write(tmp_path / "1.csv", [("a", "", "unusable")])
    ended = run("evaluate", review, "--model", TINY, "--out", tmp_path / "m.json")
    assert (
        ended.code == 0 and ended.out == "reviewed by AB: 1 crop, 1 of them blind: 0 agreed, 0 corrected, 1 unusable\n"
    )
    assert json.loads((tmp_path / "m.json").read_text())["review"]["reviewers"]["AB"]["agreement"] is None
