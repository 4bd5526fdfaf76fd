"""The import contracts of `pyproject.toml` hold, and a planted import of each forbidden kind breaks one of them."""

from __future__ import annotations

import shutil
from itertools import chain, combinations, pairwise
from pathlib import Path

import pytest

from tests.offline.fresh import HEAVY, SIDES, python

ROOT = Path(__file__).parents[2]
read_configuration = pytest.importorskip("importlinter.api").read_configuration
LINT = "from importlinter.cli import lint_imports_command as lint; lint(['--no-cache'])"
CONTRACTS = {each["name"]: each for each in read_configuration(str(ROOT / "pyproject.toml"))["contracts_options"]}
LAYERED = "Imports go down the list of folders, and every folder is in it"
LIGHT_SIDE = "Only scenes, train, export, synth and distributed import heavy packages"
LAYERS = [layer.replace(":", "|").replace(" ", "").split("|") for layer in CONTRACTS[LAYERED]["layers"]]
"""Folders and modules at the top of the package, the highest layer first."""
LIGHT = [name for layer in LAYERS for name in layer if f"vehicle_id.{name}" not in SIDES]

COMMANDS = "Of the commands only those that need them import scenes, train, export, synth and distributed"
AUGMENT = "Only vehicle_id.train.augment imports albumentations and cv2"
RUNTIME = "Only vehicle_id.model.runtime imports onnxruntime"

PLANTED = [
    *((LAYERED, low, high) for above, below in combinations(LAYERS, 2) for high in above for low in below),
    (LAYERED, "train", "synth"),
    (LAYERED, "synth", "train"),
    ("Exporting, rendering and distributing are independent", "export", "synth"),
    ("Exporting, rendering and distributing are independent", "export", "distributed"),
    *((LIGHT_SIDE, name, "torch") for name in LIGHT),
    *((LIGHT_SIDE, f"{name}.new", "rasterio") for name in LIGHT if (ROOT / "vehicle_id" / name).is_dir()),
    (LIGHT_SIDE, "new_folder.module", "scipy"),
    (LIGHT_SIDE, "classifier", "ray"),
    (LIGHT_SIDE, "distributed.new", "torch"),
    (LIGHT_SIDE, "scenes.new", "torch"),
    (LIGHT_SIDE, "scenes.new", "matplotlib"),
    (COMMANDS, "cli.classify", "distributed"),
    (COMMANDS, "cli.classify", "train"),
    (COMMANDS, "cli.evaluate", "scenes"),
    (COMMANDS, "cli.train", "synth"),
    (AUGMENT, "train.recipe", "albumentations"),
    (AUGMENT, "train.new", "albumentations"),
    (AUGMENT, "train.new", "cv2"),
    (AUGMENT, "synth.new", "cv2"),
    (RUNTIME, "classifier", "onnxruntime"),
    (RUNTIME, "model.session", "onnxruntime"),
    (RUNTIME, "train.new", "onnxruntime"),
]
"""The contract that must report it, the importing module and what it imports."""


def full_name(name: str) -> str:
    """Name of a module of the package, or of another package."""
    return f"vehicle_id.{name}" if name.split(".")[0] in {*chain(*LAYERS), "new_folder"} else name


def plant(package: Path, importer: str, imported: str) -> None:
    """Add an import to a module, which may be new."""
    path = package.joinpath(*importer.split("."))
    path.parent.mkdir(exist_ok=True)
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    with file.open("a", encoding="utf-8") as module:
        module.write(f"\nimport {full_name(imported)}\n")


def lint(folder: Path) -> tuple[int, dict[str, list[str]]]:
    """The exit status of `lint-imports` and the lines below the name of each broken contract."""
    ended = python(LINT, cwd=folder, PYTHONPATH=str(folder), COLUMNS="500")
    assert "Analyzed" in ended.stdout, ended.stdout + ended.stderr
    lines = ended.stdout.partition("Broken contracts")[2].splitlines()
    starts = [*[at - 1 for at, line in enumerate(lines) if line and not line.strip("-")][1:], len(lines)]
    return ended.returncode, {lines[start]: lines[start:end] for start, end in pairwise(starts)}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with a copy of the package and of its contracts."""
    shutil.copytree(ROOT / "vehicle_id", tmp_path / "vehicle_id", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_package_keeps_every_contract(copy: Path) -> None:
    assert lint(copy) == (0, {})


def test_the_tests_of_what_is_loaded_name_the_packages_of_the_contract() -> None:
    assert set(CONTRACTS[LIGHT_SIDE]["forbidden_modules"]) == HEAVY


def test_every_planted_import_breaks_its_contract(copy: Path) -> None:
    (copy / "vehicle_id" / "new_folder").mkdir()
    (copy / "vehicle_id" / "new_folder" / "__init__.py").touch()
    for _, importer, imported in PLANTED:
        plant(copy / "vehicle_id", importer, imported)
    status, broken = lint(copy)
    assert status == 1
    links = {(name, line.lstrip("- ").partition(" (l.")[0]) for name, lines in broken.items() for line in lines}
    wanted = {(name, f"{full_name(importer)} -> {full_name(imported)}") for name, importer, imported in PLANTED}
    assert wanted - links == set()
    assert "- vehicle_id.new_folder" in broken[LAYERED]  # a folder outside every contract
