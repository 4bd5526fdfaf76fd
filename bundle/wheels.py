"""The wheels of vehicle-id and of all it needs, for one version of Python on one kind of machine.

pip downloads them. It evaluates the conditions of a requirement (`; sys_platform == "win32"`) for the machine that it
runs on, not for the one that was asked for. So the requirements are followed here once more, for that machine: what
is missing is downloaded too, and what it does not need is removed.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from bundle.install import BundleError, sha256

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A version of Python on a kind of machine."""

    platform: str
    """A name of `PLATFORMS`."""
    python: str
    """As in `3.12`."""

    @property
    def system(self) -> str:
        """As `platform.system()` says it."""
        return PLATFORMS[self.platform][0]

    @property
    def machine(self) -> str:
        """One name on every system."""
        return PLATFORMS[self.platform][1]

    @property
    def tags(self) -> tuple[str, ...]:
        """Platform tags of wheels that run there, the best first."""
        return PLATFORMS[self.platform][2]

    @property
    def environment(self) -> dict[str, str]:
        """What conditions of requirements are evaluated with."""
        names = {"Linux": ("linux", "posix"), "Windows": ("win32", "nt"), "Darwin": ("darwin", "posix")}
        sys_platform, os_name = names[self.system]
        return {name: str(value) for name, value in default_environment().items()} | {
            "platform_system": self.system,
            "sys_platform": sys_platform,
            "os_name": os_name,
            "platform_machine": {"Windows": "AMD64", "Darwin": "arm64"}.get(self.system, self.machine),
            "python_version": self.python,
            "python_full_version": f"{self.python}.0",
            "platform_python_implementation": "CPython",
            "implementation_name": "cpython",
        }


def _linux(machine: str) -> tuple[str, ...]:
    """Of glibc 2.28 (2018: Debian 10, RHEL 8) and everything older."""
    return (*(f"manylinux_2_{minor}_{machine}" for minor in range(28, 16, -1)), f"manylinux2014_{machine}")


PLATFORMS = {
    "linux-x86_64": ("Linux", "x86_64", (*_linux("x86_64"), "manylinux2010_x86_64", "manylinux1_x86_64")),
    "linux-aarch64": ("Linux", "aarch64", _linux("aarch64")),
    "windows-x86_64": ("Windows", "x86_64", ("win_amd64",)),
    "macos-arm64": ("Darwin", "aarch64", ("macosx_14_0_arm64",)),  # pip takes wheels of earlier versions too
}
"""Name -> system, machine, tags."""


def build_own(folder: Path) -> Path:
    """Build the wheel of this checkout. hatchling gives all its files one date: same checkout, same bytes."""
    _run("build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT))
    [wheel] = folder.glob("vehicle_id-*.whl")
    return wheel


def download(own: Path, folder: Path, *, target: Target, extras: set[str], pins: list[str], source: list[str]) -> None:
    """Put all that the wheel `own` needs into `folder`, and `own` and pip with it.

    Args:
        own: the wheel of vehicle-id.
        folder: an empty folder.
        target: the machine to install on.
        extras: extras of vehicle-id.
        pins: requirements of exact versions, which take precedence over the newest.
        source: options of pip that say where wheels come from; none: pip's own settings.
    """
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(pins), encoding="utf-8")
    wanted = [f"{own}[{','.join(sorted(extras))}]" if extras else str(own), "pip"]
    while wanted:
        tags = [part for tag in target.tags for part in ("--platform", tag)]
        _run(
            *("pip", "--disable-pip-version-check", "download", "--quiet", "--only-binary", ":all:"),
            *("--dest", str(folder), "--constraint", str(constraints), "--implementation", "cp"),
            *("--python-version", target.python, *tags, *source, *wanted),
        )
        needed, wanted = follow(folder, target=target, extras=extras)
    constraints.unlink()
    for wheel in folder.iterdir():
        if name_of(wheel) not in needed:
            wheel.unlink()


def follow(folder: Path, *, target: Target, extras: set[str]) -> tuple[set[str], list[str]]:
    """Names of the wheels of a folder that vehicle-id needs on a target, and requirements that no wheel meets."""
    wheels = {name_of(wheel): wheel for wheel in folder.glob("*.whl")}
    seen: dict[str, set[str]] = {"pip": set()}
    missing, queue = [], [("vehicle-id", extras)]
    while queue:
        name, asked = queue.pop()
        if name in seen and asked <= seen[name]:
            continue
        seen[name] = seen.get(name, set()) | asked
        for requirement in requirements_of(wheels[name], environment=target.environment, extras=seen[name]):
            if (found := canonicalize_name(requirement.name)) in wheels:
                queue.append((found, requirement.extras))
            else:
                missing.append(f"{requirement.name}{requirement.specifier}")
    return set(seen), sorted(set(missing))


def requirements_of(wheel: Path, *, environment: dict[str, str], extras: set[str]) -> Iterator[Requirement]:
    """What a wheel needs in an environment, with these of its extras."""
    with zipfile.ZipFile(wheel) as archive:
        [path] = (name for name in archive.namelist() if name.count("/") == 1 and name.endswith(".dist-info/METADATA"))
        stated = message_from_bytes(archive.read(path)).get_all("Requires-Dist") or []
    for requirement in map(Requirement, stated):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({**environment, "extra": extra}) for extra in ("", *extras)):
            yield requirement


def name_of(wheel: Path) -> str:
    """Name of the project, in one spelling."""
    return str(parse_wheel_filename(wheel.name)[0])


def pinned(folder: Path) -> str:
    """The wheels of a folder as requirements with hashes, as pip reads them; pip itself is left out."""
    lines = []
    for wheel in sorted(folder.glob("*.whl"), key=name_of):
        name, version, _, _ = parse_wheel_filename(wheel.name)
        lines += [] if name == "pip" else [f"{name}=={version} --hash=sha256:{sha256(wheel)}\n"]
    return "".join(lines)


def _run(*module: str) -> None:
    ended = subprocess.run([sys.executable, "-m", *module], check=False, capture_output=True, text=True)
    if ended.returncode:
        raise BundleError(f"python -m {module[0]} failed: {ended.stderr.strip() or ended.stdout.strip()}")
