"""Small galleries with chosen embeddings, for the tiny model's classes: car, van, bus, ground."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from vehicle_id.gallery.references import Gallery, Reference, vector_bytes

LABELS = ("car", "van", "bus", "ground")


def reference(
    label: str, embedding: Sequence[float], *, path: str = "", logits: Sequence[float] = (0, 0, 0, 0)
) -> Reference:
    name = path or f"{label} {embedding}"
    return Reference(
        label=label,
        path=name,
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        embedding=vector_bytes(np.array(embedding)),
        logits=vector_bytes(np.array(logits)),
    )


def gallery(*references: Reference, parents: dict[str, str] | None = None) -> Gallery:
    return Gallery(
        model="tiny-0.1", model_sha256="0" * 64, views=1, parents=parents or {}, references=tuple(references)
    )
