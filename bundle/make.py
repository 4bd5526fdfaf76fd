"""Make the bundle: one zip file that installs vehicle-id on a machine without a network.

    python -m bundle.make                                              this kind of machine, this Python, light install
    python -m bundle.make --extra geo --extra parquet --platform windows-x86_64 --python 3.12
    python -m bundle.make --same-as requirements.txt                   the versions of an earlier bundle

Same checkout, same wheels, same version of hatchling: same bytes. `docs/offline.md` says how it is used.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import shutil
import sys
import tempfile
from pathlib import Path

from bundle import wheels
from bundle.archive import write_sums, write_zip
from bundle.install import BundleError, sha256, this_machine
from bundle.wheels import PLATFORMS, ROOT, Target
from vehicle_id.version import __version__

STATIC = Path(__file__).parent / "static"
EXTRAS = ("c2pa", "geo", "parquet")
"""The extras of vehicle-id that ask questions. Those that render and train need gigabytes, and a package index."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command. Returns 0, or 1 if something is wrong, which is printed."""
    here = next((name for name, (*machine, _) in PLATFORMS.items() if tuple(machine) == this_machine()), None)
    parser = argparse.ArgumentParser(description="Make the archive that installs vehicle-id without a network.")
    parser.add_argument("--out", type=Path, default=Path("dist"), help="folder for the archive (dist)")
    parser.add_argument("--extra", action="append", choices=EXTRAS, default=[], help="install this extra too")
    parser.add_argument("--platform", choices=sorted(PLATFORMS), default=here, help="machine to install on (this one)")
    parser.add_argument("--python", default=".".join(platform.python_version_tuple()[:2]), help="its Python (this one)")
    parser.add_argument("--same-as", type=Path, help="requirements.txt of an earlier bundle: take those versions")
    parser.add_argument("--wheels", type=Path, help="take the wheels from this folder and ask no index")
    parser.add_argument("--site", type=Path, help="the built documentation site, to go in beside the Markdown")
    options = parser.parse_args(arguments)
    if options.platform is None:
        parser.error(f"there is no bundle for this kind of machine: name one with --platform {', '.join(PLATFORMS)}")
    if not re.fullmatch(r"3\.1[0-3]", options.python):
        parser.error(f"--python {options.python}: vehicle-id runs on 3.10 to 3.13")
    target = Target(platform=options.platform, python=options.python)
    source = [] if options.wheels is None else ["--no-index", "--find-links", str(options.wheels)]
    try:
        pins = [] if options.same_as is None else versions_in(options.same_as)
        path = make(options.out, target, extras=set(options.extra), pins=pins, source=source, site=options.site)
    except (BundleError, OSError) as error:
        print(f"No bundle was made: {error}", file=sys.stderr)
        return 1
    print(f"{path} ({path.stat().st_size / 1e6:.0f} MB)\nsha256 {sha256(path)}")
    return 0


def make(
    out: Path, target: Target, *, extras: set[str], pins: list[str], source: list[str], site: Path | None = None
) -> Path:
    """Write the archive and its hash into the folder `out`. Returns the path of the archive."""
    out.mkdir(parents=True, exist_ok=True)
    name = f"vehicle-id-{__version__}-{target.platform}-py{target.python}"
    with tempfile.TemporaryDirectory(dir=out, prefix=".bundle-") as temporary:
        folder = Path(temporary, name)
        (folder / "wheels").mkdir(parents=True)
        own = wheels.build_own(Path(temporary))
        wheels.download(own, folder / "wheels", target=target, extras=extras, pins=pins, source=source)
        copy_files(folder, site=site)
        write_texts(folder, target, extras=extras)
        write_sums(folder)
        digest = write_zip(folder, Path(temporary, "bundle.zip"))
        path = out / f"{name}.zip"
        Path(temporary, "bundle.zip").replace(path)
    path.with_name(f"{path.name}.sha256").write_text(f"{digest}  {path.name}\n", encoding="utf-8", newline="\n")
    return path


def copy_files(folder: Path, *, site: Path | None) -> None:
    """The files that are in the bundle as they are in the repository."""
    default = json.loads((ROOT / "models" / "index.json").read_bytes())["default"]
    only_files = shutil.ignore_patterns("plots", "*.py", "__pycache__")
    shutil.copytree(ROOT / "models" / default, folder / "models" / default, ignore=only_files)
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=only_files)
    shutil.copytree(ROOT / "examples", folder / "examples", ignore=only_files)
    if site is not None:
        # the compressed list of pages for search engines states when it was made
        shutil.copytree(site, folder / "docs" / "site", ignore=shutil.ignore_patterns("sitemap.xml*"))
    for path in (ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "LICENSE", ROOT / "SECURITY.md"):
        shutil.copyfile(path, folder / path.name)
    shutil.copyfile(Path(__file__).parent / "install.py", folder / "install.py")


def write_texts(folder: Path, target: Target, *, extras: set[str]) -> None:
    """The files that say what this bundle is."""
    requirements = wheels.pinned(folder / "wheels")
    facts = {
        "version": __version__,
        "python": target.python,
        "system": target.system,
        "machine": target.machine,
        "extras": sorted(extras),
    }
    first = (STATIC / "READ-ME-FIRST.txt").read_text(encoding="utf-8")
    for key, value in {**facts, "extras": ", ".join(sorted(extras)) or "none"}.items():
        first = first.replace(f"@{key}@", str(value))
    dockerfile = (STATIC / "Dockerfile").read_text(encoding="utf-8").replace("python:3.12-", f"python:{target.python}-")
    texts = {"requirements.txt": requirements, "READ-ME-FIRST.txt": first, "Dockerfile": dockerfile}
    texts["bundle.json"] = json.dumps(facts, indent=2) + "\n"
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def versions_in(requirements: Path) -> list[str]:
    """The versions that a requirements.txt with hashes states, without those of vehicle-id itself."""
    lines = [line.partition(" --hash")[0].strip() for line in requirements.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line and not line.startswith(("#", "vehicle-id=="))]


if __name__ == "__main__":
    sys.exit(main())
