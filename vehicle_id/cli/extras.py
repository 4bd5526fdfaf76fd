"""Turns a missing optional install into a one-sentence error."""

from __future__ import annotations

from contextlib import AbstractContextManager

from vehicle_id.errors import needs_extra


def needs_geo(command: str) -> AbstractContextManager[None]:
    """Imports inside the block need the extra `geo`."""
    return needs_extra(command, "geo")


def needs_train(command: str) -> AbstractContextManager[None]:
    """Imports inside the block need the extra `train`."""
    return needs_extra(command, "train")


def needs_synth(command: str) -> AbstractContextManager[None]:
    """Imports inside the block need the extra `synth`."""
    return needs_extra(command, "synth")


def needs_ray(command: str) -> AbstractContextManager[None]:
    """Imports inside the block need the extra `ray`."""
    return needs_extra(command, "ray")
