"""Parts of a report that may fail without harm: what cannot be made is a warning."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from vehicle_id.text import said

Made = TypeVar("Made")


class Attempts:
    """Makes parts one after another.

    Args:
        log: takes one warning at a time.
    """

    def __init__(self, log: Callable[[str], None]) -> None:
        self.failed: list[str] = []
        """Sentences on what could not be made."""
        self._log = log

    def make(self, what: str, function: Callable[[], Made]) -> Made | None:
        """What the function returns; None, with a warning, where it fails.

        Args:
            what: it makes, for the warning.
            function: makes it.
        """
        try:
            return function()
        except Exception as error:  # hours of training are worth more than a picture of them
            self.failed.append(f"{what} could not be made: {said(error)}")
            self._log(f"warning: {self.failed[-1]}; the trained network is not affected")
            return None
