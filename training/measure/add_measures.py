"""Add to the metrics.json of a released model what `evaluate` did not write yet when the model was measured.

    python -m training.measure.add_measures overhead-1.1 --measure training/measure/overhead-1.1.yaml
    python -m training.release --card-only overhead-1.1

That is how each label was answered (`decided.answers`), which counts need, and the 95 % intervals (`intervals`). Each
measurement whose data are here is made again, and must give the same confusions and decisions as before; otherwise it
stays as it is, as where the renderer has changed since. A missing manifest is left out: it holds crops outside the
class tree, which do not count here. Measurements that metrics.json does not have yet are added.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from training.release import MODELS, Measurement, write
from vehicle_id import Classifier
from vehicle_id.errors import InputError
from vehicle_id.evaluation.evaluate import ALL_CLASSES


def main() -> None:
    """Measure again, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help="released model")
    parser.add_argument("--measure", type=Path, required=True, help="the YAML of its measurements")
    arguments = parser.parse_args()
    file = MODELS / arguments.name / "metrics.json"
    measured = json.loads(file.read_text(encoding="utf-8"))
    classifier = Classifier(arguments.name, top_k=ALL_CLASSES)
    measurements = msgspec.yaml.decode(arguments.measure.read_bytes(), type=list[Measurement])
    for each in measurements:
        manifests = [path for path in each.manifests() if Path(path).exists()]
        if each.title not in measured:
            evaluation = each.evaluate(classifier, each.crops())
            measured[each.title] = {"command": each.command(arguments.name), **evaluation.measures()}
            print(f"{each.title}: {measured[each.title]['num_crops']} crops, added")
        elif manifests:
            print(f"{each.title}: {added(measured[each.title], classifier, each, manifests)}")
        else:
            print(f"{each.title}: no data here")
    write(file, json.dumps(measured, indent=1) + "\n")


def added(record: dict[str, Any], classifier: Classifier, measurement: Measurement, manifests: Sequence[str]) -> str:
    """Add what is new to one record, where the measurement agrees with it; says what was done."""
    here = msgspec.structs.replace(measurement, data=list(manifests))
    present = {crop.label for crop in here.crops()}
    here = msgspec.structs.replace(here, mapping={k: v for k, v in here.mapping.items() if k in present})
    try:
        again = here.evaluate(classifier, here.crops()).measures()
    except InputError as error:
        return str(error)
    answers = again["decided"].pop("answers")
    record["decided"].pop("answers", None)
    if again["decided"] != record["decided"] or again["top1"]["confusion"] != record["top1"]["confusion"]:
        return "differs from what was measured before: left as it is"
    record["decided"]["answers"] = answers
    record["intervals"] = again["intervals"]
    return f"{again['num_crops']} crops, as before"


if __name__ == "__main__":
    main()
