"""Render the example crops in `examples/crops` from rows of the catalogue, so that they can be published freely.

Each example takes the first seed that draws its row and shows it whole; no model is involved. The same catalogue and
the same versions of the extra `synth` give the same bytes. A later catalogue may draw another coat; then the golden
outputs of the models must be released again. Takes about a minute.

    python examples/render_crops.py
"""

from __future__ import annotations

import csv
from itertools import count
from pathlib import Path
from typing import NamedTuple

import numpy as np

from vehicle_id.catalogue import load_catalogue
from vehicle_id.files import write_whole
from vehicle_id.synth.conditions import CaptureConditions
from vehicle_id.synth.crop import RenderedCrop, render_crop

FOLDER = Path(__file__).parent / "crops"
CONTEXT = (1.3, 1.6)  # the window as a multiple of a tight one


class Example(NamedTuple):
    """One example crop."""

    name: str
    label: str
    vehicle: str
    """Row of the catalogue; empty for any row of the class."""
    gsd_m: float


EXAMPLES = (
    Example("aircraft", "aircraft", "", 0.5),
    Example("bus", "bus", "City bus 12 m", 0.3),
    Example("car", "car", "", 0.1),
    Example("empty_ground", "ground", "", 0.3),
    Example("haul_truck", "rigid_hauler_130t", "BelAZ-7513", 0.3),
    Example("haul_truck_far", "rigid_hauler_45t", "BelAZ-7545", 0.5),
    Example("launcher_chassis_bare", "special_chassis_8_axles_bare", "WS51200", 0.3),
    Example("launcher_chassis_loaded", "special_chassis_4_axles_loaded", "9P117 launcher on MAZ-543", 0.3),
    Example("tank", "tank", "T-72", 0.2),
    Example("tank_car", "tank_car", "", 0.3),
    Example("tipper_truck", "tipper_truck", "KamAZ-6520", 0.2),
    Example("truck_crane", "truck_crane", "", 0.3),
)


def render(example: Example) -> RenderedCrop:
    """The crop of the first seed that shows the whole row."""
    catalogue = load_catalogue()
    conditions = CaptureConditions(gsd_m=(example.gsd_m, example.gsd_m), context=CONTEXT)
    for seed in count():
        crop = render_crop(example.label, catalogue, np.random.default_rng([seed, 2026]), conditions)
        truth = crop.truth
        if truth.visible_share in (None, 1.0) and example.vehicle in ("", truth.vehicle):
            return crop
    raise AssertionError


def main() -> None:
    """Write the crops and their manifest; the rows of photographs stay in it."""
    with (FOLDER / "manifest.csv").open(newline="", encoding="utf-8") as file:
        photographs = [list(row.values()) for row in csv.DictReader(file) if row["origin"] == "real"]
    with (FOLDER / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["path", "gsd_m", "label", "length_m", "width_m", "origin"])
        for example in EXAMPLES:
            crop = render(example)
            name = example.name + crop.suffix
            write_whole(FOLDER / name, crop.image)
            truth = crop.truth
            size = [value or "" for value in (truth.length_m, truth.width_m)]
            writer.writerow([name, example.gsd_m, example.label, *size, truth.origin])
            print(f"{name}: {truth.vehicle or truth.ground}")
        writer.writerows(photographs)


if __name__ == "__main__":
    main()
