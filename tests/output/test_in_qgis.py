"""Answers as layers in QGIS itself (Debian: apt-get install python3-qgis), without a screen."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.output.test_writers import needs_pyogrio
from vehicle_id import Classifier, Writers, classify_scene

pytest.importorskip("rasterio", reason="needs the extra geo")
SCENE = Path(__file__).parents[2] / "examples" / "scene"
BOXES = SCENE / "lorries.geojson"
PYTHON = shutil.which("python3", path="/usr/bin") or "python3"
"""Of the system: QGIS is not on the package index."""
LOOK = """
import json, sys
from qgis.core import QgsApplication, QgsVectorLayer

application = QgsApplication([], False)
application.initQgis()
layer = QgsVectorLayer(sys.argv[1], "answers", "ogr")
style, is_found = layer.loadDefaultStyle()
rings = [json.loads(each.geometry().asJson(17)) for each in layer.getFeatures()]
print(json.dumps({
    "valid": layer.isValid(), "crs": layer.crs().authid(), "style": is_found, "renderer": layer.renderer().type(),
    "labels": layer.labelsEnabled(), "types": {each.name(): each.typeName() for each in layer.fields()},
    "geometries": rings, "lengths": [each["length_m"] for each in layer.getFeatures()],
}))
"""


def has_qgis() -> bool:
    return subprocess.run([PYTHON, "-c", "import qgis.core"], capture_output=True, check=False).returncode == 0


def corners(geometry: dict[str, Any]) -> np.ndarray:
    """Of a polygon, or of the one polygon of several, in metres from the scene: `[N, 2]`."""
    ring = np.array(geometry["coordinates"][0] if geometry["type"] == "Polygon" else geometry["coordinates"][0][0])
    return np.asarray((ring - [4.07, 51.96]) * 111_320.0 * np.array([math.cos(math.radians(51.96)), 1.0]))


@needs_pyogrio
@pytest.mark.skipif(not has_qgis(), reason="needs QGIS (Debian: apt-get install python3-qgis)")
@pytest.mark.parametrize("name", ["answers.gpkg", "answers.geojson"])
def test_a_layer_opens_in_qgis_with_its_style_types_and_places(name: str, tmp_path: Path) -> None:
    results = list(classify_scene(SCENE / "lorry_park.tif", boxes=BOXES, classifier=Classifier()))
    with Writers([tmp_path / name]) as writers:
        for result in results:
            writers.write(result)
    seen = subprocess.run(
        [PYTHON, "-c", LOOK, str(tmp_path / name)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    found = json.loads(seen.stdout.splitlines()[-1])
    assert found["valid"] and found["crs"] == "EPSG:4326"
    assert found["style"] and found["renderer"] == "categorizedSymbol" and found["labels"]
    assert {found["types"][each] for each in ("score", "length_m", "lon", "lat")} == {"Real"}
    assert {found["types"][each] for each in ("label", "family", "reason")} == {"String"}
    assert found["lengths"] == pytest.approx([result.size.length_m for result in results if result.size], abs=1e-3)
    drawn = [each["geometry"] for each in json.loads(BOXES.read_text())["features"]]
    assert len(found["geometries"]) == len(drawn)
    for ours, theirs in zip(found["geometries"], drawn, strict=True):
        distances = np.linalg.norm(corners(ours)[:, None] - corners(theirs), axis=2)
        assert max(distances.min(axis=1).max(), distances.min(axis=0).max()) < 0.1
