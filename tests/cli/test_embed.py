"""`vehicle-id embed`: crops in, a file of embeddings out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from typer.testing import CliRunner

from tests.conftest import plain
from vehicle_id.cli.app import app

runner = CliRunner()


def test_crops_that_cannot_be_opened_are_named_and_the_others_embedded(tiny: Path, tmp_path: Path) -> None:
    for name in ("red", "blue"):
        Image.fromarray(plain(name)).save(tmp_path / f"{name}.png")
    for number in range(7):
        (tmp_path / f"bad{number}.png").write_bytes(b"")
    out = tmp_path / "v.npz"
    asked = ["embed", str(tmp_path), "--model", str(tiny), "--out", str(out), "--gsd-m", "0.5", "--no-isolate"]
    ended = runner.invoke(app, asked)
    assert ended.exit_code == 0, ended.output
    assert "bad0.png: empty" in ended.output and "and 2 more" in ended.output
    assert "9 crops, 7 without an embedding" in ended.output
    with np.load(out, allow_pickle=False) as stored:
        assert np.isfinite(stored["embedding"]).all(axis=1).sum() == 2


def test_the_suffix_is_checked_first(tmp_path: Path) -> None:
    ended = runner.invoke(app, ["embed", str(tmp_path), "--out", str(tmp_path / "v.csv")])
    assert "its suffix chooses the format" in str(ended.exception)


def test_manifest_and_no_manifest_exclude_each_other(tmp_path: Path) -> None:
    asked = ["embed", str(tmp_path), "--out", str(tmp_path / "v.npz"), "--manifest", "m.csv", "--no-manifest"]
    ended = runner.invoke(app, asked)
    assert ended.exit_code == 2 and "exclude each other" in ended.output
