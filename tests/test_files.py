from __future__ import annotations

from pathlib import Path

import pytest

from vehicle_id.files import MAX_SAFE_BYTES, FreeNames, safe_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("truck 3/left", "truck_3_left"),
        ("../../etc/passwd", "etc_passwd"),
        ("a\x00b\nc", "a_b_c"),
        ("ГАЗ-53", "ГАЗ-53"),
        ("..", ""),
        ("con", "_con"),
        ("NUL.tar", "_NUL.tar"),
        ("console", "console"),
    ],
)
def test_a_safe_name_leads_nowhere_else(text: str, name: str) -> None:
    assert safe_name(text) == name


@pytest.mark.parametrize("letter", ["a", "ж", "車"])
def test_a_safe_name_is_short_enough_for_every_system(letter: str, tmp_path: Path) -> None:
    name = safe_name(letter * 500)
    assert set(name) == {letter}
    assert MAX_SAFE_BYTES - 2 <= len(name.encode()) <= MAX_SAFE_BYTES
    (tmp_path / f"{name}.png").touch()


def test_names_stay_apart_whatever_their_capitals() -> None:
    names = FreeNames()
    given = [names.of(place) for place in ("a/b.png", "a/B.png", "a/b~2.png", "a/b.png", "a/b", "c/b.png")]
    assert given == ["a/b.png", "a/B~2.png", "a/b~2~2.png", "a/b~3.png", "a/b", "c/b.png"]
    assert len({each.casefold() for each in given}) == len(given)
