"""Network, optimizer and data of one run: its epochs, its validation, its predictions.

Every epoch draws random numbers from (seed, epoch) alone, so a resumed run continues as if it had not stopped.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import torch
from timm.utils.model_ema import ModelEmaV3
from torch import Tensor
from torch.utils.data import DataLoader

from vehicle_id.crops.chips import make_chip
from vehicle_id.crops.manifest import Crop
from vehicle_id.errors import OutputError, TrainError
from vehicle_id.model.session import Scores
from vehicle_id.model.views import mean_of_windows
from vehicle_id.train import checkpoint
from vehicle_id.train.augment import Augment
from vehicle_id.train.calibrate import HeldOutOutputs, fit_temperature, gsd_errors, sources_of
from vehicle_id.train.checkpoint import RunFolder
from vehicle_id.train.data import (
    Batch,
    ChipFunction,
    CropDataset,
    Splits,
    batches,
    draw_epoch,
    move,
    tree_of,
    window_pairs,
)
from vehicle_id.train.device import autocast, choose_device
from vehicle_id.train.history import add_line
from vehicle_id.train.losses import loss_parts, summed, total_loss
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.observers import Observer, RunContext, StepRecord
from vehicle_id.train.optimizer import GRADIENT_NORM, freeze, make_optimizer, schedule, set_lr
from vehicle_id.train.recipe import ModelRecipe, Recipe, TrainRecipe
from vehicle_id.train.start import Start, Teacher, fill

Log = Callable[[str], None]
LEAST_GAIN = 1e-6
"""Of the validation score: smaller ones are noise, and do not make an epoch the best."""

BatchTransform = Callable[[Batch, np.random.Generator], Batch]
"""A training batch on the host and a generator of this step alone -> the batch to train on. May add tensors."""
LossFunction = Callable[[dict[str, Tensor], Batch, TrainRecipe], Tensor]
"""Outputs of the network, the batch and the recipe -> a scalar."""


class NetworkFactory(Protocol):
    """Builds the network of a recipe."""

    def __call__(self, recipe: ModelRecipe, *, num_classes: int, pretrained: bool) -> VehicleNet:
        """As `VehicleNet` itself."""


class Trainer:
    """Network, optimizer and data of one run.

    The four keyword arguments are what a study may replace; the defaults are what a recipe trains with.

    Args:
        recipe: the recipe of the run.
        splits: its crops.
        labels: its leaf labels, in the order of the logits.
        start: the network that the recipe starts from.
        chip: brings a crop and its GSD to a chip, in training and in validation.
        batch: changes each training batch before it goes to the device; None = unchanged.
        loss: what is minimised.
        network: builds the network.
    """

    def __init__(
        self,
        recipe: Recipe,
        splits: Splits,
        labels: Sequence[str],
        *,
        start: Start | None = None,
        chip: ChipFunction = make_chip,
        batch: BatchTransform | None = None,
        loss: LossFunction = total_loss,
        network: NetworkFactory = VehicleNet,
    ) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        self.splits = splits
        self.labels = tuple(labels)
        self.chip, self.batch, self.loss = chip, batch, loss
        self.parts: dict[str, Tensor] = {}
        """Losses of the heads of the last batch."""
        self.device = choose_device()
        built = network(recipe.model, num_classes=len(labels), pretrained=start is None)
        if start is not None:
            fill(built, start, self.labels)
        self.teacher = Teacher(start, self.labels, self.device) if start is not None and recipe.keep_classes else None
        # the order the chips come in; no copy is made before the first convolution
        self.model = built.to(self.device).to(memory_format=torch.channels_last)
        self.ema = ModelEmaV3(self.model, decay=recipe.train.ema_decay, use_warmup=True, warmup_power=0.75)
        self.optimizer = make_optimizer(self.model, recipe.train)
        gsd_range_m = recipe.data.gsd_range_m or (0.0, math.inf)
        self.augment = Augment(recipe.augment, coarsest_gsd_m=gsd_range_m[1])

    def context(self, run: RunFolder) -> RunContext:
        """What an observer may look at."""
        return RunContext(
            folder=run, recipe=self.recipe, splits=self.splits, labels=self.labels, network=self.ema.module
        )

    def fit(self, run: RunFolder, log: Log, observers: Sequence[Observer] = ()) -> None:
        """Train until the schedule ends or the validation stops improving."""
        progress = checkpoint.Progress(labels=self.labels)
        if run.last.exists():
            progress = checkpoint.load(run.last, model=self.model, ema=self.ema.module, optimizer=self.optimizer)
            log(f"resumed after epoch {progress.epoch}")
        for each in observers:
            each.run_started(self.context(run), progress)
        num_epochs, first_epoch, started = self.recipe.train.epochs, progress.epoch, time.monotonic()
        while progress.epoch < num_epochs:
            if progress.epoch - progress.best_epoch >= self.recipe.train.patience:
                log(f"stopped: validation has not improved since epoch {progress.best_epoch}")
                break
            loss = self.train_epoch(progress.epoch, observers)
            score, record = self.validate()
            progress.epoch += 1
            if score > progress.best_score + LEAST_GAIN:
                progress.best_score, progress.best_epoch = score, progress.epoch
            record = {"epoch": progress.epoch, "loss": loss, **record}
            self._save(run, progress, record, is_best=progress.best_epoch == progress.epoch)
            per_epoch = (time.monotonic() - started) / (progress.epoch - first_epoch)
            num_crops = self.recipe.train.epoch_crops or len(self.splits.train)
            log(_epoch_line(record, progress, num_epochs, per_epoch_s=per_epoch, num_crops=num_crops))
            for each in observers:
                each.epoch_ended(record, progress)

    def _save(self, run: RunFolder, progress: checkpoint.Progress, record: dict[str, float], *, is_best: bool) -> None:
        """Write what an epoch made. Each file is replaced whole, the one to resume from last.

        Raises:
            OutputError: the disk is full, or the folder cannot be written.
        """
        try:
            if is_best:
                checkpoint.save(run.best, progress, model=self.ema.module)
            add_line(run.history, record)  # before the checkpoint: a run killed between them does the epoch again
            checkpoint.save(run.last, progress, model=self.model, ema=self.ema.module, optimizer=self.optimizer)
        except OutputError as error:
            raise OutputError(f"{error}; the epoch before stays: make room, then continue with --resume") from error

    def train_epoch(self, epoch: int, observers: Sequence[Observer] = ()) -> float:
        """Train for one epoch, counted from 0; returns the mean loss.

        Raises:
            TrainError: a loss is not a finite number; the weights are those before its step.
        """
        recipe = self.recipe.train
        torch.manual_seed(self.recipe.seed * 100_003 + epoch)  # dropout
        loader = self.loader(epoch)
        self.model.train()
        if recipe.freeze_epochs:  # a study may freeze layers of its own
            freeze(self.model, frozen=epoch < recipe.freeze_epochs)
        self.optimizer.zero_grad(set_to_none=True)
        losses: list[float] = []
        pending = False
        for number, batch in enumerate(loader):
            first = number - number % recipe.accumulate
            at = epoch + first / len(loader)
            lr = recipe.lr * schedule(at, epochs=recipe.epochs, warmup_epochs=recipe.warmup_epochs)
            parts = min(recipe.accumulate, len(loader) - first)
            if len(batch["target"]) > 1:  # batch norm needs two
                loss = self.loss_of(batch, step=epoch * len(loader) + number)
                losses.append(float(loss.detach()))
                if not math.isfinite(losses[-1]):
                    raise TrainError(_not_a_number(epoch, number, lr))
                (loss / parts).backward()  # type: ignore[no-untyped-call]
                pending = True
            if pending and number == first + parts - 1:
                self._update(lr, step=epoch * len(loader) + number)
                pending = False
            if len(batch["target"]) > 1:
                step = StepRecord(
                    epoch=epoch,
                    batch=number,
                    num_batches=len(loader),
                    num_crops=len(batch["target"]),
                    loss=losses[-1],
                    lr=lr,
                    parts={name: float(part) for name, part in self.parts.items()},
                )
                for each in observers:
                    each.step_ended(step)
        if not losses:
            raise TrainError("no batch has two crops: give more crops, or a larger train.batch_size")
        return float(np.mean(losses))

    def loader(self, epoch: int) -> DataLoader[Batch]:
        """The training batches of an epoch, counted from 0."""
        recipe = self.recipe.train
        return batches(
            self._dataset(self.splits.train, self.augment, windows=2 if recipe.consistency_weight else 1),
            draw_epoch(self.splits.train, epoch=epoch, seed=self.recipe.seed, recipe=recipe),
            batch_size=recipe.batch_size,
            num_workers=self.recipe.data.num_workers,
        )

    def loss_of(self, batch: Batch, *, step: int = 0) -> Tensor:
        """The loss of a batch as the loader gives it.

        Args:
            batch: on the host.
            step: by which a study's change of the batch draws.
        """
        if self.recipe.train.consistency_weight:
            batch = window_pairs(batch)
        if self.batch is not None:
            batch = self.batch(batch, np.random.default_rng([self.recipe.seed, step]))
        batch = move(batch, self.device)
        if self.teacher is not None:
            batch = self.teacher.taught(batch)
        with autocast(self.device, self.recipe.train):
            outputs = self.model(batch["chips"], batch["extent_m"])
            if self.loss is not total_loss:
                return self.loss(outputs, batch, self.recipe.train)
            parts = loss_parts(outputs, batch, self.recipe.train)
        self.parts = {name: part.detach() for name, part in parts.items()}
        return summed(parts)

    def _update(self, lr: float, *, step: int) -> None:
        """Move the weights along the gradient that has been summed up, and their average."""
        set_lr(self.optimizer, lr)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), GRADIENT_NORM)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.ema.update(self.model, step=step)

    def validate(self) -> tuple[float, dict[str, float]]:
        """Score to maximise, the likelihood at the best temperature, and what to log.

        Accuracy and macro-F1 of a few rare crops vary by chance; the likelihood uses every crop.
        """
        outputs = self.predict(self.splits.val)
        nll = outputs.nll(fit_temperature(outputs))
        record = {"val_accuracy": float(np.mean(outputs.right())), "val_macro_f1": outputs.macro_f1(), "val_nll": nll}
        sources = np.unique(outputs.source)
        if len(sources) > 1:
            record |= {
                f"val_accuracy_{name.replace(' ', '_')}": float(np.mean(outputs.right()[outputs.source == name]))
                for name in sources.tolist()
            }
        return -nll, record

    @torch.inference_mode()
    def predict(self, crops: Sequence[Crop], *, views: int = 1) -> HeldOutOutputs:
        """Outputs of the averaged network on crops, in their order, each the mean of `views` windows."""
        network = self.ema.module.eval()
        dataset = self._dataset(crops, None, views=views)
        keys = [(0, number) for number in range(len(crops))]
        parts = []
        for batch in batches(dataset, keys, batch_size=128 // views, num_workers=self.recipe.data.num_workers):
            flat = batch if views == 1 else {name: tensor.flatten(0, 1) for name, tensor in batch.items()}
            moved = move(flat, self.device)
            outputs = network(moved["chips"], moved["extent_m"])
            known = {"target": flat["target"][::views], "true_size": flat["size"][::views]}
            parts.append({name: tensor.float().cpu().numpy() for name, tensor in {**outputs, **known}.items()})
        joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        scores = mean_of_windows(Scores(logits=joined["logits"], size=joined.get("size")), views)
        return HeldOutOutputs(
            labels=self.labels,
            taxonomy=dataset.taxonomy,
            target=joined["target"] > 0,
            source=sources_of(
                [crop.origin for crop in crops],
                joined["target"] > 0,
                [dataset.taxonomy[label].has_size for label in self.labels],
            ),
            logits=scores.logits,
            size=scores.size,
            true_size=joined["true_size"],
            gsd_error=gsd_errors(crops),
            windows=None if views == 1 else joined["logits"].reshape(len(crops), views, -1),
        )

    def _dataset(
        self, crops: Sequence[Crop], augment: Augment | None, *, windows: int = 1, views: int = 1
    ) -> CropDataset:
        return CropDataset(
            crops,
            self.labels,
            tree_of(self.recipe, self.labels),
            chip_px=self.recipe.model.chip_px,
            augment=augment,
            seed=self.recipe.seed,
            windows=windows,
            views=views,
            images=self.splits.images,
            chip=self.chip,
        )


def _not_a_number(epoch: int, batch: int, lr: float) -> str:
    return (
        f"the loss of epoch {epoch + 1} is not a number at batch {batch + 1}, at a learning rate of {lr:.2g}: set a "
        "lower train.lr, or train.probe_lr to true, in another folder; the best epoch stays, and start_from may name it"
    )


def _epoch_line(
    record: dict[str, float], progress: checkpoint.Progress, num_epochs: int, *, per_epoch_s: float, num_crops: int
) -> str:
    """What is logged of an epoch: how far, how good, how fast, whether the best, and for how long at most."""
    figures = [f"{name} {value:.4g}" for name, value in record.items() if name != "epoch"]
    figures.append(f"{num_crops / per_epoch_s:.0f} crops/s")
    best = "best so far" if progress.best_epoch == progress.epoch else f"best: epoch {progress.best_epoch}"
    left = num_epochs - progress.epoch
    time_left = [f"at most {_duration(left * per_epoch_s)} left"] if left else []
    return "  ".join([f"epoch {progress.epoch}/{num_epochs}", *figures, best, *time_left])


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{math.ceil(seconds)} s"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
