"""`classify_dataset`: answers for the rows of a Ray Dataset."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vehicle_id.distributed.worker import CropWorker, model_files
from vehicle_id.errors import needs_extra
from vehicle_id.model import hub

if TYPE_CHECKING:
    from ray.data import Dataset

ROWS: Final = 256
"""Of a table that a worker gets: sixteen batches of the network or more."""
GPU_PROVIDERS: Final = ("cuda", "tensorrt")


def classify_dataset(
    ds: Dataset,
    model: str | Path | None = None,
    *,
    num_workers: int | tuple[int, int] = 1,
    batch_size: int = ROWS,
    **options: Any,
) -> Dataset:
    """Classify the rows of a Ray Dataset.

    Args:
        ds: with a column `path`, `bytes`, or both, and any column of a manifest; others are returned as text.
        model: as for `Classifier`; its file is sent once to each node.
        num_workers: a number, or the fewest and the most, between which Ray scales. Each takes a CPU; leave some
            for the tasks that read.
        batch_size: rows that a worker gets at once.
        options: further ones of `CropWorker`: `gsd_m`, `bands`, `top_k`, `views`, `tta`, `coverage`, `provider`,
            `isolate`.

    Returns:
        A lazy Dataset with the columns of a file of results: a row for each crop, whatever happened to it.

    Raises:
        ModelError: the model cannot be found.
        MissingExtraError: without the extra `ray`.
    """
    with needs_extra("classify_dataset", "ray"):
        import ray
        from ray.data import ActorPoolStrategy
    found = hub.load(model)
    files = ray.put(model_files(found))
    least, most = (num_workers, num_workers) if isinstance(num_workers, int) else num_workers
    return ds.map_batches(
        CropWorker,
        batch_size=batch_size,
        batch_format="pyarrow",
        compute=ActorPoolStrategy(min_size=least, max_size=most),
        num_cpus=1,
        num_gpus=1 if options.get("provider") in GPU_PROVIDERS else 0,
        fn_constructor_kwargs={"sha256": found.sha256, "fetch": partial(ray.get, files), **options},
    )
