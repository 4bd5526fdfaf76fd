"""What commands in the pages print with the default model: the blocks that show it are written anew.

Commands run in this process, in an empty folder with the examples. Measures nothing.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from training.pages.blocks import ROOT
from training.pages.station import station
from vehicle_id import read_rows
from vehicle_id.cli import app, console
from vehicle_id.files import write_whole
from vehicle_id.model import hub


@dataclass(frozen=True, kw_only=True)
class Output:
    """A block of a page that shows what a command prints."""

    page: str
    """Path in the repository."""
    begins: str
    """Pattern of the first words of the block; one block begins with them."""
    make: Callable[[], str]
    """Makes the text, in a folder that holds the examples."""

    def shown(self, root: Path = ROOT) -> str:
        """What stands in the page.

        Raises:
            ValueError: not one block begins with these words.
        """
        found = re.findall(rf"^```\n((?:{self.begins}).*?)^```", (root / self.page).read_text("utf-8"), re.M | re.S)
        if len(found) != 1:
            raise ValueError(f"{self.page} has {len(found)} blocks that begin with {self.begins!r}")
        return str(found[0])

    def printed(self) -> str:
        """What the command prints now."""
        before = Path.cwd()
        with tempfile.TemporaryDirectory() as name:
            Path(name, "examples").symlink_to(ROOT / "examples")
            os.chdir(name)
            try:
                return self.make()
            finally:
                os.chdir(before)

    def write(self, root: Path = ROOT) -> None:
        """Write into the page what the command prints now."""
        page = (root / self.page).read_text("utf-8")
        write_whole(root / self.page, page.replace(self.shown(root), self.printed()).encode())


def run(line: str) -> tuple[str, str]:
    """What a command prints to stdout and to stderr.

    Raises:
        RuntimeError: it failed.
    """
    out, err = io.StringIO(), io.StringIO()
    wide = mock.patch.object(console, "SAMPLE_S", 600.0)  # on a busy machine the first rows would set the widths
    code: object = 0
    with redirect_stdout(out), redirect_stderr(err), wide, mock.patch.object(sys, "argv", shlex.split(line)):
        try:
            app.main()
        except SystemExit as stop:
            code = stop.code
    if code:
        raise RuntimeError(f"{line} ended with {code}: {err.getvalue()}")
    return out.getvalue(), err.getvalue()


def _classified_crops() -> str:
    """As `make classify` does."""
    options = "--manifest examples/crops/manifest.csv --out results.csv --out results.jsonl --no-resume"
    return "".join(run(f"vehicle-id classify examples/crops {options}"))


def _classified_scene() -> str:
    return "".join(run("vehicle-id classify examples/scene/lorry_park.tif --boxes examples/scene/lorries.geojson"))


def _counted() -> tuple[str, str]:
    file = hub.load()
    station(Path("station.csv"), model=file.path.parent.name, sha256=file.sha256)
    return run("vehicle-id count station.csv --by site,date,family")


def _compared() -> str:
    sides = "--hypothesis special_chassis --hypothesis rigid_hauler"
    return run(f"vehicle-id compare examples/crops/launcher_chassis_bare.jpg --gsd-m 0.3 {sides}")[0]


def _named_by_gallery() -> str:
    """The reason of the crop that is the reference itself."""
    crane = "examples/crops/truck_crane.jpg --gsd-m 0.3"
    run(f'vehicle-id gallery add own.json {crane} --label "mobile crane" --parent plant')
    run("vehicle-id classify examples/crops --gallery own.json --out own.csv")
    [reason] = [row["reason"] for row in read_rows(Path("own.csv")) if row["path"].endswith("truck_crane.jpg")]
    return f"{reason}\n"


OUTPUTS = (
    Output(page="README.md", begins="crop  ", make=_classified_crops),
    Output(page="docs/scenes.md", begins="crop  ", make=_classified_scene),
    Output(page="docs/counting.md", begins="site  ", make=lambda: _counted()[0]),
    Output(page="docs/counting.md", begins=r"240 objects", make=lambda: _counted()[1]),
    Output(page="docs/measuring.md", begins=r"1 crop by ", make=_compared),
    Output(page="docs/gallery.md", begins=r"mobile crane |rolled up to ", make=_named_by_gallery),
)
