"""How often does the 90 % interval of `vehicle-id measure` hold the true length?

    python -m training.measure.length_budget data/rates/manifest.csv
    python -m training.measure.length_budget data/ortho/manifest.csv

Takes the crops of a manifest that state their true length. Sun and view are those of the manifest. The height of a
vehicle is that of the answer in the catalogue, as for a user.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vehicle_id import Classifier, load_catalogue
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.report.measured import measure_rows

EDGES = {"off_nadir": (0, 5, 10, 15, 20, 40), "pixels": (0, 12, 20, 30, 50, 1000)}


@dataclass(frozen=True, kw_only=True)
class Lengths:
    """Crops with a known length that were measured; arrays `[N]`."""

    held: NDArray[np.bool_]
    """Whether the interval of all parts holds the true length."""
    held_by_answer: NDArray[np.bool_]
    """Whether the interval of the answer does."""
    error: NDArray[np.float64]
    """Of the length, relative."""
    off_nadir: NDArray[np.float64]
    """Degrees; -1 = not known."""
    pixels: NDArray[np.float64]
    """True length in pixels."""


def measured(classifier: Classifier, data: Path, *, split: str | None = None) -> Lengths:
    """Answer the crops of a manifest that state their length, and compare."""
    catalogue = load_catalogue()
    crops = [each for each in read_labelled(data) if each.length_m is not None and split in (None, each.split)]
    found = []
    for crop, result in zip(crops, classifier.classify_crops(crops), strict=True):
        for each in measure_rows([result], catalogue, interval_z=classifier.card.decision.size_interval_z):
            budget, size = each.budget, result.size
            assert budget is not None and size is not None and crop.length_m is not None and result.gsd_m is not None
            known = result.place is not None and result.place.off_nadir_deg is not None
            found.append(
                (
                    budget.low_m <= crop.length_m <= budget.high_m,
                    size.length_low_m <= crop.length_m <= size.length_high_m,
                    abs(budget.length_m / crop.length_m - 1),
                    result.place.off_nadir_deg if known and result.place else -1.0,
                    crop.length_m / result.gsd_m,
                )
            )
    held, plain, error, off_nadir, pixels = np.array(found, float).T
    return Lengths(
        held=held.astype(bool), held_by_answer=plain.astype(bool), error=error, off_nadir=off_nadir, pixels=pixels
    )


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--split", help="only crops of this split")
    parser.add_argument("--model", help="published name or path; default: the default model")
    arguments = parser.parse_args()
    found = measured(Classifier(arguments.model), arguments.data, split=arguments.split)
    held, plain = found.held.mean(), found.held_by_answer.mean()
    print(f"{len(found.held)} lengths: the budget holds {held:.3f}, the interval of the answer {plain:.3f}")
    print(f"median error {np.median(found.error):.3f}")
    for name, values in (("off_nadir", found.off_nadir), ("pixels", found.pixels)):
        for low, high in pairwise(EDGES[name]):
            chosen = (values >= low) & (values < high)
            if chosen.any():
                print(f"  {name} {low} to {high}: {chosen.sum()}, holds {found.held[chosen].mean():.3f}")


if __name__ == "__main__":
    main()
