"""The page of the card: the results of each class come from the right measurement."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PIL import Image

from tests.conftest import TINY, plain
from vehicle_id import Classifier, Crop
from vehicle_id.evaluation.evaluate import evaluate
from vehicle_id.export.model_card import render_card
from vehicle_id.model.card import Counts


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """Keeps every class."""
    return Classifier(TINY, top_k=9)


@pytest.fixture
def page(classifier: Classifier, tmp_path: Path) -> str:
    """Four rendered crops of which one car is missed, three real ones with coarser labels, and one of another class."""
    for colour in ("red", "blue", "green", "black"):
        Image.fromarray(plain(colour)).save(tmp_path / f"{colour}.png")

    def crop(colour: str, label: str, origin: str | None, **known: float) -> Crop:
        return Crop(path=tmp_path / f"{colour}.png", label=label, origin=origin, **known)  # type: ignore[arg-type]

    rendered = [
        crop("red", "car", "rendered", gsd_m=0.4, length_m=5.0),
        crop("green", "car", "rendered"),
        crop("blue", "bus", "rendered", gsd_m=1.0, length_m=10.0),
        crop("green", "ground", "rendered"),
    ]
    real = [
        crop("red", "car", None, gsd_m=0.4),
        crop("blue", "light", None, gsd_m=1.0),
        crop("blue", "coach", None, gsd_m=1.0),
        crop("black", "boat", None),
    ]
    measured = {
        "renders": {"command": "vehicle-id evaluate renders", **evaluate(classifier, rendered).measures()},
        "real ones": evaluate(classifier, real, mapping={"coach": ("bus",), "boat": ("unknown",)}).measures(),
    }
    return render_card(classifier.card, measured)


def row(page: str, label: str) -> list[str]:
    """Cells of a class in the first table."""
    table = page.split("## Classes")[1].split("\n## ")[0]
    line = next(line for line in table.splitlines() if line.startswith(f"| {label} |"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_class_has_its_training_crops_and_test_results(page: str) -> None:
    # parents | renders, meshes, real in training | renders tested, precision, recall, length error | meshes | real
    assert row(page, "car") == [
        "car",
        "light, vehicle",
        "0",
        "0",
        "3",
        "2",
        "1.000",
        "0.500",
        "20.0%",
        "0",
        "-",
        "-",
        "1",
        "1.000",
        "1.000",
    ]
    assert row(page, "ground")[5:9] == ["1", "0.500", "1.000", "-"]


def test_a_real_label_of_another_name_counts_where_it_means_exactly_the_class(page: str) -> None:
    assert row(page, "bus")[12:] == ["1", "0.500", "1.000"]  # the light one was called a bus too
    assert row(page, "van")[12:] == ["0", "-", "-"]  # `light` contains more than vans
    assert "Classes without a real test crop: van, ground." in page


def test_every_measurement_has_its_tables(page: str) -> None:
    renders, real = (part.split("\n## ")[0] for part in page.split("## Measured: ")[1:])
    assert "`vehicle-id evaluate renders`" in renders and "4 rendered crops." in renders
    assert "| car | 2 | 1.000 | 0.500 | 0.667 | car 1, ground 1 |" in renders
    assert "By family: accuracy 0.750" in renders and "| light | 2 | 1.000 | 0.500 |" in renders
    assert "accuracy 0.750 (0.25 to 1.00), macro-F1" in renders
    assert "In brackets: 95 % intervals by bootstrap over 4 crops." in renders
    assert "Median length error 10.0% (0.0% to 20.0%); 50.0% (0.0% to 100.0%) of 2 true lengths are inside" in renders
    assert "3 real crops." in real
    assert "The crops state no true length. Median measured length in metres: light 10.0, car 4.0, coach 10.0." in real
    assert "| boat | 1 | 1.000 | unknown 1 |" in real


def test_training_crops_with_a_coarser_label_are_counted(classifier: Classifier) -> None:
    counts = {**classifier.card.counts, "light": Counts(real_train=5, real_val=2), "vehicle": Counts(real_test=3)}
    page = render_card(msgspec.structs.replace(classifier.card, counts=counts), {})
    assert "with a label that covers several classes: light 0 renders, 7 real crops." in page
    assert "covers several classes" not in render_card(classifier.card, {})


def test_without_measurements_the_test_split_is_counted(classifier: Classifier) -> None:
    page = render_card(classifier.card, {})
    assert row(page, "car")[2:] == ["0", "0", "3", "2", "-", "-", "-", "0", "-", "-", "0", "-", "-"]
    assert "Classes without a real test crop: car, van, bus, ground." in page
    assert "## Measured" not in page


def test_where_no_crop_has_a_size_the_card_has_no_intervals_of_sizes(
    page: str, classifier: Classifier, tmp_path: Path
) -> None:
    assert "Size intervals in standard deviations" in page
    measured = evaluate(classifier, [Crop(path=tmp_path / "red.png", label="car")]).measures()
    assert "Size intervals" not in render_card(classifier.card, {"crops of radar": measured})


def test_factors_of_the_prior_are_on_the_card(classifier: Classifier) -> None:
    decision = msgspec.structs.replace(classifier.card.decision, relative_prior={"car": 2.0, "bus": 0.5})
    page = render_card(msgspec.structs.replace(classifier.card, decision=decision), {})
    assert "- Factors of the prior: car 2, bus 0.5; of all other nodes 1." in page
    assert "Factors of the prior" not in render_card(classifier.card, {})


def test_shifts_of_sizes_are_on_the_card(classifier: Classifier) -> None:
    decision = msgspec.structs.replace(classifier.card.decision, size_shift={"car": 0.25, "bus": -0.25})
    page = render_card(msgspec.structs.replace(classifier.card, decision=decision), {})
    assert "only size distinguishes: car +0.25, bus -0.25." in page
    assert "only size distinguishes" not in render_card(classifier.card, {})
