"""Install vehicle-id from this bundle. Needs Python alone: no network, no package index.

    python3 install.py FOLDER     check every file, then install into FOLDER
    python3 install.py --check    only check every file

FOLDER becomes a Python environment of its own. Nothing outside it is changed: to remove vehicle-id, delete it.

What the check cannot see: a list of hashes that was changed together with the files. Compare the hash of the archive,
or of SHA256SUMS, with one that reached you another way.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

SUMS = "SHA256SUMS"
BUNDLE = Path(__file__).resolve().parent


class BundleError(Exception):
    """What is wrong, in words for the person who installs."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command. Returns 0, or 1 if something is wrong, which is printed."""
    parser = argparse.ArgumentParser(description="Install vehicle-id from this bundle, without a network.")
    parser.add_argument("folder", nargs="?", type=Path, help="where to install; the folder must not exist yet")
    parser.add_argument("--check", action="store_true", help="only compare every file with the list of hashes")
    options = parser.parse_args(arguments)
    if options.folder is None and not options.check:
        parser.error("name the folder to install into, or --check")
    try:
        print(f"{check(BUNDLE)} files are as they were when the bundle was made.")
        if not options.check:
            install(BUNDLE, options.folder.resolve())
    except BundleError as error:
        print(f"Not installed: {error}.", file=sys.stderr)
        return 1
    return 0


def check(bundle: Path) -> int:
    """Compare every file with the list of hashes. Returns how many there are.

    Raises:
        BundleError: a file was changed, is missing, or is not on the list.
    """
    try:
        lines = (bundle / SUMS).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise BundleError(f"there is no {SUMS} in {bundle}: unpack the whole archive again") from None
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    found = set(files_of(bundle)) - {SUMS}
    faults = [
        *(f"{name} is missing" for name in sorted(listed.keys() - found)),
        *(f"{name} is not on the list of hashes" for name in sorted(found - listed.keys())),
        *(f"{name} was changed" for name in sorted(listed.keys() & found) if sha256(bundle / name) != listed[name]),
    ]
    if faults:
        more = f" (and {len(faults) - 5} more)" if len(faults) > 5 else ""
        raise BundleError(f"{'; '.join(faults[:5])}{more}. Unpack the archive again, or fetch it again")
    return len(listed)


def files_of(bundle: Path) -> Iterator[str]:
    """Every file, link or other thing below the folder, by its path with slashes. Links are not followed."""
    for folder, folders, files in os.walk(bundle):
        inside = [*files, *(name for name in folders if Path(folder, name).is_symlink())]
        yield from (Path(folder, name).relative_to(bundle).as_posix() for name in inside)


def sha256(path: Path) -> str:
    """Of a regular file; of anything else a value that no list contains."""
    if path.is_symlink() or not path.is_file():
        return "not a regular file"
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def install(bundle: Path, folder: Path) -> None:
    """Make the environment, install the wheels into it, and run the model's own check there."""
    facts = json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))
    refuse_another_machine(facts)
    if folder.exists():
        raise BundleError(f"{folder} exists already: name a folder that does not, or delete it")
    if bundle in folder.resolve().parents:
        raise BundleError(f"{folder} is inside the bundle, whose files must stay as they are: name a folder elsewhere")
    print(f"Installing vehicle-id {facts['version']} into {folder} ...", flush=True)
    venv.create(folder, symlinks=os.name != "nt")
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    # pip comes as a wheel too, and runs from it: Debian's Python has none
    [pip] = (bundle / "wheels").glob("pip-*.whl")
    run(
        *(sys.executable, pip / "pip", "--disable-pip-version-check", "--python", folder, "install", "--quiet"),
        *("--no-cache-dir", "--no-index", "--find-links", bundle / "wheels", "--require-hashes"),
        *("--requirement", bundle / "requirements.txt"),
    )
    command = scripts / "vehicle-id"
    run(command, "verify")
    print(f"Installed. The command is {command}\nTry it:  {command} classify {bundle / 'examples' / 'crops'}")


def run(*command: str | Path) -> None:
    """Run a step.

    Raises:
        BundleError: it failed.
    """
    # settings of pip could name an index
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    ended = subprocess.run([*map(str, command)], check=False, env={**kept, "PIP_CONFIG_FILE": os.devnull})
    if ended.returncode:
        raise BundleError(f"this step failed, see its message above: {' '.join(map(str, command))}")


def refuse_another_machine(facts: dict[str, str]) -> None:
    """Raise a BundleError if the wheels are for another Python or another kind of machine."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    if here != facts["python"]:
        raise BundleError(
            f"this bundle is for Python {facts['python']}, and this is Python {here}: run install.py with "
            f"python{facts['python']}, or ask for a bundle for Python {here}"
        )
    if this_machine() != (facts["system"], facts["machine"]):
        raise BundleError(
            f"this bundle is for {facts['system']} on {facts['machine']}, and this machine is "
            f"{' on '.join(this_machine())}: ask for a bundle for it"
        )


def this_machine() -> tuple[str, str]:
    """System and processor, the processor by the name that Linux gives it."""
    machine = platform.machine().lower()
    return platform.system(), {"amd64": "x86_64", "arm64": "aarch64"}.get(machine, machine)


if __name__ == "__main__":
    sys.exit(main())
