"""Draws the example crops in `examples/crops` from numbers alone, so that anyone may have them.

A scene is a height map and a colour map on a grid eight times finer than the picture. The sun
shades slopes and casts shadows by marching over the heights, the camera looks down a little aslant,
and a sensor model averages cells to pixels, blurs, sharpens and adds noise. Lengths are in metres,
colours are linear reflectances. Not drawn: reflections of surroundings, people, anything under an
overhang.

    python examples/draw_crops.py
"""

import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

Floats = NDArray[np.float64]
Pair = tuple[float, float]
Triple = tuple[float, float, float]

FOLDER = Path(__file__).parent / "crops"
FINE = 8  # cells per pixel, each way
MARGIN = 1.2  # the scene reaches beyond the crop, so that shadows and neighbours enter from outside
SUNLIGHT, SKYLIGHT = np.array([1.30, 1.25, 1.16]), np.array([0.17, 0.20, 0.25])

WHITE, SILVER, BLACK = (0.74, 0.74, 0.73), (0.33, 0.35, 0.37), (0.018, 0.019, 0.022)
GRAPHITE, ORANGE = (0.06, 0.063, 0.07), (0.42, 0.21, 0.035)
RED, BLUE, GREEN = (0.30, 0.03, 0.025), (0.035, 0.075, 0.20), (0.25, 0.50, 0.14)
GLASS, SHEEN = (0.012, 0.015, 0.018), (0.02, 0.025, 0.03)
STEEL, PAINT, SAND = (0.15, 0.15, 0.16), (0.55, 0.55, 0.52), (0.38, 0.29, 0.175)
GRASS = ((0.135, 0.145, 0.055), (0.055, 0.085, 0.03))
GRAVEL = ((0.27, 0.245, 0.215), (0.19, 0.17, 0.15))
EARTH = ((0.27, 0.21, 0.145), (0.18, 0.135, 0.095))


def smooth(value: ArrayLike, low: float, high: float) -> Floats:
    """0 below low, 1 above high, an S-curve between."""
    t = np.clip((np.asarray(value, float) - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t))


def direction(heading: float) -> Pair:
    """Unit vector of a heading in degrees, clockwise from the right."""
    return float(np.cos(np.radians(heading))), float(np.sin(np.radians(heading)))


def box(u: Floats, v: Floats, along: Pair, half: float, corner: float = 0.02) -> Floats:
    """Distance inside a rounded rectangle centred on v = 0, negative outside."""
    du = abs(u - sum(along) / 2) - (along[1] - along[0]) / 2 + corner
    dv = abs(v) - half + corner
    outside = np.hypot(np.maximum(du, 0), np.maximum(dv, 0))
    return np.asarray(corner - outside - np.minimum(np.maximum(du, dv), 0))


class Scene:
    """Ground and what stands on it; x to the right, y down, headings clockwise from the right."""

    def __init__(self, side: int, gsd_m: float, rng: np.random.Generator) -> None:
        self.side, self.cell_m, self.rng = side, gsd_m / FINE, rng
        cells = round(side * MARGIN) * FINE
        self.y, self.x = (np.mgrid[:cells, :cells] - cells / 2 + 0.5) * self.cell_m
        self.level = np.zeros((cells, cells))
        self.gloss = np.zeros((cells, cells))
        self.colour = np.zeros((cells, cells, 3))

    def frame(self, x: float, y: float, heading: float) -> tuple[Floats, Floats]:
        """Coordinates u along a heading and v to the right of it, from the point x, y."""
        c, s = direction(heading)
        return (self.x - x) * c + (self.y - y) * s, (self.y - y) * c - (self.x - x) * s

    def paint(self, amount: ArrayLike, colour: ArrayLike, gloss: float = 0.0) -> None:
        """Blends a colour in where amount is 1."""
        share = np.asarray(amount, float)
        self.colour += share[..., None] * (np.asarray(colour) - self.colour)
        self.gloss += share * (gloss - self.gloss)

    def put(self, inside: Floats, level: ArrayLike, colour: ArrayLike, gloss: float = 0.0) -> None:
        """A solid of this height and colour where inside is positive."""
        self.level = np.where(inside > 0, level, self.level)
        self.paint(inside > 0, colour, gloss)

    def noise(self, u: Floats, v: Floats, octaves: int = 1) -> Floats:
        """Value noise with features one unit wide, each octave half as wide and 0.65 as strong."""
        total = np.zeros_like(u)
        for octave in range(octaves):
            lattice = self.rng.normal(size=(128, 128)) * 0.65**octave
            i, j = np.floor(u).astype(int), np.floor(v).astype(int)
            s, t = smooth(u - i, 0, 1), smooth(v - j, 0, 1)
            corners = [(i + k) % 128 * 128 + (j + m) % 128 for k in (0, 1) for m in (0, 1)]
            a, b, c, d = (lattice.take(corner) for corner in corners)
            total += a + (b - a) * t + (c - a + (a - b - c + d) * t) * s
            u, v = 1.6 * u - 1.2 * v, 1.2 * u + 1.6 * v  # twice as fine, and turned off the lattice
        return total

    def asphalt(self, heading: float, tone: float) -> None:
        """Grain, stains, wheel tracks along the heading, cracks with sealant, a mended patch."""
        u, v = self.frame(0, 0, heading)
        shade = 0.12 * self.noise(u / 0.06, v / 0.06, 2) + 0.11 * self.noise(u / 2.5, v / 1.2, 5)
        shade += 0.06 * np.cos(4 * np.pi * v / 3.5) + 0.05 * self.noise(u / 12, v / 0.5, 2)
        shade -= 0.25 * np.exp(-((v / 0.35) ** 2)) * smooth(self.noise(u / 1.5, v / 0.4, 3), 0.2, 2)
        at = self.rng.uniform(1.5, 4) * self.rng.choice((-1, 1))
        shade -= 0.25 * (box(u - at, v - 2.2, (-3.4, 1.9), 1.1) > 0)
        self.colour[:] = np.exp(shade)[..., None] * tone * np.array([1.02, 1.0, 0.97])
        for along, across in ((u, v + 1.1), (v, u + at)):
            crack = abs(across + 0.4 * self.noise(along / 1.4, across / 5, 4))
            self.paint(0.7 * smooth(0.03 - crack, 0, 0.02) * (self.noise(u, v) > -0.3), BLACK)

    def line(self, along: Floats, across: Floats, width: float = 0.13, dash: float = 0.0) -> None:
        """A worn painted line on across = 0; dashed, with gaps twice the dash, unless dash is 0."""
        worn = smooth(self.noise(along / 0.5, across / 0.2, 4), -2.2, 0.3)
        drawn = (abs(across) < width / 2) & (along % (3 * dash or 1) < (dash or 1))
        self.paint(0.9 * drawn * worn, PAINT)

    def rough(self, inside: Floats, tones: tuple[Triple, Triple], grain: float, bump: float) -> None:
        """Grass, gravel or earth: two colours mixed at all scales, and bumps for the sun."""
        fine = self.noise(self.x / grain, self.y / grain, 3)
        patches = self.noise(self.x / 3, self.y / 3, 6)
        share = smooth(0.8 * patches + 0.35 * fine, -1.8, 1.8)[..., None]
        ground = share * np.array(tones[0]) + (1 - share) * np.array(tones[1])
        self.paint(inside > 0, ground * np.exp(0.12 * fine)[..., None])
        self.level += np.where(inside > 0, bump * fine * smooth(patches, -2, 1), 0)

    def street(self, heading: float, tone: float, verge: float) -> None:
        """A road, dashed line to the left; to the right, verge metres off, a kerb and grass."""
        self.asphalt(heading, tone)
        u, v = self.frame(0, 0, heading)
        self.line(u + 2, v + 1.9, dash=2.5)
        self.rough(v - verge, GRASS, 0.16, 0.03)
        self.put(0.09 - abs(v - verge), 0.12, (0.27, 0.265, 0.25))
        self.paint((abs(v - verge) < 0.09) & (u % 1.0 < 0.03), BLACK)

    def tree(self, x: float, y: float, radius: float) -> None:
        """A crown of many round clumps of leaves."""
        leaves = self.noise(self.x / 0.3, self.y / 0.3, 3)
        for _ in range(110):
            angle, share = self.rng.uniform(0, 2 * np.pi), np.sqrt(self.rng.uniform())
            size = radius * self.rng.uniform(0.12, 0.28)
            du = self.x - x - share * radius * np.cos(angle)
            dv = self.y - y - share * radius * np.sin(angle)
            bump = 1 - (du**2 + dv**2) / size**2 + 0.25 * leaves
            dome = radius * np.sqrt(1.05 - share**2) + size * np.sqrt(np.maximum(bump, 0))
            top = 1.5 + 1.4 * dome + 0.1 * leaves
            leaf = np.array([0.095, 0.135, 0.045]) * self.rng.uniform(0.75, 1.3)
            self.put(np.where(top > self.level, bump, -1), top, leaf)

    # Vehicles: u forward, v to the right, from the vehicle's centre

    def shell(self, inside: Floats, top: ArrayLike, colour: Triple, edge: float = 0.12) -> None:
        """A body with rounded edges, in glossy paint a little dirty."""
        rounded = edge * (1 - np.sqrt(1 - (1 - np.clip(inside / edge, 0, 1)) ** 2))
        dirt = np.exp(0.04 * self.noise(self.x / 0.7, self.y / 0.7, 3))
        self.put(inside, np.asarray(top) - rounded, dirt[..., None] * np.array(colour), 0.5)

    def cabin(self, u: Floats, v: Floats, base: Triple, roof: Triple, top: Pair, paint: Triple) -> None:
        """Windows that slope from base up to roof (each: rear, front, half width)."""
        ends = np.minimum((u - base[0]) / (roof[0] - base[0]), (base[1] - u) / (base[1] - roof[1]))
        side = (base[2] - abs(v)) / (base[2] - roof[2])
        rise = np.minimum(ends, side)
        crown = 0.05 * (v / roof[2]) ** 2 + 0.03 * (u - roof[0] / 2 - roof[1] / 2) ** 2
        level = top[0] + (top[1] - top[0]) * np.minimum(rise, 1) - crown * (rise > 1)
        self.put(rise, np.maximum(level, self.level), paint, 0.5)
        pillar = abs(ends - side) < 0.2
        pillar |= (abs(u - 0.5 * (roof[0] + roof[1])) < 0.05) & (side < ends)
        sheen = np.array(SHEEN) * smooth(self.noise(u / 1.2, v / 0.7, 2), -1, 2)[..., None]
        self.paint((rise > 0.08) & (rise < 0.95) & ~pillar, GLASS + sheen, 1.0)

    def mirrors(self, u: Floats, v: Floats, at: float, half: float, level: float) -> None:
        """Both outside mirrors."""
        arms = box(u, abs(v) - half - 0.06, (at - 0.09, at + 0.09), 0.1)
        self.put(arms, level, (0.05, 0.05, 0.055), 0.5)

    def lamps(self, u: Floats, v: Floats, front: float, rear: float, apart: float) -> None:
        """Head lamps, tail lamps and a dark grille."""
        w = abs(v) - apart
        self.paint(box(u, w, (front - 0.32, front - 0.06), 0.15, 0.08) > 0, SILVER, 1.0)
        self.paint(box(u, w, (rear + 0.04, rear + 0.16), 0.17) > 0, (0.2, 0.012, 0.01), 0.5)
        self.paint(box(u, v, (front - 0.08, front), apart - 0.2) > 0, BLACK)

    def car(self, x: float, y: float, heading: float, colour: Triple, estate: bool = False) -> None:
        """A saloon or estate car of 4.4 x 1.8 m."""
        u, v = self.frame(x, y, heading)
        outline = box(u, v / (1 - 0.10 * (abs(u) / 2.2) ** 4), (-2.2, 2.2), 0.9, 0.42)
        top = 0.95 - 0.22 * smooth(u, 0.9, 2.3) - 0.1 * smooth(-u, 1.6, 2.2) - 0.07 * v**2
        self.shell(outline, top + 0.02 * smooth(-abs(v), -0.55, -0.45) * (u > 0.8), colour, 0.3)
        self.lamps(u, v, 2.15, -2.19, 0.6)
        self.paint((abs(u - 1.02 + 0.2 * v**2) < 0.05) & (abs(v) < 0.7), BLACK)  # wipers
        rear = (-2.08, -1.8) if estate else (-1.6, -0.95)
        self.cabin(u, v, (rear[0], 1.02, 0.81), (rear[1], 0.30, 0.56), (0.93, 1.46), colour)
        if not estate:
            self.paint(0.7 * ((abs(u + 1.68) < 0.02) & (abs(v) < 0.7)), BLACK)  # boot lid
        self.mirrors(u, v, 0.62, 0.88, 1.0)

    def van(self, x: float, y: float, heading: float, colour: Triple) -> None:
        """A panel van of 5.5 x 2.0 m."""
        u, v = self.frame(x, y, heading)
        outline = box(u, v / (1 - 0.08 * smooth(u, 1.2, 2.75)), (-2.75, 2.75), 1.0, 0.24)
        self.shell(outline, 1.25 - 0.35 * smooth(u, 1.9, 2.8), colour, 0.2)
        self.lamps(u, v, 2.72, -2.75, 0.72)
        self.paint((abs(u - 2.05 + 0.1 * v**2) < 0.06) & (abs(v) < 0.8), BLACK)
        self.cabin(u, v, (-2.9, 2.03, 0.98), (-2.8, 1.1, 0.84), (1.25, 2.3), colour)
        ribs = 0.025 * smooth(np.cos(2 * np.pi * v / 0.36), 0.2, 0.7) * (abs(u + 0.9) < 1.6)
        roof = box(u, v, (-2.72, 1.12), 0.94, 0.14)
        self.shell(roof, 2.36 + ribs - 0.06 * v**2 - 0.1 * smooth(u, 0.4, 1.2), colour, 0.14)
        self.mirrors(u, v, 1.6, 1.0, 1.5)

    def bus(self, x: float, y: float, heading: float, colour: Triple) -> None:
        """A city bus of 12 x 2.55 m with its air conditioning on the roof."""
        u, v = self.frame(x, y, heading)
        self.shell(box(u, v, (-6, 6), 1.275, 0.28), 2.95 - 0.05 * v**2, colour, 0.16)
        self.paint(box(u, v, (5.74, 5.94), 1.1, 0.1) > 0, GLASS, 1.0)
        self.paint(0.5 * ((abs(abs(v) - 1.02) < 0.025) & (abs(u) < 5.6)), STEEL)
        self.paint(0.3 * ((u % 1.45 < 0.04) & (abs(v) < 1.2)), BLACK)
        for at, length in ((1.2, 2.4), (-4.6, 1.5)):
            unit = box(u, v, (at - length / 2, at + length / 2), 0.85, 0.1)
            self.shell(unit, 3.25, (0.42, 0.43, 0.43), 0.1)
            fan = 0.28 - np.hypot(abs(u - at) - 0.27 * length, v)
            self.put(fan, 3.15, (0.06, 0.06, 0.065))
        for at in (3.9, -1.7):
            self.shell(box(u, v, (at - 0.4, at + 0.4), 0.32, 0.08), 3.02, (0.3, 0.31, 0.32), 0.05)
        self.mirrors(u, v, 6.05, 1.2, 2.5)

    def truck(self, x: float, y: float, heading: float, colour: Triple) -> tuple[Floats, Floats]:
        """Chassis and cab of a rigid lorry of 8 x 2.5 m; returns its frame for the body."""
        u, v = self.frame(x, y, heading)
        self.put(box(u, v, (-3.9, 3.5), 0.45), 0.95, (0.035, 0.034, 0.033))
        self.put(box(u, abs(v) - 1.0, (1.75, 2.2), 0.22), 0.9, (0.06, 0.06, 0.06))  # tank and battery
        self.shell(box(u, v, (2.0, 4.0), 1.2, 0.16), 2.0, colour, 0.1)
        self.lamps(u, v, 4.0, 2.0, 0.9)
        self.cabin(u, v, (1.95, 3.97, 1.18), (2.0, 3.45, 1.08), (2.0, 2.75), colour)
        self.shell(box(u, v, (2.6, 3.15), 0.38, 0.1), 2.84, (0.10, 0.11, 0.12), 0.06)  # roof hatch
        self.mirrors(u, v, 3.7, 1.25, 2.3)
        return u, v

    def box_body(self, u: Floats, v: Floats) -> None:
        """A closed body, rain-streaked."""
        body = box(u, v, (-4.0, 1.65), 1.25, 0.06)
        stains = np.exp(0.07 * self.noise(u / 1.5, v / 0.4, 4))[..., None]
        self.put(body, 3.35, stains * np.array([0.62, 0.62, 0.6]), 0.2)
        self.paint(abs(body - 0.05) < 0.05, (0.36, 0.37, 0.38), 0.3)
        self.paint(0.16 * ((u % 1.13 < 0.04) & (body > 0.1)), BLACK)

    def tipper_body(self, u: Floats, v: Floats, colour: Triple) -> None:
        """An open steel body full of sand, its front wall in the colour of the cab."""
        body = box(u, v, (-4.0, 1.6), 1.25, 0.05)
        self.put(body, 2.35, STEEL, 0.2)
        self.paint(abs(body - 0.05) < 0.05, colour, 0.3)
        heap = 1.7 + 0.8 * np.exp(-((u + 0.3) ** 2) / 1.1 - v**2 / 0.7)
        heap += 0.65 * np.exp(-((u + 2.5) ** 2) / 0.9 - v**2 / 0.6)
        heap += 0.03 * self.noise(u / 0.25, v / 0.25, 3)
        shade = np.exp(0.12 * self.noise(u / 0.4, v / 0.4, 4))
        self.put(body - 0.1, heap, shade[..., None] * SAND)
        self.put(box(u, v, (1.4, 1.75), 1.2), 2.6, colour, 0.4)

    # Light and camera

    def beyond(self, values: Floats, towards: float, distance: float) -> Floats:
        """The values found this far on in a direction; the border repeats."""
        cells = np.arange(len(values))
        columns, rows = (cells + round(distance * part / self.cell_m) for part in direction(towards))
        moved = np.take(values, rows, axis=0, mode="clip")
        return np.asarray(moved.take(columns, axis=1, mode="clip"))

    def light(self, sun_from: float, elevation: float) -> Floats:
        """Radiance of every cell under sun and sky."""
        slope = np.tan(np.radians(elevation))
        lit = np.ones_like(self.level)
        step = max(2 * self.cell_m, 0.03)
        for reach in np.arange(step, self.level.max() / slope, step):
            over = self.beyond(self.level, sun_from, reach) - self.level - reach * slope
            lit = np.minimum(lit, 1 - smooth(over, 0, 0.04))
        around = [self.beyond(self.level, a, r) for r in (0.4, 1.4) for a in range(0, 360, 45)]
        rise_y, rise_x = np.clip(np.gradient(self.level, self.cell_m), -2.5, 2.5)
        upright = 1 / np.sqrt(1 + rise_x**2 + rise_y**2)
        hidden = np.maximum(np.mean(around, axis=0) - self.level, 0)
        sky = np.exp(-0.45 * hidden) * (0.5 + 0.5 * upright)
        ux, uy = direction(sun_from)
        sun = lit * np.maximum(slope - rise_x * ux - rise_y * uy, 0) * upright / np.hypot(1, slope)
        halfway = 1 / (slope + np.hypot(1, slope))  # slope that mirrors the sun straight up
        off_glint = (rise_x + ux * halfway) ** 2 + (rise_y + uy * halfway) ** 2
        mirrored = 0.3 * (self.gloss * sky)[..., None] * SKYLIGHT
        mirrored += 0.5 * (self.gloss * lit * np.exp(-off_glint / 0.02))[..., None] * SUNLIGHT
        light = sun[..., None] * SUNLIGHT + sky[..., None] * SKYLIGHT
        return np.asarray(self.colour * light + mirrored)

    def seen(self, radiance: Floats, towards: float, off_nadir: float) -> Floats:
        """What a camera sees whose image leans tall things towards a direction."""
        picture, lean = radiance.copy(), np.tan(np.radians(off_nadir))
        for height in np.arange(0.05, self.level.max() + 0.05, 0.05):
            there = self.beyond(self.level, towards + 180, height * lean)
            body = self.beyond(self.gloss, towards + 180, height * lean) > 0.4
            # Doors and windows are not in a height map: tyres and sills are dark, a bus has glass.
            band = height < 0.4 or (1.2 < height < 2.3) * (there > 2.6)
            dark = 0.75 * (body & (there > height + 0.3)) * band
            colour = self.beyond(radiance, towards + 180, height * lean) * (1 - dark[..., None])
            picture = np.where((there >= height)[..., None], colour, picture)
        return picture


def blurred(picture: Floats, sigma: float) -> Floats:
    """Gaussian blur of a picture [H, W, 3]; the border repeats."""
    taps = np.exp(-0.5 * (np.arange(-3, 4) / sigma) ** 2)
    for _ in range(2):
        rows = np.pad(picture, ((3, 3), (0, 0), (0, 0)), mode="edge")
        picture = sum(t * rows[k : k + len(picture)] for k, t in enumerate(taps / taps.sum()))
        picture = picture.swapaxes(0, 1)
    return picture


def photograph(scene: Scene, radiance: Floats, haze: float, sharpen: float) -> Image.Image:
    """Pixels, lens blur, haze, film curve, sRGB, sharpening, noise."""
    start, end = (len(radiance) // FINE - scene.side) // 2 * FINE, scene.side * FINE
    cells = np.minimum(radiance[start:, start:][:end, :end], 1.6)
    pixels = blurred(cells.reshape(scene.side, FINE, scene.side, FINE, 3).mean(axis=(1, 3)), 0.55)
    pixels *= 1.2 * (1 + scene.rng.normal(0, 0.03, 3))  # exposure and white balance
    pixels = pixels * (1 - haze) + haze * np.array([0.34, 0.36, 0.39])
    pixels = np.where(pixels < 0.7, pixels, 0.7 + 0.3 * np.tanh((pixels - 0.7) / 0.3))
    picture = 255 * (1.055 * np.maximum(pixels, 0.0031) ** (1 / 2.4) - 0.055)
    picture += sharpen * (picture - blurred(picture, 1.0))
    grain = scene.rng.normal(0, 2.2, pixels.shape[:2])[..., None]
    noise = grain + blurred(scene.rng.normal(0, 2.2, picture.shape), 0.6)
    return Image.fromarray(np.clip(np.rint(picture + noise), 0, 255).astype(np.uint8))


class Crop(NamedTuple):
    """One example: what it is, and how it was taken."""

    name: str
    label: str
    side: int
    gsd_m: float
    sun_from: float
    leans_to: float


CROPS = (
    Crop("white_car.png", "car", 112, 0.06, 235, 100),
    Crop("red_car.jpg", "car", 88, 0.075, 200, 250),
    Crop("dark_car.png", "car", 56, 0.12, 290, 20),
    Crop("white_van.png", "van", 100, 0.08, 250, 110),
    Crop("blue_van.jpg", "van", 66, 0.12, 320, 10),
    Crop("city_bus.png", "bus", 156, 0.105, 130, 300),
    Crop("distant_bus.png", "bus", 56, 0.3, 300, 0),
    Crop("box_truck.png", "truck", 140, 0.08, 250, 60),
    Crop("tipper_truck.png", "truck", 112, 0.1, 215, 300),
    Crop("distant_truck.png", "truck", 38, 0.3, 200, 150),
    Crop("empty_road.png", "background", 128, 0.1, 215, 0),
    Crop("lone_tree.jpg", "background", 96, 0.14, 225, 200),
)


def furnish(scene: Scene, name: str) -> None:
    """Puts ground and vehicles where the crop of this name wants them."""
    s = scene
    match name.partition(".")[0]:
        case "white_car":
            s.asphalt(158, 0.16)
            u, v = s.frame(0, 0, 68)
            for bay in (-2.5, -1.5, -0.5, 0.5, 1.5, 2.5):
                s.line(u, v - 2.5 * bay, 0.1)
            s.line(v, u + 2.7)
            s.car(0, 0, 68, WHITE)
            s.car(-2.4, 1.0, 248, BLUE, estate=True)
            s.car(2.5, -0.9, 68, SILVER, estate=True)
        case "red_car":
            s.street(-22, 0.12, 2.0)
            s.car(0, 0, -22, RED, estate=True)
        case "dark_car":
            s.rough(s.x + 99, GRAVEL, 0.09, 0.015)
            s.car(0, 0, 130, GRAPHITE)
            s.tree(-4.2, -4.4, 2.2)
        case "white_van":
            s.street(8, 0.09, 2.6)
            s.car(-1, -4.2, 188, SILVER)
            s.van(0, 0, 8, WHITE)
        case "blue_van":
            s.street(-55, 0.14, 2.2)
            s.van(0, 0, -55, BLUE)
        case "city_bus":
            s.street(-28, 0.10, 2.6)
            s.car(-6, -2.2, 152, WHITE)
            s.bus(0, 0, -28, GREEN)
        case "distant_bus":
            s.street(75, 0.14, 3.0)
            s.bus(0, 0, 75, WHITE)
        case "box_truck":
            s.street(196, 0.13, 3.0)
            s.box_body(*s.truck(0, 0, 196, RED))
        case "tipper_truck":
            s.rough(s.x + 99, EARTH, 0.12, 0.03)
            for heading, offset in ((35, 0.0), (48, 2.5), (35, -3.4)):
                u, v = s.frame(0, 0, heading)
                rut = smooth(0.3 - abs(abs(v - offset + 0.1 * np.sin(u)) - 1.0), 0, 0.15)
                s.paint(0.7 * rut * smooth(s.noise(u, v / 0.2, 3), -2, 1), EARTH[1])
                s.level -= 0.04 * rut
            s.tipper_body(*s.truck(0, 0, 35, ORANGE), ORANGE)
        case "distant_truck":
            s.asphalt(120, 0.15)
            s.box_body(*s.truck(0, 0, 120, BLUE))
            s.truck(3.4, 1.6, 120, WHITE)
        case "empty_road":
            s.street(40, 0.13, 3.8)
            u, v = s.frame(0, 0, 40)
            s.line(u, v - 3.3)
            s.paint(smooth(0.4 - np.hypot(u - 2.2, v - 1.3), 0, 0.1), (0.07, 0.065, 0.06))
        case "lone_tree":
            s.rough(s.x + 99, GRASS, 0.16, 0.035)
            s.tree(-1, -1, 3.4)


def main() -> None:
    """Draws every crop and writes the manifest beside them."""
    FOLDER.mkdir(exist_ok=True)
    for seed, crop in enumerate(CROPS):
        scene = Scene(crop.side, crop.gsd_m, np.random.default_rng(seed))
        furnish(scene, crop.name)
        radiance = scene.seen(scene.light(crop.sun_from, elevation=46), crop.leans_to, off_nadir=9)
        near = crop.gsd_m < 0.1  # a drone: less air between, and a camera that sharpens
        picture = photograph(scene, radiance, 0.02 if near else 0.06, 0.8 if near else 0.3)
        picture.save(FOLDER / crop.name, quality=90, subsampling=0)
    with (FOLDER / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("path", "gsd_m", "label"))
        writer.writerows((crop.name, crop.gsd_m, crop.label) for crop in CROPS)


if __name__ == "__main__":
    main()
