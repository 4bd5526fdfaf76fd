"""The study script: variants differ by what they say they do, each is measured, and what is done is not done again."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import msgspec
import pytest

from vehicle_id.train.recipe import Recipe, dump_recipe, load_recipe

ROOT = Path(__file__).parents[2]
spec = importlib.util.spec_from_file_location("compare", ROOT / "training" / "measure" / "compare.py")
assert spec is not None and spec.loader is not None
compare = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = compare  # msgspec looks its annotations up there
spec.loader.exec_module(compare)


@pytest.mark.parametrize("file", sorted((ROOT / "training" / "studies").glob("*.yaml")), ids=lambda file: file.name)
def test_the_studies_that_ship_vary_recipes_that_ship(file: Path) -> None:
    study = msgspec.yaml.decode(file.read_bytes(), type=compare.Study)
    recipe = load_recipe(ROOT / study.recipe)
    assert study.measurements()
    varied = [compare.vary(recipe, study.settings, own, seed=0) for own in study.variants.values()]
    told = [
        dump_recipe(each) + str({name: own.get(name) for name in compare.TRIED}).encode()
        for each, own in zip(varied, study.variants.values(), strict=True)
    ]
    assert len(set(told)) == len(told) > 1


def test_the_variant_overrules_the_study_and_the_study_the_recipe() -> None:
    recipe = Recipe(name="r")
    varied = compare.vary(
        recipe, {"train": {"lr": 0.5, "epochs": 2}}, {"train": {"lr": 0.25}, "fixed_gsd_m": 1}, seed=7
    )
    assert (varied.train.lr, varied.train.epochs, varied.seed, varied.name) == (0.25, 2, 7, "r")
    assert varied.model == recipe.model
    with pytest.raises(msgspec.ValidationError, match="unknown field `rate`"):
        compare.vary(recipe, {"train": {"rate": 1}}, seed=0)


def test_a_study_measures_every_variant_and_goes_on_where_it_was_stopped(
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
    # the fixed variant was measured on other chips than the first: same seed, same network otherwise
    assert measured[0]["figures"] != measured[2]["figures"]

    monkeypatch.setattr(compare, "run", lambda *_: pytest.fail("was done already"))
    compare.main()
    assert capsys.readouterr().out.splitlines()[-3:] == printed.splitlines()[-3:]


def test_seeds_are_averaged_and_their_spread_is_shown() -> None:
    assert compare._cell([0.5, 0.7]) == "0.600 (0.141)"
    assert compare._cell([0.5]) == "0.500"
    assert compare._cell([None, None]) == "-"
