"""The log for TensorBoard, read back as TensorBoard reads it."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.fixtures.labelled_crops import epochs
from vehicle_id.errors import MissingExtraError
from vehicle_id.train.loop import Trainer, train
from vehicle_id.train.observers import Observer
from vehicle_id.train.recipe import Recipe
from vehicle_id.train.tensorboard import TensorBoardLog


def logged(crops: Path, recipe: Recipe, out: Path, *, resume: bool = False) -> list[str]:
    lines: list[str] = []
    train(crops, recipe, out, resume=resume, log=lines.append, observers=[TensorBoardLog(log=lines.append)])
    return lines


def test_without_tensorboard_one_sentence_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("tensorboard", "torch.utils.tensorboard"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    with pytest.raises(MissingExtraError, match=r"--tensorboard needs the extra 'tensorboard': pip install"):
        TensorBoardLog(log=lambda _: None)


def test_every_batch_and_epoch_is_logged_once_also_after_a_kill(
    crops: Path, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own, of protobuf
        accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    real = Trainer.train_epoch

    def killed(self: Trainer, epoch: int, observers: Sequence[Observer] = ()) -> float:
        loss = real(self, epoch, observers)
        if epoch == 1:
            raise KeyboardInterrupt
        return loss

    monkeypatch.setattr(Trainer, "train_epoch", killed)
    with pytest.raises(KeyboardInterrupt):
        logged(crops, epochs(recipe, 2), tmp_path / "run")
    monkeypatch.setattr(Trainer, "train_epoch", real)
    logged(crops, epochs(recipe, 2), tmp_path / "run", resume=True)
    events = accumulator.EventAccumulator(str(tmp_path / "run" / "tensorboard")).Reload()
    assert {"loss/training", "loss/validation", "validation/accuracy", "learning rate"} <= set(events.Tags()["scalars"])
    assert [event.value for event in events.Scalars("epoch")] == [1, 2]
    steps = [event.step for event in events.Scalars("loss/batch")]
    assert steps == list(range(1, len(steps) + 1)) and len(steps) % 2 == 0


def test_a_log_that_cannot_be_written_ends_with_one_warning(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "tensorboard").write_text("a file where the folder should be")
    lines = logged(crops, recipe, tmp_path / "run")
    assert len([line for line in lines if "cannot be written any more" in line]) == 1
    assert (tmp_path / "run" / "calibration.json").exists()
