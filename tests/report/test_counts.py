"""Counts of objects: what was answered, corrected by measured rates of confusion."""

from __future__ import annotations

import numpy as np
import pytest

from vehicle_id import InputError
from vehicle_id.report.counts import NUM_CHAINS, NUM_KEPT, count_groups, draw_counts
from vehicle_id.report.rates import Units, rates_of
from vehicle_id.results import Record
from vehicle_id.taxonomy import KIND, Node, Taxonomy

TREE = Taxonomy(
    [
        Node(name="vehicle", level=KIND),
        Node(name="light", parent="vehicle", level="family"),
        Node(name="car", parent="light"),
        Node(name="van", parent="light"),
        Node(name="rail", parent="vehicle", level="family"),
        Node(name="gondola", parent="rail"),
        Node(name="ground", has_size=False),
    ]
)
FAMILIES = Units(TREE, "family")
CLASSES = Units(TREE, "label")


def rows(*answers: str, site: str = "yard", date: str | None = "2026-03-02", **more: str) -> list[Record]:
    known = {"status": "ok", "site": site, "date": date, **more}
    return [{**known, "label": answer} for answer in answers]


def measured(answers: dict[str, dict[str, int]]) -> dict[str, object]:
    nodes = {label: [label] for label in answers}
    return {"origins": {"rendered": 1}, "nodes": nodes, "decided": {"answers": answers}}


def test_the_families_and_classes_of_a_tree_are_its_units() -> None:
    assert FAMILIES.names == ("light", "rail", "ground")
    assert FAMILIES.columns == ("light", "rail", "ground", "vehicle", "unknown")
    assert CLASSES.names == ("car", "van", "gondola", "ground")
    assert [FAMILIES.of(name) for name in ("van", "light", "vehicle", "unknown")] == ["light", "light", None, None]
    assert FAMILIES.column("a class of another model") == FAMILIES.columns.index("unknown")


def test_objects_are_counted_by_place_and_date_with_open_ones_apart() -> None:
    records = [
        *rows("car", "light", "gondola", "vehicle", "unknown"),
        *rows("car", covered="Yes"),
        *rows("car", covered="no"),
        {**rows("car")[0], "status": "truncated", "label": None},
        *rows("gondola", date=None),
        *rows("gondola", site="quay"),
    ]
    quay, dated, undated = count_groups(records, FAMILIES, by=("site", "date"))
    assert [each.key for each in (quay, dated, undated)] == [
        ("quay", "2026-03-02"),
        ("yard", "2026-03-02"),
        ("yard", "no date"),
    ]
    assert {name: count.answered for name, count in dated.counts.items()} == {"light": 3, "rail": 1, "ground": 0}
    assert (dated.num_undecided, dated.num_covered, dated.num_failed, dated.num_objects) == (2, 1, 1, 8)
    assert dated.num_open == 4
    assert dated.counts["light"].low is None  # nothing is known of confusions


def test_by_class_an_answer_of_a_family_is_undecided() -> None:
    [group] = count_groups(rows("car", "light", "gondola"), CLASSES, by=())
    assert group.counts["car"].answered == 1 and group.num_undecided == 1


def test_own_columns_group_and_a_missing_one_is_an_error() -> None:
    groups = count_groups([*rows("car", track="1"), *rows("car", track="2")], FAMILIES, by=("track",))
    assert [each.key for each in groups] == [("1",), ("2",)]
    with pytest.raises(InputError, match="no column 'track': group by site, date or a column of your own"):
        count_groups(rows("car"), FAMILIES, by=("track",))


def test_a_model_that_never_errs_on_real_crops_and_renders_needs_no_interval() -> None:
    renders = measured({"car": {"car": 9000}, "gondola": {"gondola": 9000}, "ground": {"ground": 9000}})
    rates = rates_of([renders, {**renders, "origins": {"real": 1}}], FAMILIES)
    [group] = count_groups(rows(*["car"] * 5, *["gondola"] * 20), FAMILIES, by=(), rates=rates)
    rail = group.counts["rail"]
    assert (rail.at_least, rail.about, rail.low, rail.high) == (20, 20, 20, 20)


def test_a_few_answers_that_confusions_explain_are_no_objects() -> None:
    """Of 300 cars one in a hundred is answered rail: three wagons are then no evidence of a wagon."""
    rates = rates_of([measured({"car": {"car": 990, "gondola": 10}, "gondola": {"gondola": 1000}})], FAMILIES)
    [group] = count_groups(rows(*["car"] * 297, *["gondola"] * 3), FAMILIES, by=(), rates=rates)
    rail = group.counts["rail"]
    assert (rail.answered, rail.at_least) == (3, 0) and rail.high == 3


def test_missed_objects_are_added_and_at_least_stays_what_was_answered() -> None:
    """Half of the wagons are answered coarsely, and no car is: coarse answers are wagons."""
    rates = rates_of([measured({"car": {"car": 900}, "gondola": {"gondola": 500, "vehicle": 500}})], FAMILIES)
    [group] = count_groups(rows(*["gondola"] * 30, *["vehicle"] * 28), FAMILIES, by=(), rates=rates)
    rail = group.counts["rail"]
    assert rail.answered == rail.at_least == 30
    assert 55 <= rail.about <= 58 and rail.low > 30


def test_rates_that_differ_between_measurements_widen_the_interval() -> None:
    good = measured({"car": {"car": 95, "vehicle": 5}, "gondola": {"gondola": 95, "vehicle": 5}})
    poor = measured({"car": {"car": 50, "gondola": 40, "vehicle": 10}, "gondola": {"gondola": 60, "vehicle": 40}})
    good, poor = ({**each, "origins": {"real": 1}} for each in (good, poor))
    widths = []
    for measures in ([good, good], [good, poor]):
        [group] = count_groups(rows(*["gondola"] * 50), FAMILIES, by=(), rates=rates_of(measures, FAMILIES))
        widths.append(group.counts["rail"].high - group.counts["rail"].low)  # type: ignore[operator]
    assert widths[0] < widths[1]


def test_the_interval_holds_the_truth_as_often_as_stated() -> None:
    """Groups with flat random mixes and known rates: nine in ten intervals hold the true number."""
    rng = np.random.default_rng(5)
    rates = np.array([[0.8, 0.05, 0.02, 0.13], [0.1, 0.6, 0.05, 0.25], [0.02, 0.08, 0.7, 0.2]])
    inside = []
    for _ in range(60):
        truth = rng.multinomial(40, rng.dirichlet(np.ones(3)))
        answers = sum(rng.multinomial(number, row) for number, row in zip(truth, rates, strict=True))
        draws = draw_counts(answers, rates * 1e5, rng)
        assert draws.shape == (NUM_CHAINS * NUM_KEPT, 3) and (draws.sum(axis=1) == 40).all()
        low, high = np.quantile(draws, (0.05, 0.95), axis=0, method="inverted_cdf")
        inside.append((low <= truth) & (truth <= high))
    assert 0.87 <= np.mean(inside) <= 0.98  # above 0.9, since counts are whole


def test_the_same_answers_give_the_same_counts() -> None:
    rates = rates_of([measured({"car": {"car": 9, "van": 2, "vehicle": 4}, "gondola": {"gondola": 9}})], FAMILIES)
    one, other = (count_groups(rows(*["car"] * 9, "gondola"), FAMILIES, by=(), rates=rates) for _ in range(2))
    assert one == other


def test_equal_answers_of_two_dates_give_equal_counts() -> None:
    rates = rates_of([measured({"car": {"car": 9, "van": 2, "vehicle": 4}, "gondola": {"gondola": 9}})], FAMILIES)
    days = ("2026-03-02", "2026-03-09", "2026-03-16")
    records = [{**row, "date": day} for day in days for row in rows(*["car"] * 9, "gondola")]
    groups = count_groups(records, FAMILIES, by=("date",), rates=rates)
    assert groups[0].counts == groups[1].counts == groups[2].counts
