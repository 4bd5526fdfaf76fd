"""ultralytics (AGPL-3.0): its trainer of classifiers, with its defaults but for the side of the chip and the batch.

    data/bench-envs/ultralytics-train/bin/python benchmarks/peers/ultralytics_train.py SET --out runs/yolo --epochs 10

`--network yolo11n-cls` is its own, from nothing: its weights are on a server. `--network tf_efficientnet_lite0` puts
timm's backbone with ImageNet weights under its own head, so that it starts where the others do. Its defaults: AdamW at
a rate that it derives from the number of classes, RandAugment, crops of half the picture and more, mirrored, partly
erased, averaged weights, best epoch by top 1. From above also upside down; radar is not mirrored nor RandAugmented.
"""

from __future__ import annotations

from typing import Any

import safetensors.torch
import timm
import torch
from trained import Marks, arguments, pictures, write_answers
from ultralytics import YOLO
from ultralytics.models.yolo.classify import ClassificationTrainer
from ultralytics.nn.modules import Classify

LITE = "tf_efficientnet_lite0"
SCAFFOLD = "yolo11n-cls.yaml"


class Backbone(torch.nn.Module):
    """A backbone of timm as first module of a model of ultralytics, which passes pixels of 0 to 1."""

    def __init__(self, weights: str | None) -> None:
        super().__init__()
        self.timm = timm.create_model(LITE, pretrained=False, num_classes=0, global_pool="")
        if weights:
            self.timm.load_state_dict(safetensors.torch.load_file(weights), strict=False)
        config = self.timm.default_cfg
        self.register_buffer("mean", torch.tensor(config["mean"])[:, None, None])
        self.register_buffer("std", torch.tensor(config["std"])[:, None, None])

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Features of the last stage."""
        features: torch.Tensor = self.timm.forward_features((pixels - self.mean) / self.std)
        return features


class Trainer(ClassificationTrainer):
    """ultralytics' trainer with the network of this run."""

    weights: str | None = None
    network = LITE

    def get_model(self, cfg: Any = None, weights: Any = None, verbose: bool = True) -> Any:
        """Its own network, or one with the backbone of timm and its own head."""
        model = super().get_model(cfg, None, verbose)
        if self.network == LITE:
            backbone, head = Backbone(self.weights), Classify(1280, self.data["nc"])
            model.model = torch.nn.Sequential(backbone, head)
            model.save = []
            for number, module in enumerate(model.model):
                module.i, module.f, module.type, module.np = number, -1, type(module).__name__, 0
        return model


def main() -> None:
    """Train, then answer."""
    options = arguments(__doc__, network=(LITE, "yolo11n-cls"))
    above = options.view == "above"
    marks = Marks(options.clock)
    Trainer.weights, Trainer.network = str(options.weights) if options.weights else None, options.network
    trainer = Trainer(
        overrides={
            "model": SCAFFOLD,
            "data": str(options.folder),
            "epochs": options.epochs,
            "imgsz": options.chip_px,
            "batch": options.batch,
            "seed": options.seed,
            "pretrained": False,
            "device": "cpu",
            "workers": 0,
            "amp": False,
            "plots": False,
            "verbose": False,
            "project": str(options.out),
            "name": "run",
            "exist_ok": True,
            **({"flipud": 0.5} if above else {"fliplr": 0.0, "auto_augment": None}),
        }
    )
    trainer.add_callback("on_train_epoch_start", lambda _: marks.epoch_begins())
    trainer.add_callback("on_train_epoch_end", lambda _: marks.batches_end())
    trainer.add_callback("on_model_save", lambda _: marks.epoch_ends())  # the evaluation at the end saves nothing
    trainer.train()
    marks.finish(crops=len(trainer.train_loader.dataset))
    paths = pictures(options.folder / "test")
    model = YOLO(trainer.best)
    results = model.predict([str(path) for path in paths], imgsz=options.chip_px, stream=True, verbose=False)
    labels = [result.names[result.probs.top1] for result in results]
    write_answers(options.out, {path.name: label for path, label in zip(paths, labels, strict=True)})


if __name__ == "__main__":
    main()
