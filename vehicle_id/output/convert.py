"""Finished results -> the same rows in other formats, and the record of their run beside each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from vehicle_id.errors import InputError, VehicleIdError
from vehicle_id.files import check_not_input, output_errors, write_whole
from vehicle_id.output.detections import Detections
from vehicle_id.output.hash_chain import LINK, Chain
from vehicle_id.output.readers import read_rows
from vehicle_id.output.run_record import describe, read_record, record_path
from vehicle_id.output.writers import Writers
from vehicle_id.results import Record, Result

DETECTIONS: Final = ".json"
"""Suffix of a file in the form of MegaDetector, which does not hold whole rows and is not read back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """What was written."""

    num_rows: int
    first_changed: int | None = None
    """Number of the first row that was changed since its run wrote it, from 1."""


def convert(results: str | Path, outs: Sequence[str | Path], *, by_family: bool = False) -> Converted:
    """Write the rows of a file of results to other files.

    The record of the run is written beside each output whose rows are those of the run, so that they can be verified
    there, too.

    Args:
        results: a file that `read_rows` reads.
        outs: files ending in one of `writers.SUFFIXES`, or in `.json` for the form of MegaDetector.
        by_family: as for `Writers`.

    Raises:
        InputError: the results cannot be read.
        OutputError: an output cannot be written, or is the file of results.
        MissingExtraError: a format whose extra is absent.
    """
    results, paths = Path(results), [Path(out) for out in outs]
    for path in paths:
        check_not_input(path, [results], "the file of results")
    tables = [path for path in paths if path.suffix.lower() != DETECTIONS]
    detections = [path for path in paths if path not in tables]
    images, source = Detections(), _Source(results)
    with Writers(tables, by_family=by_family) as writers:
        for record in source:
            writers.write(_result(record, results, source.chain.num_rows))
            if detections:  # they are kept in memory
                images.add(record)
    for path in detections:
        write_whole(path, images.to_json())
    _write_records(results, tables, writers.chain)
    return Converted(num_rows=source.chain.num_rows, first_changed=source.first_changed)


class _Source:
    """The rows of a file, compared with their chain while they are read."""

    def __init__(self, path: Path) -> None:
        self.path, self.chain = path, Chain()
        self.first_changed: int | None = None

    def __iter__(self) -> Iterator[Record]:
        for record in read_rows(self.path):
            if not self.chain.check(record) and self.first_changed is None:
                self.first_changed = self.chain.num_rows
            yield record


def _result(record: Record, path: Path, number: int) -> Result:
    try:
        return Result.from_dict({name: value for name, value in record.items() if name != LINK})
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"row {number} of {path} is no result: {error}") from error


def _write_records(results: Path, outs: Sequence[Path], chain: Chain) -> None:
    """The record of the run with the hash of each output, if there is one and it has these rows."""
    try:
        record = read_record(results)
    except VehicleIdError:
        return
    if not record.is_intact or record.chain != chain.end:
        return
    for out in outs:
        with output_errors(out):
            described = msgspec.structs.replace(record, output=describe(out)).with_digest()
        write_whole(record_path(out), described.to_json())
