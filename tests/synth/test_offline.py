"""No network by importing the side that renders."""

from __future__ import annotations

from tests.offline.fresh import import_side, modules_of


def test_importing_every_module_uses_no_network() -> None:
    assert {"vehicle_id.synth.dataset", "vehicle_id.synth.shapes"} <= set(modules_of("vehicle_id.synth"))
    ended = import_side("vehicle_id.synth")
    assert ended.returncode == 0, ended.stderr
