"""Rates of confusion: read from measurements of `evaluate`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.report.test_counts import CLASSES, FAMILIES, measured
from vehicle_id import InputError
from vehicle_id.report.rates import rates_of, read_measures


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
    rates = rates_of([measured({"car": {"car": 799, "vehicle": 200, "gondola": 200}})], FAMILIES)
    assert rates is not None
    parameters = rates.dirichlet()
    assert (parameters[1] / parameters[1].sum()).round(3).tolist() == [0, 0.833, 0, 0.167, 0]


def test_measurements_that_disagree_count_for_fewer_crops() -> None:
    alike = [measured({"car": {"car": 90, "vehicle": 10}})] * 2
    unlike = [measured({"car": {"car": 90, "vehicle": 10}}), measured({"car": {"car": 30, "vehicle": 70}})]
    strengths = []
    for measures in (alike, unlike):
        rates = rates_of(measures, FAMILIES)
        assert rates is not None
        strengths.append(rates.dirichlet()[0].sum())
    assert strengths[0] > 150 and strengths[1] < 10
    np.testing.assert_allclose(rates_of(alike, FAMILIES).dirichlet()[0, 0] / strengths[0], 0.9, atol=0.01)  # type: ignore[union-attr]
