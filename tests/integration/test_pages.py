"""The figures and sample outputs of the docs are of the default model, and are what was measured and printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from training.pages import __main__ as pages
from training.pages.blocks import BLOCKS, ROOT, Block, read_record, rounded
from training.pages.data import Data, MissingDataError
from training.pages.marks import read_block
from training.pages.measurements import MEASUREMENTS, Place
from training.pages.outputs import OUTPUTS, Output
from vehicle_id.model import hub

DEFAULT = hub.read_index()[0].default
AGAIN = "run `python -m training.pages --resume`, which measures the figures of the docs with the default model"
OF_BLOCKS = [pytest.param(block, id=f"{block.page}: {block.name}") for block in BLOCKS]


@pytest.mark.parametrize("block", OF_BLOCKS)
def test_the_figures_are_of_the_default_model(block: Block) -> None:
    assert block.models(read_record()) == {DEFAULT}, AGAIN


@pytest.mark.parametrize("block", OF_BLOCKS)
def test_the_page_says_what_was_measured_and_with_which_model(block: Block) -> None:
    found = read_block(ROOT / block.page, block.name)
    assert found == block.shown(read_record()), "run `python -m training.pages --docs`"
    assert DEFAULT in found


@pytest.mark.parametrize("output", [pytest.param(each, id=f"{each.page}: {each.begins}") for each in OUTPUTS])
def test_the_page_shows_what_the_command_prints(output: Output) -> None:
    """Words and names; digits may differ in the last place between processors."""
    if "scenes" in output.page:
        pytest.importorskip("rasterio")
    assert masked(output.shown()) == masked(output.printed()), "run `make docs-outputs`"


def masked(text: str) -> list[str]:
    """Lines without digits, widths of columns, and the second-best guesses of a rolled-up answer."""
    lines = re.sub(r"(rolled up to \w+) .*", r"\1", text.replace(DEFAULT, "MODEL")).splitlines()
    return [" ".join(re.sub(r"[\d.,]+", "#", line).split()) for line in lines]


def test_every_measurement_is_shown_and_every_mark_in_a_page_is_known() -> None:
    assert {name for block in BLOCKS for name in block.measurements} == {*MEASUREMENTS}
    written = {"docs/speed.md": {"classify", "measured"}, "docs/training.md": {"peers"}}  # by benchmarks
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        path = page.relative_to(ROOT).as_posix()
        known = {block.name for block in BLOCKS if block.page == path} | written.get(path, set())
        assert {*re.findall(r"<!-- ([\w ]+): begin -->", page.read_text())} == known, path


BLOCK = Block(page="page.md", name="one", measurements=("a", "b"), text=lambda model, of: f"{model} {of['a']['x']}")
A, B = ({"model": "m-1", "measured": "2026-01-01", "figures": {"x": x}} for x in (1, 2))


def test_only_what_stands_between_the_marks_is_written(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- one: begin -->\nold\n<!-- one: end -->\nafter\n")
    BLOCK.write({"a": A, "b": B}, tmp_path)
    assert page.read_text() == "before\n<!-- one: begin -->\n\nm-1 1\n\n<!-- one: end -->\nafter\n"
    BLOCK.write({"a": A, "b": B}, tmp_path)
    assert page.read_text() == "before\n<!-- one: begin -->\n\nm-1 1\n\n<!-- one: end -->\nafter\n"
    page.write_text("no marks")
    with pytest.raises(ValueError, match=r"page\.md does not hold the marks of one once"):
        BLOCK.write({"a": A, "b": B}, tmp_path)


def test_figures_of_two_models_are_not_mixed() -> None:
    with pytest.raises(ValueError, match=r"measured with m-1, m-2; measure again"):
        BLOCK.shown({"a": A, "b": {**B, "model": "m-2"}})


def test_a_page_without_its_data_is_left_as_it_is_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept: dict[str, object] = {}
    monkeypatch.setattr(pages, "read_record", lambda: kept)
    monkeypatch.setattr(pages, "write_record", kept.update)
    place = Place(model=DEFAULT, work=tmp_path / "data", shared=tmp_path / "shared")
    pages.measure(place, {"false alarms", "card"}, resume=False)
    said = capsys.readouterr().err
    assert "false alarms: left as it is: " in said and "shared/ucmerced, which it is made of" in said
    assert {*kept} == {"card"}
    pages.measure(place, {"card"}, resume=True)
    assert capsys.readouterr().err == ""


def test_crops_that_are_there_are_not_made_again(tmp_path: Path) -> None:
    crops = Data(name="crops", module="none_such", source="none")
    with pytest.raises(MissingDataError, match=r"crops/manifest\.csv is missing"):
        crops.folder(tmp_path, tmp_path)
    (tmp_path / "crops").mkdir()
    (tmp_path / "crops" / "manifest.csv").touch()
    assert crops.folder(tmp_path, tmp_path) == tmp_path / "crops"
    failing = Data(name="others", module="none_such")
    with pytest.raises(MissingDataError, match="could not be made: python -m none_such --out"):
        failing.folder(tmp_path, tmp_path)


def test_the_record_keeps_five_decimals() -> None:
    assert rounded({"a": [0.1234567, 3], "b": {"c": (1.0, None)}}) == {"a": [0.12346, 3], "b": {"c": [1.0, None]}}
