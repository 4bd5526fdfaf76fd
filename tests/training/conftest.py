"""Fixtures of `tests/fixtures/labelled_crops.py`."""

from tests.fixtures.labelled_crops import crops, finished, recipe

__all__ = ["crops", "finished", "recipe"]
