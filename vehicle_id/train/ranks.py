"""The processes of a run that `torchrun` started: which crops each trains on, and how they agree.

Each process has the same weights. It takes its share of every batch; outputs and gradients are exchanged, so that loss
and step are those of one process with the whole batch. The first one alone validates and writes. Knows no network.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import torch
from torch import Tensor, distributed, nn
from torch.distributed.rendezvous import rendezvous

from vehicle_id.errors import TrainError, VehicleIdError
from vehicle_id.train.faults import STAYS

LONGEST_WAIT: Final = timedelta(hours=6)
"""For the first process, while it validates or opens crops. torchrun ends the others when one ends."""
FAILED: Final = "vehicle_id/failed"
"""Key of the first process that failed, in the store that all share."""
CUT_OFF: Final = ("closed by peer", "connection reset", "broken pipe", "gloo", "nccl", "connection refused")
"""Texts of torch, in lower case, where another process of the run has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """One process among those of a run; by itself unless `torchrun_ranks` made it."""

    rank: int = 0
    size: int = 1
    local_rank: int = 0
    """Number of the process on its machine."""
    local_size: int = 1
    """Processes of the run on its machine."""

    @property
    def is_first(self) -> bool:
        """Whether this process validates, writes and prints."""
        return self.rank == 0

    def share(self, num: int, *, rank: int | None = None) -> slice:
        """The part of `num` crops that this process, or another one, takes; parts differ by one crop at most."""
        own = self.rank if rank is None else rank
        return slice(own * num // self.size, (own + 1) * num // self.size)

    def of_first(self, value: float, device: torch.device) -> float:
        """The value that the first process has."""
        if self.size == 1:
            return value
        shared = torch.tensor([value], dtype=torch.float64, device=device)
        distributed.broadcast(shared, src=0)
        return float(shared)

    def wait(self) -> None:
        """Until every process is here."""
        if self.size > 1:
            distributed.barrier()

    def sum_gradients(self, parameters: Iterable[nn.Parameter]) -> None:
        """Add up the gradients of all processes, in one message."""
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        if self.size == 1 or not gradients:
            return
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        distributed.all_reduce(flat)
        for gradient, summed in zip(
            gradients, flat.split_with_sizes([each.numel() for each in gradients]), strict=True
        ):
            gradient.copy_(summed.view_as(gradient))


ALONE: Final = Ranks()


class Rows:
    """How the rows of a batch lie on the processes: each has some crops, and as many rows of a crop as windows.

    In the whole batch, as in that of a process, all first windows come before all second ones.

    Args:
        ranks: the process among the others.
    """

    def __init__(self, ranks: Ranks) -> None:
        self.ranks = ranks
        self.counts = [0]
        """Crops of each process."""
        self.windows = 1

    def lay_out(self, num_rows: int, device: torch.device, *, windows: int) -> None:
        """Take a new batch.

        Args:
            num_rows: of this process.
            device: of its rows.
            windows: of each crop.
        """
        self.windows = windows
        if self.ranks.size == 1:
            self.counts = [num_rows // windows]
            return
        own = torch.tensor([num_rows // windows], device=device)
        parts = [torch.empty_like(own) for _ in range(self.ranks.size)]
        distributed.all_gather(parts, own)
        self.counts = [int(each) for each in parts]

    @property
    def num_crops(self) -> int:
        """Of all processes together."""
        return sum(self.counts)

    def own(self, whole: Tensor) -> Tensor:
        """The rows of this process among those of the whole batch."""
        first = sum(self.counts[: self.ranks.rank])
        return self._by_window(self._by_crop(whole)[first : first + self.counts[self.ranks.rank]])

    def whole(self, own: dict[str, Tensor]) -> dict[str, Tensor]:
        """The rows of all processes, exchanged in one message; gradients reach those of this one.

        Args:
            own: tensors with a row for each row of this process.
        """
        crops = {name: self._by_crop(tensor) for name, tensor in own.items()}
        packed = torch.cat([each.detach().float().flatten(1) for each in crops.values()], dim=1)
        padded = packed.new_zeros((max(self.counts), packed.shape[1]))  # a message has the same size everywhere
        padded[: len(packed)] = packed
        parts = [torch.empty_like(padded) for _ in self.counts]
        distributed.all_gather(parts, padded)
        widths = [each[0].numel() for each in crops.values()]
        columns = [part[:count].split_with_sizes(widths, dim=1) for part, count in zip(parts, self.counts, strict=True)]
        found = {}
        for number, (name, each) in enumerate(crops.items()):
            rows = [
                part[number].reshape(count, *each.shape[1:]).to(each.dtype)
                for part, count in zip(columns, self.counts, strict=True)
            ]
            rows[self.ranks.rank] = each
            found[name] = self._by_window(torch.cat(rows))
        return found

    def _by_crop(self, rows: Tensor) -> Tensor:
        """`[W N, ...]` -> `[N, W, ...]`."""
        # the number of crops is stated: that of a tensor without columns cannot be inferred
        return rows.reshape(self.windows, len(rows) // self.windows, *rows.shape[1:]).transpose(0, 1)

    def _by_window(self, crops: Tensor) -> Tensor:
        """`[N, W, ...]` -> `[W N, ...]`."""
        return crops.transpose(0, 1).flatten(0, 1)


@contextmanager
def torchrun_ranks() -> Iterator[Ranks]:
    """This process among those that torchrun started, for the block; by itself where it started none or one.

    If a process fails, the first one to fail raises its error. The others end without a word, with the same code.

    Raises:
        TrainError: a machine has fewer GPUs than processes, or another process was ended from outside.
    """
    if not distributed.is_torchelastic_launched() or os.environ.get("WORLD_SIZE", "1") == "1":
        yield ALONE
        return
    ranks, store = _join()
    try:
        yield ranks
    except KeyboardInterrupt:
        raise
    except Exception as error:
        said = _as_sentence(error)
        if not _is_first_to_fail(ranks, store):
            raise SystemExit(said.exit_code if isinstance(said, VehicleIdError) else 1) from None
        raise said from error
    distributed.destroy_process_group()


def _join() -> tuple[Ranks, Any]:
    """This process among the others, and the store that all share."""
    local_rank, local_size = (int(os.environ[name]) for name in ("LOCAL_RANK", "LOCAL_WORLD_SIZE"))
    on_gpus, num_gpus = torch.cuda.is_available(), torch.cuda.device_count()
    if on_gpus and local_size > num_gpus:
        raise TrainError(
            f"torchrun started {local_size} processes on a machine with {num_gpus} GPUs: give --nproc-per-node "
            f"{num_gpus}"
        )
    if on_gpus:
        torch.cuda.set_device(local_rank)
    store, rank, size = next(rendezvous("env://", timeout=LONGEST_WAIT))
    distributed.init_process_group(
        "nccl" if on_gpus else "gloo", store=store, rank=rank, world_size=size, timeout=LONGEST_WAIT
    )
    return Ranks(rank=rank, size=size, local_rank=local_rank, local_size=local_size), store


def _as_sentence(error: Exception) -> Exception:
    if isinstance(error, RuntimeError) and any(sign in str(error).lower() for sign in CUT_OFF):
        return TrainError(
            f"another process of the run was ended from outside, as happens when memory is short; {STAYS}"
        )
    return error


def _is_first_to_fail(ranks: Ranks, store: Any) -> bool:
    with suppress(RuntimeError):  # the store is gone with the process that had it
        return bool(store.compare_set(FAILED, "", str(ranks.rank)).decode() == str(ranks.rank))
    return False
