"""docs/speed.md: its figures are those of the record, and the record is as old as the code whose speed it states."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from training.pages.marks import read_block
from vehicle_id.model import hub

ROOT = Path(__file__).parents[2]
RECORD = ROOT / "benchmarks" / "speed.json"
AGAIN = "run `python benchmarks/speed.py FOLDER --docs` on a quiet machine, or move what is no longer measured"


@pytest.fixture
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> tuple[ModuleType, ModuleType]:
    """The scripts `speed` and `measured_code`."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import measured_code
    import speed

    return speed, measured_code


def test_the_figures_are_of_the_code_as_it_is(benchmarks: tuple[ModuleType, ModuleType]) -> None:
    _, measured_code = benchmarks
    assert json.loads(RECORD.read_text())["code"] == measured_code.digest(), AGAIN


def test_the_page_says_what_the_record_says(benchmarks: tuple[ModuleType, ModuleType]) -> None:
    speed, _ = benchmarks
    found = read_block(speed.PAGE, speed.BLOCK)
    assert found == speed.block(json.loads(RECORD.read_text())), "run `python benchmarks/speed.py --docs`"


@pytest.mark.parametrize(("load", "is_told"), [(0.1, False), (7.0, True)])
def test_the_page_says_that_other_work_shared_the_machine(
    benchmarks: tuple[ModuleType, ModuleType], load: float, is_told: bool
) -> None:
    speed, _ = benchmarks
    assert ("Other work shared" in speed.block({**json.loads(RECORD.read_text()), "load_before": load})) == is_told


SOURCE = '''"""A module."""

import os
NUM = 1
"""A constant."""


class A:
    """A class."""

    def one(self):
        # a comment
        return NUM

    def other(self):
        return 2
'''


def test_texts_comments_and_blank_lines_are_no_code(benchmarks: tuple[ModuleType, ModuleType]) -> None:
    _, measured_code = benchmarks
    assert measured_code.code_of(SOURCE, "A.one") == ["    def one(self):", "        return NUM"]
    code = measured_code.code_of(SOURCE)
    assert code[:3] == ["import os", "NUM = 1", "class A:"] and len(code) == 7
    with pytest.raises(KeyError):
        measured_code.code_of(SOURCE, "A.third")


def test_a_change_of_the_measured_code_or_the_default_model_is_seen(
    benchmarks: tuple[ModuleType, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, measured_code = benchmarks
    monkeypatch.setattr(measured_code, "ROOT", tmp_path)
    monkeypatch.setattr(measured_code, "MEASURED", {"a.py": ("A.one",)})
    index = {"default": "m", "models": {"m": {"sha256": "ab"}, "n": {"sha256": "cd"}}}
    (tmp_path / "models").mkdir()
    found = set()
    for source, default in [
        (SOURCE, "m"),
        (SOURCE.replace("# a comment", ""), "m"),
        (SOURCE.replace("return 2", "return 3"), "m"),
        (SOURCE.replace("return NUM", "return -NUM"), "m"),
        (SOURCE, "n"),
    ]:
        (tmp_path / "models" / "index.json").write_text(json.dumps({**index, "default": default}))
        (tmp_path / "a.py").write_text(source)
        found.add(measured_code.digest())
    assert len(found) == 3


def test_the_loop_answers_every_crop(benchmarks: tuple[ModuleType, ModuleType]) -> None:
    speed, _ = benchmarks
    model = hub.load().path
    crops = sorted((ROOT / "examples" / "crops").glob("*.jpg"))[:3]
    with speed.linked(crops, 5) as folder:
        for views in ("1", "4"):
            _, printed = speed.cost_of(
                [sys.executable, speed.HERE / "plain_loop.py", model, folder, "--views", views, "--threads", "1"]
            )
            assert printed == "5\n"
