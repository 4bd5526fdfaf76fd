r"""How often does the interval of `vehicle-id count` hold the true number, and `at least` stay under it?

    python -m training.measure.counts data/rates/manifest.csv --leave-out "renders at 0.15"
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
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

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


@dataclass(frozen=True, kw_only=True)
class CountFigures:
    """How the counts of groups compare with the truth."""

    num_families: int
    holds: float
    """Share of the intervals that hold the true number, of families that are in the group."""
    holds_none: float
    """The same of families that are not in the group."""
    least: float
    """Share of `at least` that is not over the true number."""
    width: float
    error: float
    """Mean error of `about`, in objects."""
    answered_error: float
    """The same of the number of answers."""


def measured(
    classifier: Classifier,
    data: Path,
    *,
    mapping: Mapping[str, tuple[str, ...]],
    half: Literal["a", "b"] | None = None,
    left_out: str | None = None,
    folder_prior: bool = False,
) -> CountFigures:
    """Answer labelled crops, put groups together, count them.

    Args:
        classifier: with all classes in `top`, and with metrics.json beside its file.
        data: manifest of the crops.
        mapping: label of the crops -> nodes of the model's tree.
        half: half of the groups of the crops.
        left_out: part of the title of the measurement of the model that holds these crops.
        folder_prior: count from scores, as with `--folder-prior`.
    """
    units = Units(classifier.card.taxonomy(), "family")
    stored = json.loads(classifier.file.beside("metrics.json").read_text(encoding="utf-8"))
    rates = rates_of([each for title, each in stored.items() if left_out is None or left_out not in title], units)
    evaluation = evaluate(classifier, read_labelled(data), mapping=mapping, half=half)
    answers: dict[str, list[Record]] = {}
    for each in evaluation.known:
        families = units.under(evaluation.label_nodes[each.label])
        if len(families) == 1:
            best = np.argsort(-each.leaves)[:TOP_K]
            top = [{"label": classifier.card.labels[i], "score": float(each.leaves[i])} for i in best]
            row = {"status": "ok", "label": str(each.result.label), "top": top}
            answers.setdefault(next(iter(families)), []).append(row)
    answers = {family: crops for family, crops in answers.items() if len(crops) >= LEAST_CROPS}
    rng = np.random.default_rng(0)
    known = {"likelihoods": UnitLikelihoods(units, classifier.card)} if folder_prior else {"rates": rates}
    rows = np.array([row for _ in range(NUM_GROUPS) for row in _group(answers, units, known, rng)])
    truth, answered, least, about, low, high = rows[rows[:, 0] > 0].T
    none = rows[rows[:, 0] == 0]
    return CountFigures(
        num_families=len(answers),
        holds=float(np.mean((low <= truth) & (truth <= high))),
        holds_none=float(np.mean(none[:, 4] == 0)),
        least=float(np.mean(least <= truth)),
        width=float(np.mean(high - low)),
        error=float(np.mean(np.abs(about - truth))),
        answered_error=float(np.mean(np.abs(answered - truth))),
    )


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--half", choices=("a", "b"))
    parser.add_argument("--leave-out", default=None, help="part of the title of a measurement of the model")
    parser.add_argument("--map", action="append", default=[])
    parser.add_argument("--model", help="published name or path; default: the default model")
    parser.add_argument("--folder-prior", action="store_true")
    arguments = parser.parse_args()
    mapping = {name: tuple(nodes.split(",")) for name, _, nodes in (each.partition("=") for each in arguments.map)}
    found = measured(
        Classifier(arguments.model, top_k=ALL_CLASSES),
        arguments.data,
        mapping=mapping,
        half=arguments.half,
        left_out=arguments.leave_out,
        folder_prior=arguments.folder_prior,
    )
    print(found)


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
