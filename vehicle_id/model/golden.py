"""Golden outputs: small crops with the scores a model must give for them, shipped beside the model.

They are checked through the whole light path, from encoded bytes to scores, so that a Pillow or onnxruntime that
decodes, resizes or computes differently is found.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np

from vehicle_id.crops.chips import stack
from vehicle_id.crops.open import open_crop
from vehicle_id.errors import CropError, IntegrityError, ModelError
from vehicle_id.model.session import Session

TOLERANCE = 1e-3
"""Largest logit difference between machines that counts as rounding."""


class GoldenCrop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One crop and its scores."""

    image: str
    """The encoded image file, base64."""
    gsd_m: float | None
    logits: tuple[float, ...]


def make_golden(session: Session, crops: Iterable[tuple[bytes, float | None]]) -> bytes:
    """JSON of the session's scores for encoded crops with their GSD."""
    golden = [
        GoldenCrop(image=base64.b64encode(data).decode(), gsd_m=gsd_m, logits=_logits(session, data, gsd_m))
        for data, gsd_m in crops
    ]
    return msgspec.json.format(msgspec.json.encode(golden), indent=1) + b"\n"


def check_golden(session: Session, file: Path) -> tuple[int, float]:
    """Answer every golden crop and compare.

    Returns:
        How many crops there are, and the largest logit difference.

    Raises:
        ModelError: there is no golden file, or it cannot be read.
        IntegrityError: a difference over `TOLERANCE`.
    """
    golden = _read(file)
    if not golden:
        raise ModelError(f"the golden outputs {file} contain no crop")
    differences = [_difference(session, each) for each in golden]
    worst = float(np.max(differences))  # NaN counts as the largest, unlike with max()
    if not worst <= TOLERANCE:
        raise IntegrityError(
            f"{session.card.full_name} answers golden crop {int(np.argmax(differences))} differently here: "
            f"logits differ by {worst:.4f}, allowed is {TOLERANCE}; do not use it on this machine"
        )
    return len(golden), worst


def _read(file: Path) -> Sequence[GoldenCrop]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=list[GoldenCrop])
    except FileNotFoundError as error:
        raise ModelError(f"no golden outputs at {file}: only a released or exported model folder has them") from error
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise ModelError(f"the golden outputs {file} cannot be read: {error}") from error


def _difference(session: Session, golden: GoldenCrop) -> float:
    try:
        found = _logits(session, base64.b64decode(golden.image), golden.gsd_m)
    except (CropError, ValueError) as error:
        raise ModelError(f"the golden outputs cannot be read: a crop is damaged: {error}") from error
    if len(found) != len(golden.logits):
        return float("inf")
    return float(np.max(np.abs(np.subtract(found, golden.logits))))


def _logits(session: Session, data: bytes, gsd_m: float | None) -> tuple[float, ...]:
    chip = open_crop(data, chip_px=session.card.chip_px, gsd_m=gsd_m).chip
    return tuple(float(value) for value in session.run(*stack([chip])).logits[0])
