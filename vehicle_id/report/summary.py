"""The first section of a report: what was found, how many, how sure that is, and what is not known."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Final

from vehicle_id.results import UNKNOWN, Record
from vehicle_id.text import count_of, display_name, visible

CLASS: Final = "class"


class Summary:
    """Counts rows as they come."""

    def __init__(self) -> None:
        self.num_rows = 0
        self.failed: Counter[str] = Counter()
        self.flags: Counter[str] = Counter()
        self.num_unknown = 0
        self.num_rolled_up = 0
        self.num_without_size = 0
        self.models: dict[str, list[str]] = {}
        """Name -> sha256 of each model of that name, as they come: own models may share one."""
        self._scores: dict[tuple[str, str], list[float]] = {}

    def add(self, record: Record) -> None:
        """Count a row."""
        self.num_rows += 1
        self.flags.update(record["flags"])
        if record["model"] is not None:
            digests = self.models.setdefault(record["model"], [])
            if (digest := record["model_sha256"] or "") not in digests:
                digests.append(digest)
        label = record["label"]
        if label is None:
            self.failed[record["status"]] += 1
            return
        if label == UNKNOWN:
            self.num_unknown += 1
            return
        self._scores.setdefault((record["family"] or label, label), []).append(record["score"] or 0.0)
        self.num_rolled_up += record["level"] != CLASS
        self.num_without_size += "gsd_unknown" in record["flags"]

    @property
    def scores(self) -> list[float]:
        """Scores of all named crops."""
        return [score for scores in self._scores.values() for score in scores]

    def html(self) -> str:
        """The section."""
        found = [*self._sentences(), "<h3>What was found</h3>", self._answers()]
        return "\n".join(['<section id="summary"><h2>Summary</h2>', *found, "</section>", ""])

    def _sentences(self) -> Iterable[str]:
        scores, num_failed = self.scores, self.failed.total()
        yield _paragraph(
            f"{count_of(self.num_rows, 'crop')}: {len(scores)} named, {self.num_unknown} unknown, {num_failed} without "
            f"an answer. Answered by {' and '.join(self._models()) or 'no model'}."
        )
        if scores:
            wrong = sum(1 - score for score in scores)
            yield _paragraph(
                f"How sure: the scores of the named crops mean that about {wrong:.1f} of these {len(scores)} names are "
                "wrong, if the crops are like those that the model was calibrated on. On other imagery more are wrong."
            )
        unknown = [
            f"{count_of(self.num_rolled_up, 'crop')} named by a group alone, since no class was sure enough"
            if self.num_rolled_up else "",
            f"{count_of(self.num_unknown, 'crop')} unknown, since no class fits or none is sure enough"
            if self.num_unknown else "",
            f"{count_of(self.num_without_size, 'crop')} without a size, since the metres of a pixel are not known"
            if self.num_without_size else "",
            *(f"{count_of(num, 'crop')} without an answer ({status})" for status, num in self.failed.most_common()),
        ]  # fmt: skip
        yield _paragraph("Not known: " + ("; ".join(filter(None, unknown)) or "nothing of the above") + ".")
        if self.flags:
            flags = ", ".join(f"{visible(name)} {num}" for name, num in self.flags.most_common())
            yield _paragraph(f"To bear in mind (flags): {flags}.")
        yield _paragraph("A name is a lead for a person to check. It is no basis for action on its own.")

    def _models(self) -> Iterable[str]:
        for name, digests in self.models.items():
            yield visible(name) if len(digests) == 1 else f"{len(digests)} models named {visible(name)}"

    def _answers(self) -> str:
        families = dict[str, list[tuple[str, list[float]]]]()
        for (family, label), scores in self._scores.items():
            families.setdefault(family, []).append((label, scores))
        rows = []
        for family, answers in sorted(families.items(), key=lambda each: -sum(len(s) for _, s in each[1])):
            for label, scores in sorted(answers, key=lambda each: -len(each[1])):
                wrong = sum(1 - score for score in scores)
                cells = (str(len(scores)), f"{median(scores):.2f}", f"{wrong:.1f}")
                rows.append((_shown(family), _shown(label), *cells))
        return _table(("family", "answer", "crops", "median score", "expected wrong"), rows, num_texts=2)


def _shown(label: str) -> str:
    return visible(display_name(label))


def _paragraph(text: str) -> str:
    return f"<p>{html.escape(text)}</p>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, num_texts: int) -> str:
    """A table whose first columns are text and the others numbers."""

    def cell(tag: str, text: str, column: int) -> str:
        return f"<{tag}{' class=num' if column >= num_texts else ''}>{html.escape(text)}</{tag}>"

    lines = ["".join(cell("th", text, column) for column, text in enumerate(head))]
    lines += ["".join(cell("td", text, column) for column, text in enumerate(row)) for row in rows]
    return "<div class=wide><table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table></div>"
