"""The documentation site: it builds without a warning, and its reference names every command and every public name."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

import vehicle_id
from vehicle_id.cli.app import app

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` does."""
    for package in ("mkdocs", "material", "mkdocstrings"):
        pytest.importorskip(package)
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(out)]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    )
    assert ended.returncode == 0, ended.stderr
    return out


def test_every_page_is_in_the_navigation_and_built(site: Path) -> None:
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")} - {"index"}
    assert {name for name in pages if (site / name / "index.html").exists()} == pages
    listed = set(re.findall(r"([\w/]+)\.md", (ROOT / "mkdocs.yml").read_text()))
    assert pages <= listed


def test_the_reference_names_every_command_and_option(site: Path) -> None:
    page = (site / "reference" / "cli" / "index.html").read_text()
    commands = get_command(app).commands  # type: ignore[attr-defined]
    assert len(commands) > 8
    for name, command in commands.items():
        assert f"vehicle-id {name}" in page
        for option in command.params:
            assert all(spelling in page for spelling in option.opts if spelling.startswith("--")), (name, option.name)


@pytest.mark.parametrize("name", vehicle_id.__all__)
def test_the_reference_has_the_docstring_of_every_public_name(site: Path, name: str) -> None:
    page = (site / "reference" / "python" / "index.html").read_text()
    section = page.partition(f'<h2 id="{name.lower()}"')[2].partition("<h2")[0]
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", "", section)).split())
    summary = " ".join(getattr(vehicle_id, name).__doc__.partition("\n\n")[0].split())
    assert summary.replace("`", "") in text


def test_the_site_asks_no_stranger_for_anything(site: Path) -> None:
    """Scripts, styles, fonts and pictures are the site's own."""
    sources = re.compile(r"<(?:script|img|iframe|link rel=\"?stylesheet)[^>]+(?:src|href)=\"?([^\"\s>]+)")
    for page in site.rglob("*.html"):
        fetched = sources.findall(page.read_text())
        assert fetched and not [each for each in fetched if each.startswith(("http:", "https:", "//"))], page
