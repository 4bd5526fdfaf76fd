"""Golden outputs: small crops with the scores a model must give for them, shipped beside the model.

They are checked through the whole light path, from encoded bytes to scores, so that a Pillow or onnxruntime that
decodes, resizes or computes differently is found.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np

from vehicle_id.crops.chips import stack
from vehicle_id.crops.open import open_crop
from vehicle_id.errors import CropError, IntegrityError, ModelError
from vehicle_id.files import read_short
from vehicle_id.model.hub import ModelFile
from vehicle_id.model.session import Session
from vehicle_id.text import said

MAX_GOLDEN_BYTES = 64 << 20
"""The released models have 60 kB."""
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
        raise _other_answers(session, f"golden crop {int(np.argmax(differences))} differently", worst)
    return len(golden), worst


def check_provider(session: Session, file: ModelFile) -> None:
    """Compare what runs the graph, another processor or library than the CPU of onnxruntime, with the published scores.

    Without golden outputs beside the model the scores are those of the CPU, for drawn chips.

    Raises:
        IntegrityError: a difference over `TOLERANCE`.
        ModelError: the golden outputs cannot be read.
    """
    golden = file.beside("golden.json")
    if os.path.exists(golden):
        check_golden(session, golden)
        return
    difference = _difference_from_cpu(session, file.data)
    if not difference <= TOLERANCE:
        raise _other_answers(session, "drawn chips differently than on the CPU", difference)


def _other_answers(session: Session, what: str, difference: float) -> IntegrityError:
    is_cpu = session.provider == "cpu"
    where = "here" if is_cpu else f"on the provider {session.provider!r}"
    remedy = "do not use it on this machine" if is_cpu else "use --provider cpu"
    return IntegrityError(
        f"{session.card.full_name} answers {what} {where}: "
        f"logits differ by {difference:.4f}, allowed is {TOLERANCE}; {remedy}"
    )


def _difference_from_cpu(session: Session, data: bytes) -> float:
    side = session.card.chip_px
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (4, side, side, 3), np.uint8)
    blocks = np.repeat(np.repeat(noise[:, : -(-side // 8), : -(-side // 8)], 8, axis=1), 8, axis=2)[:, :side, :side]
    chips, extents = np.concatenate([noise, blocks]), np.tile(np.array([0, 5, 12, 40], np.float32), 2)
    cpu = Session(data, threads=1, provider="cpu")
    return float(np.max(np.abs(session.run(chips, extents).logits - cpu.run(chips, extents).logits)))


def _read(file: Path) -> Sequence[GoldenCrop]:
    try:
        return msgspec.json.decode(read_short(file, MAX_GOLDEN_BYTES), type=list[GoldenCrop])
    except FileNotFoundError as error:
        raise ModelError(f"no golden outputs at {file}: only a released or exported model folder has them") from error
    except (OSError, ValueError, RecursionError) as error:  # ValueError: too long, or no such JSON
        raise ModelError(f"the golden outputs {file} cannot be read: {said(error)}") from error


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
