"""Outputs of an exported graph on a run's validation split: to fit its decision, and to measure its loss of accuracy.

The decision of a graph in 8 bits is fitted on its own outputs, not on those of the network it was made from.
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
from vehicle_id.model.ood import class_distance
from vehicle_id.model.session import ScoreArray, Scores, Session
from vehicle_id.model.views import mean_of_windows
from vehicle_id.taxonomy import Taxonomy
from vehicle_id.train.calibrate import HeldOutOutputs, gsd_errors, sources_of
from vehicle_id.train.crop_dataset import CropDataset, batches

MOST_LOST = 0.005
"""Share of the validation split that may be lost; one crop may always be lost."""
NUM_RANGE_CHIPS = 400
"""Training crops from which activation ranges are taken. Any number from 100 to 1,000 gave the same accuracy."""
BATCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Chips of crops with their truth."""

    labels: tuple[str, ...]
    """The leaf labels, in the order of the logits."""
    taxonomy: Taxonomy
    """The class tree."""
    views: int
    """Windows of each crop."""
    chips: NDArray[np.uint8]
    """`[N * views, S, S, 3]`, the windows of a crop next to each other."""
    extent_m: ScoreArray
    """`[N * views]`."""
    target: NDArray[np.bool_]
    """`[N, C]`, the leaves that each label allows."""
    true_size: NDArray[np.float32]
    """`[N, 2]`, NaN where not known."""
    source: NDArray[np.str_]
    """`[N]`, see `sources_of`."""
    gsd_error: NDArray[np.float64]
    """`[N]`, see `gsd_errors`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecisionLoss:
    """What a lower precision costs on the validation split."""

    num_crops: int
    same_top1: int
    largest_difference: float
    """Of probabilities, each graph's at its own temperature."""
    accuracy: float
    accuracy_before: float


def read_examples(
    crops: Sequence[Crop], labels: Sequence[str], taxonomy: Taxonomy, *, chip_px: int, views: int = 1
) -> Examples:
    """Open crops in the way in which training validates.

    Raises:
        TrainError: one of them can no longer be read.
    """
    dataset = CropDataset(crops, labels, taxonomy, chip_px=chip_px, augment=None, seed=0, views=views)
    keys = [(0, number) for number in range(len(crops))]
    read = list(batches(dataset, keys, batch_size=BATCH, num_workers=0))
    joined = {name: np.concatenate([batch[name].numpy() for batch in read]) for name in read[0]}
    if views > 1:
        joined = {name: values.reshape(-1, *values.shape[2:]) for name, values in joined.items()}
    target = joined["target"][::views]
    return Examples(
        labels=tuple(labels),
        taxonomy=taxonomy,
        views=views,
        chips=joined["chips"],
        extent_m=joined["extent_m"],
        target=target,
        true_size=joined["size"][::views],
        source=sources_of([crop.origin for crop in crops], target, [taxonomy[label].has_size for label in labels]),
        gsd_error=gsd_errors(crops),
    )


def run_graph(session: Session, examples: Examples) -> HeldOutOutputs:
    """The outputs of an exported graph, as `calibrate` takes them."""
    parts = [
        session.run(examples.chips[first : first + BATCH], examples.extent_m[first : first + BATCH])
        for first in range(0, len(examples.chips), BATCH)
    ]
    sizes = [part.size for part in parts if part.size is not None]
    logits = np.concatenate([part.logits for part in parts])
    embeddings = [part.embedding for part in parts if part.embedding is not None]
    scores = mean_of_windows(
        Scores(
            logits=logits,
            embedding=np.concatenate(embeddings) if embeddings else None,
            size=np.concatenate(sizes) if sizes else None,
        ),
        examples.views,
    )
    return HeldOutOutputs(
        labels=examples.labels,
        taxonomy=examples.taxonomy,
        target=examples.target,
        source=examples.source,
        logits=scores.logits,
        size=scores.size,
        true_size=examples.true_size,
        gsd_error=examples.gsd_error,
        windows=None if examples.views == 1 else logits.reshape(len(examples.target), examples.views, -1),
        distance=class_distance(scores.embedding, session.card.class_means()),
    )


def draw_range_chips(crops: Sequence[Crop], *, chip_px: int, seed: int) -> list[Chip]:
    """Chips of training crops for activation ranges: the origins in turn, as long as there are several.

    Raises:
        TrainError: none of the crops can be opened.
    """
    order = np.random.default_rng(seed).permutation(len(crops))
    seen: Counter[str] = Counter()
    turns = []
    for number in order:
        origin = crops[number].origin or "real"
        turns.append(seen[origin])
        seen[origin] += 1
    chips: list[Chip] = []
    for place in np.argsort(turns, kind="stable"):
        crop = crops[order[place]]
        with suppress(CropError):
            chips.append(open_crop(crop.path, chip_px=chip_px, gsd_m=crop.gsd_m, bands=crop.bands).chip)
        if len(chips) == NUM_RANGE_CHIPS:
            break
    if not chips:
        raise TrainError("no training crop of the run can be opened: activation ranges are taken from them")
    return chips


def compare_precision(before: HeldOutOutputs, after: HeldOutOutputs, precision: Precision) -> PrecisionLoss:
    """Compare the outputs of a graph with those of the graph it was made from.

    Args:
        before: outputs of the graph in 32 bits.
        after: outputs of the graph in `precision`, on the same crops.
        precision: how the second graph is stored.

    Raises:
        TrainError: a logit is not a number, or more than `MOST_LOST` of the crops are lost.
    """
    if not np.isfinite(after.logits).all():
        raise TrainError(f"the graph in {precision} gives logits that are not numbers; nothing was written")
    theirs, ours = before.leaves(), after.leaves()
    loss = PrecisionLoss(
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
