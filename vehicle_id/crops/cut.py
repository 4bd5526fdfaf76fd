"""A crop that was cut from a scene: its pixels, made visible, and who states its metres. Reads no scene."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Literal

from vehicle_id.crops.bands import parse_bands
from vehicle_id.crops.images import DecodedImage


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneCut:
    """A window of a scene as the network is shown it."""

    picture: DecodedImage
    """Its `gsd_m` is that of these pixels, None where nobody states it."""
    gsd_source: str | None = None
    """`scene`, `option` or `manifest`: who states the ground sample distance."""
    bands_source: str | None = None
    """`file` or `option`: who chose the bands; None where there was nothing to choose."""

    length_px: float | None = None
    """The longer side of the object's box in these pixels; None of a point."""

    def stated(self, name: Literal["gsd_m", "bands"]) -> tuple[Any, str | None]:
        """The ground sample distance or the bands, and who states them."""
        if name == "gsd_m":
            return self.picture.gsd_m, self.gsd_source
        bands = self.picture.bands
        return None if bands is None else parse_bands(bands), self.bands_source

    @property
    def num_bytes(self) -> int:
        """Bytes of the pixels."""
        return 3 * self.picture.image.width * self.picture.image.height

    @property
    def sha256(self) -> str:
        """Of the size and the pixels, row by row."""
        image = self.picture.image
        return hashlib.sha256(f"{image.width} {image.height} RGB\n".encode() + image.tobytes()).hexdigest()
