"""Fit and measure galleries on real and rendered classes that are held out: 1, 5 and 20 references of each.

    python -m training.measure.gallery ../shared/data --renders data/renders

Five kinds of classes, none of which is answered by the network in its trial:

- `radar`: vehicles of MSTAR, which no optical model has seen; how far its embeddings carry;
- `land`: land use of UC Merced at 0.3 m;
- `oblique`: lorries and excavators of overhead-dev seen from the side, without a ground sample distance;
- `left out`: classes of overhead-dev whose leaves are removed from the network's answer; its embeddings know them;
- `rendered`: the same with classes of renders (`vehicle-id render`, a manifest in the folder).

A trial draws some classes, references of them, other crops of them from other photographs where there are any, crops
of classes that nobody named (strangers), and crops of the classes that the network answers. Prints the weights fitted
on all kinds, with the constant lowered until a gallery takes few of the crops that the network names; then what these
weights give in each kind, and what weights that were fitted on the other kinds give there. Real crops that are fitted
on are of half a of the photographs, and those that are measured of half b (`crops.labelled.select`).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from vehicle_id import Classifier
from vehicle_id.crops.labelled import read_labelled, select
from vehicle_id.crops.manifest import Crop
from vehicle_id.gallery.references import Gallery, Reference, vector_bytes
from vehicle_id.gallery.scores import GalleryScores
from vehicle_id.gallery.weights import WEIGHTS, GalleryWeights
from vehicle_id.model.decide import softmax
from vehicle_id.taxonomy import Taxonomy

Array = NDArray[np.float64]

SHOTS: Final = (1, 5, 20)
TRIALS: Final = 8
"""Of each kind and number of references."""
MOST_TAKEN: Final = 0.007
"""Share of the crops that the network names which a gallery may take, on the mean over the kinds: on other trials it
is larger, and shall be at most 0.01."""
STRANGER, TRAINED = -2, -1
LEAVES: Final = {
    "construction_plant": ("excavator", "bulldozer", "wheel_loader", "grader", "truck_crane"),
    "rigid_truck": ("box_truck", "flatbed_truck", "tipper_truck"),
    "tractor_trailer": ("tractor_trailer", "semi_trailer", "tractor_unit"),
}
"""Labels of overhead-dev that stand for several leaves."""
OBLIQUE: Final = ("tipper_truck", "excavator")


@dataclass(frozen=True, kw_only=True)
class Crops:
    """Embedded crops of one set."""

    labels: NDArray[np.str_]
    groups: NDArray[np.str_]
    embedding: Array
    logits: Array

    def of(self, *labels: str) -> NDArray[np.intp]:
        """Rows of some labels."""
        return np.flatnonzero(np.isin(self.labels, labels))


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A gallery, and crops with the number of their class in it, or `STRANGER` or `TRAINED`."""

    kind: str
    num_shots: int
    gallery: Gallery
    labels: tuple[str, ...]
    """Leaves that the network answers."""
    leaves: Array
    """`[N, C]`, their probabilities."""
    embedding: Array
    truth: NDArray[np.intp]
    names: NDArray[np.str_]
    """Label of each crop with its set, by which crops are weighed."""
    threshold: float
    """Least probability for an answer with a class, as on the card."""
    class_means: Array | None = None
    """`[C, D]`, where the card has them."""

    @property
    def of_network(self) -> NDArray[np.bool_]:
        """Crops of the network's classes that it names without a gallery."""
        return (self.truth == TRAINED) & (self.leaves.max(axis=1) >= self.threshold)

    def scores(self, weights: GalleryWeights) -> GalleryScores:
        """The gallery, asked with some weights."""
        return GalleryScores(
            self.gallery,
            labels=self.labels,
            taxonomy=Taxonomy.flat(self.labels),
            level="class",
            weights=weights,
            class_means=self.class_means,
        )

    def weights(self) -> Array:
        """`[N]`: classes of the gallery weigh as much as those of the network; strangers nothing."""
        shares = np.zeros(len(self.truth))
        for side in (self.truth >= 0, self.truth == TRAINED):
            for name in np.unique(self.names[side]):
                rows = side & (self.names == name)
                shares[rows] = 0.5 / len(np.unique(self.names[side])) / rows.sum()
        return shares


def embedded(classifier: Classifier, crops: Iterable[Crop], *, gsd_m: float | None = None) -> Crops:
    """The crops that can be opened."""
    rows = list(crops)
    found = [
        (row, each) for row, each in zip(rows, classifier.embed_crops(rows, gsd_m=gsd_m), strict=True) if each.chip
    ]
    return Crops(
        labels=np.array([row.label for row, _ in found]),
        groups=np.array([row.group or str(row.path) for row, _ in found]),
        embedding=np.array([each.embedding for _, each in found], np.float64),
        logits=np.array([each.logits for _, each in found], np.float64),
    )


def _half(data: Path, half: Literal["a", "b"]) -> list[Crop]:
    """A crop that states no group is one by itself."""
    return select((replace(crop, group=crop.group or crop.path.name) for crop in read_labelled(data)), half=half)


class Sets:
    """One half of all sets, and the trials that can be drawn from it; the renders are in both halves."""

    def __init__(self, classifier: Classifier, data: Path, renders: Path, *, half: Literal["a", "b"]) -> None:
        self.labels, self.tree = classifier.card.labels, classifier.card.taxonomy()
        self.threshold = classifier.card.decision.thresholds["class"]
        dev = embedded(classifier, _half(data / "overhead-dev" / "manifest.csv", half))
        self.sets = {
            "dev": dev,
            "radar": embedded(classifier, _half(data / "mstar-train" / "manifest.csv", half), gsd_m=0.2),
            "land": embedded(classifier, _half(data / "ucmerced", half), gsd_m=0.3),
            "rendered": embedded(classifier, read_labelled(renders / "manifest.csv")),
        }
        nadir = tuple(sorted(set(dev.labels) - {*OBLIQUE}))
        counts = {name: len(self.sets["rendered"].of(name)) for name in set(self.sets["rendered"].labels)}
        many = tuple(sorted(name for name, count in counts.items() if count >= 5 and name in self.tree))
        self.kinds: Mapping[str, tuple[str, tuple[str, ...], tuple[int, ...]]] = {
            "radar": ("radar", tuple(np.unique(self.sets["radar"].labels)), (1, 3, 10)),
            "land": ("land", tuple(np.unique(self.sets["land"].labels)), (1, 3, 21)),
            "oblique": ("dev", OBLIQUE, (1, 2)),
            "left out": ("dev", nadir, (1, 2, 4)),
            "rendered": ("rendered", many, (1, 3, 10)),
        }
        """Kind -> its set, its classes, and how many of them a trial may draw."""

    def leaves_of(self, name: str) -> set[str]:
        """Leaves of the network that a label stands for."""
        nodes = LEAVES.get(name, (name,))
        return {leaf for leaf in self.labels if not set(nodes).isdisjoint(self.tree.path(leaf))}

    def trial(self, kind: str, num_shots: int, rng: np.random.Generator) -> Trial:
        """Draw one trial."""
        source, names, sizes = self.kinds[kind]
        crops = self.sets[source]
        drawn = [str(name) for name in rng.permutation(names)]
        size = int(rng.choice(sizes))
        chosen, strangers = drawn[:size], drawn[size : size + 2]
        removed = set[str]()
        if kind in ("left out", "rendered"):
            removed = {leaf for name in (*chosen, *strangers) for leaf in self.leaves_of(name)}
        columns = [i for i, label in enumerate(self.labels) if label not in removed]
        references, asked = list[Reference](), list[tuple[str, NDArray[np.intp], int]]()
        for number, name in enumerate(chosen):
            own, others = _divided(crops, name, num_shots, rng)
            references += [_reference(crops, row, columns, f"own {name}") for row in own]
            asked.append((source, others[:40], number))
        asked += [(source, rng.permutation(crops.of(name))[:30], STRANGER) for name in strangers]
        asked += self._trained(removed, rng)
        logits = np.concatenate([self.sets[name].logits[rows][:, columns] for name, rows, _ in asked])
        labels = tuple(self.labels[i] for i in columns)
        return Trial(
            kind=kind,
            num_shots=num_shots,
            gallery=Gallery(model="measured", model_sha256="0" * 64, views=4, references=tuple(references)),
            labels=labels,
            leaves=softmax(logits),
            embedding=np.concatenate([self.sets[name].embedding[rows] for name, rows, _ in asked]),
            truth=np.concatenate([np.full(len(rows), number) for _, rows, number in asked]),
            names=np.concatenate([np.char.add(f"{name} ", self.sets[name].labels[rows]) for name, rows, _ in asked]),
            threshold=self.threshold,
        )

    def _trained(self, removed: set[str], rng: np.random.Generator) -> list[tuple[str, NDArray[np.intp], int]]:
        """Crops of classes that the network still answers, at most 25 of each."""
        drawn = []
        for name, most in (("dev", 25), ("rendered", 4)):
            crops = self.sets[name]
            for label in np.unique(crops.labels):
                is_known = bool(self.leaves_of(label)) and removed.isdisjoint(self.leaves_of(label))
                if is_known and not (name == "dev" and label in OBLIQUE):
                    drawn.append((name, rng.permutation(crops.of(label))[:most], TRAINED))
        return drawn


def _divided(
    crops: Crops, name: str, num_shots: int, rng: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """References of a class, and other crops of it, from other groups where there are several."""
    rows = rng.permutation(crops.of(name))
    num_shots = min(num_shots, max(1, len(rows) // 2))
    groups = rng.permutation(np.unique(crops.groups[rows]))
    taken = set[str]()
    for group in groups[:-1]:
        if np.isin(crops.groups[rows], [*taken]).sum() < num_shots:
            taken.add(str(group))
    inside = np.isin(crops.groups[rows], [*taken])
    if not inside.any():  # one group alone
        inside[:num_shots] = True
    return rows[inside][:num_shots], rows[~inside]


def _reference(crops: Crops, row: int, columns: Sequence[int], label: str) -> Reference:
    return Reference(
        label=label,
        path=f"{row}",
        sha256=f"{row:064x}",
        embedding=vector_bytes(crops.embedding[row]),
        logits=vector_bytes(crops.logits[row][columns]),
    )


def fitted(trials: Sequence[Trial]) -> GalleryWeights:
    """The weights with the least weighted log-loss, and the constant that takes few crops from the network."""
    least = likeliest(trials, WEIGHTS)
    low, high = -5.0, 0.0
    for _ in range(12):
        middle = (low + high) / 2
        few = taken(trials, _shifted(least, middle)) <= MOST_TAKEN
        low, high = (middle, high) if few else (low, middle)
    return _shifted(least, low)


def likeliest(
    trials: Sequence[Trial], form: GalleryWeights, *, weights: Callable[[Trial], Array] = Trial.weights
) -> GalleryWeights:
    """The weights with the least log-loss.

    Args:
        trials: to fit on.
        form: has `kernel` and `roots`, which are not fitted.
        weights: of the crops of a trial in the loss.
    """
    parts = []
    for trial in trials:
        asked = trial.scores(form)
        features = asked.features(trial.leaves, trial.embedding)
        of_trained = asked.trained_features(trial.leaves, trial.embedding)
        place = np.where(trial.truth < 0, features.shape[1], trial.truth)
        parts.append((features, of_trained, place, weights(trial)))

    def loss(values: Array) -> tuple[float, Array]:
        total, slope = 0.0, np.zeros(5)
        for features, of_trained, place, each in parts:
            logits = np.column_stack([features @ values[:3], of_trained @ values[3:]])
            shares = softmax(logits)
            rows = np.arange(len(place))
            total -= float((each * np.log(shares[rows, place].clip(1e-300))).sum())
            shares[rows, place] -= 1
            shares *= each[:, None]
            slope[:3] += np.einsum("nk,nkf->f", shares[:, :-1], features)
            slope[3:] += shares[:, -1] @ of_trained
        return total / len(parts), slope / len(parts)

    # but for the constant a weight may not turn round what its feature says
    bounds = [(0, None), (None, None), *[(0, None)] * 3]
    values = minimize(loss, np.zeros(5), jac=True, method="L-BFGS-B", bounds=bounds).x
    names = ("similarity", "constant", "overlap", "certainty", "trained")
    return msgspec.structs.replace(
        form, **{name: round(float(value), 2) for name, value in zip(names, values, strict=True)}
    )


def _shifted(weights: GalleryWeights, shift: float) -> GalleryWeights:
    return msgspec.structs.replace(weights, constant=round(weights.constant + shift, 2))


def taken(trials: Sequence[Trial], weights: GalleryWeights) -> float:
    """Share of the crops that the network names which a gallery takes, on the mean over the kinds."""
    shares: dict[str, list[float]] = {}
    for trial in trials:
        of_gallery = trial.scores(weights).join(trial.leaves, trial.embedding).of_gallery[trial.of_network]
        shares.setdefault(trial.kind, []).append(float((of_gallery.max(axis=1) >= trial.threshold).mean()))
    return float(np.mean([np.mean(each) for each in shares.values()]))


def measures(trials: Sequence[Trial], weights: GalleryWeights) -> dict[str, Any]:
    """What users get: of crops of the gallery's classes, of strangers, and of crops that the network names."""
    found: dict[str, list[float]] = {}
    sure, right = list[float](), list[bool]()
    named_right = named_all = 0
    for trial in trials:
        shares = trial.scores(weights).join(trial.leaves, trial.embedding).of_gallery
        best, score = shares.argmax(axis=1), shares.max(axis=1)
        rest = 1 - shares.sum(axis=1)
        answer = np.where(score >= rest, best, TRAINED)
        own, named = trial.truth >= 0, score >= trial.threshold
        sure += [*np.maximum(score, rest)[own]]
        right += [*(answer == trial.truth)[own]]
        named_right += int((named & own & (best == trial.truth)).sum())
        named_all += int((named & own).sum())
        recalls = [(answer == number)[trial.truth == number].mean() for number in range(shares.shape[1])]
        found.setdefault("recall", []).append(float(np.mean(recalls)))
        found.setdefault("macro-F1", []).append(_macro_f1(trial.truth, answer, shares.shape[1]))
        found.setdefault("named", []).append(float(named[own].mean()))
        found.setdefault("taken", []).append(float(named[trial.of_network].mean()))
        if (trial.truth == STRANGER).any():
            found.setdefault("strangers named", []).append(float(named[trial.truth == STRANGER].mean()))
    means = {name: float(np.mean(values)) for name, values in found.items()}
    return {**means, "precision": named_right / max(1, named_all), "ECE": _ece(np.array(sure), np.array(right))}


def drawn_trials(
    classifier: Classifier, data: Path, renders: Path, *, half: Literal["a", "b"], rng: np.random.Generator
) -> list[Trial]:
    """All trials of one half of the photographs, by kind and number of references."""
    sets = Sets(classifier, data, renders, half=half)
    return [sets.trial(kind, shots, rng) for kind in sets.kinds for shots in SHOTS for _ in range(TRIALS)]


def _macro_f1(truth: NDArray[np.intp], answer: NDArray[np.intp], num_classes: int) -> float:
    """Over the classes of the gallery, among their crops and those of the network's classes."""
    asked = truth >= TRAINED
    values = []
    for number in range(num_classes):
        is_right = ((truth == number) & (answer == number)).sum()
        either = (truth[asked] == number).sum() + (answer[asked] == number).sum()
        values.append(2 * is_right / max(1, either))
    return float(np.mean(values))


def _ece(sure: Array, right: NDArray[np.bool_]) -> float:
    """Expected calibration error in 15 bins of equal width."""
    bins = np.minimum((sure * 15).astype(int), 14)
    return float(sum(abs((sure - right)[bins == each].sum()) for each in range(15)) / len(sure))


def main() -> None:
    """Read the command line, fit, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with overhead-dev, mstar-train and ucmerced")
    parser.add_argument("--renders", type=Path, required=True, help="folder of vehicle-id render, 300 crops or more")
    parser.add_argument("--model", help="published name or path; default: the default model")
    parser.add_argument("--views", type=int, help="windows averaged; default: as on the card")
    options = parser.parse_args()
    classifier = Classifier(options.model, views=options.views)
    rng = np.random.default_rng(0)
    fitting, fresh = (
        drawn_trials(classifier, options.data, options.renders, half=half, rng=rng) for half in ("a", "b")
    )
    kinds = dict.fromkeys(trial.kind for trial in fresh)
    print("fitted on all kinds:", best := fitted(fitting))
    print("in the package:     ", WEIGHTS)
    for name, weights in (("fitted", best), ("package", WEIGHTS)):
        print(f"{name}: takes {taken(fresh, weights):.4f} of the crops that the network names")
    for kind in kinds:
        others = fitted([trial for trial in fitting if trial.kind != kind])
        for shots in SHOTS:
            part = [trial for trial in fresh if (trial.kind, trial.num_shots) == (kind, shots)]
            for name, weights in (("fitted", best), ("without it", others)):
                shown = "  ".join(f"{what} {value:.3f}" for what, value in measures(part, weights).items())
                print(f"{kind:9} {shots:2} {name:10} {shown}")


if __name__ == "__main__":
    main()
