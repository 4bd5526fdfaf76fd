"""`classify --engine ray`, as far as it goes without a cluster: what is refused, and how a missing extra is named."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.conftest import TINY, plain
from vehicle_id.cli import app as app_module
from vehicle_id.cli.engine import place_of

Run = Callable[..., tuple[Any, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run `vehicle-id classify a.png`: its exit code, and what it says, on one line."""
    Image.fromarray(plain("red")).save(tmp_path / "a.png")
    monkeypatch.setenv("COLUMNS", "500")

    def run(*arguments: object) -> tuple[Any, str]:
        command = ["vehicle-id", "classify", tmp_path / "a.png", "--model", TINY, *arguments]
        monkeypatch.setattr(sys, "argv", [*map(str, command)])
        with pytest.raises(SystemExit) as stop:
            app_module.main()
        return stop.value.code, " ".join(capfd.readouterr().err.split())

    return run


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--occlusion",), "--occlusion: cannot be used with --engine ray"),
        (("--credit", "x"), "--credit: cannot be used with --engine ray"),
        (("--grid", "20"), "--grid: cannot be used with --engine ray"),
        ((), "--out: --engine ray writes one folder of parts"),
        (("--out", "r.csv"), "name it with a path or a URL that ends in .parquet"),
        (("--out", "a.parquet", "--out", "b.parquet"), "--engine ray writes one folder of parts"),
        (("--out", "a.parquet", "--site", "north"), "--site: belongs to a scene"),
    ],
)
def test_options_that_make_no_sense_on_a_cluster_are_refused(run: Run, options: tuple[str, ...], sentence: str) -> None:
    code, said = run("--engine", "ray", *options)
    assert code == 2
    assert sentence in said


@pytest.mark.parametrize("options", [("--address", "auto"), ("--num-workers", "2")])
def test_options_of_a_cluster_are_refused_without_it(run: Run, options: tuple[str, ...]) -> None:
    code, said = run(*options)
    assert code == 2
    assert f"{options[0]}: belongs to --engine ray" in said


def test_without_ray_the_extra_is_named(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    code, said = run("--engine", "ray", "--out", tmp_path / "r.parquet")
    assert code == 6
    assert said.endswith("--engine ray needs the extra 'ray': pip install 'vehicle-id[ray]'")


def test_a_url_is_not_a_path() -> None:
    for url in ("s3://bucket/a/b.csv", "gs://b/x", "https://host/m.csv"):
        assert place_of(Path(url)) == url
    for path in ("a/b.csv", "/tmp/s3/x", "c:/x"):
        assert place_of(Path(path)) == path
