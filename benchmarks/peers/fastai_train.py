"""fastai: vision_learner with a backbone of timm, and fine_tune, as its documentation teaches.

    data/bench-envs/fastai/bin/python benchmarks/peers/fastai_train.py SET --out runs/fastai --epochs 10

Its defaults: Adam, a rate of 0.002, one epoch with a frozen backbone, then one cycle with lower rates for lower layers,
crops turned by 10 degrees, warped, zoomed, lit. From above also upside down and turned by any angle up to 45 degrees;
radar is never mirrored. The last epoch is kept, at which the rate is lowest. Without weights the whole network learns
from the start, at the rate of `fit_one_cycle`.
"""

from __future__ import annotations

import safetensors.torch
import timm
import torch
from fastai.vision.all import (
    Callback,
    ImageDataLoaders,
    Normalize,
    Resize,
    accuracy,
    aug_transforms,
    set_seed,
    vision_learner,
)
from trained import Marks, arguments, pictures, write_answers

NETWORK = "tf_efficientnet_lite0"


class Clock(Callback):
    """Marks the parts of an epoch."""

    order = 90  # after everything else of an epoch

    def __init__(self, marks: Marks) -> None:
        self.marks = marks

    def before_epoch(self) -> None:
        """The batches begin."""
        self.marks.epoch_begins()

    def after_train(self) -> None:
        """The batches have ended."""
        self.marks.batches_end()

    def after_epoch(self) -> None:
        """The validation has ended."""
        self.marks.epoch_ends()


def main() -> None:
    """Train, then answer."""
    options = arguments(__doc__)
    set_seed(options.seed)
    marks = Marks(options.clock)
    config = timm.get_pretrained_cfg(NETWORK)
    varied = (
        aug_transforms(flip_vert=True, max_rotate=45.0)
        if options.view == "above"
        else aug_transforms(do_flip=False, max_rotate=5.0)
    )
    data = ImageDataLoaders.from_folder(
        options.folder,
        train="train",
        valid="val",
        item_tfms=Resize(options.chip_px),
        batch_tfms=[*varied, Normalize.from_stats(config.mean, config.std)],
        bs=options.batch,
        num_workers=0,
        device=torch.device("cpu"),
        seed=options.seed,
    )
    learner = vision_learner(
        data, NETWORK, pretrained=False, metrics=accuracy, path=options.out, cbs=Clock(marks), normalize=False
    )
    crops = len(data.train) * options.batch
    with learner.no_bar():
        if options.weights and options.epochs > 1:
            learner.model[0].model.load_state_dict(safetensors.torch.load_file(options.weights), strict=False)
            learner.fine_tune(options.epochs - 1)
        else:
            learner.fit_one_cycle(options.epochs)
        safetensors.torch.save_file(learner.model.state_dict(), options.out / "last.safetensors")
        marks.finish(crops=crops)
        paths = pictures(options.folder / "test")
        scores, _ = learner.get_preds(dl=data.test_dl(paths, num_workers=0))
    labels = [data.vocab[number] for number in scores.argmax(dim=1).tolist()]
    write_answers(options.out, {path.name: label for path, label in zip(paths, labels, strict=True)})


if __name__ == "__main__":
    main()
