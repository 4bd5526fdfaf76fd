"""vehicle-id from Python: classify_folder, results to a CSV.

    data/bench-envs/vehicle-id/bin/python benchmarks/peers/vehicle_id_stream.py data/bench --num 1000

With a ground sample distance, so that sizes are measured and checked too.
"""

from __future__ import annotations

from pathlib import Path

from runner import arguments, measure

from vehicle_id import Classifier, Writers

GSD_M = 0.3


def main() -> None:
    """Load the model, then time it."""
    options = arguments(__doc__)
    classifier = Classifier()

    def answer(folder: Path, table: Path) -> None:
        with Writers([table]) as writers:
            for result in classifier.classify_folder(folder, gsd_m=GSD_M):
                writers.write(result)

    card = classifier.card
    measure("vehicle-id, from Python", f"{card.full_name} {card.chip_px} px", answer, options)


if __name__ == "__main__":
    main()
