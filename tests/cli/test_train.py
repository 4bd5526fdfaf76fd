"""`vehicle-id train` on the command line: what it describes, and what it refuses before it trains."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from vehicle_id.cli.app import app


def test_describe_prints_every_field_as_text_and_as_a_schema() -> None:
    text = CliRunner().invoke(app, ["train", "--describe"])
    assert text.exit_code == 0 and "train.epochs: whole number (1 or more); default 30" in text.stdout
    schema = json.loads(CliRunner().invoke(app, ["train", "--describe", "--json"]).stdout)
    assert schema["$defs"]["TrainRecipe"]["properties"]["epochs"]["minimum"] == 1


@pytest.mark.parametrize(
    ("arguments", "fault"), [([], "name the labelled crops"), (["crops"], "name the run folder to create")]
)
def test_crops_and_run_folder_must_be_named(arguments: list[str], fault: str) -> None:
    ended = CliRunner().invoke(app, ["train", *arguments])
    assert ended.exit_code == 2 and fault in ended.output
