"""The report in a real browser: it makes no request, complains of nothing, filters, and keeps and saves a review."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import TINY
from tests.output.test_writers import FULL
from tests.report.browser import Browser, needs_browser
from tests.report.test_page import crops
from vehicle_id import Writers, read_manifest
from vehicle_id.model.occlusion import Occluder
from vehicle_id.model.session import Session
from vehicle_id.report.options import ReportOptions
from vehicle_id.results import Status

pytestmark = needs_browser
HOSTILE = "<img src=x onerror=alert(1)>'\"=1;--"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as browser:
        yield browser


@pytest.fixture
def report(tmp_path: Path, browser: Browser) -> Path:
    """Six crops with pictures, one that is gone, one that is unknown, and one with a hostile name; opened."""
    folder = tmp_path / "crops"
    folder.mkdir()
    rows = crops(folder, 6, side=36)
    kinds = [
        {"label": "car", "score": 0.99, "site": "pit"},
        {"label": "car", "score": 0.7},
        {"label": "bus", "family": "bus", "score": 0.8, "flags": ()},
        {"label": "rigid_hauler", "family": "haul_truck", "level": "group", "score": 0.6},
        {"label": "unknown", "family": None, "level": None, "score": None},
        {"label": None, "family": None, "score": None, "status": Status.CORRUPT, "size": None},
    ]
    rows = [replace(row, **kind) for row, kind in zip(rows, kinds, strict=True)]
    rows.append(replace(FULL, path=str(folder / HOSTILE), site=HOSTILE, reason=HOSTILE, label="van", score=0.5))
    with Writers([tmp_path / "r.html"], report=ReportOptions(isolate=False)) as writers:
        for row in rows:
            writers.write(row)
    browser.open(tmp_path / "r.html")
    return tmp_path / "r.html"


def shown(browser: Browser) -> list[str]:
    """Answers of the crops that are shown, in their order."""
    script = "[...document.querySelectorAll('#sheet li:not([hidden]) b')].map((each) => each.textContent)"
    return list(browser.run(script))


def set_field(browser: Browser, field: str, value: str) -> None:
    browser.run(
        f"(() => {{ const field = document.getElementById({field!r}); field.value = {value!r}; "
        "field.dispatchEvent(new Event('input', { bubbles: true })); })()"
    )


def text_of(browser: Browser, selector: str) -> str:
    return str(browser.run(f"document.querySelector({selector!r}).textContent"))


def click(browser: Browser, selector: str) -> None:
    browser.run(f"document.querySelector({selector!r}).click()")


def test_nothing_is_requested_and_nothing_complains(report: Path, browser: Browser) -> None:
    for number in range(1, 8):
        click(browser, f"#sheet li:nth-child({number})")
    browser.print(report.with_suffix(".pdf"))
    assert browser.complaints == [] and browser.requests == []
    assert report.with_suffix(".pdf").read_bytes().startswith(b"%PDF")


def test_the_policy_stops_what_does_not_belong(report: Path, browser: Browser, tmp_path: Path) -> None:
    """A page into which somebody wrote an element: it neither runs nor loads anything."""
    text = report.read_text().replace(
        "<main>", "<main><script>document.title = 'taken'</script><img src=//a.invalid/b>"
    )
    (tmp_path / "changed.html").write_text(text)
    browser.open(tmp_path / "changed.html")
    assert browser.run("document.title") != "taken"
    assert any("Content Security Policy" in each for each in browser.complaints)
    assert not [each for each in browser.requests if "a.invalid" in each]
    browser.complaints.clear()


def test_hostile_text_stays_text(report: Path, browser: Browser) -> None:
    click(browser, "#sheet li:nth-child(7)")
    assert HOSTILE in text_of(browser, "#detail")
    assert browser.run("document.querySelectorAll('#detail img, #sheet img[src=x]').length") == 0


def test_the_filters_show_what_they_say(report: Path, browser: Browser) -> None:
    every = ["car", "car", "bus", "rigid_hauler", "unknown", "corrupt", "van"]
    assert shown(browser) == every
    for field, value, wanted in (
        ("search", "PIT car", ["car"]),
        ("family", "haul_truck", ["rigid_hauler"]),
        ("label", "car", ["car", "car"]),
        ("kind", "group", ["rigid_hauler"]),
        ("kind", "unknown", ["unknown"]),
        ("kind", "failed", ["corrupt"]),
        ("kind", "class", ["car", "car", "bus", "van"]),
        ("kind", "flagged", ["car", "car", "rigid_hauler", "unknown", "corrupt", "van"]),
        ("least", "0.8", ["car", "bus"]),
        ("reviewed", "agree", []),
    ):
        set_field(browser, field, value)
        assert shown(browser) == wanted, (field, value)
        assert text_of(browser, "#shown") == f"{len(wanted)} of 7 crops"
        set_field(browser, field, "")
    assert shown(browser) == every


def test_the_sheet_is_sorted_by_confidence_and_size(report: Path, browser: Browser) -> None:
    set_field(browser, "sort", "low")
    assert shown(browser)[:3] == ["van", "rigid_hauler", "car"]
    set_field(browser, "sort", "high")
    assert shown(browser)[:3] == ["car", "bus", "car"]
    set_field(browser, "sort", "long")
    assert shown(browser)[-1] == "corrupt"
    click(browser, "#tools [type=reset]")
    browser.run("new Promise((done) => setTimeout(done, 50))")
    assert shown(browser)[:3] == ["car", "car", "bus"]


def test_a_chosen_crop_shows_both_pictures_and_what_the_row_says(report: Path, browser: Browser) -> None:
    click(browser, "#sheet li:nth-child(1)")
    names = browser.run("[...document.querySelectorAll('#detail svg')].map((each) => each.getAttribute('aria-label'))")
    assert [name.split()[0] for name in names] == ["annotated", "clean"]
    counts = "[...document.querySelectorAll('#detail svg')].map((each) => each.querySelectorAll('.box, .over').length)"
    assert browser.run(counts) == [3, 0]  # the box, the scale bar and the arrow to the north
    detail = text_of(browser, "#detail")
    for text in ("0.99 at level class", "van 0.05", "4.5 m (4.0 to 5.0), published 3.4 to 5.5 m", "grey, alpha", "pit"):
        assert text in detail


def test_keys_lead_through_the_crops(report: Path, browser: Browser) -> None:
    click(browser, "#sheet li:nth-child(1)")
    for key, wanted in (("ArrowRight", 2), ("End", 7), ("ArrowLeft", 6), ("Home", 1)):
        browser.press(key)
        chosen = browser.run("[...document.getElementById('sheet').children].indexOf(document.activeElement) + 1")
        assert chosen == wanted
    browser.press("Escape")
    assert browser.run("document.getElementById('detail').hidden")
    browser.press("/")
    assert browser.run("document.activeElement.id") == "search"


def review(browser: Browser) -> None:
    """Agree with the first crop, correct the second and the last, and call the third unusable."""
    set_field(browser, "reviewer", "A=B")
    click(browser, "#sheet li:nth-child(1)")
    browser.press("a")
    browser.press("ArrowRight")
    for number, label in ((2, "van"), (7, "launcher <8 axles>")):
        click(browser, f"#sheet li:nth-child({number})")
        browser.press("c")
        browser.run(f"document.getElementById('correction').value = {label!r}")
        browser.press("Enter")
    click(browser, "#sheet li:nth-child(3)")
    browser.press("u")


def test_a_review_is_kept_filtered_and_saved_as_a_manifest(report: Path, browser: Browser) -> None:
    review(browser)
    assert text_of(browser, "#progress") == "4 of 7 reviewed"
    set_field(browser, "reviewed", "correct")
    assert shown(browser) == ["car", "van"]
    browser.open(report)
    assert text_of(browser, "#progress") == "4 of 7 reviewed"
    click(browser, "#save")
    saved = browser.downloaded()
    manifest = report.parent / "crops" / "review.csv"
    manifest.write_bytes(saved.read_bytes())
    saved.unlink()
    rows = list(read_manifest(manifest))
    assert [row.label for row in rows] == ["car", "van", None, "launcher <8 axles>"]
    assert [row.extra["review"] for row in rows] == ["agree", "correct", "unusable", "correct"]
    assert [row.path.exists() for row in rows] == [True, True, True, False]
    assert rows[3].path == manifest.parent / HOSTILE and rows[0].site == "pit" and rows[0].gsd_m == 0.3
    assert rows[0].extra["answer"] == "car" and not any("=" in line for line in saved_cells(manifest))


def saved_cells(manifest: Path) -> list[str]:
    """Cells that a spreadsheet would take for a formula."""
    text = manifest.read_text(encoding="utf-8")
    return [cell for line in text.splitlines() for cell in line.split(",") if cell[:1] in "=+-@" and cell]


def test_without_initials_nothing_is_reviewed(report: Path, browser: Browser) -> None:
    set_field(browser, "reviewer", "")
    click(browser, "#sheet li:nth-child(1)")
    browser.press("a")
    assert text_of(browser, "#progress") == "State your initials first."
    assert browser.run("document.querySelectorAll('[data-review]').length") == 0


def test_a_blind_reviewer_sees_no_answer_before_naming_one(report: Path, browser: Browser) -> None:
    set_field(browser, "reviewer", "CD")
    click(browser, "#blind")
    click(browser, "#sheet li:nth-child(1)")
    assert "car" not in text_of(browser, "#detail").replace(text_of(browser, "#detail figcaption"), "")
    assert browser.run("document.querySelectorAll('#sheet b').length - [...document.querySelectorAll('#sheet b')]"
                       ".filter((each) => !each.checkVisibility()).length") == 0  # fmt: skip
    browser.press("a")  # nobody can agree with what is not shown
    assert text_of(browser, "#progress") == "0 of 7 reviewed"
    browser.run("document.getElementById('correction').value = 'car'")
    browser.run("document.getElementById('correction').focus()")
    browser.press("Enter")
    assert browser.run("document.querySelector('#sheet li').dataset.review") == "agree"
    assert "0.99 at level class" in text_of(browser, "#detail")


def test_a_review_that_came_with_the_rows_or_in_a_file_is_shown(tmp_path: Path, browser: Browser) -> None:
    own = {"review": "correct", "manifest_label": "van", "reviewer": "AB", "reviewed": "2026-11-29T07:00:00Z"}
    said = {"review": "agree", "label": "car", "reviewer": "CD", "reviewed": "", "blind": "yes"}
    rows = [replace(FULL, path=f"{name}.png", sha256=name, extra=own if name == "a" else {}) for name in "abc"]
    options = ReportOptions(isolate=False, reviews={"b": said})
    with Writers([tmp_path / "r.html"], report=options) as writers:
        for row in rows:
            writers.write(row)
    browser.open(tmp_path / "r.html")
    shown = browser.run("[...document.querySelectorAll('#sheet li')].map((each) => each.dataset.review ?? '')")
    assert shown == ["correct", "agree", ""]
    click(browser, "#sheet li")
    assert "Review: corrected to van by AB, 2026-11-29T07:00:00Z" in text_of(browser, "#detail")


def test_what_an_answer_rests_on_is_drawn(tmp_path: Path, browser: Browser) -> None:
    occluder = Occluder(Session(TINY.read_bytes()))
    row = replace(crops(tmp_path, 1, side=36)[0], label="car")
    with Writers([tmp_path / "r.html"], report=ReportOptions(isolate=False, occluder=occluder)) as writers:
        writers.write(row)
    browser.open(tmp_path / "r.html")
    click(browser, "#sheet li")
    assert browser.run("document.querySelectorAll('#detail .needed').length") == 64
    assert "the reddest part takes 0." in text_of(browser, "#detail figure:last-child")
    click(browser, "#blind")
    assert browser.run("document.querySelectorAll('#detail .needed').length") == 0
    assert browser.complaints == []


def test_two_thousand_crops_open_and_filter_fast(tmp_path: Path, browser: Browser) -> None:
    """Time of the page's thread on its processor, so that other work on the machine does not count."""
    some, out = crops(tmp_path, 20, side=90), tmp_path / "large.html"
    rows = [replace(some[number % 20], score=number / 2000, site=f"site {number % 7}") for number in range(2000)]
    with Writers([out], report=ReportOptions(isolate=False)) as writers:
        for row in rows:
            writers.write(row)
    assert out.stat().st_size < 10_000_000
    browser.open(out)
    assert browser.busy_s() < 2
    for field, value in (("search", "6.5"), ("least", "0.5"), ("family", "none"), ("search", ""), ("least", "")):
        before = browser.busy_s()
        set_field(browser, field, value)
        browser.run("document.body.offsetHeight")
        assert browser.busy_s() - before < 0.2, (field, value)  # 0.02 to 0.09 were measured
