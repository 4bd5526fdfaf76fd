"""One way from a crop to a chip: the stated ground sample distance, else that of the file, everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import plain
from tests.zoo import geotiff
from vehicle_id import Classifier
from vehicle_id.crops.open import decode_crop, open_crop
from vehicle_id.model.golden import _logits
from vehicle_id.model.session import Session

UTM = (1, 1, 0, 3, 1024, 0, 1, 1, 3072, 0, 1, 32633, 3076, 0, 1, 9001)
FILE = geotiff(plain("red", width=40), scale=(0.5, 0.5, 0.0), keys=UTM)


@pytest.mark.parametrize(("stated_m", "extent_m"), [(None, 20.0), (0.3, 12.0)])
def test_the_stated_distance_counts_before_that_of_the_file(stated_m: float | None, extent_m: float) -> None:
    crop = open_crop(FILE, chip_px=16, gsd_m=stated_m)
    assert crop.chip.extent_m == pytest.approx(extent_m, rel=1e-3)
    assert crop.gsd_m == decode_crop(FILE, gsd_m=stated_m).gsd_m == pytest.approx(stated_m or 0.5, rel=1e-3)
    assert (crop.width_px, crop.height_px) == (40, 20)


def test_without_either_it_is_unknown() -> None:
    crop = open_crop(plain("red"), chip_px=16)
    assert (crop.gsd_m, crop.chip.extent_m) == (None, 0.0)


def test_classify_and_the_golden_outputs_open_a_geotiff_alike(
    session: Session, classifier: Classifier, tmp_path: Path
) -> None:
    """The golden check used to ignore the file's own distance."""
    (tmp_path / "a.tif").write_bytes(FILE)
    seen: list[float] = []
    run = session.run

    class Watched:
        card = session.card

        def run(self, chips: object, extent_m: object) -> object:
            seen.append(float(extent_m[0]))  # type: ignore[index]
            return run(chips, extent_m)  # type: ignore[arg-type]

    _logits(Watched(), FILE, None)  # type: ignore[arg-type]
    result = classifier.classify(tmp_path / "a.tif")
    assert (result.gsd_m, result.gsd_source) == (pytest.approx(0.5, rel=1e-3), "file")
    assert seen == [pytest.approx(0.5 * 40, rel=1e-3)]
