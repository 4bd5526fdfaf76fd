"""`measure`, as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.test_cli import folder, run  # noqa: F401
from tests.conftest import TINY


def test_it_shows_the_parts_of_each_length(run, folder: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    (folder / "manifest.csv").write_text(
        "path,gsd_m,sun_azimuth_deg,sun_elevation_deg,off_nadir_deg,shadow_m\na_car.png,0.4,180,45,20,1.5\n"
    )
    results, out = tmp_path / "r.csv", tmp_path / "m.json"
    run("classify", folder, "--model", TINY, "--out", results)
    ended = run("measure", results, "--model", TINY, "--out", out)
    assert ended.code == 0
    titles, car = ended.out.splitlines()
    assert titles.split() == "crop answer length 90 % interval network edges gsd view height size leaves".split()  # noqa: SIM905
    assert " car " in car and "4.0 m" in car and "1.5 m (1." in car
    assert ended.err.startswith(
        "1 measured, 2 without a size, 1 of them for want of a ground sample distance: classify with "
    )
    [row] = json.loads(out.read_text())
    assert row["height_m"] == 1.5 and row["edges"] > row["view"] > 0 and row["possible"] and row["excluded"]


def test_an_output_of_another_kind_is_refused(run, folder: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    results = tmp_path / "r.csv"
    run("classify", folder, "--model", TINY, "--out", results)
    assert run("measure", results, "--model", TINY, "--out", tmp_path / "m.txt").code == 5
    assert run("measure", results).code == 3  # the tiny model is no published one
