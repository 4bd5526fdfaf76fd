"""Network, optimizer and data of one run: its epochs, its validation, its predictions.

Every epoch draws random numbers from (seed, epoch) alone, so a resumed run continues as if it had not stopped.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from timm.utils.model_ema import ModelEmaV3
from torch.utils.data import DataLoader

from vehicle_id.crops.chips import make_chip
from vehicle_id.crops.manifest import Crop
from vehicle_id.errors import OutputError, TrainError
from vehicle_id.model.card import MeanDirection
from vehicle_id.train import checkpoint
from vehicle_id.train.augment import Augment
from vehicle_id.train.batch_loss import BatchLoss
from vehicle_id.train.calibrate import HeldOutOutputs
from vehicle_id.train.checkpoint import RunFolder
from vehicle_id.train.cpu_convolutions import with_faster_gradients
from vehicle_id.train.crop_dataset import Batch, ChipFunction, CropDataset, batches
from vehicle_id.train.device import choose_device
from vehicle_id.train.epoch_choice import choose_epoch_by
from vehicle_id.train.epoch_line import epoch_line
from vehicle_id.train.history import add_line
from vehicle_id.train.hooks import BatchTransform, LossFunction, NetworkFactory
from vehicle_id.train.labels import tree_of
from vehicle_id.train.losses import total_loss
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.observers import Observer, RunContext, StepRecord
from vehicle_id.train.optimizer import GRADIENT_NORM, freeze, make_optimizer, schedule, set_lr
from vehicle_id.train.prediction import predict, training_features, validation_scores
from vehicle_id.train.ranks import ALONE, Ranks, Rows
from vehicle_id.train.recipe import Recipe
from vehicle_id.train.sampling import class_shares, draw_epoch
from vehicle_id.train.splits import Splits
from vehicle_id.train.start import Start, Teacher, fill
from vehicle_id.train.synchronised import synchronised

Log = Callable[[str], None]
LEAST_GAIN = 1e-6
"""Of the validation score: smaller ones are noise, and do not make an epoch the best."""


class Trainer:
    """Network, optimizer and data of one run.

    `chip`, `batch`, `loss` and `network` are what a study may replace; the defaults are what a recipe trains with.

    Args:
        recipe: the recipe of the run.
        splits: its crops.
        labels: its leaf labels, in the order of the logits.
        start: the network that the recipe starts from.
        chip: brings a crop and its GSD to a chip, in training and in validation.
        batch: changes each training batch before it goes to the device; None = unchanged.
        loss: what is minimised.
        network: builds the network.
        ranks: this process among those of the run.
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
        ranks: Ranks = ALONE,
    ) -> None:
        torch.manual_seed(recipe.seed)
        self.ranks, self.rows = ranks, Rows(ranks)
        self.recipe = recipe
        self.splits = splits
        self.labels = tuple(labels)
        self.chip = chip
        self.device = choose_device(ranks)
        built = network(recipe.model, num_classes=len(labels), pretrained=start is None)
        if start is not None:
            fill(built, start, self.labels)
        # the order the chips come in; no copy is made before the first convolution
        self.model = built.to(self.device).to(memory_format=torch.channels_last)
        self.ema = ModelEmaV3(self.model, decay=recipe.train.ema_decay, use_warmup=True, warmup_power=0.75)
        # after the average, whose copy validates in one process, and is exported
        if ranks.size > 1:
            self.model = synchronised(self.model, self.rows)
        if self.device.type == "cpu" and recipe.train.precision != "bf16":
            with_faster_gradients(self.model)
        teacher = Teacher(start, self.labels, self.device) if start is not None and recipe.keep_classes else None
        shares = class_shares(splits.train, self.labels, recipe.train) if recipe.train.logit_adjustment else None
        self.loss_of = BatchLoss(
            self.model,
            recipe,
            self.device,
            rows=self.rows,
            teacher=teacher,
            batch=batch,
            loss=loss,
            log_share=None if shares is None else torch.tensor(shares, dtype=torch.float32, device=self.device).log(),
        )
        self.optimizer = make_optimizer(self.model, recipe.train)
        gsd_range_m = recipe.data.gsd_range_m or (0.0, math.inf)
        self.augment = Augment(recipe.augment, coarsest_gsd_m=gsd_range_m[1])

    def context(self, run: RunFolder) -> RunContext:
        """What an observer may look at."""
        return RunContext(
            folder=run, recipe=self.recipe, splits=self.splits, labels=self.labels, network=self.ema.module
        )

    def fit(self, run: RunFolder, log: Log, observers: Sequence[Observer] = ()) -> None:
        """Train until the schedule ends, or the validation stops improving where it chooses the epoch.

        Of several processes the first one alone validates, and writes what an epoch made.
        """
        progress = checkpoint.Progress(labels=self.labels)
        if run.last.exists():
            progress = checkpoint.load(run.last, model=self.model, ema=self.ema.module, optimizer=self.optimizer)
            log(f"resumed after epoch {progress.epoch}")
        choice = choose_epoch_by(self.recipe, self.splits.val, self.labels)
        log(choice.reason)
        last = choice.keeps_last
        for each in observers:
            each.run_started(self.context(run), progress)
        num_epochs, first_epoch, started = self.recipe.train.epochs, progress.epoch, time.monotonic()
        while progress.epoch < num_epochs:
            if not last and progress.epoch - progress.best_epoch >= self.recipe.train.patience:
                log(f"stopped: validation has not improved since epoch {progress.best_epoch}")
                break
            loss = self.train_epoch(progress.epoch, observers)
            score, record = self.validate() if self.ranks.is_first else (-math.inf, {})
            score = self.ranks.of_first(score, self.device)
            progress.epoch += 1
            if last or score > progress.best_score + LEAST_GAIN:
                progress.best_score, progress.best_epoch = score, progress.epoch
            if not self.ranks.is_first:
                continue
            record = {"epoch": progress.epoch, "loss": loss, **record}
            self._save(run, progress, record, is_best=progress.best_epoch == progress.epoch)
            per_epoch = (time.monotonic() - started) / (progress.epoch - first_epoch)
            num_crops = self.recipe.train.epoch_crops or len(self.splits.train)
            log(epoch_line(record, progress, num_epochs, per_epoch_s=per_epoch, num_crops=num_crops, last=last))
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
        for number, batch in enumerate(loader):
            first = number - number % recipe.accumulate
            at = epoch + first / len(loader)
            lr = recipe.lr * schedule(at, epochs=recipe.epochs, warmup_epochs=recipe.warmup_epochs)
            parts = min(recipe.accumulate, len(loader) - first)
            step = epoch * len(loader) + number
            loss = self.loss_of(batch, step=step)
            losses.append(float(loss.detach()))
            if not math.isfinite(losses[-1]):
                raise TrainError(_not_a_number(epoch, number, lr))
            (loss / parts).backward()  # type: ignore[no-untyped-call]
            if number == first + parts - 1:
                self._update(lr, step=step)
            record = StepRecord(
                epoch=epoch,
                batch=number,
                num_batches=len(loader),
                num_crops=self.rows.num_crops,
                loss=losses[-1],
                lr=lr,
                parts={name: float(part) for name, part in self.loss_of.parts.items()},
            )
            for each in observers:
                each.step_ended(record)
        if not losses:
            raise TrainError("no batch has two crops: give more crops, or a larger train.batch_size")
        return float(np.mean(losses))

    def loader(self, epoch: int) -> DataLoader[Batch]:
        """The training batches of an epoch, counted from 0; of each, the crops of this process."""
        recipe = self.recipe.train
        return batches(
            self._dataset(self.splits.train, self.augment, windows=2 if recipe.consistency_weight else 1),
            draw_epoch(self.splits.train, epoch=epoch, seed=self.recipe.seed, recipe=recipe),
            batch_size=recipe.batch_size,
            num_workers=self.recipe.data.num_workers,
            ranks=self.ranks,
            fewest=max(2, self.ranks.size),  # batch norm needs two crops, and each process one
        )

    def _update(self, lr: float, *, step: int) -> None:
        """Move the weights along the gradient that has been summed up, and their average."""
        set_lr(self.optimizer, lr)
        self.ranks.sum_gradients(self.model.parameters())
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), GRADIENT_NORM)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.ema.update(self.model, step=step)

    def validate(self) -> tuple[float, dict[str, float]]:
        """Score to maximise, and what to log, of the averaged network on the validation split."""
        return validation_scores(self.predict(self.splits.val))

    def predict(
        self, crops: Sequence[Crop], *, views: int = 1, class_means: NDArray[np.float64] | None = None
    ) -> HeldOutOutputs:
        """Outputs of the averaged network on crops, in their order, each the mean of `views` windows.

        Args:
            crops: any.
            views: windows of each.
            class_means: `[C, D]`, mean directions of the embedding.
        """
        return predict(
            self.ema.module,
            self._dataset(crops, None, views=views),
            self.labels,
            num_workers=self.recipe.data.num_workers,
            class_means=class_means,
        )

    def fit_whitening(self) -> dict[str, MeanDirection]:
        """Whiten the embedding of the averaged network by the crops that train; returns the mean of each class."""
        network: VehicleNet = self.ema.module
        if network.whitening is None:
            return {}
        features, classes = training_features(
            network, self._dataset(self.splits.train, None), num_workers=self.recipe.data.num_workers
        )
        device = network.whitening.mean.device
        features, classes = features.to(device), classes.to(device)
        network.whitening.fit(features, classes)
        directions = network.whitening(features)
        means = torch.stack([directions[classes == number].mean(dim=0) for number in range(len(self.labels))])
        rows = means.double().cpu().numpy().round(6).tolist()
        return dict(zip(self.labels, map(tuple, rows), strict=True))

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
