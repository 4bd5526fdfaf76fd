"""The training loop: seeded, resumable, with a moving average of weights and early stopping.

Every epoch draws from (seed, epoch) alone, so a resumed run goes on as if it had not stopped. What comes
out is a run folder: recipe.yaml, splits.csv, history.jsonl, last and best checkpoint, calibration.json.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np
import torch
from timm.utils.model_ema import ModelEmaV3
from torch import nn

from vehicle_id.crops.manifest import Crop
from vehicle_id.errors import TrainError
from vehicle_id.files import write_whole
from vehicle_id.model.card import EMBEDDED
from vehicle_id.train import checkpoint
from vehicle_id.train.augment import Augment
from vehicle_id.train.calibrate import Calibration, Held, calibrate, fit_temperature
from vehicle_id.train.checkpoint import Run
from vehicle_id.train.data import (
    CropDataset,
    Splits,
    batches,
    draw_epoch,
    labels_of,
    load_splits,
    move,
    splits_csv,
    tree_of,
)
from vehicle_id.train.losses import total_loss
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.ood import draw_vehicles, fit_unknown, save_unknown
from vehicle_id.train.recipe import Recipe, dump_recipe, load_recipe

Log = Callable[[str], None]
_LOG: Log = logging.getLogger(__name__).info
GRADIENT_NORM = 5.0


def train(data: str | Path, recipe: Recipe, out: str | Path, *, resume: bool = False, log: Log = _LOG) -> Run:
    """Train, keep the best epoch, calibrate.

    Args:
        data: folder per class, or CSV manifest.
        out: the run folder; must not hold a run unless `resume`.
        resume: go on from the folder's last checkpoint, if there is one.
        log: takes one line at a time; by default this module's logger does.

    Raises:
        TrainError: the data or the recipe cannot be used, or the folder holds another run.
    """
    run = Run(folder=Path(out))
    if run.recipe.exists() and not resume:
        raise TrainError(f"{run.folder} already holds a run: add --resume, or name another folder")
    if run.recipe.exists() and load_recipe(run.recipe) != recipe:
        raise TrainError(f"{run.folder} was begun with another recipe: name another folder")
    splits = load_splits(data, recipe.data, chip_px=recipe.model.chip_px, seed=recipe.seed)
    labels = labels_of(splits, recipe)
    _check_heads(recipe, splits)
    _begin(run, recipe, splits, labels, log)
    trainer = _Trainer(recipe, splits, labels)
    trainer.fit(run, log)
    finish(run, trainer, log)
    return run


def finish(run: Run, trainer: _Trainer, log: Log) -> Calibration:
    """Fit temperature and thresholds of the best epoch on the validation split."""
    checkpoint.load(run.best, model=trainer.ema.module)
    recipe, method = trainer.recipe, trainer.recipe.calibrate.unknown_method
    if method in EMBEDDED:
        vehicles = draw_vehicles(trainer.splits.train, tree_of(recipe, trainer.labels), method, seed=recipe.seed)
        learned = trainer.predict(vehicles)
        assert learned.embedding is not None  # every network gives one
        compared = fit_unknown(method, learned.embedding, learned.target)
        save_unknown(run.unknown, compared)
        trainer.ema.module.unknown = compared.to(trainer.device)
    held = trainer.predict(trainer.splits.val)
    calibration = calibrate(held, trainer.labels, recipe, trainer.splits.counts(trainer.labels))
    write_whole(run.calibration, msgspec.json.format(msgspec.json.encode(calibration)))
    fitted = calibration.decision
    log(
        f"calibrated on {len(held.target)} crops: temperature {fitted.temperature:.2f}, "
        f"needs {', '.join(f'{level} {value:.2f}' for level, value in fitted.thresholds.items())}"
    )
    return calibration


def _check_heads(recipe: Recipe, splits: Splits) -> None:
    """A head without truth would learn nothing and answer all the same."""
    known = {
        "size": any(crop.length_m and crop.gsd_m for crop in splits.train),
        "heading": any(crop.heading_deg is not None for crop in splits.train),
    }
    for head in recipe.model.heads:
        if not known[head]:
            column = {"size": "length_m beside gsd_m", "heading": "heading_deg"}[head]
            raise TrainError(f"the recipe asks for the head {head!r}, but no training crop states {column}")


def _begin(run: Run, recipe: Recipe, splits: Splits, labels: Sequence[str], log: Log) -> None:
    run.folder.mkdir(parents=True, exist_ok=True)
    write_whole(run.recipe, dump_recipe(recipe))
    write_whole(run.splits, splits_csv(splits))
    sizes = ", ".join(f"{name} {len(getattr(splits, name))}" for name in ("train", "val", "test"))
    log(f"{len(labels)} classes, crops: {sizes}, left out {len(splits.dropped)}")
    if not any(crop.group or crop.split for crop in splits.train):
        log("no column 'group' or 'split': crops of one image may stand on both sides of the split")


def _start(network: VehicleNet, earlier: Run, labels: tuple[str, ...]) -> None:
    found = checkpoint.read_progress(earlier.best).labels
    if found != labels:
        raise TrainError(f"the run {earlier.folder} has other classes: begin with one of the same {len(labels)}")
    checkpoint.load(earlier.best, model=network)


class _Trainer:
    """Network, optimizer and data of one run."""

    def __init__(self, recipe: Recipe, splits: Splits, labels: Sequence[str]) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        self.splits = splits
        self.labels = tuple(labels)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        torch.backends.cudnn.benchmark = True  # all batches have one shape; nothing to a CPU
        network = VehicleNet(recipe.model, num_classes=len(labels), pretrained=recipe.start_from is None)
        if recipe.start_from is not None:
            _start(network, Run(folder=Path(recipe.start_from)), self.labels)
        # the order the chips come in; no copy is made before the first convolution
        self.model = network.to(self.device).to(memory_format=torch.channels_last)
        self.ema = ModelEmaV3(self.model, decay=recipe.train.ema_decay, use_warmup=True, warmup_power=0.75)
        decay: list[nn.Parameter] = []
        no_decay: list[nn.Parameter] = []
        for parameter in self.model.parameters():
            (decay if parameter.ndim > 1 else no_decay).append(parameter)
        self.optimizer = torch.optim.AdamW(
            [{"params": decay, "weight_decay": recipe.train.weight_decay}, {"params": no_decay, "weight_decay": 0.0}],
            lr=recipe.train.lr,
        )
        gsd_range_m = recipe.data.gsd_range_m or (0.0, math.inf)
        self.augment = Augment(recipe.augment, coarsest_gsd_m=gsd_range_m[1])

    def fit(self, run: Run, log: Log) -> None:
        """Epochs until the schedule ends or the validation stops improving."""
        progress = checkpoint.Progress(labels=self.labels)
        if run.last.exists():
            progress = checkpoint.load(run.last, model=self.model, ema=self.ema.module, optimizer=self.optimizer)
            log(f"resumed after epoch {progress.epoch}")
        while progress.epoch < self.recipe.train.epochs:
            if progress.epoch - progress.best_epoch >= self.recipe.train.patience:
                log(f"no better epoch since {progress.best_epoch}: stopped")
                break
            loss = self._epoch(progress.epoch)
            score, record = self._validate()
            progress.epoch += 1
            if score > progress.best_score:
                progress.best_score, progress.best_epoch = score, progress.epoch
                checkpoint.save(run.best, progress, model=self.ema.module)
            checkpoint.save(run.last, progress, model=self.model, ema=self.ema.module, optimizer=self.optimizer)
            record = {"epoch": progress.epoch, "loss": loss, **record}
            with run.history.open("a") as file:
                file.write(json.dumps(record) + "\n")
            log("  ".join(f"{name} {value:.4g}" for name, value in record.items()))

    def _epoch(self, epoch: int) -> float:
        """One pass; returns the mean loss."""
        recipe = self.recipe.train
        torch.manual_seed(self.recipe.seed * 100_003 + epoch)  # dropout
        keys = draw_epoch(self.splits.train, epoch=epoch, seed=self.recipe.seed, recipe=recipe)
        loader = batches(
            self._dataset(self.splits.train, self.augment),
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
            for group in self.optimizer.param_groups:
                group["lr"] = recipe.lr * schedule(at, epochs=recipe.epochs, warmup_epochs=recipe.warmup_epochs)
            losses.append(self._step(move(batch, self.device), step=epoch * len(loader) + number))
        if not losses or not math.isfinite(np.mean(losses)):
            raise TrainError(f"the loss of epoch {epoch + 1} is not a number: lower lr, or give more crops")
        return float(np.mean(losses))

    def _step(self, batch: dict[str, torch.Tensor], *, step: int) -> float:
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            outputs = self.model(batch["chips"], batch["extent_m"])
            loss = total_loss(outputs, batch, self.recipe.train)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), GRADIENT_NORM)
        self.optimizer.step()
        self.ema.update(self.model, step=step)
        return float(loss.detach())

    def _validate(self) -> tuple[float, dict[str, float]]:
        """Score to maximise, the likelihood at the best temperature, and what to log.

        Accuracy and macro-F1 of a few rare crops are a lottery; the likelihood uses every crop.
        """
        held = self.predict(self.splits.val)
        nll = held.nll(fit_temperature(held))
        record = {"val_accuracy": float(np.mean(held.right())), "val_macro_f1": held.macro_f1(), "val_nll": nll}
        if held.rendered.any() and not held.rendered.all():
            record["val_real_accuracy"] = float(np.mean(held.right()[~held.rendered]))
        return -nll, record

    @torch.inference_mode()
    def predict(self, crops: Sequence[Crop]) -> Held:
        """The averaged network's outputs on crops, in their order."""
        network = self.ema.module.eval()
        dataset = self._dataset(crops, None)
        keys = [(0, number) for number in range(len(crops))]
        parts = []
        for batch in batches(dataset, keys, batch_size=128, num_workers=self.recipe.data.num_workers):
            moved = move(batch, self.device)
            outputs = network(moved["chips"], moved["extent_m"])
            known = {"target": batch["target"], "true_size": batch["size"]}
            parts.append({name: tensor.float().cpu().numpy() for name, tensor in {**outputs, **known}.items()})
        joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        return Held(
            target=joined["target"] > 0,
            rendered=np.array([crop.origin == "rendered" for crop in crops]),
            logits=joined["logits"],
            size=joined.get("size"),
            true_size=joined["true_size"],
            embedding=joined["embedding"],
            unknown=joined.get("unknown"),
        )

    def _dataset(self, crops: Sequence[Crop], augment: Augment | None) -> CropDataset:
        return CropDataset(
            crops,
            self.labels,
            tree_of(self.recipe, self.labels),
            chip_px=self.recipe.model.chip_px,
            augment=augment,
            seed=self.recipe.seed,
            images=self.splits.images,
        )


def schedule(at: float, *, epochs: int, warmup_epochs: float) -> float:
    """Share of the top learning rate at a moment counted in epochs: linear warm-up, then half a cosine."""
    if at < warmup_epochs:
        return max(0.01, at / warmup_epochs)
    done = (at - warmup_epochs) / max(1e-9, epochs - warmup_epochs)
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
