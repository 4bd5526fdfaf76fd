"""The blocks of pages that hold figures of the default model, and the record of what was measured.

A block stands between two marks in a page. The record, pages.json, keeps the figures of each measurement with the model
that they are of; a test compares both with the page and with the default model.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.pages import texts_of_card, texts_of_counting, texts_of_gallery, texts_of_measuring
from training.pages.marks import write_block
from training.pages.measurements import Figures
from vehicle_id.files import write_whole

ROOT = Path(__file__).parents[2]
RECORD = Path(__file__).with_name("pages.json")


@dataclass(frozen=True, kw_only=True)
class Block:
    """A part of a page."""

    page: str
    """Path in the repository."""
    name: str
    measurements: tuple[str, ...]
    text: Callable[[str, Figures], str]
    """The model and the figures of the measurements by name -> the text."""

    def models(self, record: Mapping[str, Any]) -> set[str]:
        """The models that its figures are of."""
        return {record[name]["model"] for name in self.measurements}

    def shown(self, record: Mapping[str, Any]) -> str:
        """The text as it stands in the page.

        Raises:
            ValueError: figures of two models.
        """
        models = self.models(record)
        if len(models) != 1:
            raise ValueError(f"{self.page}, {self.name}: measured with {', '.join(sorted(models))}; measure again")
        return f"\n{self.text(*models, {name: record[name]['figures'] for name in self.measurements})}\n\n"

    def write(self, record: Mapping[str, Any], root: Path = ROOT) -> None:
        """Write the text into the page."""
        write_block(root / self.page, self.name, self.shown(record))


BLOCKS = (
    Block(page="README.md", name="card", measurements=("card",), text=texts_of_card.card),
    Block(page="README.md", name="examples", measurements=("examples",), text=texts_of_card.examples),
    Block(page="README.md", name="army lorries", measurements=("army lorries",), text=texts_of_card.army_lorries),
    Block(page="README.md", name="windows", measurements=("false alarms",), text=texts_of_card.windows),
    Block(page="docs/limits.md", name="false alarms", measurements=("false alarms",), text=texts_of_card.false_alarms),
    Block(page="docs/limits.md", name="how sure", measurements=("card",), text=texts_of_card.how_sure),
    Block(page="docs/counting.md", name="counts", measurements=("counts",), text=texts_of_counting.counts),
    Block(
        page="docs/counting.md",
        name="folder prior",
        measurements=("folder prior",),
        text=texts_of_counting.folder_prior,
    ),
    Block(page="docs/gallery.md", name="gallery", measurements=("gallery",), text=texts_of_gallery.gallery),
    Block(page="docs/gallery.md", name="gallery findings", measurements=("gallery",), text=texts_of_gallery.findings),
    Block(page="docs/measuring.md", name="lengths", measurements=("lengths",), text=texts_of_measuring.lengths),
    Block(page="docs/measuring.md", name="words", measurements=("evidence",), text=texts_of_measuring.words),
    Block(page="docs/measuring.md", name="pooling", measurements=("evidence",), text=texts_of_measuring.pooling),
    Block(page="docs/training.md", name="label noise", measurements=("label noise",), text=texts_of_card.label_noise),
)


def read_record(path: Path = RECORD) -> dict[str, Any]:
    """Name of a measurement -> model, day and figures."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def write_record(record: Mapping[str, Any], path: Path = RECORD) -> None:
    """Write it in one step."""
    write_whole(path, (json.dumps(rounded(record), indent=1, allow_nan=False) + "\n").encode())


def rounded(value: Any) -> Any:
    """Floats with five decimals: a record that is measured again on another machine differs in few lines."""
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, Mapping):
        return {name: rounded(each) for name, each in value.items()}
    return [rounded(each) for each in value] if isinstance(value, list | tuple) else value
