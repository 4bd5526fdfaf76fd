"""Evidence and sizes in words: careful ones, and none that say what a vehicle is."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest

from vehicle_id import Catalogue, Result, Size, Vehicle
from vehicle_id.report.evidence import CropEvidence, Evidence
from vehicle_id.report.size_check import check_size, pooled_size
from vehicle_id.report.verdict import (
    BANDS,
    Weighed,
    base_rate_lines,
    for_and_against,
    ratio_text,
    size_line,
    verdict,
    would_decide,
)

A, B = "rigid_hauler_45t", "special_chassis_4_axles"
ROWS = Catalogue(
    [
        Vehicle(name="Dumper", classes=(A,), length_m=(8.0, 9.0), width_m=(4.0, 4.8), height_m=(4.0, 4.0)),
        Vehicle(
            name="Short chassis",
            classes=("special_chassis_4_axles_bare",),
            length_m=(9.9, 9.9),
            width_m=(3.1, 3.1),
            height_m=(3.0, 3.0),
        ),
        Vehicle(
            name="Long chassis",
            classes=("special_chassis_4_axles_loaded",),
            length_m=(13.0, 13.0),
            width_m=(3.1, 3.1),
            height_m=(3.0, 3.0),
        ),
    ]
)


def size(length: float, width: float, reach: float = 1.05) -> Size:
    return Size(
        length_m=length,
        length_low_m=length / reach,
        length_high_m=length * reach,
        width_m=width,
        width_low_m=width / reach,
        width_high_m=width * reach,
    )


def weighed(*log_ratios: float, measured: Size | None = None, share: float = 1.0, gsd_m: float | None = 0.1) -> Weighed:
    pooled = sum(log_ratios) / math.sqrt(max(1, len(log_ratios)))
    evidence = Evidence(
        first=A,
        second=B,
        crops=tuple(CropEvidence(path=f"{i}.png", log_ratio=each) for i, each in enumerate(log_ratios)),
        log_ratio=pooled,
        share=share if log_ratios else 0.0,
        other="tank" if log_ratios else None,
        other_share=1 - share,
    )
    checks = (check_size(A, measured, ROWS), check_size(B, measured, ROWS))
    results = tuple(Result(gsd_m=gsd_m, size=measured) for _ in log_ratios)
    return Weighed(evidence=evidence, results=results, size=measured, checks=checks)


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (2.9, f"the crops do not decide between {A} and {B}"),
        (3.1, f"slightly more consistent with {A} than with {B}"),
        (99, f"more consistent with {A} than with {B}"),
        (101, f"consistent with {A}; {B} is unlikely"),
    ],
)
def test_words_follow_the_ratio(ratio: float, words: str) -> None:
    assert verdict(weighed(math.log(ratio))) == words


def test_a_ratio_below_one_favours_the_second() -> None:
    assert verdict(weighed(-math.log(20))) == f"more consistent with {B} than with {A}"


def test_other_classes_that_are_likelier_come_first() -> None:
    said = verdict(weighed(math.log(500), share=0.2))
    assert said.startswith("other classes are likelier than both hypotheses: 0.80 of the probability, most of it tank")
    assert said.endswith(f"{B} is the less likely of the two")
    assert "less likely" not in verdict(weighed(math.log(5), share=0.2))
    assert would_decide(weighed(1.0, share=0.2)) == [
        "name tank as a hypothesis, and ask which of the two is likely at all"
    ]


def test_a_size_that_excludes_what_the_looks_favour_leaves_it_open() -> None:
    chassis = size(13, 3.1)
    said = verdict(weighed(math.log(500), measured=chassis))
    assert said == f"the crops do not decide: the looks favour {A}, and the measured size excludes it"
    assert verdict(weighed(math.log(500), measured=size(30, 3))).endswith(", and the other one too")
    assert not weighed(math.log(500), measured=chassis).is_clear


def test_no_crop_is_no_verdict() -> None:
    nothing = weighed()
    assert verdict(nothing) == "nothing can be said: every crop was left out"
    assert for_and_against(nothing) == ([], []) and would_decide(nothing) == []


def test_what_speaks_for_and_against_is_listed() -> None:
    speaks_for, against = for_and_against(weighed(3.0, 3.0, -0.5, measured=size(8.5, 4.4), share=0.8))
    assert speaks_for == [
        "looks: 2 of 3 crops, likelihood ratio 24 to 1",
        f"size: it excludes every vehicle of {B}, and leaves 1 of 1 vehicles",
    ]
    assert against == [f"looks: 1 of 3 crops speak for {B}", "other classes: 0.20 of the probability, tank 0.20"]
    _, against = for_and_against(weighed(3.0, measured=size(9.4, 3.4, reach=1.4)))
    assert against == [f"size: it also leaves 2 of 2 vehicles of {B}"]


def test_a_clear_case_asks_for_nothing() -> None:
    assert would_decide(weighed(math.log(150), measured=size(8.5, 4.4))) == []


def test_what_would_decide() -> None:
    """Published widths lie apart by 4.0 to 3.1 m: 14 % either way would tell; now it is 40 %."""
    wide = size(9.4, 3.4, reach=1.4)
    advice = would_decide(weighed(1.2, measured=wide, gsd_m=0.34))
    assert advice[0] == "a width known to 14% would exclude one of the two; it is now known to 40%"
    assert advice[1].startswith("a finer picture: the vehicle is 10 pixels wide, and tells half of what it would")
    assert advice[1].endswith("at 24 pixels, that is at 0.14 m per pixel")
    assert advice[2] == "15 crops in all that say as much as these, best of other dates and other pictures"
    unclear = would_decide(weighed(0.1, gsd_m=None))
    assert unclear[0].startswith("state the ground sample distance")
    assert unclear[-1].startswith("more crops of the same kind would not help")


def test_an_exact_scale_is_asked_for_where_it_would_be_enough() -> None:
    close = size(9.4, 3.5, reach=1.15)
    state = weighed(1.0, measured=close)
    assert would_decide(state)[0].endswith(
        "an exact ground sample distance (gsd_error in the manifest) would be enough"
    )
    known = replace(state, results=tuple(replace(each, gsd_error=0.01) for each in state.results))
    assert "exact" not in would_decide(known)[0]


def test_overlapping_sizes_cannot_decide() -> None:
    rows = Catalogue(
        [*ROWS.vehicles, replace(ROWS["Dumper"], name="Thin dumper", length_m=(8.0, 14.0), width_m=(2.5, 5.0))]
    )
    measured = size(9.4, 3.0)
    state = replace(
        weighed(1.0, measured=measured), checks=(check_size(A, measured, rows), check_size(B, measured, rows))
    )
    assert "size cannot decide: the published lengths and widths of the two overlap" in would_decide(state)


def test_base_rates_show_what_rare_vehicles_need() -> None:
    assert base_rate_lines(weighed(math.log(99)).evidence) == ["1 in 2: 0.99", "1 in 10: 0.92", "1 in 100: 0.50"]


@pytest.mark.parametrize(
    ("ratio", "text"), [(1.0, "1.0 to 1"), (5.234, "5.2 to 1"), (58.4, "58 to 1"), (1234.0, "1,200 to 1")]
)
def test_ratios_have_two_digits(ratio: float, text: str) -> None:
    assert ratio_text(ratio) == text


def test_the_line_of_sizes_names_what_is_possible() -> None:
    assert size_line(check_size(B, size(13, 3.1), ROWS)) == (
        f"{B}: published 9.9 to 13.0 x 3.1 m; possible 1 of 2 vehicles (Long chassis)"
    )
    assert size_line(check_size("tank", None, ROWS)) == "tank: the catalogue has no vehicle of it"


def test_sizes_of_several_crops_are_no_narrower_than_one() -> None:
    assert pooled_size([Result(), Result(size=None)]) is None
    one = pooled_size([Result(size=size(9.0, 3.0))])
    four = pooled_size([Result(size=size(9.0, 3.0))] * 4)
    assert one is not None and four is not None
    assert four.length_high_m == pytest.approx(one.length_high_m) == pytest.approx(9.0 * 1.05)
    apart = pooled_size([Result(size=size(8.0, 3.0)), Result(size=size(12.0, 3.0))])
    assert apart is not None and apart.length_m == pytest.approx(math.sqrt(96))
    assert apart.length_low_m < 8.0 and apart.length_high_m > 12.0


def test_the_page_on_measuring_has_a_row_for_every_band() -> None:
    page = (Path(__file__).parents[2] / "docs" / "measuring.md").read_text()
    limits = [f"{limit:g}" for limit, _ in BANDS[:-1]]
    for words in ("do not decide", "slightly more consistent", "more consistent", "is unlikely"):
        assert re.search(rf"^\|.*{words}", page, re.MULTILINE)
    assert all(re.search(rf"^\|.*\b{limit}\b", page, re.MULTILINE) for limit in limits)
