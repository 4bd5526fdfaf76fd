"""Materials: their colours, textures, patches and stones, with contrasts set beside real images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from vehicle_id.synth.ground.context import GroundContext
from vehicle_id.synth.ground.layers import Patches, Texture
from vehicle_id.synth.paint import Rgb, linear

SOILS: Final = ("#9c8a72", "#8a7862", "#a8967a", "#7d6c58", "#b5a284", "#a08060", "#a5806a", "#8f8578", "#6d6052")
GRAVELS: Final = ("#9a958a", "#a8a294", "#8c867b", "#b3a893", "#948777")
GRASSES: Final = ("#5c6644", "#646d4a", "#505c3d", "#74744f", "#80795a", "#4a5838", "#67714b", "#4f6b4a", "#587050")
ASPHALTS: Final = ("#5b5b5c", "#6a6967", "#747370", "#4a4b4d", "#7f7d79", "#66615c", "#86837e")
CONCRETES: Final = ("#a39f95", "#b0aba0", "#979389", "#bab4a6", "#a8998a", "#8f8d88")
ROCKS: Final = ("#a59a88", "#b3a791", "#948a7c", "#b09a78", "#a08b72", "#8d8880", "#c0b49d")
SNOWS: Final = ("#dfe4ea", "#e6e9ee", "#d6dce4", "#e2e3e4", "#d2d7dd", "#d0d0ce")
DIRTY_SNOWS: Final = ("#b9bbbd", "#a9a49c", "#98928a", "#c2c0bb", "#a3a8ad")
WATERS: Final = ("#2a3a3c", "#31463f", "#38484f", "#454f55", "#27323d", "#3a4636", "#54604f", "#615f4c", "#2f4a50")
MUDS: Final = ("#6b5a46", "#5c4d3d", "#77654f", "#57483a", "#7a6a58")
BALLASTS: Final = ("#857c72", "#90887e", "#7a6d60", "#9a948b", "#766457")

# Measured: windows of 14 m (48 pixels of 0.3 m) of UC Merced tiles that show one material, picked by colour and taken
# back to linear light; medians. "log" is the standard deviation of the logarithm of brightness, "slope" the exponent
# of its amplitude spectrum, "r/g" the standard deviation of the logarithm of red over green, "r-g" a correlation.
#
#                              real                                      rendered, as 0.3 m with a little noise
#                    windows   log         slope       r/g    r-g        log         slope       r/g    r-g
#   grass            569       0.15-0.16   1.15-1.20   0.08   0.91-0.95  0.17        1.29        0.09   0.91
#   soil             152       0.19-0.20   0.93-1.28   0.03-0.07  0.97   0.17        1.26        0.06   0.97
#   sand             485       0.13        1.34        0.03   0.99
#   asphalt, conc.   238       0.15-0.19   0.91-1.52   0.03   0.98       0.14, 0.11  0.97, 1.22  0.03   0.98, 0.97
#
# Middle halves of the real ones: log 0.08-0.21 grass, 0.14-0.26 soil, 0.09-0.20 paved; slope 0.7-1.5 everywhere.
# Snow, mud, ballast, rock and water are in none of the tiles: their numbers are guesses beside those.
GREENS: Final = (0.05, 0.0, -0.03)
"""Change of the bands of grass between lush and dry."""


def tone(context: GroundContext, tones: Sequence[str], spread: float = 0.12) -> Rgb:
    """One of the colours, varied."""
    rgb = (
        np.array(linear(str(context.rng.choice(tones))))
        * context.rng.normal(1, spread)
        * context.rng.normal(1, 0.02, 3)
    )
    red, green, blue = (float(value) for value in np.clip(rgb, 0.02, 0.9))
    return red, green, blue


def material(
    context: GroundContext,
    tones: Sequence[str],
    contrast: tuple[float, float],
    *,
    exponent: tuple[float, float] = (1.1, 1.4),
    tint: Rgb = (0.015, 0.0, -0.02),
) -> Texture:
    """A texture in one of the colours, its contrast and smoothness drawn from ranges."""
    return Texture(
        rgb=tone(context, tones),
        contrast=context.between(*contrast),
        exponent=context.between(*exponent),
        size_m=context.between(8, 24),
        tint=tint,
        seed=context.seed(),
    )


def soil_texture(context: GroundContext) -> Texture:
    """Earth, dry or damp."""
    return material(context, SOILS, (0.07, 0.2), exponent=(0.9, 1.4), tint=(0.02, 0.0, -0.025))


def gravel_texture(context: GroundContext) -> Texture:
    """Gravel."""
    return material(context, GRAVELS, (0.11, 0.18), exponent=(0.8, 1.1))


def grass_texture(context: GroundContext) -> Texture:
    """Grass, lush to dry."""
    return material(context, GRASSES, (0.08, 0.2), exponent=(0.8, 1.25), tint=GREENS)


def asphalt_texture(context: GroundContext) -> Texture:
    """Asphalt."""
    return material(context, ASPHALTS, (0.06, 0.13), exponent=(0.85, 1.15), tint=(0.008, 0.0, -0.01))


def concrete_texture(context: GroundContext) -> Texture:
    """Concrete."""
    return material(context, CONCRETES, (0.05, 0.12), exponent=(0.85, 1.2), tint=(0.008, 0.0, -0.012))


def rock_texture(context: GroundContext) -> Texture:
    """Broken rock."""
    return material(context, ROCKS, (0.12, 0.24), exponent=(0.9, 1.25))


def bare_texture(context: GroundContext) -> Texture:
    """Gravel or earth."""
    return gravel_texture(context) if context.chance(0.4) else soil_texture(context)


def patches(
    context: GroundContext,
    base: Texture,
    tones: Sequence[str],
    cover: tuple[float, float],
    *,
    share: tuple[float, float] = (0.3, 0.9),
    hue: float = 0.45,
    size_m: float = 8.0,
    edge: float = 0.8,
) -> Patches:
    """Patches of a mix of the ground's colour and another, nearer to the ground's in hue than in brightness."""
    way = context.between(*share)
    ratios = np.array(tone(context, tones)) / base.rgb
    red, green, blue = (float(value) for value in (ratios**hue * ratios.mean() ** (1 - hue)) ** way)
    return Patches(
        ratio=(red, green, blue),
        cover=context.between(*cover),
        size_m=size_m * context.between(0.6, 2.0),
        edge=edge * context.between(0.5, 1.8),
        exponent=context.between(1.1, 1.6),
        seed=context.seed(),
    )


def stones(
    context: GroundContext, base: Texture, tones: Sequence[str], cover: tuple[float, float], *, size_m: float = 1.2
) -> Patches:
    """Stones, clods or tufts of a few decimetres; larger ones are low scrub."""
    red, green, blue = (to / of for to, of in zip(tone(context, tones, 0.3), base.rgb, strict=True))
    return Patches(
        ratio=(red, green, blue),
        cover=context.between(*cover),
        size_m=size_m,
        exponent=0.9,
        edge=0.6,
        seed=context.seed(),
    )
