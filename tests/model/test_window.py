"""What an answer says of the crop's window."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vehicle_id.model.window import WindowFlags
from vehicle_id.taxonomy import Node, Taxonomy

TREE = Taxonomy(
    [
        Node(name="vehicle", level="kind"),
        Node(name="car", parent="vehicle", length_m=(3.0, 6.0)),
        Node(name="chassis", parent="vehicle", length_m=(18.0, 34.65)),
        Node(name="none", level="kind", has_size=False),
        Node(name="ground", parent="none", has_size=False),
        Node(name="roof", parent="none", has_size=False),
    ]
)
LARGE = ("window_much_larger_than_vehicle",)


def flags(label: str | None, extent_m: float, *, length: float | None = None, tree: Taxonomy = TREE) -> tuple[str, ...]:
    size = None if length is None else np.array([math.log(length), math.log(0.1), -5.0, -5.0], np.float32)
    return WindowFlags(tree).of(None if label is None else tree[label], size, extent_m)


def test_a_vehicle_measured_under_a_fifth_of_the_side_is_not_what_the_crop_is_about() -> None:
    assert flags("car", 11.0, length=0.19) == flags("car", 0.0, length=0.19) == LARGE
    assert flags("car", 11.0, length=0.21) == flags("car", 0.0, length=0.21) == ()


@pytest.mark.parametrize(
    ("label", "extent_m", "expected"),
    [
        ("car", 11.9, ()),
        ("car", 12.1, LARGE),
        ("chassis", 69.0, ()),
        ("chassis", 77.0, LARGE),
        ("vehicle", 69.0, ()),
        ("vehicle", 77.0, LARGE),
        (None, 69.0, ()),
        (None, 77.0, LARGE),
        ("none", 69.0, ()),
        ("none", 77.0, LARGE),
        ("ground", 77.0, ()),
        ("roof", 500.0, ()),
        ("car", 0.0, ()),
        (None, 0.0, ()),
    ],
)
def test_so_is_one_of_a_kind_of_which_the_longest_fills_less_than_half(
    label: str | None, extent_m: float, expected: tuple[str, ...]
) -> None:
    """A car park answered as a chassis 39 m long in 77 m; one thing that is no vehicle may be as large as it likes."""
    assert flags(label, extent_m, length=None if label in ("none", "ground", "roof") else 0.5) == expected


def test_where_the_length_of_any_kind_is_not_known_only_the_measurement_counts() -> None:
    tree = Taxonomy([*TREE.nodes, Node(name="boat", parent="vehicle")])
    for label in ("vehicle", "boat", None, "none"):
        assert flags(label, 500.0, length=0.5, tree=tree) == ()
        assert flags(label, 500.0, length=0.1, tree=tree) == LARGE
    assert flags("car", 500.0, length=0.5, tree=tree) == LARGE


def test_a_vehicle_as_long_as_its_crop_is_cut_off() -> None:
    assert flags("car", 5.0, length=0.97) == flags("car", 77.0, length=0.97) == ("touches_border",)
    assert flags("car", 5.0, length=0.94) == ()
