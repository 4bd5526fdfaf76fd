"""A heavy wheeled vehicle: its plan filled zone by zone, and a load that its payload zone carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from vehicle_id.synth.mesh import Assembly, Joint, Mesh
from vehicle_id.synth.shapes.heavy_wheeled import bodies, missiles, tubes
from vehicle_id.synth.shapes.heavy_wheeled.beds import bare_bed, flat_deck, gap_filling, open_frame
from vehicle_id.synth.shapes.heavy_wheeled.cabs import cab_zone
from vehicle_id.synth.shapes.heavy_wheeled.cells import Cell
from vehicle_id.synth.shapes.heavy_wheeled.fittings import PLATFORM, scattered
from vehicle_id.synth.shapes.heavy_wheeled.jacks import jacks
from vehicle_id.synth.shapes.heavy_wheeled.kit import Kit, draw_kit
from vehicle_id.synth.shapes.heavy_wheeled.plan import Plan, draw_plan
from vehicle_id.synth.shapes.heavy_wheeled.power_packs import power_zone, rear_zone
from vehicle_id.synth.shapes.heavy_wheeled.running_gear import running_gear
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadKind:
    """A kind of load and how common it is."""

    filling: Callable[[Kit, Cell], list[Mesh] | Assembly]
    four_axles: float
    """Weight among vehicles of four axles."""
    more_axles: float
    """Weight among longer vehicles, most of which carry one long canister or missile."""
    erected: bool = False
    """Whether a ram raises it about its rear end."""
    slewed: bool = False
    """Whether it also turns about an upright axis."""


LOADS: Final = (
    LoadKind(filling=tubes.single_tube, four_axles=2, more_axles=7, erected=True),
    LoadKind(filling=missiles.missile, four_axles=2.5, more_axles=5, erected=True),
    LoadKind(filling=tubes.tubes_abreast, four_axles=3, more_axles=2, erected=True),
    LoadKind(filling=tubes.rocket_tubes, four_axles=3, more_axles=0.5, erected=True, slewed=True),
    LoadKind(filling=tubes.pods, four_axles=1.5, more_axles=0.4, erected=True, slewed=True),
    LoadKind(filling=bodies.closed_body, four_axles=2, more_axles=1.5),
    LoadKind(filling=bodies.canvas_load, four_axles=1, more_axles=1.5),
    LoadKind(filling=bodies.shelter, four_axles=1, more_axles=0.6),
    LoadKind(filling=bodies.lying_panel, four_axles=0.8, more_axles=0.5),
    LoadKind(filling=bodies.raised_panel, four_axles=0.5, more_axles=0.2),
    LoadKind(filling=bodies.drum_antenna, four_axles=0.5, more_axles=0.2),
    LoadKind(filling=bodies.mast, four_axles=0.4, more_axles=0.3),
    LoadKind(filling=bodies.transloader, four_axles=0.8, more_axles=0.5),
)


def bare_vehicle(sample: VehicleSample, num_axles: int) -> Assembly:
    """A chassis whose payload zone shows frame, deck or empty cradle."""
    kit = draw_kit(sample)
    plan = draw_plan(kit, num_axles, loaded=False, overhang=False)
    stands = jacks(kit, plan)
    bed = bare_bed(kit, plan, tractor=num_axles == 4)
    return replace(stands, fixed=[*_common(kit, plan), *bed, *stands.fixed])


def loaded_vehicle(sample: VehicleSample, num_axles: int) -> Assembly:
    """A chassis with a launcher's load, a shelter or an antenna."""
    kit = draw_kit(sample)
    kind = kit.pick({one: one.four_axles if num_axles == 4 else one.more_axles for one in LOADS})
    plan = draw_plan(kit, num_axles, loaded=True, overhang=kind.erected and not kind.slewed)
    stands = jacks(kit, plan)
    fixed, joints = _load(kit, plan, kind)
    floor = kit.pick({flat_deck: 2.0, open_frame: 1.0})
    bed = plan.zone(plan.payload, (plan.deck - 0.1, plan.deck), half=plan.bed_half)
    deck = [*floor(kit, bed), *_deck_load(kit, plan, bed)]
    return Assembly(fixed=[*_common(kit, plan), *deck, *stands.fixed, *fixed], joints=[*stands.joints, *joints])


def _deck_load(kit: Kit, plan: Plan, bed: Cell) -> list[Mesh]:
    """Equipment around the load: boxes, generator sets and spare wheels; taller at the front end on some."""
    over = bed.with_z((plan.deck, min(plan.deck + kit.between(0.2, 1.0), 0.95 * plan.top)))
    return scattered(kit, over, PLATFORM, density=kit.between(0.0, 0.6), pitch=kit.between(1.0, 2.0))


def _common(kit: Kit, plan: Plan) -> list[Mesh]:
    zones: Mapping[str, Callable[[Kit, Plan], list[Mesh]]] = {
        "gear": running_gear, "cab": cab_zone, "power": power_zone, "gap": gap_filling, "rear": rear_zone,
    }  # fmt: skip
    return [part for zone in zones.values() for part in zone(kit, plan)]


def _load(kit: Kit, plan: Plan, kind: LoadKind) -> tuple[list[Mesh], list[Joint]]:
    """Fixed parts and joints of the load."""
    bed = _load_cell(kit, plan, kind)
    made = kind.filling(kit, bed)
    if isinstance(made, Assembly):
        return made.fixed, made.joints
    if not kind.erected:
        return made, []
    pivot = (max(bed.x[0], plan.chassis[0] + 0.2), 0.0, bed.z[0])
    raised = Joint(part=Assembly(fixed=made), pivot=pivot, axis="y", degrees=(-88.0, -8.0), used=0.12)
    if not kind.slewed:
        return [], [raised]
    turning = (bed.x[0] + 0.35 * bed.length, 0.0, 0.0)
    return [], [Joint(part=Assembly(joints=[raised]), pivot=turning, axis="z", degrees=(-120.0, 120.0), used=0.15)]


def _load_cell(kit: Kit, plan: Plan, kind: LoadKind) -> Cell:
    """Over the payload zone; a long load also lies over or beside the cab and beyond both ends."""
    low, high = plan.payload
    length = kit.sample.length_m
    if not kind.erected:
        whole = Cell((low, high), (-plan.half, plan.half), (plan.deck, plan.top)).part(y=_inset(kit))
        return whole if kit.chance(0.6) else whole.part(x=kit.span(0.0, 1.0, 0.68))
    half = plan.half * kit.between(0.6, 0.97)
    if kind.slewed:
        return Cell((low, high), (-half, half), (plan.deck, plan.top))
    rear = 0.0 if plan.chassis[0] > 0 else low * kit.between(0.2, 1.0)
    front = kit.pick({high: 3.0, plan.cab[0]: 2.0, kit.between(*plan.cab): 3.0, plan.chassis[1]: 2.0})
    over = length if plan.chassis[1] < length else front
    half *= 1.0 if over <= high else kit.between(0.6, 0.8)
    return Cell((rear, over), (-half, half), (plan.deck, plan.top))


def _inset(kit: Kit) -> tuple[float, float]:
    share = kit.between(0.0, 0.12)
    return share, 1 - share
