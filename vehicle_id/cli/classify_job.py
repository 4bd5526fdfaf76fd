"""What stands on the command line of `vehicle-id classify`, for whichever engine answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vehicle_id.model.providers import ProviderName

if TYPE_CHECKING:
    from vehicle_id.crops.bands import Bands
    from vehicle_id.scenes.options import SceneOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifyJob:
    """What stands on the command line, checked; the same for every engine."""

    crops: Sequence[str]
    """The scene, where there is one."""
    manifest: Path | None
    no_manifest: bool
    boxes: Path | None
    grid_m: float | None
    scene: SceneOptions | None
    """None = crops."""
    bands: Bands | None
    gsd_m: float | None
    model: str | None
    out: Sequence[Path]
    resume: bool
    part_rows: int | None
    provider: ProviderName
    gallery: Path | None
    isolate: bool
    strict: bool
    answering: Mapping[str, Any]
    """`top_k`, `views`, `tta` and `coverage`."""
