"""Hugging Face transformers: pipeline("image-classification") over a generator of paths, answers to a CSV.

    data/bench-envs/hf/bin/python benchmarks/peers/hf_pipeline.py data/bench --num 1000 [--px 96] [--batch 32]

The default is one image at a time. MobileNetV2 is a well-known network of similar cost: 0.30 G multiplications at
224 px, EfficientNet-Lite0 0.39. It is built from its configuration, with random weights. Images are prepared as for
google/mobilenet_v2_1.0_224: the shorter side is resized to 8/7 of the input, then the centre is cut out.
"""

from __future__ import annotations

import csv
from pathlib import Path

from runner import arguments, measure
from transformers import MobileNetV2Config, MobileNetV2ForImageClassification, MobileNetV2ImageProcessor, pipeline


def main() -> None:
    """Load the model, then time it."""
    options = arguments(__doc__, px=224, batch=1)
    config = MobileNetV2Config(image_size=options.px, num_labels=1000)
    processor = MobileNetV2ImageProcessor(
        size={"shortest_edge": round(options.px * 8 / 7)}, crop_size={"height": options.px, "width": options.px}
    )
    classify = pipeline(
        "image-classification",
        model=MobileNetV2ForImageClassification(config).eval(),
        image_processor=processor,
        device="cpu",
    )

    def answer(folder: Path, table: Path) -> None:
        paths = sorted(str(path) for path in folder.iterdir())
        results = classify((path for path in paths), batch_size=options.batch)
        with table.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["path", "labels", "probabilities"])
            for path, top in zip(paths, results, strict=True):
                writer.writerow([path, [each["label"] for each in top], [each["score"] for each in top]])

    name = f"transformers pipeline, batch {options.batch}"
    measure(name, f"MobileNetV2 {options.px} px", answer, options)


if __name__ == "__main__":
    main()
