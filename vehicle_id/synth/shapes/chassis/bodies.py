"""Bodies of heavy special chassis that carry nothing: bare rails, platforms, open beds, an empty cradle."""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Mesh, beam, box, copies, cylinder, taper, tube
from vehicle_id.synth.paint import DARK_STEEL, RUST, STEEL, WOOD, Paint, shade
from vehicle_id.synth.shapes.chassis.frame import Frame, along, mudguards, side_lockers
from vehicle_id.synth.shapes.common.spans import both
from vehicle_id.synth.vehicle_sample import VehicleSample


def ladder(frame: Frame) -> list[Mesh]:
    """Nothing on the rails but some lockers and plates."""
    sample, (rear, front) = frame.sample, frame.bed
    parts = mudguards(frame) if sample.chance(0.45) else []
    for x in sample.rng.uniform(rear + 0.5, front - 1.2, int(sample.rng.integers(1, 5))):
        width = sample.rng.uniform(0.3, frame.inner)
        tone = shade(sample.coat, sample.rng.uniform(0.6, 1.05))
        parts.append(box((x, x + sample.rng.uniform(0.3, 1.1)), (-width, width), (frame.top, frame.top + 0.12), tone))
    return parts


def deck(frame: Frame) -> list[Mesh]:
    """A flat platform over the wheels: steel or planks, with joints across and stake pockets along the edges."""
    sample, (rear, front) = frame.sample, frame.bed
    low = 2 * frame.radius + 0.05
    paint = _floor_paint(sample)
    edge = frame.half - 0.02
    plate = box((rear, front - 0.1), (-edge, edge), (low, low + 0.14), paint)
    joint = box((-0.04, 0.04), (-edge + 0.05, edge - 0.05), (low + 0.14, low + 0.155), shade(paint, 0.6))
    pitch = sample.rng.uniform(0.8, 2.4)
    joints = copies(joint, along(np.arange(rear + pitch, front - 0.4, pitch)))
    head = box((front - 0.25, front - 0.1), (-edge, edge), (low, low + sample.rng.uniform(0.2, 0.9)), sample.coat)
    return [plate, joints, *([head] if sample.chance(0.6) else [])]


def bed(frame: Frame) -> list[Mesh]:
    """An open cargo body with sideboards."""
    sample, (rear, front) = frame.sample, frame.bed
    low = 2 * frame.radius + 0.05
    crane = _crane(frame) if frame.cab == "forward" and sample.chance(0.35) else []
    rear += 1.0 if crane else 0.0
    rim = min(low + sample.rng.uniform(0.45, 0.9), 0.92 * sample.height_m)
    edge, wall = frame.half - 0.02, 0.07
    floor = box((rear, front - 0.15), (-edge, edge), (low - 0.15, low), _floor_paint(sample))
    sides = [box((rear, front - 0.15), y, (low, rim), sample.coat) for y in both((edge - wall, edge))]
    ends = [box((x, x + wall), (-edge, edge), (low, rim), sample.coat) for x in (rear, front - 0.15 - wall)]
    post = box((-0.06, 0.06), (-edge - 0.02, edge + 0.02), (low - 0.1, low - 0.02), frame.metal)
    return [*crane, floor, *sides, *ends, copies(post, along(np.arange(rear + 0.5, front, 1.2)))]


def _crane(frame: Frame) -> list[Mesh]:
    """A small crane folded across the rear."""
    at, low, top = frame.rear + 0.5, frame.top, 0.95 * frame.cab_top
    post = cylinder("z", (low, top), (at, 0.0), 0.25, frame.sample.coat, sides=8)
    arms = [
        beam((at + dx, -y, top - 0.2), (at + dx, y, top - 0.1), (0.26, 0.3), frame.sample.coat)
        for dx, y in ((-0.25, 1.0), (0.15, -0.85))
    ]
    return [post, *arms, box((frame.rear, at + 0.45), (-0.7, 0.7), (low, low + 0.15), DARK_STEEL)]


def hook_lift(frame: Frame) -> list[Mesh]:
    """Two bright runners and the folded arm of a load handling system, the wheels bare at both sides."""
    (rear, front), top, coat = frame.bed, frame.top, frame.sample.coat
    runners = [box((rear, front - 0.4), y, (top, top + 0.28), coat) for y in both((0.38, 0.56))]
    arm = box((rear + 0.35 * (front - rear), front - 0.2), (-0.16, 0.16), (top + 0.1, top + 0.42), coat)
    hook = box(
        (front - 0.45, front - 0.15), (-0.2, 0.2), (top + 0.1, min(top + 1.2, 0.95 * frame.cab_top)), shade(coat, 0.8)
    )
    rollers = [cylinder("y", y, (rear + 0.25, top + 0.25), 0.16, DARK_STEEL, sides=8) for y in both((0.3, 0.7))]
    return [*runners, arm, hook, *rollers]


def tractor(frame: Frame) -> list[Mesh]:
    """A fifth wheel over the rear axles, a spare wheel and a winch before it."""
    rear, front = frame.bed
    at, top = float(np.mean(frame.axles[len(frame.axles) // 2 :])), frame.top
    plate = cylinder("z", (top + 0.1, top + 0.2), (at, 0.0), 0.55, DARK_STEEL, sides=12)
    ramp = taper((rear, at), (-0.5, 0.5), (top, top + 0.05), (at - 0.4, at), (-0.5, 0.5), DARK_STEEL)
    winch = box((front - 1.3, front - 0.4), (-0.8, 0.8), (top, top + 0.55), frame.sample.coat)
    return [plate, ramp, winch, *mudguards(frame)]


def cradle(frame: Frame) -> list[Mesh]:
    """A launcher chassis without its load: decks and lockers at the sides, a trough between, saddles and rams."""
    sample, (rear, front) = frame.sample, frame.bed
    paint = shade(sample.coat, 0.6)
    span = (rear + 0.4, front - 0.2)
    saddles = [
        box((x - 0.2, x + 0.2), (-0.85, 0.85), (frame.top, frame.top + 0.45), paint)
        for x in np.linspace(*span, int(sample.rng.integers(2, 5)))
    ]
    rams = [
        tube((rear + 0.6, y, frame.top + 0.15), (0.5 * (rear + front), y, frame.top + 0.25), 0.13, STEEL)
        for y in (-0.3, 0.3)
    ]
    return [*mudguards(frame), *side_lockers(frame, 0.75), *saddles, *rams]


def _floor_paint(sample: VehicleSample) -> Paint:
    if sample.chance(0.08):
        return shade(RUST, sample.rng.uniform(0.6, 1.1))
    options = (WOOD, DARK_STEEL, STEEL, shade(sample.coat, 0.85), shade(sample.coat, 0.95))
    return shade(options[int(sample.rng.integers(len(options)))], sample.rng.uniform(0.75, 1.2))
