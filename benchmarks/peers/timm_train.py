"""timm, as in the script train.py of its repository: loader, optimizer, schedule, average, best epoch by top 1.

    data/bench-envs/timm/bin/python benchmarks/peers/timm_train.py SET --out runs/timm --epochs 10 [--settings finetune]

The script is neither in timm's wheel nor in its source archive, so this loop is written out of the parts that it uses.
`--settings defaults` are those of the script: SGD with a rate of 0.1 for batches of 256, in proportion; crops of 8 to
100 % of the picture. `--settings finetune` are options of the script that suit few crops from above: AdamW, averaged
weights, crops of half the picture and more, upside down too. Both warm up and follow half a cosine, update by update.
`--memory channels-last` is the script's option of that name, which is off by default.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import safetensors.torch
import timm
import torch
from timm.data import create_dataset, create_loader
from timm.loss import LabelSmoothingCrossEntropy
from timm.optim import create_optimizer_v2
from timm.scheduler import create_scheduler_v2
from timm.utils import ModelEmaV3, random_seed
from trained import Marks, arguments, write_answers

NETWORK = "tf_efficientnet_lite0"
SMOOTHING = 0.1
WARMUP_EPOCHS = 5
"""Or a fifth of the run, if that is less."""
ONE_PROCESS = {"num_workers": 0, "persistent_workers": False, "device": torch.device("cpu")}


class Training:
    """What the script makes before its first epoch."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        finetune, above = options.settings == "finetune", options.view == "above"
        self.order = torch.channels_last if options.memory == "channels-last" else torch.contiguous_format
        crops = create_dataset("", root=str(options.folder), split="train", is_training=True)
        self.classes: dict[str, int] = crops.reader.class_to_idx
        self.model = timm.create_model(NETWORK, pretrained=False, num_classes=len(self.classes))
        if options.weights:
            self.model.load_state_dict(safetensors.torch.load_file(options.weights), strict=False)
        self.model.to(memory_format=self.order)
        self.pixels = {name: self.model.default_cfg[name] for name in ("mean", "std")}
        self.loader = create_loader(
            crops,
            input_size=(3, options.chip_px, options.chip_px),
            batch_size=options.batch,
            is_training=True,
            scale=(0.5, 1.0) if finetune else (0.08, 1.0),
            hflip=0.5 if above else 0.0,
            vflip=0.5 if above and finetune else 0.0,
            interpolation="random",
            **ONE_PROCESS,
            **self.pixels,
        )
        self.optimizer = (
            create_optimizer_v2(self.model, opt="adamw", lr=1e-3, weight_decay=0.05)
            if finetune
            else create_optimizer_v2(self.model, opt="sgd", lr=0.1 * options.batch / 256, weight_decay=2e-5)
        )
        self.average = ModelEmaV3(self.model, decay=0.99, use_warmup=True) if finetune else None
        self.judged = self.average.module if self.average else self.model
        self.schedule, _ = create_scheduler_v2(
            self.optimizer,
            num_epochs=options.epochs,
            warmup_epochs=min(WARMUP_EPOCHS, options.epochs // 5),
            step_on_epochs=False,
            updates_per_epoch=len(self.loader),
        )
        self.loss = LabelSmoothingCrossEntropy(SMOOTHING)
        self.updates = 0

    def epoch(self) -> int:
        """Train on every batch; the crops of all."""
        self.model.train()
        crops = 0
        for images, target in self.loader:
            loss = self.loss(self.model(images.contiguous(memory_format=self.order)), target)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            crops += len(target)
            self.updates += 1
            if self.average:
                self.average.update(self.model, step=self.updates)
            self.schedule.step_update(num_updates=self.updates)
        return crops

    def whole(self, split: str) -> Any:
        """The crops of a split as they are, in the order of their names."""
        options = self.options
        return create_loader(
            create_dataset("", root=str(options.folder / split), search_split=False, class_map=self.classes),
            input_size=(3, options.chip_px, options.chip_px),
            batch_size=4 * options.batch,
            interpolation="bicubic",
            crop_pct=1.0,
            **ONE_PROCESS,
            **self.pixels,
        )


def main() -> None:
    """Train, then answer."""
    options = arguments(__doc__, settings=("finetune", "defaults"), memory=("planes", "channels-last"))
    random_seed(options.seed)
    marks = Marks(options.clock)
    training = Training(options)
    loader, file, best, crops = training.whole("val"), options.out / "best.safetensors", -1.0, 0
    for _ in range(options.epochs):
        marks.epoch_begins()
        crops = training.epoch()
        marks.batches_end()
        right = _answers(training.judged, loader)[1]
        if right > best:
            best = right
            state = training.judged.state_dict()
            safetensors.torch.save_file({name: tensor.contiguous() for name, tensor in state.items()}, file)
        marks.epoch_ends()
    marks.finish(crops=crops)
    training.judged.load_state_dict(safetensors.torch.load_file(file))
    loader = training.whole("test")
    numbers, _ = _answers(training.judged, loader)
    names = [Path(name).name for name in loader.dataset.filenames(basename=True)]
    classes = list(training.classes)
    write_answers(options.out, {name: classes[number] for name, number in zip(names, numbers, strict=True)})


@torch.inference_mode()
def _answers(model: torch.nn.Module, loader: Any) -> tuple[list[int], float]:
    """The class of every crop, and the share that is right."""
    model.eval()
    numbers, right = [], 0
    for images, target in loader:
        answers = model(images).argmax(dim=1)
        numbers += answers.tolist()
        right += int((answers == target).sum())
    return numbers, right / len(numbers)


if __name__ == "__main__":
    main()
