"""The class tree: its rules, what nodes inherit, and invalid trees."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vehicle_id.taxonomy import Node, Taxonomy

TREE = Taxonomy(
    [
        Node(name="car", parent="light", length_m=(3, 6), width_m=(1.4, 2.4)),
        Node(name="vehicle", level="any"),
        Node(name="light", parent="vehicle", level="family"),
        Node(name="van", parent="light", needs_size=True, length_m=(4, 8), width_m=(1.6, 3)),
        Node(name="bus", parent="vehicle", length_m=(9, 20)),
        Node(name="ground", has_size=False),
    ]
)


@st.composite
def trees(draw: st.DrawFn) -> Taxonomy:
    """Any forest of up to a dozen nodes, in any order, with or without sizes."""
    ranges = st.none() | st.tuples(st.floats(0.1, 30), st.floats(0, 30)).map(lambda pair: (pair[0], sum(pair)))
    count = draw(st.integers(1, 12))
    nodes = [
        Node(
            name=f"n{number}",
            parent=draw(st.sampled_from([None, *(f"n{above}" for above in range(number))])),
            needs_size=draw(st.booleans()),
            length_m=draw(ranges),
        )
        for number in range(count)
    ]
    return Taxonomy(draw(st.permutations(nodes)))


def children(tree: Taxonomy, name: str | None) -> list[str]:
    return [node.name for node in tree.nodes if node.parent == name]


@settings(max_examples=50, deadline=None)
@given(tree=trees(), seed=st.integers(0, 1 << 16))
def test_a_parent_is_the_sum_of_its_children_and_the_roots_sum_to_one(tree: Taxonomy, seed: int) -> None:
    leaves = np.random.default_rng(seed).dirichlet(np.ones(len(tree.leaves)), size=3)
    sums = dict(zip(tree.names, (leaves @ tree.membership(tree.leaves)).T, strict=True))
    np.testing.assert_allclose(sum(sums[root] for root in children(tree, None)), 1.0)
    for name in set(tree.names) - set(tree.leaves):
        np.testing.assert_allclose(sums[name], sum(sums[child] for child in children(tree, name)))


@settings(max_examples=50, deadline=None)
@given(tree=trees())
def test_a_path_climbs_one_parent_at_a_time_to_a_root(tree: Taxonomy) -> None:
    for name in tree.names:
        path = tree.path(name)
        assert path[0] == name and tree[path[-1]].parent is None
        assert [tree[step].parent for step in path[:-1]] == list(path[1:])
        assert tree.depth(name) == len(path) - 1


@settings(max_examples=50, deadline=None)
@given(tree=trees())
def test_needs_size_holds_for_every_node_under_it(tree: Taxonomy) -> None:
    for name in tree.names:
        parent = tree[name].parent
        assert tree.needs_size(name) == (tree[name].needs_size or (parent is not None and tree.needs_size(parent)))


@settings(max_examples=50, deadline=None)
@given(tree=trees())
def test_a_range_without_its_own_numbers_is_the_hull_of_its_children(tree: Taxonomy) -> None:
    for name in tree.names:
        below = [tree.size_ranges(child)[0] for child in children(tree, name)]
        found = tree.size_ranges(name)[0]
        if tree[name].length_m is not None:
            assert found == tree[name].length_m
        elif not below or None in below:
            assert found is None
        else:
            assert found == (min(each[0] for each in below), max(each[1] for each in below))


@settings(max_examples=50, deadline=None)
@given(tree=trees())
def test_leaves_are_the_nodes_without_children(tree: Taxonomy) -> None:
    assert set(tree.leaves) == {name for name in tree.names if not children(tree, name)}


def test_nodes_keep_their_order() -> None:
    assert TREE.names == ("car", "vehicle", "light", "van", "bus", "ground")
    assert TREE.leaves == ("car", "van", "bus", "ground")


def test_membership_follows_the_order_of_the_labels_given() -> None:
    rows = TREE.membership(["bus", "car"])
    np.testing.assert_array_equal(rows, [[0, 1, 0, 0, 1, 0], [1, 1, 1, 0, 0, 0]])


def test_length_and_width_are_independent() -> None:
    assert TREE.size_ranges("light") == ((3, 8), (1.4, 3))
    assert TREE.size_ranges("vehicle") == ((3, 20), None)  # no width of a bus is known
    assert TREE.size_ranges("ground") == (None, None)


def test_a_tree_knows_its_nodes_by_name() -> None:
    assert "car" in TREE and "tank" not in TREE and None not in TREE
    assert TREE["van"].parent == "light"


def test_flat_labels_stand_alone() -> None:
    flat = Taxonomy.flat(["b", "a"])
    assert flat.names == flat.leaves == ("b", "a")
    assert flat.path("a") == ("a",)
    np.testing.assert_array_equal(flat.membership(["a", "b"]), [[0, 1], [1, 0]])


@pytest.mark.parametrize(
    ("nodes", "sentence"),
    [
        ([Node(name="a"), Node(name="b"), Node(name="b")], "names 'b' twice"),
        ([Node(name="")], "'' cannot be a class name"),
        ([Node(name="unknown")], "'unknown' cannot be a class name"),
        ([Node(name="a", parent="b")], "'a' has the parent 'b', which is not in the class tree"),
        ([Node(name="a", parent="a")], "'a' is its own ancestor"),
        ([Node(name="a", parent="b"), Node(name="b", parent="a")], "'a' is its own ancestor"),
        ([Node(name="a", length_m=(0, 1))], "'a' has the size range"),
        ([Node(name="a", length_m=(2, 1))], "'a' has the size range"),
        ([Node(name="a", width_m=(-2, 1))], "'a' has the size range"),
        ([Node(name="a", width_m=(float("nan"), 1))], "'a' has the size range"),
    ],
)
def test_an_invalid_tree_is_refused_with_the_name_of_the_node(nodes: list[Node], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Taxonomy(nodes)


def test_a_loop_is_reported_with_a_node_in_it() -> None:
    with pytest.raises(ValueError, match=r"'[bc]' is its own ancestor"):
        Taxonomy([Node(name="a", parent="b"), Node(name="b", parent="c"), Node(name="c", parent="b")])
