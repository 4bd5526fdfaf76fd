"""What an answer rests on: how much less likely it becomes when a part of the crop is covered.

A patch of the crop's mean colour is moved over the chip, and the network runs once for each place (occlusion
sensitivity, Zeiler and Fergus 2014, arXiv 1311.2901). It says which pixels the answer needs, not why; and a network can
also answer from the ground or a shadow. Looks at the whole crop alone, not at its other windows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vehicle_id.crops.chips import Chip, area_of
from vehicle_id.model.decide import softmax
from vehicle_id.model.session import Session

CELLS: Final = 8
"""Rows and columns of a map."""
PATCH: Final = 2
"""Side of the patch in cells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OcclusionMap:
    """How much of an answer's probability is lost where."""

    probability: float
    """Of the answer, with nothing covered."""
    loss: NDArray[np.float64]
    """`[CELLS, CELLS]`, from the crop's upper left corner: mean loss over the patches that cover a cell, at least 0."""


class Occluder:
    """Makes maps with one model.

    Args:
        session: the model.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._taxonomy = session.card.taxonomy()
        self._membership = self._taxonomy.membership(session.card.labels)
        self.chip_px = session.card.chip_px
        """Side of the chips that it takes."""

    def map_of(self, chip: Chip, *, height: int, width: int, label: str) -> OcclusionMap | None:
        """The map of one answer; None for an answer that is no node of the model's tree.

        Args:
            chip: of the whole crop.
            height: of the crop in pixels, before it was fitted to the chip.
            width: likewise.
            label: the answer.
        """
        if label not in self._taxonomy:
            return None
        covered = list(_covered(chip, height=height, width=width))
        chips = np.stack([chip.pixels, *(pixels for _, _, pixels in covered)])
        scores = self._session.run(chips, np.full(len(chips), chip.extent_m, np.float32))
        found = (softmax(scores.logits) @ self._membership)[:, self._taxonomy.names.index(label)]
        loss, times = np.zeros((CELLS, CELLS)), np.zeros((CELLS, CELLS))
        for (row, column, _), probability in zip(covered, found[1:], strict=True):
            cells = slice(row, row + PATCH), slice(column, column + PATCH)
            loss[cells] += found[0] - probability
            times[cells] += 1
        return OcclusionMap(probability=float(found[0]), loss=np.maximum(loss / times, 0.0))


def _covered(chip: Chip, *, height: int, width: int) -> list[tuple[int, int, NDArray[np.uint8]]]:
    """Row and column of the patch in cells, and the chip with it."""
    top, left, rows, columns = area_of(height=height, width=width, chip_px=chip.pixels.shape[0])
    colour = chip.pixels[top : top + rows, left : left + columns].mean(axis=(0, 1)).round().astype(np.uint8)
    ys = [top + round(rows * at / CELLS) for at in range(CELLS + 1)]
    xs = [left + round(columns * at / CELLS) for at in range(CELLS + 1)]
    found = []
    for row in range(CELLS - PATCH + 1):
        for column in range(CELLS - PATCH + 1):
            pixels = chip.pixels.copy()
            pixels[ys[row] : ys[row + PATCH], xs[column] : xs[column + PATCH]] = colour
            found.append((row, column, pixels))
    return found
