"""Finished results -> a report, with what their record says of the run that wrote them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from vehicle_id.errors import InputError, OutputError, VehicleIdError
from vehicle_id.files import PartFile, check_not_input, check_place, output_errors
from vehicle_id.output.hash_chain import FILE_COLUMNS, Chain
from vehicle_id.output.readers import read_rows
from vehicle_id.output.run_record import RunRecord, read_record
from vehicle_id.report.of_model import with_model_of
from vehicle_id.report.options import ReportOptions
from vehicle_id.report.page import ReportWriter
from vehicle_id.results import Record

SUFFIX = ".html"


def write_report(results: str | Path, out: str | Path, *, options: ReportOptions | None = None) -> int:
    """Write the report of a file of results.

    Rows that were changed since their run wrote them are shown, with a sentence at the top of the report.

    Args:
        results: a file ending in `.csv`, `.jsonl`, `.parquet` or `.html`, or a folder of parquet parts.
        out: the report, a file ending in `.html`.
        options: what it says and shows besides the rows.

    Returns:
        The number of rows.

    Raises:
        InputError: the results cannot be read.
        OutputError: the report cannot be written.
        MissingExtraError: parquet without pyarrow.
    """
    results, out, options = Path(results), Path(out), options or ReportOptions()
    _check(results, out)
    if options.taxonomy is None:
        options = with_model_of(options, read_rows(results))
    record = _record(results)
    if record is not None:
        options = replace(options, facts={**options.facts, **_facts(record)})
    part = PartFile(out)
    try:
        with output_errors(out):
            page = ReportWriter(part.file, options=options, columns=tuple(FILE_COLUMNS), folder=out.parent)
        try:
            chain = Chain()
            for row in _rows(results, chain, page.warnings):
                with output_errors(out):
                    page.write(row)
            if record is not None and chain.end != record.chain:
                page.warnings.append("The rows are not those that the record of the run describes.")
            with output_errors(out):
                page.finish()
        finally:
            page.abandon()
        part.sync()
        part.publish()
    finally:
        part.discard()
    return chain.num_rows


def _check(results: Path, out: Path) -> None:
    if out.suffix.lower() != SUFFIX:
        raise OutputError(f"the report {out} does not end in {SUFFIX}: name a file that does")
    if not os.path.exists(results):
        raise InputError(f"there are no results at {results}: name a file that 'vehicle-id classify --out' wrote")
    check_not_input(out, [results], "the file of results")
    check_place(out)


def _rows(results: Path, chain: Chain, warnings: list[str]) -> Iterator[Record]:
    """The rows; the first one that was changed is named."""
    is_intact = True
    for row in read_rows(results):
        if not chain.check(row) and is_intact:
            is_intact = False
            warnings.append(f"Row {chain.num_rows} was changed since its run wrote it, or a row before it is missing.")
        yield row


def _record(results: Path) -> RunRecord | None:
    try:
        return read_record(results)
    except VehicleIdError:
        return None


def _facts(record: RunRecord) -> dict[str, str]:
    """What the record of a run says, by name."""
    first, last = record.sessions[0], record.sessions[-1]
    options = ", ".join(f"{name} {value}" for name, value in record.options.items() if value is not None)
    return {
        "classified": f"{first.started} to {last.ended or 'an unknown time'}",
        "options": options or "none",
        "digest of the run's record": record.digest if record.is_intact else "does not match: the record was changed",
    }
