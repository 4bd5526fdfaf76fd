"""The counts of a report: with dates and places, without them, with and without rates."""

from __future__ import annotations

from pathlib import Path

import pytest

from vehicle_id import Result, Writers
from vehicle_id.catalogue import load_catalogue
from vehicle_id.model import hub
from vehicle_id.model.opening import open_model
from vehicle_id.report.counts_section import CountsSection
from vehicle_id.report.of_model import with_model, with_model_of
from vehicle_id.report.options import ReportOptions
from vehicle_id.results import Record
from vehicle_id.taxonomy import published_taxonomy


def record(**values: object) -> Record:
    return Result(**{"label": "tank_car", "family": "rail_vehicle", "level": "class", "score": 0.9, **values}).to_dict()  # type: ignore[arg-type]


def section(records: list[Record], **options: object) -> str:
    found = CountsSection(options.get("taxonomy", published_taxonomy()), options.get("rates"))  # type: ignore[arg-type]
    for each in records:
        found.add(each)
    return found.html()


def test_wagons_that_are_more_than_usual_are_said_and_drawn() -> None:
    """A planted series: 73 after four dates of about 20."""
    dates = {"2024-01": 19, "2024-02": 21, "2024-03": 20, "2024-04": 18, "2024-05": 73}
    text = section([record(date=date, site="<pit>") for date, num in dates.items() for _ in range(num)])
    assert "2024-05: 73 answered rail_vehicle" in text and "more than the 4 earlier dates lead one to expect" in text
    assert "data:image/svg+xml;base64," in text and "No intervals" in text
    assert "<td>&lt;pit&gt;</td><td>2024-05</td><td>rail_vehicle</td><td class=num>73</td>" in text


def test_crops_without_a_date_are_no_date_of_a_series() -> None:
    dates = {None: 90, "2024-01": 19, "2024-02": 21, "2024-03": 20, "2024-04": 18}
    text = section([record(date=date, site="pit") for date, num in dates.items() for _ in range(num)])
    assert "<td>no date</td><td>rail_vehicle</td><td class=num>90</td>" in text and "<td class=num>no date</td>" in text
    assert "lead one to expect" not in text and text.count("too few earlier dates") == 3


def test_without_a_site_or_a_date_there_is_nothing_to_count_by() -> None:
    assert section([record(), record()]) == ""
    assert section([record(site="pit")], taxonomy=None) == ""
    assert "data:image" not in section([record(site="pit")])


def test_a_model_with_its_measures_gives_intervals() -> None:
    file = hub.load(None)
    taxonomy = open_model(file, provider="cpu").card.taxonomy()
    options = with_model(ReportOptions(), file, taxonomy)
    assert options.taxonomy is taxonomy and options.rates is not None
    text = section([record(site="pit")] * 9, taxonomy=taxonomy, rates=options.rates)
    assert "At least" in text and "No intervals" not in text
    answered = [{"model": hub.read_index()[0].default, "model_sha256": file.sha256}]
    assert with_model_of(ReportOptions(), answered).rates is not None


def test_too_many_groups_for_intervals_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    file = hub.load(None)
    taxonomy = open_model(file, provider="cpu").card.taxonomy()
    rates = with_model(ReportOptions(), file, taxonomy).rates
    monkeypatch.setattr("vehicle_id.report.counts_section.MOST_GROUPS_WITH_INTERVALS", 1)
    text = section([record(site="pit"), record(site="quay")], taxonomy=taxonomy, rates=rates)
    assert "No intervals: there are 2 groups, more than 1; vehicle-id count has them." in text


@pytest.mark.parametrize("model", ["none-such-1.0", "overhead-1.1", None])
def test_a_model_that_is_not_here_or_another_one_gives_no_counts(model: str | None) -> None:
    options = with_model_of(ReportOptions(), [record(model=model, model_sha256=None if model is None else "ab")])
    assert options.taxonomy is None


def test_a_report_holds_the_counts(tmp_path: Path) -> None:
    options = ReportOptions(pictures=False, taxonomy=load_catalogue().sized_taxonomy())
    with Writers([tmp_path / "r.html"], report=options) as writers:
        writers.write(
            Result(path="a.png", label="tank_car", family="rail_vehicle", level="class", score=0.9, site="yard")
        )
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert text.index('id="summary"') < text.index('id="counts"') < text.index('id="crops"')
    assert "<td>yard</td><td>rail_vehicle</td><td class=num>1</td>" in text
