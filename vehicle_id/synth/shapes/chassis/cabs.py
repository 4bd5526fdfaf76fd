"""Cabs of heavy special chassis, and the engine compartment behind them.

Split cabs leave a low centre, through which the nose of a load may reach.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder, prism, quad, taper, tube
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, GLASS, LAMP, TYRE, shade
from vehicle_id.synth.shapes.chassis.frame import Frame

Cab = Callable[[Frame], list[Mesh]]


def twin(frame: Frame) -> list[Mesh]:
    """Two separate cabs with the low engine hood between them (MAZ-543, 547, 7912, 7917)."""
    x = (frame.front - frame.cab_length, frame.front)
    both = [part for y in _sides(frame) for part in _cell(frame, x, y)]
    return [*both, *_hood(frame), *_engine(frame)]


def uneven(frame: Frame) -> list[Mesh]:
    """Two low cabs, the driver's longer than the other (MZKT-79221)."""
    left, right = _sides(frame)
    x = (frame.front - frame.cab_length, frame.front)
    short = (x[0] + frame.sample.rng.uniform(0.15, 0.45) * frame.cab_length, x[1])
    cells = [*_cell(frame, x, left), *_cell(frame, short, right)]
    rest = box((x[0], short[0] - 0.05), right, (frame.top, 0.8 * frame.cab_top), shade(frame.sample.coat, 0.9))
    return [*cells, rest, *_hood(frame), *_engine(frame)]


def left_only(frame: Frame) -> list[Mesh]:
    """One cab at the left; the right half of the front is a low deck (MAZ-543M, 7310)."""
    left, right = _sides(frame)
    x = (frame.front - frame.cab_length, frame.front)
    height = frame.top + frame.sample.rng.uniform(0.25, 0.6)
    low = box((x[0], x[1] - 0.1), (right[0], frame.passage - 0.04), (0.5 * frame.top, height), frame.sample.coat)
    lid = box((x[0] + 0.3, x[0] + 1.5), (right[0] + 0.25, right[0] + 1.1), (height, height + 0.04), DARK_STEEL)
    lamps = _lamps(frame, height - 0.2)
    return [*_cell(frame, x, left), low, lid, *lamps, *_engine(frame)]


def trough(frame: Frame) -> list[Mesh]:
    """A low angular cab as wide as the chassis with a recess along its centre line (WS51200)."""
    x = (frame.front - frame.cab_length, frame.front)
    cells = [part for y in _sides(frame, gap=0.0) for part in _cell(frame, x, y, rake=0.45)]
    floor = frame.cab_top - frame.sample.rng.uniform(0.25, 0.6)
    middle = box(
        (x[0], x[1] - 0.45), (-frame.passage, frame.passage), (frame.top, floor), shade(frame.sample.coat, 0.9)
    )
    return [*cells, middle, *_nose(frame), *_engine(frame)]


def wide(frame: Frame) -> list[Mesh]:
    """One cab as wide as the chassis over a low flat nose (MZKT-7930, 742960, KamAZ-7850)."""
    sample = frame.sample
    nose = sample.rng.uniform(0.12, 0.45)
    x = (frame.front - frame.cab_length, frame.front - nose)
    edge = frame.half - 0.04
    parts = _cell(frame, x, (-edge, edge), rake=sample.rng.uniform(0.15, 0.4), hatches=2)
    return [*parts, *_nose(frame), *_engine(frame)]


def forward(frame: Frame) -> list[Mesh]:
    """One cab at the front, an open engine and a spare wheel behind it (HEMTT, KAT1, ZIL-135)."""
    sample = frame.sample
    x = (frame.front - frame.cab_length, frame.front - 0.08)
    edge = frame.half - 0.03
    cab = _cell(frame, x, (-edge, edge), rake=sample.rng.uniform(0.05, 0.3), hatches=int(sample.chance(0.5)))
    return [*cab, *_nose(frame), *_open_engine(frame)]


def _cell(frame: Frame, x: Span, y: Span, *, rake: float | None = None, hatches: int | None = None) -> list[Mesh]:
    """One cab: side view with a raked windscreen, dark panes, a roof of its own tone, hatches in it."""
    sample = frame.sample
    coat, top, low = sample.coat, frame.cab_top, 0.6 * frame.top
    lean = (sample.rng.uniform(0.2, 0.42) if rake is None else rake) * (top - frame.top)
    waist = frame.top + 0.42 * (top - frame.top)
    nose, roof = x[1], x[1] - lean
    crown = 0.06 * (top - frame.top)
    body = prism([(x[0], low), (nose, low), (nose, waist), (roof, top - crown), (x[0], top - crown)], y, coat)
    inset = 0.04 * (y[1] - y[0]) + 0.04
    lid = taper(
        (x[0] + 0.05, roof - 0.02), (y[0] + 0.03, y[1] - 0.03), (top - crown, top),
        (x[0] + 0.15, roof - 0.1), (y[0] + 0.1, y[1] - 0.1), shade(coat, sample.rng.uniform(0.92, 1.12)),
    )  # fmt: skip
    screens = _screens((nose, waist), (roof, top - crown), (y[0] + inset, y[1] - inset))
    count = int(sample.rng.integers(0, 2)) if hatches is None else hatches
    return [body, lid, *screens, *_panes(x[0], roof, y, waist, top), *_hatches(frame, x, y, count)]


def _screens(bottom: tuple[float, float], top: tuple[float, float], y: Span) -> list[Mesh]:
    """The windscreen, in two panes where it is wide."""
    panes = [y] if y[1] - y[0] < 1.5 else [(y[0], -0.05), (0.05, y[1])]
    (x0, z0), (x1, z1) = bottom, top
    x0, x1, z0, z1 = x0 + 0.02, x1 + 0.02 + 0.06 * (x0 - x1), z0 + 0.05, z1 - 0.03
    return [quad((x0, a, z0), (x0, b, z0), (x1, b, z1), (x1, a, z1), GLASS) for a, b in panes]


def _panes(rear: float, roof: float, y: Span, waist: float, top: float) -> list[Mesh]:
    """Side windows."""
    low, high = waist + 0.05, top - 0.12
    length = min(0.8 * (roof - rear), 1.7)
    return [
        quad((roof - length, at, low), (roof, at, low), (roof, at, high), (roof - length, at, high), GLASS)
        for at in (y[0] - 0.01, y[1] + 0.01)
    ]


def _hatches(frame: Frame, x: Span, y: Span, count: int) -> list[Mesh]:
    """Round or square lids in the roof."""
    paint = shade(frame.sample.coat, frame.sample.rng.uniform(0.45, 0.85))
    middle = 0.6 * x[0] + 0.4 * x[1]
    places = [(y[0] + y[1]) / 2] if count == 1 else [0.7 * y[0] + 0.3 * y[1], 0.3 * y[0] + 0.7 * y[1]][:count]
    return [
        cylinder("z", (frame.cab_top - 0.01, frame.cab_top + 0.03), (middle, at), 0.3, paint, sides=8) for at in places
    ]


def _hood(frame: Frame) -> list[Mesh]:
    """The low centre between split cabs: hood, grille, lamps."""
    sample = frame.sample
    rear, nose = frame.front - frame.cab_length, frame.front - sample.rng.uniform(0.1, 0.5)
    edge, top = frame.passage - 0.02, frame.top + sample.rng.uniform(0.05, 0.35)
    hood = box((rear, nose), (-edge, edge), (0.5 * frame.top, top), shade(sample.coat, 0.85))
    grilles = [
        box((x, x + 0.3), (-0.75 * edge, 0.75 * edge), (top, top + 0.02), CHASSIS)
        for x in (rear + 0.3, rear + 0.8, rear + 1.3)[: int(sample.rng.integers(1, 4))]
    ]
    return [hood, *grilles, *_lamps(frame, 0.9 * frame.top)]


def _engine(frame: Frame) -> list[Mesh]:
    """The closed engine compartment behind the cab: louvres, fans, an exhaust."""
    sample = frame.sample
    rear, front = frame.bed[1], frame.front - frame.cab_length - 0.06
    if front - rear < 0.3:
        return []
    edge = frame.half * sample.rng.uniform(0.8, 0.97)
    top = frame.top + (frame.cab_top - frame.top) * sample.rng.uniform(0.25, 0.55)
    body = box((rear + 0.05, front), (-edge, edge), (0.85 * frame.top, top), shade(sample.coat, 0.92))
    return [body, *_vents(frame, (rear + 0.15, front - 0.1), edge, top)]


def _vents(frame: Frame, x: Span, edge: float, top: float) -> list[Mesh]:
    """Two fans, or louvred strips, dark in the roof of the engine compartment."""
    sample, middle = frame.sample, (x[0] + x[1]) / 2
    if sample.chance(0.5):
        radius = min(0.48, 0.45 * (x[1] - x[0]), 0.4 * edge)
        return [
            cylinder("z", (top, top + 0.03), (middle, y), radius, CHASSIS, sides=10) for y in (-0.5 * edge, 0.5 * edge)
        ]
    strips = [box((x[0], x[1]), (a * edge, (a + 0.32) * edge), (top, top + 0.02), DARK_STEEL) for a in (-0.88, 0.56)]
    lid = box((x[0], x[1]), (-0.4 * edge, 0.4 * edge), (top, top + 0.05), sample.coat)
    return [*strips, lid]


def _open_engine(frame: Frame) -> list[Mesh]:
    """A narrow engine box with air filter and silencer, and a spare wheel lying or standing beside it."""
    sample = frame.sample
    rear, front = frame.bed[1], frame.front - frame.cab_length - 0.05
    if front - rear < 0.3:
        return []
    top = frame.top + 0.55 * (frame.cab_top - frame.top)
    body = box(
        (rear + 0.08, front), (-0.5 * frame.half, 0.45 * frame.half), (0.8 * frame.top, top), shade(sample.coat, 0.8)
    )
    side = 1.0 if sample.chance(0.6) else -1.0
    middle, at = (rear + front) / 2, 0.68 * side * frame.half
    radius = min(0.92 * frame.radius, 0.3 * frame.half + 0.25)
    spare = cylinder("z", (top - 0.05, top + 0.3), (middle, at * 0.8), radius, TYRE, sides=12)
    rim = cylinder("z", (top + 0.3, top + 0.31), (middle, at * 0.8), 0.4 * radius, shade(sample.coat, 0.7), sides=8)
    pipe = tube((middle, -at, frame.top), (middle, -at, 0.95 * frame.cab_top), 0.12, DARK_STEEL, sides=6)
    filter_box = cylinder("z", (frame.top, 0.9 * frame.cab_top), (front - 0.3, -0.6 * at), 0.22, sample.coat, sides=8)
    return [body, *([spare, rim] if sample.chance(0.75) else []), pipe, filter_box]


def _nose(frame: Frame) -> list[Mesh]:
    """A low bumper shelf before the cab."""
    edge, top = frame.half - 0.06, 0.95 * frame.top
    shelf = box(
        (frame.front - 0.6, frame.front), (-edge, edge), (0.45 * frame.top, top), shade(frame.sample.coat, 0.85)
    )
    return [shelf, *_lamps(frame, top - 0.15)]


def _lamps(frame: Frame, z: float) -> list[Mesh]:
    x, y = frame.front - 0.04, 0.72 * frame.half
    return [box((x, x + 0.04), (at - 0.1, at + 0.1), (z - 0.1, z + 0.1), LAMP) for at in (-y, y)]


def _sides(frame: Frame, *, gap: float = 0.02) -> tuple[Span, Span]:
    """Spans of y of a left and a right cab."""
    left = (frame.passage + gap, frame.half - 0.05)
    return left, (-left[1], -left[0])


CABS: Final[Mapping[str, Cab]] = {
    "twin": twin,
    "uneven": uneven,
    "left": left_only,
    "trough": trough,
    "wide": wide,
    "forward": forward,
}
