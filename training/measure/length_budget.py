"""How often does the 90 % interval of `vehicle-id measure` hold the true length?

    python -m training.measure.length_budget data/measure/manifest.csv
    python -m training.measure.length_budget data/ortho/manifest.csv

Takes the crops of a manifest that state their true length. Sun and view are those of the manifest. The height of a
vehicle is that of the answer in the catalogue, as for a user.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path

import numpy as np

from vehicle_id import Classifier, load_catalogue
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.report.measured import measure_rows

EDGES = {"off_nadir": (0, 5, 10, 15, 20, 40), "pixels": (0, 12, 20, 30, 50, 1000)}


def main() -> None:
    """Answer the crops, compare the lengths."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--split", help="only crops of this split")
    arguments = parser.parse_args()
    classifier, catalogue = Classifier("overhead-1.1"), load_catalogue()
    crops = [each for each in read_labelled(arguments.data) if each.length_m is not None]
    crops = [each for each in crops if arguments.split in (None, each.split)]
    found = []
    for crop, result in zip(crops, classifier.classify_crops(crops), strict=True):
        for each in measure_rows([result], catalogue, interval_z=classifier.card.decision.size_interval_z):
            budget, size = each.budget, result.size
            assert budget is not None and size is not None and crop.length_m is not None and result.gsd_m is not None
            off_nadir = (
                -1.0 if result.place is None or result.place.off_nadir_deg is None else result.place.off_nadir_deg
            )
            found.append(
                (
                    budget.low_m <= crop.length_m <= budget.high_m,
                    size.length_low_m <= crop.length_m <= size.length_high_m,
                    abs(budget.length_m / crop.length_m - 1),
                    -1.0 if off_nadir is None else off_nadir,
                    crop.length_m / result.gsd_m,
                )
            )
    held, plain, error, off_nadir, pixels = np.array(found, float).T
    print(f"{len(held)} lengths: the budget holds {held.mean():.3f}, the interval of the answer {plain.mean():.3f}")
    print(f"median error {np.median(error):.3f}")
    for name, values in (("off_nadir", off_nadir), ("pixels", pixels)):
        for low, high in pairwise(EDGES[name]):
            chosen = (values >= low) & (values < high)
            if chosen.any():
                print(f"  {name} {low} to {high}: {chosen.sum()}, holds {held[chosen].mean():.3f}")


if __name__ == "__main__":
    main()
