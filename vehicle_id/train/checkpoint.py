"""A training run on disk: one safetensors file holds tensors and, as JSON in its header, everything else.

No pickle. A file is replaced in one step, so a run that is killed at any moment resumes from its last epoch.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from vehicle_id.errors import TrainError
from vehicle_id.files import write_whole
from vehicle_id.version import __version__


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFolder:
    """Paths of the files in a run folder."""

    folder: Path

    @property
    def recipe(self) -> Path:
        """The recipe as run, every default written out."""
        return self.folder / "recipe.yaml"

    @property
    def splits(self) -> Path:
        """The split of each crop."""
        return self.folder / "splits.csv"

    @property
    def history(self) -> Path:
        """The results of each epoch, one JSON line per epoch."""
        return self.folder / "history.jsonl"

    @property
    def history_table(self) -> Path:
        """The same as CSV, with what each epoch cost."""
        return self.folder / "history.csv"

    @property
    def last(self) -> Path:
        """Checkpoint to resume from."""
        return self.folder / "last.safetensors"

    @property
    def best(self) -> Path:
        """Averaged weights of the epoch that is kept (`epoch_choice.py`)."""
        return self.folder / "best.safetensors"

    @property
    def calibration(self) -> Path:
        """What was fitted on the validation split, with the counts for the card."""
        return self.folder / "calibration.json"


@dataclass(slots=True, kw_only=True)
class Progress:
    """How far a run has come."""

    epoch: int = 0
    """Epochs finished."""
    best_epoch: int = 0
    """The one that is kept: of a run that keeps its last epoch, the last one finished."""
    best_score: float = -math.inf
    labels: tuple[str, ...] = ()


def save(
    path: Path,
    progress: Progress,
    *,
    model: nn.Module,
    ema: nn.Module | None = None,
    optimizer: torch.optim.Optimizer | None = None,
) -> None:
    """Write a checkpoint; without `ema` and `optimizer` it can only be exported."""
    tensors = {f"model/{name}": tensor for name, tensor in model.state_dict().items()}
    header: dict[str, Any] = {"progress": asdict(progress), "version": __version__}
    if ema is not None:
        tensors |= {f"ema/{name}": tensor for name, tensor in ema.state_dict().items()}
    if optimizer is not None:
        state = optimizer.state_dict()
        header["groups"] = state["param_groups"]
        for number, values in state["state"].items():
            tensors |= {f"optimizer/{number}/{name}": tensor for name, tensor in values.items()}
    # clones: safetensors refuses tensors that share memory
    owned = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    write_whole(path, safetensors.torch.save(owned, metadata={"state": json.dumps(header)}))


def load(
    path: Path,
    *,
    model: nn.Module,
    ema: nn.Module | None = None,
    optimizer: torch.optim.Optimizer | None = None,
) -> Progress:
    """Fill the given parts from a checkpoint.

    Raises:
        TrainError: no such file, or it does not fit what the recipe builds.
    """
    tensors, header = _read(path)
    try:
        model.load_state_dict(_under("model/", tensors))
        if ema is not None:
            ema.load_state_dict(_under("ema/", tensors))
        if optimizer is not None:
            optimizer.load_state_dict({"state": _optimizer_state(tensors), "param_groups": header["groups"]})
            _order_as_parameters(optimizer)
    except (RuntimeError, KeyError, ValueError) as error:
        fault = str(error).splitlines()[0]
        raise TrainError(f"the checkpoint {path} does not fit the recipe: {fault}{_written_by(header)}") from error
    return _progress(path, header)


def read_progress(path: Path) -> Progress:
    """Progress of the run of a checkpoint, with its labels.

    Raises:
        TrainError: no such file, or no checkpoint.
    """
    return _progress(path, _read(path)[1])


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # not a dict
            return tensors, json.loads(file.metadata()["state"])
    except (OSError, safetensors.SafetensorError, KeyError, TypeError, ValueError) as error:
        raise TrainError(f"no usable checkpoint at {path}: {error}") from error


def _progress(path: Path, header: dict[str, Any]) -> Progress:
    try:
        values = header["progress"]
        return Progress(**{**values, "labels": tuple(values["labels"])})
    except (KeyError, TypeError) as error:
        raise TrainError(f"the checkpoint {path} is not one of this version{_written_by(header)}") from error


def _written_by(header: dict[str, Any]) -> str:
    """What to say of a checkpoint of another version; nothing of one of this version."""
    version = header.get("version", "0.1.0 or earlier")
    if version == __version__:
        return ""
    return (
        f"; vehicle-id {version} wrote it, this is {__version__}: continue with that one, or train into another folder"
    )


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _order_as_parameters(optimizer: torch.optim.Optimizer) -> None:
    """Put the state of each parameter into its order in memory, which a fused step takes for granted."""
    for parameter, state in optimizer.state.items():
        for name, tensor in state.items():
            if tensor.shape == parameter.shape:
                state[name] = torch.empty_like(parameter).copy_(tensor)


def _optimizer_state(tensors: dict[str, Tensor]) -> dict[int, dict[str, Tensor]]:
    state: dict[int, dict[str, Tensor]] = {}
    for name, tensor in _under("optimizer/", tensors).items():
        number, _, key = name.partition("/")
        state.setdefault(int(number), {})[key] = tensor
    return state
