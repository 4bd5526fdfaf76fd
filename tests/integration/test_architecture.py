"""The picture in docs/architecture.md and the file tree in the README are those of the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.integration.test_import_contracts import LAYERS

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "vehicle_id"
SHARED = "shared"
"""How the page calls the modules at the top of the package, besides the classifier."""

Edge = tuple[str, str]


def place(parts: tuple[str, ...]) -> str:
    """Folder of a module, by its path below the package."""
    if (PACKAGE / parts[0]).is_dir():
        return parts[0]
    if parts[0] == "__main__":  # starts the command
        return "cli"
    return parts[0] if parts[0] == "classifier" else SHARED


def imported(file: Path) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom):
            whole = node.module == "vehicle_id"
            names = [f"vehicle_id.{alias.name}" for alias in node.names] if whole else [node.module or ""]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        yield from (tuple(name.split(".")[1:]) for name in names if name.startswith("vehicle_id."))


def imports() -> set[Edge]:
    """Folder -> folder, for every import of the package."""
    edges = set()
    for file in PACKAGE.rglob("*.py"):
        parts = file.relative_to(PACKAGE).with_suffix("").parts
        if parts != ("__init__",):
            edges |= {(place(parts), place(target)) for target in imported(file)}
    return {(source, target) for source, target in edges if source != target}


def reached(edges: set[Edge], start: str) -> set[str]:
    found: set[str] = set()
    left = [start]
    while left:
        here = left.pop()
        following = {target for source, target in edges if source == here} - found
        found |= following
        left += following
    return found


def without_detours(edges: set[Edge]) -> set[Edge]:
    """The transitive reduction: no edge whose end is also reached another way."""
    return {edge for edge in edges if edge[1] not in reached(edges - {edge}, edge[0])}


def pictured() -> list[Edge]:
    """The arrows of the picture."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    [picture] = re.findall(r"```mermaid\n(.*?)```", page, re.DOTALL)
    return re.findall(r"(\w+) --> (\w+)", picture)


def test_the_picture_shows_the_imports() -> None:
    assert set(pictured()) == without_detours(imports())


def test_the_arrows_go_down_the_layers_of_the_import_contract() -> None:
    level = {name: number for number, layer in enumerate(reversed(LAYERS)) for name in layer}
    level[SHARED] = 0
    assert set(pictured()) <= {(high, low) for high in level for low in level if level[high] > level[low]}
    assert {name for edge in pictured() for name in edge} == {*level} - {"__main__", *LAYERS[-1]}


def test_the_page_names_files_that_there_are() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:[a-z_]+/)*[a-z_]+\.(?:py|json|csv)|(?:[a-z_]+/)+)`", page))
    assert len(named) > 40
    made_by_export = {"golden.json", "stac-item.json"}
    homes = (PACKAGE, ROOT)
    missing = {name for name in named - made_by_export if not any((home / name).exists() for home in homes)}
    assert not missing


def test_the_tree_in_the_readme_lists_every_module_once() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [tree] = re.findall(r"## File tree\n.*?```\n(.*?)```", readme, re.DOTALL)
    folder, listed = "", dict[str, list[str]]()
    for line in tree.splitlines():
        if line.startswith("    "):
            listed.setdefault(folder, []).extend(name.rstrip("/") for name in line.split() if line[4] != " ")
        elif line.startswith("  "):
            names = line[2:].split("  ")[0].split()
            folder = names[0].rstrip("/") if names[0].endswith("/") else ""
            listed.setdefault(folder, []).extend([] if folder else names)
        elif not line.startswith("vehicle_id"):
            break
    assert listed == {name: sorted(modules) for name, modules in modules_by_folder().items() if name} | {"": listed[""]}
    assert sorted(listed[""]) == sorted(modules_by_folder()[""])


def modules_by_folder() -> dict[str, list[str]]:
    """Folder ("" = the package itself) -> its modules and packages, without dunder files."""
    found: dict[str, list[str]] = {"": [path.stem for path in PACKAGE.glob("*.py") if path.stem[0] != "_"]}
    for folder in (path for path in PACKAGE.iterdir() if (path / "__init__.py").exists()):
        inside = [path for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
        found[folder.name] = sorted(path.stem for path in inside if path.stem[0] != "_")
    return found
