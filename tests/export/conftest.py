"""Fixtures of `tests/fixtures/labelled_crops.py`."""

from tests.fixtures.labelled_crops import crops, recipe

__all__ = ["crops", "recipe"]
