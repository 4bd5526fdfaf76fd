"""The network: outputs, extent, canonical pose and heads."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest
import torch

import vehicle_id.model.runtime  # noqa: F401 - before a test imports onnxruntime
from tests.fixtures.small_network import SMALL, chips, small_network
from vehicle_id.crops.chips import Chip
from vehicle_id.errors import TrainError
from vehicle_id.export.export import compare, make_card, to_onnx, with_card
from vehicle_id.model.card import Decision
from vehicle_id.model.session import Session
from vehicle_id.train.calibrate import Calibration
from vehicle_id.train.model import LOG_VARIANCE_RANGE, VehicleNet, Whitening, canonical_pose, encode_extent, quadrants
from vehicle_id.train.recipe import ModelRecipe, Recipe


def test_outputs_are_those_of_the_heads() -> None:
    shapes = {
        name: tuple(v.shape) for name, v in small_network(heads=("size", "heading"))(chips(), torch.ones(2)).items()
    }
    assert shapes == {"logits": (2, 3), "embedding": (2, 16), "size": (2, 4), "heading": (2, 2)}
    assert list(small_network()(chips(), torch.ones(2))) == small_network().output_names == ["logits", "embedding"]


@pytest.mark.parametrize("backbone", ["mobilenetv4_conv_small_035", "efficientvit_b0", "repvit_m0_9"])
def test_backbones_with_a_final_layer_of_another_width_fit(backbone: str) -> None:
    assert small_network(backbone=backbone)(chips(), torch.ones(2))["embedding"].shape == (2, 16)


def test_the_extent_matters_only_where_the_recipe_says_so() -> None:
    network = small_network()
    a, b, unknown = (network(chips(), torch.full((2,), metres))["logits"] for metres in (5.0, 20.0, 0.0))
    assert not torch.allclose(a, b) and not torch.allclose(a, unknown)
    blind = small_network(extent=False)
    assert torch.equal(blind(chips(), torch.ones(2))["logits"], blind(chips())["logits"])


def test_extents_are_encoded_by_logarithm_and_unknown_is_zero() -> None:
    code = encode_extent(torch.tensor([0.0, 10.0, 20.0]))
    assert code.tolist() == [[0, 0], [1, 0], [1, pytest.approx(math.log(2))]]


@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize("turns", range(4))
def test_eight_views_have_one_canonical_pose_and_headings_are_turned_back(turns: int, flipped: bool) -> None:
    pictures = torch.randint(0, 256, (6, 17, 17, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    headings = torch.tensor([10.0, 30.0, 80.0, 100.0, 135.0, 170.0])
    seen = torch.rot90(pictures.flip(2) if flipped else pictures, turns, dims=(1, 2))
    turned = (180 - headings if flipped else headings) + 90 * turns
    pose, back = canonical_pose(pictures)
    same, back_too = canonical_pose(seen)
    torch.testing.assert_close(same, pose)
    torch.testing.assert_close(doubled(turned) * back_too, doubled(headings) * back)


def doubled(degrees: torch.Tensor) -> torch.Tensor:
    angle = torch.deg2rad(2 * degrees)
    return torch.stack([angle.cos(), angle.sin()], dim=1)


def test_a_network_with_canonical_pose_gives_all_views_the_same_answer() -> None:
    network = small_network(canonical_pose=True, heads=("heading",))
    ours = network(chips(), torch.ones(2))
    theirs = network(torch.rot90(chips(), 1, dims=(1, 2)), torch.ones(2))
    torch.testing.assert_close(ours["logits"], theirs["logits"])
    torch.testing.assert_close(ours["heading"], -theirs["heading"])
    plain = small_network()
    assert not torch.allclose(
        plain(chips(), torch.ones(2))["logits"], plain(torch.rot90(chips(), 1, dims=(1, 2)), torch.ones(2))["logits"]
    )


def test_log_variances_stay_in_range() -> None:
    network = small_network(heads=("size",))
    with torch.no_grad():
        network.size.bias[2:] = torch.tensor([99.0, -99.0])
    size = network(chips(), torch.ones(2))["size"]
    assert size[:, 2:].tolist() == [list(LOG_VARIANCE_RANGE[::-1])] * 2


def test_normalisation_is_that_of_the_backbone() -> None:
    lite = VehicleNet(ModelRecipe(), num_classes=2, pretrained=False)
    assert lite.mean.tolist() == [127.5] * 3 == lite.std.tolist()


def test_an_unknown_backbone_is_refused_by_name() -> None:
    with pytest.raises(TrainError, match="no backbone 'nonesuch'"):
        small_network(backbone="nonesuch")


def test_a_stretched_network_answers_alike_however_bright_and_contrasty_a_chip_is() -> None:
    dark = torch.randint(0, 100, (4, 32, 32, 3), dtype=torch.uint8)
    brighter = dark * 2 + 30  # whole grey levels
    plain, stretching = small_network(), small_network(stretch=True)
    with torch.inference_mode():
        one, other = (stretching(each, torch.ones(4))["logits"] for each in (dark, brighter))
        apart = (plain(dark, torch.ones(4))["logits"] - plain(brighter, torch.ones(4))["logits"]).abs().max()
        flat = stretching(torch.full((1, 32, 32, 3), 90, dtype=torch.uint8), torch.ones(1))["logits"]
    assert (one - other).abs().max() < 0.15 * apart and torch.isfinite(flat).all()


def test_a_network_of_the_centre_does_not_see_what_is_around_it() -> None:
    whole, inner = small_network(), small_network(centre=0.75)
    framed = chips().clone()
    framed[:, :4] = framed[:, -4:] = framed[:, :, :4] = framed[:, :, -4:] = 0
    with torch.inference_mode():
        assert torch.equal(inner(chips(), torch.ones(2))["logits"], inner(framed, torch.ones(2))["logits"])
        framed[:, 4, 4] = 0
        assert not torch.equal(inner(chips(), torch.ones(2))["logits"], inner(framed, torch.ones(2))["logits"])
        assert not torch.equal(whole(chips(), torch.ones(2))["logits"], whole(framed, torch.ones(2))["logits"])


def test_whitened_classes_vary_alike_along_every_axis() -> None:
    drawn = torch.Generator().manual_seed(0)
    classes = torch.arange(3).repeat(400)
    mixed = torch.diag(torch.arange(1.0, 7)) + torch.randn(6, 6, generator=drawn) / 5
    features = 3 * torch.eye(6)[classes] + torch.randn(1200, 6, generator=drawn) @ mixed
    whitening = Whitening(6)
    whitening.fit(features, classes)

    def variances(rows: torch.Tensor) -> torch.Tensor:
        within = torch.cat([rows[classes == each] - rows[classes == each].mean(dim=0) for each in range(3)])
        return torch.linalg.eigvalsh(within.T @ within / len(within))

    before, after = variances(features), variances((features - whitening.mean) @ whitening.matrix)
    assert before[-1] > 20 * before[0] and after[-1] < 3 * after[0] and after[-1] <= 1
    torch.testing.assert_close(whitening(features).norm(dim=1), torch.ones(1200))


def test_the_embedding_of_a_whitened_network_is_that_of_both_mirror_images_and_its_logits_are_as_without() -> None:
    plain, network = small_network(), small_network(whitened=True)
    network.load_state_dict({**network.state_dict(), **plain.state_dict()})
    extent_m = torch.ones(2)
    with torch.inference_mode():
        answers = [network(each, extent_m) for each in (chips(), chips().flip(2))]
        torch.testing.assert_close(answers[0]["logits"], plain(chips(), extent_m)["logits"])
        described = network.described(chips())
    torch.testing.assert_close(answers[0]["embedding"], answers[1]["embedding"])
    assert not torch.allclose(answers[0]["logits"], answers[1]["logits"])
    torch.testing.assert_close(answers[0]["embedding"], torch.nn.functional.normalize(described, dim=1))
    calls = list[int]()
    network.train().backbone.register_forward_hook(lambda *_: calls.append(1))
    assert network(chips(), extent_m)["embedding"].shape == (2, 16) and calls == [1]  # a training step costs no more


@pytest.mark.parametrize("side", [1, 2, 3, 6, 7])
def test_quadrants_are_means_over_quarters(side: int) -> None:
    stage = torch.arange(float(side * side)).reshape(1, 1, side, side)
    half = (side + 1) // 2
    ends = (slice(half), slice(-half, None))
    corners = [float(stage[..., rows, columns].mean()) for rows in ends for columns in ends]
    assert quadrants(stage).flatten().tolist() == pytest.approx(corners[: 1 if side == 1 else 4])


@pytest.mark.parametrize(
    "changes",
    [
        {"stretch": True},
        {"centre": 0.75},
        {"stretch": True, "centre": 0.5},
        {"whitened": True},
    ],
)
def test_the_stretch_and_the_centre_are_part_of_the_graph(changes: dict[str, Any]) -> None:
    network = small_network(**changes)
    recipe = Recipe(model=msgspec.structs.replace(SMALL, **changes))
    decision = Decision(thresholds={"class": 0.5})
    card = make_card(recipe, ("a", "b", "c"), Calibration(decision=decision, metrics={}, counts={}))
    seen = [Chip(pixels=pixels, extent_m=5.0) for pixels in chips(4).numpy()]
    assert compare(network, Session(with_card(to_onnx(network, 32), card)), seen).same_top1 == 4
