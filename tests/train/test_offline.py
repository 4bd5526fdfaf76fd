"""No network by importing the side that trains, though albumentations asks for a newer version of itself."""

from __future__ import annotations

from collections.abc import Callable

from tests.offline.fresh import import_side, modules_of, python


def test_importing_every_module_asks_the_network_for_nothing() -> None:
    assert {"vehicle_id.train.augment", "vehicle_id.train.pretrained"} <= set(modules_of("vehicle_id.train"))
    ended = import_side("vehicle_id.train")
    assert ended.returncode == 0, ended.stderr


def test_albumentations_left_to_itself_would_ask(network_notes: Callable[[], list[str]]) -> None:
    """So that the test above would see it, were the opt-out of `augment.py` gone."""
    ended = python("import albumentations")
    assert any("pypi.org" in note for note in network_notes()), ended.stderr
