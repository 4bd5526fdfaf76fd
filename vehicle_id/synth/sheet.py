"""Contact sheet of a manifest: crops on one page, a row for each class.

Every crop fills its cell whatever its GSD, as crops fill the network's chip. The GSD is written under it.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from vehicle_id.crops.manifest import Crop, read_manifest
from vehicle_id.errors import InputError, ManifestError
from vehicle_id.files import write_whole

CELL_PX: Final = 112
CAPTION_PX: Final = 14
NAME_PX: Final = 190


def write_sheet(manifest: str | Path, out: str | Path, *, columns: int = 10) -> None:
    """Write a contact sheet of a manifest's first crops of each class, as PNG.

    Args:
        manifest: CSV with `path`, `label` and `gsd_m`.
        out: PNG file.
        columns: crops of each class.

    Raises:
        ManifestError: no such manifest, or a row that cannot be used.
        InputError: a crop that is missing or no image.
        OutputError: the file cannot be written.
    """
    rows: dict[str, list[Crop]] = defaultdict(list)
    for crop in read_manifest(manifest):
        if crop.problem:
            raise ManifestError(f"the manifest {manifest} has a row that cannot be used: {crop.problem}")
        if len(rows[crop.label or ""]) < columns:
            rows[crop.label or ""].append(crop)
    encoded = io.BytesIO()
    _page(rows.items(), len(rows), columns).save(encoded, "PNG")
    write_whole(out, encoded.getvalue())


def _page(rows: Iterable[tuple[str, list[Crop]]], num_rows: int, columns: int) -> Image.Image:
    step = CELL_PX + CAPTION_PX
    page = Image.new("RGB", (NAME_PX + columns * CELL_PX, num_rows * step), "white")
    pen = ImageDraw.Draw(page)
    for number, (label, crops) in enumerate(rows):
        pen.text((6, number * step + CELL_PX // 2), label, fill="black")
        for column, crop in enumerate(crops):
            left, top = NAME_PX + column * CELL_PX, number * step
            page.paste(_cell(crop.path), (left, top))
            pen.text((left + 4, top + CELL_PX + 1), f"{crop.gsd_m or 0:.2f} m", fill="black")
    return page


def _cell(path: Path) -> Image.Image:
    """The crop enlarged to the cell, its pixels left visible."""
    cell = Image.new("RGB", (CELL_PX - 2, CELL_PX - 2), "grey")
    try:
        with Image.open(path) as crop:
            scale = (CELL_PX - 2) / max(crop.size)
            size = (max(1, round(crop.width * scale)), max(1, round(crop.height * scale)))
            kernel = Image.Resampling.NEAREST if scale > 1 else Image.Resampling.BOX
            enlarged = crop.convert("RGB").resize(size, kernel)
    except (OSError, Image.DecompressionBombError) as error:  # what is no image is an OSError too
        raise InputError(f"the crop {path} of the sheet cannot be read") from error
    cell.paste(enlarged, ((cell.width - enlarged.width) // 2, (cell.height - enlarged.height) // 2))
    return cell
