"""An exported graph on a run's validation split: outputs to fit the decision by, and what storing it smaller cost.

The decision of a graph in 8 bits is fitted on its own answers, not on those of the network it was made of. This room
reads crops and compares; it changes no graph.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vehicle_id.crops.chips import Chip
from vehicle_id.crops.manifest import Crop
from vehicle_id.crops.open import open_crop
from vehicle_id.errors import CropError, TrainError
from vehicle_id.model.card import Precision
from vehicle_id.model.decide import softmax
from vehicle_id.model.session import ScoreArray, Session
from vehicle_id.taxonomy import Taxonomy
from vehicle_id.train.calibrate import Held
from vehicle_id.train.data import CropDataset, batches

MOST_LOST = 0.005
"""Share of the validation split whose class may be lost; one crop always may."""
NUM_RANGED = 400
"""Training crops that ranges are taken from. From 100 to 1,000 of them made no difference."""
BATCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """DecodedCrop crops with their truth."""

    chips: NDArray[np.uint8]
    """`[N, S, S, 3]`."""
    extent_m: ScoreArray
    """`[N]`."""
    target: NDArray[np.bool_]
    """`[N, C]`, the leaves that each label allows."""
    true_size: NDArray[np.float32]
    """`[N, 2]`, NaN where not known."""
    rendered: NDArray[np.bool_]
    """`[N]`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What storing a graph smaller cost on the validation split."""

    num_crops: int
    same_top1: int
    largest_difference: float
    """Of probabilities, each graph's at its own temperature."""
    accuracy: float
    accuracy_before: float


def read_examples(crops: Sequence[Crop], labels: Sequence[str], taxonomy: Taxonomy, *, chip_px: int) -> Examples:
    """Open crops as training validates by them.

    Raises:
        TrainError: one of them is gone.
    """
    dataset = CropDataset(crops, labels, taxonomy, chip_px=chip_px, augment=None, seed=0)
    keys = [(0, number) for number in range(len(crops))]
    try:
        read = list(batches(dataset, keys, batch_size=BATCH, num_workers=0))
    except CropError as error:
        raise TrainError(
            f"a crop of the run can no longer be opened, and thresholds are fitted on all: {error}"
        ) from error
    joined = {name: np.concatenate([batch[name].numpy() for batch in read]) for name in read[0]}
    return Examples(
        chips=joined["chips"],
        extent_m=joined["extent_m"],
        target=joined["target"],
        true_size=joined["size"],
        rendered=np.array([crop.origin == "rendered" for crop in crops]),
    )


def held_out(session: Session, examples: Examples) -> Held:
    """The outputs of an exported graph, as `calibrate` takes them."""
    num = len(examples.chips)
    parts = [
        session.run(examples.chips[first : first + BATCH], examples.extent_m[first : first + BATCH])
        for first in range(0, num, BATCH)
    ]

    def joined(name: str) -> ScoreArray | None:
        values = [getattr(part, name) for part in parts]
        return None if values[0] is None else np.concatenate(values)

    logits = joined("logits")
    assert logits is not None  # every graph has them
    return Held(
        target=examples.target,
        rendered=examples.rendered,
        logits=logits,
        size=joined("size"),
        true_size=examples.true_size,
        embedding=joined("embedding"),
        unknown=joined("unknown"),
    )


def draw_ranged(crops: Sequence[Crop], *, chip_px: int, seed: int) -> list[Chip]:
    """Chips of training crops to take ranges from: rendered and real ones by turns while they last.

    Raises:
        TrainError: none of them can be opened any more.
    """
    order = np.random.default_rng(seed).permutation(len(crops))
    seen: Counter[bool] = Counter()
    turns = []
    for number in order:
        rendered = crops[number].origin == "rendered"
        turns.append(seen[rendered])
        seen[rendered] += 1
    chips: list[Chip] = []
    for place in np.argsort(turns, kind="stable"):
        crop = crops[order[place]]
        with suppress(CropError):
            chips.append(open_crop(crop.path, chip_px=chip_px, gsd_m=crop.gsd_m).chip)
        if len(chips) == NUM_RANGED:
            break
    if not chips:
        raise TrainError("no training crop of the run can be opened any more: ranges are taken from them")
    return chips


def compare_stored(before: Held, after: Held, precision: Precision) -> Loss:
    """Compare the answers of a graph with those of the one it was made of.

    Args:
        before: outputs of the graph in 32 bits.
        after: of the one stored smaller, on the same crops.
        precision: how it is stored.

    Raises:
        TrainError: it gives something that is no number, or loses more than `MOST_LOST` of the crops.
    """
    if not np.isfinite(after.logits).all():
        raise TrainError(f"the graph in {precision} gives logits that are no numbers; nothing was written")
    theirs, ours = softmax(before.logits), softmax(after.logits)
    loss = Loss(
        num_crops=len(ours),
        same_top1=int((theirs.argmax(axis=1) == ours.argmax(axis=1)).sum()),
        largest_difference=float(np.abs(theirs - ours).max()),
        accuracy=float(np.mean(after.right())),
        accuracy_before=float(np.mean(before.right())),
    )
    lost = int(before.right().sum()) - int(after.right().sum())
    if lost > max(1, MOST_LOST * loss.num_crops):
        raise TrainError(
            f"the graph in {precision} loses {lost} of {loss.num_crops} validation crops, allowed are "
            f"{MOST_LOST:.1%}: export it without --{precision}; nothing was written"
        )
    return loss
