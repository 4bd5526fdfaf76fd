"""What a person sees while a network trains: lines on stderr, a bar on a terminal, the result alone on stdout."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.fixtures.labelled_crops import epochs
from vehicle_id.cli import app as app_module
from vehicle_id.cli import training_progress
from vehicle_id.cli.training_progress import TrainingProgress, clock
from vehicle_id.train.checkpoint import Progress
from vehicle_id.train.history import read_table
from vehicle_id.train.observers import Observer, StepRecord
from vehicle_id.train.recipe import Recipe, dump_recipe
from vehicle_id.train.trainer import Trainer


def run_command(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["vehicle-id", "train", *map(str, arguments)])
    with pytest.raises(SystemExit) as stop:
        app_module.main()
    return int(stop.value.code or 0)


@pytest.fixture
def recipe_file(recipe: Recipe, tmp_path: Path) -> Path:
    file = tmp_path / "recipe.yaml"
    file.write_bytes(dump_recipe(epochs(recipe, 2)))
    return file


def test_stdout_has_the_result_alone_and_stderr_a_line_for_each_epoch(
    crops: Path, recipe_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert run_command(monkeypatch, crops, "--recipe", recipe_file, "--out", out) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("epoch 2 of 2 is kept: ") and "validation crops right, macro-F1" in printed.out
    assert printed.out.splitlines()[-1] == f"next: vehicle-id export {out} --out {out / 'model'}"
    lines = [line for line in printed.err.splitlines() if line.startswith("epoch ")]
    assert len(lines) == 2 and "crops/s" in lines[0]


def test_quiet_prints_warnings_and_the_result(
    crops: Path, recipe_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(monkeypatch, crops, "--recipe", recipe_file, "--out", tmp_path / "run", "--quiet") == 0
    printed = capsys.readouterr()
    assert all(line.startswith("warning: ") for line in printed.err.splitlines())
    assert "next: vehicle-id export" in printed.out


@pytest.mark.parametrize("killed_in", [0, 1])
def test_ctrl_c_says_how_to_go_on_and_keeps_the_checkpoint(
    crops: Path,
    recipe_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    killed_in: int,
) -> None:
    real = Trainer.train_epoch

    def train_epoch(self: Trainer, epoch: int, observers: Sequence[Observer] = ()) -> float:
        if epoch == killed_in:
            raise KeyboardInterrupt
        return real(self, epoch, observers)

    out = tmp_path / "my run"
    monkeypatch.setattr(Trainer, "train_epoch", train_epoch)
    assert run_command(monkeypatch, crops, "--recipe", recipe_file, "--out", out) == 130
    printed = capsys.readouterr()
    assert printed.out == ""
    last = printed.err.splitlines()[-1]
    if killed_in == 0:
        assert last.startswith("stopped before the first epoch ended: nothing is kept")
        return
    command = f"vehicle-id train {crops} --out '{out}' --resume"
    assert last == f"stopped after epoch 1/2, which is kept; continue with: {command}"
    monkeypatch.setattr(Trainer, "train_epoch", real)
    assert run_command(monkeypatch, crops, "--out", out, "--resume") == 0
    assert "resumed after epoch 1" in capsys.readouterr().err
    assert [row["epoch"] for row in read_table(out / "history.csv")] == [1, 2]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_how_far_the_run_is(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.delenv("NO_COLOR", raising=False)
    with TrainingProgress() as progress:
        assert progress._show is not None
        shown: list[tuple[str, float]] = []
        monkeypatch.setattr(progress, "_show", lambda text, share: shown.append((text, share)))
        progress.num_epochs = 4
        progress.epoch_ended({"epoch": 1}, Progress(epoch=1, best_epoch=1))
        progress.step_ended(StepRecord(epoch=1, batch=4, num_batches=10, num_crops=40, loss=0.25, lr=0.1))
        progress.log("warning: \x1b[31ma label of a stranger [bold]")
    [(text, share)] = shown
    assert share == pytest.approx(0.375)
    assert re.fullmatch(r"epoch 2/4 · \d+ crops/s · loss 0\.250 · kept: epoch 1 · about \d+:\d\d left", text)
    assert "\\x1b[31ma label of a stranger [bold]" in terminal.getvalue()


def test_no_bar_is_drawn_where_plain_text_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "dumb")
    with TrainingProgress() as progress:
        assert progress._show is None


def test_a_long_run_shows_hours() -> None:
    assert [clock(each) for each in (7, 67, 3723)] == ["0:07", "1:07", "1:02:03"]
    assert training_progress.WARNING == "warning: "
