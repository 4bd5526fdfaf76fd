"""Compare sixteen threads that share one Classifier with one thread: the answers, and the crops per second.

    python benchmarks/threads.py data/bench [--model NAME] [--num 2000]

Each of the sixteen classifies its own crops, one call per crop, like the handlers of a server. In turn with them, one
thread classifies all crops.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from statistics import median

from vehicle_id import Classifier
from vehicle_id.crops.sources import find_crops

GSD_M = 0.3
CALLERS = 16
ROUNDS = 5


def main() -> None:
    """Compare the answers, then the rates."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("crops", type=Path)
    parser.add_argument("--model", help="published name or path; default: the default model")
    parser.add_argument("--num", type=int, default=2000)
    options = parser.parse_args()
    paths = list(islice(find_crops([options.crops]), options.num))
    classifier = Classifier(options.model)

    def one(path: Path) -> object:
        return classifier.classify(path, gsd_m=GSD_M)

    rates: dict[int, list[float]] = {1: [], CALLERS: []}
    answers = []
    with ThreadPoolExecutor(CALLERS) as pool:
        for _ in range(ROUNDS):
            for callers, rate in rates.items():
                begun = time.perf_counter()
                answers.append(list(map(one, paths) if callers == 1 else pool.map(one, paths)))
                rate.append(len(paths) / (time.perf_counter() - begun))
    same = all(each == answers[0] for each in answers)
    for callers, rate in rates.items():
        print(f"{callers:>3} callers {median(rate):7.0f} crops/s")
    print(f"{median(rates[CALLERS]) / median(rates[1]):.2f} times; the answers {'are the same' if same else 'DIFFER'}")
    if not same:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
