"""The report of a check as one HTML file: numbers, and every fault with small pictures of its crops. No script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from vehicle_id.crops.open import decode_crop
from vehicle_id.dataset.check import DatasetReport
from vehicle_id.dataset.faults import Fault
from vehicle_id.errors import CropError
from vehicle_id.report.pictures import data_uri, encoded
from vehicle_id.report.self_contained import head
from vehicle_id.text import count_of, visible

SHOWN_PER_KIND: Final = 40
"""Faults of one kind that are shown with their pictures; the JSON report has all."""
SHOWN_PER_FAULT: Final = 6
SIDE_PX: Final = 96

_STYLE: Final = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; } td, th { padding: .15rem .8rem .15rem 0; text-align: left; vertical-align: top; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
.fault { display: flex; flex-wrap: wrap; gap: .6rem; align-items: flex-start; border-top: 1px solid #8884;
  padding: .5rem 0; }
.fault p { flex: 1 0 100%; margin: 0; }
figure { margin: 0; width: 12rem; font-size: .75rem; overflow-wrap: anywhere; }
img { height: 96px; image-rendering: pixelated; display: block; }
.error { color: #b3261e; } .warning { color: #8a6d00; }
@media (prefers-color-scheme: dark) { .error { color: #ff8a80; } .warning { color: #ffd54f; } }
"""


def page(report: DatasetReport) -> str:
    """A page without a script that makes no request; names from the data set stay text."""
    title = f"Labelled crops: {report.data}"
    return "\n".join(
        [
            head(title, style=_STYLE),
            f"<h1>{_text(title)}</h1>",
            f"<p>{count_of(len(report.pictures), 'crop')} can be read, of {len(report.crops)}. {_verdict(report)}</p>",
            *_classes(report),
            *_faults(report.faults),
            "</body></html>",
        ]
    )


def _verdict(report: DatasetReport) -> str:
    errors = sum(fault.kind.is_error for fault in report.faults)
    return f"{count_of(errors, 'error')}, {count_of(len(report.faults) - errors, 'warning')}."


def _classes(report: DatasetReport) -> Iterator[str]:
    counts = report.counts()
    splits = sorted({split for each in counts.values() for split in each})
    yield "<h2>Classes</h2><table><tr><th>label</th>"
    yield "".join(f"<th>{_text(split or 'no split')}</th>" for split in splits) + "</tr>"
    for label, each in counts.items():
        cells = "".join(f'<td class="n">{each.get(split, 0)}</td>' for split in splits)
        yield f"<tr><td>{_text(label)}</td>{cells}</tr>"
    yield "</table>"


def _faults(faults: Sequence[Fault]) -> Iterator[str]:
    for kind, group in groupby(faults, key=lambda fault: fault.kind):
        found = list(group)
        severity = "error" if kind.is_error else "warning"
        yield f'<h2><span class="{severity}">{severity}</span>: {_text(kind.heading)} ({len(found)})</h2>'
        yield f"<p>{_text(kind.advice[0].upper() + kind.advice[1:])}.</p>"
        yield from map(_fault, found[:SHOWN_PER_KIND])
        if len(found) > SHOWN_PER_KIND:
            yield f"<p>And {len(found) - SHOWN_PER_KIND} more: the JSON report lists all.</p>"


def _fault(fault: Fault) -> str:
    shown = "".join(map(_figure, fault.paths[:SHOWN_PER_FAULT]))
    more = len(fault.paths) - SHOWN_PER_FAULT
    rest = f"<figure>and {more} more</figure>" if more > 0 else ""
    return f'<div class="fault"><p>{_text(fault.message)}</p>{shown}{rest}</div>'


def _figure(path: Path) -> str:
    return f"<figure>{_picture(path)}{_text(str(path))}</figure>"


def _picture(path: Path) -> str:
    """Encoded again from decoded pixels, never a stranger's bytes; nothing for a file that cannot be read."""
    try:
        image = decode_crop(path).image
    except CropError:
        return ""
    image.thumbnail((2 * SIDE_PX, SIDE_PX), Image.Resampling.BOX)
    return f'<img alt="" src="{data_uri(encoded(np.asarray(image.convert("RGB"))))}">'


def _text(text: str) -> str:
    return escape(visible(text))
