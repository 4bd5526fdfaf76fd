"""Coats are drawn of those named, within what a surface can reflect; colours are those of sRGB."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vehicle_id.catalogue import COLOURS
from vehicle_id.synth import paint as paint_module
from vehicle_id.synth.paint import CIVIL, COATS, GLASS, Paint, draw_coat, linear, loose, shade, tinted

seeds = st.integers(0, 2**32)


@pytest.mark.parametrize(
    ("srgb", "expected"),
    [("#000000", 0.0), ("#ffffff", 1.0), ("#808080", 0.21586), ("#bcbcbc", 0.50289), ("#0a0a0a", 0.00304)],
)
def test_grey_reflectance_follows_the_srgb_standard(srgb: str, expected: float) -> None:
    assert linear(srgb) == pytest.approx((expected,) * 3, abs=1e-5)


def test_the_digits_are_red_green_and_blue_in_that_order() -> None:
    assert linear("#ff0000") == (1, 0, 0)
    assert linear("#00ff00") == (0, 1, 0)
    assert linear("#0000FF") == (0, 0, 1)


@given(st.integers(0, 254))
@settings(max_examples=30)
def test_a_higher_code_is_lighter(code: int) -> None:
    assert linear(f"#{code:02x}0000")[0] < linear(f"#{code + 1:02x}0000")[0]


def test_every_coat_a_row_may_name_can_be_drawn_and_no_other() -> None:
    assert {*COATS, "mixed"} == set(COLOURS)
    assert set(CIVIL) <= set(COATS)


@given(seeds, st.lists(st.sampled_from(COLOURS), unique=True, max_size=5))
@settings(max_examples=80)
def test_a_coat_is_one_of_those_named_and_a_possible_surface(seed: int, names: list[str]) -> None:
    coat, name = draw_coat(np.random.default_rng(seed), names)
    assert coat.coat
    allowed = set(names) - {"mixed"} | (set(CIVIL) if "mixed" in names or not names else set())
    assert name in allowed
    assert all(0.01 <= value <= 0.92 for value in coat.rgb)
    assert 0 <= coat.gloss <= 0.3
    assert (coat, name) == draw_coat(np.random.default_rng(seed), names)


def test_the_first_colour_named_is_the_commonest_and_the_last_the_rarest() -> None:
    rng = np.random.default_rng(0)
    counts = Counter(draw_coat(rng, ("olive", "white", "red"))[1] for _ in range(1100))
    shares = [counts[name] / 1100 for name in ("olive", "white", "red")]
    assert shares == pytest.approx([6 / 11, 3 / 11, 2 / 11], abs=0.05)


@pytest.mark.parametrize("names", [(), ("mixed",)])
def test_no_colour_or_mixed_is_any_civil_one_as_often_as_on_the_road(names: tuple[str, ...]) -> None:
    rng = np.random.default_rng(1)
    counts = Counter(draw_coat(rng, names)[1] for _ in range(900))
    assert set(counts) == set(CIVIL)
    for name in ("white", "silver", "yellow"):
        assert counts[name] / 900 == pytest.approx(CIVIL.count(name) / len(CIVIL), abs=0.05)


@pytest.mark.parametrize(("name", "band"), [("red", 0), ("green", 1), ("blue", 2)])
def test_a_coat_is_recognised_by_its_strongest_band(name: str, band: int) -> None:
    rng = np.random.default_rng(2)
    drawn = [int(np.argmax(draw_coat(rng, (name,))[0].rgb)) for _ in range(100)]
    assert drawn.count(band) >= 95


def test_no_two_vehicles_have_quite_the_same_coat() -> None:
    rng = np.random.default_rng(3)
    assert len({draw_coat(rng, ("olive",))[0].rgb for _ in range(50)}) == 50


@given(st.floats(0.1, 3))
@settings(max_examples=30)
def test_shading_scales_the_light_and_nothing_else(factor: float) -> None:
    paint = Paint(rgb=(0.1, 0.2, 0.3), gloss=0.4, coat=True)
    shaded = shade(paint, factor)
    assert shaded.rgb == pytest.approx([min(0.95, value * factor) for value in paint.rgb])
    assert (shaded.gloss, shaded.coat) == (0.4, True)


@given(seeds)
@settings(max_examples=30)
def test_loads_are_matt_and_windows_glossy_and_neither_is_a_coat(seed: int) -> None:
    rng = np.random.default_rng(seed)
    heap, window = loose(rng, "#806040"), tinted(rng)
    assert heap.gloss == 0 and not heap.coat
    assert all(0.01 <= value <= 0.9 for value in heap.rgb)
    assert 0.1 <= window.gloss <= 0.7 and not window.coat
    assert 0.4 <= window.rgb[0] / GLASS.rgb[0] <= 1.9


def test_fixed_paints_are_possible_surfaces_and_none_is_a_coat() -> None:
    paints = [each for each in vars(paint_module).values() if isinstance(each, Paint)]
    assert len(paints) > 8
    for each in paints:
        assert not each.coat
        assert all(0 < value < 1 for value in each.rgb)
        assert 0 <= each.gloss < 1
