"""A set of labelled crops without a fault, and the same with faults of every kind planted."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance

LABELS = {"car": 0.3, "bus": 0.3, "tank": 0.3, "ground": 0.3}
SIDE_PX = 48
COLUMNS = ("path", "label", "gsd_m", "group", "split", "length_m")


def picture(seed: int, side: int = SIDE_PX) -> Image.Image:
    """Smooth random patches: no two seeds look alike."""
    coarse = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), np.uint8)
    return Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC)


def encoded(image: Image.Image, form: str = "PNG", **options: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


@dataclass
class Planted:
    """A manifest that is being written, and the faults that were planted in it by kind."""

    folder: Path
    rows: list[dict[str, str]] = field(default_factory=list)
    faults: dict[str, list[frozenset[str]]] = field(default_factory=dict)

    def add(self, name: str, data: bytes | None, label: str = "car", **values: str) -> str:
        number = len(self.rows)
        if data is not None:
            (self.folder / name).write_bytes(data)
        row = {"path": name, "label": label, "gsd_m": "0.3", "group": f"g{number}", "split": "train", **values}
        self.rows.append(row)
        return name

    def plant(self, kind: str, *names: str) -> None:
        self.faults.setdefault(kind, []).append(frozenset(names))

    def write(self) -> Path:
        manifest = self.folder / "manifest.csv"
        with manifest.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(self.rows)
        return manifest


def clean(folder: Path) -> Planted:
    """Twelve crops of each of four classes, half of them to validate on."""
    found = Planted(folder)
    for number, label in enumerate(list(LABELS) * 12):
        split = "train" if number < 24 else "val"
        found.add(f"clean{number:02}.png", encoded(picture(number)), label, split=split)
    return found


def faulty(folder: Path) -> Planted:
    """The clean set and 40 faults."""
    found = clean(folder)
    add, plant = found.add, found.plant
    for number, data in enumerate((b"", b"no picture", encoded(picture(900))[:200], None)):
        plant("unreadable", add(f"unreadable{number}.png", data))
    for number, values in enumerate(({"gsd_m": "a"}, {"gsd_m": "-1"}, {"length_m": "long"})):
        plant("bad_row", add(f"bad{number}.png", encoded(picture(910 + number)), **values))
    for number in range(3):
        plant("no_label", add(f"unlabelled{number}.png", encoded(picture(920 + number)), label=""))
    wrong = ("buss", "tnak", "spaceship")
    for number, label in enumerate(wrong):
        names = [
            add(f"label{number}{each}.png", encoded(picture(930 + 10 * number + each)), label) for each in range(5)
        ]
        plant("unknown_label", *names)
    for number, label in enumerate(("Car", "rigid truck")):
        names = [
            add(f"spelt{number}{each}.png", encoded(picture(970 + 10 * number + each)), label) for each in range(5)
        ]
        plant("spelling", *names)
    for number in range(5):
        plant("duplicate", f"clean{number:02}.png", add(f"copy{number}.png", encoded(picture(number)), _label(number)))
    for number in range(8, 12):
        other = _label(number + 1)
        plant("contradiction", f"clean{number:02}.png", add(f"other{number}.png", encoded(picture(number)), other))
    changed = (
        encoded(picture(12), "JPEG", quality=60),
        encoded(picture(13).resize((32, 32), Image.Resampling.BICUBIC)),
        encoded(ImageEnhance.Brightness(picture(14)).enhance(1.1)),
        encoded(ImageEnhance.Contrast(picture(15)).enhance(0.7)),
    )
    for number, data in enumerate(changed, start=12):
        plant("near_duplicate", f"clean{number:02}.png", add(f"near{number}.png", data, _label(number)))
    for number in range(3):
        names = [
            add(
                f"leak{number}{split}.png",
                encoded(picture(600 + 2 * number + each)),
                group=f"both{number}",
                split=split,
            )
            for each, split in enumerate(("train", "val"))
        ]
        plant("leak", *names)
    plant("leak", "clean40.png", add("seen.png", encoded(picture(40)), _label(40)))
    plant("duplicate", "clean40.png", "seen.png")
    sizes = (("bus", "0.05", ""), ("car", "3.2", ""), ("tank", "0.3", "22"))
    for number, (label, gsd, length) in enumerate(sizes):
        name = add(f"size{number}.png", encoded(picture(700 + number)), label, gsd_m=gsd, length_m=length)
        plant("size", name)
    for number in range(4):
        plant("too_small", add(f"small{number}.png", encoded(picture(720 + number, side=8)), gsd_m="1"))
    for each in range(2):
        add(f"grader{each}.png", encoded(picture(740 + each)), "grader")
    return found


def _label(number: int) -> str:
    return list(LABELS)[number % len(LABELS)]
