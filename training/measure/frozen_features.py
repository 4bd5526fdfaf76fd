r"""Which last layer finds rare classes, and what five crops give: many divisions by image, on features that stay.

    python -m training.measure.frozen_features ../shared/data/overhead-dev --out runs/features --seeds 5 --imbalance 40

Embeds every crop once, with the published model (its windows) and with ImageNet weights (one window), and keeps that
in `--out`. Then each division of `own_classes.py` takes seconds: a last layer is fitted on the features by
cross-entropy, with a penalty that the validation crops choose. Nothing is augmented, and no backbone learns: for that
see `own_classes.py`. Arms under `--imbalance`:

    plain       cross-entropy, classes as often as in the data
    balanced    each class has the same weight: what drawing classes equally often does, and a re-trained classifier
                (cRT, Kang et al. 2020, arXiv 1910.09217), since the features stay
    adjusted    logits with the log frequency of their class added in training (Menon et al. 2021, arXiv 2007.07314)
    effective   weights by the effective number of crops, beta 0.99 (Cui et al. 2019, arXiv 1901.05555)

With `--shots 5` five crops of each class train, and a gallery of the same crops answers beside it.
"""

from __future__ import annotations

import argparse
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize

from training.measure.own_classes import divided
from vehicle_id import Classifier
from vehicle_id.crops.chips import make_chip
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.crops.manifest import Crop
from vehicle_id.crops.open import decode_crop
from vehicle_id.evaluation import metrics
from vehicle_id.files import write_whole
from vehicle_id.gallery.references import Gallery, Reference, vector_bytes
from vehicle_id.gallery.scores import GalleryScores
from vehicle_id.taxonomy import Taxonomy
from vehicle_id.train.choose import choose_recipe
from vehicle_id.train.model import VehicleNet

Array = NDArray[np.float64]
PENALTIES: Final = (1e-3, 1e-2, 1e-1)
BETA: Final = 0.99
ARMS: Final = ("plain", "balanced", "adjusted", "effective")


def features(crops: Sequence[Crop], out: Path, classifier: Classifier) -> dict[str, Array]:
    """Name of the network -> `[N, D]`, and `logits` of the published one; kept in a file with that one's name."""
    file = out / f"{classifier.card.full_name}.npz"
    if not file.exists():
        found, data = list(classifier.embed_crops(crops)), io.BytesIO()
        np.savez(
            data,
            published=np.array([each.embedding for each in found], np.float64),
            logits=np.array([each.logits for each in found], np.float64),
            imagenet=of_imagenet(crops),
        )
        out.mkdir(parents=True, exist_ok=True)
        write_whole(file, data.getvalue())
    with np.load(file, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


@torch.inference_mode()
def of_imagenet(crops: Sequence[Crop]) -> Array:
    """What the backbone of the recipe `base` gives before any training."""
    recipe = choose_recipe("base", ["model.canonical_pose=true"]).model
    network = VehicleNet(recipe, num_classes=2, pretrained=True).eval()
    given: list[NDArray[np.float32]] = []
    network.fuse.register_forward_pre_hook(lambda _, inputs: given.append(inputs[0].numpy()))
    for first in range(0, len(crops), 64):
        images = [decode_crop(crop.path, gsd_m=crop.gsd_m) for crop in crops[first : first + 64]]
        chips = [make_chip(image.pixels, chip_px=recipe.chip_px, gsd_m=image.gsd_m) for image in images]
        pixels = torch.from_numpy(np.stack([chip.pixels for chip in chips]))
        network(pixels, torch.tensor([chip.extent_m for chip in chips]))
    return np.concatenate(given)[:, :-64].astype(np.float64)  # without the extent, which nothing has trained


def fitted(rows: Array, truth: NDArray[np.intp], weights: Array, added: Array, penalty: float) -> Array:
    """Weights `[D + 1, C]` of the last layer with the least weighted cross-entropy."""
    num, size, classes = len(rows), rows.shape[1] + 1, len(added)
    inputs = np.column_stack([rows, np.ones(num)])
    hot = np.eye(classes)[truth]

    def loss(flat: Array) -> tuple[float, Array]:
        layer = flat.reshape(size, classes)
        logits = inputs @ layer + added
        logs = logits - np.logaddexp.reduce(logits, axis=1)[:, None]
        inner = layer.copy()
        inner[-1] = 0
        slope = inputs.T @ ((np.exp(logs) - hot) * weights[:, None]) + penalty * inner
        total = -float((weights * logs[np.arange(num), truth]).sum()) + 0.5 * penalty * float((inner**2).sum())
        return total, slope.ravel()

    found = minimize(loss, np.zeros(size * classes), jac=True, method="L-BFGS-B", options={"maxiter": 60})
    return np.asarray(found.x.reshape(size, classes))


def last_layer(arm: str, given: Array, truth: NDArray[np.intp], part: dict[str, NDArray[np.intp]]) -> NDArray[np.intp]:
    """Answers for the test rows; the penalty has the best macro-F1, then log-likelihood by class, in validation."""
    train, val, test = (given[part[name]] for name in ("train", "val", "test"))
    mean, std = train.mean(axis=0), train.std(axis=0) + 1e-3
    train, val, test = ((each - mean) / std for each in (train, val, test))
    own = truth[part["train"]]
    counts = np.bincount(own, minlength=truth.max() + 1).astype(np.float64)
    by_class = {
        "plain": np.ones_like(counts),
        "adjusted": np.ones_like(counts),
        "balanced": 1 / counts.clip(1),
        "effective": (1 - BETA) / (1 - BETA ** counts.clip(1)),
    }[arm]
    weights = by_class[own] / by_class[own].sum()
    added = np.log(counts.clip(1) / counts.sum()) if arm == "adjusted" else np.zeros_like(counts)
    best, answers = -np.inf, np.zeros(0, np.intp)
    for penalty in PENALTIES:
        layer = fitted(train, own, weights, added, penalty)
        logits = val @ layer[:-1] + layer[-1]
        logs = logits - np.logaddexp.reduce(logits, axis=1)[:, None]
        right = logs[np.arange(len(val)), truth[part["val"]]]
        score = float(np.mean([right[truth[part["val"]] == each].mean() for each in np.unique(truth[part["val"]])]))
        if score > best:
            best, answers = score, (test @ layer[:-1] + layer[-1]).argmax(axis=1)
    return answers


@dataclass(frozen=True, kw_only=True)
class Division:
    """The crops of one division by image, as rows of the features."""

    names: list[str]
    """Classes, in the order of `truth`."""
    rarest: str
    """Class of the fewest training crops."""
    truth: NDArray[np.intp]
    """Number of the class of each row; -1 where the row is in no split."""
    part: dict[str, NDArray[np.intp]]
    """Rows of `train`, `val` and `test`."""

    def measured(self, answer: NDArray[np.intp]) -> list[float]:
        """Accuracy, macro-F1 and recall of the rarest class of answers for the test rows."""
        asked = self.truth[self.part["test"]]
        matrix = metrics.confusion(asked, answer, num_classes=len(self.names))
        is_rare = asked == self.names.index(self.rarest)
        recall = float((answer[is_rare] == asked[is_rare]).mean()) if is_rare.any() else float("nan")
        return [float(np.mean(answer == asked)), metrics.macro_f1(matrix), recall]


def divide(crops: Sequence[Crop], options: argparse.Namespace, *, seed: int) -> Division:
    """One division of `own_classes.py`; only classes that train are asked for."""
    row_of = {crop.path.resolve(): row for row, crop in enumerate(crops)}
    kept = divided(options.folder, most=options.shots or 40, imbalance=options.imbalance, seed=seed)
    trained = Counter(crop.label or "" for crop in kept if crop.split == "train")
    names, truth = sorted(trained), np.full(len(crops), -1)
    rows: dict[str, list[int]] = {"train": [], "val": [], "test": []}
    for crop in kept:
        if crop.label in trained:
            row = row_of[crop.path.resolve()]
            truth[row] = names.index(crop.label or "")
            rows[crop.split or ""].append(row)
    part = {split: np.array(found) for split, found in rows.items()}
    return Division(names=names, rarest=min(names, key=trained.__getitem__), truth=truth, part=part)


def by_gallery(division: Division, known: dict[str, Array], classifier: Classifier) -> NDArray[np.intp]:
    """Answers for the test rows among the classes of a gallery of the training rows."""
    names, part = division.names, division.part
    references = [
        Reference(
            label=f"own {names[division.truth[row]]}",
            path=str(row),
            sha256=f"{row:064x}",
            embedding=vector_bytes(known["published"][row]),
            logits=vector_bytes(known["logits"][row]),
        )
        for row in part["train"]
    ]
    labels = classifier.card.labels
    gallery = Gallery(model="measured", model_sha256="0" * 64, views=classifier.views, references=tuple(references))
    scores = GalleryScores(gallery, labels=labels, taxonomy=Taxonomy.flat(labels), level="class")
    logits = known["logits"][part["test"]]
    leaves = np.exp(logits - np.logaddexp.reduce(logits, axis=1)[:, None])
    best = scores.join(leaves, known["published"][part["test"]]).of_gallery.argmax(axis=1)
    order = np.array([names.index(each.removeprefix("own ")) for each in scores.classes])
    return np.asarray(order[best])


def main() -> None:
    """Read the command line, embed, fit, print means over the divisions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="overhead-dev")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model", help="published name or path; default: the default model")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--shots", type=int, help="training crops of a class; default: up to 40")
    parser.add_argument("--imbalance", type=float)
    parser.add_argument("--networks", nargs="+", default=["published", "imagenet"])
    options = parser.parse_args()
    crops, classifier = list(read_labelled(options.folder / "manifest.csv")), Classifier(options.model)
    known = features(crops, options.out, classifier)
    arms = ARMS if options.imbalance else ("balanced",)
    found: dict[str, list[list[float]]] = {}
    for seed in range(options.seeds):
        division = divide(crops, options, seed=seed)
        for network, arm in product(options.networks, arms):
            answer = last_layer(arm, known[network], division.truth, division.part)
            found.setdefault(f"{network} {arm}", []).append(division.measured(answer))
        if options.shots:
            found.setdefault("gallery", []).append(division.measured(by_gallery(division, known, classifier)))
    print(f"{options.seeds} divisions: accuracy, macro-F1, recall of the rarest class; in brackets standard errors")
    for name, rows in found.items():
        table = np.array(rows)
        errors = np.nanstd(table, axis=0) / np.sqrt((~np.isnan(table)).sum(axis=0))
        figures = zip(np.nanmean(table, axis=0), errors, strict=True)
        print(f"{name:20}", "  ".join(f"{mean:.3f} ({error:.3f})" for mean, error in figures))


if __name__ == "__main__":
    main()
