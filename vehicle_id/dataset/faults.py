"""What can be wrong with a set of labelled crops, and what is to be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class Kind(str, Enum):
    """A kind of fault; the value stands in the JSON report."""

    UNREADABLE = "unreadable"
    BAD_ROW = "bad_row"
    NO_LABEL = "no_label"
    UNKNOWN_LABEL = "unknown_label"
    SPELLING = "spelling"
    DUPLICATE = "duplicate"
    CONTRADICTION = "contradiction"
    NEAR_DUPLICATE = "near_duplicate"
    LEAK = "leak"
    SIZE = "size"
    TOO_SMALL = "too_small"
    SUSPECT_LABEL = "suspect_label"
    ONE_CLASS = "one_class"
    FEW_CROPS = "few_crops"
    FEW_VALIDATION = "few_validation"
    NO_BACKGROUND = "no_background"
    NO_GROUPS = "no_groups"

    @property
    def heading(self) -> str:
        """Heading of the faults of this kind, for people."""
        return _HEADINGS[self]

    @property
    def advice(self) -> str:
        """What to do about it, in a sentence."""
        return _ADVICE[self]

    @property
    def is_error(self) -> bool:
        """Whether training on it gives a wrong model or a wrong figure, and not only a weaker one."""
        return self in _ERRORS


_HEADINGS = {
    Kind.UNREADABLE: "files that cannot be read",
    Kind.BAD_ROW: "rows of the manifest that cannot be used",
    Kind.NO_LABEL: "crops without a label",
    Kind.UNKNOWN_LABEL: "labels that are not in the class tree",
    Kind.SPELLING: "one label in several spellings",
    Kind.DUPLICATE: "the same picture more than once",
    Kind.CONTRADICTION: "the same picture with labels that contradict each other",
    Kind.NEAR_DUPLICATE: "nearly the same picture more than once",
    Kind.LEAK: "one scene on both sides of a split",
    Kind.SIZE: "a ground sample distance that contradicts the class",
    Kind.TOO_SMALL: "crops with too few pixels",
    Kind.SUSPECT_LABEL: "labels that the picture does not support",
    Kind.ONE_CLASS: "a single class",
    Kind.FEW_CROPS: "classes with few crops",
    Kind.FEW_VALIDATION: "classes with few crops to validate on",
    Kind.NO_BACKGROUND: "no class for crops without a vehicle",
    Kind.NO_GROUPS: "no groups",
}
_ADVICE = {
    Kind.UNREADABLE: "replace the files, or leave them out",
    Kind.BAD_ROW: "correct the rows",
    Kind.NO_LABEL: "label them, or leave them out",
    Kind.UNKNOWN_LABEL: "rename them, or state a class tree of your own in the recipe",
    Kind.SPELLING: "use one spelling",
    Kind.DUPLICATE: "keep one of each",
    Kind.CONTRADICTION: "look at the picture, and keep the right label",
    Kind.NEAR_DUPLICATE: "give them one group, or keep one of each",
    Kind.LEAK: "give all crops of one scene one group and one split: else the model is measured on what it has seen",
    Kind.SIZE: "check the ground sample distance and the label",
    Kind.TOO_SMALL: "expect no class from them",
    Kind.SUSPECT_LABEL: "look at these pictures first",
    Kind.ONE_CLASS: "add crops of another class: a classifier needs two",
    Kind.FEW_CROPS: "add crops, or join the class with a coarser one",
    Kind.FEW_VALIDATION: "thresholds and figures of these classes mean little: move groups into the split 'val'",
    Kind.NO_BACKGROUND: "add crops of ground and of other objects, labelled 'ground' or 'none': without them the model "
    "names a vehicle wherever it looks",
    Kind.NO_GROUPS: "fill the column 'group' (image, site, date): crops of one image look alike and stay in one split",
}
_ERRORS = frozenset(
    {
        Kind.UNREADABLE,
        Kind.BAD_ROW,
        Kind.NO_LABEL,
        Kind.UNKNOWN_LABEL,
        Kind.SPELLING,
        Kind.CONTRADICTION,
        Kind.LEAK,
        Kind.ONE_CLASS,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault, of some crops or of the whole set."""

    kind: Kind
    message: str
    """What is wrong, in a sentence without the paths."""
    paths: tuple[Path, ...] = ()
    """The crops concerned; empty for a fault of the set."""
    drop: tuple[Path, ...] = ()
    """The crops that a cleaned manifest leaves out."""
    relabel: str | None = None
    """The label that a cleaned manifest gives to all of `paths`."""
