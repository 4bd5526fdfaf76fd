"""A headless Chromium for tests."""

from __future__ import annotations

import pytest

from training.pages.browser import PROGRAM, Browser

needs_browser = pytest.mark.skipif(PROGRAM is None, reason="needs Chromium (Debian: apt-get install chromium)")

__all__ = ["PROGRAM", "Browser", "needs_browser"]
