"""Finished results -> folders of crops: sorted by their answer, or as annotated pictures. Existing files are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

from vehicle_id.crops.labelled import ANSWERS
from vehicle_id.errors import CropError, OutputError
from vehicle_id.files import FreeNames, is_written, output_errors, safe_name, write_whole
from vehicle_id.output.credentials import PictureSigner
from vehicle_id.output.hash_chain import LINK
from vehicle_id.output.readers import read_rows
from vehicle_id.output.writers import Writers
from vehicle_id.report.crop_files import CropFiles
from vehicle_id.report.drawing import annotated_png, enlarged, png
from vehicle_id.report.options import ReportOptions
from vehicle_id.report.pictures import Pictures
from vehicle_id.results import Record, Result
from vehicle_id.text import path_of

NO_ANSWER: Final = "no_answer"
NO_NAME: Final = "crop"
MAX_ENDING: Final = 10
SCALED: Final = "decoded to 8-bit RGB as the model saw it, and scaled"
DRAWN: Final = f"{SCALED}; box, scale bar and north drawn over it as far as they are known, lines of text added below"
"""What was done to the pixels of a crop, as a signed picture states it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What was written into a folder."""

    num_crops: int
    missing: Counter[str] = field(default_factory=Counter)
    """Crops that were not there, by reason."""


def sort_crops(
    results: str | Path, out: str | Path, *, by: Literal["label", "family"] = "label", crops: Path | None = None
) -> Filled:
    """Copy the crops of results into a folder for each answer; the rows, with their new paths, stand beside.

    Args:
        results: a file that `read_rows` reads.
        out: a new or empty folder.
        by: what the folders are named for.
        crops: folder to look in for crops that are not at the path of their row.

    Raises:
        InputError: the results cannot be read.
        OutputError: the folder is not empty, or cannot be written.
    """
    out, files, missing, names = Path(out), CropFiles(crops), Counter[str](), FreeNames()
    _make(out)
    num_crops = 0
    with Writers([out / ANSWERS]) as writers:
        for record in read_rows(results):
            result = Result.from_dict({name: value for name, value in record.items() if name != LINK})
            try:
                content = files.content(record)
            except CropError as error:
                missing[error.reason] += 1
                writers.write(result)
                continue
            folder = safe_name(str(record.get(by) or record["label"] or NO_ANSWER))
            place = names.of(f"{folder}/{_name(record)}{_ending(record)}")
            with output_errors(out):
                (out / folder).mkdir(exist_ok=True)
            write_whole(out / place, content)
            writers.write(replace(result, path=place))
            num_crops += 1
    return Filled(num_crops=num_crops, missing=missing)


def write_pictures(
    results: str | Path, out: str | Path, *, options: ReportOptions | None = None, signer: PictureSigner | None = None
) -> Filled:
    """Write two PNG files for each crop of results: `00001-name.png`, annotated, and `00001-name-clean.png`.

    Args:
        results: a file that `read_rows` reads.
        out: a new or empty folder.
        options: credit, licence, where the crops are, and how large pictures are.
        signer: signs them.

    Raises:
        InputError: the results cannot be read, or the signer's certificate cannot sign.
        OutputError: the folder is not empty, or cannot be written.
    """
    out, options = Path(out), options or ReportOptions()
    _make(out)
    pictures = Pictures(
        longest_px=options.picture_px, crops=options.crops, find_cut=options.find_cut, isolate=options.isolate
    )
    num_crops = 0
    try:
        for number, record in enumerate(_whole(results), 1):
            shown = pictures.of(record)
            if shown is not None:
                name = f"{number:05}-{_name(record)}"
                stated = {"credit": options.credit, "licence": options.licence}
                made = {
                    (f"{name}.png", DRAWN): annotated_png(shown.pixels, record, **stated),
                    (f"{name}-clean.png", SCALED): png(enlarged(shown.pixels)),
                }
                for (title, changes), picture in made.items():
                    if signer is not None:
                        picture = signer.signed(picture, record, title=title, changes=changes, imagery=stated)
                    write_whole(out / title, picture)
                num_crops += 1
    finally:
        pictures.close()
    return Filled(num_crops=num_crops, missing=pictures.missing)


def _whole(results: str | Path) -> Iterator[Record]:
    """Rows with all columns; those of older versions lack some."""
    empty = Result().to_dict()
    return ({**empty, **record} for record in read_rows(results))


def _name(record: Record) -> str:
    return safe_name(Path(path_of(record["path"])).stem) or NO_NAME


def _ending(record: Record) -> str:
    ending = safe_name(Path(path_of(record["path"])).suffix)[:MAX_ENDING]
    return f".{ending}" if ending else ""


def _make(folder: Path) -> None:
    with output_errors(folder):
        if is_written(folder):
            raise OutputError(f"the output {folder} exists already: name a new or an empty folder")
        folder.mkdir(exist_ok=True)
