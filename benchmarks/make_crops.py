"""Write a folder of crops for benchmarks: JPEG and PNG files of 64 to 400 pixels per side, the same on every machine.

    python benchmarks/make_crops.py data/bench --num 20000

They are made from the example crops: turned, resized, with a little noise so that they compress like photographs.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import numpy as np
from PIL import Image

from vehicle_id.crops.chips import resample
from vehicle_id.crops.images import Pixels, decode_image
from vehicle_id.crops.sources import find_crops
from vehicle_id.files import write_whole

SIDES_PX = (64, 400)
PNG_SHARE = 0.3
NOISE = 3.0
IN_FOLDER = 1000


def draw(example: Pixels, rng: np.random.Generator) -> Pixels:
    """The example turned, with its longer side drawn log-uniformly and noise added."""
    turned = np.rot90(example, int(rng.integers(4)))
    longer = np.exp(rng.uniform(*np.log(SIDES_PX)))
    height, width = (max(16, round(side * longer / max(turned.shape[:2]))) for side in turned.shape[:2])
    sized = resample(np.ascontiguousarray(turned), height=height, width=width)
    return np.asarray(np.clip(sized + rng.normal(0, NOISE, sized.shape), 0, 255).astype(np.uint8))


def main() -> None:
    """Write the files; existing files are kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--num", type=int, default=20000)
    options = parser.parse_args()
    examples = [decode_image(path).pixels for path in find_crops([Path("examples/crops")])]
    for number in range(options.num):
        rng = np.random.default_rng([0, number])
        suffix = ".png" if rng.random() < PNG_SHARE else ".jpg"
        path = options.out / f"{number // IN_FOLDER:03}" / f"{number:07}{suffix}"
        if path.exists():
            continue
        image, file = Image.fromarray(draw(examples[int(rng.integers(len(examples)))], rng)), io.BytesIO()
        if suffix == ".png":
            image.save(file, "PNG")
        else:
            image.save(file, "JPEG", quality=int(rng.integers(75, 96)))
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, file.getvalue())


if __name__ == "__main__":
    main()
