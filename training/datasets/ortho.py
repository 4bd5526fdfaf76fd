"""Cut the boxes of the open orthophotos (`ortho/`) into crops with a manifest.

Rows marked `measure` become the split `test`. Of the others every place is in one of `--folds` folds, by the hash of its
name; the places of fold `--fold` validate, the rest train. Without `--fold` all of them train.

    python -m training.datasets.ortho ../shared/data/ortho --out data/ortho [--fold 0 --folds 4]

Crops come with context: a square of 1.6 times the box, from which training cuts its windows. Lengths are computed from
the axis-aligned box with the usual proportion of the class, and are missing where the box is nearly square.
"""

from __future__ import annotations
