"""`CropWorker`: a table of crops in, a table of answers out. One class for Ray Data, Dask and Spark.

It is small until it answers its first table: then it loads the model, once per process whatever the number of tables.
"""

from __future__ import annotations

import hashlib
import os
import platform
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from vehicle_id.classifier import Classifier
from vehicle_id.crops.jobs import BandsGiven
from vehicle_id.crops.manifest import Crop, extra_names
from vehicle_id.distributed.crop_reading import NamedCrop, opened
from vehicle_id.distributed.rows import CONTENT, row_crop
from vehicle_id.errors import IntegrityError, ModelError, needs_extra
from vehicle_id.files import write_whole
from vehicle_id.model import hub
from vehicle_id.output.formats import parquet_schema
from vehicle_id.parallel import return_large_blocks, use_one_blas_thread
from vehicle_id.results import COLUMNS, Record, Result

MODEL: Final = "model.onnx"
BESIDE: Final = ("golden.json",)
"""What a node needs of a model's folder besides the model: another provider than the CPU is checked against it."""
GALLERY: Final = "gallery.json"
Fetch = Callable[[], Mapping[str, bytes]]
"""Returns the files of a model, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """How crops are answered, the same on every node."""

    model: str | None = None
    """As for `Classifier`; of no account where the files of the model are sent."""
    sha256: str
    """Of the model."""
    top_k: int = 5
    views: int | None = None
    tta: bool = False
    coverage: float | None = None
    provider: str = "cpu"
    gallery: str | None = None
    isolate: bool = True
    gsd_m: float | None = None
    """Metres per pixel, for crops that state none."""
    bands: BandsGiven | None = None
    threads: int = 1
    """Of a worker; with `isolate` there is one more, as others wait for their decoders."""


def model_files(model: hub.ModelFile) -> dict[str, bytes]:
    """The files of a model that every node needs."""
    beside = {name: model.beside(name) for name in BESIDE}
    return {MODEL: model.data, **{name: path.read_bytes() for name, path in beside.items() if os.path.isfile(path)}}


class CropWorker:
    """Answers tables of crops; for `map_batches` of Ray, `map_partitions` of Dask, `mapInPandas` of Spark.

    A table has a column `path` (a path or a URL), `bytes` (the file's content), or both, and any column of a manifest
    (`gsd_m`, `date`, `site`, ...). Other columns are returned with the answers, as text. The answers have the columns
    of every file of results, a row for each crop, whatever happened to it.

    Args:
        model: as for `Classifier`. It must be the same file on every node: its sha256 is compared.
        gsd_m: metres per pixel, for rows that state none.
        bands: the bands to show, for rows that state none.
        threads: that answer the crops of a table.
        isolate: decode in separate processes.
        sha256: of the model, which a node must have; None = that of the model here.
        fetch: returns the files of the model (`model_files`) on a node; None = each node has the model itself.
        options: further ones of `Classifier`: `top_k`, `views`, `tta`, `coverage`, `provider`.

    Raises:
        ModelError: the model cannot be found.
    """

    def __init__(
        self,
        model: str | Path | None = None,
        *,
        gsd_m: float | None = None,
        bands: BandsGiven | None = None,
        threads: int = 1,
        isolate: bool = True,
        sha256: str | None = None,
        fetch: Fetch | None = None,
        **options: Any,
    ) -> None:
        name = None if model is None else str(model)
        self._fetch = fetch
        self.answering = Answering(
            model=name,
            sha256=sha256 or hub.load(model).sha256,
            gsd_m=gsd_m,
            bands=bands,
            threads=threads,
            isolate=isolate,
            **options,
        )

    def __call__(self, table: Any) -> Any:
        """The answers of an Arrow table, as an Arrow table."""
        with needs_extra("CropWorker", "ray"):
            import pyarrow as pa
        columns = own_columns(table.column_names)
        rows = (row for batch in table.to_batches(1024) for row in batch.to_pylist())
        crops = opened((str(row.get("path") or ""), row_crop(row, columns)) for row in rows)
        classifier = classifier_of(self.answering, self._fetch)
        records = [row_of(result, columns.values()) for result in answers(classifier, self.answering, crops)]
        return pa.Table.from_pylist(records, schema=self.schema(table.column_names))

    def frame(self, frame: Any) -> Any:
        """The answers of a pandas data frame, as a data frame: for Dask."""
        import pyarrow as pa

        return self(pa.Table.from_pandas(frame, preserve_index=False)).to_pandas()

    def frames(self, frames: Iterable[Any]) -> Iterator[Any]:
        """The answers of several data frames: for Spark."""
        return map(self.frame, frames)

    @staticmethod
    def schema(columns: Iterable[str]) -> Any:
        """The Arrow schema of the answers of a table with such columns."""
        return parquet_schema([*COLUMNS, *own_columns(columns).values()])


def own_columns(columns: Iterable[str]) -> dict[str, str]:
    """The user's columns of a table, with their names in a result."""
    return extra_names([name for name in columns if name != CONTENT])


def answers(classifier: Classifier, answering: Answering, crops: Iterable[NamedCrop]) -> Iterator[Result]:
    """Answers in the order of the crops, each with the path that it was given."""
    names = deque[str]()

    def rows() -> Iterator[Crop]:
        for name, crop in crops:
            names.append(name)
            yield crop

    for result in classifier.classify_crops(rows(), gsd_m=answering.gsd_m, bands=answering.bands):
        name = names.popleft()
        yield result if result.path == name else replace(result, path=name or None)


def row_of(result: Result, columns: Iterable[str]) -> Record:
    """A result as a row that has exactly the given columns of the user's own."""
    record = result.to_dict()
    return {name: record.get(name) for name in (*COLUMNS, *columns)}


_LOCK: Final = threading.Lock()
_LOADED: Final[dict[Any, Classifier]] = {}


def classifier_of(answering: Answering, fetch: Fetch | None = None) -> Classifier:
    """The classifier of this process for such answers, loaded when it is first asked for.

    Args:
        answering: how crops are answered.
        fetch: as for `CropWorker`.

    Raises:
        ModelError, InputError: as `Classifier`.
        IntegrityError: this node has another model.
    """
    with _LOCK:
        key = repr(answering)
        if key not in _LOADED:
            _LOADED[key] = _load(answering, fetch)
        return _LOADED[key]


def _load(answering: Answering, fetch: Fetch | None) -> Classifier:
    use_one_blas_thread()
    return_large_blocks()
    model: str | Path | None = answering.model
    gallery: str | Path | None = answering.gallery
    if fetch is not None:
        folder = installed(fetch(), answering.sha256)
        model, gallery = folder / MODEL, folder / gallery if gallery else None
    found = hub.load(model).sha256
    if found != answering.sha256:
        raise IntegrityError(
            f"the model of the job has sha256 {answering.sha256}, and on the node {platform.node()} it has {found}: "
            "install the same version of vehicle-id on every node"
        )
    return Classifier(
        model,
        threads=answering.threads + answering.isolate,
        top_k=answering.top_k,
        views=answering.views,
        tta=answering.tta,
        coverage=answering.coverage,
        provider=answering.provider,
        gallery=gallery,
        isolate=answering.isolate,
    )


def installed(files: Mapping[str, bytes], sha256: str) -> Path:
    """The folder of this node that holds the files of a job's model, which are written once.

    Jobs of one model with other files beside it, such as another gallery, have folders of their own.

    Args:
        files: by name.
        sha256: of the model.

    Raises:
        ModelError: somebody else owns the folder.
    """
    user = os.getuid() if hasattr(os, "getuid") else 0
    content = hashlib.sha256(sha256.encode())
    for name in sorted(files.keys() - {MODEL}):
        content.update(f"\n{name} {hashlib.sha256(files[name]).hexdigest()}".encode())
    folder = Path(tempfile.gettempdir()) / f"vehicle-id-{user}" / content.hexdigest()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if hasattr(os, "getuid") and folder.parent.stat().st_uid != user:
        raise ModelError(f"the folder {folder.parent} belongs to another user: remove it, or set TMPDIR")
    for name, data in files.items():
        place = folder / name
        if not os.path.isfile(place) or place.read_bytes() != data:
            write_whole(place, data)
    return folder
