"""`vehicle-id count`: how many objects of each family or class, where and when, and is that more than usual?"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from vehicle_id.text import visible

if TYPE_CHECKING:
    from vehicle_id.model.card import ModelCard
    from vehicle_id.report.rates import ConfusionRates, Unit, Units
    from vehicle_id.report.tables import CountRow
    from vehicle_id.results import Record

COVERED = "covered"
"""Name of the column of covered objects, if the results have one."""
OPEN = ("undecided", "covered", "failed")
"""Columns of objects that could be anything."""


def count(
    results: Annotated[
        list[Path], typer.Argument(help="Files of results, as of classify --out; several are counted together.")
    ],
    by: Annotated[
        str, typer.Option(help="Columns, separated by commas: site, date or your own, and family or label.")
    ] = "site,date,family",
    out: Annotated[
        list[Path] | None, typer.Option(help="Write the table to this .csv or .json file. May be repeated.")
    ] = None,
    plot: Annotated[Path | None, typer.Option(help="Write a picture of the counts by date to this .svg file.")] = None,
    level: Annotated[
        float,
        typer.Option(
            min=1e-6, max=0.5, help="Share of series without a change in which some date is found to differ, at most."
        ),
    ] = 0.05,
    test: Annotated[
        Literal["negative-binomial", "poisson"],
        typer.Option(help="poisson: objects come and go independently of each other.", show_choices=True),
    ] = "negative-binomial",
    covered: Annotated[str, typer.Option(help="Your own column that says yes for objects that are covered.")] = COVERED,
    model: Annotated[
        str | None, typer.Option(help="The model that answered, where its name is not a published one.")
    ] = None,
    rates: Annotated[
        Path | None,
        typer.Option(help="Measures of 'evaluate --out' on your own crops, in place of those of the model."),
    ] = None,
    folder_prior: Annotated[
        bool,
        typer.Option(
            "--folder-prior",
            help="Count from the scores of the crops, with the mix of each group as prior. Changes no answer.",
        ),
    ] = False,
) -> None:
    """Count objects by site, date and family: at least, about, with an interval, and against earlier dates.

    Covered, undecided and failed objects are counted apart.
    """
    from vehicle_id.output.readers import read_rows
    from vehicle_id.report.counts import count_groups
    from vehicle_id.report.rates import Units
    from vehicle_id.report.score_counts import UnitLikelihoods
    from vehicle_id.report.series import series_of
    from vehicle_id.report.tables import count_rows

    columns, unit = _columns(by)
    if folder_prior and rates is not None:
        raise typer.BadParameter("--rates and --folder-prior exclude each other: give one")
    _check_outputs(out or [], plot, results, dated="date" in columns)
    _refuse_grids(results)
    once = _Once(columns)
    records = list(_small(once.rows(chain.from_iterable(map(read_rows, results))), columns, covered))
    _check_covered(records, covered)
    card, path = answering_model(records, model)
    units = Units(card.taxonomy(), unit)
    likelihoods = UnitLikelihoods(units, card) if folder_prior else None
    measured = None if folder_prior else _rates(units, rates, path.with_name("metrics.json"))
    groups = count_groups(records, units, by=columns, rates=measured, likelihoods=likelihoods, covered=covered)
    date_at = columns.index("date") if "date" in columns else None
    series = [] if date_at is None else series_of(groups, date_at=date_at, level=level, test=test)
    rows = count_rows(groups, by=columns, unit=unit, series=series)
    _print(rows, (*columns, unit))
    _say(groups, series, measured, rows, unit, folder_prior=folder_prior)
    if once.num_repeated:
        typer.echo(f"vehicle-id: {visible(once.sentence)}", err=True)
    _write(out or [], plot, rows, series, {"level": level, "test": test, "by": [*columns, unit]})


def _columns(by: str) -> tuple[tuple[str, ...], Unit]:
    names = [name.strip() for name in by.split(",") if name.strip()]
    units = [name for name in names if name in ("family", "label")]
    if len(units) != 1 or len(set(names)) < len(names):
        raise typer.BadParameter(
            f"{by!r} has to name family or label, one of them, and no column twice: write site,date,family",
            param_hint="--by",
        )
    from vehicle_id.report.tables import FIGURES

    figure = next((name for name in names if name in FIGURES), None)
    if figure is not None:
        raise typer.BadParameter(f"{figure!r} is a column of the counts themselves: rename yours", param_hint="--by")
    unit: Unit = "family" if units[0] == "family" else "label"
    return tuple(name for name in names if name != unit), unit


def _check_outputs(outputs: Sequence[Path], plot: Path | None, results: Sequence[Path], *, dated: bool) -> None:
    """Raise before the work what would be raised after it."""
    from vehicle_id.errors import OutputError
    from vehicle_id.files import check_not_input, check_place

    for path, suffixes in [*((each, (".csv", ".json")) for each in outputs), *([(plot, (".svg",))] if plot else [])]:
        if path.suffix.lower() not in suffixes:
            raise OutputError(f"the output {path} does not end in {' or '.join(suffixes)}")
        check_not_input(path, results, "a file of results")
        check_place(path)
    if plot is not None and not dated:
        raise typer.BadParameter("a plot shows counts by date: name date in --by", param_hint="--plot")


def _refuse_grids(results: Sequence[Path]) -> None:
    """Windows of a grid are no objects.

    Raises:
        InputError: the record of a run states a grid.
    """
    from vehicle_id.errors import InputError, RecordError
    from vehicle_id.output.run_record import read_record

    for path in results:
        try:
            grid_m = read_record(path).options.get("grid_m")
        except (InputError, RecordError):
            continue  # results can be counted without their record
        if grid_m is not None:
            raise InputError(
                f"{path} holds the windows of --grid {grid_m:g}: an object is in several of them or in none, so they "
                "cannot be counted; draw boxes round the objects, answer those with --boxes, and count them"
            )


class _Once:
    """Passes on each object once: the same crop may stand in several files, or be named twice in one.

    Args:
        columns: an object of another group is another one.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self._seen: set[int] = set()
        self._first = ""
        self.num_repeated = 0

    def rows(self, records: Iterator[Record]) -> Iterator[Record]:
        """The rows without those that repeat an earlier one."""
        for record in records:
            identity = (record.get("path"), record.get("sha256"), *(record.get(name) for name in self._columns))
            key = hash(identity)  # a million rows fit into memory
            if None in identity[:2] or key not in self._seen:
                self._seen.add(key)
                yield record
            else:
                self._first = self._first or str(record["path"])
                self.num_repeated += 1

    @property
    def sentence(self) -> str:
        """How many there were, and what became of them."""
        rows = "1 row repeats" if self.num_repeated == 1 else f"{self.num_repeated} rows repeat"
        return f"{rows} the crop of an earlier row, such as {self._first}: each crop is counted once"


def _small(records: Iterator[Record], columns: Sequence[str], covered: str) -> Iterator[Record]:
    """The columns that counting needs, so that a million rows fit into memory."""
    needed = ("status", "label", "top", "model", "model_sha256", covered, *columns)
    for record in records:
        yield {name: record[name] for name in needed if name in record}


def _check_covered(records: Sequence[Record], covered: str) -> None:
    """A misspelt name would count covered objects by their answers."""
    from vehicle_id.errors import InputError

    if covered != COVERED and records and not any(covered in record for record in records):
        raise InputError(f"the results have no column {covered!r}: --covered names a column of your own")


def answering_model(records: Sequence[Record], model: str | None) -> tuple[ModelCard, Path]:
    """The card of the one model that answered some results, and the path of its file.

    Raises:
        InputError: several models answered, or none, or one that is not here.
    """
    from vehicle_id.errors import InputError, ModelNotFoundError
    from vehicle_id.model import hub
    from vehicle_id.model.opening import open_model

    made = {(record["model"], record["model_sha256"]) for record in records if record["model"]}
    if len(made) != 1:
        what = "no row was answered by a model" if not made else f"{len(made)} models answered: take them apart"
        raise InputError(f"the results cannot be used: {what}")
    [(name, sha256)] = made
    try:
        file = hub.load(model or name)
    except ModelNotFoundError as error:
        raise InputError(f"the model {name}, which answered, is not here: give its file as --model") from error
    if file.sha256 != sha256:
        raise InputError(f"{file.path} is not the model that answered: its sha256 is not {sha256}")
    return open_model(file, provider="cpu").card, file.path


def _rates(units: Units, given: Path | None, of_model: Path) -> ConfusionRates | None:
    """The rates of a given file of measures, or of the model's own; None where it has none."""
    from vehicle_id.errors import InputError
    from vehicle_id.report.rates import rates_of, read_measures

    path = given or of_model
    rates = rates_of(read_measures(path), units) if given or os.path.isfile(path) else None
    if given and rates is None:
        raise InputError(
            f"{given} does not say how crops of each label were answered: give a file of 'vehicle-id evaluate --out'"
        )
    return rates


def _print(rows: Sequence[CountRow], keys: Sequence[str]) -> None:
    from vehicle_id.cli.console import line_of, widths_of

    if rows:
        table = [_titles(rows, keys), *(_cells(row, keys) for row in rows)]
        widths = widths_of([[visible(cell) for cell in cells] for cells in table])
        typer.echo("\n".join(line_of(cells, widths) for cells in table))


def _titles(rows: Sequence[CountRow], keys: Sequence[str]) -> list[str]:
    compared = ["expected", "change"] if "verdict" in rows[0] else []
    return [*keys, "answered", "at least", "about", "90 % interval", *OPEN, *compared]


def _cells(row: CountRow, keys: Sequence[str]) -> list[str]:
    from vehicle_id.text import display_name

    interval = "" if row["low"] is None else f"{row['low']} to {row['high']}"
    cells = [display_name(str(row[key])) for key in keys]
    cells += [_figure(row[name]) for name in ("answered", "at_least", "about")]
    cells += [interval, *(_figure(row[name]) for name in OPEN)]
    if "verdict" in row:
        expected = "" if row["expected_low"] is None else f"{row['expected_low']} to {row['expected_high']}"
        cells += [expected, row["verdict"] + (", or open objects" if row["is_open"] else "")]
    return cells


def _figure(value: Any) -> str:
    return "" if value is None else str(value)


def _say(
    groups: Any,
    series: Any,
    measured: ConfusionRates | None,
    rows: Sequence[CountRow],
    unit: str,
    *,
    folder_prior: bool,
) -> None:
    from vehicle_id.report.tables import differing, measured_on, not_compared, open_sentence

    lines = [open_sentence(groups)]
    if folder_prior:
        lines.append("counted from the scores, with the mix of each group as prior: for counts only, no answer changes")
    elif measured is None:
        lines.append("no interval: how often this model confuses classes was not measured; give --rates")
    else:
        named = list(dict.fromkeys(row[unit] for row in rows))
        lines += ["rates of confusion were measured on", *(f"  {each}" for each in measured_on(measured, named))]
    lines += [*differing(series), *not_compared(series)]
    typer.echo("\n".join(map(visible, lines)), err=True)


def _write(
    outputs: Sequence[Path], plot: Path | None, rows: Sequence[CountRow], series: Any, stated: dict[str, Any]
) -> None:
    from vehicle_id.files import write_whole
    from vehicle_id.report.series_plot import svg_of
    from vehicle_id.report.tables import to_csv, to_json

    for path in outputs:
        write_whole(path, to_csv(rows) if path.suffix.lower() == ".csv" else to_json(rows, stated=stated))
    if plot is not None:
        write_whole(plot, svg_of(series).encode())
    written = [*outputs, *([plot] if plot else [])]
    if written:
        typer.echo("wrote " + ", ".join(visible(str(path)) for path in written), err=True)
