"""A crop with its embedding: what searching, grouping and galleries work with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vehicle_id.crops.chips import Chip
from vehicle_id.results import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedCrop:
    """A crop and what the network says of it before any decision; without a chip it could not be opened."""

    result: Result
    """What is known of the crop: path, status, sha256, ground sample distance; no answer."""
    chip: Chip | None = None
    """The whole crop, as the network took it."""
    embedding: NDArray[np.float32] | None = None
    """`[D]`, the mean over the windows of the crop."""
    logits: NDArray[np.float32] | None = None
    """`[C]`, whose softmax is the mean of the windows' probabilities."""
