"""Which vehicle does an overhead image crop show, how sure is that, and how large is it in metres.

    from vehicle_id import Classifier
    clf = Classifier()
    result = clf.classify("crop.jpg", gsd_m=0.3)

Names are loaded when first used, so that `vehicle-id --help` does not wait for numpy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from vehicle_id.version import __version__ as __version__

if TYPE_CHECKING:
    from vehicle_id.catalogue import Catalogue, Vehicle, load_catalogue
    from vehicle_id.classifier import Classifier
    from vehicle_id.crops.manifest import Crop, read_manifest
    from vehicle_id.errors import (
        CardError,
        CatalogueError,
        InputError,
        IntegrityError,
        ManifestError,
        MissingExtraError,
        ModelError,
        ModelNotFoundError,
        OutputError,
        RecordError,
        TrainError,
        VehicleIdError,
    )
    from vehicle_id.model.card import ModelCard
    from vehicle_id.output.readers import read_rows
    from vehicle_id.output.report_file import write_report
    from vehicle_id.output.run_record import RunRecord, verify_run
    from vehicle_id.output.writers import Writers
    from vehicle_id.report.options import ReportOptions
    from vehicle_id.results import Prediction, Result, ScenePlace, Size, Status
    from vehicle_id.scenes.classify import classify_scene
    from vehicle_id.scenes.options import SceneOptions

__all__ = [
    "CardError",
    "Catalogue",
    "CatalogueError",
    "Classifier",
    "Crop",
    "InputError",
    "IntegrityError",
    "ManifestError",
    "MissingExtraError",
    "ModelCard",
    "ModelError",
    "ModelNotFoundError",
    "OutputError",
    "Prediction",
    "RecordError",
    "ReportOptions",
    "Result",
    "RunRecord",
    "SceneOptions",
    "ScenePlace",
    "Size",
    "Status",
    "TrainError",
    "Vehicle",
    "VehicleIdError",
    "Writers",
    "classify_scene",
    "load_catalogue",
    "read_manifest",
    "read_rows",
    "verify_run",
    "write_report",
]

_MODULES = {
    "catalogue": ("Catalogue", "Vehicle", "load_catalogue"),
    "classifier": ("Classifier",),
    "crops.manifest": ("Crop", "read_manifest"),
    "model.card": ("ModelCard",),
    "output.readers": ("read_rows",),
    "output.report_file": ("write_report",),
    "output.run_record": ("RunRecord", "verify_run"),
    "output.writers": ("Writers",),
    "report.options": ("ReportOptions",),
    "results": ("Prediction", "Result", "ScenePlace", "Size", "Status"),
    "scenes.classify": ("classify_scene",),
    "scenes.options": ("SceneOptions",),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'vehicle_id' has no attribute {name!r}")
    return getattr(import_module(f"vehicle_id.{_MODULE_OF.get(name, 'errors')}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
