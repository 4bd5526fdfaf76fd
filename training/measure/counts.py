r"""How often does the interval of `vehicle-id count` hold the true number, and `at least` stay under it?

    python -m training.measure.counts data/measure/manifest.csv
    python -m training.measure.counts data/overhead-dev/manifest.csv --half a --leave-out "half that steered" \
        --map car=car,pickup --map tank=tracked_armour --map construction_plant=plant \
        --map tractor_trailer=tractor_trailer,semi_trailer --map rigid_truck=rigid_truck,tipper_truck,tank_truck

Groups of objects are put together from labelled crops: each has a random mix of the families at hand, from even to a
single family. Their answers are counted with the model's own rates, and compared with their labels. Crops that the
rates were measured on must be left out of the rates (`--leave-out` part of a title). Families with fewer than
`LEAST_CROPS` labelled crops are left out.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vehicle_id import Classifier
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.evaluation.evaluate import ALL_CLASSES, evaluate
from vehicle_id.report.counts import Group, count_groups
from vehicle_id.report.rates import Units, rates_of
from vehicle_id.report.score_counts import UnitLikelihoods
from vehicle_id.results import Record

NUM_GROUPS = 300
LEAST_CROPS = 20
TOP_K = 5


def main() -> None:
    """Answer the crops, put groups together, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--half", choices=("a", "b"))
    parser.add_argument("--leave-out", default=None, help="part of the title of a measurement of the model")
    parser.add_argument("--map", action="append", default=[])
    parser.add_argument("--model", default="overhead-1.1")
    parser.add_argument("--folder-prior", action="store_true")
    arguments = parser.parse_args()
    classifier = Classifier(arguments.model, top_k=ALL_CLASSES)
    units = Units(classifier.card.taxonomy(), "family")
    stored = json.loads(classifier.file.beside("metrics.json").read_text())
    left = arguments.leave_out
    rates = rates_of([record for title, record in stored.items() if left is None or left not in title], units)
    mapping = {name: tuple(nodes.split(",")) for name, _, nodes in (each.partition("=") for each in arguments.map)}
    evaluation = evaluate(classifier, read_labelled(arguments.data), mapping=mapping, half=arguments.half)
    answers: dict[str, list[Record]] = {}
    for each in evaluation.known:
        families = units.under(evaluation.label_nodes[each.label])
        if len(families) == 1:
            best = np.argsort(-each.leaves)[:TOP_K]
            top = [{"label": classifier.card.labels[i], "score": float(each.leaves[i])} for i in best]
            row = {"status": "ok", "label": str(each.result.label), "top": top}
            answers.setdefault(next(iter(families)), []).append(row)
    answers = {family: crops for family, crops in answers.items() if len(crops) >= LEAST_CROPS}
    print({family: len(crops) for family, crops in answers.items()})
    rng = np.random.default_rng(0)
    known = {"likelihoods": UnitLikelihoods(units, classifier.card)} if arguments.folder_prior else {"rates": rates}
    found = [_group(answers, units, known, rng) for _ in range(NUM_GROUPS)]
    for name, rows in (("families in the group", True), ("families that are not in it", False)):
        chosen = [row for group in found for row in group if (row[0] > 0) == rows]
        truth, answered, least, about, low, high = np.array(chosen).T
        print(
            f"{name}: {len(chosen)}, interval holds {np.mean((low <= truth) & (truth <= high)):.3f}, at least is not "
            f"over the truth {np.mean(least <= truth):.3f}, mean width {np.mean(high - low):.1f}; mean error of about "
            f"{np.mean(np.abs(about - truth)):.2f}, of answered {np.mean(np.abs(answered - truth)):.2f}"
        )


def _group(
    answers: Mapping[str, Sequence[Record]], units: Units, known: Mapping[str, Any], rng: np.random.Generator
) -> list[tuple[int, ...]]:
    """Truth and count of each family."""
    names = list(answers)
    mix = rng.dirichlet(np.full(len(names), rng.choice([0.2, 1.0])))
    truth = dict(zip(names, rng.multinomial(int(rng.integers(10, 100)), mix), strict=True))
    drawn = [answers[name][i] for name, number in truth.items() for i in rng.integers(len(answers[name]), size=number)]
    group: Group
    [group] = count_groups(drawn, units, by=(), **known)
    return [
        (truth.get(name, 0), count.answered, count.at_least, count.about, count.low, count.high)  # type: ignore[misc]
        for name, count in group.counts.items()
    ]


if __name__ == "__main__":
    main()
