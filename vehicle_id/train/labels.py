"""The classes of a run: which labels its crops may have, and in which order the logits are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from vehicle_id.crops.manifest import Crop
from vehicle_id.errors import TrainError
from vehicle_id.taxonomy import Taxonomy
from vehicle_id.train.recipe import Recipe
from vehicle_id.train.splits import Splits


def labels_of(splits: Splits, recipe: Recipe, *, kept: Sequence[str] = ()) -> tuple[str, ...]:
    """The labels in the order of the logits: the leaves of the recipe's tree, or those of the data.

    A crop may be labelled by any node of the tree: a label `road_truck` allows any leaf under that node.

    Args:
        splits: the crops.
        recipe: has the tree, or none.
        kept: leaves that need no crop, since the network that the run starts from knows them.

    Raises:
        TrainError: the data has a label that is not in the tree, or lacks one of its leaves; no validation crop is
            labelled by a leaf; or a crop has two labels of which at most one can be right.
    """
    found = sorted({crop.label or "" for crop in splits.train})
    leaves = Taxonomy(recipe.taxonomy).leaves or tuple(found)
    known = Taxonomy(recipe.taxonomy).names or leaves
    crops = [*splits.train, *splits.val, *splits.calibrate, *splits.test]
    for crop in crops:
        if crop.label not in known and not recipe.taxonomy:
            raise TrainError(
                f"{crop.path} validates or tests the label {crop.label!r}, which no training crop has: put some of its "
                "crops into the split train, or take it out"
            )
        if crop.label not in known:
            raise TrainError(f"the label {crop.label!r} of {crop.path} is not among {', '.join(known)}")
    missing = set(leaves) - set(found) - set(kept)
    if missing:
        raise TrainError(f"no training crop is labelled {sorted(missing)[0]!r}")
    if not any(crop.label in leaves for crop in splits.val):
        raise TrainError(
            f"no validation crop is labelled by a leaf of the class tree: label some as {', '.join(leaves)}"
        )
    try:
        tree = tree_of(recipe, leaves)
    except ValueError as error:  # before hours of training, not after
        raise TrainError(f"the labels of the crops cannot be classes: {error}") from error
    _check_labels(crops, tree)
    if len(leaves) < 2:
        raise TrainError(
            f"a classifier needs two classes, the data has {len(leaves)}: add crops of another one, such as ground "
            "without a vehicle"
        )
    return leaves


def tree_of(recipe: Recipe, labels: Sequence[str]) -> Taxonomy:
    """The recipe's class tree, or one without coarser answers."""
    return Taxonomy(recipe.taxonomy) if recipe.taxonomy else Taxonomy.flat(labels)


def _check_labels(crops: Iterable[Crop], tree: Taxonomy) -> None:
    """A crop may be listed twice, but not with labels of which at most one can be right."""
    label_of: dict[Path, str] = {}
    for crop in crops:
        one, other = label_of.setdefault(crop.path, crop.label or ""), crop.label or ""
        if one not in tree.path(other) and other not in tree.path(one):
            raise TrainError(f"{crop.path} is labelled both {one!r} and {other!r}: keep one")
