"""The class tree: leaves, their parents, and sums of probabilities up the tree.

A tree is a list of nodes, each naming its parent. The leaves are the classes that a network can answer; inner nodes
are the coarser answers for crops whose leaf is not sure enough. The tree is part of the model's card.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from vehicle_id.results import UNKNOWN
from vehicle_id.text import letters_of

Range = tuple[float, float]

FAMILY = "family"
KIND = "kind"
"""Levels of the published tree: kinds (vehicle, no vehicle) lie above the families."""
NO_VEHICLE = "none"
"""The kind of crops without a vehicle in the published tree, and the family of ground and clutter."""

NAME = re.compile(r"\w[\w .,+()/-]{0,63}")
"""Name of a class or a level: letters of any script, digits and a few signs. Names go into tables, pages and terminals,
so that no name can be a spreadsheet formula (`=`, or `+`, `-`, `@` in front), markup or contain a line break."""
MAX_NODES = 1024
MAX_DEPTH = 16
"""Steps from the top; the published tree has four."""
MAX_METRES = 10_000.0
"""Largest length or width."""


class Node(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One class or group of classes."""

    name: str
    parent: str | None = None
    """Name of the coarser node; None at the top."""
    level: str = "class"
    """Which fitted threshold applies to this node."""
    needs_size: bool = False
    """Only its size distinguishes this node from its siblings: never answered without a ground sample distance."""
    has_size: bool = True
    """False for ground and clutter: no size and no heading is reported for it."""
    length_m: Range | None = None
    """Published lengths, shortest to longest, in metres; None = not known, and not checked."""
    width_m: Range | None = None


class Taxonomy:
    """A validated tree of nodes.

    Args:
        nodes: every node once; a parent may come after its children.

    Raises:
        ValueError: in one sentence that names the node, for a repeated, reserved or unprintable name, a parent
            that does not exist, a loop, a range that is not two increasing positive numbers, or too large a tree.
    """

    __slots__ = ("_nodes", "leaves", "names", "nodes")

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = tuple(nodes)
        self._nodes = {node.name: node for node in self.nodes}
        self.names = tuple(self._nodes)
        _validate(self.nodes, self._nodes)
        parents = {node.parent for node in self.nodes}
        self.leaves = tuple(name for name in self.names if name not in parents)

    @classmethod
    def flat(cls, labels: Sequence[str]) -> Taxonomy:
        """A tree without coarser answers: every label stands alone."""
        return cls([Node(name=label) for label in labels])

    def __getitem__(self, name: str) -> Node:
        return self._nodes[name]

    def __contains__(self, name: object) -> bool:
        return name in self._nodes

    def nearest(self, name: str) -> list[str]:
        """Up to three nodes whose names are most like a name that is no node."""
        from difflib import get_close_matches  # for messages alone

        return get_close_matches(letters_of(name), self.names, n=3, cutoff=0.6)

    def path(self, name: str) -> tuple[str, ...]:
        """The node's name, its parent's, and so on to the top."""
        steps = [name]
        while (parent := self._nodes[steps[-1]].parent) is not None:
            steps.append(parent)
        return tuple(steps)

    def depth(self, name: str) -> int:
        """0 at the top, one more for each step down."""
        return len(self.path(name)) - 1

    def needs_size(self, name: str) -> bool:
        """Whether only size can distinguish the node, or a coarser node above it."""
        return any(self._nodes[step].needs_size for step in self.path(name))

    def membership(self, labels: Sequence[str]) -> NDArray[np.float64]:
        """Matrix `[len(labels), len(names)]`, 1 where the label is the node or lies under it.

        Probabilities `[N, C]` times this matrix are the probabilities of every node `[N, nodes]`.
        """
        matrix = np.zeros((len(labels), len(self.names)))
        for row, label in enumerate(labels):
            for step in self.path(label):
                matrix[row, self.names.index(step)] = 1.0
        return matrix

    def family_membership(self, labels: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        """The families in the order of the tree, and a matrix `[len(labels), families]`, 1 where a label is of one."""
        family_of = self.families()
        families = tuple(dict.fromkeys(family_of.values()))
        return families, np.array([[float(family_of[label] == name) for name in families] for label in labels])

    def size_ranges(self, name: str) -> tuple[Range | None, Range | None]:
        """Length and width ranges of a node in metres: its own, or the hull of its children's.

        None where the size of any part is not known, since that part can have any size.
        """
        node = self._nodes[name]
        children = [child.name for child in self.nodes if child.parent == name]
        below = [self.size_ranges(child) for child in children]
        length = node.length_m or _hull([ranges[0] for ranges in below])
        width = node.width_m or _hull([ranges[1] for ranges in below])
        return length, width

    def families(self) -> dict[str, str]:
        """Family of each leaf: the highest node above it that is not a kind; of ground and clutter the kind itself."""
        kinds = {node.name for node in self.nodes if node.level == KIND}
        for node in self.nodes:
            if node.level == FAMILY:  # whatever this tree calls the levels above it
                kinds |= set(self.path(node.name)[1:])
        families = {}
        for leaf in self.leaves:
            downwards = self.path(leaf)[::-1]
            below = next((step for step in downwards if step not in kinds), downwards[0])
            families[leaf] = below if self[leaf].has_size else downwards[0]
        return families


def families_of(taxonomy: Taxonomy, nodes: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    """For each key, the families of all leaves under its nodes."""
    family_of = taxonomy.families()
    return {
        key: frozenset(family for leaf, family in family_of.items() if not set(names).isdisjoint(taxonomy.path(leaf)))
        for key, names in nodes.items()
    }


def published_taxonomy() -> Taxonomy:
    """The class tree of the package: leaves that can be distinguished from above at 0.3 m, without sizes.

    The sizes come from the rows of the catalogue, `load_catalogue().sized_taxonomy()`.
    """
    nodes = (Path(__file__).parent / "taxonomy.json").read_bytes()
    return Taxonomy(msgspec.json.decode(nodes, type=list[Node]))


def _hull(ranges: Sequence[Range | None]) -> Range | None:
    known = [each for each in ranges if each is not None]
    if not known or len(known) < len(ranges):
        return None
    return min(low for low, _ in known), max(high for _, high in known)


def _validate(nodes: Sequence[Node], by_name: dict[str, Node]) -> None:
    if len(nodes) > MAX_NODES:
        raise ValueError(f"the class tree has {len(nodes)} nodes, more than {MAX_NODES}")
    if len(by_name) < len(nodes):
        names = [node.name for node in nodes]
        raise ValueError(f"the class tree names {next(n for n in names if names.count(n) > 1)!r} twice")
    for node in nodes:
        if not node.name or node.name == UNKNOWN:
            raise ValueError(f"{node.name!r} cannot be a class name: it is empty or reserved")
        for name in (node.name, node.level):
            if not NAME.fullmatch(name):
                raise ValueError(
                    f"{name[:64]!a} cannot be the name of a class or level: begin with a letter or digit, and use "
                    f"up to 64 of letters, digits, spaces and _ . , + - ( ) /"
                )
        for range_m in (node.length_m, node.width_m):
            if range_m is not None and not 0 < range_m[0] <= range_m[1] <= MAX_METRES:
                raise ValueError(f"{node.name!r} has the size range {list(range_m)}: give [low, high] in metres")
        _check_ancestors(node, by_name)


def _check_ancestors(node: Node, by_name: dict[str, Node]) -> None:
    seen = [node.name]
    while (parent := by_name[seen[-1]].parent) is not None:
        if parent not in by_name:
            raise ValueError(f"{seen[-1]!r} has the parent {parent[:64]!a}, which is not in the class tree")
        if parent in seen:
            raise ValueError(f"{parent!r} is its own ancestor in the class tree")
        if len(seen) > MAX_DEPTH:
            raise ValueError(f"{node.name!r} lies more than {MAX_DEPTH} steps under the top of the class tree")
        seen.append(parent)
