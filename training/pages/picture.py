"""The picture of the report on the front page: the report of the example crops in a headless Chromium."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from training.pages.blocks import ROOT
from training.pages.browser import PROGRAM, Browser
from training.pages.outputs import run

PICTURE = ROOT / "docs" / "images" / "report.png"
CHOSEN = "container_lorry_real"
"""The crop whose details are shown."""
CREDIT = "Beeldmateriaal.nl, PDOK"


def write_picture(path: Path = PICTURE) -> None:
    """Classify the example crops, open their report, choose a crop, and write what is seen.

    Raises:
        RuntimeError: there is no Chromium.
    """
    if PROGRAM is None:
        raise RuntimeError("the picture of the report needs Chromium (Debian: apt-get install chromium)")
    path, before = path.resolve(), Path.cwd()
    with tempfile.TemporaryDirectory() as name, Browser(width=1240, height=1000) as browser:
        Path(name, "examples").symlink_to(ROOT / "examples")
        os.chdir(name)
        try:
            run(f"vehicle-id classify examples/crops --out report.html --credit '{CREDIT}' --licence 'CC BY 4.0'")
        finally:
            os.chdir(before)
        browser.open(Path(name, "report.html"))
        number = browser.run(
            f"[...document.querySelectorAll('#sheet li')].findIndex((each) => each.innerHTML.includes('{CHOSEN}')) + 1"
        )
        browser.run(f"document.querySelector('#sheet li:nth-child({number})').click()")
        browser.run("document.getElementById('tools').scrollIntoView()")
        browser.run("scrollBy(0, -60)")
        browser.screenshot(path)
