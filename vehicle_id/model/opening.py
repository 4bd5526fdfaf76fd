"""The one way from a model's file to a session that may answer.

A file that is not a published model is tried first (`trial.py`). A provider other than the CPU must give the published
scores (`golden.py`).
"""

from __future__ import annotations

from vehicle_id.model.golden import check_provider
from vehicle_id.model.hub import ModelFile
from vehicle_id.model.session import Session
from vehicle_id.model.trial import try_model


def open_model(file: ModelFile, *, threads: int | None = None, provider: str = "auto") -> Session:
    """A session of a model file.

    A file that is not a published model is first run once in a limited process. A provider other than the CPU must
    answer as published.

    Args:
        file: as `hub.load` returns it.
        threads: threads for one call; None = one per core.
        provider: one of `providers.ProviderName`.

    Raises:
        InputError: the provider is not there, or does not start.
        ModelError: the model cannot be run, or takes too much memory or time.
        IntegrityError: the provider answers differently, or the digest in the file does not match its bytes.
        CardError: no card, or a card that does not describe the graph.
    """
    if not file.is_published:
        try_model(file.data, file.sha256)
    session = Session(file.data, threads=threads, provider=provider, is_published=file.is_published)
    if session.provider != "cpu":
        check_provider(session, file)
    return session
