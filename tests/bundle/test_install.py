"""The bundle, made without an index and installed into an empty environment without one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bundle.install import SUMS, check
from bundle.make import main, make
from tests.bundle.wheelhouse import HERE, repack_light_install
from vehicle_id import Classifier

pytest.importorskip("hatchling")
ROOT = Path(__file__).parents[2]
CROPS = ROOT / "examples" / "crops"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    wheels = tmp_path_factory.mktemp("wheels")
    repack_light_install(wheels)
    source = ["--no-index", "--find-links", str(wheels)]
    return make(tmp_path_factory.mktemp("dist"), HERE, extras=set(), pins=[], source=source)


@pytest.fixture(scope="module")
def unpacked(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(archive) as file:
        file.extractall(folder)
    return folder / archive.stem


@pytest.fixture(scope="module")
def installed(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The environment that install.py makes, as a user starts it."""
    folder = tmp_path_factory.mktemp("installed") / "vehicle id"
    ended = run(sys.executable, "install.py", folder, cwd=unpacked)
    assert ended.returncode == 0, ended.stderr
    assert "golden  15 crops answered as published" in ended.stdout
    return folder


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True, check=False)


def command_of(environment: Path) -> Path:
    return environment / ("Scripts" if os.name == "nt" else "bin") / "vehicle-id"


def test_the_installed_command_answers_the_example_crops(installed: Path, unpacked: Path, tmp_path: Path) -> None:
    ended = run(
        command_of(installed), "classify", unpacked / "examples" / "crops", "--out", "answers.jsonl", cwd=tmp_path
    )
    assert ended.returncode == 0, ended.stderr
    answers = [json.loads(line) for line in (tmp_path / "answers.jsonl").read_text().splitlines()]
    expected = [*Classifier().classify_folder(CROPS, manifest=CROPS / "manifest.csv")]
    assert [Path(each["path"]).name for each in answers] == [Path(each.path).name for each in expected]
    assert [each["label"] for each in answers] == [each.label for each in expected]
    assert [each["score"] for each in answers] == pytest.approx([each.score for each in expected], abs=1e-5)


def test_the_environment_holds_the_packages_of_the_list_alone(installed: Path, unpacked: Path) -> None:
    code = "from importlib import metadata; print(*(f'{d.name}=={d.version}' for d in metadata.distributions()))"
    ended = run(command_of(installed).with_name("python"), "-I", "-c", code, cwd=unpacked)
    listed = [line.split()[0] for line in (unpacked / "requirements.txt").read_text().splitlines()]
    assert sorted(map(normal, ended.stdout.split())) == sorted(map(normal, listed))


def normal(requirement: str) -> str:
    return requirement.lower().replace("_", "-")


def test_the_same_inputs_make_the_same_bytes(archive: Path, unpacked: Path, tmp_path: Path) -> None:
    wheels, same_as = str(unpacked / "wheels"), str(unpacked / "requirements.txt")
    assert main(["--out", str(tmp_path), "--wheels", wheels, "--same-as", same_as]) == 0
    assert (tmp_path / archive.name).read_bytes() == archive.read_bytes()
    assert (tmp_path / f"{archive.name}.sha256").read_text() == Path(f"{archive}.sha256").read_text()
    assert {path.name for path in tmp_path.iterdir()} == {archive.name, f"{archive.name}.sha256"}


def test_the_check_counts_every_file_and_the_system_tool_agrees(archive: Path, unpacked: Path) -> None:
    with zipfile.ZipFile(archive) as file:
        assert check(unpacked) == len(file.namelist()) - 1
    if shutil.which("sha256sum"):
        assert run("sha256sum", "--check", "--strict", "--quiet", SUMS, cwd=unpacked).returncode == 0
        assert run("sha256sum", "--check", f"{archive.name}.sha256", cwd=archive.parent).returncode == 0


@pytest.mark.parametrize("name", ["install.py", "wheels/vehicle_id-*.whl", "models/*/model.onnx", "docs/index.md"])
def test_a_changed_byte_is_found_before_anything_is_installed(
    name: str, unpacked: Path, tmp_path: Path, restored: list[tuple[Path, bytes]]
) -> None:
    [path] = unpacked.glob(name)
    restored.append((path, path.read_bytes()))
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    ended = run(sys.executable, "install.py", tmp_path / "new", cwd=unpacked)
    if name == "install.py":  # its last byte is the end of a line: it no longer runs, or says so itself
        assert ended.returncode != 0
    else:
        assert (ended.returncode, ended.stdout) == (1, "")
        assert f"{path.relative_to(unpacked).as_posix()} was changed" in ended.stderr
    assert not (tmp_path / "new").exists()


@pytest.fixture
def restored() -> Iterator[list[tuple[Path, bytes]]]:
    """Files that get their bytes back after the test."""
    files: list[tuple[Path, bytes]] = []
    yield files
    for path, content in files:
        path.write_bytes(content)


READ_ONLY = """
set -e
work=$1; shift
mount --make-rprivate /
for place in / /tmp /var/tmp /dev/shm; do
  mount --bind $place $place 2>/dev/null || true
  mount -o remount,ro,bind $place
done
mount --bind "$work" "$work"
mount -o remount,rw,bind "$work"
cd "$work"
! touch /tmp/probe 2>/dev/null || exit 99
exec env -i PATH=/usr/bin:/bin HOME=/nonexistent PYTHONDONTWRITEBYTECODE=1 \
  setpriv --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
"""
"""What `docker run --read-only --network none --cap-drop all` does, by means of the kernel alone."""


@pytest.mark.skipif(not (shutil.which("unshare") and shutil.which("setpriv")), reason="needs util-linux")
def test_no_writable_place_but_the_working_folder_no_home_no_network(
    installed: Path, unpacked: Path, tmp_path: Path
) -> None:
    isolated = ["unshare", "--mount", "--net", *([] if os.getuid() == 0 else ["--map-root-user"])]
    possible = run(*isolated, "sh", "-c", READ_ONLY, "sh", tmp_path, "true", cwd=tmp_path)
    if possible.returncode:
        pytest.skip(f"this system forbids mounts: {possible.stderr.strip()}")
    outputs = [part for suffix in ("csv", "jsonl", "html", "geojson") for part in ("--out", f"answers.{suffix}")]
    crops = unpacked / "examples" / "crops"
    ended = run(
        *(*isolated, "sh", "-c", READ_ONLY, "sh", tmp_path),
        *(command_of(installed), "classify", crops, *outputs),
        cwd=tmp_path,
    )
    assert ended.returncode == 0, ended.stderr
    assert "15 answered, 0 unknown, 0 failed" in ended.stderr
    assert len((tmp_path / "answers.csv").read_text().splitlines()) == 16
