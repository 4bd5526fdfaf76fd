"""The `vehicle-id` command: assembles the commands and turns our errors into one sentence and an exit code.

Commands import what they need when they run, so that `--help` does not wait for numpy or torch.
"""

from __future__ import annotations

import gc
import sys
from copy import copy
from typing import Annotated

import typer
from typer.main import get_command_name
from typer.models import CommandInfo

from vehicle_id.cli.catalogue import catalogue
from vehicle_id.cli.classify import classify
from vehicle_id.cli.compare import compare
from vehicle_id.cli.convert import convert
from vehicle_id.cli.count import count
from vehicle_id.cli.crop import crop
from vehicle_id.cli.dataset import dataset
from vehicle_id.cli.embed import embed
from vehicle_id.cli.evaluate import evaluate
from vehicle_id.cli.export import export
from vehicle_id.cli.gallery import gallery
from vehicle_id.cli.gsd import gsd
from vehicle_id.cli.inspect import inspect
from vehicle_id.cli.measure import measure
from vehicle_id.cli.render import render
from vehicle_id.cli.report import report
from vehicle_id.cli.sort import sort
from vehicle_id.cli.streams import prepare_streams
from vehicle_id.cli.timestamp import timestamp
from vehicle_id.cli.train import train
from vehicle_id.cli.verify import verify
from vehicle_id.cli.verify_picture import verify_picture
from vehicle_id.cli.verify_run import verify_run
from vehicle_id.errors import VehicleIdError
from vehicle_id.text import visible
from vehicle_id.version import __version__

FEW_COLLECTIONS = 50_000
"""Objects made between two searches for cycles, in place of 700: what is imported has hundreds of thousands."""

app = typer.Typer(
    name="vehicle-id",
    help="Say which vehicle an overhead image crop shows, how sure that is, and how large it is in metres.",
    epilog="Exit codes: 0 done, 1 a crop failed under --strict, 2 usage, 3 input, 4 model, 5 output, "
    "6 missing extra, 7 training, 8 changed results, 130 stopped by Ctrl-C.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: loading rich takes as long as everything else
)
COMMANDS = (
    *(classify, crop, gsd, report, convert, sort, measure, count, compare, embed, catalogue, evaluate, inspect),
    *(verify, verify_run, verify_picture, timestamp, render, train, export),
)
for command in COMMANDS:
    app.command()(command)
app.add_typer(dataset, name="dataset")
app.add_typer(gallery, name="gallery")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"vehicle-id {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def only_asked(arguments: list[str]) -> typer.Typer:
    """The app with the one command that the arguments begin with; with all of them if they begin otherwise.

    typer builds the options of every command before it looks for the one that was asked for: 60 ms of a start.
    """
    asked = arguments[0] if arguments else ""
    chosen = copy(app)
    chosen.registered_commands = [each for each in app.registered_commands if name_of(each) == asked]
    chosen.registered_groups = [each for each in app.registered_groups if each.name == asked]
    return chosen if chosen.registered_commands or chosen.registered_groups else app


def name_of(command: CommandInfo) -> str:
    """Name by which a command is called."""
    assert command.callback is not None
    return get_command_name(command.callback.__name__)


def main() -> None:
    """Run the command line; a user's mistake ends in one sentence on stderr and its exit code."""
    gc.set_threshold(FEW_COLLECTIONS)
    prepare_streams()
    try:
        only_asked(sys.argv[1:])()
    except VehicleIdError as error:
        # what it quotes may come from a stranger, and hold what a terminal would obey
        typer.echo(f"vehicle-id: {visible(str(error))}", err=True)
        sys.exit(error.exit_code)
