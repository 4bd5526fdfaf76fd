"""What can be wrong with a set of labelled crops, and what is to be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class FaultKind(str, Enum):
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
    FaultKind.UNREADABLE: "files that cannot be read",
    FaultKind.BAD_ROW: "rows of the manifest that cannot be used",
    FaultKind.NO_LABEL: "crops without a label",
    FaultKind.UNKNOWN_LABEL: "labels that are not in the class tree",
    FaultKind.SPELLING: "one label in several spellings",
    FaultKind.DUPLICATE: "the same picture more than once",
    FaultKind.CONTRADICTION: "the same picture with labels that contradict each other",
    FaultKind.NEAR_DUPLICATE: "nearly the same picture more than once",
    FaultKind.LEAK: "one scene on both sides of a split",
    FaultKind.SIZE: "a ground sample distance that contradicts the class",
    FaultKind.TOO_SMALL: "crops with too few pixels",
    FaultKind.SUSPECT_LABEL: "labels that the picture does not support",
    FaultKind.ONE_CLASS: "a single class",
    FaultKind.FEW_CROPS: "classes with few crops",
    FaultKind.FEW_VALIDATION: "classes with few crops to validate on",
    FaultKind.NO_BACKGROUND: "no class for crops without a vehicle",
    FaultKind.NO_GROUPS: "no groups",
}
_ADVICE = {
    FaultKind.UNREADABLE: "replace the files, or leave them out",
    FaultKind.BAD_ROW: "correct the rows",
    FaultKind.NO_LABEL: "label them, or leave them out",
    FaultKind.UNKNOWN_LABEL: "rename them, or state a class tree of your own in the recipe",
    FaultKind.SPELLING: "use one spelling",
    FaultKind.DUPLICATE: "keep one of each",
    FaultKind.CONTRADICTION: "look at the picture, and keep the right label",
    FaultKind.NEAR_DUPLICATE: "give them one group, or keep one of each",
    FaultKind.LEAK: "give all crops of one scene one group and one split, or the figures mean nothing",
    FaultKind.SIZE: "check the ground sample distance and the label",
    FaultKind.TOO_SMALL: "expect no class from them",
    FaultKind.SUSPECT_LABEL: "look at these pictures first",
    FaultKind.ONE_CLASS: "add crops of another class: a classifier needs two",
    FaultKind.FEW_CROPS: "add crops, or join the class with a coarser one",
    FaultKind.FEW_VALIDATION: "thresholds and figures of these classes mean little: move groups into the split 'val'",
    FaultKind.NO_BACKGROUND: "add crops of ground and of other objects, labelled 'ground' or 'none': without "
    "them the model names a vehicle wherever it looks",
    FaultKind.NO_GROUPS: "fill the column 'group' (image, site, date): crops of one image belong in one split",
}
_ERRORS = frozenset(
    {
        FaultKind.UNREADABLE,
        FaultKind.BAD_ROW,
        FaultKind.NO_LABEL,
        FaultKind.UNKNOWN_LABEL,
        FaultKind.SPELLING,
        FaultKind.CONTRADICTION,
        FaultKind.LEAK,
        FaultKind.ONE_CLASS,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault, of some crops or of the whole set."""

    kind: FaultKind
    message: str
    """What is wrong, in a sentence without the paths."""
    paths: tuple[Path, ...] = ()
    """The crops concerned; empty for a fault of the set. Of copies those with the finest label come first."""
    drop: tuple[Path, ...] = ()
    """The crops that a cleaned manifest leaves out. Of copies of one picture it keeps the first that nothing else
    drops."""
    relabel: str | None = None
    """The label that a cleaned manifest gives to all of `paths`."""
