"""A training run from labelled crops to a calibrated network: what is checked, written and fitted.

The result is a run folder: recipe.yaml, splits.csv, history.jsonl, last and best checkpoint, calibration.json.
`trainer.py` has the epochs.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import msgspec
import numpy as np

from vehicle_id.crops.chips import make_chip
from vehicle_id.files import remove_part_files, write_whole
from vehicle_id.model.card import Decision
from vehicle_id.parallel import keep_freed_memory
from vehicle_id.train import checkpoint
from vehicle_id.train.calibrate import Calibration, calibrate, can_answer
from vehicle_id.train.checkpoint import RunFolder
from vehicle_id.train.crop_dataset import ChipFunction
from vehicle_id.train.device import repeatable
from vehicle_id.train.faults import faults_as_sentences
from vehicle_id.train.hooks import BatchTransform, LossFunction, NetworkFactory
from vehicle_id.train.labels import labels_of
from vehicle_id.train.losses import total_loss
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.observers import Observer
from vehicle_id.train.probe import fit_memory, probe_lr
from vehicle_id.train.ranks import ALONE, Ranks
from vehicle_id.train.recipe import Recipe, dump_recipe, load_recipe
from vehicle_id.train.run_checks import check_folder, check_heads, check_labels, check_ranks, check_recipe, has_weights
from vehicle_id.train.splits import Splits, load_splits, splits_csv
from vehicle_id.train.start import Start, check_network, read_start, with_kept_classes
from vehicle_id.train.trainer import Log, Trainer

_LOG: Log = logging.getLogger(__name__).info


def _silent(_line: str) -> None:
    """Log of a process that is not the first."""


def train(
    data: str | Path,
    recipe: Recipe,
    out: str | Path,
    *,
    resume: bool = False,
    log: Log = _LOG,
    observers: Sequence[Observer] = (),
    chip: ChipFunction = make_chip,
    batch: BatchTransform | None = None,
    loss: LossFunction = total_loss,
    network: NetworkFactory = VehicleNet,
    ranks: Ranks = ALONE,
) -> RunFolder:
    """Train, keep the best epoch or the last, calibrate.

    Args:
        data: folder per class, or CSV manifest.
        recipe: everything that decides the result, besides the data.
        out: the run folder; must not contain a run with a finished epoch unless `resume`. What a run left that failed
            before that is replaced.
        resume: continue from the folder's last checkpoint, if there is one.
        log: takes one line at a time; by default this module's logger does.
        observers: called with what happens (`observers.py`).
        chip: see `Trainer`, as the next three.
        batch: see `Trainer`.
        loss: see `Trainer`.
        network: see `Trainer`.
        ranks: this process among those that torchrun started (`torchrun_ranks`), each of which calls this function. The
            first one alone writes, logs and tells observers.

    Raises:
        TrainError: the data or the recipe cannot be used, or the folder contains another run.
    """
    if not ranks.is_first:
        log, observers = _silent, ()
    run = RunFolder(folder=Path(out))
    check_folder(run, resume=resume)
    start = None if recipe.start_from is None else read_start(recipe.start_from)
    splits = load_splits(data, recipe.data, chip_px=recipe.model.chip_px, seed=recipe.seed)
    kept: tuple[str, ...] = ()
    if start is not None:
        check_network(recipe.model, start)
        if recipe.keep_classes:
            recipe, kept = _with_kept(recipe, start, splits), start.labels
    recipe = _as_named(run, _as_probed(run, recipe))
    check_recipe(run, recipe)
    labels = labels_of(splits, recipe, kept=kept)
    check_heads(recipe, splits)
    check_labels(run, labels)
    check_ranks(recipe, ranks)
    ranks.wait()  # every process has looked at the folder before the first one writes there
    if ranks.is_first:
        _begin(run, recipe, splits, labels, log)
    if start is not None:
        _log_start(start, recipe, labels, log)
    with repeatable(recipe.train.deterministic), faults_as_sentences(recipe):
        trainer = Trainer(
            recipe, splits, labels, start=start, chip=chip, batch=batch, loss=loss, network=network, ranks=ranks
        )
        keep_freed_memory()
        if not run.last.exists():
            _probe(trainer, run, log)
        trainer.fit(run, log, observers)
        if ranks.is_first:
            finish(run, trainer, log, observers)
    return run


def finish(run: RunFolder, trainer: Trainer, log: Log, observers: Sequence[Observer] = ()) -> Calibration:
    """Fit what the epoch that is kept answers with: its embedding on the crops that train, and its decision.

    Temperature and thresholds are fitted on the crops that validate or calibrate.
    """
    progress = checkpoint.load(run.best, model=trainer.ema.module)
    class_means = trainer.fit_whitening()
    if class_means:
        checkpoint.save(run.best, progress, model=trainer.ema.module)
    crops = [*trainer.splits.val, *trainer.splits.calibrate]
    means = np.array([class_means[label] for label in trainer.labels]) if class_means else None
    outputs = trainer.predict(crops, views=trainer.recipe.calibrate.views, class_means=means)
    calibration = calibrate(outputs, trainer.recipe, trainer.splits.counts(trainer.labels), class_means=class_means)
    write_whole(run.calibration, msgspec.json.format(msgspec.json.encode(calibration)))
    _log_calibration(calibration.decision, trainer.recipe, len(outputs.target), log)
    for each in observers:
        each.run_ended(trainer.context(run), crops=crops, outputs=outputs, calibration=calibration)
    return calibration


def _log_calibration(fitted: Decision, recipe: Recipe, num_crops: int, log: Log) -> None:
    thresholds = (f"{level} {f'{value:.2f}' if value <= 1 else 'never'}" for level, value in fitted.thresholds.items())
    log(f"calibrated on {num_crops} crops: temperature {fitted.temperature:.2f}, thresholds {', '.join(thresholds)}")
    wanted, remedy = recipe.calibrate.target_precision, "train longer, or give more validation crops"
    if not can_answer(fitted.thresholds):
        log(
            f"warning: no threshold reaches a precision of {wanted:g} or lower, so the run cannot be exported: {remedy}"
        )
    elif fitted.target_precision != wanted:
        log(
            f"warning: no threshold reaches the target_precision {wanted:g}; they are fitted for "
            f"{fitted.target_precision:g} instead, and the card will say so: {remedy}"
        )


def _with_kept(recipe: Recipe, start: Start, splits: Splits) -> Recipe:
    """The recipe with the class tree that also has the classes of the network it starts from."""
    crops = [*splits.train, *splits.val, *splits.calibrate, *splits.test]
    return msgspec.structs.replace(
        recipe, taxonomy=with_kept_classes(recipe, start, sorted({crop.label or "" for crop in crops}))
    )


def _log_start(start: Start, recipe: Recipe, labels: Sequence[str], log: Log) -> None:
    shared = sum(label in start.labels for label in labels)
    log(f"starts from {start.name}: {shared} of {len(labels)} classes are among its {len(start.labels)}")
    if recipe.model.chip_px != start.model.chip_px:
        log(f"the chips have {recipe.model.chip_px} pixels a side, those of {start.name} {start.model.chip_px}")


def _probe(trainer: Trainer, run: RunFolder, log: Log) -> None:
    """Measure what the recipe leaves open, and write it into the recipe of the run."""
    train = trainer.recipe.train
    if train.fit_memory:
        train = fit_memory(trainer.model, trainer.recipe, trainer.device)
        log(f"memory: batches of {train.batch_size} crops, {train.accumulate} of them a step")
        trainer.recipe = msgspec.structs.replace(trainer.recipe, train=train)
    if train.probe_lr:
        drawn = (batch for epoch in count() for batch in trainer.loader(epoch))
        rate = probe_lr(trainer.model, drawn, trainer.loss_of, train, ranks=trainer.ranks)
        train = msgspec.structs.replace(train, lr=rate)
        log(f"probed learning rate: {train.lr:g}")
        trainer.recipe = msgspec.structs.replace(trainer.recipe, train=train)
    if trainer.ranks.is_first and (train.fit_memory or train.probe_lr):
        write_whole(run.recipe, dump_recipe(trainer.recipe))


def _as_probed(run: RunFolder, recipe: Recipe) -> Recipe:
    """The recipe with what the run measured before it began."""
    if not has_weights(run):
        return recipe
    earlier, train = load_recipe(run.recipe).train, recipe.train
    if train.fit_memory and earlier.fit_memory:
        train = msgspec.structs.replace(train, batch_size=earlier.batch_size, accumulate=earlier.accumulate)
    if train.probe_lr and earlier.probe_lr:
        train = msgspec.structs.replace(train, lr=earlier.lr)
    return msgspec.structs.replace(recipe, train=train)


def _as_named(run: RunFolder, recipe: Recipe) -> Recipe:
    """The recipe with a name: that of the run's folder, if it names no model."""
    if recipe.name != Recipe().name:
        return recipe
    if has_weights(run):
        name = load_recipe(run.recipe).name
    else:  # with the characters that a `FileName` can have
        name = re.sub(r"[^A-Za-z0-9_.+-]+", "-", run.folder.resolve().name)[:64].strip("_.+-")
    return msgspec.structs.replace(recipe, name=name or recipe.name)


def _begin(run: RunFolder, recipe: Recipe, splits: Splits, labels: Sequence[str], log: Log) -> None:
    run.folder.mkdir(parents=True, exist_ok=True)
    remove_part_files(run.folder)  # what a run that was killed had half written
    write_whole(run.recipe, dump_recipe(recipe))
    write_whole(run.splits, splits_csv(splits))
    if not run.last.exists():
        for left in (run.history, run.history_table):
            left.unlink(missing_ok=True)
    sizes = ", ".join(f"{name} {len(getattr(splits, name))}" for name in ("train", "val", "test"))
    log(f"{len(labels)} classes, crops: {sizes}, left out {len(splits.dropped)}")
    if not any(crop.group or crop.split for crop in splits.train):
        log("no column 'group' or 'split': crops of one image may be in training and in validation")
