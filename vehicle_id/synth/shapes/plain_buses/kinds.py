"""Kinds of bus that differ from above, and the body and paints of one of them.

The ranges are those of common builds, remembered, not measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vehicle_id.synth.mesh import Span
from vehicle_id.synth.paint import COATS, DARK_STEEL, WHITE_PANEL, Paint, linear, loose, shade, tinted
from vehicle_id.synth.shapes.plain_buses.body import BusBody, BusPaints
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class BusKind:
    """Ranges in metres, and shares of the buses of a kind that have a feature."""

    crown: Span = (0.0, 0.09)
    edge: Span = (0.06, 0.22)
    nose: Span = (0.25, 0.9)
    lean: Span = (0.08, 0.45)
    droop: Span = (0.0, 0.12)
    bonnet: Span = (0.04, 0.14)
    bonnet_share: Span = (1.0, 1.0)
    belt: Span = (0.3, 0.4)
    """Lower edge of the windows as a share of the height."""
    pillars: Span = (1.0, 2.2)
    glazed_edge: float = 0.1
    dark_roof: float = 0.06
    """Share with a roof that is glazed or dark over most of its length."""
    other_roof: float = 0.45
    """Share whose roof is not of the colour of the sides."""
    bare: float = 0.45
    """Share with nothing at all on the roof."""
    ribs: float = 0.15
    unit: float = 0.12
    """Share with one flat unit on the roof."""
    mirrors: float = 0.6


CITY: Final = BusKind()
COACH: Final = BusKind(
    nose=(0.4, 1.2), lean=(0.3, 1.3), droop=(0.0, 0.3), belt=(0.4, 0.5), glazed_edge=0.25, dark_roof=0.2, bare=0.5,
    mirrors=0.85,
)  # fmt: skip
VETERAN: Final = BusKind(
    crown=(0.12, 0.32), edge=(0.3, 0.6), nose=(0.6, 1.5), lean=(0.2, 0.7), droop=(0.05, 0.35), pillars=(0.7, 1.2),
    glazed_edge=0.15, dark_roof=0.0, other_roof=0.6, ribs=0.4, unit=0.02, mirrors=0.2,
)  # fmt: skip
MINIBUS: Final = BusKind(
    edge=(0.08, 0.25), nose=(0.3, 0.8), lean=(0.35, 0.95), bonnet=(0.2, 1.0), bonnet_share=(0.9, 1.0),
    belt=(0.38, 0.48), ribs=0.3, dark_roof=0.03, mirrors=0.1,
)  # fmt: skip
SCHOOL: Final = BusKind(
    crown=(0.08, 0.2), edge=(0.25, 0.5), nose=(0.15, 0.5), lean=(0.05, 0.3), droop=(0.0, 0.08), bonnet=(0.8, 1.9),
    bonnet_share=(0.78, 0.95), pillars=(0.7, 0.9), glazed_edge=0.0, dark_roof=0.0, ribs=0.5, unit=0.0, mirrors=0.1,
)  # fmt: skip

TRIMS: Final = ("white", "red", "blue", "green", "yellow", "orange", "grey", "black", "sand", "brown")


def draw_body(sample: VehicleSample, kind: BusKind, x: Span, top: float, *, decks: int, joined: str = "") -> BusBody:
    """A body between two ends; `joined` names the end that another body joins: `rear`, `front` or none."""
    rng, half = sample.rng, sample.width_m / 2
    belt, lintel = top * rng.uniform(*kind.belt), top * rng.uniform(0.76, 0.85)
    belts: tuple[Span, ...] = ((belt, lintel),)
    if decks == 2:
        low = top * rng.uniform(0.24, 0.3)
        belts = ((low, low + 0.16 * top), (top * rng.uniform(0.6, 0.65), top * rng.uniform(0.82, 0.87)))
    return BusBody(
        x=x, half=half, floor=rng.uniform(0.22, 0.36), belts=belts, top=top, crown=rng.uniform(*kind.crown),
        edge=min(rng.uniform(*kind.edge), 0.4 * half, 0.9 * (top - belts[-1][1])),
        nose=0.0 if joined == "front" else rng.uniform(*kind.nose),
        tail=0.0 if joined == "rear" else rng.uniform(0.06, 0.5),
        lean=0.0 if joined == "front" else rng.uniform(*kind.lean),
        lean_rear=rng.uniform(0.0, 0.25), droop=rng.uniform(*kind.droop),
        bonnet=0.0 if joined == "front" else rng.uniform(*kind.bonnet), bonnet_share=rng.uniform(*kind.bonnet_share),
        tumblehome=rng.uniform(0.0, 0.06), pillars=rng.uniform(*kind.pillars),
    )  # fmt: skip


def draw_paints(sample: VehicleSample, kind: BusKind, body: BusBody, side: Paint) -> BusPaints:
    """One colour, two, or a roof that is dark over a part of its length."""
    rng, glass = sample.rng, tinted(sample.rng)
    roof = side
    if sample.chance(kind.other_roof):
        roof = shade(WHITE_PANEL, rng.uniform(0.55, 1.15)) if sample.chance(0.7) else trim(sample)
    second = side if sample.chance(0.7) else trim(sample)
    parts: tuple[tuple[Span, Paint], ...] = ()
    if sample.chance(kind.dark_roof):
        dark = glass if sample.chance(0.6) else shade(DARK_STEEL, rng.uniform(0.5, 1.6))
        ends = (body.at(rng.uniform(0.02, 0.4)), body.at(rng.uniform(0.75, 0.99)))
        panes = int(rng.integers(1, 6))
        pitch = (ends[1] - ends[0]) / panes
        parts = tuple(((ends[0] + i * pitch, ends[0] + (i + 1) * pitch - 0.15), dark) for i in range(panes))
    elif sample.chance(0.12):
        begin = rng.uniform(0.0, 0.8)
        parts = (((body.at(begin), body.at(begin + rng.uniform(0.1, 0.5))), trim(sample)),)
    return BusPaints(
        side=side, roof=roof, glass=glass, edge=roof if sample.chance(0.6) else side,
        cant=second if sample.chance(0.7) else glass, brow=glass if sample.chance(0.25) else roof,
        back=glass if sample.chance(0.4) else side, front=side if sample.chance(0.75) else shade(side, 0.5),
        roof_parts=parts, glazed_edge=sample.chance(kind.glazed_edge),
    )  # fmt: skip


def trim(sample: VehicleSample) -> Paint:
    """A second colour, not the vehicle's own coat."""
    tone = str(sample.rng.choice(COATS[str(sample.rng.choice(TRIMS))]))
    if sample.chance(0.3):
        return loose(sample.rng, tone)
    return Paint(rgb=linear(tone), gloss=float(sample.rng.uniform(0.02, 0.25)))
