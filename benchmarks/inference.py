"""Crops per second: each stage alone, the bound that they set, the library, and a plain loop over the same file.

    python benchmarks/make_crops.py data/bench --num 20000
    python benchmarks/inference.py data/bench [--model NAME] [--threads 2]

The bound is the processor time of reading, decoding, chip and network, one crop after another on one core, divided by
the cores: no program that does this work can be faster. The plain loop is what a user writes first: Pillow, numpy and
onnxruntime with its defaults, crops squeezed to the chip's square.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image

from vehicle_id import Classifier
from vehicle_id.crops.chips import make_chip, stack
from vehicle_id.crops.images import decode_image
from vehicle_id.crops.sources import find_crops
from vehicle_id.model import hub
from vehicle_id.model.runtime import onnxruntime
from vehicle_id.model.session import Session
from vehicle_id.parallel import usable_cores

GSD_M = 0.3
BATCH = 16
ALONE = 2000
"""Number of crops on which the stages are timed."""

Timed = TypeVar("Timed")


def timed(name: str, work: Callable[[], Timed], num: int) -> tuple[Timed, float]:
    """The result of the work and its processor time per crop in seconds; the time is printed."""
    begun = time.process_time()
    result = work()
    each = (time.process_time() - begun) / num
    print(f"  {name:<28} {1e3 * each:7.3f} ms per crop")
    return result, each


def stages(paths: Sequence[Path], session: Session) -> float:
    """Processor time per crop in seconds, of all stages one after another."""
    side = session.card.chip_px
    data, reading = timed("read", lambda: [path.read_bytes() for path in paths], len(paths))
    images, decoding = timed("decode, checks, hash", lambda: [decode_image(each) for each in data], len(paths))
    chips, chipping = timed(
        "chip", lambda: [make_chip(each.image, chip_px=side, gsd_m=GSD_M) for each in images], len(paths)
    )
    batches = [stack(chips[first : first + BATCH]) for first in range(0, len(chips), BATCH)]
    session.run(*batches[0])
    _, running = timed(f"network, batches of {BATCH}", lambda: [session.run(*batch) for batch in batches], len(paths))
    return reading + decoding + chipping + running


def plain_loop(paths: Sequence[Path], data: bytes, side: int, batch: int) -> int:
    """Number of crops answered by Pillow, numpy and onnxruntime alone."""
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    takes_extent = len(session.get_inputs()) > 1
    answered = 0
    stream = iter(paths)
    while several := list(islice(stream, batch)):
        images = [Image.open(io.BytesIO(path.read_bytes())).convert("RGB") for path in several]
        feeds = {"chips": np.stack([np.asarray(each.resize((side, side))) for each in images])}
        if takes_extent:
            feeds["extent_m"] = np.array([GSD_M * max(each.size) for each in images], np.float32)
        answered += len(session.run(["logits"], feeds)[0].argmax(axis=1))
    return answered


def crops_per_second(name: str, work: Callable[[], int]) -> float:
    """Rate by wall time; also printed."""
    begun = time.perf_counter()
    rate = work() / (time.perf_counter() - begun)
    print(f"  {name:<28} {rate:7.0f} crops/s")
    return rate


def main() -> None:
    """Time everything in one run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("crops", type=Path)
    parser.add_argument("--model", help="published name or path; default: the default model")
    parser.add_argument("--num", type=int, help="use only this number of crops")
    parser.add_argument("--threads", type=int, default=usable_cores())
    options = parser.parse_args()
    paths = list(islice(find_crops([options.crops]), options.num))
    classifier = Classifier(options.model, threads=options.threads)
    data, side = hub.load(options.model).data, classifier.card.chip_px
    print(f"{classifier.card.full_name}, {side} px, {len(paths)} crops, {options.threads} threads")

    each = stages(paths[:ALONE], Session(data, threads=1))
    bound = options.threads / each
    print(f"  {'bound':<28} {bound:7.0f} crops/s")

    for _ in classifier.classify_paths(paths[:64], gsd_m=GSD_M):
        pass
    ours = crops_per_second("classify_paths", lambda: sum(1 for _ in classifier.classify_paths(paths, gsd_m=GSD_M)))
    print(f"  {ours / bound:.2f} of the bound")
    for batch in (1, 32):
        rate = crops_per_second(f"plain loop, batch {batch}", lambda batch=batch: plain_loop(paths, data, side, batch))
        print(f"  {ours / rate:.2f} times that")


if __name__ == "__main__":
    main()
