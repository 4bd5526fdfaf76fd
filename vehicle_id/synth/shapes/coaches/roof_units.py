"""What stands on the roof of a bus: air conditioning, fairings, batteries, gas bottles, poles, racks.

Each part gets the height that it may fill above the top of the shell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Mesh, Span, box, copies, cylinder, taper, tube
from vehicle_id.synth.paint import BRIGHT_STEEL, DARK_STEEL, WHITE_PANEL, Paint, loose, shade
from vehicle_id.synth.shapes.coaches.shell import BusShell
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.vehicle_sample import VehicleSample

RoofUnit = Callable[[VehicleSample, BusShell, float], list[Mesh]]


def housing_paint(sample: VehicleSample) -> Paint:
    """White, grey, the coat, or dark plastic."""
    kind = sample.rng.random()
    if kind < 0.5:
        return shade(WHITE_PANEL, sample.rng.uniform(0.75, 1.15))
    if kind < 0.75:
        return shade(sample.coat, sample.rng.uniform(0.75, 1.1))
    return loose(sample.rng, str(sample.rng.choice(["#8d9092", "#6a6c6e", "#37393b", "#b3b3ae"])))


def _housing(sample: VehicleSample, shell: BusShell, x: Span, half: float, height: float, paint: Paint) -> list[Mesh]:
    """A low cover with sloping ends and sides."""
    slope, lean = sample.rng.uniform(0.05, 0.5), sample.rng.uniform(0.03, 0.15)
    low, top = shell.roof_z(half) - 0.02, shell.top + height
    inner = (x[0] + slope, x[1] - slope)
    return [taper(x, (-half, half), (low, top), inner, (-half + lean, half - lean), paint)]


def _fans(sample: VehicleSample, x: Span, half: float, z: float) -> list[Mesh]:
    """Round fans in one or two rows, or grilles across, or none."""
    dark = shade(DARK_STEEL, sample.rng.uniform(0.3, 1.2))
    kind, count = sample.rng.random(), int(sample.rng.integers(2, 6))
    step = (x[1] - x[0]) / (count + 0.6)
    places = [x[0] + step * (i + 0.8) for i in range(count)]
    if kind < 0.5:
        radius = min(0.22, 0.4 * step, 0.4 * half)
        rows = (0.0,) if sample.chance(0.5) else (-0.45 * half, 0.45 * half)
        return [
            cylinder("z", (z - 0.03, z + 0.012), (at, y), radius, dark, sides=9) for at in places for y in rows
        ]  # fmt: skip
    if kind < 0.75:
        return [box(about(at, 0.4 * step), about(0, 1.3 * half), (z - 0.03, z + 0.01), dark) for at in places]
    if kind < 0.88:
        return [box((x[0] + step * 0.5, x[1] - step * 0.5), y, (z - 0.03, z + 0.01), dark)
                for y in both((0.35 * half, 0.7 * half))]  # fmt: skip
    return []


def air_unit(sample: VehicleSample, shell: BusShell, height: float) -> list[Mesh]:
    """One unit at the middle, the rear or the front."""
    length = min(sample.rng.uniform(0.16, 0.38) * shell.length, 4.2)
    place = shell.at(float(sample.rng.choice([0.5, 0.5, 0.3, 0.28, 0.72])) + sample.rng.uniform(-0.06, 0.06))
    x, half = about(place, length), shell.flat * sample.rng.uniform(0.55, 0.95)
    body = _housing(sample, shell, x, half, height, housing_paint(sample))
    return [*body, *_fans(sample, (x[0] + 0.3, x[1] - 0.3), half, shell.top + height)]


def two_units(sample: VehicleSample, shell: BusShell, height: float) -> list[Mesh]:
    """Two smaller units of one make."""
    paint, half = housing_paint(sample), shell.flat * sample.rng.uniform(0.5, 0.9)
    length = shell.length * sample.rng.uniform(0.12, 0.2)
    parts: list[Mesh] = []
    for place in (sample.rng.uniform(0.2, 0.35), sample.rng.uniform(0.6, 0.78)):
        x = about(shell.at(place), length)
        parts += _housing(sample, shell, x, half, height * sample.rng.uniform(0.7, 1.0), paint)
        parts += _fans(sample, (x[0] + 0.2, x[1] - 0.2), half, shell.top + height)
    return [*parts, *_housing(sample, shell, about(shell.at(0.3), 0.8), 0.3, height, paint)]


def full_fairing(sample: VehicleSample, shell: BusShell, height: float) -> list[Mesh]:
    """A cover along most of the roof, or rails along its edges with units sunk between them."""
    x = (shell.at(sample.rng.uniform(0.02, 0.14)), shell.at(sample.rng.uniform(0.85, 0.96)))
    paint = shade(sample.coat, sample.rng.uniform(0.85, 1.05)) if sample.chance(0.5) else housing_paint(sample)
    if sample.chance(0.5):
        return _housing(sample, shell, x, shell.flat * sample.rng.uniform(0.7, 0.98), height, paint)
    rails = [
        box(x, y, (shell.roof_z(shell.flat) - 0.02, shell.top + height), paint)
        for y in both((shell.flat - sample.rng.uniform(0.06, 0.2), shell.flat))
    ]
    return [*rails, *battery_packs(sample, shell, 0.8 * height)]


def battery_packs(sample: VehicleSample, shell: BusShell, height: float) -> list[Mesh]:
    """Flat boxes in a row along the roof, some in two files."""
    paint, count = housing_paint(sample), int(sample.rng.integers(2, 7))
    start, end = shell.at(sample.rng.uniform(0.06, 0.2)), shell.at(sample.rng.uniform(0.7, 0.92))
    pitch, half = (end - start) / count, shell.flat * sample.rng.uniform(0.6, 0.88)
    files = both((0.06, half)) if sample.chance(0.35) else ((-half, half),)
    spans = [(start + i * pitch, start + (i + sample.rng.uniform(0.7, 0.97)) * pitch) for i in range(count)]
    return [
        box(span, y, (shell.roof_z(half) - 0.02, shell.top + height), shade(paint, sample.rng.uniform(0.88, 1.08)))
        for span in spans
        for y in files
    ]


def gas_bottles(sample: VehicleSample, shell: BusShell, height: float) -> list[Mesh]:
    """Cylinders side by side along or across the roof, in some between end covers."""
    tone = loose(sample.rng, str(sample.rng.choice(["#d8d8d4", "#2c2d2f", "#7c7f80", "#4a6a8a", "#b9483a"])))
    radius = max(0.5 * height, 0.1)
    z = shell.top + height - radius
    if sample.chance(0.5):
        x = about(shell.at(sample.rng.uniform(0.45, 0.75)), sample.rng.uniform(0.16, 0.28) * shell.length)
        count = max(2, int(0.9 * shell.flat / radius))
        places = [(i - (count - 1) / 2) * 2.05 * radius for i in range(count)]
        bottles = [cylinder("x", x, (y, z), radius, tone, sides=8) for y in places]
        ends = [box(about(at, 0.15), about(0, 1.6 * shell.flat), (shell.roof_z(0.8 * shell.flat), shell.top + height),
                    WHITE_PANEL) for at in x]  # fmt: skip
        return [*bottles, *(ends if sample.chance(0.6) else [])]
    first, count = shell.at(sample.rng.uniform(0.4, 0.6)), int(sample.rng.integers(4, 11))
    span = about(0, 1.7 * shell.flat)
    last = shell.at(0.95)
    spots = [first + i * 2.15 * radius for i in range(count)]
    return [cylinder("y", span, (at, z), radius, tone, sides=8) for at in spots if at < last]


def trolley_poles(sample: VehicleSample, shell: BusShell, height: float) -> list[Mesh]:
    """The base with two poles laid to the rear, and a box of resistors."""
    base = shell.at(sample.rng.uniform(0.5, 0.66))
    z, top = shell.top + 0.3 * height, shell.top + height
    dark = shade(DARK_STEEL, sample.rng.uniform(0.5, 1.5))
    poles = [
        tube((base, y, 0.8 * z + 0.2 * top), (shell.x[0] + 0.1, 1.6 * y, top - 0.05), 0.05, dark, sides=5)
        for y in (-0.3, 0.3)
    ]
    walkway = [box((shell.at(0.12), base + 0.9), about(0, 1.1), (shell.roof_z(0.55) - 0.02, shell.top + 0.05),
                   housing_paint(sample))] if sample.chance(0.6) else []  # fmt: skip
    resistors = box(about(shell.at(0.8), 1.2), about(0, 1.0), (shell.roof_z(0.5), shell.top + 0.5 * height), dark)
    return [*poles, box(about(base, 1.0), about(0, 0.95), (shell.roof_z(0.5), top), dark), *walkway, resistors]


def luggage_rack(sample: VehicleSample, shell: BusShell, height: float) -> list[Mesh]:
    """Rails round a part of the roof with bars across; bundles on some."""
    steel = shade(BRIGHT_STEEL, sample.rng.uniform(0.3, 0.9))
    x, half = (shell.at(sample.rng.uniform(0.08, 0.3)), shell.at(sample.rng.uniform(0.6, 0.85))), 0.9 * shell.flat
    z = (shell.top + 0.3 * height, shell.top + 0.55 * height)
    rails = [box(x, y, (z[0], shell.top + height), steel) for y in both((half - 0.05, half))]
    count = max(3, int((x[1] - x[0]) / 0.6))
    bars = copies(box((-0.03, 0.03), (-half, half), z, steel), [(x[0] + (x[1] - x[0]) * i / count, 0.0, 0.0)
                                                                for i in range(count + 1)])  # fmt: skip
    return [*rails, bars]


UNITS: Final[Mapping[str, tuple[RoofUnit, Span]]] = {
    "air": (air_unit, (0.12, 0.3)),
    "two": (two_units, (0.1, 0.26)),
    "fairing": (full_fairing, (0.12, 0.32)),
    "batteries": (battery_packs, (0.14, 0.36)),
    "gas": (gas_bottles, (0.24, 0.38)),
    "poles": (trolley_poles, (0.3, 0.45)),
    "rack": (luggage_rack, (0.1, 0.22)),
}
"""Parts for the roof by name, each with the height that it takes."""
