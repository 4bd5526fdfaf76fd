"""The report of a run: its files, its words, and that it never costs the run."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from tests.fixtures.labelled_crops import epochs
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.errors import OutputError
from vehicle_id.train.loop import Trainer, train
from vehicle_id.train.observers import Observer
from vehicle_id.train.recipe import Recipe
from vehicle_id.train.run_report import embedding, looks, plots, report
from vehicle_id.train.run_report.report import RunReport

PICTURES = {"curves.png", "confusion.png", "reliability.png", "embedding.png"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A short map, and no second model: each has tests of its own."""
    monkeypatch.setattr(embedding, "STEPS", 20)
    monkeypatch.setattr(looks, "_by_default_model", lambda crops: embedding.np.ones((len(crops), 3), "float32"))


def reported(crops: Path, recipe: Recipe, out: Path, *, resume: bool = False) -> tuple[RunReport, list[str]]:
    lines: list[str] = []
    watching = RunReport(crops, log=lines.append)
    train(crops, recipe, out, resume=resume, log=lambda _: None, observers=[watching])
    return watching, lines


class Tags(HTMLParser):
    """Collects tags, and checks that they are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags_of(page: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Tags()
    parser.feed(page)
    assert parser.open == []
    return parser.found


def test_a_run_leaves_pictures_and_one_page_with_all_of_them(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    watching, lines = reported(crops, epochs(recipe, 2), tmp_path / "run")
    assert watching.path == tmp_path / "run" / "report.html"
    assert {*PICTURES, "provenance.json", "history.csv", "report.html", "model_card.md"} <= {
        each.name for each in (tmp_path / "run").iterdir()
    }
    assert not [line for line in lines if "could not be made" in line]
    page = watching.path.read_text()
    tags = tags_of(page)
    addresses = [str(attributes["src"]) for tag, attributes in tags if tag == "img"]
    assert len(addresses) >= 4 and all(address.startswith("data:image/") for address in addresses)
    assert not {"script", "link", "iframe"} & {tag for tag, _ in tags}
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on") or name == "style"]
    assert "default-src 'none'; img-src data:; style-src 'sha256-" in page
    assert "<tr><th>car</th><td" in page and "Training of colours-0.2" in page and "by the weights of epoch" in page


def test_a_resumed_run_reports_every_epoch(
    crops: Path, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Trainer.train_epoch

    def killed(self: Trainer, epoch: int, observers: Sequence[Observer] = ()) -> float:
        if epoch == 1:
            raise KeyboardInterrupt
        return real(self, epoch, observers)

    monkeypatch.setattr(Trainer, "train_epoch", killed)
    with pytest.raises(KeyboardInterrupt):
        reported(crops, epochs(recipe, 3), tmp_path / "run")
    monkeypatch.setattr(Trainer, "train_epoch", real)
    watching, _ = reported(crops, epochs(recipe, 3), tmp_path / "run", resume=True)
    with (tmp_path / "run" / "history.csv").open(newline="") as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == ["1", "2", "3"]
    assert [row["epoch"] for row in watching.rows] == [1, 2, 3]
    assert "of 3." in (tmp_path / "run" / "report.html").read_text()
    sessions = json.loads((tmp_path / "run" / "provenance.json").read_text())["sessions"]
    assert [each["after_epoch"] for each in sessions] == [0, 1]


def test_a_picture_that_fails_is_a_warning_and_the_run_is_finished(
    crops: Path, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("no ink\x1b[31m <b>")

    monkeypatch.setattr(plots, "draw_confusion", fail)
    monkeypatch.setattr(looks, "embed", fail)
    watching, lines = reported(crops, recipe, tmp_path / "run")
    failures = [line for line in lines if "could not be made" in line]
    assert [line.split(" could")[0] for line in failures] == [
        "warning: the embeddings of the crops",
        "warning: confusion.png",
    ]
    assert "\x1b" not in failures[0] and failures[0].endswith("the trained network is not affected")
    page = (tmp_path / "run" / "report.html").read_text()
    assert "confusion.png could not be made: no ink\\x1b[31m &lt;b&gt;" in page and "data:image/png" in page
    assert watching.path is not None and (tmp_path / "run" / "calibration.json").exists()


def test_a_full_disk_after_the_training_is_a_warning(
    crops: Path, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OutputError(f"the output {path} cannot be written: No space left on device")

    monkeypatch.setattr(report, "write_whole", full)
    watching, lines = reported(crops, recipe, tmp_path / "run")
    assert watching.path is None and not (tmp_path / "run" / "report.html").exists()
    assert any(line.startswith("warning: report.html could not be made") and "No space" in line for line in lines)
    assert (tmp_path / "run" / "calibration.json").exists()


def test_names_of_strangers_stay_text_in_the_page_and_on_the_terminal(
    crops: Path, recipe: Recipe, tmp_path: Path
) -> None:
    folder = tmp_path / "<img src=x onerror=alert(1)>\x1b[31m"
    for number, crop in enumerate(read_labelled(crops)):
        target = folder / str(crop.label) / f"$\\frac{{{number}\u202e.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        # the label of every fourth crop is wrong, so that the page shows some
        source = list(read_labelled(crops))[(number + (number % 4 == 0)) % 72]
        Image.open(source.path).save(target)
    plain = Recipe(
        data=recipe.data, train=recipe.train, model=type(recipe.model)(**{
            **{name: getattr(recipe.model, name) for name in recipe.model.__struct_fields__}, "heads": ()
        })
    )  # fmt: skip
    _, lines = reported(folder, plain, tmp_path / "run")
    page = (tmp_path / "run" / "report.html").read_text()
    assert not [attributes for tag, attributes in tags_of(page) if attributes.get("src") == "x"]
    assert "&lt;img src=x onerror=alert(1)&gt;\\x1b[31m" in page
    assert "\x1b" not in page and "\u202e" not in page
    assert (tmp_path / "run" / "worst.png").exists()
    assert not [line for line in lines if "could not be made" in line or re.search("[\x1b\u202e]", line)]
