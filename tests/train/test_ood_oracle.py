"""Out-of-distribution scores against pytorch-ood."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from pytorch_ood.detector import EnergyBased, MaxLogit, MaxSoftmax

from vehicle_id.model.card import UnknownMethod
from vehicle_id.model.decide import softmax
from vehicle_id.model.ood import UnknownScore
from vehicle_id.taxonomy import Taxonomy

LABELS = ("car", "van", "bus")


@pytest.mark.parametrize(
    ("method", "oracle", "shift"),
    [("energy", EnergyBased(None), 0), ("max_logit", MaxLogit(None), 0), ("msp", MaxSoftmax(None), 1)],
)
def test_scores_of_logits_are_those_of_pytorch_ood(method: UnknownMethod, oracle: object, shift: int) -> None:
    logits = np.random.default_rng(0).normal(0, 5, (100, 3)).astype(np.float32)
    ours = UnknownScore(method, Taxonomy.flat(LABELS), LABELS).of(logits, softmax(logits))
    theirs = oracle.predict_logits(torch.from_numpy(logits)).numpy()  # type: ignore[attr-defined]
    np.testing.assert_allclose(ours, theirs + shift, rtol=1e-5, atol=1e-6)
