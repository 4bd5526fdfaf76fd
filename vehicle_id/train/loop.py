"""The training loop: seeded, resumable, with a moving average of the weights and early stopping.

Every epoch draws random numbers from (seed, epoch) alone, so a resumed run continues as if it had not stopped. The
result is a run folder: recipe.yaml, splits.csv, history.jsonl, last and best checkpoint, calibration.json.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import msgspec
import numpy as np
import torch
from timm.utils.model_ema import ModelEmaV3
from torch import Tensor, nn

from vehicle_id.crops.chips import make_chip
from vehicle_id.crops.manifest import Crop
from vehicle_id.errors import TrainError
from vehicle_id.files import write_whole
from vehicle_id.model.card import Decision
from vehicle_id.model.session import Scores
from vehicle_id.model.views import mean_of_windows
from vehicle_id.parallel import keep_freed_memory
from vehicle_id.train import checkpoint
from vehicle_id.train.augment import Augment
from vehicle_id.train.calibrate import (
    Calibration,
    HeldOutOutputs,
    calibrate,
    can_answer,
    fit_temperature,
    gsd_errors,
    sources_of,
)
from vehicle_id.train.checkpoint import RunFolder
from vehicle_id.train.data import (
    Batch,
    ChipFunction,
    CropDataset,
    Splits,
    batches,
    draw_epoch,
    labels_of,
    load_splits,
    move,
    splits_csv,
    tree_of,
    window_pairs,
)
from vehicle_id.train.history import add_line
from vehicle_id.train.losses import total_loss
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.observers import Observer, RunContext, StepRecord
from vehicle_id.train.recipe import ModelRecipe, Recipe, TrainRecipe, difference, dump_recipe, load_recipe
from vehicle_id.train.released import load_released, released_labels

Log = Callable[[str], None]
_LOG: Log = logging.getLogger(__name__).info
GRADIENT_NORM = 5.0
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
) -> RunFolder:
    """Train, keep the best epoch, calibrate.

    Args:
        data: folder per class, or CSV manifest.
        recipe: everything that decides the result, besides the data.
        out: the run folder; must not contain a run with a finished epoch unless `resume`. What a run left that failed
            before that is replaced.
        resume: continue from the folder's last checkpoint, if there is one.
        log: takes one line at a time; by default this module's logger does.
        observers: told what happens (`observers.py`).
        chip: see `Trainer`, as the next three.
        batch: see `Trainer`.
        loss: see `Trainer`.
        network: see `Trainer`.

    Raises:
        TrainError: the data or the recipe cannot be used, or the folder contains another run.
    """
    run = RunFolder(folder=Path(out))
    _check_folder(run, recipe, resume=resume)
    splits = load_splits(data, recipe.data, chip_px=recipe.model.chip_px, seed=recipe.seed)
    labels = labels_of(splits, recipe)
    _check_heads(recipe, splits)
    _check_labels(run, labels)
    _begin(run, recipe, splits, labels, log)
    trainer = Trainer(recipe, splits, labels, chip=chip, batch=batch, loss=loss, network=network)
    keep_freed_memory()
    trainer.fit(run, log, observers)
    finish(run, trainer, log, observers)
    return run


def finish(run: RunFolder, trainer: Trainer, log: Log, observers: Sequence[Observer] = ()) -> Calibration:
    """Fit temperature and thresholds of the best epoch on the crops that validate or calibrate."""
    checkpoint.load(run.best, model=trainer.ema.module)
    crops = [*trainer.splits.val, *trainer.splits.calibrate]
    outputs = trainer.predict(crops, views=trainer.recipe.calibrate.views)
    calibration = calibrate(outputs, trainer.recipe, trainer.splits.counts(trainer.labels))
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


def _check_folder(run: RunFolder, recipe: Recipe, *, resume: bool) -> None:
    """Refuse a folder whose weights would be lost. Before the first epoch has ended there are none."""
    if not run.last.exists() and not run.calibration.exists():
        return
    if not resume:
        raise TrainError(f"{run.folder} already contains a run: add --resume, or name another folder")
    differs = difference(load_recipe(run.recipe), recipe)
    if differs is not None:
        raise TrainError(
            f"{run.folder} was started with another recipe ({differs[:200]}): name another folder, or remove this one "
            "to start again"
        )


def _check_labels(run: RunFolder, labels: tuple[str, ...]) -> None:
    """Refuse to continue with other classes: the outputs of the network would get wrong names."""
    earlier = checkpoint.read_progress(run.last).labels if run.last.exists() else labels
    if earlier != labels:
        changes = [f"{name} is gone" for name in earlier if name not in labels]
        changes += [f"{name} is new" for name in labels if name not in earlier]
        raise TrainError(
            f"{run.folder} was trained with other classes ({', '.join(changes) or 'in another order'}): restore their "
            "names, or name another folder"
        )


def _check_heads(recipe: Recipe, splits: Splits) -> None:
    """Refuse a head without true values: it would learn nothing and would still give answers."""
    known = {
        "size": any(crop.length_m and crop.gsd_m for crop in splits.train),
        "heading": any(crop.heading_deg is not None for crop in splits.train),
    }
    for head in recipe.model.heads:
        if not known[head]:
            column = {"size": "length_m together with gsd_m", "heading": "heading_deg"}[head]
            raise TrainError(f"the recipe asks for the head {head!r}, but no training crop states {column}")


def _begin(run: RunFolder, recipe: Recipe, splits: Splits, labels: Sequence[str], log: Log) -> None:
    run.folder.mkdir(parents=True, exist_ok=True)
    write_whole(run.recipe, dump_recipe(recipe))
    write_whole(run.splits, splits_csv(splits))
    if not run.last.exists():
        for left in (run.history, run.history_table):
            left.unlink(missing_ok=True)
    sizes = ", ".join(f"{name} {len(getattr(splits, name))}" for name in ("train", "val", "test"))
    log(f"{len(labels)} classes, crops: {sizes}, left out {len(splits.dropped)}")
    if not any(crop.group or crop.split for crop in splits.train):
        log("no column 'group' or 'split': crops of one image may be in training and in validation")


def start_from(network: VehicleNet, earlier: Path, labels: tuple[str, ...]) -> None:
    """Fill a network with the weights of a run, or of a released model, in this folder.

    Raises:
        TrainError: it has other classes, or weights of another shape.
    """
    run, model = RunFolder(folder=earlier), earlier / "model.onnx"
    released = model.is_file() and not run.best.is_file()
    found = released_labels(model) if released else checkpoint.read_progress(run.best).labels
    if found != labels:
        raise TrainError(f"{earlier} has other classes: start from a run or model with the same {len(labels)}")
    if released:
        load_released(network, model)
    else:
        checkpoint.load(run.best, model=network)


class Trainer:
    """Network, optimizer and data of one run.

    The four keyword arguments are what a study may replace; the defaults are what a recipe trains with.

    Args:
        recipe: the recipe of the run.
        splits: its crops.
        labels: its leaf labels, in the order of the logits.
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
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        torch.backends.cudnn.benchmark = True  # all batches have one shape; no effect on a CPU
        built = network(recipe.model, num_classes=len(labels), pretrained=recipe.start_from is None)
        if recipe.start_from is not None:
            start_from(built, Path(recipe.start_from), self.labels)
        # the order the chips come in; no copy is made before the first convolution
        self.model = built.to(self.device).to(memory_format=torch.channels_last)
        self.ema = ModelEmaV3(self.model, decay=recipe.train.ema_decay, use_warmup=True, warmup_power=0.75)
        self.optimizer = _optimizer(self.model, recipe.train)
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
                checkpoint.save(run.best, progress, model=self.ema.module)
            record = {"epoch": progress.epoch, "loss": loss, **record}
            add_line(run.history, record)  # before the checkpoint: a run killed between them does the epoch again
            checkpoint.save(run.last, progress, model=self.model, ema=self.ema.module, optimizer=self.optimizer)
            per_epoch = (time.monotonic() - started) / (progress.epoch - first_epoch)
            num_crops = self.recipe.train.epoch_crops or len(self.splits.train)
            log(_epoch_line(record, progress, num_epochs, per_epoch_s=per_epoch, num_crops=num_crops))
            for each in observers:
                each.epoch_ended(record, progress)

    def train_epoch(self, epoch: int, observers: Sequence[Observer] = ()) -> float:
        """Train for one epoch, counted from 0; returns the mean loss.

        Raises:
            TrainError: the mean loss is not a finite number.
        """
        recipe = self.recipe.train
        torch.manual_seed(self.recipe.seed * 100_003 + epoch)  # dropout
        keys = draw_epoch(self.splits.train, epoch=epoch, seed=self.recipe.seed, recipe=recipe)
        loader = batches(
            self._dataset(self.splits.train, self.augment, windows=2 if recipe.consistency_weight else 1),
            keys,
            batch_size=recipe.batch_size,
            num_workers=self.recipe.data.num_workers,
        )
        self.model.train()
        losses: list[float] = []
        for number, batch in enumerate(loader):
            if len(batch["target"]) < 2:
                continue  # batch norm needs two
            at = epoch + number / len(loader)
            lr = recipe.lr * schedule(at, epochs=recipe.epochs, warmup_epochs=recipe.warmup_epochs)
            for group in self.optimizer.param_groups:
                group["lr"] = lr
            losses.append(self._step(batch, step=epoch * len(loader) + number))
            step = StepRecord(
                epoch=epoch,
                batch=number,
                num_batches=len(loader),
                num_crops=len(batch["target"]),
                loss=losses[-1],
                lr=lr,
            )
            for each in observers:
                each.step_ended(step)
        if not losses or not math.isfinite(np.mean(losses)):
            raise TrainError(f"the loss of epoch {epoch + 1} is not a number: lower lr, or give more crops")
        return float(np.mean(losses))

    def _step(self, batch: Batch, *, step: int) -> float:
        if self.recipe.train.consistency_weight:
            batch = window_pairs(batch)
        if self.batch is not None:
            batch = self.batch(batch, np.random.default_rng([self.recipe.seed, step]))
        batch = move(batch, self.device)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            outputs = self.model(batch["chips"], batch["extent_m"])
            loss = self.loss(outputs, batch, self.recipe.train)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), GRADIENT_NORM)
        self.optimizer.step()
        self.ema.update(self.model, step=step)
        return float(loss.detach())

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


def _optimizer(network: nn.Module, recipe: TrainRecipe) -> torch.optim.Optimizer:
    """AdamW without weight decay on biases and norms."""
    decay: list[nn.Parameter] = []
    no_decay: list[nn.Parameter] = []
    for parameter in network.parameters():
        (decay if parameter.ndim > 1 else no_decay).append(parameter)
    return torch.optim.AdamW(
        [{"params": decay, "weight_decay": recipe.weight_decay}, {"params": no_decay, "weight_decay": 0.0}],
        lr=recipe.lr,
    )


def schedule(at: float, *, epochs: int, warmup_epochs: float) -> float:
    """Share of the top learning rate at a moment counted in epochs: linear warm-up, then half a cosine."""
    if at < warmup_epochs:
        return max(0.01, at / warmup_epochs)
    done = (at - warmup_epochs) / max(1e-9, epochs - warmup_epochs)
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
