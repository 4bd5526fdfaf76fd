"""Tank wagons: barrels with domes, walkways, ladders, end platforms, dirt where they are filled."""

from __future__ import annotations

import math

import numpy as np

from vehicle_id.synth.mesh import Assembly, Mesh, Span, arch, box, lathe, tube
from vehicle_id.synth.paint import BRIGHT_STEEL, DARK_STEEL, RUST, STEEL, WHITE_PANEL, Paint, draw_coat, loose, shade
from vehicle_id.synth.shapes.common.roof_marks import evenly, foreign, hatches
from vehicle_id.synth.shapes.common.shells import barrel
from vehicle_id.synth.shapes.common.spans import about, both, ordered
from vehicle_id.synth.shapes.railway.running_gear import bogies, couplers, end_platform, ends, ladders, underframe
from vehicle_id.synth.vehicle_sample import VehicleSample

OTHER_COATS = ("white", "orange", "grey", "blue", "yellow", "green", "brown")


def tank_car(sample: VehicleSample) -> Assembly:
    """One tank, or two joined ones where the wagon is longer than 22 m."""
    x, half = ends(sample), sample.width_m / 2
    axles = 4 if 16 < sample.length_m < 22.5 else 2
    twin = sample.length_m > 22.5 and sample.chance(0.8)
    frame = shade(sample.coat, 0.8) if sample.chance(0.4) else shade(DARK_STEEL, sample.rng.uniform(0.5, 1.5))
    fixed = [*couplers(sample, x), *bogies(sample, x, axles=axles, count=3 if twin else 2)]
    fixed += underframe(sample, x, 0.9 * half, (0.95, 1.2), frame)
    tone = _tank_paint(sample)
    middle = sum(x) / 2
    spans = [(x[0], middle - 0.1), (middle + 0.1, x[1])] if twin else [x]
    state = sample.rng.bit_generator.state
    for span in spans:
        sample.rng.bit_generator.state = state  # both halves are alike
        fixed += _tank(sample, span, half, tone)
    return Assembly(fixed=fixed)


def _tank_paint(sample: VehicleSample) -> Paint:
    """The coat of the row, or a coat of any other fleet."""
    return draw_coat(sample.rng, (str(sample.rng.choice(OTHER_COATS)),))[0] if sample.chance(0.35) else sample.coat


def _tank(sample: VehicleSample, x: Span, half: float, tone: Paint) -> list[Mesh]:
    """Barrel, saddles and platforms at its ends, and all that is on top."""
    rng, top = sample.rng, sample.height_m
    dome = rng.uniform(0.15, 0.5)
    inset = rng.uniform(0.25, 0.9)
    barrel_x, shell = (x[0] + inset, x[1] - inset), top - dome
    radius = min(0.97 * half, (shell - 1.15) / 2 if sample.chance(0.4) else half * rng.uniform(0.88, 0.97))
    centre = shell - radius
    dish = rng.uniform(0.2, 0.55)
    found = [barrel(barrel_x, centre, (radius, radius), tone, dish=dish, sides=20)]
    found += _bands(sample, barrel_x, centre, radius, dish, tone)
    if inset > 0.4:
        for near, far in ((x[0] + 0.05, barrel_x[0]), (x[1] - 0.05, barrel_x[1])):
            found += end_platform(sample, near, far, half) if sample.chance(0.6) else []
    for at in (barrel_x[0] + 0.9, barrel_x[1] - 0.9):
        found.append(
            box(about(at, 0.5), (-0.75 * half, 0.75 * half), (1.1, centre - 0.5 * radius), shade(DARK_STEEL, 1.2))
        )
    if sample.chance(0.15):
        found.append(_sun_shield(sample, barrel_x, centre, radius))
    places = _domes(sample, barrel_x)
    found += _dirt(sample, places, centre, radius, tone)
    return [
        *found,
        *_dome_gear(sample, places, (shell, top), tone),
        *_walkways(sample, barrel_x, places, half, (shell, top)),
    ]


def _domes(sample: VehicleSample, x: Span) -> list[float]:
    """Where the domes are: one in the middle in most, two to four in some."""
    kind = sample.rng.random()
    if kind < 0.62:
        return [sum(x) / 2 + float(sample.rng.choice((0.0, 0.0, 0.0, 0.8)))]
    return evenly((x[0] + 0.8, x[1] - 0.8), 2 if kind < 0.85 else int(sample.rng.integers(3, 5)))


def _dome_gear(sample: VehicleSample, places: list[float], z: Span, tone: Paint) -> list[Mesh]:
    """Wide domes with lids, narrow manholes, or lids in a cabinet; valves beside them."""
    rng = sample.rng
    paint = tone if sample.chance(0.6) else shade(DARK_STEEL, rng.uniform(0.5, 1.8))
    radius = rng.uniform(0.28, 0.45) if len(places) > 1 or sample.chance(0.55) else rng.uniform(0.5, 0.85)
    lid = shade(paint, rng.uniform(0.5, 1.3))
    found = [
        lathe(
            "z",
            [(z[0] - 0.25, radius), (z[1] - 0.06, radius), (z[1] - 0.03, 0.8 * radius), (z[1] - 0.03, 0)],
            (at, 0.0),
            paint,
        )
        for at in places
    ]
    found.append(hatches([(at, 0.0) for at in places], (z[1] - 0.05, z[1]), 0.55 * radius, lid))
    if sample.chance(0.5):
        valve = shade(BRIGHT_STEEL if sample.chance(0.4) else RUST, rng.uniform(0.5, 1.2))
        found.append(
            hatches(
                [(at + way * (radius + 0.35), rng.uniform(-0.3, 0.3)) for at in places for way in (-1, 1)],
                (z[0] - 0.1, z[0] + 0.6 * (z[1] - z[0])),
                0.12,
                valve,
                sides=8,
            )
        )
    return found


def _walkways(sample: VehicleSample, x: Span, places: list[float], half: float, z: Span) -> list[Mesh]:
    """Along the top beside the domes, or a platform across at each; rails; ladders down the sides or ends."""
    rng, found = sample.rng, []
    steel = shade(STEEL, rng.uniform(0.4, 1.6)) if sample.chance(0.7) else shade(WHITE_PANEL, rng.uniform(0.5, 1.0))
    level = z[0] + 0.4 * (z[1] - z[0])
    if sample.chance(0.35):
        for y in both((0.45, 0.45 + rng.uniform(0.2, 0.4))) if sample.chance(0.5) else [about(0.6, 0.4)]:
            found.append(box((x[0] + 0.6, x[1] - 0.6), y, (level - 0.06, level), steel))
    if sample.chance(0.75):
        long, wide = rng.uniform(0.8, 2.4), rng.uniform(0.6, 1.0) * half
        for at in places if sample.chance(0.5) else places[:1]:
            found += [box(about(at, long), y, (level - 0.06, level), steel) for y in both((0.4, wide))]
            found += [
                tube((at - long / 2, y, z[1] - 0.05), (at + long / 2, y, z[1] - 0.05), 0.03, steel, sides=4)
                for y in (-wide, wide)
            ]
            found += ladders(sample, [(at, half - 0.03), (at, 0.03 - half)], (1.0, level - 0.3))
    found += [box((places[0] - 0.3, places[0] + 0.3), y, (1.1, 1.16), steel) for y in both((half - 0.3, half))]
    if sample.chance(0.3):
        found += ladders(sample, [(x[0] + 0.1, 0.5), (x[1] - 0.1, -0.5)], (1.2, z[0] - 0.6))
    return found


def _dirt(sample: VehicleSample, places: list[float], centre: float, radius: float, tone: Paint) -> list[Mesh]:
    """Streaks of what was spilt, over both sides from each dome; a dirty ridge on some."""
    rng, found = sample.rng, []
    if not sample.chance(0.65):
        return []
    stain = (
        shade(tone, rng.uniform(0.25, 0.75))
        if sample.chance(0.7)
        else loose(rng, str(rng.choice(("#c9c2ae", "#2a2622", "#8a7a5a"))))
    )
    for at in places:
        for _ in range(int(rng.integers(1, 5))):
            reach = rng.uniform(0.4, 1.4)
            found.append(
                _band(
                    about(at + rng.normal(0, 0.5), rng.uniform(0.1, 0.7)),
                    centre,
                    radius + 0.012,
                    stain,
                    (-reach, reach),
                )
            )
    if sample.chance(0.25):
        long = 2.0 * rng.uniform(1, 2)
        found.append(
            _band(about(sum(places) / len(places), long), centre, radius + 0.008, shade(tone, 0.7), (-0.35, 0.35))
        )
    return found


def _bands(sample: VehicleSample, x: Span, centre: float, radius: float, dish: float, tone: Paint) -> list[Mesh]:
    """Straps and weld seams round the barrel; a stripe of another colour on some."""
    rng, found = sample.rng, []
    inner = (x[0] + dish + 0.1, x[1] - dish - 0.1)
    if sample.chance(0.6):
        strap = shade(tone, rng.uniform(0.6, 1.3))
        found += [
            _band(about(at, 0.08), centre, radius + 0.015, strap, (-1.6, 1.6))
            for at in evenly(inner, int(rng.integers(2, 7)))
        ]
    if sample.chance(0.15):
        stripe = foreign(rng, ("yellow", "red", "white", "blue"))
        found.append(_band(about(sum(x) / 2, rng.uniform(0.3, 1.2)), centre, radius + 0.006, stripe, (-1.6, 1.6)))
    return found


def _band(x: Span, centre: float, radius: float, paint: Paint, turn: Span) -> Mesh:
    """A strip over the top of the barrel between two angles from the vertical, radians."""
    turns = np.linspace(turn[0], turn[1], 12)
    rim = [(float(radius * math.sin(a)), float(centre + radius * math.cos(a))) for a in turns]
    return arch(ordered(*x), rim, paint)


def _sun_shield(sample: VehicleSample, x: Span, centre: float, radius: float) -> Mesh:
    """A pale sheet that stands off the upper half: wagons for liquefied gas."""
    inner = (x[0] + 0.3, x[1] - 0.3)
    return _band(inner, centre, radius + 0.06, shade(WHITE_PANEL, sample.rng.uniform(0.7, 1.05)), (-1.1, 1.1))
