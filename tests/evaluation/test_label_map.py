"""Labels of the data in the model's tree: their nodes, and the column of each leaf."""

from __future__ import annotations

import numpy as np
import pytest

from vehicle_id.errors import InputError
from vehicle_id.evaluation.label_map import (
    OTHER,
    ConfusionColumns,
    by_family,
    by_label,
    families_of,
    is_right,
    read_label_nodes,
)
from vehicle_id.taxonomy import Node, Taxonomy, published_taxonomy

TREE = published_taxonomy()


def filed(columns: ConfusionColumns, leaves: tuple[str, ...] = TREE.leaves) -> dict[str, set[str]]:
    """Leaves of each column."""
    assert (columns.filed.sum(axis=1) == 1).all()  # every leaf counts once
    return {
        name: {leaf for row, leaf in enumerate(leaves) if columns.filed[row, place]}
        for place, name in enumerate(columns.names)
    }


def known(*labels: str, **mapping: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return read_label_nodes(TREE, {*labels, *mapping}, mapping)[0]


def test_a_label_stands_for_the_node_of_its_name_or_for_what_it_is_mapped_to() -> None:
    found, out_of_taxonomy = read_label_nodes(
        TREE,
        {"bus", "rigid_truck", "lorry", "ufo", "boat"},
        {"lorry": ("tipper_truck", "tank_truck"), "boat": ("unknown",)},
    )
    assert found == {"bus": ("bus",), "rigid_truck": ("rigid_truck",), "lorry": ("tipper_truck", "tank_truck")}
    assert out_of_taxonomy == {"boat"}


def test_a_mapping_overrules_the_name() -> None:
    assert known(car=("car", "pickup")) == {"car": ("car", "pickup")}


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ({"cra": ("car",)}, "cannot map 'cra', which labels no crop: the labels are bus, car"),
        ({"car": ("cra",)}, "cannot map 'car' to 'cra': give unknown alone, or nodes out of vehicle, "),
        ({"car": ("car", "unknown")}, "cannot map 'car' to 'unknown'"),
        ({"car": ()}, "cannot map 'car' to nothing"),
        ({"car": ("bus",)}, "the labels 'bus' and 'car' both stand for 'bus'"),
        ({"car": ("car", "bus")}, "the labels 'bus' and 'car' both stand for 'bus'"),
    ],
)
def test_an_impossible_mapping_is_an_error(mapping: dict[str, tuple[str, ...]], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read_label_nodes(TREE, {"car", "bus"}, mapping)


def test_a_leaf_counts_as_the_label_that_holds_it_most_specifically() -> None:
    columns = by_label(TREE, TREE.leaves, known("road_truck", "box_truck", "car", armour=("tank", "armoured_carrier")))
    found = filed(columns)
    assert columns.names == ("car", "road_truck", "box_truck", "armour", OTHER)  # in the tree's order
    assert columns.num_known == 4
    assert found["box_truck"] == {"box_truck"}
    assert {"flatbed_truck", "tipper_truck", "military_truck"} < found["road_truck"]
    assert found["armour"] == {"tank", "armoured_carrier"}
    assert {"van", "bus", "ground", "excavator"} < found[OTHER]


def test_without_a_leaf_left_over_there_is_no_other_column() -> None:
    tree = Taxonomy.flat(["a", "b"])
    assert by_label(tree, ("b", "a"), {"b": ("b",), "a": ("a",)}).names == ("a", "b")
    assert by_label(tree, ("b", "a"), {"b": ("b",)}).names == ("b", OTHER)


def test_a_label_named_like_the_other_column_is_refused_where_there_is_one() -> None:
    tree = Taxonomy.flat(["other", "b"])
    assert by_label(tree, tree.leaves, {"other": ("other",), "b": ("b",)}).names == ("other", "b")
    with pytest.raises(InputError, match="'other' labels crops"):
        by_label(tree, tree.leaves, {"other": ("other",)})


def test_the_answer_is_the_column_of_highest_sum_and_its_sum() -> None:
    tree = Taxonomy.flat(["a", "b", "c"])
    columns = by_label(tree, tree.leaves, {"a": ("a",), "bc": ("b", "c")})
    answers, confidence = columns.answers(np.array([[0.4, 0.3, 0.3], [0.6, 0.4, 0.0]]))
    assert [columns.names[each] for each in answers] == ["bc", "a"]
    np.testing.assert_allclose(confidence, [0.6, 0.6])


@pytest.mark.parametrize(
    ("node", "family"),
    [
        ("car", "light_vehicle"),
        ("box_truck", "road_truck"),
        ("rigid_hauler", "haul_truck"),
        ("tank_car", "rail_vehicle"),
        ("bus", "bus"),  # stands alone under its kind
        ("container", "container"),
        ("roof", "none"),  # has no size
        ("none", "none"),
    ],
)
def test_the_family_of_a_node(node: str, family: str) -> None:
    assert families_of(TREE, {"it": (node,)}) == {"it": {family}}


def test_families_hold_their_labels_and_leave_out_what_spans_several() -> None:
    columns = by_family(
        TREE,
        TREE.leaves,
        known("rigid_truck", "tank", "ground", machine=("truck_crane", "box_truck"), vehicle=("vehicle",)),
    )
    assert columns is not None
    assert columns.names == ("road_truck", "tracked_armour", "none", OTHER)
    assert columns.of_label == {"rigid_truck": 0, "tank": 1, "ground": 2}
    found = filed(columns)
    assert {"tank_truck", "semi_trailer", "box_truck"} < found["road_truck"]
    assert found["none"] == {"ground", "roof", "shed", "aircraft", "boat", "storage_tank"}


def test_what_lies_above_a_family_is_a_kind_whatever_its_level_is_called() -> None:
    tree = Taxonomy(
        [
            Node(name="top", level="any"),
            Node(name="f", parent="top", level="family"),
            Node(name="a", parent="f"),
            Node(name="b", parent="top"),
        ]
    )
    assert families_of(tree, {"a": ("a",), "b": ("b",), "top": ("top",)}) == {"a": {"f"}, "b": {"b"}, "top": {"f", "b"}}


def test_a_tree_without_families_has_no_such_columns() -> None:
    assert by_family(Taxonomy.flat(["a", "b"]), ("a", "b"), {"a": ("a",)}) is None


@pytest.mark.parametrize(
    ("answer", "truth", "right"),
    [
        ("car", ("car",), True),
        ("light_vehicle", ("car",), True),
        ("vehicle", ("car",), True),
        ("box_truck", ("rigid_truck",), True),
        ("pickup", ("car", "pickup"), True),
        ("van", ("car", "pickup"), False),
        ("tipper_truck", ("rigid_truck",), False),
        ("none", ("car",), False),
    ],
)
def test_an_answer_on_the_way_up_or_down_from_the_truth_is_right(
    answer: str, truth: tuple[str, ...], right: bool
) -> None:
    assert is_right(TREE, answer, truth) is right
