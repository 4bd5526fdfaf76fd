"""Which designs a launcher is drawn among, and how often each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

import numpy as np

from vehicle_id.synth.mesh import Assembly, Mesh
from vehicle_id.synth.shapes.launchers.antennas import array_radar, mast_carrier
from vehicle_id.synth.shapes.launchers.beds import (
    empty_cradle,
    fifth_wheel,
    flat_deck,
    open_frame,
    part_deck,
    service_platform,
)  # fmt: skip
from vehicle_id.synth.shapes.launchers.bodies import covered, cradled, enclosed, shelter, transloader
from vehicle_id.synth.shapes.launchers.carrier import carrier, draw_cab
from vehicle_id.synth.shapes.launchers.packs import canisters, rocket_pack
from vehicle_id.synth.shapes.launchers.plan import CarrierPlan, draw_plan
from vehicle_id.synth.shapes.launchers.single import erected_canister, single_canister, single_missile
from vehicle_id.synth.vehicle_sample import VehicleSample

Design = Callable[[VehicleSample], Assembly]
Bed = Callable[[VehicleSample, CarrierPlan], list[Mesh]]
Of = TypeVar("Of")

LOADED: Final[Mapping[Design, tuple[float, float]]] = {
    single_missile: (1.5, 3.0), single_canister: (1.0, 3.5), erected_canister: (0.9, 1.3), canisters: (3.2, 1.8),
    rocket_pack: (2.2, 0.3), covered: (0.9, 0.9),
    enclosed: (0.9, 0.4), shelter: (0.9, 0.6), transloader: (1.0, 0.6),
    cradled: (0.6, 0.7), array_radar: (1.5, 0.8), mast_carrier: (1.0, 0.5),
}  # fmt: skip
"""Design -> its weight on four axles, and on more."""

BEDS: Final[Mapping[Bed, tuple[float, float]]] = {
    open_frame: (3.0, 3.0), flat_deck: (1.6, 0.9), part_deck: (1.5, 1.5), empty_cradle: (1.5, 2.5),
    service_platform: (1.0, 1.2), fifth_wheel: (0.8, 0.2),
}  # fmt: skip
"""Bed -> its weight on four axles, and on more."""


def loaded_launcher(sample: VehicleSample) -> Assembly:
    """A launcher with its missiles, or a vehicle of its battery."""
    return _draw(sample, LOADED)(sample)


def bare_chassis(sample: VehicleSample) -> Assembly:
    """A carrier without a load; its cab is its highest part."""
    plan = draw_plan(sample, draw_cab(sample))
    return Assembly(fixed=[*carrier(sample, plan), *_draw(sample, BEDS)(sample, plan)])


def _draw(sample: VehicleSample, weights: Mapping[Of, tuple[float, float]]) -> Of:
    many = int(not sample.label.startswith("special_chassis_4_"))
    shares = np.array([weight[many] for weight in weights.values()])
    return list(weights)[int(sample.rng.choice(len(shares), p=shares / shares.sum()))]
