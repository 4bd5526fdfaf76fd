"""The kinds of bus that differ from above, as ranges of their features."""

from __future__ import annotations

from typing import Final

from vehicle_id.synth.shapes.coaches.dress import BusStyle

COACH: Final = BusStyle(
    units=(("bare", 0.45), ("air", 0.42), ("two", 0.08), ("fairing", 0.05)), lean=(0.2, 0.9), corner=(0.4, 1.1),
    edge=(0.12, 0.32), belt=(0.42, 0.5), edge_glass=0.12, glass_roof=0.06, numbered=0.05,
)  # fmt: skip
CITY: Final = BusStyle(
    units=(("bare", 0.36), ("air", 0.24), ("two", 0.08), ("fairing", 0.1), ("batteries", 0.1), ("gas", 0.07),
           ("poles", 0.05)), lean=(0.05, 0.35), edge=(0.08, 0.22), numbered=0.22,
)  # fmt: skip
DOUBLE_DECK: Final = BusStyle(
    units=(("bare", 0.8), ("air", 0.15), ("two", 0.05)), lean=(0.1, 0.8), corner=(0.4, 1.1), belt=(0.25, 0.32),
    edge_glass=0.08, glass_roof=0.12, hatch=0.4, numbered=0.2,
)  # fmt: skip
VETERAN: Final = BusStyle(
    units=(("bare", 0.85), ("poles", 0.1), ("rack", 0.05)), lean=(0.0, 0.25), corner=(0.3, 0.9), edge=(0.2, 0.42),
    crown=(0.08, 0.2), ribbed=0.5, hatch=0.7, other_roof=0.35, edge_glass=0.1,
)  # fmt: skip
MINIBUS: Final = BusStyle(
    units=(("bare", 0.7), ("air", 0.2), ("rack", 0.1)), lean=(0.3, 0.9), corner=(0.3, 0.7), edge=(0.08, 0.22),
    belt=(0.4, 0.47), hatch=0.35, ribbed=0.2, numbered=0.05, other_roof=0.2,
)  # fmt: skip
SCHOOL: Final = BusStyle(
    units=(("bare", 1.0),), lean=(0.1, 0.35), corner=(0.15, 0.4), edge=(0.25, 0.45), crown=(0.08, 0.2), ribbed=0.6,
    hatch=0.85, striped=0.0, numbered=0.2, other_roof=0.0, edge_glass=0.0, glass_roof=0.0,
)  # fmt: skip
APRON: Final = BusStyle(
    units=(("bare", 0.5), ("air", 0.3), ("two", 0.2)), lean=(0.05, 0.3), corner=(0.3, 0.9), edge=(0.08, 0.25),
    hatch=0.5, numbered=0.3,
)  # fmt: skip
