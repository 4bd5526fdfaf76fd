"""Warnings that a person can act on: each says what was found, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from vehicle_id.dataset.faults import Fault, FaultKind
from vehicle_id.dataset.labels import FEWEST, label_faults
from vehicle_id.taxonomy import Taxonomy
from vehicle_id.text import count_of
from vehicle_id.train.calibrate import FEWEST_ANSWERS, Calibration
from vehicle_id.train.history import EpochRecord
from vehicle_id.train.recipe import Recipe
from vehicle_id.train.run_report.results import ClassResult, RunResults
from vehicle_id.train.splits import Splits

CONFUSED_SHARE: Final = 0.2
FEWEST_CONFUSED: Final = 3
"""Crops of a class, and share of them, that another class takes, from which on two classes are called confused."""
STILL_FALLING: Final = 0.01
"""Share by which the last epoch lowered the loss on the validation split, from which on longer training is advised."""
RISEN: Final = 0.1
"""Share by which the loss on the validation split rose after the best epoch, from which on this is over-fitting."""
OF_THE_SET: Final = frozenset((FaultKind.NO_BACKGROUND, FaultKind.NO_GROUPS, FaultKind.ONE_CLASS))
"""Faults whose message is a whole sentence; those of the others begin with a label."""
SHOWN: Final = 6
"""Classes or pairs that a sentence names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One warning."""

    topic: str
    """A word for programs, such as `background`."""
    message: str
    """What was found, in a sentence without its full stop."""
    advice: str
    """What to do, in a sentence without its full stop."""
    paths: tuple[Path, ...] = ()
    """Crops to look at."""

    @property
    def line(self) -> str:
        """The warning on one line."""
        return f"{self.message}. {self.advice[:1].upper()}{self.advice[1:]}"


def of_labels(splits: Splits, recipe: Recipe) -> list[Finding]:
    """What the labels alone tell, before any training."""
    parts = {"train": splits.train, "val": [*splits.val, *splits.calibrate]}
    crops = [replace(crop, split=name) for name, part in parts.items() for crop in part]
    by_kind: dict[FaultKind, list[Fault]] = {}
    for fault in label_faults(crops, Taxonomy(recipe.taxonomy) if recipe.taxonomy else None):
        by_kind.setdefault(fault.kind, []).append(fault)
    if any(crop.split for crop in splits.train):
        by_kind.pop(FaultKind.NO_GROUPS, None)  # the user has divided the crops
    return [
        Finding(
            topic=kind.value,
            message=_joined([fault.message for fault in faults])
            if kind in OF_THE_SET
            else f"{kind.heading}: {_joined([fault.message for fault in faults])}",
            advice=kind.advice,
        )
        for kind, faults in by_kind.items()
    ]


def of_run(
    recipe: Recipe, rows: Sequence[EpochRecord], results: RunResults, calibration: Calibration, *, kept_epoch: int
) -> Iterator[Finding]:
    """What the finished run tells.

    Args:
        recipe: as run.
        rows: the history.
        results: on the validation crops.
        calibration: with its decision.
        kept_epoch: the epoch whose weights are kept, counted from 1.
    """
    yield from _of_validation(results, calibration, recipe)
    yield from _never_trained(results.classes)
    yield from _not_found(results.classes)
    yield from _confused(results.by_family, "families")
    yield from _confused(results.classes, "classes")
    yield from _of_course(rows, recipe.train.epochs, kept_epoch)


def of_suspects(faults: Sequence[Fault], *, num_crops: int) -> list[Finding]:
    """Labels that the pictures speak against, in one warning.

    Args:
        faults: as `dataset.labels.suspect_labels` finds them.
        num_crops: that were looked at.
    """
    if not faults:
        return []
    return [
        Finding(
            topic="labels",
            message=f"{count_of(len(faults), 'label')} of {num_crops} may be wrong: the network, and crops of other "
            "groups, speak for another class",
            advice="look at these crops in the report, and correct the labels that are wrong",
            paths=tuple(path for fault in faults for path in fault.paths),
        )
    ]


def _of_validation(results: RunResults, calibration: Calibration, recipe: Recipe) -> Iterator[Finding]:
    thresholds, wanted = calibration.decision.thresholds, recipe.calibrate.target_precision
    if results.num_crops < FEWEST_ANSWERS:
        yield Finding(
            topic="validation",
            message=f"{count_of(results.num_crops, 'validation crop')} cannot fit a threshold",
            advice=f"give at least {FEWEST_ANSWERS}, and {FEWEST} of each class",
        )
        return
    never = [level for level, least in thresholds.items() if least > 1]
    if never:
        yield Finding(
            topic="thresholds",
            message=f"no threshold of the level {_joined(never)} is right in {wanted:.0%} of its answers, so that the "
            "model never answers with it",
            advice="train longer, add crops of the classes that are confused below, or lower target_precision in the "
            "recipe",
        )
    reached = calibration.decision.target_precision
    if reached is not None and reached < wanted:
        yield Finding(
            topic="precision",
            message=f"no level reaches the target_precision of {wanted:.0%}; thresholds are fitted for {reached:.0%}",
            advice="train longer, or give more crops",
        )


def _never_trained(classes: Sequence[ClassResult]) -> Iterator[Finding]:
    names = [each.label for each in classes if each.support and not each.num_train]
    if names:
        yield Finding(
            topic="untrained",
            message=f"no training crop has exactly the label {_joined(names)}, though validation crops have it",
            advice="add training crops with it, or move some from the validation split",
        )


def _not_found(classes: Sequence[ClassResult]) -> Iterator[Finding]:
    names = [each.label for each in classes if each.support >= FEWEST and not each.hits]
    if names:
        yield Finding(
            topic="missed",
            message=f"not one validation crop of {_joined(names)} is found",
            advice="check that its crops look alike in both splits, add crops, or join it with another class",
        )


def _confused(classes: Sequence[ClassResult], noun: str) -> Iterator[Finding]:
    pairs = [
        (count / each.support, f"{each.label} as {other} ({count} of {each.support})")
        for each in classes
        for other, count in each.mistaken_for
        if count >= FEWEST_CONFUSED and count >= CONFUSED_SHARE * each.support
    ]
    if pairs:
        yield Finding(
            topic=f"confused_{noun}",
            message=f"{noun} are confused: {_joined([text for _, text in sorted(pairs, reverse=True)])}",
            advice="look at these crops in the report: add crops that show the difference, state the ground sample "
            "distance if it is one of size, or join the two",
        )


def _of_course(rows: Sequence[EpochRecord], num_epochs: int, kept_epoch: int) -> Iterator[Finding]:
    """More or fewer epochs."""
    losses = np.array([row["val_nll"] for row in rows if "val_nll" in row])
    if len(losses) < 2 or len(losses) < len(rows):
        return
    best = int(losses.argmin())
    if best == len(rows) - 1 and rows[-1]["epoch"] == num_epochs and losses[-1] < (1 - STILL_FALLING) * losses[-2]:
        yield Finding(
            topic="epochs",
            message=f"the validation was still improving at the last epoch ({losses[-2]:.3f} to {losses[-1]:.3f})",
            advice=f"train longer: --epochs {2 * num_epochs}, into another folder",
        )
    if losses[-1] > (1 + RISEN) * losses[best] and rows[-1]["loss"] < rows[best]["loss"]:
        yield Finding(
            topic="over_fitting",
            message=f"over-fitting after epoch {best + 1}: the loss on training crops fell from "
            f"{rows[best]['loss']:.3f} to {rows[-1]['loss']:.3f}, that on validation crops rose from "
            f"{losses[best]:.3f} to {losses[-1]:.3f}",
            advice=f"the weights of epoch {kept_epoch} are kept; more crops help, more epochs do not"
            if kept_epoch == best + 1
            else f"the weights of epoch {kept_epoch} are kept all the same (train.kept_epoch): more crops help, "
            "or fewer epochs",
        )


def _joined(texts: Sequence[str]) -> str:
    more = [f"{len(texts) - SHOWN} more"] if len(texts) > SHOWN else []
    return ", ".join([*texts[:SHOWN], *more])
