"""The loop that a user writes first: Pillow, numpy and onnxruntime over the files of a folder.

    python benchmarks/plain_loop.py models/overhead-2.0/model.onnx CROPS [--views 3] [--threads 2]

Crops are squeezed to the chip's square. With several windows it does the same work as `vehicle-id classify`: the crop
is turned, the windows are cut about its centre, the network runs on each, and the probabilities are averaged. There are
no checks, no sizes, no reasons, no file of results and no separate process for decoding. Prints the number of answers.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime

WINDOWS = {
    1: ((1.0, 0),),
    2: ((1.0, 0), (0.78, 22.5)),
    3: ((1.0, 0), (0.86, -10), (0.75, 30)),
    4: ((1.0, 0), (0.9, 0), (0.8, 0), (1.15, 0)),
}
"""Number of views -> shares of the crop's sides, and by how many degrees the crop is turned."""
CHIPS = 32
"""In one call of the network."""
GSD_M = 0.3


def windows(path: Path, views: int) -> Iterator[Image.Image]:
    """The crop, and windows about its centre."""
    image = Image.open(path).convert("RGB")
    width, height = image.size
    for share, turn_deg in WINDOWS[views]:
        left, top = width * (1 - share) / 2, height * (1 - share) / 2
        turned = image.rotate(turn_deg, Image.Resampling.BILINEAR) if turn_deg else image
        yield turned.crop((round(left), round(top), round(width - left), round(height - top)))


def main() -> None:
    """Answer all crops."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("crops", type=Path)
    parser.add_argument("--views", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = given.threads
    session = onnxruntime.InferenceSession(given.model, options, providers=["CPUExecutionProvider"])
    side = session.get_inputs()[0].shape[1]
    paths = iter(sorted(given.crops.iterdir()))
    num_answered = 0
    while several := list(islice(paths, max(1, CHIPS // given.views))):
        images = [image for path in several for image in windows(path, given.views)]
        chips = np.stack([np.asarray(image.resize((side, side))) for image in images])
        extent_m = np.array([GSD_M * max(image.size) for image in images], np.float32)
        [logits] = session.run(["logits"], {"chips": chips, "extent_m": extent_m})
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        scores = (powers / powers.sum(axis=1, keepdims=True)).reshape(len(several), given.views, -1).mean(axis=1)
        num_answered += len(scores.argmax(axis=1))
    print(num_answered)


if __name__ == "__main__":
    main()
