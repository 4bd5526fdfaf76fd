"""What a report takes from the model that answered: its class tree, and how often it confuses families."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace

from vehicle_id.errors import InputError, ModelError
from vehicle_id.model import hub
from vehicle_id.model.hub import ModelFile
from vehicle_id.model.occlusion import Occluder
from vehicle_id.model.opening import open_model
from vehicle_id.report.options import ReportOptions
from vehicle_id.report.rates import Units, rates_of, read_measures
from vehicle_id.results import Record
from vehicle_id.taxonomy import Taxonomy


def with_model(options: ReportOptions, file: ModelFile, taxonomy: Taxonomy) -> ReportOptions:
    """The options with the class tree of a model and, where its measures are beside it, its rates of confusion."""
    path = file.beside("metrics.json")
    try:
        rates = rates_of(read_measures(path), Units(taxonomy, "family")) if os.path.isfile(path) else None
    except InputError:  # measures of another form: no intervals
        rates = None
    return replace(options, taxonomy=taxonomy, rates=rates)


def with_model_of(options: ReportOptions, records: Iterable[Record]) -> ReportOptions:
    """The same for the model that answered the first of some rows, if it is a published one that is here."""
    file = _file_of(records)
    if file is None:
        return options
    try:
        return with_model(options, file, open_model(file, provider="cpu").card.taxonomy())
    except ModelError:
        return options


def occluder_of(records: Iterable[Record]) -> Occluder:
    """Maps with the model that answered some rows.

    Raises:
        InputError: it is no published model, or is not here.
        ModelError: it cannot be run.
    """
    file = _file_of(records)
    if file is None:
        raise InputError("the model that answered is no published one that is here: its answers cannot be explained")
    return Occluder(open_model(file, provider="cpu"))


def _file_of(records: Iterable[Record]) -> ModelFile | None:
    record = next((each for each in records if each["model"] and each["model_sha256"]), None)
    try:
        file = None if record is None else hub.load(record["model"])
    except ModelError:
        return None
    return file if file is not None and record is not None and file.sha256 == record["model_sha256"] else None
