"""A crop as a picture that can be published: annotated, with what it shows written below, in one PNG."""

from __future__ import annotations

import io
import math
from functools import cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from vehicle_id.crops.images import Pixels
from vehicle_id.report.annotation import Annotation, Corner, annotation_of
from vehicle_id.results import Record
from vehicle_id.text import display_name, visible

ENLARGED_PX: Final = 480
"""Longest side of a picture, about: a smaller crop is enlarged by the whole number that comes nearest."""
TEXT_PX: Final = 15
MARGIN: Final = 8
LONGEST: Final = 300
"""Characters of a line."""
YELLOW: Final = (255, 212, 0)
NO_CREDIT: Final = "Imagery credit not stated"
FONTS: Final = ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "Arial.ttf", "Helvetica.ttc")
"""Fonts of the usual systems that have Cyrillic letters; Pillow's own has none."""


def annotated_png(pixels: Pixels, record: Record, *, credit: str | None, licence: str | None) -> bytes:
    """The annotated picture: box, scale bar, north, and lines of text below.

    Args:
        pixels: of the crop, `[H, W, 3]`; may be smaller than the crop.
        record: of its row.
        credit: who made the imagery.
        licence: under which it may be shown.
    """
    picture = enlarged(pixels)
    scale = picture.width / (record["width_px"] or pixels.shape[1])
    _annotate(picture, annotation_of(record), scale)
    lines = _wrapped(lines_of(record, credit=credit, licence=licence), picture.width - 2 * MARGIN)
    height = picture.height + 2 * MARGIN + len(lines) * (TEXT_PX + 5)
    whole = Image.new("RGB", (picture.width, height), "white")
    whole.paste(picture)
    draw = ImageDraw.Draw(whole)
    for number, line in enumerate(lines):
        draw.text((MARGIN, picture.height + MARGIN + number * (TEXT_PX + 5)), line, "black", font=_font(TEXT_PX))
    return png(whole)


def enlarged(pixels: Pixels) -> Image.Image:
    """A picture that is large enough to be drawn on."""
    times = max(1, round(ENLARGED_PX / max(pixels.shape[:2])))
    return Image.fromarray(pixels.repeat(times, axis=0).repeat(times, axis=1))


def png(image: Image.Image) -> bytes:
    """An image as the content of a PNG file."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def lines_of(record: Record, *, credit: str | None, licence: str | None) -> list[str]:
    """What is written below a picture."""
    answer = display_name(record["label"] or record["status"])
    if record["score"] is not None:
        answer += f", score {record['score']:.2f} ({record['level']})"
    lines = [answer]
    if record["length_m"] is not None:
        lines.append(
            f"length {record['length_m']:.1f} m ({record['length_low_m']:.1f} to {record['length_high_m']:.1f}), "
            f"width {record['width_m']:.1f} m ({record['width_low_m']:.1f} to {record['width_high_m']:.1f})"
        )
    place = [record["date"], record["site"]]
    if record["lon"] is not None and record["lat"] is not None:
        place.append(f"{record['lat']:.5f}, {record['lon']:.5f}")
    if record["gsd_m"]:
        place.append(f"{record['gsd_m']:.3g} m per pixel")
    lines.append(" · ".join(filter(None, place)))
    stated = f"Imagery: {credit}. Licence: {licence}." if credit and licence else NO_CREDIT
    # the hash before the path: of a long line the end is cut
    lines += [stated, f"sha256 {(record['sha256'] or 'unknown')[:16]}, {record['path'] or 'no path'}"]
    return [visible(line) for line in lines if line]


def _annotate(picture: Image.Image, annotation: Annotation, scale: float) -> None:
    draw = ImageDraw.Draw(picture)
    if annotation.box is not None:
        corners = [(x * scale, y * scale) for x, y in annotation.box]
        for colour, width in (("black", 5), (YELLOW, 3)):
            draw.line([*corners, corners[0], corners[1]], fill=colour, width=width, joint="curve")
    if annotation.bar_m is not None and annotation.bar_px is not None:
        left, bottom = 3 * MARGIN, picture.height - 2 * MARGIN
        for colour, width in (("black", 6), ("white", 3)):
            draw.line([(left, bottom), (left + annotation.bar_px * scale, bottom)], fill=colour, width=width)
        _outlined(draw, (left, bottom - 8 - TEXT_PX), f"{annotation.bar_m:g} m")
    if annotation.north_deg is not None:
        _arrow(draw, (picture.width - 40, 44), annotation.north_deg)


def _arrow(draw: ImageDraw.ImageDraw, middle: Corner, north_deg: float) -> None:
    """An arrow to the north; its direction is counter-clockwise from the x axis."""
    x, y = math.cos(math.radians(north_deg)), -math.sin(math.radians(north_deg))
    tip, end = (middle[0] + 24 * x, middle[1] + 24 * y), (middle[0] - 24 * x, middle[1] - 24 * y)
    wings = [(tip[0] - 12 * x + side * 8 * y, tip[1] - 12 * y - side * 8 * x) for side in (1, -1)]
    for colour, width in (("black", 6), ("white", 3)):
        draw.line([end, tip], fill=colour, width=width)
        draw.line([wings[0], tip, wings[1]], fill=colour, width=width, joint="curve")
    _outlined(draw, (middle[0] - 34, middle[1] - TEXT_PX / 2), "N")


def _outlined(draw: ImageDraw.ImageDraw, place: Corner, text: str) -> None:
    draw.text(place, text, "white", font=_font(TEXT_PX), stroke_width=2, stroke_fill="black")


def _wrapped(lines: list[str], width: int) -> list[str]:
    """Lines broken at words or, where a word is too long, anywhere; at most `LONGEST` characters of each."""
    font, found = _font(TEXT_PX), list[str]()
    for line in lines:
        rest = line[:LONGEST]
        while font.getlength(rest) > width and len(rest) > 1:
            fits = max(n for n in range(1, len(rest)) if n == 1 or font.getlength(rest[:n]) <= width)
            space = rest.rfind(" ", 1, fits + 1)
            at = fits if space < 0 else space
            found.append(rest[:at])
            rest = rest[at:].lstrip()
        found.append(rest)
    return found


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for name in FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)
