"""Check a set of labelled crops before it trains a model."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vehicle_id.classifier import Classifier
from vehicle_id.crops.labelled import labelled_rows, read_labelled
from vehicle_id.crops.manifest import Crop
from vehicle_id.dataset.duplicates import duplicate_faults
from vehicle_id.dataset.faults import Fault, FaultKind
from vehicle_id.dataset.labels import label_faults, suspect_labels
from vehicle_id.dataset.metres import size_faults
from vehicle_id.dataset.pictures import LabelledPicture, open_pictures
from vehicle_id.errors import InputError
from vehicle_id.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetReport:
    """What a set of labelled crops holds, and what is wrong with it."""

    data: Path
    """The folder or the manifest."""
    crops: tuple[Crop, ...]
    """Every row or file, in order, faulty ones too."""
    pictures: tuple[LabelledPicture, ...]
    """Those that can be read and have a label."""
    faults: tuple[Fault, ...]

    @property
    def has_errors(self) -> bool:
        """Whether a model trained or measured on this set would be wrong."""
        return any(fault.kind.is_error for fault in self.faults)

    def counts(self) -> dict[str, dict[str, int]]:
        """Readable crops by label and split, the most frequent label first; no stated split is `""`."""
        by_label: dict[str, Counter[str]] = {}
        for picture in self.pictures:
            by_label.setdefault(picture.crop.label or "", Counter())[picture.crop.split or ""] += 1
        return {
            label: dict(sorted(splits.items()))
            for label, splits in sorted(by_label.items(), key=lambda item: (-item[1].total(), item[0]))
        }

    def to_dict(self) -> dict[str, Any]:
        """The report as plain values, for JSON: numbers, distributions, and every fault with its crops."""
        sides = [min(picture.width_px, picture.height_px) for picture in self.pictures]
        distances = [picture.gsd_m for picture in self.pictures if picture.gsd_m is not None]
        return {
            "data": str(self.data),
            "num_crops": len(self.crops),
            "num_readable": len(self.pictures),
            "classes": self.counts(),
            "short_side_px": _quantiles(sides),
            "gsd_m": _quantiles(distances),
            "num_without_gsd": len(self.pictures) - len(distances),
            "num_groups": len({picture.crop.group for picture in self.pictures} - {None}),
            "faults": [
                {
                    "kind": fault.kind.value,
                    "severity": "error" if fault.kind.is_error else "warning",
                    "message": fault.message,
                    "crops": [str(path) for path in fault.paths],
                }
                for fault in self.faults
            ],
        }


def _quantiles(values: Sequence[float]) -> dict[str, float] | None:
    if not values:
        return None
    names = ("lowest", "tenth", "median", "nine_tenths", "highest")
    found = np.quantile(values, (0, 0.1, 0.5, 0.9, 1))
    return {name: round(float(value), 4) for name, value in zip(names, found, strict=True)}


def check_dataset(
    data: str | Path, *, tree: Taxonomy | None = None, classifier: Classifier | None = None
) -> DatasetReport:
    """Open every labelled crop once and look for faults.

    Args:
        data: a CSV manifest with a column `label`, or a folder with a subfolder per class.
        tree: labels must be nodes of it, and its sizes are compared with the crops; None = any label is right.
        classifier: whose embeddings find labels that the picture does not support; None = not looked for.

    Raises:
        InputError: no such data, or no crop in it can be read.
        ManifestError: a manifest that is none, or whose labels are answers of a model.
    """
    data = Path(data)
    crops = tuple(read_labelled(data) if os.path.isdir(data) or not os.path.lexists(data) else labelled_rows(data))
    opened = list(open_pictures(crops))
    faults = [fault for picture in opened if (fault := _of_row(picture)) is not None]
    pictures = tuple(picture for picture in opened if picture.problem is None and picture.crop.label)
    if not pictures:
        why = f": {faults[0].paths[0]}: {faults[0].message}" if faults else ""
        raise InputError(f"no labelled crop in {data} can be read{why}")
    kept = [picture.crop for picture in pictures]
    faults += label_faults(kept, tree)
    faults += duplicate_faults(pictures, tree)
    if tree is not None:
        faults += size_faults(pictures, tree)
    if classifier is not None:
        faults += suspect_labels(kept, _embeddings(kept, classifier))
    order = list(FaultKind)
    faults.sort(key=lambda fault: (not fault.kind.is_error, order.index(fault.kind)))
    return DatasetReport(data=data, crops=crops, pictures=pictures, faults=tuple(faults))


def _embeddings(crops: Sequence[Crop], classifier: Classifier) -> NDArray[np.float32]:
    """`[N, D]`, with what the manifest states of each crop; NaN for one that can no longer be opened."""
    found = [each.embedding for each in classifier.embed_crops(crops)]
    size = next((len(each) for each in found if each is not None), 1)
    return np.array([np.full(size, np.nan) if each is None else each for each in found], np.float32)


def _of_row(picture: LabelledPicture) -> Fault | None:
    """A row that cannot be used, or a file that cannot be read, or has no label."""
    path = (picture.crop.path,)
    if picture.problem is not None:
        kind = FaultKind.BAD_ROW if picture.crop.problem else FaultKind.UNREADABLE
        return Fault(kind=kind, message=picture.problem, paths=path, drop=path)
    if not picture.crop.label:
        return Fault(kind=FaultKind.NO_LABEL, message="has no label", paths=path, drop=path)
    return None
