"""Evidence and sizes -> words: what the crops are consistent with, what speaks for and against, what would decide.

The words stand for ranges of likelihood ratios. How often the favoured hypothesis was right in each range was measured
on crops of known classes; docs/measuring.md has the table. No word says that a vehicle *is* something.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from vehicle_id.model.card import NORMAL_Z
from vehicle_id.model.decide import GSD_ERROR
from vehicle_id.report.evidence import Evidence
from vehicle_id.report.size_check import SizeCheck
from vehicle_id.results import Result, Size
from vehicle_id.taxonomy import Range
from vehicle_id.text import count_of

BANDS: Final = (
    (3.0, "the crops do not decide between {favoured} and {other}"),
    (10.0, "slightly more consistent with {favoured} than with {other}"),
    (100.0, "more consistent with {favoured} than with {other}"),
    (math.inf, "consistent with {favoured}; {other} is unlikely"),
)
"""Likelihood ratio below which these words are used."""
BASE_RATES: Final = (2, 10, 100)
NARROW_PX, CLEAR_PX = 12.0, 24.0
"""Pixels across a vehicle: under the first, single crops tell less than from the second on (docs/measuring.md)."""
MOST_CROPS: Final = 50
"""More crops than this are not asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """Everything that a comparison rests on."""

    evidence: Evidence
    results: tuple[Result, ...]
    """Of the crops that were used."""
    size: Size | None
    checks: tuple[SizeCheck, SizeCheck]
    """Of the first and the second hypothesis."""

    @property
    def is_neither(self) -> bool:
        """Whether other classes are more likely than both hypotheses together."""
        return self.evidence.share < 0.5 and self.evidence.other is not None

    @property
    def is_contradicted(self) -> bool:
        """Whether the measured size excludes the hypothesis that the looks favour."""
        return self.check_of(self.evidence.favoured).is_excluded

    @property
    def is_clear(self) -> bool:
        """Whether the strongest words are used."""
        strong = self.evidence.ratio >= BANDS[-2][0]
        return bool(self.evidence.used) and strong and not self.is_neither and not self.is_contradicted

    def check_of(self, label: str) -> SizeCheck:
        """The size check of a hypothesis."""
        return self.checks[0] if label == self.evidence.first else self.checks[1]


def verdict(weighed: Weighed) -> str:
    """One sentence."""
    evidence = weighed.evidence
    favoured, other = evidence.favoured, evidence.other_hypothesis
    if not evidence.used:
        return "nothing can be said: every crop was left out"
    if weighed.is_neither:
        less = f"; {other} is the less likely of the two" if evidence.ratio >= BANDS[1][0] else ""
        return (
            f"other classes are likelier than both hypotheses: {1 - evidence.share:.2f} of the probability, most of it "
            f"{evidence.other}{less}"
        )
    if weighed.is_contradicted:
        both = ", and the other one too" if weighed.check_of(other).is_excluded else ""
        return f"the crops do not decide: the looks favour {favoured}, and the measured size excludes it{both}"
    words = next(text for limit, text in BANDS if evidence.ratio < limit)
    return words.format(favoured=favoured, other=other)


def for_and_against(weighed: Weighed) -> tuple[list[str], list[str]]:
    """What speaks for the favoured hypothesis, and what against it."""
    evidence = weighed.evidence
    speaks_for, against = [], []
    num, used = evidence.num_favouring, len(evidence.used)
    if num:
        speaks_for.append(f"looks: {num} of {count_of(used, 'crop')}, likelihood ratio {ratio_text(evidence.ratio)}")
    if num < used:
        against.append(f"looks: {used - num} of {count_of(used, 'crop')} speak for {evidence.other_hypothesis}")
    if evidence.share < 0.9 and evidence.other is not None:
        against.append(
            f"other classes: {1 - evidence.share:.2f} of the probability, {evidence.other} {evidence.other_share:.2f}"
        )
    if weighed.size is not None:
        mine, others = weighed.check_of(evidence.favoured), weighed.check_of(evidence.other_hypothesis)
        if mine.is_excluded:
            against.append(f"size: no vehicle of {mine.label} is of the measured size")
        if others.is_excluded and not mine.is_excluded:
            speaks_for.append(f"size: it excludes every vehicle of {others.label}, and leaves {_possible(mine)}")
        elif mine.possible and others.possible:
            against.append(f"size: it also leaves {_possible(others)} of {others.label}")
    return speaks_for, against


def would_decide(weighed: Weighed) -> list[str]:
    """What further pictures or figures would decide."""
    evidence, advice = weighed.evidence, list[str]()
    if weighed.is_clear or not evidence.used:
        return []
    if weighed.is_neither:
        return [f"name {evidence.other} as a hypothesis, and ask which of the two is likely at all"]
    if any(each.gsd_m is None for each in weighed.results):
        advice.append("state the ground sample distance (--gsd-m): without it there is no size, which the model uses")
    advice += _by_size(weighed)
    width_px = [each.size.width_m / each.gsd_m for each in weighed.results if each.size and each.gsd_m]
    if width_px and median(width_px) < NARROW_PX and weighed.size is not None:
        finer = weighed.size.width_m / CLEAR_PX
        advice.append(
            f"a finer picture: the vehicle is {median(width_px):.0f} pixels wide, and tells half of what it would "
            f"at {CLEAR_PX:.0f} pixels, that is at {finer:.2f} m per pixel"
        )
    if evidence.ratio < BANDS[-2][0]:
        advice.append(_by_crops(evidence))
    return advice


def _by_size(weighed: Weighed) -> list[str]:
    if weighed.size is None or any(check.is_excluded for check in weighed.checks):
        return []
    size = weighed.size
    gaps = []
    for name, low, high in (
        ("length", size.length_low_m, size.length_high_m),
        ("width", size.width_low_m, size.width_high_m),
    ):
        first, second = (getattr(check, f"{name}_m") for check in weighed.checks)
        gap = 0.0 if first is None or second is None else _gap(first, second)
        if gap > 0:
            gaps.append((gap / math.log(high / low), name, gap, math.log(high / low) / 2))
    if not gaps:
        return ["size cannot decide: the published lengths and widths of the two overlap"]
    _, name, gap, reach = max(gaps)
    need = math.exp(gap / 2) - 1
    text = f"a {name} known to {need:.0%} would exclude one of the two; it is now known to {math.exp(reach) - 1:.0%}"
    without_gsd = math.sqrt(max(0.0, reach**2 - (NORMAL_Z * math.log1p(GSD_ERROR)) ** 2))
    stated = all(each.gsd_error is not None for each in weighed.results)
    if not stated and without_gsd < gap / 2 < reach:
        text += ", and an exact ground sample distance (gsd_error in the manifest) would be enough"
    return [text]


def _gap(one: Range, other: Range) -> float:
    """Logarithm of the gap between two ranges; 0 where they overlap."""
    low, high = sorted((one, other))
    return max(0.0, math.log(high[0] / low[1]))


def _by_crops(evidence: Evidence) -> str:
    """How many crops that say as much would be clear: pooled ratios grow with the square root of the number."""
    target = math.log(BANDS[-2][0])
    each = abs(evidence.log_ratio) / math.sqrt(len(evidence.used))
    num = math.inf if each == 0 else math.ceil((target / each) ** 2)
    if num > MOST_CROPS:
        return "more crops of the same kind would not help: look at other features, or at finer pictures"
    return f"{num} crops in all that say as much as these, best of other dates and other pictures"


def base_rate_lines(evidence: Evidence) -> list[str]:
    """The probability of the favoured hypothesis if one in so many such vehicles is one beforehand."""
    lines = []
    for one_in in BASE_RATES:
        odds = evidence.ratio / (one_in - 1)
        lines.append(f"1 in {one_in}: {odds / (1 + odds):.2f}")
    return lines


def ratio_text(ratio: float) -> str:
    """A likelihood ratio with two digits: 5.2 to 1, 340 to 1."""
    digits = 1 - math.floor(math.log10(ratio))
    rounded = round(ratio, max(0, digits)) if digits > 0 else round(ratio, digits)
    return f"{rounded:,.{max(0, digits)}f} to 1"


def _possible(check: SizeCheck) -> str:
    return f"{len(check.possible)} of {len(check.possible) + len(check.excluded)} vehicles"


def size_line(check: SizeCheck, *, most: int = 4) -> str:
    """The published size of a class and the vehicles that the measured size leaves possible."""
    if check.length_m is None or check.width_m is None:
        return f"{check.label}: the catalogue has no vehicle of it"
    published = f"{_metres(check.length_m)} x {_metres(check.width_m)} m"
    return f"{check.label}: published {published}; possible {_possible(check)}{_list(check.possible, most)}"


def _list(names: Sequence[str], most: int) -> str:
    more = f", and {len(names) - most} more" if len(names) > most else ""
    return f" ({', '.join(names[:most])}{more})" if names else ""


def _metres(span: Range) -> str:
    return f"{span[0]:.1f}" if span[0] == span[1] else f"{span[0]:.1f} to {span[1]:.1f}"
