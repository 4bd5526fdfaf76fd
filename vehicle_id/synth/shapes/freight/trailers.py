"""Semi-trailers alone on their legs, and the choice of a trailer for a height and a row."""

from __future__ import annotations

from vehicle_id.synth.mesh import Assembly, Mesh, box
from vehicle_id.synth.paint import shade
from vehicle_id.synth.shapes.common.stretch import as_high
from vehicle_id.synth.shapes.freight.decks import car_carrier, flatbed, low_loader
from vehicle_id.synth.shapes.freight.skeletals import laden_skeletal, skeletal
from vehicle_id.synth.shapes.freight.tippers import tipper_trailer
from vehicle_id.synth.shapes.freight.trailer_plan import TrailerPlan, running_gear
from vehicle_id.synth.shapes.freight.vans import curtain_sider, van
from vehicle_id.synth.shapes.freight.vessels import silo, vessel
from vehicle_id.synth.vehicle_sample import VehicleSample

TALL = ("van", "curtain", "laden_skeletal", "tanker", "silo", "tipper", "laden_flatbed", "car_carrier")
TALL_SHARES = (0.3, 0.22, 0.12, 0.06, 0.07, 0.12, 0.07, 0.04)


def semi_trailer(sample: VehicleSample) -> Assembly:
    """A trailer without its tractor; a low one is an open frame or a bare deck."""
    plan = TrailerPlan(rear=0.0, front=sample.length_m, half=sample.width_m / 2, top=sample.height_m,
                       american=sample.width_m > 2.575, alone=True)  # fmt: skip
    if sample.height_m < 2:
        return Assembly(fixed=_low(sample, plan))
    return Assembly(fixed=[as_high(tall_trailer(sample, plan, draw_kind(sample)), plan.top)])


def draw_kind(sample: VehicleSample) -> str:
    """What the row's name says, or any tall trailer."""
    name = sample.row.name.lower()
    for word, kind in (
        ("tank", "tanker"),
        ("container", "laden_skeletal"),
        ("curtain", "curtain"),
        ("refrig", "van"),
        ("53", "van"),
    ):
        if word in name and sample.chance(0.65):
            return kind
    return str(sample.rng.choice(TALL, p=TALL_SHARES))


def tall_trailer(sample: VehicleSample, plan: TrailerPlan, kind: str) -> list[Mesh]:
    """A trailer of a kind of `TALL`, as high as its plan says."""
    if kind in ("tanker", "silo"):
        return tank_trailer(sample, plan, powder=kind == "silo")
    if kind == "laden_flatbed":
        return [*flatbed(sample, plan, deck=1.3, laden=True), _headboard(sample, plan)]
    builders = {
        "van": van,
        "curtain": curtain_sider,
        "laden_skeletal": laden_skeletal,
        "tipper": tipper_trailer,
        "car_carrier": car_carrier,
    }
    return builders[kind](sample, plan)


def tank_trailer(sample: VehicleSample, plan: TrailerPlan, *, powder: bool) -> list[Mesh]:
    """A vessel on a frame, or one that carries itself; often longer than its frame at the front."""
    low = sample.rng.uniform(0.95, 1.25)
    x = (plan.rear + sample.rng.uniform(0.02, 0.4), plan.front)
    body = silo(sample, x, plan.half, (low, plan.top)) if powder else vessel(sample, x, plan.half, (low, plan.top))
    return [*body, *running_gear(sample, plan, low + 0.15)]


def _low(sample: VehicleSample, plan: TrailerPlan) -> list[Mesh]:
    """Container chassis for the most part; flatbeds and low loaders."""
    kind = sample.rng.random()
    if kind < 0.68:
        return skeletal(sample, plan, deck=plan.top)
    if kind < 0.86:
        return flatbed(sample, plan, deck=plan.top, laden=False)
    return low_loader(sample, plan, high=plan.top, laden=False)


def _headboard(sample: VehicleSample, plan: TrailerPlan) -> Mesh:
    """The wall at the front of a flatbed, as high as the load may be."""
    x = (plan.front - 0.1, plan.front)
    return box(x, (-plan.half, plan.half), (1.2, plan.top), shade(sample.coat, 0.9))
