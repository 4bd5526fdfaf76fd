"""The page as a file: what it says, what it may do, how large it is. How it behaves is in `test_in_a_browser.py`."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.output.test_writers import FULL
from vehicle_id import Result, Writers, read_rows
from vehicle_id.report.options import ReportOptions
from vehicle_id.report.page import NO_CREDIT, ReportWriter
from vehicle_id.results import COLUMNS, Status


def page(folder: Path, rows: list[Result], **options: Any) -> str:
    out = folder / "r.html"
    with Writers([out], report=ReportOptions(isolate=False, **options)) as writers:
        for row in rows:
            writers.write(row)
    return out.read_text(encoding="utf-8")


def crops(folder: Path, num: int, *, side: int) -> list[Result]:
    """Crops like real ones: each a smooth picture with an answer of usual length."""
    rng, rows = np.random.default_rng(0), []
    for number in range(num):
        coarse = Image.fromarray(rng.integers(0, 256, (side // 6, side // 6, 3)).astype(np.uint8))
        path = folder / f"crop_{number:05}.jpg"
        coarse.resize((side, side), Image.Resampling.BICUBIC).save(path, quality=90)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        row = replace(FULL, path=str(path), sha256=sha256, width_px=side, height_px=side, gsd_m=0.3)
        rows.append(replace(row, top=row.top * 2 + row.top[:1], model_sha256="cd" * 32))
    return rows


def test_the_policy_allows_the_script_and_the_style_by_hash_and_nothing_else(tmp_path: Path) -> None:
    text = page(tmp_path, [FULL])
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    elements = [
        *re.findall(r"<style>(.*?)</style>", text, re.DOTALL),
        *re.findall(r"<script>(.*?)</script>", text, re.DOTALL),
    ]
    style, script = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in elements]
    assert policy == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{style}'; script-src 'sha256-{script}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)


def test_the_summary_comes_first_and_says_what_is_not_known(tmp_path: Path) -> None:
    rows = [
        *[Result(path="a.png", label="car", family="light_vehicle", level="class", score=0.9, date="2024-05-01")] * 3,
        Result(path="b.png", label="vehicle", level="kind", score=0.8, flags=("gsd_unknown",), date="2024-06-01"),
        Result(path="c.png", label="unknown"),
        *(Result(path=f"{status}.png", status=status) for status in (Status.EMPTY, Status.CORRUPT, Status.CORRUPT)),
    ]
    text = page(tmp_path, rows)
    assert text.index('id="summary"') < text.index('id="sheet"')
    assert "8 crops: 4 named, 1 unknown, 3 without an answer." in text
    assert "about 0.5 of these 4 names are wrong" in text
    assert (
        "Not known: 1 crop named by a group alone, since no class was sure enough; 1 crop unknown, "
        "since no class fits or none is sure enough; 1 crop without a size, since the metres of a pixel are not known; "
        "2 crops without an answer (corrupt); 1 crop without an answer (empty)."
    ) in text


def test_two_models_of_one_name_are_told_apart(tmp_path: Path) -> None:
    other = replace(FULL, model_sha256="ef" * 32)
    text = page(tmp_path, [FULL, other, FULL])
    assert f"Answered by 2 models named {FULL.model}." in text
    assert f"{FULL.model_sha256}, {other.model_sha256}" in text
    assert f"Answered by {FULL.model}." in page(tmp_path, [FULL, FULL])


def test_without_credit_and_licence_the_page_carries_a_mark(tmp_path: Path) -> None:
    assert NO_CREDIT in page(tmp_path, [FULL])
    assert NO_CREDIT in page(tmp_path, [FULL], credit="PDOK")
    text = page(tmp_path, [FULL], credit="PDOK <2024>", licence="CC BY 4.0")
    assert NO_CREDIT not in text and "Imagery: PDOK &lt;2024&gt;. Licence: CC BY 4.0." in text


def test_a_crop_without_a_picture_is_named_and_counted(tmp_path: Path) -> None:
    text = page(tmp_path, [FULL, replace(FULL, path="b.png")])
    assert "2 crops without a picture: the crop is not at its path (2)." in text
    assert "<i>b.png</i>" in text and "<img" not in text
    assert "without a picture" not in page(tmp_path, [FULL], pictures=False)


def test_two_hundred_crops_take_under_a_megabyte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """5,000 bytes a crop beyond the page itself, also for crops that are larger than their pictures."""
    monkeypatch.chdir(tmp_path)
    empty = len(page(tmp_path, []))
    text = page(tmp_path, crops(Path(), 20, side=240))
    assert text.count("<img") == 20
    assert (len(text.encode()) - empty) / 20 < 4900 and empty < 50_000


def test_what_is_stated_and_the_last_hash_are_in_the_page(tmp_path: Path) -> None:
    text = page(tmp_path, [FULL], title="A <b>border</b> station", facts={"command": "vehicle-id classify x"})
    [row] = read_rows(tmp_path / "r.html")
    assert "<title>A &lt;b&gt;border&lt;/b&gt; station</title>" in text
    assert f"<td>{row['chain']}</td>" in text and "<td>vehicle-id classify x</td>" in text


def test_a_report_leaves_nothing_beside_it(tmp_path: Path) -> None:
    page(tmp_path, [FULL])
    with pytest.raises(RuntimeError), Writers([tmp_path / "other.html"]) as writers:
        writers.write(FULL)
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["r.html"]


def test_a_browser_keeps_the_reviews_of_reports_without_a_chain_apart(tmp_path: Path) -> None:
    """As of rows that another program wrote: the marks of one report would stand on the crops of another."""

    def run_of(*paths: str) -> str:
        out = io.BytesIO()
        writer = ReportWriter(out, options=ReportOptions(isolate=False), columns=tuple(COLUMNS), folder=tmp_path)
        for path in paths:
            writer.write({**FULL.to_dict(), "path": path})
        writer.finish()
        [about] = re.findall(r'id="about">(.*?)</script>', out.getvalue().decode())
        run: str = json.loads(about)["run"]
        return run

    assert run_of("a.png", "b.png") == run_of("a.png", "b.png") != run_of("b.png", "a.png")


def test_the_page_of_an_older_version_is_still_read(tmp_path: Path) -> None:
    out, record = tmp_path / "old.html", {**FULL.to_dict(), "chain": "ab"}
    cells = "<td>a</td><td>car</td><td>0.90</td><td></td><td></td>"
    whole = html.escape(json.dumps(record, ensure_ascii=True))
    out.write_text(
        "<!doctype html>\n<table><tr><th>crop</th><th>answer</th></tr>\n"
        f"<tr>{cells}<td><details><summary>record</summary><pre>{whole}</pre></details></td></tr>\n"
        "</table>\n<p>1 crops</p>\n"
    )
    assert list(read_rows(out)) == [record]
