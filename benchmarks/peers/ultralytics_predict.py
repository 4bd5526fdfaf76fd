"""ultralytics (AGPL-3.0): model.predict over a folder with stream=True, the five most likely classes to a CSV.

    data/bench-envs/ultralytics/bin/python benchmarks/peers/ultralytics_predict.py data/bench --num 1000 [--px 96]

Its defaults: 224 px, one image at a time, fp32. The network is built from its yaml, with random weights. On a CPU
it sets torch to one thread fewer than the machine has cores, eight at most; this is not changed.
"""

from __future__ import annotations

import csv
from pathlib import Path

from runner import arguments, measure
from ultralytics import YOLO

NETWORK = "yolo11n-cls"


def main() -> None:
    """Load the model, then time it."""
    options = arguments(__doc__, px=224, batch=1)
    model = YOLO(f"{NETWORK}.yaml")

    def answer(folder: Path, table: Path) -> None:
        results = model.predict(
            source=folder, stream=True, imgsz=options.px, batch=options.batch, device="cpu", verbose=False
        )
        with table.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["path", "labels", "probabilities"])
            for result in results:
                labels = [result.names[index] for index in result.probs.top5]
                writer.writerow([result.path, labels, result.probs.top5conf.tolist()])

    measure("ultralytics predict", f"{NETWORK} {options.px} px", answer, options)


if __name__ == "__main__":
    main()
