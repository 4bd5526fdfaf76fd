"""Hostile names through every format: read back exactly, no formula, no markup."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import TINY
from vehicle_id import Result, Writers, read_rows, verify_run
from vehicle_id.text import path_of

NUM = 10_000
SEED = 20261127
PIECES = (
    *("=cmd|' /C calc'!A0", '=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "＝1", "'=1", "''"),  # noqa: RUF001
    *("<script>alert(1)</script>", "<img src=x onerror=y>", "</pre></details></td></tr>", "&lt;", "]]>", "<!--", "`"),
    *("\n", "\r\n", "\x1b[31m", "\x07", "\x7f", "\u202egnp", "\u200b", "\u2028", "\ufeff", "\x85"),
    *("\udc80", "\udcff", "\udce9t\udce9", "%00", "%0A", "file:", "\\x00", "\\udcff", "\\", "..", "~", "$(id)", "`id`"),
    *(
        ",",
        ";",
        "|",
        '"',
        '""',
        "'",
        ":",
        "?",
        "*",
        " ",
        "  ",
        "é",
        "e\u0301",
        "漢字",
        "🚚",
        "A",
        "a",
        "CON",
        "nul",
        "-",
        "--out",
    ),
)
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")  # noqa: RUF001


def hostile_names() -> list[str]:
    """Different names, each of up to six pieces, and a few of 255 bytes."""
    rng, names = random.Random(SEED), dict[str, None]()
    while len(names) < NUM:
        name = "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 6)))
        if rng.random() < 0.01:
            name = (name * 60)[:80]
        if name not in (".", ".."):
            names[name + rng.choice((".png", ".JPG", ""))] = None
    return list(names)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet", ".html", ".geojson", ".gpkg"])
def test_hostile_names_are_read_back_exactly(tmp_path: Path, suffix: str) -> None:
    if suffix == ".parquet":
        pytest.importorskip("pyarrow")
    if suffix == ".gpkg":
        pytest.importorskip("pyogrio")
    names, out = hostile_names(), tmp_path / f"r{suffix}"
    with Writers([out]) as writers:
        for name in names:
            site = name.encode("utf-8", "replace").decode()
            writers.write(Result(path=name, label="car", score=0.5, reason=f"because {name!r}", site=site))
    rows = list(read_rows(out))
    assert [path_of(row["path"]) for row in rows] == names
    if suffix != ".html":
        assert [row["site"] for row in rows] == [name.encode("utf-8", "replace").decode() for name in names]
    if suffix == ".csv":
        _check_csv(out)
    if suffix == ".jsonl":
        lines = out.read_bytes().decode().split("\n")
        assert len(lines) == NUM + 1 and all(json.loads(line) for line in lines[:-1])
    if suffix == ".html":
        _check_html(out)


def _check_csv(out: Path) -> None:
    """No cell is a formula, also in spreadsheets where ; or a tab ends a cell."""
    text = out.read_bytes().decode()
    for separator in ",;\t|":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            for cell in row:
                number = re.fullmatch(r"-?[\d.]+(e-?\d+)?", cell)
                assert number or not FORMULA.match(cell), (separator, cell)


class _Page(HTMLParser):
    """The elements of the page and their attributes, and the number of crops."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[tuple[str, frozenset[str]]] = set()
        self.num_crops = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add((tag, frozenset(name for name, _ in attrs)))
        self.num_crops += tag == "li"


def _elements(page: str) -> _Page:
    found = _Page()
    found.feed(page)
    return found


def _check_html(out: Path) -> None:
    """The page has the same elements with the same attributes as one of harmless names, and a policy."""
    harmless = out.with_name("harmless.html")
    with Writers([harmless]) as writers:
        writers.write(Result(path="a.png", label="car", score=0.5, reason="because", site="here"))
    text = out.read_text(encoding="utf-8")
    page = _elements(text)
    assert page.elements == _elements(harmless.read_text(encoding="utf-8")).elements
    assert page.num_crops == NUM
    assert "default-src 'none'" in text


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse many of the names")
def test_files_of_hostile_names_are_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from vehicle_id.cli import app

    crops = tmp_path / "crops"
    crops.mkdir()
    buffer = io.BytesIO()
    Image.fromarray(np.full((20, 20, 3), (255, 0, 0), np.uint8)).save(buffer, "PNG")
    made = set()
    for name in (each for each in hostile_names()[:1500] if "/" not in each):
        whole = os.fsencode(name.replace("\0", ""))
        if len(whole) <= 255 and name.lower().endswith((".png", ".jpg")) and name[0] != ".":
            (crops / os.fsdecode(whole)).write_bytes(buffer.getvalue())
            made.add(str(crops / os.fsdecode(whole)))
    out = tmp_path / "r.csv"
    monkeypatch.setattr(sys, "argv", ["vehicle-id", "classify", str(crops), "--model", str(TINY), "--out", str(out)])
    with pytest.raises(SystemExit) as ended:
        app.main()
    assert not ended.value.code
    rows = list(read_rows(out))
    assert {path_of(row["path"]) for row in rows} == made and len(rows) == len(made) > 300
    assert {row["label"] for row in rows} == {"car"}


@pytest.mark.skipif(sys.platform != "linux", reason="locales of Linux")
@pytest.mark.parametrize("locale", [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}])
def test_outputs_with_accents_or_bytes_that_are_not_text_in_an_old_locale(
    tmp_path: Path, locale: dict[str, str]
) -> None:
    Image.fromarray(np.full((20, 20, 3), (255, 0, 0), np.uint8)).save(tmp_path / "ä.png")
    outs = [tmp_path / "ré.csv", tmp_path / os.fsdecode(b"r\xff.jsonl")]
    options = [option for out in outs for option in ("--out", str(out))]
    line = [sys.executable, "-m", "vehicle_id.cli", "classify", str(tmp_path), "--model", str(TINY), "--no-isolate"]
    ended = subprocess.run([*line, *options], env={**os.environ, **locale}, capture_output=True, check=False)
    assert ended.returncode == 0 and b"Traceback" not in ended.stderr, ended.stderr
    assert [verify_run(out).record.num_rows for out in outs] == [1, 1]
