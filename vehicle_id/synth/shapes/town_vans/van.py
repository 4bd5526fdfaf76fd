"""A small van: rounded nose, dark windscreen right across, and a roof that is mostly plain."""

from __future__ import annotations

from vehicle_id.synth.mesh import Assembly, Mesh, box
from vehicle_id.synth.paint import CHASSIS, GLASS, LAMP, WHITE_PANEL, Paint, shade, tinted
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.delivery.cabin import Cabin, cabin_shell
from vehicle_id.synth.shapes.delivery.van_roofs import swages
from vehicle_id.synth.shapes.town_vans.kinds import VanKind, draw_cabin, draw_kind
from vehicle_id.synth.vehicle_sample import VehicleSample


def van(sample: VehicleSample) -> Assembly:
    """A closed body of one box behind a short nose."""
    kind = draw_kind(sample)
    cabin = draw_cabin(sample, kind)
    roof = _roof_paint(sample)
    parts = [*_body(sample, kind, cabin, roof), *_front(sample, cabin), *_rear(sample, cabin), *_wheels(sample, cabin)]
    marks = sample.rng.random()
    if marks < 0.18:
        parts += swages(sample, cabin, roof)
    elif marks < 0.34:
        parts += _seams(sample, cabin, roof)
    elif marks < 0.42:
        parts += _bars(sample, cabin)
    return Assembly(fixed=parts)


def _roof_paint(sample: VehicleSample) -> Paint:
    """The coat; sometimes white, or grey as unpainted metal and glass look from above."""
    sort = sample.rng.random()
    if sort < 0.84:
        return sample.coat
    if sort < 0.92:
        return shade(WHITE_PANEL, sample.rng.uniform(0.85, 1.15))
    return Paint(rgb=shade(WHITE_PANEL, sample.rng.uniform(0.25, 0.6)).rgb, gloss=0.3)


def _body(sample: VehicleSample, kind: VanKind, cabin: Cabin, roof: Paint) -> list[Mesh]:
    glass = tinted(sample.rng)
    windows = sample.chance(kind.windows)
    door = cabin.x[1] - cabin.bonnet - sample.rng.uniform(1.2, 1.5)

    def side(x: float) -> Paint:
        return glass if windows or x > door else sample.coat

    dark_tail = windows or sample.chance(0.55)
    bonnet = shade(WHITE_PANEL, sample.rng.uniform(0.8, 1.1)) if sample.chance(0.07) else sample.coat
    return cabin_shell(cabin, coat=sample.coat, glass=glass, side=side, roof=lambda x: roof,
                       tail=glass if dark_tail else sample.coat, pillars=(door,), bonnet=bonnet)  # fmt: skip


def _front(sample: VehicleSample, cabin: Cabin) -> list[Mesh]:
    """The black tray under the wipers, lamps, a bumper in the coat or in plastic, mirrors beside the doors."""
    foot, half = cabin.x[1] - cabin.bonnet, cabin.half
    plastic = shade(CHASSIS, sample.rng.uniform(0.7, 2.0))
    parts = []
    if cabin.bonnet > 0.5 and sample.chance(0.7):
        deep = sample.rng.uniform(0.08, 0.2)
        parts.append(box((foot - 0.02, foot + deep), (-0.86 * half, 0.86 * half), (0.5, cabin.belt + 0.01), plastic))
    lamp_z = 0.82 * cabin.prow
    lamps = (cabin.x[1] - min(0.3, cabin.nose[0]) - 0.12, cabin.x[1] - 0.08)
    parts += [box(lamps, y, (lamp_z, cabin.prow + 0.01), LAMP) for y in both((0.52 * half, 0.74 * half))]
    if sample.chance(0.4):
        share = cabin.nose[1]
        parts.append(box((cabin.x[1] - 0.12, cabin.x[1]), (-share * half, share * half), (0.3, 0.55), plastic))
    at = foot - 0.45 * cabin.lean
    mirrors = both((0.96 * half, 1.02 * half))
    return [*parts, *(box(about(at, 0.13), y, (cabin.belt, cabin.belt + 0.2), plastic) for y in mirrors)]


def _rear(sample: VehicleSample, cabin: Cabin) -> list[Mesh]:
    """A lip of the roof over the rear window on some, a step of plastic on others."""
    half, parts = cabin.half, []
    if sample.chance(0.3):
        lip = (cabin.x[0] + 0.5 * cabin.lean_rear, cabin.x[0] + cabin.lean_rear + 0.2)
        paint, eaves = GLASS if sample.chance(0.4) else sample.coat, cabin.roof - cabin.crown
        parts.append(box(lip, about(0, 1.7 * cabin.roof_half), (eaves - 0.1, cabin.roof - 0.01), paint))
    if sample.chance(0.4):
        parts.append(box((cabin.x[0], cabin.x[0] + 0.12), about(0, 1.7 * half), (0.3, 0.5), shade(CHASSIS, 1.2)))
    return parts


def _wheels(sample: VehicleSample, cabin: Cabin) -> list[Mesh]:
    radius = 0.27 if sample.length_m < 3.7 else 0.32
    front = cabin.x[1] - min(0.9, 0.2 * sample.length_m)
    rear = sample.length_m * sample.rng.uniform(0.16, 0.22)
    y = (cabin.half - 0.2, cabin.half)
    return [tyre for x in (front, rear) for tyre in wheel_pair(x, y, radius)]


def _seams(sample: VehicleSample, cabin: Cabin, roof: Paint) -> list[Mesh]:
    """One to four seams across the roof, where its panels meet."""
    x, half = cabin.roof_x, 0.97 * cabin.roof_half
    paint = shade(roof, sample.rng.uniform(0.5, 0.85))
    places = sample.rng.uniform(x[0] + 0.2, x[1] - 0.2, int(sample.rng.integers(1, 5)))
    return [cabin.patch(about(float(at), 0.05), (-half, half), paint) for at in places]


def _bars(sample: VehicleSample, cabin: Cabin) -> list[Mesh]:
    """Bars across or rails along the roof, within its height."""
    x, half, z = cabin.roof_x, cabin.roof_half, (cabin.roof - cabin.crown - 0.04, cabin.roof)
    paint = shade(CHASSIS, sample.rng.uniform(0.8, 8.0))
    if sample.chance(0.5):
        return [box((x[0] + 0.2, x[1] - 0.2), y, z, paint) for y in both((0.93 * half, 0.99 * half))]
    places = (x[0] + 0.25 * (x[1] - x[0]), x[0] + 0.75 * (x[1] - x[0]))
    return [box(about(at, 0.06), (-half, half), z, paint) for at in places]
