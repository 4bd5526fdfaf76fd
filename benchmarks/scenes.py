"""A scene of 20,000 x 20,000 pixels of 16 bits and its boxes, against the same crops as files: speed and memory.

    python benchmarks/scenes.py /tmp/scene --boxes 5000

Writes the scene (deflate, tiles of 256) and the crops if they are not there, then runs the command line on each in
turn, and prints crops per second of processor time, and the most memory of the process that reads the scene.
Processor time, since others may use the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import rasterio
from rasterio.transform import from_origin
from rasterio.windows import Window

SIDE = 20_000
GSD_M = 0.3
OBJECT_M = (4.0, 20.0)
STRIP = 512


class Measured(NamedTuple):
    """One run of the command."""

    wall_s: float
    cpu_s: float
    """Of the process and its decoders."""
    peak_mb: float
    """Of the largest process."""


def make_scene(path: Path) -> None:
    """Smooth noise of 11 bits in 16, as a satellite delivers, written strip by strip."""
    rng = np.random.default_rng(0)
    profile = {"driver": "GTiff", "width": SIDE, "height": SIDE, "count": 1, "dtype": "uint16", "crs": "EPSG:32637"}
    tiles = {"tiled": True, "blockxsize": 256, "blockysize": 256, "compress": "deflate", "predictor": 2, "zlevel": 1}
    place = from_origin(400_000, 6_200_000, GSD_M, GSD_M)
    with rasterio.open(path, "w", transform=place, **profile, **tiles) as file:
        for top in range(0, SIDE, STRIP):
            rows = min(STRIP, SIDE - top)
            coarse = rng.integers(200, 1800, (rows // 8 + 2, SIDE // 8 + 2)).astype(np.uint16)
            strip = np.kron(coarse, np.ones((8, 8), np.uint16))[:rows, :SIDE]
            strip += rng.integers(0, 60, strip.shape, dtype=np.uint16)
            file.write(strip, 1, window=Window(0, top, SIDE, rows))


def make_boxes(path: Path, num: int) -> None:
    """Boxes of 4 to 20 m all over the scene, in no order."""
    rng = np.random.default_rng(1)
    sides = rng.uniform(*OBJECT_M, num) / GSD_M
    places = rng.uniform(100, SIDE - 200, (num, 2))
    rows = [f"{x:.1f},{y:.1f},{s:.1f},{s * 0.5:.1f}" for (x, y), s in zip(places, sides, strict=True)]
    path.write_text("left,top,width,height\n" + "\n".join(rows) + "\n")


def run(*arguments: str) -> Measured:
    """Run the command and wait for it and its children."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "vehicle_id", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ})
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(said.decode())
    return Measured(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--boxes", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--model", help="published name or path; default: the default model")
    given = parser.parse_args()
    folder = given.folder
    folder.mkdir(parents=True, exist_ok=True)
    scene, boxes, crops = folder / "scene.tif", folder / f"boxes-{given.boxes}.csv", folder / f"crops-{given.boxes}"
    if not scene.exists():
        make_scene(scene)
    if not boxes.exists():
        make_boxes(boxes, given.boxes)
    if not (crops / "manifest.csv").exists():
        run("crop", str(scene), "--boxes", str(boxes), "--out", str(crops))
    found: dict[str, list[Measured]] = {"scene": [], "files": [], "files, not isolated": []}
    for _ in range(given.rounds):
        model = ("--model", given.model) if given.model else ()
        found["scene"].append(run("classify", str(scene), "--boxes", str(boxes), *model))
        found["files"].append(run("classify", str(crops), *model))
        found["files, not isolated"].append(run("classify", str(crops), "--no-isolate", *model))
    best = {name: min(runs, key=lambda each: each.cpu_s) for name, runs in found.items()}
    for name, each in best.items():
        by_cpu, by_wall = given.boxes / each.cpu_s, given.boxes / each.wall_s
        print(f"{name:20} {by_cpu:7.1f} crops per second of processor, {by_wall:7.1f} a second, {each.peak_mb:6.0f} MB")
    print(f"speed of the scene over that of its crops as files: {best['files'].cpu_s / best['scene'].cpu_s:.2f}")
    (folder / "scenes.json").write_text(json.dumps({name: each._asdict() for name, each in best.items()}, indent=1))


if __name__ == "__main__":
    main()
