"""Crops with their embeddings -> references of a gallery."""

from __future__ import annotations

import io
from collections.abc import Iterable

from PIL import Image

from vehicle_id.crops.chips import Chip
from vehicle_id.crops.embedded import EmbeddedCrop
from vehicle_id.crops.manifest import PREFIX
from vehicle_id.crops.speckle import NOT_OPTICAL
from vehicle_id.errors import InputError
from vehicle_id.gallery.references import Reference, vector_bytes
from vehicle_id.text import letters_of, path_text

LABEL = f"{PREFIX}label"
"""The name that a manifest's column `label` has in a result."""
THUMBNAIL_PX = 96


def collect(crops: Iterable[EmbeddedCrop], *, label: str | None = None, optical: bool = True) -> list[Reference]:
    """The references that crops make; those that could not be opened are left out.

    Args:
        crops: as `Classifier.embed_crops` returns them.
        label: of all crops, in place of the manifest's.
        optical: whether the model was made for optical pictures.

    Raises:
        InputError: a crop has no label, or looks like radar to a model of optical pictures.
    """
    references = []
    for crop in crops:
        if crop.chip is None or crop.embedding is None or crop.logits is None:
            continue
        path = path_text(crop.result.path or "-")
        name = label or crop.result.extra.get(LABEL)
        if not name:
            raise InputError(f"the crop {path} has no label: give --label, or a manifest with a column label")
        if optical and NOT_OPTICAL in crop.result.flags:
            raise InputError(
                f"the crop {path} is grey and speckled, as radar is, and {crop.result.model} was made for optical "
                "pictures: it cannot be a reference"
            )
        references.append(
            Reference(
                label=name,
                path=path,
                sha256=crop.result.sha256 or "",
                gsd_m=crop.result.gsd_m,
                embedding=vector_bytes(crop.embedding),
                logits=vector_bytes(crop.logits),
                thumbnail=_thumbnail(crop.chip),
            )
        )
    return references


def check_spelling(references: Iterable[Reference], names: Iterable[str]) -> None:
    """Refuse a label that differs from a known name in capitals, spaces and hyphens alone: it would be a second class.

    Args:
        references: to be added.
        names: of the model's class tree and of the gallery.

    Raises:
        InputError: such a label.
    """
    known = {letters_of(name): name for name in names}
    for each in references:
        name = known.setdefault(letters_of(each.label), each.label)
        if name != each.label:
            raise InputError(
                f"the label {each.label!r} would be a class beside {name!r}: write {name!r}, or choose another name"
            )


def _thumbnail(chip: Chip) -> bytes:
    """Encoded from the pixels: nothing else that was in the crop's file is kept."""
    image = Image.fromarray(chip.pixels)
    image.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
