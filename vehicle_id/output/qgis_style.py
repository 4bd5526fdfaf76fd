"""A style for QGIS (.qml): a colour for each family, and the answer with its length as label."""

from __future__ import annotations

from html import escape  # xml.sax.saxutils loads http.client and ssl, which takes 20 ms of every start
from typing import Final

from vehicle_id.output.geometry import POINT
from vehicle_id.results import UNKNOWN, Record
from vehicle_id.text import display_name, visible

COLOURS: Final = (
    *("31,119,180", "255,127,14", "44,160,44", "214,39,40", "148,103,189", "140,86,75", "227,119,194", "188,189,34"),
    *("23,190,207", "57,59,121", "99,121,57", "140,109,49"),
)
"""Of the families in turn, as red, green and blue."""
GREY: Final = "120,120,120"
"""Of crops that are unknown, without an answer, or answered coarser than a family."""
ATTRIBUTE: Final = """coalesce("family", "label", 'no answer')"""
LABEL: Final = """coalesce("label", "status") || coalesce(' ' || format_number("length_m", 1) || ' m', '')"""


class Style:
    """What a layer has to tell apart: the families in it, and whether it holds points."""

    def __init__(self) -> None:
        self.categories: dict[str, bool] = {}
        """Value of `ATTRIBUTE` -> whether it is a family."""
        self.has_points: bool | None = None

    def add(self, record: Record, geometry: str | None) -> None:
        """Count a row.

        Args:
            record: of the row.
            geometry: its type, or None.
        """
        value = record["family"] or record["label"] or "no answer"
        self.categories[value] = record["family"] is not None
        if self.has_points is None and geometry is not None:
            self.has_points = geometry == POINT


def qml(style: Style) -> str:
    """The style as XML that QGIS 3 reads."""
    colours, categories, symbols = iter(COLOURS * 100), [], []
    values = sorted(style.categories, key=lambda each: (not style.categories[each], each == UNKNOWN, each))
    for number, value in enumerate(values):
        colour = next(colours) if style.categories[value] else GREY
        name = _quoted(display_name(value))
        categories.append(f'<category value={_quoted(value)} label={name} symbol="{number}" render="true"/>')
        symbols.append(_symbol(number, colour, is_point=bool(style.has_points)))
    categories.append(f'<category value="" label="other" symbol="{len(symbols)}" render="true"/>')
    symbols.append(_symbol(len(symbols), GREY, is_point=bool(style.has_points)))
    geometry_type = 0 if style.has_points else 2
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        '<qgis version="3.22" styleCategories="Symbology|Labeling" labelsEnabled="1">\n'
        f'<renderer-v2 type="categorizedSymbol" attr="{escape(ATTRIBUTE)}" symbollevels="0" '
        f'enableorderby="0" forceraster="0">\n<categories>{"".join(categories)}</categories>\n'
        f"<symbols>{''.join(symbols)}</symbols>\n</renderer-v2>\n{_labeling(is_point=bool(style.has_points))}"
        f"<layerGeometryType>{geometry_type}</layerGeometryType>\n</qgis>\n"
    )


def _quoted(text: str) -> str:
    """A text as the value of an attribute."""
    return f'"{escape(visible(text))}"'


def _symbol(number: int, colour: str, *, is_point: bool) -> str:
    kind, layer = ("marker", "SimpleMarker") if is_point else ("fill", "SimpleFill")
    if is_point:
        properties = {"name": "circle", "color": f"{colour},255", "size": "3", "size_unit": "MM"}
    else:
        properties = {"color": f"{colour},40", "outline_color": f"{colour},255", "outline_width": "0.6"}
        properties |= {"outline_width_unit": "MM", "outline_style": "solid", "style": "solid"}
    # up to 3.24 QGIS reads <prop>, later the <Option> beside it
    options = "".join(f'<Option type="QString" name="{name}" value="{value}"/>' for name, value in properties.items())
    older = "".join(f'<prop k="{name}" v="{value}"/>' for name, value in properties.items())
    return (
        f'<symbol type="{kind}" name="{number}" alpha="1" clip_to_extent="1" force_rhr="0">'
        f'<layer class="{layer}" enabled="1" pass="0" locked="0"><Option type="Map">{options}</Option>{older}</layer>'
        "</symbol>\n"
    )


def _labeling(*, is_point: bool) -> str:
    place = "0" if is_point else '1" quadOffset="4'  # around a point; over the middle of a polygon
    label = escape(LABEL)
    return (
        '<labeling type="simple"><settings calloutType="simple">'
        f'<text-style fieldName="{label}" isExpression="1" fontSize="8" fontSizeUnit="Point" textColor="0,0,0,255" '
        'namedStyle="Regular" fontFamily="Sans Serif" textOpacity="1">'
        '<text-buffer bufferDraw="1" bufferSize="0.8" bufferSizeUnits="MM" bufferColor="255,255,255,255" '
        'bufferOpacity="1"/></text-style>'
        f'<placement placement="{place}" dist="1" distUnits="MM"/>'
        '<rendering drawLabels="1" obstacle="1" scaleVisibility="0"/></settings></labeling>\n'
    )
