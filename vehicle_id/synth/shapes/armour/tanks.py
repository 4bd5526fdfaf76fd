"""Battle tanks with round or angular turrets, their hulls under them.

Gun forward is the transport pose, as the published lengths are. Of the many marks only the features that distinguish
families from above are built: hull and turret outline, barrel, decks, skirts, stowage.
"""

from __future__ import annotations

from typing import Final

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, box, taper
from vehicle_id.synth.paint import loose, shade
from vehicle_id.synth.shapes.armour.hull import (
    CLOTHS,
    Hull,
    body,
    engine_deck,
    hatch,
    matt,
    rear_load,
    running_gear,
    stowage,
)
from vehicle_id.synth.shapes.armour.turrets import angular_turret, round_turret
from vehicle_id.synth.shapes.common.spans import both
from vehicle_id.synth.shapes.low_tanks.tank import LIGHT_TANK_M
from vehicle_id.synth.shapes.low_tanks.tank import tank as low_tank
from vehicle_id.synth.vehicle_sample import VehicleSample

ANGULAR: Final = ("M1", "Abrams", "Leopard", "Challenger", "Leclerc", "Merkava", "Type 99", "K2")
"""Words in the names of tanks with large flat-sided turrets."""


def tank(sample: VehicleSample) -> Assembly:
    """A battle tank; the turret is slewed in some, a few are under a tarpaulin. `low_tanks` builds light ones."""
    if sample.length_m < LIGHT_TANK_M:
        return low_tank(sample)
    sample = matt(sample)
    angular = _is_angular(sample)
    hull_length = sample.length_m * (sample.rng.uniform(0.77, 0.815) if angular else sample.rng.uniform(0.68, 0.735))
    hull = Hull(
        sample=sample, front=hull_length, half=sample.width_m / 2,
        roof=(0.56 if angular else 0.53) * sample.height_m, track=0.18 * sample.width_m,
    )  # fmt: skip
    at = hull_length * (sample.rng.uniform(0.5, 0.56) if angular else sample.rng.uniform(0.5, 0.6))
    turret = (angular_turret if angular else round_turret)(hull, at, sample.length_m)
    slew = Joint(part=turret, pivot=(at, 0.0, hull.roof), axis="z", degrees=(-180.0, 180.0), used=0.25)
    fixed = _tank_hull(hull, at, angular=angular)
    if sample.chance(0.1):
        return Assembly(fixed=[*fixed, *_tarpaulin(hull, at), turret.at_rest()])
    return Assembly(fixed=fixed, joints=[slew])


def _is_angular(sample: VehicleSample) -> bool:
    """Whether the turret is large and flat: by name, else by how little the gun reaches over the hull."""
    if sample.row.name.startswith("T-"):
        return False
    return any(word in sample.row.name for word in ANGULAR) or sample.chance(0.5)


def _tank_hull(hull: Hull, at: float, *, angular: bool) -> list[Mesh]:
    sample = hull.sample
    deck = 0.72 * hull.roof + 0.08
    glacis = sample.rng.uniform(1.0, 1.7)
    driver = hatch(
        hull.front - glacis - 0.2,
        0.0 if angular else sample.rng.choice((0.0, 0.55)),
        hull.roof,
        0.3,
        shade(sample.coat, 0.7),
    )
    parts = [*running_gear(hull), *body(hull, glacis, 0.72), *engine_deck(hull, max(1.2, at - 1.5)), driver]
    if angular:  # sponsons as high as the deck
        parts += [
            box((0.15, hull.front - 1.2), y, (deck, hull.roof - 0.02), shade(sample.coat, 0.95))
            for y in both((hull.half - hull.track, hull.half - 0.04))
        ]
    else:
        parts += [
            *stowage(hull, deck),
            *rear_load(hull),
            *(_glacis_tiles(hull, glacis) if sample.chance(0.35) else []),
        ]
    return parts


def _glacis_tiles(hull: Hull, glacis: float) -> list[Mesh]:
    """Rows of reactive armour on the bow plate."""
    low, tile = 0.72 * hull.roof, shade(hull.sample.coat, hull.sample.rng.uniform(0.8, 1.1))
    parts = []
    for share in (0.25, 0.6):
        x, z = hull.front - share * glacis, low + share * (hull.roof - low)
        parts += [
            box((x - 0.2, x + 0.1), (y - 0.15, y + 0.15), (z - 0.1, z + 0.16), tile)
            for y in (-0.8, -0.4, 0.0, 0.4, 0.8)
        ]
    return parts


def _tarpaulin(hull: Hull, at: float) -> list[Mesh]:
    """Cloth over hull and turret; the barrel sticks out."""
    sample, half = hull.sample, hull.half - 0.02
    cloth = loose(sample.rng, str(sample.rng.choice(CLOTHS)))
    low, eave = 0.5 * hull.roof, hull.roof + 0.12
    rear, front = 0.02, hull.front - sample.rng.uniform(0.0, 0.9)
    skirt = taper(
        (rear, front), (-half, half), (low, eave), (rear + 0.3, front - 0.5), (-half + 0.25, half - 0.25), cloth
    )
    x, top = (at - 1.9, at + 1.9), sample.height_m
    tent = taper(
        x, (-half + 0.3, half - 0.3), (eave - 0.05, top), (x[0] + 0.8, x[1] - 0.8), (-0.55 * half, 0.55 * half), cloth
    )
    return [skirt, tent]
