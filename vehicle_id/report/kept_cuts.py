"""Windows of a scene on their way to the report: each is kept from when it is cut until its row is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vehicle_id.crops.cut import SceneCut
from vehicle_id.crops.manifest import Crop
from vehicle_id.results import Record
from vehicle_id.text import path_of


class KeptCuts:
    """The same crops, whose cuts can be found once each; holds those of the crops that are being answered.

    Args:
        crops: of a scene.
    """

    def __init__(self, crops: Iterable[Crop]) -> None:
        self._crops = crops
        self._cuts: dict[str, SceneCut] = {}

    def __iter__(self) -> Iterator[Crop]:
        for crop in self._crops:
            if crop.cut is not None:
                self._cuts[str(crop.path)] = crop.cut
            yield crop

    def find_cut(self, record: Record) -> SceneCut | None:
        """The cut of a row's crop, which is not kept any longer; None for a crop that is no cut."""
        return self._cuts.pop(path_of(record["path"] or ""), None)

    def forget(self, path: str | None) -> None:
        """Keep the cut of a crop, whose row is not written, no longer."""
        self._cuts.pop(path or "", None)
