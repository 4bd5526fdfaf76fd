"""Observers: what they are called with, and that they change nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.fixtures.labelled_crops import epochs
from vehicle_id.crops.manifest import Crop
from vehicle_id.train.calibrate import Calibration, HeldOutOutputs
from vehicle_id.train.checkpoint import Progress
from vehicle_id.train.loop import train
from vehicle_id.train.observers import Observer, RunContext, StepRecord
from vehicle_id.train.recipe import Recipe


class Notes(Observer):
    """Keeps what it is called with."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.steps: list[StepRecord] = []
        self.records: list[Mapping[str, float]] = []
        self.crops: Sequence[Crop] = ()

    def run_started(self, run: RunContext, progress: Progress) -> None:
        assert run.folder.splits.exists() and progress.labels == run.labels
        self.events.append(f"started after {progress.epoch}")

    def step_ended(self, step: StepRecord) -> None:
        self.steps.append(step)

    def epoch_ended(self, record: Mapping[str, float], progress: Progress) -> None:
        self.events.append(f"epoch {progress.epoch}")
        self.records.append(record)

    def run_ended(
        self, run: RunContext, *, crops: Sequence[Crop], outputs: HeldOutOutputs, calibration: Calibration
    ) -> None:
        assert run.folder.calibration.exists() and len(outputs.target) == len(crops)
        self.events.append(f"ended at temperature {calibration.decision.temperature:.1f}")


def test_an_observer_is_told_every_step_and_epoch_and_changes_nothing(
    crops: Path, recipe: Recipe, tmp_path: Path
) -> None:
    notes = Notes()
    watched = train(crops, epochs(recipe, 2), tmp_path / "watched", log=lambda _: None, observers=[notes, Observer()])
    alone = train(crops, epochs(recipe, 2), tmp_path / "alone", log=lambda _: None)
    assert watched.history.read_bytes() == alone.history.read_bytes()
    assert notes.events[:3] == ["started after 0", "epoch 1", "epoch 2"]
    assert len(notes.events) == 4 and notes.events[3].startswith("ended")
    assert [dict(each) for each in notes.records] == [
        json.loads(line) for line in alone.history.read_text().splitlines()
    ]
    assert [(step.epoch, step.batch) for step in notes.steps] == [
        (epoch, batch) for epoch in (0, 1) for batch in range(notes.steps[0].num_batches)
    ]
    assert all(
        {*step.parts} == {"class", "size", "heading"}
        and math.isclose(sum(step.parts.values()), step.loss, abs_tol=1e-5)
        for step in notes.steps
    )
    assert sum(step.num_crops for step in notes.steps) == 2 * 48 and 0 < notes.steps[0].lr < notes.steps[3].lr
