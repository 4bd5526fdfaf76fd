"""Plant: what turns, what is narrow, and what tells one loader from another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tests.synth.shapes.overhead import heights, make_sample, seen, whole
from vehicle_id.synth.mesh import Assembly, Joint
from vehicle_id.synth.shapes.earthmovers import BUILDERS

SEEDS = range(6)


def built(leaf: str, size: tuple[float, float, float], seed: int, name: str = "") -> Assembly:
    """The machine before the fit."""
    return BUILDERS[leaf](make_sample(leaf, size, seed, name=name or leaf, colours=("sand",)))


def joints(assembly: Assembly) -> Iterator[Joint]:
    """All joints, from the ground outwards."""
    for joint in assembly.joints:
        yield joint
        yield from joints(joint.part)


def test_an_excavator_slews_lifts_and_unfolds() -> None:
    for seed in SEEDS:
        slew, boom, stick, tool = joints(built("excavator", (9.5, 2.8, 3.0), seed))
        assert [joint.axis for joint in (slew, boom, stick, tool)] == ["z", "y", "y", "y"]
        lifted = boom.part.at_rest().turned(boom.degrees[0], axis="y", about=boom.pivot)
        assert lifted.bounds[1, 2] > 3.0


def test_a_lifted_loader_tool_rises() -> None:
    for seed in SEEDS:
        _, arms, _ = joints(built("wheel_loader", (8.0, 2.9, 3.4), seed))
        raised = arms.part.at_rest().turned(arms.degrees[0], axis="y", about=arms.pivot)
        assert raised.bounds[1, 2] > arms.part.at_rest().bounds[1, 2] + 1


def test_the_arm_of_a_backhoe_reaches_out_behind() -> None:
    for seed in SEEDS:
        machine = built("wheel_loader", (5.6, 2.35, 3.6), seed, "Backhoe loader")
        slew = machine.joints[1]
        boom = slew.part.joints[0]
        out = boom.part.at_rest().turned(boom.degrees[0], axis="y", about=boom.pivot)
        assert out.bounds[0, 0] < machine.at_rest().bounds[0, 0] - 0.5


def test_a_backhoe_has_its_bonnet_lower_than_its_cab() -> None:
    for seed in SEEDS:
        mesh = whole(built("wheel_loader", (5.6, 2.35, 3.6), seed, "Backhoe loader"))
        cab, bonnet = heights(mesh, [0.33 * 5.6, 0.62 * 5.6], 0.2)
        assert cab > 3.2 > 2.4 > bonnet


def test_a_short_loader_does_not_bend() -> None:
    for seed in SEEDS:
        assert all(joint.axis == "y" for joint in joints(built("wheel_loader", (3.5, 1.85, 2.05), seed)))


def test_a_grader_is_narrow_before_its_cab() -> None:
    for seed in SEEDS:
        mesh = whole(built("grader", (9.0, 2.6, 3.4), seed))
        outline = seen(mesh.moved((-4.5, 0, 0)), extent_m=12)
        assert 0.25 < outline.sum() * 0.01 / (9.0 * 2.6) < 0.72


def test_a_blade_is_the_widest_part_of_a_bulldozer() -> None:
    for seed in SEEDS:
        machine = built("bulldozer", (5.2, 3.4, 3.1), seed)
        (blade,) = machine.joints
        body = np.concatenate([mesh.triangles[..., 1].ravel() for mesh in machine.fixed])
        assert blade.part.at_rest().bounds[1, 1] == pytest.approx(1.7, abs=0.01)
        assert body.max() < 1.7


def test_outriggers_of_a_crane_are_all_in_or_all_out() -> None:
    shares = set()
    for seed in range(12):
        *outriggers, upper = built("truck_crane", (12.5, 2.5, 3.5), seed).joints
        used = {joint.used for joint in outriggers}
        assert len(outriggers) == 4
        assert len(used) == 1
        assert upper.degrees == (-180.0, 180.0)
        shares |= used
    assert shares == {0.0, 1.0}
