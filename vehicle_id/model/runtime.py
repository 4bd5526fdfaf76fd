"""onnxruntime, told to keep to itself: the one place that imports it.

Since its version 1.29 it reports every session to its maker over HTTPS (name and hash of the model, errors, speed),
and keeps an identifier and a cache in the user's folders, unless this variable is set before it is loaded
(https://github.com/microsoft/onnxruntime/blob/main/docs/Privacy.md). It does so in its own code, where no guard in
Python sees it. What an analyst looks at is nobody's business: here it is switched off, whatever the variable was.
"""

from __future__ import annotations

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime

onnxruntime.disable_telemetry_events()  # for a process that had loaded it already, and the events of Windows

__all__ = ["onnxruntime"]
