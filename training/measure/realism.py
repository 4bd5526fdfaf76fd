"""Measure how well a linear probe separates rendered from real crops of the same classes: AUC, 0.5 = not at all.

Both kinds are treated alike: resampled to one GSD, fitted to a chip, and passed through EfficientNet-Lite0 as trained
on ImageNet. The probe is ridge regression on the standardised features, with five folds; real crops of one image are in
one fold, so the probe cannot memorise a parking lot. Each class has as many rendered as real crops.

    vehicle-id render --num 1200 --out data/realism --seed 1 --gsd 0.08:0.12 --context 1.3:1.5 \
        --classes car,van,bus,box_truck,tractor_trailer,tank
    python -m training.measure.realism ../shared/data/overhead-dev/manifest.csv data/realism/manifest.csv

Limits: the AUC measures the difference in appearance, not how well a classifier that learns from renders works.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import timm
import torch
from PIL import Image, ImageDraw

from vehicle_id.crops.chips import make_chip, resample
from vehicle_id.crops.images import Pixels
from vehicle_id.crops.open import decode_crop
from vehicle_id.evaluation.metrics import auroc
from vehicle_id.train.pretrained import load_pretrained

SAME = {"rigid_truck": "box_truck"}
"""Real label -> rendered label, where they differ."""
CLASSES = ("car", "van", "bus", "box_truck", "tractor_trailer", "tank")
MOST = 120
"""Most crops per class, since there are 685 tanks and 8 buses."""
CHIP_PX = 128
RIDGE = 300.0
FOLDS = 5


def read(manifest: Path, *, gsd_m: float, seed: int) -> dict[str, list[tuple[Pixels, str]]]:
    """Crops by class, resampled to one GSD, with the image they come from; coarser crops are left out."""
    found: dict[str, list[tuple[Pixels, str]]] = defaultdict(list)
    with manifest.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["gsd_m"] and float(row["gsd_m"]) <= gsd_m * 1.01]
    for index in np.random.default_rng(seed).permutation(len(rows)):
        row = rows[index]
        label = SAME.get(row["label"], row["label"])
        if label not in CLASSES or len(found[label]) >= MOST:
            continue
        pixels = decode_crop(manifest.parent / row["path"]).pixels
        scale = float(row["gsd_m"]) / gsd_m
        height, width = (max(4, round(side * scale)) for side in pixels.shape[:2])
        found[label].append((resample(pixels, height=height, width=width), row.get("image") or row["path"]))
    return found


def features(crops: list[Pixels]) -> np.ndarray:
    """ImageNet features of EfficientNet-Lite0, `[N, 1280]`."""
    network = timm.create_model("tf_efficientnet_lite0", pretrained=False, num_classes=0).eval()
    load_pretrained(network, "tf_efficientnet_lite0", "package")
    chips = np.stack([make_chip(crop, chip_px=CHIP_PX).pixels for crop in crops])
    batches = torch.from_numpy(chips).permute(0, 3, 1, 2).float().div(127.5).sub(1.0).split(64)
    with torch.inference_mode():
        return torch.cat([network(batch) for batch in batches]).double().numpy()


def probe(inputs: np.ndarray, rendered: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Held-out scores of a ridge regression, higher = looks rendered, `[N]`."""
    scores = np.zeros(len(inputs))
    for fold in range(FOLDS):
        known = folds != fold
        mean, deviation = inputs[known].mean(0), inputs[known].std(0) + 1e-6
        seen, unseen = ((inputs[part] - mean) / deviation for part in (known, ~known))
        kernel = seen @ seen.T + RIDGE * np.eye(known.sum())
        weights = seen.T @ np.linalg.solve(kernel, np.where(rendered[known], 1.0, -1.0))
        scores[~known] = unseen @ weights
    return scores


def fold_of(images: list[str], seed: int) -> np.ndarray:
    """A fold for every crop; crops of one image share a fold, and folds are about equally large."""
    names = sorted(set(images))
    sizes, fold = np.zeros(FOLDS), {}
    for index in np.random.default_rng(seed).permutation(len(names)):
        fold[names[index]] = int(sizes.argmin())
        sizes[sizes.argmin()] += images.count(names[index])
    return np.array([fold[image] for image in images])


def sheet(crops: list[Pixels], scores: np.ndarray, rendered: np.ndarray, out: Path, *, columns: int = 16) -> None:
    """Write a contact sheet of four strips: the most real and the most rendered looking crops of each kind."""
    rows = []
    for is_rendered in (False, True):
        order = [i for i in np.argsort(scores) if rendered[i] == is_rendered]
        rows += [order[: 2 * columns], order[-2 * columns :]]
    page, cell = Image.new("RGB", (columns * 88, len(rows) * (2 * 88 + 14)), "white"), 86
    names = ("real, most real", "real, most rendered", "rendered, most real", "rendered, most rendered")
    for number, (name, indices) in enumerate(zip(names, rows, strict=True)):
        top = number * (2 * 88 + 14)
        ImageDraw.Draw(page).text((4, top + 1), name, fill="black")
        for place, index in enumerate(indices):
            chip = make_chip(crops[index], chip_px=cell).pixels
            page.paste(Image.fromarray(chip), (place % columns * 88, top + 14 + place // columns * 88))
    page.save(out)


def main() -> None:
    """Print the AUC over all classes, and for each class the AUC of the same scores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("real", type=Path, help="manifest of real crops")
    parser.add_argument("rendered", type=Path, help="manifest of rendered crops")
    parser.add_argument("--gsd", type=float, default=0.3, help="metres per pixel to which both are resampled")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sheet", type=Path, help="PNG of the crops with the most extreme scores")
    options = parser.parse_args()

    real, fake = (read(path, gsd_m=options.gsd, seed=options.seed) for path in (options.real, options.rendered))
    crops, labels, rendered, images = [], [], [], []
    for label in CLASSES:
        count = min(len(real[label]), len(fake[label]))
        for kind, source in ((False, real), (True, fake)):
            crops += [pixels for pixels, _ in source[label][:count]]
            images += [image for _, image in source[label][:count]]
            labels += [label] * count
            rendered += [kind] * count
    kinds, names = np.array(rendered), np.array(labels)
    inputs = features(crops)
    all_scores = [probe(inputs, kinds, fold_of(images, seed)) for seed in range(5)]
    overall = [auroc(scores[kinds], scores[~kinds]) for scores in all_scores]
    print(f"{len(crops)} crops, half of them rendered, at {options.gsd:g} m")
    print(f"AUC {np.mean(overall):.3f} (five ways to fold: {min(overall):.3f} to {max(overall):.3f})")
    scores = np.mean(all_scores, axis=0)
    for label in CLASSES:
        of_class = names == label
        if of_class.any():
            auc = auroc(scores[of_class & kinds], scores[of_class & ~kinds])
            print(f"  {label:16s} {of_class.sum() // 2:4d} of each   AUC {auc:.3f}")
    if options.sheet:
        sheet(crops, scores, kinds, options.sheet)


if __name__ == "__main__":
    main()
