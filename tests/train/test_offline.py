"""Importing the training side uses no network, although albumentations looks for a newer version of itself."""

from __future__ import annotations

from collections.abc import Callable

from tests.offline.fresh import import_side, modules_of, python


def test_importing_every_module_uses_no_network() -> None:
    assert {"vehicle_id.train.augment", "vehicle_id.train.pretrained"} <= set(modules_of("vehicle_id.train"))
    ended = import_side("vehicle_id.train")
    assert ended.returncode == 0, ended.stderr


def test_albumentations_without_the_opt_out_uses_the_network(network_notes: Callable[[], list[str]]) -> None:
    """The test above would see it if `augment.py` did not set the opt-out."""
    ended = python("import albumentations")
    assert any("pypi.org" in note for note in network_notes()), ended.stderr
