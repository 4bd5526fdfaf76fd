"""The render commands of the documentation run, with fewer crops."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest

from vehicle_id.cli import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LINES = sorted(
    {
        line.replace("\\\n", "")
        for page in PAGES
        for line in re.findall(r"^vehicle-id render (?:.*\\\n)*.*$", page.read_text(), re.MULTILINE)
    }
)


def test_there_are_such_commands() -> None:
    assert len(LINES) >= 2


@pytest.mark.parametrize("line", LINES)
def test_documented_commands_render(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    few = re.sub(r"--num \d+", "--num 3", line)
    assert few != line
    monkeypatch.setattr(sys, "argv", shlex.split(few))
    with pytest.raises(SystemExit) as stop:
        app.main()
    assert stop.value.code == 0
    assert (tmp_path / "rendered" / "manifest.csv").read_text().count("\n") == 4
