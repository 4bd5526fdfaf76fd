"""Reviews of answers, as a report saves them: how often people agree with the model, and with one another.

A review is a manifest with the columns `review`, `reviewer` and `answer` (docs/report.md). It says nothing about the
crops that nobody reviewed.
"""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from vehicle_id.crops.manifest import Crop, read_manifest
from vehicle_id.errors import InputError
from vehicle_id.evaluation.metrics import share_interval
from vehicle_id.results import UNKNOWN
from vehicle_id.text import count_of

REVIEW: Final = "review"
AGREE: Final = "agree"
CORRECT: Final = "correct"
UNUSABLE: Final = "unusable"
KINDS: Final = (AGREE, CORRECT, UNUSABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What one person says of one answer."""

    crop: Crop
    """Its label is what the person says; None where nobody can tell."""
    review: str
    """One of `KINDS`."""
    reviewer: str
    is_blind: bool
    """The person did not see the answer before."""
    sha256: str
    """Of the crop's file; empty where it is not stated."""
    reviewed: str
    """When, as `2026-11-29T07:00:00Z`; empty where it is not stated."""

    @property
    def place(self) -> str:
        """What the crop is recognised by: its content, else its path."""
        return self.sha256 or os.path.abspath(self.crop.path)

    @property
    def category(self) -> str:
        """The label; `unusable`, or `unknown` where the person agrees that it is none of the classes."""
        return self.crop.label or (UNUSABLE if self.review == UNUSABLE else UNKNOWN)

    def columns(self) -> dict[str, str]:
        """What a report shows of it."""
        stated = {"reviewed": self.reviewed, "blind": self.crop.extra.get("blind", "")}
        return {"review": self.review, "label": self.category, "reviewer": self.reviewer, **stated}


def read_reviews(path: str | Path) -> list[Review]:
    """The reviews of a file; none where it is a folder, or a manifest without a column `review`.

    Raises:
        ManifestError: the file is no manifest.
        InputError: a review of another kind than `KINDS`.
    """
    if not os.path.isfile(path):  # a pipe can be read only once
        return []
    reviews = []
    for crop in read_manifest(path):
        if REVIEW not in crop.extra:
            return []
        kind = crop.extra[REVIEW].strip()
        if kind not in KINDS:
            raise InputError(f"{path} has the review {kind[:40]!r} of {crop.path}: give one of {', '.join(KINDS)}")
        reviews.append(
            Review(
                crop=crop,
                review=kind,
                reviewer=crop.extra.get("reviewer", "").strip() or Path(path).stem,
                is_blind=crop.extra.get("blind", "") == "yes",
                sha256=crop.extra.get("crop_sha256", "").strip(),
                reviewed=crop.extra.get("reviewed", "").strip(),
            )
        )
    return reviews


def latest(reviews: Iterable[Review]) -> list[Review]:
    """What each person said last of each answer to a crop: a page that was saved twice counts once."""
    last = dict[tuple[str, str, str], Review]()
    for review in reviews:
        key = (review.reviewer, review.place, review.crop.extra.get("answer", ""))
        if key not in last or review.reviewed >= last[key].reviewed:
            last[key] = review
    return [*last.values()]


def undisputed(reviews: Iterable[Review]) -> tuple[list[Crop], int]:
    """Each labelled crop once, and the number of crops left out since people say different things of them."""
    said = dict[str, list[Review]]()
    for review in reviews:
        said.setdefault(review.place, []).append(review)
    agreed = [same for same in said.values() if len({each.category for each in same}) == 1]
    crops = [replace(same[0].crop, extra={}) for same in agreed if same[0].crop.label]
    return crops, len(said) - len(agreed)


def agreement(reviews: Sequence[Review]) -> dict[str, Any]:
    """How often people agree with the answers and, for two or more of them, with one another; as plain values.

    Intervals are of 95 %: Wilson (1927) for shares, Cohen (1960) for kappa.
    """
    by_person = dict[str, list[Review]]()
    for review in reviews:
        by_person.setdefault(review.reviewer, []).append(review)
    return {
        "reviewers": {name: _of_person(said) for name, said in by_person.items()},
        "pairs": [_of_pair(one, other, by_person) for one, other in combinations(by_person, 2)],
    }


def _of_person(reviews: Sequence[Review]) -> dict[str, Any]:
    kinds = Counter(each.review for each in reviews)
    num_judged = kinds[AGREE] + kinds[CORRECT]
    found: dict[str, Any] = {
        "num_crops": len(reviews),
        **{kind: kinds[kind] for kind in KINDS},
        "blind": sum(each.is_blind for each in reviews),
        "agreement": None,
        "agreement_interval": None,
    }
    if num_judged:
        found["agreement"] = kinds[AGREE] / num_judged
        found["agreement_interval"] = list(share_interval(kinds[AGREE], num_judged))
    return found


def _of_pair(one: str, other: str, by_person: Mapping[str, Sequence[Review]]) -> dict[str, Any]:
    """Two people over the crops that both reviewed."""
    first, second = ({each.place: each for each in by_person[name]} for name in (one, other))
    both = [(first[place].category, second[place].category) for place in first if place in second]
    num_blind = sum(first[place].is_blind and second[place].is_blind for place in first if place in second)
    found: dict[str, Any] = {"reviewers": [one, other], "num_crops": len(both), "blind": num_blind}
    found |= dict.fromkeys(("agreement", "agreement_interval", "kappa", "kappa_interval"))
    if both:
        num_same = sum(mine == yours for mine, yours in both)
        found |= {"agreement": num_same / len(both), "agreement_interval": list(share_interval(num_same, len(both)))}
        kappa = cohens_kappa(both)
        if kappa is not None:
            found |= {"kappa": kappa[0], "kappa_interval": [kappa[1], kappa[2]]}
    return found


def cohens_kappa(pairs: Sequence[tuple[str, str]]) -> tuple[float, float, float] | None:
    """Cohen's kappa of two people, and its 95 % interval by his large-sample error (Cohen 1960).

    Agreement beyond chance: 1 is full agreement, 0 what chance would give. None where chance alone agrees fully, as
    where both name one class throughout.

    Args:
        pairs: what both say of each crop; at least one.
    """
    num = len(pairs)
    observed = sum(mine == yours for mine, yours in pairs) / num
    first, second = (Counter(pair[index] for pair in pairs) for index in (0, 1))
    by_chance = sum(first[label] * second[label] for label in first) / num**2
    if by_chance == 1:
        return None
    kappa = (observed - by_chance) / (1 - by_chance)
    reach = 1.96 * math.sqrt(observed * (1 - observed) / num) / (1 - by_chance)
    return kappa, max(-1.0, kappa - reach), min(1.0, kappa + reach)


def lines_of(found: Mapping[str, Any]) -> Iterator[str]:
    """What `agreement` found, for people to read."""
    for name, each in found["reviewers"].items():
        blind = f", {each['blind']} of them blind" if each["blind"] else ""
        counts = f"{each[AGREE]} agreed, {each[CORRECT]} corrected, {each[UNUSABLE]} unusable"
        share = "" if each["agreement"] is None else f"; agreement {_share(each, 'agreement')}"
        yield f"reviewed by {name}: {count_of(each['num_crops'], 'crop')}{blind}: {counts}{share}"
    if found.get("disputed"):
        yield f"{count_of(found['disputed'], 'crop')} not measured, since the reviewers say different things of them"
    for each in found["pairs"]:
        one, other = each["reviewers"]
        if not each["num_crops"]:
            yield f"{one} and {other} reviewed no crop in common"
            continue
        kappa = "not defined" if each["kappa"] is None else _share(each, "kappa")
        blind = "both blind" if each["blind"] == each["num_crops"] else f"both blind in {each['blind']}"
        crops = f"{count_of(each['num_crops'], 'crop')} in common, {blind}"
        yield f"{one} and {other}: {crops}; same label {_share(each, 'agreement')}; Cohen's kappa {kappa}"


def _share(found: Mapping[str, Any], name: str) -> str:
    low, high = found[f"{name}_interval"]
    return f"{found[name]:.3f} ({low:.3f} to {high:.3f})"
