"""The study script: variants differ as stated, each is measured, and finished runs are not repeated."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from tests.conftest import TINY, plain
from training.studies import compare
from training.studies.ablation_hooks import HOOKS, FixedScale
from vehicle_id import Classifier, Crop
from vehicle_id.crops.open import open_crop
from vehicle_id.results import Status
from vehicle_id.train.recipe import Recipe, dump_recipe, load_recipe

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("file", sorted((ROOT / "training" / "studies").glob("*.yaml")), ids=lambda file: file.name)
def test_every_study_in_the_repository_varies_a_recipe_of_it(file: Path) -> None:
    study = msgspec.yaml.decode(file.read_bytes(), type=compare.Study)
    recipe = load_recipe(ROOT / study.recipe)
    assert study.measurements()
    varied = [compare.vary(recipe, study.settings, own, seed=0) for own in study.variants.values()]
    written = [
        dump_recipe(each) + str({name: own.get(name) for name in HOOKS}).encode()
        for each, own in zip(varied, study.variants.values(), strict=True)
    ]
    assert len(set(written)) == len(written) > 1


def test_the_variant_overrides_the_study_and_the_study_overrides_the_recipe() -> None:
    recipe = Recipe(name="r")
    varied = compare.vary(
        recipe, {"train": {"lr": 0.5, "epochs": 2}}, {"train": {"lr": 0.25}, "fixed_gsd_m": 1}, seed=7
    )
    assert (varied.train.lr, varied.train.epochs, varied.seed, varied.name) == (0.25, 2, 7, "r")
    assert varied.model == recipe.model
    with pytest.raises(msgspec.ValidationError, match="unknown field `rate`"):
        compare.vary(recipe, {"train": {"rate": 1}}, seed=0)


def test_a_study_measures_every_variant_and_continues_where_it_was_stopped(
    crops: Path, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "recipe.yaml").write_bytes(dump_recipe(recipe))
    (tmp_path / "measure.yaml").write_text(json.dumps([{"title": "its crops", "data": str(crops)}]))
    study = {
        "recipe": str(tmp_path / "recipe.yaml"),
        "settings": {"train": {"epochs": 1}},
        "variants": {"as it is": {}, "blind": {"model": {"extent": False}}, "fixed": {"fixed_gsd_m": 0.4}},
        "measure": str(tmp_path / "measure.yaml"),
    }
    (tmp_path / "study.yaml").write_text(json.dumps(study))
    command = ["compare.py", str(tmp_path / "study.yaml"), str(crops), "--out", str(tmp_path / "out")]
    monkeypatch.setattr(sys, "argv", command)
    compare.main()
    printed = capsys.readouterr().out
    measured = json.loads((tmp_path / "out" / "results.json").read_text())
    assert [each["variant"] for each in measured] == list(study["variants"])
    for number, each in enumerate(measured):
        assert (
            f"| {each['variant']} | 1 | its crops | {each['figures']['its crops']['class accuracy']:.3f} |" in printed
        )
        assert load_recipe(tmp_path / "out" / f"{number}-0" / "recipe.yaml").model.extent is (number != 1)
    # the fixed variant is trained and measured on other chips than the first
    assert measured[0]["figures"] != measured[2]["figures"]

    monkeypatch.setattr(compare, "run", lambda *_: pytest.fail("this run was finished already"))
    compare.main()
    assert capsys.readouterr().out.splitlines()[-3:] == printed.splitlines()[-3:]


def test_a_model_is_measured_on_the_chips_of_the_study(tmp_path: Path) -> None:
    card = Classifier(TINY).card
    pixels = np.random.default_rng(0).integers(0, 256, (6, 12, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    chip = FixedScale(0.5)
    crop = compare.with_chip(Crop(path=tmp_path / "a.png", label="car", gsd_m=0.25), chip, card)
    assert crop.content is not None and crop.label == "car"
    seen = open_crop(crop.content, chip_px=card.chip_px, gsd_m=crop.gsd_m).chip
    expected = chip(pixels, chip_px=card.chip_px, gsd_m=0.25)
    np.testing.assert_array_equal(seen.pixels, expected.pixels)
    assert seen.extent_m == expected.extent_m == 0.5 * card.chip_px
    unknown = compare.with_chip(Crop(path=tmp_path / "a.png"), chip, card)
    assert unknown.gsd_m is None and Image.open(io.BytesIO(unknown.content or b"")).size == (card.chip_px,) * 2


def test_crops_that_the_model_refuses_are_refused_in_a_study_too(tmp_path: Path) -> None:
    Image.fromarray(plain("red")).save(tmp_path / "coarse.png")
    Image.fromarray(plain("red", width=40, height=2)).save(tmp_path / "thin.png")
    (tmp_path / "broken.png").write_bytes(b"x")
    classifier = Classifier(TINY)
    for name, status in (("coarse", Status.TOO_COARSE), ("thin", Status.TOO_SMALL), ("broken", Status.NOT_AN_IMAGE)):
        crop = Crop(path=tmp_path / f"{name}.png", label="car", gsd_m=5.0 if name == "coarse" else 0.5)
        crop = compare.with_chip(crop, FixedScale(0.5), classifier.card)
        assert next(iter(classifier.classify_crops([crop]))).status == status


def test_seeds_are_averaged_and_their_spread_is_shown() -> None:
    assert compare._cell([0.5, 0.7]) == "0.600 (0.141)"
    assert compare._cell([0.5]) == "0.500"
    assert compare._cell([None, None]) == "-"
