"""Which wheels go into a bundle, and what its installer refuses."""

from __future__ import annotations

import platform
import re
import sys
from pathlib import Path

import pytest

from bundle import install
from bundle import wheels as wheels_of
from bundle.install import BundleError, check, this_machine
from bundle.make import STATIC, main, versions_in
from bundle.wheels import PLATFORMS, Target, follow, pinned
from tests.bundle.wheelhouse import HERE, small_wheel

LINUX = Target(platform="linux-x86_64", python="3.12")
WINDOWS = Target(platform="windows-x86_64", python="3.12")


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """a needs Win on Windows, and old on Python before 3.11; the extra geo needs b with an extra of its own."""
    small_wheel(tmp_path, "vehicle-id", "a>=1", "b[c]; extra == 'geo'", extras=("geo",))
    small_wheel(tmp_path, "a", "Win; sys_platform == 'win32'", "old; python_version < '3.11'", "pip")
    small_wheel(tmp_path, "b", "c; extra == 'c'", "d; extra == 'd'", extras=("c", "d"))
    for name in ("c", "d", "pip", "win"):
        small_wheel(tmp_path, name)
    return tmp_path


def test_only_what_the_target_needs_is_kept(wheels: Path) -> None:
    assert follow(wheels, target=LINUX, extras=set()) == ({"vehicle-id", "a", "pip"}, [])
    assert follow(wheels, target=WINDOWS, extras=set()) == ({"vehicle-id", "a", "pip", "win"}, [])
    assert follow(wheels, target=LINUX, extras={"geo"}) == ({"vehicle-id", "a", "b", "c", "pip"}, [])


def test_what_pip_did_not_fetch_for_another_machine_is_named(wheels: Path) -> None:
    (wheels / "win-1.0-py3-none-any.whl").unlink()
    assert follow(wheels, target=WINDOWS, extras=set())[1] == ["Win"]
    assert follow(wheels, target=Target(platform="linux-x86_64", python="3.10"), extras=set())[1] == ["old"]


def test_versions_of_an_earlier_bundle_are_read_from_its_list(wheels: Path, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(pinned(wheels))
    assert re.match(r"a==1\.0 --hash=sha256:[0-9a-f]{64}\n", pinned(wheels))
    assert versions_in(tmp_path / "requirements.txt") == ["a==1.0", "b==1.0", "c==1.0", "d==1.0", "win==1.0"]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with a list of hashes."""
    (tmp_path / "bundle" / "docs").mkdir(parents=True)
    (tmp_path / "bundle" / "docs" / "page.md").write_text("page")
    digest = install.sha256(tmp_path / "bundle" / "docs" / "page.md")
    (tmp_path / "bundle" / install.SUMS).write_text(f"{digest}  docs/page.md\n")
    assert check(tmp_path / "bundle") == 1
    return tmp_path / "bundle"


def test_a_file_that_is_missing_added_or_a_link_is_found(small: Path) -> None:
    (small / "more.whl").write_text("")
    with pytest.raises(BundleError, match=r"more.whl is not on the list of hashes"):
        check(small)
    (small / "more.whl").unlink()
    (small / "docs" / "page.md").rename(small.parent / "page.md")
    with pytest.raises(BundleError, match=r"docs/page.md is missing"):
        check(small)
    (small / "docs" / "page.md").symlink_to(small.parent / "page.md")
    with pytest.raises(BundleError, match=r"docs/page.md was changed"):
        check(small)
    (small / "docs" / "page.md").unlink()
    (small.parent / "page.md").rename(small / "docs" / "page.md")
    (small / "folder").symlink_to(small.parent)
    with pytest.raises(BundleError, match=r"folder is not on the list of hashes"):
        check(small)


def test_many_faults_are_counted_and_a_missing_list_is_one_sentence(small: Path) -> None:
    for number in range(8):
        (small / f"{number}.txt").touch()
    with pytest.raises(BundleError, match=r"4.txt is not on the list of hashes \(and 3 more\)\. Unpack"):
        check(small)
    (small / install.SUMS).unlink()
    with pytest.raises(BundleError, match=r"there is no SHA256SUMS in .*: unpack the whole archive again"):
        check(small)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (
            {"python": "3.9"},
            r"this bundle is for Python 3\.9, and this is Python 3\.\d+: run install\.py with python3\.9",
        ),
        ({"machine": "riscv64"}, r"is for \w+ on riscv64, and this machine is \w+ on \w+: ask for a bundle for it"),
        ({"system": "Plan9"}, r"is for Plan9 on \w+, and this machine is"),
    ],
)
def test_a_bundle_for_another_machine_is_refused(facts: dict[str, str], message: str) -> None:
    system, machine = this_machine()
    here = {"python": ".".join(map(str, sys.version_info[:2])), "system": system, "machine": machine}
    install.refuse_another_machine(here)
    with pytest.raises(BundleError, match=message):
        install.refuse_another_machine(here | facts)


@pytest.mark.parametrize(("there", "message"), [(True, "exists already"), (False, "is inside the bundle")])
def test_a_folder_that_cannot_be_used_is_refused(small: Path, there: bool, message: str) -> None:
    system, machine = this_machine()
    facts = f'{{"python": "{HERE.python}", "system": "{system}", "machine": "{machine}", "version": "1"}}'
    (small / "bundle.json").write_text(facts)
    with pytest.raises(BundleError, match=message):
        install.install(small, small.parent if there else small / "new")


def test_processors_have_one_name_on_every_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    monkeypatch.setattr(platform, "machine", lambda: "AMD64")
    assert this_machine() == PLATFORMS["windows-x86_64"][:2]
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    assert this_machine() == PLATFORMS["macos-arm64"][:2]


def test_a_folder_without_the_wheels_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(wheels_of, "build_own", lambda folder: small_wheel(folder, "vehicle-id", "not-there>=1"))
    assert main(["--out", str(tmp_path / "dist"), "--wheels", str(tmp_path / "empty")]) == 1
    assert capsys.readouterr().err.startswith("No bundle was made: python -m pip failed: ERROR: ")
    assert not list((tmp_path / "dist").iterdir())


@pytest.mark.parametrize("arguments", [["--python", "3.9"], ["--platform", "plan9"], ["--extra", "train"]])
def test_options_out_of_range_are_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_the_image_is_built_from_the_bundle_alone_and_runs_as_nobody() -> None:
    text = (STATIC / "Dockerfile").read_text().replace("\\\n", "")
    steps = [line.partition(" ")[::2] for line in text.splitlines() if line and not line.startswith("#")]
    assert [rest for name, rest in steps if name == "RUN"] == ['["python3", "/bundle/install.py", "/opt/vehicle-id"]']
    assert [rest for name, rest in steps if name == "FROM"] == ["${BASE} AS installed", "${BASE}"]
    assert re.fullmatch(r"BASE=python:3\.12-slim-bookworm@sha256:0{64}", dict(steps)["ARG"])
    final = dict(steps[[*(name for name, _ in steps)].index("COPY", 3) :])
    assert final["COPY"] == "--from=installed /opt/vehicle-id /opt/vehicle-id"
    assert (final["USER"], final["HEALTHCHECK"], final["ENTRYPOINT"]) == ("65534:65534", "NONE", '["vehicle-id"]')
