"""One crop through a decoder process."""

from __future__ import annotations

from vehicle_id.crops.decoder import Decoder
from vehicle_id.crops.decoder_messages import EncodedCrop, Stated
from vehicle_id.crops.open import DecodedCrop
from vehicle_id.errors import CropError


def open_apart(
    decoder: Decoder, data: bytes, *, chip_px: int = 8, gsd_m: float | None = None, views: int = 1
) -> DecodedCrop:
    """As `open.open_crop`, whose errors it raises."""
    [crop] = decoder.open_crops([EncodedCrop(data, Stated(gsd_m=gsd_m))], chip_px=chip_px, views=views)
    if isinstance(crop, CropError):
        raise crop
    return crop
