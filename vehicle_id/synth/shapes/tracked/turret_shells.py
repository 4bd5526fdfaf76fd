"""Shells of tank turrets about their ring: cast domes, welded boxes, wedges, boats, each with a jittered plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Mesh, Span
from vehicle_id.synth.paint import Paint, shade
from vehicle_id.synth.shapes.common.shells import lid, ring, shrunk, skin
from vehicle_id.synth.shapes.tracked.deck import dome
from vehicle_id.synth.vehicle_sample import VehicleSample

HalfPlan = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurretShell:
    """A turret's plan, in shares of half the tank's width, from its tail to its nose, one side."""

    name: str
    plan: HalfPlan
    """Empty for a cast dome."""
    roof: float
    """Share of the plan that the roof keeps."""
    eastern: bool
    """Whether it belongs on a low hull with fenders beside it."""


SHELLS: Final = (
    TurretShell(name="T-55 dome", plan=(), roof=0.55, eastern=True),
    TurretShell(name="T-62 dome", plan=(), roof=0.6, eastern=True),
    TurretShell(
        name="T-72", eastern=True, roof=0.7,
        plan=((-0.78, 0.0), (-0.74, 0.35), (-0.45, 0.66), (0.0, 0.76), (0.4, 0.7), (0.7, 0.45), (0.8, 0.18)),
    ),
    TurretShell(
        name="T-90 welded", eastern=True, roof=0.78,
        plan=((-0.95, 0.0), (-0.92, 0.45), (-0.5, 0.62), (0.1, 0.75), (0.5, 0.62), (0.85, 0.2)),
    ),
    TurretShell(
        name="Leopard 2A4", eastern=False, roof=0.93,
        plan=((-1.25, 0.0), (-1.25, 0.55), (-1.1, 0.65), (0.4, 0.75), (0.85, 0.7), (0.9, 0.3)),
    ),
    TurretShell(
        name="Leopard 2A6", eastern=False, roof=0.85,
        plan=((-1.3, 0.0), (-1.3, 0.6), (0.35, 0.78), (0.8, 0.72), (1.35, 0.3), (1.2, 0.12)),
    ),
    TurretShell(
        name="Abrams", eastern=False, roof=0.88,
        plan=((-1.3, 0.0), (-1.3, 0.72), (-0.4, 0.85), (0.3, 0.88), (0.85, 0.55), (0.95, 0.2)),
    ),
    TurretShell(
        name="M60", eastern=False, roof=0.7,
        plan=((-1.15, 0.0), (-1.1, 0.4), (-0.5, 0.66), (0.0, 0.7), (0.5, 0.5), (0.95, 0.2)),
    ),
    TurretShell(
        name="Leopard 1", eastern=False, roof=0.72,
        plan=((-1.0, 0.0), (-0.98, 0.45), (-0.3, 0.7), (0.2, 0.7), (0.6, 0.5), (0.85, 0.25)),
    ),
    TurretShell(
        name="Challenger", eastern=False, roof=0.82,
        plan=((-1.15, 0.0), (-1.15, 0.7), (0.0, 0.8), (0.4, 0.72), (1.0, 0.3), (1.05, 0.15)),
    ),
    TurretShell(
        name="Merkava", eastern=False, roof=0.7,
        plan=((-1.2, 0.0), (-1.2, 0.6), (-0.2, 0.8), (0.3, 0.65), (1.25, 0.15)),
    ),
    TurretShell(
        name="Centurion", eastern=False, roof=0.85,
        plan=((-0.95, 0.0), (-0.92, 0.5), (-0.4, 0.66), (0.2, 0.66), (0.6, 0.52), (0.7, 0.25)),
    ),
)  # fmt: skip


def draw_shell(sample: VehicleSample) -> TurretShell:
    """Any of the shells."""
    return SHELLS[int(sample.rng.integers(len(SHELLS)))]


def turret_shell(sample: VehicleSample, shell: TurretShell, half: float, z: Span) -> tuple[list[Mesh], Float64Array]:
    """The shell about the origin, and its half plan in metres, `[M, 2]`."""
    rng = sample.rng
    size = half * rng.uniform(0.92, 1.1)
    tone = shade(sample.coat, rng.uniform(0.9, 1.12))
    if not shell.plan:
        radius = size * rng.uniform(0.66, 0.78)
        turn = np.linspace(np.pi, 0, 9)
        stretch = rng.uniform(0.95, 1.12)
        plan = np.column_stack([radius * stretch * np.cos(turn), radius * np.sin(turn)])
        return [dome(0.0, 0.0, (radius, radius * shell.roof), z, tone).scaled((stretch, 1.0, 1.0))], plan
    plan = np.array(shell.plan) * size
    plan[:, 0] *= rng.uniform(0.9, 1.1)
    plan[:, 1] = np.clip(plan[:, 1] * rng.uniform(0.92, 1.08), 0, 0.96 * half)
    return _welded(plan, shell.roof * rng.uniform(0.95, 1.03), z, tone), plan


def _welded(plan: Float64Array, roof: float, z: Span, paint: Paint) -> list[Mesh]:
    long = float(np.ptp(plan[:, 0]))
    middle = z[0] + 0.35 * (z[1] - z[0])
    foot, belt = ring(shrunk(plan, 0.04 * long, 0.92), z[0]), ring(plan, middle)
    crown = ring(shrunk(plan, 0.3 * (1 - roof) * long, roof), z[1])
    return [skin(foot, belt, paint), skin(belt, crown, paint), lid(crown, paint)]
