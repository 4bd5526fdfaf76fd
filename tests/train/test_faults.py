"""What can go wrong while a network trains: one sentence that says what to do, and the last good epoch stays."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest
import safetensors.torch
import torch
from PIL import Image

from tests.fixtures.labelled_crops import epochs
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.errors import OutputError, TrainError
from vehicle_id.train import checkpoint
from vehicle_id.train.checkpoint import RunFolder
from vehicle_id.train.crop_dataset import Batch
from vehicle_id.train.loop import train
from vehicle_id.train.losses import total_loss
from vehicle_id.train.recipe import Recipe, TrainRecipe


def quiet(_: str) -> None:
    """No log."""


def pictures(folder: Path, counts: dict[str, int]) -> Path:
    """Folders of pictures by class."""
    rng = np.random.default_rng(0)
    for name, count in counts.items():
        (folder / name).mkdir(parents=True)
        for number in range(count):
            Image.fromarray(rng.integers(0, 255, (32, 32, 3), np.uint8)).save(folder / name / f"{number}.png")
    return folder


def bare(recipe: Recipe) -> Recipe:
    """The recipe for crops without sizes and without a tree."""
    return msgspec.structs.replace(
        recipe, taxonomy=(), model=msgspec.structs.replace(recipe.model, heads=(), extent=False)
    )


def good(run: Path, *, epoch: int) -> None:
    """The run has the checkpoints and the history of its last good epoch."""
    folder = RunFolder(folder=run)
    assert checkpoint.read_progress(folder.last).epoch == epoch
    assert checkpoint.read_progress(folder.best).best_epoch >= 1
    assert len(folder.history.read_text().splitlines()) >= epoch
    assert not list(run.glob(".*part"))


def one_sentence(error: BaseException) -> str:
    """The message, which is one line of plain text."""
    text = str(error)
    assert "\n" not in text and "Traceback" not in text and len(text) < 400
    return text


def test_one_class_is_refused(recipe: Recipe, tmp_path: Path) -> None:
    with pytest.raises(TrainError, match="needs two classes, the data has 1: add crops of another one, such as ground"):
        train(pictures(tmp_path / "data", {"car": 20}), bare(recipe), tmp_path / "run", log=quiet)


def test_crops_of_a_single_group_have_nothing_to_validate_on(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    folder = shutil.copytree(crops.parent, tmp_path / "crops")
    text = (folder / "manifest.csv").read_text()
    for number in range(12):
        text = text.replace(f"group{number},", "site,")
    (folder / "manifest.csv").write_text(text)
    with pytest.raises(TrainError, match=r"is in the split (val|train): state more groups \(images, sites\), fill a"):
        train(folder / "manifest.csv", recipe, tmp_path / "run", log=quiet)


def test_a_label_that_only_validates_is_refused(recipe: Recipe, tmp_path: Path) -> None:
    pictures(tmp_path / "data" / "train", {"car": 8, "bus": 8})
    pictures(tmp_path / "data" / "val", {"car": 4, "tram": 4})
    with pytest.raises(TrainError, match="validates or tests the label 'tram', which no training crop has: put some"):
        train(tmp_path / "data", bare(recipe), tmp_path / "run", log=quiet)


def failing(at: int, error: BaseException | None) -> object:
    """A loss that raises, or is not a number, at one of its calls."""
    calls = 0

    def loss(outputs: dict[str, torch.Tensor], batch: Batch, recipe: TrainRecipe) -> torch.Tensor:
        nonlocal calls
        calls += 1
        if calls == at and error is not None:
            raise error
        return total_loss(outputs, batch, recipe) * (torch.nan if calls == at else 1.0)

    return loss


STEPS = 3
"""Batches of an epoch of the coloured crops."""


def test_a_loss_that_is_not_a_number_keeps_the_epoch_before(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    with pytest.raises(TrainError, match="not a number at batch 2, at a learning rate of") as raised:
        train(crops, epochs(recipe, 3), tmp_path / "run", log=quiet, loss=failing(2 * STEPS + 2, None))  # type: ignore[arg-type]
    assert "set a lower train.lr" in one_sentence(raised.value) and "loss of epoch 3" in str(raised.value)
    good(tmp_path / "run", epoch=2)
    last = safetensors.torch.load_file(tmp_path / "run" / "last.safetensors")
    assert all(torch.isfinite(tensor).all() for tensor in last.values())
    again = msgspec.structs.replace(recipe, start_from=str(tmp_path / "run"))
    train(crops, again, tmp_path / "second", log=quiet)


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:118] DefaultCPUAllocator: can't allocate memory"),
        MemoryError(),
    ],
    ids=["cuda", "cpu", "python"],
)
def test_too_little_memory_keeps_the_epoch_before(
    error: BaseException, crops: Path, recipe: Recipe, tmp_path: Path
) -> None:
    with pytest.raises(TrainError, match=r"memory is too small for 16 chips of 32 pixels at once: set") as raised:
        train(crops, epochs(recipe, 2), tmp_path / "run", log=quiet, loss=failing(STEPS + 1, error))  # type: ignore[arg-type]
    assert "train.fit_memory" in one_sentence(raised.value)
    good(tmp_path / "run", epoch=1)
    train(crops, epochs(recipe, 2), tmp_path / "run", resume=True, log=quiet)


def test_another_fault_of_torch_is_not_called_a_lack_of_memory(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        train(crops, recipe, tmp_path / "run", log=quiet, loss=failing(2, RuntimeError("shapes cannot be multiplied")))  # type: ignore[arg-type]


def test_a_killed_process_that_opens_crops_is_one_sentence(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    killed = RuntimeError("DataLoader worker (pid 7) is killed by signal: Killed.")
    with pytest.raises(TrainError, match=r"set data\.num_workers lower than 0; the last finished epoch stays"):
        train(crops, recipe, tmp_path / "run", log=quiet, loss=failing(2, killed))  # type: ignore[arg-type]


@pytest.mark.parametrize("workers", [0, 2])
def test_a_crop_that_vanishes_is_named(workers: int, crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    folder = shutil.copytree(crops.parent, tmp_path / "crops")
    data = msgspec.structs.replace(recipe.data, num_workers=workers)
    opened = msgspec.structs.replace(epochs(recipe, 2), data=data)
    calls = 0

    def loss(outputs: dict[str, torch.Tensor], batch: Batch, train_recipe: TrainRecipe) -> torch.Tensor:
        nonlocal calls
        calls += 1
        if calls == STEPS:  # all crops of the first epoch are open
            for crop in read_labelled(folder / "manifest.csv"):
                crop.path.unlink()
        return total_loss(outputs, batch, train_recipe)

    with pytest.raises(TrainError, match=r"the crop .*\.png can no longer be read \(no such file\): put it") as raised:
        train(folder / "manifest.csv", opened, tmp_path / "run", log=quiet, loss=loss)
    one_sentence(raised.value)


def test_a_full_disk_keeps_the_epoch_before(
    crops: Path, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, writes = os.fsync, 0

    def full(handle: int) -> None:
        nonlocal writes
        writes += 1
        if writes > 6:  # recipe, splits, best, history, last; then the second epoch
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left on device") as raised:
        train(crops, epochs(recipe, 2), tmp_path / "run", log=quiet)
    assert "the epoch before stays: make room, then continue with --resume" in one_sentence(raised.value)
    good(tmp_path / "run", epoch=1)
    monkeypatch.setattr(os, "fsync", real)
    train(crops, epochs(recipe, 2), tmp_path / "run", resume=True, log=quiet)
    good(tmp_path / "run", epoch=2)
    numbers = [json.loads(line)["epoch"] for line in (tmp_path / "run" / "history.jsonl").read_text().splitlines()]
    assert numbers == [1, 2]


def test_a_checkpoint_of_another_version_is_refused_and_stays(
    crops: Path, recipe: Recipe, finished: Path, tmp_path: Path
) -> None:
    run = RunFolder(folder=shutil.copytree(finished, tmp_path / "run"))
    tensors = safetensors.torch.load_file(run.last)
    later = {"progress": {"epoch": 1, "labels": ["car"], "shard": 3}, "version": "9.1", "groups": []}
    safetensors.torch.save_file(tensors, run.last, metadata={"state": json.dumps(later)})
    before = run.last.read_bytes()
    with pytest.raises(TrainError, match=r"is not one of this version; vehicle-id 9\.1 wrote it, this is") as raised:
        train(crops, epochs(recipe, 6), run.folder, resume=True, log=quiet)
    assert "train into another folder" in one_sentence(raised.value) and run.last.read_bytes() == before
