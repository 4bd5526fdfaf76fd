"""Count answers whose family changes when a crop is cut tighter: people draw boxes more or less tightly.

    python -m training.measure.tighter_windows data/overhead-dev/manifest.csv [--share 0.9] [--model NAME] [--views 4]

Every crop is classified as it is, and cut about its centre to a share of its sides. Prints the share of crops whose
best class is then of another family. A share over 1 is not possible: the crop has no more pixels.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from vehicle_id import Classifier
from vehicle_id.crops.images import Pixels
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.crops.manifest import Crop
from vehicle_id.crops.open import decode_crop
from vehicle_id.results import Result
from vehicle_id.taxonomy import families_of


def tighter(pixels: Pixels, share: float) -> Pixels:
    """The middle of a crop, by that share of its sides."""
    height, width = pixels.shape[:2]
    rows, columns = max(1, round(height * share)), max(1, round(width * share))
    top, left = (height - rows) // 2, (width - columns) // 2
    return pixels[top : top + rows, left : left + columns]


def classify_tighter(classifier: Classifier, crops: Sequence[Crop], share: float) -> list[Result]:
    """Answers for the middle of each crop."""
    images = (decode_crop(crop.path, gsd_m=crop.gsd_m, bands=crop.bands) for crop in crops)
    return [classifier.classify(tighter(image.pixels, share), gsd_m=image.gsd_m) for image in images]


def main() -> None:
    """Read the command line, classify twice, print the shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifests", type=Path, nargs="+")
    parser.add_argument("--share", type=float, default=0.9, help="side of the tighter crop")
    parser.add_argument("--model", help="published name or path; default: the default model")
    parser.add_argument("--views", type=int, help="windows averaged for every answer; default: as on the card")
    options = parser.parse_args()
    classifier = Classifier(options.model, views=options.views)
    tree = classifier.card.taxonomy()
    family_of = families_of(tree, {leaf: (leaf,) for leaf in tree.leaves})
    for manifest in options.manifests:
        crops = list(read_labelled(manifest))
        before, after = list(classifier.classify_crops(crops)), classify_tighter(classifier, crops, options.share)
        pairs = [(one, other) for one, other in zip(before, after, strict=True) if one.ok and other.ok]
        changed = sum(family_of[one.top[0].label] != family_of[other.top[0].label] for one, other in pairs)
        print(f"{manifest}: family changes for {changed} of {len(pairs)} crops ({changed / len(pairs):.1%})")


if __name__ == "__main__":
    main()
