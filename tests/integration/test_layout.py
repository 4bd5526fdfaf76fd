"""The package as its files show it: few modules at the top, no import cycles, one meaning for each name."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "vehicle_id"
MODULES = {file.relative_to(PACKAGE).as_posix(): ast.parse(file.read_text("utf-8")) for file in PACKAGE.rglob("*.py")}


def type_names(module: ast.Module) -> Iterator[str]:
    """Public classes of a module and its type aliases: `Array = NDArray[x]` is one, `T = TypeVar("T")` is not."""
    for each in module.body:
        if isinstance(each, ast.ClassDef) and not each.name.startswith("_"):
            yield each.name
        targets = each.targets if isinstance(each, ast.Assign) else [getattr(each, "target", None)]
        if isinstance(getattr(each, "value", None), ast.Subscript | ast.BinOp | ast.Name | ast.Attribute):
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            yield from (name for name in names if name[0].isupper() and not name.isupper())


def test_a_public_name_stands_for_one_type() -> None:
    found = defaultdict(list)
    for file, module in MODULES.items():
        for name in type_names(module):
            found[name].append(file)
    assert {name: files for name, files in found.items() if len(files) > 1} == {}


def test_classes_and_aliases_are_found() -> None:
    module = ast.parse("class Crop: ...\nArray = NDArray[x]\nSize: TypeAlias = A | B\nT = TypeVar('T')\nSIDE = A | B")
    assert [*type_names(module)] == ["Crop", "Array", "Size"]


def test_the_top_of_the_package_is_small() -> None:
    assert len([file for file in PACKAGE.glob("*.py") if file.name != "__main__.py"]) <= 9


def test_no_module_imports_itself_by_way_of_others() -> None:
    """`vehicle_id` itself is left out: it imports its public names for type checkers only."""
    graph = pytest.importorskip("grimp").build_graph("vehicle_id", cache_dir=None)
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules - {"vehicle_id"}}
    TopologicalSorter(imports).prepare()  # raises a CycleError that names the modules
