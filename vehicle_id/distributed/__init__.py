"""Classify over many machines with Ray Data (extra ray), and the worker for Dask and Spark.

A job is a list of parts. A part is answered by one worker and is one Parquet file, whose name says which crops it
holds. A part that is answered twice has the same name: no row is lost, and none is there twice. Scheduling, retries
and scaling are Ray's.
"""

from vehicle_id.distributed.dataset import classify_dataset as classify_dataset
from vehicle_id.distributed.worker import CropWorker as CropWorker

__all__ = ["CropWorker", "classify_dataset"]
