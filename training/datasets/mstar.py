"""Copy the MSTAR chips and write their manifest, with whole sectors of azimuth held out.

The chips of a class are about a degree apart, so a random split measures nothing: nearly every test chip has an almost
equal one in training. The chips have no headers, but their numbers follow the flight: about 6 degrees per file, four or
five turns around the target one after another, with a few jumps. The azimuth is recovered per class as the smoothest
path around the circle that agrees with the pixels (Viterbi): first with the axis of the bright pixels, then with
templates averaged over all turns.

Limits: true north is not known, nor front from back (azimuth 0 is broadside, on either side), so the pattern of sectors
repeats after half a turn. The accuracy of the azimuth is printed as the disagreement between estimates from the odd and
from the even files alone.

    python -m training.datasets.mstar ../shared/data/mstar-train --out data/mstar

Writes `manifest.csv`, with four sectors of twenty for the test; `fold-0.csv` to `fold-4.csv`, in which every sector is
once for the test; and `all.csv`, with every chip for the training, and two sectors listed a second time for the
validation, which is then of no worth: the decision of a network trained on it is fitted on the folds
(`training.measure.radar`).
"""

import argparse
import csv
import io
import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from vehicle_id.files import write_whole

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GSD_M = 0.2  # pixel spacing; 0.3 m is the resolution, and would make a 6.7 m BMP-2 10 m long
STEP_DEG = -6  # per file: neighbours in file order correlate again after 61 files, one turn
STEP_SPREAD_DEG = 2.5
JUMP_SHARE = 0.03  # share of steps at which files are missing or a turn was flown later
TEMPLATE_SPREAD_DEG = 4.0  # narrower than the 10 degrees over which two chips stay alike
AXIS_WEIGHT, TEMPLATE_WEIGHT = 3, 40  # log-odds per unit of agreement: weak for the axis, strong for templates
WINDOW = slice(24, 104)  # the target and its shadow, without the clutter around them
CIRCLE = np.arange(360)
PATTERN = ("test", "train", "train", "val", "train", "train", "test", "train", "train", "train")
NUM_FOLDS = 5
COLUMNS = ("path", "label", "gsd_m", "group", "split")


def wrapped(degrees: NDArray[np.generic]) -> Floats:
    """Angles in the range -180..180 degrees."""
    return (np.asarray(degrees, float) + 180) % 360 - 180


def load_chips(paths: list[Path]) -> Floats:
    """Central windows, speckle smoothed by a 1 px blur, as an array [N, 80, 80]."""
    chips = []
    for path in paths:
        with Image.open(path) as image:
            smooth = image.convert("L").filter(ImageFilter.GaussianBlur(1))
        chips.append(np.asarray(smooth, float)[WINDOW, WINDOW])
    return np.stack(chips)


def correlations(chips: Floats) -> Floats:
    """Pearson correlation of every pair of chips, [N, N]."""
    return np.asarray(np.corrcoef(chips.reshape(len(chips), -1)))


def axis_scores(chips: Floats) -> Floats:
    """How well each azimuth agrees with the long axis of a chip's brightest 3 %, [N, 360]."""
    half = chips.shape[1] / 2
    y, x = np.mgrid[-half:half, -half:half]
    excess = np.maximum(chips - np.quantile(chips, 0.97, axis=(1, 2), keepdims=True), 0)
    weight = excess * (np.hypot(x, y) < 26)  # 5 m, half the longest target and some layover
    weight /= weight.sum(axis=(1, 2), keepdims=True)
    # Second moments as one complex number: its angle is twice the axis', its size the elongation.
    offset = (x - 1j * y) - (weight * (x - 1j * y)).sum(axis=(1, 2), keepdims=True)
    moment = (weight * offset**2).sum(axis=(1, 2)) / (weight * abs(offset) ** 2).sum(axis=(1, 2))
    return np.asarray(AXIS_WEIGHT * np.real(moment[:, None] * np.exp(-2j * np.radians(CIRCLE))))


def template_scores(similarity: Floats, azimuth: Ints) -> Floats:
    """Correlation of each chip with the average of the other chips near each azimuth, [N, 360]."""
    near: Floats = np.exp(-0.5 * (wrapped(azimuth[:, None] - CIRCLE) / TEMPLATE_SPREAD_DEG) ** 2)
    with_self = similarity @ near
    square = np.einsum("nb,nb->b", near, with_self)
    without_self = np.maximum(square - 2 * near * with_self + near**2, 1e-6)
    return np.asarray(TEMPLATE_WEIGHT * (with_self - near) / np.sqrt(without_self))


def best_path(scores: Floats, step_deg: float) -> Ints:
    """The azimuth of each file, in degrees, on the best path with steps of about step_deg."""
    off = wrapped(CIRCLE - step_deg)
    regular = np.exp(-0.5 * (off / STEP_SPREAD_DEG) ** 2)
    jump = 1 / (1 + (off / 10) ** 2)
    step = np.log(regular / regular.sum() + JUMP_SHARE * jump / jump.sum())
    transition = step[(CIRCLE[None, :] - CIRCLE[:, None]) % 360]
    total, came_from = scores[0], np.zeros(scores.shape, int)
    for i in range(1, len(scores)):
        reached = total[:, None] + transition
        came_from[i] = reached.argmax(axis=0)
        total = reached.max(axis=0) + scores[i]
    path = [int(total.argmax())]
    for back in came_from[:0:-1]:
        path.append(int(back[path[-1]]))
    return np.array(path[::-1])


def estimate_azimuth(chips: Floats, step_deg: float = STEP_DEG) -> Ints:
    """Azimuth in whole degrees of chips in file order; all may be wrong by the same half turn."""
    similarity = correlations(chips)
    azimuth = best_path(axis_scores(chips), step_deg)
    for _ in range(6):
        azimuth = best_path(template_scores(similarity, azimuth), step_deg)
    return azimuth


def odd_even_disagreement(chips: Floats) -> float:
    """Ninth decile, in degrees, of the difference between estimates that share no chip."""
    odd, even = (estimate_azimuth(chips[start::2], 2 * STEP_DEG) for start in (0, 1))
    pairs = min(len(odd), len(even))
    apart = wrapped(odd[:pairs] - even[:pairs] + STEP_DEG)
    if np.median(abs(apart)) > 90:  # one of the two estimates is off by half a turn
        apart = wrapped(apart + 180)
    return float(np.quantile(abs(apart), 0.9))


def split_of(sector: int, fold: int | None = None) -> str:
    """The split of a sector: in one of the folds, or with None in the single split of `PATTERN`.

    In a fold every fifth sector tests. Every tenth validates, and none that is beside one of the test.
    """
    if fold is None:
        return PATTERN[sector % len(PATTERN)]
    if sector % NUM_FOLDS == fold:
        return "test"
    return "val" if (sector - fold) % len(PATTERN) == 2 else "train"


def write_manifest(file: Path, rows: Iterable[tuple[str, str, int, str]]) -> None:
    """Write a manifest of chips.

    Args:
        file: the CSV.
        rows: path, label, sector and split of each chip.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows((path, label, GSD_M, f"{label}-{sector:02d}", split) for path, label, sector, split in rows)
    write_whole(file, text.getvalue().encode())


def write_manifests(folder: Path, chips: list[tuple[str, str, int]]) -> None:
    """Write the single split, the folds, and the manifest of the release.

    Args:
        folder: that contains the chips.
        chips: path, label and sector of each.
    """
    for name, fold in (("manifest", None), *((f"fold-{fold}", fold) for fold in range(NUM_FOLDS))):
        write_manifest(folder / f"{name}.csv", ((*chip, split_of(chip[2], fold)) for chip in chips))
    again = ((*chip, "val") for chip in chips if split_of(chip[2], 0) == "val")
    write_manifest(folder / "all.csv", [*((*chip, "train") for chip in chips), *again])


def leak(labels: list[str], azimuth: Ints, similarity: Floats, splits: list[str]) -> str:
    """How similar the training chips are to the test chips."""
    label, split = np.array(labels), np.array(splits)
    test, train = np.flatnonzero(split == "test"), np.flatnonzero(split == "train")
    same = label[test, None] == label[train]
    alike = similarity[np.ix_(test, train)]
    gap = np.where(same, abs(wrapped(azimuth[test, None] - azimuth[train])), 360).min(axis=1)
    correct = label[train][alike.argmax(axis=1)] == label[test]
    return (
        f"nearest training chip {np.median(gap):.0f} deg away ({np.mean(gap < 3):.0%} under 3), "
        f"correlation {np.median(np.where(same, alike, -1).max(axis=1)):.2f} (medians); "
        f"accuracy of 1 nearest neighbour {correct.mean():.3f}"
    )


def main() -> None:
    """Read the command line, copy the chips, write the manifest, print counts and similarity."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("source", type=Path, help="folder of MSTAR chips, one folder per class")
    parser.add_argument("--out", type=Path, required=True, help="folder for chips and manifest.csv")
    parser.add_argument("--sectors", type=int, default=20, help="sectors of the circle")
    options = parser.parse_args()
    if options.sectors < 1 or options.sectors % len(PATTERN):
        parser.error(f"--sectors is {options.sectors}; the pattern needs a multiple of {len(PATTERN)}")
    classes = sorted(folder for folder in options.source.iterdir() if folder.is_dir())
    if not classes:
        parser.error(f"{options.source} has no class folders")

    rows: list[tuple[str, str, int]] = []
    all_chips, all_azimuths = [], []
    for folder in classes:
        label, paths = folder.name, sorted(folder.glob("*.jpeg"))
        chips = load_chips(paths)
        azimuth = estimate_azimuth(chips)
        all_chips.append(chips)
        all_azimuths.append(azimuth)
        (options.out / label).mkdir(parents=True, exist_ok=True)
        sectors = (azimuth * options.sectors // 360).tolist()
        for path, sector in zip(paths, sectors, strict=True):
            shutil.copyfile(path, options.out / label / path.name)
            rows.append((f"{label}/{path.name}", label, sector))
        splits = [split_of(sector) for sector in sectors]
        counts = ", ".join(f"{splits.count(name)} {name}" for name in ("train", "val", "test"))
        turns = abs(wrapped(np.diff(azimuth)).sum()) / 360
        apart = odd_even_disagreement(chips)
        print(f"{label}: {counts}; {turns:.1f} turns, odd and even files agree to {apart:.0f} deg")

    write_manifests(options.out, rows)
    labels, splits = [row[1] for row in rows], [split_of(row[2]) for row in rows]
    azimuth, similarity = np.concatenate(all_azimuths), correlations(np.concatenate(all_chips))
    print("split by sectors:", leak(labels, azimuth, similarity, splits))
    for fold in range(NUM_FOLDS):
        parts = [split_of(row[2], fold) for row in rows]
        print(f"fold {fold}: {leak(labels, azimuth, similarity, parts)}")
    np.random.default_rng(0).shuffle(splits)
    print("split at random: ", leak(labels, azimuth, similarity, splits))


if __name__ == "__main__":
    main()
