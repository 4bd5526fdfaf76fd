"""Files in folders of crops that are left out: how many, and of which kinds, so that nothing is lost silently.

Does no I/O.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

from vehicle_id.text import count_of, visible

NOT_PICTURES: Final = (
    *(".csv", ".tsv", ".json", ".jsonl", ".geojson", ".parquet", ".txt", ".md", ".html", ".xml", ".yaml", ".yml"),
    *(".log", ".tfw", ".tifw", ".jgw", ".pgw", ".wld", ".prj", ".ovr"),
)
"""Files that lie beside crops and are none: tables, notes, labels and what belongs to an image."""


SHOWN_KINDS: Final = 8
"""In a sentence."""


class PassedOver:
    """Files in folders that are no crops and may have been meant as such, counted by suffix."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._first: dict[str, str] = {}

    def add(self, path: Path) -> None:
        """Count a file."""
        suffix = path.suffix.lower()
        if suffix not in NOT_PICTURES:
            self.counts[suffix] += 1
            self._first.setdefault(suffix, path.name)

    @property
    def sentence(self) -> str | None:
        """How many, of which kinds, with one of each; None if there are none."""
        if not self.counts:
            return None
        kinds = [
            f"{num} {visible(suffix) or 'without a suffix'} (such as {visible(self._first[suffix])})"
            for suffix, num in self.counts.most_common(SHOWN_KINDS)
        ]
        more = len(self.counts) - len(kinds)
        kinds += [f"and {count_of(more, 'other kind')}"] if more else []
        return f"passed over {count_of(self.counts.total(), 'file')} of other formats: {', '.join(kinds)}"
