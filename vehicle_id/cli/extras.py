"""Turns a missing optional install into a one-sentence error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from vehicle_id.errors import MissingExtraError


def needs_train(command: str) -> AbstractContextManager[None]:
    """Imports inside the block need the extra `train`."""
    return _needs(command, "train")


def needs_synth(command: str) -> AbstractContextManager[None]:
    """Imports inside the block need the extra `synth`."""
    return _needs(command, "synth")


@contextmanager
def _needs(command: str, extra: str) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("vehicle_id"):
            raise  # a fault of this package, not of the user's install
        raise MissingExtraError(command, extra) from error
