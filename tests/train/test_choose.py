"""Which recipe a run gets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vehicle_id.errors import TrainError
from vehicle_id.model import hub
from vehicle_id.model.session import Session
from vehicle_id.train.choose import RECIPES, choose_recipe, shipped_recipes
from vehicle_id.train.recipe import Recipe
from vehicle_id.train.recipe_keys import field_names
from vehicle_id.train.start import read_start


def test_every_shipped_recipe_is_read_and_says_how_it_is_used() -> None:
    assert shipped_recipes() == ("base", "few-shot", "finetune-from-overhead", "sar", "small")
    for name in shipped_recipes():
        text = (RECIPES / f"{name}.yaml").read_text()
        assert f"--recipe {name} " in text
        # the default model is the one that every install has
        assert choose_recipe(name).start_from in (None, hub.read_index()[0].default)


def test_what_a_recipe_leaves_out_comes_from_the_network_it_starts_from(finished: Path) -> None:
    chosen = choose_recipe(None, [f"start_from={finished}", "train.lr=5e-4"])
    start = read_start(finished)
    assert (chosen.model.chip_px, chosen.model.embedding_dim) == (start.model.chip_px, 16) != (96, 256)
    assert chosen.model.backbone == "test_efficientnet" and chosen.model.heads == () and chosen.train.lr == 5e-4
    stated = choose_recipe(None, [f"start_from={finished}", "model.chip_px=64"])
    assert stated.model.chip_px == 64 and stated.model.embedding_dim == 16
    published = choose_recipe("finetune-from-overhead")
    card = Session(hub.load(published.start_from).data).card
    assert published.model.canonical_pose and published.model.chip_px == card.chip_px
    assert published.model.backbone == "tf_efficientnet_lite0"


def test_a_file_is_changed_by_single_values(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text("train: {epochs: 3, lr: 1e-3}\nmodel: {upright: true}\n")
    changes = [
        "train.epochs=5",
        "data.gsd_range_m=[0.05, 0.5]",
        "taxonomy=catalogue",
        "calibrate.node_precision.bus=0.99",
        "model.heads=[size]",
        "name = mine",
        "train.epoch_crops=null",
        "model.canonical_pose=false",
    ]
    chosen = choose_recipe(tmp_path / "r.yaml", changes)
    assert (chosen.train.epochs, chosen.train.lr, chosen.name) == (5, 1e-3, "mine")
    assert chosen.data.gsd_range_m == (0.05, 0.5) and len(chosen.taxonomy) > 60
    assert chosen.calibrate.node_precision == {"bus": 0.99} and chosen.model.heads == ("size",)
    assert not chosen.model.canonical_pose


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("train.epoch=5", "it has no field train.epoch: did you mean train.epochs?"),
        ("epochs=5", "it has no field epochs: did you mean train.epochs?"),
        ("chip=64", "it has no field chip: did you mean model.chip_px?"),
        ("trian.lr=1", "it has no field trian.lr: did you mean train.lr?"),
        ("train.lr.top=1", "it has no field train.lr.top"),
        ("xyzzy=1", "it has no field xyzzy: vehicle-id train --describe lists all"),
        ("train.epochs", "'train.epochs' sets nothing: write a field and its value, such as train.epochs=5"),
        ("train.epochs=many", "Expected `int`, got `str` - at `$.train.epochs`"),
        ("train.epochs=0", "Expected `int` >= 1 - at `$.train.epochs`"),
        ("model.heads=[", "the value of model.heads, '[', is no YAML"),
        ("keep_classes=true", "keep_classes keeps the classes of start_from, which it does not state"),
    ],
)
def test_a_change_that_cannot_be_made_is_one_sentence(change: str, fault: str) -> None:
    with pytest.raises(TrainError, match=re.escape(fault)) as raised:
        choose_recipe(None, [change])
    assert "\n" not in str(raised.value)


def test_a_misspelt_key_of_a_file_is_answered_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text("augment: {rotate: 5}\n")
    with pytest.raises(TrainError, match=r"no field augment.rotate: did you mean augment.rotate_deg\?"):
        choose_recipe(tmp_path / "r.yaml")
    (tmp_path / "r.yaml").write_text("train: 5\n")
    with pytest.raises(TrainError, match="train is 5, which has no part epochs"):
        choose_recipe(tmp_path / "r.yaml", ["train.epochs=5"])


def test_a_recipe_that_is_not_there_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TrainError, match=r"there is no recipe 'finetune': did you mean finetune-from-overhead\?"):
        choose_recipe("finetune")
    with pytest.raises(TrainError, match="name one of base, few-shot, "):
        choose_recipe("mine")
    monkeypatch.chdir(tmp_path)
    Path("small").write_text("train: {epochs: 77}\n")  # a bare word is a name
    assert choose_recipe("small").train.epochs != 77


def test_the_names_of_all_fields_are_dotted() -> None:
    names = list(field_names(Recipe))
    assert "train.epochs" in names and "start_from" in names and "train" not in names and len(set(names)) == len(names)
