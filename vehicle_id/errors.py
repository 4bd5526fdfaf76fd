"""The errors that this package raises.

    VehicleIdError                 exit code of the command
    ├── InputError            3    an input that cannot be used
    │   ├── ManifestError     3    a CSV of crops that is not a manifest
    │   └── CatalogueError    3    a CSV of vehicles, or a class, that cannot be used
    ├── ModelError            4    a model file that cannot be used
    │   ├── ModelNotFoundError
    │   ├── IntegrityError         its bytes or its answers differ from the published ones
    │   └── CardError              it has no card, or a card that does not match its graph
    ├── OutputError           5    a file that cannot be written
    ├── MissingExtraError     6    a feature whose optional install is absent
    ├── TrainError            7    a recipe, data set, checkpoint or export that cannot be used
    └── RecordError           8    results that differ from their record

A user's mistake raises one of these with one sentence: what was given, what is allowed, what to do.
A bad *image* never raises: it becomes a `Result` with a `Status` (see `results.py`). `CropError` carries the status
inside the package; no public function raises it. All errors can be pickled, as pools of processes do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from vehicle_id.results import Status


class VehicleIdError(Exception):
    """Base of every error this package raises on purpose."""

    exit_code: ClassVar[int] = 1


class InputError(VehicleIdError):
    """A folder, file or option that cannot be used."""

    exit_code = 3


class ManifestError(InputError):
    """A manifest that cannot be read as one: no such file, no `path` column, not text."""


class CatalogueError(InputError):
    """Rows of vehicles that cannot be used, or a class that is not in the tree."""


class ModelError(VehicleIdError):
    """A model file that cannot be used."""

    exit_code = 4


class ModelNotFoundError(ModelError):
    """No model of that name, no file at that path."""


class IntegrityError(ModelError):
    """The file's sha256, or its answers to the golden crops, differ from the published ones."""


class CardError(ModelError):
    """The model has no card, or its card does not match its graph."""


class OutputError(VehicleIdError):
    """An output file that cannot be written."""

    exit_code = 5


class MissingExtraError(VehicleIdError):
    """A feature needs an optional install that is absent."""

    exit_code = 6

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(feature, extra)  # what pickle makes it again from
        self.feature = feature
        self.extra = extra

    def __str__(self) -> str:
        return f"{self.feature} needs the extra '{self.extra}': pip install 'vehicle-id[{self.extra}]'"


class TrainError(VehicleIdError):
    """A recipe, data set, checkpoint or export that cannot be used."""

    exit_code = 7


@contextmanager
def needs_extra(feature: str, extra: str) -> Iterator[None]:
    """A package that the block imports and that is absent is a `MissingExtraError`."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("vehicle_id"):
            raise  # a fault of this package, not of the user's install
        raise MissingExtraError(feature, extra) from error


class RecordError(VehicleIdError):
    """Results, or the record of their run, that were changed after they were written."""

    exit_code = 8


class CropError(Exception):
    """Why one crop has no answer; becomes the `status` and `reason` of its `Result`."""

    def __init__(self, status: Status, reason: str) -> None:
        super().__init__(status, reason)  # what pickle makes it again from
        self.status = status
        self.reason = reason

    def __str__(self) -> str:
        return self.reason
