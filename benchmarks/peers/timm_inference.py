"""timm, as in the script inference.py of its repository: loader, eval(), softmax, top k, one CSV at the end.

    data/bench-envs/timm/bin/python benchmarks/peers/timm_inference.py data/bench --num 1000 [--px 96] [--batch 256]

The script is not in the wheel. Its defaults: batches of 256, two workers, images squeezed and cut by the model's own
data configuration. tf_efficientnet_lite0 is also vehicle-id's backbone. Weights are random.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import torch
from runner import arguments, measure
from timm import create_model
from timm.data import ImageNetInfo, create_dataset, create_loader, resolve_model_data_config

NETWORK = "tf_efficientnet_lite0"
WORKERS = 2
TOP_K = 5


def main() -> None:
    """Load the model, then time it."""
    options = arguments(__doc__, px=224, batch=256)
    model = create_model(NETWORK, pretrained=False).eval()
    data_config = resolve_model_data_config(model, {"input_size": (3, options.px, options.px)}, use_test_size=True)
    to_label = np.vectorize(ImageNetInfo("imagenet-1k").index_to_description, otypes=[object])

    def answer(folder: Path, table: Path) -> None:
        dataset = create_dataset(name="", root=str(folder), split="validation")
        loader = create_loader(
            dataset,
            batch_size=options.batch,
            use_prefetcher=True,
            num_workers=WORKERS,
            device=torch.device("cpu"),
            **data_config,
        )
        labels, probabilities = [], []
        with torch.inference_mode():
            for images, _ in loader:
                scores, indices = model(images).softmax(-1).topk(TOP_K)
                labels.append(to_label(indices.numpy()))
                probabilities.append(scores.numpy())
        columns = {
            "filename": loader.dataset.filenames(basename=True),
            "label": list(np.concatenate(labels)),
            "prob": list(np.concatenate(probabilities)),
        }
        pd.DataFrame(columns).set_index("filename").to_csv(table)

    measure("timm inference.py", f"{NETWORK} {options.px} px", answer, options)


if __name__ == "__main__":
    main()
