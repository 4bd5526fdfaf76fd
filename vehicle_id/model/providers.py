"""Which execution provider of onnxruntime runs the graph: the one asked for, or an error; never another in its place.

onnxruntime itself goes on with the CPU, and a line in a log, when a provider is missing or cannot start. What was
asked for is therefore looked up before a session is made, and looked at again after. This room knows no card.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from vehicle_id.errors import InputError, ModelError

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
"""Name -> onnxruntime's own."""
INSTALLS = {
    "cuda": "pip install onnxruntime-gpu",
    "tensorrt": "pip install onnxruntime-gpu, and NVIDIA's TensorRT",
    "coreml": "onnxruntime for macOS has it",
    "dml": "pip install onnxruntime-directml, on Windows",
    "openvino": "pip install onnxruntime-openvino",
}
"""Where each comes from; only one onnxruntime can be installed at a time."""
AUTO = ("cuda", "dml", "cpu")
"""The first of these that starts. TensorRT builds an engine for minutes; CoreML and OpenVINO do not always compute in
32 bits, so that answers could differ from the published ones: they run when they are asked for."""


def open_session(
    data: bytes, *, threads: int | None, provider: str = "auto"
) -> tuple[onnxruntime.InferenceSession, str]:
    """A session on the provider asked for, and the provider's name.

    Args:
        data: the bytes of an ONNX file.
        threads: threads for one call; None = as many as the machine has cores.
        provider: one of `ProviderName`.

    Raises:
        InputError: no such provider, or one that this onnxruntime has not, or that cannot start on this machine.
        ModelError: the bytes are no ONNX model that this onnxruntime can run.
    """
    from vehicle_id.model.runtime import onnxruntime  # 0.1 s: not paid by --help or by reading a manifest

    if provider not in get_args(ProviderName):
        raise InputError(f"no provider is called {provider!r}: choose among {', '.join(get_args(ProviderName))}")
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
        options.enable_mem_pattern = False  # DirectML asks for it
    # what a provider cannot compute falls to the CPU, node by node
    names = list(dict.fromkeys([CLASSES[name], CLASSES["cpu"]]))
    try:
        return onnxruntime.InferenceSession(data, options, providers=names)
    except Exception as error:  # onnxruntime raises a dozen unrelated types
        raise ModelError(f"the file is no ONNX model that onnxruntime can run: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]
