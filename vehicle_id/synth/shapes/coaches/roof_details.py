"""What lies flat on the roof of a bus: hatches, ribs, glass, stripes, numbers, dirt."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, box, copies
from vehicle_id.synth.paint import COATS, DARK_STEEL, WHITE_PANEL, Paint, linear, loose, shade, tinted
from vehicle_id.synth.shapes.coaches.shell import BusShell
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.vehicle_sample import VehicleSample


def livery_paint(sample: VehicleSample) -> Paint:
    """A bright tone for stripes and parts of the roof, not the vehicle's own coat."""
    name = str(sample.rng.choice(["white", "red", "blue", "green", "yellow", "orange", "grey", "black"]))
    return Paint(rgb=linear(str(sample.rng.choice(COATS[name]))), gloss=float(sample.rng.uniform(0.02, 0.25)))


def hatches(sample: VehicleSample, shell: BusShell, count: int) -> list[Mesh]:
    """Lids of about 0.6 m on the middle line, light, dark or translucent."""
    kind = sample.rng.random()
    paint = loose(sample.rng, "#e4e3de") if kind < 0.4 else tinted(sample.rng) if kind < 0.75 else sample.coat
    long, wide, lift = (sample.rng.uniform(*span) for span in ((0.45, 0.95), (0.45, 0.8), (0.02, 0.07)))
    start, step = sample.rng.uniform(0.1, 0.3), sample.rng.uniform(0.5, 0.68) / max(count - 1, 1)
    places = [shell.at(start + i * step) for i in range(count)]
    lids: list[Mesh] = []
    for x in places:
        if lift > 0.035:
            lids.append(box(about(x, long + 0.08), about(0, wide + 0.08), (shell.top - 0.05, shell.top + 0.6 * lift),
                            shade(DARK_STEEL, 1.6)))  # fmt: skip
        lids.append(box(about(x, long), about(0, wide), (shell.top - 0.05, shell.top + lift), paint))
    return lids


def ribs(sample: VehicleSample, shell: BusShell) -> list[Mesh]:
    """Ribs across the roof, or swages along it."""
    paint = shade(sample.coat, sample.rng.uniform(0.8, 1.1)) if sample.chance(0.4) else None
    tone = paint or shade(WHITE_PANEL, sample.rng.uniform(0.6, 1.1))
    lift = sample.rng.uniform(0.012, 0.04)
    if sample.chance(0.4):
        count = int(sample.rng.integers(3, 9))
        at = [shell.flat * (2 * (i + 0.5) / count - 1) for i in range(count)]
        return [shell.patch((shell.at(0.05), shell.at(0.93)), about(y, 0.06), tone, lift=lift) for y in at]
    pitch, wide = sample.rng.uniform(0.5, 1.4), sample.rng.uniform(0.04, 0.1)
    count = int(0.86 * shell.length / pitch)
    one = shell.patch((-wide / 2, wide / 2), about(0, 1.96 * shell.flat), tone, lift=lift)
    return [copies(one, [(shell.at(0.07) + i * pitch, 0.0, 0.0) for i in range(count)])]


def glass_strips(sample: VehicleSample, shell: BusShell) -> list[Mesh]:
    """Glass along both edges of the roof, whole or in panes."""
    glass = tinted(sample.rng)
    x = (shell.at(sample.rng.uniform(0.05, 0.2)), shell.at(sample.rng.uniform(0.85, 0.95)))
    wide = sample.rng.uniform(0.2, 0.5) * shell.flat
    panes = int(sample.rng.integers(1, 8))
    pitch, gap = (x[1] - x[0]) / panes, 0.12
    return [
        shell.patch((x[0] + i * pitch, x[0] + (i + 1) * pitch - gap), y, glass)
        for i in range(panes)
        for y in both((shell.flat - wide, shell.flat))
    ]


def panorama(sample: VehicleSample, shell: BusShell) -> list[Mesh]:
    """Glass across nearly the whole width, in panes between bows."""
    glass = tinted(sample.rng)
    begin = sample.rng.uniform(0.08, 0.6)
    x, panes = (shell.at(begin), shell.at(sample.rng.uniform(max(begin + 0.25, 0.8), 0.95))), sample.rng.integers(1, 7)
    pitch = (x[1] - x[0]) / int(panes)
    half = shell.flat * sample.rng.uniform(0.6, 0.97)
    return [shell.patch((x[0] + i * pitch, x[0] + (i + 1) * pitch - 0.12), (-half, half), glass)
            for i in range(int(panes))]  # fmt: skip


def stripes(sample: VehicleSample, shell: BusShell) -> list[Mesh]:
    """Stripes along or across the roof."""
    paint, count = livery_paint(sample), int(sample.rng.integers(1, 4))
    wide = sample.rng.uniform(0.1, 0.45)
    if sample.chance(0.5):
        offset = sample.rng.uniform(0.0, 0.7) * shell.flat
        x = (shell.at(sample.rng.uniform(0.04, 0.2)), shell.at(sample.rng.uniform(0.75, 0.95)))
        wide = min(wide, shell.flat - offset)
        return [shell.patch(x, y, paint) for y in both((offset, offset + wide))]
    start = shell.at(sample.rng.uniform(0.08, 0.7))
    begins = [start + i * 2 * wide for i in range(count)]
    across = (-shell.flat, shell.flat)
    return [shell.patch((at, at + wide), across, paint, lift=0.014) for at in begins if at < shell.at(0.9)]


def roof_number(sample: VehicleSample, shell: BusShell) -> list[Mesh]:
    """The fleet's number, as strokes of about 0.6 m: legible to nobody at these distances."""
    dark = sum(sample.coat.rgb) < 0.8 and sample.chance(0.5)
    paint = loose(sample.rng, "#e8e8e4" if dark else "#202124")
    x, parts = shell.at(sample.rng.uniform(0.15, 0.75)), []
    digits, tall, pitch = int(sample.rng.integers(2, 5)), sample.rng.uniform(0.4, 0.8), sample.rng.uniform(0.3, 0.45)
    for i in range(digits):
        y = (i - (digits - 1) / 2) * pitch
        parts += [shell.patch((x, x + tall), about(y - 0.25 * pitch, 0.08), paint, lift=0.016)]
        for share in sample.rng.choice([0.0, 0.45, 0.9], size=2, replace=False):
            parts.append(shell.patch(about(x + share * tall, 0.08), about(y, 0.6 * pitch), paint, lift=0.016))
    return parts


def seams(sample: VehicleSample, shell: BusShell) -> list[Mesh]:
    """Joints of the roof's sheets, and a pale or dirty middle."""
    tone = shade(WHITE_PANEL, sample.rng.uniform(0.35, 0.8))
    count = int(sample.rng.integers(0, 5))
    lines = [shell.patch(about(shell.at(sample.rng.uniform(0.1, 0.9)), 0.035), about(0, 1.9 * shell.flat), tone,
                         lift=0.008) for _ in range(count)]  # fmt: skip
    gutters = [shell.patch((shell.at(0.05), shell.at(0.94)), y, tone, lift=0.006)
               for y in both((shell.flat - 0.05, shell.flat))]  # fmt: skip
    return [*lines, *(gutters if sample.chance(0.35) else [])]
