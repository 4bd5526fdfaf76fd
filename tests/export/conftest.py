"""Fixtures of `tests/fixtures`."""

from tests.fixtures.labelled_crops import crops, finished, recipe
from tests.fixtures.untrained_model import card, model

__all__ = ["card", "crops", "finished", "model", "recipe"]
