"""The execution provider of onnxruntime that runs the graph: the requested one, or an error; never another one.

onnxruntime itself falls back to the CPU, with a line in a log, if a provider is missing or cannot start. The provider
is therefore checked before a session is made and again afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from vehicle_id.errors import InputError, ModelError
from vehicle_id.text import visible

if TYPE_CHECKING:
    import onnxruntime

ProviderName = Literal["auto", "cpu", "cuda", "tensorrt", "coreml", "dml", "openvino"]

CLASSES = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "dml": "DmlExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
}
"""Name -> name in onnxruntime."""
INSTALLS = {
    "cuda": "pip install onnxruntime-gpu",
    "tensorrt": "pip install onnxruntime-gpu, and NVIDIA's TensorRT",
    "coreml": "onnxruntime for macOS has it",
    "dml": "pip install onnxruntime-directml, on Windows",
    "openvino": "pip install onnxruntime-openvino",
}
"""How to install each; only one onnxruntime can be installed at a time."""
OPTIONS = {"cuda": {"use_tf32": "0"}}
"""Options of each: TF32 keeps 10 bits of 23, so that answers would differ from the published ones."""
AUTO = ("cuda", "dml", "cpu")
"""The first of these that starts. TensorRT builds an engine for minutes; CoreML and OpenVINO do not always compute in
32 bits, so that answers could differ from the published ones: these run only on request."""


def open_session(
    data: bytes, *, threads: int | None, provider: str = "auto"
) -> tuple[onnxruntime.InferenceSession, str]:
    """A session on the requested provider, and the provider's name.

    Args:
        data: the bytes of an ONNX file.
        threads: threads for one call; None = one per core.
        provider: one of `ProviderName`.

    Raises:
        InputError: no such provider, or it is not part of this onnxruntime, or it cannot start on this machine.
        ModelError: this onnxruntime cannot run the bytes as an ONNX model.
    """
    from vehicle_id.model.runtime import onnxruntime  # takes 0.1 s, which --help should not wait for

    if provider not in get_args(ProviderName):
        raise InputError(f"there is no provider {provider!r}: choose one of {', '.join(get_args(ProviderName))}")
    here = [name for name, own in CLASSES.items() if own in onnxruntime.get_available_providers()]
    if provider not in ("auto", *here):
        raise InputError(
            f"this onnxruntime has no provider {provider!r}, only {', '.join(here)}: {INSTALLS.get(provider, '')}"
        )
    for name in [each for each in AUTO if each in here] if provider == "auto" else [provider]:
        session = _session(data, threads, name)
        if session.get_providers()[0] == CLASSES[name]:
            return session, name
    raise InputError(
        f"the provider {provider!r} does not start on this machine: its device or its libraries are missing"
    )


def _session(data: bytes, threads: int | None, name: str) -> onnxruntime.InferenceSession:
    from vehicle_id.model.runtime import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    if threads is not None:
        options.intra_op_num_threads = threads
    if name == "dml":
        options.enable_mem_pattern = False  # DirectML requires it
    # nodes that a provider cannot compute run on the CPU
    names = list(dict.fromkeys([CLASSES[name], CLASSES["cpu"]]))
    own = [OPTIONS.get(name, {}), {}][: len(names)]
    try:
        return onnxruntime.InferenceSession(data, options, providers=names, provider_options=own)
    except Exception as error:  # onnxruntime raises a dozen unrelated types
        raise ModelError(f"onnxruntime cannot run the file as an ONNX model: {first_line(error)}") from error


def first_line(error: Exception) -> str:
    """What onnxruntime says, on one line; it may contain names from the model file."""
    return visible((str(error).strip() or type(error).__name__).splitlines()[0][:300])
