"""What a report says and shows besides its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vehicle_id.crops.cut import SceneCut
from vehicle_id.model.occlusion import Occluder
from vehicle_id.report.rates import ConfusionRates
from vehicle_id.results import Record
from vehicle_id.taxonomy import Taxonomy

PICTURE_PX = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOptions:
    """What a report says and shows besides its rows."""

    title: str = "Vehicles in overhead imagery"
    credit: str | None = None
    """Who made the imagery: `Maxar 2024`. Without credit and licence the report carries a visible mark."""
    licence: str | None = None
    """Under which licence it may be shown: `CC BY 4.0`."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """Further lines of the section on how the report was made, by name: the command, hashes, options."""
    warnings: tuple[str, ...] = ()
    """Sentences that stand at the top of the report."""
    taxonomy: Taxonomy | None = None
    """The model's. Its size ranges stand beside the measured sizes, its names are the choices of a review, its families
    are counted. None = the published class tree with the sizes of the catalogue, and no counts."""
    rates: ConfusionRates | None = None
    """How often the model confuses families: the counts then have intervals."""
    occluder: Occluder | None = None
    """Maps what each answer rests on; fifty runs of the network for each crop."""
    pictures: bool = True
    """Whether to show the crops; they are found by the paths in the rows."""
    crops: Path | None = None
    """Folder in which crops are looked for that are not at the path of their row."""
    find_cut: Callable[[Record], SceneCut | None] | None = None
    """Gives the window of a scene that a row's crop is, None for a file. It is shown if it has the hash in the row."""
    reviews: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What a person said of crops, by the sha256 of the crop: `review`, `label`, `reviewer`, `reviewed` and `blind`."""
    picture_px: int = PICTURE_PX
    """Longest side of a picture; a larger crop is reduced to it."""
    remark: Callable[[str], None] | None = None
    """Called with a sentence on the crops without a picture, which the page has, too; once, at the end."""
    isolate: bool = True
    """Decode the crops in a separate process."""
