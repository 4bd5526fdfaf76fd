"""onnxruntime with its telemetry switched off: the one module that imports it.

Since version 1.29 onnxruntime reports every session to its maker over HTTPS (name and hash of the model, errors,
speed), and keeps an identifier and a cache in the user's folders, unless this variable is set before it is loaded
(https://github.com/microsoft/onnxruntime/blob/main/docs/Privacy.md). Its native code does so, where no guard in Python
sees it. An analyst's work is private: the variable is set here, whatever its value was.
"""

from __future__ import annotations

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime

onnxruntime.disable_telemetry_events()  # for a process that has loaded it already, and for Windows events

__all__ = ["onnxruntime"]
