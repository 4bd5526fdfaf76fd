"""Hostile text: it is read back unchanged, it is visible, and it is not a formula."""

from __future__ import annotations

import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vehicle_id.text import (
    FORMULA,
    LONGEST_PATH,
    LONGEST_TEXT,
    guarded,
    path_of,
    path_text,
    plain_text,
    said,
    unguarded,
    visible,
)

NAMES = st.binary(max_size=12).map(os.fsdecode) | st.text(
    st.sampled_from("ab%:/\n\r\t\u202e\u200b\ufefffile=é漢"), max_size=10
)
CELLS = st.text(st.sampled_from("ab0;,|\t\r\n '\"=+-@＝＋－＠"), max_size=14)  # noqa: RUF001


@given(NAMES)
def test_every_name_comes_back_from_its_text(name: str) -> None:
    text = path_text(name)
    assert path_of(text) == name
    assert text.isprintable()
    text.encode("utf-8")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("crops/a b.png", "crops/a b.png"),
        ("=1+1.png", "=1+1.png"),
        ("a\nb.png", "file:a%0Ab.png"),
        ("\udcff.png", "file:%FF.png"),
        ("file:a.png", "file:file:a.png"),
        ("a\u202egnp.exe", "file:a%E2%80%AEgnp.exe"),
    ],
)
def test_a_name_is_written_unchanged_or_as_a_uri(name: str, text: str) -> None:
    assert path_text(name) == text


def test_halves_of_characters_are_written_too() -> None:
    assert path_text("\ud800.png") == "file:%5Cud800.png"


@given(CELLS)
def test_every_cell_comes_back_from_its_guard(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell


@given(CELLS)
def test_a_guarded_cell_begins_no_formula_wherever_a_spreadsheet_separates_cells(cell: str) -> None:
    for piece in re.split(r"[;,\t\r\n|]", guarded(cell)):
        assert not re.match(r"[\s\"]*[=+\-@＝＋－＠]", piece)  # noqa: RUF001


@given(CELLS)
def test_cells_that_are_passed_over_have_nothing_to_guard(cell: str) -> None:
    assert guarded(cell) == FORMULA.sub("'", cell)


def test_harmless_cells_are_unchanged() -> None:
    for cell in ("", "car 0.93 reaches the 0.89 needed", "2024-05-01", "a = b", "it's", "x;y"):
        assert guarded(cell) == cell


@given(st.text(max_size=10))
def test_visible_and_plain_text_can_be_written(text: str) -> None:
    assert visible(text).isprintable()
    assert "\0" not in plain_text(text)


def test_plain_text_keeps_line_breaks_and_escapes_what_no_file_holds() -> None:
    assert plain_text("a\nb\0\ud800") == "a\nb\\x00\\ud800"


def test_a_text_longer_than_any_that_means_something_is_shortened_with_a_mark() -> None:
    long = "x" * 65_000
    assert len(plain_text(long)) == LONGEST_TEXT and len(path_text(long)) == LONGEST_PATH
    assert re.search(r"x \.\.\. \[shortened from 65000 characters, sha256 [0-9a-f]{16}\]$", plain_text(long))
    assert plain_text(long + "a") != plain_text(long + "b") and path_text(long + "a") != path_text(long + "b")
    assert plain_text("x" * LONGEST_TEXT) == "x" * LONGEST_TEXT
    longest_of_linux = "\n" * 4096
    assert path_of(path_text(longest_of_linux)) == longest_of_linux


def test_an_empty_path_is_not_the_same_as_none() -> None:
    assert path_text("") == "file:" and path_of("file:") == ""


def test_what_another_package_says_is_part_of_one_sentence() -> None:
    assert said(ValueError("SELECT *\n  FROM t\t\x1b[31m")) == "SELECT * FROM t \\x1b[31m"
    assert said(FileNotFoundError(2, "No such file", "a/b")) == "No such file"
    assert said(OSError("it ended")) == "it ended"
    assert said(OSError(5, ValueError("a cause"))) == "a cause"  # as some packages raise it
    assert said(KeyError()) == "KeyError" and len(said(ValueError("x" * 9999))) == 300
