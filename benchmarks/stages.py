"""Processor time of each stage of a crop, one after another in one thread: together they are the bound of any program.

    python benchmarks/stages.py CROPS [--views 3] [--model NAME]

Reading, decoding with its checks, making the chips, and the network in batches of 16, for the files of a folder.
Nothing else is counted: no processes, no decision, no output. Prints milliseconds per crop as JSON.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from vehicle_id.classifier import BATCHES
from vehicle_id.crops.chips import make_chips, stack
from vehicle_id.crops.images import decode_image, read_bytes
from vehicle_id.model import hub
from vehicle_id.model.session import Session

GSD_M = 0.3
Timed = TypeVar("Timed")


def main() -> None:
    """Time the stages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("crops", type=Path)
    parser.add_argument("--views", type=int, default=1)
    parser.add_argument("--num", type=int)
    parser.add_argument("--model", help="published name or path; default: the default model")
    options = parser.parse_args()
    views = options.views
    paths = sorted(options.crops.iterdir())[: options.num]
    session = Session(hub.load(options.model).data, threads=1)
    each: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Timed]) -> Timed:
        begun = time.process_time()
        result = work()
        each[name] = 1e3 * (time.process_time() - begun) / len(paths)
        return result

    side, size = session.card.chip_px, BATCHES["cpu"]
    data = timed("read", lambda: [read_bytes(path) for path in paths])
    images = timed("decode", lambda: [decode_image(file).image for file in data])
    chips = timed(
        "chips",
        lambda: [chip for image in images for chip in make_chips(image, chip_px=side, gsd_m=GSD_M, views=views)],
    )
    batches = [stack(chips[first : first + size]) for first in range(0, len(chips), size)]
    session.run(*batches[0])
    timed("network", lambda: [session.run(*batch) for batch in batches])
    print(json.dumps(each))


if __name__ == "__main__":
    main()
