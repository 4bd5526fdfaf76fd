"""Rows -> one HTML file that shows them, lets a person review them, and from which they are read back.

The page makes no request: pictures are part of it, script and style are allowed by their hash alone. It can be read
without its script, too; the script filters, sorts, draws over the pictures and keeps the review.
"""

from __future__ import annotations

import hashlib
import html
import io
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, Any, Final

from vehicle_id.catalogue import load_catalogue
from vehicle_id.errors import CropError
from vehicle_id.report.annotation import annotation_of
from vehicle_id.report.columns import columns_line, row_start, safe_json
from vehicle_id.report.counts_section import CountsSection
from vehicle_id.report.options import ReportOptions
from vehicle_id.report.pictures import Pictures, ShownCrop, data_uri, encoded
from vehicle_id.report.self_contained import head
from vehicle_id.report.summary import Summary
from vehicle_id.results import COLUMNS, Record
from vehicle_id.text import count_of, display_name, visible
from vehicle_id.version import __version__

STATIC: Final = Path(__file__).parent / "static"
SCRIPTS: Final = ("crops.js", "detail.js", "sheet.js", "review.js", "save.js", "start.js")
"""In the order in which they run, as one script."""
NO_CREDIT: Final = "Imagery credit or licence not stated: do not publish this report before it states both."


class ReportWriter:
    """Writes the report of rows that come one at a time; the summary comes first, so that the rows wait in a file.

    Args:
        file: to write the page to.
        options: what it says and shows besides the rows.
        columns: names of the columns of a report without rows.
        folder: for the file in which the rows wait.
    """

    def __init__(self, file: IO[bytes], *, options: ReportOptions, columns: tuple[str, ...], folder: Path) -> None:
        self._file, self._options, self._columns = file, options, columns
        self._items = tempfile.TemporaryFile(dir=folder, prefix=".report-", suffix=".part")  # noqa: SIM115
        self._summary = Summary()
        self._counts = CountsSection(options.taxonomy, options.rates)
        self._end: Any = None
        self._rows = hashlib.sha256()
        self.warnings = list(options.warnings)
        """Sentences that stand at the top; they may be added up to the end."""
        self._pictures = Pictures(
            longest_px=options.picture_px, crops=options.crops, find_cut=options.find_cut, isolate=options.isolate
        )

    def write(self, record: Record) -> None:
        """Add a row; one of an older version may lack columns."""
        self._columns, self._end = tuple(record), record.get("chain")
        whole = {**dict.fromkeys(COLUMNS), **record}
        self._summary.add(whole)
        self._counts.add(whole)
        row = row_start(record)
        self._rows.update(row.encode())
        self._items.write(f"{row}{self._rest_of_item(whole)}</li>\n".encode())

    def finish(self) -> None:
        """Write the page."""
        text = io.TextIOWrapper(self._file, encoding="utf-8", newline="", write_through=True)
        text.write(head(self._options.title, style=page_style(), script=script()))
        text.write(self._header())
        text.write(columns_line(self._columns))
        text.write(self._summary.html())
        text.write(self._counts.html())
        text.write(_static("crops.html"))
        text.write('<ul id="sheet" aria-label="Crops">\n')
        text.detach()
        self._items.seek(0)
        shutil.copyfileobj(self._items, self._file, 1 << 20)
        text = io.TextIOWrapper(self._file, encoding="utf-8", newline="", write_through=True)
        text.write("</ul>\n</section>\n")
        text.write(self._made())
        text.write(f'<script type="application/json" id="about">{safe_json(self._about())}</script>\n')
        text.write(f"<script>{script()}</script>\n</body></html>\n")
        if self._options.remark is not None:
            for sentence in self._missing():
                self._options.remark(sentence)
        text.detach()
        self.abandon()

    def abandon(self) -> None:
        """Release the file and the process."""
        self._pictures.close()
        with suppress(OSError):
            self._items.close()

    def _rest_of_item(self, record: Record) -> str:
        """What follows the values of a row: what is drawn, the picture, the name and the figures."""
        drawn = annotation_of(record).plain()
        said = self._options.reviews.get(record["sha256"] or "")
        start = f" data-drawn='{safe_json(drawn)}'" if drawn else ""
        start += f" data-said='{safe_json(dict(said))}'" if said else ""
        shown = self._pictures.of(record) if self._options.pictures else None
        needed = None if shown is None else self._needed(record, shown)
        start += f" data-needed='{safe_json(needed)}'>" if needed else ">"
        name = html.escape(visible(record["path"] or "a crop without a path"))
        figures = "" if record["score"] is None else f"{record['score']:.2f}"
        if record["length_m"] is not None:
            figures += f" · {record['length_m']:.1f} × {record['width_m']:.1f} m"  # noqa: RUF001
        label = html.escape(visible(display_name(record["label"] or record["status"])))
        return f"{start}{_picture(shown, name)}<b>{label}</b><span>{figures}</span>"

    def _needed(self, record: Record, shown: ShownCrop) -> dict[str, Any] | None:
        """What an answer rests on: the largest loss, and the loss of each cell as hundredths of it."""
        occluder = self._options.occluder
        if occluder is None or record["label"] is None:
            return None
        try:
            crop = self._pictures.open(shown.source, record, chip_px=occluder.chip_px)
        except CropError:  # it could be decoded a moment ago
            return None
        found = occluder.map_of(crop.chip, height=crop.height_px, width=crop.width_px, label=record["label"])
        if found is None:
            return None
        most = float(found.loss.max())
        cells = (found.loss / most * 99).round() if most > 0 else found.loss
        return {"most": round(most, 3), "cells": "".join(f"{int(each):02}" for each in cells.ravel())}

    def _header(self) -> str:
        options = self._options
        lines = [f"<header><h1>{html.escape(visible(options.title))}</h1>"]
        if options.credit and options.licence:
            stated = f"Imagery: {visible(options.credit)}. Licence: {visible(options.licence)}."
            lines.append(f"<p>{html.escape(stated)}</p>")
        else:
            lines.append(f'<p class="mark">{NO_CREDIT}</p>')
        lines += [f'<p class="mark">{html.escape(visible(each))}</p>' for each in (*self.warnings, *self._missing())]
        return "\n".join([*lines, "</header>", "<main>", ""])

    def _missing(self) -> list[str]:
        """A sentence on the crops without a picture."""
        missing = self._pictures.missing
        reasons = "; ".join(f"{reason} ({num})" for reason, num in missing.most_common())
        return [f"{count_of(missing.total(), 'crop')} without a picture: {reasons}."] if missing else []

    def _made(self) -> str:
        """The section on how the report was made."""
        facts: Mapping[str, str] = {
            "made by": f"vehicle-id {__version__}",
            **{f"sha256 of {name}": ", ".join(digests) for name, digests in self._summary.models.items()},
            "rows": str(self._summary.num_rows),
            "last hash of the rows": self._end or "none",
            **self._options.facts,
        }
        lines = [
            f"<tr><th>{html.escape(visible(name))}</th><td>{html.escape(visible(text))}</td></tr>"
            for name, text in facts.items()
        ]
        return "\n".join([_static("made.html"), *lines, "</table>", "</section>", "</main>", ""])

    def _about(self) -> dict[str, Any]:
        """What the script knows besides the rows."""
        taxonomy = self._options.taxonomy or load_catalogue().sized_taxonomy()
        ranges = {name: [list(each or ()) for each in taxonomy.size_ranges(name)] for name in taxonomy.names}
        return {
            "run": self._end or self._rows.hexdigest(),  # under which a browser keeps the review
            "empty": dict.fromkeys(COLUMNS),
            "labels": [*taxonomy.names, "unknown"],
            "ranges": {name: each for name, each in ranges.items() if any(each)},
            "extra": [name for name in self._columns if name not in COLUMNS and name != "chain"],
            "separator": os.sep,
        }


def _picture(shown: ShownCrop | None, name: str) -> str:
    if shown is None:
        return f"<i>{name}</i>"
    height, width = shown.pixels.shape[:2]
    address = data_uri(encoded(shown.pixels))
    return f'<img src="{address}" alt="{name}" width={width} height={height} decoding=async>'


@cache
def script() -> str:
    """The script of the page."""
    return '"use strict";\n(() => {\n' + "\n".join(_static(name) for name in SCRIPTS) + "})();\n"


def page_style() -> str:
    """The style of our pages."""
    return _static("report.css")


@cache
def _static(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")
