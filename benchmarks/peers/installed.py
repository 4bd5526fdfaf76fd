"""The megabytes that named packages and all that they need take in this environment.

    data/bench-envs/timm/bin/python benchmarks/peers/installed.py timm

Counts the files that the installer listed, without compiled copies; a package that is installed from a checkout counts
its folder of modules. Extras are left out.
"""

from __future__ import annotations

import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def main() -> None:
    """Print the number of packages and their megabytes."""
    found = closure(sys.argv[1:])
    print(len(found), round(sum(size(each) for each in found.values()) / 1e6, 1))


def closure(names: list[str]) -> dict[str, Distribution]:
    """The packages, and those that they require here, by name."""
    found: dict[str, Distribution] = {}
    waiting = [canonicalize_name(name) for name in names]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue  # asked for on other systems, or left out by hand
        required = [Requirement(line) for line in found[name].requires or ()]
        waiting += [
            canonicalize_name(each.name)
            for each in required
            if each.marker is None or each.marker.evaluate({"extra": ""})
        ]
    return found


def size(package: Distribution) -> int:
    """Bytes of the files of a package."""
    files = [Path(str(package.locate_file(file))) for file in package.files or () if file.suffix != ".pyc"]
    if "__editable__" in "".join(file.name for file in files) or _is_editable(package):
        spec = find_spec(package.metadata["Name"].replace("-", "_"))
        folder = Path(spec.origin or "").parent if spec else Path()
        files = [file for file in folder.rglob("*") if "__pycache__" not in file.parts]
    return sum(file.stat().st_size for file in files if file.is_file())


def _is_editable(package: Distribution) -> bool:
    return '"editable": true' in (package.read_text("direct_url.json") or "")


if __name__ == "__main__":
    main()
