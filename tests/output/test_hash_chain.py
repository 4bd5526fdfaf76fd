"""The hash chain of rows: every change is found."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vehicle_id.output.hash_chain import LINK, START, Chain, canonical, joined

ROWS = st.lists(st.fixed_dictionaries({"path": st.text(max_size=3), "score": st.none() | st.floats(0, 1)}), max_size=5)


def linked(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    chain = Chain()
    return [chain.add(row) for row in rows]


@given(ROWS)
def test_the_same_rows_have_the_same_links_with_or_without_the_old_ones(rows: list[dict[str, object]]) -> None:
    assert linked(linked(rows)) == linked(rows)


@given(ROWS.filter(lambda rows: len(rows) > 1), st.data())
def test_a_row_changed_dropped_doubled_or_moved_shows_from_there_on(
    rows: list[dict[str, object]], data: st.DataObject
) -> None:
    rows = [{**row, "number": number} for number, row in enumerate(rows)]
    at = data.draw(st.integers(0, len(rows) - 2))
    changes = [
        [*rows[:at], {**rows[at], "path": "another"}, *rows[at + 1 :]],
        [*rows[:at], *rows[at + 1 :]],
        [*rows[:at], rows[at], *rows[at:]],
        [*rows[:at], rows[at + 1], rows[at], *rows[at + 2 :]],
    ]
    for changed in changes:
        assert linked(changed)[-1][LINK] != linked(rows)[-1][LINK]
        assert linked(changed)[:at] == linked(rows)[:at]


@given(ROWS, st.dictionaries(st.text(min_size=1, max_size=3), st.none() | st.text(max_size=3), max_size=2))
def test_json_that_is_known_already_gives_the_same_links(rows: list[dict[str, object]], own: dict[str, object]) -> None:
    own = {f"own {name}": value for name, value in own.items()}
    chain = Chain()
    found = [chain.add({**row, **own}, joined(canonical(row), own)) for row in rows]
    assert found == linked([{**row, **own} for row in rows])


def test_a_chain_of_no_rows_ends_where_it_starts() -> None:
    assert Chain().end == START and Chain().num_rows == 0


def test_canonical_json_is_ascii_without_spaces_and_holds_no_nan() -> None:
    assert canonical({"a": "é", "b": [1, 0.1]}) == b'{"a":"\\u00e9","b":[1,0.1]}'
    assert json.loads(canonical({"a": "é"})) == {"a": "é"}
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical(float("nan"))
