"""Rates of confusion: read from measurements of `evaluate`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.report.test_counts import CLASSES, FAMILIES, measured
from vehicle_id import InputError
from vehicle_id.report.rates import AGREEMENT_OF_ONE, ConfusionRates, rates_of, read_measures


def test_the_records_of_a_model_and_of_one_measurement_are_read_alike(tmp_path: Path) -> None:
    record = measured({"car": {"car": 1}})
    one, several = tmp_path / "one.json", tmp_path / "several.json"
    one.write_text(json.dumps(record))
    several.write_text(json.dumps({"renders": record, "real": record, "note": "text"}))
    assert read_measures(one) == [record]
    assert read_measures(several) == [record, record]


@pytest.mark.parametrize("text", ["", "[]", "{", "\xff"])
def test_a_file_that_is_no_measurement_is_one_sentence(text: str, tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text(text, "latin-1")
    with pytest.raises(InputError, match=r"m\.json cannot be read as measures: "):
        read_measures(tmp_path / "m.json")


def test_measures_of_another_program_are_one_sentence() -> None:
    for wrong in ({"decided": {"answers": {"car": 3}}, "origins": {}, "nodes": {"car": ["car"]}}, {"decided": {}}):
        with pytest.raises(InputError, match="not those of 'vehicle-id evaluate'"):
            rates_of([wrong], FAMILIES)


def test_measures_without_answers_give_no_rates() -> None:
    assert rates_of([{"decided": {}, "origins": {"real": 3}, "nodes": {}}], FAMILIES) is None


def test_a_label_of_several_units_is_left_out() -> None:
    record = measured({"light": {"car": 4, "vehicle": 1}, "van": {"car": 2}})
    by_class = rates_of([record], CLASSES)
    assert by_class is not None and by_class.tables.sum() == 2
    by_family = rates_of([record], FAMILIES)
    assert by_family is not None and by_family.tables[0, 0].tolist() == [6, 0, 0, 1, 0]
    assert by_family.origins == {"light": {"rendered": 7}, "rail": {}, "ground": {}}


def test_a_unit_that_was_never_measured_is_answered_coarsely_like_the_others() -> None:
    parameters = rates_from(measured({"car": {"car": 799, "vehicle": 200, "gondola": 200}})).dirichlet()
    shares = parameters / parameters.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(shares[1, [0, 2]], 0, atol=1e-6)
    np.testing.assert_allclose(shares[1, 3:], shares[0, 3:], atol=1e-6)
    assert 0.15 < shares[1, 3] < 0.18


def real(answers: dict[str, dict[str, int]]) -> dict[str, object]:
    return {**measured(answers), "origins": {"real": 1}}


def rates_from(*measures: dict[str, object]) -> ConfusionRates:
    rates = rates_of(measures, FAMILIES)
    assert rates is not None
    return rates


def test_imagery_that_disagrees_counts_for_fewer_crops() -> None:
    right, wrong = {"car": {"car": 90, "vehicle": 10}}, {"car": {"car": 30, "vehicle": 70}}
    alike, unlike = (rates_from(real(right), real(other)).dirichlet()[0] for other in (right, wrong))
    assert alike.sum() > 4 * unlike.sum()
    np.testing.assert_allclose(alike[0] / alike.sum(), 0.9, atol=0.02)


def test_renders_do_not_outvote_real_crops_by_their_number() -> None:
    few, many = (
        rates_from(real({"car": {"car": 20, "vehicle": 20}}), measured({"car": {"car": num}})).dirichlet()[0]
        for num in (100, 10_000)
    )
    np.testing.assert_allclose(few[0] / few.sum(), many[0] / many.sum(), atol=0.05)
    assert many[0] / many.sum() < 0.85


def test_all_renders_are_one_imagery_and_say_nothing_about_how_real_ones_differ() -> None:
    renders = measured({"car": {"car": 90, "vehicle": 10}})
    twice = rates_from(renders, renders)
    assert twice.tables[:, 0].tolist() == [[180, 0, 0, 20, 0]] and twice.is_real == (False,)
    strength = twice.dirichlet()[0].sum()
    assert strength < AGREEMENT_OF_ONE


def test_one_real_imagery_and_renders_tell_how_much_imagery_differs() -> None:
    renders = measured({"car": {"car": 900, "vehicle": 100}})
    near = rates_from(renders, real({"car": {"car": 90, "vehicle": 10}})).dirichlet()[0].sum()
    far = rates_from(renders, real({"car": {"car": 50, "vehicle": 50}})).dirichlet()[0].sum()
    assert near > 2 * far
