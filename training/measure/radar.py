"""Measure the recipe for radar on MSTAR: five folds by blocks of azimuth, and vehicles that a network never learned.

    python -m training.datasets.mstar ../shared/data/mstar-train --out data/mstar
    python -m training.measure.radar folds data/mstar --out runs/radar
    python -m training.measure.radar open-set data/mstar --out runs/radar
    vehicle-id train data/mstar/all.csv --recipe training/recipes/sar-mstar-1.1.yaml --out runs/sar-mstar-1.1
    python -m training.measure.radar decision data/mstar --out runs/radar --release runs/sar-mstar-1.1

`folds` trains and exports a network for each fold, and measures the exported file on the sectors that the network did
not see. `open-set` trains on the seven classes that `--unseen` leaves, and measures on the test sectors of fold 0: how
well the unknown score separates the others, and how many chips of all ten classes are right with a few references of
each unseen vehicle in a gallery. The references are chips of training sectors. They are drawn at random, or `spread`:
one from each equal part of the flight around the vehicle. The weights of that gallery are fitted before, on training
sectors and the seven classes alone: another network is trained without `--pretended` and without some sectors, and
meets both. `decision` fits the decision of a run that was trained on all chips: temperature and thresholds by what the
networks of the folds answer to the chips that they did not see, the weights of galleries by the network of `open-set`.

What is trained already is not trained again: a run that was stopped continues. `--set train.epochs=26` changes a field
of the recipe.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from training.datasets.mstar import NUM_FOLDS, write_manifest
from training.measure.gallery import TRAINED, Trial, likeliest
from vehicle_id import Classifier
from vehicle_id.crops.embedded import EmbeddedCrop
from vehicle_id.crops.labelled import read_labelled, select
from vehicle_id.crops.manifest import Crop
from vehicle_id.crops.open import open_crop
from vehicle_id.evaluation.evaluate import ALL_CLASSES, Evaluation, evaluate
from vehicle_id.export.export import compare, export, load_run
from vehicle_id.export.recalibrate import read_examples, run_graph
from vehicle_id.files import write_whole
from vehicle_id.gallery.references import Reference, vector_bytes
from vehicle_id.gallery.weights import GalleryWeights
from vehicle_id.model.decide import softmax
from vehicle_id.model.session import Session
from vehicle_id.train.calibrate import Calibration, HeldOutOutputs, calibrate
from vehicle_id.train.checkpoint import RunFolder
from vehicle_id.train.choose import choose_recipe
from vehicle_id.train.loop import train
from vehicle_id.train.recipe import Recipe, load_recipe

RECIPE: Final = "training/recipes/sar-mstar-1.1.yaml"
ALONE: Final = ("data.num_workers=0", "data.in_memory=true")
"""Changes of the recipe that leave the network as it is: with them the CPU time is that of all the work."""
UNSEEN: Final = "BRDM2,D7,ZIL131"
PRETENDED: Final = "2S1,T62"
SHOTS: Final = (1, 5, 20)
DRAWS: Final = 20
FORM: Final = GalleryWeights(similarity=0, constant=0, overlap=0, certainty=0, kernel=10.0, roots=False)
"""What is not fitted of the weights: the embedding is whitened."""


def trained(data: Path, recipe: Recipe, folder: Path) -> Path:
    """Train and export what is not there yet; returns the folder of the exported model."""
    model = folder / "model"
    if not (model / "model.onnx").is_file():
        began = time.process_time()
        train(data, recipe, folder, resume=True, log=print)
        agreement = export(folder, model)
        minutes = (time.process_time() - began) / 60
        print(f"{folder}: {minutes:.1f} CPU minutes, ONNX and torch differ by {agreement.largest_difference:.0e}")
    return model


def fold_models(data: Path, recipe: Recipe, out: Path) -> list[tuple[Path, Path]]:
    """Manifest and exported model of every fold."""
    manifests = [data / f"fold-{fold}.csv" for fold in range(NUM_FOLDS)]
    return [(manifest, trained(manifest, recipe, out / manifest.stem)) for manifest in manifests]


def measure_folds(folds: Iterable[tuple[Path, Path]]) -> list[Evaluation]:
    """The answers to the chips of the test sectors, fold by fold; prints a line for each."""
    evaluations = []
    for manifest, model in folds:
        tested = select(read_labelled(manifest), split="test")
        evaluations.append(evaluate(Classifier(model, top_k=ALL_CLASSES), tested))
        run = RunFolder(folder=model.parent)
        network, card = load_run(run, load_recipe(run.recipe))
        chips = [open_crop(crop.path, chip_px=card.chip_px, gsd_m=crop.gsd_m).chip for crop in tested]
        same = compare(network, Session((model / "model.onnx").read_bytes()), chips)
        top1 = evaluations[-1].measures()["top1"]
        print(
            f"{manifest.stem}: accuracy {top1['accuracy']:.4f} of {top1['num_crops']}, "
            f"macro-F1 {top1['macro_f1']:.4f}, ECE {top1['ece']:.3f}; ONNX and torch: {same.same_top1} of "
            f"{same.num_chips} answers the same, probabilities within {same.largest_difference:.0e}"
        )
    return evaluations


def together(evaluations: Sequence[Evaluation]) -> Evaluation:
    """The folds as one measurement: every chip once, answered by the network that did not see its sector."""
    return replace(evaluations[0], crops=[crop for each in evaluations for crop in each.crops])


def held_out(folds: Iterable[tuple[Path, Path]]) -> HeldOutOutputs:
    """What the networks of the folds answer to their test sectors, before their own temperatures."""
    parts = []
    for manifest, model in folds:
        session = Session((model / "model.onnx").read_bytes())
        card = session.card
        tested = select(read_labelled(manifest), split="test")
        examples = read_examples(tested, card.labels, card.taxonomy(), chip_px=card.chip_px, views=card.views)
        parts.append(run_graph(session, examples).at(1 / card.decision.temperature))
    names = ("target", "source", "logits", "size", "true_size", "gsd_error", "windows", "distance")
    return replace(parts[0], **{name: _joined([getattr(part, name) for part in parts]) for name in names})


def _joined(parts: Sequence[NDArray[Any] | None]) -> NDArray[Any] | None:
    """The rows of all parts; None where the networks do not have them."""
    rows = [part for part in parts if part is not None]
    return np.concatenate(rows) if rows else None


def fit_decision(outputs: HeldOutOutputs, release: Path, *, gallery: GalleryWeights | None = None) -> Calibration:
    """Fit the decision of a run on the outputs of other networks, and write it into the run.

    Args:
        outputs: of networks of the same recipe on chips that they did not see.
        release: the run, whose validation crops are among those it trains on, and are not counted twice.
        gallery: fitted with a network of the same recipe.
    """
    run = RunFolder(folder=release)
    earlier = Calibration.from_json(run.calibration.read_bytes())
    counts = {label: msgspec.structs.replace(each, real_val=0) for label, each in earlier.counts.items()}
    means = earlier.decision.class_means
    fitted = calibrate(outputs, load_recipe(run.recipe), counts, class_means=means, gallery=gallery)
    write_whole(run.calibration, msgspec.json.format(msgspec.json.encode(fitted)))
    return fitted


Row = tuple[str, str, int, str]
"""Path, label, sector and split of a chip."""


def _fold_rows(data: Path) -> list[Row]:
    """The chips of fold 0."""
    with (data / "fold-0.csv").open(newline="", encoding="utf-8") as file:
        return [
            (row["path"], row["label"], int(row["group"].rpartition("-")[2]), row["split"])
            for row in csv.DictReader(file)
        ]


def open_set_manifests(data: Path, unseen: Sequence[str]) -> tuple[Path, Path]:
    """Manifests beside that of fold 0: without the unseen vehicles, and of all of them."""
    seen = data / f"without-{'-'.join(unseen)}.csv"
    write_manifest(seen, [row for row in _fold_rows(data) if row[1] not in unseen])
    return seen, data / "fold-0.csv"


def pretended_manifests(data: Path, unseen: Sequence[str], pretended: Sequence[str]) -> tuple[Path, Path]:
    """The same inside the training sectors of fold 0 and without the unseen vehicles: every fifth sector tests."""
    rows = [
        (path, label, sector, "test" if split == "train" and sector % NUM_FOLDS == 1 else split)
        for path, label, sector, split in _fold_rows(data)
        if split != "test" and label not in unseen
    ]
    name = "-".join((*unseen, *pretended))
    seen, every = data / f"inner-without-{name}.csv", data / f"inner-{name}.csv"
    write_manifest(seen, [row for row in rows if row[1] not in pretended])
    write_manifest(every, rows)
    return seen, every


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSet:
    """Chips that a network did not see, some of vehicles that it never learned."""

    classifier: Classifier
    unseen: Sequence[str]
    names: NDArray[np.str_]
    """`[N]`, the vehicle of each chip of the test sectors."""
    logits: NDArray[np.float64]
    """`[N, C]`."""
    embedding: NDArray[np.float64]
    """`[N, D]`."""
    offered: Sequence[tuple[Crop, EmbeddedCrop]]
    """Chips of the unseen vehicles in other sectors."""

    @classmethod
    def read(cls, classifier: Classifier, crops: Sequence[Crop], unseen: Sequence[str]) -> OpenSet:
        """Embed the chips of a manifest."""
        tested = select(crops, split="test")
        asked = list(classifier.embed_crops(tested))
        offered = [crop for crop in select(crops, split="train") if crop.label in unseen]
        return cls(
            classifier=classifier,
            unseen=unseen,
            names=np.array([crop.label for crop in tested]),
            logits=np.array([each.logits for each in asked], np.float64),
            embedding=np.array([each.embedding for each in asked], np.float64),
            offered=list(zip(offered, classifier.embed_crops(offered), strict=True)),
        )

    def trial(self, shots: int, rng: np.random.Generator, *, spread: bool = False) -> Trial:
        """All its chips, asked of references that are drawn."""
        gallery = self.classifier.new_gallery().with_references(
            drawn(self.offered, self.unseen, shots, rng, spread=spread)
        )
        card = self.classifier.card
        places = {label: number for number, label in enumerate(gallery.labels)}
        return Trial(
            kind="radar",
            num_shots=shots,
            gallery=gallery,
            labels=card.labels,
            leaves=softmax(self.logits),
            embedding=self.embedding,
            truth=np.array([places.get(str(name), TRAINED) for name in self.names]),
            names=self.names,
            threshold=card.decision.thresholds["class"],
            class_means=card.class_means(),
        )


def fit_gallery(chips: OpenSet) -> GalleryWeights:
    """The likeliest weights of galleries of the unseen vehicles, every class alike."""
    rng = np.random.default_rng(0)
    return likeliest([chips.trial(shots, rng) for shots in SHOTS for _ in range(DRAWS)], FORM, weights=_classes_alike)


def _classes_alike(trial: Trial) -> NDArray[np.float64]:
    _, place, counts = np.unique(trial.names, return_inverse=True, return_counts=True)
    return np.asarray(1.0 / counts[place] / len(counts))


def measure_open_set(chips: OpenSet, crops: Sequence[Crop], weights: GalleryWeights) -> None:
    """Print how well unseen vehicles are told from the others, and how well a gallery adds them."""
    mapping = dict.fromkeys(chips.unseen, ("unknown",))
    unknown = evaluate(chips.classifier, select(crops, split="test"), mapping=mapping).measures()
    print(f"known: accuracy {unknown['top1']['accuracy']:.4f} of {unknown['top1']['num_crops']}")
    by_label = ", ".join(f"{name} {each['auroc']:.3f}" for name, each in unknown["unknown"]["labels"].items())
    print(f"AUROC of {unknown['unknown']['num_crops']} unseen: {unknown['unknown']['auroc']:.4f} ({by_label})")
    rng = np.random.default_rng(0)
    for way in ("random", "spread"):
        for shots in SHOTS:
            trials = [chips.trial(shots, rng, spread=way == "spread") for _ in range(DRAWS)]
            found = [gallery_accuracy(trial, weights) for trial in trials]
            overall, new, known = np.mean(found, axis=0)
            print(
                f"{shots:2} references, {way}: accuracy of all classes {overall:.3f} "
                f"(lowest {min(each[0] for each in found):.3f}), recall of the unseen {new:.3f}, others {known:.3f}"
            )


def drawn(
    offered: Sequence[tuple[Crop, EmbeddedCrop]],
    labels: Sequence[str],
    shots: int,
    rng: np.random.Generator,
    *,
    spread: bool,
) -> list[Reference]:
    """References of each label: of any chips, or one from each equal part of the flight around the vehicle."""
    references = []
    for label in labels:
        own = sorted((pair for pair in offered if pair[0].label == label), key=lambda pair: pair[0].group or "")
        if spread:
            start, step = rng.random() * len(own), len(own) / shots
            places = [int(start + number * step) % len(own) for number in range(shots)]
        else:
            places = rng.permutation(len(own))[:shots].tolist()
        references += [_reference(*own[place]) for place in places]
    return references


def _reference(crop: Crop, embedded: EmbeddedCrop) -> Reference:
    assert embedded.embedding is not None and embedded.logits is not None
    return Reference(
        label=crop.label or "",
        path=str(crop.path),
        sha256=embedded.result.sha256 or "",
        gsd_m=crop.gsd_m,
        embedding=vector_bytes(embedded.embedding),
        logits=vector_bytes(embedded.logits),
        thumbnail=b"",
    )


def gallery_accuracy(trial: Trial, weights: GalleryWeights) -> tuple[float, float, float]:
    """Share of all crops whose most likely class is right, of those of the gallery's classes, and of the others."""
    scores = trial.scores(weights)
    joined = scores.join(trial.leaves, trial.embedding)
    right = np.array(scores.labels)[joined.probabilities.argmax(axis=1)] == trial.names
    new = trial.truth != TRAINED
    return float(right.mean()), float(right[new].mean()), float(right[~new].mean())


def trained_open_set(
    manifests: tuple[Path, Path], recipe: Recipe, out: Path, unseen: Sequence[str]
) -> tuple[OpenSet, list[Crop]]:
    """Train on one manifest what is not there yet, and meet the chips of the other."""
    seen, every = manifests
    classifier = Classifier(trained(seen, recipe, out / seen.stem), top_k=ALL_CLASSES)
    crops = list(read_labelled(every))
    return OpenSet.read(classifier, crops, unseen), crops


def main() -> None:
    """Read the command line, train what is missing, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("folds", "open-set", "decision"))
    parser.add_argument("data", type=Path, help="folder that training.datasets.mstar wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder for the runs")
    parser.add_argument("--recipe", default=RECIPE, help="YAML file, or a recipe that comes with the package")
    parser.add_argument(
        "--set", dest="changes", action="append", default=[], help="field=value, as for vehicle-id train"
    )
    parser.add_argument("--unseen", default=UNSEEN, help="vehicles that open-set leaves out, separated by commas")
    parser.add_argument(
        "--pretended", default=PRETENDED, help="others of which the weights of a gallery are fitted meanwhile"
    )
    parser.add_argument("--release", type=Path, help="with decision: a finished run trained on all.csv")
    options = parser.parse_args()
    recipe = choose_recipe(options.recipe, [*ALONE, *options.changes])
    unseen = options.unseen.split(",")
    if options.part == "open-set":
        pretended = options.pretended.split(",")
        inner, _ = trained_open_set(
            pretended_manifests(options.data, unseen, pretended), recipe, options.out, pretended
        )
        weights = fit_gallery(inner)
        print(f"gallery, fitted on {options.pretended} of {len(inner.names)} chips: {weights}")
        chips, crops = trained_open_set(open_set_manifests(options.data, unseen), recipe, options.out, unseen)
        measure_open_set(chips, crops, weights)
        return
    folds = fold_models(options.data, recipe, options.out)
    if options.part == "folds":
        evaluations = measure_folds(folds)
        accuracies = [each.measures()["top1"]["accuracy"] for each in evaluations]
        print(f"mean accuracy {np.mean(accuracies):.4f}; all chips: {together(evaluations).measures()['top1']}")
    elif options.release is None:
        parser.error("decision needs --release")
    else:
        chips, _ = trained_open_set(open_set_manifests(options.data, unseen), recipe, options.out, unseen)
        fitted = fit_decision(held_out(folds), options.release, gallery=fit_gallery(chips))
        print(fitted.metrics, fitted.decision.thresholds, fitted.decision.gallery)


if __name__ == "__main__":
    main()
