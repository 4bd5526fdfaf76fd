"""Surfaces: reflectance, gloss, and the coats of vehicles.

Reflectances are linear (0 black, 1 a perfect white), written as the sRGB colour that a camera would show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

Rgb = tuple[float, float, float]


def linear(srgb: str) -> Rgb:
    """Linear reflectance of an sRGB colour written `#rrggbb` (IEC 61966-2-1)."""
    coded = (int(srgb[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in coded)
    return red, green, blue


@dataclass(frozen=True, slots=True, kw_only=True)
class Paint:
    """The surface of a part."""

    rgb: Rgb
    """Linear reflectance."""
    gloss: float = 0.05
    """Share of the sun mirrored: 0 chalk, 0.05 old paint, 0.3 new paint, 0.9 glass."""
    coat: bool = False
    """Whether it is the vehicle's own coat: camouflage and fading cover it."""


TYRE: Final = Paint(rgb=linear("#232324"), gloss=0.0)
GLASS: Final = Paint(rgb=linear("#1c2429"), gloss=0.8)
STEEL: Final = Paint(rgb=linear("#7d7d7b"), gloss=0.15)
DARK_STEEL: Final = Paint(rgb=linear("#3e3d3b"), gloss=0.08)
BRIGHT_STEEL: Final = Paint(rgb=linear("#c4c6c8"), gloss=0.5)
RUST: Final = Paint(rgb=linear("#6b4a35"), gloss=0.0)
CHASSIS: Final = Paint(rgb=linear("#2b2b2c"), gloss=0.0)
WOOD: Final = Paint(rgb=linear("#8a7458"), gloss=0.0)
CONCRETE: Final = Paint(rgb=linear("#a9a59c"), gloss=0.0)
CANVAS: Final = Paint(rgb=linear("#6f7359"), gloss=0.0)
WHITE_PANEL: Final = Paint(rgb=linear("#dcdcd8"), gloss=0.1)
LAMP: Final = Paint(rgb=linear("#c9c9c2"), gloss=0.6)

COATS: Final[Mapping[str, Sequence[str]]] = {
    "yellow": ("#d9a21b", "#e3b42a", "#c98f1e", "#d8b04a", "#e8c040"),
    "white": ("#e6e6e2", "#d9d8d2", "#f0f0ee", "#cfcdc6"),
    "orange": ("#d2691e", "#c8641f", "#dd7b2c"),
    "red": ("#9c1f1f", "#b02a25", "#7e1d1d", "#c0392b"),
    "blue": ("#23407e", "#2f5aa0", "#1d2f55", "#4a78b5"),
    "green": ("#3b5b34", "#2f4a2c", "#4f7046", "#5c7a50", "#2f4a40"),
    "grey": ("#7f8182", "#9a9b9a", "#606264", "#b0b0ae"),
    "black": ("#1a1a1c", "#232427", "#2d2d2f"),
    "silver": ("#a9acaf", "#bfc1c3", "#8f9295"),
    "brown": ("#6a4632", "#59402f", "#7a5640", "#4c3a2e"),
    "sand": ("#b9a67f", "#c7b48c", "#a8946c", "#d0c09b", "#dccca6"),
    "olive": ("#4c5138", "#3f4430", "#5b5f44", "#666a4c"),
    "camouflage": ("#4c5138", "#5b5f44", "#56533c"),
}
"""Coats that a catalogue row may name, each with its tones; `mixed`, or no name, is any civil coat."""

SERVICE: Final[Mapping[str, Sequence[str]]] = {
    "green": ("#2f5d3a", "#3a6b45", "#27502f"),  # fresh, for parades
    "sand": ("#c9b17a", "#d6c08f", "#b89a63"),
    "white": ("#eceeee", "#dfe1e0"),  # United Nations
    "grey": ("#8a8c8d", "#6f7376", "#9a938c"),  # primer
}
"""Coats that any army's vehicle may wear for a while, under the names of the coats they resemble."""

CIVIL: Final = (
    *("white",) * 7, *("silver",) * 3, *("grey",) * 3, *("black",) * 3, *("blue",) * 2, *("red",) * 2,
    "yellow", "green", "sand",
)  # fmt: skip
"""Coats on the road, repeated in about their real proportions."""


def draw_coat(rng: np.random.Generator, names: Sequence[str]) -> tuple[Paint, str]:
    """A coat out of those named, the first the commonest, its tone varied and partly faded.

    Args:
        rng: source of the draw.
        names: keys of `COATS`, commonest first; `mixed`, or nothing, for any civil coat.

    Returns:
        The paint, and the name of the coat.
    """
    shares = 1.0 / np.arange(1, len(names) + 1)
    name = str(rng.choice(names, p=shares / shares.sum())) if names else "mixed"
    if name == "mixed":
        name = str(rng.choice(CIVIL))
    return _faded(rng, str(rng.choice(COATS[name])), name), name


def draw_service_coat(rng: np.random.Generator) -> tuple[Paint, str]:
    """One of `SERVICE` coats, and the name of the coat that it resembles."""
    name = str(rng.choice(list(SERVICE)))
    return _faded(rng, str(rng.choice(SERVICE[name])), name), name


def _faded(rng: np.random.Generator, srgb: str, name: str) -> Paint:
    """A tone of a coat, varied and partly faded."""
    tone = np.array(linear(srgb))
    tint = 0.015 if name in ("white", "silver", "grey", "black") else 0.05  # grey coats are neutral
    tone = tone * rng.normal(1.0, 0.12) * rng.normal(1.0, tint, 3)
    faded = rng.beta(1.2, 4.0)
    grey = tone.mean() * 0.8 + 0.06  # chalky
    tone = np.clip(tone * (1 - faded) + grey * faded, 0.01, 0.92)
    red, green, blue = (float(value) for value in tone)
    return Paint(rgb=(red, green, blue), gloss=float(rng.uniform(0.0, 0.3) * (1 - faded)), coat=True)


def shade(paint: Paint, factor: float) -> Paint:
    """The same surface, darker (factor below 1) or brighter."""
    red, green, blue = (min(0.95, value * factor) for value in paint.rgb)
    return replace(paint, rgb=(red, green, blue))


def loose(rng: np.random.Generator, srgb: str, *, spread: float = 0.12) -> Paint:
    """A matt heap or cloth near a colour: earth, ore, coal, tarpaulin."""
    tone = np.array(linear(srgb)) * rng.normal(1.0, spread) * rng.normal(1.0, spread / 3, 3)
    red, green, blue = (float(value) for value in np.clip(tone, 0.01, 0.9))
    return Paint(rgb=(red, green, blue), gloss=0.0)


def tinted(rng: np.random.Generator) -> Paint:
    """Window glass from above: near black, or greyed by dashboard, dust and sky."""
    factor = rng.uniform(0.4, 1.9)
    return replace(shade(GLASS, factor), gloss=float(rng.uniform(0.1, 0.7)))
