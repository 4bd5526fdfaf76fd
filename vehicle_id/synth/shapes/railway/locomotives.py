"""Locomotives: hood units, full-width diesels and electrics, alone or as two sections."""

from __future__ import annotations

from vehicle_id.synth.mesh import Assembly, Mesh, Span, box
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.common.stretch import as_high
from vehicle_id.synth.shapes.railway.hood_units import hood_unit
from vehicle_id.synth.shapes.railway.loco_bodies import wide_body
from vehicle_id.synth.shapes.railway.running_gear import bogies, couplers, ends
from vehicle_id.synth.vehicle_sample import VehicleSample

SHARES = {"hood": (0.85, 0.1, 0.05), "wide": (0.1, 0.8, 0.1), "electric": (0.0, 0.12, 0.88)}
"""Of hood units, wide diesels and electrics, by what the row's name stands for."""
NAMES = {"TEM": "hood", "ChME": "hood", "VL": "electric"}


def locomotive(sample: VehicleSample) -> Assembly:
    """Two sections where the row is longer than 28 m."""
    usual = next((kind for name, kind in NAMES.items() if sample.row.name.startswith(name)), "wide")
    kind = ("hood", "wide", "electric")[int(sample.rng.choice(3, p=SHARES[usual]))]
    x = ends(sample, sample.rng.uniform(0.5, 0.75))
    fixed = couplers(sample, x)
    if sample.length_m > 28:
        fixed += _double(sample, x, kind)
    else:
        fixed += _section(sample, x, kind, (True, kind == "electric" or sample.chance(0.6)))
    return Assembly(fixed=[as_high(fixed, sample.height_m)])


def _double(sample: VehicleSample, x: Span, kind: str) -> list[Mesh]:
    """Two like sections back to back, a gangway or a drawbar between."""
    middle, gap = sum(x) / 2, sample.rng.uniform(0.3, 0.8)
    state = sample.rng.bit_generator.state
    front = _section(sample, (middle + gap / 2, x[1]), kind, (False, True))
    if sample.chance(0.8):  # the other section is the same, turned round
        sample.rng.bit_generator.state = state
    rear = _section(sample, (middle + gap / 2, x[1]), kind, (False, True))
    link = box(about(middle, gap + 0.2), (-0.5, 0.5), (1.2, 0.75 * sample.height_m), DARK_STEEL)
    return [*front, *(mesh.turned(180.0, about=(middle, 0.0, 0.0)) for mesh in rear), link]


def _section(sample: VehicleSample, x: Span, kind: str, cabs: tuple[bool, bool]) -> list[Mesh]:
    """Bogies of two or three axles, a body of the kind over a frame."""
    found = bogies(sample, x, axles=3 if sample.chance(0.65) else 2)
    found.append(box(x, (-0.48 * sample.width_m, 0.48 * sample.width_m), (0.9, 1.1), CHASSIS))
    if kind == "hood":
        return [*found, *hood_unit(sample, x)]
    return [*found, *wide_body(sample, x, cabs, electric=kind == "electric")]
