"""What loaders carry before them: buckets, four-in-one buckets, forks, grapples; and their lift arms."""

from __future__ import annotations

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, beam, box, copies, cylinder, prism, quad, tube
from vehicle_id.synth.paint import BRIGHT_STEEL, CHASSIS, DARK_STEEL, Paint, shade
from vehicle_id.synth.shapes.common.loose import heap
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.earthmovers.blades import dozer_blade
from vehicle_id.synth.shapes.earthmovers.finish import iron, is_army, own, soil
from vehicle_id.synth.vehicle_sample import VehicleSample


def loader_tool(sample: VehicleSample, x: Span, half: float, high: float, *, forks: float = 0.12) -> list[Mesh]:
    """A bucket, forks or a blade, standing on the ground and filling the span and the width."""
    kind = sample.rng.random()
    if kind < 0.08:
        return _push_blade(sample, x, half, high)
    if kind < 0.25:
        return _rolled_bucket(sample, x, half, high)
    if sample.chance(2 * forks if is_army(sample) else forks):
        return pallet_forks(sample, x, half * sample.rng.uniform(0.45, 0.95), high)
    return loader_bucket(sample, x, half, high)


def loader_bucket(sample: VehicleSample, x: Span, half: float, high: float) -> list[Mesh]:
    """Flat on the ground or crowded back; empty, dirty or full."""
    rng, deep = sample.rng, x[1] - x[0]
    shell = own(sample, 0.75, 1.1) if sample.chance(0.7) else iron(sample)
    inside = iron(sample) if sample.chance(0.75) else shade(shell, rng.uniform(0.5, 0.9))
    back, lip = x[0] + rng.uniform(0.15, 0.4) * deep, rng.uniform(0.1, 0.5) * high if sample.chance(0.45) else 0.0
    wall = [(x[0], 0.3 * high), (back, 0.0), (back + 0.05, 0.0), (x[0] + 0.14, high), (x[0], high)]
    cheek = [(back, 0.0), (x[1], lip), (x[0] + 0.14, high)]
    edge = shade(BRIGHT_STEEL if sample.chance(0.5) else DARK_STEEL, rng.uniform(0.5, 1.1))
    parts = [
        prism(wall, (-half, half), shell),
        *(prism(cheek, y, shell) for y in both((half - 0.07, half))),
        quad((back, -half, 0.03), (x[1], -half, lip + 0.03), (x[1], half, lip + 0.03), (back, half, 0.03), inside),
        box((x[1] - rng.uniform(0.06, 0.16), x[1]), (-half, half), (lip, lip + 0.06), edge),
    ]
    return [*parts, *_bucket_details(sample, x, half, high, lip, edge)]


def _rolled_bucket(sample: VehicleSample, x: Span, half: float, high: float) -> list[Mesh]:
    """Rolled forward: its back shows from above."""
    rng, deep = sample.rng, x[1] - x[0]
    shell, crest = own(sample, 0.75, 1.15), x[0] + rng.uniform(0.2, 0.6) * deep
    profile = [(x[0], 0.1), (x[1], 0.0), (x[1], 0.15 * high), (crest, high), (x[0], 0.6 * high)]
    ribs = [
        box((x[0], crest), about(share * half, 0.07), (0.5 * high, 1.03 * high), shade(shell, 0.75))
        for share in (-0.6, 0, 0.6)
    ]
    return [prism(profile, (-half, half), shell), *(ribs if sample.chance(0.5) else [])]


def _push_blade(sample: VehicleSample, x: Span, half: float, high: float) -> list[Mesh]:
    """A thin blade on a frame."""
    thick, tone = sample.rng.uniform(0.18, 0.35), own(sample, 0.7, 1.1)
    frame = [box((x[0], x[1] - thick), y, (0.25, 0.5), tone) for y in both(about(0.4 * half, 0.18))]
    return [
        *dozer_blade(sample, x[1], half, high, thick),
        *frame,
        box((x[0], x[0] + 0.15), (-0.5 * half, 0.5 * half), (0.25, 0.6), tone),
    ]


def _bucket_details(sample: VehicleSample, x: Span, half: float, high: float, lip: float, edge: Paint) -> list[Mesh]:
    """Teeth, the clam of a four-in-one bucket, earth."""
    rng, found = sample.rng, []
    if sample.chance(0.4):
        tooth = box((x[1] - 0.12, x[1] + 0.02), (-0.05, 0.05), (lip, lip + 0.08), edge)
        count = int(rng.integers(5, 9))
        found.append(copies(tooth, [(0, half * (2 * i / (count - 1) - 1) * 0.95, 0) for i in range(count)]))
    if sample.chance(0.25):
        found.append(box(about(x[0] + 0.3 * (x[1] - x[0]), 0.2), (-half, half), (0.6 * high, high), own(sample, 0.7)))
    if sample.chance(0.2):
        base = (0.3 * high, 0.7 * high, 0.15 * high + lip)
        found.append(heap((x[0] + 0.12, x[1] - 0.1), (half - 0.1, half - 0.1), base, 1.05 * high, soil(sample), rng))
    return found


def pallet_forks(sample: VehicleSample, x: Span, half: float, high: float) -> list[Mesh]:
    """A carriage with a guard, and two tines to the front end."""
    rng, tone = sample.rng, own(sample, 0.6, 1.1) if sample.chance(0.6) else DARK_STEEL
    apart, wide = rng.uniform(0.3, 0.75) * half, rng.uniform(0.12, 0.2)
    carriage = (x[0], x[0] + rng.uniform(0.12, 0.25))
    tine = shade(DARK_STEEL if sample.chance(0.7) else CHASSIS, rng.uniform(0.6, 2.0))
    guard = [box(carriage, about(half * share, 0.07), (0.1, 1.2 * high), tone) for share in (-0.9, -0.45, 0, 0.45, 0.9)]
    return [
        *guard,
        box(carriage, (-half, half), (0.35 * high, 0.6 * high), tone),
        box(carriage, (-half, half), (1.1 * high, 1.2 * high), tone),
        *(box((x[0], x[1]), y, (0.05, 0.12), tine) for y in both(about(apart, wide))),
    ]


def lift_arms(
    sample: VehicleSample,
    tool: list[Mesh],
    *,
    pivot: tuple[float, float],
    hitch: tuple[float, float],
    apart: float,
    wide: float,
    raised: float = 0.3,
    lift: float = 50.0,
) -> Joint:
    """Two arms from the pivot (x, z) to the tool's hitch (x, z), a cross tube and rams; they rise in a share."""
    paint, ram = own(sample, 0.8, 1.1), BRIGHT_STEEL
    knee = (pivot[0] + 0.6 * (hitch[0] - pivot[0]), max(pivot[1], hitch[1]) - 0.12 * abs(pivot[1] - hitch[1]))
    parts = []
    for y in (-apart, apart):
        parts += [
            beam((pivot[0], y, pivot[1]), (knee[0], y, knee[1]), (wide, 0.3), paint),
            beam((knee[0], y, knee[1]), (hitch[0], y, hitch[1]), (wide, 0.24), paint),
        ]
        if sample.chance(0.6):
            inner = y * 0.72
            parts.append(tube((pivot[0] + 0.2, inner, 0.7 * pivot[1]), (knee[0], inner, knee[1]), 0.06, ram, sides=6))
    parts.append(cylinder("y", (-apart, apart), knee, 0.13, paint, sides=8))
    if sample.chance(0.6):
        parts.append(beam((pivot[0] + 0.3, 0, pivot[1]), (hitch[0], 0, hitch[1] + 0.25), (0.16, 0.2), paint))
    dump = Joint(part=Assembly(fixed=tool), pivot=(hitch[0], 0.0, hitch[1]), axis="y", degrees=(-45.0, 35.0), used=0.3)
    return Joint(part=Assembly(fixed=parts, joints=[dump]), pivot=(pivot[0], 0.0, pivot[1]), axis="y",
                 degrees=(-lift, -3.0), used=raised)  # fmt: skip
