"""The package as a whole: what is public, what importing it costs, which version it is."""

from __future__ import annotations

import ast
from importlib import metadata
from pathlib import Path

import pytest

import vehicle_id
from tests.offline.fresh import HEAVY, python
from vehicle_id import errors

ANSWER_ONE_CROP = """
import sys
import numpy as np
from vehicle_id import Classifier

red = np.full((20, 20, 3), (255, 0, 0), np.uint8)
assert Classifier(sys.argv[1]).classify(red, gsd_m=0.5).label == "car"
print(*sys.modules)
"""


def packages_after(code: str, *args: str) -> set[str]:
    """Top-level packages that a fresh interpreter holds after code that ends by printing `sys.modules`."""
    ended = python(code, *args)
    assert ended.returncode == 0, ended.stderr
    return {name.partition(".")[0] for name in ended.stdout.split()}


def names_for_type_checkers() -> set[str]:
    """What `vehicle_id/__init__.py` imports under TYPE_CHECKING, besides typing itself."""
    tree = ast.parse(Path(vehicle_id.__file__).read_text())
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("vehicle_id.")
        and node.module != "vehicle_id.version"
        for alias in node.names
    }


def test_all_is_exactly_what_is_public() -> None:
    star: dict[str, object] = {}
    exec("from vehicle_id import *", star)
    assert set(star) - {"__builtins__"} == set(vehicle_id.__all__)
    assert set(dir(vehicle_id)) == {*vehicle_id.__all__, "__version__"}
    assert names_for_type_checkers() == set(vehicle_id.__all__)


def test_all_is_sorted_and_names_nothing_twice() -> None:
    assert vehicle_id.__all__ == sorted(set(vehicle_id.__all__))


@pytest.mark.parametrize("name", vehicle_id.__all__)
def test_every_public_name_loads_and_is_our_own(name: str) -> None:
    value = getattr(vehicle_id, name)
    assert value.__name__ == name
    assert value.__module__.startswith("vehicle_id.")


def test_every_error_a_caller_may_meet_is_public() -> None:
    raised = {n for n, e in vars(errors).items() if isinstance(e, type) and issubclass(e, errors.VehicleIdError)}
    assert raised <= set(vehicle_id.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Clasifier'"):
        vehicle_id.Clasifier  # noqa: B018


def test_importing_the_package_loads_none_of_its_modules() -> None:
    packages = packages_after("import sys, vehicle_id; print(*sys.modules)")
    assert "vehicle_id" in packages
    assert not packages & {"numpy", "onnxruntime", "PIL", "msgspec", *HEAVY}


def test_answering_a_crop_loads_no_heavy_package(tiny: Path) -> None:
    packages = packages_after(ANSWER_ONE_CROP, str(tiny))
    assert "onnxruntime" in packages
    assert not packages & HEAVY


def test_the_reports_of_onnxruntime_are_off_whatever_the_variable_was() -> None:
    """An import contract sees to it that no other module imports onnxruntime."""
    code = "import os; from vehicle_id.model.runtime import onnxruntime; print(os.environ['ORT_DISABLE_TELEMETRY'])"
    ended = python(code, ORT_DISABLE_TELEMETRY="0")
    assert ended.stdout.strip() == "1", ended.stderr


def test_the_version_is_that_of_the_installed_distribution() -> None:
    assert vehicle_id.__version__ == metadata.version("vehicle-id")
