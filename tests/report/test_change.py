"""The change tests: exact, and no more false alarms than stated."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from vehicle_id.report.change import Test, expected_range, tails
from vehicle_id.report.counts import NO_DATE, Group, ObjectCount
from vehicle_id.report.series import Series, series_of
from vehicle_id.report.tables import not_compared

EARLIER = [19, 23, 17, 21, 25, 18, 20]


def group(date: str, answered: int, *, num_open: int = 0, place: str = "yard") -> Group:
    return Group(
        key=(place, date),
        counts={"rail": ObjectCount(answered=answered), "light": ObjectCount(answered=0)},
        num_objects=answered + num_open,
        num_undecided=num_open,
        num_covered=0,
        num_failed=0,
    )


def series(counts: list[int], *, level: float = 0.05, test: Test = "negative-binomial", num_open: int = 0) -> Series:
    groups = [group(f"2026-03-02 {day:03}", count, num_open=num_open) for day, count in enumerate(counts)]
    [found] = series_of(groups, date_at=1, level=level, test=test)
    return found


def verdicts(counts: list[int], **options: object) -> list[str]:
    return [each.comparison.verdict for each in series(counts, **options).dates]  # type: ignore[arg-type]


def test_poisson_is_the_binomial_test_of_the_share() -> None:
    found = tails(5, [1, 2], test="poisson")
    by_hand = sum(comb(8, k) * 2 ** (8 - k) for k in range(5, 9)) / 3**8
    assert found.upper == pytest.approx(by_hand)
    assert found.upper + found.lower - comb(8, 5) * 2**3 / 3**8 == pytest.approx(1)


def test_a_spread_of_the_mean_makes_the_same_count_less_surprising() -> None:
    assert tails(73, EARLIER, test="poisson").two_sided < 1e-12
    assert 1e-12 < tails(73, EARLIER, test="negative-binomial").two_sided < 0.001
    steady, varied = [20] * 8, [5, 40, 12, 33, 8, 25, 30, 7]
    assert tails(45, steady, test="negative-binomial").upper < tails(45, varied, test="negative-binomial").upper


@pytest.mark.parametrize("earlier", [EARLIER, [0, 0, 0], [1000, 1200, 900], [3]])
@pytest.mark.parametrize("test", ["poisson", "negative-binomial"])
def test_the_expected_range_ends_where_the_test_begins_to_differ(earlier: list[int], test: Test) -> None:
    low, high = expected_range(earlier, level=0.01, test=test)
    assert tails(high, earlier, test=test).two_sided >= 0.01 > tails(high + 1, earlier, test=test).two_sided
    assert tails(low, earlier, test=test).two_sided >= 0.01
    assert low == 0 or tails(low - 1, earlier, test=test).two_sided < 0.01


def test_the_planted_change_is_found_and_the_dates_before_are_not() -> None:
    found = series([*EARLIER, 73])
    assert [each.comparison.verdict for each in found.dates[:3]] == ["too few earlier dates"] * 3
    assert {each.comparison.verdict for each in found.dates[3:-1]} == {"no change shown"}
    last = found.dates[-1].comparison
    assert last.verdict == "more" and last.num_earlier == 7
    assert last.earlier_mean == pytest.approx(20.43, abs=0.01) and last.expected_high < 73  # type: ignore[operator]


def test_a_date_that_differs_is_no_part_of_later_means() -> None:
    found = series([*EARLIER, 73, 74, 20])
    assert [each.comparison.verdict for each in found.dates[-3:]] == ["more", "more", "no change shown"]
    assert found.dates[-1].comparison.num_earlier == 7


def test_fewer_is_found_too() -> None:
    assert verdicts([60, 62, 58, 61, 59, 60, 63, 57, 3])[-1] == "fewer"


def test_open_objects_can_take_a_verdict_back() -> None:
    assert not series([*EARLIER, 73], num_open=5).dates[-1].comparison.is_open
    assert series([*EARLIER, 73], num_open=40).dates[-1].comparison.is_open
    groups = [group(f"2026-03-0{day + 1}", 60) for day in range(8)]
    hidden = [*groups, group("2026-03-09", 3, num_open=55)]
    [found] = series_of(hidden, date_at=1)
    assert found.dates[-1].comparison.verdict == "fewer" and found.dates[-1].comparison.is_open


def test_objects_without_a_date_are_not_the_newest_date() -> None:
    [found] = series_of([*(group(f"2026-0{month}", 20) for month in range(1, 5)), group(NO_DATE, 90)], date_at=1)
    assert [each.date for each in found.dates] == ["2026-01", "2026-02", "2026-03", "2026-04"]


def test_a_series_is_of_one_place_and_of_units_that_occur() -> None:
    groups = [group("b", 2), group("a", 1), group("a", 4, place="quay")]
    yard, quay = series_of(groups, date_at=1)
    assert (yard.place, yard.unit, [each.date for each in yard.dates]) == (("yard",), "rail", ["a", "b"])
    assert quay.place == ("quay",)


@pytest.mark.parametrize("spread", [0.0, 0.25, 0.5])
def test_series_without_a_change_raise_few_false_alarms(spread: float) -> None:
    """A few here; training/measure/change_test.py counts a thousand series of each kind."""
    rng = np.random.default_rng(11)
    alarms = 0
    for _ in range(30):
        shape = 1 / spread**2 if spread else None
        means = [20.0] * 9 if shape is None else rng.gamma(shape, 20 / shape, 9)
        alarms += bool({"more", "fewer"} & set(verdicts([int(each) for each in rng.poisson(means)])))
    assert alarms <= 4  # of 1.5 stated


def test_dates_whose_order_is_not_known_are_not_compared() -> None:
    dates = ["3.2.2026", "10.2.2026", "17.2.2026", "24.2.2026", "3.3.2026"]
    [found] = series_of(
        [group(date, count) for date, count in zip(dates, [90, 20, 20, 20, 20], strict=True)], date_at=1
    )
    assert {each.comparison.verdict for each in found.dates} == {"date not understood"}
    [sentence] = not_compared([found])
    assert sentence.startswith("5 dates such as '10.2.2026' cannot be put in order") and "2026-03-31" in sentence


def test_dates_of_one_place_are_put_in_the_order_of_time_and_those_without_are_left_out() -> None:
    dates = ["no date", "20260301", "2026-02-28T10:00:00Z", "2026-02", "2026-04-01"]
    [found] = series_of([group(date, 20) for date in dates], date_at=1)
    assert [each.date for each in found.dates] == ["2026-02", "2026-02-28T10:00:00Z", "20260301", "2026-04-01"]
    assert [each.comparison.verdict for each in found.dates][3:] == ["no change shown"]
    assert not_compared([found]) == []
