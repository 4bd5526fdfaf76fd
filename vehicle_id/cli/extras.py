"""Turns a missing optional install into one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from vehicle_id.errors import MissingExtraError


@contextmanager
def needs_train(command: str) -> Iterator[None]:
    """Imports inside the block need the extra `train`."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("vehicle_id"):
            raise  # our own bug, not the user's install
        raise MissingExtraError(command, "train") from error
