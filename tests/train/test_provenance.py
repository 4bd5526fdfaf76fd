"""What a run was made with."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from vehicle_id.crops.manifest import Crop
from vehicle_id.train.provenance import data_digests, git_state, versions, write_provenance
from vehicle_id.train.splits import Splits


def splits(folder: Path, colours: dict[str, str]) -> Splits:
    crops = []
    for name, colour in colours.items():
        Image.new("RGB", (20, 20), colour).save(folder / name)
        crops.append(Crop(path=folder / name, label="car"))
    return Splits(train=crops[:-1], val=crops[-1:], test=[], calibrate=[], dropped=[], images={})


def digest(folder: Path, part: Splits) -> str:
    return str(data_digests(folder, part)["crops_sha256"])


def test_the_digest_of_crops_depends_on_content_label_and_split_alone(tmp_path: Path) -> None:
    part = splits(tmp_path, {"a.png": "red", "b.png": "blue", "c.png": "green"})
    first = digest(tmp_path, part)
    renamed = splits(tmp_path, {"z.png": "blue", "y.png": "red", "x.png": "green"})
    assert digest(tmp_path, renamed) == first
    assert digest(tmp_path, replace(part, train=part.val, val=part.train)) != first
    relabelled = [replace(part.train[0], label="bus"), *part.train[1:]]
    assert digest(tmp_path, replace(part, train=relabelled)) != first
    assert digest(tmp_path, splits(tmp_path, {"a.png": "red", "b.png": "blue", "c.png": "lime"})) != first


def test_a_crop_that_is_gone_ends_nothing(tmp_path: Path) -> None:
    part = splits(tmp_path, {"a.png": "red", "b.png": "blue"})
    (tmp_path / "a.png").unlink()
    assert len(digest(tmp_path, part)) == 64


def test_sessions_are_kept_when_a_run_is_resumed_and_not_when_it_starts_again(tmp_path: Path) -> None:
    part, file = splits(tmp_path, {"a.png": "red", "b.png": "blue"}), tmp_path / "provenance.json"
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("path,label\n")
    write_provenance(file, manifest, part, epoch=0)
    content = write_provenance(file, manifest, part, epoch=3)
    assert [each["after_epoch"] for each in content["sessions"]] == [0, 3]
    assert json.loads(file.read_text()) == content and len(content["data"]["manifest_sha256"]) == 64
    file.write_text("{torn")
    assert len(write_provenance(file, tmp_path, part, epoch=4)["sessions"]) == 1
    assert write_provenance(file, tmp_path, part, epoch=0)["data"]["manifest_sha256"] is None


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_the_commit_is_noted_and_whether_files_differ_from_it(tmp_path: Path) -> None:
    assert git_state(tmp_path) is None

    def git(*arguments: str) -> None:
        own = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *own, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    (tmp_path / "recipe.yaml").write_text("name: a\n")
    git("add", "recipe.yaml")
    git("commit", "-m", "first")
    clean = git_state(tmp_path)
    assert clean is not None and len(clean["commit"]) == 40 and not clean["dirty"]
    (tmp_path / "recipe.yaml").write_text("name: b\n")
    changed = git_state(tmp_path)
    assert changed is not None and changed["dirty"] and changed["commit"] == clean["commit"]


def test_versions_name_what_is_installed() -> None:
    assert {"torch", "timm", "numpy"} <= set(versions())
