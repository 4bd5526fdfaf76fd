"""vehicle-id from Python: classify_folder, the results to a CSV.

    data/bench-envs/vehicle-id/bin/python benchmarks/peers/vehicle_id_stream.py data/bench --num 1000

With a ground sample distance, so that sizes are measured and checked too. --px and --batch cannot be chosen: the model
has its side, the library its batch.
"""

from __future__ import annotations

from pathlib import Path

from runner import arguments, measure

from vehicle_id import Classifier, Writers

GSD_M = 0.3


def main() -> None:
    """Load, then time."""
    classifier = Classifier()
    options = arguments(__doc__, px=classifier.card.chip_px, batch=classifier.batch_size)

    def answer(folder: Path, table: Path) -> None:
        with Writers([table]) as writers:
            for result in classifier.classify_folder(folder, gsd_m=GSD_M):
                writers.write(result)

    card = classifier.card
    measure("vehicle-id, from Python", f"{card.full_name} {card.chip_px} px", answer, options)


if __name__ == "__main__":
    main()
