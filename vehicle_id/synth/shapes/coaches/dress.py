"""How a bus is finished: its paints, what lies on its roof, and a body whose height leaves room for the units on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vehicle_id.synth.mesh import Mesh, Span
from vehicle_id.synth.paint import GLASS, WHITE_PANEL, Paint, shade, tinted
from vehicle_id.synth.shapes.coaches.roof_details import (
    glass_strips,
    hatches,
    livery_paint,
    panorama,
    ribs,
    roof_number,
    seams,
    stripes,
)
from vehicle_id.synth.shapes.coaches.roof_units import UNITS
from vehicle_id.synth.shapes.coaches.shell import BusFinish, BusShell
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class BusStyle:
    """The ranges in which the buses of one kind lie, and how often each feature is met."""

    units: Sequence[tuple[str, float]]
    """Name of what stands on the roof (`UNITS`, or `bare`), and its share."""
    lean: Span = (0.08, 0.45)
    corner: Span = (0.25, 0.8)
    """Length of the rounded corners of the nose."""
    edge: Span = (0.1, 0.28)
    crown: Span = (0.03, 0.14)
    belt: Span = (0.33, 0.42)
    hatch: float = 0.5
    ribbed: float = 0.08
    edge_glass: float = 0.06
    glass_roof: float = 0.03
    striped: float = 0.2
    numbered: float = 0.12
    other_roof: float = 0.45
    """Share whose roof is not of the colour of the sides."""


def draw_unit(sample: VehicleSample, style: BusStyle) -> tuple[str, float]:
    """What stands on the roof, and its height."""
    names, shares = [name for name, _ in style.units], [share for _, share in style.units]
    name = str(sample.rng.choice(names, p=[share / sum(shares) for share in shares]))
    return name, float(sample.rng.uniform(*UNITS[name][1])) if name in UNITS else 0.0


def draw_shell(sample: VehicleSample, style: BusStyle, x: Span, top: float) -> BusShell:
    """A body between two ends, its proportions drawn within the style."""
    rng, half = sample.rng, sample.width_m / 2 * 0.985
    rear = rng.uniform(0.1, 0.35)
    return BusShell(
        x=x, half=half, floor=rng.uniform(0.26, 0.36), belt=top * rng.uniform(*style.belt),
        lintel=top * rng.uniform(0.8, 0.86), top=top, crown=rng.uniform(*style.crown), edge=rng.uniform(*style.edge),
        nose=(rng.uniform(*style.corner), rng.uniform(0.55, 0.9)), tail=(rear, rng.uniform(0.75, 0.96)),
        lean=rng.uniform(*style.lean), lean_rear=rng.uniform(0.0, 0.2), tumblehome=rng.uniform(0.0, 0.06),
    )  # fmt: skip


def draw_finish(sample: VehicleSample, style: BusStyle, shell: BusShell) -> BusFinish:
    """Paints: roof and side alike, a white, grey or coloured roof, or a roof of two colours."""
    rng, roof = sample.rng, sample.coat
    if sample.chance(style.other_roof):
        kind = rng.random()
        roof = shade(WHITE_PANEL, rng.uniform(0.6, 1.15)) if kind < 0.65 else livery_paint(sample)
    bands: tuple[tuple[float, Paint], ...] = ()
    if sample.chance(0.14):
        begin = shell.at(rng.uniform(0.15, 0.85))
        other = sample.coat if roof is not sample.coat else livery_paint(sample)
        end = begin + rng.uniform(0.1, 0.5) * shell.length
        bands = ((begin, other), (end, roof)) if sample.chance(0.5) else ((begin, other),)
    return BusFinish(
        side=sample.coat, roof=roof, glass=tinted(rng), bands=bands,
        edge=sample.coat if sample.chance(0.3) else GLASS if sample.chance(style.edge_glass) else None,
        visor=GLASS if sample.chance(0.5) else None, back=sample.coat if sample.chance(0.4) else None,
    )  # fmt: skip


def roof_parts(sample: VehicleSample, style: BusStyle, shell: BusShell, unit: tuple[str, float]) -> list[Mesh]:
    """What lies on the roof and what stands on it."""
    parts: list[Mesh] = []
    if sample.chance(style.glass_roof):
        parts += panorama(sample, shell)
    elif sample.chance(style.edge_glass):
        parts += glass_strips(sample, shell)
    elif sample.chance(style.ribbed):
        parts += ribs(sample, shell)
    elif sample.chance(style.striped):
        parts += stripes(sample, shell)
    for share, detail in ((style.numbered, roof_number), (0.4, seams)):
        parts += detail(sample, shell) if sample.chance(share) else []
    if sample.chance(style.hatch) and unit[0] not in ("fairing", "batteries"):
        parts += hatches(sample, shell, int(sample.rng.integers(1, 4)))
    return [*parts, *(UNITS[unit[0]][0](sample, shell, unit[1]) if unit[0] in UNITS else [])]
