"""Labelled crops that figures are measured on: where they lie, and the command that makes them if they are missing."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


class MissingDataError(Exception):
    """Crops are not there, and cannot be made; one sentence that names them."""


@dataclass(frozen=True, kw_only=True)
class Data:
    """One set of crops."""

    name: str
    """Of its folder in the work folder, which holds manifest.csv."""
    module: str
    """Of the command that makes it."""
    source: str | None = None
    """What it is made from, below the folder of shared data; None = it is rendered."""
    options: tuple[str, ...] = ()

    def folder(self, work: Path, shared: Path) -> Path:
        """The folder of the crops. They are made if they are not there; a rendering that was stopped continues.

        Raises:
            MissingDataError: what they are made from is not there, or they could not be made.
        """
        out = work / self.name
        if (out / "manifest.csv").exists():
            return out
        if self.source is not None and not (shared / self.source).exists():
            raise MissingDataError(
                f"{out}/manifest.csv is missing, and so is {shared / self.source}, which it is made of"
            )
        given = () if self.source is None else (str(shared / self.source),)
        command = [sys.executable, "-m", *self.module.split(), *given, *self.options, "--out", str(out)]
        print(f"{out} is made: {' '.join(command[1:])}", file=sys.stderr, flush=True)
        if subprocess.run(command, stdout=subprocess.DEVNULL).returncode:
            raise MissingDataError(f"{out} could not be made: python {' '.join(command[1:])}")
        return out


def rendered(name: str, num: int, *, seed: int, gsd_m: str, classes: str = "") -> Data:
    """Renders with a seed."""
    chosen = ("--classes", classes) if classes else ()
    options = ("--num", str(num), "--seed", str(seed), "--gsd", gsd_m, *chosen)
    return Data(name=name, module="vehicle_id render", options=options)


RATES = rendered("rates", 1020, seed=20261202, gsd_m="0.15:0.6")
PAIR = rendered("pair", 1200, seed=20261201, gsd_m="0.25:0.5", classes="rigid_hauler_45t,special_chassis_4_axles")
DEV = Data(name="overhead-dev", module="training.datasets.nadir", source="overhead-dev")
ORTHO = Data(name="ortho", module="training.datasets.ortho", source="ortho")
WINDOWS = Data(name="windows", module="training.datasets.windows", source="ucmerced")
DEV_NODES = {
    "car": ("car", "pickup"),
    "tank": ("tracked_armour",),
    "construction_plant": ("plant",),
    "tractor_trailer": ("tractor_trailer", "semi_trailer"),
    "rigid_truck": ("rigid_truck", "tipper_truck", "tank_truck"),
}
"""Label of overhead-dev -> nodes of the class tree, where the names differ or mean more."""
