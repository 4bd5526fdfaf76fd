"""The onnxruntime session: chips in, scores out, in the same order.

The file's structure (`onnx_file.py`), digest and card are checked before onnxruntime loads it; then the graph is
checked against its card, and what it answers against what can be an answer.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, fields
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vehicle_id.errors import CardError, ModelError
from vehicle_id.model.card import METADATA_KEY, ModelCard
from vehicle_id.model.digest import DIGEST_KEY, check_digest
from vehicle_id.model.onnx_file import inspect
from vehicle_id.model.providers import first_line, open_session

ScoreArray = NDArray[np.float32]
"""Inputs and outputs of the network."""
MAX_LOG_SIZE = 50.0
"""Largest logarithm in the output `size`: far beyond every vehicle, and its exponential is still a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Raw outputs for N chips; None where the model has no such output."""

    logits: ScoreArray
    """`[N, C]`, already divided by the fitted temperature: their softmax is calibrated."""
    embedding: ScoreArray | None = None
    """`[N, D]`."""
    size: ScoreArray | None = None
    """`[N, 4]`: means of ln(length) and ln(width) as fractions of the chip's side, then their log-variances."""
    heading: ScoreArray | None = None
    """`[N, 2]`: cosine and sin of twice the heading."""

    def first(self, num: int) -> Scores:
        """Those of the first `num` chips."""
        if len(self.logits) == num:
            return self
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        rows: dict[str, Any] = {name: None if values is None else values[:num] for name, values in given.items()}
        return Scores(**rows)


class Session:
    """One loaded model.

    Args:
        data: the bytes of an ONNX file that carries a card.
        threads: threads for one call; None = one per core.
        provider: what runs the graph, a name of `providers.py`.
        is_published: the bytes are known to be those of a published model, so that their own digest need not be
            computed.

    Raises:
        InputError: the provider is not there, or does not start.
        ModelError: the bytes are no ONNX model, contain what no exported network needs, or cannot be run.
        IntegrityError: the digest in the file does not match its bytes.
        CardError: no card, or a card that does not describe the graph.
    """

    def __init__(
        self, data: bytes, *, threads: int | None = None, provider: str = "auto", is_published: bool = False
    ) -> None:
        self.graph = inspect(data)
        self.has_digest = DIGEST_KEY in self.graph.metadata if is_published else check_digest(data, self.graph)
        if METADATA_KEY not in self.graph.metadata:
            raise CardError("the model file contains no card: export it with 'vehicle-id export'")
        self.card = ModelCard.from_json(self.graph.metadata[METADATA_KEY])
        self._session, self.provider = open_session(data, threads=threads, provider=provider)
        # DirectML runs one call at a time
        self._turn = Lock() if self.provider == "dml" else nullcontext()
        self.outputs = tuple(output.name for output in self._session.get_outputs())
        self.takes_extent = "extent_m" in {each.name for each in self._session.get_inputs()}
        self._check_graph()

    def run(self, chips: NDArray[np.uint8], extent_m: ScoreArray) -> Scores:
        """Score chips.

        Args:
            chips: uint8 `[N, S, S, 3]`.
            extent_m: float32 `[N]`, metres spanned by each chip's side, 0 = unknown.

        Raises:
            ModelError: the graph fails, or its outputs are not N rows of finite numbers.
        """
        feeds: dict[str, Any] = {"chips": chips}
        if self.takes_extent:
            feeds["extent_m"] = extent_m
        try:
            with self._turn:
                values = self._session.run(None, feeds)
        except Exception as error:  # onnxruntime raises a dozen unrelated types
            raise ModelError(f"{self.card.full_name} fails while it runs: {first_line(error)}") from error
        found = dict(zip(self.outputs, values, strict=True))
        for name, output in found.items():
            self._check_output(name, output, len(chips))
        return Scores(**found)

    def _check_output(self, name: str, output: Any, num_rows: int) -> None:
        widths = {"logits": len(self.card.labels), "size": 4, "heading": 2}
        shape = getattr(output, "shape", None)
        if shape is None or len(shape) != 2 or shape[0] != num_rows or shape[1] != widths.get(name, shape[1]):
            width = widths.get(name, "D")
            raise self._refusal(name, f"has the shape {shape} in place of ({num_rows}, {width})")
        if output.dtype != np.float32:
            raise self._refusal(name, f"is {output.dtype} in place of float32")
        if not np.isfinite(output).all():
            raise self._refusal(name, "contains NaN or infinite numbers")
        if name == "size" and np.abs(output).max(initial=0.0) > MAX_LOG_SIZE:
            raise self._refusal(name, f"contains logarithms beyond {MAX_LOG_SIZE:g}")

    def _refusal(self, name: str, fault: str) -> ModelError:
        return ModelError(f"the output {name!r} of {self.card.full_name} {fault}: its answers cannot be used")

    def _check_graph(self) -> None:
        side = self.card.chip_px
        inputs = {each.name: (each.type, each.shape[1:]) for each in self._session.get_inputs()}
        outputs = {each.name: each.shape[1:] for each in self._session.get_outputs()}
        if inputs.get("chips") != ("tensor(uint8)", [side, side, 3]):
            raise CardError(f"the model's input 'chips' is not uint8 [N, {side}, {side}, 3] as its card says")
        if set(inputs) - {"chips", "extent_m"}:
            raise CardError(f"the model has inputs this version does not know: {sorted(inputs)}")
        if outputs.get("logits") != [len(self.card.labels)]:
            raise CardError(f"the model's output 'logits' is not [N, {len(self.card.labels)}] as its card says")
        if set(outputs) - {"logits", "embedding", "size", "heading"}:
            raise CardError(f"the model has outputs this version does not know: {sorted(outputs)}")
        means = self.card.class_means()
        if means is not None and outputs.get("embedding") != [means.shape[1]]:
            raise CardError(
                f"the model's output 'embedding' is not [N, {means.shape[1]}], as the class means of its card"
            )
        for name, shape, stated in (("size", [4], "[N, 4]"), ("heading", [2], "[N, 2]")):
            if name in outputs and outputs[name] != shape:
                raise CardError(f"the model's output {name!r} is not {stated}")
