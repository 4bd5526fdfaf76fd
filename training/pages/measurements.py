"""What is measured for the pages: each measurement calls the functions of `training/measure` and keeps plain numbers.

Measurements of the card are not made again: their figures are those of the model's metrics.json.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from training.measure import counts, evidence, false_alarms, gallery, label_noise, length_budget
from training.pages.data import DEV, DEV_NODES, ORTHO, PAIR, RATES, WINDOWS, Data, MissingDataError
from vehicle_id import Classifier
from vehicle_id.crops.labelled import read_labelled, select
from vehicle_id.crops.manifest import read_manifest
from vehicle_id.evaluation.evaluate import ALL_CLASSES
from vehicle_id.evaluation.label_map import is_right
from vehicle_id.gallery.scores import WEIGHTS
from vehicle_id.report.verdict import BANDS

Figures = dict[str, Any]
EXPONENTS = (0.0, 0.25, 0.5, 0.75, 1.0)
KINDS = ("oblique", "left out", "rendered", "land", "radar")
CARD_TITLES = {
    "real": "the half that reports",
    "ortho": "places that never trained",
    "renders": "renders at 0.3 m",
    "worst": "every nuisance at its worst",
}
"""Name of a measurement of the card here -> part of its title."""
EXAMPLES = Path(__file__).parents[2] / "examples" / "crops" / "manifest.csv"
ARMY_LORRY = "military_truck"
PAIR_NODES = ("rigid_hauler_45t", "special_chassis_4_axles")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a measurement finds its model and its crops."""

    model: str
    """Published name."""
    work: Path
    shared: Path

    def manifest(self, data: Data) -> Path:
        """Of a set of crops, made if need be."""
        return data.folder(self.work, self.shared) / "manifest.csv"

    def classifier(self, **options: Any) -> Classifier:
        """The model."""
        return Classifier(self.model, **options)


def card(place: Place) -> Figures:
    """What README and the page on limits say of the measurements of the card."""
    classifier = place.classifier()
    stored = json.loads(classifier.file.beside("metrics.json").read_text(encoding="utf-8"))
    found = Figures()
    for name, part in CARD_TITLES.items():
        record = next((each for title, each in stored.items() if part in title), None)
        if record is None:
            raise MissingDataError(f"metrics.json of {place.model} has no measurement with {part!r} in its title")
        at_family, families = record["decided"]["at_family"], record["families"]
        between = record.get("intervals", {})
        found[name] = {
            "crops": record["num_crops"],
            "labels": sum(each["support"] > 0 for each in record["top1"]["classes"].values()),
            "class": record["top1"]["accuracy"],
            "class_f1": record["top1"]["macro_f1"],
            "class_ece": record["top1"]["ece"],
            "family": families["accuracy"],
            "family_f1": families["macro_f1"],
            "class_interval": between.get("top1", {}).get("accuracy"),
            "family_interval": between.get("families", {}).get("accuracy"),
            "precision_interval": between.get("decided", {}).get("precision_at_family"),
            "answered": at_family["answered"] / record["num_crops"],
            "precision": at_family["precision"],
            "length_in_interval": record["size"]["length_in_interval"],
            "auroc": record["unknown"]["auroc"] if record.get("unknown") else None,
            "trucks": families["classes"]["road_truck"]["support"],
            "trucks_found": families["classes"]["road_truck"]["recall"],
        }
    return {**found, "classes": len(classifier.card.labels), "views": classifier.card.views}


def count_shares(place: Place, *, folder_prior: bool = False) -> Figures:
    """Counts of groups of renders, and of both halves of the real crops, by rates that leave them out."""
    classifier = place.classifier(top_k=ALL_CLASSES)
    dev, rates = place.manifest(DEV), place.manifest(RATES)
    found = {
        "renders": counts.measured(
            classifier, rates, mapping={}, left_out="renders at 0.15 to 0.6 m", folder_prior=folder_prior
        ),
        "half a": counts.measured(
            classifier, dev, mapping=DEV_NODES, half="a", left_out="half that steered", folder_prior=folder_prior
        ),
        "half b": counts.measured(
            classifier, dev, mapping=DEV_NODES, half="b", left_out="half that reports", folder_prior=folder_prior
        ),
    }
    return {name: asdict(each) for name, each in found.items()}


def folder_prior_shares(place: Place) -> Figures:
    """The same from scores, with the mix of the group as prior."""
    return count_shares(place, folder_prior=True)


def galleries(place: Place) -> Figures:
    """Galleries of held-out classes, with the weights of the package, by kind and number of references."""
    renders = place.manifest(RATES).parent
    for name in ("overhead-dev", "mstar-train", "ucmerced"):
        if not (place.shared / name).exists():
            raise MissingDataError(f"{place.shared / name} is missing")
    trials = gallery.drawn_trials(place.classifier(), place.shared, renders, half="b", rng=np.random.default_rng(0))
    rows = {
        kind: {
            str(shots): gallery.measures([t for t in trials if (t.kind, t.num_shots) == (kind, shots)], WEIGHTS)
            for shots in gallery.SHOTS
        }
        for kind in KINDS
    }
    return {"rows": rows, "taken": gallery.taken(trials, WEIGHTS)}


def lengths(place: Place) -> Figures:
    """How often the intervals of a length hold it."""
    classifier = place.classifier()
    sets = {
        "renders": length_budget.measured(classifier, place.manifest(RATES)),
        "ortho": length_budget.measured(classifier, place.manifest(ORTHO)),
        "ortho test": length_budget.measured(classifier, place.manifest(ORTHO), split="test"),
    }
    return {
        name: {"num": len(each.held), "held": float(each.held.mean()), "answer": float(each.held_by_answer.mean())}
        for name, each in sets.items()
    }


def weighed_evidence(place: Place) -> Figures:
    """Likelihood ratios on real crops, on renders within a family, and of haul trucks against launcher chassis."""
    classifier = place.classifier(top_k=ALL_CLASSES)
    nodes = {label: ",".join(named) for label, named in DEV_NODES.items()}
    real = evidence.weighed(classifier, place.manifest(DEV), by="group", mapping=nodes)
    renders = evidence.weighed(classifier, place.manifest(RATES), by="vehicle", mapping={}, within_family=True)
    pair = evidence.weighed(classifier, place.manifest(PAIR), by="vehicle", mapping={}, only=PAIR_NODES)
    edges = (1.0, *(limit for limit, _ in BANDS[:-1]), float("inf"))
    return {
        "bands": [
            [real.right_between(low, high)[1], renders.right_between(low, high)[1]] for low, high in pairwise(edges)
        ],
        "log_scores": [
            [exponent, *(float(np.mean([*each.log_scores(exponent).values()])) for each in (real, renders))]
            for exponent in EXPONENTS
        ],
        "pair": {str(size): pair.right(size) for size in (1, 2, 4)},
        "pair_log_score": pair.log_scores(0.5)[1],
        "pixels": [[low, high, renders.median_ratio(low, high)] for low, high in pairwise(evidence.PIXELS)],
    }


def noise(place: Place) -> Figures:
    """How many exchanged labels `dataset check` finds."""
    source = place.shared / "overhead-dev" / "manifest.csv"
    if not source.exists():
        raise MissingDataError(f"{source} is missing")
    crops = list(read_labelled(source))
    recall, precision = label_noise.measured(place.classifier(views=1), crops, share=0.05, seeds=5)
    return {"crops": len(crops), "recall": recall, "precision": precision}


def examples(place: Place) -> Figures:
    """Which example crops are answered with a node they do not belong to, and where only the likeliest class is off."""
    crops = list(read_labelled(EXAMPLES))
    with place.classifier() as classifier:
        tree = classifier.card.taxonomy()
        answers = list(classifier.classify_crops(crops))
    family = tree.families()
    wrong, unsure = {}, {}
    for crop, answer in zip(crops, answers, strict=True):
        label, likeliest = crop.label or "", answer.top[0].label
        if answer.label in tree and not is_right(tree, answer.label, (label,)):
            wrong[crop.path.name] = answer.label
        elif family[likeliest] != family[label]:
            unsure[crop.path.name] = likeliest
    return {"wrong": wrong, "unsure": unsure}


def army_lorries(place: Place) -> Figures:
    """Real ones of the half that reports: what is likeliest, and how many are named as a launcher chassis."""
    crops = [crop for crop in select(read_labelled(place.manifest(DEV)), half="b") if crop.label == ARMY_LORRY]
    with place.classifier() as classifier:
        tree = classifier.card.taxonomy()
        answers = list(classifier.classify_crops(crops))
    families = [false_alarms.best_family(tree, answer) for answer in answers]
    named = [false_alarms.false_family(tree, answer.label) for answer in answers]
    return {
        "crops": len(crops),
        "likeliest": sum(bool(answer.top) and answer.top[0].label == ARMY_LORRY for answer in answers),
        "likeliest launcher": families.count("special_chassis"),
        "named launcher": named.count("special_chassis"),
    }


def alarms(place: Place) -> Figures:
    """Windows of suburbs that are named as what is not there."""
    crops = [crop for crop in read_manifest(place.manifest(WINDOWS)) if crop.split == "test"]
    with place.classifier() as classifier:
        answers = list(classifier.classify_crops(crops))
        found = false_alarms.count_false(classifier.card.taxonomy(), answers)
    return {"windows": len(crops), "named": {family: named for family, (named, _) in found.items()}}


MEASUREMENTS: Mapping[str, Callable[[Place], Figures]] = {
    "card": card,
    "examples": examples,
    "army lorries": army_lorries,
    "counts": count_shares,
    "folder prior": folder_prior_shares,
    "lengths": lengths,
    "evidence": weighed_evidence,
    "label noise": noise,
    "gallery": galleries,
    "false alarms": alarms,
}
"""By their name in the record, quick ones first."""
