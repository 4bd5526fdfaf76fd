"""timm, as in the script train.py of its repository: loader, optimizer, schedule, average, best epoch by top 1.

    data/bench-envs/timm/bin/python benchmarks/peers/timm_train.py SET --out runs/timm --epochs 10 [--settings finetune]

The script is neither in timm's wheel nor in its source archive, so this loop is written out of the parts that it uses.
`--settings defaults` are those of the script: SGD with a rate of 0.1 for batches of 256, in proportion; crops of 8 to
100 % of the picture. `--settings finetune` are options of the script that suit few crops from above: AdamW, averaged
weights, crops of half the picture and more, upside down too. Both warm up and follow half a cosine, update by update.
`--memory channels-last` is the script's option of that name, which is off by default.
"""

from __future__ import annotations

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


def main() -> None:
    """Train, then answer."""
    options = arguments(__doc__, settings=("finetune", "defaults"), memory=("planes", "channels-last"))
    order = torch.channels_last if options.memory == "channels-last" else torch.contiguous_format
    finetune, above = options.settings == "finetune", options.view == "above"
    random_seed(options.seed)
    marks = Marks(options.clock)
    train_set = create_dataset("", root=str(options.folder), split="train", is_training=True)
    classes = list(train_set.reader.class_to_idx)
    model = timm.create_model(NETWORK, pretrained=False, num_classes=len(classes))
    if options.weights:
        model.load_state_dict(safetensors.torch.load_file(options.weights), strict=False)
    model.to(memory_format=order)
    pixels = {"mean": model.default_cfg["mean"], "std": model.default_cfg["std"]}
    loader = create_loader(
        train_set,
        input_size=(3, options.chip_px, options.chip_px),
        batch_size=options.batch,
        is_training=True,
        scale=(0.5, 1.0) if finetune else (0.08, 1.0),
        hflip=0.5 if above else 0.0,
        vflip=0.5 if above and finetune else 0.0,
        interpolation="random",
        num_workers=0,
        persistent_workers=False,
        device=torch.device("cpu"),
        **pixels,
    )
    val_loader = _loader(options.folder, "val", options, pixels)
    optimizer = (
        create_optimizer_v2(model, opt="adamw", lr=1e-3, weight_decay=0.05)
        if finetune
        else create_optimizer_v2(model, opt="sgd", lr=0.1 * options.batch / 256, weight_decay=2e-5, momentum=0.9)
    )
    average = ModelEmaV3(model, decay=0.99, use_warmup=True) if finetune else None
    schedule, _ = create_scheduler_v2(
        optimizer,
        sched="cosine",
        num_epochs=options.epochs,
        warmup_epochs=min(WARMUP_EPOCHS, options.epochs // 5),
        warmup_lr=1e-5,
        step_on_epochs=False,
        updates_per_epoch=len(loader),
    )
    loss_of, best, updates = LabelSmoothingCrossEntropy(SMOOTHING), -1.0, 0
    judged = average.module if average else model
    for epoch in range(options.epochs):
        marks.epoch_begins()
        model.train()
        crops = 0
        for images, target in loader:
            loss = loss_of(model(images.contiguous(memory_format=order)), target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            crops += len(target)
            updates += 1
            if average:
                average.update(model, step=updates)
            schedule.step_update(num_updates=updates)
        marks.batches_end()
        right = _answers(judged, val_loader)[1]
        if right > best:
            best = right
            safetensors.torch.save_file(judged.state_dict(), options.out / "best.safetensors")
        schedule.step(epoch + 1)
        marks.epoch_ends()
    marks.finish(crops=crops)
    judged.load_state_dict(safetensors.torch.load_file(options.out / "best.safetensors"))
    loader = _loader(options.folder, "test", options, pixels)
    numbers, _ = _answers(judged, loader)
    names = [Path(name).name for name in loader.dataset.filenames(basename=True)]
    write_answers(options.out, {name: classes[number] for name, number in zip(names, numbers, strict=True)})


def _loader(folder: Path, split: str, options: Any, pixels: dict[str, Any]) -> Any:
    """The crops of a split as they are, whole."""
    return create_loader(
        create_dataset("", root=str(folder / split), search_split=False),
        input_size=(3, options.chip_px, options.chip_px),
        batch_size=4 * options.batch,
        interpolation="bicubic",
        crop_pct=1.0,
        num_workers=0,
        persistent_workers=False,
        device=torch.device("cpu"),
        **pixels,
    )


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
